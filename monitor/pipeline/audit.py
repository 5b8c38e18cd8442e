"""Says what the answers so far to the samples of unflagged reports make of the monitor."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from monitor import auditing, verdicts
from monitor.auditing import Answer, Recall, Share
from monitor.pipeline.queueing import GRAVE
from monitor.pipeline.sampling import start_of
from monitor.records import Review
from monitor.store import Transaction, audits, judgements, outbox

WINDOW = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Audit:
    """`sent`: of the flagged reports that were sent, how many were found right. `waiting`: drawn, and not answered."""

    since: date | None  # None: no sample was drawn so far
    until: date
    sent: Share
    verdicts: Mapping[str, int]  # on what was sent
    recall: Recall
    uncertain: Share
    waiting: int


def audit(tx: Transaction, now: datetime) -> Audit:
    """Of the days within WINDOW of which a sample was drawn. A report counts by the review that stands."""
    today = now.astimezone(UTC).date()
    first = (today - WINDOW).isoformat()
    drawn = sorted(audits.days(tx, first))
    since = date.fromisoformat(drawn[0]) if drawn else today
    levels, doubtful = (_of_days(tx, state, since, today, drawn) for state in ("flagged", "uncertain"))
    flagged, uncertain = list(levels), list(doubtful)
    items = audits.items(tx, first)
    keys = [*flagged, *uncertain, *(each.report_key for each in items)]
    said = judgements.taken(tx, keys)
    doubted = _share(uncertain, said)
    answers = [
        Answer(each.stratum, each.weight, is_event and each.report_key not in flagged)
        for each in items
        if (is_event := _is_event(said[each.report_key])) is not None
    ]
    weight = doubted.of / doubted.n if doubted.n else 0.0
    answers += [Answer("uncertain", weight, number < doubted.hits) for number in range(doubted.n)]
    told = outbox.sent(tx, flagged)
    sent = [key for key in flagged if key in told]
    given = {key: said[key] for key in sent}
    return Audit(
        since if drawn else None,
        today - timedelta(days=1),
        _sent(given),
        Counter(each.verdict for each in given.values() if each),
        auditing.recall(_by_kind(levels, said), audits.populations(tx, first) | {"uncertain": doubted.of}, answers),
        doubted,
        sum(_is_event(said[each.report_key]) is None for each in items),
    )


def _of_days(tx: Transaction, state: str, since: date, until: date, days: Sequence[str]) -> dict[str, str]:
    """Key -> level of its situation. Only of the days that were drawn, so that what was flagged and what was not speak
    of the same time.
    """
    wanted = set(days)
    rows = audits.of_state(tx, state, start_of(since), start_of(until))
    return {key: level for key, seen_at, level in rows if seen_at.astimezone(UTC).date().isoformat() in wanted}


def _by_kind(levels: Mapping[str, str], said: Mapping[str, Review | None]) -> list[Share]:
    """The grave ones apart from all others: the queue asks about them first, and they are oftener right."""
    grave = [key for key, level in levels.items() if level in GRAVE]
    others = [key for key, level in levels.items() if level not in GRAVE]
    return [_share(grave, said), _share(others, said)]


def _share(keys: Sequence[str], said: Mapping[str, Review | None]) -> Share:
    """Of these reports those to be flagged."""
    answered = [found for key in keys if (found := _is_event(said[key])) is not None]
    return auditing.share(sum(answered), len(answered), len(keys))


def _sent(given: Mapping[str, Review | None]) -> Share:
    """Right is what was right in all it told: a wrong type or place is not."""
    answered = [not verdicts.is_wrong(each) for each in given.values() if each]
    return auditing.share(sum(answered), len(answered), len(given))


def _is_event(taken_by: Review | None) -> bool | None:
    return verdicts.is_event(taken_by) if taken_by else None
