"""What an attacker would have us show, and a month of reports with it wherever foreign words can stand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from fastapi.routing import iter_route_contexts

from monitor.pipeline.sampling import draw_samples
from monitor.records.learning import Change
from monitor.settings import Feed, Recipient
from monitor.store import Store, acknowledgements, feeds, models, outbox
from monitor.store.acknowledgements import Acknowledgement
from tests.examples import NOON, assessment, report, sighting
from tests.ledger_support import Desk
from tests.people_support import Clock
from tests.situations_support import HOUR, Month
from tests.web_support import ADDRESS, Front

SUM = "9801547"  # what a template would make of {{1337*7331}}
EVIL = " ".join(
    (
        "<x-pwned><script>window.__pwned=1</script></x-pwned>",
        "\"><img src=x onerror='window.__pwned=2' data-pwned=1>",
        "'><svg/onload=window.__pwned=3 data-pwned=1><animate onbegin=window.__pwned=4 attributeName=x dur=1s>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=window.__pwned=5 data-pwned=1>",
        "</title></textarea></script></select></template><iframe srcdoc='<script>parent.__pwned=6</script>'></iframe>",
        '" autofocus onfocus="window.__pwned=7" data-pwned="1',
        "<a href='javascript:window.__pwned=8' data-pwned>x</a><base href=//evil.example/><meta http-equiv=refresh "
        "content='0;url=//evil.example'><link rel=stylesheet href=//evil.example/x.css>",
        "{{1337*7331}} {% include '/etc/passwd' %} ${1337*7331} <%= 1337*7331 %> #{1337*7331} %(x)s {0}",
        "\u202egnp.exe\u2066 \u200f\ufeff \x00\x08\x1b[31m <!--><x-pwned> --!> <![CDATA[<x-pwned>]]> &lt;x-pwned&gt;",
        "حاصرت<x-pwned dir=rtl>القوات</x-pwned>",
    )
)
PLAIN = "Army units closed all roads into Jasim, residents said."
ADDRESSES = (
    "javascript:window.__pwned=9//https://example.org/",
    "data:text/html,<script>window.__pwned=10</script>",
    'https://example.org/" onmouseover="window.__pwned=11" data-pwned="1',
    "JaVaScRiPt\t:window.__pwned=12",
    "//evil.example/%0d%0aSet-Cookie:x=1",
)
FEED = "evil-feed"


@dataclass(frozen=True)
class Way:
    """A route as somebody from outside sees it: `path` with its parameters in braces."""

    path: str
    method: str
    route: Any

    def filled(self, **values: str) -> str:
        """KeyError for a parameter that nobody thought of: say in the test what belongs there."""
        return self.path.format_map(values)


def ways(app: Any) -> Iterator[Way]:
    """Every route that the app has, whoever added it."""
    for each in iter_route_contexts(app.routes):
        for method in sorted(each.methods or ()):
            yield Way(str(each.path), method, each.original_route)


def fields_of(way: Way) -> list[str]:
    """Names of what its form, or its JSON, has."""
    names = []
    for each in way.route.dependant.body_params:
        model = getattr(each.field_info.annotation, "model_fields", None)
        names += list(model) if model else [each.name]
    return names


def poisoned(store: Store, says: str) -> Front:
    """The month, with `says` in all that sources, servers, reviewers and owners write."""
    made = Month(store)
    evil = Feed.model_construct(**{**dict(made.desk.parts.settings.feeds[0]), "name": FEED, "outlet": says})
    settings = made.desk.parts.settings
    changed = {
        "feeds": (*settings.feeds, evil),
        "recipients": {**settings.recipients, says[:200]: Recipient(channels=("log",))},
    }
    made.desk.parts = replace(made.desk.parts, settings=settings.model_copy(update=changed))
    made.tell()
    made.blind(NOON)
    _read(made.desk, says)
    _noted(store, says)
    draw_samples(store, NOON + timedelta(days=1))
    front = made.front(NOON + timedelta(days=1))
    _judged(front, says)
    return front


def _read(desk: Desk, says: str) -> None:
    """Flagged, uncertain and clear reports."""
    for number, address in enumerate((*ADDRESSES, *ADDRESSES)):
        key, hours = f"evil-{number}", -30 + number
        seen = sighting("siege", says, words=((says, 1.2),), why=says, end=200)
        judged = assessment("siege", key=key, sightings=(seen,), model=says)
        if number > 4:
            unsure = replace(seen, counts=False, place=None if number > 7 else seen.place)
            state: Any = "uncertain" if number > 6 else "clear"
            judged = replace(judged, state=state, sightings=(unsure,), types=(), places=())
        text = {"title": says, "text": f"{says}\n\n{says}", "summary": says, "note": says[:100]}
        about = {"url": address if says == EVIL else "https://example.org/1", "language": "en" if number % 2 else "ar"}
        desk.read(report(key, hours=hours, entry_key=key, feed=FEED, **text, **about), judged)


def _noted(store: Store, says: str) -> None:
    """What servers answered, and what came of messages and models."""
    with store.write() as tx:
        feeds.sync(tx, [FEED, "alpha", "beta", "gamma"], NOON - 99 * HOUR)
        feeds.fail(tx, FEED, error=says, due_at=NOON + HOUR, now=NOON - HOUR)
        for each in outbox.listing(tx, limit=3):
            acknowledgements.add(tx, Acknowledgement(each.number, each.occasion.split(":")[0], says, NOON))
        models.change(tx, Change("escalation", "promote", "aaaa1111", NOON, says, says))


def _judged(front: Front, says: str) -> None:
    """What people write: notes of reviews, reasons of silences and of what was done to situations."""
    browser = front.browser("reviewer")
    note = says.replace("\x00", "")[:900]
    for number, verdict in enumerate(("confirm", "false_alarm", "unsure")):
        given = browser.do(f"/reports/evil-{number}/reviews", {"verdict": verdict, "note": note})
        assert given.status_code == 303, given.text
    done = [
        browser.do("/silences", {"span": "2h", "place": "Nawa", "reason": note}),
        browser.do("/situations/nawa-1/silence", {"span": "2h", "what": "situation", "reason": note}),
        browser.do("/situations/tafas-1/close", {"reason": note}),
    ]
    assert [each.status_code for each in done] == [303, 303, 303], [each.text for each in done]


__all__ = ["ADDRESS", "ADDRESSES", "EVIL", "FEED", "PLAIN", "SUM", "Clock", "Way", "fields_of", "poisoned", "ways"]
