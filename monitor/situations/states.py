"""How the tracks of a situation stand, and what a report makes of that. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain

from monitor.records import LABELS, Assessment, EventType, Label, Sighting, Step

TRACKS: Mapping[EventType, str] = {"siege": "siege", "reinforcements": "reinforcements", "failed_talks": "talks"}
OVER = frozenset({("siege", "over"), ("reinforcements", "leaving"), ("talks", "agreed")})
CALMER = OVER | {("siege", "eased")}
ALARMING = frozenset(
    {("siege", "standing"), ("reinforcements", "reported"), ("reinforcements", "growing"), ("talks", "failed")}
)
GROWS_AFTER = timedelta(hours=12)  # what is reported later than that is more than was known; before, more details of it
# The label that says a track still stands so.
_SAID_BY: Mapping[tuple[str, str], Label] = {
    ("siege", "standing"): "siege",
    ("siege", "eased"): "agreement",  # or a withdrawal of some
    ("siege", "over"): "withdrawal",
    ("reinforcements", "reported"): "reinforcements",
    ("reinforcements", "growing"): "reinforcements",
    ("reinforcements", "leaving"): "withdrawal",
    ("talks", "failed"): "failed_talks",
    ("talks", "agreed"): "agreement",
}
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Said:
    """What one report says of one place: labels, and signs short of them (threatened, talks, stalled, denied)."""

    labels: tuple[Label, ...]
    signs: frozenset[str]
    at: datetime
    own_words: bool = True  # not those of an earlier report

    @property
    def alarms(self) -> bool:
        """Whether it also tells of an event: then what it says of a withdrawal is not the end of everything."""
        return any(label in TRACKS for label in self.labels)


def signs_at(assessment: Assessment, slugs: frozenset[str]) -> frozenset[str]:
    """What the report says of these places without reporting an event there."""
    found = {sign.kind for sign in assessment.signs if sign.place.slug in slugs}
    there = [
        each for each in assessment.sightings if not each.counts and each.place is not None and each.place.slug in slugs
    ]
    return frozenset(chain(found, (word for word in map(_sign, there) if word)))


def _sign(sighting: Sighting) -> str:
    if sighting.state == "denied" and sighting.type in TRACKS:
        return "denied"
    return "stalled" if sighting.type == "failed_talks" and sighting.state == "feared" else ""


def after(
    states: Mapping[str, str], tracks: Mapping[str, datetime], steps: Sequence[Step], said: Said
) -> dict[str, str]:
    """How the tracks stand with what is said, each unless something later was said of it.

    At the same moment the alarm wins: half of the feeds give days only.
    """
    new = dict(states)
    for track, state in (("siege", _siege(states, said)), ("reinforcements", _troops(states, steps, said))):
        _move(new, track, state, _last_word(track, states, tracks, steps), said)
    _move(new, "talks", _talks(states, said), _last_word("talks", states, tracks, steps), said)
    return new


def _move(new: dict[str, str], track: str, state: str, last: datetime, said: Said) -> None:
    alarming = (track, state) in ALARMING
    if state and (said.at >= last if alarming else said.at > last):
        new[track] = state


def _last_word(
    track: str, states: Mapping[str, str], tracks: Mapping[str, datetime], steps: Sequence[Step]
) -> datetime:
    label = _SAID_BY.get((track, states.get(track, "")), "")
    since = max((step.at for step in steps if step.track == track), default=_NEVER)
    return max(since, tracks.get(label, _NEVER))


def _siege(states: Mapping[str, str], said: Said) -> str:
    now = states.get("siege", "")
    if "siege" in said.labels:
        return "standing"
    if "withdrawal" in said.labels and (now or not states) and not said.alarms:
        return "over"
    if now == "standing" and {"agreement", "withdrawal"} & set(said.labels):
        return "eased"
    return "threatened" if "threatened" in said.signs and now in ("", "over") else ""


def _troops(states: Mapping[str, str], steps: Sequence[Step], said: Said) -> str:
    now = states.get("reinforcements", "")
    if "reinforcements" in said.labels:
        if now in ("", "leaving"):
            return "reported"
        since = max((step.at for step in steps if step.track == "reinforcements"), default=None)
        grown = said.own_words and since is not None and said.at - since >= GROWS_AFTER
        return "growing" if now == "growing" or grown else "reported"
    return "leaving" if "withdrawal" in said.labels and now and not said.alarms else ""


def _talks(states: Mapping[str, str], said: Said) -> str:
    now = states.get("talks", "")
    if "failed_talks" in said.labels:
        return "failed"
    if "agreement" in said.labels:
        return "agreed"
    if "stalled" in said.signs and now in ("under_way", "resumed"):
        return "stalled"
    if "talks" in said.signs:
        return {"": "under_way", "failed": "resumed", "stalled": "resumed"}.get(now, "")
    return ""


def from_tracks(tracks: Mapping[str, datetime]) -> dict[str, str]:
    """How the tracks stand by when their labels were last reported: for situations older than states."""
    states: dict[str, str] = {}
    events = sorted((label for label in LABELS if label in tracks), key=lambda label: (tracks[label], label in TRACKS))
    for label in events:
        states = after(states, {}, (), Said((label,), frozenset(), tracks[label]))
    return states


def is_over(states: Mapping[str, str]) -> bool:
    """Whether every track has come to its end."""
    return bool(states) and all(item in OVER for item in states.items())


def ends(track: str, states: Mapping[str, str]) -> bool:
    return (track, states.get(track, "")) in CALMER


def ended(steps: Sequence[Step]) -> dict[str, datetime]:
    """When the events last came to their end, those that ever did."""
    ends = [(step.track, step.at) for step in steps if (step.track, step.state) in OVER]
    return {
        event: max(at for each, at in ends if each == track)
        for event, track in TRACKS.items()
        if any(each == track for each, _ in ends)
    }


def stands_again(event: EventType, before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether what had come to its end is there again."""
    track = TRACKS[event]
    return (track, before.get(track, "")) in OVER and (track, now.get(track, "")) in ALARMING


def steps(before: Mapping[str, str], now: Mapping[str, str], at: datetime, outlet: str, key: str) -> tuple[Step, ...]:
    """The tracks that came to stand otherwise."""
    changed = [track for track in ("siege", "reinforcements", "talks") if now.get(track, "") != before.get(track, "")]
    return tuple(Step(at, track, now[track], outlet, key) for track in changed if track in now)
