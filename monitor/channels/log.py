"""The channel that needs no account: a JSON line per alert in a file, safe on disk, and the message on the terminal."""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

from monitor.channels.blocking import Blocking
from monitor.errors import DeliveryError
from monitor.records import Message, Taken


class LogChannel:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._blocking = Blocking()

    async def send(self, message: Message) -> Taken:
        answer = await self._blocking.run(lambda: self._write(message))
        _show(message.text)
        return Taken(answer)

    def _write(self, message: Message) -> str:
        entry = {"number": message.number, "first_line": message.title, **message.facts, "text": message.text}
        line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            _append(self._path, line)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise DeliveryError(
                f"could not write {self._path} ({reason}): make room or give the channel another path in alerts.yaml"
            ) from error
        return f"written to {self._path}"


def _append(path: Path, line: bytes) -> None:
    """One write, so that lines of two processes do not mix; a line that a crash cut off is closed first."""
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o640)
    try:
        size = os.fstat(handle).st_size
        cut_off = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        data = b"\n" + line if cut_off else line
        if os.write(handle, data) != len(data):
            raise OSError(28, "only a part of the line was written")
        os.fsync(handle)
    finally:
        os.close(handle)


def _show(text: str) -> None:
    """On the terminal, if there is one that takes it; the file already holds the alert."""
    out = sys.stdout
    encoding = getattr(out, "encoding", None) or "utf-8"
    with suppress(OSError, ValueError, AttributeError):  # closed, or a pipe whose reader has gone
        out.write(f"\n{text}\n".encode(encoding, "replace").decode(encoding))
        out.flush()
