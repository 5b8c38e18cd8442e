"""docker-compose.yml, Dockerfile and Makefile against the project that they start. Nothing here needs docker."""

import importlib
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from monitor.cli import monitor
from monitor.settings import load

ROOT = Path(__file__).parent.parent
KEYS = {
    "build",
    "image",
    "command",
    "restart",
    "init",
    "healthcheck",
    "stop_grace_period",
    "read_only",
    "cap_drop",
    "security_opt",
    "tmpfs",
    "env_file",
    "volumes",
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(ROOT / "docker-compose.yml")
    return loaded


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_compose_file_holds_one_service_and_only_keys_that_we_know(compose: dict[str, Any]) -> None:
    assert set(compose) == {"services", "volumes"}
    assert set(compose["services"]) == {"monitor"}
    assert set(compose["services"]["monitor"]) <= KEYS


def test_the_compose_file_fits_the_published_schema(compose: dict[str, Any]) -> None:
    schema = os.environ.get("COMPOSE_SCHEMA", "")
    if not schema:
        pytest.skip("COMPOSE_SCHEMA does not name the compose-spec JSON schema: only our own checks were made")
    try:
        jsonschema = importlib.import_module("jsonschema")
    except ImportError:
        pytest.skip("jsonschema is not installed: only our own checks were made")
    jsonschema.validate(compose, json.loads(Path(schema).read_text(encoding="utf-8")))


def test_the_containers_start_verbs_that_exist(compose: dict[str, Any], dockerfile: str) -> None:
    assert compose["services"]["monitor"]["command"][0] in monitor.commands
    started = re.findall(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE)
    assert [json.loads(each)[0] in monitor.commands for each in started] == [True]
    assert 'ENTRYPOINT ["monitor"]' in dockerfile


def test_its_health_is_what_the_monitor_itself_says(compose: dict[str, Any]) -> None:
    how, *command = compose["services"]["monitor"]["healthcheck"]["test"]
    assert (how, command[0]) == ("CMD", "monitor")
    assert command[1] in monitor.commands


def test_every_named_volume_is_declared_and_the_configuration_is_read_only(compose: dict[str, Any]) -> None:
    mounts = [mount.split(":") for mount in compose["services"]["monitor"]["volumes"]]
    named = {mount[0] for mount in mounts if not mount[0].startswith((".", "/"))}
    assert named == set(compose["volumes"])
    assert [mount[2:] for mount in mounts if mount[1] == "/config"] == [["ro"]]


def test_the_shipped_configuration_keeps_its_data_in_the_volume(compose: dict[str, Any], dockerfile: str) -> None:
    assert "MONITOR_CONFIG=/config" in dockerfile
    shipped = load(ROOT / "config", environment={})
    in_container = Path("/config") / shipped.data_dir.relative_to(ROOT).parent / ".." / shipped.data_dir.name
    assert os.path.normpath(in_container) == "/data"
    assert any(mount.endswith(":/data") for mount in compose["services"]["monitor"]["volumes"])


def test_the_image_does_not_run_as_root_and_is_given_no_secret(compose: dict[str, Any], dockerfile: str) -> None:
    assert re.search(r"^USER (?!root)", dockerfile, re.MULTILINE)
    assert "environment" not in compose["services"]["monitor"]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    assert not {"!.env", "!data", "!.git"} & set(ignored)


def test_all_that_the_image_copies_is_there_and_let_through(dockerfile: str) -> None:
    let_through = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for sources in re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists(), source
            assert f"!{source}" in let_through


def test_the_locks_of_run_and_test_agree() -> None:
    def pinned(name: str) -> dict[str, str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE))

    run, test = pinned("requirements.txt"), pinned("requirements-dev.txt")
    assert {name: test.get(name) for name in run} == run


def test_make_says_which_python_it_needs_before_it_touches_anything(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    result = subprocess.run(
        ["make", "run", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=30
    )
    assert result.returncode == 2
    assert "needs Python 3.11 or newer" in result.stderr
    assert not (tmp_path / ".venv").exists()
