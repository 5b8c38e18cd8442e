"""The README's table of verbs names what the command line has, and nothing else."""

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from monitor.cli import monitor

ROOT = Path(__file__).parent.parent


def table() -> dict[str, set[str]]:
    """Verb -> the words behind it in the table, of which some are verbs of its own."""
    rows = re.findall(r"^\| (`.*?`) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    spans = [span for row in rows for span in re.findall(r"`([^`]+)`", row)]
    found: dict[str, set[str]] = {}
    for verb, *more in (re.findall(r"[\w-]+", span) for span in spans):
        found.setdefault(verb, set()).update(more)
    return found


def verbs() -> dict[str, set[str]]:
    commands = monitor.commands.items()
    return {name: set(each.commands) if isinstance(each, click.Group) else set() for name, each in commands}


def test_the_readme_names_every_verb_and_no_other() -> None:
    assert table().keys() == verbs().keys()


@pytest.mark.parametrize("verb", sorted(name for name, own in verbs().items() if own))
def test_the_readme_names_what_each_verb_can_do(verb: str) -> None:
    assert verbs()[verb] <= table()[verb]


def test_the_readme_s_links_lead_to_files_that_are_there() -> None:
    for name in ("README.md", "docs/operating.md"):
        links = re.findall(r"\]\((?!http)([^)#]+)\)", (ROOT / name).read_text(encoding="utf-8"))
        assert all(((ROOT / name).parent / link).exists() for link in links), name


@pytest.mark.parametrize("words", [[], *([name] for name, own in verbs().items() if own)], ids=" ".join)
def test_the_help_cuts_no_sentence_short(words: list[str]) -> None:
    shown = CliRunner().invoke(monitor, [*words, "--help"], terminal_width=80).output
    assert "Commands:" in shown
    assert "..." not in shown.partition("Commands:")[2]


def test_a_slip_of_the_finger_is_answered_with_the_verb_that_was_meant() -> None:
    assert "Did you mean situations?" in CliRunner().invoke(monitor, ["situation"]).output
    assert "Did you mean list?" in CliRunner().invoke(monitor, ["accounts", "lst"]).output
