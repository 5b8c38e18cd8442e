"""Slack by an incoming webhook or a bot: plain text, nothing unfolded, its waits obeyed.

Formatting is off and the three letters that Slack reads in any text (& < >) are escaped: nothing from a feed calls
people or links.
"""

import re
from dataclasses import dataclass
from typing import Any

from monitor.channels.fitting import fitted
from monitor.channels.limits import Use, use
from monitor.channels.posting import Service, json_of, text_of
from monitor.channels.receivers import Receivers
from monitor.http import HttpResponse
from monitor.records import Message, Taken

HOOKS = "https://hooks.slack.com"
API = "https://slack.com"
LONGEST = 40_000  # letters of `text`, as sent; it is for blocks, which are not used, that 3,000 is the limit
_TARGET = re.compile(r"(?P<channel>[+#@]?[\w.-]+)(?::(?P<thread>[\d.]+))?")
_NEVER = re.compile(
    r"channel_not_found|channel_is_archived|is_archived|not_in_channel|invalid_(?:auth|token)|not_authed|no_service|"
    r"account_inactive|token_(?:revoked|expired)|no_team|team_disabled|action_prohibited|posting_to_general|"
    r"user_not_found|user_disabled|missing_scope|no_permission|ekm_access_denied|restricted_action|access_denied",
)
_NO_SUCH_THREAD = re.compile(r"thread_not_found|cannot_reply_to_message|message_not_found")
_TIME_STAMP = re.compile(r"\d+\.\d+")
_ONLY_THIS = re.compile(r"msg_too_long|no_text|invalid_payload")


@dataclass(frozen=True, slots=True)
class SlackAccount:
    """Secret: never logged, not in its repr. Either `token` (a bot) or `path` (a webhook); "" is the hook's channel."""

    token: str
    path: str
    channels: tuple[str, ...]
    user: str = ""

    def __repr__(self) -> str:
        return f"SlackAccount({len(self.channels)} channels)"


def account(parsed: Any) -> SlackAccount | None:
    """From apprise's reading of the URL; None if it wants what only apprise does (workflows, users by address)."""
    targets = tuple(str(each) if each else "" for each in parsed.channels or [None])
    if (
        parsed.mode not in {"hook", "bot"}
        or parsed.template
        or not all(_TARGET.fullmatch(each or "x") for each in targets)
    ):
        return None
    if parsed.mode == "bot":
        return SlackAccount(parsed.access_token, "", targets, parsed.user or "") if all(targets) else None
    path = f"/services/{parsed.token_a}/{parsed.token_b}/{parsed.token_c}"
    return SlackAccount("", path, targets, parsed.user or "")


def channel(parsed: Any, service: Service, base: str = "") -> "SlackChannel | None":
    found = account(parsed)
    return SlackChannel(found, service, base) if found else None


class SlackChannel:
    def __init__(self, account: SlackAccount, service: Service, base: str = "") -> None:
        self._account = account
        self._service = service
        self._url = f"{base or API}/api/chat.postMessage" if account.token else f"{base or HOOKS}{account.path}"
        self._receivers = Receivers(service.name, account.channels, service.time_limit)
        self.uses: tuple[Use, ...] = tuple(
            use("slack", "channel", account.token or account.path, channel) for channel in account.channels
        )

    async def send(self, message: Message) -> Taken:
        return await self._receivers.each(message, self._to_channel)

    async def _to_channel(self, channel: str, message: Message) -> str:
        """The message's time stamp, by which Slack knows it; a webhook does not say it."""
        headers = {"Authorization": f"Bearer {self._account.token}"} if self._account.token else {}
        content = self._content(channel, message)
        response = await self._service.post(self._url, content, headers)
        if "reply_broadcast" in content and _NO_SUCH_THREAD.search(_said(response)):
            alone = {key: value for key, value in content.items() if key not in {"thread_ts", "reply_broadcast"}}
            response = await self._service.post(self._url, alone, headers)
        said = _said(response)
        if not _taken(response):
            raise self._service.refused(
                response, said, never=bool(_NEVER.search(said)), only_this=bool(_ONLY_THIS.search(said))
            )
        return str(json_of(response).get("ts") or "") if self._account.token else ""

    def _content(self, channel: str, message: Message) -> dict[str, Any]:
        content: dict[str, Any] = {
            "text": _escaped(fitted(message, LONGEST, lambda text: len(_escaped(text)))),
            "mrkdwn": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if self._account.user:
            content["username"] = self._account.user
        if found := _TARGET.fullmatch(channel):
            name = found["channel"]
            content["channel"] = name[1:] if name[0] == "+" else name if name[0] in "#@" else f"#{name}"
            if found["thread"]:
                content["thread_ts"] = found["thread"]
            elif self._account.token and _TIME_STAMP.fullmatch(message.answers):
                # also in the channel itself: a reply in a thread alone rings nobody who does not follow it
                content |= {"thread_ts": message.answers, "reply_broadcast": True}
        return content


def _said(response: HttpResponse) -> str:
    return str(json_of(response).get("error") or "") or text_of(response)


def _taken(response: HttpResponse) -> bool:
    """A webhook says ok in plain text, the API in JSON; the latter says no with status 200 too."""
    if response.status != 200:
        return False
    answer = json_of(response)
    return answer.get("ok") is True if answer else text_of(response) == "ok"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
