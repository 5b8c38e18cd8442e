"""What the reviews of a report come to: which of them stand, which one counts, and whether they agree. Pure.

A verdict is about the report, not about the monitor: `confirm` says that it tells of an event, also where nothing was
flagged and the monitor missed it; `false_alarm` says that it tells of none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.records import EASING_TYPES, Grade, Review, Telling, Verdict

# Why, in a word that can be counted. The first of each list is the most frequent one.
REASONS: Mapping[Verdict, tuple[str, ...]] = {
    "confirm": ("plain_words", "other_sources", "known_there"),
    "false_alarm": ("misread", "elsewhere", "figurative", "opinion", "denied"),
    "wrong_type": ("other_event", "violence_only", "easing"),
    "wrong_place": ("same_name", "outside", "other_town"),
    "not_current": ("past", "background", "planned", "over_by_now"),
    "duplicate": ("same_words", "same_event", "update"),
    "unsure": ("unclear_text", "second_look", "no_source"),
}
VERDICTS: tuple[Verdict, ...] = tuple(REASONS)
CORRECTING: tuple[Verdict, ...] = ("false_alarm", "wrong_type", "wrong_place", "not_current")
REFUTING: tuple[Verdict, ...] = ("false_alarm", "not_current")


def standing(reviews: Sequence[Review]) -> tuple[Review, ...]:
    """Without those that were taken back, and without the taking back itself."""
    revoked = {each.revokes for each in reviews}
    return tuple(each for each in reviews if not each.revokes and each.number not in revoked)


def counting(reviews: Sequence[Review]) -> Review | None:
    """The review by which the report is taken: the last that stands; who is unsure changes nothing."""
    return next((each for each in reversed(standing(reviews)) if each.verdict != "unsure"), None)


def repeated(review: Review | None) -> str:
    """Key of the report that this one is the duplicate of, by its review; "" when of none."""
    return review.duplicate_of if review is not None and review.verdict == "duplicate" else ""


def taken(key: str, own: Mapping[str, Review | None]) -> Review | None:
    """The review by which the report with this key is taken: of a duplicate that of the report which it repeats, if
    anybody judged that one.

    `own`: report key -> the review that counts of it; of the report, and of all that it repeats.
    """
    said, passed = own.get(key), {""}
    while key not in passed and (said_of_other := own.get(repeated(said))):
        passed.add(key)
        key, said = repeated(said), said_of_other
    return said


def is_wrong(review: Review | None) -> bool:
    return review is not None and review.verdict in CORRECTING


def is_event(review: Review) -> bool | None:
    """Whether the report is one to be flagged, by this review; None where it does not say."""
    if review.verdict == "unsure":
        return None
    if review.verdict == "wrong_place":
        return bool(review.place)
    return review.verdict not in REFUTING


def grade(taken_by: Review | None, sources: int) -> Grade:
    """Confirmed and refuted are said by a reviewer alone; a contradicting report lowers nothing."""
    if taken_by is not None and taken_by.verdict == "confirm":
        return "confirmed"
    if taken_by is not None and taken_by.verdict in REFUTING:
        return "refuted"
    return "corroborated" if sources > 1 else "unconfirmed"


def as_reviewed(
    told: Sequence[Telling], own: Mapping[str, Review | None], elsewhere: Mapping[str, str]
) -> list[Telling]:
    """Without those found wrong and their copies, with the types that a person gave, and duplicates as copies.

    `own`: report key -> the review that counts of it; of these reports and of all that they copy or repeat.
    `elsewhere`: who speaks in reports that a person said they repeat, and that are not among them.
    """
    sources = {**elsewhere, **{each.report_key: each.source for each in told}}
    left = []
    for telling in told:
        each, said = telling, own.get(telling.report_key)
        if original := repeated(said):
            each = replace(each, copy_of=original, source=sources.get(original, each.source))
        if said is None or said.verdict == "duplicate":
            said = taken(each.copy_of, own)
        if said and said.verdict == "wrong_type" and said.types:
            easing = tuple(label for label in EASING_TYPES if label in each.types)
            left.append(replace(each, types=(*said.types, *easing)))
        elif not is_wrong(said):
            left.append(each)
    return left


def is_disputed(reviews: Sequence[Review]) -> bool:
    """Whether a further person is needed: the last one was unsure, or as many say the one as the other."""
    left = standing(reviews)
    if not left:
        return False
    if left[-1].verdict == "unsure":
        return True
    last = {each.reviewer: is_event(each) for each in left if is_event(each) is not None}
    return 0 < sum(bool(each) for each in last.values()) == sum(not each for each in last.values())
