"""Asks a web address and gives back what came, within limits that the other side cannot lift."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType, TracebackType
from typing import Literal
from urllib.parse import urljoin

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from monitor import __version__
from monitor.errors import HttpError
from monitor.http.addresses import Addresses, Scope
from monitor.http.body import Body
from monitor.http.failures import named, shown
from monitor.http.pacing import Pacing

DEFAULT_USER_AGENT = f"escalation-monitor/{__version__} (+feed reader)"
_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
    "Accept-Language": "ar,en;q=0.8,*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DROPS = 50.0
_FOR_GOOD = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, of silence between two pieces, in all; bytes on the wire and unpacked; redirects.

    `drip`: seconds of an answer after which less than _DROPS bytes a second are no slow line any more.
    """

    connect: float = 10.0
    read: float = 20.0
    total: float = 60.0
    size: int = 15_000_000
    redirects: int = 10
    drip: float = 15.0


@dataclass(frozen=True, slots=True)
class HttpResponse:
    url: str  # the address that answered, behind all redirects
    status: int
    headers: Mapping[str, str]  # names in any case
    body: bytes
    redirects: tuple[str, ...] = ()  # the addresses that led here, first the one that was asked
    moved: str = ""  # where the asked address has moved for good; "" unless every redirect up to there said so
    broken_off: str = ""  # one clause when the body ended early: what came is in `body`


_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_DEFAULT_LIMITS = Limits()


class HttpClient:
    """One pool of connections. Keeps no cookies, follows no proxy of the environment, asks only http and https."""

    def __init__(self, user_agent: str = "", proxy: str = "", allow_loopback: bool = False) -> None:
        self._headers = {"User-Agent": user_agent or DEFAULT_USER_AGENT, **_HEADERS}
        self._proxy = URL(proxy) if proxy else None
        self._allow_loopback = allow_loopback
        self._pacing = Pacing()
        self._session: aiohttp.ClientSession
        self._addresses: Addresses

    def __repr__(self) -> str:
        return "HttpClient()"  # the proxy may carry a password

    async def __aenter__(self) -> "HttpClient":
        self._addresses = Addresses(self._allow_loopback, (self._proxy.raw_host or "") if self._proxy else "")
        connector = aiohttp.TCPConnector(limit=200, resolver=self._addresses, use_dns_cache=False)
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()
        await self._addresses.close()

    async def get(
        self, url: str, *, headers: Mapping[str, str] = _NO_HEADERS, limits: Limits = _DEFAULT_LIMITS
    ) -> HttpResponse:
        """What `url` answers, whatever the status. `headers` replace our own of the same name. Raises HttpError."""
        asked = _parsed(url)
        async with self._pacing.at(asked.raw_host or ""):
            try:
                async with asyncio.timeout(limits.total):
                    return await self._follow(asked, CIMultiDict({**self._headers, **headers}), limits)
            except TimeoutError:
                raise HttpError(f"{shown(url)} gave no complete answer within {limits.total:g} s", "timeout") from None

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        headers: Mapping[str, str] = _NO_HEADERS,
        limits: Limits = _DEFAULT_LIMITS,
        method: Literal["POST", "PUT", "PATCH"] = "POST",
    ) -> HttpResponse:
        """Hand `body` over, once. Raises HttpError.

        No redirect is followed: what is redirected arrives as a GET, and 200 then means nothing.
        """
        asked = _parsed(url)
        try:
            async with asyncio.timeout(limits.total):
                await self._admit(asked, None)
                return await self._ask(asked, CIMultiDict({**self._headers, **headers}), limits, method, body)
        except TimeoutError:
            raise HttpError(f"{asked.host} gave no complete answer within {limits.total:g} s", "timeout") from None

    async def _follow(self, url: URL, headers: CIMultiDict[str], limits: Limits) -> HttpResponse:
        trail: list[str] = []
        first: Scope | None = None
        moved, for_good = "", True
        while True:
            kind = await self._admit(url, first)
            first = first or kind
            response = await self._ask(url, headers, limits)
            target = _target(response)
            if target is None:
                return replace(response, redirects=tuple(trail), moved=moved)
            trail.append(str(url))
            for_good = for_good and response.status in _FOR_GOOD
            moved = str(target) if for_good else moved
            _check_trail(trail, str(target), limits.redirects)
            url = target

    async def _admit(self, url: URL, first: Scope | None) -> Scope:
        try:
            return await self._addresses.admit(url, first, by_proxy=self._proxy is not None)
        except OSError:
            raise HttpError(f"the name {url.host} cannot be resolved", "dns") from None

    async def _ask(
        self, url: URL, headers: CIMultiDict[str], limits: Limits, method: str = "GET", body: bytes | None = None
    ) -> HttpResponse:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=limits.connect, sock_read=limits.read)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, allow_redirects=False, proxy=self._proxy, timeout=timeout
            ) as answer:
                return await _received(answer, limits)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise named(error, str(url)) from None


async def _received(answer: aiohttp.ClientResponse, limits: Limits) -> HttpResponse:
    headers = CIMultiDictProxy(CIMultiDict(answer.headers))
    response = HttpResponse(url=str(answer.url), status=answer.status, headers=headers, body=b"")
    if answer.status in _REDIRECTS and "Location" in headers:
        return response
    if (answer.content_length or 0) > limits.size:
        raise HttpError(f"the answer is larger than {limits.size / 1e6:g} MB and was not fetched", "too_large")
    body = Body(headers.get("Content-Encoding", ""), limits.size)
    broken_off, clock = "", asyncio.get_running_loop().time
    began = clock()
    try:
        async for chunk in answer.content.iter_any():
            body.add(chunk)
            passed = clock() - began
            if passed > limits.drip and body.received < _DROPS * passed:
                raise HttpError(f"the answer comes in drops: {body.received} bytes in {passed:.0f} s", "timeout")
    except (aiohttp.ClientPayloadError, ConnectionError):
        broken_off = f"the connection broke off after {body.received} bytes"
    plain, complete = body.finish()
    if not complete and not broken_off:
        broken_off = "the compressed answer ends early"
    if broken_off and not plain:
        raise HttpError(broken_off, "protocol")
    return replace(response, body=plain, broken_off=broken_off)


def _target(response: HttpResponse) -> URL | None:
    location = response.headers.get("Location", "").strip()
    if response.status not in _REDIRECTS or not location:
        return None
    try:
        return _parsed(urljoin(response.url, location), redirected=True)
    except ValueError:
        raise HttpError("the answer redirects to no usable web address", "protocol") from None


def _parsed(url: str, *, redirected: bool = False) -> URL:
    said = "the answer redirects to" if redirected else "the address is"
    try:
        parsed = URL(url.strip()).with_fragment(None)
    except ValueError:
        raise HttpError(f"{said} no usable web address", "protocol") from None
    if parsed.scheme not in {"http", "https"}:
        raise HttpError(f"{said} a {parsed.scheme or 'relative'}: address; only http and https are read", "protocol")
    if not parsed.raw_host:
        raise HttpError(f"{said} an address without a host", "protocol")
    return parsed


def _check_trail(trail: list[str], target: str, most: int) -> None:
    if target in trail:
        turns = " -> ".join(shown(step) for step in [*trail[trail.index(target) :][-3:], target])
        raise HttpError(f"the address redirects in a circle: {turns}", "redirects")
    if len(trail) > most:
        raise HttpError(f"the address redirects more than {most} times, last to {shown(target)}", "redirects")
