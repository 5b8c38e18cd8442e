"""Where a page of a list goes on: opaque to those who hand it back, and refused unless it is one of ours."""

import re

_WRITTEN = re.compile("[0-9a-f]{1,16}")
_LARGEST = 2**63 - 1


def cursor(number: int | None) -> str | None:
    return None if number is None else f"{number:x}"


def number(written: str) -> int | None:
    """None when it is no cursor."""
    if not _WRITTEN.fullmatch(written):
        return None
    found = int(written, 16)
    return found if found <= _LARGEST else None
