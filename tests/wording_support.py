"""Alerts of every kind, and the first line of each: what the tests of wording share."""

from dataclasses import replace
from datetime import timedelta

from monitor.channels.wording import render
from monitor.records import Alert, Delivery, Step
from tests.channels_support import (
    ARABIC,
    BALAD,
    ENGLISH,
    PROVINCE,
    PUBLISHED,
    TAFAS,
    alert,
    delivery,
)

LATE = {"published_at": PUBLISHED - timedelta(hours=9)}
TALKS = alert(
    occasion="tafas-2:new:failed_talks:1",
    situation="tafas-2",
    place=TAFAS,
    types=("failed_talks",),
    quotes=(ENGLISH,),
    level="elevated",
    states={"talks": "failed"},
)
SO_FAR = (
    Step(PUBLISHED - timedelta(hours=40), "talks", "under_way", "Syria Direct", "a"),
    Step(PUBLISHED - timedelta(hours=11), "reinforcements", "growing", "SANA", "b"),
    Step(PUBLISHED - timedelta(hours=3), "talks", "failed", "عنب بلدي", "c"),
)
ESCALATED = alert(
    kind="escalated",
    occasion="jasim-1:escalated:siege:1",
    occasions=("jasim-1:escalated:siege:1",),
    level="emergency",
    level_before="critical",
    states={"siege": "standing", "reinforcements": "growing", "talks": "failed"},
    states_before={"siege": "threatened", "reinforcements": "growing", "talks": "under_way"},
    so_far=SO_FAR,
    related=("daraa-governorate-4",),
)
SECOND = alert(
    kind="corroborated",
    grade="corroborated",
    sources=2,
    outlets=9,
    level_before="critical",
    states_before={"siege": "standing"},
)
EASED = alert(
    kind="eased",
    occasion="jasim-1:eased:agreement:1",
    occasions=(),
    level="elevated",
    level_before="critical",
    states={"siege": "eased", "talks": "agreed"},
    states_before={"siege": "standing", "talks": "resumed"},
    so_far=SO_FAR[:1],
)
ALL_CLEAR = alert(
    kind="all_clear",
    occasion="jasim-1:all_clear:withdrawal:1",
    occasions=(),
    types=("siege", "failed_talks"),
    level="watch",
    level_before="critical",
    states={"siege": "over", "talks": "agreed"},
    states_before={"siege": "standing", "talks": "agreed"},
    so_far=SO_FAR,
    quotes=(ENGLISH,),
)
HEADLINE = replace(ENGLISH, text="Tafas talks end with nothing", said_by="")
SUMMARY = alert(
    kind="summary",
    occasion="summary:desk:1",
    situation="",
    types=(),
    place=None,
    quotes=(),
    lines=(
        alert(),
        alert(occasion="jasim-1:new:reinforcements:1", types=("reinforcements",)),
        replace(TALKS, published_at=PUBLISHED - timedelta(hours=30)),
        alert(
            situation="balad-1", place=BALAD, types=("reinforcements",), published_at=PUBLISHED - timedelta(hours=50)
        ),
    ),
    feeds_read=14,
    reports_read=3102,
)
EXAMPLES: dict[str, Delivery] = {
    "siege-en": delivery(alert()),
    "siege-ar": delivery(alert(), "ar"),
    "siege-both": delivery(alert(), "en", "ar"),
    "siege-arabic-first": delivery(alert(), "ar", "en"),
    "late-two-types-en": delivery(
        alert(types=("siege", "failed_talks"), quotes=(ARABIC, ENGLISH), probability=0.6, **LATE)
    ),
    "late-two-types-ar": delivery(
        alert(types=("siege", "failed_talks"), quotes=(ARABIC, ENGLISH), probability=0.6, **LATE), "ar"
    ),
    "again-abroad-en": delivery(TALKS, zone="Europe/Berlin", attempt=2),
    "again-abroad-ar": delivery(TALKS, "ar", zone="Europe/Berlin", attempt=2),
    "summary-en": delivery(SUMMARY),
    "summary-ar": delivery(SUMMARY, "ar"),
    "nothing-standing-en": delivery(replace(SUMMARY, lines=(), feeds_read=2, reports_read=11)),
    "nothing-standing-ar": delivery(replace(SUMMARY, lines=(), feeds_read=2, reports_read=11), "ar"),
    "nothing-standing-limited-both": delivery(
        replace(SUMMARY, lines=(), feeds_read=2, reports_read=11, feeds_failed=3, limited=True), "en", "ar"
    ),
    "second-source-both": delivery(SECOND, "en", "ar"),
    "escalated-en": delivery(ESCALATED),
    "escalated-ar": delivery(ESCALATED, "ar"),
    "all-clear-en": delivery(ALL_CLEAR),
    "all-clear-ar": delivery(ALL_CLEAR, "ar"),
    "two-doubtful-both": delivery(alert(quotes=(ARABIC, ENGLISH), sources=2, outlets=2, level="elevated"), "en", "ar"),
    "headline-en": delivery(replace(TALKS, headline=HEADLINE), quote="headline"),
    "short-en": delivery(TALKS, form="short"),
    "short-ar": delivery(ESCALATED, "ar", "en", form="short"),
    "test-both": delivery(alert(kind="test", types=(), place=None, quotes=(), occasion="test:chat"), "en", "ar"),
    "eased-en": delivery(EASED),
    "eased-ar": delivery(EASED, "ar"),
    "corrected-en": delivery(alert(kind="corrected", grade="refuted")),
    "corrected-ar": delivery(alert(kind="corrected", grade="refuted"), "ar"),
    "no-date-no-source-en": delivery(alert(place=PROVINCE, quotes=(), published_at=None)),
    "no-date-no-source-ar": delivery(alert(place=PROVINCE, quotes=(), published_at=None), "ar"),
}


def first_line(told: Alert, language: str = "en", **changes: object) -> str:
    return render(delivery(told, language, **changes)).title
