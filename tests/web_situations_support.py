"""Situations that people were told of: what the tests of their pages share."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.records import Situation
from monitor.store import Store, situations
from tests.databases import opened
from tests.situations_support import Month, month
from tests.web_support import Front


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the month in it, to be copied."""
    path = tmp_path_factory.mktemp("month") / "monitor.db"
    store = opened(path)
    month(store)
    store.close()
    return path


@pytest.fixture(scope="module")
def seen(told: Path) -> Iterator[Front]:
    """For looking at only."""
    store = Store(f"sqlite:///{shutil.copyfile(told, told.with_name('seen.db'))}")
    yield Month(store).front()
    store.close()


@pytest.fixture
def front(told: Path, tmp_path: Path) -> Iterator[Front]:
    """Of one's own."""
    store = Store(f"sqlite:///{shutil.copyfile(told, tmp_path / 'monitor.db')}")
    yield Month(store).front()
    store.close()


def headings(page: str) -> list[str]:
    return re.findall(r'<h3><a href="/situations/([^"]+)">', page)


def situation(front: Front, key: str) -> Situation:
    with front.parts.store.read() as tx:
        found = situations.get(tx, key)
    assert found is not None
    return found[0]
