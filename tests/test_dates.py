"""Dates in every spelling that feeds use, and what is told of the odd ones."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.dates import dated, feed_date

DAMASCUS = ZoneInfo("Asia/Damascus")  # three hours ahead of UTC all year since 2022
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0, *, month: int = 8) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sat, 15 Aug 2026 14:30:00 GMT", at(15, 14, 30)),
        ("Sat, 15 Aug 2026 14:30:00 +0300", at(15, 11, 30)),
        ("Sat, 15 Aug 2026 14:30:00 -0430", at(15, 19, 0)),
        ("Sat, 15 Aug 2026 14:30 EDT", at(15, 18, 30)),
        ("15 Aug 26 14:30:00 UT", at(15, 14, 30)),
        ("Saturday, August 15, 2026 2:30 PM UTC", at(15, 14, 30)),
        ("Aug 15, 2026 12:05 AM GMT", at(15, 0, 5)),
        ("Sat Aug 15 14:30:00 +0300 2026", at(15, 11, 30)),
        ("Sat Aug 15 14:30:00 EEST 2026", at(15, 11, 30)),
        ("Sat,15 Aug 2026 14:30:00 GMT+3", at(15, 11, 30)),
        ("2026-08-15T14:30:00Z", at(15, 14, 30)),
        ("2026-08-15T14:30:59.123456789+03:00", at(15, 11, 30, 59)),
        ("2026-08-15t14:30:00z", at(15, 14, 30)),
        ("2026-08-15 14:30:00 +03:00", at(15, 11, 30)),
        ("2026-08-15T14:30+0300", at(15, 11, 30)),
        ("20260815T143000Z", at(15, 14, 30)),
        ("2026/08/15 14:30 UTC", at(15, 14, 30)),
        ("2026-08-15T24:00:00Z", at(16)),
        ("2026-08-15T14:30:60Z", at(15, 14, 30, 59)),
        (" \n 2026-08-15T14:30:00Z \t", at(15, 14, 30)),
        (str(int(at(15, 14, 30).timestamp())), at(15, 14, 30)),
        (str(int(at(15, 14, 30).timestamp()) * 1000), at(15, 14, 30)),
        ("السبت 15 آب 2026 14:30 +0300", at(15, 11, 30)),
        ("السبت، ١٥ أغسطس ٢٠٢٦ - ١٤:٣٠ بتوقيت غرينتش", at(15, 14, 30)),
        ("15 آب/أغسطس 2026 الساعة 2:30 مساءً بتوقيت مكة", at(15, 11, 30)),
    ],
)
def test_a_date_with_its_zone_means_the_same_everywhere(text: str, expected: datetime) -> None:
    assert feed_date(text, DAMASCUS) == feed_date(text, UTC) == expected
    assert dated(text, DAMASCUS, NOW) == (expected, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-08-15 14:30", at(15, 11, 30)),
        ("Sat, 15 Aug 2026 14:30:00", at(15, 11, 30)),
        ("15/08/2026 14:30", at(15, 11, 30)),
        ("15-08-2026 02:30 م", at(15, 11, 30)),
        ("10:20 15-08-2026", at(15, 7, 20)),
        ("08/15/2026 10:20 AM", at(15, 7, 20)),
        ("٢٠٢٦/٠٨/١٥ ٠٢:٣٠ ص", at(14, 23, 30)),
        ("١٥ آب ٢٠٢٦، ٩:٠٥ صباحاً", at(15, 6, 5)),
        ("مساءً 9:05 ١٥ آب ٢٠٢٦م", at(15, 18, 5)),
        ("15 آب 2026", at(14, 21)),
        ("2026-08-15", at(14, 21)),
    ],
)
def test_a_date_without_zone_is_read_in_the_zone_of_the_feed_and_that_is_said(text: str, expected: datetime) -> None:
    assert dated(text, DAMASCUS, NOW) == (expected, "date without zone, read as Asia/Damascus")


@pytest.mark.parametrize(
    ("names", "month"),
    [
        ("يناير|كانون الثاني|كانون ثاني|جانفي|January|Jan", 1),
        ("فبراير|شباط|شُباط|فيفري|February", 2),
        ("مارس|آذار|اذار|March", 3),
        ("أبريل|إبريل|ابريل|نيسان|أفريل|April", 4),
        ("مايو|أيار|ايار|ماي|May", 5),
        ("يونيو|يونيه|حزيران|جوان|June", 6),
        ("يوليو|يوليه|تموز|تمّوز|جويلية|يوليوز|July", 7),
        ("أغسطس|اغسطس|آب|اب|أوت|غشت|August", 8),
        ("سبتمبر|أيلول|ايلول|شتنبر|Sept|September", 9),
        ("أكتوبر|اكتوبر|تشرين الأول|تشرين الاول|تشرين أول|October", 10),
        ("نوفمبر|تشرين الثاني|تشرين ثاني|نونبر|November", 11),
        ("ديسمبر|كانون الأول|كانون الاول|كانون أول|دجنبر|December", 12),
    ],
)
def test_months_are_known_by_every_name_they_have_between_the_gulf_and_the_ocean(names: str, month: int) -> None:
    for name in names.split("|"):
        assert feed_date(f"9 {name} 2026 10:00 GMT", UTC) == at(9, 10, month=month), name
        assert feed_date(f"{name} 9, 2026", UTC) == at(9, month=month), name


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "15",
        "آب",
        "30 شباط 2026",
        "2026-13-01",
        "2026-08-15T25:00:00Z",
        "Sat, 99 Aug 2026",
        "x" * 10_000,
        "9" * 13 * 50,
    ],
)
def test_what_is_no_date_is_none_and_said_so_shortly(text: str) -> None:
    assert feed_date(text, UTC) is None
    moment, note = dated(text, UTC, NOW)
    assert moment is None
    assert note.startswith("date not understood")
    assert len(note) < 80


@pytest.mark.parametrize(
    "text", ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00", "Thu, 01 Jan 1970 00:00:00 GMT", "0000000000"]
)
def test_the_zero_of_some_clock_is_no_date_of_news(text: str) -> None:
    moment, note = dated(text, DAMASCUS, NOW)
    assert moment is None
    assert "cannot be right" in note


@pytest.mark.parametrize("text", ["", "   "])
def test_no_date_is_said_to_be_none(text: str) -> None:
    assert dated(text, UTC, NOW) == (None, "no date")


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("2026-11-21T12:30:00Z", "dated 30 min in the future, taken as the time it was seen"),
        ("2026-11-21T15:00:00Z", "dated 3 h in the future, taken as the time it was seen"),
        ("2027-11-21T12:00:00Z", "dated 365 days in the future, taken as the time it was seen"),
    ],
)
def test_a_date_in_the_future_becomes_now_and_is_marked(text: str, note: str) -> None:
    assert dated(text, UTC, NOW) == (NOW, note)


def test_a_clock_that_is_a_few_minutes_fast_is_not_worth_a_word() -> None:
    assert dated("2026-11-21T12:09:00Z", UTC, NOW) == (datetime(2026, 11, 21, 12, 9, tzinfo=UTC), "")


@given(st.text(max_size=200) | st.from_regex(r"[0-9٠-٩ :/+.TZ-]{5,30}", fullmatch=True))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    moment = feed_date(text, DAMASCUS)
    assert moment is None or (moment.tzinfo is UTC and moment.year >= 1994)


@given(
    st.datetimes(min_value=at(1).replace(year=1996, tzinfo=None), max_value=at(1).replace(year=2090, tzinfo=None)),
    st.sampled_from(["UTC", "Asia/Damascus", "America/New_York"]),
)
def test_every_moment_survives_being_written_and_read(naive: datetime, zone: str) -> None:
    moment = naive.replace(microsecond=0, tzinfo=UTC)
    local = moment.astimezone(ZoneInfo(zone))
    assert feed_date(local.isoformat(), DAMASCUS) == moment
    assert feed_date(local.strftime("%a, %d %b %Y %H:%M:%S %z"), DAMASCUS) == moment
