"""A JSON webhook: the first line, the text and all facts, with a header by which the receiver can drop a double."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, cast
from urllib.parse import urlencode

from monitor.channels.limits import Use, use
from monitor.channels.posting import Service, text_of
from monitor.channels.quoting import shortened
from monitor.channels.signing import Signer
from monitor.records import Message, Taken

_LONGEST_TITLE = 250
_FIELDS = frozenset({"version", "title", "message", "attachments", "type"})  # apprise lets a URL rename these
_URGENCY: Mapping[str, str] = {
    "new": "warning",
    "escalated": "warning",
    "notice": "warning",
    "eased": "success",
    "all_clear": "success",
}


@dataclass(frozen=True, slots=True)
class WebhookAccount:
    """Secret: never logged, not in its repr. `extras` stand in every message as they are."""

    url: str
    method: Literal["POST", "PUT", "PATCH"] = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    extras: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return "WebhookAccount()"


def account(parsed: Any) -> WebhookAccount | None:
    """From apprise's reading of the URL; None if it wants what only apprise does."""
    if parsed.method not in {"POST", "PUT", "PATCH"} or _FIELDS & parsed.payload_extras.keys():
        return None
    url = f"http{'s' if parsed.secure else ''}://{parsed.host}" + (f":{parsed.port}" if parsed.port else "")
    url += parsed.fullpath or "/"
    url += f"?{urlencode(parsed.params)}" if parsed.params else ""
    headers = dict(parsed.headers)
    if parsed.user:
        login = f"{parsed.user}:{parsed.password or ''}"
        headers.setdefault("Authorization", "Basic " + base64.b64encode(login.encode()).decode())
    method = cast(Literal["POST", "PUT", "PATCH"], parsed.method)
    return WebhookAccount(url, method, tuple(headers.items()), tuple(parsed.payload_extras.items()))


def channel(parsed: Any, service: Service, signer: Signer | None = None) -> "WebhookChannel | None":
    found = account(parsed)
    return WebhookChannel(found, service, signer) if found else None


class WebhookChannel:
    def __init__(self, account: WebhookAccount, service: Service, signer: Signer | None = None) -> None:
        self._signer = signer
        self._account = account
        self._service = service
        self.uses: tuple[Use, ...] = (use("webhook", "address", account.url),)

    async def send(self, message: Message) -> Taken:
        account = self._account
        headers = {"Idempotency-Key": _key(message), **dict(account.headers)}
        sign = partial(self._signer.headers, _id(message)) if self._signer else None
        response = await self._service.post(account.url, self._content(message), headers, account.method, sign)
        if not 200 <= response.status < 300:
            raise self._service.refused(response, text_of(response), only_this=response.status == 413)
        return Taken(f"{self._service.name} took it")

    def _content(self, message: Message) -> dict[str, Any]:
        """The shape that apprise's JSON has, for receivers made for it; and the facts."""
        text = message.text.strip()
        title = shortened(message.title, _LONGEST_TITLE) if text != message.title else ""
        return {
            "version": "1.0",
            "title": title,
            "message": text.removeprefix(title).strip(),  # a title that had to be cut stands whole in the text
            "attachments": [],
            "type": _URGENCY.get(str(message.facts.get("kind")), "info"),
            "facts": dict(message.facts),
            **dict(self._account.extras),
        }


def _id(message: Message) -> str:
    """The same at every attempt, and without the dots that part it from what is signed with it."""
    return f"alert-{message.number}-{hashlib.sha256(_key(message).encode()).hexdigest()[:12]}"


def _key(message: Message) -> str:
    return f"alert-{message.number}-{message.facts.get('created_at', '')}"
