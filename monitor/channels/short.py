"""The short form: the first line, the number and the link in one text message of at most three parts. Pure.

A phone takes 160 letters of its own small alphabet in one text message; a single letter outside it, and so every Arabic
one, leaves room for 70. Of a message in several parts each part loses a few to its header.
"""

import re

from monitor.channels.fitting import cut, utf16
from monitor.channels.quoting import FSI, LRI, PDI, RLI, RLM

PARTS = 3
_ONE, _EACH = {"gsm": 160, "ucs2": 70}, {"gsm": 153, "ucs2": 67}
# GSM 03.38: the letters that count once, and those that need an escape before them
_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = frozenset("\f^{}\\[~]|€")
_UNSEEN = re.compile(f"[{LRI}{RLI}{FSI}{PDI}{RLM}\u2060]")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})


def short(first_line: str, number: str, link: str, seen: str = "") -> str:
    """The link goes where it would leave too little of the first line; the first line is cut, the number never.

    `seen`: where one says that one has seen it, if there is room for that as well.
    """
    line = _plain(first_line)
    all_of_it = "\n".join(each for each in (line, number, link, seen) if each)
    if seen and parts(all_of_it) <= PARTS:
        return all_of_it
    whole = "\n".join([line, number, link]) if link else ""
    if whole and parts(whole) <= PARTS:
        return whole
    rest = f"\n{number}"
    if parts(line + rest) <= PARTS:
        return line + rest
    alphabet = "gsm" if _is_gsm(line + rest) else "ucs2"
    room = PARTS * _EACH[alphabet] - units(rest, alphabet) - 2  # the one letter that says "cut" becomes three
    return _plain(cut(line, room, lambda text: units(text, alphabet))) + rest


def parts(text: str) -> int:
    """How many text messages a phone network makes of it."""
    alphabet = "gsm" if _is_gsm(text) else "ucs2"
    used = units(text, alphabet)
    return 1 if used <= _ONE[alphabet] else -(-used // _EACH[alphabet])


def units(text: str, alphabet: str) -> int:
    if alphabet == "ucs2":
        return utf16(text)
    return len(text) + sum(letter in _ESCAPED for letter in text)


def _is_gsm(text: str) -> bool:
    return all(letter in _ALPHABET or letter in _ESCAPED for letter in text)


def _plain(text: str) -> str:
    """Without what would make a text of the small alphabet twice as long and is not seen, or hardly."""
    return _UNSEEN.sub("", text).translate(_PLAIN)
