"""`monitor classify`: lines in, lines out, never waiting for more input than is already there."""

import gc
import gzip
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from monitor.classifier import Classifier
from monitor.classifier.output import BadLine, bad_line, line_of, report_from
from monitor.errors import MonitorError
from monitor.records import Assessment

_BATCH = 64
_CHUNK = 1 << 18
_RARELY = 100_000  # objects between two looks for garbage: judging leaves none in circles


def run(file: str, model: Path | None, *, explain: bool) -> int:
    """The exit code."""
    try:
        read = reader(sys.stdin.buffer if file == "-" else open(file, "rb"))  # noqa: SIM115  closed at exit
    except OSError as error:
        sys.stderr.write(f"monitor: cannot read {file}: {error.strerror}. Give a file of JSON Lines, or - for stdin.\n")
        return 1
    try:
        classifier = Classifier.load(model)
    except MonitorError as error:
        sys.stderr.write(f"monitor: {error}\n")
        return 1
    gc.collect()
    gc.freeze()  # vocabulary and gazetteer stay: looking through them again and again costs a tenth of the time
    gc.set_threshold(_RARELY)
    bad = False
    try:
        for batch in _batches(read):
            bad |= _answer(classifier, batch, explain=explain)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 3 if bad else 0


def reader(source: BinaryIO) -> Callable[[int], bytes]:
    """Gives what is there, up to so many bytes; of an archive (gzip) what it holds.

    What it gives has to keep `source` open, and to read a file from where looking at its first bytes left its buffer.
    """
    if not source.seekable():
        return lambda most: os.read(source.fileno(), most)
    begins, is_archive = source.tell(), source.read(2) == b"\x1f\x8b"
    source.seek(begins)
    return gzip.GzipFile(fileobj=source).read1 if is_archive else source.read


def _batches(read: Callable[[int], bytes]) -> Iterator[list[tuple[int, bytes]]]:
    """Lines with their numbers, as many at a time as are there; the last one may lack its line feed."""
    number = 0
    waiting = b""
    while True:
        chunk = read(_CHUNK)
        lines = (waiting + chunk).split(b"\n") if b"\n" in chunk or not chunk else [waiting + chunk]
        waiting = lines.pop() if chunk else b""
        if not chunk and lines == [b""]:
            return
        numbered = [(number + place, line) for place, line in enumerate(lines, 1)]
        number += len(lines)
        for start in range(0, len(numbered), _BATCH):
            yield numbered[start : start + _BATCH]
        if not chunk:
            return


def _answer(classifier: Classifier, batch: list[tuple[int, bytes]], *, explain: bool) -> bool:
    read = [
        report_from(line.decode("utf-8", errors="replace").removeprefix("\ufeff"), number) for number, line in batch
    ]
    assessed = iter(classifier.assess([each for each in read if not isinstance(each, BadLine)]))
    lines: list[str] = []
    for each in read:
        if isinstance(each, BadLine):
            lines.append(json.dumps(bad_line(each), ensure_ascii=False))
            continue
        assessment = next(assessed)
        lines.append(
            explained(assessment, each.title) if explain else json.dumps(line_of(assessment), ensure_ascii=False)
        )
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8", errors="replace"))
    sys.stdout.buffer.flush()
    return any(isinstance(each, BadLine) for each in read)


def explained(assessment: Assessment, title: str) -> str:
    """For people: the verdict, then each sighting with sentence, words and reason."""
    labels = ", ".join((*assessment.types, *assessment.easing))
    head = f"{assessment.report_key}: {assessment.state} ({assessment.probability:.2f}) {labels}".rstrip()
    where = ", ".join(place.name for place in assessment.places)
    parts = [head, f"  {title}"] if title else [head]
    if where:
        parts.append(f"  at {where}")
    if not assessment.sightings:
        parts.append("  nothing in it speaks of a siege, reinforcements, failed talks, an agreement or a withdrawal")
    for sighting in assessment.sightings:
        mark = "+" if sighting.counts else "-"
        weights = ", ".join(f"{word} {weight:+.2f}" for word, weight in sighting.words)
        parts += [
            f"  {mark} {sighting.type} {sighting.probability:.2f} [{sighting.state}]",
            f"    {sighting.sentence}",
            f"    {sighting.why}",
            f"    {weights}",
        ]
    return "\n".join(parts) + "\n"
