"""The command in a process of its own that need not import everything anew: it is forked from one that has.

What a verb prints, how it ends and what it leaves behind is that of any start. That it also starts from nothing is
shown where `tests.world.monitor` or a subprocess is used.
"""

import atexit
import gc
import json
import os
import runpy
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

from rich import progress, table  # noqa: F401  what most verbs import; their own modules are left to them

from monitor import watchdog  # noqa: F401
from monitor.schedule import Watch  # noqa: F401

ROOT = Path(__file__).parent.parent


def run(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], timeout: float
) -> "subprocess.CompletedProcess[str]":
    """`python -m monitor WORDS` in that folder, to its end."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                socket.send_fds(_mother(), [b"."], [theirs.fileno(), out.fileno(), err.fileno()])
            ours.sendall(json.dumps([list(words), str(folder), dict(environment)]).encode())
            ours.shutdown(socket.SHUT_WR)
            ours.settimeout(timeout)
            code = _ended(ours, words, timeout)
        said = [_text(each) for each in (out, err)]
    return subprocess.CompletedProcess([*words], code, *said)


def _ended(line: socket.socket, words: Sequence[str], timeout: float) -> int:
    answers = line.makefile()
    process = int(answers.readline())
    try:
        return int(answers.readline())
    except TimeoutError:
        os.kill(process, 9)
        raise subprocess.TimeoutExpired([*words], timeout) from None


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


@cache
def _mother() -> socket.socket:
    """One for each process that tests, until it ends."""
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", "tests.starting"]
        process = subprocess.Popen(command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, cwd=ROOT)

    def end() -> None:
        ours.close()
        process.wait(10)

    atexit.register(end)
    return ours


def _serve(control: socket.socket) -> None:
    gc.collect()
    gc.freeze()
    while True:
        _, handed, _, _ = socket.recv_fds(control, 1, 3)
        if not handed:
            return
        if os.fork() == 0:
            control.close()
            _mind(*handed)
        for each in handed:
            os.close(each)
        _bury()


def _bury() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _mind(talk: int, out: int, err: int) -> None:
    """Stay beside the command until it ends, to tell how. The command itself leaves by SystemExit, as any does."""
    with socket.socket(fileno=talk) as line, line.makefile() as asked:
        words, folder, environment = json.load(asked)
        process = os.fork()
        if process == 0:
            _become(words, folder, environment, out, err)
            sys.exit()
        line.sendall(f"{process}\n".encode())
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        line.sendall(f"{code}\n".encode())
    os._exit(0)


def _become(words: list[str], folder: str, environment: dict[str, str], out: int, err: int) -> None:
    for number, other in enumerate((os.open(os.devnull, os.O_RDONLY), out, err)):
        os.dup2(other, number)
        os.close(other)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["monitor", *words]
    runpy.run_module("monitor", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    with socket.socket(fileno=0) as _control:
        _serve(_control)
