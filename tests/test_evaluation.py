"""Evaluation: figures that do not flatter by counting, a page that shows every mistake, the same plots every time."""

from collections.abc import Mapping

import numpy as np
import pytest

from monitor.classifier import Classifier
from monitor.records import EASING_TYPES, EVENT_TYPES, LABELS, Assessment, Place, Sighting, SightingState
from monitor.training import measures
from monitor.training.calibration import calibration
from monitor.training.confusions import confusions
from monitor.training.evaluation import comparison, judge, summary
from monitor.training.measures import Judged
from monitor.training.reports import LabelledReport, report_of

_JASIM = Place("jasim", "Jasim", "جاسم", 32.99, 36.06, "city", "Izra", True)
_NAWA = Place("nawa", "Nawa", "نوى", 32.88, 36.04, "city", "Izra", True)


def judged(
    event: str,
    wanted: bool | None,
    probability: float,
    *,
    language: str = "en",
    key: str = "",
    towns: tuple[str, ...] = (),
    places: tuple[Place, ...] = (),
    labels: Mapping[str, bool | None] | None = None,
    said: tuple[str, ...] = (),
    sightings: tuple[Sighting, ...] = (),
) -> Judged:
    """A report of an event, to be flagged or not, and a model that flags from 0.5 on."""
    report = report_of(key or f"{event}-{probability}", "A title", "A text.")
    truths = dict.fromkeys(LABELS, None) | dict(labels or {})
    answer = Assessment(
        report_key=report.key,
        state="flagged" if probability >= 0.5 else "clear",
        types=tuple(label for label in EVENT_TYPES if label in said),
        easing=tuple(label for label in EASING_TYPES if label in said),
        probability=probability,
        probabilities=dict.fromkeys(LABELS, probability),
        in_area=True,
        current=True,
        places=places,
        language=language,
        sightings=sightings,
        model="a@1",
    )
    return Judged(LabelledReport(report, language, event, "wire", towns, truths, wanted, ambiguous=False), answer)


def seen_in(sentence: str, place: Place | None, state: SightingState, *, counts: bool) -> Sighting:
    return Sighting(
        "siege",
        counts,
        state,
        sentence,
        "text",
        0,
        len(sentence),
        0.7,
        place,
        "sentence",
        (),
        "Told so.",
    )


def test_an_event_told_by_many_outlets_weighs_no_more_than_one_told_by_one_where_events_are_alike() -> None:
    found = measures.score([*(judged("great", True, 0.9) for _ in range(9)), judged("small", True, 0.1)], "flag")
    assert found.f1.value == pytest.approx(18 / 19)
    assert found.alike.value == pytest.approx(2 / 3)
    assert (found.right, found.false, found.missed, found.items) == (9, 0, 1, 10)


def test_intervals_draw_events_so_that_thirty_reports_of_one_event_are_no_certainty() -> None:
    one = [judged("right", True, 0.9, key=str(number)) for number in range(30)]
    other = [judged("wrong", True, 0.1, key=str(number)) for number in range(30)]
    found = measures.score([*one, *other], "flag").f1
    assert (found.low, found.high) == (0.0, 1.0)


def test_a_label_on_which_readers_differ_is_not_scored_and_easing_is_either_of_its_types() -> None:
    unsure = judged("a", True, 0.9, labels={"agreement": None, "withdrawal": False})
    sure = judged("a", True, 0.9, labels={"agreement": None, "withdrawal": True}, said=("agreement",))
    assert (unsure.truth("easing"), sure.truth("easing"), sure.answer("easing")) == (None, True, True)
    assert measures.score([unsure, sure], "easing").items == 1


