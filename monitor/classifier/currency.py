"""Now or not: the state of a sighting from the model's state heads and the dates in its words.

Judged against the day of publication, or without it from the text alone; never against the clock.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from monitor.classifier.heads import COLUMN, STATE_HEADS
from monitor.classifier.reading import Reading
from monitor.records import SightingState

# It begins with the digits: they are searched for 5 times faster than what must not stand before them.
_YEAR = re.compile(r"(?:19[4-9]|20[0-4])\d(?<![\d.,/$€£-]\d{4})(?![\d%]|,\d|\.\d)")
_GENRE = (
    r"\b(?:anniversar\w+|commemorat\w+|exhibition|memoirs?|museum|documentar(?:y|ies)|chronolog\w+|timeline|"
    r"explainer|retrospective|memorial|encyclop\w+|(?:a|the) (?:book|novel|film|study|review) (?:about|on|of|that))\b"
    r"|(?<![ء-ي])(?:و|ب|في )?(?:ال)?(?:ذكري|معرض|متحف|مذكرات|وثائقي|موسوعه)(?![ء-ي])"
    r"|(?<![ء-ي])كتاب (?:عن|يروي|تروي|يحكي|يوثق)"
)
_LOOKING_BACK = (
    r"\b(?:(?:years?|decades?) (?:on|ago|later|after|since)|looks? back|looking back|remember(?:s|ed|ing)|recalls?|"
    r"recalling|history of|does not forget|archives?|testimon(?:y|ies)|what .{4,60} (?:taught|teach|tells? us))\b"
    r"|(?<![ء-ي])(?:و|ب|في )?(?:ال)?(?:ذاكره|روايه|ارشيف|شهادات|[يت]?ستذكر\w*)(?![ء-ي])"
    r"|(?:عام|عاما|سنه|سنوات|اعوام|عقد) علي(?![ء-ي])|(?:قبل|بعد|مرور) (?:\S+ )?(?:سنوات|اعوام|عاما|سنه)(?![ء-ي])"
)
_IN_LEAD = re.compile(_GENRE)
_IN_TITLE = re.compile(f"{_GENRE}|{_LOOKING_BACK}")
_FRESH = re.compile(
    r"\b(?:today|yesterday|tonight|now|this (?:week|morning|evening)|(?:on|since|until|by|late|early) (?:\w+ )?"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
    r"|(?<![ء-ي])(?:اليوم|امس|الان|حاليا|الليله|هذا الاسبوع|(?:صباح|مساء|فجر|يوم|ليل|منذ) (?:ال)?(?:اثنين|ثلاثاء|"
    r"اربعاء|خميس|جمعه|سبت|احد|يوم|امس))(?![ء-ي])"
)

# Long ago, unless the sentence says that it reaches into these days.
_LONG_AGO = re.compile(
    r"\b(?:months?|years?|decades?) (?:ago|earlier|before that)\b|\b(?:a|one) year (?:after|since)\b"
    r"|\blast (?:year|summer|winter|autumn|spring)\b"
    r"|(?<![ء-ي])قبل (?:\S+ )?(?:شهور|اشهر|شهرين|عام|عاما|عامين|سنه|سنتين|سنوات|سنين|اعوام|عقد|عقود)(?![ء-ي])"
    r"|(?<![ء-ي])(?:العام|الصيف|الشتاء|الخريف|الربيع) الماضي(?![ء-ي])"
)
_HINTS = ("ago", "year", "earlier", "before that", "last ", "قبل", "الماضي")  # one of them is in all that is long ago
_LASTING = re.compile(
    r"\b(?:since|now|still|tonight|yesterday|on (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
    r"|(?<![ء-ي])(?:منذ|امس|الان|حاليا|لا يزال|لا تزال|مازال)(?![ء-ي])"
)

# What is to come of a deal, not what has come: "roads are to be opened", "in return for the withdrawal of".
_AHEAD = re.compile(
    r"\b(?:(?:is|are) (?:due |set |expected |supposed )?to (?:be )?[a-z]+|(?:will|shall|would|should|must) (?:[a-z]+ )?"
    r"(?:be|re-?open|open|withdraw|pull|leave|return|lift|go|move|end)|foresees?|stipulates?|provides? for|"
    r"in (?:return|exchange) for|wants?|demand(?:s|ed|ing)?|calls? for|called for|tomorrow)\b"
    r"|(?<![ء-ي])و?(?:س(?:يتم|يجري|تنسحب|ينسحب|تفتح|يفتح|ترفع|يرفع|تعود|يعود|تغادر|يغادر|تخرج|يخرج)|[يت]?نص علي|"
    r"[يت]قضي ب\S+|مقابل|من المقرر|من المنتظر|من المفترض|[يت]تضمن|علي ان|غدا|اعتبارا من|[يت]طالب\S*|طالب\S*)(?![ء-ي])"
)
_COME = re.compile(
    r"\b(?:withdrew|reopened|is over|has ended|(?:has|have|had|was|were) (?:[a-z]+ly |already |been |all )*"
    r"(?:gone|left|begun|started|[a-z]{3,}(?:ed|wn)))\b"
    r"|(?<![ء-ي])و?(?:انسحبت?|غادرت?|ازالت|ازيلت|اخلت|سحبت|رفعت|عاد|عادت|اعيد|خرجت|دخلت|بدات?|تم|جري|شوهدت?)(?![ء-ي])"
)


def years(folded: str) -> tuple[int, ...]:
    if "19" not in folded and "20" not in folded:
        return ()  # most sentences name none
    return tuple(int(found[0]) for found in _YEAR.finditer(folded))


def year_of(reading: Reading) -> int | None:
    """The year the report speaks from: that of publication, else the latest one its text names."""
    published: datetime | None = reading.report.published_at
    if published is not None:
        return published.year
    return max((year for sentence in reading.sentences for year in years(sentence.masked)), default=None)


def dated_past(folded: str, year: int | None) -> bool:
    """Whether every year the sentence names lies before the report's own, or it says that it tells of long ago."""
    named = years(folded)
    if named and year is not None:
        return max(named) < year
    return any(hint in folded for hint in _HINTS) and bool(_LONG_AGO.search(folded)) and not _LASTING.search(folded)


def retrospect(reading: Reading) -> bool:
    """Whether the headline says that this looks back, or the first sentence that it is about a book or the like."""
    titled = bool(reading.sentences) and reading.sentences[0].field == "title"
    lead = reading.sentences[int(titled) : int(titled) + 1]
    return (titled and bool(_IN_TITLE.search(reading.sentences[0].masked))) or any(
        _IN_LEAD.search(sentence.masked) for sentence in lead
    )


def fresh(folded: str) -> bool:
    """Whether the sentence itself says that it is of these days: today, yesterday, a day of the week."""
    return bool(_FRESH.search(folded))


def still_ahead(folded: str) -> bool:
    """Whether the sentence tells what is agreed, demanded or announced to come, and of nothing that has come."""
    return bool(_AHEAD.search(folded)) and not _COME.search(folded)


def state(heads: Sequence[float], least: float) -> SightingState:
    """The state that the heads see most surely, if that is sure enough."""
    best = max(STATE_HEADS, key=lambda head: heads[COLUMN[head]])
    return best if heads[COLUMN[best]] >= least else "now"
