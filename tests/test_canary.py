"""The canary: it goes the whole way, names the stage that stops it, and reaches nobody whatever the rules say."""

import asyncio
import json
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor import canary
from monitor.cli.reviewing import Given, add_review
from monitor.errors import DeliveryError, ModelError, StoreError
from monitor.gazetteer import Gazetteer
from monitor.pipeline import open_canary
from monitor.pipeline.canary import Canary
from monitor.pipeline.decide import Case, decide
from monitor.pipeline.publish import Publisher
from monitor.records import Beat, Message, Taken
from monitor.rules import reaches
from monitor.settings import Near, Recipient, Rule
from monitor.settings.models import Canary as CanarySettings
from monitor.store import Store, beats, feeds, hearing, lookback, meta, outbox, published, reports
from monitor.store import channels as accounts
from monitor.store.reports import LogQuery
from tests.canary_support import World, _report, _shared, beat, blank, boxes, file, marked_rows, others_do_their_work
from tests.people_support import Clock

__all__ = ["_shared", "blank", "file"]  # fixtures


EVERYTHING = LogQuery(everything=True)
SHORT = CanarySettings(every=2, within=1)


def test_a_report_of_its_own_goes_the_whole_way_in_both_languages(shared: World, store: Store) -> None:
    parts = shared.parts(store)
    done = beat(shared, parts)
    assert (done.failed, done.reason, done.is_good) == ("", "", True)
    assert marked_rows(store) == {"report": 2, "alert": 1, "delivery": 1}
    with store.read() as tx:
        assert beats.last_good(tx) == done
        titles = list(tx.scalars(sa.text("SELECT title FROM report")))
        states = list(tx.scalars(sa.text("SELECT state FROM report")))
        assert list(tx.execute(sa.text("SELECT state, channel, recipient FROM delivery"))) == [("sent", "canary", "")]
    assert all(title.startswith("TEST / تجربة - ") for title in titles)
    assert states == ["flagged", "flagged"]
    assert not any(boxes(parts).values())


def test_it_leaves_no_trace_in_anything_that_people_read(shared: World, store: Store) -> None:
    parts = shared.parts(store)
    beat(shared, parts)
    with store.read() as tx:
        key = tx.scalar(sa.text("SELECT key FROM report LIMIT 1"))
        assert reports.log(tx, EVERYTHING, 10) == list(reports.iterate(tx, EVERYTHING)) == []
        assert reports.log(tx, LogQuery(places=("canary",), everything=True), 10) == []
        assert reports.count(tx, [canary.NAME]) == 0
        assert reports.get(tx, key) is None
        assert tx.scalar(sa.text("SELECT count(*) FROM situation")) == 0
        assert outbox.waiting(tx) == 0
        assert outbox.listing(tx) == []
        assert accounts.due(tx) == {}
        assert published.newest(tx, 10) == []
        assert list(lookback.since(tx, datetime.min.replace(tzinfo=parts.clock().tzinfo))) == []
        assert hearing.pushes(tx, "", ("canary",), parts.clock() - timedelta(days=1)) == []
        assert outbox.of_report(tx, key) == []
    publisher = Publisher(store, shared.classifier.gazetteer, "monitor")
    assert publisher.cap_files() == {}
    assert b"TEST" not in publisher.atom("en", parts.clock())
    assert json.loads(publisher.geojson(parts.clock()))["features"] == []
    with pytest.raises(StoreError, match="no report"):
        add_review(store, parts.settings, key, Given("confirm"), "somebody")


def test_no_digest_and_no_summary_tells_of_it(shared: World, file: Store) -> None:
    clock = Clock()
    people = {"desk": Recipient(channels=("chat",), digest="08:00")}  # type: ignore[arg-type]
    parts = shared.parts(file, recipients=people, clock=clock)
    with file.write() as tx:
        meta.put(tx, "first_started_at", clock().isoformat())
        feeds.sync(tx, ["horan-news"], clock())
        feeds.advance_all(tx, [feeds.Reading("horan-news", clock() + timedelta(days=9), summary_due=True)], clock())
    beat(shared, parts)
    clock.now += timedelta(days=1)
    others_do_their_work(shared, parts)
    told = boxes(parts)["chat"]
    assert [message.facts["kind"] for message in told] == ["summary", "digest"]
    for message in told:
        assert "Ikhtibar" not in message.text
        assert "TEST" not in message.text
        assert message.facts["reports_read"] == 0


def test_a_report_of_a_stranger_that_says_the_same_words_is_a_report_and_has_no_place_there(shared: World) -> None:
    sheet = canary.Sheet("t", Clock()(), "http://127.0.0.1:1/x", shared.classifier.gazetteer.canary)
    text = canary.text_of(sheet, "en")
    assert shared.classifier.gazetteer.find(text) == ()
    assert [each.place.slug for each in shared.classifier.gazetteer.find(text, canary=True)] == ["canary"]


def test_its_place_exists_for_nobody_else(shared: World) -> None:
    gazetteer = shared.classifier.gazetteer
    place = gazetteer.canary
    assert place not in gazetteer.places
    assert place.slug not in gazetteer.points
    assert gazetteer.place(place.slug) is None
    for rule in (
        Rule(to="x"),
        Rule(to="x", places=("canary", place.name, place.arabic, place.district)),
        Rule(to="x", near=Near(lat=0.0, lon=0.0, km=500)),
    ):
        assert not reaches(rule, place)