def test_two_models_are_compared_on_the_same_draws_of_events() -> None:
    """The second errs in one report more of each event: each alone is uncertain, the difference is not."""
    one = [judged(f"e{n}", True, 0.9 if n % 2 or k else 0.1, key=f"{n}.{k}") for n in range(8) for k in range(3)]
    two = [
        judged(f"e{n}", True, 0.9 if (n % 2 or k) and k < 2 else 0.1, key=f"{n}.{k}")
        for n in range(8)
        for k in range(3)
    ]
    found = comparison(one, two)
    apart = found.differences["all"]["flag"]
    alone = measures.score(one, "flag").f1
    assert 0 < apart.low <= apart.value <= apart.high
    assert apart.value == pytest.approx(alone.value - measures.score(two, "flag").f1.value)
    assert len(found.mended) == 8
    assert found.broken == ()
    same = comparison(one, one).differences["all"]["flag"]
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)


def test_a_probability_that_holds_as_often_as_it_says_has_no_error_beyond_chance() -> None:
    random = np.random.default_rng(1)
    chances = [float(chance) for chance in random.random(400)]
    honest = calibration([judged("e", bool(random.random() < chance), chance) for chance in chances])
    boasting = calibration(
        [judged("e", bool(random.random() < 0.5 + (chance - 0.5) / 4), chance) for chance in chances]
    )
    assert abs(honest.above) < 0.03
    assert boasting.above > 0.1
    assert [each.reports for each in honest.bins] == [80] * 5
    assert all(each.low <= each.said <= each.high for each in honest.bins)


def test_calibration_does_not_depend_on_the_order_of_the_file() -> None:
    reports = [judged("e", number % 3 == 0, 0.4 if number < 12 else 0.9, key=str(number)) for number in range(20)]
    assert calibration(reports).error == pytest.approx(calibration(reports[::-1]).error)


def test_precision_and_recall_take_reports_of_like_probability_together() -> None:
    precision, recall = measures.precision_and_recall(np.array([0.9, 0.7, 0.7, 0.1]), np.array([1.0, 1.0, 0.0, 1.0]))
    assert precision == pytest.approx([1, 2 / 3, 3 / 4])
    assert recall == pytest.approx([1 / 3, 2 / 3, 1])
    assert measures.average_precision(np.array([0.9, 0.1]), np.array([1.0, 0.0]), "ab").value == 1.0


def test_the_first_place_is_measured_against_the_main_town_and_against_all_of_them() -> None:
    towns = summary(
        [judged("a", True, 0.9, towns=("Jasim", "Nawa"), places=(place,)) for place in (_JASIM, _NAWA)]
    ).towns
    assert (towns.of, towns.main, towns.any) == (2, 1, 2)
    assert towns.wrong == ("a-0.9: Nawa, wanted Jasim or Nawa",)


def test_a_town_counts_however_whoever_labelled_it_spells_it() -> None:
    classifier = Classifier.load()
    wanted = judged("a", True, 0.9, towns=("al-Harak", "Koya", "Nowhere")).wanted
    assert judge(classifier, [wanted])[0].wanted.towns == ("al-Hirak", "Kuwayyah", "Nowhere")


def test_events_without_a_flag_are_named_and_reports_in_other_languages_only_counted() -> None:
    found = summary([judged("seen", True, 0.9), judged("unseen", True, 0.2), judged("seen", True, 0.1, language="fr")])
    assert (found.seen, found.unseen) == (("seen",), ("unseen",))
    assert found.other_languages == {"clear": 1}
    assert found.scores["all"]["flag"].items == 2


def test_a_miss_shows_what_was_held_against_it_and_a_false_alarm_only_what_counted() -> None:
    held = seen_in("The town was ringed in 2018.", _JASIM, "past", counts=False)
    rang = seen_in("The road is closed.", _NAWA, "now", counts=True)
    miss, alarm = confusions(
        [judged("a", True, 0.2, sightings=(held,)), judged("b", False, 0.8, sightings=(rang, held))]
    )
    assert (miss.missed, [each.state for each in miss.decided]) == (True, ["past"])
    assert [(each.sentence, each.place) for each in alarm.decided] == [("The road is closed.", "Nawa")]
