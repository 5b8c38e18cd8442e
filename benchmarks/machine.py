"""One line on the machine that a figure was measured on."""

import os
import platform
from pathlib import Path


def machine() -> str:
    """Processor, cores that this process may use, memory, Python."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    kilobytes = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return (
        f"{cpu}, {len(os.sched_getaffinity(0))} cores, {kilobytes // 1024**2} GiB, Python {platform.python_version()}"
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []
