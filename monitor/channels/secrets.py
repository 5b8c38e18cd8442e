"""Takes out of a service's error text whatever its URL keeps secret: tokens, passwords, receivers, in each spelling."""

import base64
import re
from urllib.parse import quote, unquote, urlsplit

_SHORTEST = 4  # shorter pieces are ports and yes/no; taking them out would only garble
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}|localhost|[\d.]+", re.IGNORECASE)


class Redaction:
    """`public` is the same URL as the service itself would show it; a host name in both may be shown."""

    def __init__(self, url: str, public: str) -> None:
        self._secret = sorted((each for each in pieces(url, public) if len(each) >= _SHORTEST), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for secret in self._secret:
            text = text.replace(secret, "***")
        return text

    def __repr__(self) -> str:
        return "Redaction(***)"


def pieces(url: str, public: str) -> set[str]:
    """What of the URL is not to be shown, in each spelling."""
    address, _, query = url.partition("?")
    schema, _, rest = address.partition("://")
    values = [each.partition("=")[2] for each in re.split("[&;]", query)]
    found = {url, rest, *values, *(part for each in (rest, *values) for part in re.split(r"[/:@, ]", each))}
    shown = {schema, *_host_and_port(url, public)}
    plain = {unquote(piece) for piece in found}
    return (found | plain | {quote(piece, safe="") for piece in plain} | _logins(rest)) - shown


def _host_and_port(url: str, public: str) -> set[str]:
    """The host and port, where they are such; with many services that place holds a token."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return set()
    return {host, str(port)} if _HOST.fullmatch(host) and host in public.casefold() else set()


def _logins(rest: str) -> set[str]:
    """User and password as an Authorization header holds them."""
    login = rest.partition("/")[0].rpartition("@")[0]
    return {base64.b64encode(unquote(login).encode()).decode()} if login else set()
