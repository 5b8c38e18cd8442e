"""The messages of one situation hang together, per receiver: in a mailbox, in a chat, in a channel."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from monitor.channels.limits import Pace
from monitor.channels.wording import render
from monitor.pipeline import Parts, deliver_one
from monitor.pipeline.parts import owe
from monitor.records import Alert, Message
from monitor.settings import ChannelSettings, Recipient, Settings
from monitor.store import Store, outbox
from tests.channels_support import Answer, Hook, alert, channel, delivery, hook, mailbox, message, taken
from tests.databases import opened
from tests.examples import NOON
from tests.test_delivery import Clock

FIRST = alert()
NEXT = alert(occasion="jasim-1:escalated:failed_talks:1", kind="escalated", level="emergency", level_before="critical")
ELSEWHERE = alert(occasion="tafas-2:new:siege:1", situation="tafas-2")
BOT = "tgram://123456789:abcdefghijklmnopqrstuvwxyzabcdefghi/11/-1002/"
SLACK = "slack://xoxb-1234-1234-abc124/desk"


def answering(answers: str) -> Message:
    return replace(message(), answers=answers)


def deliver_all(folder: Path, url: str, *told: Alert, **seams: Any) -> None:
    """Owe each of the alerts on one channel, and send them in order, as the monitor does."""
    store = opened(folder / "monitor.db")
    clock = Clock()
    clock.now = NOON
    settings = Settings(
        config_dir=folder,
        database="",
        data_dir=folder,
        channels={"way": ChannelSettings(kind="log")},
        recipients={"desk": Recipient(channels=("way",))},
    )
    nothing = cast(Any, None)
    way = {"way": channel(url, **seams)}
    parts = Parts(settings, store, nothing, nothing, nothing, {}, way, clock, pace=Pace(clock=clock.seconds))
    for each in told:
        with store.write() as tx:
            number = outbox.announce(tx, each)
            assert number is not None
            owe(parts, tx, number, "desk", "way", due_at=NOON)
        assert asyncio.run(deliver_one(parts))
    store.close()


def test_mails_of_a_situation_are_replies_to_its_first_and_those_of_another_are_not(tmp_path: Path) -> None:
    third = replace(NEXT, occasion="jasim-1:eased:agreement:1", kind="eased")
    with mailbox() as (box, url):
        deliver_all(tmp_path, url, FIRST, NEXT, ELSEWHERE, third)
    first, second, other, last = box.mails
    assert first["In-Reply-To"] is None
    assert other["In-Reply-To"] is None
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert last["References"] == first["Message-ID"]
    assert str(first["Message-ID"]).startswith("<jasim-1.1.")
    assert str(first["Message-ID"]).endswith("@example.org>")


def test_a_message_id_stays_in_one_piece_however_long_the_name_of_the_place() -> None:
    long = "a-very-long-name-of-a-place-that-no-gazetteer-has-given-to-anything-so-far-12"
    with mailbox() as (box, url):
        first = taken(url, render(delivery(alert(situation=long))))
        taken(url, replace(message(), answers=first.receipt))
        taken(url, answering("<a@b> \r\nBcc: x@example.org"))
        taken(url, answering('{"0": "12"}'))
    assert b"=?" not in box.raw[0].split(b"Message-ID:")[1].split(b"\r\n\r\n")[0].split(b"Auto-Submitted")[0]
    assert box.mails[1]["In-Reply-To"] == first.receipt == box.mails[0]["Message-ID"]
    assert [mail["In-Reply-To"] for mail in box.mails[2:]] == [None, None]
    assert all(mail["Bcc"] is None for mail in box.mails)


def telegram(number: int) -> Answer:
    return Answer(body=json.dumps({"ok": True, "result": {"message_id": number}}).encode())


def replied_to(server: Hook) -> list[Any]:
    return [(post.json.get("reply_parameters") or {}).get("message_id") for post in server.posts]


def test_in_each_chat_of_a_telegram_bot_a_message_answers_the_first_one_there(tmp_path: Path) -> None:
    with hook(*(telegram(number) for number in (501, 77, 502, 78, 503, 79))) as server:
        deliver_all(tmp_path, BOT, FIRST, NEXT, ELSEWHERE, base=f"http://{server.address}")
    assert replied_to(server) == [None, None, 501, 77, None, None]
    assert server.posts[2].json["reply_parameters"]["allow_sending_without_reply"] is True
    kept = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    kept.close()
    assert b"-1002" not in (tmp_path / "monitor.db").read_bytes()  # chats are as good as secret


def test_a_deleted_first_message_keeps_no_later_one_from_the_chat() -> None:
    gone = Answer(
        400, json.dumps({"ok": False, "description": "Bad Request: message to be replied not found"}).encode()
    )
    one = BOT.replace("-1002/", "")
    with hook(telegram(501)) as server:
        first = taken(one, message(), base=f"http://{server.address}")
    with hook(gone, telegram(502)) as server:
        assert taken(one, answering(first.receipt), base=f"http://{server.address}").receipt
    assert replied_to(server) == [501, None]


def test_a_slack_bot_answers_in_the_thread_and_in_the_channel_too(tmp_path: Path) -> None:
    stamps = [Answer(body=json.dumps({"ok": True, "ts": stamp}).encode()) for stamp in ("171.000100", "172.000200")]
    with hook(*stamps) as server:
        deliver_all(tmp_path, SLACK, FIRST, NEXT, base=f"http://{server.address}")
    first, second = (post.json for post in server.posts)
    assert "thread_ts" not in first
    assert (second["thread_ts"], second["reply_broadcast"]) == ("171.000100", True)


def test_a_slack_thread_that_is_gone_keeps_no_message_back() -> None:
    gone, fine = Answer(body=b'{"ok": false, "error": "thread_not_found"}'), Answer(body=b'{"ok": true, "ts": "2.1"}')
    with hook(Answer(body=b'{"ok": true, "ts": "1.1"}')) as server:
        first = taken(SLACK, message(), base=f"http://{server.address}")
    with hook(gone, fine) as server:
        assert taken(SLACK, answering(first.receipt), base=f"http://{server.address}").receipt
    assert [post.json.get("thread_ts") for post in server.posts] == ["1.1", None]


def test_a_slack_webhook_says_no_time_stamp_and_so_has_no_threads() -> None:
    with hook(Answer(body=b"ok")) as server:
        url = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
        assert taken(url, answering('{"x": "1.1"}'), base=f"http://{server.address}").receipt == ""
    assert "thread_ts" not in server.posts[0].json


@pytest.mark.parametrize("answers", ["", "no json", "[]", '{"a": 5}', "<a@b>"])
def test_a_receipt_of_another_kind_of_channel_is_no_reason_not_to_send(answers: str) -> None:
    with hook(telegram(1)) as server:
        assert taken(BOT, answering(answers), base=f"http://{server.address}").answer == "Telegram took it"
    assert replied_to(server) == [None, None]
