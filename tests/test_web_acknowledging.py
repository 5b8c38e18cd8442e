"""The link in an alert: who follows it can say that it was seen, and learns nothing else."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.channels.fitting import fitted
from monitor.channels.short import PARTS, parts
from monitor.channels.wording import render
from monitor.pipeline.links import HOLDS, links_of, number_of, signed
from monitor.records import Delivery
from monitor.store import Store, acknowledgements, meta, outbox
from tests.canary_support import opened
from tests.examples import NOON
from tests.web_support import Front, blank, fill, front_of

__all__ = ["blank"]  # fixture

PUBLIC = "https://monitor.example.org"


@pytest.fixture
def front(blank: Path, tmp_path: Path) -> Iterator[Front]:
    store = opened(blank, tmp_path)
    made = front_of(store, public_url=PUBLIC)
    fill(made.parts)
    yield made
    store.close()


def owed(front: Front, number: int = 1) -> Delivery:
    with front.parts.store.read() as tx:
        found = outbox.get(tx, number)
    assert found
    return replace(found, links=links_of(front.parts, found))


def path_of(delivery: Delivery) -> str:
    assert delivery.links
    return delivery.links.acknowledge.removeprefix(PUBLIC)


def seen(front: Front, number: int = 1) -> bool:
    with front.parts.store.read() as tx:
        return acknowledgements.get(tx, number) is not None


def test_a_message_leads_to_its_report_and_to_saying_that_it_was_seen(front: Front) -> None:
    delivery = owed(front)
    assert delivery.links
    assert delivery.links.open == f"{PUBLIC}/reports/r1"
    assert delivery.links.acknowledge not in repr(delivery)
    for languages in (("en",), ("ar",), ("en", "ar")):
        message = render(replace(delivery, languages=languages))
        lines = message.text.splitlines()
        assert lines.count(delivery.links.acknowledge) == len(languages)
        assert lines.count(delivery.links.open) == len(languages)
        assert "monitor ack" not in message.text
        assert f'<a href="{delivery.links.acknowledge}"' in message.html
        assert delivery.links.acknowledge in fitted(message, 700)  # it stays when the message is cut
        assert message.facts["acknowledge"] == delivery.links.acknowledge


def test_a_text_message_takes_the_link_only_where_it_fits(front: Front) -> None:
    delivery = replace(owed(front), form="short")
    made = render(delivery).text
    assert delivery.links
    assert parts(made) <= PARTS
    long = replace(delivery, links=replace(delivery.links, acknowledge="https://example.org/" + "x" * 300))
    assert "xxx" not in render(long).text
    assert render(long).text == render(replace(delivery, links=None)).text


def test_without_a_public_address_messages_stay_as_they_were(front: Front) -> None:
    settings = front.parts.settings.model_copy(update={"public_url": ""})
    delivery = replace(owed(front), links=None)
    assert links_of(replace(front.parts, settings=settings), delivery) is None
    assert "monitor ack 1" in render(delivery).text
    assert "acknowledge" not in render(delivery).facts


def test_a_correction_asks_nobody_to_say_that_it_was_seen(front: Front) -> None:
    delivery = owed(front)
    corrected = replace(delivery, alert=replace(delivery.alert, kind="corrected"))
    found = links_of(front.parts, corrected)
    assert found
    assert (found.acknowledge, found.open) == ("", f"{PUBLIC}/reports/r1")
    assert "/a/" not in render(replace(corrected, links=found)).text


def test_opening_the_link_changes_nothing_and_a_click_says_that_it_was_seen(front: Front) -> None:
    path, browser = path_of(owed(front)), front.browser()
    for _ in range(3):  # as programs that scan mail do
        page = browser.get(path)
        assert (page.status_code, "I have seen it" in page.text) == (200, True)
    assert not seen(front)
    assert browser.post(path).status_code == 403  # nor does a form of another site
    assert not seen(front)
    assert browser.do(path).headers["location"] == path
    assert seen(front)
    assert not seen(front, 2)


def test_the_link_says_when_it_was_used_and_works_once(front: Front) -> None:
    path, browser = path_of(owed(front)), front.browser()
    browser.do(path)
    front.clock.now += timedelta(hours=1)
    browser.do(path)
    with front.parts.store.read() as tx:
        found = acknowledgements.get(tx, 1)
    assert found
    assert found.at == NOON
    page = browser.get(path).text
    assert f'datetime="{NOON.isoformat()}"' in page
    assert "I have seen it" not in page


def test_the_page_says_nothing_but_what_the_alert_said(front: Front) -> None:
    delivery = owed(front)
    page = front.browser().get(path_of(delivery)).text
    assert "Jasim" in page
    for hidden in (delivery.recipient, delivery.channel, delivery.alert.quotes[0].text[:20], "monitor_session"):
        assert f">{hidden}<" not in page
    assert front.browser().get("/reports/r1").status_code in {303, 404}  # what it leads to needs an account


def test_a_link_runs_out_after_a_week(front: Front) -> None:
    path, browser = path_of(owed(front)), front.browser()
    front.clock.now += HOLDS + timedelta(minutes=1)
    page = browser.get(path)
    assert (page.status_code, "monitor ack 1" in page.text) == (410, True)
    browser.do(path)
    assert not seen(front)


def test_links_are_the_same_at_every_attempt(front: Front) -> None:
    first = path_of(owed(front))
    front.clock.now += timedelta(hours=3)
    assert path_of(owed(front)) == first


def test_nobody_can_make_a_link_or_turn_one_into_another(front: Front) -> None:
    browser = front.browser()
    good = path_of(owed(front)).removeprefix("/a/")
    raw = bytearray(base64.urlsafe_b64decode(good + "=" * (-len(good) % 4)))
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        token = base64.urlsafe_b64encode(bytes(changed)).decode().rstrip("=")
        assert number_of(front.parts.store, token) is None, place
    for token in ("x", "a" * 35, good[:-1], good + good, "%00", "..%2f..%2fhealthz", "%D8%B1", "1", "é"):
        assert browser.get(f"/a/{token}").status_code == 404, token
    assert browser.get(f"/a/{good}%E2%81%A9").status_code == 200  # a mark of direction that a program took along
    with front.parts.store.write() as tx:
        assert not any(good in str(row) for row in tx.exec_driver_sql("SELECT * FROM meta"))
    unknown = signed(front.parts.store, 4711, NOON + HOLDS)
    assert browser.get(f"/a/{unknown}").status_code == 404


def test_what_signs_the_links_is_made_once_and_kept_by_both_databases(store: Store) -> None:
    with store.write() as tx:
        assert meta.put_first(tx, "secret", "one") == "one"
        assert meta.put_first(tx, "secret", "other") == "one"
    token = signed(store, 17, NOON + HOLDS)
    assert signed(store, 17, NOON + HOLDS) == token
    assert number_of(store, token) == (17, NOON + HOLDS)


def test_a_link_of_another_monitor_is_none_of_ours(front: Front, store: Store) -> None:
    signed(front.parts.store, 1, NOON + HOLDS)
    assert number_of(front.parts.store, signed(store, 1, NOON + HOLDS)) is None
