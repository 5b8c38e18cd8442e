"""`monitor evaluate`: a model asked about labelled reports, and the figures as plain data."""

from collections.abc import Callable, Sequence
from typing import Any

from monitor.classifier import Classifier
from monitor.classifier.reading import COVERED_LANGUAGES
from monitor.training import measures
from monitor.training.measures import Judged
from monitor.training.reports import LabelledReport

_LEAST_ITEMS = 5


def judge(classifier: Classifier, reports: Sequence[LabelledReport]) -> list[Judged]:
    said = classifier.assess([each.report for each in reports])
    return [Judged(wanted, answer) for wanted, answer in zip(reports, said, strict=True)]


def summary(judged: Sequence[Judged]) -> dict[str, Any]:
    """Only English and Arabic count in the figures; other languages are listed as not covered."""
    covered = [each for each in judged if each.wanted.language in COVERED_LANGUAGES]
    by_language = measures.groups(covered, lambda each: each.wanted.language)
    tables = {"all": _table(covered)} | {language: _table(group) for language, group in by_language.items()}
    tables |= {
        "flag by event": _flags(covered, lambda each: each.wanted.event),
        "flag by register": _flags(covered, lambda each: each.wanted.register),
    }
    seen, unseen = measures.events_seen(covered)
    right, asked = measures.towns_right(covered)
    error, perfect = measures.calibration_error(covered)
    return {
        "tables": tables,
        "events": {"seen": len(seen), "unseen": unseen},
        "towns": {"right": right, "of": asked, "wrong": _wrong_towns(covered)},
        "calibration": {"error": round(error, 4), "perfect": round(perfect, 4), "above": round(error - perfect, 4)},
        "not covered": sum(each.said.state == "not_covered" for each in judged),
        "uncertain": sum(each.said.state == "uncertain" for each in judged),
        "confusions": [_confusion(each) for each in covered if _wrong(each)],
    }


def _table(judged: Sequence[Judged]) -> dict[str, Any]:
    return {name: _row(judged, name) for name in measures.NAMES}


def _flags(judged: Sequence[Judged], of: Callable[[Judged], str]) -> dict[str, Any]:
    found = measures.groups(judged, of)
    return {name: _row(group, "flag") for name, group in found.items() if len(group) >= _LEAST_ITEMS}


def _row(judged: Sequence[Judged], name: str) -> dict[str, Any]:
    scored = measures.score(judged, name)
    return {
        "precision": round(scored.precision, 4),
        "recall": round(scored.recall, 4),
        "f1": round(scored.f1, 4),
        "low": round(scored.low, 4),
        "high": round(scored.high, 4),
        "event_weighted_f1": round(measures.event_weighted_f1(judged, name), 4),
        "items": scored.items,
    }


def _wrong(each: Judged) -> bool:
    truth = each.truth("flag")
    return truth is not None and truth != each.answer("flag")


def _confusion(each: Judged) -> dict[str, Any]:
    evidence = "; ".join(
        f"{sighting.type} {sighting.probability:.2f}: {sighting.sentence[:120]}" for sighting in each.said.sightings[:2]
    )
    return {
        "id": each.wanted.report.key,
        "what": "missed" if each.truth("flag") else "false alarm",
        "probability": each.said.probability,
        "title": each.wanted.report.title,
        "evidence": evidence or "no sentence speaks of it",
    }


def _wrong_towns(judged: Sequence[Judged]) -> list[str]:
    return [
        f"{each.wanted.report.key}: {[place.name for place in each.said.places[:1]]}, wanted {each.wanted.towns[0]}"
        for each in judged
        if each.truth("flag")
        and each.answer("flag")
        and each.wanted.towns
        and (not each.said.places or each.said.places[0].name not in each.wanted.towns)
    ]
