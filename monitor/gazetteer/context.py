"""Decides what an ambiguous spelling means: from the words beside it, the places named near it, the rest of the report.

The rules are general; the words they look for and the spellings they apply to are data (gazetteer.yaml).
"""

import re
from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.gazetteer.entries import AREA, Entry
from monitor.gazetteer.filing import ARTICLE
from monitor.gazetteer.matching import Candidate, Claim, Tokens
from monitor.records import Place
from monitor.text.normalise import fold_text

_SENTENCE_END = re.compile(r"[.!?؟\n;](?:(?<=[\n;])|(?=[\s\"')]|$))")
_ARTICLE = rf"(?:(?:{ARTICLE})[ -]'?)?"
_LIST_JOINT = re.compile(r"[\s\"'()]*(?:[,/+&-]|و|and|or|او|حتي|الي|to)[\s\"'()]*(?:و|and|in)?[\s\"'()]*" + _ARTICLE)
_OF_REGION = re.compile(r"[\s\"'()]*[,(-]?[\s\"'()]*(?:ب|في|in|of|،)?[\s\"'()]*" + _ARTICLE)
_LIES_IN = re.compile(r"[\s\"'()]*(?:بريف|ب|في ريف|في|in|in the)[\s\"'()]*" + _ARTICLE)
_DATELINE = re.compile(r"\s*(?:\||\.\.|-\s|:)")
_CLITIC = re.compile("[وف]?[بلك]|[وف]")
_CLITICS = "وفبلك"
_LARGER = ("governorate", "region", "tract", "country")

