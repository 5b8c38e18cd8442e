"""`monitor feeds ...`, `init` and `check`: the verbs that keep the configuration, against real servers on loopback."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.records import Course, FeedState, Gap
from monitor.settings import load
from monitor.store import Store
from monitor.store import feeds as feed_rows
from monitor.store import gaps as health_log
from tests.feeds_verbs_support import folder, refusal, rows, say, site

__all__ = ["folder", "site"]  # fixtures


def test_check_tells_which_feeds_answer_with_what_and_what_to_do(folder: Path) -> None:
    result = say(folder, "feeds", "check", "--all", "--json")
    told = rows(result)
    assert result.exit_code == 1
    assert (told["good-ar"]["reads"], told["good-ar"]["entries"], told["good-ar"]["advice"]) == (True, 2, "")
    assert told["stale-en"]["reads"]
    assert "nothing new" in str(told["stale-en"]["advice"])
    assert not told["off-ar"]["reads"]
    assert "403" in str(told["off-ar"]["said"])
    assert "2 of 3 feeds answer" in result.stderr


def test_check_asks_only_what_is_switched_on_or_named(folder: Path) -> None:
    result = say(folder, "feeds", "check")
    assert result.exit_code == 0
    assert "good-ar" in result.stdout
    assert "off-ar" not in result.stdout
    assert list(rows(say(folder, "feeds", "check", "--json", "off-ar"))) == ["off-ar"]


def test_check_of_a_name_that_is_not_there_says_where_the_names_are(folder: Path) -> None:
    assert "feeds list" in refusal(say(folder, "feeds", "check", "godo-ar"))


def test_check_with_nothing_switched_on_says_so(folder: Path) -> None:
    (folder / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    assert "No feed is switched on" in say(folder, "feeds", "check").stderr


def test_list_shows_every_feed_and_how_its_last_reading_went(folder: Path) -> None:
    before = rows(say(folder, "feeds", "list", "--json"))
    assert list(before) == ["good-ar", "stale-en", "off-ar"]
    assert before["good-ar"]["last_read_at"] is None
    now = datetime.now(UTC)
    store = Store(load(folder).database)
    store.migrate()
    with store.write() as tx:
        feed_rows.sync(tx, ["good-ar", "stale-en"], now)
        feed_rows.advance_all(tx, [feed_rows.Reading("good-ar", now)], now)
        feed_rows.claim(tx, "stale-en", now, timedelta(0), force=True)
        feed_rows.fail(tx, "stale-en", error="the host is asleep", due_at=now, now=now)
        state: FeedState | None = feed_rows.get(tx, "good-ar")
    store.close()
    assert state
    after = rows(say(folder, "feeds", "list", "--json"))
    assert after["good-ar"]["last_read_at"] == now.isoformat()
    assert (after["stale-en"]["failures"], after["stale-en"]["error"]) == (1, "the host is asleep")
    table = say(folder, "feeds", "list")
    assert "جريدة حوران" in table.stdout
    assert "the host is asleep" in table.stdout
    assert "3 feeds in" in table.stderr


def test_show_tells_how_a_feed_goes_and_which_hours_of_it_were_not_seen(folder: Path) -> None:
    assert "has not been polled yet" in say(folder, "feeds", "show", "good-ar").stdout
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    course = Course(read_from="x", published=(now - 3 * hour,), every=120.0)
    store = Store(load(folder).database)
    store.migrate()
    with store.write() as tx:
        feed_rows.sync(tx, ["good-ar"], now)
        feed_rows.claim(tx, "good-ar", now, timedelta(0), force=True)
        feed_rows.advance_all(tx, [feed_rows.Reading("good-ar", now + hour, course=course)], now - hour)
        health_log.note(tx, Gap("good-ar", now - 9 * hour, now - 5 * hour, now, "its older pages do not reach back"))
        health_log.begin(tx, "good-ar", now - 4 * hour, "the host is asleep")
        health_log.end(tx, "good-ar", now - hour)
        health_log.begin(tx, "", now - 2 * hour, "no network")
        health_log.begin(tx, "stale-en", now - hour, "another feed")
    store.close()
    shown = say(folder, "feeds", "show", "good-ar").stdout
    for words in ("asked every  2 min", "newest entry 3 h old", "(4.0 h): entries may be missing", "do not reach back"):
        assert words in shown
    assert "the host is asleep" in shown
    assert "until now: no network" in shown
    assert "another feed" not in shown
    (facts,) = [json.loads(line) for line in say(folder, "feeds", "show", "good-ar", "--json").stdout.splitlines()]
    assert [each["of"] for each in facts["outages"]] == ["network", "feed"]
    assert [each["from"] for each in facts["gaps"]] == [(now - 9 * hour).isoformat()]
    assert rows(say(folder, "feeds", "list", "--json"))["good-ar"]["gaps"] == 1
    assert "There is no feed typo" in str(say(folder, "feeds", "show", "typo").exception)
