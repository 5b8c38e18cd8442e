"""The unit for systemd: it starts a verb that exists, shuts out what the monitor never needs, and can be read."""

import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from monitor.cli import monitor

ROOT = Path(__file__).parent.parent
UNIT = ROOT / "docs" / "systemd" / "escalation-monitor.service"


@pytest.fixture(scope="module")
def unit() -> RawConfigParser:
    parser = RawConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    return parser


def test_it_starts_a_verb_that_exists_again_and_again_and_lets_it_finish(unit: RawConfigParser) -> None:
    service = unit["Service"]
    program, *words = service["ExecStart"].split()
    assert program.endswith("/bin/monitor")
    assert words[:4] == ["--log", "json", "--config", "/etc/escalation-monitor"]
    with pytest.raises(SystemExit, match="0"):
        monitor.main([*words[:2], *words[4:], "--help"])
    assert service["Restart"] == "always"
    assert int(service["TimeoutStopSec"].removesuffix("s")) >= 20
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert set(unit.sections()) == {"Unit", "Service", "Install"}


def test_it_runs_as_nobody_in_particular_and_writes_nowhere_but_in_its_own_folder(unit: RawConfigParser) -> None:
    service = unit["Service"]
    wanted = {
        "DynamicUser": "yes",
        "StateDirectory": "escalation-monitor",
        "StateDirectoryMode": "0700",
        "UMask": "0077",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "MemoryDenyWriteExecute": "yes",
    }
    assert {name: service[name] for name in wanted} == wanted
    assert "ReadWritePaths" not in service
    assert service["WorkingDirectory"] == "/var/lib/escalation-monitor"


def test_parsers_may_still_set_their_own_limits(unit: RawConfigParser) -> None:
    """What reads the pages of strangers shuts itself in by setrlimit, which stands in @resources."""
    text = UNIT.read_text(encoding="utf-8")
    filters = [line.partition("=")[2] for line in text.splitlines() if line.startswith("SystemCallFilter=")]
    assert filters == ["@system-service", "~@privileged"]
    assert "AF_UNIX" in unit["Service"]["RestrictAddressFamilies"]


def test_systemd_finds_nothing_to_say_against_it(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not there: the unit was only parsed")
    copy = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8")
    copy.write_text(text.replace("/opt/escalation-monitor/bin/monitor", "/bin/true"), encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=one", str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert [line for line in done.stderr.splitlines() if UNIT.name in line] == []


def test_the_page_on_operating_tells_how_to_install_it() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert f"(systemd/{UNIT.name})" in text
    assert "/etc/escalation-monitor/environment" in text
