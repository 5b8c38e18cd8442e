"""The log kept, filtered, searched and turned over, on both databases alike."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.records import LABELS, Assessment, Place, Report, Review, Telling
from monitor.store import Store, Transaction, log_rows, reports, reviews, situations, tellings
from tests.examples import BALAD, JASIM, NOON, assessment, report
from tests.log_search_support import add, found, kept
from tests.store_support import HOUR, ROUGH, situation

DARAA = Place("daraa", "Daraa", "درعا", 32.62, 36.1, "city", "Daraa", True)
PLACES = (JASIM, BALAD, DARAA)
VERDICTS = ("confirm", "false_alarm", "wrong_type", "not_current", "unsure", "duplicate")


class Story:
    """Things that happen to a log, one after the other, chosen by a seed."""

    def __init__(self, tx: Transaction, seed: int) -> None:
        self.tx, self.dice = tx, random.Random(seed)
        self.read: dict[str, Report] = {}
        self.numbers = dict.fromkeys((place.slug for place in PLACES), 1)

    def go_on(self) -> None:
        acts = (
            self.add,
            self.add,
            self.revise,
            self.belong,
            self.belong,
            self.review,
            self.review,
            self.move,
            self.rise,
        )
        self.dice.choice(acts)()

    def judged(self, key: str) -> Assessment:
        labels = self.dice.sample(LABELS, self.dice.randint(1, 3))
        made = assessment(*labels, key=key, place=self.dice.choice(PLACES))
        return replace(made, state=self.dice.choice(("flagged", "flagged", "uncertain", "clear")))

    def add(self) -> None:
        key = f"r{len(self.read)}"
        new = report(key, hours=self.dice.randint(0, 9), entry_key=key, canary=self.dice.random() < 0.05)
        self.read[key] = new
        reports.add(self.tx, new, self.judged(key))

    def revise(self) -> None:
        if self.read:
            old = self.dice.choice(list(self.read.values()))
            later = old.seen_at + timedelta(minutes=self.dice.randint(0, 3))
            new = replace(old, revision=old.revision + 1, title=f"Title {self.dice.random()}", seen_at=later)
            self.read[new.key] = new
            reports.revise(self.tx, new, self.judged(new.key))

    def belong(self) -> None:
        if self.read:
            key = self.dice.choice(list(self.read))
            home = situation(self.dice.choice(PLACES).slug, self.dice.randint(1, 2))
            situations.save(self.tx, home)
            situations.link(self.tx, key, home.key, "new", "", ())
            copy = self.dice.choice(["", "", *self.read])
            said = tuple(self.dice.sample(LABELS, 2))
            tellings.keep(self.tx, Telling(key, self.dice.choice("ABC"), self.dice.choice("XY"), copy, "", said, NOON))

    def review(self) -> None:
        if self.read:
            key, verdict = self.dice.choice(list(self.read)), self.dice.choice(VERDICTS)
            given = reviews.of_report(self.tx, key)
            revokes = self.dice.choice([0, 0, *(each.number for each in given)])
            types = ("siege",) if verdict == "wrong_type" and self.dice.random() < 0.5 else ()
            reviews.add(self.tx, Review(key, verdict, "", "ann", NOON, types=types, revokes=revokes))  # type: ignore[arg-type]

    def move(self) -> None:
        homes = situations.listing(self.tx, 10)
        if homes and self.read:
            situations.move(
                self.tx, self.dice.sample(list(self.read), min(3, len(self.read))), self.dice.choice(homes).key
            )

    def rise(self) -> None:
        homes = situations.listing(self.tx, 10)
        if homes:
            level = self.dice.choice(("watch", "elevated", "critical", "emergency"))
            situations.save(self.tx, replace(self.dice.choice(homes), level=level))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_the_rows_are_as_if_they_were_built_anew(store: Store, seed: int) -> None:
    with store.write() as tx:
        story = Story(tx, seed)
        for _ in range(100):
            story.go_on()
        before = kept(tx)
        assert len(before) > 15
        assert len({row[0][5] for row in before}) >= 3  # grades
        log_rows.build(tx, anew=True)
        assert kept(tx) == before


@pytest.fixture
def listed(store: Store) -> Store:
    arabic = "أغلقت قوات الأمن العام جميع الطرق المؤدية إلى المدينة وحاصرت الأحياء السكنية."
    with store.write() as tx:
        add(tx, "siege", title="Army encircles the town", text="Troops “closed every road”, al-Balad sources said.")
        add(
            tx,
            "column",
            "reinforcements",
            hours=1,
            feed="sana",
            title="A convoy arrives",
            text="Forty trucks reinforced it.",
        )
        add(tx, "arabic", hours=2, language="ar", title="حصار جاسم", text=arabic, place=BALAD)
        add(tx, "rough", "siege", "failed_talks", hours=3, title=ROUGH, text=ROUGH * 30)
        home = situation("jasim", 1, level="critical")
        situations.save(tx, home)
        for key, source in (("siege", "A"), ("rough", "B")):
            situations.link(tx, key, home.key, "new", "", ())
            tellings.keep(tx, Telling(key, source, source, "", "", ("siege",), NOON))
        reviews.add(tx, Review("arabic", "confirm", "", "ann", NOON))
    return store


def test_each_filter_leaves_what_it_asks_for(listed: Store) -> None:
    wanted: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["rough", "arabic", "column", "siege"]),
        ({"places": ("jasim",)}, ["rough", "column", "siege"]),
        ({"places": ("daraa",)}, ["arabic"]),  # a quarter lies in its town
        ({"places": ("district-daraa",)}, ["arabic"]),
        ({"places": (log_rows.IN_THE_AREA,)}, ["rough", "arabic", "column", "siege"]),
        ({"places": ("jasim", "daraa-al-balad")}, ["rough", "arabic", "column", "siege"]),
        ({"types": ("failed_talks",)}, ["rough"]),
        ({"types": ("reinforcements", "failed_talks")}, ["rough", "column"]),
        ({"levels": ("critical",)}, ["rough", "siege"]),
        ({"grades": ("corroborated",)}, ["rough", "siege"]),
        ({"grades": ("confirmed", "unconfirmed")}, ["arabic", "column"]),
        ({"reviews": ("none",)}, ["rough", "column", "siege"]),
        ({"reviews": ("any",)}, ["arabic"]),
        ({"reviews": ("confirm", "none")}, ["rough", "arabic", "column", "siege"]),
        ({"states": ("uncertain",)}, []),
        ({"feeds": ("sana",)}, ["column"]),
        ({"languages": ("ar",)}, ["arabic"]),
        ({"since": NOON + HOUR}, ["rough", "arabic", "column"]),
        ({"until": NOON + 2 * HOUR}, ["column", "siege"]),
        ({"places": ("jasim",), "text": "convoy"}, ["column"]),
        ({"places": ("daraa",), "text": "convoy"}, []),
        ({"levels": ("critical",), "types": ("siege",), "languages": ("en",), "text": "army"}, ["siege"]),
        ({"feeds": ("sana",), "text": "جاسم"}, ["column"]),
        ({"reviews": ("any",), "text": "جاسم"}, ["arabic"]),
        ({"places": ("jasim",), "feeds": ("sana",)}, ["column"]),
        ({"places": (log_rows.IN_THE_AREA,), "feeds": ("sana",)}, ["column"]),
        ({"places": (log_rows.IN_THE_AREA,), "text": "convo*"}, ["column"]),
        ({"reviews": ("none",), "grades": ("corroborated",)}, ["rough", "siege"]),
        ({"reviews": ("none", "any"), "languages": ("ar",)}, ["arabic"]),
    ]
    for filters, keys in wanted:
        assert found(listed, **filters) == keys, filters


SEARCHES = [
    ("encircled", ["siege"]),  # another form of the word
    ("army convoy", []),  # all words must be there
    ('"closed every road"', ["siege"]),
    ('"every closed road"', []),
    ('"town jasim"', []),  # no phrase reaches from one part into the next
    ("al-Balad", ["arabic", "siege"]),  # also by the name of the place
    ("convo*", ["column"]),
    ("reinforcement", ["column"]),
    ("الحصار", ["arabic"]),
    ("أَحْيَاء", ["arabic"]),  # with vowel signs, and without the article
    ('"قوات الامن العام"', ["arabic"]),  # hamza written or not
    ("مدين*", ["rough", "arabic"]),
    ("جاسم", ["rough", "arabic", "column", "siege"]),
    ("jasim", ["rough", "column", "siege"]),
    ("🕊️", []),
    ("!!!", []),
    ("' OR 1=1 --", []),
    ('words:army OR stems:"', []),
    ("NOT army", []),
    ('"unclosed road', []),
    ('army "town', ["siege"]),
    ("x" * 5000, []),
    ("ﷺ\x00\ud800", ["rough"]),
]


def test_searching_finds_the_same_on_both_databases(listed: Store) -> None:
    for query, keys in SEARCHES:
        assert found(listed, text=query) == keys, query


def test_words_outside_latin_and_arabic_are_found_too(store: Store) -> None:
    with store.write() as tx:
        add(tx, "r1", text="В Джасиме осада 包围 straße, ꙮ𝒳 ①")
    for query in ("осада", "оса*", '"джасиме осада"', "包围", "strasse", "осадаа"):
        assert found(store, text=query) == (["r1"] if query != "осадаа" else []), query
