"""The daily digest: what it says, word for word, when it is due, and what it rests on."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from monitor import digest
from monitor.channels.wording import render
from monitor.digest import Day, Known
from monitor.records import (
    Delivery,
    FeedState,
    Mentioned,
    OddFeed,
    Proof,
    Situation,
    Withheld,
)
from monitor.settings import Recipient
from tests.channels_support import BALAD, ENGLISH, JASIM, PROVINCE, TAFAS, alert, delivery

GOLDEN = Path(__file__).parent / "golden" / "digest"
NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # 08:00 in Damascus
SINCE = NOW - timedelta(days=1)
HOUR = timedelta(hours=1)
OUTLETS = {"syria-tv-ar": "Syria TV", "horan-ar": "تجمع أحرار حوران", "enab-en": "Enab Baladi"}


def situation(place: str, *, first: float, last: float, level: str = "watch", **states: str) -> Situation:
    """First and last reported so many hours before NOW."""
    tracks = {"siege": NOW - last * HOUR} if "siege" in states else {"reinforcements": NOW - last * HOUR}
    return Situation(place, 1, NOW - first * HOUR, NOW - last * HOUR, None, tracks, states, level)  # type: ignore[arg-type]


def feed(name: str, read: float | None = 0.2, *, failures: int = 0, due: float = 0.1) -> FeedState:
    last = None if read is None else NOW - read * HOUR
    return FeedState(name, NOW + due * HOUR, {}, failures, last_read_at=last)


SIEGE = situation("jasim", first=55, last=3, level="critical", siege="standing", talks="failed")
TROOPS = situation("tafas", first=6, last=5.5, level="elevated", reinforcements="growing")
OVER = replace(situation("daraa-al-balad", first=200, last=10, siege="over", talks="agreed"), states={"siege": "over"})
SILENT = situation("daraa-governorate", first=90, last=75, reinforcements="reported")
UNSURE = Mentioned(
    "k9", "Convoy seen near Tafas?", "en", "Enab Baladi", "https://enab.example/9", TAFAS, NOW - 7 * HOUR
)
FOREIGN = Mentioned("k8", "Дераа: стычки", "ru", "Agency", "https://agency.example/8", None, NOW - 2 * HOUR)
LIMITED = alert(quotes=(ENGLISH,), published_at=NOW - 9 * HOUR)
SILENCED = alert(occasion="tafas-1:new:reinforcements:1", types=("reinforcements",), place=TAFAS)


def known(each: Situation, place: object, *, over: bool = False, first_seen: float | None = None) -> Known:
    first = each.opened_at if first_seen is None else NOW - first_seen * HOUR
    return Known(each, place, over, first, each.last_report_at)  # type: ignore[arg-type]


FULL = Day(
    since=SINCE,
    until=NOW,
    known=(
        known(TROOPS, TAFAS),
        known(SIEGE, JASIM),
        known(OVER, BALAD, over=True),
        known(SILENT, PROVINCE),
    ),
    withheld=(
        (LIMITED, Withheld(LIMITED.occasion, "limit", None)),
        (SILENCED, Withheld(SILENCED.occasion, "silence", 3)),
    ),
    uncertain=(UNSURE,),
    not_covered=(FOREIGN,),
    feeds=(
        feed("enab-en"),
        feed("slow", 3, due=2),
        feed("syria-tv-ar", 5.5, failures=6),
        feed("horan-ar", 31, failures=9),
        feed("never", None, failures=2),
        *(feed(f"feed-{number}") for number in range(40)),
    ),
    outlets=OUTLETS,
    limited=False,
)
NOTHING = replace(FULL, known=(), withheld=(), uncertain=(), not_covered=(), feeds=(feed("a"), feed("b")))
MANY = replace(
    FULL,
    known=(),
    withheld=(),
    uncertain=tuple(replace(UNSURE, report_key=str(number)) for number in range(22)),
    not_covered=(),
    feeds=tuple(feed(f"feed-{number}", 9, failures=1) for number in range(8)),
    limited=True,
)
PROVEN = replace(
    NOTHING,
    proof=Proof(
        NOW - timedelta(minutes=12),
        False,
        (("ops-telegram", NOW - timedelta(hours=3)), ("ops-mail", None)),
        (OddFeed("horan-ar", True, NOW - timedelta(days=9)), OddFeed("syria-tv-ar", False, NOW - timedelta(days=2))),
    ),
)
UNPROVEN = replace(NOTHING, proof=Proof(NOW - timedelta(hours=5), True, (("ops-telegram", None),)))


def message(told: Day, *languages: str) -> Delivery:
    return delivery(digest.made("night-desk", date(2026, 11, 21), told), *languages)


EXAMPLES = {
    f"{name}-{language}": message(told, language)
    for name, told in (
        *(("full", FULL), ("nothing", NOTHING), ("many", MANY)),
        *(("proven", PROVEN), ("unproven", UNPROVEN)),
    )
    for language in ("en", "ar")
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_digest_is_the_one_that_was_read_and_found_good(name: str) -> None:
    """After a change of words: delete the file, run twice, and read the new one as the person who gets it."""
    path, text = GOLDEN / f"{name}.txt", render(EXAMPLES[name]).text
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path.name} is new: read it")
    assert text == path.read_text(encoding="utf-8")


def test_every_golden_digest_has_its_example() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(EXAMPLES)


def test_a_digest_in_two_languages_is_safe_html_that_says_the_same_twice() -> None:
    evil = replace(UNSURE, title="<script>alert(1)</script> @everyone", url="javascript:alert(1)")
    made = render(message(replace(FULL, uncertain=(evil,)), "ar", "en"))
    assert "<script>" not in made.html
    assert "javascript:" not in made.html
    assert made.html.count("jasim-1") == 2
    assert 'dir="rtl"' in made.html
    assert "@everyone" not in made.text


def test_programs_get_the_digest_as_json_and_phones_its_first_line() -> None:
    facts = json.loads(json.dumps(render(message(FULL)).facts))["digest"]
    assert [each["situation"] for each in facts["open"]] == ["jasim-1", "tafas-1"]
    assert {each["situation"]: each["ended"] for each in facts["ended"]}["daraa-al-balad-1"] == "over"
    assert (facts["feeds"], facts["feeds_read"], facts["feeds_not_due"]) == (45, 41, 1)
    assert facts["not_read"][0] == {"outlet": "never", "since": None}
    assert facts["uncertain"][0]["url"] == UNSURE.url
    short = render(replace(message(FULL), form="short")).text
    assert short.startswith("Daily digest: 2 situations open in Daraa")
    assert "http" not in short


@pytest.mark.parametrize(
    ("read", "of", "words"),
    [
        (0, 0, "No feed is switched on"),
        (0, 1, "Nothing was read lately"),
        (1, 1, "The one feed was read in the last hour."),
        (1, 2, "1 of 2 feeds was read in the last hour; not read: down-1 since 02:00"),
    ],
)
def test_the_line_on_what_was_read_is_right_for_few_feeds_too(read: int, of: int, words: str) -> None:
    feeds = tuple(feed(f"up-{n}") for n in range(read)) + tuple(
        feed(f"down-{n}", 6, failures=3) for n in range(read, of)
    )
    text = render(message(replace(NOTHING, feeds=feeds))).text
    assert words.replace("21 Nov ", "") in text
    assert render(message(replace(NOTHING, feeds=feeds), "ar")).text


def test_a_paused_feed_is_not_missed_and_one_that_is_not_due_is_not_blamed() -> None:
    paused = replace(feed("gone", 99, failures=9), paused=True)
    overdue, slow = feed("overdue", 2, due=-0.5), feed("slow", 5, due=3)
    assert [each.outlet for each in digest.unread((paused, overdue, slow), {}, NOW)] == ["overdue"]


PERSON = Recipient.model_validate({"channels": ("chat",), "digest": "08:00", "zone": "Europe/Berlin"})


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-03-14T06:59+00:00", None),  # 07:59 in Berlin: that of yesterday is old by now
        ("2026-03-14T07:00+00:00", "2026-03-14"),
        ("2026-03-15T02:59+00:00", "2026-03-14"),
        ("2026-03-15T03:01+00:00", None),  # the next one is near enough
        ("2026-03-29T06:00+00:00", "2026-03-29"),  # summer time since the night
        ("2026-03-29T05:59+00:00", None),
    ],
)
def test_a_digest_is_due_at_its_hour_and_for_most_of_the_day_after(at: str, day: str | None) -> None:
    assert digest.due(PERSON, datetime.fromisoformat(at)) == (day and date.fromisoformat(day))
    assert digest.due(Recipient(channels=("chat",)), datetime.fromisoformat(at)) is None


def test_an_hour_that_summer_time_skips_does_not_skip_the_digest() -> None:
    early = PERSON.model_copy(update={"digest": time(2, 30)})
    assert digest.due(early, datetime(2026, 3, 29, 0, 59, tzinfo=UTC)) != date(2026, 3, 29)
    assert digest.due(early, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)) == date(2026, 3, 29)
