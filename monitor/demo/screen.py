"""What the demo prints. Arabic goes out in logical order, last in its line: turning it round is the terminal's work."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.demo.inbox import Letter
from monitor.demo.story import ZONE, Story
from monitor.pipeline import PollResult
from monitor.records import LogRow
from monitor.situations import moment_of

_BEFORE_HEADLINE = 58  # columns that the rest of a log line takes


class Screen:
    def __init__(self, console: Console, story: Story) -> None:
        self._console = console
        self._story = story

    def opening(self) -> None:
        self._say("A demonstration. The town is real, its news here is invented, and so are the outlets.", "bold")
        self._say("Four feeds on this machine are read by the real pipeline; alerts go to an inbox on this machine.")

    def step(self, index: int) -> None:
        step = self._story.steps[index]
        day = (step.at.date() - self._story.steps[0].at.date()).days + 1
        self._console.print()
        self._console.rule(
            Text(f"Day {day}, {step.at:%H:%M} - {step.name}", style="bold cyan"), style="cyan", align="left"
        )
        self._say(step.tells, "italic")

    def read(self, results: Sequence[PollResult]) -> None:
        failed = [f"{result.feed}: {result.error}" for result in results if result.error]
        new, flagged = sum(result.new for result in results), sum(result.flagged for result in results)
        self._say(f"{len(results) - len(failed)} feeds read, {new} new reports, {flagged} flagged", "dim")
        for line in failed:
            self._say(line, "red")

    def letter(self, letter: Letter) -> None:
        self._console.print()
        self._console.rule(Text(f"message to {letter.reader}", style="bold yellow"), style="yellow", align="left")
        self._say(letter.title, "bold")
        self._say(letter.text.removeprefix(letter.title).strip("\n"))
        self._console.rule(style="yellow")

    def closing(self, rows: Sequence[LogRow], letters: int) -> None:
        self._console.print()
        self._console.rule(Text("The log", style="bold cyan"), style="cyan", align="left")
        self._console.print(_table(rows, self._console.width))
        flagged = sum(row.assessment.state == "flagged" for row in rows)
        self._say(
            f"{len(rows)} reports read, {flagged} flagged, {letters} messages sent. Nothing left this machine.", "bold"
        )

    def _say(self, words: str, style: str = "") -> None:
        """As it is: what comes from a feed is no markup."""
        self._console.print(Text(words, style=style), soft_wrap=True)


def _table(rows: Sequence[LogRow], width: int) -> Table:
    """What was flagged or eases, as it happened."""
    table = Table(box=None, pad_edge=False)
    for column in ("time", "decision", "reports", "headline"):
        table.add_column(column, no_wrap=True)
    for row in rows:
        labels = (*row.assessment.types, *row.assessment.easing)
        if labels:
            at = moment_of(row.report).astimezone(ZONE)
            words = (f"{at:%a %H:%M}", row.decision, ", ".join(labels))
            headline = Text(row.report.title)
            headline.truncate(max(width - _BEFORE_HEADLINE, 20), overflow="ellipsis")
            table.add_row(*(Text(word) for word in words), headline)
    return table
