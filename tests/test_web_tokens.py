"""Access tokens: what programs may do with one, and what whoever steals, guesses or bends one may not."""

import base64
import re
import secrets
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from monitor.cli import monitor
from monitor.errors import AccountError
from monitor.pipeline import people, tokens
from monitor.pipeline.tokens import Wish
from monitor.records.people import Person, Role
from monitor.store import Store
from monitor.store import people as accounts
from monitor.store import tokens as kept
from tests.attacker_support import ways
from tests.examples import NOON
from tests.web_support import PASSWORD, PASSWORDS, Browser, Front, blank, front

__all__ = ["blank", "front"]  # fixtures

FILES = ("/export.csv", "/export.hxl.csv", "/export.jsonl", "/export.geojson", "/flagged.atom")
REVIEWS = "/api/v1/reports/r1/reviews"
HELD = re.compile(r"monitor_\d+_[\w-]{43}")


def token_of(front: Front, owner: Role = "reader", may: Role = "reader", **wish: Any) -> str:
    front.session(owner)
    door = people.Door(front.parts.store, PASSWORDS, "127.0.0.1", front.clock())
    return tokens.make(door, Person(owner, owner), Wish(wish.pop("name", "feed reader"), may, **wish), PASSWORD)


def program(front: Front) -> Browser:
    """Says nothing of itself that browsers do."""
    made = front.browser()
    del made.headers["sec-fetch-site"]
    return made


def asked(front: Front, token: str, path: str = "/api/v1/me", method: str = "GET", **more: Any) -> httpx.Response:
    """By a program that sends the token as Bearer."""
    answer: httpx.Response = program(front).request(method, path, headers={"authorization": f"Bearer {token}"}, **more)
    return answer


def basic(token: str, user: str = "anybody") -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()}


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


def test_junk_is_refused_in_words_for_programs_and_tells_how_to_ask(front: Front) -> None:
    token = token_of(front)
    junk = ["", "Bearer", "Bearer ", f"Bearer {token}x", f"Bearer {token[:-1]}", f"Bearer {token} {token}", token]
    junk += [
        f"Bearer {token.upper()}",
        "Basic ",
        "Basic !!!",
        "Basic " + "A" * 999,
        f"Basic {token}",
        f"Digest {token}",
    ]
    junk += [f"Bearer {token.replace('_1_', f'_{number}_')}" for number in ("0", "01", "1e0", "9" * 18, "9" * 40, "１")]
    for number, header in enumerate(junk):
        front.clock.now += timedelta(minutes=16)
        path = (*FILES, "/api/v1/me")[number % 6]
        answer = program(front).get(path, headers={"authorization": header.encode()})
        assert (answer.status_code, [*answer.json()]) == (401, ["error"]), header
        assert answer.headers["www-authenticate"].startswith("Bearer" if "/api/" in path else "Basic")
        assert token not in answer.text
    twice = [("authorization", f"Bearer {token}"), ("authorization", f"Bearer {token}")]
    assert program(front).get("/api/v1/me", headers=twice).status_code == 401
    assert program(front).get(f"/flagged.atom?token={token}&access_token={token}").status_code == 401
    assert front.browser().get("/flagged.atom").headers["location"].startswith("/login")  # whoever sits at a browser


def test_wrong_tokens_count_at_the_door_and_stop_nobody_who_has_a_right_one(front: Front) -> None:
    right = token_of(front)
    assert [asked(front, "monitor_9_old").status_code for _ in range(7)] == [401] * 5 + [429] * 2
    assert front.browser().do("/login", {"name": "reader", "password": PASSWORD}).status_code == 303
    for number in range(25):  # an outdated program counts as five; whoever guesses on shuts the door
        assert asked(front, f"guess-{number}").status_code == 401
    refused = asked(front, "guess-26")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "900")
    assert front.browser().do("/login", {"name": "reader", "password": PASSWORD}).status_code == 429
    assert asked(front, right).status_code == 200
    front.clock.now += timedelta(minutes=16)
    assert asked(front, "guess-26").status_code == 401


