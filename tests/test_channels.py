"""Channels against real servers on loopback: what arrives, and what comes of refusals and silence."""

import asyncio
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from monitor.channels import build
from monitor.channels.blocking import Blocking
from monitor.channels.wording import render
from monitor.errors import DeliveryError
from monitor.settings import ChannelSettings
from tests.channels_support import (
    ARABIC,
    ENGLISH,
    Answer,
    alert,
    closed_port,
    delivery,
    hook,
    mail_url,
    mailbox,
    message,
    refused,
    send,
    silent_server,
)


def test_a_webhook_gets_the_first_line_the_text_and_the_facts_as_json() -> None:
    with hook() as server:
        send(f"json://{server.address}/take", message())
    (post,) = server.posts
    assert post.path == "/take"
    assert post.json["title"].startswith("Critical: siege reported in Jasim (Daraa)")
    assert ARABIC.text in post.json["message"]
    facts = post.json["facts"]
    assert (facts["number"], facts["occasion"], facts["types"]) == (17, "jasim-1:new:siege:1", ["siege"])
    assert facts["place"] == {"name": "Jasim", "arabic": "جاسم", "lat": 32.9931, "lon": 36.0603}
    assert facts["quotes"][0]["text"] == ARABIC.text
    assert "night-desk" not in post.body.decode()


def test_a_webhook_can_drop_a_double_by_its_key() -> None:
    first, again = render(delivery(alert())), render(delivery(alert(), attempt=2))
    with hook() as server:
        send(f"json://{server.address}/", first)
        send(f"json://{server.address}/", again)
    keys = {post.headers["Idempotency-Key"] for post in server.posts}
    assert len(keys) == 1
    assert [post.json["facts"]["attempt"] for post in server.posts] == [1, 2]


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        (401, True),
        (403, True),
        (404, True),
        (410, True),
        (400, False),
        (408, False),
        (429, False),
        (500, False),
        (503, False),
    ],
)
def test_what_a_server_answers_decides_whether_to_try_again(status: int, permanent: bool) -> None:
    with hook(Answer(status)) as server:
        error = refused(f"json://{server.address}/")
    assert error.permanent is permanent
    assert str(status) in str(error)


def test_a_redirect_is_no_delivery() -> None:
    with hook() as other, hook(Answer(302, headers={"Location": f"http://{other.address}/"})) as server:
        assert not refused(f"json://{server.address}/").permanent
    assert other.posts == []


def test_the_wait_that_a_server_asks_for_is_passed_on() -> None:
    body = b'{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":35}}'
    with hook(Answer(429, body)) as server:
        assert refused(f"json://{server.address}/").retry_after == 35


def test_a_server_that_nobody_runs_is_tried_again() -> None:
    with closed_port() as port:
        error = refused(f"json://127.0.0.1:{port}/hidden-path/?+X-Key=hidden-key")
    assert not error.permanent
    assert "refused" in str(error).lower()
    assert "hidden" not in str(error)


def test_a_dropped_connection_is_tried_again() -> None:
    with hook(Answer(hold=-1)) as server:
        assert not refused(f"json://{server.address}/").permanent


def test_a_url_that_calls_its_failures_optional_or_retries_by_itself_is_not_believed() -> None:
    with hook(Answer(500)) as server:
        refused(f"json://{server.address}/?optional=yes&retry=3&wait=5")
    assert len(server.posts) == 1


def test_a_server_that_never_answers_costs_only_the_time_limit() -> None:
    with hook(Answer(hold=60)) as server:
        started = time.monotonic()
        error = refused(f"json://{server.address}/?rto=60", time_limit=0.4)
    assert time.monotonic() - started < 5
    assert not error.permanent
    assert "no answer within" in str(error)


def test_a_mail_server_that_never_says_a_word_costs_only_the_time_limit() -> None:
    with silent_server() as port:
        assert not refused(mail_url(port), time_limit=0.4).permanent


def test_sends_that_hang_do_not_pile_up() -> None:
    release = threading.Event()
    blocking = Blocking(time_limit=0.2, at_most=2)

    async def many() -> list[str | BaseException]:
        def hang() -> str:
            release.wait(20)
            return ""

        return await asyncio.gather(*(blocking.run(hang) for _ in range(6)), return_exceptions=True)

    before = threading.active_count()
    results = asyncio.run(many())
    assert threading.active_count() <= before + 2
    release.set()
    assert all(isinstance(result, DeliveryError) and not result.permanent for result in results)
    assert sum("still hang" in str(result) for result in results) == 4


def test_a_send_that_hangs_does_not_hold_up_the_end_of_the_program() -> None:
    program = """
import asyncio, time
from monitor.channels.blocking import Blocking

async def start_and_stop() -> None:
    task = asyncio.create_task(Blocking().run(lambda: time.sleep(60) or ""))
    await asyncio.sleep(0.1)
    task.cancel()

asyncio.run(start_and_stop())
"""
    subprocess.run([sys.executable, "-c", program], timeout=30, check=True)


def test_a_send_waits_for_its_turn_and_is_not_turned_away() -> None:
    blocking = Blocking(time_limit=10, at_most=2)

    def slow() -> str:
        time.sleep(0.02)
        return "sent"

    async def many() -> list[str]:
        return await asyncio.gather(*(blocking.run(slow) for _ in range(8)))

    assert asyncio.run(many()) == ["sent"] * 8


def test_two_mails_in_a_row_are_not_slowed_down() -> None:
    with mailbox() as (box, url):
        send(url, message())
        started = time.monotonic()
        send(url, message())
    assert time.monotonic() - started < 2
    assert len(box.mails) == 2


@pytest.mark.parametrize("told", [alert(quotes=(ENGLISH,)), alert(kind="test", types=(), place=None, quotes=())])
def test_every_kind_of_message_arrives(told: object, tmp_path: Path) -> None:
    sent = render(delivery(told, "en", "ar"))  # type: ignore[arg-type]
    with hook() as server, mailbox() as (box, url):
        send(f"json://{server.address}/", sent)
        send(url, sent)
    assert server.posts[0].json["title"] == sent.title
    assert box.mails[0]["Subject"] == sent.title


@pytest.mark.parametrize("broken", ["OPS_TELEGRAM is not set"])
def test_a_channel_without_its_secret_says_so_and_is_tried_again(broken: str, tmp_path: Path) -> None:
    channel = build("ops", ChannelSettings(broken=broken, kind="apprise"), data_dir=tmp_path)
    with pytest.raises(DeliveryError, match="ops is down: OPS_TELEGRAM") as caught:
        asyncio.run(channel.send(message()))
    assert not caught.value.permanent


def test_the_proxy_of_the_configuration_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")  # so that they are put back afterwards
    with hook() as proxy:
        settings = ChannelSettings(url="json://hooks.invalid/take")  # type: ignore[arg-type]
        asyncio.run(build("chat", settings, proxy=f"http://{proxy.address}", data_dir=tmp_path).send(message()))
    assert [post.path for post in proxy.posts] == ["http://hooks.invalid/take"]
