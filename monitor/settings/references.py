"""What no single entry can know: names given twice, and names that lead nowhere.

It works on the plain values, not on the models: so a mistake in one entry does not hide those between the others.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from monitor.settings.document import Document
from monitor.settings.mistakes import Mistakes, shown, suggestion

_POLITE_SECONDS = 60


def check_feeds(document: Document, mistakes: Mistakes) -> None:
    """No name and no address twice."""
    names: dict[str, int] = {}
    addresses: dict[str, tuple[int, str]] = {}
    for number, feed in _entries(document, "feeds"):
        line = document.line(("feeds", number))
        name, url = feed.get("name"), feed.get("url")
        if isinstance(name, str):
            if name in names:
                text = f"feed {shown(name)}: the name is taken by the feed in line {names[name]}: choose another name"
                mistakes.add(document.path, document.line(("feeds", number, "name")), text)
            names.setdefault(name, line)
        if isinstance(url, str) and (same := same_address(url)):
            if same in addresses:
                first_line, first = addresses[same]
                owner = f"feed {shown(first)} in line {first_line}"
                text = f"feed {shown(str(name))}: its url is that of {owner}: delete one of them"
                mistakes.add(document.path, document.line(("feeds", number, "url")), text)
            addresses.setdefault(same, (line, str(name)))


def check_pace(document: Document, seconds: list[int], mistakes: Mistakes) -> None:
    """No stranger's server is asked more than once a minute; `every: 5` was meant as five minutes."""
    for number, every in enumerate(seconds):
        if every < _POLITE_SECONDS:
            where = ("feeds", number, "every")
            name = (document.values or {})["feeds"][number]["name"]
            text = f"feed {shown(name)}: every: {every} means every {every} seconds: write 5m for minutes; at least 60s"
            mistakes.add(document.path, document.line(where), text)


def check_alerts(document: Document, mistakes: Mistakes) -> None:
    """Every rule leads to a recipient, every recipient to channels."""
    channels, recipients = _mapping(document, "channels"), _mapping(document, "recipients")
    for name, channel in channels.items():
        if isinstance(channel, dict) and "broken" in channel:
            where = ("channels", name, "broken")
            mistakes.add(document.path, document.line(where), f"channel {shown(name)}: unknown key broken: delete it")
    for name, recipient in recipients.items():
        listed = recipient.get("channels") if isinstance(recipient, dict) else None
        for number, channel in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(channel, str) and channel not in channels:
                mend = suggestion(channel, list(channels))
                text = f"recipient {shown(name)}: there is no channel {shown(channel)}: {mend}"
                mistakes.add(document.path, document.line(("recipients", name, "channels", number)), text)
    owner = (document.values or {}).get("owner")
    if isinstance(owner, str) and owner and owner not in recipients:
        text = f"owner: there is no recipient {shown(owner)}: {suggestion(owner, list(recipients))}"
        mistakes.add(document.path, document.line(("owner",)), text)
    for number, rule in _entries(document, "rules"):
        to = rule.get("to")
        if isinstance(to, str) and to not in recipients:
            text = f"rule number {number + 1}: there is no recipient {shown(to)}: {suggestion(to, list(recipients))}"
            mistakes.add(document.path, document.line(("rules", number, "to")), text)


def same_address(url: str) -> str:
    """The form under which two spellings of one feed's address are equal; "" if it is no address."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return ""
    if not host:
        return ""
    where = host if port in {None, 80, 443} else f"{host}:{port}"
    return f"{where}{parts.path.rstrip('/')}?{parts.query}"


def _entries(document: Document, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    listed = (document.values or {}).get(key)
    for number, entry in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(entry, dict):
            yield number, entry


def _mapping(document: Document, key: str) -> dict[str, Any]:
    found = (document.values or {}).get(key)
    return found if isinstance(found, dict) else {}
