"""Recipients are told when nothing that covers their places can be read, and when it can again: each once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import service
from monitor.errors import ConfigError
from monitor.pipeline import Parts, tell_sight
from monitor.records import Alert, Blindness, Gap
from monitor.settings import Feed, Rule, load, placed
from monitor.store import Store, coverage, feeds, gaps, outbox, sights, situations
from tests.canary_support import blank, file
from tests.examples import NOON
from tests.people_support import Clock, gazetteer, parts_of
from tests.store_support import add_report, situation

__all__ = ["blank", "file"]  # fixtures

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PEOPLE: Mapping[str, Mapping[str, Any]] = {"desk": {"channels": ("chat",)}}


class Story:
    """One monitor with its feeds, lived through minute by minute."""

    def __init__(
        self,
        store: Store,
        names: Sequence[str] = ("first", "second"),
        people: Mapping[str, Mapping[str, Any]] = PEOPLE,
        rules: Sequence[Mapping[str, Any]] = ({"to": "desk"},),
        **covers: tuple[str, ...],
    ) -> None:
        self.store, self.clock, self.names = store, Clock(), list(names)
        parts = parts_of(store, self.clock, people, rules)
        listed = tuple(
            Feed(name=name, url=f"https://example.org/{name}", outlet=name, covers=covers.get(name, "all"))
            for name in names
        )
        self.parts: Parts = replace(parts, settings=parts.settings.model_copy(update={"feeds": listed}))
        with store.write() as tx:
            feeds.sync(tx, names, self.clock())
        self.starts()

    def starts(self) -> None:
        self.began_at = self.clock()

    def read(self, *names: str) -> None:
        with self.store.write() as tx:
            for name in names or self.names:
                feeds.claim(tx, name, self.clock(), 10 * MINUTE, force=True)
                feeds.advance_all(tx, [feeds.Reading(name, self.clock() + 5 * MINUTE)], self.clock())

    def fails(self, *names: str) -> None:
        with self.store.write() as tx:
            for name in names or self.names:
                feeds.claim(tx, name, self.clock(), 10 * MINUTE, force=True)
                feeds.fail(tx, name, error="no answer", due_at=self.clock() + 5 * MINUTE, now=self.clock())

    def minutes(self, number: int, *, reading: Sequence[str] = (), failing: Sequence[str] = ()) -> None:
        for _ in range(0, number, 5):
            self.clock.now += 5 * MINUTE
            if reading:
                self.read(*reading)
            if failing:
                self.fails(*failing)
            tell_sight(self.parts, self.began_at)

    @property
    def told(self) -> list[tuple[str, str]]:
        with self.store.read() as tx:
            return [(each.occasion.split(":")[0], each.recipient) for each in reversed(outbox.listing(tx))]

    def alerts(self) -> list[Alert]:
        with self.store.write() as tx:
            taken = []
            while delivery := outbox.claim(tx, self.clock() + 99 * HOUR, HOUR):
                taken.append(delivery.alert)
                outbox.settle_sent(tx, delivery.number, delivery.attempt, self.clock(), "")
            return taken


def test_nothing_read_for_an_hour_is_told_once_and_its_end_once(store: Store) -> None:
    story = Story(store)
    story.minutes(30, reading=["first"], failing=["second"])
    last = story.clock()
    story.minutes(60, failing=["first", "second"])
    assert story.told == []
    story.minutes(5, failing=["first", "second"])
    assert story.told == [("blind", "desk")]
    story.minutes(60, failing=["first", "second"])
    assert tell_sight(story.parts, story.began_at) == 0
    assert story.told == [("blind", "desk")]
    (blind,) = story.alerts()
    assert blind.blindness == Blindness(last)
    story.minutes(10, reading=["first"], failing=["second"])
    assert story.told == [("blind", "desk"), ("seeing", "desk")]
    story.minutes(120, reading=["first"])
    assert len(story.told) == 2


def test_who_left_the_rules_while_blind_does_not_leave_the_hours_dark_for_ever(store: Store) -> None:
    people = {**PEOPLE, "family": {"channels": ("sms",)}}
    story = Story(store, ["first"], people, [{"to": "desk"}, {"to": "family"}])
    story.minutes(90, failing=["first"])
    story.parts = replace(story.parts, settings=story.parts.settings.model_copy(update={"rules": (Rule(to="desk"),)}))
    with store.write() as tx:
        assert sights.get(tx, "family")
        service._start(tx, story.parts.settings, story.clock(), alone=False)
        assert sights.get(tx, "family") is None
    story.minutes(10, reading=["first"])
    assert sorted(story.told) == [("blind", "desk"), ("blind", "family"), ("seeing", "desk")]
    with store.read() as tx:
        assert [until is None for _, until in coverage.blind(tx, NOON)] == [False]


def test_a_second_outage_is_told_anew(file: Store) -> None:
    story = Story(file, ["first"])
    for _ in range(2):
        story.minutes(20, reading=["first"])
        story.minutes(90, failing=["first"])
    story.minutes(20, reading=["first"])
    assert [kind for kind, _ in story.told] == ["blind", "seeing", "blind", "seeing"]


def test_as_long_as_one_source_is_read_nobody_is_told(file: Store) -> None:
    story = Story(file)
    story.minutes(150, reading=["first"], failing=["second"])
    assert story.told == []


def test_a_restart_in_the_middle_tells_nothing_twice(file: Store) -> None:
    story = Story(file, ["first"])
    story.minutes(20, reading=["first"])
    story.minutes(90, failing=["first"])
    story.clock.now += 30 * MINUTE
    story.starts()
    story.minutes(30, failing=["first"])
    assert [kind for kind, _ in story.told] == ["blind"]
    story.minutes(5, reading=["first"])
    story.starts()
    story.minutes(10, reading=["first"])
    assert [kind for kind, _ in story.told] == ["blind", "seeing"]


def test_hours_in_which_the_monitor_itself_did_not_run_are_told_when_it_sees_again(file: Store) -> None:
    story = Story(file, ["first"])
    story.minutes(20, reading=["first"])
    stopped = story.clock()
    story.clock.now += 5 * HOUR
    story.starts()
    tell_sight(story.parts, story.began_at)
    assert story.told == []  # the first poll is under way
    story.minutes(10, reading=["first"])
    assert [kind for kind, _ in story.told] == ["seeing"]
    (seeing,) = story.alerts()
    assert seeing.blindness is not None
    assert stopped - 5 * MINUTE <= seeing.blindness.since <= stopped
    assert seeing.blindness.until == stopped + 5 * HOUR + 5 * MINUTE


def test_a_first_start_without_a_network_is_told_after_an_hour(file: Store) -> None:
    story = Story(file)
    story.minutes(60, failing=["first", "second"])
    assert story.told == []
    story.minutes(5, failing=["first", "second"])
    assert story.told == [("blind", "desk")]


def test_a_feed_in_hand_is_not_taken_for_one_that_is_read(file: Store) -> None:
    story = Story(file, ["first"])
    story.minutes(20, reading=["first"])
    for _ in range(18):
        story.clock.now += 5 * MINUTE
        with file.write() as tx:
            feeds.claim(tx, "first", story.clock(), 10 * MINUTE, force=True)
        tell_sight(story.parts, story.began_at)
    assert [kind for kind, _ in story.told] == ["blind"]


def test_who_asked_for_one_place_is_told_when_its_only_source_is_away(file: Store) -> None:
    people = {"desk": {"channels": ("chat",)}, "family": {"channels": ("sms",)}}
    rules = ({"to": "desk", "places": ("nawa",)}, {"to": "family", "places": ("jasim", "nawa")})
    story = Story(file, ["north", "west"], people, rules, north=("jasim",), west=("nawa",))
    story.minutes(20, reading=["north", "west"])
    story.minutes(90, reading=["west"], failing=["north"])
    assert story.told == [("blind", "family")]
    (blind,) = story.alerts()
    assert blind.blindness is not None
    assert [place.slug for place in blind.blindness.places] == ["jasim"]


def test_it_waits_for_the_morning_unless_the_reader_wants_to_be_woken(file: Store) -> None:
    quiet = {"from": "13:00", "to": "20:00"}
    people = {
        "desk": {"channels": ("chat",), "quiet": {**quiet, "break_through": "elevated"}},
        "family": {"channels": ("sms",), "quiet": quiet},
    }
    story = Story(file, ["first"], people, ({"to": "desk"}, {"to": "family"}))
    story.minutes(20, reading=["first"])
    story.minutes(90, failing=["first"])
    with file.read() as tx:
        waits = {each.recipient: each.due_at > story.clock() for each in outbox.listing(tx)}
    assert waits == {"desk": False, "family": True}


@pytest.mark.parametrize(
    ("level", "place", "places", "wakes"),
    [
        ("critical", "jasim", ("jasim",), True),
        ("emergency", "jasim", None, True),
        ("elevated", "jasim", ("jasim",), False),
        ("critical", "nawa", ("jasim",), False),  # of that one is still heard
        ("critical", "nawa", None, False),  # not asked for
    ],
)
def test_who_was_told_of_something_critical_is_woken_when_nothing_more_is_heard_of_it(
    file: Store, level: Any, place: str, places: tuple[str, ...] | None, wakes: bool
) -> None:
    people = {"desk": {"channels": ("chat",), "quiet": {"from": "13:00", "to": "23:59"}}}
    rules = ({"to": "desk", "places": ("jasim", *(("nawa",) if places else ()))},)
    story = Story(file, ["north", "west"], people, rules, north=("jasim",), west=("nawa",))
    story.minutes(20, reading=["north", "west"])
    with file.write() as tx:
        situations.save(tx, situation(place, last_report_at=story.clock(), level=level))
    story.minutes(90, reading=["west"] if places else [], failing=["north"] if places else ["north", "west"])
    with file.read() as tx:
        (blind,) = outbox.listing(tx)
    assert (blind.due_at <= story.clock()) == wakes
    story.minutes(20, reading=["north", "west"])
    with file.read() as tx:  # and told at once when it is over
        assert {each.occasion.split(":")[0]: each.due_at <= story.clock() for each in outbox.listing(tx)} == {
            "blind": wakes,
            "seeing": wakes,
        }


def test_what_was_caught_up_is_counted_and_what_is_lost_too(store: Store) -> None:
    story = Story(store, ["first"], rules=({"to": "desk", "places": ("jasim",)},))
    story.minutes(20, reading=["first"])
    story.minutes(90, failing=["first"])
    during = story.clock() - 30 * MINUTE
    story.clock.now += 5 * MINUTE
    story.read()
    tell_sight(story.parts, story.began_at)  # it sees again from here on
    with store.write() as tx:
        for number, flagged in enumerate((True, False, False)):
            key = f"r{number}"
            add_report(tx, key, entry_key=key, published_at=during, seen_at=story.clock(), flagged=flagged)
        add_report(tx, "new", entry_key="new", published_at=story.clock(), seen_at=story.clock())
        gaps.note(tx, Gap("first", during, during + MINUTE, story.clock(), "they left the window"))
    story.minutes(15, reading=["first"])
    blind, seeing = story.alerts()
    assert (blind.kind, seeing.kind) == ("blind", "seeing")
    told = seeing.blindness
    assert told is not None
    assert (told.reports, told.flagged, told.lost) == (3, 1, 1)


def test_a_feed_that_covers_an_unknown_place_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "monitor.yaml").write_text("data_dir: data\n", encoding="utf-8")
    (tmp_path / "feeds.yaml").write_text(
        "feeds:\n  - {name: a, url: 'https://example.org/f', outlet: A, covers: [jasm]}\n", encoding="utf-8"
    )
    (tmp_path / "alerts.yaml").write_text("channels: {}\nrecipients: {}\nrules: []\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"feeds.yaml, line 2: feed a: covers: the gazetteer has no place jasm"):
        placed(load(tmp_path), gazetteer().points)
