"""What merge, split and close do and say."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.cli.terminal import login_name
from monitor.errors import StoreError
from monitor.gazetteer import Gazetteer
from monitor.pipeline import reshaping
from monitor.service import utc_now
from monitor.settings import Settings
from monitor.store import Store


@dataclass(frozen=True, slots=True)
class Signed:
    """What the verbs that change a situation are given by whoever changes it."""

    author: str  # "" for the name they are logged in with
    reason: str

    @property
    def act(self) -> reshaping.Act:
        if not self.reason.strip():
            raise StoreError("the reason is empty: say in a few words why, for those who look at it later")
        return reshaping.Act(self.author or login_name(), self.reason.strip(), utc_now())


def merge(store: Store, settings: Settings, key: str, into: str, signed: Signed) -> str:
    merged = reshaping.merge(store, key, into, signed.act, settings.levels)
    return (
        f"{key} is part of {merged.key} now, which is {merged.level}. `monitor situations show {merged.key}` shows it."
    )


def split(store: Store, settings: Settings, key: str, reports: Sequence[str], signed: Signed) -> str:
    gazetteer = Gazetteer.load(settings.gazetteer)
    own = reshaping.split(store, gazetteer, key, reports, signed.act, settings.levels)
    return f"Of the reports of {key} {len(reports)} are {own.key} now, which is {own.level}."


def close(store: Store, key: str, signed: Signed) -> str:
    reshaping.close(store, key, signed.act)
    return f"{key} is closed. The next report at its place opens a new situation."
