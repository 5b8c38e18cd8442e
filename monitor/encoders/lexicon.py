"""The lexicon of concepts and actors: which words mean the same to this trade, in both languages.

It reads lexicon/*.txt. A concept is shared by English and Arabic; an actor, a date or a number becomes a slot, so that
the model cannot learn who or when. Places never come here: the gazetteer has masked them before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path

from monitor.text.normalise import fold_text
from monitor.text.stems import is_arabic, is_ending, stem, without_clitics

_FOLDER = Path(__file__).parent / "lexicon"
_INFLECTED = "~"
SLOTS = ("FORCE", "PERSON", "DATE", "NUMBER")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Several words that mean a concept together; `rest` are the words after the first."""

    concept: str
    rest: tuple[str, ...]


class Lexicon:
    """Looks up words and phrases. `forms` of a word are what patterns are compared with."""

    def __init__(self, lines: Iterator[tuple[str, str]]) -> None:
        self._exact: dict[str, set[str]] = {}
        self._prefixes: dict[str, set[str]] = {}
        self._phrases: dict[str, set[Phrase]] = {}
        for concept, pattern in lines:
            self._add(concept, pattern)
        self._longest = max(map(len, self._prefixes), default=0)

    def _add(self, concept: str, pattern: str) -> None:
        words = fold_text(pattern).split()
        if len(words) > 1:
            self._phrases.setdefault(words[0], set()).add(Phrase(concept, tuple(words[1:])))
        elif words and words[0].endswith("*"):
            self._prefixes.setdefault(words[0][:-1], set()).add(concept)
        elif words:
            self._exact.setdefault(words[0], set()).add(concept)

    @property
    def concepts(self) -> tuple[str, ...]:
        found = {name for table in (self._exact, self._prefixes) for names in table.values() for name in names}
        found |= {phrase.concept for phrases in self._phrases.values() for phrase in phrases}
        return tuple(sorted(found - set(SLOTS)))

    def of_word(self, word: str) -> frozenset[str]:
        """What the word means; a barer form is asked only when the fuller one means nothing."""
        for form in forms(word):
            beginnings = [form[:length] for length in range(2, min(len(form), self._longest) + 1)]
            found = [self._exact.get(form, ())]
            found += [
                self._prefixes[prefix]
                for prefix in beginnings
                if prefix in self._prefixes and _may_end(prefix, form[len(prefix) :])
            ]
            if any(found):
                return frozenset(chain.from_iterable(found))
        return frozenset()

    def phrases_from(self, word: str) -> tuple[Phrase, ...]:
        """Phrases that the word may begin, longest first."""
        found = {phrase for form in forms(word) for phrase in self._phrases.get(form, ())}
        return tuple(sorted(found, key=lambda phrase: (-len(phrase.rest), phrase.rest, phrase.concept)))


@lru_cache(1 << 16)
def forms(word: str) -> tuple[str, ...]:
    """What patterns are compared with: the word as it is, then ever barer."""
    if is_arabic(word):
        return without_clitics(word)
    plain = word.removesuffix("'s")
    return (word,) if plain == word else (word, plain)


def phrase_forms(word: str) -> tuple[str, ...]:
    return (*forms(word), _INFLECTED + stem(word)) if is_arabic(word) and len(word) > 4 else forms(word)


def same_word(forms_of_word: tuple[str, ...], wanted: str) -> bool:
    """Whether a word of the text is the one a phrase asks for; Arabic words may be inflected."""
    return wanted in forms_of_word or (
        len(wanted) > 4 and is_arabic(wanted) and _INFLECTED + stem(wanted) in forms_of_word
    )


def _may_end(prefix: str, ending: str) -> bool:
    return len(prefix) > 3 or not is_arabic(prefix) or is_ending(ending)


def _lines() -> Iterator[tuple[str, str]]:
    for path in sorted(_FOLDER.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            name, colon, patterns = line.partition(":")
            if colon and not line.startswith("#"):
                yield from ((name.strip(), pattern) for pattern in _patterns(patterns))


def _patterns(text: str) -> Iterator[str]:
    """Words apart, and what stands in quotes together."""
    for number, part in enumerate(text.split('"')):
        yield from [part] if number % 2 else part.split()


@cache
def lexicon() -> Lexicon:
    return Lexicon(_lines())
