"""A long siege is one story: what by its own words has lasted or ended, one more quarter, and what still rings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.channels.wording import render
from monitor.records import Alert, Label
from monitor.settings import Recipient, Rule
from monitor.situations.dating import Lasted, lasted
from monitor.store import outbox
from tests.channels_support import delivery
from tests.databases import opened
from tests.examples import assessment
from tests.ledger_support import Desk, own_words, place

NOW = datetime(2021, 11, 8, 12, tzinfo=UTC)
RULES = (Rule(to="all"), Rule(to="sad", places=("tariq-al-sad",)), Rule(to="tafas", places=("tafas",)))
DAY = 24
BOTH = "The camp, Tariq al-Sad and Daraa al-Balad live on what was stored"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = opened(tmp_path / "ledger.db")
    yield Desk(store, recipients={rule.to: Recipient(channels=("log",)) for rule in RULES}, rules=RULES)
    store.close()


def told(desk: Desk, alerts: list[Alert]) -> set[tuple[str, str]]:
    """(kind, recipient) of what these alerts made owed."""
    with desk.store.read() as tx:
        owed = outbox.listing(tx, limit=1000)
    return {(alert.kind, each.recipient) for alert in alerts for each in owed if each.occasion == alert.occasion}


# ---- the words


def at(month: int, day: int, year: int = 2021) -> datetime:
    return NOW.replace(year=year, month=month, day=day)


@pytest.mark.parametrize(
    ("sentence", "begun"),
    [
        ("11 ألف عائلة محاصرة منذ 24 حزيران.", at(6, 24)),
        ("Besieged since June 24, 2021, they wait.", at(6, 24)),
        ("Since late August it has been cut off.", at(8, 31)),
        ("البلدة مطوقة منذ منتصف آب.", at(8, 20)),
        ("For a second week the town is besieged.", at(11, 1)),
        ("تحت الحصار منذ ستة أيام.", at(11, 3)),
        ("الطرق مغلقة منذ أسبوعين.", at(11, 1)),
        ("Day 50 of the siege", at(9, 20)),
        ("دخل الحصار يومه الـ50.", at(9, 20)),
        ("Seventy-Five Days Under Siege", at(8, 26)),
        ("محاصرة منذ كانون الأول.", at(12, 31, 2020)),
        ("منذ 26/10/2021 تُمنع المواد عن البلدة.", at(10, 26)),
        ("Closed since 10-26-2021.", at(10, 26)),
        ("No bread since 3.11.2021", at(11, 3)),
    ],
)
def test_the_time_since_when_something_lasts_is_read_and_its_latest_meaning_taken(
    sentence: str, begun: datetime
) -> None:
    assert lasted(sentence, NOW) == (Lasted(begun),)


@pytest.mark.parametrize(
    ("sentence", "begun", "ended"),
    [
        ("It lasted from 24 June until 6 September 2021.", at(6, 24), at(9, 6)),
        ("دام الحصار من 24 حزيران حتى 9 أيلول.", at(6, 24), at(9, 9)),
        ("Cut off from 20 December to 5 January 2021.", at(12, 20, 2020), at(1, 5)),
    ],
)
def test_a_time_that_has_ended_is_read(sentence: str, begun: datetime, ended: datetime) -> None:
    assert lasted(sentence, NOW) == (Lasted(begun, ended),)


@pytest.mark.parametrize(
    "sentence",
    [
        "Two divisions came.",
        "اليوم 24 حزيران وصلت تعزيزات.",
        "Since 31 February nothing came.",
        "They closed five posts.",
    ],
)
def test_other_numbers_and_days_that_are_none_are_no_length_of_time(sentence: str) -> None:
    assert lasted(sentence, NOW) == ()


# ---- a siege that lasts


@pytest.mark.parametrize(
    "says",
    ["Families have been besieged since 14 March.", "العائلات محاصرة منذ 14 آذار.", "Day 10 of the siege of Jasim."],
)
def test_a_siege_that_says_itself_that_it_lasts_opens_its_situation_and_wakes_nobody(desk: Desk, says: str) -> None:
    desk.tell(0, "siege")
    desk.tell(2 * DAY, "siege")
    assert desk.tell(9 * DAY, "siege", says=says) == []
    assert desk.situation("jasim-2").states == {"siege": "standing"}
    last = desk.last()
    assert last is not None
    assert (last.kind, last.reason) == (
        "repeat",
        "says itself that it has lasted: jasim-1 has it, and nobody said that it ended",
    )
    assert told(desk, desk.tell(9 * DAY + 5, "failed_talks")) == {("escalated", "all")}


def test_a_siege_that_does_not_say_so_rings_anew_after_the_silence(desk: Desk) -> None:
    desk.tell(0, "siege")
    again = desk.tell(9 * DAY, "siege", says="Jasim is besieged.")
    assert told(desk, again) == {("new", "all")}
    assert again[0].related == ("jasim-1",)
    message = render(delivery(again[0], languages=("en", "ar"))).text
    assert "A siege there was last reported on 14 Mar 2026, and nobody said that it ended" in message
    assert "كان آخر خبر عن حصار هناك في 14 آذار 2026 ولم يرد ما يفيد بانتهائه، فقد يكون الحصار نفسه." in message
    assert "first news" not in message
    desk.tell(10 * DAY, "withdrawal")
    assert [each.related for each in desk.tell(20 * DAY, "siege", says="Jasim is besieged.")] == [()]


@pytest.mark.parametrize(
    "says",
    [
        "The siege was reimposed; it had lasted since 14 March.",
        "Jasim has been besieged for two days.",
        "فُرض الحصار مجدداً، وكان قائماً منذ 14 آذار.",
    ],
)
def test_a_siege_that_is_there_again_or_began_later_rings(desk: Desk, says: str) -> None:
    desk.tell(0, "siege")
    assert told(desk, desk.tell(9 * DAY, "siege", says=says)) == {("new", "all")}


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("siege", "Forces have closed the roads around Jasim today; arrest raids have gone on for two weeks."),
        ("siege", "The army has surrounded Jasim, whose people have asked for water since 10 March."),
        ("siege", "The siege of Jasim, which has been tense since 10 March, is back."),
        ("siege", "طوقت القوات مدينة جاسم اليوم بعد توتر منذ أسبوعين."),
        ("siege", "طوقت القوات مدينة جاسم على خلفية توتر مستمر منذ أسبوعين."),
        ("reinforcements", "A convoy of 40 vehicles with supplies for two weeks arrived in Jasim."),
        ("reinforcements", "وصلت تعزيزات إضافية إلى جاسم، المحاصرة منذ 10 آذار."),
        ("failed_talks", "انهارت المفاوضات الجارية منذ أسبوعين."),
    ],
)
def test_a_length_of_time_that_is_said_of_something_else_silences_nothing(desk: Desk, event: Label, says: str) -> None:
    desk.tell(0, event)
    assert told(desk, desk.tell(6 * DAY, event, says=says)) == {("new", "all")}


def test_a_siege_that_is_back_rings_though_the_text_looks_back_on_the_one_before(desk: Desk) -> None:
    desk.tell(0, "siege")
    desk.tell(2 * DAY, "withdrawal")
    past, back = "The siege lasted from 13 March until 16 March 2026.", "The siege was reimposed on Jasim."
    made = assessment("siege", place=place("jasim"), key="r3")
    (seen,) = made.sightings
    both = (replace(seen, sentence=back, field="title"), replace(seen, sentence=past, field="text"))
    assert told(desk, desk.tell(60 * DAY, "siege", sightings=both)) == {("new", "all")}


SINCE = "Families have been besieged since 14 March."


def test_a_siege_that_was_lifted_eased_or_of_which_nobody_was_told_rings(desk: Desk) -> None:
    desk.tell(0, "siege", at="nawa")
    desk.tell(5, "withdrawal", at="nawa")
    assert told(desk, desk.tell(9 * DAY, "siege", at="nawa", says=SINCE)) == {("new", "all")}
    desk.tell(0, "siege", at="inkhil")
    desk.tell(5, "agreement", at="inkhil")
    assert told(desk, desk.tell(9 * DAY, "siege", at="inkhil", says=SINCE)) == {("new", "all")}
    assert told(desk, desk.tell(9 * DAY, "siege", at="tafas", says=SINCE)) == {("new", "all"), ("new", "tafas")}


def test_a_further_event_beside_the_siege_that_lasts_rings(desk: Desk) -> None:
    desk.tell(0, "siege")
    assert told(desk, desk.tell(9 * DAY, "siege", "reinforcements", says=SINCE)) == {("new", "all")}


def test_that_it_still_stands_is_told_again_after_a_month(desk: Desk) -> None:
    desk.tell(0, "siege")
    assert desk.tell(20 * DAY, "siege", says=SINCE) == []
    assert told(desk, desk.tell(40 * DAY, "siege", says=SINCE)) == {("new", "all")}


# ---- a siege that has ended


def test_who_looks_back_on_a_siege_that_people_were_told_of_wakes_nobody(desk: Desk) -> None:
    desk.tell(0, "siege")
    desk.tell(2 * DAY, "withdrawal")
    says = "The siege lasted from 13 March until 16 March 2026."
    assert desk.tell(60 * DAY, "siege", says=says) == []
    assert desk.keys() == {"jasim-1"}
    assert desk.situation("jasim-1").states == {"siege": "over"}


def test_a_siege_told_of_first_when_it_has_ended_rings(desk: Desk) -> None:
    assert told(desk, desk.tell(9 * DAY, "siege", says="It lasted from 13 March until 16 March.")) == {("new", "all")}


# ---- one more quarter, one road


def test_a_quarter_told_of_beside_another_one_is_new_only_to_who_heard_nothing(desk: Desk) -> None:
    desk.tell(0, "siege", at="daraa-al-balad")
    alerts = desk.tell(5, "siege", at="tariq-al-sad", text=f"{BOTH}. {own_words(80)}", says="Families are trapped.")
    assert desk.keys() == {"daraa-al-balad-1"}
    assert told(desk, alerts) == {("new", "sad")}
    assert alerts[0].place is not None
    assert alerts[0].place.slug == "tariq-al-sad"
    assert desk.tell(6, "siege", at="tariq-al-sad", text=f"{BOTH}. {own_words(81)}", says="Families are trapped.") == []


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ("", "Families are trapped."),
        (BOTH, "The army has now closed this quarter too."),
        (BOTH, "أغلقت القوات طرق الحي اليوم."),
        (BOTH, "امتد الحصار إلى الحي."),
        (BOTH, "Forces stormed and encircled the quarter."),
        (BOTH, "فرضت القوات حصاراً على حي طريق السد."),
    ],
)
def test_a_quarter_told_of_alone_or_reached_only_now_rings(desk: Desk, names: str, says: str) -> None:
    desk.tell(0, "siege", at="daraa-al-balad")
    alerts = desk.tell(5, "siege", at="tariq-al-sad", text=f"{names}. {own_words(82)}", says=says)
    assert told(desk, alerts) == {("new", "all"), ("new", "sad")}
    assert desk.keys() == {"daraa-al-balad-1", "tariq-al-sad-1"}


def test_a_siege_of_a_quarter_beside_one_where_it_was_eased_or_never_stood_rings(desk: Desk) -> None:
    desk.tell(0, "reinforcements", at="daraa-al-balad")
    first = desk.tell(5, "siege", at="tariq-al-sad", text=f"{BOTH}. {own_words(83)}", says="Families are trapped.")
    assert told(desk, first) == {("new", "all"), ("new", "sad")}
    later = 100 * DAY
    desk.tell(later, "siege", at="daraa-al-balad")
    desk.tell(later + 5, "agreement", at="daraa-al-balad")
    text = f"{BOTH}. {own_words(84)}"
    again = desk.tell(later + 6, "siege", at="tariq-al-sad", text=text, says="Families are trapped.")
    assert told(desk, again) == {("new", "all"), ("new", "sad")}


def test_a_column_on_a_road_and_round_the_town_at_its_end_is_one_story(desk: Desk) -> None:
    desk.tell(0, "reinforcements", at="daraa--tafas")
    says = "وصلت دبابات إلى محيط طفس وتوزعت على طريق درعا - طفس."
    alerts = desk.tell(3, "reinforcements", at="tafas", by="alpha", says=says)
    assert desk.keys() == {"daraa--tafas-1"}
    assert told(desk, alerts) == {("new", "tafas")}
