"""The same reports, situations and alerts by `monitor run` on SQLite and on PostgreSQL, and by three workers.

    python benchmarks/same_everywhere.py

Some of the project's own reports, in one feed and dealt out over four. Of one feed all must be the same, numbers
included. Four feeds are read at the same time, and which report of a place comes first is chance even on one machine:
it decides which one opens the situation, and whether one that names only the province finds a single open one to join.
Beside the three ways stands a second run of the first one, which differs as much. There every report must be judged
alike and no message come twice. Writes benchmarks/results/same_everywhere.md; exit code 1 when something differs that
may not.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.desk import Database
from benchmarks.drill import LONGEST_RUN, configure, run
from benchmarks.machine import machine
from benchmarks.replay import Article, Farm, Inbox, articles_of
from monitor.records import Assessment, Report
from monitor.store import Store, feeds, outbox, reports
from monitor.store.reports import LogQuery

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 3

Way = Callable[[Path, Sequence[str], Inbox], str]


@dataclass(frozen=True, slots=True)
class Told:
    """What a run came to, without the names that chance gives."""

    reports: frozenset[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]]  # entry, text from, state, types, places
    standing: frozenset[tuple[str, str]]  # place, entry
    situations: frozenset[tuple[str, str]]  # key, entry
    alerts: frozenset[tuple[str, str, str]]  # occasion, recipient, channel
    twice: int  # messages that came more than once

    def numbers(self) -> str:
        keys = {key for key, _ in self.situations}
        return f"{len(self.reports)} / {len(keys)} / {len({occasion for occasion, *_ in self.alerts})}"


def on_file(folder: Path, urls: Sequence[str], inbox: Inbox) -> str:
    configure(folder, urls, inbox)
    run(folder)
    return f"sqlite:///{folder / 'data' / 'monitor.db'}"


def on_server(url: str) -> Way:
    def way(folder: Path, urls: Sequence[str], inbox: Inbox) -> str:
        configure(folder, urls, inbox, url)
        run(folder)
        return url

    return way


def by_workers(url: str) -> Way:
    def way(folder: Path, urls: Sequence[str], inbox: Inbox) -> str:
        configure(folder, urls, inbox, url)
        command = [sys.executable, "-m", "monitor", "--config", str(folder), "worker", "--backlog", "alert"]
        with (folder / "run.log").open("ab") as log:
            workers = [subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) for _ in range(WORKERS)]
        try:
            wait_for(url, len(urls))
            for each in workers:
                each.send_signal(signal.SIGTERM)
            for each in workers:
                each.wait(60)
        finally:
            for each in workers:
                each.kill()
                each.wait()
        return url

    return way


def wait_for(url: str, number: int) -> None:
    """Until every feed was read and nothing is owed."""
    store, ends = Store(url), time.monotonic() + LONGEST_RUN
    store.migrate()
    try:
        while time.monotonic() < ends:
            with store.read() as tx:
                read = sum(state.last_read_at is not None for state in feeds.states(tx))
                if read == number and outbox.waiting(tx) == 0:
                    return
            time.sleep(0.2)
    finally:
        store.close()
    raise RuntimeError(f"the workers did not come to an end within {LONGEST_RUN:.0f} s")


def told(way: Way, folder: Path, urls: Sequence[str]) -> Told:
    """`folder`: a new one."""
    folder.mkdir()
    inbox = Inbox()
    try:
        store = Store(way(folder, urls, inbox))
        with store.read() as tx:
            rows = list(reports.iterate(tx, LogQuery(everything=True)))
            owed = outbox.listing(tx, limit=1_000_000)
        store.close()
        taken = Counter(inbox.got)
    finally:
        inbox.close()
    standing = {row.report.entry_key: row.situation for row in rows if row.situation}
    return Told(
        reports=frozenset(_facts(each.report, each.assessment) for each in rows),
        standing=frozenset((key.rpartition("-")[0], entry) for entry, key in standing.items()),
        situations=frozenset((key, entry) for entry, key in standing.items()),
        alerts=frozenset((each.occasion, each.recipient, each.channel) for each in owed if _was_sent(each.state)),
        twice=sum(taken.values()) - len(taken),
    )


def _facts(report: Report, assessment: Assessment) -> tuple[str, str, str, tuple[str, ...], tuple[str, ...]]:
    places = tuple(place.slug for place in assessment.places)
    return report.entry_key, report.text_from, assessment.state, assessment.types, places


def _was_sent(state: str) -> bool:
    if state != "sent":
        raise RuntimeError(f"a message is {state}")
    return True


@contextmanager
def served(articles: Sequence[Article], number: int) -> Iterator[list[str]]:
    farm = Farm(articles, number)
    try:
        yield farm.urls
    finally:
        farm.close()


def compare(articles: Sequence[Article], number: int, ways: Mapping[str, Way], folder: Path) -> dict[str, Told]:
    with served(articles, number) as urls:
        return {name: told(way, folder / f"{number}-{place}", urls) for place, (name, way) in enumerate(ways.items())}


def table(found: Mapping[str, Told], number: int) -> str:
    first = next(iter(found.values()))
    rows = "".join(
        f"| {name} | {each.numbers()} | {len(first.reports ^ each.reports)} | {len(first.standing ^ each.standing)} "
        f"| {len(first.situations ^ each.situations)} | {len(first.alerts ^ each.alerts)} | {each.twice} |\n"
        for name, each in found.items()
    )
    return (
        f"\n## {'One feed' if number == 1 else f'{number} feeds'}\n\n"
        "| way | reports / situations / occasions | reports that differ | reports that stand at other places "
        f"| in other situations | messages that differ | came twice |\n|---|---|---|---|---|---|---|\n{rows}"
    )


def is_same(found: Mapping[str, Told], number: int) -> bool:
    """All of it where the order is given, else what does not hang on the order."""
    once = all(each.twice == 0 for each in found.values())
    if number == 1:
        return once and len(set(found.values())) == 1
    return once and len({each.reports for each in found.values()}) == 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    # all pages of a poll have 45 s: where that is too little, the rest is read at a later poll, and runs differ
    parser.add_argument("--reports", type=int, default=90)
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results")
    options = parser.parse_args()
    articles = articles_of(ROOT / "models" / "evaluation" / "reports.jsonl")[: options.reports]
    shown = [f"# The same everywhere: {len(articles)} reports\n\n{machine()}, {datetime.now(UTC):%Y-%m-%d}\n"]
    good = True
    with tempfile.TemporaryDirectory(prefix="same-") as name:
        for number in (1, 4):
            folder = Path(name)
            servers = [Database(folder / f"pg-{number}-{each}") for each in range(2)]
            ways = {
                "`monitor run`, SQLite": on_file,
                "the same again": on_file,
                "`monitor run`, PostgreSQL": on_server(servers[0].url),
                "three workers, PostgreSQL": by_workers(servers[1].url),
            }
            found = compare(articles, number, ways, folder)
            good &= is_same(found, number)
            shown.append(table(found, number))
            for each in servers:
                each.stop()
    (options.results / "same_everywhere.md").write_text("".join(shown), encoding="utf-8")
    sys.stdout.write("".join(shown) + "\n")
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
