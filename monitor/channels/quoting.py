"""Makes text from feeds fit for a message: nothing in it turns the line round, calls people, links or adds a line.

What a reader sees stays as the source wrote it; only what acts on the display or on the chat service is taken out.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit

LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
RLM = "\u200f"
_JOINER = "\u2060"  # word joiner: not seen, never breaks a line
_KEPT_INVISIBLE = {"\u200c", "\u200d"}  # Persian and emoji are spelled with these two
_MOST_MARKS = 3  # on one letter; Arabic needs two
_LONGEST_URL = 1500
_LONGEST_NAME = 60
_ACTS = re.compile(r"@(?=\S)|<(?=[@!#&:/a-zA-Z])|:(?=//)|\](?=[(\[])|\|(?=\|)|`(?=`)|~(?=~)")


def clean(text: str, limit: int = 600) -> str:
    """One line without control, bidi, private or unassigned characters, at most `limit` long, cut at a word."""
    kept: list[str] = []
    marks = 0
    for letter in text[: limit * 4]:  # the cost of a 5 MB "sentence" is that of a long one
        category = unicodedata.category(letter)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if category in {"Cc", "Zl", "Zp", "Zs"}:
            kept.append(" " if letter.isspace() else "")
        elif marks <= _MOST_MARKS and (category[0] != "C" or letter in _KEPT_INVISIBLE):
            kept.append(letter)
    line = " ".join("".join(kept).split())
    shortened = len(line) > limit or len(text) > limit * 4
    return _cut(line, limit) if shortened else line


def defuse(text: str) -> str:
    """The same to the eye, but chat services find no mention, no link and no markup that reaches beyond it."""
    return _ACTS.sub(lambda found: found[0] + _JOINER, text)


def shortened(line: str, limit: int) -> str:
    """A line of ours cut to `limit`; an isolate that the cut left open is closed."""
    if len(line) <= limit:
        return line
    kept = line[: max(0, limit - 2)].rstrip()
    is_open = max(kept.rfind(mark) for mark in (LRI, RLI, FSI)) > kept.rfind(PDI)
    return kept + (PDI if is_open else "") + "…"


def is_rtl(text: str) -> bool:
    """Whether a reader's screen would set this text from right to left: the first strong letter decides."""
    return next((kind != "L" for kind in map(unicodedata.bidirectional, text) if kind in {"L", "R", "AL"}), False)


def isolate(text: str, *, rtl: bool) -> str:
    """`text` made safe inside a line that runs the other way; as it is where it runs the same way throughout."""
    strong = {unicodedata.bidirectional(letter) for letter in text}
    if not strong & ({"L"} if rtl else {"R", "AL"}):
        return text
    return f"{RLI if is_rtl(text) else LRI}{text}{PDI}"


def foreign(text: str, language: str, limit: int = _LONGEST_NAME) -> str:
    """Text that we did not write, to stand inside a line of ours."""
    return isolate(defuse(clean(text, limit)), rtl=language == "ar")


def start_rtl(line: str) -> str:
    """An Arabic line that begins with a number or a Latin word still runs from right to left."""
    return line if unicodedata.bidirectional(line[:1] or "x") in {"R", "AL"} else RLM + line


def link(url: str) -> str:
    """The address in plain ASCII if it is one of the web that hides nothing, else ""."""
    url = url.strip()
    if len(url) > _LONGEST_URL or any(unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"} for letter in url):
        return ""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # UnicodeError is one too
        return ""
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not re.fullmatch(r"[A-Za-z0-9.:-]+", host):
        return ""
    host = f"[{host}]" if ":" in host else host
    address = f"{parts.scheme}://{host}{port}{quote(parts.path, safe='/%:,;=+$~-.&')}"
    address += f"?{quote(parts.query, safe='/%:,;=+$~-.&?')}" if parts.query else ""
    return address if len(address) <= 2 * _LONGEST_URL else ""


def _cut(line: str, limit: int) -> str:
    head = line[: limit - 2]
    at_word = head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head
    return at_word.rstrip(" ,;:،؛") + " …"
