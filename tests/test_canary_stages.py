"""Each stage is really broken, as on a bad day; the canary says which, and comes through once it is mended."""

import asyncio
import shutil
import sqlite3
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.classifier import Classifier
from monitor.errors import ModelError
from monitor.packaged import packaged
from monitor.pipeline import Parts, open_canary
from monitor.records import Beat
from monitor.settings.models import Canary as CanarySettings
from monitor.sources import KINDS, Workers
from monitor.store import Store
from tests.canary_support import World, _shared, beat, blank, file

__all__ = ["_shared", "blank", "file"]  # fixtures

QUICK = CanarySettings(every=20, within=10)


def with_workers(shared: World, parts: Parts, workers: Workers) -> Beat:
    async def run() -> Beat:
        async with workers:
            own = replace(parts, workers=workers, sources={kind: source(workers) for kind, source in KINDS.items()})
            async with open_canary(own) as bird:
                return await bird.beat()

    done: Beat = shared.run(run())
    return done


def test_a_feed_server_that_stops_while_the_monitor_runs(shared: World, file: Store) -> None:
    async def run() -> list[Beat]:
        async with open_canary(shared.parts(file, canary=QUICK)) as bird:
            beats, address = [await bird.beat()], bird.feed.address
            # somebody else has its port now, who takes connections and says nothing
            server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
            bird.feed.open_at(server.sockets[0].getsockname()[1])
            beats.append(await bird.beat())
            server.close()
            bird.feed.address = address
            return [*beats, await bird.beat()]

    assert [each.failed for each in shared.run(run())] == ["", "feed", ""]


def test_parsers_that_cannot_be_started(shared: World, file: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = shared.parts(file, canary=QUICK)
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    assert with_workers(shared, parts, Workers(1)).failed == "parser"
    monkeypatch.undo()
    assert with_workers(shared, parts, Workers(1)).is_good


def test_a_model_file_that_is_damaged_is_refused_at_the_start_and_a_running_monitor_goes_on_with_what_it_has(
    shared: World, file: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(packaged("models/escalation"), folder)
    parts = shared.parts(file, classifier=Classifier.load(folder, shared.classifier.gazetteer))
    largest = max((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[: largest.stat().st_size // 2])
    with pytest.raises(ModelError) as refused:
        Classifier.load(folder, shared.classifier.gazetteer)
    assert "monitor train" in str(refused.value)
    assert beat(shared, parts).is_good


def test_a_model_that_lost_its_weights_in_memory(shared: World, file: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    model = shared.classifier._model
    monkeypatch.setattr(model, "intercepts", model.intercepts * float("nan"))
    assert beat(shared, shared.parts(file)).failed in {"classifier", "places"}
    monkeypatch.undo()
    assert beat(shared, shared.parts(file)).is_good


def test_a_database_that_another_program_has_locked(shared: World, file: Store, tmp_path: Path) -> None:
    path = next(tmp_path.glob("*.db"))
    taken, over = threading.Event(), threading.Event()

    def hold() -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        taken.set()
        over.wait(20)
        other.rollback()
        other.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert taken.wait(10)
        done = beat(shared, shared.parts(file, canary=CanarySettings(every=2, within=1)))
    finally:
        over.set()
        holder.join()
    assert (done.failed, done.number) == ("database", 0)
    assert beat(shared, shared.parts(file)).is_good


@pytest.mark.parametrize(
    ("breaks", "mends"),
    [
        (
            "CREATE TRIGGER no BEFORE INSERT ON delivery BEGIN SELECT RAISE(ABORT, 'no room'); END",
            "DROP TRIGGER no",
        ),
        (
            "CREATE TRIGGER no BEFORE UPDATE ON delivery BEGIN SELECT RAISE(ABORT, 'no room'); END",
            "DROP TRIGGER no",
        ),
        (
            "CREATE TRIGGER no AFTER INSERT ON delivery BEGIN DELETE FROM delivery WHERE id = new.id; END",
            "DROP TRIGGER no",
        ),
    ],
    ids=["nothing can be owed", "nothing can be taken up", "what is owed vanishes"],
)
def test_an_outbox_that_loses_what_it_is_given(shared: World, file: Store, breaks: str, mends: str) -> None:
    _do(file, breaks)
    done = beat(shared, shared.parts(file))
    assert done.failed == "outbox"
    _do(file, mends)
    assert beat(shared, shared.parts(file)).is_good


def _do(store: Store, statement: str) -> Any:
    with store.write() as tx:
        return tx.execute(sa.text(statement))
