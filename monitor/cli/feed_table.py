"""Prints feeds and how they answer: tables for people, JSON for scripts."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import click
from rich.table import Table
from rich.text import Text

from monitor.cli.feed_asking import Answer, age
from monitor.cli.feed_showing import LATELY, from_database
from monitor.cli.terminal import terminal
from monitor.polling import address_of
from monitor.records import FeedState
from monitor.settings import Settings
from monitor.store import feeds as feed_rows


def states(settings: Settings) -> dict[str, FeedState]:
    """What the database remembers of the feeds; nothing if the monitor has not run yet."""
    found = from_database(settings, feed_rows.states) or []
    return {state.name: state for state in found}


def print_feeds(settings: Settings, known: Mapping[str, FeedState], gaps: Mapping[str, int], *, as_json: bool) -> None:
    """`gaps`: how many each feed had lately."""
    if as_json:
        for feed in settings.feeds:
            click.echo(
                json.dumps(
                    {
                        **feed.model_dump(exclude={"appname"}),
                        **_state_facts(known.get(feed.name)),
                        "gaps": gaps.get(feed.name, 0),
                    },
                    ensure_ascii=False,
                )
            )
        return
    now = datetime.now(UTC)
    table = _table("feed", "on", "outlet", "language", "side", "address is", "last read")
    for feed in settings.feeds:
        on = "yes" if feed.enabled else "-"
        row = [
            feed.name,
            on,
            feed.outlet,
            feed.language,
            feed.side,
            f"{feed.confidence}",
            _went(known.get(feed.name), now) + _remarks(known.get(feed.name), feed.url, gaps.get(feed.name, 0)),
        ]
        table.add_row(*(Text(cell) for cell in row), style="" if feed.enabled else "dim")
    terminal().print(table)
    enabled = sum(feed.enabled for feed in settings.feeds)
    click.echo(f"{len(settings.feeds)} feeds in {settings.config_dir / 'feeds.yaml'}, {enabled} switched on.", err=True)


def print_answers(answers: Sequence[Answer], *, as_json: bool) -> None:
    now = datetime.now(UTC)
    if as_json:
        for answer in answers:
            click.echo(json.dumps(_answer_facts(answer), ensure_ascii=False))
    else:
        table = _table("feed", "answers", "entries", "newest", "what was said, what to do")
        for answer in answers:
            told = " ".join(_sentence(part) for part in (answer.said, answer.advice) if part)
            cells = (str(answer.entries), age(answer.newest_at, now)) if answer.reads and answer.entries else ("", "")
            mark = Text("yes", "green") if answer.reads else Text("NO", "bold red")
            table.add_row(Text(answer.feed.name), mark, *cells, Text(told))
        terminal().print(table)
    fine = sum(answer.reads for answer in answers)
    click.echo(_summary(fine, len(answers)), err=True)


def _summary(fine: int, asked: int) -> str:
    if not asked:
        return "No feed is switched on: set enabled: true in feeds.yaml, or add one with `monitor feeds add URL`."
    if not fine:
        return f"None of {asked} answers. Is this machine connected to the internet, and does it need a proxy?"
    return f"{fine} of {asked} feeds answer."


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?")) else ".")


def _state_facts(state: FeedState | None) -> dict[str, object]:
    if state is None:
        return {"last_read_at": None, "failures": 0, "error": ""}
    read_at = state.last_read_at.isoformat() if state.last_read_at else None
    return {"last_read_at": read_at, "failures": state.failures, "error": state.error}


def _answer_facts(answer: Answer) -> dict[str, object]:
    return {
        "name": answer.feed.name,
        "url": answer.feed.url,
        "enabled": answer.feed.enabled,
        "reads": answer.reads,
        "entries": answer.entries,
        "newest_at": answer.newest_at.isoformat() if answer.newest_at else None,
        "said": answer.said,
        "advice": answer.advice,
    }


def _went(state: FeedState | None, now: datetime) -> str:
    if state is None or state.last_try_at is None:
        return ""
    if state.error:
        return f"failed {state.failures} times: {state.error}" if state.failures else state.error
    return f"{age(state.last_read_at, now)} ago" if state.last_read_at else ""


def _remarks(state: FeedState | None, url: str, gaps: int) -> str:
    address = address_of(state.course, url) if state else url
    moved = f"; moved: read at {address}, change its url" if address != url else ""
    return moved + (f"; {gaps} gaps in {LATELY.days} days: see `monitor feeds show`" if gaps else "")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == "feed")
    return table
