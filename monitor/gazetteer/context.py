"""Decides what an ambiguous spelling means: from the words beside it, the places named near it, the rest of the report.

The rules are general; the words they look for and the spellings they apply to are data (gazetteer.yaml).
"""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.gazetteer.entries import AREA, Entry
from monitor.gazetteer.matching import Candidate, Claim, Tokens
from monitor.text.normalise import fold_text

_SENTENCE_END = re.compile(r"[.!?؟](?=[\s\"')]|$)|[\n;]")
_LIST_JOINT = re.compile(r"[\s\"'()]*(?:[,/+&-]|و|and|or|او)[\s\"'()]*(?:و|and|in)?[\s\"'()]*")
_OF_REGION = re.compile(r"[\s\"'()]*[,(-]?[\s\"'()]*(?:ب|في|in|of|،)?[\s\"'()]*")
_CLITIC = re.compile("[وف]?[بلك]|[وف]")
_SMALL = ("town", "village", "quarter", "camp", "city")
_ADJACENT, _SAME_SENTENCE, _SAME_REPORT = 4, 2, 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a text says for other texts: how often it names places of each region, which words it uses for persons."""

    regions: Mapping[str, int]
    persons: frozenset[str]


NO_EVIDENCE = Evidence({}, frozenset())


class Cues:
    """The cue words of the gazetteer, folded, for looking up what stands directly before or after a name."""

    def __init__(self, cues: Mapping[str, Sequence[str]], entries: Sequence[Entry]) -> None:
        folded = {name: [fold_text(word) for word in words] for name, words in cues.items()}
        # the weaker first: a phrase listed twice keeps its stronger meaning
        self.before = {w: name for name in ("weak", "soft", "strong", "person_before") for w in folded.get(name, ())}
        self.before |= dict.fromkeys(folded.get("given_names", ()), "person_before")
        self.after = dict.fromkeys(folded.get("strong_after", ()), "strong")
        self.after |= {w: "person" for name in ("person_after", "given_names") for w in folded.get(name, ())}
        self.no_family = frozenset(folded.get("no_family", ()))
        self.weak_clitics = frozenset(folded.get("weak_clitics", ()))
        self.hints = {fold_text(hint): entry.region for entry in entries for hint in entry.hints}

    def local(self, tokens: Tokens, found: Candidate) -> str:
        """What the words beside a name make of it: strong, soft, weak, person or "" (nothing)."""
        before = self._before(tokens, found)
        if before in ("strong", "person_before"):
            return before.removesuffix("_before")
        after = self._after(tokens, found)
        if after == "strong" or (after == "person" and before != "soft"):
            return after
        return before or ("weak" if found.clitic[-1:] in self.weak_clitics and found.clitic else "")

    def _before(self, tokens: Tokens, found: Candidate) -> str:
        if found.clitic:
            return "" if found.clitic in ("و", "ف") else "weak"
        at = found.first
        while at and tokens.words[at - 1] in ("the", "al", "el") and _beside(tokens, at - 1):
            at -= 1
        for length in (3, 2, 1):
            begin = at - length
            if begin < 0 or not all(_beside(tokens, i) for i in range(begin, at)):
                continue
            phrase = " ".join(tokens.words[begin:at])
            clitics = _CLITIC.match(phrase)
            forms = [phrase[cut:] for cut in range(clitics.end() + 1 if clitics else 1)]
            for form in forms:
                if form in self.before:
                    return self.before[form]
        return ""

    def _after(self, tokens: Tokens, found: Candidate) -> str:
        at = found.last + 1
        if at >= len(tokens.words) or tokens.text[tokens.ends[at - 1] : tokens.starts[at]] != " ":
            return ""
        word = tokens.words[at]
        if word in self.after:
            return self.after[word]
        if word in ("al", "el") and tokens.text[tokens.ends[at] : tokens.ends[at] + 1] in ("-", " "):
            return "person"  # "Jasim al-Zoubi"; a place after "al-" is a mention of its own and asked for before this
        family = word.startswith("ال") and len(word) > 4 and not word.endswith("ه") and word not in self.no_family
        return "person" if family else ""


def _beside(tokens: Tokens, at: int) -> bool:
    """Whether word `at` is followed by the next one without a break."""
    between = tokens.text[tokens.ends[at] : tokens.starts[at + 1]] if at + 1 < len(tokens.words) else ""
    return len(between) <= 3 and all(letter in " -\"'#" for letter in between)


class Resolver:
    """One text: from candidates to entries."""

    def __init__(self, cues: Cues, tokens: Tokens, candidates: Sequence[Candidate], context: Evidence) -> None:
        self._cues, self._tokens, self._candidates, self._context = cues, tokens, candidates, context
        self._breaks = [match.start() for match in _SENTENCE_END.finditer(tokens.text)]
        self.entries: list[Entry | None] = [_only(found.claims) for found in candidates]
        self._open = {i for i, found in enumerate(candidates) if self.entries[i] is None and _placed(found.claims)}
        self._persons = frozenset(
            word
            for found in candidates
            if found.claims[0].entry.place is None
            for word in tokens.words[found.first : found.last + 1]
        )

    def evidence(self) -> Evidence:
        """What this text says for others."""
        regions = Counter(entry.region for entry in self.entries if entry and entry.place)
        regions.update(self._hinted())
        return Evidence(regions, self._persons)

    def resolve(self) -> Sequence[Entry | None]:
        """The entry of each candidate, None where it names no place."""
        if self._open:
            hints = self._hinted()
            for _ in range(3):  # what one round settles is evidence for the next: lists of places hang on each other
                settled = [i for i in sorted(self._open) if self._settle(i, hints)]
                if not settled:
                    break
                self._open.difference_update(settled)
        return self.entries

    def _settle(self, at: int, hints: Counter[str]) -> bool:
        found = self._candidates[at]
        claims = [claim for claim in found.claims if claim.entry.place]
        local = self._cues.local(self._tokens, found)
        supports = {id(claim): self._support(at, claim, hints) for claim in claims}
        outside = any(region not in (AREA, "") for region in (*self._document(hints), *self._context.regions))
        person = bool(self._persons_near() & set(self._tokens.words[found.first : found.last + 1]))
        accepted = [
            claim
            for claim in claims
            if not claim.word or self._accepts(claim, local, supports[id(claim)], outside=outside, person=person, at=at)
        ]
        if accepted:
            best = max(accepted, key=lambda claim: (supports[id(claim)], not claim.word, claim.entry.region == AREA))
            self.entries[at] = best.entry
        return bool(accepted)

    def _accepts(self, claim: Claim, local: str, support: int, *, outside: bool, person: bool, at: int) -> bool:
        """Whether the surroundings let an ambiguous spelling be this place."""
        if claim.entry.also == "region":
            return not any(self._names(region) for region in claim.entry.unless)
        if claim.entry.also == "place":
            return support > 0 or (local == "strong" and len(self._candidates[at].claims) == 1)
        if local == "strong":
            return support > 0 or not outside
        if local == "person":
            return False
        if support >= _ADJACENT:
            return claim.entry.also == "person" or self._listed_with_small(at) or local in ("soft", "weak")
        if claim.entry.also == "person":
            return (local == "soft" and (support > 0 or not outside)) or (
                support > 0 and (not person or local == "soft")
            )
        return local == "soft" and support > 0

    def _support(self, at: int, claim: Claim, hints: Counter[str]) -> int:
        region = claim.entry.region
        if self._adjacent(at, region):
            return _ADJACENT
        sentence = self._sentence(at)
        for other, entry in enumerate(self.entries):
            if entry and entry.region == region and other != at and self._sentence(other) == sentence:
                return _SAME_SENTENCE
        return _SAME_REPORT if self._document(hints)[region] or self._context.regions.get(region) else 0

    def _adjacent(self, at: int, region: str) -> bool:
        """Whether a place of the region is joined to the name: in a list with it, or as what it lies in."""
        found, text = self._candidates[at], self._tokens.text
        if at and (left := self.entries[at - 1]) and left.region == region:
            return bool(_LIST_JOINT.fullmatch(text, self._candidates[at - 1].end, found.start))
        if at + 1 < len(self.entries) and (right := self.entries[at + 1]) and right.region == region:
            end, start = found.end, self._candidates[at + 1].start
            larger = right.place is not None and right.place.kind in ("governorate", "region", "country", "city")
            return bool(_LIST_JOINT.fullmatch(text, end, start) or (larger and _OF_REGION.fullmatch(text, end, start)))
        return False

    def _listed_with_small(self, at: int) -> bool:
        near = [self.entries[i] for i in (at - 1, at + 1) if 0 <= i < len(self.entries)]
        return any(entry and entry.place and entry.place.kind in _SMALL and entry.place.slug != "" for entry in near)

    def _names(self, region: str) -> bool:
        return bool(self._context.regions.get(region)) or any(
            entry and entry.region == region for entry in self.entries
        )

    def _document(self, hints: Counter[str]) -> Counter[str]:
        return hints + Counter(entry.region for entry in self.entries if entry and entry.place)

    def _hinted(self) -> Counter[str]:
        known = self._cues.hints
        return Counter(known[word] for word in set(self._tokens.words) & known.keys())

    def _persons_near(self) -> frozenset[str]:
        return self._persons | self._context.persons

    def _sentence(self, at: int) -> int:
        return bisect(self._breaks, self._candidates[at].start)


def _only(claims: Sequence[Claim]) -> Entry | None:
    """The one thing a spelling can mean, if there is no doubt."""
    return claims[0].entry if len(claims) == 1 and not claims[0].word else None


def _placed(claims: Sequence[Claim]) -> bool:
    return any(claim.entry.place for claim in claims)
