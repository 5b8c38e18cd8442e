"""Entries as a format gives them -> `Entry` records: cleaned, dated, each with its own key. Pure; runs in a worker."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from monitor.records import Entry
from monitor.sources.links import normalised, web_link
from monitor.text.dates import dated
from monitor.text.gist import gist
from monitor.text.markup import clean, plain_line, plain_text

LONGEST_TITLE = 1_000
LONGEST_TEXT = 200_000
_LONGEST_FOR_GIST = 5_000
_LONGEST_MARKUP = 2_000_000  # of one field; what is behind it is not looked at
_LONGEST_KEY = 300
_LONGEST_NAME = 100
_MOST_SHARED = 1_000


@dataclass(frozen=True, slots=True)
class Raw:
    """One entry as the format gives it; title, summary and content may be markup."""

    guid: str
    link: str
    title: str
    summary: str
    content: str
    language: str
    dates: tuple[str, ...]  # best first; the first that can be read counts
    origin: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the entries of one reading have in common. `shared`: hashes of names that stand for several entries.

    `new`: the feed was not read before, and what all of them say is to be kept.
    """

    base: str
    zone: tzinfo
    now: datetime
    language: str
    shared: frozenset[str]
    new: bool = False


@dataclass(frozen=True, slots=True)
class Collected:
    entries: tuple[Entry, ...]
    shared: tuple[str, ...]
    notes: tuple[str, ...]


def collected(raws: Iterable[Raw], around: Surroundings) -> Collected:
    """The entries in the feed's order, each key once. An entry without link, id and words is none."""
    made = [each for each in (_made(raw, around) for raw in raws) if each.names]
    shared = _shared(made, around.shared)
    entries: dict[str, Entry] = {}
    for each in made:
        key = next((name for name in each.names if _hash(name) not in shared), each.names[-1])
        entries.setdefault(key, replace(each.entry, key=key, gist=_gist(each.entry) if around.new else ""))
    cut = sum(each.cut for each in made)
    notes = (f"{cut} titles or texts longer than can be kept were cut",) if cut else ()
    return Collected(tuple(entries.values()), tuple(sorted(shared))[:_MOST_SHARED], notes)


def _gist(entry: Entry) -> str:
    """Of a long text it may take longer than parsing may: its reader is left to make it."""
    return gist(entry) if len(entry.summary) + len(entry.content) < _LONGEST_FOR_GIST else ""


@dataclass(frozen=True, slots=True)
class _Made:
    entry: Entry  # still without key
    cut: bool
    words: str
    names: tuple[str, ...]  # what may serve as key, shortest first: the id, with the address, with the words


def _made(raw: Raw, around: Surroundings) -> _Made:
    entry, cut = _entry(raw, around)
    address = normalised(entry.url) if entry.url else ""
    has_words = entry.title or entry.summary or entry.content
    words = "words:" + _hash(entry.title, entry.summary or entry.content) if has_words else ""
    parts = [part for part in (clean(raw.guid).strip(), address, words) if part]
    names = tuple(_short(" ".join(parts[:count])) for count in range(1, len(parts) + 1))
    return _Made(entry, cut, words, names)


def _shared(made: Sequence[_Made], known: frozenset[str]) -> frozenset[str]:
    """Hashes of the names that more than one entry bears. They are remembered from reading to reading, because an entry
    must keep its key when the other one has left the feed."""
    bearers: dict[str, set[tuple[str, str]]] = {}
    for each in made:
        for name in each.names:
            bearers.setdefault(_hash(name), set()).add((each.entry.url, each.words))
    return known | {name for name, who in bearers.items() if len(who) > 1}


def _entry(raw: Raw, around: Surroundings) -> tuple[Entry, bool]:
    """The entry, without key, and whether something of it was cut off."""
    title = plain_line(raw.title[:_LONGEST_MARKUP])
    summary = plain_text(raw.summary[:_LONGEST_MARKUP])
    content = plain_text(raw.content[:_LONGEST_MARKUP])
    long = len(title) > LONGEST_TITLE or len(summary) > LONGEST_TEXT or len(content) > LONGEST_TEXT
    title, summary, content = _cut(title, LONGEST_TITLE), summary[:LONGEST_TEXT], content[:LONGEST_TEXT]
    published_at, note = _date(raw.dates, around)
    return Entry(
        key="",
        url=web_link(raw.link, around.base) if raw.link.strip() else "",
        title=title,
        summary=summary,
        content=content,
        language=clean(raw.language or around.language).strip()[:35],
        published_at=published_at,
        date_note=note,
        fingerprint=_hash(title, summary, content),
        origin=plain_line(raw.origin[:1_000])[:_LONGEST_NAME],
        whole=raw.whole,
    ), long


def _cut(title: str, length: int) -> str:
    return title if len(title) <= length else title[: length - 1].rstrip() + "…"


def _date(dates: Sequence[str], around: Surroundings) -> tuple[datetime | None, str]:
    readings = [dated(text, around.zone, around.now) for text in dates if text.strip()]
    readable = (reading for reading in readings if reading[0] is not None)
    return next(readable, readings[0] if readings else (None, "no date"))


def _short(key: str) -> str:
    return key if len(key) <= _LONGEST_KEY else "long:" + _hash(key)


def _hash(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()[:32]


def state_of(entries: Iterable[Entry]) -> str:
    """A hash of what is shown, for answers whose bytes differ every time: view counts, times of answering."""
    return _hash(*(f"{each.key} {each.fingerprint}" for each in entries))


def to_fields(entry: Entry) -> dict[str, Any]:
    """The entry as it passes between processes."""
    fields = {name: getattr(entry, name) for name in Entry.__slots__}  # asdict copies deeply, ten times slower
    return {**fields, "published_at": entry.published_at.isoformat() if entry.published_at else ""}


def from_fields(fields: Mapping[str, Any]) -> Entry:
    written = fields["published_at"]
    return Entry(**{**fields, "published_at": datetime.fromisoformat(written) if written else None})
