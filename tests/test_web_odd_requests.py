"""Odd and oversized requests: no value makes the server stumble, and what a client says of itself is not believed."""

from typing import Any
from urllib.parse import quote

import pytest

from monitor.store import Store
from tests.attacker_support import fields_of, ways
from tests.web_attacker_support import UNWELL, evil, made_of
from tests.web_forgery_support import FIELDS, name_of
from tests.web_support import Front, blank, fill, front, front_of

__all__ = ["blank", "evil", "front"]  # fixtures


def test_no_value_of_any_field_makes_the_server_stumble(store: Store) -> None:
    """On both databases: numbers beyond theirs, letters that they do not take, and more than fits."""
    odd = ("\x00'\"\\<x-pwned>%s{0}𝒳\ufffe\u202e" * 9, "9" * 40, "-1")
    front = front_of(store)
    fill(front.parts)
    browser = front.browser("admin")
    browser.headers["x-csrf-token"] = browser.token()
    for way in ways(front.app):
        if way.path in {"/logout", "/me/password"}:  # they end the session
            continue
        names = [name for name in ("key", "token", "name", "number", "kind", "print_") if "{" + name + "}" in way.path]
        for value in odd:
            paths = [made_of(way, **{name: quote(value)}) for name in names] or [made_of(way)]
            for path in paths:
                answer = browser.request(way.method, path, params={"before": value})
                assert answer.status_code < 500 or way.path in UNWELL, (name_of(way), value)
        for field in fields_of(way):
            for value in odd:
                fields = {**FIELDS, field: value}
                json_ = {name: fields[name] for name in fields_of(way)} | {field: value}
                sent: dict[str, Any] = {"json": json_} if way.path.startswith("/api/") else {"data": fields}
                answer = browser.request(way.method, made_of(way), **sent)
                assert answer.status_code < 500, (name_of(way), field, value)
                assert answer.status_code != 403, (name_of(way), field)


def test_other_methods_and_websockets_are_not_offered(evil: Front) -> None:
    browser = evil.browser("admin")
    for path in ("/", "/reports/evil-5", "/api/v1/reports", "/login", "/static/x/style.css"):
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "EVIL"):
            assert browser.request(method, path).status_code == 405, (method, path)
        with pytest.raises(Exception), browser.websocket_connect(path):  # noqa: B017, PT011  refused
            pass


def test_more_than_a_request_can_need_is_refused(evil: Front) -> None:
    browser = evil.browser("reviewer")
    headers = {"x-csrf-token": browser.token()}
    bodies = {
        "deep": ("application/json", b"[" * 200_000),
        "object": ("application/json", b'{"a":' * 40_000),
        "number": ("application/json", b'{"verdict":"confirm","seen":' + b"9" * 5000 + b"}"),
        "parts": ("multipart/form-data; boundary=x", b"--x\r\n" * 20_000),
        "many": ("application/x-www-form-urlencoded", b"a=b&" * 60_000),
        "broken": ("multipart/form-data", b"\x00\xff" * 999),
        "charset": ("application/x-www-form-urlencoded; charset=utf-7", b"verdict=+ADw-&seen=%ff%fe"),
    }
    for name, (kind, body) in bodies.items():
        for path in ("/reports/evil-5/reviews", "/api/v1/reports/evil-5/reviews"):
            answer = browser.post(path, content=body, headers={**headers, "content-type": kind})
            assert answer.status_code in {400, 403, 413}, (name, path)
    for query in ("q=" + "x" * 60_000, "place=jasim&" * 4000, "&".join(f"a{n}=1" for n in range(6000))):
        for path in ("/", "/api/v1/reports", "/situations", "/export.csv"):
            assert browser.get(f"{path}?{query}").status_code < 500, path
    for length in ("9" * 19, "9" * 5000, "999999999"):
        answer = browser.post(
            "/api/v1/reports/evil-5/reviews", content=b"", headers={**headers, "content-length": length}
        )
        assert answer.status_code in {400, 413}
        assert answer.json()["error"]


HOSTS = (
    "127.0.0.1/api/",
    "evil@127.0.0.1",
    "127.0.0.1?x",
    "127.0.0.1#x",
    "127.0.0.1:8000, evil.example",
    "127.0.0.1\\@evil",
    "127.0.0.1:x y",
)


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_header_that_is_more_than_a_host_is_refused(evil: Front, host: str) -> None:
    assert evil.browser().get("/login", headers={"host": host}).status_code == 421


def test_what_a_client_says_of_itself_is_not_believed(front: Front) -> None:
    said = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        "forwarded": "host=evil.example;proto=https",
    }
    said |= {"x-forwarded-prefix": "//evil.example", "x-original-url": "/accounts", "x-rewrite-url": "/accounts"}
    said |= {"x-http-method-override": "POST", "x-forwarded-user": "admin", "x-remote-user": "admin"}
    page = front.browser("admin").do("/accounts", {"name": "new-one", "role": "reader"}, headers=said)
    assert page.status_code == 200
    assert "http://127.0.0.1:8000/setup/" in page.text
    assert "evil" not in page.text
    nobody = front.browser().get("/", headers=said)
    assert (nobody.status_code, nobody.headers["location"]) == (303, "/login")
    assert "evil" not in str(nobody.headers)


def test_no_answer_may_be_framed_sniffed_or_kept(evil: Front) -> None:
    browser = evil.browser("admin")
    for way in ways(evil.app):
        headers = browser.request(way.method, made_of(way)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], name_of(way)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store" or "/static/" in way.path
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert not [name for name in headers if name.startswith("access-control-")]
