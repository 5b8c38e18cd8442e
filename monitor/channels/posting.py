"""Hands one message to a web service and reads what it answers: taken, later (and when), or never.

For the channels of our own; apprise does not say what the services of its plugins answer.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from monitor.channels.blocking import TIME_LIMIT
from monitor.channels.quoting import clean
from monitor.channels.refusal import LONGEST_WAIT, MEANS, NEVER_STATUS
from monitor.channels.secrets import Redaction
from monitor.errors import DeliveryError, HttpError
from monitor.http import HttpClient, HttpResponse, Limits

_ANSWER_SIZE = 1_000_000
_LIMITED = frozenset({429, 503})
# HttpError's own words name the address, and with many services that is the secret.
_NO_ANSWER: Mapping[str, str] = {
    "dns": "its name cannot be resolved: check the channel's url and this machine's network",
    "refused": "the connection is refused, or it cannot be reached",
    "tls": "it has no valid certificate, or no secure connection came about",
    "blocked_address": "its name leads to an address that no message may be sent to: check the channel's url",
    "protocol": "it closed the connection without a proper answer: the message may or may not have arrived",
}


@dataclass(frozen=True, slots=True)
class Service:
    """A web service as one channel uses it. `named_by_user`: its host stands in the user's URL, so it may be private.

    Fixed addresses (api.telegram.org) must be public: only who can write alerts.yaml points us into the own network.
    """

    name: str
    redact: Redaction
    proxy: str = ""
    named_by_user: bool = False
    time_limit: float = TIME_LIMIT

    async def post(
        self,
        url: str,
        content: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
        method: Literal["POST", "PUT", "PATCH"] = "POST",
        sign: Callable[[bytes], Mapping[str, str]] | None = None,
    ) -> HttpResponse:
        """`content` as JSON. Whatever status comes back; DeliveryError when none does. `sign`: body -> more headers."""
        limits = Limits(connect=10.0, read=self.time_limit, total=self.time_limit, size=_ANSWER_SIZE)
        sent = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json", **(headers or {})}
        body = json.dumps(content, ensure_ascii=False).encode()
        # A client for each message: connections kept open for hours fail just when there is something to tell.
        try:
            async with HttpClient(proxy=self.proxy, allow_loopback=self.named_by_user) as http:
                return await http.post(
                    url,
                    body,
                    headers=sent | dict(sign(body)) if sign else sent,
                    limits=limits,
                    method=method,
                )
        except HttpError as error:
            if error.kind == "timeout":
                why = f"no answer within {self.time_limit:.0f} s: the message may or may not have arrived"
                raise DeliveryError(f"{self.name}: {why}") from None
            why = _NO_ANSWER.get(error.kind, "its answer could not be read: the message may or may not have arrived")
            raise DeliveryError(f"{self.name}: {why}") from None

    def refused(
        self,
        response: HttpResponse,
        said: str = "",
        *,
        never: bool = False,
        only_this: bool = False,
        wait: float | None = None,
    ) -> DeliveryError:
        """What to make of an answer that is no yes. `wait`: seconds that follow from what it says."""
        status = response.status
        why = f"{MEANS[status]} ({status})" if status in MEANS else f"it did not take the message ({status})"
        detail = clean(self.redact(said), 200)
        asked = wait or (asked_wait(response) if status in _LIMITED else None)
        return DeliveryError(
            f"{self.name}: {why}" + (f" - {detail}" if detail else ""),
            permanent=never or only_this or status in NEVER_STATUS,
            only_this=only_this,
            retry_after=min(asked, LONGEST_WAIT) if asked is not None else None,
        )


def asked_wait(response: HttpResponse) -> float | None:
    """The seconds in the body (Telegram and Discord say them there), else those of Retry-After; None without."""
    answer = json_of(response)
    inner = answer.get("parameters")
    said = (inner if isinstance(inner, dict) else answer).get("retry_after")
    if isinstance(said, int | float) and said >= 0:
        return float(said)
    header = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", header):
        return float(header)
    return _until(header, response.headers.get("Date", ""))


def _until(then: str, now: str) -> float | None:
    """A date is read against the server's own clock, so that ours need not agree with it."""
    try:
        return max(0.0, (parsedate_to_datetime(then) - parsedate_to_datetime(now)).total_seconds())
    except (ValueError, TypeError):
        return None


def json_of(response: HttpResponse) -> dict[str, Any]:
    """The answer's JSON object; {} if it is none."""
    try:
        found = json.loads(response.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def text_of(response: HttpResponse) -> str:
    return response.body[:2000].decode("utf-8", "replace").strip()
