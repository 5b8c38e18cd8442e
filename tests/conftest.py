"""Fixtures shared by all tests. Only 127.0.0.1 is ever contacted.

`store` and `store_url` run their test twice: on SQLite and on a real PostgreSQL, which comes from PyPI, started once.
What is left out is said in red at the end, never silently.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store import Store
from tests.databases import Postgres, blank

# The tests themselves are many at a time: threads of linear algebra that wait for each other only burn the processors.
os.environ["OMP_NUM_THREADS"] = "1"

LEFT_OUT = "PostgreSQL was left out: the store was tested on SQLite only"
NO_BROWSER = "There is no Chromium on this machine: the pages were not tested in a browser"


# Files whose tests take longest come first, so that on many cores none is left alone with them in the end.
SLOW_FIRST = (
    "test_path",
    "test_training",
    "test_evaluation",
    "test_looking_back",
    "test_browser_access",
    "test_browser",
    "test_scale",
    "test_watching",
    "test_web_schema",
    "test_web_attacker",
    "test_swap",
    "test_canary",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {name: number for number, name in enumerate(SLOW_FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--without-postgres", action="store_true", help="test the store on SQLite only, where PostgreSQL cannot run"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reason in (LEFT_OUT, NO_BROWSER):
        skipped = [report for report in terminalreporter.stats.get("skipped", []) if reason in str(report.longrepr)]
        if skipped:
            terminalreporter.write_line(f"{reason} ({len(skipped)} tests not run).", red=True, bold=True)


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    if request.config.getoption("--without-postgres"):
        pytest.skip(LEFT_OUT)
    try:
        server = Postgres()
    except BaseException as error:
        error.add_note(
            "PostgreSQL for the tests did not start. pytest --without-postgres tests the store on SQLite only."
        )
        raise
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, on each kind in turn; for a test of a `store` the newest tables are in it."""
    has_tables = "store" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "data" / "monitor.db"
        yield blank(path) if has_tables else f"sqlite:///{path}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.lend() if has_tables else server.create()
    yield server.url(name)
    (server.take_back if has_tables else server.drop)(name)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open store with the newest tables, on each kind of database in turn."""
    made = Store(store_url)
    yield made
    made.close()
