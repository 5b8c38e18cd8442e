"""Finds every spelling of the gazetteer in a folded text, longest first. What it means there is context's to decide."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, compress
from typing import NamedTuple

from monitor.gazetteer.entries import AREA, Entry
from monitor.gazetteer.filing import ARTICLES, TOKEN, filings

_USUAL_TOKEN = re.compile(r"([a-z0-9ء-ي]+(?:'[a-z0-9ء-ي]+)*)")  # the same, in half the time, where no other letters are
_UNUSUAL = re.compile("[^\0-\x7fء-ي]")
_CLITIC = re.compile("[وف]?[بلك]|[وف]")
_GAPS = frozenset((" ", "-", "  ", " -", "- ", " - ", " '", "-'", "' ", "'-"))
TANWIN = "\u064b"


@dataclass(frozen=True, slots=True)
class Claim:
    """An entry that a spelling may mean, and what sort of other thing it may just as well mean ("": none)."""

    entry: Entry
    sense: str
    capital: bool
    base: str

    @property
    def word(self) -> bool:
        """Whether the spelling may mean something else."""
        return bool(self.sense)


@dataclass(slots=True)
class Node:
    """One step of a spelling: what may follow, and what is named if it ends here."""

    children: dict[str, "Node"] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    placed: bool = False  # whether one of the claims is a place
    only: Entry | None = None  # the one thing it can mean, if there is no doubt
    capital: bool = False  # written small, it is a word and no name
    canary: bool = False

    def claim(self, claims: tuple[Claim, ...]) -> None:
        """What is asked of a spelling wherever it is found is worked out once."""
        self.claims = claims
        self.placed = any(claim.entry.place for claim in claims)
        self.only = claims[0].entry if len(claims) == 1 and not claims[0].sense else None
        self.capital = all(claim.sense and claim.capital for claim in claims)
        self.canary = claims[0].entry.canary


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a folded text and where they stand in it."""

    text: str
    words: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    gaps: Sequence[str]  # what stands before each word, and after the last


class Candidate(NamedTuple):
    """A spelling found in text[start:end], words first..last inclusive; an attached clitic is outside."""

    start: int
    end: int
    first: int
    last: int
    node: Node
    clitic: str
    name: tuple[int, int]  # where the proper name stands: "Daraa" in "Daraa province"


def tokens(text: str) -> Tokens:
    """Split a folded text into words; an apostrophe inside a word belongs to it."""
    usual = text.isascii() or not _UNUSUAL.search(text)
    parts = (_USUAL_TOKEN if usual else TOKEN).split(text)  # what is between, word, what is between, word, ...
    at = list(accumulate(map(len, parts)))
    return Tokens(text, parts[1::2], at[0:-1:2], at[1::2], parts[0::2])


_MOST_KEPT = 50_000  # words


class _Beginnings(dict[str, tuple[tuple[Node, int, int], ...]]):
    """Where a word leads from the root, with what to cut off its front (a clitic) and back (a possessive).

    Asked for every word of every text, so each answer is kept, up to a number.
    """

    def __init__(self, root: Node) -> None:
        super().__init__()
        self._root = root

    def __missing__(self, word: str) -> tuple[tuple[Node, int, int], ...]:
        if len(self) >= _MOST_KEPT:
            self.clear()
        steps = self[word] = tuple(_steps(self._root, word, clitics=True))
        return steps


