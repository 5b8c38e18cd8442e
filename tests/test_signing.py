"""Webhooks are signed so that their receiver can tell that they are ours, whole, and not an old one sent again."""

import asyncio
import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from monitor.channels import build, problem
from monitor.channels.signing import Signer
from monitor.channels.wording import render
from monitor.errors import DeliveryError
from monitor.settings import ChannelSettings
from tests.channels_support import Answer, alert, delivery, hook, message

SECRET = "c2VjcmV0IG9mIHRoZSBkZXNrLCBub2JvZHkga25vd3M="  # of nobody


def hmac_by_hand(key: bytes, signed: bytes) -> bytes:
    """RFC 2104, written out: nothing of the signing code is used to check it."""
    key = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(each ^ 0x36 for each in key) + signed).digest()
    return hashlib.sha256(bytes(each ^ 0x5C for each in key) + inner).digest()


def is_ours(headers: Mapping[str, str], body: bytes, key: bytes) -> bool:
    """What a receiver does, as Standard Webhooks describes it."""
    by_name = {name.lower(): value for name, value in headers.items()}
    signed = f"{by_name['webhook-id']}.{by_name['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac_by_hand(key, signed)).decode()
    return expected in by_name["webhook-signature"].split(" ")


def signed_channel(address: str, secret: str, query: str = "") -> ChannelSettings:
    return ChannelSettings(url=f"json://{address}/take{query}", sign=secret)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("secret", "key"),
    [(SECRET, SECRET.encode()), (f"whsec_{SECRET}", base64.b64decode(SECRET))],
    ids=["plain", "whsec"],
)
def test_a_receiver_can_verify_what_came_and_finds_out_what_was_changed(
    tmp_path: Path, secret: str, key: bytes
) -> None:
    with hook(Answer()) as server:
        asyncio.run(build("hook", signed_channel(server.address, secret), data_dir=tmp_path).send(message("ar", "en")))
    (post,) = server.posts
    assert is_ours(post.headers, post.body, key)
    assert not is_ours(post.headers, post.body.replace(b"Jasim", b"Tafas"), key)
    assert not is_ours(post.headers, post.body, key + b"x")


def test_the_public_example_of_the_standard_gives_its_signature() -> None:
    signer = Signer("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", lambda: 1614265330.9)
    headers = signer.headers("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_every_attempt_has_the_same_id_and_no_two_messages_share_one(tmp_path: Path) -> None:
    tries = ((17, 1), (17, 2), (18, 1))
    with hook(Answer()) as server:
        channel = build("hook", signed_channel(server.address, SECRET), data_dir=tmp_path)
        for number, attempt in tries:
            asyncio.run(channel.send(render(delivery(alert(), attempt=attempt, number=number))))
    first, again, other = ({name.lower(): value for name, value in post.headers.items()} for post in server.posts)
    assert first["webhook-id"] == again["webhook-id"] != other["webhook-id"]
    assert "." not in first["webhook-id"]


def test_without_a_secret_nothing_is_signed_and_the_secret_is_never_shown(tmp_path: Path) -> None:
    with hook(Answer()) as server:
        plain = ChannelSettings(url=f"json://{server.address}/take")  # type: ignore[arg-type]
        asyncio.run(build("hook", plain, data_dir=tmp_path).send(message()))
    assert not any(name.lower().startswith("webhook-") for name in server.posts[0].headers)
    settings = signed_channel("127.0.0.1", SECRET)
    assert SECRET not in repr(settings) + repr(Signer(SECRET, float))


def test_what_cannot_be_signed_is_not_sent_unsigned(tmp_path: Path) -> None:
    settings = signed_channel("127.0.0.1:9", SECRET, "?:title=subject")
    assert "cannot be signed" in problem("hook", settings)
    with pytest.raises(DeliveryError, match="cannot be signed"):
        asyncio.run(build("hook", settings, data_dir=tmp_path).send(message()))
