"""`monitor classify`: the contract of its lines, its exit codes, and that it never waits for more than is there."""

import gc
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from monitor.cli.classifying import reader

_LABELS = ["siege", "reinforcements", "failed_talks", "agreement", "withdrawal"]
_FIELDS = {
    "id",
    "state",
    "flagged",
    "types",
    "easing",
    "probability",
    "probabilities",
    "in_area",
    "current",
    "places",
    "language",
    "evidence",
    "model",
}
_EVIDENCE = {
    "type",
    "counts",
    "state",
    "sentence",
    "field",
    "start",
    "end",
    "probability",
    "place",
    "found",
    "words",
    "why",
}
_SIEGE = {
    "id": "a",
    "title": "Army seals off Jasim",
    "text": "Government forces besieged Jasim on Tuesday and closed all its entrances. Nobody may enter or leave.",
    "published": "2021-10-05",
}


def _run(text: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "monitor", "classify", "-", *options]
    return subprocess.run(
        command, input=text, capture_output=True, text=True, cwd=folder, check=False, env=_environment()
    )


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONUTF8": "1"}


def _lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    inputs = [
        json.dumps(_SIEGE),
        '{"id": "b", "title": "", "text": "وصلت تعزيزات عسكرية إلى محيط مدينة طفس مساء اليوم.", "more": [1]}',
        "not json",
        '{"id": "c", "title": "x"}',
        '{"id": 7, "title": "", "text": "x"}',
        "[]",
        '{"id": "d", "title": "", "text": "x", "published": "yesterday"}',
        '{"id": "e", "title": "", "text": ""}',
        "",
        '{"id": "f", "title": "Besieged Gaza", "text": "Israeli forces besieged Gaza City and closed its roads."}',
    ]
    return _run("\n".join(inputs) + "\n", tmp_path_factory.mktemp("anywhere"))


def test_every_line_is_answered_once_and_in_order(answered: subprocess.CompletedProcess[str]) -> None:
    ids = [line["id"] for line in _lines(answered.stdout)]
    assert ids == ["a", "b", None, "c", None, None, "d", "e", None, "f"]


def test_the_fields_are_those_of_the_contract(answered: subprocess.CompletedProcess[str]) -> None:
    for line in _lines(answered.stdout):
        if line["state"] == "error":
            assert set(line) == {"id", "state", "flagged", "types", "easing", "error"}
            continue
        assert set(line) == _FIELDS
        assert list(line["probabilities"]) == _LABELS
        assert line["flagged"] == (line["state"] == "flagged") == bool(line["types"])
        assert all(set(evidence) == _EVIDENCE for evidence in line["evidence"])


def test_a_siege_in_the_area_is_flagged_with_its_place_and_verbatim_evidence(
    answered: subprocess.CompletedProcess[str],
) -> None:
    line = _lines(answered.stdout)[0]
    assert (line["state"], line["types"], line["places"][0]["name"]) == ("flagged", ["siege"], "Jasim")
    for evidence in line["evidence"]:
        source = _SIEGE[evidence["field"]]
        assert source[evidence["start"] : evidence["end"]] == evidence["sentence"]
        assert len(evidence["words"]) <= 8


def test_what_happens_elsewhere_is_not_flagged_though_the_model_sees_it(
    answered: subprocess.CompletedProcess[str],
) -> None:
    line = _lines(answered.stdout)[-1]
    assert line["state"] == "clear"
    assert line["probabilities"]["siege"] > 0.5
    assert not line["in_area"]
    assert any(evidence["state"] == "elsewhere" and not evidence["counts"] for evidence in line["evidence"])


def test_a_line_that_is_no_report_says_what_is_wrong_and_the_run_goes_on(
    answered: subprocess.CompletedProcess[str],
) -> None:
    errors = [line["error"] for line in _lines(answered.stdout) if line["state"] == "error"]
    assert errors[1] == "line 4: text is missing"
    assert answered.returncode == 3


def test_explain_is_for_people(tmp_path: Path) -> None:
    done = _run(json.dumps(_SIEGE), tmp_path, "--explain")
    assert done.returncode == 0
    assert "a: flagged" in done.stdout
    assert "A siege at Jasim (named in the headline)" in done.stdout or "named in the sentence" in done.stdout


def test_a_model_folder_that_is_none_is_refused_with_the_command_to_run(tmp_path: Path) -> None:
    done = _run(json.dumps(_SIEGE), tmp_path, "--model", str(tmp_path))
    assert done.returncode == 1
    assert "monitor train" in done.stderr


def test_an_answer_comes_before_more_input_does(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "monitor", "classify"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path, env=_environment()
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for _ in range(3):
            running.stdin.write((json.dumps(_SIEGE) + "\n").encode())
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == "a"
        running.stdin.close()
        assert running.wait(timeout=20) == 0


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_read_from_its_first_byte_to_its_last(tmp_path: Path, *, packed: bool) -> None:
    lines, path = b"first\n" + b"x" * 300_000 + b"\nlast\n", tmp_path / "reports.jsonl"
    path.write_bytes(gzip.compress(lines) if packed else lines)
    read = reader(open(path, "rb"))  # noqa: SIM115  whoever reads has nothing else to keep it open by
    gc.collect()
    assert b"".join(iter(lambda: read(65_536), b"")) == lines


def test_a_file_as_standard_input_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "reports.jsonl"
    path.write_text(json.dumps(_SIEGE) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "monitor", "classify"]
    with path.open("rb") as given:
        by_input = subprocess.check_output([*command, "-"], stdin=given, cwd=tmp_path, env=_environment())
    assert json.loads(by_input)["id"] == "a"
