"""Reviewed reports and candidates for the tests of the learning loop."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor.packaged import packaged
from monitor.pipeline.serving import digest_of
from monitor.records import LogRow, Review
from monitor.records.learning import Beside, Candidate
from monitor.settings import Settings
from tests.examples import NOON, assessment, report

GOOD = Beside("reports", 10, 5, 4, 5, 1, 1, mended=("dev-1",))


def settings_in(folder: Path) -> Settings:
    return Settings(config_dir=folder, database="", data_dir=folder, feeds=(), channels={}, recipients={}, rules=())


def candidate(folder: Path, version: str = "aaaa1111", **changes: Any) -> Candidate:
    """A copy of the shipped model under another version, in the data of the monitor."""
    own = folder / "models" / f"escalation@{version}"
    own.mkdir(parents=True)
    shipped = packaged("models/escalation")
    shutil.copyfile(shipped / "model.npz", own / "model.npz")
    card = json.loads((shipped / "card.json").read_text(encoding="utf-8"))
    (own / "card.json").write_text(json.dumps({**card, "version": version}), encoding="utf-8")
    made = Candidate(
        "escalation", version, own.name, digest_of(own), NOON, "", 200, 190, True, ("Better on reviews.",), (GOOD,)
    )
    return replace(made, **changes)


def row(verdict: Any, text: str, types: Any = (), **changes: Any) -> LogRow:
    """A report with its review. `said`: what the model made of it."""
    key, number = changes.pop("key", "r1"), changes.pop("number", 1)
    said = changes.pop("said", assessment(key=key, state="clear"))
    title = changes.pop("title", "")
    at = NOON + timedelta(hours=number)
    given = Review(key, verdict, "", "sami", at, types=types, number=number, **changes)
    return LogRow(report(key, title=title, text=text), replace(said, report_key=key), "", "", "", 0, (given,))
