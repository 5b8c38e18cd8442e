"""Where a page of a list goes on: opaque to those who hand it back, and refused unless it is one of ours.

Lists that are numbered go on by a number, all others by the time and the key of their last row.
"""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta

from monitor.store.columns import Cursor

_WRITTEN = re.compile("[0-9a-f]{1,16}")
_LARGEST = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 400  # letters


def cursor(number: int | None) -> str | None:
    return None if number is None else f"{number:x}"


def number(written: str) -> int | None:
    """None when it is no cursor."""
    if not _WRITTEN.fullmatch(written):
        return None
    found = int(written, 16)
    return found if found <= _LARGEST else None


def of_row(at: datetime, key: str) -> str:
    moment = (at - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{moment:x} {key}".encode()).decode().rstrip("=")


def row(written: str) -> Cursor | None:
    """None when it is no cursor."""
    if len(written) > _LONGEST:
        return None
    try:
        padded = written + "=" * (-len(written) % 4)
        moment, _, key = base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(" ")
        microseconds = number(moment)
        return (_EPOCH + timedelta(microseconds=microseconds), key) if microseconds is not None and key else None
    except (binascii.Error, ValueError, OverflowError):
        return None
