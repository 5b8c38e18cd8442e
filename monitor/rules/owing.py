"""Who is owed an alert, by the rules of alerts.yaml. Pure."""

from collections.abc import Mapping, Sequence

from monitor.records import Alert, Grade, Place
from monitor.settings import Recipient, Rule

GRADES: tuple[Grade, ...] = ("refuted", "unconfirmed", "corroborated", "confirmed")


def owed(alert: Alert, rules: Sequence[Rule], recipients: Mapping[str, Recipient]) -> tuple[tuple[str, str], ...]:
    """(recipient, channel) pairs that the rules grant this alert, each once, in the order of the rules."""
    pairs = ((rule.to, channel) for rule in rules if wants(rule, alert) for channel in recipients[rule.to].channels)
    return tuple(dict.fromkeys(pairs))


def wants(rule: Rule, alert: Alert) -> bool:
    if alert.types and not set(rule.types) & set(alert.types):
        return False
    if GRADES.index(alert.grade) < GRADES.index(rule.least_grade):
        return False
    return rule.places == "all" or alert.place is None or _covers(rule.places, alert.place)


def _covers(names: Sequence[str], place: Place) -> bool:
    """A rule names a place by slug, name or Arabic; a town covers its quarters, a district its towns."""
    return bool(set(names) & {place.slug, place.name, place.arabic, place.parent, place.district} - {""})
