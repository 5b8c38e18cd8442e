"""Moves texts that have been kept long enough out of the database, into compressed JSON Lines that `classify` reads.

Written first, taken out second: broken off in between, a report stands in the archive twice and is never lost.
"""

import gzip
import json
import logging
import os
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from pathlib import Path

from monitor.pipeline.parts import Parts
from monitor.records import Report
from monitor.store import retirement
from monitor.store.retirement import Old

log = logging.getLogger(__name__)

FOLDER = "archive"
PORTION = 500  # reports in one transaction
PORTIONS = 20  # in one turn: what is left waits for the next


def retire(parts: Parts) -> int:
    """How many reports gave their texts to the archive. A folder that cannot be written costs nothing but a word."""
    keep = parts.settings.keep
    moved = 0
    for days, listed in ((keep.text, False), (keep.listed_text, True)):
        for _ in range(PORTIONS if days else 0):
            try:
                number = _portion(parts, timedelta(days=days or 0), listed=listed)
            except OSError as error:
                log.warning("texts cannot be archived (%s): make room, or the folder of data_dir writable", error)
                return moved
            moved += number
            if not number:
                break
    return moved


def _portion(parts: Parts, age: timedelta, *, listed: bool) -> int:
    with parts.store.read() as tx:
        found = retirement.old(tx, parts.clock() - age, PORTION, listed=listed)
    if not found:
        return 0
    folder = Path(parts.settings.data_dir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for month, some in groupby(found, key=lambda each: f"{each.report.seen_at:%Y-%m}"):
        _append(folder / f"reports-{month}.jsonl.gz", list(some))
    with parts.store.write() as tx:
        retirement.take_out(tx, [each.report for each in found], listed=listed)
    return len(found)


def _append(path: Path, reports: Sequence[Old]) -> None:
    """A gzip file may be made of several, one after the other. On the disk before anybody relies on it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as file:
        wordings = ((one, each.state) for each in reports for one in (*each.earlier, each.report))
        lines = "".join(json.dumps(_line(*each), ensure_ascii=False) + "\n" for each in wordings)
        file.write(gzip.compress(lines.encode("utf-8", errors="replace")))
        file.flush()
        os.fsync(file.fileno())


def _line(report: Report, state: str) -> dict[str, str | int | None]:
    """`state`: as the last wording was judged."""
    return {
        "id": report.key,
        "revision": report.revision,
        "title": report.title,
        "text": report.text,
        "summary": report.summary,
        "url": report.url,
        "feed": report.feed,
        "language": report.language,
        "published": report.published_at.isoformat() if report.published_at else None,
        "seen": report.seen_at.isoformat(),
        "state": state,
    }
