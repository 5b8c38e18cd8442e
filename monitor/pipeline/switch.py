"""The dead-man's switch outside: told of each canary, so that somebody hears of it when this machine is gone for good.

Its address is a secret: it appears in no log, no exception and no row.
"""

import logging
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from monitor.errors import HttpError
from monitor.http import HttpClient, Limits
from monitor.records import Beat

log = logging.getLogger(__name__)

_LIMITS = Limits(connect=5.0, read=10.0, total=15.0, size=100_000)
_WORDS = {
    "dns": "its name cannot be resolved",
    "timeout": "it gave no answer in time",
    "refused": "it cannot be reached",
    "tls": "it has no valid certificate",
}


@dataclass(frozen=True, slots=True)
class Switch:
    url: SecretStr
    http: HttpClient

    async def tell(self, beat: Beat) -> str:
        """Why the switch was not reached; "" if it was, or there is none."""
        url = self.url.get_secret_value()
        if not url:
            return ""
        reason = f"{beat.failed}: {beat.reason}" if beat.failed else ""
        why = await self._asked(_failing(url) if beat.failed else url, reason)
        if why:
            log.warning("the dead-man's switch (ping in monitor.yaml) was not reached: %s", why)
        return why

    async def _asked(self, url: str, body: str) -> str:
        try:
            answer = await self.http.post(url, body.encode(), headers={"Content-Type": "text/plain"}, limits=_LIMITS)
        except HttpError as error:
            return _WORDS.get(error.kind, "it does not answer in valid HTTP")
        return "" if 200 <= answer.status < 300 else f"it answers {answer.status}"


def _failing(url: str) -> str:
    """The same address with /fail behind its path."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))
