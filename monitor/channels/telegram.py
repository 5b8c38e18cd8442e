"""Telegram by its Bot API: the wait it asks for is obeyed, and a chat that refuses keeps no other chat from it.

HTML with everything escaped and only the first line set bold: nothing from a feed can be markup. Should Telegram refuse
it all the same, the message goes out once more as plain text.
"""

import re
from dataclasses import dataclass
from html import escape
from typing import Any

from monitor.channels.fitting import fitted, utf16
from monitor.channels.limits import Use, use
from monitor.channels.posting import Service, json_of
from monitor.channels.receivers import Receivers
from monitor.http import HttpResponse
from monitor.records import Message, Taken

BASE = "https://api.telegram.org"
LONGEST = 4096  # UTF-16 units, counted after the markup is read
_NEVER = re.compile(
    r"chat not found|user not found|deactivated|blocked|kicked|not a member|not enough rights|CHAT_WRITE_FORBIDDEN|"
    r"PEER_ID_INVALID|thread not found|TOPIC_(?:CLOSED|DELETED)|CHAT_(?:RESTRICTED|ADMIN_REQUIRED)|bots can't send",
    re.IGNORECASE,
)
_NO_SUCH_MESSAGE = re.compile(r"repl(?:y|ied) (?:message )?not found|message to be replied not found", re.IGNORECASE)
_MARKUP = re.compile(r"can't parse entities|unsupported start tag|ENTITY", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TelegramAccount:
    """Secret: never logged, not in its repr. `chats`: (chat id or @name, topic)."""

    token: str
    chats: tuple[tuple[int | str, int | None], ...]
    silent: bool = False

    def __repr__(self) -> str:
        return f"TelegramAccount({len(self.chats)} chats)"


def account(parsed: Any) -> TelegramAccount | None:
    """From apprise's reading of the URL; None if it names no chat, or wants what only apprise does."""
    if not parsed.targets or parsed.include_image or parsed.template:
        return None
    return TelegramAccount(parsed.bot_token, tuple((chat, topic) for chat, topic in parsed.targets), parsed.silent)


def channel(parsed: Any, service: Service, base: str = BASE) -> "TelegramChannel | None":
    found = account(parsed)
    return TelegramChannel(found, service, base) if found else None


class TelegramChannel:
    def __init__(self, account: TelegramAccount, service: Service, base: str = BASE) -> None:
        self._account = account
        self._service = service
        self._url = f"{base}/bot{account.token}/sendMessage"
        self._receivers = Receivers(service.name, account.chats, service.time_limit)
        self.uses = _uses(account)

    async def send(self, message: Message) -> Taken:
        return await self._receivers.each(message, self._to_chat)

    async def _to_chat(self, chat: tuple[int | str, int | None], message: Message) -> str:
        """The message's number in that chat."""
        content = self._content(chat, message)
        response = await self._service.post(self._url, content)
        answer = json_of(response)
        said = str(answer.get("description", ""))
        if response.status == 400 and _NO_SUCH_MESSAGE.search(said):
            content.pop("reply_parameters", None)
            response = await self._service.post(self._url, content)
        elif response.status == 400 and (moved := (answer.get("parameters") or {}).get("migrate_to_chat_id")):
            content["chat_id"] = moved  # the group became a supergroup: Telegram names it anew, once
            response = await self._service.post(self._url, content)
        elif response.status == 400 and _MARKUP.search(said):
            plain = {key: value for key, value in content.items() if key != "parse_mode"}
            response = await self._service.post(self._url, {**plain, "text": fitted(message, LONGEST, utf16)})
        self._check(response)
        number = (json_of(response).get("result") or {}).get("message_id")
        return str(number) if isinstance(number, int) else ""

    def _content(self, chat: tuple[int | str, int | None], message: Message) -> dict[str, Any]:
        content: dict[str, Any] = {
            "chat_id": chat[0],
            "text": _bold_first_line(fitted(message, LONGEST, utf16)),
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "disable_notification": self._account.silent,
        }
        if message.answers.isdecimal():  # somebody may have deleted that message: then it goes out by itself
            content["reply_parameters"] = {"message_id": int(message.answers), "allow_sending_without_reply": True}
        return content if chat[1] is None else {**content, "message_thread_id": chat[1]}

    def _check(self, response: HttpResponse) -> None:
        answer = json_of(response)
        if response.status == 200 and answer.get("ok") is True:
            return
        said = str(answer.get("description", ""))
        too_long = "message is too long" in said
        raise self._service.refused(response, said, never=bool(_NEVER.search(said)), only_this=too_long)


def _bold_first_line(text: str) -> str:
    first, _, rest = text.partition("\n")
    return f"<b>{escape(first, quote=False)}</b>" + (f"\n{escape(rest, quote=False)}" if rest else "")


def _uses(account: TelegramAccount) -> tuple[Use, ...]:
    uses: list[Use] = []
    for chat, _ in account.chats:
        uses += [use("telegram", "bot", account.token), use("telegram", "chat", account.token, chat)]
        if isinstance(chat, str) or chat < 0:
            uses.append(use("telegram", "group", account.token, chat))
    return tuple(uses)
