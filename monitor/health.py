"""Whether silence may be trusted: facts in, findings out. Pure.

Green means that every feed is asked and read in time, every message is sent, the canary comes through, and the machine
can go on. Each finding names what, since when, and what to do.

A feed that is gone for good (410), and of which the owner was told, is named but turns nothing red: it is no longer one
of the sources that we read, and a light that stays red until somebody edits feeds.yaml hides what goes wrong next.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from monitor import canary
from monitor.records import Beat, FeedState, Finding, Outage, Pulse
from monitor.settings import Settings
from monitor.sight import is_seen

Condition = Literal["read", "waiting", "overdue", "failing", "new", "paused"]
CHECKS = ("process", "timer", "network", "feeds", "deliveries", "canary", "switch", "model", "disk", "clock")

LIFELESS_AFTER = timedelta(minutes=2)
TICKS_WITHIN = timedelta(seconds=60)
ASKED_WITHIN = timedelta(minutes=10)  # of its time; a poll in hand has claimed its feed for longer
SENT_WITHIN = timedelta(minutes=10)
JUMP = 30.0  # seconds
TOLD_OF_JUMP = timedelta(hours=1)
TOLD_OF_END = timedelta(hours=1)  # of a process that others go on without
READ_LATELY = timedelta(hours=1)
LEAST_FREE = 200_000_000  # bytes
UNREAD_AFTER = timedelta(hours=3)  # of failing
_UNREAD = ("gone", "refused", "failing")  # what the owner is told of a feed that fails
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Owed:
    """The message that has waited longest of those that should be sent by now."""

    number: int
    channel: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rows, the disk and the running monitor say at one moment."""

    now: datetime
    feeds: Sequence[FeedState]
    owed: Owed | None = None
    off: Mapping[str, tuple[datetime, str]] = field(default_factory=dict)  # channel -> since when, and why
    offline: Outage | None = None
    last_good: Beat | None = None
    last: Beat | None = None
    sent: Mapping[str, datetime] = field(default_factory=dict)  # channel -> when a real message was last taken there
    free: int | None = None  # bytes on the disk of data_dir
    pulse: Pulse | None = None  # of this process, or the latest of any
    beside: Sequence[Pulse] = ()  # of others that were at work lately
    model: tuple[str, datetime] | None = None  # why the promoted model does not answer, and since when


def judge(facts: Facts, settings: Settings) -> tuple[Finding, ...]:
    """All that is to be said, the worst first, in the order of CHECKS."""
    found = (
        *_process(facts),
        *_timer(facts),
        *_network(facts),
        *_feeds(facts, settings),
        *_deliveries(facts, settings),
        *_canary(facts, settings),
        *_switch(facts, settings),
        *_model(facts),
        *_disk(facts, settings),
        *_clock(facts),
    )
    return tuple(sorted(found, key=lambda each: (not each.red, CHECKS.index(each.check))))


def condition_of(feed: FeedState, now: datetime) -> Condition:
    """How it stands with one feed."""
    if feed.paused:
        return "paused"
    if feed.failures:
        return "failing"
    if now - feed.due_at > ASKED_WITHIN:
        return "overdue"
    if feed.last_read_at is None:
        return "new"
    return "read" if now - feed.last_read_at <= READ_LATELY else "waiting"


def is_green(findings: Sequence[Finding]) -> bool:
    return not any(each.red for each in findings)


def as_json(facts: Facts, findings: Sequence[Finding]) -> dict[str, Any]:
    """The same for programs."""
    good = facts.last_good
    return {
        "healthy": is_green(findings),
        "at": facts.now.isoformat(),
        "findings": [
            {
                "check": each.check,
                "red": each.red,
                "says": each.says,
                "since": each.since.isoformat() if each.since else None,
                "mend": each.mend,
            }
            for each in findings
        ],
        "processes": len(at_work(facts)),
        "canary": good.begun_at.isoformat() if good else None,
        "last_sent": {name: at.isoformat() for name, at in sorted(facts.sent.items())},
    }


def _process(facts: Facts) -> Iterator[Finding]:
    pulse = facts.pulse
    mend = "start it with `monitor run` (many machines: `monitor worker`); the end of its log says why it stopped"
    if pulse is None:
        yield Finding("process", "the monitor has not run yet", None, mend)
    elif not at_work(facts) and pulse.ended:
        yield Finding("process", "the monitor was stopped", pulse.at, mend)
    elif not at_work(facts):
        yield Finding("process", "the monitor does not run, or cannot write to its database", pulse.at, mend)
    else:
        yield from _gone(facts)


