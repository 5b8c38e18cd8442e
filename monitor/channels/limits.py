"""How much each service takes, kept before sending: says how long a channel has to wait. Sends and sleeps nothing.

What a message takes is held from the moment it is begun and counted from the moment it was answered. So the limit holds
at the receiver too, however long the way there was. After a start every bucket is empty: what the last run sent just
before its end is not known, and waiting once is cheaper than being shut out.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `burst` at once and one more every `every` seconds: in T seconds never more than burst + T / every."""

    burst: int
    every: float


# kind of channel -> what is counted -> limit. What the services publish stands behind.
LIMITS: Mapping[str, Mapping[str, Limit]] = {
    "telegram": {
        "bot": Limit(6, 1 / 24),  # 30 a second
        "chat": Limit(1, 1.0),  # 1 a second
        "group": Limit(2, 60 / 18),  # 20 a minute; groups and channels have negative numbers, or names
    },
    "ntfy": {"server": Limit(60, 5.0)},  # 60 at once, then 1 every 5 s, for each address that asks
    "slack": {"channel": Limit(1, 1.0)},  # 1 a second
    "webhook": {"address": Limit(20, 0.1)},  # nobody's rule: a receiver of one's own is not to be run over
    "mail": {"account": Limit(10, 1.0)},  # common for mailboxes; some providers count by the hour and say so
    "other": {"account": Limit(5, 2.0)},
}
# The longest that an empty bucket takes to fill.
MEMORY = max(limit.burst * limit.every for kind in LIMITS.values() for limit in kind.values())  # seconds
UNANSWERED = 2.0  # seconds after which a second message may go beside one that hangs


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that each message of a channel takes from. Channels that name the same subject share it."""

    limit: Limit
    subject: str


def use(kind: str, counted: str, *subject: object) -> Use:
    """`subject` may be secret (a token): only its fingerprint is kept."""
    named = "\n".join([kind, counted, *map(str, subject)])
    return Use(LIMITS[kind][counted], hashlib.sha256(named.encode()).hexdigest()[:16])


@dataclass(slots=True)
class _Bucket:
    limit: Limit
    at: float  # when `level` was true
    level: float = 0.0
    held: int = 0

    def filled(self, now: float) -> float:
        return min(float(self.limit.burst), self.level + max(0.0, now - self.at) / self.limit.every)

    def wait(self, now: float, wanted: int) -> float:
        missing = min(wanted, self.limit.burst) - (self.filled(now) - self.held)
        return missing * self.limit.every if missing > 1e-9 else 0.0

    def spend(self, now: float, number: int) -> None:
        self.level, self.at = self.filled(now) - number, now


@dataclass(slots=True)
class _Channel:
    takes: Mapping[str, int]  # subject -> how many each message takes
    begun: list[float] = field(default_factory=list)
    paused_until: float = 0.0


class Pace:
    """The buckets of all channels of this process, and who waits because a receiver said so.

    A channel sends one message at a time: when the process dies, only that one may come twice.
    """

    def __init__(
        self, channels: Mapping[str, Sequence[Use]] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        born = clock()
        uses = channels or {}
        self._buckets = {each.subject: _Bucket(each.limit, born) for some in uses.values() for each in some}
        self._channels = {name: _Channel(_counted(some)) for name, some in uses.items()}

    def begin(self, channel: str) -> float:
        """0: go, and what the message takes is held until `end`. Else the seconds after which to ask again."""
        now, known = self._clock(), self._known(channel)
        waits = [self._buckets[subject].wait(now, number) for subject, number in known.takes.items()]
        if known.begun:
            waits.append(max(known.begun) + UNANSWERED - now)
        wait = max([0.0, known.paused_until - now, *waits])
        if wait <= 0:
            known.begun.append(now)
            for subject, number in known.takes.items():
                self._buckets[subject].held += number
        return wait

    def end(self, channel: str, *, sent: bool = True) -> None:
        """After the answer, or the lack of it. `sent` False: nothing was sent, nothing is counted."""
        now, known = self._clock(), self._known(channel)
        known.begun.pop(0)
        for subject, number in known.takes.items():
            self._buckets[subject].held -= number
            if sent:
                self._buckets[subject].spend(now, number)

    def pause(self, channel: str, seconds: float) -> None:
        """The receiver asked for that wait: none of the channel's messages goes before its end."""
        known = self._known(channel)
        known.paused_until = max(known.paused_until, self._clock() + seconds)

    def paused(self, channel: str) -> float:
        return max(0.0, self._known(channel).paused_until - self._clock())

    def beside(self, channel: str) -> frozenset[str]:
        """The channels that take from what this one takes from, itself among them, and those beside them in turn."""
        found, fresh = {channel}, {channel}
        while fresh:
            subjects = {subject for name in fresh for subject in self._known(name).takes}
            near = {name for name, each in self._channels.items() if subjects & each.takes.keys()}
            fresh = near - found
            found |= near
        return frozenset(found)

    def recall(self, sent: Mapping[str, Sequence[float]]) -> None:
        """What any process sent on these channels lately, as seconds ago: for one that takes them over from another.

        They are all that take from these subjects (`beside`), and none of them is sending here.
        """
        now = self._clock()
        for subject in {each for name in sent for each in self._known(name).takes}:
            bucket = self._buckets[subject]
            takes = [
                (ago, self._known(name).takes[subject])
                for name, times in sent.items()
                if subject in self._known(name).takes
                for ago in times
            ]
            bucket.level, bucket.at = float(bucket.limit.burst), now - MEMORY
            for ago, number in sorted(takes, reverse=True):
                bucket.spend(now - ago, number)

    def _known(self, channel: str) -> _Channel:
        return self._channels.setdefault(channel, _Channel({}))


def _counted(uses: Sequence[Use]) -> dict[str, int]:
    subjects = [each.subject for each in uses]
    return {subject: subjects.count(subject) for subject in subjects}
