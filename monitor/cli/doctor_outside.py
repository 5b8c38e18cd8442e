"""What `monitor doctor` asks of the world: names, certificates, the clock, a few feeds, and the pages' own address."""

import asyncio
import os
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median
from urllib.parse import urlsplit

from monitor.channels.when import counted
from monitor.cli.diagnosis import WITHIN, Line, in_thread
from monitor.cli.feed_asking import Answer, Reading, ask
from monitor.errors import HttpError
from monitor.http import HttpClient, HttpResponse, Limits
from monitor.settings import Feed, Settings
from monitor.sources import Workers

SAMPLE = 6  # feeds that are asked, each of another host
_SKEW_SEEN, _SKEW_HURTS = 10.0, 60.0  # seconds
_LIMITS = Limits(connect=5.0, read=8.0, total=8.0, size=1_000_000)


@dataclass(frozen=True, slots=True)
class Answers:
    """How a sample of the feeds answered, and by how many seconds each of their servers' clocks is ahead of ours."""

    feeds: Sequence[Answer]
    skews: Sequence[float]


class _Listening(HttpClient):
    """Notes what each server says the time is: the feeds are asked anyway, and nobody is asked twice."""

    skews: list[float]

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, limits: Limits | None = None
    ) -> HttpResponse:
        response = await super().get(url, headers=headers or {}, limits=limits or Limits())
        if (skew := skew_of(response.headers, time.time())) is not None:
            self.skews.append(skew)
        return response


def skew_of(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that the server is ahead; what a cache has kept counts from when it was made."""
    try:
        said = parsedate_to_datetime(headers["Date"])
        age = int(headers.get("Age", "0"))
    except (KeyError, ValueError):
        return None
    if said.tzinfo is None:
        said = said.replace(tzinfo=UTC)
    return said.timestamp() + age - now


def sample(settings: Settings) -> list[Feed]:
    """The first feeds that are switched on, each of another host."""
    by_host: dict[str, Feed] = {}
    for feed in settings.feeds:
        if feed.enabled:
            by_host.setdefault(urlsplit(feed.url).hostname or "", feed)
    return list(by_host.values())[:SAMPLE]


async def answers_of(settings: Settings, now: datetime) -> Answers:
    proxy = settings.proxy.sources.get_secret_value()
    listening = _Listening(settings.user_agent, proxy=proxy, allow_loopback=settings.allow_loopback)
    listening.skews = []
    async with listening as http, Workers() as workers:
        reading = Reading(http, workers, now)
        found = await asyncio.gather(*(_answer(feed, reading) for feed in sample(settings)))
    return Answers(found, listening.skews)


async def _answer(feed: Feed, reading: Reading) -> Answer:
    try:
        return await asyncio.wait_for(ask(feed, reading), WITHIN)
    except TimeoutError:
        says = f"it gave no complete answer within {WITHIN:.0f} s"
        return Answer(feed, False, 0, None, says, "Try again later.", "timeout")


def clock(answers: Answers) -> list[Line]:
    if not answers.skews:
        says = "no server answered with its time, so ours could not be compared"
        return [Line("clock", "warn", says, "mend names and feeds below, then try again")]
    skew = median(answers.skews)
    if abs(skew) < _SKEW_SEEN:
        agree = counted(len(answers.skews), "server", "en")
        return [Line("clock", "ok", f"it agrees with {agree} to {abs(skew):.0f} s")]
    way = "behind" if skew > 0 else "ahead"
    says = f"the clock of this machine is {timedelta(seconds=round(abs(skew)))} {way}"
    mend = "let it keep the time: timedatectl set-ntp true"
    return [Line("clock", "bad" if abs(skew) > _SKEW_HURTS else "warn", says, mend)]


async def names(settings: Settings) -> list[Line]:
    if settings.proxy.sources.get_secret_value():
        return [Line("names", "ok", "the proxy resolves them")]
    hosts = [urlsplit(feed.url).hostname or "" for feed in sample(settings)]
    if not hosts:
        return []
    found = await asyncio.gather(*(_resolves(host) for host in hosts))
    lost = [host for host, is_known in zip(hosts, found, strict=True) if not is_known]
    if not lost:
        return [Line("names", "ok", f"of the feeds' hosts {len(hosts)} could be resolved")]
    if len(lost) == len(hosts):
        mend = "check the network of this machine and /etc/resolv.conf, or name a proxy under proxy.sources"
        return [Line("names", "bad", "not one host of the feeds can be resolved", mend)]
    return [Line("names", "warn", f"cannot be resolved: {', '.join(lost)}", "check its url in feeds.yaml")]


async def _resolves(host: str) -> bool:
    try:
        await asyncio.wait_for(in_thread(lambda: socket.getaddrinfo(host, 443)), WITHIN * 0.8)
    except (OSError, TimeoutError, UnicodeError):
        return False
    return True


def tls(answers: Answers) -> list[Line]:
    if not _has_roots():
        mend = "install them: on Debian apt install ca-certificates"
        return [Line("certificates", "bad", "this machine knows no authority that signs certificates", mend)]
    refused = [each.feed.name for each in answers.feeds if each.kind == "tls"]
    if not refused:
        return [Line("certificates", "ok", f"{ssl.OPENSSL_VERSION}; none was refused")]
    is_ours = len(refused) == len(answers.feeds)
    mend = "check this machine's clock first, then whether a proxy stands between" if is_ours else "tell the outlet"
    says = f"the certificate was refused of {', '.join(refused)}"
    return [Line("certificates", "bad" if is_ours else "warn", says, mend)]


def _has_roots() -> bool:
    paths = ssl.get_default_verify_paths()
    if paths.cafile and os.path.exists(paths.cafile):
        return True
    return bool(paths.capath and os.path.isdir(paths.capath) and os.listdir(paths.capath))


def feeds(settings: Settings, answers: Answers) -> list[Line]:
    if not answers.feeds:
        return [Line("feeds", "bad", "no feed is switched on: nothing is watched", "`monitor feeds add` takes one")]
    failed = [each for each in answers.feeds if not each.reads]
    of = sum(feed.enabled for feed in settings.feeds)
    says = f"{len(answers.feeds) - len(failed)} of {len(answers.feeds)} that were asked can be read ({of} are on)"
    all_failed = len(failed) == len(answers.feeds)
    mend = "if none can, it is this machine: look at names, certificates and proxy" if all_failed else ""
    lines = [Line("feeds", "bad" if all_failed else "warn" if failed else "ok", says, mend)]
    lines += [Line("feeds", "warn", f"{each.feed.name}: {each.said}", each.advice) for each in failed]
    return lines


async def pages(settings: Settings) -> list[Line]:
    """Whether the pages answer where messages say that they are."""
    url = settings.public_url.rstrip("/")
    if not url:
        says = "public_url is not set: messages carry no link to acknowledge with"
        return [Line("pages", "ok", says, "set it in monitor.yaml, if readers can reach the pages")]
    async with HttpClient(settings.user_agent, allow_loopback=True) as http:
        try:
            answer = await http.get(f"{url}/readyz", limits=_LIMITS)
        except HttpError as error:
            mend = (
                "start the monitor, then look at the reverse proxy and at public_url; from inside it may be unreachable"
            )
            return [Line("pages", "warn", f"{url} does not answer: {error}", mend)]
    if answer.status in (200, 503) and b'"ready"' in answer.body:
        return [Line("pages", "ok", f"{url} answers")]
    mend = "let the reverse proxy hand it on to `listen:` of monitor.yaml (docs/web.md)"
    return [Line("pages", "warn", f"{url} is answered by something else (status {answer.status})", mend)]
