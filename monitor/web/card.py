"""Reads a model's card into headings, paragraphs, lists and tables that a template writes out. Nothing of it is markup
to us: what looks like HTML in a card is shown as it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_RULE = re.compile(r"[\s|:-]+")
_MARKS = re.compile(r"\*\*|`")


@dataclass(frozen=True, slots=True)
class Block:
    """`kind`: heading | text | list | table. Of a table the first row names the columns."""

    kind: str
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


def blocks(card: str) -> list[Block]:
    """In the order of the card; comments are left out."""
    text = re.sub(r"<!--.*?-->", "", card, flags=re.DOTALL)
    return [
        block for part in re.split(r"\n\s*\n", text) for block in _part([line for line in part.splitlines() if line])
    ]


def _part(lines: list[str]) -> Iterator[Block]:
    while lines and (heading := re.match(r"(#{1,6})\s+(.*)", lines[0])):
        yield Block("heading", _plain(heading[2]), len(heading[1]))
        lines = lines[1:]
    if not lines:
        return
    if lines[0].lstrip().startswith("|"):
        rows = (
            tuple(_plain(cell) for cell in line.strip().strip("|").split("|")) for line in lines if not _is_rule(line)
        )
        yield Block("table", rows=tuple(rows))
    elif re.match(r"\s*[-*]\s", lines[0]):
        items = re.split(r"\n\s*[-*]\s+", "\n" + "\n".join(lines))[1:]
        yield Block("list", rows=tuple((_plain(item),) for item in items))
    else:
        yield Block("text", _plain(" ".join(lines)))


def _is_rule(line: str) -> bool:
    return "-" in line and _RULE.fullmatch(line) is not None


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub("", text).split())
