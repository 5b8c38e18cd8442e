"""The house rules that a machine can hold: sizes, names, directions, and what the project never mentions."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "monitor").rglob("*.py"))
SHIPPED = ("monitor", "models", "config", "tests", "benchmarks", "docs", ".ci")
NO_HOMES = {"utils", "util", "helpers", "helper", "common", "managers", "manager", "base", "types", "misc"}
CATCHES_ALL = {
    "pipeline/canary.py:_ran",
    "watchdog.py:_looked_safely",
    "pipeline/poll.py:_tried_to_read",
    "pipeline/pages.py:_read",
    "pipeline/poll.py:_assessments",
    "pipeline/poll.py:_recorded",
    "pipeline/deliver.py:_deliver",
    "schedule.py:_guarded",
}
SLOW = (
    "sklearn",
    "matplotlib",
    "scipy",
    "numpy",
    "sqlalchemy",
    "alembic",
    "aiohttp",
    "apprise",
    "feedparser",
    "trafilatura",
    "apscheduler",
)
# built from parts, or this file would break its own rule
NEVER = re.compile(
    "|".join(
        (
            re.escape("../" + "shared"),
            r"(?:^|[\s\"'`=(:])/(?:work|root|Users|mnt|home/(?!monitor\b))\b",
            "serve_" + "news",
            "feed" + "farm",
        )
    ),
    re.MULTILINE,
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, Function))


def project_files() -> Iterator[Path]:
    """Every file that is or will be tracked; nothing that tools leave behind."""
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for folder in SHIPPED:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_no_function_is_longer_than_forty_lines() -> None:
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > 40
    ]
    assert long == []


def test_nothing_lives_in_a_drawer_for_odds_and_ends() -> None:
    assert [name_of(path) for path in MODULES if NO_HOMES & set(path.relative_to(ROOT).with_suffix("").parts)] == []


def test_every_module_opens_with_what_it_is_for() -> None:
    assert [name_of(path) for path in MODULES if not ast.get_docstring(tree_of(path))] == []


def test_only_the_verbs_import_inside_functions() -> None:
    found = [
        f"{name_of(path)}:{inner.lineno}"
        for path in MODULES
        if "cli" not in path.parts
        for node in functions(path)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_everything_is_caught_only_around_what_must_not_take_the_rest_with_it() -> None:
    """One feed, one page, one report (read, then recorded), one message, one turn of the driver: six, each by name."""
    found = {
        f"{path.relative_to(ROOT / 'monitor')}:{node.name}"
        for path in MODULES
        for line in _catches_all(path)
        for node in functions(path)
        if node.lineno <= line <= (node.end_lineno or 0)
    }
    assert found == CATCHES_ALL


def _catches_all(path: Path) -> Iterator[int]:
    """Lines of `except Exception` and wider; one that only tidies up and raises again is none."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            wide = any(
                each is None or (isinstance(each, ast.Name) and each.id in {"Exception", "BaseException"})
                for each in caught
            )
            last = node.body[-1]
            if wide and not (isinstance(last, ast.Raise) and last.exc is None):
                yield node.lineno


def test_imports_point_one_way() -> None:
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_project_mentions_no_path_of_a_machine_and_no_tool_of_ours() -> None:
    found = []
    for path in project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(path)}: {match.group().strip()}" for match in NEVER.finditer(text)]
    assert found == []


def test_what_is_left_to_do_has_an_issue() -> None:
    unnumbered = re.compile(r"#.*\b(?:TO" + r"DO|FIX" + r"ME)\b(?!\s*\(?#\d+)")
    python = [path for path in project_files() if path.suffix == ".py"]
    assert [name_of(path) for path in python if unnumbered.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_locked_requirements_are_hashed_and_name_no_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"https?://|^\s*--?(?:index-url|extra-index-url|find-links|trusted-host|i|f)\b", text, re.MULTILINE
    )
    requirements = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    assert [line.split()[0] for line in requirements if line.strip() and "--hash=sha256:" not in line] == []


@pytest.mark.parametrize(
    "arguments", [["--help"], ["run", "--help"], ["classify", "--help"], ["demo", "--help"]], ids=" ".join
)
def test_help_is_shown_without_importing_what_is_slow(arguments: list[str]) -> None:
    program = (
        "import json, sys\n"
        "from monitor.cli import monitor\n"
        "monitor.main(sys.argv[1:], standalone_mode=False)\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "Usage:" in result.stdout
    assert set(SLOW) & set(json.loads(result.stderr.splitlines()[-1])) == set()
