"""Shortens a message to what a service takes: the first line, the source's link and the number always stay. Pure."""

from collections.abc import Callable, Sequence

from monitor.channels.quoting import FSI, LRI, PDI, RLI
from monitor.records import Message
from monitor.text.sentences import sentences

Measure = Callable[[str], int]
_MARKS = {"“": "”", "«": "»"}
MORE = "…"
_WORTH_READING = 60  # a quote of three words helps nobody


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def utf8(text: str) -> int:
    return len(text.encode())


def fitted(message: Message, most: int, measure: Measure = len, *, untitled: bool = False) -> str:
    """The text in at most `most`, cut at the end of a sentence. `untitled`: without its first line."""
    lines = message.text.strip().splitlines()
    lines = "\n".join(lines[1:]).strip().splitlines() if untitled else lines
    if measure("\n".join(lines)) <= most:
        return "\n".join(lines)
    kept = _must_stay(lines, message.number, titled=not untitled)
    if measure(_joined(lines, kept)) > most:  # not even that: whatever of the beginning fits
        return cut(" ".join(_joined(lines, kept).split()), most, measure)
    for number, line in enumerate(lines):
        if number in kept or not line.strip():
            continue
        room = most - measure(_joined(lines, {**kept, number: ""})) - measure("\n\n" + MORE)
        if measure(line) <= room:
            kept[number] = line
            continue
        kept[number] = cut(line, room, measure) if room > _WORTH_READING else MORE
        break
    return _joined(lines, kept)


def _must_stay(lines: Sequence[str], number: int, *, titled: bool) -> dict[int, str]:
    kept = {0: lines[0]} if titled else {}
    links = [each for each, line in enumerate(lines) if line.startswith(("https://", "http://"))]
    numbers = [
        each for each, line in enumerate(lines) if line.lstrip("\u200f").startswith((f"No. {number}", f"رقم {number}"))
    ]
    to_say_seen = [each + 1 for each in numbers[:1] if each + 1 in links]  # the monitor's own link
    for found in (links, numbers, to_say_seen):
        kept.update({each: lines[each] for each in found[:1]})
    return kept


def _joined(lines: Sequence[str], kept: dict[int, str]) -> str:
    """The kept lines in order, with an empty line wherever there was one between them."""
    text, last = "", -1
    for number in sorted(kept):
        gap = any(not line.strip() for line in lines[last + 1 : number])
        text += ("\n\n" if gap else "\n") if text else ""
        text += kept[number]
        last = number
    return text


def cut(line: str, most: int, measure: Measure = len) -> str:
    """The whole sentences of a line that fit, else its whole words, with what they leave open closed."""
    ends = [end for _, end in sentences(line[: 4 * most]) if end <= most]
    line = line[:most]  # no measure counts a letter as less than one
    words = [place for place, letter in enumerate(line) if letter == " "]
    for places in (ends, words, range(len(line))):
        fits = [place for place in places if place > 0 and measure(_closed(line[:place])) <= most]
        if fits and (places is not ends or fits[-1] >= len(line) // 4):
            return _closed(line[: fits[-1]])
    return MORE if measure(MORE) <= most else ""


def _closed(text: str) -> str:
    text = text.rstrip()
    is_open = max(text.rfind(mark) for mark in (LRI, RLI, FSI)) > text.rfind(PDI)
    mark = _MARKS.get(text[:1], "")
    return f"{text} {MORE}" + (PDI if is_open else "") + ("" if mark and mark in text else mark)
