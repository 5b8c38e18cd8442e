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
from monitor.records import Review
from monitor.settings.models import Keep
from monitor.store import Store, reports, retirement, reviews
from tests.examples import NOON, assessment, report
from tests.ledger_support import Desk
from tests.store_support import ROUGH

DAY = timedelta(days=1)


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """Read on forty days: by turns a siege and nothing of note."""
    made = Desk(store)
    settings = made.parts.settings.model_copy(
        update={"data_dir": tmp_path, "keep": Keep.model_validate({"text": "30d"})}
    )
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


def test_what_was_reviewed_keeps_its_text_for_the_model_to_learn_from(desk: Desk) -> None:
    with desk.store.write() as tx:
        reviews.add(tx, Review("r02", "confirm", "", "reviewer", desk.now))
    assert retire(desk.parts) == 4
    after = texts(desk.store)
    assert after["r02"]
    assert not after["r00"]


def test_a_report_that_is_reviewed_or_edited_while_it_is_archived_is_let_be(desk: Desk) -> None:
    with desk.store.write() as tx:
        found = retirement.old(tx, desk.now - 30 * DAY, 500, listed=False)
        reviews.add(tx, Review("r02", "confirm", "", "reviewer", desk.now))
        edited = replace(found[2].report, text="other words", revision=2)
        reports.revise(tx, edited, assessment(key="r04"))
        retirement.take_out(tx, [each.report for each in found], listed=False)
    after = texts(desk.store)
    assert (bool(after["r02"]), after["r04"], after["r06"]) == (True, "other words", "")


def test_older_wordings_go_into_the_archive_too_and_their_judgements_stay(desk: Desk, tmp_path: Path) -> None:
    with desk.store.write() as tx:
        (first, judged), *_ = reports.revisions(tx, "r04")
        reports.revise(tx, replace(first, text="as it was edited", revision=2), assessment(key="r04"))
    retire(desk.parts)
    lines = [(each["revision"], each["text"]) for each in archived(tmp_path) if each["id"] == "r04"]
    assert lines == [(1, first.text), (2, "as it was edited")]
    with desk.store.read() as tx:
        kept = reports.revisions(tx, "r04")
    assert [(each.title, each.text, each.revision) for each, _ in kept] == [(first.title, "", 1), (first.title, "", 2)]
    assert kept[0][1] == judged


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
