"""Makes the README's picture of an alert from the demo. `make screenshots` makes it, and those of the pages."""

import asyncio
import io
import re
import sys
import tempfile
from datetime import date
from pathlib import Path

from rich.console import Console, RenderableType
from rich.terminal_theme import MONOKAI
from rich.text import Text

from monitor.demo import Told, tell
from monitor.demo.inbox import Letter

HERE = Path(__file__).parent
LAST_DAY = date(2026, 11, 21)
WIDTH = 96
ALERTS = {"night-desk": "siege", "relative-abroad": "حصار"}  # the first whose title says so
_ARABIC = "[\u0600-\u06ff]"
_TEXT = re.compile(r'(<text class="[^"]*-r\d+" )x="([\d.]+)"( y="[^"]*") textLength="[\d.]+"([^>]*>)([^<]*)(</text>)')


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        told = asyncio.run(tell(Path(folder), Console(file=io.StringIO()), last_day=LAST_DAY))
    draw("alert.svg", "One alert, in both languages (from the demo)", *alert(told))


def alert(told: Told) -> list[RenderableType]:
    """The message on the siege as each reader got it."""
    drawn: list[RenderableType] = []
    for reader, words in ALERTS.items():
        letter = next((each for each in told.letters if each.reader == reader and words in each.title), None)
        if letter is None:
            sys.exit(f"the demo sent no message to {reader} that says: {words}")
        drawn += [_message(letter), Text("")]
    return drawn[:-1]


def _message(letter: Letter) -> Text:
    body = letter.text.removeprefix(letter.title).strip("\n")
    return Text.assemble((letter.title, "bold"), "\n", re.sub(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1", body))


def draw(name: str, title: str, *drawn: RenderableType) -> None:
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False)
    for each in (*drawn, ""):  # the last line of the drawing is cut at its feet
        console.print(each)
    picture = _TEXT.sub(_arabic, console.export_svg(title=title, theme=MONOKAI))
    (HERE / name).write_text(picture, encoding="utf-8")


def _arabic(found: re.Match[str]) -> str:
    """Arabic keeps its own widths, or letters come apart. Its lines stand at the right, headlines where they are."""
    start, x, y, rest, words, end = found.groups()
    if not re.search(_ARABIC, words):
        return found[0]
    if len(re.findall(_ARABIC, words)) < len(re.findall("[A-Za-z]", words)):  # an English line with an Arabic name
        return f'{start}x="{x}"{y}{rest}{words}{end}'
    right = WIDTH * 12.2 if float(x) == 0 else 0
    place = f'x="{right:.1f}"' if right else f'x="{x}" text-anchor="end"'
    kept = words.replace("\u200f", "").replace("&#160;", " ").strip()
    return f'{start}{place}{y} direction="rtl"{rest}{kept}{end}'


if __name__ == "__main__":
    main()
