"""Each reason that the ledger can come to is written in the code that gives it: the pages have words for them all."""

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType

from monitor import same_story
from monitor.pipeline import belonging, decide, repeating
from monitor.situations import deciding, differing, joining
from monitor.web import decisions

# Where reasons are made, and what stands before them in the ledger.
MAKERS: tuple[tuple[ModuleType, str, str], ...] = (
    *((deciding, name, "") for name in ("_escalation", "_known", "_sign", "_too_old")),
    (joining, "at_the_place", ""),
    (differing, "disagreement", "not jasim-1: "),
    *((belonging, name, "") for name in ("_of_edit", "_of_past", "_lasting", "_finer")),
    (repeating, "repeated", ""),
    (decide, "_write", ""),
    (same_story, "_source", ""),
    (same_story, "_copied", ""),
)
# What a part of an expression in braces stands for; the first that fits.
SAMPLES = (
    ("state", "standing"),
    ("track", "siege"),
    ("ended[0]", "siege"),
    ("against", "it speaks of another day"),
    ("level", "critical"),
    ("days", "3"),
    ("min(", "3"),
    ("ratio", "92"),
    ("how", "the very same text"),
)


def sample(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    source = ast.unparse(value)
    return next((example for part, example in SAMPLES if part in source), "jasim-1")


def sentences(node: ast.AST, *, returned: bool = False) -> Iterator[str]:
    """Those with something filled in, and plain ones that are returned."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(sample(each.value if isinstance(each, ast.FormattedValue) else each) for each in node.values)
    elif isinstance(node, ast.Constant):
        if returned and isinstance(node.value, str) and " " in node.value:
            yield node.value
    else:
        for child in ast.iter_child_nodes(node):
            yield from sentences(child, returned=returned or isinstance(node, ast.Return))


def reasons() -> list[str]:
    return [
        f"{before}{each}"
        for module, name, before in MAKERS
        for each in sentences(ast.parse(inspect.getsource(getattr(module, name))))
    ]


def test_the_pages_have_words_for_every_reason_that_the_code_can_give() -> None:
    made = reasons()
    assert len(made) > 25
    assert [each for each in made if 'lang="en"' in decisions.said(each, "ar", {})] == []
