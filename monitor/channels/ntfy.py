"""ntfy, on ntfy.sh or on a server of one's own: title and text as JSON, its limits kept and its waits obeyed.

JSON to the server's root, not headers to the topic: an Arabic title needs no encoding there, and none can go wrong.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.channels.fitting import fitted, utf8
from monitor.channels.limits import Use, use
from monitor.channels.posting import Service, json_of
from monitor.channels.quoting import shortened
from monitor.channels.receivers import Receivers
from monitor.http import HttpResponse
from monitor.records import Message, Taken

CLOUD = "https://ntfy.sh"
LONGEST = 4096  # bytes; what is longer becomes an attachment that must be opened first
_LONGEST_TITLE = 250
_A_DAY_IS_USED_UP = 42908  # "daily message quota reached"
_NEVER = frozenset({40009, 40010})  # topic invalid, topic disallowed
_PRIORITIES: Mapping[str, int] = {"min": 1, "low": 2, "default": 3, "high": 4, "max": 5}


@dataclass(frozen=True, slots=True)
class NtfyAccount:
    """Secret: never logged, not in its repr. `authorization` is the header's value, "" for none."""

    server: str
    topics: tuple[str, ...]
    authorization: str = ""
    priority: int = 3
    tags: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"NtfyAccount({len(self.topics)} topics)"


def account(parsed: Any) -> NtfyAccount | None:
    """From apprise's reading of the URL; None if it wants what only apprise does."""
    if any((parsed.attach, parsed.click, parsed.delay, parsed.email)) or not parsed.topics:
        return None
    server = CLOUD
    if parsed.mode != "cloud":
        server = f"http{'s' if parsed.secure else ''}://{parsed.host}" + (f":{parsed.port}" if parsed.port else "")
    return NtfyAccount(
        server,
        tuple(parsed.topics),
        _authorization(parsed),
        _PRIORITIES.get(parsed.priority, 3),
        tuple(parsed._NotifyNtfy__tags),
    )


def _authorization(parsed: Any) -> str:
    if parsed.auth == "token":
        return f"Bearer {parsed.token}"
    if not parsed.user:
        return ""
    login = f"{parsed.user}:{parsed.password or ''}"
    return "Basic " + base64.b64encode(login.encode()).decode()


def channel(parsed: Any, service: Service) -> "NtfyChannel | None":
    found = account(parsed)
    return NtfyChannel(found, service) if found else None


class NtfyChannel:
    def __init__(self, account: NtfyAccount, service: Service) -> None:
        self._account = account
        self._service = service
        self._receivers = Receivers(service.name, account.topics, service.time_limit)
        # by server, not by topic: ntfy counts what comes from one address
        self.uses: tuple[Use, ...] = tuple(use("ntfy", "server", account.server) for _ in account.topics)

    async def send(self, message: Message) -> Taken:
        return await self._receivers.each(message, self._to_topic)

    async def _to_topic(self, topic: str, message: Message) -> str:
        headers = {"Authorization": self._account.authorization} if self._account.authorization else {}
        response = await self._service.post(f"{self._account.server}/", self._content(topic, message), headers)
        if not _taken(response, topic):
            raise self._refused(response)
        return ""  # nothing to answer: ntfy knows no threads

    def _content(self, topic: str, message: Message) -> dict[str, Any]:
        title = shortened(message.title, _LONGEST_TITLE)
        whole = title == message.title and "\n" in message.text.strip()
        return {
            "topic": topic,
            "title": title,
            "message": fitted(message, LONGEST, utf8, untitled=whole),
            "priority": self._account.priority,
            "tags": list(self._account.tags),
        }

    def _refused(self, response: HttpResponse) -> Exception:
        answer = json_of(response)
        code = answer.get("code")
        wait = 3600.0 if code == _A_DAY_IS_USED_UP else None
        said = str(answer.get("error", ""))
        return self._service.refused(response, said, never=code in _NEVER, only_this=response.status == 413, wait=wait)


def _taken(response: HttpResponse, topic: str) -> bool:
    """A 200 that does not repeat the topic comes from something else at that address, such as its web page."""
    return response.status == 200 and json_of(response).get("topic") == topic
