"""A front whose every text was written by an attacker: what the tests of attacks share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacker_support import EVIL, Way, poisoned
from tests.canary_support import opened
from tests.web_support import Front

UNWELL = {"/healthz", "/readyz"}  # say 503 of themselves: nothing runs here
HERE = {"kind": "csv", "token": "none", "print_": "0", "name": "style.css", "number": "1"}


def made_of(way: Way, **values: str) -> str:
    return way.filled(**{**HERE, "key": "jasim-1" if "/situations" in way.path else "r1", **values})


def world(folder: Path, blank: Path, says: str) -> Front:
    return poisoned(opened(blank, folder), says)


@pytest.fixture(scope="module")
def evil(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    made = world(tmp_path_factory.mktemp("evil"), blank, EVIL)
    yield made
    made.parts.store.close()
