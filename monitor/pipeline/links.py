"""Links from a message to the pages: one to the report, and one with which its reader says that it was seen.

The latter needs no login, so it is signed, holds a week, and opens nothing but what the message said. What signs it is
made when it is first needed and stays in the database.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from monitor.pipeline.parts import Parts
from monitor.records import Delivery, Links
from monitor.store import Store, meta

HOLDS = timedelta(days=7)
_SECRET = "secret_of_links"  # noqa: S105  # nosec B105  # the name of the row
_NUMBER, _ENDS, _PROOF = 6, 4, 16  # bytes


def links_of(parts: Parts, delivery: Delivery) -> Links | None:
    """Those of the message; None without public_url, and for what tells of no situation. The same at every attempt."""
    base, alert = parts.settings.public_url.rstrip("/"), delivery.alert
    if not base or not alert.situation or alert.kind == "canary":
        return None
    target = f"reports/{quote(alert.report_key, safe='')}" if alert.report_key else f"situations/{alert.situation}"
    token = "" if alert.kind == "corrected" else signed(parts.store, delivery.number, delivery.created_at + HOLDS)
    return Links(f"{base}/a/{token}" if token else "", f"{base}/{target}")


def signed(store: Store, number: int, ends_at: datetime) -> str:
    told = number.to_bytes(_NUMBER, "big") + (int(ends_at.timestamp()) // 60).to_bytes(_ENDS, "big")
    return base64.urlsafe_b64encode(told + _proof(_secret(store), told)).decode().rstrip("=")


def number_of(store: Store, token: str) -> tuple[int, datetime] | None:
    """The number of the message and until when the link holds; None if it is none of ours."""
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    told, proof = raw[: _NUMBER + _ENDS], raw[_NUMBER + _ENDS :]
    with store.read() as tx:
        secret = meta.get(tx, _SECRET)
    if not secret or not hmac.compare_digest(proof, _proof(bytes.fromhex(secret), told)):
        return None
    minutes = int.from_bytes(told[_NUMBER:], "big")
    return int.from_bytes(told[:_NUMBER], "big"), datetime.fromtimestamp(minutes * 60, tz=UTC)


def _proof(secret: bytes, told: bytes) -> bytes:
    return hmac.new(secret, b"seen " + told, hashlib.sha256).digest()[:_PROOF]


def _secret(store: Store) -> bytes:
    with store.read() as tx:
        kept = meta.get(tx, _SECRET)
    if not kept:
        with store.write() as tx:
            kept = meta.put_first(tx, _SECRET, secrets.token_hex(32))
    return bytes.fromhex(kept)
