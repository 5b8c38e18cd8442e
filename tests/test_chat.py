"""What chat services are given: nothing in it rings people, links, or formats more than itself."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests

from monitor.channels.apprise import fitted
from monitor.errors import DeliveryError
from tests.channels_support import (
    Answer,
    Hook,
    hook,
    message,
    quote,
    send,
)

HOSTILE = quote(
    "Wake @everyone and @here <!channel> <@U123> [pay](https://evil.example) ||hidden|| ``` "
    "https://evil.example/x <b>bold</b>"
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
        "tgram://123456789:abcdefghijklmnopqrstuvwxyzabcdefghi/12315544/",
        "tgram://123456789:abcdefghijklmnopqrstuvwxyzabcdefghi/12315544/?format=markdown",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#room",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#room?format=text",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js?format=markdown",
        "gchat://workspace/key/token",
        "workflow://host:443/workflow/signature/",
        "mmost://{}/hooktoken1234",
        "rocket://webhooktoken/abcdefghijklmnop@{}/#room",
        "ntfy://{}/topic",
        "signal://{}/+15550100000/+15550100001",
        "gotify://{}/abcdefghijklmno",
        "json://{}/",
        "matrix://user:tokentoken@{}/#room?mode=slack",
    ],
)
def test_feed_text_rings_nobody_links_nowhere_and_formats_nothing(url: str, all_hosts: Hook) -> None:
    with suppress(DeliveryError):  # some want an answer of another shape
        send(url.format(all_hosts.address), message(quotes=(HOSTILE,)))
    server = all_hosts
    sent = [
        string for post in server.posts for key, part in post.json.items() if key != "facts" for string in strings(part)
    ]
    assert any("Wake" in string for string in sent)
    for active in (
        "@everyone",
        "@here",
        "<!channel>",
        "<@U123>",
        "](https://evil",
        " https://evil.example",
        "||hidden",
        "```",
    ):
        assert not [string for string in sent if active in string]


def strings(part: object) -> list[str]:
    if isinstance(part, dict):
        return [string for each in part.values() for string in strings(each)]
    if isinstance(part, list):
        return [string for each in part for string in strings(each)]
    return [str(part)]


def test_a_text_too_long_for_the_service_loses_whole_lines_and_keeps_its_first_one() -> None:
    text = message("en", "ar").text
    for most in (60, 160, 400, 1000, 5000):
        short = fitted(text, most)
        assert len(short) <= most
        assert short.startswith(text[: min(50, most - 1)])
        assert short == text or short.endswith("…")
