"""An assessment as `monitor classify` prints it, and a line of its input as a report. The contract of both is the
README's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from monitor.evidence import facts_of
from monitor.records import LABELS, Assessment, Place, Report

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no report, and why."""

    id: str | None
    error: str


def report_from(line: str, number: int) -> Report | BadLine:
    key: str | None = None
    try:
        row = _object(line)
        key = row["id"] if isinstance(row.get("id"), str) else None
        for name in ("id", "title", "text"):
            if row.get(name) is None:
                raise ValueError(f"{name} is missing")
            if not isinstance(row[name], str):
                raise ValueError(f"{name} is not a string")
        return _report(row, published_at(row.get("published")))
    except ValueError as error:
        return BadLine(key, f"line {number}: {error}")


def _object(line: str) -> Mapping[str, Any]:
    if not line.strip():
        raise ValueError("empty")
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ValueError(f"not JSON ({error})") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    return row


def published_at(value: object) -> datetime | None:
    """Aware UTC; a date without zone is taken as UTC."""
    if value is None or value == "":
        return None
    try:
        found = datetime.fromisoformat(str(value).strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("published is not an ISO 8601 date") from error


def line_of(assessment: Assessment) -> dict[str, Any]:
    return {
        "id": assessment.report_key,
        "state": assessment.state,
        "flagged": assessment.state == "flagged",
        "types": list(assessment.types),
        "easing": list(assessment.easing),
        "probability": assessment.probability,
        "probabilities": {label: assessment.probabilities.get(label, 0.0) for label in LABELS},
        "in_area": assessment.in_area,
        "current": assessment.current,
        "places": [_place(place) for place in assessment.places],
        "language": assessment.language,
        "evidence": [facts_of(sighting) for sighting in assessment.sightings],
        "model": assessment.model,
    }


def bad_line(bad: BadLine) -> dict[str, Any]:
    return {"id": bad.id, "state": "error", "flagged": False, "types": [], "easing": [], "error": bad.error}


def _report(row: Mapping[str, Any], published: datetime | None) -> Report:
    url = row.get("url")
    return Report(
        key=row["id"],
        feed="",
        entry_key="",
        url=url if isinstance(url, str) else "",
        title=row["title"],
        text=row["text"],
        text_from="page" if row["text"] else "title",
        summary="",
        language="und",
        published_at=published,
        seen_at=published or _NEVER,
    )


def _place(place: Place) -> dict[str, Any]:
    return {"name": place.name, "arabic": place.arabic, "lat": place.lat, "lon": place.lon}
