"""The labelled reports that calibrate and measure: read, split by event, and put as Report records."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.errors import ModelError
from monitor.records import LABELS, Report

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LabelledReport:
    """A report with what readers said of it; a label on which they differ is None and left out of its score."""

    report: Report
    language: str
    event: str
    register: str
    towns: tuple[str, ...]
    labels: Mapping[str, bool | None]
    flag: bool | None
    ambiguous: bool


def load_reports(path: Path) -> tuple[LabelledReport, ...]:
    """One a line; its text, or the name of the `file` beside it that holds the text. Raises ModelError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ModelError(f"The labelled reports {path} cannot be read: {error}.") from error
    return tuple(_load(path, number, line) for number, line in enumerate(lines, 1) if line.strip())


def part(reports: Iterable[LabelledReport], split: Path, name: str) -> tuple[LabelledReport, ...]:
    """The reports of the events that the split file lists under `name` (tune or report)."""
    events = set(json.loads(split.read_text(encoding="utf-8"))[name])
    return tuple(each for each in reports if each.event in events)


def report_of(key: str, title: str, text: str, published: str = "", url: str = "") -> Report:
    """A report that came from no feed."""
    return Report(
        key=key,
        feed="",
        entry_key="",
        url=url,
        title=title,
        text=text,
        text_from="page" if text else "title",
        summary="",
        language="und",
        published_at=_day(published),
        seen_at=_NEVER,
    )


def _day(published: str) -> datetime | None:
    if not published:
        return None
    day = datetime.fromisoformat(published)
    return day if day.tzinfo else day.replace(tzinfo=UTC)


def _load(path: Path, number: int, line: str) -> LabelledReport:
    try:
        row: dict[str, Any] = json.loads(line)
        text = (path.parent / row["file"]).read_text(encoding="utf-8") if "file" in row else row["text"]
        return LabelledReport(
            report=report_of(str(row["id"]), row.get("title") or "", text, row.get("published") or ""),
            language=row["language"],
            event=row.get("event") or row["id"],
            register=row.get("register") or row.get("outlet") or "",
            towns=tuple(row.get("towns") or ()),
            labels={label: row.get(label) for label in LABELS},
            flag=row.get("flag"),
            ambiguous=bool(row.get("ambiguous")),
        )
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise ModelError(
            f"{path}:{number} is not a labelled report: {error}. See models/evaluation/README.md."
        ) from error
