"""A few processes that parse what comes from outside, each with a limit of time and memory, replaced when they die.

Not multiprocessing and not pebble, which is built on it: their workers import the program's main module again, and a
process-wide fork server cannot be given a memory limit of its own. A connection and a process per worker say all there
is to say, and nothing is shared that a killed worker could leave locked.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess  # nosec B404  # for the workers, which are this program
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal

from monitor.sources.frames import packed, unpacked

IDLE_FOR = 60.0  # seconds; one that waits keeps what its largest feed took, and a new one is forked in milliseconds
_START = 30.0  # seconds that a nursery may take to import what it needs, on a slow machine
_CALL = "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); from monitor.sources.nursery import main; main()"


class WorkerFailedError(Exception):
    """What was to be read could not be; `kind` tells why: too_slow, too_big, crashed."""

    def __init__(self, kind: Literal["too_slow", "too_big", "crashed"], detail: str = "") -> None:
        super().__init__(f"{kind} {detail}".strip())
        self.kind = kind


@dataclass(eq=False, slots=True)
class _Worker:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    pid: int
    leaves: asyncio.TimerHandle | None = None  # while it waits for work

    async def ask(self, request: bytes) -> dict[str, Any]:
        self.writer.write(request)
        await self.writer.drain()
        return await unpacked(self.reader)

    def stay(self) -> None:
        if self.leaves:
            self.leaves.cancel()

    def dismiss(self) -> None:
        self.stay()
        self.writer.close()

    def kill(self) -> None:
        # Before the connection is closed: as long as it stands the process lives and its number is its own.
        with suppress(ProcessLookupError, PermissionError):
            os.kill(self.pid, signal.SIGKILL)
        self.dismiss()


class Workers:
    """Use as `async with Workers() as workers`. Nothing is started before the first task, and what idles is let go."""

    def __init__(self, count: int = 2, memory: int = 600_000_000, idle_for: float = IDLE_FOR) -> None:
        self._count = count
        self._memory = memory
        self._idle_for = idle_for
        self.killed = 0  # that took too long, too much, or broke down
        self._idle: list[_Worker] = []
        self._nursery: subprocess.Popen[bytes] | None = None
        self._control: socket.socket
        self._places: asyncio.Semaphore

    async def __aenter__(self) -> "Workers":
        self._places = asyncio.Semaphore(self._count)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._idle:
            self._idle.pop().dismiss()
        self._close_nursery()
        await asyncio.sleep(0)  # lets the closed connections be taken down before the loop ends

    async def run(self, task: str, fields: Mapping[str, Any], body: bytes, seconds: float) -> dict[str, Any]:
        """The worker's answer to one task within `seconds` of processor time. Raises WorkerFailedError."""
        request = packed({"task": task, "seconds": seconds, **fields}, body)
        async with self._places:
            worker = self._waiting() or await self._hire()
            answer = await self._asked(worker, request, seconds)
        if "failed" in answer:
            raise WorkerFailedError("too_big" if answer["failed"] == "memory" else "crashed", answer["failed"])
        return answer

    def _waiting(self) -> _Worker | None:
        while self._idle:
            worker = self._idle.pop()
            if not worker.reader.at_eof():
                worker.stay()
                return worker
            worker.dismiss()  # it died while it waited, by the machine's lack of memory perhaps
        return None

    async def _asked(self, worker: _Worker, request: bytes, seconds: float) -> dict[str, Any]:
        began = time.monotonic()
        try:
            # The worker's own limit counts processor time. This one is for a machine that hardly gives it any.
            async with asyncio.timeout(seconds * 5 + 10):
                answer = await worker.ask(request)
        except (OSError, EOFError, json.JSONDecodeError) as error:  # EOFError: the worker died; OSError: or no answer
            worker.kill()
            self.killed += 1
            slow = isinstance(error, TimeoutError) or time.monotonic() - began >= seconds
            raise WorkerFailedError("too_slow" if slow else "crashed") from None
        except BaseException:
            worker.kill()
            raise
        if answer.pop("last", True):
            worker.dismiss()
        else:
            worker.leaves = asyncio.get_running_loop().call_later(self._idle_for, self._let_go, worker)
            self._idle.append(worker)
        return answer

    def _let_go(self, worker: _Worker) -> None:
        self._idle.remove(worker)
        worker.dismiss()

    async def _hire(self) -> _Worker:
        try:
            return await self._forked()
        except (OSError, EOFError):
            self._close_nursery()  # it died, or never lived: once more with a new one
            return await self._forked()

    async def _forked(self) -> _Worker:
        if self._nursery is None or self._nursery.poll() is not None:
            self._open_nursery()
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [b"w"], [theirs.fileno()])
        reader, writer = await asyncio.open_unix_connection(sock=ours, limit=1 << 20)
        try:
            async with asyncio.timeout(_START):
                hello = await unpacked(reader)
        except BaseException:
            writer.close()
            raise
        return _Worker(reader, writer, int(hello["pid"]))

    def _open_nursery(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._nursery = subprocess.Popen(  # nosec B603  # no shell, and no word of it comes from elsewhere
                [sys.executable, "-c", _CALL, json.dumps(sys.path), str(self._memory)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C in the terminal is not for it
            )

    def _close_nursery(self) -> None:
        if self._nursery is None:
            return
        self._control.close()  # for the nursery the sign to end its workers and itself
        try:
            self._nursery.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self._nursery.kill()
            self._nursery.wait()
        self._nursery = None
