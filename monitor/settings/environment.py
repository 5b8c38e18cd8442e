"""Fills ${NAME} from the environment where a secret may stand: channels, appnames, proxies, the database."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor.settings.document import Document
from monitor.settings.mistakes import Mistakes, Where

_NAME = re.compile(r"\$\{([^}]*)\}?")


_NO_SECRETS = re.compile(r"\s*(#|data_dir\b)|.*\bpath:")


class Unset(Exception):  # noqa: N818  the trade's word: the name is unset
    """A ${NAME} cannot be filled; the text is the reason, without any value."""


def filled(text: str, environment: Mapping[str, str]) -> str:
    """The text with its names filled in. An empty variable counts as unset: so Compose passes on a missing one."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) or not found[0].endswith("}"):
            raise Unset("a ${...} is not a name: write ${NAME} with letters, digits and underscores")
        if not environment.get(name):
            raise Unset(f"the environment has no {name}: set it before the start, or delete the line")
        return environment[name]

    return _NAME.sub(value, text)


def fill_monitor(document: Document, environment: Mapping[str, str], mistakes: Mistakes, *, forgive: bool) -> str:
    """database, data_dir and proxy of monitor.yaml. Nothing can run without them: an unset name is always a mistake.

    Without ping everything else runs: with `forgive` the reason why there is none is returned instead.
    """
    values = document.values or {}
    ping_unset = _fill(document, values, "ping", ("ping",), environment, None if forgive else mistakes)
    if ping_unset:
        values["ping"] = ""
    proxy = values.get("proxy")
    for holder, key, where in (
        (values, "database", ("database",)),
        (values, "data_dir", ("data_dir",)),
        (proxy, "sources", ("proxy", "sources")),
        (proxy, "channels", ("proxy", "channels")),
    ):
        if isinstance(holder, dict):
            _fill(document, holder, key, where, environment, mistakes)
    return ping_unset


def fill_feeds(document: Document, environment: Mapping[str, str], mistakes: Mistakes, *, forgive: bool) -> None:
    """The appnames of feeds.yaml. Unset, it is a mistake only of a feed that is read: the list names others as well."""
    feeds = (document.values or {}).get("feeds")
    for number, feed in enumerate(feeds if isinstance(feeds, list) else []):
        if isinstance(feed, dict) and feed.get("appname"):
            told = None if forgive or feed.get("enabled") is False else mistakes
            if _fill(document, feed, "appname", ("feeds", number, "appname"), environment, told):
                feed["appname"] = ""


def fill_channels(document: Document, environment: Mapping[str, str], mistakes: Mistakes, *, forgive: bool) -> None:
    """The channels of alerts.yaml. `forgive`: an unset name takes its channel down instead of stopping everything."""
    channels = (document.values or {}).get("channels")
    for name, channel in (channels if isinstance(channels, dict) else {}).items():
        if not isinstance(channel, dict):
            continue
        for key in ("url", "path", "canary", "sign"):
            where = ("channels", name, key)
            reason = _fill(document, channel, key, where, environment, None if forgive else mistakes)
            if reason:
                channel[key] = ""
            if reason and key != "canary":
                channel["broken"] = reason


def _fill(
    document: Document,
    holder: dict[str, Any],
    key: str,
    where: Where,
    environment: Mapping[str, str],
    mistakes: Mistakes | None,
) -> str:
    """Fills one value in place; the reason when it cannot, "" when it could."""
    text = holder.get(key)
    if not isinstance(text, str):
        return ""
    try:
        holder[key] = filled(text, environment)
    except Unset as unset:
        if mistakes is not None:
            mistakes.add(document.path, document.line(where), f"{'.'.join(map(str, where))}: {unset}")
        return str(unset)
    return ""


def values_named(folder: Path, environment: Mapping[str, str] | None = None) -> list[str]:
    """The values of all names in the files of a folder, but for those that fill paths."""
    known = os.environ if environment is None else environment
    lines = [line for file in sorted(folder.glob("*.yaml")) for line in _lines(file) if not _NO_SECRETS.match(line)]
    return [value for line in lines for name in _NAME.findall(line) if (value := known.get(name, ""))]


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
