"""The short form of benchmarks/stories.py: one event by several outlets, with copies, wakes people for what is new."""

import json
from pathlib import Path

from benchmarks.stories import WAKING, page, replay, story
from monitor.classifier import Classifier

REPORTS = Path(__file__).parent.parent / "models" / "evaluation" / "reports.jsonl"
EVENT = "karak-2020-11"


def test_one_event_told_by_many_outlets_and_their_copies_wakes_people_once_or_twice(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in REPORTS.read_text(encoding="utf-8").splitlines()]
    told = story(row for row in rows if row["event"] == EVENT)
    outcome = replay(told, Classifier.load(), tmp_path)
    waking = [push for push in outcome.pushes if push.alert.kind in WAKING]
    assert len(told) > 15
    assert outcome.flagged == {EVENT}
    assert 1 <= len(waking) <= 2
    assert waking[0].alert.occasion == "al-karak-1:new:siege:1"
    assert [push for push in outcome.pushes if push.shown.how != "original"] == []
    assert f"| events with a flagged report | {len(outcome.flagged)} | |" in page(outcome)[0]
