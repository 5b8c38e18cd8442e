"""Reads in a service's log lines why it did not take a message, whether trying again is of use, and from when. Pure."""

import re
from collections.abc import Iterable, Sequence

from monitor.channels.quoting import clean
from monitor.channels.secrets import Redaction
from monitor.errors import DeliveryError

_STATUS = re.compile(r"\b(?:error|status|code)\s*[=:]\s*(\d{3})\b", re.IGNORECASE)
_WAIT = re.compile(r"retry[_ -]?after\W{1,4}(\d{1,6}(?:\.\d+)?)", re.IGNORECASE)
NEVER_STATUS = frozenset({401, 403, 404, 405, 410})
NEVER_WORDS = re.compile(  # said with status 200 or 400 by Slack, Telegram and others
    r"chat not found|user not found|channel_not_found|user is deactivated|bot was (?:blocked|kicked)|invalid_auth|"
    r"not_authed|account_inactive|token_(?:revoked|expired)|is_archived|not_in_channel|no_service|peer_id_invalid|"
    r"chat_write_forbidden",
    re.IGNORECASE,
)
MEANS = {
    401: "it does not accept the login or token: put a valid one into the channel's url",
    403: "it forbids us to write there: give the account or bot leave, or change the url",
    404: "it does not know the address: correct the channel's url",
    405: "it takes no messages at this address: correct the channel's url",
    410: "the address was given up: put the new one into the channel's url",
    429: "it asks us to wait",
}
LONGEST_WAIT = 3600.0  # who asks for more is asked again after that: a wait of days would lose the message
_REASON = re.compile(r"\[Errno -?\d+\] [^'\")\]]+|[^'\"():]*(?:timed out|certificate verify failed)[^'\")\]]*")


def refusal(service: str, lines: Sequence[tuple[str, str]], redact: Redaction) -> DeliveryError:
    """`lines` are (level, text). Where they do not tell, the error is temporary: better to ring twice than never."""
    everything = "\n".join(text for _, text in lines)
    loud = [text for level, text in lines if level in {"WARNING", "ERROR", "CRITICAL"}]
    status = next((int(found) for text in loud for found in _STATUS.findall(text)), 0)
    wait = _WAIT.search(everything) if status in {429, 503} or "ratelimited" in everything else None
    said = [*loud, *_causes(text for level, text in lines if level == "DEBUG")]
    permanent = status in NEVER_STATUS or bool(NEVER_WORDS.search(everything))
    why = f"{MEANS[status]} ({status})" if status in MEANS else "it did not take the message"
    detail = clean(redact("; ".join(dict.fromkeys(said))), 300)
    return DeliveryError(
        f"{service}: {why}" + (f" - {detail}" if detail else ""),
        permanent=permanent,
        retry_after=min(float(wait[1]), LONGEST_WAIT) if wait else None,
    )


def _causes(quiet: Iterable[str]) -> list[str]:
    """Of the debug lines only those in which the service or the network speaks; of the latter only the bottom of it."""
    causes = []
    for text in quiet:
        if "Socket Exception:" in text:
            said = text.partition("Socket Exception:")[2]
            causes.append(clean((_REASON.findall(said) or [said])[-1], 200))
        elif "Response Details:" in text:
            causes.append(clean(text.partition("Response Details:")[2].removeprefix("\r\n").strip("b'\" "), 200))
    return [cause for cause in causes if cause not in {"", "{}"}]
