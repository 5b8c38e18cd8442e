"""What a decision makes people owed, and who they are."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.records import Alert, EventType, Label, Place
from monitor.rules import alerts, owed, summaries
from monitor.settings import Recipient, Rule
from monitor.situations import decide
from tests.examples import BALAD, JASIM, NOON, assessment, report, sighting

PEOPLE = {"desk": Recipient(channels=("chat", "mail")), "family": Recipient(channels=("sms",))}


def alerts_of(*labels: Label, place: Place = JASIM) -> tuple[Alert, ...]:
    read, assessed = report(), assessment(*labels, place=place)
    decision = decide(read, assessed, ())
    assert decision is not None
    return alerts(decision, read, assessed, "Horan News")


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
    decision = decide(report(), assessed, ())
    assert decision is not None
    assert [quote.text for quote in alerts(decision, report(), assessed, "Horan News")[0].quotes] == [same]


def test_what_was_held_against_a_report_is_never_quoted() -> None:
    denied = sighting("siege", "The governor denied any siege of Jasim.", counts=False, probability=0.99)
    real = sighting("siege", "All roads into Jasim are closed.", probability=0.7, start=50)
    assessed = assessment("siege", sightings=(denied, real))
    decision = decide(report(), assessed, ())
    assert decision is not None
    assert [quote.text for quote in alerts(decision, report(), assessed, "x")[0].quotes] == [real.sentence]


def test_a_sentence_of_the_text_is_quoted_rather_than_a_headline_that_is_hardly_clearer() -> None:
    headline = sighting("siege", "Army encircles Jasim", field="title", probability=0.98)
    sentence = sighting("siege", "All roads into Jasim were closed on Friday, residents said.", probability=0.9)
    vague = sighting("siege", "Movement around Jasim is difficult.", probability=0.55)
    for body, quoted in ((sentence, sentence), (vague, headline)):
        assessed = assessment("siege", sightings=(headline, body))
        decision = decide(report(), assessed, ())
        assert decision is not None
        assert [quote.text for quote in alerts(decision, report(), assessed, "x")[0].quotes] == [quoted.sentence]


def test_easing_alone_makes_no_alert() -> None:
    read, assessed = report(), assessment("agreement")
    decision = decide(read, assessed, ())
    assert decision is not None
    assert alerts(decision, read, assessed, "Horan News") == ()


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
    made = dict(summaries(lines, 4, 120, NOON, rules))
    assert made["desk"].lines == lines
    assert made["family"].lines == lines[1:]
    nothing = dict(summaries((), 4, 120, NOON + timedelta(days=1), rules))
    assert nothing["family"].lines == ()
    assert (nothing["family"].feeds_read, nothing["family"].reports_read) == (4, 120)
    assert len({alert.occasion for alert in (*made.values(), *nothing.values())}) == 4
