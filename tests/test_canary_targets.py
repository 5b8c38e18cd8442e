"""The canary's own targets: nobody else gets it, by whatever rules, and also when it is killed anywhere."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor import canary
from monitor.gazetteer import Gazetteer
from monitor.pipeline import Parts
from monitor.rules import granted
from monitor.settings import ChannelSettings, Near, Recipient, Rule
from monitor.settings.models import AlertsFile
from monitor.store import Store
from tests.canary_support import (
    Mailbox,
    World,
    _report,
    _shared,
    beat,
    blank,
    boxes,
    file,
    opened,
    others_do_their_work,
)
from tests.people_support import Clock
from tests.test_ack import Killed

__all__ = ["_shared", "blank", "file"]  # fixtures


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
