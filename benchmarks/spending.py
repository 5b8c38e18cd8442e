"""What a process and those below it spend, as a process beside them sees it: seconds of processor, and the most memory.

Memory is PSS: a page that several processes share, as forked parsers do, counts once. Run as a program it is the eye.
"""

import json
import os
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

EVERY = 0.1  # seconds between two looks
_PSS_EVERY = 5  # looks; adding up the pages of a process takes a millisecond of its time
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Spent:
    cpu: float  # seconds of processor
    memory: int  # bytes, at most
    processes: int  # at most


class Meter:
    """Use as `with Meter(...) as meter`; `besides` are processes below this one that are not to be counted."""

    def __init__(self, *besides: int) -> None:
        call = [sys.executable, __file__, str(os.getpid()), *map(str, besides)]
        self._eye = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> "Meter":
        self.spent()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._eye.stdin
        self._eye.stdin.close()
        self._eye.wait()

    def spent(self) -> Spent:
        """Since it was asked last."""
        assert self._eye.stdin
        assert self._eye.stdout
        self._eye.stdin.write("\n")
        self._eye.stdin.flush()
        return Spent(*json.loads(self._eye.stdout.readline()))


def watched(root: int, besides: set[int]) -> None:
    """Answer each line with what was spent since the line before."""
    seen: dict[int, int] = {}  # what has ended since had spent that much
    before, memory, most, look = 0, 0, 0, 0
    while True:
        asked = bool(select.select([sys.stdin], [], [], EVERY)[0])
        pids = family(root) - besides - {os.getpid()}
        seen.update((pid, ticks) for pid in pids if (ticks := _ticks(pid)))
        look += 1
        if asked or look % _PSS_EVERY == 0:
            memory, most = max(memory, sum(map(_pss, pids))), max(most, len(pids))
        if asked:
            if not sys.stdin.readline():
                return
            spent = sum(seen.values())
            print(json.dumps([(spent - before) / _TICKS, memory, most]), flush=True)
            before, memory, most = spent, 0, 0


def family(root: int) -> set[int]:
    """The process, those that it started, and those that they did."""
    found, parents = {root}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _fields(int(folder.name))
        if fields:
            parents[int(folder.name)] = int(fields[1])
    grown = 0
    while grown != len(found):
        grown = len(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return found


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []  # it has ended


def _ticks(pid: int) -> int:
    fields = _fields(pid)
    return int(fields[11]) + int(fields[12]) if fields else 0


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    watched(int(sys.argv[1]), {int(pid) for pid in sys.argv[2:]})
