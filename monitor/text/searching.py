"""What a reader types into the search field, and the words that it is compared with: folded and stemmed alike. Pure.

Tokens are made here and handed whole to the database, so that none of them splits or changes a word in its own way.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from monitor.text.normalise import fold_text
from monitor.text.stems import stem

BOUNDARY = "_"  # between two parts of a text: no phrase reaches across it
MOST_WORDS = 4000  # of one report; PostgreSQL keeps 256 positions of a word
MOST_TERMS = 12
LONGEST_QUERY = 200
_LONGEST_WORD = 60
_WORD = re.compile(r"[^\W_]+")
_PLAIN = re.compile("[a-z0-9ء-غف-ي]+")
_ASKED = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Indexed:
    """The words of a report as they are searched, and the stem of each, one for one."""

    words: tuple[str, ...]
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a report must hold: a word in any of its forms, words in a row, or words that begin so."""

    kind: Literal["word", "phrase", "prefix"]
    tokens: tuple[str, ...]


def indexed(parts: Sequence[str]) -> Indexed:
    """The first MOST_WORDS words of the parts, such as a headline, the names of places and a text."""
    words: list[str] = []
    stems: list[str] = []
    for part in parts:
        for found in _WORD.finditer(fold_text(part)):
            if len(words) >= MOST_WORDS:
                return Indexed(tuple(words), tuple(stems))
            words.append(_token(found[0]))
            stems.append(_token(stem(found[0])))
        words.append(BOUNDARY)
        stems.append(BOUNDARY)
    return Indexed(tuple(words), tuple(stems))


def asked(query: str) -> tuple[Term, ...]:
    """What the reader asks for; () when the query holds no word."""
    return tuple(term for found in _ASKED.finditer(fold_text(query[:LONGEST_QUERY])) for term in _terms(found))[
        :MOST_TERMS
    ]


def _terms(found: re.Match[str]) -> Iterator[Term]:
    quoted = found[1] is not None
    words = _WORD.findall(found[1] if quoted else found[2])
    if not words:
        return
    if not quoted and found[2].endswith("*"):
        yield Term("prefix", (_token(words.pop()),))
    if quoted or len(words) > 1:  # a name with a hyphen or an apostrophe is words in a row too
        if words:
            yield Term("phrase", tuple(_token(word) for word in words))
    elif words:
        yield Term("word", (_token(stem(words[0])),))


def _token(word: str) -> str:
    """Letters that some database may not know for letters are spelled out by their numbers."""
    plain = word if _PLAIN.fullmatch(word) else BOUNDARY + word.encode("utf-8", "replace").hex()
    return plain[:_LONGEST_WORD]
