"""The situations that a report may belong to, looked up: at its place, by a person's merging, or finer than it says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from monitor import situations
from monitor.pipeline.parts import Parts
from monitor.pipeline.placing import counting, spoken_of, wording
from monitor.pipeline.repeating import Compared, repeated
from monitor.pipeline.taking_back import taken_back
from monitor.records import Assessment, Place, Report, Situation
from monitor.rules import RINGING
from monitor.situations import Belonging
from monitor.store import Transaction, changes, hearing, tellings
from monitor.store import situations as ledger


def belonging(
    parts: Parts, tx: Transaction, report: Report, assessment: Assessment, compared: Compared
) -> Iterator[Belonging]:
    """Where the report belongs; of one that reports no event, each open situation that it may speak of."""
    if assessment.types or assessment.easing:
        if assessment.places:
            yield (
                _of_edit(tx, report, assessment)
                or repeated(parts, tx, report, assessment, compared)
                or _of_past(tx, report, assessment)
                or _of_event(parts, tx, report, assessment)
            )
        return
    moment = situations.moment_of(report)
    for place in spoken_of(assessment):
        found = situations.at_the_place(place, _known(tx, place), moment)
        if found.situation is None:
            found = _finer(parts, tx, report, replace(assessment, places=(place,)), found)
        if found.situation is not None:
            yield found


def _of_edit(tx: Transaction, report: Report, assessment: Assessment) -> Belonging | None:
    """Where an edited report stands that a person found wrong, when it tells of nothing else now."""
    home = ledger.of_report(tx, report.key) if report.revision > 1 else None
    if home is None or not taken_back(tx, [report.key]):
        return None
    before = next((each for each in tellings.all_of(tx, home.key) if each.report_key == report.key), None)
    if before is None or not set(assessment.types) <= set(before.types):
        return None
    why = f"an edit of what was found wrong in {home.key}"
    return Belonging(assessment.places[0], home, 0, why, repeats=True)


def _of_past(tx: Transaction, report: Report, assessment: Assessment) -> Belonging | None:
    """What the report looks back on, when people were told of it: that is no news, and nothing that is open."""
    if ledger.of_report(tx, report.key):
        return None
    place = assessment.places[0]
    found = situations.looks_back(assessment, _told(tx, place), situations.moment_of(report))
    return Belonging(place, found, 0, f"looks back on what {found.key} has", repeats=True) if found else None


def _lasting(tx: Transaction, report: Report, assessment: Assessment, otherwise: Belonging) -> Belonging:
    """With the reason, when what it opens is only what people were told of at the place before it fell silent."""
    found = situations.lasts(assessment, _told(tx, otherwise.place), situations.moment_of(report))
    if found is None:
        return otherwise
    last = tellings.all_of(tx, found.key)[-1:]
    why = f"says itself that it has lasted: {found.key} has it, and nobody said that it ended"
    return replace(otherwise, lasts=why, rests_on=tuple(each.report_key for each in last))


def _told(tx: Transaction, place: Place) -> list[Situation]:
    """The situations of the place of which somebody was told an alarm that was not taken back."""
    return [each for each in _known(tx, place) if _was_told(tx, each)]


def _was_told(tx: Transaction, situation: Situation) -> bool:
    alerts, elsewhere = hearing.of_story(tx, situation.key)
    rang = [each.report_key for each in alerts if each.kind in RINGING]
    return bool(set(rang) - elsewhere - taken_back(tx, rang))


def _of_event(parts: Parts, tx: Transaction, report: Report, assessment: Assessment) -> Belonging:
    place = assessment.places[0]
    home = ledger.of_report(tx, report.key)
    within = parts.classifier.gazetteer.around(place)
    known = _known(tx, place)
    if home and home.key not in {each.key for each in known} and place.slug in home.within:
        known.append(home)  # joined before as the finer one
    found = situations.at_the_place(place, known, situations.moment_of(report), home.key if home else "", within)
    if found.situation is None:
        found = _finer(parts, tx, report, assessment, found)
    elif not home and not situations.knows(found.situation, assessment.types):
        found = _within(found.situation, _finer(parts, tx, report, assessment, found)) or found
    return found if found.situation else _lasting(tx, report, assessment, found)


def _within(own: Situation, found: Belonging) -> Belonging | None:
    """What lies within the place that has another story of its own, and nothing beside it."""
    return found if found.situation and own.place in found.situation.within else None


def _known(tx: Transaction, place: Place) -> list[Situation]:
    """The situations of the place, and those that a person merged one of them into."""
    own = ledger.of_place(tx, place.slug)
    into = changes.merged_into(tx, [each.key for each in own if each.closed_at])
    merged = [found[0] for key in dict.fromkeys(into) if (found := ledger.get(tx, key))]
    return own + [each for each in merged if each.key not in {one.key for one in own}]


def _finer(parts: Parts, tx: Transaction, report: Report, assessment: Assessment, otherwise: Belonging) -> Belonging:
    """The one finer situation that the report must mean, else what it was going to be, with the reason."""
    place, moment = assessment.places[0], situations.moment_of(report)
    within = parts.classifier.gazetteer.around(place)
    nearby = ledger.recent(tx, moment - situations.JOINS_WITHIN)
    candidates = situations.finer(assessment, within, nearby, moment, wording(parts, report, assessment))
    if len(candidates) != 1:
        several = ", ".join(each.key for each in candidates)
        return _instead(otherwise, f"it may mean {several}" if several else "")
    (candidate,) = candidates
    against, compared = _against(parts, tx, assessment, candidate, moment)
    if against:
        return _instead(otherwise, f"not {candidate.key}: {against}")
    why = f"it says {place.name}, and {candidate.key} is the only such situation there"
    return Belonging(place, candidate, otherwise.number, why, within, compared)


def _against(
    parts: Parts, tx: Transaction, assessment: Assessment, candidate: Situation, moment: datetime
) -> tuple[str, tuple[str, ...]]:
    """What speaks against it in the reports of the last 72 h, and which of them comes last."""
    since = moment - situations.JOINS_WITHIN
    theirs = [each for each, _ in tellings.of_situation(tx, candidate.key) if situations.moment_of(each) >= since]
    gazetteer = parts.classifier.gazetteer
    there = gazetteer.place(candidate.place)
    names = (there.name, there.arabic) if there else ()
    around = (candidate.place, *candidate.within, assessment.places[0].slug)
    texts = [f"{each.title}. {each.text}" for each in theirs]
    against = situations.disagreement(counting(assessment), texts, around, gazetteer.find, names)
    return against, tuple(each.key for each in theirs[-1:])


def _instead(otherwise: Belonging, reason: str) -> Belonging:
    why = f"{otherwise.why}; {reason}" if reason else otherwise.why
    return Belonging(otherwise.place, otherwise.situation, otherwise.number, why, otherwise.within)
