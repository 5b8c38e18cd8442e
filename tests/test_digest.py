"""The daily digest: what it says, word for word, when it is due, and what it rests on."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from monitor import digest
from monitor.channels.wording import render
from monitor.digest import Day, Known
from monitor.pipeline import tell_digests
from monitor.pipeline.review import record
from monitor.records import (
    Alert,
    Beat,
    Course,
    Delivery,
    Digest,
    FeedState,
    Mentioned,
    OddFeed,
    Proof,
    Review,
    Situation,
    Withheld,
)
from monitor.schedule import Watch
from monitor.settings import Recipient
from monitor.store import Store, beats, digests, feeds, hearing, meta, outbox, reports, situations
from tests.channels_support import BALAD, ENGLISH, JASIM, PROVINCE, TAFAS, alert, delivery
from tests.examples import sighting
from tests.people_support import Clock, happens, parts_of, small, uncertain

__all__ = ["small"]  # a fixture

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


EIGHT = datetime(2026, 3, 15, 5, 0, tzinfo=UTC)  # in Damascus
ONE = {"desk": {"channels": ("chat", "mail"), "digest": "08:00", "max_per_day": 1}}
ALL = ({"to": "desk"},)


@pytest.fixture
def clock() -> Clock:
    return Clock(EIGHT - 20 * HOUR)


@pytest.fixture
def started(store: Store, clock: Clock) -> Store:
    """Of a monitor that was first started the day before."""
    with store.write() as tx:
        meta.put(tx, "first_started_at", clock.now.isoformat())
        feeds.sync(tx, ["horan-news"], clock.now)
    return store


def last_of(store: Store) -> tuple[Alert, Digest]:
    with store.read() as tx:
        told = digests.last(tx, "desk")
    assert told is not None
    assert told.digest is not None
    return told, told.digest


def test_a_digest_tells_what_stands_what_was_withheld_and_what_was_unsure(started: Store, clock: Clock) -> None:
    parts = parts_of(started, clock, ONE, ALL)
    happens(parts, level="critical")
    clock.now += HOUR
    limited = happens(parts, "nawa-1:new:reinforcements:1", "r2", types=("reinforcements",), level="elevated")
    uncertain(parts, "u1")
    uncertain(parts, "u2", "not_covered")
    uncertain(parts, "u3", "clear")
    clock.now = EIGHT
    assert tell_digests(parts) == 1
    told, day = last_of(started)
    assert told.occasion == "digest:desk:2026-03-15"
    assert [(each.situation, each.is_new) for each in day.open] == [("jasim-1", True), ("nawa-1", True)]
    assert (told.lines, [each.reason for each in day.withheld]) == ((limited,), ["limit"])
    assert [each.title for each in day.uncertain] == ["Report u1"]
    assert [each.title for each in day.not_covered] == ["Report u2"]
    assert [each.outlet for each in day.unread] == ["Horan News"]
    with started.read() as tx:
        owed = [(each.channel, each.due_at) for each in outbox.listing(tx) if each.occasion == told.occasion]
        assert sorted(owed) == [("chat", EIGHT), ("mail", EIGHT)]
        assert set(hearing.told(tx, "nawa-1")) == {"desk"}
    # what a digest told may be wrong too
    assert record(started, Review("r2", "false_alarm", "", "Rana", EIGHT), EIGHT) == 2


def test_a_digest_says_what_speaks_for_its_silence_and_which_feeds_are_odd_until_they_are_mended(
    started: Store, clock: Clock
) -> None:
    parts = parts_of(started, clock, ONE, ALL)
    clock.now = EIGHT
    quiet = Course(told=("silent",), published=(EIGHT - 9 * 24 * HOUR,))
    with started.write() as tx:
        feeds.advance(tx, "horan-news", memory={}, due_at=EIGHT + HOUR, now=EIGHT, course=quiet)
        beats.end(tx, Beat(beats.begin(tx, EIGHT - HOUR / 6), EIGHT, EIGHT))
    assert tell_digests(parts) == 1
    odd = OddFeed("Horan News", silent=True, since=EIGHT - 9 * 24 * HOUR)
    assert last_of(started)[1].proof == Proof(EIGHT - HOUR / 6, False, (("chat", None), ("mail", None)), (odd,))
    with started.write() as tx:
        taken = outbox.claim(tx, clock.now, HOUR, ["chat"])
        assert taken
        outbox.settle_sent(tx, taken.number, taken.attempt, EIGHT + HOUR, "")
        feeds.advance(tx, "horan-news", memory={}, due_at=EIGHT, now=EIGHT, course=Course())
        beats.end(tx, Beat(beats.begin(tx, EIGHT + HOUR), EIGHT, EIGHT + HOUR, "outbox", "full"))
    clock.now = EIGHT + 24 * HOUR
    assert tell_digests(parts) == 1
    sent = (("chat", EIGHT + HOUR), ("mail", None))
    assert last_of(started)[1].proof == Proof(EIGHT - HOUR / 6, True, sent, ())


def test_a_digest_comes_once_a_day_however_often_it_is_asked_for(started: Store, clock: Clock) -> None:
    parts = parts_of(started, clock, ONE, ALL)
    told = []
    for hours in (-1, 0, 0.1, 5, 23.9, 24, 48.5):
        clock.now = EIGHT + hours * HOUR
        told.append(tell_digests(parts))
    assert told == [0, 1, 0, 0, 0, 1, 1]


def test_missed_digests_are_sent_late_as_one_which_looks_back_to_the_last(started: Store, clock: Clock) -> None:
    parts = parts_of(started, clock, ONE, ALL)
    clock.now = EIGHT
    assert tell_digests(parts) == 1
    clock.now = EIGHT + 12 * HOUR
    uncertain(parts, "u1")
    clock.now = EIGHT + 5 * 24 * HOUR + 3 * HOUR
    assert tell_digests(parts) == 1
    told, day = last_of(started)
    assert (told.occasion, day.since) == ("digest:desk:2026-03-20", EIGHT)
    assert [each.title for each in day.uncertain] == ["Report u1"]


def test_a_monitor_that_was_first_started_after_the_hour_waits_for_the_next_one(small: Store, clock: Clock) -> None:
    parts = parts_of(small, clock, ONE, ALL)
    with small.write() as tx:
        meta.put(tx, "first_started_at", (EIGHT + HOUR).isoformat())
    told = []
    for hours in (2, 12, 24):
        clock.now = EIGHT + hours * HOUR
        told.append(tell_digests(parts))
    assert told == [0, 0, 1]


def test_what_ended_is_told_once_and_what_stands_every_day(started: Store, clock: Clock) -> None:
    parts = parts_of(started, clock, ONE, ALL)
    happens(parts)
    happens(parts, "nawa-1:new:siege:1", "r2")
    with started.write() as tx:
        found = situations.get(tx, "nawa-1")
        assert found is not None
        situations.save(tx, replace(found[0], closed_at=clock.now + HOUR))
    listed = []
    for days in range(5):
        clock.now = EIGHT + days * 24 * HOUR
        tell_digests(parts)
        _, told = last_of(started)
        listed.append(([each.situation for each in told.open], [(each.situation, each.ended) for each in told.closed]))
    assert listed == [
        (["jasim-1"], [("nawa-1", "by_hand")]),
        (["jasim-1"], []),
        (["jasim-1"], []),
        ([], [("jasim-1", "unheard")]),
        ([], []),
    ]


def test_a_digest_keeps_to_the_places_and_types_of_the_rules_and_not_to_their_level(
    started: Store, clock: Clock
) -> None:
    rules = ({"to": "desk", "places": ("nawa",), "types": ("siege",), "least_level": "critical"},)
    parts = parts_of(started, clock, ONE, rules)
    happens(parts)
    happens(parts, "nawa-1:new:siege:1", "r2", level="elevated")
    happens(parts, "nawa-2:new:reinforcements:1", "r3", types=("reinforcements",))
    uncertain(parts, "u1", sightings=(sighting("siege", counts=False),))
    uncertain(parts, "u2", sightings=(sighting("siege", counts=False, place=None),))
    clock.now = EIGHT
    tell_digests(parts)
    told, day = last_of(started)
    assert told.limited
    assert [each.situation for each in day.open] == ["nawa-1"]
    assert [each.title for each in day.uncertain] == ["Report u2"]  # it may be there


def test_the_watch_owes_a_digest_by_itself_and_asks_once_a_minute(small: Store, clock: Clock) -> None:
    with small.write() as tx:
        meta.put(tx, "first_started_at", clock.now.isoformat())
    parts = parts_of(small, clock, ONE, ALL)

    async def run() -> None:
        watch = Watch(parts)
        for hours in (-1, 0, 1):
            clock.now = EIGHT + hours * HOUR
            await watch.tend_due()
            await watch.finish()
            assert (
                await asyncio.to_thread(_number, small) == 0
            )  # it asked an hour too early, and asks in a minute again
        later = Watch(parts)
        await later.tend_due()
        await later.finish()

    asyncio.run(run())
    assert _number(small) == 2


def _number(store: Store) -> int:
    with store.read() as tx:
        return len(outbox.listing(tx))


def test_what_a_digest_listed_that_reached_nobody_stands_in_the_next_one(started: Store, clock: Clock) -> None:
    parts = parts_of(started, clock, ONE, ALL)
    uncertain(parts, "u1")
    clock.now = EIGHT
    assert tell_digests(parts) == 1
    with started.write() as tx:
        for _ in range(2):
            taken = outbox.claim(tx, clock.now, HOUR, ["chat", "mail"])
            assert taken
            assert outbox.give_up(tx, taken.number, taken.attempt, "refused", clock.now)
    clock.now = EIGHT + 24 * HOUR
    uncertain(parts, "u2")
    clock.now += HOUR
    assert tell_digests(parts) == 1
    assert sorted(each.title for each in last_of(started)[1].uncertain) == ["Report u1", "Report u2"]


def test_a_report_whose_page_came_late_and_made_it_uncertain_stands_in_the_next_digest_once(
    started: Store, clock: Clock
) -> None:
    parts = parts_of(started, clock, ONE, ALL)
    clock.now = EIGHT - 10 * HOUR
    uncertain(parts, "u1", "clear")
    uncertain(parts, "u2")
    clock.now = EIGHT
    assert tell_digests(parts) == 1
    with started.write() as tx:
        row = reports.get(tx, "u1")
        assert row
        reports.revise(tx, replace(row.report, revision=2), replace(row.assessment, state="uncertain"))
    listed = []
    for days in (1, 2):
        clock.now = EIGHT + days * 24 * HOUR
        assert tell_digests(parts) == 1
        listed.append([each.title for each in last_of(started)[1].uncertain])
    assert listed == [["Report u1"], []]
