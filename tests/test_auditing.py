"""What the audit says of the monitor is held against worlds of which the truth is known."""

from collections import Counter

import numpy as np
import pytest

from monitor.auditing import Answer, recall, share
from monitor.drawing import STRATA, draw, stratum_of


def test_the_same_day_is_drawn_alike_and_every_report_has_its_chance() -> None:
    reports = [(f"r{number}", 0.5 if number % 10 == 0 else 0.001) for number in range(400)]
    assert draw("2026-03-14", "s", reports) == draw("2026-03-14", "s", reports[::-1])
    drawn: Counter[str] = Counter()
    for day in range(300):
        for part in draw(f"day {day}", "s", reports):
            assert (part.reports, len(part.turns)) == ({"near": 40, "rest": 360}[part.stratum], STRATA[part.stratum][1])
            drawn.update(key for key, _ in part.turns)
    near = [drawn[key] for key, probability in reports if probability == 0.5]
    # each is drawn 30 times on average; five standard deviations
    assert min(near) > 30 - 27
    assert max(near) < 30 + 27
    assert draw("2026-03-14", "s", reports) != draw("2026-03-14", "t", reports)


def test_of_few_reports_all_are_drawn() -> None:
    assert [(part.stratum, part.reports, len(part.turns)) for part in draw("d", "s", [("a", 0.3), ("b", 0.1)])] == [
        ("near", 1, 1),
        ("middle", 1, 1),
    ]
    assert draw("d", "s", []) == []
    assert [stratum_of(each) for each in (0.2, 0.199, 0.02, 0.0)] == ["near", "middle", "middle", "rest"]


@pytest.mark.parametrize(
    ("hits", "n", "of", "low", "high"),
    [
        (8, 10, 10_000_000, 0.4439, 0.9748),
        (0, 10, 10_000_000, 0.0, 0.3085),
        (10, 10, 10, 1.0, 1.0),
        (5, 10, 10, 0.5, 0.5),
    ],
)
def test_the_share_has_its_exact_interval_and_none_where_all_were_asked(
    hits: int, n: int, of: int, low: float, high: float
) -> None:
    found = share(hits, n, of)
    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-3)


def test_without_answers_nothing_is_claimed() -> None:
    nothing = recall([share(0, 0, 0)], {}, [])
    assert (nothing.estimate, nothing.is_enough) == (None, False)
    unasked = recall([share(20, 20, 20)], {"near": 50, "rest": 50_000}, [])
    assert (unasked.low < 0.001, unasked.high, unasked.is_enough) == (True, 1.0, False)


def test_a_miss_that_stands_for_many_weighs_as_many() -> None:
    few = [Answer("rest", 100.0, number == 0) for number in range(50)]
    found = recall([share(100, 100, 100)], {"rest": 5000}, few)
    assert found.estimate == pytest.approx(100 / 200)
    assert found.low < 0.5 < found.high
    assert found.missed == 1


def test_reviewers_who_take_the_surest_kind_first_make_the_other_no_surer() -> None:
    one_of_fifty = [Answer("rest", 100.0, number == 0) for number in range(50)]
    found = recall([share(20, 20, 20), share(2, 10, 80)], {"rest": 5000}, one_of_fifty)
    assert found.estimate == pytest.approx((20 + 16) / (20 + 16 + 100))
    assert (found.flagged.hits, found.flagged.n, found.flagged.of) == (22, 30, 100)
    unread = recall([share(20, 20, 20), share(0, 0, 80)], {"rest": 5000}, one_of_fifty)
    assert unread.low < 20 / 120 < 100 / 200 < unread.high


def sampled(random: np.random.Generator, days: int, misses: dict[str, float]) -> tuple[float, tuple[float, float]]:
    """The true recall of a world, and the interval that the audit of it gives."""
    true_flagged, kinds = 0, []
    for size, rate, least in ((40, 0.95, 0.8), (80, 0.6, 0.4)):  # of the surer kind most are reviewed
        flagged = int(random.integers(size // 4, size))
        right = int(random.binomial(flagged, rate))
        asked = int(random.integers(int(flagged * least), flagged + 1))
        kinds.append(share(int(random.hypergeometric(right, flagged - right, asked)), asked, flagged))
        true_flagged += right
    populations: dict[str, int] = dict.fromkeys(misses, 0)
    answers: list[Answer] = []
    missed = 0
    for _ in range(days):
        for stratum, rate in misses.items():
            size = int(random.integers(5, 20)) if stratum == "near" else int(random.integers(200, 900))
            events = int(random.binomial(size, rate))
            drawn = min(size, STRATA[stratum][1])  # type: ignore[index]
            seen = int(random.hypergeometric(events, size - events, drawn)) if events else 0
            answers += [Answer(stratum, size / drawn, number < seen) for number in range(drawn)]
            populations[stratum] += size
            missed += events
    found = recall(kinds, populations, answers)
    whole = true_flagged + missed
    return (true_flagged / whole if whole else 1.0), (found.low, found.high)


@pytest.mark.parametrize(
    "misses", [{"near": 0.05, "rest": 0.0}, {"near": 0.1, "rest": 0.0005}, {"near": 0.3, "rest": 0.01}]
)
def test_the_interval_holds_the_true_recall(misses: dict[str, float]) -> None:
    random = np.random.default_rng(7)
    worlds = [sampled(random, 28, misses) for _ in range(100)]
    held = sum(low <= truth <= high for truth, (low, high) in worlds)
    assert held >= 90
    assert sum(high - low for _, (low, high) in worlds) / len(worlds) < 0.999  # it does say something
