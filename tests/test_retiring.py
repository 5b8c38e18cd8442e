"""Texts that were kept long enough lie in the archive, whole, before they leave the database."""

import gzip
import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.pipeline.retire import retire
from monitor.settings.models import Keep
from monitor.store import Store, reports, retirement
from tests.examples import NOON, assessment, report
from tests.ledger_support import Desk
from tests.store_support import ROUGH

DAY = timedelta(days=1)


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """Read on forty days: by turns a siege and nothing of note."""
    made = Desk(store)
    settings = made.parts.settings.model_copy(update={"data_dir": tmp_path, "keep": Keep.model_validate({"text": "30d"})})
    made.parts = replace(made.parts, settings=settings)
    with store.write() as tx:
        for day in range(40):
            key = f"r{day:02}"
            at = NOON + day * DAY
            read = report(key, text=f"{ROUGH} {day}", seen_at=at, published_at=at, entry_key=key)
            reports.add(tx, read, assessment("siege", key=key) if day % 2 else assessment(key=key))
    made.now = NOON + 40 * DAY
    return made


def texts(store: Store) -> dict[str, str]:
    with store.read() as tx:
        rows = reports.iterate(tx, reports.LogQuery(everything=True))
        return {row.report.key: row.report.text for row in rows}


def archived(folder: Path) -> list[dict[str, Any]]:
    files = sorted((folder / "archive").glob("reports-*.jsonl.gz"))
    return [json.loads(line) for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]


def test_only_old_texts_of_what_was_not_listed_go_and_the_archive_has_them_whole(desk: Desk, tmp_path: Path) -> None:
    before = texts(desk.store)
    assert retire(desk.parts) == 5
    after = texts(desk.store)
    gone = [key for key in before if not after[key]]
    assert sorted(gone) == ["r00", "r02", "r04", "r06", "r08"]
    assert {each["id"]: each["text"] for each in archived(tmp_path)} == {key: before[key] for key in gone}
    assert retire(desk.parts) == 0


def test_listed_texts_go_only_where_that_is_asked_for(desk: Desk, tmp_path: Path) -> None:
    settings = desk.parts.settings.model_copy(update={"keep": Keep.model_validate({"listed_text": "35d"})})
    assert retire(replace(desk.parts, settings=settings)) == 2
    assert [each["id"] for each in archived(tmp_path)] == ["r01", "r03"]
    assert {each["state"] for each in archived(tmp_path)} == {"flagged"}


def test_a_break_between_archive_and_database_loses_nothing(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(retirement, "take_out", die)
        with pytest.raises(KeyboardInterrupt):
            retire(desk.parts)
    assert all(texts(desk.store).values())
    assert retire(desk.parts) == 5
    assert {each["id"] for each in archived(tmp_path)} == {"r00", "r02", "r04", "r06", "r08"}


def test_an_archive_that_cannot_be_written_costs_no_text(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "archive").write_text("in the way")
    assert retire(desk.parts) == 0
    assert all(texts(desk.store).values())
    assert "cannot be archived" in caplog.text


def test_classify_reads_the_archive(desk: Desk, tmp_path: Path) -> None:
    retire(desk.parts)
    file = next((tmp_path / "archive").iterdir())
    assert oct(file.stat().st_mode)[-3:] == "600"
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "classify", str(file)], capture_output=True, text=True, check=True
    )
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["r00", "r02", "r04", "r06", "r08"]
