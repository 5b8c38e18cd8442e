"""A desk that reads reports into the real ledger, each at its own time; nothing is fetched or sent."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from monitor.gazetteer import Gazetteer
from monitor.pipeline import Parts
from monitor.pipeline.decide import decide
from monitor.pipeline.preparing import prepared
from monitor.records import Alert, Assessment, Label, Place, Report, Sighting, SightingState, Sign, Situation, Step
from monitor.settings import ChannelSettings, Feed, Recipient, Rule, Settings
from monitor.store import Store, outbox, reports, steps
from monitor.store import situations as ledger
from monitor.store.situations import Link
from tests.examples import assessment, report, sighting

OUTLETS = ("alpha", "beta", "gamma", "delta")
_WORDS = (  # noqa: SIM905  a list of one word a line is no easier to read
    "soldiers tanks roads bread market school bridge night morning farmers elders trucks dust hospital flour water "
    "orchard mosque wall gate village cousin teacher baker driver phone lamp window river stone field barley olive"
).split()


@cache
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def place(slug: str) -> Place:
    found = gazetteer().place(slug)
    assert found is not None
    return found


def own_words(number: int) -> str:
    """A text that is like no other one."""
    return " ".join(f"{_WORDS[(number * 7 + at * (number + 3)) % len(_WORDS)]}{number}" for at in range(40))


class Desk:
    """`tell` reads one report and returns the alerts that it made owed to somebody who wants everything."""

    def __init__(self, store: Store, *, recipients: dict[str, Recipient] | None = None, rules: tuple[Rule, ...] = ()):
        self.store = store
        people = recipients or {"desk": Recipient(channels=("log",))}
        settings = Settings(
            config_dir=Path(),
            database="sqlite:////nowhere",
            data_dir=Path(),
            feeds=tuple(Feed(name=name, url=f"https://{name}.example/", outlet=name.title()) for name in OUTLETS),
            channels={"log": ChannelSettings(kind="log")},
            recipients=people,
            rules=rules or tuple(Rule(to=name) for name in people),
        )
        reading = cast("Any", SimpleNamespace(gazetteer=gazetteer()))
        nothing, idle = cast("Any", None), cast("Any", SimpleNamespace(killed=0))
        self.parts = Parts(settings, store, reading, nothing, idle, {}, {}, lambda: self.now, backlog="alert")
        self.now = report().seen_at
        self.first = False  # whether feeds are read for the first time
        self._told = 0

    def tell(
        self,
        hours: float,
        *labels: Label,
        at: str = "jasim",
        by: str = "alpha",
        text: str = "",
        title: str = "",
        says: str = "",
        seen_after: float = 0.1,
        **changes: Any,
    ) -> list[Alert]:
        self._told += 1
        key = f"r{self._told}"
        where = place(at)
        made = report(key, hours=hours, feed=by, url=f"https://{by}.example/{key}")
        seen = made.published_at + timedelta(hours=seen_after) if made.published_at else made.seen_at
        made = replace(made, text=text or own_words(self._told), title=title or f"Report {key} of {by}", seen_at=seen)
        assessed = assessment(*labels, place=where, key=key)
        if says:
            seen_there = tuple(replace(each, sentence=says) for each in assessed.sightings)
            assessed = replace(assessed, sightings=seen_there)
        return self.read(made, replace(assessed, **changes))

    def read(self, made: Report, assessed: Assessment) -> list[Alert]:
        self.now = made.seen_at
        feed = next(each for each in self.parts.settings.feeds if each.name == made.feed)
        (case,) = prepared(self.parts, [(made, assessed)], first=self.first)
        assert case.hold is not None
        with self.store.write() as tx:
            ledger.lock(tx, case.hold.alone, case.hold.beside)
            reports.add(tx, made, assessed)
            before = {each.number for each in outbox.listing(tx, limit=1000)}
            decide(self.parts, tx, feed, case)
            fresh = {each.occasion for each in outbox.listing(tx, limit=1000) if each.number not in before}
            home = ledger.of_report(tx, made.key)
            return [each for each in (outbox.of_situation(tx, home.key) if home else []) if each.occasion in fresh]

    def situation(self, key: str) -> Situation:
        with self.store.read() as tx:
            found = ledger.get(tx, key)
        assert found is not None
        return found[0]

    def keys(self) -> set[str]:
        with self.store.read() as tx:
            return {each.key for each in ledger.listing(tx, 100)}

    def last(self) -> Link | None:
        """What was decided of the report that was told last."""
        with self.store.read() as tx:
            home = ledger.of_report(tx, f"r{self._told}")
            links = ledger.get(tx, home.key) if home else None
        return next((link for link in links[1] if link.report_key == f"r{self._told}"), None) if links else None

    def steps(self, key: str) -> list[Step]:
        with self.store.read() as tx:
            return steps.of_situation(tx, key)


def unsure(label: Label, at: str = "jasim", state: SightingState = "now", **changes: Any) -> dict[str, Any]:
    """What `tell` changes for a report with a sighting that does not count."""
    seen = sighting(label, "Roads may be closed.", counts=False, state=state, place=place(at), probability=0.5)
    made: tuple[Sighting, ...] = (seen,)
    return {"state": "clear", "sightings": made, "places": (), **changes}


def sign(kind: Any, at: str = "jasim") -> dict[str, Any]:
    return {"state": "clear", "signs": (Sign(kind, place(at)),), "places": (), "sightings": ()}
