"""The evaluation reports told on their own days, with copies by other outlets: how often is somebody woken by what?

    python benchmarks/stories.py           # writes benchmarks/results/stories.md; exit code 1 when a bar is missed

Every report is also copied, cut and rewritten three to ten times by other outlets, hours later. All of it goes through
the real reading, the real ledger and the real rules, with the clock at the time of each; nothing is fetched or sent.
Counted is what is owed to one recipient who wants everything. No copy may wake anybody.
"""

import json
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.copying import Copy, copies
from benchmarks.machine import machine
from monitor.classifier import Classifier
from monitor.pipeline import Parts
from monitor.pipeline.decide import decide
from monitor.pipeline.preparing import prepared
from monitor.records import Alert, Assessment, Report
from monitor.settings import ChannelSettings, Feed, Recipient, Rule, Settings
from monitor.store import Store, outbox, reports
from monitor.store import situations as ledger

ROOT = Path(__file__).resolve().parent.parent
GIANT = "daraa-albalad-2021"  # a siege of two and a half months; half of the alarms of a year are about it
MOST_AN_EVENT = 1.3
MOST_OF_THE_GIANT = 12
WAKING = ("new", "escalated")
_LAG = timedelta(minutes=10)  # from publishing to reading
_OUTLETS = 40  # that copy from others


@dataclass(frozen=True, slots=True)
class Shown:
    """One report as an outlet shows it. `original`: key of the report that it was made of, its own if of none."""

    report: Report
    outlet: str
    event: str
    labelled: bool  # by the readers of the evaluation set
    original: str
    how: str  # original | copied | cut | rewritten


@dataclass(frozen=True, slots=True)
class Push:
    alert: Alert
    shown: Shown
    why: str  # the reason of the decision on its report


@dataclass(frozen=True, slots=True)
class Outcome:
    pushes: tuple[Push, ...]
    situations: dict[str, Counter[str]]  # situation -> event -> its original reports
    flagged: frozenset[str]  # events with a report that the monitor flagged
    labelled: frozenset[str]  # events with a report that is to be flagged
    read_so: frozenset[str]  # reports that were flagged themselves, not only in a copy
    shown: int


def story(rows: Iterable[dict[str, Any]], seed: int = 7) -> list[Shown]:
    """The reports and their copies in the order in which they are read."""
    told: list[Shown] = []
    of_a_day: Counter[str] = Counter()
    for row in rows:
        at = datetime.fromisoformat(row["published"]).replace(tzinfo=UTC) + timedelta(
            hours=6, minutes=25 * of_a_day[row["published"]]
        )
        of_a_day[row["published"]] += 1
        chance = random.Random(f"{seed}-{row['id']}")
        told.append(_shown(row, row["id"], row["outlet"], Copy("original", row["title"], row["text"]), at))
        for number, copy in enumerate(copies(row["title"], row["text"], row["language"], chance)):
            outlet = f"copying-{chance.randint(1, _OUTLETS):02}"
            later = at + timedelta(hours=chance.uniform(0.5, 36))
            told.append(_shown(row, f"{row['id']}-{number}", outlet, copy, later))
    return sorted(told, key=lambda each: (each.report.seen_at, each.report.key))


def _shown(row: dict[str, Any], key: str, outlet: str, copy: Copy, at: datetime) -> Shown:
    report = Report(
        key=key,
        feed=outlet,
        entry_key=key,
        url=f"https://{outlet}.example/{key}",
        title=copy.title,
        text=copy.text,
        text_from="page",
        summary="",
        language=row["language"],
        published_at=at,
        seen_at=at + _LAG,
    )
    return Shown(report, outlet, row["event"], bool(row["flag"]), row["id"], copy.how)


def replay(told: Sequence[Shown], classifier: Classifier, folder: Path) -> Outcome:
    """All reports through the ledger, each at its time."""
    clock = [told[0].report.seen_at]
    feeds = tuple(
        Feed(name=name, url=f"https://{name}.example/", outlet=name) for name in sorted({s.outlet for s in told})
    )
    settings = Settings(
        config_dir=folder,
        database=f"sqlite:///{folder}/stories.db",
        data_dir=folder,
        feeds=feeds,
        channels={"log": ChannelSettings(kind="log")},
        recipients={"everything": Recipient(channels=("log",))},
        rules=(Rule(to="everything"),),
    )
    store = Store(settings.database)
    store.migrate()
    nothing = cast("Any", None)
    parts = Parts(settings, store, classifier, nothing, nothing, {}, {}, lambda: clock[0], backlog="alert")
    by_name = {feed.name: feed for feed in feeds}
    assessed = classifier.assess([each.report for each in told])
    for each, assessment in zip(told, assessed, strict=True):
        clock[0] = each.report.seen_at
        _read(parts, by_name[each.outlet], each.report, assessment)
    outcome = _outcome(store, told, assessed)
    store.close()
    return outcome


def _read(parts: Parts, feed: Feed, report: Report, assessment: Assessment) -> None:
    (case,) = prepared(parts, [(report, assessment)], first=False)
    with parts.store.write() as tx:
        reports.add(tx, report, assessment)
        decide(parts, tx, feed, case)


