"""What can be found out about reports before the transaction that enters them: what they repeat, and what to hold."""

from collections.abc import Sequence
from dataclasses import replace

from monitor.pipeline.decide import Case
from monitor.pipeline.holding import Hold, hold_of, widened
from monitor.pipeline.parts import Parts
from monitor.pipeline.repeating import NOT_COMPARED, compare
from monitor.records import Assessment, Report
from monitor.store import Transaction


def prepared(parts: Parts, read: Sequence[tuple[Report, Assessment]], *, first: bool) -> list[Case]:
    """A case for each report, in the same order, each with its own hold: who writes several needs all of them."""
    compared = compare(parts, read)
    cases = [
        Case(report, assessment, first, compared.get(report.key, NOT_COMPARED), hold_of(parts, report, assessment))
        for report, assessment in read
    ]
    if not any(each.hold and each.hold.alone for each in cases):
        return cases  # nothing of the ledger bears on them: most reports are so
    with parts.store.read() as tx:
        return [replace(each, hold=_widened(tx, each)) for each in cases]


def _widened(tx: Transaction, case: Case) -> Hold | None:
    return widened(tx, case.hold, case.report, case.compared) if case.hold else None
