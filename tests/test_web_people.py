"""Who gets into the pages, and what whoever does not may try."""

import re
from datetime import timedelta

import pytest

from monitor.pipeline import people
from monitor.store import people as accounts
from tests.web_people_support import OTHER, log_in
from tests.web_support import PASSWORD, PASSWORDS, Front, blank, front

__all__ = ["blank", "front"]  # fixtures


def test_whoever_has_not_logged_in_is_sent_to_the_door_and_then_where_they_wanted_to_go(front: Front) -> None:
    front.session("reader")
    browser = front.browser()
    sent = browser.get("/me?from=alert")
    assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=/me%3Ffrom%3Dalert")
    page = browser.get(sent.headers["location"]).text
    assert 'name="next" value="/me?from=alert"' in page
    entered = browser.do("/login", {"name": " Reader ", "password": PASSWORD, "next": "/me?from=alert"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/me?from=alert")
    assert browser.get("/me").status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nSet-Cookie: b=1", ""]
)
def test_the_door_leads_to_no_other_site(front: Front, target: str) -> None:
    front.session("reader")
    entered = front.browser().do("/login", {"name": "reader", "password": PASSWORD, "next": target})
    assert entered.headers["location"] == "/"
    assert "b=1" not in str(entered.headers)


def test_wrong_names_and_wrong_passwords_are_answered_alike(front: Front) -> None:
    front.session("reader")
    answers = []
    for name, password in (("reader", OTHER), ("nobody", PASSWORD), ("reader", " "), ("reader", "x" * 900)):
        answer = front.browser().do("/login", {"name": name, "password": password})
        answers.append((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
    assert answers[0][0] == 401
    assert "The name or the password is wrong." in answers[0][1]
    assert len(set(answers)) == 1
    assert PASSWORDS.match("", "anything") is False


def test_a_session_that_somebody_planted_is_not_the_one_after_login(front: Front) -> None:
    front.session("reader")
    browser = front.browser()
    browser.cookies.set("monitor_session", "planted")
    assert log_in(browser, "reader") == 303
    assert browser.cookies.get("monitor_session", domain="127.0.0.1") not in {None, "planted"}
    planted = front.browser()
    planted.cookies.set("monitor_session", "planted")
    assert planted.get("/me").status_code == 303


def test_logging_in_again_ends_the_session_before(front: Front) -> None:
    before = front.session("reader")
    browser = front.browser()
    browser.cookies.set("monitor_session", before)
    front.session("reader")
    assert log_in(browser, "reader") == 303
    assert people.person(front.parts.store, before, front.clock) is None


def test_the_database_holds_nothing_that_opens_a_session(front: Front) -> None:
    token = front.session("reader")
    with front.parts.store.read() as tx:
        rows = str([tuple(row) for row in tx.exec_driver_sql("SELECT * FROM session")])
        kept = accounts.password_of(tx, "reader")
    assert token not in rows
    assert people.digest(token) in rows
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


@pytest.mark.parametrize(
    ("steps", "holds"),
    [
        ((timedelta(hours=23),), True),
        ((timedelta(hours=25),), False),
        ((timedelta(hours=20),) * 16, True),
        ((timedelta(hours=20),) * 17, False),
    ],
    ids=["used lately", "unused for a day", "used for thirteen days", "two weeks old"],
)
def test_a_session_ends_unused_and_ends_anyway(front: Front, steps: tuple[timedelta, ...], holds: bool) -> None:
    browser = front.browser("reader")
    answers = []
    for step in steps:
        front.clock.now += step
        answers.append(browser.get("/me").status_code)
    assert (answers[-1] == 200) is holds


def test_logging_out_ends_the_session_in_the_database_too(front: Front) -> None:
    browser = front.browser("reader")
    token = browser.cookies["monitor_session"]
    assert browser.do("/logout").status_code == 303
    assert people.person(front.parts.store, token, front.clock) is None


def test_a_new_password_ends_every_session_but_the_one_that_it_was_changed_in(front: Front) -> None:
    here, there = front.browser("reader"), front.browser("reader")
    changed = {"old": PASSWORD, "password": OTHER, "again": OTHER}
    assert here.do("/me/password", changed | {"old": "something else"}).status_code == 400
    assert there.get("/me").status_code == 200
    assert here.do("/me/password", changed).headers["location"] == "/me"
    assert "Every other session has ended" in here.get("/me").text
    assert there.get("/me").status_code == 303
    assert log_in(front.browser(), "reader", PASSWORD) == 401
    assert log_in(front.browser(), "reader", OTHER) == 303


def test_a_closed_account_is_out_at_once_and_a_new_link_lets_it_in_again(front: Front) -> None:
    reader, admin = front.browser("reader"), front.browser("admin")
    assert admin.do("/accounts/reader/close").status_code == 303
    assert reader.get("/me").status_code == 303
    assert log_in(front.browser(), "reader") == 401
    link = re.search(r"(/setup/[\w-]+)", admin.do("/accounts/reader/link").text)
    assert link
    chosen = front.browser().do(link[1], {"password": OTHER, "again": OTHER})
    assert chosen.status_code == 303
    assert log_in(front.browser(), "reader", OTHER) == 303
