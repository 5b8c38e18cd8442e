"""What has to be mended, as the page of coverage shows it: what concerns the monitor itself first, and of many feeds
what is wrong with how many, and the gravest. Nothing is left out: what is not shown at once is folded."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from monitor.records import Finding
from monitor.web import troubles
from monitor.web.language import N_

_SHOWN = 5  # feeds
_GROUPS = 10
_OTHERS = N_("other troubles, named below")
_UNREAD = f"{troubles.LEFT_OUT} cannot be read: "
_NEVER = datetime.min.replace(tzinfo=UTC)
# what is no failing, as it is said of one feed -> of many
LESSER = {
    f"{troubles.LEFT_OUT} is gone for good: it is not watched any more": N_("gone for good, not watched any more"),
    f"{troubles.LEFT_OUT} has shown nothing new for longer than it ever does": N_("nothing new for unusually long"),
    f"{troubles.LEFT_OUT} has moved to {troubles.LEFT_OUT}": N_("a new address: change the url in feeds.yaml"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Feeds with the same trouble. `red`: silence must not be trusted for one of them at least."""

    words: str  # "" where the feeds cannot be read: then `trouble` says why
    trouble: str
    feeds: int
    red: bool


@dataclass(frozen=True, slots=True)
class Mending:
    """`general`: of no single feed. Few feeds are all among the `gravest`; of many there are groups, and the rest."""

    general: tuple[Finding, ...]
    gravest: tuple[Finding, ...]
    feeds: int
    groups: tuple[Group, ...] = ()
    folded: tuple[Finding, ...] = ()
    folded_feeds: int = 0


def sort_out(findings: Sequence[Finding]) -> Mending:
    general = tuple(each for each in findings if not each.feed)
    of_feeds: dict[str, list[Finding]] = defaultdict(list)
    for each in findings:
        if each.feed:
            of_feeds[each.feed].append(each)
    if len(of_feeds) <= _SHOWN:
        return Mending(general, tuple(chain(*of_feeds.values())), len(of_feeds))
    common = {each.says: troubles.alike(each.says) for each in chain(*of_feeds.values())}
    gravest_first = sorted(of_feeds.values(), key=lambda some: min(_gravity(each, common[each.says]) for each in some))
    shown, folded = gravest_first[:_SHOWN], gravest_first[_SHOWN:]
    groups = tuple(_groups(tuple(chain(*gravest_first)), common))
    return Mending(general, tuple(chain(*shown)), len(of_feeds), groups, tuple(chain(*folded)), len(folded))


def _gravity(finding: Finding, common: str) -> tuple[bool, bool, datetime]:
    """What turns the light red first, and what has been unread for longest: most of its news is missing."""
    return not finding.red, common in LESSER, finding.since or _NEVER


def _groups(findings: Sequence[Finding], common: Mapping[str, str]) -> Iterator[Group]:
    """Those of more than one feed, the largest first; in the last one are the other feeds, so that all are counted."""
    alike: dict[str, list[Finding]] = defaultdict(list)
    for each in findings:
        alike[common[each.says]].append(each)
    shared = [(_group(says, some), some) for says, some in alike.items() if len(some) > 1]
    largest = sorted(shared, key=lambda each: (not each[0].red, -each[0].feeds))[:_GROUPS]
    yield from (group for group, _ in largest)
    grouped = {each.says for _, some in largest for each in some}
    if rest := [each for each in findings if each.says not in grouped]:
        yield Group(_OTHERS, "", len({each.feed for each in rest}), any(each.red for each in rest))


def _group(says: str, some: Sequence[Finding]) -> Group:
    words = LESSER.get(says, "")
    return Group(words, "" if words else says.removeprefix(_UNREAD), len(some), any(each.red for each in some))
