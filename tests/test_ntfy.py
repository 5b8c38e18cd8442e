"""ntfy, against a server that answers as its own does."""

import json
from dataclasses import replace

import pytest

from monitor.channels import uses
from tests.channels_support import ACTIVE, ARABIC, HOSTILE, Answer, channel, hook, message, refused, send

TOOK = Answer(200, b'{"id":"x","event":"message","topic":"watch"}')


def no(status: int, code: int, error: str) -> Answer:
    return Answer(status, json.dumps({"code": code, "http": status, "error": error}).encode())


def test_a_topic_gets_title_and_text_and_an_arabic_title_is_whole() -> None:
    with hook(TOOK) as server:
        send(f"ntfy://{server.address}/watch?priority=high&tags=warning", message("ar"))
    (post,) = server.posts
    assert post.path == "/"
    assert post.json["topic"] == "watch"
    assert post.json["title"] == message("ar").title
    assert ARABIC.text in post.json["message"]
    assert post.json["title"] not in post.json["message"]
    assert (post.json["priority"], post.json["tags"]) == (4, ["warning"])


def test_nothing_from_a_feed_is_markup_or_rings_people() -> None:
    with hook(TOOK) as server:
        send(f"ntfy://{server.address}/watch", message(quotes=(HOSTILE,)))
    sent = server.posts[0].json
    assert not [active for active in ACTIVE if active in sent["message"] + sent["title"]]
    assert "markdown" not in sent


@pytest.mark.parametrize(
    ("login", "header"), [("user:pass@", "Basic dXNlcjpwYXNz"), ("tk_abcdef@", "Bearer tk_abcdef"), ("", None)]
)
def test_a_server_of_ones_own_gets_its_login(login: str, header: str | None) -> None:
    with hook(TOOK) as server:
        send(f"ntfy://{login}{server.address}/watch", message())
    assert server.posts[0].headers.get("Authorization") == header


def test_a_long_message_stays_below_the_size_that_becomes_an_attachment() -> None:
    long = message("ar", "en")
    grown = replace(long, text=long.text + "وصلت قافلة أخرى إلى المدينة مساء الجمعة. " * 200)
    with hook(TOOK) as server:
        send(f"ntfy://{server.address}/watch", grown)
    sent = server.posts[0].json["message"]
    assert len(sent.encode()) <= 4096
    assert "https://news.example/" in sent
    assert "رقم 17" in sent


@pytest.mark.parametrize(
    ("answer", "permanent", "wait"),
    [
        (no(429, 42901, "limit reached: too many requests"), False, None),
        (replace(no(429, 42901, "limit reached"), headers={"Retry-After": "12"}), False, 12),
        (no(429, 42908, "limit reached: daily message quota reached"), False, 3600),
        (no(403, 40301, "forbidden"), True, None),
        (no(401, 40101, "unauthorized"), True, None),
        (no(400, 40009, "invalid request: topic invalid"), True, None),
        (no(507, 50701, "internal server error"), False, None),
        (Answer(200, b"<html>ntfy web</html>"), False, None),
        (Answer(hold=-1), False, None),
    ],
)
def test_what_it_answers_decides_whether_to_try_again(answer: Answer, permanent: bool, wait: float | None) -> None:
    with hook(answer) as server:
        error = refused(f"ntfy://{server.address}/watch")
    assert (error.permanent, error.retry_after) == (permanent, wait)


def test_two_channels_on_one_server_share_its_limit() -> None:
    assert uses(channel("ntfy://ntfy.example/a")) == uses(channel("ntfy://ntfy.example/b"))
    assert uses(channel("ntfy://a")) == uses(channel("ntfys://b"))
    assert uses(channel("ntfy://a")) != uses(channel("ntfy://ntfy.example/a"))


def test_only_a_host_named_in_the_url_may_be_private() -> None:
    assert "no message may be sent" in str(refused("ntfy://169.254.169.254/watch"))
