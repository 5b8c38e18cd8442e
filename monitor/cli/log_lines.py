"""Lines of the log: words for people, or one JSON object each for programs. What is secret is taken out of both here,
whichever library wrote it, since a token in an exception is nobody's intention.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal

import click

Form = Literal["text", "json"]

# Whoever reads such a link or header is let in by it. Ours are as long as secrets.token_urlsafe makes them.
_LINK = re.compile(r"(/setup/)[\w-]{16,}")
_ALWAYS = (
    (re.compile(r"(/a/|\bmonitor_\d+_)[\w-]{16,}"), r"\1***"),
    (re.compile(r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie)\b(['\"]?\s*[:=]\s*)[^\r\n]+"), r"\1\2***"),
    (
        re.compile(r"(?i)\b((?:session|csrf|access_?token|api_?key|password)\b['\"]?\s*[:=]\s*)['\"]?[^\s'\",;]+"),
        r"\1***",
    ),
)


class Lines(logging.Handler):
    """Writes to what stands for stderr at the moment: while a progress bar is shown, lines go above it."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form
        self.hide: Callable[[str], str] = str  # replaced once it is known what is secret
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self._object(record) if self.form == "json" else self._words(record)
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()
        except (OSError, ValueError):  # the terminal is gone; watching goes on
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging calls it so
        """Without the record: what the standard library prints of it has not been through our hands."""

    def clean(self, text: str) -> str:
        text = self.hide(text)
        for pattern, instead in _ALWAYS:
            text = pattern.sub(instead, text)
        return text

    def _words(self, record: logging.LogRecord) -> str:
        """The link that makes the first account stays: it is for whoever sits at this terminal, and works once."""
        return self.clean(self.format(record))

    def _object(self, record: logging.LogRecord) -> str:
        said: dict[str, str] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        trace = self._trace(record)
        if trace:
            said["exception"] = trace
        # each by itself and before it is escaped: afterwards a secret with a quote in it would not be found
        safe = {name: _LINK.sub(r"\1***", self.clean(value)) for name, value in said.items()}
        line = json.dumps(safe, ensure_ascii=False)
        return line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")

    def _trace(self, record: logging.LogRecord) -> str:
        made = self.formatter.formatException(record.exc_info) if self.formatter and record.exc_info else ""
        return "\n".join(each for each in (made or record.exc_text or "", record.stack_info or "") if each)


def begin(form: Form, *, verbose: bool) -> None:
    """Log lines on stderr, so that stdout stays data. Libraries only from WARNING on."""
    logging.basicConfig(handlers=[Lines(form)], level=logging.WARNING)
    logging.getLogger("monitor").setLevel(logging.DEBUG if verbose else logging.INFO)


def catch_the_rest() -> None:
    """What nobody caught, and what Python warns of, becomes lines too: Python itself prints it with all secrets."""
    logging.captureWarnings(True)
    sys.excepthook = _broke_off
    threading.excepthook = lambda broken: _broke_off(
        broken.exc_type, broken.exc_value or broken.exc_type(), broken.exc_traceback
    )
    sys.unraisablehook = lambda broken: _broke_off(
        broken.exc_type, broken.exc_value or broken.exc_type(), broken.exc_traceback
    )


def handlers() -> list[Lines]:
    """Ours, if the verb logs at all."""
    return [each for each in logging.getLogger().handlers if isinstance(each, Lines)]


def say_why(error: Exception) -> None:
    """Why a verb could not do its work: a line of the log where programs read it."""
    if any(each.form == "json" for each in handlers()):
        logging.getLogger("monitor").critical("%s", error)
    else:
        click.echo(f"monitor: {error}", err=True)


def _broke_off(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if handlers():
        logging.getLogger("monitor").critical("the monitor itself failed", exc_info=(kind, error, trace))
    else:
        sys.__excepthook__(kind, error, trace)
