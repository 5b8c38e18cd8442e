"""A channel given by an apprise URL: Signal, Matrix, Discord, e-mail and a hundred others.

The only module that knows apprise. E-mail URLs are read by apprise and sent by `mail`; of the others only the services
that send e-mail themselves are given HTML. Telegram, Slack, ntfy and webhooks come here only with what our own modules
for them lack.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Literal, cast

from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType
from apprise.result import AppriseResultStatus

from monitor.channels.blocking import TIME_LIMIT, Blocking
from monitor.channels.limits import use
from monitor.channels.mail import MailAccount, send_mail
from monitor.channels.quoting import shortened
from monitor.channels.refusal import refusal
from monitor.channels.secrets import Redaction
from monitor.errors import DeliveryError
from monitor.records import Message, Taken

_CONNECT_LIMIT, _READ_LIMIT = 10.0, 20.0  # apprise gives up after 4 s, and what a slow server takes then comes twice
_MAIL = frozenset({"mailto", "mailtos"})
_MAIL_SERVICES = frozenset({"azure", "brevo", "mailersend", "mailgun", "o365", "postmark", "resend"}) | frozenset(
    {"sendgrid", "sendpulse", "ses", "smtp2go", "sparkpost"}
)
_URGENCY: Mapping[str, NotifyType] = {
    "new": NotifyType.WARNING,
    "escalated": NotifyType.WARNING,
    "eased": NotifyType.SUCCESS,
    "all_clear": NotifyType.SUCCESS,
}

# Its lines hold tokens and receivers: they go into the DeliveryError, redacted, and nowhere else.
_apprise_log = logging.getLogger("apprise")
_apprise_log.propagate = False
_apprise_log.setLevel(logging.DEBUG)
_apprise_log.addHandler(logging.NullHandler())
logging.getLogger("urllib3").setLevel(logging.INFO)  # its debug lines show the path of each request


class AppriseChannel:
    def __init__(self, name: str, url: str, *, time_limit: float = TIME_LIMIT) -> None:
        self._name = name
        self._url = url
        self._blocking = Blocking(time_limit)
        is_mail = url.partition("://")[0].casefold() in _MAIL
        self.uses = (use("mail" if is_mail else "other", "account", url.partition("?")[0]),)

    async def send(self, message: Message) -> Taken:
        return await self._blocking.run(partial(_deliver, self._name, self._url, message))


def problem(name: str, url: str) -> str:
    """Why apprise cannot use this URL, in one sentence without it; "" if it can. Contacts nobody."""
    try:
        parsed(name, url)
    except DeliveryError as error:
        return str(error)
    return ""


def _deliver(name: str, url: str, message: Message) -> Taken:
    """A fresh service object for each delivery: a kept one sleeps before its second message."""
    service = parsed(name, url)
    redact = Redaction(url, service.url(privacy=True))
    if service.schema in _MAIL and service.pgp_mode == "no":
        return _mail(service, message, redact)
    if service.schema in {"json", "jsons"}:
        _add_facts(service, message)
    title, body, body_format = _form(service, message)
    sender = Apprise(asset=service.asset)
    sender.add(service)
    result = sender.notify(
        title=title,
        body=body,
        body_format=body_format,
        notify_type=_URGENCY.get(str(message.facts.get("kind")), NotifyType.INFO),
        log_level=logging.DEBUG,
    )
    try:
        lines = [(entry.level, entry.message) for entry in result.logs()]
        if result.status != AppriseResultStatus.SUCCESS:  # SUCCESS is 0: it must be compared, not cast
            raise refusal(service.service_name, lines, redact)
    finally:
        for part in result.results:
            part.close()
    return Taken(f"{service.service_name} took it")


def parsed(name: str, url: str) -> Any:
    """The plugin behind the URL, without waits, retries and redirects of its own: the outbox knows those better."""
    asset = AppriseAsset(
        app_id="Escalation monitor",
        app_desc="Escalation monitor",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        interpret_emojis=False,
        http_redirects=False,  # a redirected POST arrives as a GET, and 200 then means nothing
        storage_mode="memory",
        allow_templates=False,
        service_timeout=0,
        pgp_autogen=False,
    )
    service = None
    with suppress(ValueError, TypeError, KeyError, AttributeError):  # what plugins trip over in a URL cut short
        service = Apprise.instantiate(url, asset=asset)
    if service is None:
        kind = url.partition("://")[0] if "://" in url else ""
        wrong = f"no complete {kind}:// address" if kind.isalnum() and len(kind) < 16 else "no apprise address"
        mend = "compare it with the service's page on appriseit.com"
        if kind in {"http", "https"}:
            mend = "for a webhook of your own write json:// instead of http://, jsons:// instead of https://"
        raise DeliveryError(f"the url of channel {name} is {wrong}: {mend}", permanent=True)
    service.socket_connect_timeout = max(service.socket_connect_timeout, _CONNECT_LIMIT)
    service.socket_read_timeout = max(service.socket_read_timeout, _READ_LIMIT)
    service.request_rate_per_sec = 0
    service.retry = 0
    service.optional = False  # "optional" in a URL would report what failed as sent
    return service


def _form(service: Any, message: Message) -> tuple[str, str, NotifyFormat]:
    """(title, body, format) as this service shows them best: HTML in e-mail, elsewhere text that nothing interprets."""
    if service.schema in _MAIL_SERVICES:
        return message.title, message.html, NotifyFormat.HTML
    text, title = message.text.strip(), ""
    if service.title_maxlen > 0 and text != message.title:
        title = shortened(message.title, service.title_maxlen)
        text = text.removeprefix(title).strip()  # a title that had to be cut stands whole in the text
    if (
        service.resolve_format(NotifyFormat.TEXT) == NotifyFormat.HTML
    ):  # Telegram: apprise swallows empty lines on the way
        text = text.replace("\n\n", "\n\u2060\n")
    return title, fitted(text, service.body_maxlen), NotifyFormat.TEXT


def fitted(text: str, most: int) -> str:
    """As many whole lines as fit, at least the first one, cut if it must be."""
    if most <= 0 or len(text) <= most:
        return text
    kept = ""
    for line in text.splitlines(keepends=True):
        if len(kept) + len(line) > most - 2:
            break
        kept += line
    return f"{kept.rstrip()}\n…" if kept.strip() else text[: most - 1] + "…"


def _add_facts(service: Any, message: Message) -> None:
    """The webhook's JSON carries the facts under "facts", and a header by which the receiver can drop a double."""
    service.payload_extras.setdefault("facts", dict(message.facts))
    service.headers.setdefault("Idempotency-Key", f"alert-{message.number}-{message.facts.get('created_at', '')}")


def _mail(service: Any, message: Message, redact: Redaction) -> Taken:
    try:
        taken = send_mail(_account(service), message)
        return Taken(redact(taken.answer), taken.receipt)
    except DeliveryError as error:  # servers like to repeat the receiver's address
        raise DeliveryError(
            redact(str(error)), permanent=error.permanent, only_this=error.only_this, partly=error.partly
        ) from None


def _account(service: Any) -> MailAccount:
    return MailAccount(
        host=service.smtp_host,
        port=service.port,
        security=cast(Literal["insecure", "starttls", "ssl"], service.secure_mode),
        user=service.user or "",
        password=service.password or "",
        sender=(service.from_addr[0] or "", service.from_addr[1]),
        to=tuple(address for _, address in service.targets),
        copies=tuple(sorted(service.cc - service.bcc)),
        hidden_copies=tuple(sorted(service.bcc)),
        reply_to=tuple(sorted(service.reply_to)),
        headers=tuple(service.headers.items()),
        verify=service.verify_certificate,
    )
