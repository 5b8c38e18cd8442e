"""50,000 reports moved from SQLite to PostgreSQL and back by `monitor migrate`: rows a second, and equal by hash.

    python benchmarks/moving.py --reports 50000

Also what a report takes on the disk. Writes benchmarks/results/moving.md; exit code 1 when a table differs in the end.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.desk import Database
from benchmarks.machine import machine
from benchmarks.million_world import Size, fill
from monitor.store import Store, copying

ROOT = Path(__file__).resolve().parent.parent
FLAGGED = 0.02  # share of the reports


def migrate(source: str, target: str) -> float:
    """Seconds that the verb took."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "monitor", "migrate", source, target], cwd=ROOT, check=True)
    return time.monotonic() - began


def sums_of(url: str) -> list[copying.Sum]:
    store = Store(url)
    try:
        return copying.sums(store)
    finally:
        store.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=50_000)
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="moving-") as name:
        first, last = Path(name) / "first.db", Path(name) / "last.db"
        server = Database(Path(name) / "pg")
        store = Store(f"sqlite:///{first}")
        store.migrate()
        fill(store, Size(options.reports, round(FLAGGED * options.reports)))
        store.close()
        there = migrate(f"sqlite:///{first}", server.url)
        size = server.ask("SELECT pg_database_size(current_database())")[0][0]
        back = migrate(server.url, f"sqlite:///{last}")
        before, after = sums_of(f"sqlite:///{first}"), sums_of(f"sqlite:///{last}")
        rows = sum(each.rows for each in before)
        is_equal = before == after
        shown = (
            f"# {options.reports:,} reports moved, {FLAGGED:.0%} of them flagged\n\n{machine()}, "
            f"{datetime.now(UTC):%Y-%m-%d}; load of the machine when this ended {os.getloadavg()[1]:.1f}: others were "
            f"at work on it. {rows:,} rows; the time includes the comparison of both sides by hash and, on the target, "
            "the rows that the log is shown from.\n\n"
            "| what | figure |\n|---|---|\n"
            f"| SQLite to PostgreSQL | {there:.0f} s, {rows / there:,.0f} rows a second |\n"
            f"| and back | {back:.0f} s, {rows / back:,.0f} rows a second |\n"
            f"| every table equal by hash, first and last file | {'yes' if is_equal else 'NO'} |\n"
            f"| on disk, SQLite | {last.stat().st_size / 1e6:.0f} MB, "
            f"{last.stat().st_size / options.reports:,.0f} bytes a report |\n"
            f"| on disk, PostgreSQL | {size / 1e6:.0f} MB, {size / options.reports:,.0f} bytes a report |\n"
        )
        server.stop()
    (options.results / "moving.md").write_text(shown, encoding="utf-8")
    sys.stdout.write(shown)
    return int(not is_equal)


if __name__ == "__main__":
    sys.exit(main())
