"""What a decision makes people owed, and who they are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor import situations
from monitor.channels.wording import first_line
from monitor.records import Alert, Assessment, Count, EventType, Label, Place, Report, Situation
from monitor.rules import FirstReading, Heard, Owed, Told, alerts, correction, owing, summaries
from monitor.settings import Recipient, Rule
from monitor.settings.levels import DEFAULT_LEVELS
from tests.examples import BALAD, JASIM, NOON, assessment, report, sighting
from tests.test_situations import decide

PEOPLE = {"desk": Recipient(channels=("chat", "mail")), "family": Recipient(channels=("sms",))}


def owed(alert: Alert, rules: Sequence[Rule], people: Mapping[str, Recipient]) -> tuple[tuple[str, str], ...]:
    """(recipient, channel) of an alert that nothing stands in the way of."""
    owings = owing(alert, rules, people, Heard(), NOON)
    return tuple((each.recipient, way) for each in owings if isinstance(each, Owed) for way in each.channels)


def told(read: Report, assessed: Assessment, before: Situation | None = None, **counts: Count) -> Told:
    """The report decided on, after `before`; `counts` by label, by default a first source."""
    counted: dict[str, Count] = {
        label: counts.get(label, Count(0, 1, 1)) for label in (*assessed.types, *assessed.easing)
    }
    at = situations.at_the_place(assessed.places[0], (before,) if before else (), read.published_at or read.seen_at)
    decision = situations.judge(read, assessed, at, situations.Heard(counts=counted), DEFAULT_LEVELS)
    assert decision is not None
    return Told(read, assessed, "Horan News", decision, before, counted)


def alerts_of(*labels: Label, place: Place = JASIM) -> tuple[Alert, ...]:
    return alerts(told(report(), assessment(*labels, place=place)))


def quoted(assessed: Assessment) -> list[str]:
    return [quote.text for quote in alerts(told(report(), assessed))[0].quotes]


def test_one_report_of_two_types_takes_two_occasions_and_one_message() -> None:
    first, second = alerts_of("siege", "reinforcements")
    assert first.occasion == "jasim-1:new:siege:1"
    assert second.occasion == "jasim-1:new:reinforcements:1"
    assert first.types == ("siege", "reinforcements")
    assert first.occasions == (first.occasion, second.occasion)


def test_an_alert_quotes_at_most_two_sentences_verbatim_with_outlet_and_link() -> None:
    first = alerts_of("siege", "reinforcements", "failed_talks")[0]
    assert [quote.text for quote in first.quotes] == ["Sentence 0 about Jasim.", "Sentence 1 about Jasim."]
    assert {(quote.outlet, quote.url) for quote in first.quotes} == {("Horan News", "https://example.org/a/1")}


def test_a_sentence_that_shows_two_types_is_quoted_once() -> None:
    same = "Tanks arrived and closed the roads into Jasim."
    assessed = assessment(
        "siege", "reinforcements", sightings=(sighting("siege", same), sighting("reinforcements", same))
    )
    assert quoted(assessed) == [same]


def test_what_was_held_against_a_report_is_never_quoted() -> None:
    denied = sighting("siege", "The governor denied any siege of Jasim.", counts=False, probability=0.99)
    real = sighting("siege", "All roads into Jasim are closed.", probability=0.7, start=50)
    assessed = assessment("siege", sightings=(denied, real))
    assert quoted(assessed) == [real.sentence]


def test_a_sentence_of_the_text_is_quoted_rather_than_a_headline_that_is_hardly_clearer() -> None:
    headline = sighting("siege", "Army encircles Jasim", field="title", probability=0.98)
    sentence = sighting("siege", "All roads into Jasim were closed on Friday, residents said.", probability=0.9)
    vague = sighting("siege", "Movement around Jasim is difficult.", probability=0.55)
    for body, telling in ((sentence, sentence), (vague, headline)):
        assert quoted(assessment("siege", sightings=(headline, body))) == [telling.sentence]


def test_a_sentence_about_another_place_is_not_quoted_for_this_one() -> None:
    elsewhere = sighting("siege", "Daraa al-Balad is cut off.", place=BALAD, probability=0.99)
    here = sighting("siege", "All roads into Jasim are closed.", probability=0.8, start=50)
    assert quoted(assessment("siege", sightings=(elsewhere, here))) == [here.sentence]


def test_easing_alone_makes_no_alert() -> None:
    assert alerts_of("agreement") == ()


def opened(*labels: Label, hours: float = 0) -> Situation:
    decision = decide(report(hours=hours), assessment(*labels), ())
    assert decision is not None
    return decision.situation


def test_the_second_independent_source_is_told_once_and_further_ones_are_not() -> None:
    before, read = opened("siege"), report("r2", hours=3)
    (second,) = alerts(told(read, assessment("siege"), before, siege=Count(1, 2, 3)))
    assert (second.kind, second.grade, second.occasion) == (
        "corroborated",
        "corroborated",
        "jasim-1:corroborated:siege:1",
    )
    assert (second.sources, second.outlets) == (2, 3)
    third = told(read, assessment("siege"), before, siege=Count(2, 3, 4))
    assert alerts(replace(third, earlier=(second,))) == ()
    assert alerts(told(read, assessment("siege"), before, siege=Count(1, 1, 2))) == ()


def test_an_alert_says_which_of_its_types_one_source_alone_reports() -> None:
    before, read = opened("siege"), report("r2", hours=3)
    (both, *_) = alerts(told(read, assessment("siege", "failed_talks"), before, siege=Count(1, 2, 2)))
    assert (both.types, both.grade, both.alone) == (("siege", "failed_talks"), "corroborated", ("failed_talks",))
    assert "by more than one source (failed talks by one source only)" in first_line(both)
    assert "(فشل مفاوضات: مصدر واحد فقط)" in first_line(both, "ar")


def test_easing_of_what_people_were_told_of_is_told_once_to_those_who_want_those_types() -> None:
    before, read = opened("siege"), report("r2", hours=30)
    (eased,) = alerts(told(read, assessment("withdrawal"), before))
    assert (eased.kind, eased.types, eased.occasion) == ("all_clear", ("siege",), "jasim-1:all_clear:withdrawal:1")
    again = decide(read, assessment("withdrawal"), (before,))
    assert again is not None
    assert alerts(told(report("r3", hours=31), assessment("withdrawal"), again.situation)) == ()


def test_an_easing_that_is_older_than_the_siege_is_not_told_as_its_end() -> None:
    assert alerts(told(report("r2", hours=-5), assessment("withdrawal"), opened("siege"))) == ()


def test_a_correction_names_all_types_that_were_told() -> None:
    told_before = alerts_of("siege", "reinforcements")[:1]
    refuted = correction(told_before, "false_alarm", "7", NOON)
    assert (refuted.kind, refuted.grade, refuted.occasion) == ("corrected", "refuted", "jasim-1:corrected:siege:7")
    assert refuted.types == ("siege", "reinforcements")
    assert correction(told_before, "wrong_place", "8", NOON).grade == "unconfirmed"


def test_a_recipient_is_owed_an_alert_once_on_each_channel_though_two_rules_grant_it() -> None:
    alert = alerts_of("siege")[0]
    rules = (Rule(to="desk"), Rule(to="family"), Rule(to="desk", types=("siege",)))
    assert owed(alert, rules, PEOPLE) == (("desk", "chat"), ("desk", "mail"), ("family", "sms"))


@pytest.mark.parametrize(
    ("types", "wanted"), [(("siege",), True), (("failed_talks",), False), (("siege", "failed_talks"), True)]
)
def test_a_rule_grants_the_types_it_names(types: tuple[EventType, ...], wanted: bool) -> None:
    assert bool(owed(alerts_of("siege")[0], (Rule(to="desk", types=types),), PEOPLE)) == wanted


@pytest.mark.parametrize(
    ("places", "wanted"),
    [
        ("all", True),
        (("jasim",), True),
        (("Jasim",), True),
        (("جاسم",), True),
        (("al-Sanamayn",), True),
        (("nawa",), False),
    ],
)
def test_a_rule_grants_the_places_it_names_by_slug_name_arabic_or_district(
    places: str | tuple[str, ...], wanted: bool
) -> None:
    assert bool(owed(alerts_of("siege")[0], (Rule.model_validate({"to": "desk", "places": places}),), PEOPLE)) == wanted


def test_a_rule_for_a_city_grants_its_quarters() -> None:
    assert owed(alerts_of("siege", place=BALAD)[0], (Rule(to="family", places=("daraa",)),), PEOPLE)


def test_a_rule_for_corroborated_reports_does_not_ring_for_unconfirmed_ones() -> None:
    alert = alerts_of("siege")[0]
    strict = (Rule(to="desk", least_grade="corroborated"),)
    assert not owed(alert, strict, PEOPLE)
    assert owed(replace(alert, grade="corroborated"), strict, PEOPLE)


def test_everybody_gets_a_summary_with_their_own_lines_and_also_when_nothing_stands() -> None:
    lines = (alerts_of("siege")[0], alerts_of("failed_talks", place=BALAD)[0])
    rules = (Rule(to="desk"), Rule(to="family", types=("failed_talks",)), Rule(to="desk", types=("siege",)))
    made = dict(summaries(lines, FirstReading(4, 120, 0, NOON), rules))
    assert made["desk"].lines == lines
    assert made["family"].lines == lines[1:]
    nothing = dict(summaries((), FirstReading(4, 120, 2, NOON + timedelta(days=1)), rules))
    assert nothing["family"].lines == ()
    assert (nothing["family"].feeds_read, nothing["family"].reports_read, nothing["family"].feeds_failed) == (4, 120, 2)
    assert (made["desk"].limited, made["family"].limited) == (False, True)
    assert len({alert.occasion for alert in (*made.values(), *nothing.values())}) == 4
