"""What can be found out about reports before the transaction that enters them: what they repeat, and what to hold."""

from collections.abc import Sequence

from monitor.pipeline.decide import Case
from monitor.pipeline.holding import hold_of, widened
from monitor.pipeline.parts import Parts
from monitor.pipeline.repeating import NOT_COMPARED, compare
from monitor.records import Assessment, Report


def prepared(parts: Parts, read: Sequence[tuple[Report, Assessment]], *, first: bool) -> list[Case]:
    """A case for each report, in the same order, each with its own hold: who writes several needs all of them."""
    compared = compare(parts, read)
    cases = []
    with parts.store.read() as tx:
        for report, assessment in read:
            found = compared.get(report.key, NOT_COMPARED)
            hold = widened(tx, hold_of(parts, report, assessment), report, found)
            cases.append(Case(report, assessment, first, found, hold))
    return cases