def test_a_gazetteer_of_ones_own_without_the_canary_still_places_it(tmp_path: Path) -> None:
    path = tmp_path / "gazetteer.yaml"
    line = "{slug: jasim, name: Jasim, arabic: جاسم, kind: town, district: Izra, lat: 32.9, lon: 36.0}"
    path.write_text(f"area:\n  - {line}\n", encoding="utf-8")
    own = Gazetteer(path)
    assert own.canary == Gazetteer.load().canary
    assert [each.slug for each in own.places] == ["jasim"]


def test_nothing_that_a_model_learns_from_or_is_measured_on_names_its_place() -> None:
    place = Gazetteer.load().canary
    root = Path(__file__).parent.parent / "models"
    for path in [*root.rglob("*.jsonl"), *root.rglob("*.json"), *root.rglob("*.txt")]:
        text = path.read_text(encoding="utf-8")
        assert place.name not in text, path
        assert place.arabic not in text, path


def test_the_journey_of_reports_takes_no_marked_one(shared: World, file: Store) -> None:
    parts = shared.parts(file)
    sheet = canary.Sheet("t", parts.clock(), "http://127.0.0.1:1/x", shared.classifier.gazetteer.canary)
    made = canary.marked(_report(sheet))
    (assessment,) = shared.classifier.assess([made])
    assert assessment.state == "flagged"
    with file.write() as tx:
        assert decide(parts, tx, canary.feed_of(sheet), Case(made, assessment)) == 0
        assert tx.scalar(sa.text("SELECT count(*) FROM alert")) == 0


def test_a_feed_server_that_is_gone_is_named(shared: World, file: Store) -> None:
    def broken(bird: Canary) -> None:
        bird.feed.open_at(1)

    done = beat(shared, shared.parts(file), broken)
    assert (done.failed, "refuses the connection" in done.reason) == ("feed", True)


def test_a_feed_server_that_shows_old_news_is_named(
    shared: World, file: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> Beat:
        async with open_canary(shared.parts(file)) as bird:
            assert (await bird.beat()).is_good
            monkeypatch.setattr(bird.feed, "show", lambda _: None)
            return await bird.beat()

    assert shared.run(run()).failed == "parser"


def test_a_feed_server_that_hangs_fails_within_the_limit(
    shared: World, file: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: Any) -> Any:
        await asyncio.sleep(60)

    def broken(bird: Canary) -> None:
        monkeypatch.setattr(bird.http, "get", hang)

    began = time.monotonic()
    done = beat(
        shared, shared.parts(file, canary=SHORT), lambda bird: setattr(bird.http, "get", lambda *_, **__: hang())
    )
    assert (done.failed, done.reason) == ("feed", "it was not through within 1 s")
    assert time.monotonic() - began < 3


def test_a_parser_that_breaks_down_is_named(shared: World, file: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canary, "feed_xml", lambda _: "<rss><channel><item><title>half a fe")
    done = beat(shared, shared.parts(file))
    assert done.failed == "parser"


def test_a_page_that_the_parser_cannot_read_is_named(
    shared: World, file: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canary, "page_html", lambda *_: "<html><body><p>nothing</p></body></html>")
    assert beat(shared, shared.parts(file)).failed == "parser"


def test_a_classifier_that_raises_is_named(shared: World, file: Store) -> None:
    class Broken:
        gazetteer = shared.classifier.gazetteer

        def assess(self, _: object) -> list[Any]:
            raise ModelError("The model file is gone: run `monitor train`.")

    assert beat(shared, shared.parts(file, classifier=Broken())).failed == "classifier"


def test_a_model_that_sees_nothing_is_named(shared: World, file: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    model = shared.classifier._model
    monkeypatch.setattr(model, "intercepts", model.intercepts - 50)
    done = beat(shared, shared.parts(file))
    assert done.failed in {"classifier", "places"}


def test_a_gazetteer_that_misplaces_it_is_named(shared: World, file: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    own = replace(shared.classifier.gazetteer.canary, name="Nawa", arabic="نوى", slug="x")
    monkeypatch.setattr(shared.classifier.gazetteer, "canary", own)
    done = beat(shared, shared.parts(file))
    assert done.failed == "places"
    assert "nawa" in done.reason


def test_a_locked_database_is_named_within_the_limit(shared: World, file: Store) -> None:
    parts = shared.parts(file, canary=SHORT)
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with file.write():
            held.set()
            over.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(10)
        began = time.monotonic()
        done = beat(shared, parts)
        assert time.monotonic() - began < 3
    finally:
        over.set()
        holder.join()
    assert (done.failed, done.number) == ("database", 0)
    assert beat(shared, shared.parts(file)).is_good


def test_an_outbox_that_refuses_is_named_and_nothing_of_the_run_stays(shared: World, file: Store) -> None:
    with file.write() as tx:
        tx.execute(sa.text("CREATE TRIGGER no BEFORE INSERT ON delivery BEGIN SELECT RAISE(ABORT, 'no room'); END"))
    done = beat(shared, shared.parts(file))
    assert done.failed == "outbox"
    assert marked_rows(file) == {"report": 0, "alert": 0, "delivery": 0}


def test_a_target_of_its_own_that_refuses_is_named(shared: World, file: Store) -> None:
    class Refusing:
        async def send(self, _: Message) -> Taken:
            raise DeliveryError("the bot was blocked", permanent=True)

    parts = shared.parts(file, canaries={"chat": Refusing()})
    done = beat(shared, parts)
    assert (done.failed, done.reason) == ("channel", "chat: the bot was blocked")
    with file.read() as tx:  # the channel itself is as it was: nobody's message waits for the canary's target
        assert tx.scalar(sa.text("SELECT count(*) FROM channel_state")) == 0
