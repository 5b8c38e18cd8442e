"""`monitor evaluate`: a model asked about labelled reports, and all figures of one set as plain data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from monitor.classifier import Classifier
from monitor.classifier.reading import COVERED_LANGUAGES
from monitor.gazetteer import Gazetteer
from monitor.training import measures
from monitor.training.calibration import Calibration, calibration
from monitor.training.confusions import Confusion, confusions
from monitor.training.measures import NAMES, Interval, Judged, Score
from monitor.training.reports import LabelledReport

_LEAST_REPORTS = 3
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Towns:
    """Of the rightly flagged reports with a known town: whose first place is the main town, or at least one named."""

    of: int
    main: int
    any: int
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one model did on one set. `scores`: by language ("all" first), then by label; only covered languages."""

    model: str
    reports: int
    scores: dict[str, dict[str, Score]]
    by_event: dict[str, Score]
    by_register: dict[str, Score]
    seen: tuple[str, ...]  # events with at least one flag among those due
    unseen: tuple[str, ...]
    towns: Towns
    calibration: Calibration
    uncertain: int
    other_languages: dict[str, int]  # state -> reports in languages that the model does not read
    confusions: tuple[Confusion, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same reports: F1 of the first less that of the other, and the reports they tell apart."""

    other: Figures
    differences: dict[str, dict[str, Interval]]
    mended: tuple[str, ...]  # flags wrong in the other, right in the first
    broken: tuple[str, ...]


def judge(classifier: Classifier, reports: Sequence[LabelledReport]) -> list[Judged]:
    said = classifier.assess([each.report for each in reports])
    return [
        Judged(replace(wanted, towns=tuple(_as_listed(classifier.gazetteer, town) for town in wanted.towns)), answer)
        for wanted, answer in zip(reports, said, strict=True)
    ]


def _as_listed(gazetteer: Gazetteer, town: str) -> str:
    """The town by the name that the gazetteer lists it under: whoever labelled it may spell it otherwise."""
    found = next((each.place for each in gazetteer.find(f"the town of {town}") if each.place.area), None)
    return found.name if found else town


def covered(judged: Sequence[Judged]) -> list[Judged]:
    """Only English and Arabic count in the figures."""
    return [each for each in judged if each.wanted.language in COVERED_LANGUAGES]


def by_language(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    """All covered reports first, then each language."""
    read = covered(judged)
    return {"all": read} | measures.groups(read, lambda each: each.wanted.language)


def summary(judged: Sequence[Judged]) -> Figures:
    read = covered(judged)
    seen, unseen = measures.events_seen(read)
    others = [each for each in judged if each.wanted.language not in COVERED_LANGUAGES]
    return Figures(
        model=judged[0].said.model if judged else "",
        reports=len(judged),
        scores={
            language: {name: measures.score(group, name) for name in NAMES}
            for language, group in by_language(judged).items()
        },
        by_event=_flags(read, lambda each: each.wanted.event),
        by_register=_flags(read, lambda each: each.wanted.register, least=_LEAST_REPORTS),
        seen=tuple(seen),
        unseen=tuple(unseen),
        towns=_towns(read),
        calibration=calibration(read),
        uncertain=sum(each.said.state == "uncertain" for each in read),
        other_languages={
            state: len(group) for state, group in measures.groups(others, lambda each: each.said.state).items()
        },
        confusions=confusions(read),
    )


def comparison(judged: Sequence[Judged], other: Sequence[Judged]) -> Comparison:
    """Both must have judged the same reports in the same order."""
    ours, theirs = by_language(judged), by_language(other)
    both = [(one, two) for one, two in zip(ours["all"], theirs["all"], strict=True) if one.truth("flag") is not None]
    return Comparison(
        other=summary(other),
        differences={
            language: {name: measures.difference(group, theirs[language], name) for name in NAMES}
            for language, group in ours.items()
        },
        mended=tuple(_key(one) for one, two in both if _right(one) and not _right(two)),
        broken=tuple(_key(one) for one, two in both if not _right(one) and _right(two)),
    )


def _flags(judged: Sequence[Judged], of: Callable[[Judged], str], least: int = 1) -> dict[str, Score]:
    """Groups of fewer reports than `least` are put together: a score of one report says nothing."""
    found = measures.groups(judged, of)
    kept = {name: group for name, group in found.items() if len(group) >= least}
    rest = [each for group in found.values() if len(group) < least for each in group]
    return {name: measures.score(group, "flag") for name, group in (kept | ({OTHERS: rest} if rest else {})).items()}


def _towns(judged: Sequence[Judged]) -> Towns:
    asked = [(each, measures.first_place(each)) for each in measures.placed(judged)]
    return Towns(
        of=len(asked),
        main=sum(place == each.wanted.towns[0] for each, place in asked),
        any=sum(place in each.wanted.towns for each, place in asked),
        wrong=tuple(
            f"{_key(each)}: {place}, wanted {' or '.join(each.wanted.towns)}"
            for each, place in asked
            if place != each.wanted.towns[0]
        ),
    )


def _right(each: Judged) -> bool:
    return each.truth("flag") == each.answer("flag")


def _key(each: Judged) -> str:
    return each.wanted.report.key
