"""The worker processes: stopped in time, kept in bounds, replaced, and gone when the monitor is gone."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.sources import workers as workers_module
from monitor.sources.workers import WorkerFailedError, Workers
from tests.sources_support import item, rss

FIELDS = {
    "url": "https://news.example/feed",
    "content_type": "application/rss+xml",
    "zone": "UTC",
    "now": datetime(2026, 11, 21, tzinfo=UTC).isoformat(),
    "shared": [],
}
GOOD = rss(item("Roads closed", "https://news.example/1", "g1")).encode()
BOMB = rss(item("<b>" * 90_000)).replace("&lt;b&gt;", "<b>").encode()  # hours, if one lets it


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone_soon(pid: int) -> bool:
    for _ in range(200):
        if not alive(pid):
            return True
        time.sleep(0.02)
    return False


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def processes(workers: Workers) -> list[int]:
    return [workers._nursery.pid, *children(workers._nursery.pid)] if workers._nursery else []


def test_a_bomb_is_stopped_and_the_next_feed_is_read() -> None:
    async def work() -> None:
        async with Workers(count=1) as workers:
            await workers.run("feed", FIELDS, GOOD, 5)
            began = time.monotonic()
            with pytest.raises(WorkerFailedError) as caught:
                await workers.run("feed", FIELDS, BOMB, 0.3)
            assert caught.value.kind == "too_slow"
            assert time.monotonic() - began < 3
            began = time.monotonic()
            answer = await workers.run("feed", FIELDS, GOOD, 5)
            assert [entry["title"] for entry in answer["entries"]] == ["Roads closed"]
            assert time.monotonic() - began < 1  # forked, not started anew

    run(work())


def test_what_needs_too_much_memory_is_stopped() -> None:
    async def work() -> None:
        async with Workers(count=1, memory=200_000_000) as workers:
            with pytest.raises(WorkerFailedError) as caught:
                await workers.run("feed", FIELDS, rss(item("a" * 60_000_000)).encode(), 20)
            assert caught.value.kind in {"too_big", "crashed"}
            await workers.run("feed", FIELDS, GOOD, 5)

    run(work())


def test_a_worker_that_is_killed_while_it_waits_is_replaced() -> None:
    async def work() -> None:
        async with Workers(count=1) as workers:
            await workers.run("feed", FIELDS, GOOD, 5)
            (idle,) = workers._idle
            os.kill(idle.pid, signal.SIGKILL)
            assert gone_soon(idle.pid)
            await asyncio.sleep(0.05)  # the closing of its connection arrives
            await workers.run("feed", FIELDS, GOOD, 5)

    run(work())


def test_a_nursery_that_is_killed_is_started_again() -> None:
    async def work() -> None:
        async with Workers(count=2) as workers:
            await workers.run("feed", FIELDS, GOOD, 5)
            nursery = workers._nursery
            assert nursery is not None
            nursery.kill()
            nursery.wait()
            (idle,) = workers._idle
            assert gone_soon(idle.pid)  # it dies with its nursery
            await asyncio.sleep(0.05)
            await asyncio.gather(*(workers.run("feed", FIELDS, GOOD, 5) for _ in range(4)))

    run(work())


def test_no_more_work_at_once_than_there_are_places_and_none_is_lost() -> None:
    async def work() -> None:
        async with Workers(count=2) as workers:
            answers = await asyncio.gather(*(workers.run("feed", FIELDS, GOOD, 5) for _ in range(40)))
            assert len(answers) == 40
            assert workers._nursery is not None
            assert len(children(workers._nursery.pid)) == 2

    run(work())


def test_workers_that_wait_in_vain_are_let_go_and_come_back_with_the_work() -> None:
    async def work() -> None:
        async with Workers(count=2, idle_for=0.05) as workers:
            for _ in range(2):
                await asyncio.gather(*(workers.run("feed", FIELDS, GOOD, 5) for _ in range(3)))
                pids = [each.pid for each in workers._idle]
                for _ in range(100):
                    if not any(alive(pid) for pid in pids):
                        break
                    await asyncio.sleep(0.02)
                assert pids
                assert not any(alive(pid) for pid in pids)
                assert workers._idle == []
            assert workers.killed == 0

    run(work())


def test_work_that_is_given_up_takes_its_worker_with_it() -> None:
    async def work() -> None:
        async with Workers(count=1) as workers:
            await workers.run("feed", FIELDS, GOOD, 5)
            (worker,) = workers._idle
            task = asyncio.create_task(workers.run("feed", FIELDS, BOMB, 60))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert gone_soon(worker.pid)
            await workers.run("feed", FIELDS, GOOD, 5)

    run(work())


def test_nothing_is_started_before_the_first_task_and_nothing_is_left_after_the_last() -> None:
    async def work() -> list[int]:
        async with Workers() as workers:
            assert processes(workers) == []
            await workers.run("feed", FIELDS, GOOD, 5)
            assert len(processes(workers)) == 2
            return processes(workers)

    # Not even as zombies, which a container's first process might never bury.
    assert not any(Path(f"/proc/{pid}").exists() for pid in run(work()))


def test_a_worker_that_answers_nonsense_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nonsense(_reader: asyncio.StreamReader) -> dict[str, Any]:
        raise json.JSONDecodeError("", "", 0)

    async def work() -> None:
        async with Workers(count=1) as workers:
            await workers.run("feed", FIELDS, GOOD, 5)
            monkeypatch.setattr(workers_module, "unpacked", nonsense)
            with pytest.raises(WorkerFailedError):
                await workers.run("feed", FIELDS, GOOD, 5)

    run(work())


CHILD = """
    import asyncio, json, sys
    sys.path[:] = json.loads(sys.argv[1])
    from monitor.sources.workers import Workers
    from tests.test_workers import BOMB, FIELDS, GOOD, children

    async def main():
        async with Workers(count=2) as workers:
            await workers.run("feed", FIELDS, GOOD, 20)
            busy = asyncio.create_task(workers.run("feed", FIELDS, BOMB, 60))
            await workers.run("feed", FIELDS, GOOD, 20)
            while len(children(workers._nursery.pid)) < 2:
                await asyncio.sleep(0.01)
            print(workers._nursery.pid, flush=True)
            await busy

    asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a busy worker ends when its time is up, not at once")
