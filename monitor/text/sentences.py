"""Where sentences begin and end, in Arabic and English prose, bulletins and posts. Works on the verbatim text."""

import re

_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|gen|maj|col|lt|sgt|capt|brig|gov|sen|rep|st|no|vs|approx|prof|jr|sr|inc|ltd|jan|feb|mar|apr|"
    r"jun|jul|aug|sept?|oct|nov|dec|km|[a-z])|\b[a-z]\.[a-z]|(?<![ء-ي])[ء-ي])$",
    re.IGNORECASE,
)
# A full stop ends a sentence before a space or when the next word is glued to it ("...الصواريخ.وقال"); two stops
# are a pause.
_END = re.compile(
    r"\s*\n\s*|(?<!\.)\.(?:[\"'”’»)\]]*)(?=\s|[ء-غف-ي]{3})(?!\s*\.)|[!?؟۔]+(?:[\"'”’»)\]]*)(?=\s|[ء-ي])|…(?=\s*\n)|\.{3,}(?=\s+[A-Z])"
)
_LONGEST = 600
_PAUSE = re.compile(r"[؛;]\s|[،,]\s")


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Spans of the sentences, without the white space around them. A line never runs into the next."""
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _END.finditer(text):
        if found[0][0] == "." and _ABBREVIATION.search(text, max(start, found.start() - 8), found.start()):
            continue
        _put(spans, text, start, found.end())
        start = found.end()
    _put(spans, text, start, len(text))
    return tuple(spans)


def _put(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
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
