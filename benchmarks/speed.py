"""How fast the monitor reads and starts, each measured in one run on this machine.

    python benchmarks/speed.py          # writes benchmarks/results/speed.md

Reports are made of the project's own evaluation reports, joined to 400 words, so that every one of them names Daraa.
Only one core is used: numerical libraries are held to one thread.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import machine

ROOT = Path(__file__).resolve().parent.parent
WORDS = 400
REPORTS = 1500
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def reports() -> list[str]:
    """JSON Lines of REPORTS reports of WORDS words, English and Arabic in turn."""
    rows = [json.loads(line) for line in (ROOT / "models/evaluation/reports.jsonl").read_text().splitlines()]
    made = []
    for language, name in (("en", "Daraa"), ("ar", "درعا")):
        words = " ".join(row["text"] for row in rows if row["language"] == language).split()
        for number in range(REPORTS // 2):
            start = number * 37 % (len(words) - WORDS)
            text = f"{name} - {' '.join(words[start : start + WORDS])}"
            made.append(json.dumps({"id": f"{language}-{number}", "title": "", "text": text}, ensure_ascii=False))
    return [line for pair in zip(made[: REPORTS // 2], made[REPORTS // 2 :], strict=True) for line in pair]


def run(*words: str, given: str = "") -> tuple[float, float]:
    """Seconds of one command on one core: on the wall, and of the processor, which others on the machine sway less."""
    core = min(os.sched_getaffinity(0))
    began, used = time.perf_counter(), processor_seconds()
    subprocess.run(
        [sys.executable, "-m", "monitor", *words],
        input=given,
        text=True,
        capture_output=True,
        check=True,
        cwd=tempfile.gettempdir(),
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    return time.perf_counter() - began, processor_seconds() - used


def processor_seconds() -> float:
    """Of all commands run so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def medians(times: int, *words: str, given: str = "") -> tuple[float, float]:
    walls, processors = zip(*(run(*words, given=given) for _ in range(times)), strict=True)
    return statistics.median(walls), statistics.median(processors)


def main() -> None:
    lines = reports()
    help_seconds, _ = medians(5, "--help")
    first, first_used = medians(5, "classify", "-", given=lines[0] + "\n")
    whole, whole_used = medians(3, "classify", "-", given="\n".join(lines) + "\n")
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    each = 1000 * (whole_used - first_used) / (len(lines) - 1)
    size = (ROOT / "models/escalation/model.npz").stat().st_size / 1e6
    table = (
        f"# Speed\n\n{machine()}, {datetime.now(UTC):%Y-%m-%d}; one core, medians\n\n| what | figure |\n|---|---|\n"
        f"| `monitor --help` | {help_seconds:.2f} s |\n"
        f"| start of `classify` to the answer to one report | {first:.2f} s |\n"
        f"| reports of {WORDS} words a second, start not counted | {(len(lines) - 1) / (whole - first):.0f} |\n"
        f"| processor time a report, start not counted | {each:.1f} ms |\n"
        f"| largest memory of `classify` | {memory:.0f} MB |\n"
        f"| artefact that the running monitor reads | {size:.1f} MB |\n"
    )
    target = ROOT / "benchmarks" / "results" / "speed.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(table, encoding="utf-8")
    sys.stdout.write(table)


if __name__ == "__main__":
    main()
