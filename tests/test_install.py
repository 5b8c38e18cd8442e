"""The wheel is the whole program: installed into an empty place, it needs nothing of the checkout it was built from."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SIEGE = {
    "id": "one",
    "title": "Army closes every road into Tafas",
    "text": "Syrian troops have laid siege to Tafas in western Daraa since dawn. Nobody may leave or enter the town.",
}


@dataclass(frozen=True)
class Installed:
    wheel: Path
    program: Path
    python: Path
    elsewhere: Path

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """As somebody would who has only the wheel: from an empty folder, with a bare environment."""
        return subprocess.run(
            [str(self.program), *arguments],
            input=stdin,
            cwd=self.elsewhere,
            env=_bare_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("install")
    wheel = _built(folder / "dist")
    home = folder / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    _pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    _lend_dependencies(home)
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    return Installed(wheel, home / "bin" / "monitor", python, elsewhere)


def _built(folder: Path) -> Path:
    _pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder), str(ROOT))
    (wheel,) = folder.glob("*.whl")
    return wheel


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr


def _lend_dependencies(home: Path) -> None:
    """After the installation, so that pip never sees the packages it must not touch."""
    (site_packages,) = home.glob("lib/python*/site-packages")
    (site_packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")


def _bare_environment() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}


def test_the_wheel_is_called_escalation_monitor_and_holds_the_package_alone(installed: Installed) -> None:
    assert installed.wheel.name.startswith("escalation_monitor-")
    with zipfile.ZipFile(installed.wheel) as wheel:
        tops = {name.split("/")[0].split("-")[0] for name in wheel.namelist()}
        assert tops == {"monitor", "escalation_monitor"}
        assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())


def test_the_wheel_holds_every_file_of_the_package_its_config_and_its_model(installed: Installed) -> None:
    wanted = {f"monitor/{name}" for name in _files(ROOT / "monitor")}
    wanted |= {f"monitor/_packaged/config/{name}" for name in _files(ROOT / "config")}
    wanted |= {f"monitor/_packaged/models/escalation/{name}" for name in _files(ROOT / "models" / "escalation")}
    with zipfile.ZipFile(installed.wheel) as wheel:
        assert wanted - set(wheel.namelist()) == set()
    for needed in ("monitor.yaml", "feeds.yaml", "alerts.yaml", "gazetteer.yaml"):
        assert f"monitor/_packaged/config/{needed}" in wanted


def _files(folder: Path) -> list[str]:
    paths = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return [path.relative_to(folder).as_posix() for path in paths]


def test_the_program_that_runs_is_the_installed_one(installed: Installed) -> None:
    program = "import monitor; print(monitor.__file__)"
    result = subprocess.run(
        [str(installed.python), "-c", program],
        cwd=installed.elsewhere,
        env=_bare_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.startswith(str(installed.python.parent.parent))


def test_the_installed_program_shows_its_help_and_version(installed: Installed) -> None:
    assert "Usage: monitor" in installed.run("--help").stdout
    assert installed.run("--version").stdout.startswith("monitor ")


def test_the_installed_program_writes_out_a_complete_configuration(installed: Installed) -> None:
    folder = installed.elsewhere / "mine"
    result = installed.run("init", str(folder))
    assert result.returncode == 0, result.stderr
    assert {"monitor.yaml", "feeds.yaml", "alerts.yaml", "gazetteer.yaml"} <= {
        path.name for path in folder.rglob("*.yaml")
    }
    checked = installed.run("--config", str(folder), "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_installed_program_classifies_in_an_empty_folder(installed: Installed) -> None:
    result = installed.run("classify", stdin=json.dumps(SIEGE) + "\n")
    assert result.returncode == 0, result.stderr
    (answer,) = (json.loads(line) for line in result.stdout.splitlines())
    assert (answer["id"], answer["flagged"]) == ("one", True)
    assert "siege" in answer["types"]
    assert [place["name"] for place in answer["places"]] == ["Tafas"]


def test_the_installed_program_tells_its_demonstration(installed: Installed) -> None:
    result = installed.run("demo", "--pace", "0")
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip().endswith("Nothing left this machine.")
