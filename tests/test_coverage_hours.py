"""What the coverage page counts: reports by span, hours that nobody saw, the success of channels; the model's card."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.records import Alert, Blindness, Sight
from monitor.store import Store, coverage, feeds, gaps, meta, outbox, sights
from monitor.web.card import blocks
from monitor.web.hours import Span
from monitor.web.pictures import unseen
from tests.examples import NOON, report
from tests.ledger_support import OUTLETS, Desk
from tests.situations_support import HOUR
from tests.store_support import alert


def test_reports_are_counted_by_span_and_type_once_each_and_canaries_never(store: Store) -> None:
    desk = Desk(store)
    desk.tell(0, "siege", "reinforcements", at="jasim")
    desk.tell(0.2, "siege", at="nawa", seen_after=0.7)
    desk.tell(3, "siege", at="nawa")
    desk.tell(4, "agreement", at="nawa")
    with store.read() as tx:
        found = coverage.flagged_between(tx, [NOON + hours * HOUR for hours in range(-1, 4)])
        later = coverage.flagged_between(tx, [NOON + 2 * HOUR])
    assert found == {NOON: {"siege": 2, "reinforcements": 1}, NOON + 3 * HOUR: {"siege": 1}}
    assert later == {NOON + 2 * HOUR: {"siege": 1}}
    assert report().seen_at > NOON


def test_hours_of_which_people_were_told_that_nothing_could_be_seen_are_blind(store: Store) -> None:
    told = Blindness(NOON - 9 * HOUR, NOON - 5 * HOUR)
    of_a_place = Blindness(NOON - 40 * HOUR, NOON - 30 * HOUR, places=(alert().place,))  # type: ignore[arg-type]
    with store.write() as tx:
        for number, each in enumerate((told, of_a_place)):
            outbox.announce(tx, seeing(f"seeing:desk:{number}", each))
        sights.save(tx, Sight("desk", NOON, NOON - HOUR, None, ("",)))
        sights.save(tx, Sight("family", NOON, NOON - 2 * HOUR, None, ("jasim",)))
    with store.read() as tx:
        assert coverage.blind(tx, NOON - 99 * HOUR) == [(told.since, told.until), (NOON - HOUR, None)]
        assert coverage.blind(tx, NOON - 3 * HOUR) == [(NOON - HOUR, None)]


def seeing(occasion: str, hours: Blindness) -> Alert:
    return alert(occasion, "", kind="seeing", situation="", blindness=hours)


def test_what_was_not_seen_is_joined_from_all_that_knows_of_it(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, OUTLETS, NOON)
        meta.put(tx, "first_started_at", (NOON - 100 * HOUR).isoformat())
        gaps.begin(tx, "", NOON - 20 * HOUR, "no network")
        gaps.end(tx, "", NOON - 18 * HOUR)
        outbox.announce(tx, seeing("seeing:desk:1", Blindness(NOON - 19 * HOUR, NOON - 15 * HOUR)))
        gaps.begin(tx, "alpha", NOON - 16 * HOUR, "403")
    with store.read() as tx:
        blind, partly = unseen(tx, Span(NOON - 101 * HOUR, NOON))
    assert blind == (Span(NOON - 101 * HOUR, NOON - 100 * HOUR), Span(NOON - 20 * HOUR, NOON - 15 * HOUR))
    assert partly == (Span(NOON - 15 * HOUR, NOON),)


def test_hours_before_the_oldest_of_too_many_outages_do_not_pass_for_watched(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write() as tx:
        feeds.sync(tx, OUTLETS, NOON)
        for ago in (40, 20, 10):
            gaps.begin(tx, "alpha", NOON - ago * HOUR, "403")
            gaps.end(tx, "alpha", NOON - (ago - 1) * HOUR)
    window = Span(NOON - 50 * HOUR, NOON)
    with store.read() as tx:
        assert unseen(tx, window)[1] == tuple(Span(NOON - ago * HOUR, NOON - (ago - 1) * HOUR) for ago in (40, 20, 10))
        monkeypatch.setattr("monitor.web.pictures.MOST_READ", 2)
        partly = unseen(tx, window)[1]
    assert partly == (Span(NOON - 50 * HOUR, NOON - 19 * HOUR), Span(NOON - 10 * HOUR, NOON - 9 * HOUR))


def test_hours_in_which_no_worker_lives_are_blind_though_nobody_was_there_to_note_it(store: Store) -> None:
    with store.write() as tx:
        feeds.sync(tx, OUTLETS, NOON - 99 * HOUR)
        for name in OUTLETS:
            feeds.advance_all(tx, [feeds.Reading(name, NOON - 5 * HOUR)], NOON - 6 * HOUR)
        sights.save(tx, Sight("desk", NOON - 6 * HOUR))
    with store.read() as tx:
        assert unseen(tx, Span(NOON - 50 * HOUR, NOON))[0] == (Span(NOON - 6 * HOUR, NOON),)
        assert unseen(tx, Span(NOON - 50 * HOUR, NOON - 5.5 * HOUR))[0] == ()


def test_hours_that_are_being_caught_up_stay_blind_until_people_are_told_of_them(store: Store) -> None:
    with store.write() as tx:
        sights.save(tx, Sight("desk", NOON - 9 * HOUR, NOON - 9 * HOUR, NOON - HOUR))
        sights.save(tx, Sight("family", NOON, NOON - 8 * HOUR, NOON - HOUR, ("jasim",)))
    with store.read() as tx:
        assert coverage.blind(tx, NOON - 99 * HOUR) == [(NOON - 9 * HOUR, NOON - HOUR)]


def test_the_success_of_a_channel_counts_lately_made_messages_and_all_that_wait(store: Store) -> None:
    with store.write() as tx:
        for number, (hours, state) in enumerate(
            ((-300, "sent"), (-5, "sent"), (-4, "given_up"), (-200, "due"), (-1, "due"))
        ):
            made = outbox.announce(tx, alert(f"jasim-1:new:siege:{number}", ""))
            assert made is not None
            at = NOON + hours * HOUR
            owed = outbox.owe(tx, made, "desk", "chat", languages=["en"], zone="UTC", due_at=at, now=at)
            if state != "due":
                taken = outbox.claim(tx, at, HOUR, ["chat"])
                assert taken is not None
                assert taken.number == owed
                if state == "sent":
                    outbox.settle_sent(tx, taken.number, taken.attempt, at, "taken")
                else:
                    outbox.give_up(tx, taken.number, taken.attempt, "refused", at)
    with store.read() as tx:
        found = coverage.success(tx, NOON - timedelta(days=7), ["chat", "mail"])
    chat = found["chat"]
    assert (chat.sent, chat.given_up, chat.due) == (1, 1, 2)
    assert (chat.oldest_due, chat.last_sent) == (NOON - 200 * HOUR, NOON - 5 * HOUR)
    assert found["mail"] == coverage.Success()


def test_a_card_is_read_into_blocks_and_nothing_in_it_is_markup() -> None:
    found = blocks(
        "# Card: `x@1`\n\nTwo lines\nof **text**, <b>bold</b>.\n\n"
        "| a | b |\n|---|--:|\n| 1 | 2 |\n\n- one\n- two\n  more\n"
        "<!-- not shown -->\n\n## Next\ntext below"
    )
    assert [(block.kind, block.text) for block in found if block.text] == [
        ("heading", "Card: x@1"),
        ("text", "Two lines of text, <b>bold</b>."),
        ("heading", "Next"),
        ("text", "text below"),
    ]
    assert [block.rows for block in found if block.rows] == [
        (("a", "b"), ("1", "2")),
        (("one",), ("two more",)),
    ]


def test_the_shipped_card_is_read_whole() -> None:
    text = (Path(__file__).parent.parent / "models/escalation/card.md").read_text(encoding="utf-8")
    found = blocks(text)
    assert sum(block.kind == "table" for block in found) >= 4
    assert all(len(row) == len(block.rows[0]) for block in found if block.kind == "table" for row in block.rows)
