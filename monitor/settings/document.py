"""One YAML file -> plain values, and the line of each. It knows YAML and nothing of what the keys mean.

The nodes are turned into values here, not by ruamel's constructor: only so does every value keep its line, and a key
written twice, a tag or a loop of anchors becomes a sentence of ours. Parser messages are shown without what they quote:
it may be a secret.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from monitor.settings.mistakes import Mistakes, Where, shown

_FROM_INIT = "`monitor init DIR` writes a complete set to another folder; copy it from there"
_SPACES = "use spaces: YAML takes no tabs at the beginning of a line"


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read. `values` is None when it could not be read, which was then added to the mistakes."""

    path: Path
    values: dict[str, Any] | None = None
    lines: Mapping[Where, int] = field(default_factory=dict)

    def line(self, where: Where) -> int:
        """The line of that value, else of the nearest thing around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


def read_document(path: Path, mistakes: Mistakes) -> Document:
    """The file's values with their lines; whatever is wrong goes to `mistakes`."""
    text = _text(path, mistakes)
    return Document(path) if text is None else document_of(path, text, mistakes)


def document_of(path: Path, text: str, mistakes: Mistakes) -> Document:
    """The same of a text that is, or is to become, that file."""
    node = _compose(path, text, mistakes)
    if node is None:
        return Document(path)
    if not isinstance(node, MappingNode):
        what = "a list" if isinstance(node, SequenceNode) else "a single word"
        text = f"the file holds {what} where keys are needed, as in the one that `monitor init DIR` writes"
        mistakes.add(path, node.start_mark.line + 1, text)
        return Document(path)
    builder = _Builder(path, mistakes)
    values = builder.value(node, (), ())
    return Document(path, values, builder.lines)


def compose(text: str) -> Node | None:
    """The YAML node tree of a text; raises YAMLError."""
    node: Node | None = YAML(typ="safe", pure=True).compose(text)
    return node


def _text(path: Path, mistakes: Mistakes) -> str | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        mistakes.add(
            path,
            0,
            f"the file is missing: {_FROM_INIT}",
        )
        return None
    except OSError as error:
        mistakes.add(path, 0, f"the file cannot be read ({error.strerror}): check what it is and who may read it")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        mistakes.add(
            path, raw[: error.start].count(b"\n") + 1, "this line is not UTF-8 text: save the file again as UTF-8"
        )
        return None


def _compose(path: Path, text: str, mistakes: Mistakes) -> Node | None:
    try:
        node = compose(text)
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        mistakes.add(path, line, "this line holds a control character: delete it, or type the line again")
        return None
    except YAMLError as error:
        line = _line_of(error)
        mistakes.add(path, line, _syntax(error, text.splitlines()[line - 1 : line]))
        return None
    if node is None:
        mistakes.add(path, 0, f"the file is empty: {_FROM_INIT}")
    return node


def _line_of(error: YAMLError) -> int:
    mark = (error.problem_mark or error.context_mark) if isinstance(error, MarkedYAMLError) else None
    return mark.line + 1 if mark else 1


def _syntax(error: YAMLError, line: list[str]) -> str:
    if line and re.match(r" *\t", line[0]):
        return f"this line begins with a tab: {_SPACES}"
    problem = str(getattr(error, "problem", None) or "it cannot be read")
    if "\\t" in problem:
        return f"a tab stands where it may not: {_SPACES}"
    if problem.startswith("expected ',' or"):
        return "a quote, a comma or a closing bracket is missing in this line or above it"
    if "another document" in problem:
        return "a line --- begins a second document: delete it, one file is one document"
    problem = re.sub(r"'[^']{3,}'|\"[^\"]{3,}\"", "...", problem.splitlines()[0])
    where = "look at the quotes, colons, brackets and indentation of this line and those above it"
    return f"this is not valid YAML ({problem}): {where}"


class _Builder:
    """Turns nodes into values, remembering lines."""

    def __init__(self, path: Path, mistakes: Mistakes) -> None:
        self.path, self.mistakes = path, mistakes
        self.lines: dict[Where, int] = {}

    def value(self, node: Node, where: Where, above: tuple[int, ...]) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(where, line)
        if id(node) in above:
            self.mistakes.add(self.path, line, "an anchor (&) holds itself through an alias (*): write the values out")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, where, (*above, id(node)))
        if isinstance(node, SequenceNode):
            return [self.value(item, (*where, number), (*above, id(node))) for number, item in enumerate(node.value)]
        return self._scalar(node, line)

    def _mapping(self, node: MappingNode, where: Where, above: tuple[int, ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self.mistakes.add(
                    self.path, line, "a key is a list or a set of keys: put quotes around what begins with { or ["
                )
                continue
            key = str(key_node.value)
            if key in values:
                first = self.lines[(*where, key)]
                self.mistakes.add(
                    self.path, line, f"{shown(key)} is written twice (first in line {first}): keep one of them"
                )
                continue
            self.lines[(*where, key)] = line
            values[key] = self.value(value_node, (*where, key), above)
        return values

    def _scalar(self, node: Node, line: int) -> object:
        kind, text = str(node.tag).removeprefix("tag:yaml.org,2002:"), str(node.value)
        if kind in {"str", "timestamp"}:
            return text
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind in {"int", "float"}:
            return _number(text)
        self.mistakes.add(
            self.path, line, "a word begins with ! (a YAML tag), which means nothing here: put the value in quotes"
        )
        return text


def _number(text: str) -> int | float | str:
    """The number; text that only looks like one (1_000, .inf) stays text and is judged by its key."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text
