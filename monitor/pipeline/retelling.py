"""A situation written anew from the reports that are left in it, or that came to it, by a person's hand."""

from collections.abc import Sequence

from monitor import situations
from monitor.pipeline.placing import spoken_of
from monitor.records import Assessment, Situation, Telling
from monitor.settings.levels import LevelRow
from monitor.store import Transaction, reports, steps
from monitor.store import situations as ledger


def retell(tx: Transaction, situation: Situation, told: Sequence[Telling], levels: Sequence[LevelRow]) -> Situation:
    """`told`: the reports that count in it, as they count. How the tracks stand, and the steps to it, are rewritten."""
    rows = reports.several(tx, [each.report_key for each in told])
    signs = {key: situations.signs_at(row.assessment, _slugs(situation, row.assessment)) for key, row in rows.items()}
    retold = situations.retold(situation, told, levels, signs)
    ledger.save(tx, retold.situation)
    steps.rewrite(tx, situation.key, retold.steps)
    return retold.situation


def _slugs(situation: Situation, assessment: Assessment) -> frozenset[str]:
    """Of which places what the report says is said of the situation: its own, and where the report placed it."""
    spoken = [place.slug for place in spoken_of(assessment)]
    if assessment.places:
        return frozenset({situation.place, assessment.places[0].slug})
    return frozenset({situation.place} if situation.place in spoken else spoken)
