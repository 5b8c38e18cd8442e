"""Reads gazetteer.yaml into entries and refuses what cannot be meant, with file and line. Matches nothing itself."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from monitor.errors import ConfigError
from monitor.packaged import packaged
from monitor.records import Place
from monitor.text.normalise import fold_text

AREA = "area"  # the `region` of every entry that counts
SENSES = (
    "place",
    "common",
    "part",
    "region",
    "person",
    "word",
    "rare",
)  # where two lists name a spelling, the last wins

_SECTION = re.compile(r"(\w+):\s*(?:#.*)?$")
_TEXT, _NUMBER, _LIST = (str,), (int, float), (list,)
_NAMED = {"name": _TEXT, "arabic": _TEXT, "other": _LIST}
_PLACE = (
    _NAMED
    | {"slug": _TEXT, "kind": _TEXT, "within": _TEXT, "of": _TEXT, "patterns": _LIST}
    | dict.fromkeys(SENSES, (list, bool))
)
_KEYS: Mapping[str, Mapping[str, tuple[type, ...]]] = {
    "area": _PLACE
    | {
        "district": _TEXT,
        "lat": _NUMBER,
        "lon": _NUMBER,
        "parent": _TEXT,
        "unless": _LIST,
        "canary": (bool,),
    },
    "elsewhere": _PLACE | {"in": _TEXT, "lat": _NUMBER, "lon": _NUMBER},
    "outlets": _NAMED,
    "phrases": {"other": _LIST},
    "hints": {"in": _TEXT, "other": _LIST},
    "cues": {"cue": _TEXT, "words": _LIST},
    "same": {"words": _LIST},
}
_REQUIRED = {
    "area": ("slug", "name", "arabic", "kind", "district", "lat", "lon"),
    "elsewhere": ("slug", "name", "arabic", "in"),
    "outlets": ("name",),
    "phrases": ("other",),
    "hints": ("in", "other"),
    "cues": ("cue", "words"),
    "same": ("words",),
}
_PARENTED = {"quarter"}
_CUES = (
    *("strong", "strong_after", "soft", "soft_after", "into", "weak"),
    *("person_before", "person_after", "given_names", "no_family"),
    *("road_before", "road_after", "road_between", "road_joints"),
)


class Spelling(NamedTuple):
    """One way to write a name, folded. `capital`: written with a capital letter."""

    folded: str
    sense: str  # what it may mean otherwise, one of SENSES; "" when nothing else
    capital: bool
    base: str = ""  # the slug of the place in whose name this one is told: of Daraa in "Daraa province"


@dataclass(frozen=True, slots=True)
class Entry:
    """A place; or, with `place` None, words that only hide a place or (hints) only speak for a region."""

    place: Place | None
    spellings: tuple[Spelling, ...]
    region: str  # AREA, else the governorate or country
    within: str  # of an entry that stands for its region: the country that the region lies in
    unless: frozenset[str]
    parent: str
    section: str
    line: int

    @property
    def canary(self) -> bool:
        """Whether there is no such place, and only the canary's own reports may name it."""
        return self.place is not None and self.place.canary


@dataclass(frozen=True, slots=True)
class Gazette:
    """The file as read: entries, cue words by class, and words that transliterate the same Arabic one."""

    entries: tuple[Entry, ...]
    cues: Mapping[str, tuple[str, ...]]
    same: tuple[tuple[str, ...], ...]


