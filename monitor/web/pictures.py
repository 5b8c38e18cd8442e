"""The map and the chart as a page shows them: made of rows, in the language of the page, with the table of the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from markupsafe import Markup

from monitor.channels import when
from monitor.gazetteer import Gazetteer, point
from monitor.gazetteer.atlas import Atlas, atlas_file, read_atlas
from monitor.records import LEVELS, Place, Situation
from monitor.sight import is_seen
from monitor.store import Transaction, coverage, feeds, gaps, meta
from monitor.web import chart, hours, map, phrases  # noqa: A004  it is what it draws
from monitor.web.desk import Desk
from monitor.web.hours import Day, Span
from monitor.web.language import N_, Voice
from monitor.web.map import Pin, Words
from monitor.web.pages import named
from monitor.web.words import word

QUIET_AFTER = timedelta(hours=24)  # without news; then the mark is hollow
_LITTLE = 0.02  # hours: what rounding leaves
_KEPT = 8  # maps, and charts: both languages, and some filters
MOST_READ = 5000  # outages, and gaps; before the oldest of so many some feeds are taken to have been unread


@dataclass(frozen=True, slots=True)
class Chart:
    """The drawing and the days that it shows, the latest first."""

    drawn: Markup
    days: tuple[Day, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class Map:
    """The drawing, the pins on it, and the keys of situations that lie at no point."""

    drawn: Markup
    pins: tuple[Pin, ...]
    elsewhere: tuple[Situation, ...]


class Pictures:
    """Keeps the atlas, which is read from its file once, and the last maps and charts: to draw them takes longest, and
    seldom comes out otherwise.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._drawn = lru_cache(_KEPT)(self._draw)
        self._charted = lru_cache(_KEPT)(self._draw_chart)

    @cached_property
    def _atlas(self) -> Atlas:
        return read_atlas(atlas_file(self._desk.parts.settings.gazetteer), self._gazetteer.points)

    @property
    def _gazetteer(self) -> Gazetteer:
        return self._desk.parts.classifier.gazetteer

    def map(self, situations: Sequence[Situation], now: datetime, voice: Voice) -> Map:
        at: dict[str, list[Situation]] = {}
        for each in situations:
            at.setdefault(each.place, []).append(each)
        made = [self._pin(some, now, voice) for some in at.values()]
        pins = [pin for pin in made if pin]
        pinned = {pin.place.slug for pin in pins}
        elsewhere = tuple(each for each in situations if each.place not in pinned)
        words = Words(
            voice.say(N_("Map of the governorate")),
            voice.say(
                N_("Open situations by place. The larger the mark, the higher the level. A table below has the same.")
            ),
            voice.say(N_("%s km")),
            voice.arabic,
        )
        drawn = self._drawn(tuple(pins), words)
        pins.sort(key=lambda pin: -LEVELS.index(pin.level))
        return Map(drawn, tuple(pins), elsewhere)

    def _draw(self, pins: tuple[Pin, ...], words: Words) -> Markup:
        return map.draw(self._atlas, self._gazetteer.places, pins, words)

    def _pin(self, some: Sequence[Situation], now: datetime, voice: Voice) -> Pin | None:
        """None for what has no point: something in the governorate."""
        worst = max(some, key=lambda each: (LEVELS.index(each.level), each.last_report_at))
        place = self._gazetteer.place(worst.place)
        spot = point(place) if place else None
        if place is None or spot is None:
            return None
        quiet = all(now - each.last_report_at > QUIET_AFTER for each in some)
        href = f"/situations/{worst.key}" if len(some) == 1 else f"/situations?place={worst.place}"
        return Pin(place, spot, worst.level, len(some), quiet, href, _says(place, some, worst, voice))

    def chart(self, tx: Transaction, days: int, now: datetime, voice: Voice) -> Chart:
        zone = ZoneInfo(self._desk.parts.settings.time_zone)
        today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        window = Span(today - timedelta(days=days - 1), now)
        blind, partly = unseen(tx, window, timedelta(seconds=self._desk.parts.settings.blind_after))
        counted = coverage.flagged_between(tx, hours.beginnings(window, zone))
        found = hours.days(counted, blind, partly, window, zone)
        summary = _summary(found, voice, _begun(tx, window))
        return Chart(self._charted(tuple(found), summary, voice), tuple(reversed(found)), summary)

    def _draw_chart(self, days: tuple[Day, ...], summary: str, voice: Voice) -> Markup:
        say = voice.say
        words = chart.Words(
            title=say(N_("Reports of each day, by type")),
            description=summary,
            types=phrases.event_names(say),
            seen=say(N_("What could be read")),
            day=lambda day: when.day(day, voice.language),
            says=lambda day: phrases.day_said(day, say, voice.language),
            arabic=voice.arabic,
        )
        return chart.draw(days, words)


