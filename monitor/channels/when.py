"""Says times, ages and counts in English and in the Arabic of the Levant. Pure; it knows no clock."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from monitor.channels.quoting import isolate

AREA_ZONE = "Asia/Damascus"  # every message names it, whatever the reader's own zone is
LATE = timedelta(hours=2)  # a report read this long after its publication is told with its age

_MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "ar": (
        *("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران"),
        *("تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"),
    ),
}
_DAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
}
# for one, two, 3-10, 11-99 and hundreds, in the case that stands after a preposition
_ARABIC_COUNTED: Mapping[str, tuple[str, str, str, str, str]] = {
    "minute": ("دقيقة واحدة", "دقيقتين", "دقائق", "دقيقة", "دقيقة"),
    "hour": ("ساعة واحدة", "ساعتين", "ساعات", "ساعة", "ساعة"),
    "day": ("يوم واحد", "يومين", "أيام", "يومًا", "يوم"),
    "month": ("شهر واحد", "شهرين", "أشهر", "شهرًا", "شهر"),
    "year": ("سنة واحدة", "سنتين", "سنوات", "سنة", "سنة"),
    "feed": ("مصدر واحد", "مصدرين", "مصادر", "مصدرًا", "مصدر"),
    "other feed": ("مصدر آخر", "مصدرين آخرين", "مصادر أخرى", "مصدرًا آخر", "مصدر آخر"),
    "report": ("تقرير واحد", "تقريرين", "تقارير", "تقريرًا", "تقرير"),
    "independent source": ("مصدر مستقل واحد", "مصدرين مستقلين", "مصادر مستقلة", "مصدرًا مستقلًا", "مصدر مستقل"),
    "outlet": ("منبر واحد", "منبرين", "منابر", "منبرًا", "منبر"),
    "alert": ("تنبيه واحد", "تنبيهين", "تنبيهات", "تنبيهًا", "تنبيه"),
    "situation": ("حالة واحدة", "حالتين", "حالات", "حالة", "حالة"),
}


def counted(number: int, noun: str, language: str) -> str:
    """ "3 feeds", "مصدرين": the number with its noun in the form the number asks for."""
    if language == "en":
        return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
    one, two, few, many, hundreds = _ARABIC_COUNTED[noun]
    if number in {1, 2}:
        return (one, two)[number - 1]
    last = number % 100
    form = few if 3 <= last <= 10 else many if last >= 11 else hundreds
    return f"{number:,} {form}"


def age(span: timedelta, language: str) -> str:
    """A span in its one fitting unit: "40 min", "9 h", "3 days"."""
    minutes = max(0, round(span.total_seconds() / 60))
    if minutes == 0:
        return "less than a minute" if language == "en" else "أقل من دقيقة"
    if minutes < 90:
        return f"{minutes} min" if language == "en" else counted(minutes, "minute", language)
    hours = round(minutes / 60)
    if hours < 48:
        return f"{hours} h" if language == "en" else counted(hours, "hour", language)
    days = round(hours / 24)
    if days < 60:
        return counted(days, "day", language)
    return (
        counted(round(days / 30.4), "month", language) if days < 730 else counted(round(days / 365), "year", language)
    )


def moment(at: datetime, zone: str, language: str) -> str:
    """A time in Damascus, in UTC, and in the reader's own zone where that differs from both."""
    there = at.astimezone(_zone(AREA_ZONE))
    told = _date(there, language) + ("، " if language == "ar" else ", ")
    told += f"{there:%H:%M} " + ("بتوقيت دمشق" if language == "ar" else "Damascus")
    others = [_elsewhere(at.astimezone(UTC), there, "بالتوقيت العالمي" if language == "ar" else "UTC", language)]
    own = at.astimezone(_zone(zone))
    if own.utcoffset() not in {there.utcoffset(), timedelta(0)}:
        city = isolate(zone.rsplit("/", 1)[-1].replace("_", " "), rtl=language == "ar")
        others.append(_elsewhere(own, there, f"بتوقيت {city}" if language == "ar" else city, language))
    return f"{told} ({('، ' if language == 'ar' else ', ').join(others)})"


def clock(at: datetime, now: datetime, language: str) -> str:
    """The time of day in Damascus, with its day if that is not today."""
    there = at.astimezone(_zone(AREA_ZONE))
    is_today = there.date() == now.astimezone(_zone(AREA_ZONE)).date()
    return f"{there:%H:%M}" if is_today else day_and_clock(at, language)


def day_and_clock(at: datetime, language: str) -> str:
    """The time in Damascus with its day, for what may be read later."""
    there = at.astimezone(_zone(AREA_ZONE))
    return f"{there.day} {_MONTHS[language][there.month - 1]} {there:%H:%M}"


def day_and_year(at: datetime, language: str) -> str:
    """The day in Damascus: 3 Nov 2026."""
    there = at.astimezone(_zone(AREA_ZONE))
    return f"{day(there.date(), language)} {there.year}"


def day(at: date, language: str) -> str:
    """3 Nov."""
    return f"{at.day} {_MONTHS[language][at.month - 1]}"


def _zone(name: str) -> tzinfo:
    """UTC for a zone that this machine does not know (any more): an alert must not fail for its clock."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def _elsewhere(at: datetime, there: datetime, name: str, language: str) -> str:
    clock = f"{at:%H:%M}"
    day = "" if at.date() == there.date() else f"{at.day} {_MONTHS[language][at.month - 1]} "
    return f"{day}{clock} {name}"


def _date(at: datetime, language: str) -> str:
    return f"{_DAYS[language][at.weekday()]} {at.day} {_MONTHS[language][at.month - 1]} {at.year}"
