"""What chat services are given: nothing in it rings people, links, or formats more than itself."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from monitor.channels.apprise import AppriseChannel, fitted
from monitor.channels.quoting import LRI, PDI, RLI, shortened
from monitor.errors import DeliveryError
from tests.channels_support import (
    ACTIVE,
    HOSTILE,
    Answer,
    Hook,
    hook,
    message,
    quote,
    send,
    strings,
)


@pytest.fixture
def all_hosts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    """Services with an address of their own are led to loopback: the one patch here, at the network's edge."""
    real = requests.Session.request
    with hook(Answer(200, b'{"success": true, "ok": true, "id": "a", "timestamp": "1"}')) as server:

        def led_home(session: requests.Session, method: str, url: str, **more: Any) -> requests.Response:
            parts = urlsplit(url)
            return real(session, method, urlunsplit(("http", server.address, parts.path, parts.query, "")), **more)

        monkeypatch.setattr(requests.Session, "request", led_home)
        yield server


@pytest.mark.parametrize(
    "url",
    [
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js?format=markdown",
        "gchat://workspace/key/token",
        "workflow://host:443/workflow/signature/",
        "mmost://{}/hooktoken1234",
        "rocket://webhooktoken/abcdefghijklmnop@{}/#room",
        "signal://{}/+15550100000/+15550100001",
        "gotify://{}/abcdefghijklmno",
        "matrix://user:tokentoken@{}/#room?mode=slack",
    ],
)
def test_feed_text_rings_nobody_links_nowhere_and_formats_nothing(url: str, all_hosts: Hook) -> None:
    with suppress(DeliveryError):  # some want an answer of another shape
        asyncio.run(AppriseChannel("chat", url.format(all_hosts.address)).send(message(quotes=(HOSTILE,))))
    server = all_hosts
    sent = [
        string for post in server.posts for key, part in post.json.items() if key != "facts" for string in strings(part)
    ]
    assert any("Wake" in string for string in sent)
    for active in ACTIVE:
        assert not [string for string in sent if active in string]


def test_a_first_line_too_long_for_a_title_is_cut_there_and_whole_in_the_text() -> None:
    long = message(quotes=(quote("Said.", outlet="صدى " * 30, said_by="Horan Bulletin of the Plain " * 5),))
    with hook() as server:
        send(
            f"json://{server.address}/",
            replace(long, title=long.title + " and" * 40, text=long.title + " and" * 40 + "\n\nMore."),
        )
    title, text = server.posts[0].json["title"], server.posts[0].json["message"]
    assert len(title) <= 250
    assert title.endswith("…")
    assert text.endswith(" and\n\nMore.")
    assert text.startswith(title[:200])
    assert title.count(RLI) + title.count(LRI) == title.count(PDI)


@given(st.lists(st.text("ab ", max_size=6) | st.text("ab ", max_size=6).map(lambda text: f"{RLI}{text}{PDI}")))
def test_a_line_cut_short_leaves_no_isolate_open(pieces: list[str]) -> None:
    line = "".join(pieces)
    for limit in range(4, 45):
        short = shortened(line, limit)
        assert len(short) <= limit
        assert short.count(RLI) == short.count(PDI)


def test_a_text_too_long_for_the_service_loses_whole_lines_and_keeps_its_first_one() -> None:
    text = message("en", "ar").text
    for most in (60, 160, 400, 1000, 5000):
        short = fitted(text, most)
        assert len(short) <= most
        assert short.startswith(text[: min(50, most - 1)])
        assert short == text or short.endswith("…")
