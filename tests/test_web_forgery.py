"""Forged forms, roles that do not suffice, oversized and odd requests: nobody gets further than the door."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from monitor.pipeline.links import signed
from monitor.store import meta
from tests.attacker_support import Way, ways
from tests.examples import NOON
from tests.situations_support import HOUR
from tests.web_attacker_support import evil, made_of
from tests.web_forgery_support import FIELDS, name_of
from tests.web_support import PASSWORD, Browser, Front, blank, front

__all__ = ["blank", "evil", "front"]  # fixtures


READERS = {  # what who may change nothing may ask for
    *("GET /", "GET /export.{kind}", "GET /flagged.atom", "GET /me", "GET /audit", "GET /reports/{key}", "GET /map"),
    *("GET /situations", "GET /situations/{key}", "GET /silences", "GET /coverage"),
    *("GET /api/v1/reports", "GET /api/v1/reports/newer", "GET /api/v1/reports/{key}", "GET /api/v1/situations"),
    *("GET /api/v1/situations/{key}", "GET /api/v1/alerts", "GET /api/v1/alerts/{number}", "GET /api/v1/deliveries"),
    *("GET /api/v1/feeds", "GET /api/v1/coverage", "GET /api/v1/me", "POST /me", "POST /me/password"),
    *("POST /me/tokens", "POST /tokens/{number}/revoke"),
}
REVIEWERS = {
    *("GET /queue", "GET /reports/{key}/next", "GET /models", "POST /reports/{key}/reviews"),
    *("POST /reports/{key}/reviews/undo", "POST /situations/{key}/merge", "POST /situations/{key}/split"),
    *(
        "POST /situations/{key}/close",
        "POST /situations/{key}/silence",
        "POST /silences",
        "POST /silences/{number}/end",
    ),
    *("POST /api/v1/reports/{key}/reviews", "POST /api/v1/reports/{key}/reviews/undo"),
}
ANYBODYS = {
    *("GET /healthz", "GET /readyz", "GET /metrics", "GET /login", "POST /login", "POST /logout", "POST /language"),
    *("GET /setup/{token}", "POST /setup/{token}", "GET /a/{token}", "POST /a/{token}"),
    *("GET /static/{print_}/{name}", "GET /api/v1/openapi.json"),
}


LEAVES: tuple[str, ...] = (
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "https://evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "\t//evil.example",
    "javascript:alert(1)",
    "///evil.example",
    "/\r\nLocation: //evil.example",
    "/\u2028/evil.example",
    "http://127.0.0.1:8000@evil.example/",
    "/\u3000/evil.example",
    " //evil.example",
    "/\x00/evil.example",
)


@pytest.mark.parametrize("target", LEAVES)
def test_no_next_page_lies_elsewhere(evil: Front, target: str) -> None:
    known = evil.browser("reader")
    answers = [
        known.get("/login", params={"next": target}),
        known.do("/language", {"language": "en", "next": target}),
        evil.browser().do("/login", {"name": "reader", "password": PASSWORD, "next": target}),
    ]
    for answer in answers:
        assert answer.status_code == 303
        there = answer.headers["location"]
        assert there.startswith("/"), there
        assert there[1:2] not in {"/", "\\"}
        assert not {*"\t\r\n\\"} & {*there}
        assert [*answer.headers.keys()].count("location") == 1


def rows(folder: Path) -> list[str]:
    """All that the database holds, but for what comes of looking at pages."""
    with sqlite3.connect(folder / "monitor.db") as connection:
        return list(connection.iterdump())


def forged(front: Front, other: Browser) -> Sequence[dict[str, Any]]:
    """Without a token, with one of another session, and from a page of somebody else."""
    return (
        {"csrf": ""},
        {"csrf": other.token()},
        {"csrf": "A" * 86},
        {"csrf": "é" * 86},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": "http://127.0.0.1:8000.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    )


def test_no_form_of_another_site_changes_anything_on_any_route(front: Front, tmp_path: Path) -> None:
    victim, other = front.browser("admin"), front.browser("reader")
    unsafe = [way for way in ways(front.app) if way.method not in {"GET", "HEAD", "OPTIONS"}]
    assert len(unsafe) >= 23
    token, before = victim.token(), rows(tmp_path)
    for way in unsafe:
        for trick in forged(front, other):
            headers: dict[str, Any] = {name: value for name, value in trick.items() if name != "csrf"}
            fields = {"csrf": trick.get("csrf", token), **FIELDS}
            sent: dict[str, Any] = {"data": fields}
            if way.path.startswith("/api/"):
                sent = {"json": fields}
                headers["x-csrf-token"] = fields["csrf"].encode()
            answer = victim.request(way.method, made_of(way), headers=headers, **sent)
            assert answer.status_code == 403, (name_of(way), trick)
    assert rows(tmp_path) == before
    unsafe.sort(key=lambda way: way.path == "/me/password")  # last: nobody logs in with the old one after it
    for way in unsafe:  # and all of them would have been taken from a page of ours
        answer = front.browser("admin").do(made_of(way), FIELDS)
        assert answer.status_code != 403, name_of(way)
    assert rows(tmp_path) != before


def tried(front: Front, browser: Browser, way: Way) -> int:
    path = made_of(way)
    if way.method == "GET":
        return int(browser.get(path).status_code)
    if way.path.startswith("/api/"):
        return int(
            browser.post(path, json={"verdict": "unsure"}, headers={"x-csrf-token": browser.token()}).status_code
        )
    return int(browser.do(path, FIELDS).status_code)


def test_nobody_does_what_their_role_does_not_allow_on_any_route(front: Front, tmp_path: Path) -> None:
    for role, allowed in (
        (None, ANYBODYS),
        ("reader", ANYBODYS | READERS),
        ("reviewer", ANYBODYS | READERS | REVIEWERS),
    ):
        before = rows(tmp_path)
        barred = [way for way in ways(front.app) if name_of(way) not in allowed]
        assert len(barred) >= 7
        browser = front.browser(role)  # type: ignore[arg-type]
        before = rows(tmp_path)
        for way in barred:
            status = tried(front, browser, way)
            assert status == (403 if role else 401 if way.path.startswith("/api") else 303), (role, name_of(way))
        assert rows(tmp_path) == before, role


def test_a_signed_link_opens_nothing_but_its_own_message(front: Front, tmp_path: Path) -> None:
    store, browser = front.parts.store, front.browser()
    good = signed(store, 1, NOON + HOUR)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert browser.get(f"/a/{good}").status_code == 200
    for place in range(len(good)):
        other = letters[(letters.index(good[place]) + 1) % 64] if place < len(good) - 1 else "!"
        altered = good[:place] + other + good[place + 1 :]
        if altered.rstrip("!") != good:
            assert browser.get(f"/a/{altered}").status_code == 404, altered
    for path in ("", "A" * 34, "A" * 5000, "../a", "%00", good[:10], good * 2):
        assert browser.get(f"/a/{path}").status_code == 404
    late, nobodys = signed(store, 1, NOON - HOUR), signed(store, 999, NOON + HOUR)
    assert [browser.get(f"/a/{each}").status_code for each in (late, nobodys)] == [410, 404]
    before = rows(tmp_path)
    browser.do(f"/a/{late}")
    assert rows(tmp_path) == before
    with store.write() as tx:
        meta.put(tx, "secret_of_links", "00" * 32)
    assert browser.get(f"/a/{good}").status_code == 404
