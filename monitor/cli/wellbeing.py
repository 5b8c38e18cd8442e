"""Health in words for a terminal."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.channels import when
from monitor.health import Facts, at_work
from monitor.records import Finding


def as_words(facts: Facts, findings: Sequence[Finding], zone: str) -> list[str]:
    red = [each for each in findings if each.red]
    lines = ["The monitor watches." if not red else f"The monitor does not watch as it should: {len(red)} to mend."]
    for each in findings:
        since = f" (since {_moment(each.since, zone)}, {when.age(facts.now - each.since, 'en')})" if each.since else ""
        lines += [f"{'RED ' if each.red else 'note'}  {each.check}: {each.says}{since}", f"      {each.mend}"]
    return [*lines, *_coverage(facts)]


def _coverage(facts: Facts) -> list[str]:
    active = [feed for feed in facts.feeds if not feed.paused]
    read = [feed for feed in active if feed.last_read_at and facts.now - feed.last_read_at <= timedelta(hours=1)]
    good = facts.last_good
    came = f"came through {when.age(facts.now - good.begun_at, 'en')} ago" if good else "has not come through yet"
    sent = [f"{name} {when.age(facts.now - at, 'en')} ago" for name, at in sorted(facts.sent.items())]
    working = [each.name for each in at_work(facts)]
    several = [f"{len(working)} processes are at work: {', '.join(working)}."] if len(working) > 1 else []
    return [
        *several,
        f"{len(read)} of {len(active)} feeds were read in the last hour; the canary {came}.",
        f"Last real message: {', '.join(sent) if sent else 'none was sent so far'}.",
    ]


def _moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone.rsplit('/', 1)[-1]}, {at.astimezone(UTC):%H:%M} UTC"