def test_secrets_are_compared_in_constant_time_whether_or_not_there_is_such_a_token(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, compared = token_of(front), []
    real = secrets.compare_digest

    def compare(one: str, other: str) -> bool:
        compared.append((len(one), len(other)))
        return bool(real(one, other))

    monkeypatch.setattr(secrets, "compare_digest", compare)
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), token.replace("_1_", "_2_"), "junk", ""):
        with pytest.raises(AccountError):
            tokens.person(front.parts.store, wrong, "::1", front.clock)
    assert tokens.person(front.parts.store, token, "::1", front.clock).name == "reader"
    assert compared == [(64, 64)] * 5


def test_the_database_holds_nothing_that_a_program_could_ask_with(front: Front, tmp_path: Path) -> None:
    token = token_of(front)
    asked(front, token)
    asked(front, "wrong-but-secret-perhaps")
    with sqlite3.connect(tmp_path / "monitor.db") as connection:
        rows = "\n".join(connection.iterdump())
    assert token.split("_", 2)[2] not in rows
    assert "wrong-but-secret" not in rows
    assert people.digest(token.split("_", 2)[2]) in rows


def test_a_password_that_a_proxy_asks_for_is_none_of_ours(front: Front) -> None:
    browser = front.browser("reader")
    assert browser.get("/api/v1/me", headers=basic("of the proxy")).status_code == 200
    with front.parts.store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM entry_try").scalar() == 0
    other = token_of(front, "reviewer")
    assert browser.get("/api/v1/me", headers=basic(other)).json()["name"] == "reviewer"  # a token alone counts


def test_the_description_names_every_way_to_ask(front: Front) -> None:
    told = front.browser().get("/api/v1/openapi.json").json()
    schemes = told["components"]["securitySchemes"]
    assert {name: each.get("scheme", each["type"]) for name, each in schemes.items()} == {
        "token": "bearer",
        "password": "basic",
        "session": "apiKey",
    }
    assert told["paths"]["/api/v1/me"]["get"]["security"] == [{"token": []}, {"password": []}, {"session": []}]
    assert told["paths"]["/api/v1/reports/{key}/reviews"]["post"]["security"] == [{"token": []}, {"session": []}]


def test_tokens_are_kept_alike_by_both_databases(store: Store) -> None:
    with store.write() as tx:
        accounts.add(tx, "nour", "reviewer", NOON, PASSWORDS.hashed(PASSWORD, "nour"))
    door = people.Door(store, PASSWORDS, "::1", NOON)
    made = [tokens.make(door, Person("nour", "reviewer"), Wish(name, "reader"), PASSWORD) for name in ("one", "two")]
    later = NOON + timedelta(days=3)
    assert tokens.person(store, made[0], "::1", lambda: later).name == "nour"
    with store.read() as tx:
        told = [(each.number, each.name, each.used_on) for each in kept.listing(tx, "nour")]
    assert told == [(2, "two", None), (1, "one", later.replace(hour=0))]
    tokens.revoke(store, 2, None)
    with pytest.raises(AccountError, match="no token 2"):
        tokens.revoke(store, 2, None)
    assert tokens.make(door, Person("nour", "reader"), Wish("three", "reader"), PASSWORD).startswith("monitor_3_")


def test_the_verb_lists_tokens_and_revokes_them(tmp_path: Path, blank: Path) -> None:
    for name, text in (
        ("monitor.yaml", f"data_dir: {tmp_path}\n"),
        ("feeds.yaml", "feeds: []\n"),
        ("alerts.yaml", "channels: {}\nrecipients: {}\nrules: []\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "monitor.db").write_bytes(blank.read_bytes())
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    with store.write() as tx:
        accounts.add(tx, "nour", "reader", NOON, PASSWORDS.hashed(PASSWORD, "nour"))
    door, until = people.Door(store, PASSWORDS, "::1", NOON), NOON + timedelta(days=1)
    tokens.make(door, Person("nour", "reader"), Wish("phone", "reader", until), PASSWORD)
    store.close()

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(monitor, ["--config", str(tmp_path), "accounts", *arguments])
        return result.output + (str(result.exception) if result.exception else "")

    assert "1: phone, of nour, reader, never used, has run out" in run("tokens", "Nour")
    assert "no access token" in run("tokens", "sami")
    assert "was revoked" in run("revoke", "1")
    assert "no token 1" in run("revoke", "1")
    assert "no access token" in run("tokens")
