"""Adds feeds to feeds.yaml without touching anything else in it: comments, order and style stay the user's own.

The new lines are put behind the last feed as text. ruamel's round trip would keep the comments too, but joins every
entry that is written over several lines; it is used only where the list is not written with hyphens.
"""

import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, SequenceNode
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from monitor.errors import ConfigError
from monitor.settings.document import compose, document_of
from monitor.settings.mistakes import Mistakes, sentences
from monitor.settings.models import Feed, FeedsFile
from monitor.settings.references import check_feeds

_ALWAYS = ("name", "kind", "url", "outlet", "enabled")


def new_feed(path: Path, values: dict[str, Any]) -> Feed:
    """A feed from values that a user gave; raises ConfigError with what is wrong with them."""
    try:
        return Feed.model_validate(values)
    except ValidationError as error:
        told = [text for _, text in sentences(error, Feed, {})]
        raise ConfigError(f"Nothing was added to {path}: {'; '.join(told)}") from None


def add_feeds(path: Path, added: Sequence[Feed]) -> None:
    """Writes the feeds to the end of the list; the file is replaced in one step, and only by one that is right."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        new = with_feeds(text, added)
        _check(path, new, len(added))
        _replace(path, new)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror}): nothing was added") from None


def with_feeds(text: str, added: Sequence[Feed]) -> str:
    """The text of the file with the feeds added."""
    listed = _listed(text)
    if not isinstance(listed, SequenceNode) or listed.flow_style or not listed.value:
        return _round_trip(text, added)
    end = _end(text, listed.value[-1])
    newline = "\r\n" if "\r\n" in text else "\n"
    indent = " " * listed.start_mark.column
    lines = "".join(f"{indent}- {_line(feed)}{newline}" for feed in added)
    before = text[:end] if text[:end].endswith("\n") else text[:end] + newline
    return before + lines + text[end:]


def _listed(text: str) -> Node | None:
    root = compose(text)
    for key, value in root.value if isinstance(root, MappingNode) else []:
        if key.value == "feeds":
            return value  # type: ignore[no-any-return]
    return None


def _end(text: str, node: Node) -> int:
    """Where the line after this entry begins. For the parser, an entry without brackets ends behind later comments."""
    while isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, MappingNode) else last
    index: int = node.end_mark.index
    if text[index - 1] == "\n":
        return index
    found = text.find("\n", index)
    return found + 1 if found >= 0 else len(text)


def _values(feed: Feed) -> CommentedMap:
    values = CommentedMap()
    for name, field in Feed.model_fields.items():
        value = getattr(feed, name)
        if name in _ALWAYS or value != field.default:
            values[name] = DoubleQuotedScalarString(value) if name in {"url", "note"} else value
    values.fa.set_flow_style()
    return values


def _line(feed: Feed) -> str:
    return _dumped([_values(feed)]).removeprefix("- ").strip()


def _round_trip(text: str, added: Sequence[Feed]) -> str:
    root = YAML().load(text)
    listed = root.get("feeds") or []
    if not listed:
        root["feeds"] = listed
    listed.extend(_values(feed) for feed in added)
    return _dumped(root)


def _dumped(values: object) -> str:
    yaml = YAML()
    yaml.width = 100_000
    yaml.allow_unicode = True
    out = io.StringIO()
    yaml.dump(values, out)
    return out.getvalue()


def _check(path: Path, text: str, added: int) -> None:
    """The new text must read as a right file, with the feeds it had and those that were added."""
    mistakes = Mistakes()
    document = document_of(path, text, mistakes)
    check_feeds(document, mistakes)
    mistakes.raise_if_any()
    before = document_of(path, path.read_bytes().decode("utf-8-sig"), mistakes)
    had = len((before.values or {}).get("feeds") or [])
    if len(FeedsFile.model_validate(document.values).feeds) != had + added:
        raise ConfigError(
            f"{path} is written in a way that cannot be added to: write each feed on a line with a hyphen"
        )


def _replace(path: Path, text: str) -> None:
    path = path.resolve()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