def _outcome(store: Store, told: Sequence[Shown], assessed: Sequence[Assessment]) -> Outcome:
    shown = {each.report.key: each for each in told}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    pushes: list[Push] = []
    with store.read() as tx:
        owed = {state.occasion for state in outbox.listing(tx, limit=100_000)}
        for situation in ledger.listing(tx, 100_000):
            links = ledger.get(tx, situation.key)
            reasons = {link.report_key: link.reason for link in links[1]} if links else {}
            pushes += [
                Push(alert, shown[alert.report_key], reasons[alert.report_key])
                for alert in outbox.of_situation(tx, situation.key)
                if alert.occasion in owed
            ]
        for each in told:
            home = ledger.of_report(tx, each.report.key)
            if home and each.how == "original":
                found[home.key][each.event] += 1
    pairs = list(zip(told, assessed, strict=True))
    return Outcome(
        tuple(sorted(pushes, key=lambda push: push.alert.seen_at)),
        dict(found),
        frozenset(each.event for each, assessment in pairs if assessment.state == "flagged" and each.how == "original"),
        frozenset(each.event for each in told if each.labelled),
        frozenset(
            each.report.key
            for each, assessment in pairs
            if each.how == "original" and (assessment.state == "flagged" or assessment.easing)
        ),
        len(told),
    )


def page(outcome: Outcome) -> tuple[str, bool]:
    """The results in words and tables, and whether every bar is met."""
    waking = [push for push in outcome.pushes if push.alert.kind in WAKING]
    others = Counter(push.alert.kind for push in outcome.pushes if push.alert.kind not in WAKING)
    giant = [push for push in waking if push.shown.event == GIANT]
    rest = [push for push in waking if push.shown.event != GIANT]
    events = outcome.flagged - {GIANT}
    silent = sorted(outcome.flagged - {push.shown.event for push in outcome.pushes if push.alert.kind in WAKING})
    copied = [push for push in outcome.pushes if push.shown.how != "original"]
    from_copies = [push for push in copied if push.shown.original in outcome.read_so]
    first_read = [push for push in copied if push.shown.original not in outcome.read_so]
    an_event = len(rest) / max(1, len(events))
    met = not silent and not from_copies and an_event <= MOST_AN_EVENT and len(giant) <= MOST_OF_THE_GIANT
    lines = [
        "# One story told once",
        f"\n{machine()}, {datetime.now(UTC):%Y-%m-%d}. {outcome.shown} reports, most of them copies.\n",
        "| what | figure | bar |\n|---|---|---|",
        f"| events with a flagged report | {len(outcome.flagged)} | |",
        f"| of these without any push | {len(silent)} {_listed(silent)} | 0 |",
        f"| events to be flagged of which no report was | {_count(outcome.labelled - outcome.flagged)} | |",
        f"| pushes, new and escalated, per event without {GIANT} | {an_event:.2f} ({len(rest)} of {len(events)}) "
        f"| {MOST_AN_EVENT} |",
        f"| pushes of {GIANT} | {len(giant)} | {MOST_OF_THE_GIANT} |",
        f"| of both, by a report that is not to be flagged | {sum(not push.shown.labelled for push in waking)} | |",
        f"| pushes made by a copy of a report that was read rightly itself | {len(from_copies)} | 0 |",
        f"| pushes made by a copy, its original not having been flagged | {len(first_read)} | |",
        f"| updates of other kinds | {', '.join(f'{kind} {count}' for kind, count in sorted(others.items()))} | |",
        f"\n## {GIANT}: what was new\n",
        *(_line(push) for push in giant),
        "\n## The others with more than one push\n",
        *(line for event in sorted(events) for line in _of_event(event, rest)),
        "\n## Pushes made by a copy\n",
        *(_line(push) for push in copied),
        *_joined(outcome),
    ]
    return "\n".join(lines) + "\n", met


def _count(events: Iterable[str]) -> str:
    names = sorted(events)
    return f"{len(names)} {_listed(names)}"


def _listed(names: Sequence[str]) -> str:
    return f"({', '.join(names)})" if names else ""


def _line(push: Push) -> str:
    alert = push.alert
    before = ", ".join(f"{track} {state}" for track, state in sorted(alert.states_before.items())) or "nothing known"
    now = ", ".join(f"{track} {state}" for track, state in sorted(alert.states.items()))
    return (
        f"- {alert.seen_at:%Y-%m-%d} {alert.kind} `{alert.situation}` {alert.level}: {' and '.join(alert.types)}; "
        f"{before} -> {now} (report {push.shown.report.key}, {push.shown.how}"
        f"{'' if push.shown.labelled else ', NOT TO BE FLAGGED'}): {push.why}"
    ).replace("_", " ")


def _of_event(event: str, pushes: Sequence[Push]) -> list[str]:
    mine = [push for push in pushes if push.shown.event == event]
    return [f"\n{event}\n", *(_line(push) for push in mine)] if len(mine) > 1 else []


def _joined(outcome: Outcome) -> list[str]:
    """Situations of several events, and events of several situations."""
    merged = {key: events for key, events in outcome.situations.items() if len(events) > 1}
    split: dict[str, list[str]] = defaultdict(list)
    for key, events in sorted(outcome.situations.items()):
        for event in events:
            split[event].append(key)
    told = ["\n## Situations that hold reports of several events\n"]
    told += [f"- `{key}`: {', '.join(f'{event} {n}' for event, n in merged[key].items())}" for key in sorted(merged)]
    told += ["\n## Events whose reports lie in several situations\n"]
    told += [f"- {event}: {', '.join(keys)}" for event, keys in sorted(split.items()) if len(keys) > 1]
    return told


def main() -> int:
    rows = [json.loads(line) for line in (ROOT / "models/evaluation/reports.jsonl").read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        outcome = replay(story(rows), Classifier.load(), Path(folder))
    text, met = page(outcome)
    target = ROOT / "benchmarks" / "results" / "stories.md"
    target.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
