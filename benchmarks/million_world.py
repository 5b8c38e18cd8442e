"""A database of a million reports, 20,000 of them flagged, as years of watching would leave it behind.

What the log asks for is as it would be: texts of some hundred words in both languages, situations with several sources,
alerts, messages sent, reviews. The reports that nobody lists are shorter, for they are only in the way.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from monitor.gazetteer import Gazetteer
from monitor.records import EVENT_TYPES, LEVELS, Alert, Assessment, Label, Place, Report, Sighting
from monitor.store import Store, Transaction, log_rows
from monitor.store.columns import metadata
from monitor.store.review_tables import review
from monitor.store.tables import alert, alert_report, delivery, report, situation, situation_report, telling

ROOT = Path(__file__).resolve().parent.parent
BEGINS = datetime(2023, 1, 1, tzinfo=UTC)
FEEDS = 40
REPORTS_OF_A_SITUATION = 5
UNCERTAIN = 0.2  # of the listed ones
_PORTION = 5000
_CLEAR: dict[str, Any] = {"sightings": [], "types": [], "easing": [], "places": [], "probabilities": {}, "signs": []}


@dataclass(frozen=True)
class Size:
    reports: int
    flagged: int

    @property
    def listed(self) -> int:
        return round(self.flagged / (1 - UNCERTAIN))


def fill(store: Store, size: Size, seed: int = 7) -> None:
    """Everything but the rows of the log, which the monitor then builds itself."""
    world = _World(random.Random(seed), size)
    with store.write() as tx:
        _unlisted(tx, world)
        for start in range(0, size.listed, _PORTION):
            world.listed(tx, range(start, min(start + _PORTION, size.listed)))


def index(store: Store) -> None:
    with store.write() as tx:
        log_rows.build(tx, anew=True)
    with store.write() as tx:
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql("ANALYZE")  # autovacuum does it within a minute


class _World:
    def __init__(self, dice: random.Random, size: Size) -> None:
        self.dice, self.size = dice, size
        self.step = timedelta(days=3 * 365) / size.reports
        self.places = [place for place in Gazetteer.load().places if place.area]
        rows = [json.loads(line) for line in (ROOT / "models/evaluation/reports.jsonl").read_text().splitlines()]
        self.words = {
            language: " ".join(row["text"] for row in rows if row["language"] == language).split()
            for language in ("en", "ar")
        }

    def at(self, number: int) -> datetime:
        return BEGINS + number * self.step

    def text(self, language: str, words: int) -> str:
        start = self.dice.randrange(len(self.words[language]) - words)
        return " ".join(self.words[language][start : start + words])

    def listed(self, tx: Transaction, numbers: range) -> None:
        every = self.size.reports // self.size.listed
        made = [self._listed(number, self.at(number * every + 1)) for number in numbers]
        tx.execute(sa.insert(report), [_row(*pair) for pair in made])
        by_situation = [
            made[start : start + REPORTS_OF_A_SITUATION] for start in range(0, len(made), REPORTS_OF_A_SITUATION)
        ]
        for number, some in enumerate(by_situation, numbers.start // REPORTS_OF_A_SITUATION):
            self._situation(tx, number, [pair for pair in some if pair[1].state == "flagged"])
        said = [pair[0] for pair in made if self.dice.random() < 0.15]
        tx.execute(sa.insert(review), [self._review(each) for each in said])

    def _listed(self, number: int, at: datetime) -> tuple[Report, Assessment]:
        language = "ar" if self.dice.random() < 0.6 else "en"
        place = self.places[int(len(self.places) * self.dice.random() ** 3)]
        types: list[Label] = [EVENT_TYPES[int(3 * self.dice.random() ** 1.5)]]
        key, text = f"k{number:06d}", self.text(language, 300)
        state = "uncertain" if self.dice.random() < UNCERTAIN else "flagged"
        sentence = " ".join(text.split()[40:65])
        feed, url = f"feed-{int(FEEDS * self.dice.random() ** 2)}", f"https://example.org/{key}"
        title = self.text(language, 9)
        new = Report(key, feed, key, url, title, text, "page", "", language, at, at, fingerprint=key)
        sighting = Sighting(
            types[0], state == "flagged", "now", sentence, "text", 0, len(sentence), 0.9, place, "sentence", (), "now"
        )
        kept = {"flagged": tuple(types)} if state == "flagged" else {}
        return new, Assessment(
            key, state, kept.get("flagged", ()), (), round(self.dice.uniform(0.5, 1), 3), {types[0]: 0.9}, True, True,  # type: ignore[arg-type]
            (place,) if kept else (), language, (sighting,), "escalation@1",
        )  # fmt: skip

    def _situation(self, tx: Transaction, number: int, pairs: list[tuple[Report, Assessment]]) -> None:
        if not pairs:
            return
        first, judged = pairs[0]
        place, key = judged.places[0], f"s-{number}"
        level = LEVELS[int(4 * self.dice.random() ** 2)]
        stands = {"opened_at": first.seen_at, "last_report_at": pairs[-1][0].seen_at, "tracks": {}, "level": level}
        tx.execute(sa.insert(situation), {"key": key, "place": f"{place.slug}!{number}", "number": 1, **stands})
        tx.execute(sa.insert(situation_report), [{"report_key": each.key, "situation": key} for each, _ in pairs])
        tx.execute(sa.insert(telling), [_telling(*pair) for pair in pairs])
        told = _alert(key, first, judged, place)
        values = {"occasion": told.occasion, "situation": key, "held": "", "level": level, "record": told}
        numbered = tx.scalar(sa.insert(alert).values(values).returning(alert.c.id))
        tx.execute(sa.insert(alert_report), [{"report_key": each.key, "alert_id": numbered} for each, _ in pairs])
        tx.execute(
            sa.insert(delivery), [_delivery(numbered, name, first.seen_at) for name in ("night", "desk", "field")]
        )

    def _review(self, each: Report) -> dict[str, Any]:
        verdict = self.dice.choice(("confirm", "confirm", "false_alarm", "duplicate", "unsure"))
        return {"report_key": each.key, "verdict": verdict, "note": "", "reviewer": "ann", "at": each.seen_at}


def _row(new: Report, judged: Assessment) -> dict[str, Any]:
    values = {name: getattr(new, name) for name in Report.__dataclass_fields__}
    return values | {"state": judged.state, "assessment": judged, "entry_digest": new.key}


def _telling(new: Report, judged: Assessment) -> dict[str, Any]:
    said = {"report_key": new.key, "outlet": new.feed, "source": new.feed, "copy_of": "", "reason": ""}
    return said | {"types": judged.types, "at": new.seen_at}


def _alert(key: str, first: Report, judged: Assessment, place: Place) -> Alert:
    return Alert(
        f"{key}:new:siege:1",
        key,
        "new",
        first.seen_at,
        judged.types,
        place=place,
        probability=0.9,
        report_key=first.key,
    )


def _delivery(alert_id: int | None, recipient: str, at: datetime) -> dict[str, Any]:
    values = {"alert_id": alert_id, "recipient": recipient, "channel": "log", "languages": ("en",), "zone": "UTC"}
    return values | {"state": "sent", "attempts": 1, "created_at": at, "due_at": at, "sent_at": at, "error": ""}


def _unlisted(tx: Transaction, world: _World) -> None:
    """By the quickest way that each database has."""
    names = [column.name for column in metadata.tables["report"].columns]
    rows = (tuple(row[name] for name in names) for row in _clear_rows(world, sqlite=tx.dialect.name == "sqlite"))
    driver = tx.connection.driver_connection
    assert driver is not None
    if tx.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        driver.executemany(f"INSERT INTO report ({', '.join(names)}) VALUES ({marks})", rows)
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY report ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _clear_rows(world: _World, *, sqlite: bool) -> Iterator[dict[str, Any]]:
    texts = [(language, world.text(language, 80)) for language in ("ar", "en") for _ in range(200)]
    for number in range(world.size.reports - world.size.listed):
        language, text = texts[number % len(texts)]
        key = f"c{number:07d}"
        moment = world.at(number) + timedelta(microseconds=7)
        at = f"{moment:%Y-%m-%d %H:%M:%S.%f}" + ("" if sqlite else "+00")
        feed, url = f"feed-{number % FEEDS}", "https://example.org/"
        new = Report(key, feed, key, url, text[:60], text, "page", "", language, None, moment)
        judged = {**_CLEAR, "report_key": key, "state": "clear", "probability": 0.1, "in_area": False}
        judged |= {"current": False, "language": language, "model": "escalation@1"}
        kept = asdict(new) | {"seen_at": at, "entry_digest": key, "state": "clear", "assessment": json.dumps(judged)}
        yield kept
