"""Guesses are slowed down, links and roles go no further than they should, forms of others change nothing."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import monitor
from monitor.errors import AccountError
from monitor.pipeline import people
from monitor.store import Store, sessions
from monitor.store import people as accounts
from tests.examples import NOON
from tests.web_people_support import OTHER, log_in
from tests.web_support import ADDRESS, PASSWORD, PASSWORDS, Front, blank, front

__all__ = ["blank", "front"]  # fixtures


def test_guessing_is_slowed_down_for_the_account_and_for_the_address_and_only_for_a_while(front: Front) -> None:
    front.session("reader")
    assert [log_in(front.browser(), "reader", OTHER) for _ in range(6)] == [401] * 5 + [429]
    assert log_in(front.browser(), "reader") == 429  # the right one: nothing is learnt by guessing on
    from_elsewhere = people.Door(front.parts.store, PASSWORDS, "203.0.113.7", front.clock())
    assert people.enter(from_elsewhere, "reader", PASSWORD)  # nobody is locked out by others
    for number in range(25):
        assert log_in(front.browser(), f"guess-{number}") == 401
    assert log_in(front.browser(), "guess-26") == 429
    front.clock.now += timedelta(minutes=16)
    assert log_in(front.browser(), "reader") == 303


def test_guesses_from_many_addresses_are_slowed_down_too(front: Front) -> None:
    front.session("reader")
    kinds = []
    for number in range(51):
        door = people.Door(front.parts.store, PASSWORDS, f"2001:db8:{number:x}::1", front.clock())
        with pytest.raises(AccountError) as caught:
            people.enter(door, "reader", OTHER)
        kinds.append(caught.value.kind)
    assert kinds == ["wrong"] * 50 + ["too_often"]


def test_a_whole_ipv6_network_counts_as_one_address(front: Front) -> None:
    for number in range(5):
        door = people.Door(front.parts.store, PASSWORDS, f"2001:db8::{number:x}", front.clock())
        with pytest.raises(AccountError, match="wrong"):
            people.enter(door, "reader", OTHER)
    with pytest.raises(AccountError, match="too many"):
        people.enter(people.Door(front.parts.store, PASSWORDS, "2001:db8::ffff", front.clock()), "reader", OTHER)


def test_tries_are_counted_before_they_are_compared(front: Front) -> None:
    """A hundred at once must count as a hundred, so a try is a row before argon2 begins."""
    seen: list[tuple[int, int, int]] = []

    class Watching:
        def match(self, *_: str) -> bool:
            with front.parts.store.read() as tx:
                seen.append(sessions.tries(tx, people.digest("reader")[:16], "127.0.0.1", NOON - timedelta(hours=1)))
            return False

    door = people.Door(front.parts.store, Watching(), "127.0.0.1", front.clock())  # type: ignore[arg-type]
    with pytest.raises(AccountError):
        people.enter(door, "reader", OTHER)
    assert seen == [(1, 1, 1)]


def test_the_first_account_is_made_by_a_link_that_works_once_and_for_a_day(front: Front) -> None:
    store = front.parts.store
    old, token = people.set_up_link(store, front.clock()), people.set_up_link(store, front.clock())
    assert front.browser().get(f"/setup/{old}").status_code == 410  # only the latest holds
    browser = front.browser()
    assert "The first account" in browser.get(f"/setup/{token}").text
    chosen = {"name": "Nour", "password": OTHER, "again": OTHER}
    for wrong, says in (
        ({"again": "x"}, "not the same"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "a" * 20, "again": "a" * 20}, "too easy"),
        ({"name": "../etc"}, "A name has"),
    ):
        answer = browser.do(f"/setup/{token}", chosen | wrong)
        assert (answer.status_code, says in answer.text) == (400, True), wrong
        assert OTHER not in answer.text
    assert browser.do(f"/setup/{token}", chosen).status_code == 303
    assert browser.get("/accounts").status_code == 200
    assert front.browser().do(f"/setup/{token}", chosen | {"name": "eve"}).status_code == 410
    assert people.set_up_link(store, front.clock()) == ""
    late = people.new_link(store, "nour", front.clock())
    front.clock.now += timedelta(hours=25)
    assert front.browser().get(f"/setup/{late}").status_code == 410


def test_a_role_that_is_too_low_gets_no_further(front: Front) -> None:
    front.session("admin")
    for role in ("reader", "reviewer"):
        browser = front.browser(role)
        assert browser.get("/accounts").status_code == 403
        for path in ("/accounts", "/accounts/admin/role", "/accounts/admin/close", "/accounts/admin/link"):
            assert browser.do(path, {"name": "eve", "role": "admin"}).status_code == 403, path
    with front.parts.store.read() as tx:
        assert {each.name: each.role for each in accounts.everybody(tx)} == {
            "admin": "admin",
            "reader": "reader",
            "reviewer": "reviewer",
        }


def test_the_last_administrator_stays(front: Front) -> None:
    admin = front.browser("admin")
    assert "only administrator" in admin.do("/accounts/admin/close").text
    assert "only administrator" in admin.do("/accounts/admin/role", {"role": "reader"}).text
    invited = admin.do("/accounts", {"name": "sami", "role": "admin"})
    assert f"{ADDRESS}/setup/" in invited.text
    assert "only administrator" in admin.do("/accounts/admin/close").text  # who has no password cannot take over


def test_a_form_of_another_site_or_of_another_browser_changes_nothing(front: Front) -> None:
    browser, other = front.browser("admin"), front.browser("reader")
    good, fields = browser.token(), {"name": "eve", "role": "admin"}
    tries = [
        ({}, {}),
        ({"csrf": ""}, {}),
        ({"csrf": "x" * 86}, {}),
        ({"csrf": other.token()}, {}),
        ({"csrf": good}, {"sec-fetch-site": "cross-site"}),
        ({"csrf": good}, {"sec-fetch-site": "same-site"}),
        ({"csrf": good}, {"origin": "https://evil.example"}),
        ({"csrf": good}, {"origin": "null"}),
        ({"csrf": good}, {"origin": "http://127.0.0.1:8001"}),
    ]
    for token, headers in tries:
        assert browser.post("/accounts", data={**fields, **token}, headers=headers).status_code == 403, (token, headers)
    assert browser.post("/accounts", json=fields).status_code == 403
    with front.parts.store.read() as tx:
        assert accounts.get(tx, "eve") is None
    assert browser.post("/accounts", data={**fields, "csrf": good}, headers={"origin": ADDRESS}).status_code == 200
    assert browser.post("/logout", headers={"x-csrf-token": browser.token()}).status_code == 303


def test_the_door_itself_takes_no_form_of_another_site(front: Front) -> None:
    front.session("reader")
    browser = front.browser()
    answer = browser.post("/login", data={"name": "reader", "password": PASSWORD})
    assert answer.status_code == 403
    assert "monitor_session" not in browser.cookies


def test_tokens_of_forms_look_different_on_every_page(front: Front) -> None:
    browser = front.browser("reader")
    assert len({browser.token() for _ in range(3)}) == 3


def test_names_of_accounts_are_text_wherever_they_stand(front: Front) -> None:
    admin = front.browser("admin")
    for name in ("<b>eve</b>", "a b", "../x", "a\nb", "x" * 41, ""):
        assert admin.do("/accounts", {"name": name, "role": "reader"}).status_code == 400, name
    assert admin.do("/accounts", {"name": "نور", "role": "reader"}).status_code == 200
    assert "نور" in admin.get("/accounts").text
    assert admin.do("/accounts", {"name": "eve", "role": "root"}).status_code == 400


def test_people_keep_their_language_and_their_time_zone(front: Front) -> None:
    browser = front.browser("reader")
    assert browser.do("/me", {"chosen": "ar", "zone": "Europe/Berlin"}).status_code == 303
    page = browser.get("/me").text
    assert '<html lang="ar" dir="rtl">' in page
    assert 'value="Europe/Berlin"' in page
    assert browser.do("/me", {"chosen": "ar", "zone": "Europe/Nowhere"}).status_code == 400


def test_accounts_are_kept_alike_by_both_databases(store: Store) -> None:
    token = people.set_up_link(store, NOON)
    session = people.choose_password(people.Door(store, PASSWORDS, "::1", NOON), token, "Nour", PASSWORD)
    with pytest.raises(AccountError, match="used"):
        people.choose_password(people.Door(store, PASSWORDS, "::1", NOON), token, "eve", PASSWORD)
    found = people.person(store, session, lambda: NOON)
    assert found
    assert (found.name, found.role) == ("nour", "admin")
    assert session not in repr(found)
    link = people.add(store, "sami", "reader", NOON)
    with pytest.raises(AccountError, match="already"):
        people.add(store, "SAMI", "reader", NOON)
    people.choose_password(people.Door(store, PASSWORDS, "::1", NOON), link, "", PASSWORD)
    people.set_role(store, "sami", "admin")
    people.close(store, "nour", NOON)
    assert people.person(store, session, lambda: NOON) is None
    with store.read() as tx:
        found_all = [(each.name, each.role, bool(each.closed_at)) for each in accounts.everybody(tx)]
    assert found_all == [("sami", "admin", False), ("nour", "admin", True)]


def test_the_verb_makes_links_and_chooses_passwords_beside_a_running_monitor(tmp_path: Path, blank: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "monitor.yaml").write_text(f"data_dir: {tmp_path}\n", encoding="utf-8")
    (config / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    (config / "alerts.yaml").write_text("channels: {}\nrecipients: {}\nrules: []\n", encoding="utf-8")
    (tmp_path / "monitor.db").write_bytes(blank.read_bytes())
    runner = CliRunner()

    def run(*arguments: str, typed: str = "") -> str:
        result = runner.invoke(monitor, ["--config", str(config), "accounts", *arguments], input=typed)
        return result.output + (str(result.exception) if result.exception else "")

    assert "no account so far" in run("list")
    assert re.search(r"http://127.0.0.1:8000/setup/[\w-]{32}", run("link"))
    assert "/setup/" in run("add", "Nour", "--role", "admin")
    assert "has not chosen a password" in run("list")
    assert "was changed" in run("password", "nour", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert "too short" in run("password", "nour", typed="short\nshort\n")
    assert "administers this monitor already" in run("link")
    assert "only administrator" in run("close", "nour")
    assert "no account eve" in run("role", "eve", "reader")
