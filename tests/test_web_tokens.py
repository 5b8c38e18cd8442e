"""Access tokens: what programs may do with one, and what whoever steals, guesses or bends one may not."""

import re
from datetime import timedelta

import pytest

from monitor.errors import AccountError
from monitor.pipeline import people, tokens
from monitor.store import tokens as kept
from tests.attacker_support import ways
from tests.web_support import PASSWORD, PASSWORDS, Front, blank, front
from tests.web_tokens_support import FILES, asked, basic, program, token_of

__all__ = ["blank", "front"]  # fixtures


REVIEWS = "/api/v1/reports/r1/reviews"
HELD = re.compile(r"monitor_\d+_[\w-]{43}")


def test_a_token_is_made_on_ones_own_page_shown_once_used_and_revoked(front: Front) -> None:
    browser = front.browser("reader")
    fields = {"name": "  <b>my   reader</b> ", "password": PASSWORD, "until": "2026-04-01"}
    made = browser.do("/me/tokens", fields)
    token = HELD.findall(made.text)[0]
    page = browser.get("/me").text
    assert made.status_code == 200
    assert token not in page
    assert "Thu 2 Apr 2026, 00:00 Damascus" in page
    assert "&lt;b&gt;my reader&lt;/b&gt;" in page
    assert "never used" in page
    for path in (*FILES, "/api/v1/reports", "/api/v1/me"):
        assert asked(front, token, path).status_code == 200, path
        assert program(front).get(path, headers=basic(token)).status_code == 200, path
    assert asked(front, token).json()["name"] == "reader"
    assert "last used on" in browser.get("/me").text
    number = token.split("_")[1]
    assert browser.do(f"/tokens/{number}/revoke").headers["location"] == "/me"
    assert asked(front, token).status_code == 401
    assert "my reader" not in browser.get("/me").text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"password": "not this one"}, "The password is wrong."),
        ({"name": " "}, "1 to 60 letters"),
        ({"name": "x" * 61}, "1 to 60 letters"),
        ({"name": "a\x00b"}, "1 to 60 letters"),
        ({"name": "a\u202eb"}, "1 to 60 letters"),
        ({"role": "reviewer"}, "no more than its owner"),
        ({"role": "admin"}, "no more than its owner"),
        ({"until": "2020-01-01"}, "over already"),
        ({"until": "soon"}, "This is no day"),
    ],
)
def test_a_token_that_cannot_be_is_not_made(front: Front, wrong: dict[str, str], says: str) -> None:
    browser = front.browser("reader")
    answer = browser.do("/me/tokens", {"name": "script", "password": PASSWORD, **wrong})
    assert (answer.status_code, says in answer.text) == (400, True)
    with front.parts.store.read() as tx:
        assert kept.listing(tx) == []


def test_nobody_has_more_tokens_than_a_page_can_show(front: Front) -> None:
    for _ in range(tokens.MOST):
        token_of(front)
    with pytest.raises(AccountError, match="revoke one first"):
        token_of(front)


def test_a_token_opens_no_page_and_no_form(front: Front) -> None:
    token = token_of(front, "admin", "reviewer")
    for way in ways(front.app):
        if way.path.startswith(("/api/", "/export", "/flagged", "/static", "/healthz", "/readyz", "/metrics")):
            continue
        path = way.filled(key="r1", token="none", number="1", name="reader", kind="csv", print_="0")
        for headers in ({"authorization": f"Bearer {token}"}, basic(token)):
            answer = program(front).request(way.method, path, headers=headers, data={"name": "eve", "role": "admin"})
            is_shut = answer.status_code == 403 if way.method == "POST" else answer.status_code in {303, 404, 410}
            assert is_shut or path == "/login", (way.method, path, answer.status_code)
            assert "Log out" not in answer.text, path
    fooled = program(front).get("/me", headers={"authorization": f"Bearer {token}", "host": "127.0.0.1:8000/api/"})
    assert fooled.status_code == 421


def test_a_token_does_no_more_than_it_was_made_for_nor_than_its_owner_may_by_now(front: Front) -> None:
    reads, reviews = token_of(front, "reviewer"), token_of(front, "reviewer", "reviewer")
    said = {"verdict": "confirm"}
    assert asked(front, reads, REVIEWS, "POST", json=said).status_code == 403
    assert asked(front, reviews, REVIEWS, "POST", json=said).status_code == 200  # and no token of a form is needed
    assert (
        program(front).get("/api/v1/reports/r1", headers=basic(reviews)).json()["reviews"][0]["reviewer"] == "reviewer"
    )
    people.set_role(front.parts.store, "reviewer", "reader")
    assert asked(front, reviews, REVIEWS, "POST", json=said).status_code == 403
    assert asked(front, reviews).json()["role"] == "reader"
    people.set_role(front.parts.store, "reviewer", "admin")
    assert asked(front, reviews).json()["role"] == "reviewer"


def test_what_a_browser_sends_by_itself_changes_nothing(front: Front) -> None:
    """A browser that was once given the token as a password adds it to what a page of another site asks for, too."""
    token = token_of(front, "reviewer", "reviewer")
    for headers in (basic(token), basic(token) | {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}):
        assert program(front).post(REVIEWS, json={"verdict": "confirm"}, headers=headers).status_code == 403
    victim = front.browser("reviewer")
    for headers in ({"authorization": "Bearer x"}, basic("x"), {"authorization": "Digest x"}, {"authorization": ""}):
        answer = victim.post(REVIEWS, json={"verdict": "confirm"}, headers=headers)
        assert answer.status_code in {401, 403}, headers
    with front.parts.store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM review").scalar() == 0


def test_the_token_of_one_does_nothing_to_the_things_of_another(front: Front) -> None:
    mine, theirs = token_of(front, "reader"), token_of(front, "reviewer", "reviewer")
    thief, number = front.browser("reader"), theirs.split("_")[1]
    assert thief.do(f"/tokens/{number}/revoke").status_code == 404
    assert asked(front, mine, f"/tokens/{number}/revoke", "POST").status_code == 403
    crossed = f"{'_'.join(theirs.split('_')[:2])}_{mine.split('_', 2)[2]}"  # their number, my secret
    assert asked(front, crossed).status_code == 401
    assert asked(front, theirs).json()["name"] == "reviewer"
    assert "monitor_2" not in thief.get("/me").text
    assert front.browser("admin").do(f"/tokens/{number}/revoke").headers["location"] == "/accounts"
    assert asked(front, theirs).status_code == 401


def test_tokens_end_on_their_day_with_their_account_and_with_a_new_password(front: Front) -> None:
    ends = token_of(front, "reviewer", ends_at=front.clock() + timedelta(hours=1))
    stays, dies = token_of(front, "reviewer"), token_of(front, "reader")
    front.clock.now += timedelta(minutes=59)
    assert asked(front, ends).status_code == 200
    front.clock.now += timedelta(minutes=1)
    assert (asked(front, ends).status_code, asked(front, stays).status_code) == (401, 200)
    assert "has run out" in front.browser("reviewer").get("/me").text
    people.close(front.parts.store, "reader", front.clock())
    assert asked(front, dies).status_code == 401
    people.new_link(front.parts.store, "reader", front.clock())  # it opens the account again, and no token of it
    assert asked(front, dies).status_code == 401
    people.set_password(front.parts.store, PASSWORDS, "reviewer", "four green umbrellas")
    assert asked(front, stays).status_code == 401
