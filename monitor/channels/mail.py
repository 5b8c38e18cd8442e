"""One alert as one e-mail over SMTP: text and HTML twin, headers that make doubles known, the server's own words.

apprise does not do the sending: it makes a new Message-ID at each try and hides what the server says.
"""

import hashlib
import re
import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from typing import Literal

from monitor.channels.quoting import clean
from monitor.errors import DeliveryError
from monitor.records import Message, Taken

_OWN_NAME = "[127.0.0.1]"  # said in greeting; smtplib would ask the DNS for this machine's name, slowly, and tell it
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_FULL = frozenset({421, 450, 451, 452, 454, 552})  # busy, greylisted, mailbox full: it may go through later


@dataclass(frozen=True, slots=True)
class MailAccount:
    """Where and as whom mail is handed in, and to whom it goes. Secret: never logged, not in its repr."""

    host: str
    port: int
    security: Literal["insecure", "starttls", "ssl"]
    user: str
    password: str
    sender: tuple[str, str]  # name, address
    to: tuple[str, ...]
    copies: tuple[str, ...] = ()
    hidden_copies: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    verify: bool = True
    timeout: float = 15.0

    def __repr__(self) -> str:
        return f"MailAccount({self.host}:{self.port}, {len(self.to)} receivers)"


class _ContentError(smtplib.SMTPResponseException):
    """The server read the mail itself and did not want it."""


def send_mail(account: MailAccount, message: Message) -> Taken:
    """Hand the mail in, to each receiver apart; the server's last answer, and the Message-ID. Raises DeliveryError."""
    try:
        written = [(receiver, mail(account, message, receiver)) for receiver in account.to]
        mails = [(receiver, content.as_bytes()) for receiver, content in written]
    except (ValueError, MessageError) as error:  # the account's addresses: the message's own text is always clean
        mend = "the channel's sender or receiver is no mail address: correct its url"
        raise DeliveryError(mend, permanent=True) from error
    answers: list[str] = []
    refused: list[DeliveryError] = []
    try:
        with _session(account) as server:
            for receiver, content in mails:
                try:
                    answers.append(_hand_in(server, account, receiver, content))
                except smtplib.SMTPResponseException as error:
                    refused.append(_refusal(error))
                    server.rset()
    except (OSError, smtplib.SMTPException) as error:  # the second is a kind of the first; named for the reader
        if len(answers) + len(refused) < len(mails):  # otherwise only the good-bye went wrong
            raise _refusal(error) from error
    for_now = [error for error in refused if not error.permanent]
    if refused and answers and not for_now:
        said = f"{len(answers)} of {len(mails)} receivers took it; the others never will: {refused[0]}"
        raise DeliveryError(said, permanent=True, partly=True)
    if refused:
        raise (for_now or refused)[0]
    return Taken(answers[-1], str(written[0][1]["Message-ID"]))


def mail(account: MailAccount, message: Message, receiver: str) -> EmailMessage:
    """The mail itself. Its Message-ID is the same at every attempt, so that a double shows as one in the inbox."""
    number = message.number
    head = EmailMessage(policy=SMTP)
    head["Subject"] = clean(message.title, 900)
    head["From"] = _address(account.sender)
    head["To"] = _address(parseaddr(receiver))
    if account.copies:
        head["Cc"] = tuple(_address(parseaddr(copy)) for copy in account.copies)
    if account.reply_to:
        head["Reply-To"] = tuple(_address(parseaddr(address)) for address in account.reply_to)
    head["Date"] = formatdate()
    head["Message-ID"] = f"<{_story(message)}.{number}.{_fingerprint(message)}@{account.sender[1].rpartition('@')[2]}>"
    if _MESSAGE_ID.fullmatch(message.answers):
        head["In-Reply-To"] = message.answers
        head["References"] = message.answers
    head["Auto-Submitted"] = "auto-generated"
    head["X-Auto-Response-Suppress"] = "All"
    head["X-Delivery-Number"] = str(number)
    head["X-Delivery-Attempt"] = str(message.facts.get("attempt", 1))
    for name in ("occasion", "situation"):
        if said := clean(str(message.facts.get(name, "")), 300):
            head[f"X-{name.capitalize()}"] = said
    for name, value in account.headers:
        del head[name]
        head[name] = clean(value, 900)
    head.set_content(message.text, cte="base64")
    head.add_alternative(message.html, subtype="html", cte="base64")
    return head


def _story(message: Message) -> str:
    """The situation in letters that a Message-ID takes; a longer one would be folded, and no longer be found."""
    return re.sub("[^a-z0-9-]", "", str(message.facts.get("situation") or "alert"))[:24]


def _fingerprint(message: Message) -> str:
    """Tells apart the No. 17 of two monitors, or of one set up anew: mail services drop what they take for a double."""
    facts = message.facts
    named = f"{message.number}|{facts.get('occasion')}|{facts.get('created_at')}"
    return hashlib.sha256(named.encode()).hexdigest()[:12]


def _address(named: tuple[str, str]) -> Address:
    name, address = named
    return Address(clean(name, 100), addr_spec=address)


def _session(account: MailAccount) -> smtplib.SMTP:
    context = None if account.security == "insecure" else _encryption(account)
    if account.security == "ssl":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            account.host, account.port, _OWN_NAME, timeout=account.timeout, context=context
        )
    else:
        server = smtplib.SMTP(account.host, account.port, _OWN_NAME, timeout=account.timeout)
    try:
        if account.security == "starttls":
            server.starttls(context=context)
        if account.user and account.password:
            server.login(account.user, account.password)
    except BaseException:
        server.close()
        raise
    return server


def _encryption(account: MailAccount) -> ssl.SSLContext:
    """Costs 30 ms: it reads the machine's certificates."""
    context = ssl.create_default_context()
    if not account.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _hand_in(server: smtplib.SMTP, account: MailAccount, receiver: str, content: bytes) -> str:
    """The commands one by one: smtplib's own sendmail throws the server's answer away."""
    receivers = [parseaddr(each)[1] for each in (receiver, *account.copies, *account.hidden_copies)]
    sender = account.sender[1]
    server.ehlo_or_helo_if_needed()
    _accepted(server.mail(sender))
    for each in receivers:
        _accepted(server.rcpt(each))
    try:
        return _accepted(server.data(content))
    except smtplib.SMTPResponseException as error:
        raise _ContentError(error.smtp_code, error.smtp_error) from None


def _accepted(answer: tuple[int, bytes]) -> str:
    if not 200 <= answer[0] < 300:
        raise smtplib.SMTPResponseException(*answer)
    return clean(f"{answer[0]} {answer[1].decode(errors='replace')}", 200)


def _refusal(error: Exception) -> DeliveryError:
    """The server's words, and whether to try again: 4xx means later, 5xx means never as it stands."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        said = clean(text.decode(errors="replace") if isinstance(text, bytes) else str(text), 200)
        login = isinstance(error, smtplib.SMTPAuthenticationError)
        doing = "refuses the login" if login else "did not take the message"
        permanent = error.smtp_code >= 500 and error.smtp_code not in _FULL
        only_this = permanent and isinstance(error, _ContentError)
        words = f"the mail server {doing}: {error.smtp_code} {said}"
        return DeliveryError(words, permanent=permanent, only_this=only_this)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        said = clean(str(error), 200)
        return DeliveryError(f"the mail server cannot do what the channel's url asks for: {said}", permanent=True)
    return DeliveryError(f"no mail server took the message: {clean(str(error), 200) or type(error).__name__}")
