"""Web addresses as feeds give them: resolved, only http(s), and one spelling for those that mean the same page."""

import re
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from monitor.text.markup import clean

_LONGEST = 2_000
_TRACKING = re.compile(
    r"utm_\w+|at_(?:medium|campaign|link\w*|custom\d)|mc_[ce]id|[fg]bclid|fbclid|gclid|gclsrc|dclid|msclkid|yclid|twclid"
    r"|igshid|_ga|_gl|cmpid|ns_(?:mchannel|source|campaign|linkname|fee)|xtor|feature=share|ocid|traffic_source"
)
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_KEPT = "%!$&'()*+,;=:@/?-._~[]"
_DEFAULT_PORTS = {"http": 80, "https": 443}


def web_link(link: str, base: str) -> str:
    """The address of `link` seen from `base`; "" when it is none that a reader could open (javascript:, file: ...)."""
    try:
        resolved = urljoin(base, "".join(clean(link).split()) if "\n" in link else clean(link).strip())
        parts = urlsplit(resolved)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return resolved if usable and len(resolved) <= _LONGEST else ""


def normalised(url: str) -> str:
    """One spelling per page, for comparing: http and https, cases of host and escapes, default ports and fragments are
    one, tracking parameters are gone. Not for opening."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    host = (parts.hostname or "").rstrip(".")
    if port and port != _DEFAULT_PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    return f"https://{_one_case(host)}{_escaped(parts.path) or '/'}" + (f"?{_escaped(query)}" if query else "")


def _is_tracking(pair: str) -> bool:
    return _TRACKING.fullmatch(pair.partition("=")[0].lower()) is not None


def _one_case(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host.lower()


def _escaped(text: str) -> str:
    """Letters that need no escape stand bare, everything else beyond ASCII is escaped in upper case."""
    return quote(_ESCAPE.sub(_one_escape, text), safe=_KEPT)


def _one_escape(found: re.Match[str]) -> str:
    value = unquote_to_bytes(found[0])
    return value.decode("ascii") if value[0] in _UNRESERVED else found[0].upper()
