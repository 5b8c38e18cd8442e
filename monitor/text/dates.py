"""Dates as feeds write them: RFC 822, ISO 8601, epoch seconds, months in English and the Arabic of every region.

feedparser takes a date without zone as UTC and knows no Arabic month, so the raw words are read here and its own
reading is not used. There is no clock in here.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

MONTHS = (
    "january jan يناير كانون_الثاني كانون_ثاني جانفي",
    "february feb فبراير شباط فيفري",
    "march mar مارس آذار",
    "april apr أبريل نيسان أفريل",
    "may مايو أيار ماي",
    "june jun يونيو يونية حزيران جوان",
    "july jul يوليو يولية تموز جويلية يوليوز",
    "august aug أغسطس آب أوت غشت",
    "september sept sep سبتمبر أيلول شتنبر",
    "october oct أكتوبر تشرين_الأول تشرين_أول",
    "november nov نوفمبر تشرين_الثاني تشرين_ثاني نونبر",
    "december dec ديسمبر كانون_الأول كانون_أول دجنبر",
)
_MORNING = "am a.m. ص صباحا فجرا"
_EVENING = "pm p.m. م مساء ظهرا عصرا ليلا بعد_الظهر"
# AST is left out on purpose: Arabia and the Atlantic both use it. An unknown name means the feed's own zone.
_ZONES = {
    "z ut utc gmt wet غرينتش جرينتش": 0,
    "bst cet west": 1,
    "cest eet": 2,
    "eest msk trt مكة": 3,
    "est cdt": -5,
    "edt": -4,
    "cst mdt": -6,
    "mst pdt": -7,
    "pst": -8,
}
_EARLIEST = 1995  # older dates are placeholders such as 1970-01-01 or year 1
_TOLERANCE = timedelta(minutes=10)
_LONGEST = 150

_DIGITS = {ord(arabic): str(value) for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, arabic in enumerate(row)}
_FOLD = _DIGITS | str.maketrans("أإآىة،\u2212", "ااايه,-")
_MARKS = re.compile(r"[\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff]")


def _fold(text: str) -> str:
    return " ".join(_MARKS.sub("", text).translate(_FOLD).lower().split())


def _spellings(words: str) -> list[str]:
    return [_fold(word.replace("_", " ")) for word in words.split()]


def _either(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_MONTH_OF = {word: number for number, words in enumerate(MONTHS, 1) for word in _spellings(words)}
_OFFSET_OF = {word: hours for words, hours in _ZONES.items() for word in _spellings(words)}
_AFTER_NOON = frozenset(_spellings(_EVENING))
_HALVES = _either(_spellings(_MORNING) + _spellings(_EVENING))

_EPOCH = re.compile(r"(\d{10})(?:\d{3})?(?:\.\d+)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[t ]?(\d{2})(\d{2})(\d{2})?(.*))?")
_TIME = re.compile(
    rf"(?:(?<!\w)(?P<before>{_HALVES})\s*)?(?<![\d:])(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?!\d)"
    rf"(?::(?P<second>\d{{2}})(?:[.,]\d{{1,9}})?)?(?:\s*(?P<after>{_HALVES})(?!\w))?"
)
_NUMERIC_ZONE = re.compile(r"(?<!\d)([+-])(\d{1,2})(?::?(\d{2}))?(?!\d)")
_NAMED_ZONE = re.compile(rf"(?<!\w)(?:{_either(list(_OFFSET_OF))})(?!\w)")
_MONTH = re.compile(rf"(?<![^\W\d])(?:{_either(list(_MONTH_OF))})(?![^\W\d_])")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4})(?!\d)")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Reading:
    naive: datetime
    zone: tzinfo | None  # None: the words name none

    def at(self, default: tzinfo) -> datetime:
        return self.naive.replace(tzinfo=self.zone or default).astimezone(UTC)


def feed_date(text: str, zone: tzinfo) -> datetime | None:
    """The moment that `text` means, in UTC; without a zone it is read in `zone`. None: not understood or impossible."""
    reading = _read(text)
    return _moment(reading, zone) if reading else None


def dated(text: str, zone: tzinfo, now: datetime) -> tuple[datetime | None, str]:
    """`feed_date` and what to tell of it in one clause, "" if all is plain. A date in the future becomes `now`."""
    if not text.strip():
        return None, "no date"
    reading = _read(text)
    moment = _moment(reading, zone) if reading else None
    if reading and moment is None:
        return None, f"the date given ({reading.naive:%Y-%m-%d}) cannot be right"
    if reading is None or moment is None:
        return None, f"date not understood: {_fold(text)[:40]}"
    if moment > now + _TOLERANCE:
        return now, f"dated {_span(moment - now)} in the future, taken as the time it was seen"
    return moment, "" if reading.zone else f"date without zone, read as {zone}"


def _moment(reading: _Reading, zone: tzinfo) -> datetime | None:
    try:
        moment = reading.at(zone)
    except (OverflowError, ValueError):
        return None
    return moment if moment.year >= _EARLIEST else None


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


def _read(text: str) -> _Reading | None:
    words = _fold(text[:_LONGEST])
    try:
        return _epoch(words) or _compact(words) or _written(words)
    except (OverflowError, ValueError):
        return None


def _epoch(words: str) -> _Reading | None:
    found = _EPOCH.fullmatch(words)
    return _Reading(datetime.fromtimestamp(int(found[1]), UTC).replace(tzinfo=None), UTC) if found else None


def _compact(words: str) -> _Reading | None:
    found = _COMPACT.fullmatch(words)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    return _Reading(_clock(datetime(year, month, day), hour, minute, second), _zone(found[7] or ""))  # noqa: DTZ001 - the zone stands beside it


def _written(words: str) -> _Reading | None:
    time = _TIME.search(words)
    if time is None:
        day = _day(words)
        return _Reading(day, None) if day else None
    day = _day(words[: time.start()] + " " + _NUMERIC_ZONE.sub(" ", words[time.end() :])) or _day(words)
    if day is None:
        return None
    hour = _hour(int(time["hour"]), time["after"] or time["before"] or "")
    return _Reading(_clock(day, hour, int(time["minute"]), int(time["second"] or 0)), _zone(words[time.end() :]))


def _hour(hour: int, half: str) -> int:
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half in _AFTER_NOON else 0)


def _clock(day: datetime, hour: int, minute: int, second: int) -> datetime:
    """24:00 is the next midnight; a leap second is the second before it."""
    if hour == 24 and minute == second == 0:
        return day + timedelta(days=1)
    return day.replace(hour=hour, minute=minute, second=min(second, 59))


def _zone(words: str) -> tzinfo | None:
    found = _NUMERIC_ZONE.search(words)
    if found:
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        if offset <= timedelta(hours=14):
            return timezone(offset if found[1] == "+" else -offset)
    named = _NAMED_ZONE.search(words)
    return timezone(timedelta(hours=_OFFSET_OF[named[0]])) if named else None


def _day(words: str) -> datetime | None:
    if found := _YEAR_FIRST.search(words):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST.search(words):
        day, month = int(found[1]), int(found[2])
        return _date(int(found[3]), day, month) if month > 12 else _date(int(found[3]), month, day)
    month_name = _MONTH.search(words)
    return _named_day(words, _MONTH_OF[month_name[0]]) if month_name else None


def _named_day(words: str, month: int) -> datetime | None:
    """15 Aug 2026, Aug 15 2026, 15 Aug 26: the long number is the year, else the last one."""
    numbers = _NUMBER.findall(words)
    year = next((number for number in numbers if len(number) == 4), "")
    short = [number for number in numbers if len(number) <= 2]
    if year and short:
        return _date(int(year), month, int(short[0]))
    if len(short) < 2:
        return None
    tail = int(short[1])
    return _date(tail + (2000 if tail < 70 else 1900), month, int(short[0]))


def _date(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day)  # noqa: DTZ001 - the zone stands beside it
