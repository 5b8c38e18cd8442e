"""Text to places: which places of the watched area, and which others, a text names, and where in the text.

What it returns are places and roads, inside the area and outside (`place.area`); names of outlets, persons and words
that only contain a place are passed over. Whether an event happens at a place is not decided here.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from monitor.gazetteer.context import NO_EVIDENCE, Cues, Evidence, Resolver
from monitor.gazetteer.entries import AREA, Entry, canaries, read, refuse
from monitor.gazetteer.filing import ARTICLE, ARTICLES
from monitor.gazetteer.matching import TANWIN, Candidate, Matcher, Tokens, ends_in_tanwin, tokens
from monitor.gazetteer.roads import Named, Roads, ends_of, road
from monitor.packaged import packaged
from monitor.records import WIDE, Mention, Place
from monitor.text.normalise import Folded, fold

LATIN_MASK, ARABIC_MASK = "PLACE", "مكان"

_LEADING_ARTICLE = re.compile(
    rf"(?<![\w'’-])"
    rf"((?i:{ARTICLE})[-‐‑–]['’ʿʻ]?|(?i:al|el) |(?<=[a-z,] )(?:As|Ash|Ech|Es|Ar|At|An|Ad|Az|Ed|En|Er|Ez) )\Z"
)
_JOINTS = "-‐‑– '’ʿʻ"
_ARTICLE_ENDINGS = frozenset(article[-2:] for article in ARTICLES)
_FINAL_AYN = re.compile(r"['’‘ʿʻ`](?!\w)")
_QUOTES = "'’‘`"
_AYN = frozenset("'’‘ʿʻ`")
_ARABIC = re.compile("[\u0600-\u06ff]")
_NO_NAME = re.compile(r"\W+")


class Gazetteer:
    """The places of the watched area and those that could be taken for them."""

    def __init__(self, path: Path) -> None:
        gazette = read(path)
        entries = gazette.entries
        if not any(entry.canary for entry in entries):  # a file of one's own, made before there was any
            entries += canaries()
        self._matcher = Matcher(entries, gazette.same)
        for spelling, first, second in self._matcher.clashes:
            raise refuse(
                path,
                second.line,
                f"{spelling!r} is also a spelling of line {first.line}. Mark one of them as word, or remove it.",
            )
        self._cues = Cues(gazette.cues, gazette.entries)
        self._roads = Roads(gazette.cues)
        self.canary = next(entry.place for entry in entries if entry.place and entry.canary)
        # Nobody asks for the canary's place but `find`, and it only for the canary's own reports.
        self._entries = {entry.place.slug: entry for entry in entries if entry.place and not entry.canary}
        self._with_ayn = frozenset(
            slug for slug, entry in self._entries.items() if any(name.folded.endswith("'") for name in entry.spellings)
        )
        self._governorates = tuple(place.slug for place in self.places if place.area and place.kind == "governorate")
        self._evidence = lru_cache(maxsize=16)(self._read_evidence)
        self._candidates = lru_cache(maxsize=4)(self._read_candidates)  # a report's text is also its title's context

    @classmethod
    def load(cls, path: Path | None = None) -> "Gazetteer":
        """Read the gazetteer file, by default the one that comes with the program. Raises ConfigError."""
        return cls(path or packaged("config/gazetteer.yaml"))

    @property
    def places(self) -> tuple[Place, ...]:
        """All places, in the order of the file."""
        return tuple(entry.place for entry in self._entries.values() if entry.place)

    @property
    def points(self) -> dict[str, tuple[float, float] | None]:
        """Where each place lies, by slug; None for what is no point on the map: a governorate, a region."""
        return {place.slug: point(place) for place in self.places}

    def place(self, slug: str) -> Place | None:
        """The place with this slug; a road's slug is made of those of its ends ("nawa--tasil")."""
        parts = [entry.place for end in ends_of(slug) if (entry := self._entries.get(end)) and entry.place]
        if len(parts) != len(ends_of(slug)):
            return None
        return parts[0] if len(parts) == 1 else road(parts)

    def parent(self, place: Place) -> Place | None:
        """The town of a quarter."""
        entry = self._entries.get(place.slug)
        return self.place(entry.parent) if entry and entry.parent else None

    def around(self, place: Place) -> tuple[str, ...]:
        """What a place of the area lies in, the nearest first: slugs of its town, its district and the governorate."""
        if not place.area or place.kind == "governorate":
            return ()
        town = (place.parent,) if place.parent else ()
        return (*town, f"district-{_NO_NAME.sub('-', fold(place.district).text)}", *self._governorates)

    def find(self, text: str, context: str = "", *, local: bool = False, canary: bool = False) -> tuple[Mention, ...]:
        """The places that `text` names, in order. `context`, the rest of the report, helps with ambiguous names.

        `local`: who wrote it writes of the area alone, and need not say so. `canary`: the report is the canary's own;
        in any other the name of its place is no name.
        """
        folded, words, candidates = self._candidates(text)
        candidates = candidates if canary else _real(candidates)
        if not candidates:
            return ()
        unsure = (context or local) and any(claim.word for found in candidates for claim in found.node.claims)
        evidence = self._evidence(context) if unsure else NO_EVIDENCE
        if unsure and local:
            evidence = replace(evidence, regions=evidence.regions | {AREA})
        resolver = Resolver(self._cues, words, candidates, evidence)
        named = [
            Named(entry.place, *found.name)
            for found, entry in zip(candidates, resolver.resolve(), strict=True)
            if entry and entry.place
        ]
        return tuple([self._verbatim(text, folded, one) for one in self._roads.joined(words, named)])

    def mask(self, text: str, mentions: Sequence[Mention]) -> str:
        """`text` with each mention replaced by one neutral word; clitics, possessives and the word "road" stay."""
        pieces, at = [], 0
        for mention in mentions:
            name = text[mention.start : mention.end]
            pieces += [text[at : mention.start], ARABIC_MASK if _ARABIC.search(name) else LATIN_MASK]
            at = mention.end
        return "".join((*pieces, text[at:]))

    def _read_candidates(self, text: str) -> tuple[Folded, Tokens, list[Candidate]]:
        folded = fold(text)
        words = tokens(folded.text)
        found = [each if each.node.placed else self._uncovered(words, each) for each in self._matcher.candidates(words)]
        tanwin = TANWIN in text
        return folded, words, [each for each in found if _is_name(text, folded, each, tanwin=tanwin)]

    def _uncovered(self, words: Tokens, found: Candidate) -> Candidate:
        if found.node.claims[0].entry.region or not (shorter := self._matcher.shorter(words, found)):
            return found
        return found if self._cues.hides(words, found, shorter) else shorter

    def _verbatim(self, text: str, folded: Folded, named: Named) -> Mention:
        """The name where it stands in the text, with its article and an apostrophe that belongs to it."""
        place, start, end = named
        start, end = folded.span(start, end)
        if (
            text[end : end + 1] in _AYN
            and _FINAL_AYN.match(text, end)
            and not self._with_ayn.isdisjoint(ends_of(place.slug))
            and text[start - 1 : start] not in tuple(_QUOTES)
        ):
            end += 1
        article = _LEADING_ARTICLE.search(text, max(0, start - 8), start) if _may_follow_article(text, start) else None
        return Mention(place, start - len(article[1]) if article else start, end)

    def _read_evidence(self, text: str) -> Evidence:
        _, words, candidates = self._candidates(text)
        resolver = Resolver(self._cues, words, _real(candidates), NO_EVIDENCE)
        resolver.resolve()
        return resolver.evidence()


def point(place: Place) -> tuple[float, float] | None:
    """Where it lies; None for a governorate or region: its middle is not where something happened."""
    if place.lat is None or place.lon is None or place.kind in WIDE:
        return None
    return place.lat, place.lon


def _real(candidates: list[Candidate]) -> list[Candidate]:
    return [found for found in candidates if not found.node.canary]


def _may_follow_article(text: str, start: int) -> bool:
    """A quick no for most names: the regular expression costs as much as finding the name."""
    return text[max(0, start - 5) : start].rstrip(_JOINTS)[-2:].lower() in _ARTICLE_ENDINGS


def _is_name(text: str, folded: Folded, found: Candidate, *, tanwin: bool) -> bool:
    """Whether the verbatim text can be a name: no tanwin; a capital where a small letter would make it a word."""
    if not (tanwin or found.node.capital):
        return True
    start, end = folded.span(found.start, found.end)
    if tanwin and ends_in_tanwin(text[start:end]):
        return False
    if not found.node.capital or not text[start].islower() or (start and text[start - 1] in "#@-'’"):
        return True
    return text.islower()


__all__ = ["ARABIC_MASK", "LATIN_MASK", "Entry", "Gazetteer", "point"]
