"""Slack, against a server that answers as its webhooks and its API do."""

import pytest

from tests.channels_support import ACTIVE, HOSTILE, Answer, Hook, channel, hook, message, refused, send

HOOK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
BOT = "slack://xoxb-1234-1234-4ddbc191d40ee098cbaae6f3523ada2d/#room/+C123456"
OK, BOT_OK = Answer(200, b"ok"), Answer(200, b'{"ok":true,"ts":"1"}')


def base(server: Hook) -> str:
    return f"http://{server.address}"


def test_a_webhook_gets_plain_text_and_nothing_in_it_calls_or_links() -> None:
    with hook(OK) as server:
        send(HOOK, message(quotes=(HOSTILE,)), base=base(server))
    (post,) = server.posts
    assert post.path == "/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    assert post.json["mrkdwn"] is False
    assert "channel" not in post.json
    assert not [active for active in ACTIVE if active in post.json["text"]]
    assert "<" not in post.json["text"]


def test_the_address_that_slack_shows_is_read_too() -> None:
    with hook(OK) as server:
        send(HOOK.replace("slack://", "https://hooks.slack.com/services/"), message(), base=base(server))
    assert server.posts[0].path.startswith("/services/T1JJ3T3L2/")


def test_a_bot_writes_to_each_of_its_channels() -> None:
    with hook(BOT_OK) as server:
        send(BOT, message(), base=base(server))
    assert [post.path for post in server.posts] == ["/api/chat.postMessage"] * 2
    assert {post.json["channel"] for post in server.posts} == {"#room", "C123456"}
    assert all(post.headers["Authorization"].startswith("Bearer xoxb-") for post in server.posts)


@pytest.mark.parametrize("url", [HOOK, BOT])
def test_the_wait_in_the_header_is_obeyed(url: str) -> None:
    with hook(Answer(429, b'{"ok":false,"error":"ratelimited"}', {"Retry-After": "30"})) as server:
        error = refused(url, base=base(server))
    assert (error.retry_after, error.permanent) == (30, False)


@pytest.mark.parametrize(
    ("url", "answer", "permanent"),
    [
        (HOOK, Answer(403, b"invalid_token"), True),
        (HOOK, Answer(404, b"no_service"), True),
        (HOOK, Answer(410, b"channel_is_archived"), True),
        (HOOK, Answer(500, b"rollup_error"), False),
        (HOOK, Answer(200, b"<html>log in</html>"), False),
        (BOT, Answer(200, b'{"ok":false,"error":"not_in_channel"}'), True),
        (BOT, Answer(200, b'{"ok":false,"error":"internal_error"}'), False),
    ],
)
def test_what_it_answers_decides_whether_to_try_again(url: str, answer: Answer, permanent: bool) -> None:
    with hook(answer) as server:
        error = refused(url, base=base(server))
    assert error.permanent is permanent
    assert "TIiaj" not in str(error)
    assert "xoxb" not in str(error)


def test_no_token_stands_in_what_a_debugger_shows() -> None:
    assert "TIiaj" not in str(vars(channel(HOOK))["_account"])
