"""Whether an event that was eased less than a day ago is there again, and not only told of late. Pure.

After an easing reports of before and of after it come mixed. Two independent witnesses of after it are enough, or one
whose words say that it is there again or still.
"""

from collections.abc import Sequence

from monitor.records import EASING_TYPES, EVENT_TYPES, Assessment, Report, Telling
from monitor.text.normalise import fold_text
from monitor.text.persisting import persists, returns


def renewed(report: Report, assessment: Assessment, tellings: Sequence[Telling]) -> bool:
    """`tellings`: all of the situation, with that of this report."""
    eased = [each.at for each in tellings if _eases(each)]
    mine = [each for each in tellings if each.report_key == report.key]
    if report.published_at is None or not eased or report.published_at <= max(eased):
        return False
    said = {each.source for each in tellings if each.at > max(eased) and set(each.types) & set(assessment.types)}
    return len(said) > 1 or (any(not each.copy_of for each in mine) and _says_so(assessment))


def _says_so(assessment: Assessment) -> bool:
    words = (fold_text(each.sentence) for each in assessment.sightings if each.counts and each.type in EVENT_TYPES)
    return any(persists(sentence) or returns(sentence) for sentence in words)


def _eases(telling: Telling) -> bool:
    return bool(set(telling.types) & set(EASING_TYPES)) and not set(telling.types) & set(EVENT_TYPES)
