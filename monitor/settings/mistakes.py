"""All that is wrong with a configuration, collected and told at once. Values that may be secrets are never repeated."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from monitor.errors import ConfigError
from monitor.settings.kinds import Select
from monitor.settings.levels import LevelRow
from monitor.settings.models import Canary, ChannelSettings, Feed, Proxy
from monitor.settings.people import Near, Quiet, Recipient, Rule

Where = tuple[str | int, ...]

_PARTS: dict[str, type[BaseModel]] = {
    "feeds": Feed,
    "channels": ChannelSettings,
    "recipients": Recipient,
    "rules": Rule,
    "levels": LevelRow,
}
_INSIDE: dict[str, type[BaseModel]] = {"quiet": Quiet, "near": Near, "select": Select}  # keys of theirs that hold keys
_HOLDERS: dict[Where, type[BaseModel]] = {("proxy",): Proxy, ("canary",): Canary}
_TOLD = {
    "level",
    "siege",
    "reinforcements",
    "talks",
    "kind",
    "language",
    "languages",
    "types",
    "least_grade",
    "least_level",
    "break_through",
    "quote",
    "form",
    "confidence",
    "zone",
    "time_zone",
    "enabled",
    "local",
    "allow_loopback",
}
_SENTENCES = {
    "string_type": "should be text: put it in quotes",
    "bool_type": "should be true or false",
    "bool_parsing": "should be true or false",
    "tuple_type": "should be a list: each entry on a line that begins with a hyphen, or [one, two]",
    "dict_type": "should hold named entries, such as name: {key: value}",
    "model_type": "should hold keys and values, such as {key: value}",
    "model_attributes_type": "should hold keys and values, such as {key: value}",
    "too_short": "is an empty list: name at least one, or delete the line",
    "string_too_short": "is empty: give it a value",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong, at one line; line 0 is the file as a whole."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {self.text}" if self.line else f"{self.path}: {self.text}"


class Mistakes:
    """The list that every reader and check adds to."""

    def __init__(self) -> None:
        self.found: list[Mistake] = []

    def add(self, path: Path, line: int, text: str) -> None:
        mistake = Mistake(path, line, text)
        if mistake not in self.found:
            self.found.append(mistake)

    def raise_if_any(self) -> None:
        if not self.found:
            return
        ordered = sorted(self.found, key=lambda mistake: (mistake.path, mistake.line))
        if len(ordered) == 1:
            raise ConfigError(str(ordered[0]))
        raise ConfigError(
            "\n".join([f"The configuration has {len(ordered)} mistakes:", *(f"  {mistake}" for mistake in ordered)])
        )


def nearest(word: str, known: Iterable[str], count: int = 1) -> list[str]:
    """The known words that look most like this one."""
    by_fold = {name.casefold(): name for name in known}
    return [by_fold[fold] for fold in difflib.get_close_matches(word.casefold(), list(by_fold), n=count, cutoff=0.6)]


def shown(word: str) -> str:
    """A name as it may be printed: what does not look like a name may be a secret in the wrong place."""
    return word if re.fullmatch(r"[\w .!-]{1,40}", word) else "(something that is no name)"


def _shown_key(word: str) -> str:
    """The same for keys, which are mistyped words: no key has a digit, and most tokens have."""
    return "(something that is no key)" if re.search(r"\d", word) else shown(word)


def suggestion(word: str, known: Collection[str]) -> str:
    """The second half of the sentence on a word that is not known."""
    close = nearest(word, known)
    if close:
        return f"did you mean {close[0]}?"
    return f"known are: {', '.join(known)}" if known else "none is defined yet"


def sentences(error: ValidationError, model: type[BaseModel], values: Mapping[str, Any]) -> list[tuple[Where, str]]:
    """What pydantic found, as (place in the file, sentence)."""
    told = []
    for item in error.errors(include_url=False, include_context=True):
        where = tuple(item["loc"])
        if item["type"] == "too_short" and item["input"]:
            continue  # its items were wrong, and are told one by one
        told.append((where, _owner(where, item["type"], values) + _sentence(item["type"], where, item, model)))
    return told


def _sentence(kind: str, where: Where, item: Mapping[str, Any], model: type[BaseModel]) -> str:
    key = str(where[-1]) if where else "the file"
    if kind == "extra_forbidden":
        return f"unknown key {_shown_key(key)}: {suggestion(key, _keys_at(where[:-1], model))}"
    if kind == "missing":
        return f"{key} is missing: {_needed(where[:-1], model)}"
    label = _label(where)
    if item["input"] is None:
        return f"{label} is empty: give it a value, or delete the line"
    if kind == "literal_error":
        return f"{label} {_literal(where, item)}"
    if kind == "value_error":
        told = str(item["ctx"]["error"])
        return told if isinstance(item["input"], dict) else f"{label} {told}"
    return f"{label} {_SENTENCES.get(kind, 'is not right: ' + str(item['msg']))}"


def _literal(where: Where, item: Mapping[str, Any]) -> str:
    keys = [part for part in where if isinstance(part, str)]
    value = str(item["input"])
    known = item["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
    word = f"is {shown(value)}, which" if keys and keys[-1] in _TOLD else "is something that"
    if keys and keys[-1] == "kind":
        return f"{word} this version does not know: it knows {', '.join(known)}"
    close = nearest(value, known)
    return f"{word} is not one of {', '.join(known)}" + (f": did you mean {close[0]}?" if close else "")


def _label(where: Where) -> str:
    """The key a sentence is about; of a list item, the list and its number."""
    if not where:
        return "the file"
    last = where[-1]
    if len(where) > 3 and where[2] in _INSIDE:
        return ".".join(map(str, where[2:]))
    if where[:1] in _HOLDERS:
        return ".".join(map(str, where))
    if isinstance(last, str):
        return shown(last)
    return f"{where[-2]}, item {last + 1}," if len(where) > 1 else f"item {last + 1}"


def _owner(where: Where, kind: str, values: Mapping[str, Any]) -> str:
    """ "feed syria-tv: ", for the parts that have a name or a number."""
    if len(where) < 2 or where[0] not in _PARTS:
        return ""
    part, which = str(where[0]), where[1]
    if isinstance(which, str):
        return f"{part[:-1]} {shown(which)}: " if len(where) > 2 or kind == "value_error" else ""
    if part == "feeds" and len(where) > 2:
        entry = values["feeds"][which]
        name = entry.get("name") if isinstance(entry, dict) else None
        return f"feed {shown(str(name))}: " if name else f"feed number {which + 1}: "
    return f"{part[:-1]} number {which + 1}: " if len(where) > 2 or kind == "value_error" else ""


def _model_at(where: Where, model: type[BaseModel]) -> type[BaseModel]:
    if len(where) >= 3 and where[2] in _INSIDE:
        return _INSIDE[str(where[2])]
    if len(where) >= 2 and where[0] in _PARTS:
        return _PARTS[str(where[0])]
    return _HOLDERS.get(where, model)


def _keys_at(where: Where, model: type[BaseModel]) -> list[str]:
    return [field.alias or key for key, field in _model_at(where, model).model_fields.items() if key != "broken"]


def _needed(where: Where, model: type[BaseModel]) -> str:
    inside = _model_at(where, model)
    needed = [field.alias or key for key, field in inside.model_fields.items() if field.is_required()]
    owner = "this file" if inside is model else str(where[2]) if len(where) > 2 else f"every {str(where[0])[:-1]}"
    return f"{owner} needs {', '.join(needed)}"
