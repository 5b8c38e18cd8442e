"""Keeps the row of each listed report true: written again inside the transaction that changes what it says.

What is kept: the report's own facts, its situation and that one's level, how many independent sources and outlets tell
of its events there, its grade, the last verdict on it. What is looked up for a page: to how many people it was sent,
which changes with every message. The canary's reports are not listed.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from monitor.records import LABELS, Assessment, Place, Report
from monitor.store import log_grades, log_text, meta
from monitor.store.codec import storable
from monitor.store.columns import Transaction
from monitor.store.dialect import chunks
from monitor.store.log_tables import log_line, log_place, log_row
from monitor.store.tables import LISTED, report, situation, situation_report
from monitor.text.normalise import fold_text
from monitor.text.searching import Indexed, indexed

IN_THE_AREA = "*"  # under it is filed what happened anywhere in the watched area
BUILT_AS = "1"  # another number builds all rows anew at the next migration
MARK = "log rows"
_BITS = 10  # of a number, below the microseconds
_SLOTS = 1 << _BITS
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROAD = "--"  # between the ends of a road, in its slug
_NO_NAME = re.compile(r"\W+")
_NEW = {"situation": "", "level": "", "grade": log_grades.UNCONFIRMED, "verdict": "", "sources": 1, "outlets": 1}


def enter(tx: Transaction, new: Report, assessment: Assessment) -> None:
    """List a report that was just added: nothing is known of it beyond itself."""
    _write(tx, [(new, assessment)])


def revise(tx: Transaction, new: Report, assessment: Assessment) -> None:
    """Its words or judgement changed, and perhaps whether it is listed at all."""
    _remove(tx, [new.key])
    _write(tx, [(new, assessment)])
    _place_in_ledger(tx, [new.key])
    judged(tx, [new.key])


@contextmanager
def moving(tx: Transaction, report_keys: Sequence[str]) -> Iterator[None]:
    """Within it these reports come to a situation, or go from one to another."""
    left = log_grades.homes(tx, report_keys)
    yield
    _place_in_ledger(tx, report_keys)
    log_grades.count(tx, left | log_grades.homes(tx, report_keys))


def stands(tx: Transaction, key: str, level: str) -> None:
    """The situation is at this level now."""
    rising = sa.update(log_row).where(log_row.c.situation == key, log_row.c.level != level)
    tx.execute(rising.values(level=level))


def told(tx: Transaction, report_key: str) -> None:
    """Who speaks in the report is known now, or seen otherwise."""
    log_grades.count(tx, log_grades.homes(tx, [report_key]))


def judged(tx: Transaction, report_keys: Sequence[str]) -> None:
    """A person said something of these reports, or took it back."""
    _set_right(tx, report_keys)
    log_grades.judge(tx, report_keys)


def build(tx: Transaction, *, anew: bool = False) -> None:
    """Write the rows of all listed reports, unless that was done; what a migration or a new way of folding asks for."""
    if meta.get(tx, MARK) == BUILT_AS and not anew:
        return
    for table in (log_place, log_line, log_row):
        tx.execute(sa.delete(table))
    log_text.clear(tx)
    columns = [*(report.c[name] for name in Report.__dataclass_fields__), report.c.assessment]
    after = ""
    while True:
        some = sa.select(*columns).where(LISTED, ~report.c.canary, report.c.key > after).order_by(report.c.key)
        rows = [(Report(*row[:-1]), row[-1]) for row in tx.execute(some.limit(500))]
        if not rows:
            break
        _write(tx, rows)
        keys = [each.key for each, _ in rows]
        _place_in_ledger(tx, keys)
        _set_right(tx, keys)
        log_grades.note(tx, keys)
        after = keys[-1]
    log_grades.count(tx, set(tx.scalars(sa.select(log_row.c.situation).distinct())) - {""})
    meta.put(tx, MARK, BUILT_AS)


def number_of(seen_at: datetime) -> int:
    """The least number of what was seen then."""
    return (seen_at - _EPOCH) // timedelta(microseconds=1) << _BITS


def filed_under(places: Iterable[Place]) -> list[str]:
    """The slugs of places and of what they lie in; for a road those of its ends."""
    found: dict[str, None] = {}
    for place in places:
        found |= dict.fromkeys((place.slug, *(place.slug.split(_ROAD) if _ROAD in place.slug else ())))
        if place.parent:
            found[place.parent] = None
        if place.area:
            found[IN_THE_AREA] = None
        if place.area and place.district:
            found[f"district-{_NO_NAME.sub('-', fold_text(place.district))}"] = None
    return list(found)


def subjects(assessment: Assessment) -> set[tuple[str, str]]:
    """The (type, place) that a report is filed under: those that count or, if none does, all that were looked at."""
    counting = [sighting for sighting in assessment.sightings if sighting.counts] or assessment.sightings
    filed: set[tuple[str, str]] = {(each.type, each.place.slug if each.place else "") for each in counting}
    filed |= {(type_, "") for type_ in (*assessment.types, *assessment.easing)} - {(type_, "") for type_, _ in filed}
    filed |= {("", place.slug) for place in assessment.places if all(place.slug != slug for _, slug in filed)}
    return filed


def _write(tx: Transaction, pairs: Sequence[tuple[Report, Assessment]]) -> None:
    rows: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    filed: list[dict[str, Any]] = []
    texts: dict[int, Indexed] = {}
    for new, assessment in pairs:
        if assessment.state not in ("flagged", "uncertain") or new.canary:
            continue
        number = _free(tx, new, texts)
        places = _places(assessment)
        rows.append({"number": number} | _row(new, assessment))
        lines.append({"number": number} | _line(new, assessment, places))
        filed += [{"place": slug, "number": number} for slug in filed_under(places)]
        names = " ".join(f"{place.name} {place.arabic}" for place in places)
        texts[number] = indexed([storable(part) for part in (new.title, names, new.text or new.summary)])
    for table, values in ((log_row, rows), (log_line, lines), (log_place, filed)):
        if values:
            tx.execute(sa.insert(table), values)
    log_text.add(tx, texts)


def _row(new: Report, assessment: Assessment) -> dict[str, Any]:
    bits = _bits(type_ for type_, _ in subjects(assessment))
    own = {"report_key": new.key, "state": assessment.state, "types": bits, "feed": new.feed, "language": new.language}
    return own | _NEW


def _line(new: Report, assessment: Assessment, places: Sequence[Place]) -> dict[str, Any]:
    return {
        "title": new.title,
        "evidence": evidence(assessment),
        "url": new.url,
        "published_at": new.published_at,
        "seen_at": new.seen_at,
        "revision": new.revision,
        "places": tuple(place.slug for place in places),
        "probability": assessment.probability,
        "model": assessment.model,
    }


def evidence(assessment: Assessment) -> str:
    """The sentence that weighs most of those that count or, if none does, of those that were looked at."""
    counting = [each for each in assessment.sightings if each.counts] or list(assessment.sightings)
    event = [each for each in counting if each.type in assessment.types] or counting
    return max(event, key=lambda each: each.probability).sentence if event else ""


def _places(assessment: Assessment) -> list[Place]:
    """Those of the assessment, the finest first; then those that were only looked at."""
    wanted = {slug for _, slug in subjects(assessment)}
    looked_at = [each.place for each in assessment.sightings if each.place and each.place.slug in wanted]
    return list({place.slug: place for place in (*assessment.places, *looked_at)}.values())


def _set_right(tx: Transaction, report_keys: Sequence[str]) -> None:
    """The type and the place that a reviewer named stand in place of the model's; the model's again, if taken back.

    Such a place is filed under its own name alone, not under its district.
    """
    for key, counts in log_grades.corrected(tx, report_keys).items():
        found = sa.select(log_row.c.number, report.c.assessment).join(report, report.c.key == log_row.c.report_key)
        for number, assessment in tx.execute(found.where(log_row.c.report_key == key)).all():
            places = _places(assessment)
            slugs, filed = tuple(place.slug for place in places), filed_under(places)
            labels = {label for label, _ in subjects(assessment)}
            if counts and counts.verdict == "wrong_place" and counts.place:
                slugs, filed = (counts.place,), [counts.place, IN_THE_AREA]
            if counts and counts.verdict == "wrong_type" and counts.types:
                labels = {*counts.types, *assessment.easing}
            tx.execute(sa.update(log_row).where(log_row.c.number == number).values(types=_bits(labels)))
            tx.execute(sa.update(log_line).where(log_line.c.number == number).values(places=slugs))
            tx.execute(sa.delete(log_place).where(log_place.c.number == number))
            if filed:
                tx.execute(sa.insert(log_place), [{"place": slug, "number": number} for slug in filed])


def _bits(labels: Iterable[str]) -> int:
    return sum(1 << LABELS.index(label) for label in set(labels) if label in LABELS)


def _free(tx: Transaction, new: Report, taken: Mapping[int, object]) -> int:
    """A number that no other report has: the key chooses among those of the microsecond, the next one if all are."""
    moment = max(0, number_of(new.seen_at))
    start = int.from_bytes(hashlib.blake2b(new.key.encode("utf-8", "replace"), digest_size=2).digest()) % _SLOTS
    while True:
        used = set(tx.scalars(sa.select(log_row.c.number).where(log_row.c.number.between(moment, moment + _SLOTS - 1))))
        for at in range(_SLOTS):
            number = moment + (start + at) % _SLOTS
            if number not in used and number not in taken:
                return number
        moment += _SLOTS


def _remove(tx: Transaction, report_keys: Sequence[str]) -> None:
    for some in chunks(report_keys):
        numbers = list(tx.scalars(sa.select(log_row.c.number).where(log_row.c.report_key.in_(some))))
        log_text.remove(tx, numbers)
        for table in (log_place, log_line, log_row):
            tx.execute(sa.delete(table).where(table.c.number.in_(numbers)))


def _place_in_ledger(tx: Transaction, report_keys: Sequence[str]) -> None:
    standing = (
        sa.select(situation_report.c.report_key, situation.c.key, situation.c.level)
        .join(situation, situation.c.key == situation_report.c.situation)
        .order_by(situation_report.c.report_key)
    )
    for some in chunks(report_keys):
        for key, home, level in tx.execute(standing.where(situation_report.c.report_key.in_(some))).all():
            mine = sa.update(log_row).where(log_row.c.report_key == key)
            tx.execute(mine.values(situation=home, level=level))
