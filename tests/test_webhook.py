"""JSON webhooks: what is sent, the waits they ask for in either form, and hosts of one's own."""

import asyncio
from email.utils import formatdate
from pathlib import Path
from time import time

import pytest

from monitor.channels import build
from monitor.channels.posting import Service
from monitor.channels.secrets import Redaction
from monitor.channels.telegram import TelegramAccount, TelegramChannel
from monitor.channels.webhook import WebhookChannel
from monitor.errors import DeliveryError
from monitor.settings import ChannelSettings
from tests.channels_support import Answer, channel, hook, message, refused, send

LONG_AGO = formatdate(0, usegmt=True)


def test_headers_extras_login_and_method_of_the_url_are_kept() -> None:
    with hook() as server:
        send(f"json://bob:word@{server.address}/take?+X-Key=abc&:desk=night&-q=1&method=put", message())
    (post,) = server.posts
    assert post.path == "/take?q=1"
    assert (post.headers["X-Key"], post.headers["Authorization"]) == ("abc", "Basic Ym9iOndvcmQ=")
    assert (post.json["desk"], post.json["version"], post.json["type"]) == ("night", "1.0", "warning")


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"Retry-After": "7"}, 7),
        (503, {"Retry-After": "7"}, 7),
        (503, {"Retry-After": LONG_AGO}, 0),
        (429, {"Retry-After": "9999999"}, 3600),
        (429, {"Retry-After": "soon"}, None),
        (429, {"Retry-After": "-5"}, None),
        (429, {}, None),
        (500, {"Retry-After": "7"}, None),
    ],
)
def test_a_stated_wait_is_obeyed_in_seconds_or_as_a_date(
    status: int, headers: dict[str, str], wait: float | None
) -> None:
    with hook(Answer(status, b"", headers)) as server:
        error = refused(f"json://{server.address}/")
    assert error.retry_after == wait
    assert not error.permanent


def test_a_wait_that_ends_at_a_date_is_counted_from_now() -> None:
    with hook(Answer(429, b"", {"Retry-After": formatdate(time() + 100, usegmt=True)})) as server:
        error = refused(f"json://{server.address}/")
    assert error.retry_after == pytest.approx(100, abs=60)


def test_a_message_that_is_too_large_is_refused_for_itself_and_not_for_the_channel() -> None:
    with hook(Answer(413)) as server:
        error = refused(f"json://{server.address}/")
    assert (error.permanent, error.only_this) == (True, True)


def test_what_our_module_lacks_is_left_to_apprise() -> None:
    assert isinstance(channel("json://127.0.0.1/"), WebhookChannel)
    assert not isinstance(channel("json://127.0.0.1/?method=get"), WebhookChannel)
    assert not isinstance(channel("json://127.0.0.1/?:title=subject"), WebhookChannel)


def test_only_a_host_that_the_user_names_may_stand_in_the_own_network(tmp_path: Path) -> None:
    with hook() as server:
        settings = ChannelSettings(url=f"json://{server.address}/")  # type: ignore[arg-type]
        assert asyncio.run(build("hook", settings, data_dir=tmp_path).send(message())).answer
        fixed = TelegramChannel(
            TelegramAccount("1:a", ((1, None),)), Service("Telegram", Redaction("", "")), f"http://{server.address}"
        )
        with pytest.raises(DeliveryError, match="no message may be sent"):
            asyncio.run(fixed.send(message()))
    assert len(server.posts) == 1
