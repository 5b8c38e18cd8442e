"""What is done from time to time is the same whoever drives: one process with a timer, or one of many workers."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.classifier import Classifier
from monitor.cli import working
from monitor.health import judge
from monitor.pipeline import Parts, tell_sight, tend
from monitor.pipeline import models as changing
from monitor.pipeline.serving import Serving
from monitor.schedule import Watch
from monitor.settings.models import Keep
from monitor.store import Store, audits, feeds, meta, outbox, reports
from monitor.watchdog import Watchdog
from monitor.worker import Worker
from tests.databases import Postgres
from tests.examples import NOON, assessment, report
from tests.learning_support import candidate, settings_in
from tests.people_support import Clock, happens, parts_of
from tests.schedule_support import until
from tests.test_health import MINUTE, SETTINGS, WELL, pulse

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def desk(store: Store, folder: Path, clock: Clock) -> Parts:
    """Yesterday something happened and something did not, forty days ago was a report; since then nothing was read."""
    parts = parts_of(store, clock)
    keep = Keep.model_validate({"text": "30d"})
    settings = parts.settings.model_copy(update={"data_dir": folder, "keep": keep})
    parts = replace(parts, settings=settings)
    with store.write() as tx:
        meta.put(tx, "first_started_at", (NOON - 40 * DAY).isoformat())
        feeds.sync(tx, ["horan-news"], NOON)
        for key, at in (("old", NOON - 40 * DAY), ("quiet", NOON - DAY)):
            read = report(key, seen_at=at, published_at=at, entry_key=key, text="The well was cleaned.")
            reports.add(tx, read, assessment(key=key, state="clear", types=()))
    happens(parts)
    tell_sight(parts, clock.now)
    clock.now += 20 * HOUR
    return parts


def done(parts: Parts) -> dict[str, object]:
    with parts.store.read() as tx:
        kept = {row.report.key: row.report.text for row in reports.iterate(tx, reports.LogQuery(everything=True))}
        return {
            "owed": {each.occasion.partition(":")[0] for each in outbox.listing(tx)},
            "drawn": audits.days(tx, "2026-03-01") != set(),
            "retired": [key for key, text in kept.items() if not text],
            "archived": len(list((Path(parts.settings.data_dir) / "archive").iterdir())),
        }


async def by_timer(parts: Parts) -> None:
    watch = Watch(parts)
    watch._began_at = parts.clock() - 2 * HOUR
    await watch.tend_due()
    await watch.finish()


async def by_worker(parts: Parts) -> None:
    worker = Worker(parts)
    worker._began_at = parts.clock() - 2 * HOUR
    assert "tend" in worker._app.tasks
    await worker._look_after()


@pytest.mark.parametrize("drive", [by_timer, by_worker])
def test_either_driver_tells_digests_and_blindness_draws_samples_and_retires_texts(
    drive: Callable[[Parts], Awaitable[None]], store: Store, tmp_path: Path
) -> None:
    if drive is by_worker and store.has_one_writer:
        return  # many workers need PostgreSQL
    parts = desk(store, tmp_path, Clock())
    asyncio.run(drive(parts))  # type: ignore[arg-type]
    found = done(parts)
    assert found == {"owed": {"jasim-1", "digest", "blind"}, "drawn": True, "retired": ["old"], "archived": 1}
    asyncio.run(drive(parts))  # type: ignore[arg-type]
    assert done(parts) == found


def test_texts_are_retired_once_an_hour_however_many_workers_ask_at_once(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    parts = desk(store, tmp_path, clock)
    archive = tmp_path / "archive"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: tend(parts, NOON), range(4)))
    lines = [line for file in archive.iterdir() for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert len(lines) == 1
    for file in archive.iterdir():
        file.unlink()
    with store.write() as tx:
        read = report("late", seen_at=NOON - 39 * DAY, published_at=NOON - 39 * DAY, entry_key="late", text="Rain.")
        reports.add(tx, read, assessment(key="late", state="clear", types=()))
    clock.now += HOUR / 2
    tend(parts, NOON)
    assert list(archive.iterdir()) == []
    clock.now += HOUR / 2
    tend(parts, NOON)
    assert len(list(archive.iterdir())) == 1


def test_a_running_worker_changes_over_to_the_model_that_was_promoted(postgres: Postgres, tmp_path: Path) -> None:
    name = postgres.create()
    store, settings, reader = Store(postgres.url(name)), settings_in(tmp_path), Classifier.load()
    store.migrate()
    shipped, clock = reader.model.version, Clock()
    parts = replace(parts_of(store, clock), serving=Serving(settings, store, reader, clock))

    async def run() -> None:
        ticking = asyncio.create_task(working._tick(Watchdog(parts), parts))
        await asyncio.sleep(0.1)
        assert reader.model.version == shipped
        made = candidate(tmp_path)
        changing.keep(store, made)
        changing.promote(store, settings, made.version, "sami", "", NOON)
        await until(lambda: reader.model.version == made.version, 20)
        ticking.cancel()

    asyncio.run(run())
    store.close()
    postgres.drop(name)


def test_a_canary_that_failed_in_one_worker_is_over_when_another_worker_s_came_through() -> None:
    failed = pulse(canary="parser: half a feed", canary_at=NOON - 20 * MINUTE)
    assert judge(replace(WELL, pulse=failed), SETTINGS) == ()
    latest = replace(failed, canary_at=NOON - MINUTE)
    assert [each.check for each in judge(replace(WELL, pulse=latest), SETTINGS)] == ["canary"]
