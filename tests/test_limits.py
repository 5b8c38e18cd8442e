"""The limits of the services, kept before sending: in no window may a receiver see more than it allows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.channels.limits import LIMITS, UNANSWERED, Limit, Pace, Use, use


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def most_within(times: list[float], window: float) -> int:
    """The largest number of `times` in any stretch shorter than `window`."""
    return max((sum(1 for each in times if start <= each < start + window - 1e-6) for start in times), default=0)


def sent_at(pace: Pace, clock: Clock, answer_takes: list[float], arrives: float) -> list[float]:
    """When messages that go as soon as they may reach the receiver; `arrives`: which part of the way that takes."""
    arrived = []
    for takes in answer_takes:
        for _ in range(1000):
            if not (wait := pace.begin("a")):
                break
            clock.now += wait
        arrived.append(clock.now + takes * arrives)
        clock.now += takes
        pace.end("a")
    return arrived


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 4), min_size=5, max_size=90), st.floats(0, 1))
def test_no_window_holds_more_than_the_published_limit_however_long_the_way(takes: list[float], arrives: float) -> None:
    clock = Clock()
    subjects = [use("telegram", counted, "x") for counted in ("bot", "chat", "group")]
    arrived = sent_at(Pace({"a": subjects}, clock), clock, takes, arrives)
    assert most_within(arrived, 1) <= 1
    assert most_within(arrived, 60) <= 20


@given(st.lists(st.just(0.0), min_size=150, max_size=150))
def test_ntfy_gets_sixty_at_once_and_then_one_every_five_seconds(takes: list[float]) -> None:
    clock = Clock()
    pace = Pace({"a": [use("ntfy", "server", "x")]}, clock)
    clock.now += 1000
    arrived = sent_at(pace, clock, takes, 0)
    assert arrived[59] - arrived[0] < 0.001
    assert arrived[149] - arrived[59] == pytest.approx(90 * 5, abs=1)


def test_thirty_a_second_over_all_chats_of_a_bot() -> None:
    limit = LIMITS["telegram"]["bot"]
    assert limit.burst + 1 / limit.every <= 30


def test_after_a_start_the_bucket_is_empty_for_one_period_at_most() -> None:
    clock = Clock()
    pace = Pace({"a": [use("slack", "channel", "x")]}, clock)
    assert pace.begin("a") == pytest.approx(1.0)
    clock.now += 1
    assert pace.begin("a") == 0


def test_two_senders_share_one_limit_and_one_steps_in_only_for_what_hangs() -> None:
    clock = Clock()
    pace = Pace({"a": [Use(Limit(5, 1.0), "x")]}, clock)
    clock.now += 10
    assert pace.begin("a") == 0
    assert pace.begin("a") == pytest.approx(UNANSWERED)
    clock.now += UNANSWERED
    assert pace.begin("a") == 0
    pace.end("a")
    pace.end("a")
    assert pace.begin("a") == 0


def test_channels_that_name_the_same_subject_share_it_and_others_go_on() -> None:
    clock = Clock()
    shared, other = Use(Limit(1, 10.0), "bot"), Use(Limit(1, 10.0), "other")
    pace = Pace({"a": [shared], "b": [shared], "c": [other]}, clock)
    clock.now += 10
    assert pace.begin("a") == 0
    assert pace.begin("b") > 0
    assert pace.begin("c") == 0


def test_a_turn_that_was_not_used_costs_nothing() -> None:
    clock = Clock()
    pace = Pace({"a": [Use(Limit(1, 10.0), "x")]}, clock)
    clock.now += 10
    assert pace.begin("a") == 0
    pace.end("a", sent=False)
    assert pace.begin("a") == 0


def test_a_stated_wait_holds_the_whole_channel_and_no_other() -> None:
    clock = Clock()
    pace = Pace({"a": [], "b": []}, clock)
    pace.pause("a", 30)
    pace.pause("a", 5)
    assert (pace.begin("a"), pace.paused("a"), pace.begin("b")) == (30, 30, 0)
    clock.now += 30
    assert pace.begin("a") == 0


def test_more_receivers_than_the_burst_still_get_their_message() -> None:
    clock = Clock()
    pace = Pace({"a": [Use(Limit(2, 1.0), "x")] * 5}, clock)
    clock.now += 10
    assert pace.begin("a") == 0
    pace.end("a")
    assert pace.begin("a") == pytest.approx(5)


def test_a_clock_that_stands_still_or_turns_back_only_waits() -> None:
    clock = Clock()
    pace = Pace({"a": [Use(Limit(1, 1.0), "x")]}, clock)
    clock.now -= 50
    assert 0 < pace.begin("a") <= 1


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_machines_that_take_turns_on_a_channel_keep_its_limit_together(turns: list[int]) -> None:
    clock = Clock()
    shared = [use("telegram", "group", "x")]
    machines = [Pace({"a": shared, "b": shared}, clock) for _ in range(2)]
    clock.now += 1000
    sent: list[float] = []
    for turn, number in enumerate(turns):
        pace = machines[turn % 2]
        assert pace.beside("a") == {"a", "b"}
        pace.recall({"a": [clock.now - at for at in sent], "b": []})
        for _ in range(number):
            while wait := pace.begin("a"):
                clock.now += wait
            sent.append(clock.now)
            pace.end("a")
    assert most_within(sent, 60) <= 20


def test_channels_that_share_nothing_are_not_beside_each_other() -> None:
    pace = Pace({"a": [use("ntfy", "server", "x")], "b": [use("ntfy", "server", "y")]})
    assert pace.beside("a") == {"a"}
