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
LIMITS = {"mem_limit", "pids_limit", "cpus"}
SCALED = KEYS | LIMITS | {"profiles", "networks", "depends_on"}
OURS, MANY = ("monitor", "worker", "web"), ("postgres", "web", "worker")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(ROOT / "docker-compose.yml")
    return loaded


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_compose_file_holds_only_keys_that_we_know(compose: dict[str, Any]) -> None:
    assert set(compose) == {"x-monitor", "x-scaled", "services", "networks", "volumes"}
    services = compose["services"]
    assert set(services) == {"monitor", *MANY}
    assert set(services["monitor"]) == KEYS
    assert set(services["worker"]) == SCALED
    assert set(services["web"]) == SCALED | {"ports"}
    assert set(services["postgres"]) <= SCALED | {"user", "stop_signal", "shm_size", "environment"}


def test_without_the_profile_one_service_starts_as_ever(compose: dict[str, Any]) -> None:
    started = [name for name, each in compose["services"].items() if "profiles" not in each]
    assert started == ["monitor"]
    assert all(compose["services"][name]["profiles"] == ["scale"] for name in MANY)


@pytest.mark.parametrize("name", MANY)
def test_what_is_scaled_is_hardened_limited_watched_and_started_in_order(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.keys() >= LIMITS
    assert service["healthcheck"]["test"][0] == "CMD"
    assert {"postgres.env"} <= {each["path"] for each in service["env_file"]}
    if name in OURS:
        assert service["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    else:
        assert service["user"].split(":")[0] != "0"
        assert re.fullmatch(r"postgres:\d+\.\d+-\w+", service["image"])


def test_only_the_pages_can_be_reached_from_outside_and_only_from_this_machine(compose: dict[str, Any]) -> None:
    services, networks = compose["services"], compose["networks"]
    assert {name: each["ports"] for name, each in services.items() if "ports" in each} == {
        "web": ["127.0.0.1:8000:8000"]
    }
    assert not any(set(each) & {"network_mode", "expose"} for each in services.values())
    assert networks["inside"] == {"internal": True}
    assert {name: set(services[name]["networks"]) for name in MANY} == {
        "postgres": {"inside"},
        "worker": {"inside", "out"},
        "web": {"inside", "pages"},
    }
    assert set(networks) == {"inside", "out", "pages"}


def test_no_password_stands_in_the_file_and_the_one_that_is_made_is_not_tracked(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert not re.search(r"PASSWORD: |PASSWORD=[^\"$]", text)
    assert "postgres.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    address = re.search(r'database: "(.+)"', text)
    assert address
    user = compose["services"]["postgres"]["environment"]["POSTGRES_USER"]
    assert address[1] == f"postgresql://{user}:${{POSTGRES_PASSWORD}}@postgres/monitor"


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
    for name in OURS:
        verb, *words = compose["services"][name]["command"]
        with pytest.raises(SystemExit, match="0"):
            monitor.main([verb, *words, "--help"])
    started = re.findall(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE)
    assert [json.loads(each)[0] in monitor.commands for each in started] == [True]
    assert 'ENTRYPOINT ["monitor"]' in dockerfile


@pytest.mark.parametrize("name", ["monitor", "worker"])
def test_its_health_is_what_the_monitor_itself_says(compose: dict[str, Any], name: str) -> None:
    how, *command = compose["services"][name]["healthcheck"]["test"]
    assert (how, command[0]) == ("CMD", "monitor")
    assert command[1] in monitor.commands


@pytest.mark.parametrize("name", OURS)
def test_every_named_volume_is_declared_and_the_configuration_is_read_only(compose: dict[str, Any], name: str) -> None:
    mounts = [mount.split(":") for mount in compose["services"][name]["volumes"]]
    named = {mount[0] for mount in mounts if not mount[0].startswith((".", "/"))}
    assert named == {"data"}
    assert set(compose["volumes"]) == {"data", "postgres"}
    assert [mount[2:] for mount in mounts if mount[1] == "/config"] == [["ro"]]


def test_the_shipped_configuration_keeps_its_data_in_the_volume(compose: dict[str, Any], dockerfile: str) -> None:
    assert "MONITOR_CONFIG=/config" in dockerfile
    shipped = load(ROOT / "config", environment={})
    in_container = Path("/config") / shipped.data_dir.relative_to(ROOT).parent / ".." / shipped.data_dir.name
    assert os.path.normpath(in_container) == "/data"
    assert any(mount.endswith(":/data") for mount in compose["services"]["monitor"]["volumes"])


def test_the_image_does_not_run_as_root_and_is_given_no_secret(compose: dict[str, Any], dockerfile: str) -> None:
    assert re.search(r"^USER (?!root)", dockerfile, re.MULTILINE)
    assert not any("environment" in compose["services"][name] for name in OURS)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    assert not {"!.env", "!data", "!.git"} & set(ignored)


def test_all_that_the_image_copies_is_there_and_let_through(dockerfile: str) -> None:
    let_through = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for sources in re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists(), source
            assert f"!{source}" in let_through


def test_the_image_can_speak_to_postgresql() -> None:
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert {"procrastinate", "psycopg", "psycopg-pool"} <= set(re.findall(r"^([a-z-]+)==", lock, re.MULTILINE))


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
