"""Wrong tokens, what the database holds of them, and the verb that lists and revokes them."""

import secrets
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import monitor
from monitor.errors import AccountError
from monitor.pipeline import people, tokens
from monitor.pipeline.tokens import Wish
from monitor.records.people import Person
from monitor.store import Store
from monitor.store import people as accounts
from monitor.store import tokens as kept
from tests.examples import NOON
from tests.web_support import PASSWORD, PASSWORDS, Front, blank, front
from tests.web_tokens_support import FILES, asked, basic, program, token_of

__all__ = ["blank", "front"]  # fixtures


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
