"""What the pages of situations are asked for by their address, and how rows become lines of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args
from urllib.parse import urlencode

from monitor.gazetteer import Gazetteer
from monitor.records import Level, Situation, Step
from monitor.situations import JOINS_WITHIN
from monitor.store import Transaction, situation_pages
from monitor.store.changes import Change
from monitor.store.columns import Cursor
from monitor.store.situation_pages import Voices, Wish
from monitor.web import cursors, phrases
from monitor.web.desk import Desk
from monitor.web.language import N_, Voice
from monitor.web.pages import named

SPANS: Mapping[str, timedelta] = {
    "2h": timedelta(hours=2),
    "6h": timedelta(hours=6),
    "12h": timedelta(hours=12),
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
SPAN_NAMES: Mapping[str, str] = {
    "2h": N_("2 hours"),
    "6h": N_("6 hours"),
    "12h": N_("12 hours"),
    "1d": N_("a day"),
    "3d": N_("3 days"),
    "7d": N_("a week"),
    "30d": N_("30 days"),
}
_DAYS = (30, 90)
_NOBODY = Voices(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the list, as the address has them. `places`: slugs that `place` stands for."""

    place: str = ""
    places: tuple[str, ...] = ()
    level: str = ""
    state: str = ""  # open | past, "" for both
    days: int = _DAYS[0]
    before: Cursor | None = None

    @property
    def is_unknown(self) -> bool:
        """Whether a place was named that the gazetteer does not have."""
        return bool(self.place) and not self.places

    def wish(self, now: datetime) -> Wish:
        return Wish(now - JOINS_WITHIN, self.places or (("",) if self.place else ()), self.level)

    def link(self, last: Situation | None = None, days: int = 0) -> str:
        """The address of the same list; `last`: of what comes after that row."""
        asked = {"place": self.place, "level": self.level, "state": self.state}
        asked["days"] = str(days or self.days) if (days or self.days) != _DAYS[0] else ""
        asked["before"] = cursors.of_row(last.last_report_at, last.key) if last else ""
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/situations?{query}" if query else "/situations"


def asked_for(query: Mapping[str, str], gazetteer: Gazetteer) -> Asked:
    """What is not known is not asked for."""
    place = query.get("place", "").strip()[:100]
    level, state, days = query.get("level", ""), query.get("state", ""), query.get("days", "")
    return Asked(
        place=place,
        places=around(place, gazetteer) if place else (),
        level=level if level in get_args(Level) else "",
        state=state if state in {"open", "past"} else "",
        days=int(days) if days in {str(each) for each in _DAYS} else _DAYS[0],
        before=cursors.row(query.get("before", "")),
    )


def around(name: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Slugs of the place that is called so, in any spelling, and of all that lies in it."""
    named = gazetteer.place(name)
    found = [named] if named else [each.place for each in gazetteer.find(name, f"{name} درعا Daraa")]
    slug = next((place.slug for place in found if place.area), "")
    inside = (each.slug for each in gazetteer.places if slug and slug in gazetteer.around(each))
    return (slug, *inside) if slug else ()


@dataclass(frozen=True, slots=True)
class Row:
    """One situation as a line of the list."""

    situation: Situation
    states: str
    voices: str
    reports: int
    sent: int


class Outlook:
    """What is known of some situations beside their rows, read at once."""

    def __init__(self, tx: Transaction, keys: Sequence[str]) -> None:
        self._voices = situation_pages.voices(tx, keys)
        self._sent = situation_pages.sent(tx, keys)

    def row(self, each: Situation, voice: Voice) -> Row:
        heard = self._voices.get(each.key, _NOBODY)
        return Row(
            each,
            phrases.states(each.states, voice.say),
            phrases.voices(heard, voice.say, voice.language) if heard.sources else "",
            heard.reports,
            self._sent.get(each.key, 0),
        )


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a story: a step that a report told of, or what a person did."""

    at: datetime
    says: str
    outlet: str = ""
    report_key: str = ""
    author: str = ""
    reason: str = ""


def timeline(steps: Sequence[Step], changes: Sequence[Change], voice: Voice) -> list[Event]:
    """The latest first."""
    told = [
        Event(each.at, phrases.standing(each.track, each.state, voice.say), each.outlet, each.report_key)
        for each in steps
    ]
    done = [
        Event(
            each.at,
            voice.say(phrases.CHANGES.get(each.kind, N_("%(one)s was changed")))
            % {"one": each.situation, "other": each.other},
            author=each.author,
            reason=each.reason,
        )
        for each in changes
    ]
    return sorted((*told, *done), key=lambda event: event.at, reverse=True)


def choices(tx: Transaction, situation: Situation, now: datetime, voice: Voice, desk: Desk) -> list[tuple[str, str]]:
    """(key, name) of the open situations that it can be merged into, those at places around it first."""
    found = [each for each in situation_pages.open_ones(tx, Wish(now - JOINS_WITHIN)) if each.key != situation.key]
    near = {situation.place, *situation.within}
    found.sort(key=lambda each: near.isdisjoint({each.place, *each.within[:1]}))
    return [(each.key, _named(each, voice, desk)) for each in found]


def _named(each: Situation, voice: Voice, desk: Desk) -> str:
    place = named(desk.parts.classifier.gazetteer.place(each.place), each.place, voice.language)
    told = phrases.states(each.states, voice.say)
    return f"{place}: {told} [{each.key}]" if told else f"{place} [{each.key}]"
