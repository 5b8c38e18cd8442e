"""What the owner is told of a feed: once for each change, and once when it is over."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from monitor.polling.failing import Weight
from monitor.polling.rhythm import silence_of
from monitor.records import Course

Condition = Literal["failing", "refused", "gone", "moved", "silent", "back"]

TOLD_AFTER = timedelta(hours=3)  # of failing; what is gone is told at once
_LEAST_FAILURES = 3
_CONDITIONS: dict[Weight, Condition] = {"soft": "failing", "hard": "refused", "gone": "gone"}  # ever graver
_UNREAD: tuple[Condition, ...] = tuple(_CONDITIONS.values())


@dataclass(frozen=True, slots=True)
class Notice:
    """`since` makes it unique: the same condition since the same time is told once, whoever comes to tell it."""

    condition: Condition
    since: datetime
    says: str  # why, one clause


def of_failure(
    course: Course, weight: Weight, failures: int, reason: str, now: datetime
) -> tuple[Course, tuple[Notice, ...]]:
    """`course`: with this failure."""
    condition, since = _CONDITIONS[weight], course.failing_since or now
    long = now - since >= TOLD_AFTER and failures >= _LEAST_FAILURES
    as_grave = _UNREAD[_UNREAD.index(condition) :]
    if any(each in course.told for each in as_grave) or (condition != "gone" and not long):
        return course, ()
    return replace(course, told=(*course.told, condition)), (Notice(condition, since, reason),)


def of_reading(course: Course, before: Course, now: datetime) -> tuple[Course, tuple[Notice, ...]]:
    """`course`: with this reading; `before`: without it."""
    notices: list[Notice] = []
    told = set(before.told)
    if told & set(_UNREAD):
        told -= set(_UNREAD)
        notices.append(Notice("back", before.failing_since or now, "it is read again"))
    if "silent" in told and course.published[:1] != before.published[:1]:
        told.discard("silent")
        notices.append(Notice("back", before.published[0] if before.published else now, "it shows something new"))
    moved = f"moved {course.address}"
    if course.address and moved not in told:
        told.add(moved)
        notices.append(Notice("moved", course.moved_since or now, f"it is read at {course.address} from now on"))
    limit = silence_of(course.published)
    if limit and now - course.published[0] > limit and "silent" not in told:
        told.add("silent")
        days = (now - course.published[0]).days
        notices.append(Notice("silent", course.published[0], f"its newest entry is {days} days old"))
    after = tuple(sorted(told))
    return course if after == course.told else replace(course, told=after), tuple(notices)
