"""The written story and the everyday news around it as records. The words live in story.yaml and everyday.yaml."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from monitor.records import EventType

ZONE = ZoneInfo("Asia/Damascus")
_FOLDER = Path(__file__).parent
_MINUTES_APART = 7  # between the items of one step, so that no two bear the same time
_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ar": ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
}


@dataclass(frozen=True, slots=True)
class Outlet:
    name: str
    outlet: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class Step:
    """One visit of the monitor to the feeds."""

    name: str
    at: datetime
    tells: str
    rings: tuple[EventType, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One article. `step` is the index of the step with which it appears; `told`: it belongs to the story."""

    number: int
    step: int
    outlet: Outlet
    title: str
    paragraphs: tuple[str, ...]
    published_at: datetime
    told: bool


@dataclass(frozen=True, slots=True)
class Story:
    town: str
    notice: Mapping[str, str]
    outlets: tuple[Outlet, ...]
    steps: tuple[Step, ...]
    items: tuple[Item, ...]


def read_story(last_day: date) -> Story:
    """The story with its days set so that the last one is `last_day`."""
    told = _yaml("story.yaml")
    outlets = {row["name"]: Outlet(**row) for row in told["outlets"]}
    first_day = last_day - timedelta(days=max(step["day"] for step in told["steps"]) - 1)
    steps = tuple(_step(row, first_day) for row in told["steps"])
    return Story(told["town"], told["notice"], tuple(outlets.values()), steps, _items(told["steps"], outlets, steps))


def _yaml(name: str) -> Any:
    return YAML(typ="safe", pure=True).load((_FOLDER / name).read_text(encoding="utf-8"))


def _step(row: Mapping[str, Any], first_day: date) -> Step:
    day = first_day + timedelta(days=row["day"] - 1)
    at = datetime.combine(day, time.fromisoformat(row["time"]), tzinfo=ZONE)
    return Step(row["name"], at, row["tells"], tuple(row["rings"]))


def _items(
    rows: Iterable[Mapping[str, Any]], outlets: Mapping[str, Outlet], steps: tuple[Step, ...]
) -> tuple[Item, ...]:
    """Everyday news first, then the story's own reports, so that the newest item of a step is one of the story."""
    everyday: list[Mapping[str, Any]] = _yaml("everyday.yaml")
    items: list[Item] = []
    for index, (step, row) in enumerate(zip(steps, rows, strict=True)):
        around = [entry for entry in everyday if entry["step"] == step.name]
        appearing = [(entry, False) for entry in around] + [(report, True) for report in row["reports"]]
        for back, (entry, told) in enumerate(reversed(appearing), start=1):
            published_at = step.at - timedelta(minutes=_MINUTES_APART * back)
            items.append(_item(len(items) + 1, index, entry, outlets[entry["outlet"]], published_at, told))
    return tuple(items)


def _item(number: int, step: int, row: Mapping[str, Any], outlet: Outlet, published_at: datetime, told: bool) -> Item:
    days = _WEEKDAYS[outlet.language]
    today = published_at.weekday()
    text = row["text"].replace("{today}", days[today]).replace("{yesterday}", days[today - 1])
    return Item(number, step, outlet, row["title"], tuple(text.splitlines()), published_at, told)
