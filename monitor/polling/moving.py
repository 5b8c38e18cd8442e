"""Feeds that say that they have moved for good: believed after days, and only as long as the new address answers."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.records import NEW_COURSE, Course

HOLDS_AFTER = timedelta(days=3)


def known_of(course: Course, url: str) -> Course:
    """What is known of the feed at this url of feeds.yaml: corrected there, it starts anew, but for what was told."""
    if not course.read_from or course.read_from == url:
        return course
    told = tuple(each for each in course.told if not each.startswith("moved "))
    return replace(NEW_COURSE, told=told, trouble=course.trouble, failing_since=course.failing_since)


def address_of(course: Course, url: str) -> str:
    """Where to ask."""
    return known_of(course, url).address or url


def moved(course: Course, to: str, now: datetime) -> Course:
    """After a reading that said, or did not say (""), that the asked address has moved for good."""
    if not to or to == course.address:
        return replace(course, moved_to="", moved_since=None) if course.moved_to or course.moved_since else course
    if to != course.moved_to or course.moved_since is None:
        return replace(course, moved_to=to, moved_since=now)
    return replace(course, address=to) if now - course.moved_since >= HOLDS_AFTER else course


def moved_back(course: Course) -> Course:
    """The new address failed: the old one is asked again, and has to say it for days again."""
    return replace(course, address="", moved_to="", moved_since=None)