def test_a_monitor_that_is_killed_leaves_no_process_behind_not_even_a_busy_one() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), json.dumps([str(Path(__file__).parent.parent), *sys.path])],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    nursery = int(parent.stdout.readline())
    busy_and_idle = children(nursery)
    assert len(busy_and_idle) == 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert all(gone_soon(pid) for pid in (nursery, *busy_and_idle))


def test_workers_load_no_models_and_no_database() -> None:
    probe = """
        import json, sys
        import monitor.sources.nursery
        heavy = [name for name in ("sklearn", "scipy", "numpy", "sqlalchemy", "apprise") if name in sys.modules]
        print(json.dumps(heavy))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(probe)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    assert done.stdout.strip() == "[]"


def test_the_environment_of_a_worker_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPS_TELEGRAM", "tgram://secret")
    probe = """
        import os
        from monitor.sources import nursery

        class Stop(Exception): ...

        def stop():
            raise Stop

        nursery._warm_up = stop
        import sys
        sys.argv = ["", "1"]
        try:
            nursery.main()
        except Stop:
            print(dict(os.environ))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(probe)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    assert done.stdout.strip() == "{}"


def test_ctrl_c_and_a_stop_of_the_whole_group_are_for_the_service_alone() -> None:
    async def work() -> None:
        async with Workers(count=1) as workers:
            await workers.run("feed", FIELDS, GOOD, 5)
            assert workers._nursery is not None
            for pid in (workers._nursery.pid, workers._idle[0].pid):
                os.kill(pid, signal.SIGINT)
                os.kill(pid, signal.SIGTERM)
            before = workers._idle[0].pid
            await workers.run("feed", FIELDS, GOOD, 5)
            assert workers._idle[0].pid == before

    run(work())
