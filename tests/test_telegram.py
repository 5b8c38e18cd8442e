"""Telegram, against a server that answers as its Bot API does."""

import asyncio
import json
from contextlib import suppress
from dataclasses import replace
from html import unescape

import pytest

from monitor.channels import uses
from monitor.channels.limits import Pace
from monitor.channels.wording import render
from monitor.errors import DeliveryError
from tests.channels_support import (
    ACTIVE,
    ARABIC,
    HOSTILE,
    Answer,
    Hook,
    alert,
    channel,
    delivery,
    hook,
    message,
    quote,
    refused,
    send,
)

URL = "tgram://123456789:abcdefghijklmnopqrstuvwxyzabcdefghi/12315544/"
TWO = "tgram://123456789:abcdefghijklmnopqrstuvwxyzabcdefghi/12315544/-100200300:7/"
TOOK = Answer(200, b'{"ok":true,"result":{"message_id":1}}')


def no(status: int, description: str, **parameters: object) -> Answer:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return Answer(status, json.dumps(body).encode())


def base(server: Hook) -> str:
    return f"http://{server.address}"


def test_a_chat_gets_the_first_line_in_bold_and_no_preview_of_the_link() -> None:
    with hook(TOOK) as server:
        assert send(URL, message(), base=base(server)) == "Telegram took it"
    (post,) = server.posts
    assert post.path == "/bot123456789:abcdefghijklmnopqrstuvwxyzabcdefghi/sendMessage"
    assert post.json["chat_id"] == 12315544
    assert post.json["text"].startswith("<b>Critical: siege reported in Jasim (Daraa)")
    assert ARABIC.text in post.json["text"]
    assert post.json["link_preview_options"] == {"is_disabled": True}


def test_nothing_from_a_feed_is_markup_or_rings_people() -> None:
    with hook(TOOK) as server:
        hostile = replace(HOSTILE, text=HOSTILE.text + " <a href='x'>y</a> & </b>")
        send(URL, message(quotes=(hostile,)), base=base(server))
    text = server.posts[0].json["text"]
    assert not [active for active in ACTIVE if active in text]
    assert text.count("<") == 2  # <b> and </b> of the first line
    assert "&amp;" in text


def test_markup_that_is_refused_goes_out_once_more_as_plain_text() -> None:
    refusal = no(400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 3')
    with hook(refusal, TOOK) as server:
        send(URL, message(), base=base(server))
    assert len(server.posts) == 2
    assert "parse_mode" not in server.posts[1].json
    assert server.posts[1].json["text"] == message().text.strip()
    with hook(refusal) as server:
        assert not refused(URL, base=base(server)).permanent
    assert len(server.posts) == 2


def test_the_wait_in_the_body_is_obeyed() -> None:
    with hook(no(429, "Too Many Requests: retry after 35", retry_after=35)) as server:
        error = refused(URL, base=base(server))
    assert (error.retry_after, error.permanent) == (35, False)


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        (no(401, "Unauthorized"), True),
        (no(404, "Not Found"), True),
        (no(403, "Forbidden: bot was blocked by the user"), True),
        (no(403, "Forbidden: bot was kicked from the group chat"), True),
        (no(400, "Bad Request: chat not found"), True),
        (no(400, "Bad Request: not enough rights to send text messages to the chat"), True),
        (no(400, "Bad Request: something new"), False),
        (no(500, "Internal Server Error"), False),
        (Answer(502, b"<html>bad gateway</html>"), False),
        (Answer(200, b"<html>log in to this network</html>"), False),
        (Answer(hold=-1), False),
    ],
)
def test_what_it_answers_decides_whether_to_try_again(answer: Answer, permanent: bool) -> None:
    with hook(answer) as server:
        error = refused(URL, base=base(server))
    assert (error.permanent, error.only_this) == (permanent, False)
    assert "abcdefgh" not in str(error)


def test_a_group_that_was_given_a_new_number_is_written_to_under_it() -> None:
    moved = no(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1009)
    with hook(moved, TOOK) as server:
        send(URL, message(), base=base(server))
    assert [post.json["chat_id"] for post in server.posts] == [12315544, -1009]


def test_a_chat_that_refuses_keeps_no_other_from_it_and_nobody_is_rung_twice() -> None:
    with hook(no(403, "Forbidden: bot was blocked by the user"), TOOK) as server:
        error = refused(TWO, base=base(server))
    assert (error.permanent, error.partly) == (True, True)
    assert "1 of 2" in str(error)
    with hook(no(500, "Internal Server Error"), TOOK) as server:
        chats = channel(TWO, base=base(server))
        for _ in range(2):
            with suppress(DeliveryError):
                asyncio.run(chats.send(message()))
    sent_to = [post.json["chat_id"] for post in server.posts]
    assert len(sent_to) == 3
    assert sorted(sent_to).count(sent_to[0]) == 2
    assert {post.json.get("message_thread_id") for post in server.posts} == {None, 7}


def test_a_long_message_is_cut_at_a_sentence_and_keeps_first_line_link_and_number() -> None:
    text = " ".join(f"This is sentence number {number} \U0001f6a8 of a report." for number in range(12))
    long = message(quotes=(quote(text), ARABIC))
    more = "Another line of it. And more.\n" * 200
    grown = replace(long, text=long.text.replace("Where:", more + "Where:"))
    with hook(TOOK) as server:
        send(URL, grown, base=base(server))
    sent = unescape(server.posts[0].json["text"].replace("<b>", "").replace("</b>", ""))
    assert len(sent.encode("utf-16-le")) // 2 <= 4096
    assert sent.startswith(long.title)
    assert "https://direct.example/2026/tafas" in sent
    assert "No. 17" in sent


def test_retries_keep_the_number() -> None:
    first, again = render(delivery(alert())), render(delivery(alert(), attempt=2))
    with hook(TOOK) as server:
        send(URL, first, base=base(server))
        send(URL, again, base=base(server))
    assert all("No. 17" in post.json["text"] for post in server.posts)


def test_a_bot_its_chats_and_its_groups_have_limits_of_their_own() -> None:
    private, both = uses(channel(URL)), uses(channel(TWO))
    assert len(private) == 2
    assert len(both) == 5
    assert set(private) < set(both)  # the bot and the chat are shared between two channels that name them
    assert "abcdefgh" not in repr(both)
    assert Pace({"a": private}).begin("a") > 0  # nothing is sent before a start is a second old
