"""Which addresses may be asked: no feed, link or redirect makes the monitor read its own machine or network.

The resolver both checks and pins: the connection goes to the very addresses that were checked, so that a name cannot
change its mind in between.
"""

import asyncio
import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Literal

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from monitor.errors import HttpError

Scope = Literal["public", "private", "loopback", "forbidden"]

_KEPT = 60.0  # seconds that an answer is pinned
_MOST_KEPT = 2_000
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class BlockedAddressError(OSError):
    """A name leads where we must not ask. An OSError, because that is what aiohttp lets a resolver raise."""


@lru_cache(_MOST_KEPT)
def scope(address: str) -> Scope:
    """What kind of address this is, looking through the forms that carry an IPv4 address inside an IPv6 one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return "public" if inner.is_global and not inner.is_multicast else "forbidden"
    if ip.is_loopback:
        return "loopback"
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved:
        return "forbidden"
    if ip.is_global:
        return "public"
    # Only the classic private ranges can be opened by the setting; carrier space, documentation ranges etc. never.
    return "private" if ip in _PRIVATE_4 or ip in _PRIVATE_6 else "forbidden"


class _Ranges:
    def __init__(self, *networks: str) -> None:
        self._networks = tuple(ipaddress.ip_network(network) for network in networks)

    def __contains__(self, ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        return any(ip in network for network in self._networks)


_PRIVATE_4 = _Ranges("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
_PRIVATE_6 = _Ranges("fc00::/7")


class Addresses(AbstractResolver):
    """Resolves names in threads of its own, keeps the answers for a minute, and refuses what may not be asked.

    `proxy_host` is exempt: a proxy usually stands in the private network, and whoever wrote the configuration chose it.
    """

    def __init__(self, allow_loopback: bool, proxy_host: str = "") -> None:
        self._allowed: frozenset[Scope] = frozenset({"public", "private", "loopback"} if allow_loopback else {"public"})
        self._proxy_host = proxy_host
        self._kept: dict[str, tuple[float, list[str]]] = {}
        # Not the loop's own threads: names that hang for 20 s would hold up everybody else's work.
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="dns")

    async def admit(self, url: URL, first: Scope | None, *, by_proxy: bool) -> Scope:
        """The scope of the host of `url`, or HttpError.

        A redirect (`first`: the scope it began in) leads to public addresses or stays in its own kind of network.
        """
        host = url.raw_host or ""
        found = await self._scope(host, by_proxy=by_proxy)
        if found not in self._allowed or (first is not None and found not in {"public", first}):
            raise HttpError(_refusal(host, found, redirected=first is not None), "blocked_address")
        return found

    async def _scope(self, host: str, *, by_proxy: bool) -> Scope:
        if _is_literal(host):
            return scope(host)
        if by_proxy:
            # The proxy resolves; asking here as well would tell the local network what is being read.
            return "loopback" if host == "localhost" or host.endswith(_LOCAL_NAMES) else "public"
        scopes = {scope(address) for address in await self._addresses(host)}
        return next(kind for kind in ("forbidden", "loopback", "private", "public") if kind in scopes)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await self._addresses(host)
        if host != self._proxy_host and any(scope(address) not in self._allowed for address in addresses):
            raise BlockedAddressError(f"{host} leads to an address that is not public")
        return [_result(host, address, port) for address in addresses if family in (socket.AF_UNSPEC, _family(address))]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _addresses(self, host: str) -> list[str]:
        loop = asyncio.get_running_loop()
        kept = self._kept.get(host)
        if kept and kept[0] > loop.time():
            return kept[1]
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        addresses = await loop.run_in_executor(self._threads, _look_up, host)
        self._kept[host] = (loop.time() + _KEPT, addresses)
        return addresses


def _look_up(host: str) -> list[str]:
    answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


@lru_cache(_MOST_KEPT)
def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _result(host: str, address: str, port: int) -> ResolveResult:
    return ResolveResult(
        hostname=host, host=address, port=port, family=_family(address), proto=0, flags=socket.AI_NUMERICHOST
    )


def _refusal(host: str, found: Scope, *, redirected: bool) -> str:
    kind = {"loopback": "this machine itself", "private": "a private network", "forbidden": "a reserved network"}.get(
        found, found
    )
    if redirected:
        return f"the answer redirects to {host}, which is {kind}: not followed"
    mend = "" if found == "forbidden" else "; for a local feed set allow_loopback: true in monitor.yaml"
    return f"{host} is {kind}: not asked{mend}"