def _gone(facts: Facts) -> Iterator[Finding]:
    """Those that others go on without."""
    for each in facts.beside:
        if each.name and not each.ended and LIFELESS_AFTER < facts.now - each.at <= TOLD_OF_END:
            says = f"{each.name} ended without having been stopped; what it had in hand is taken up again"
            mend = "the end of its log says why; start it again if nothing did. This line goes by itself within an hour"
            yield Finding("process", says, each.at, mend, False)


def at_work(facts: Facts) -> tuple[Pulse, ...]:
    """The processes that poll and send now."""
    return tuple(each for each in _known(facts) if not each.ended and facts.now - each.at <= LIFELESS_AFTER)


def _known(facts: Facts) -> tuple[Pulse, ...]:
    return (*([facts.pulse] if facts.pulse else ()), *facts.beside)


def watched_since(facts: Facts) -> datetime | None:
    """Since when anybody polls and sends; a worker that is started anew beside others begins nothing."""
    pulse = facts.pulse
    return min([each.started_at for each in at_work(facts)], default=pulse.started_at if pulse else None)


def _timer(facts: Facts) -> Iterator[Finding]:
    working = at_work(facts)
    for pulse in working:
        since = pulse.ticked_at or pulse.started_at
        if pulse.at - since > TICKS_WITHIN:
            mend = "restart the monitor: nothing is lost by it; if it comes again, send its log to whoever maintains it"
            says = "the timer has stopped: nothing is polled or sent"
            if len(working) > 1:
                says = f"the timer of {pulse.name} has stopped: it polls and sends nothing"
            yield Finding("timer", says, since, mend)


def _network(facts: Facts) -> Iterator[Finding]:
    if facts.offline:
        mend = "check the network of this machine, and proxy.sources in monitor.yaml"
        yield Finding("network", "this machine has no network", facts.offline.from_at, mend)


def _feeds(facts: Facts, settings: Settings) -> Iterator[Finding]:
    active = [feed for feed in facts.feeds if not feed.paused]
    if not active and facts.pulse is None:
        return  # whoever runs first takes them from feeds.yaml
    if not active:
        mend = "switch one on in feeds.yaml, or add one with `monitor feeds add`"
        yield Finding("feeds", "no feed is switched on: nothing is watched", None, mend)
        return
    yield from _blind(facts, active, settings)
    overdue = sorted((feed for feed in active if facts.now - feed.due_at > ASKED_WITHIN), key=lambda feed: feed.due_at)
    if overdue:
        says = f"{_names(overdue)} should have been asked"
        mend = "look at the log of the monitor: too many feeds that hang, or a machine that is too slow"
        yield Finding("feeds", says, overdue[0].due_at, mend)
    for feed in active:
        yield from _trouble(feed, facts.now, settings)


def _blind(facts: Facts, active: Sequence[FeedState], settings: Settings) -> Iterator[Finding]:
    seen = [feed for feed in active if is_seen(feed, facts.now, timedelta(seconds=settings.blind_after))]
    if seen:
        return
    latest = max((feed.last_read_at for feed in active if feed.last_read_at), default=None)
    started = watched_since(facts) or facts.now
    if latest is None and facts.now - started <= timedelta(seconds=settings.blind_after):
        return
    mend = "`monitor feeds list` says why of each; check network and proxy first"
    yield Finding("feeds", "no feed has been read: the monitor is blind", latest or started, mend)


def is_gone(feed: FeedState) -> bool:
    """For good: its server said so, it is looked for once a week only, and the owner was told."""
    return bool(feed.failures) and not feed.paused and "gone" in feed.course.told


