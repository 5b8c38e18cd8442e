"""What a channel says of its troubles: enough to mend them, and nothing of what its URL keeps secret."""

import io
import logging

import pytest

from monitor.channels import problem
from monitor.channels.refusal import refusal
from monitor.channels.secrets import Redaction
from monitor.settings import ChannelSettings
from tests.channels_support import (
    Answer,
    hook,
    refused,
)


@pytest.mark.parametrize(
    "url",
    [
        "nosuch://token",
        "tgram://",
        "tgram://bottoken",
        "slack://",
        "json://[::bad/",
        "mailto://",
        "just words",
        "://",
        "",
    ],
)
def test_a_url_that_apprise_cannot_use_is_told_without_showing_it(url: str) -> None:
    error = refused(url)
    assert error.permanent
    assert "channel chat" in str(error)
    assert "bottoken" not in str(error)


def test_the_check_finds_a_bad_url_without_sending_anything() -> None:
    bad = ChannelSettings(url="nosuch://token")  # type: ignore[arg-type]
    assert "nosuch://" in problem("chat", bad)
    with hook() as server:
        assert problem("chat", ChannelSettings(url=f"json://{server.address}/")) == ""  # type: ignore[arg-type]
    assert server.posts == []


def test_no_secret_of_a_url_stands_in_an_error() -> None:
    url = "json://bob:pa%24%24word@hooks.example/T0K3N1/deep-secret/?+Authorization=Bearer%20abcdef123&to=bob@mail.example"
    redact = Redaction(url, "json://bob:****@hooks.example/T0K3N1/deep-secret/")
    echoed = (
        "Max retries with url: /T0K3N1/deep-secret/ pa$$word pa%24%24word Bearer abcdef123 Bearer%20abcdef123 "
        "bob@mail.example Basic Ym9iOnBhJCR3b3Jk at hooks.example"
    )
    assert redact(echoed).count("***") >= 6
    for secret in ("T0K3N1", "deep-secret", "pa$$word", "pa%24", "abcdef123", "bob@mail", "Ym9iOnBhJCR3b3Jk"):
        assert secret not in redact(echoed)
    assert "hooks.example" in redact(echoed)
    assert "deep-secret" not in repr(redact)


def test_a_host_that_is_a_token_is_a_secret() -> None:
    redact = Redaction("tgram://123456789:abcdefTOKEN/99887766", "tgram://1...N/99887766/?image=no")
    assert redact("POST https://api.telegram.org/bot123456789:abcdefTOKEN/sendMessage to 99887766") == (
        "POST https://api.telegram.org/bot***:***/sendMessage to ***"
    )


def test_nothing_of_a_url_reaches_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    shown = io.StringIO()
    handler = logging.StreamHandler(shown)  # pytest's own would listen to apprise's logger too
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with hook(Answer(500)) as server:
            refused(f"json://user:hidden-word@{server.address}/hidden-path")
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
    output = capsys.readouterr()
    assert "hidden" not in shown.getvalue() + output.out + output.err


@pytest.mark.parametrize(
    ("lines", "permanent", "wait"),
    [
        ([("WARNING", "Failed to send Telegram: Bad Request: chat not found, error=400.")], True, None),
        ([("WARNING", "Failed to send Telegram: Forbidden: bot was blocked by the user, error=403.")], True, None),
        ([("WARNING", "Failed to send Telegram: Too Many Requests: retry after 12, error=429.")], False, 12.0),
        ([("WARNING", "Failed to send Slack: ratelimited"), ("DEBUG", "Retry-After: 30")], False, 30.0),
        ([("WARNING", "Failed to send Slack: channel_not_found, error=200")], True, None),
        ([("WARNING", "error=503."), ("DEBUG", "Response Details: {'retry_after': 99999999}")], False, 3600.0),
        ([("WARNING", "Something else went wrong")], False, None),
        ([], False, None),
    ],
)
def test_the_words_of_a_service_decide_too(lines: list[tuple[str, str]], permanent: bool, wait: float | None) -> None:
    error = refusal("Service", lines, Redaction("x://y", "x://y"))
    assert (error.permanent, error.retry_after) == (permanent, wait)