def unseen(
    tx: Transaction, window: Span, blind_after: timedelta = timedelta(hours=1)
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """(hours in which nothing was read, hours in which some feeds were not); those before the first start count.

    Also those in which nobody reads at all, and so nobody notes that nothing is read: the pages may be another process.
    """
    now, limit = window.until, MOST_READ
    states = [feed for feed in feeds.tries(tx) if not feed.paused]
    active = [feed.name for feed in states]
    outages = gaps.outages(tx, since=window.since, limit=limit)
    found = gaps.gaps(tx, since=window.since, limit=limit)
    dark, partly = hours.unread(found, outages, active, now)
    told = (Span(since, until or now) for since, until in coverage.blind(tx, window.since))
    started = meta.get(tx, "first_started_at")
    before = [Span(window.since, min(datetime.fromisoformat(started), now))] if started else []
    latest = max((feed.last_read_at for feed in states if feed.last_read_at), default=now)
    unread = [Span(latest, now)] if not any(is_seen(feed, now, blind_after) for feed in states) else []
    blind = hours.united((*dark, *told, *before, *unread))
    oldest = [each.from_at for each in outages[limit - 1 :]] + [each.until_at for each in found[limit - 1 :]]
    unknown = [Span(window.since, at) for at in oldest]
    return blind, hours.without(hours.united((*partly, *unknown)), blind)


def _says(place: Place, some: Sequence[Situation], worst: Situation, voice: Voice) -> str:
    say = voice.say
    told = [
        named(place, place.slug, voice.language),
        say(N_("level %(name)s")) % {"name": say(word(worst.level))},
        phrases.states(worst.states, say),
    ]
    if len(some) > 1:
        told.append(say(N_("situations: %(number)s")) % {"number": len(some)})
    return say(N_(", ")).join(part for part in told if part)


def _begun(tx: Transaction, window: Span) -> Span | None:
    """The part of the window in which there was no monitor yet."""
    started = meta.get(tx, "first_started_at")
    at = datetime.fromisoformat(started) if started else window.since
    return Span(window.since, min(at, window.until)) if at > window.since else None


def _summary(days: Sequence[Day], voice: Voice, before: Span | None) -> str:
    """The chart in a sentence. `before`: when there was no monitor yet."""
    say = voice.say
    total: Mapping[str, int] = {
        name: sum(day.counts[event] for day in days) for event, name in phrases.event_names(say).items()
    }
    told = say(N_(", ")).join(f"{name} {number}" for name, number in total.items())
    dark = sum(day.blind_hours for day in days) - (before.long.total_seconds() / 3600 if before else 0)
    said = say(N_("%(days)s days: %(reports)s.")) % {"days": len(days), "reports": told}
    seen = say(N_("Feeds were read throughout."))
    if dark > _LITTLE:
        seen = say(N_("Nothing at all was read for %s.")) % phrases.hours(dark, voice.language)
    elif any(day.partly for day in days):
        seen = say(N_("At every hour something was read, but not always every feed."))
    if before:
        began = say(N_("The monitor began on %s and knows nothing of the days before."))
        seen = f"{began % when.day_and_year(before.until, voice.language)} {seen}"
    return f"{said} {seen}"
