"""Which host a feed is on, and which other feeds share what one server asks of us."""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit


@lru_cache(5_000)  # asked at every poll, and to take an address apart is a fifth of writing down that nothing is new
def far_host(url: str) -> str:
    """The host, "" if it is on this machine or in its own network: that it answers or not says nothing of the net."""
    host = (urlsplit(url).hostname or "").lower()
    if host == "localhost" or host.endswith((".localhost", ".local", ".lan", ".internal", ".home.arpa")):
        return ""
    try:
        return host if ipaddress.ip_address(host).is_global else ""
    except ValueError:
        return host


def sharing(url: str, urls: Mapping[str, str]) -> list[str]:
    """Names of the feeds on the host of `url` whose path lies in the same folder or below it."""
    return sorted(name for name, other in urls.items() if shares(url, other))


def shares(url: str, other: str) -> bool:
    """Whether what the server of `url` asks of us there is meant for `other` too."""
    host, folder = _place(url)
    return _is_below(_place(other), host, folder)


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.path.rstrip("/").rpartition("/")[0] + "/"


def _is_below(place: tuple[str, str], host: str, folder: str) -> bool:
    return place[0] == host and place[1].startswith(folder)
