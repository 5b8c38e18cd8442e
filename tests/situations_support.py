"""A month of reports in the real ledger, for the pages that show situations, and the app over it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from monitor.records import Gap
from monitor.settings import Recipient
from monitor.store import Store, feeds, gaps, meta
from monitor.watchdog import Watchdog
from monitor.web import create_app
from tests.examples import NOON
from tests.ledger_support import OUTLETS, Desk, gazetteer
from tests.people_support import Clock
from tests.web_support import PASSWORDS, Front

HOUR = timedelta(hours=1)


@dataclass
class Month:
    """`front.clock` stands at the end of it."""

    store: Store
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        people = {"desk": Recipient(channels=("log",)), "family": Recipient(channels=("log",))}
        self.desk = Desk(self.store, recipients=people)

    def tell(self) -> None:
        """Jasim: a siege that two outlets report, and a copy; Nawa and a quarter: one report each; older ones ended."""
        desk = self.desk
        desk.tell(-600, "reinforcements", at="izra", by="beta")
        desk.tell(-300, "siege", at="tafas", by="alpha")
        desk.tell(-299, "siege", at="tafas", by="beta")
        desk.tell(-250, "withdrawal", at="tafas", by="gamma")
        desk.tell(-30, "siege", at="jasim", by="alpha", title="الجيش يغلق مداخل جاسم", text="same words " * 60)
        desk.tell(-29, "siege", at="jasim", by="gamma", text="same words " * 60)
        desk.tell(-28, "siege", "reinforcements", at="jasim", by="beta", title="<b>Column</b> reaches Jasim")
        desk.tell(-20, "reinforcements", at="nawa", by="alpha")
        desk.tell(-10, "failed_talks", at="daraa-al-balad", by="beta")
        desk.tell(-9, "siege", at="daraa-governorate", by="gamma")

    def blind(self, now: datetime) -> None:
        """Two days ago nothing could be read for five hours; one feed missed some more."""
        with self.store.write() as tx:
            feeds.sync(tx, OUTLETS, now)
            meta.put(tx, "first_started_at", (now - timedelta(days=60)).isoformat())
            gaps.begin(tx, "", now - 50 * HOUR, "no network")
            gaps.end(tx, "", now - 45 * HOUR)
            gaps.note(tx, Gap("beta", now - 75 * HOUR, now - 70 * HOUR, now - 70 * HOUR, "it shows ten entries"))

    def front(self, now: datetime = NOON) -> Front:
        clock = Clock(now)
        reader = SimpleNamespace(gazetteer=gazetteer(), name="escalation", version="52da4052")
        parts = replace(self.desk.parts, clock=clock, classifier=cast("Any", reader))
        watchdog = Watchdog(parts)
        return Front(parts, clock, watchdog, create_app(watchdog, PASSWORDS))


def month(store: Store, now: datetime = NOON) -> Month:
    made = Month(store)
    made.tell()
    made.blind(now)
    return made
