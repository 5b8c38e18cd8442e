"""Replays the alerts of the past through the rules as they stand now: what would each have got? Writes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor import rules, situations
from monitor.records import Alert, Silence
from monitor.rules import KeptBack, Owed
from monitor.settings import Settings
from monitor.store.lookback import Got, Past


@dataclass(frozen=True, slots=True)
class Line:
    """One alert for one recipient: what it would have come to, and what it came to. None: nothing at all."""

    alert: Alert
    recipient: str
    would: Owed | KeptBack | None
    did: tuple[Got, ...]
    in_summary: bool  # a first reading told of it in one message with others

    @property
    def differs(self) -> bool:
        """Whether the recipient would now be told what they were not told, or the other way round."""
        return isinstance(self.would, Owed) != any(each.channel for each in self.did)


def preview(past: Iterable[Past], settings: Settings, silences: Sequence[Silence]) -> list[Line]:
    """Oldest first. Whoever would have been told something counts as told from then on; nobody acknowledges."""
    told: dict[str, dict[str, list[Alert]]] = defaultdict(lambda: defaultdict(list))  # by situation, and by report
    pushes: dict[str, list[datetime]] = defaultdict(list)
    lines = []
    for each in past:
        alert = each.alert
        if each.summarised and not _stood(each):
            continue
        heard = rules.Heard(told[alert.situation], (), pushes, silences)
        would = {answer.recipient: answer for answer in _answers(alert, settings, heard, told[alert.report_key])}
        for name, answer in would.items():
            if isinstance(answer, Owed):
                told[alert.situation][name].append(alert)
                told[alert.report_key][name].append(alert)
                if alert.kind in rules.PUSHES and not each.summarised:
                    pushes[name].append(answer.due_at)
        names = dict.fromkeys([*would, *(got.recipient for got in each.got)])
        lines += [_line(each, name, would.get(name)) for name in names]
    return lines


def _stood(past: Past) -> bool:
    """Whether it was, or by other rules could have been, a line of the summary, which tells what stands."""
    alert = past.alert
    age = alert.seen_at - (alert.published_at or alert.seen_at)
    return bool(past.got) or (alert.occasion == alert.occasions[0] and age <= situations.STANDS_FOR)


def _answers(alert: Alert, settings: Settings, heard: rules.Heard, told: Iterable[str]) -> Iterable[Owed | KeptBack]:
    """By the rules; a correction goes to whoever was told of the report."""
    people = settings.recipients
    if alert.kind == "corrected":
        return [Owed(name, rules.first_channels(people[name]), alert.seen_at) for name in sorted(told)]
    return rules.owing(alert, settings.rules, people, heard, alert.seen_at)


def _line(each: Past, name: str, would: Owed | KeptBack | None) -> Line:
    return Line(each.alert, name, would, tuple(got for got in each.got if got.recipient == name), each.summarised)
