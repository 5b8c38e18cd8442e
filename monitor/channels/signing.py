"""Signs what goes to a webhook, so that its receiver knows that it is ours and new. As Standard Webhooks has it.

https://www.standardwebhooks.com: HMAC-SHA256 of "id.timestamp.body"; the id is the same at every attempt.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

PREFIX = "whsec_"  # before a secret that is written in base64


@dataclass(frozen=True, slots=True)
class Signer:
    """`clock` gives seconds since 1970. Secret: not in its repr."""

    secret: str = field(repr=False)
    clock: Callable[[], float] = field(repr=False)

    def headers(self, message_id: str, body: bytes) -> Mapping[str, str]:
        at = str(int(self.clock()))
        signed = f"{message_id}.{at}.".encode() + body
        digest = hmac.new(_key(self.secret), signed, hashlib.sha256).digest()
        signature = f"v1,{base64.b64encode(digest).decode()}"
        return {"webhook-id": message_id, "webhook-timestamp": at, "webhook-signature": signature}


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX)) if secret.startswith(PREFIX) else secret.encode()
