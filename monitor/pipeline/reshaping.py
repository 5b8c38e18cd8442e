"""What a person does to situations: merges two that are one story, splits one that is two, closes one that is over.

Nobody is told by it. The situations are told anew from their reports; who did it, and why, is kept for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.errors import StoreError
from monitor.gazetteer import Gazetteer
from monitor.pipeline.retelling import retell
from monitor.records import Place, Situation, Telling
from monitor.settings.levels import LevelRow
from monitor.store import Store, Transaction, changes, reports, tellings
from monitor.store import situations as ledger
from monitor.store.changes import Change


@dataclass(frozen=True, slots=True)
class Act:
    """Who does it, why and when."""

    author: str
    reason: str
    at: datetime


def merge(store: Store, key: str, into: str, act: Act, levels: Sequence[LevelRow]) -> Situation:
    """All reports of `key` belong to `into` from now on, and so do those that would have joined `key`."""
    with store.write() as tx:
        one, other = _both(tx, key, into)
        if one.key == other.key:
            raise StoreError(f"{key} cannot be merged into itself: name two situations")
        if other.closed_at is not None:
            raise StoreError(f"{into} is closed: merge into an open one, `monitor situations list` shows them")
        ledger.move(tx, [each.report_key for each in _tellings(tx, one.key)], other.key)
        merged = _tell_anew(tx, other, levels)
        ledger.save(tx, replace(one, closed_at=one.closed_at or act.at))
        changes.add(tx, Change(one.key, "merged", other.key, act.reason, act.author, act.at))
        return merged


def split(
    store: Store, gazetteer: Gazetteer, key: str, report_keys: Sequence[str], act: Act, levels: Sequence[LevelRow]
) -> Situation:
    """These reports are a situation of their own, at the place that the first of them names."""
    with store.write() as tx:
        named = [_report(tx, each) for each in report_keys]
        (one,) = _locked(tx, [key], [place.slug for _, place in named if place])
        theirs = {each.report_key for each in _tellings(tx, key)}
        for report_key, _ in named:
            if report_key not in theirs:
                raise StoreError(
                    f"report {report_key} is not in {key}: `monitor situations show {key}` lists its reports"
                )
        if len(set(dict(named))) == len(theirs):
            raise StoreError(f"these are all reports of {key}: there would be nothing left; close or merge it instead")
        place = next((place for _, place in named if place), None)
        slug = place.slug if place else one.place
        number = max((each.number for each in ledger.of_place(tx, slug)), default=0) + 1
        within = gazetteer.around(place) if place else one.within
        own = Situation(slug, number, one.opened_at, one.last_report_at, None, {}, {}, "watch", within)
        ledger.save(tx, own)
        ledger.move(tx, list(dict(named)), own.key)
        _tell_anew(tx, one, levels)
        changes.add(tx, Change(one.key, "split", own.key, act.reason, act.author, act.at))
        return _tell_anew(tx, own, levels)


def close(store: Store, key: str, act: Act) -> Situation:
    """No report joins it any more: a new one at its place opens the next number."""
    with store.write() as tx:
        one = _locked(tx, [key])[0]
        if one.closed_at is not None:
            raise StoreError(f"{key} is closed already, since {one.closed_at:%Y-%m-%d %H:%M} UTC")
        closed = replace(one, closed_at=act.at)
        ledger.save(tx, closed)
        changes.add(tx, Change(key, "closed", "", act.reason, act.author, act.at))
        return closed


def _both(tx: Transaction, key: str, into: str) -> tuple[Situation, Situation]:
    one, other = _locked(tx, [key, into])
    return one, other


def _locked(tx: Transaction, keys: Sequence[str], further: Sequence[str] = ()) -> list[Situation]:
    """The situations as they are once nobody else writes to their places, nor to anything in the province."""
    places = {_there(tx, key).place for key in keys} | {slug for key in keys for slug in _there(tx, key).within}
    ledger.lock(tx, places | set(further))
    return [_there(tx, key) for key in keys]


def _there(tx: Transaction, key: str) -> Situation:
    found = ledger.get(tx, key)
    if found is None:
        raise StoreError(f"no situation has the key {key}: `monitor situations list` shows them")
    return found[0]


def _report(tx: Transaction, key: str) -> tuple[str, Place | None]:
    """Its whole key, and the finest place that it names."""
    row = reports.get(tx, key)
    if row is None:
        raise StoreError(f"no report has the key {key}: `monitor log --all` lists them")
    return row.report.key, next(iter(row.assessment.places), None)


def _tell_anew(tx: Transaction, situation: Situation, levels: Sequence[LevelRow]) -> Situation:
    return retell(tx, situation, _tellings(tx, situation.key), levels)


def _tellings(tx: Transaction, key: str) -> list[Telling]:
    return tellings.all_of(tx, key)
