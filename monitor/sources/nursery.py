"""The process that the workers are forked from, and what a worker does. Started by workers.py, imported by nobody.

Everything heavy is imported here once, so that a worker killed over a hostile feed is replaced within milliseconds and
shares the nursery's memory. The kernel itself ends a worker that uses up its time or memory: nothing in it must agree.
"""

import ctypes
import gc
import logging
import os
import resource
import signal
import socket
import sys
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NoReturn

from lxml import etree

from monitor.sources.extraction import extract
from monitor.sources.frames import packed, receive
from monitor.sources.page import read_list
from monitor.sources.parsing import read_feed
from monitor.sources.reliefweb import read_reports
from monitor.sources.telegram_page import read_channel

# One line a kind of source that has a reading of its own.
TASKS: dict[str, Callable[[bytes, Mapping[str, Any]], Mapping[str, Any]]] = {
    "feed": read_feed,
    "page": extract,
    "telegram": read_channel,
    "list": read_list,
    "reliefweb": read_reports,
}

# What parsers throw on input that nobody foresaw. Anything else is a fault of ours and ends the worker with its trace.
_BROKEN_INPUT = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, etree.LxmlError)
_RECYCLE_AT = 300_000_000  # bytes once used; a fresh process is cheaper than fragmented memory
_MOST_TASKS = 5_000


def main() -> None:
    """Fork one worker for every connection that is handed over on standard input; end when that closes."""
    os.environ.clear()  # keys of channels and databases have no business near hostile input
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    # A stop of the whole group is for the service: it finishes what is in flight, then closes this.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    memory = int(sys.argv[1])
    _warm_up()
    control = socket.socket(fileno=0)
    while True:
        _, handed, _, _ = socket.recv_fds(control, 1, 1)
        if not handed:
            break
        nursery = os.getpid()
        if os.fork() == 0:
            control.close()
            _work_and_exit(socket.socket(fileno=handed[0]), nursery, memory)
        os.close(handed[0])
    _end_all()


def _end_all() -> None:
    """End the workers before this process: it is their parent, and a container's first process may bury nobody."""
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    os.killpg(0, signal.SIGUSR1)  # what ends a worker unasked; the group is this session, so there is nobody else in it
    with suppress(ChildProcessError):
        os.wait()


def _warm_up() -> None:
    """Have the libraries build their tables once, before the first fork."""
    extract(
        b"<html><body><article><h1>a</h1><p>b c d e f.</p></article></body></html>", {"content_type": "", "url": ""}
    )
    gc.collect()
    gc.freeze()


def _work_and_exit(connection: socket.socket, nursery: int, memory: int) -> NoReturn:
    try:
        _die_with(nursery)
        _limit(memory)
        _work(connection)
    finally:
        os._exit(0)  # none of the parent's exit handlers


def _work(connection: socket.socket) -> None:
    connection.sendall(packed({"pid": os.getpid()}))
    done = 0
    while request := receive(connection):
        fields, body = request
        # Processor time, not the clock's: a busy machine must not make feeds look hostile. Its signal kills.
        signal.setitimer(signal.ITIMER_PROF, fields["seconds"])
        answer = _answer(fields, body)
        signal.setitimer(signal.ITIMER_PROF, 0)
        done += 1
        spent = _used() > _RECYCLE_AT or done >= _MOST_TASKS or "failed" in answer
        connection.sendall(packed({**answer, "last": spent}))
        if spent:
            return


def _answer(fields: Mapping[str, Any], body: bytes) -> Mapping[str, Any]:
    try:
        return TASKS[fields["task"]](body, fields)
    except MemoryError:
        return {"failed": "memory"}
    except _BROKEN_INPUT as error:
        return {"failed": type(error).__name__}


def _used() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def _die_with(nursery: int) -> None:
    """Be killed when the nursery ends, which ends when the service does, however that comes about.

    Elsewhere than on Linux a worker ends when its connection closes or its time is up.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != nursery:
            os._exit(0)


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main()