# How strongly a text speaks for an ambiguous spelling being this place, and how much of that is asked for: by what else
# the spelling may be, and by the words directly beside it.
_NEVER, _JOINED, _SAME_SENTENCE, _SAME_REPORT, _SAME_NATION, _NONE, _AGAINST = 9, 5, 4, 3, 2, 1, 0
_SILENT = {"strong": _NONE, "soft": _NONE, "into": _NONE, "weak": _NONE, "": _NONE, "person": _SAME_REPORT}
_LEAST = {
    "place": _SILENT,
    "region": _SILENT,
    "person": _SILENT | {"weak": _SAME_REPORT, "": _SAME_REPORT, "person": _NEVER},
    "common": dict.fromkeys(_SILENT, _SAME_REPORT) | {"strong": _NONE},
    "word": dict.fromkeys(_SILENT, _JOINED) | {"strong": _NONE, "soft": _NONE, "into": _SAME_REPORT, "person": _NEVER},
    "rare": dict.fromkeys(_SILENT, _JOINED) | {"strong": _NONE, "soft": _SAME_REPORT, "person": _NEVER},
    "part": dict.fromkeys(_SILENT, _JOINED) | {"strong": _SAME_REPORT},
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a text says for others: the regions and places that it names, and words that it uses for persons."""

    regions: frozenset[str]
    slugs: frozenset[str]
    persons: frozenset[str]


NO_EVIDENCE = Evidence(frozenset(), frozenset(), frozenset())


class Cues:
    """The cue words of the gazetteer, folded, for looking up what stands directly before or after a name."""

    def __init__(self, cues: Mapping[str, Sequence[str]], entries: Sequence[Entry]) -> None:
        folded = {name: [fold_text(word) for word in words] for name, words in cues.items()}
        # the weaker first: a phrase listed twice keeps its stronger meaning
        before = ("weak", "into", "soft", "strong", "person_before")
        self.before = {word: name for name in before for word in folded.get(name, ())}
        self.given_names = frozenset(folded.get("given_names", ()))
        self.before |= dict.fromkeys(self.given_names, "person_before")
        self.after = dict.fromkeys(folded.get("soft_after", ()), "soft")
        self.after |= dict.fromkeys(folded.get("strong_after", ()), "strong")
        self.after |= {w: "person" for name in ("person_after", "given_names") for w in folded.get(name, ())}
        self.no_family = frozenset(folded.get("no_family", ()))
        self.seats = frozenset(entry.parent for entry in entries if entry.place and entry.place.kind == "quarter")
        self.countries = frozenset(entry.within for entry in entries if entry.within)
        self.nations = frozenset(name for entry in entries if entry.within for name in (entry.within, entry.region))

    def local(self, tokens: Tokens, found: Candidate) -> str:
        """What the words beside a name make of it: strong, soft, weak, person or "" (nothing)."""
        before = self._before(tokens, found)
        if before in ("strong", "person_before"):
            return before.removesuffix("_before")
        after = self._after(tokens, found)
        if after in ("strong", "soft") or (after == "person" and before not in ("soft", "into")):
            return after
        return before or after

    def hides(self, tokens: Tokens, found: Candidate, shorter: Candidate) -> bool:
        """Whether an outlet or a phrase hides the place in it: not after "the town of", nor in "in Daraa 24 people"."""
        before = self._before(tokens, shorter)
        outlet = found.node.claims[0].entry.section == "outlets"
        return before != "strong" and not (outlet and before in ("soft", "into"))

    def _before(self, tokens: Tokens, found: Candidate) -> str:
        if found.clitic:
            return "" if found.clitic in ("و", "ف") else "weak"
        at = found.first
        while at and tokens.words[at - 1] in ("the", "al", "el") and _beside(tokens, at - 1):
            at -= 1
        least = at
        while least and at - least < 3 and _beside(tokens, least - 1):
            least -= 1
        for begin in range(least, at):
            phrase = " ".join(tokens.words[begin:at])
            if phrase in self.before:
                return self.before[phrase]
            clitics = _CLITIC.match(phrase) if phrase[0] in _CLITICS else None
            for cut in range(1, clitics.end() + 1 if clitics else 0):
                if phrase[cut:] in self.before:
                    return self.before[phrase[cut:]]
        return ""

    def _after(self, tokens: Tokens, found: Candidate) -> str:
        at = found.last + 1
        between = tokens.text[tokens.ends[at - 1] : tokens.starts[at]] if at < len(tokens.words) else ""
        if found.first == 0 and _DATELINE.match(between):
            return "into"
        if between != " " or found.end < tokens.ends[found.last]:  # "Jassim's camp" is nobody's town
            return ""
        word = tokens.words[at]
        following = " ".join(tokens.words[at : at + 2])
        if following in self.after or word in self.after:
            return self.after.get(following) or self.after[word]
        if self._is_another_name(tokens, at):
            return "person"  # "Jasim and Khaled"
        if word in ("al", "el") and tokens.text[tokens.ends[at] : tokens.ends[at] + 1] in ("-", " "):
            return "person"  # "Jasim al-Zoubi"; a place after "al-" is a mention of its own and asked for before this
        family = word.startswith("ال") and len(word) > 4 and not word.endswith("ه") and word not in self.no_family
        return "person" if family else ""

    def _is_another_name(self, tokens: Tokens, at: int) -> bool:
        word = tokens.words[at]
        if word == "and":
            return at + 1 < len(tokens.words) and tokens.words[at + 1] in self.given_names
        return word.startswith("و") and word[1:] in self.given_names


def _beside(tokens: Tokens, at: int) -> bool:
    """Whether word `at` is followed by the next one without a break."""
    between = tokens.gaps[at + 1]
    return between == " " or (len(between) <= 3 and not between.strip(" -\"'#"))


class Resolver:
    """One text: from candidates to entries."""

    def __init__(self, cues: Cues, tokens: Tokens, candidates: Sequence[Candidate], context: Evidence) -> None:
        self._cues, self._tokens, self._candidates, self._context = cues, tokens, candidates, context
        self.entries: list[Entry | None] = [found.node.only for found in candidates]
        self._open = [i for i, found in enumerate(candidates) if found.node.only is None and found.node.placed]
        self._local = {i: cues.local(tokens, candidates[i]) for i in self._open}
        hidden = [found for found in candidates if not found.node.placed and _hides(found.node.only)]
        self._persons = context.persons.union(*(tokens.words[found.first : found.last + 1] for found in hidden))
        breaks = [match.start() for match in _SENTENCE_END.finditer(tokens.text)] if self._open else []
        self._sentence = [bisect(breaks, found.start) for found in candidates] if self._open else []
        self._guessed: set[int] = set()
        self._regions, self._slugs = set(context.regions), set(context.slugs)
        self._in_sentence: set[tuple[int, str]] = set()
        if self._open:
            self._take_stock(range(len(candidates)))

    def evidence(self) -> Evidence:
        """What this text says for others. A guess between namesakes says nothing: others may know better."""
        known = [entry for i, entry in enumerate(self.entries) if entry and i not in self._guessed]
        placed = [entry for entry in known if entry.region]
        return Evidence(
            self._context.regions.union(entry.region for entry in placed),
            self._context.slugs.union(*map(_slugs, placed)),
            self._persons,
        )

    def resolve(self) -> Sequence[Entry | None]:
        """The entry of each candidate, None where it names no place."""
        floor = _SAME_NATION  # what is clear goes first: it is evidence for the rest
        while self._open:
            left = [at for at in self._open if not self._settle(at, floor)]
            if len(left) < len(self._open):
                self._take_stock(set(self._open).difference(left))
                self._open = left
            elif floor == _AGAINST:
                break
            else:
                floor = _AGAINST
        return self.entries

    def _take_stock(self, settled: Iterable[int]) -> None:
        """Note which regions and places these name, in the text and in each sentence."""
        for at in settled:
            entry = self.entries[at]
            if entry and entry.region:
                self._regions.add(entry.region)
                self._in_sentence.add((self._sentence[at], entry.region))
                self._slugs.update(_slugs(entry))

    def _settle(self, at: int, floor: int) -> bool:
        found, local = self._candidates[at], self._local[at]
        person = not self._persons.isdisjoint(self._tokens.words[found.first : found.last + 1])
        supports = [(claim, self._support(at, claim, local)) for claim in found.node.claims if claim.entry.place]
        accepted = [
            (support, not claim.word, claim.entry.region == AREA, -order, claim)
            for order, (claim, support) in enumerate(supports)
            if not claim.word or support >= _least(claim.sense, local, person=person)
        ]
        if accepted and (best := max(accepted))[0] >= floor:
            self.entries[at] = best[-1].entry
            if floor == _AGAINST and len({claim.entry.region for claim, _ in supports}) > 1:
                self._guessed.add(at)
            return True
        return False

    def _support(self, at: int, claim: Claim, local: str) -> int:
        """How strongly the text speaks for a place of this region here."""
        entry, region = claim.entry, claim.entry.region
        if claim.sense == "region":
            return _NONE if self._regions.isdisjoint(entry.unless) else _AGAINST
        if self._lies_elsewhere(at, region):
            return _AGAINST
        if claim.sense == "part" and entry.parent not in self._slugs:
            return _NONE  # "the roads into the town" is not that quarter of a city of which nobody speaks
        if (entry.place and entry.place.slug in self._slugs) or self._joined(at, claim, local):
            return _JOINED
        return _SAME_SENTENCE if (self._sentence[at], region) in self._in_sentence else self._report_support(entry)

    def _report_support(self, entry: Entry) -> int:
        if entry.region in self._regions:
            return _SAME_REPORT
        if entry.region == AREA and not self._cues.nations.isdisjoint(self._regions):
            return _SAME_NATION
        against = self._regions & entry.unless if entry.unless else self._regions - self._cues.nations
        return _AGAINST if against - {entry.region} else _NONE

    def _joined(self, at: int, claim: Claim, local: str) -> bool:
        """Whether a place of the region is joined to the name: in a list with it, or as what it lies in."""
        found, before, after = self._candidates[at], self._neighbour(at - 1, claim), self._neighbour(at + 1, claim)
        plain_word = (
            claim.sense in ("word", "rare") and not local
        )  # "in Tafas and the movement", "the movement in Daraa"
        for near, place, start, end in (
            (at - 1, before, None, found.start),
            (at + 1, after, found.end, None),
        ):
            if place is None or (plain_word and (place.kind in _LARGER or place.slug in self._cues.seats)):
                continue
            begin = self._candidates[near].end if start is None else start
            stop = self._candidates[near].start if end is None else end
            joint = _LIST_JOINT.fullmatch(self._tokens.text, begin, stop)
            if joint or (
                near > at and place.kind in (*_LARGER, "city") and _OF_REGION.fullmatch(self._tokens.text, begin, stop)
            ):
                return True
        return False

    def _lies_elsewhere(self, at: int, region: str) -> bool:
        """Whether the name is followed by "in" and a place of another region: "Taybah in the Ghouta"."""
        after = self.entries[at + 1] if at + 1 < len(self.entries) else None
        if not after or not after.place or after.region in (region, *self._cues.countries):
            return False
        between = self._candidates[at].end, self._candidates[at + 1].start
        return bool(_LIES_IN.fullmatch(self._tokens.text, *between))

    def _neighbour(self, near: int, claim: Claim) -> Place | None:
        if not 0 <= near < len(self.entries):
            return None
        entry = self.entries[near]
        if entry is None and claim.sense in ("person", "place"):  # two doubtful names side by side vouch for each other
            claims = self._candidates[near].node.claims
            entry = next((c.entry for c in claims if c.sense == "place" and c.entry.region == AREA), None)
        if not entry or entry.region != claim.entry.region:
            return None
        parent = claim.entry.parent  # "the camp" is that of Daraa beside Daraa and its quarters, not beside any town
        if claim.sense == "part" and entry.place and parent not in (entry.parent, entry.place.slug):
            return None
        return entry.place


def _slugs(entry: Entry) -> tuple[str, ...]:
    """What a report speaks of that names it: the place, and the town that it is a part of."""
    return tuple(filter(None, (entry.place.slug if entry.place else "", entry.parent)))


def _least(sense: str, local: str, *, person: bool) -> int:
    """How much must speak for a place before an ambiguous spelling is taken for it."""
    least = _LEAST[sense][local]
    if person and sense == "person" and local != "strong":  # the text calls a person so
        return max(least, _SAME_REPORT) if local in ("soft", "into") else _NEVER
    return least


def _hides(entry: Entry | None) -> bool:
    """Whether the words are neither a place nor a hint: a person, an outlet, an everyday phrase."""
    return entry is not None and not entry.place and not entry.region
