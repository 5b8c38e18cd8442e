"""How situations, alerts and what was done to them are said on the pages: English here, gettext has the others."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from monitor.channels import when
from monitor.records import EVENT_TYPES, EventType
from monitor.store.situation_pages import Voices
from monitor.web.hours import Day
from monitor.web.language import N_
from monitor.web.words import word

Say = Callable[[str], str]  # gettext

STATES: Mapping[tuple[str, str], str] = {
    ("siege", "threatened"): N_("siege threatened"),
    ("siege", "standing"): N_("siege standing"),
    ("siege", "eased"): N_("signs of the siege easing"),
    ("siege", "over"): N_("siege over"),
    ("reinforcements", "reported"): N_("reinforcements reported"),
    ("reinforcements", "growing"): N_("reinforcements growing"),
    ("reinforcements", "leaving"): N_("forces leaving"),
    ("talks", "under_way"): N_("talks under way"),
    ("talks", "stalled"): N_("talks stalled"),
    ("talks", "failed"): N_("talks failed"),
    ("talks", "resumed"): N_("talks resumed"),
    ("talks", "agreed"): N_("agreement reached"),
}
CHANGES: Mapping[str, str] = {
    "merged": N_("%(one)s was merged into %(other)s"),
    "split": N_("%(other)s was split off from %(one)s"),
    "closed": N_("%(one)s was closed"),
    "reopened": N_("%(one)s was opened again"),
}
KEPT_BACK: Mapping[str, str] = {
    "limit": N_("the day's number of messages was reached"),
    "silence": N_("silenced"),
    "acknowledged": N_("a second source of what was acknowledged"),
}
HELD: Mapping[str, str] = {  # why an alert was not told by itself; "": it was
    "": N_("Nobody was told: no rule asks for it, or it was nothing new to those who had heard of the situation."),
    "summary": N_("It waits for the summary of the first reading."),
    "summarised": N_("It was told in the summary of the first reading."),
    "ignored": N_("It belongs to what stood there before the first reading: nobody was told."),
    "told with another": N_("It was told together with another alert of the same report."),
}
_COMMA = N_(", ")


def standing(track: str, state: str, say: Say) -> str:
    """ "siege standing". A state without words is shown as it is."""
    known = STATES.get((track, state))
    return say(known) if known else f"{track} {state}".replace("_", " ")


def states(some: Mapping[str, str], say: Say) -> str:
    return say(_COMMA).join(standing(track, state, say) for track, state in some.items())


def types(some: tuple[str, ...], say: Say) -> str:
    return say(_COMMA).join(say(word(each)) for each in some)


def voices(heard: Voices, say: Say, language: str) -> str:
    """ "2 independent sources, 9 outlets"."""
    counted = {
        "independent": when.counted(heard.sources, "independent source", language),
        "outlets": when.counted(heard.outlets, "outlet", language),
    }
    return say(N_("%(independent)s, %(outlets)s")) % counted


def event_names(say: Say) -> dict[EventType, str]:
    return {event: say(word(event)) for event in EVENT_TYPES}


def hours(number: float, language: str) -> str:
    """ "5 h", "40 min", "3 days"."""
    return when.age(timedelta(hours=number), language)


def day_said(of: Day, say: Say, language: str) -> str:
    """All that the chart shows of a day."""
    told = [f"{name} {of.counts[event]}" for event, name in event_names(say).items() if of.counts[event]]
    if not told:
        told = [say(N_("nothing was reported"))]
    if of.blind:
        told.append(say(N_("nothing could be read for %s")) % hours(of.blind_hours, language))
    if of.partly:
        told.append(say(N_("some feeds were not read for %s")) % hours(of.partly_hours, language))
    return f"{when.day(of.day, language)}: {say(_COMMA).join(told)}"
