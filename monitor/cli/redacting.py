"""What of a configuration is secret, in every spelling in which a library may put it into a message."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from pydantic import BaseModel, SecretStr

from monitor.channels.secrets import pieces
from monitor.settings import Settings
from monitor.settings.environment import values_named

_SHORTEST = 4  # a shorter one hides nothing, and taking it out would only garble
_SHORTEST_WORD = 8  # of a piece of an address without a digit: /hook, /alerts and the like are no secrets


class Secrets:
    """Takes them out of a text."""

    def __init__(self, settings: Settings, environment: Mapping[str, str] | None = None) -> None:
        names = {*settings.channels, *settings.recipients, *(feed.name for feed in settings.feeds)}
        whole = {*_kept_in(settings), *_of_database(settings.database), *values_named(settings.config_dir, environment)}
        parts = {piece for each in whole if "://" in each for piece in _telling(each)} - names
        spellings = {form for each in whole | parts if len(each) >= _SHORTEST for form in _spellings(each)}
        found = "|".join(re.escape(each) for each in sorted(spellings, key=len, reverse=True))
        self._found = re.compile(found) if found else None

    def __call__(self, text: str) -> str:
        return self._found.sub("***", text) if self._found else text

    def __repr__(self) -> str:
        return "Secrets(***)"


def _kept_in(value: Any) -> Iterator[str]:
    """Every SecretStr, however deep: a new one is hidden without anybody having to think of it."""
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for _, each in value:
            yield from _kept_in(each)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _kept_in(each)
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _kept_in(each)


def _of_database(url: str) -> Iterable[str]:
    try:
        parts = urlsplit(url)
        return [parts.password or "", *parse_qs(parts.query).get("password", [])]
    except ValueError:
        return []


def _telling(url: str) -> Iterator[str]:
    """The pieces of an address that could let somebody in; its host may be shown."""
    login = url.partition("://")[2].partition("/")[0].rpartition("@")[0]
    yield login.partition(":")[2] or login  # a name that stands before a password is none by itself
    for piece in pieces(url, url):
        if len(piece) >= _SHORTEST_WORD or (len(piece) > _SHORTEST and re.search(r"\d", piece)):
            yield piece


def _spellings(secret: str) -> set[str]:
    plain = {secret, unquote(secret)}
    quoted = {quote(each, safe=safe) for each in plain for safe in ("", "/")}
    escaped = {json.dumps(each, ensure_ascii=ascii)[1:-1] for each in plain for ascii in (True, False)}  # noqa: A001
    return {each for each in plain | quoted | escaped | {repr(each)[1:-1] for each in plain} if len(each) >= _SHORTEST}