class Matcher:
    """All spellings as one tree of words: its cost grows with the text, not with the gazetteer."""

    def __init__(self, entries: Iterable[Entry], same: Sequence[Sequence[str]] = ()) -> None:
        self._root = Node()
        self._same = {word: words[0] for words in same for word in words}
        self.clashes = [clash for entry in entries for clash in self._add(entry)]
        _link_variants(self._root, {words[0]: words[1:] for words in same})
        self._begin = _Beginnings(self._root)
        self._bases: dict[tuple[str, ...], tuple[int, int, int, int] | None] = {}

    def candidates(self, tokens: Tokens) -> list[Candidate]:
        """Spellings in the order of the text, none overlapping another."""
        found: list[Candidate] = []
        done = 0
        ways = list(map(self._begin.__getitem__, tokens.words))
        following = (*tokens.words, "")[1:]
        for at, steps, after in compress(zip(range(len(ways)), ways, following, strict=True), ways):
            if at < done:
                continue
            node, front, back = steps[0]
            if len(steps) > 1 or (node.children and _may_go_on(node, after)):
                best = self._longest(tokens, at)
            else:  # mostly that word alone, or none
                best = self._candidate(tokens, at, (at, front, back, node)) if node.claims else None
            if best:
                found += self._against_later(tokens, best) if best.last > at else (best,)
                done = found[-1].last + 1
        return found

    def _against_later(self, tokens: Tokens, best: Candidate) -> list[Candidate]:
        """`best`, or what begins inside it and reaches farther: "Daraa al-Balad" rather than "western Daraa"."""
        inside = range(best.first + 1, best.last + 1)
        later = (self._longest(tokens, at) for at in inside if self._begin[tokens.words[at]])
        other = next((other for other in later if other and other.last > best.last and other.node.placed), None)
        if other is None:
            return [best]
        shorter = self._longest(tokens, best.first, stop=other.first)
        return [shorter, other] if shorter else [other]

    def shorter(self, tokens: Tokens, found: Candidate) -> Candidate | None:
        """The longest spelling that begins like this one and ends before its last word."""
        return self._longest(tokens, found.first, stop=found.last)

    def _longest(self, tokens: Tokens, at: int, stop: int | None = None) -> Candidate | None:
        """The longest spelling that begins with word `at` and ends before word `stop`."""
        match = self._match(tokens, at, len(tokens.words) if stop is None else stop)
        return self._candidate(tokens, at, match) if match else None

    def _candidate(self, tokens: Tokens, at: int, match: tuple[int, int, int, Node]) -> Candidate:
        last, front, cut, node = match
        start, end = tokens.starts[at] + front, tokens.ends[last] - cut
        base = node.claims[0].base
        name = self._base_name(tokens, at, last, base) if base else None
        return Candidate(start, end, at, last, node, tokens.words[at][:front], name or (start, end))

    def _match(self, tokens: Tokens, at: int, stop: int) -> tuple[int, int, int, Node] | None:
        best: tuple[int, int, int, Node] | None = None
        for node, front, back in self._begin[tokens.words[at]]:
            last, cut, end_node = _walk(tokens, at, node, back, stop)
            if end_node and (best is None or last > best[0]):
                best = last, front, cut, end_node
        return best

    def _base_name(self, tokens: Tokens, first: int, last: int, base: str) -> tuple[int, int] | None:
        """Where the name of the place `base` stands in the words first..last, which are a spelling."""
        key = (base, *tokens.words[first : last + 1])
        if key not in self._bases:
            if len(self._bases) >= _MOST_KEPT:
                self._bases.clear()
            self._bases[key] = self._base_within(tokens, first, last, base)
        found = self._bases[key]
        if found is None:
            return None
        begin, front, end, back = found
        return tokens.starts[first + begin] + front, tokens.ends[first + end] - back

    def _base_within(self, tokens: Tokens, first: int, last: int, base: str) -> tuple[int, int, int, int] | None:
        """The first and last word of the name, counted from `first`, with what to cut off them."""
        for at in range(first, last + 1):
            for stop in range(at + 1, last + 2):
                match = self._match(tokens, at, stop)
                if match and any(claim.entry.place and claim.entry.place.slug == base for claim in match[3].claims):
                    return at - first, match[1], match[0] - first, match[2]
        return None

    def _add(self, entry: Entry) -> Iterator[tuple[str, Entry, Entry]]:
        for spelling in entry.spellings:
            claim = Claim(entry, spelling.sense, spelling.capital, spelling.base)
            for key in filings(spelling.folded, claim.word or not entry.place, entry.region == AREA, self._same):
                node = self._root
                for word in key:
                    node = node.children.setdefault(word, Node())
                if any(other.entry is entry for other in node.claims):
                    if not claim.word or all(other.word for other in node.claims if other.entry is entry):
                        continue
                    node.claims = tuple(other for other in node.claims if other.entry is not entry)
                for other in node.claims:
                    if not (other.word or claim.word):
                        yield spelling.folded, other.entry, entry
                node.claim((*node.claims, claim))


def _link_variants(node: Node, same: Mapping[str, Sequence[str]]) -> None:
    """Let every transliteration of a particle lead where the first one leads."""
    below = list(node.children.values())
    for first in node.children.keys() & same.keys():
        for variant in same[first]:
            node.children.setdefault(variant, node.children[first])
    if "al" in node.children:
        for article in ARTICLES:
            node.children.setdefault(article, node.children["al"])
    for child in below:
        _link_variants(child, same)


def _steps(node: Node, word: str, *, clitics: bool = False) -> Iterator[tuple[Node, int, int]]:
    """Where `word` leads from `node`: as it stands, without a possessive, without apostrophes, without clitics."""
    children = node.children
    if word in children:
        yield children[word], 0, 0
    if "'" in word:
        base = word.rpartition("'")[0]
        if len(base) > 1 and base in children:
            yield children[base], 0, len(word) - len(base)
        plain = word.replace("'", "")
        if len(plain) > 4 and plain in children:
            yield children[plain], 0, 0
    if clitics and (prefix := _CLITIC.match(word)):
        for cut in range(1, prefix.end() + 1):
            rest = word[cut:]
            lam = word[cut - 1] == "ل" and rest.startswith(
                "ل"
            )  # "li" swallows the alif of the article, and a third lam
            for form in (rest, "ا" + rest, "ال" + rest) if lam else (rest,):
                if len(rest) > 1 and form in children:
                    yield children[form], cut, 0


def _may_go_on(node: Node, word: str) -> bool:
    """Whether a spelling may go on with this word: a quick no for most."""
    return word in node.children or word in ARTICLES or "'" in word


def _walk(tokens: Tokens, at: int, node: Node, back: int, stop: int) -> tuple[int, int, Node | None]:
    """Follow the tree from `node`, reached by word `at`: (last word, cut off its end, node) of the longest spelling."""
    best: tuple[int, int, Node | None] = (at, back, node if node.claims else None)
    words, gaps = tokens.words, tokens.gaps
    while node.children and (following := at + 1) < stop and gaps[following] in _GAPS:
        word = words[following]
        if word in ARTICLES and word not in node.children and following + 1 < stop and gaps[following + 1] in _GAPS:
            following += 1
            word = words[following]
        if "'" in word:
            return _farthest(
                (best, *(_walk(tokens, following, step, cut, stop) for step, _, cut in _steps(node, word)))
            )
        if word not in node.children:
            break
        at, node = following, node.children[word]
        if node.claims:
            best = at, 0, node
    return best


def _farthest(ways: Iterable[tuple[int, int, Node | None]]) -> tuple[int, int, Node | None]:
    """The first of those that reach farthest, if they lead to a spelling."""
    return max(ways, key=lambda way: way[0] if way[2] else -1)


def ends_in_tanwin(written: str) -> bool:
    """Whether a name as written ends in -an: then it is the indefinite noun ("a shield"), for names do not take it."""
    return TANWIN in written[-2:] or (len(written) > 2 and written[-1] in "اى" and written[-2] == TANWIN)
