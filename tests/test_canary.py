"""The canary: it goes the whole way, names the stage that stops it, and reaches nobody whatever the rules say."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from monitor import canary
from monitor.classifier import Classifier
from monitor.cli.reviewing import Given, add_review
from monitor.errors import ConfigError, DeliveryError, ModelError, StoreError
from monitor.gazetteer import Gazetteer
from monitor.pipeline import Parts, escalate, open_canary, tell_digests, tell_what_stands
from monitor.pipeline.canary import Canary
from monitor.pipeline.decide import Case, decide
from monitor.pipeline.publish import Publisher
from monitor.records import Beat, Message, Taken
from monitor.rules import granted, reaches
from monitor.schedule import Watch, drain
from monitor.settings import ChannelSettings, Near, Recipient, Rule, load
from monitor.settings.models import AlertsFile
from monitor.settings.models import Canary as CanarySettings
from monitor.store import Store, beats, feeds, hearing, lookback, meta, outbox, published, reports
from monitor.store import channels as accounts
from monitor.store.reports import LogQuery
from tests.canary_support import Mailbox, World, blank, boxes, file, opened, world
from tests.people_support import Clock
from tests.test_ack import Killed

__all__ = ["blank", "file"]  # fixtures

EVERYTHING = LogQuery(everything=True)
SHORT = CanarySettings(every=2, within=1)


@pytest.fixture(scope="module", name="shared")
def _shared() -> Iterator[World]:
    with world() as made:
        yield made


def beat(shared: World, parts: Parts, broken: Any = None) -> Beat:
    """One run; `broken` is given the canary, to break something in it."""

    async def run() -> Beat:
        async with open_canary(parts) as bird:
            if broken:
                broken(bird)
            return await bird.beat()

    done: Beat = shared.run(run())
    return done


def others_do_their_work(shared: World, parts: Parts) -> None:
    """All that owes or sends anything to anybody."""

    async def run() -> None:
        tell_what_stands(parts)
        tell_digests(parts)
        escalate(parts)
        await drain(parts, timedelta(hours=1))

    shared.run(run())


def marked_rows(store: Store) -> dict[str, int]:
    with store.read() as tx:
        return {
            table: tx.scalar(sa.text(f"SELECT count(*) FROM {table} WHERE canary")) or 0  # noqa: S608
            for table in ("report", "alert", "delivery")
        }


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
        feeds.advance(tx, "horan-news", memory={}, due_at=clock() + timedelta(days=9), now=clock(), summary_due=True)
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


def _report(sheet: canary.Sheet) -> Any:
    from tests.examples import report

    return report("k", title="", text=canary.text_of(sheet, "en"), language="en")


# One stage broken at a time


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


# Its own targets, and nobody else


def test_where_a_channel_has_a_target_for_it_it_is_really_sent_there_and_nowhere_else(
    shared: World, store: Store
) -> None:
    target = Mailbox()
    parts = shared.parts(store, canaries={"chat": target})
    assert beat(shared, parts).is_good
    (message,) = target.got
    assert message.title == "TEST / تجربة - The monitor is watching; nothing has happened"
    assert "TEST / تجربة - برنامج المراقبة يعمل، ولم يحدث شيء" in message.text
    assert message.facts["test"] is True
    others_do_their_work(shared, parts)
    assert not any(boxes(parts).values())


SLUGS = st.sampled_from(["canary", "Khirbat al-Ikhtibar", "خربة الاختبار", "jasim", "Daraa", "daraa-governorate"])
NAMES = st.sampled_from(["chat", "mail", "canary", "canary:chat", "(canary)", ""])
RULES = st.builds(
    Rule,
    to=st.sampled_from(["desk", "(canary)", ""]),
    places=st.one_of(st.just("all"), st.lists(SLUGS, min_size=1, max_size=3).map(tuple)),
    least_level=st.just("watch"),
) | st.builds(Rule, to=st.just("desk"), near=st.builds(Near, lat=st.just(0.0), lon=st.just(0.0), km=st.floats(1, 500)))
PEOPLE = st.builds(
    Recipient,
    channels=st.lists(NAMES, min_size=1, max_size=4, unique=True).map(tuple),
    max_per_day=st.sampled_from([1, 100]),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.tuples(st.lists(RULES, max_size=4), PEOPLE, st.booleans(), st.integers(0, 60)))
def test_no_rule_and_no_recipient_can_get_it_also_when_it_is_killed_at_any_statement(
    shared: World,
    blank: Path,
    tmp_path_factory: pytest.TempPathFactory,
    asked: tuple[list[Rule], Recipient, bool, int],
) -> None:
    rules, person, has_target, allowed = asked
    file = opened(blank, tmp_path_factory.mktemp("rules"))
    names = ("chat", "mail", "canary", "canary:chat", "(canary)", "")
    target = Mailbox()
    parts = shared.parts(
        file,
        rules=tuple(rules),
        recipients={"desk": person, "(canary)": person, "": person},
        channels={name: ChannelSettings(kind="log") for name in names},
        canaries={"chat": target} if has_target else {},
    )
    people = {name: Mailbox() for name in names}
    parts = replace(parts, channels=people)
    try:
        _killed_after(shared, parts, allowed)
        others_do_their_work(shared, parts)
        assert beat(shared, parts).is_good  # the next run carries on
        others_do_their_work(shared, parts)
        assert not any(box.got for box in people.values())
        assert len(target.got) in ((1, 2) if has_target else (0,))
        assert all(message.title.startswith("TEST / تجربة") for message in target.got)
        with file.read() as tx:
            assert tx.scalar(sa.text("SELECT count(*) FROM delivery WHERE recipient <> ''")) == 0
            assert tx.scalar(sa.text("SELECT count(*) FROM delivery WHERE state = 'due'")) == 0
            assert tx.scalar(sa.text("SELECT count(*) FROM report WHERE NOT canary")) == 0
    finally:
        file.close()


def test_killed_before_any_statement_it_reaches_nobody_and_the_next_run_comes_through(
    shared: World, file: Store
) -> None:
    target = Mailbox()
    parts = shared.parts(file, canaries={"chat": target})
    killed = 0
    while _killed_after(shared, parts, killed):
        killed += 1
        with file.read() as tx:  # nothing by halves, and nothing without its mark
            marked = tx.execute(sa.text("SELECT count(*), sum(canary) FROM report")).one()
            assert marked[0] in (2 * tx.scalar(sa.text("SELECT count(*) FROM alert WHERE canary")), 0)
            assert marked[0] == (marked[1] or 0)
    others_do_their_work(shared, parts)
    assert killed >= 20
    assert beat(shared, parts).is_good
    assert not any(boxes(parts).values())


def _killed_after(shared: World, parts: Parts, allowed: int) -> bool:
    left = allowed

    def stop(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed

    sa.event.listen(sa.Engine, "before_cursor_execute", stop)
    try:
        beat(shared, parts)
    except Killed:
        return True
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", stop)
    return False


def test_no_rule_grants_an_alert_of_this_kind() -> None:
    sheet = canary.Sheet("t", Clock()(), "", Gazetteer.load().canary)
    told = canary.alert_of(1, sheet, _report(sheet))
    assert granted(told, [Rule(to="desk")]) == ()
    assert granted(replace(told, types=("siege",), level="emergency"), [Rule(to="desk")]) == ()


def test_a_target_that_people_read_is_refused_in_the_configuration() -> None:
    url = "ntfy://topic-of-the-desk"
    with pytest.raises(ValueError, match="whose readers would get a TEST"):
        AlertsFile.model_validate(
            {
                "channels": {"ops": {"url": url}, "other": {"url": "ntfy://other", "canary": url}},
                "recipients": {},
                "rules": [],
            }
        )


def test_the_last_hundred_runs_are_kept_and_nothing_else_is_touched(shared: World, file: Store) -> None:
    parts = shared.parts(file)
    from tests.store_support import add_report, alert, owe

    with file.write() as tx:
        add_report(tx, "real")
        owe(tx, alert("jasim-1:new:siege:1", "real"))
    assert beat(shared, parts).is_good
    with file.write() as tx:
        for number in range(150):
            beats.begin(tx, parts.clock() + timedelta(minutes=number))
    assert beat(shared, parts).is_good
    with file.read() as tx:
        assert tx.scalar(sa.text("SELECT count(*) FROM beat")) == beats.KEPT
        assert reports.get(tx, "real") is not None
        assert outbox.waiting(tx) == 1
    assert marked_rows(file)["report"] == 4


def test_reports_and_messages_of_old_runs_go_with_them(
    shared: World, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beats, "KEPT", 2)
    parts = shared.parts(store, clock=Clock())
    for _ in range(4):
        assert beat(shared, parts).is_good
        parts.clock.now += timedelta(minutes=15)  # type: ignore[attr-defined]
    assert marked_rows(store) == {"report": 4, "alert": 2, "delivery": 2}


# The dead-man's switch


class Outside:
    """A service in the manner of healthchecks.io."""

    def __init__(self, status: int = 200) -> None:
        outside = self
        self.asked: list[tuple[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                outside.asked.append((self.path, body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/ping/secret-of-ours?create=1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def test_the_switch_outside_is_told_only_after_the_canary_came_through(shared: World, file: Store) -> None:
    outside = Outside()
    try:
        parts = shared.parts(file, ping=SecretStr(outside.url))
        assert beat(shared, parts).switch == ""
        assert outside.asked == [("/ping/secret-of-ours?create=1", "")]
        done = beat(shared, parts, lambda bird: bird.feed.open_at(1))
        assert done.failed == "feed"
        path, said = outside.asked[1]
        assert path == "/ping/secret-of-ours/fail?create=1"
        assert said.startswith("feed: ")
    finally:
        outside.close()


def test_a_switch_that_cannot_be_reached_is_said_without_its_address(
    shared: World, file: Store, caplog: pytest.LogCaptureFixture
) -> None:
    outside = Outside(404)
    try:
        done = beat(shared, shared.parts(file, ping=SecretStr(outside.url)))
    finally:
        outside.close()
    assert (done.is_good, done.switch) == (True, "it answers 404")
    gone = beat(shared, shared.parts(file, ping=SecretStr("http://127.0.0.1:1/secret-of-ours")))
    assert gone.switch == "it cannot be reached"
    with file.read() as tx:
        assert beats.last_ended(tx) == gone
    assert "secret-of-ours" not in caplog.text


def test_it_is_overdue_when_no_run_came_through_in_time() -> None:
    now = Clock()()
    asked = CanarySettings(every=900, within=300)
    good = Beat(1, now, now)
    assert canary.overdue_since(asked, good, now - timedelta(days=1), now + timedelta(minutes=20)) is None
    late = canary.overdue_since(asked, good, now - timedelta(days=1), now + timedelta(minutes=21))
    assert late == now + timedelta(minutes=20)
    assert canary.overdue_since(asked, None, now, now + timedelta(minutes=19)) is None
    assert canary.overdue_since(asked, good, now + timedelta(hours=2), now + timedelta(hours=2, minutes=5)) is None


def test_the_classifier_of_the_tests_is_the_real_one(shared: World) -> None:
    assert isinstance(shared.classifier, Classifier)


def test_the_timer_sends_one_at_a_time_and_the_next_when_its_time_has_come(shared: World, file: Store) -> None:
    class Bird:
        def __init__(self) -> None:
            self.begun = 0
            self.back = asyncio.Event()

        async def beat(self) -> None:
            self.begun += 1
            await self.back.wait()

    async def run() -> list[int]:
        bird, counts = Bird(), []
        watch = Watch(shared.parts(file, canary=CanarySettings.model_construct(every=0, within=0)), canary=bird)  # type: ignore[arg-type]
        for _ in range(2):
            for _ in range(3):
                await watch.canary_due()
                await asyncio.sleep(0)
            counts.append(bird.begun)
            bird.back.set()
            await asyncio.sleep(0.01)
            bird.back.clear()
        bird.back.set()
        await watch.finish()
        await watch.canary_due()
        return [*counts, bird.begun]

    assert shared.run(run()) == [1, 2, 2]


# The configuration


def folder(path: Path, monitor: str) -> Path:
    (path / "monitor.yaml").write_text(f"data_dir: data\n{monitor}\n", encoding="utf-8")
    (path / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    alerts = "channels: {log: {kind: log}}\nrecipients: {desk: {channels: [log]}}\nrules: [{to: desk}]\n"
    (path / "alerts.yaml").write_text(alerts, encoding="utf-8")
    return path


def test_it_is_on_by_default_and_its_times_can_be_said(tmp_path: Path) -> None:
    assert load(folder(tmp_path, "")).canary == CanarySettings(every=900, within=300)
    said = load(folder(tmp_path, "canary: {every: 30m, within: 2m}\nblind_after: 2h"))
    assert (said.canary.every, said.canary.within, said.blind_after) == (1800, 120, 7200)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("canary: {every: 1m, within: 5m}", "canary: within is longer than every"),
        ("canary: {evry: 1m}", "line 2: unknown key evry: did you mean every?"),
        ("canary: {every: soon}", "canary.every should be a time such as 90s, 5m or 1h"),
        ("ping: hc-ping.com/abc", "ping is not a web address"),
        ("blind_after: 5s", "blind_after should be at least 1m"),
    ],
)
def test_a_mistake_in_it_is_told_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(ConfigError) as told:
        load(folder(tmp_path, line))
    assert says in str(told.value)


def test_a_switch_whose_name_is_unset_stops_a_first_start_and_is_told_of_on_a_later_one(tmp_path: Path) -> None:
    asked = folder(tmp_path, 'ping: "${HEALTHCHECK_URL}"')
    with pytest.raises(ConfigError, match="line 2: ping: the environment has no HEALTHCHECK_URL"):
        load(asked, starting=True, environment={})
    later = load(asked, starting=True, first_start=False, environment={})
    assert later.ping.get_secret_value() == ""
    assert later.ping_unset == "the environment has no HEALTHCHECK_URL: set it before the start, or delete the line"
    url = "https://hc-ping.com/the-secret"
    there = load(asked, environment={"HEALTHCHECK_URL": url})
    assert (there.ping.get_secret_value(), there.ping_unset) == (url, "")
    assert "the-secret" not in repr(there)
