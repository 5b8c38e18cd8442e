"""What the HTTP library throws, in our words. Its own texts are left out: they can hold a proxy's password."""

import ssl

import aiohttp
from yarl import URL

from monitor.errors import HttpError
from monitor.http.addresses import BlockedAddressError

# The first line that fits is taken, so the narrower kinds of error stand above the wider.
_WORDS: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    ((BlockedAddressError,), "leads to an address that is not public: not asked", "blocked_address"),
    ((aiohttp.ConnectionTimeoutError,), "did not accept a connection in time", "timeout"),
    ((TimeoutError,), "fell silent in the middle of its answer, or never began one", "timeout"),
    (
        (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError),
        "was not asked: the proxy does not answer or refuses; check proxy.sources in monitor.yaml",
        "refused",
    ),
    (
        (aiohttp.ClientSSLError, ssl.SSLError, ssl.CertificateError),
        "has no valid certificate, or no secure connection came about",
        "tls",
    ),
    ((aiohttp.ClientConnectorDNSError,), "has a name that cannot be resolved", "dns"),
    ((aiohttp.ClientConnectorError,), "refuses the connection or cannot be reached", "refused"),
    (
        (aiohttp.ServerDisconnectedError, ConnectionError),
        "closed the connection without an answer",
        "protocol",
    ),
    ((Exception,), "does not answer in valid HTTP", "protocol"),
)


def named(error: Exception, url: str) -> HttpError:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorDNSError) else error
    known = cause if isinstance(cause, BlockedAddressError) else error
    words, kind = next((words, kind) for types, words, kind in _WORDS if isinstance(known, types))
    return HttpError(f"{shown(url)} {words}", kind)


def shown(url: str) -> str:
    """`url` as it may be shown: without password, and without the query, which may hold a key."""
    try:
        parsed = URL(url)
        return str(parsed.with_user(None).with_query(None).with_fragment(None)) + (
            "?..." if parsed.query_string else ""
        )
    except ValueError:
        return "the address"
