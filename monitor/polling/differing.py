"""Whether an entry was edited, or only shows another number of views and another "3 minutes ago".

A fingerprint is the entry's own, letter for letter, and its gist. That takes a fraction of a millisecond: only where
letters differ, and of what is read for the first time by the process that parses it.
"""

from monitor.records import Entry
from monitor.text.gist import gist

# An entry that has changed so often changes by itself in a way nobody foresaw: from here on its headline alone counts.
RESTLESS = 8


def fingerprint_of(entry: Entry) -> str:
    """What of the entry makes it this entry; another one under the same key is a new revision."""
    return f"{entry.fingerprint}:{_gist(entry)}"


def differs(entry: Entry, known: str, revision: int) -> bool:
    """Whether the entry says something else than what is known under `known`, its `revision`-th wording."""
    letters, *meaning = known.rsplit(":", 3)
    if letters == entry.fingerprint:
        return False
    if len(meaning) != 3:  # kept when letters were all that was compared
        return True
    title, bare_title, text = _gist(entry).split(":")
    return bare_title != meaning[1] if revision >= RESTLESS else (title, text) != (meaning[0], meaning[2])


def _gist(entry: Entry) -> str:
    return entry.gist or gist(entry)