def read(path: Path) -> Gazette:
    """Read and check the file. Raises ConfigError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Cannot read the gazetteer {path}: {error}. Restore the file or reinstall.") from error
    rows = list(_rows(path, lines))
    cues: dict[str, tuple[str, ...]] = {}
    for _, section, row in rows:
        if section == "cues":
            cues[row["cue"]] = (*cues.get(row["cue"], ()), *row["words"])
    same = tuple(tuple(row["words"]) for _, section, row in rows if section == "same")
    places = [(line, section, row) for line, section, row in rows if section not in ("cues", "same")]
    _refuse_unknown_slugs(path, places)
    by_slug = {row["slug"]: row for _, _, row in places if "slug" in row}
    return Gazette(tuple(_entry(line, section, row, by_slug) for line, section, row in places), cues, same)


@cache
def canaries() -> tuple[Entry, ...]:
    """Those of the gazetteer that comes with the program; nothing else of it is read."""
    path = packaged("config/gazetteer.yaml")
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = ((number, json.loads(line.strip()[2:])) for number, line in enumerate(lines, 1) if '"canary": true' in line)
    return tuple(_entry(number, "area", row, {}) for number, row in rows)


def refuse(path: Path, line: int, problem: str) -> ConfigError:
    """The error for a line of the file."""
    return ConfigError(f"{path}:{line}: {problem}")


def _rows(path: Path, lines: list[str]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    section = ""
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if heading := _SECTION.match(line):
            section = heading[1]
            if section not in _KEYS:
                raise refuse(path, number, f"unknown section {section!r}. Sections are {', '.join(_KEYS)}.")
        elif section and stripped.startswith("- "):
            yield number, section, _checked(path, number, section, _parsed(path, number, stripped[2:]))
        else:
            raise refuse(path, number, "expected a section (area:) or an entry in one line (- {slug: ..., name: ...}).")


def _parsed(path: Path, number: int, text: str) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except json.JSONDecodeError:
        try:
            row = YAML(typ="safe", pure=True).load(text)
        except YAMLError as error:
            raise refuse(
                path, number, f"not readable as YAML: {str(error).splitlines()[0]}. One entry is one line."
            ) from error
    if not isinstance(row, dict) or not text.startswith("{"):
        raise refuse(path, number, "an entry is a mapping in one line: - {slug: ..., name: ...}.")
    return row


def _checked(path: Path, number: int, section: str, row: dict[str, Any]) -> dict[str, Any]:
    allowed = _KEYS[section]
    for key, value in row.items():
        if key not in allowed:
            raise refuse(path, number, f"unknown key {key!r} in {section}. Known are {', '.join(allowed)}.")
        if not isinstance(value, allowed[key]) or (
            isinstance(value, list) and not all(isinstance(v, str) for v in value)
        ):
            raise refuse(
                path, number, f"{key} has the wrong type. Put quotation marks round text, brackets round lists."
            )
    if missing := [key for key in _REQUIRED[section] if key not in row]:
        raise refuse(path, number, f"{missing[0]} is missing. Add it to the entry.")
    if section == "cues" and row["cue"] not in _CUES:
        raise refuse(path, number, f"unknown cue {row['cue']!r}. Known are {', '.join(_CUES)}.")
    if row.get("kind") in _PARENTED and "parent" not in row:
        raise refuse(path, number, "a quarter needs the slug of its town. Add parent.")
    if ("of" in row) != ("patterns" in row):
        raise refuse(path, number, "of and patterns go together. Add the other one.")
    return row


def _refuse_unknown_slugs(path: Path, rows: list[tuple[int, str, dict[str, Any]]]) -> None:
    lines: dict[str, int] = {}
    for number, _, row in rows:
        slug = row.get("slug")
        if slug in lines:
            raise refuse(
                path, number, f"slug {slug!r} is already that of line {lines[slug]}. Give one of them another."
            )
        if slug:
            lines[slug] = number
    for number, _, row in rows:
        for key in ("parent", "of"):
            if key in row and row[key] not in lines:
                raise refuse(path, number, f"{key} names {row[key]!r}, which no entry has as its slug.")


def _entry(line: int, section: str, row: Mapping[str, Any], by_slug: Mapping[str, Mapping[str, Any]]) -> Entry:
    written = _spellings(row)
    folded = {fold_text(name): Spelling(fold_text(name), "", not name[:1].islower()) for name in written}
    for sense in SENSES:
        for name in written if row.get(sense) is True else row.get(sense) or ():
            folded[fold_text(name)] = Spelling(fold_text(name), sense, not name[:1].islower())
    patterned = dict.fromkeys(_patterned(row, by_slug))
    base = "" if row.get("kind") == "quarter" else row.get("of", "")  # a quarter's name is more than its town's
    area = section == "area"
    return Entry(
        place=_place(section, row) if section in ("area", "elsewhere") else None,
        spellings=(
            *(spelling for name, spelling in folded.items() if name not in patterned),
            *(Spelling(name, "", True, base) for name in patterned),
        ),
        region=AREA if area else row.get("in", ""),
        within=row.get("within", ""),
        unless=frozenset(row.get("unless", ())),
        parent=row.get("parent", ""),
        section=section,
        line=line,
    )


def _spellings(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[key] for key in ("name", "arabic") if row.get(key)) + tuple(row.get("other", ()))


def _place(section: str, row: Mapping[str, Any]) -> Place:
    return Place(
        slug=row["slug"],
        name=row["name"],
        arabic=row["arabic"],
        lat=row.get("lat"),
        lon=row.get("lon"),
        kind=row.get("kind", "town"),
        district=row.get("district") or row.get("in", ""),
        area=section == "area",
        parent=row.get("parent", ""),
        canary=row.get("canary", False),
    )


def _patterned(row: Mapping[str, Any], by_slug: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if "of" not in row:
        return
    other = by_slug[row["of"]]
    names = [name for name in _spellings(other) if " " not in name]
    folded = {script: {fold_text(name) for name in names if _script(name) == script} for script in map(_script, names)}
    for pattern in row["patterns"]:
        before, _, after = (fold_text(part) for part in pattern.partition("{}"))
        for name in folded.get(_script(before + after), ()):
            yield before + name + after


def _script(text: str) -> str:
    letter = next((letter for letter in text if letter.isalpha()), "a")
    return "arabic" if "\u0600" <= letter <= "\u06ff" else "latin" if letter < "\u0370" else "other"
