"""Kills the monitor with -9 while it reads and sends, starts it again, and counts what was lost or came twice.

    python benchmarks/drill.py --kills 10                     # the project's own reports, 4 feeds
    python benchmarks/drill.py --kills 10 --urls URLS.txt     # feeds served elsewhere on loopback, one URL a line

Writes a table into benchmarks/results/. Exit code 1 when anything was lost.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import machine
from benchmarks.replay import Farm, Inbox, articles_of
from monitor.store import Store, outbox, reports
from monitor.store.reports import LogQuery

ROOT = Path(__file__).resolve().parent.parent
LONGEST_RUN = 600.0  # seconds; a run that takes longer is broken


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found after the last run. Nothing may be lost, and only a kill makes a message come twice."""

    kills: int
    kills_while_owing: int
    reports: int
    flagged: int
    in_one_situation: bool
    owed: int
    lost: tuple[str, ...]  # deliveries that no receiver ever accepted
    twice: int  # accepted again, under the same number
    rung_twice: tuple[str, ...]  # occasions that came under two numbers on one channel
    seconds: float


def configure(folder: Path, urls: Sequence[str], inbox: Inbox, database: str = "") -> None:
    """A configuration with these feeds, one recipient, and the inbox as mail and webhook channel."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"data_dir: {folder / 'data'}", "allow_loopback: true", f'database: "{database}"' if database else ""]
    (folder / "monitor.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    lines = [f'  - {{name: replay-{number}, url: "{url}", outlet: Replay {number}}}' for number, url in enumerate(urls)]
    (folder / "feeds.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (folder / "alerts.yaml").write_text(
        f'channels:\n  hook: {{url: "{inbox.hook_url}"}}\n  mail: {{url: "{inbox.mail_url}"}}\n'
        "recipients:\n  desk: {channels: [hook, mail], languages: [en, ar]}\n"
        "rules:\n  - {to: desk}\n",
        encoding="utf-8",
    )


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "monitor", "--config", str(folder), "run", "--once", "--backlog", "alert"]
    with (folder / "run.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)


def run(folder: Path) -> None:
    """To its end."""
    process = start(folder)
    try:
        process.wait(LONGEST_RUN)
    finally:
        process.kill()
        process.wait()
    if process.returncode:
        raise RuntimeError(f"the run ended with {process.returncode}: {(folder / 'run.log').read_text()[-2000:]}")


def drill(folder: Path, urls: Sequence[str], inbox: Inbox, kills: int, seed: int = 7) -> Outcome:
    """`kills` runs that are killed, three of four while messages are owed, then one that may end."""
    configure(folder, urls, inbox)
    chance = random.Random(seed)
    began, owing = time.monotonic(), 0
    for turn in range(kills):
        process = start(folder)
        _live_until(process, folder, chance, owing=turn % 4 != 3)
        process.kill()
        process.wait()
        owing += _waiting(folder) > 0
    run(folder)
    return _count(folder, inbox, kills, owing, time.monotonic() - began)


def _live_until(process: "subprocess.Popen[bytes]", folder: Path, chance: random.Random, *, owing: bool) -> None:
    """A random moment; with `owing` one at which messages are owed, as long as the run brings any."""
    deadline = time.monotonic() + (60 if owing else chance.uniform(3, 15))
    while process.poll() is None and time.monotonic() < deadline:
        if owing and _waiting(folder) > 0:
            time.sleep(chance.uniform(0, 0.3))
            return
        time.sleep(0.05)


def _store(folder: Path) -> Store:
    return Store(f"sqlite:///{folder / 'data' / 'monitor.db'}")


def _waiting(folder: Path) -> int:
    if not (folder / "data" / "monitor.db").exists():
        return 0
    store = _store(folder)
    try:
        store.migrate()
        with store.read() as tx:
            return outbox.waiting(tx)
    finally:
        store.close()


def _count(folder: Path, inbox: Inbox, kills: int, owing: int, seconds: float) -> Outcome:
    store = _store(folder)
    with store.read() as tx:
        rows = list(reports.iterate(tx, LogQuery(everything=True)))
        deliveries = outbox.listing(tx, limit=1_000_000)
    store.close()
    accepted = Counter(inbox.got)
    owed = {(each.channel, each.number, each.occasion) for each in deliveries}
    numbers = Counter((channel, occasion) for channel, _, occasion in accepted)
    flagged = [row for row in rows if row.assessment.state == "flagged"]
    return Outcome(
        kills=kills,
        kills_while_owing=owing,
        reports=len(rows),
        flagged=len(flagged),
        in_one_situation=all(row.situation for row in flagged),
        owed=len(owed),
        lost=tuple(
            f"No. {number} {occasion} on {channel}" for channel, number, occasion in sorted(owed - set(accepted))
        ),
        twice=sum(accepted.values()) - len(accepted),
        rung_twice=tuple(
            f"{occasion} on {channel}" for (channel, occasion), times in sorted(numbers.items()) if times > 1
        ),
        seconds=seconds,
    )


def table(outcome: Outcome, served: int | None) -> str:
    rows = {
        "kills, of them while messages were owed": f"{outcome.kills}, {outcome.kills_while_owing}",
        "reports served / in the log": f"{'?' if served is None else served} / {outcome.reports}",
        "flagged; each in exactly one situation": f"{outcome.flagged}; {'yes' if outcome.in_one_situation else 'NO'}",
        "messages owed (two channels)": str(outcome.owed),
        "messages lost": str(len(outcome.lost)),
        "came again under the same number": str(outcome.twice),
        "occasions that rang under two numbers": str(len(outcome.rung_twice)),
        "seconds": f"{outcome.seconds:.0f}",
    }
    head = f"# Kill drill\n\n{machine()}, {datetime.now(UTC):%Y-%m-%d}\n\n| what | count |\n|---|---|\n"
    return head + "".join(f"| {name} | {value} |\n" for name, value in rows.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--urls", type=Path, help="file with one feed URL a line; default: the project's own reports")
    parser.add_argument("--served", type=int, help="how many articles those feeds serve")
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results" / "drill.md")
    options = parser.parse_args()
    inbox = Inbox(delay=0.05)
    with tempfile.TemporaryDirectory() as folder:
        if options.urls:
            urls, served = options.urls.read_text().split(), options.served
        else:
            farm = Farm(articles_of(ROOT / "models" / "evaluation" / "reports.jsonl"))
            urls, served = farm.urls, len(farm.articles)
        outcome = drill(Path(folder), urls, inbox, options.kills)
    inbox.close()
    options.results.parent.mkdir(exist_ok=True)
    options.results.write_text(table(outcome, served), encoding="utf-8")
    sys.stdout.write(
        table(outcome, served) + json.dumps({"lost": outcome.lost, "rung_twice": outcome.rung_twice}) + "\n"
    )
    complete = served is None or outcome.reports == served
    return 0 if complete and outcome.in_one_situation and not outcome.lost and not outcome.rung_twice else 1


if __name__ == "__main__":
    sys.exit(main())
