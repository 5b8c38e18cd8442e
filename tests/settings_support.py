"""A right configuration that tests spoil: what the tests of settings share."""

import shutil
from pathlib import Path

import pytest

from monitor.packaged import packaged
from monitor.settings import Settings, load

EXAMPLES = Path(__file__).parent / "config_examples"
CONFIG = packaged("config")
ENVIRONMENT = {"DESK_CHAT": "tgram://123456:s3cr3t-token/99"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLES / "right", tmp_path / "config")
    return tmp_path / "config"


def start(folder: Path, environment: dict[str, str] | None = None, *, first_start: bool = True) -> Settings:
    known = ENVIRONMENT if environment is None else environment
    return load(folder, starting=True, first_start=first_start, environment=known)
