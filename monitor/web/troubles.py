"""What went wrong, in the reader's words. Rows keep it as one English sentence, as the log has it.

What has no form here is shown as it was kept, marked as English; so is what a server said.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from markupsafe import Markup, escape

from monitor.web import trouble_reading, trouble_running
from monitor.web.language import translations

_HOLE = re.compile(r"%\((\w+)\)s")
_WHOLE = frozenset({"why", "detail", "advice"})  # holes that a sentence of its own fits in
LEFT_OUT = "…"
_OF_ONE = frozenset({"feed", "url", "host", "turns", "name", "bytes", "selector", "count"})  # holes
_PART = "(?:(?!; |: ).)+?"
_MOST_CLAUSES = 12
_DEEPEST = 12  # clauses and sentences within sentences: what a server sends may be made to go on for ever
_LONGEST = 500  # letters: a form of six holes tries their ends against each other


@lru_cache(maxsize=2_000)
def said(kept: str, language: str) -> Markup:
    if language == "en" or len(kept) > _LONGEST:
        return _as_kept(kept)
    return _said(kept, language, _DEEPEST)


def _said(kept: str, language: str, deep: int) -> Markup:
    """Where no form has the whole, it is taken for clauses, of which each may have one."""
    if not deep:
        return _as_kept(kept)
    clauses = kept.split("; ", _MOST_CLAUSES)
    count, form, holes = next(_readings(clauses), (1, "", {}))
    worded = _filled(form, holes, language, deep - 1) if form else _as_kept(clauses[0])
    rest = "; ".join(clauses[count:])
    return worded + Markup("؛ ") + _said(rest, language, deep - 1) if rest else worded


def alike(kept: str, deep: int = _DEEPEST) -> str:
    """The same sentence of all that have this trouble: what each has of its own is left out, as its address."""
    if not deep or len(kept) > _LONGEST:
        return kept
    clauses = kept.split("; ", _MOST_CLAUSES)
    count, form, holes = next(_readings(clauses), (1, "", {}))
    common = {name: alike(words, deep - 1) if name in _WHOLE else words for name, words in holes.items()}
    common |= dict.fromkeys(holes.keys() & _OF_ONE, LEFT_OUT)
    worded = _HOLE.sub(lambda hole: common[hole[1]], form) if form else clauses[0]
    rest = "; ".join(clauses[count:])
    return f"{worded}; {alike(rest, deep - 1)}" if rest else worded


def _readings(clauses: Sequence[str]) -> Iterator[tuple[int, str, dict[str, str]]]:
    """How many of the first clauses a form has, the form, and what fills it; what says most by itself first."""
    for forms in _forms():
        for count in range(len(clauses), 0, -1):
            sentence = "; ".join(clauses[:count])
            for pattern, form in forms:
                if found := pattern.fullmatch(sentence):
                    yield count, form, found.groupdict()


def _filled(form: str, holes: Mapping[str, str], language: str, deep: int) -> Markup:
    def filled(words: str) -> Markup:
        parts = _HOLE.split(words)
        return Markup().join(
            _said(holes[part], language, deep) if at % 2 else escape(part) for at, part in enumerate(parts)
        )

    pieces = translations(language).gettext(form).split("`")  # every second one is a command
    return Markup().join(
        Markup('<code dir="ltr">{}</code>').format(filled(piece)) if at % 2 else filled(piece)
        for at, piece in enumerate(pieces)
    )


@cache
def _forms() -> tuple[list[tuple[re.Pattern[str], str]], ...]:
    """First those that say something by themselves, then those that only join what fills them."""
    forms = sorted({*trouble_reading.FORMS, *trouble_running.FORMS}, key=lambda form: (-len(_own(form)), form))
    compiled = [(re.compile(_pattern(form), re.DOTALL), form) for form in forms]
    return [each for each in compiled if _own(each[1])], [each for each in compiled if not _own(each[1])]


def _own(form: str) -> str:
    """The letters that are its own."""
    return re.sub(r"[^A-Za-z0-9]|\band\b", "", _HOLE.sub("", form))


def _pattern(form: str) -> str:
    parts = _HOLE.split(form)
    holes = (
        f"(?P<{part}>{'.+' if part in _WHOLE else _PART})" if at % 2 else re.escape(part)
        for at, part in enumerate(parts)
    )
    return "".join(holes)


def _as_kept(words: str) -> Markup:
    return Markup('<bdi lang="en" dir="ltr">{}</bdi>').format(words)
