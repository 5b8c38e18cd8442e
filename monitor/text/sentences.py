"""Where sentences begin and end, in Arabic and English prose, bulletins and posts. Works on the verbatim text."""

import re
from string import ascii_lowercase

_SHORTENED = (
    "mr mrs ms dr gen maj col lt sgt capt brig gov sen rep st no vs approx prof jr sr inc ltd km "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_ABBREVIATIONS = frozenset((*_SHORTENED.split(), *ascii_lowercase))
_LAST_WORD = re.compile(r"\w+\Z")
# A full stop ends a sentence before a space or when the next word is glued to it ("...الصواريخ.وقال"); two stops
# are a pause. It begins with one class of rare characters, which is searched for 15 times faster than alternatives.
# Of a run of marks only the first may begin it: else 20,000 of them take seconds, each asked for all that follow.
_CLOSING = r"[\"'”’»)\]]*"
_END = re.compile(
    rf"[\n.!?؟۔…](?:(?<=\n)\s*|(?<=\.)(?<!\.\.){_CLOSING}(?=\s|[ء-غف-ي]{{3}})(?!\s*\.)"
    rf"|(?<=[!?؟۔])(?<![!?؟۔]{{2}})[!?؟۔]*{_CLOSING}(?=\s|[ء-ي])|(?<=…)(?=\s*\n)|(?<=\.)(?<!\.\.)\.{{2,}}(?=\s+[A-Z]))"
)
_LONGEST = 600
_PAUSE = re.compile(r"[؛;]\s|[،,]\s")


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Spans of the sentences, without the white space around them. A line never runs into the next."""
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _END.finditer(text):
        stop, end = found.span()
        if text[stop] == "." and _abbreviates(text, start, stop):
            continue
        _put(spans, text, start, end)
        start = end
    _put(spans, text, start, len(text))
    return tuple(spans)


def _abbreviates(text: str, start: int, stop: int) -> bool:
    """Whether the full stop at `stop` only shortens the word before it."""
    word = _LAST_WORD.search(text, max(start, stop - 8), stop)
    if not word:
        return False
    if "ء" <= text[stop - 1] <= "ي":
        return stop == 1 or not "ء" <= text[stop - 2] <= "ي"
    return word[0].lower() in _ABBREVIATIONS


def _put(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    stretch = text[start:end].rstrip()
    end = start + len(stretch)
    start = end - len(stretch.lstrip())
    while end - start > _LONGEST:
        pause = _pause_near(text, start, end)
        spans.append((start, pause))
        start = pause
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        spans.append((start, end))


def _pause_near(text: str, start: int, end: int) -> int:
    """Where to cut what has no full stop: the last comma before the limit, else the last space, else the limit."""
    limit = min(start + _LONGEST, end)
    pauses = [found.end() for found in _PAUSE.finditer(text, start + _LONGEST // 3, limit)]
    if pauses:
        return pauses[-1]
    space = text.rfind(" ", start + 1, limit)
    return space + 1 if space > start else limit
