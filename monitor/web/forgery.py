"""Tokens of forms: proof that a form came from a page of ours, bound to what the browser holds as its cookie.

Each page masks the token anew, so that compressing pages tells nobody who listens what it is (BREACH).
"""

import base64
import binascii
import hashlib
import hmac
import secrets

_LENGTH = 32


def token_for(held: str) -> str:
    """A token for the browser that holds this cookie. No two are alike."""
    pad = secrets.token_bytes(_LENGTH)
    return base64.urlsafe_b64encode(pad + _crossed(pad, _secret(held))).decode().rstrip("=")


def is_genuine(sent: str, held: str) -> bool:
    """Whether the token was made for the browser that holds this cookie."""
    try:
        raw = base64.b64decode(sent.encode("ascii") + b"=" * (-len(sent) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return False
    if not held or len(raw) != 2 * _LENGTH:
        return False
    return hmac.compare_digest(_crossed(raw[:_LENGTH], raw[_LENGTH:]), _secret(held))


def signed(text: str, held: str) -> str:
    """What a cookie of ours says, for this browser alone."""
    return hmac.new(held.encode(), b"said " + text.encode(), hashlib.sha256).hexdigest()[:32]


def _secret(held: str) -> bytes:
    return hmac.new(held.encode(), b"form", hashlib.sha256).digest()


def _crossed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
