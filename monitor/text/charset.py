"""Bytes to text when the declared encoding may be a lie: what reads like a language wins over what is declared."""

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_GUESSES = ("windows-1256", "iso-8859-6", "windows-1252")
_SAMPLE = 200_000  # enough to tell; judging is a pass over the text in Python
# As browsers do, Latin-1 and ASCII are taken for the Windows set that contains them.
_PREFERRED = {
    "ascii": "windows-1252",
    "cp1252": "windows-1252",
    "cp1256": "windows-1256",
    "iso8859-1": "windows-1252",
    "iso8859-6": "iso-8859-6",
}
# Python knows codecs that are no charset of documents: hex, rot13, unicode_escape, utf-7 ...
_READABLE = re.compile(r"utf-8|ascii|(?:cp|iso8859-)\d+|koi8-\w|mac-\w+|(?:gb|big5|euc_|shift_jis)\w*")

_IN_DECLARATION = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_IN_META = re.compile(rb"""<meta\b[^>]{0,300}?charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_IN_HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)

_BROKEN = re.compile("[\ufffd\u0080-\u009f]")
_WORD = re.compile(r"[^\W\d_]+")
_ARABIC_LETTER = re.compile("[\u0621-\u064a]")
_COMMON_ARABIC = re.compile("[اليمنروتبةعد]")
_ACCENTED = re.compile("[\u0080-\u024f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    charset: str
    note: str  # "" or one clause, when the declaration was wrong


def decoded(body: bytes, content_type: str = "") -> Decoded:
    """The text of an XML or HTML document. Never fails: what cannot be read becomes U+FFFD."""
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(charset, "replace"), charset, "")
    for start, charset in _WIDE:
        if body.startswith(start):
            return Decoded(body.decode(charset, "replace"), charset, "")
    declared = _declared(body, content_type)
    charset = _best(body, declared)
    wrong = bool(declared) and charset not in declared and not body.isascii()
    note = f"declared as {declared[0]} but written in {charset}" if wrong else ""
    return Decoded(body.decode(charset, "replace"), charset, note)


def _declared(body: bytes, content_type: str) -> list[str]:
    """Charsets that header and document name and Python knows, header first."""
    head = body[:2048]
    names = [found[1] for found in (_IN_HEADER.search(content_type),) if found]
    names += [
        found[1].decode("ascii", "replace") for found in (_IN_DECLARATION.search(head), _IN_META.search(head)) if found
    ]
    return [known for known in map(_known, names) if known]


def _known(name: str) -> str:
    """The name under which we decode it. A wide charset would have shown in the first bytes: here it is a lie."""
    try:
        charset = codecs.lookup(name).name
    except LookupError:
        return ""
    return _PREFERRED.get(charset, charset) if _READABLE.fullmatch(charset) else ""


def _best(body: bytes, declared: list[str]) -> str:
    if _is_utf8(body):
        return "utf-8"
    candidates = [charset for charset in dict.fromkeys((*declared, *_GUESSES)) if charset != "utf-8"]
    sample = _sample(body)
    # max() keeps the first of equals: the declared one stands unless another reads better.
    return max(candidates, key=lambda charset: _plausibility(sample.decode(charset, "replace")))


def _is_utf8(body: bytes) -> bool:
    """Nothing else decodes as UTF-8 by chance, and a few broken characters do not make it something else."""
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd") - body.count(b"\xef\xbf\xbd")
    if bad == 0:
        return True
    good = sum(1 for letter in text if letter > "\x7f") - bad
    return good > 4 * bad


def _sample(body: bytes) -> bytes:
    """The lines that hold something beyond ASCII."""
    telling, size = [], 0
    for line in body.splitlines():
        if not line.isascii():
            telling.append(line)
            size += len(line)
            if size > _SAMPLE:
                break
    return b"\n".join(telling)[:_SAMPLE]


def _plausibility(text: str) -> float:
    """Between -3 and 1: how much the words look like words. Mixed scripts, control characters: wrong."""
    foreign = [word for word in _WORD.findall(text) if not word.isascii()]
    broken = len(_BROKEN.findall(text))
    if not foreign:
        return -3.0 if broken else 0.0
    points = 0.0
    for word in foreign:
        arabic = len(_ARABIC_LETTER.findall(word))
        if arabic == len(word):
            points += len(_COMMON_ARABIC.findall(word)) / len(word)
        elif arabic:
            points -= 2
        else:
            points += 0.7 if len(_ACCENTED.findall(word)) * 2 <= len(word) else -1
    return (points - 3 * broken) / (len(foreign) + broken)