def _trouble(feed: FeedState, now: datetime, settings: Settings) -> Iterator[Finding]:
    course = feed.course
    since = course.failing_since
    if feed.failures:
        mend = f"`monitor feeds check {feed.name}` tries it; correct its url in feeds.yaml or write enabled: false"
        said = f"{feed.name} cannot be read: {feed.error}"
        red = any(each in course.told for each in _UNREAD) or (since is not None and now - since >= UNREAD_AFTER)
        if is_gone(feed):
            said = f"{feed.name} is gone for good: it is not watched any more"
            red = not settings.owner  # then nobody was told
        yield Finding("feeds", said, since or feed.last_read_at, mend, red, feed.name)
    if "silent" in course.told:
        newest = course.published[0] if course.published else feed.last_new_at
        mend = "look at its site: the outlet may publish elsewhere by now"
        says = f"{feed.name} has shown nothing new for longer than it ever does"
        yield Finding("feeds", says, newest, mend, False, feed.name)
    if course.address:
        mend = "change its url in feeds.yaml"
        says = f"{feed.name} has moved to {course.address}"
        yield Finding("feeds", says, course.moved_since, mend, False, feed.name)


def _deliveries(facts: Facts, settings: Settings) -> Iterator[Finding]:
    shut = {name: (None, each.broken) for name, each in settings.channels.items() if each.broken}
    for name, (since, why) in sorted({**shut, **facts.off}.items()):
        mend = f"correct it in alerts.yaml and restart, then run `monitor test-alert {name}`"
        yield Finding("deliveries", f"channel {name} is off: {why}", since, mend)
    owed = facts.owed
    if owed and facts.now - owed.due_at > SENT_WITHIN and owed.channel not in facts.off:
        mend = f"`monitor test-alert {owed.channel}` says whether the channel works"
        yield Finding("deliveries", f"No. {owed.number} waits to be sent on {owed.channel}", owed.due_at, mend)


def _canary(facts: Facts, settings: Settings) -> Iterator[Finding]:
    last, good, started = facts.last, facts.last_good, watched_since(facts)
    mend = "the log of the monitor has the details; alerts may be stopped at the same place"
    said = next((each.canary for each in at_work(facts) if each.canary and not _is_proved_since(each, good)), "")
    if not said and last and last.failed:
        said = f"{last.failed}: {last.reason}"
    if said:
        since = good.begun_at if good else (last.begun_at if last else None)
        yield Finding("canary", f"the canary did not come through, stopped at {said}", since, mend)
    elif started and (late := canary.overdue_since(settings.canary, good, started, facts.now)):
        yield Finding("canary", "the canary is overdue", good.begun_at if good else late, mend)


def _is_proved_since(failed: Pulse, good: Beat | None) -> bool:
    """Of many workers another one has proved since that it comes through."""
    return bool(failed.canary_at and good and good.begun_at > failed.canary_at)


def _switch(facts: Facts, settings: Settings) -> Iterator[Finding]:
    if settings.ping_unset:
        yield Finding("switch", f"ping in monitor.yaml: {settings.ping_unset}", None, "set it and restart the monitor")
    elif facts.last and facts.last.switch and settings.ping.get_secret_value():
        mend = "check ping in monitor.yaml and the network; until then nobody outside hears when this machine is gone"
        yield Finding("switch", f"the dead-man's switch: {facts.last.switch}", facts.last.begun_at, mend)


def _model(facts: Facts) -> Iterator[Finding]:
    if facts.model:
        says, since = facts.model
        mend = (
            "`monitor models list` shows what there is; `monitor models rollback` makes the one before serve for good"
        )
        yield Finding("model", says, since, mend)


def _disk(facts: Facts, settings: Settings) -> Iterator[Finding]:
    if facts.free is not None and facts.free < LEAST_FREE:
        says = f"only {facts.free // 1_000_000} MB are free on the disk of {settings.data_dir}"
        yield Finding("disk", says, None, "free some space: a full disk stops the monitor")


def _clock(facts: Facts) -> Iterator[Finding]:
    known = _known(facts)
    jumped = [(each.jumped_at, each.jumped_by, each.name) for each in known if each.jumped_at]
    last, by, name = max(jumped, default=(None, 0.0, ""))
    if last and facts.now - last <= TOLD_OF_JUMP:
        way = "forward" if by > 0 else "back"
        whose = name if len(known) > 1 else "this machine"
        says = f"the clock of {whose} jumped {way} by {timedelta(seconds=round(abs(by)))}, or it slept"
        mend = "nothing if that was wished for; else let it keep the time (NTP). Said for an hour"
        yield Finding("clock", says, last, mend)


def _names(some: Sequence[FeedState]) -> str:
    names = [feed.name for feed in some]
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
