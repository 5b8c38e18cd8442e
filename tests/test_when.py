"""Times, ages and counts in words, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.channels.when import age, counted, moment
from tests.channels_support import PUBLISHED


def test_times_are_told_in_damascus_in_utc_and_where_the_reader_is() -> None:
    late_evening = datetime(2026, 1, 1, 22, 30, tzinfo=UTC)
    assert moment(late_evening, "Asia/Damascus", "en") == "Fri 2 Jan 2026, 01:30 Damascus (1 Jan 22:30 UTC)"
    assert (
        moment(late_evening, "Europe/Berlin", "en")
        == "Fri 2 Jan 2026, 01:30 Damascus (1 Jan 22:30 UTC, 1 Jan 23:30 Berlin)"
    )
    assert moment(late_evening, "Atlantis/Capital", "en") == moment(late_evening, "UTC", "en")
    assert moment(late_evening, "UTC", "en") == moment(late_evening, "Asia/Damascus", "en")
    assert (
        moment(PUBLISHED, "Asia/Damascus", "ar")
        == "الجمعة 20 تشرين الثاني 2026، 18:05 بتوقيت دمشق (15:05 بالتوقيت العالمي)"
    )


@pytest.mark.parametrize(
    ("number", "feeds", "reports"),
    [
        (0, "0 مصدر", "0 تقرير"),
        (1, "مصدر واحد", "تقرير واحد"),
        (2, "مصدرين", "تقريرين"),
        (3, "3 مصادر", "3 تقارير"),
        (10, "10 مصادر", "10 تقارير"),
        (11, "11 مصدرًا", "11 تقريرًا"),
        (99, "99 مصدرًا", "99 تقريرًا"),
        (100, "100 مصدر", "100 تقرير"),
        (103, "103 مصادر", "103 تقارير"),
        (3102, "3,102 مصدر", "3,102 تقرير"),
    ],
)
def test_arabic_nouns_take_the_form_their_number_asks_for(number: int, feeds: str, reports: str) -> None:
    assert (counted(number, "feed", "ar"), counted(number, "report", "ar")) == (feeds, reports)


@pytest.mark.parametrize(
    ("minutes", "english", "arabic"),
    [
        (0.4, "less than a minute", "أقل من دقيقة"),
        (1, "1 min", "دقيقة واحدة"),
        (40, "40 min", "40 دقيقة"),
        (120, "2 h", "ساعتين"),
        (9 * 60, "9 h", "9 ساعات"),
        (20 * 60, "20 h", "20 ساعة"),
        (3 * 1440, "3 days", "3 أيام"),
    ],
)
def test_ages_are_told_in_the_unit_that_fits(minutes: float, english: str, arabic: str) -> None:
    assert (age(timedelta(minutes=minutes), "en"), age(timedelta(minutes=minutes), "ar")) == (english, arabic)
