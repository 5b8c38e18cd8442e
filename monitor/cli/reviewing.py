"""What `monitor review` does and says."""

from dataclasses import dataclass
from typing import get_args

from monitor.cli.lookback import slug
from monitor.cli.terminal import login_name, said
from monitor.errors import StoreError
from monitor.pipeline.review import Reviewed, submit, undo
from monitor.records import EVENT_TYPES, Review, Verdict
from monitor.service import utc_now
from monitor.settings import Settings
from monitor.store import Store, reports


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed, as it was typed."""

    verdict: str  # or "undo"
    note: str = ""
    reason: str = ""
    types: tuple[str, ...] = ()
    place: str = ""
    duplicate_of: str = ""


def add_review(store: Store, settings: Settings, key: str, given: Given, reviewer: str) -> str:
    """The sentence that says what was noted. StoreError when no report, or more than one, begins with `key`."""
    whole, who, now = _whole(store, key), reviewer or login_name(), utc_now()
    if given.verdict == "undo":
        came, what = undo(store, whole, who, now, settings.levels), "the last review taken back"
    else:
        made = Review(
            whole,
            next(each for each in get_args(Verdict) if each == given.verdict),
            given.note,
            who,
            now,
            reason=given.reason,
            types=tuple(event for event in EVENT_TYPES if event in given.types),
            place=slug(settings, given.place) if given.place else "",
            duplicate_of=_whole(store, given.duplicate_of) if given.duplicate_of else "",
        )
        came, what = submit(store, made, now, settings.levels), f"reviewed: {said(made)}"
    return f"{whole} {what}. Earlier reviews stay; `monitor show {whole}` lists them.{_followed(came)}"


def _whole(store: Store, key: str) -> str:
    with store.read() as tx:
        row = reports.get(tx, key)
    if row is None:
        raise StoreError(f"no report has the key {key}: `monitor log --all` lists them")
    return row.report.key


def _followed(came: Reviewed) -> str:
    sentences: dict[str, object] = {
        f"Corrections owed to those who had the alert: {came.owed}.": came.owed,
        f"Corrections withdrawn before they were sent: {came.withdrawn}.": came.withdrawn,
    }
    for retold in (came.retold, *came.elsewhere):  # elsewhere stand its duplicates
        sentences |= {
            f"{retold.situation} is closed: nothing else tells of an event there.": retold.closed,
            f"{retold.situation} is open again.": retold.reopened,
            f"{retold.situation} stays closed, for {retold.beside} is open there by now; if they are one story: "
            f"`monitor situations merge {retold.situation} {retold.beside}`.": retold.beside,
        }
    return "".join(f" {sentence}" for sentence, holds in sentences.items() if holds)
