"""What stands around every answer: what browsers may do with it, who may ask for it, and how much may be sent."""

import asyncio
import gzip
import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import Request
from starlette.testclient import TestClient

from monitor.errors import StoreError
from monitor.store import Store
from monitor.web import create_app
from monitor.web.headers import LARGEST_BODY
from monitor.web.serving import served
from tests.canary_support import opened
from tests.web_support import PASSWORD, PASSWORDS, Front, blank, front, front_of

__all__ = ["blank", "front"]  # fixtures

PUBLIC = "https://monitor.example.org"


@pytest.fixture
def public(blank: Path, tmp_path: Path) -> Iterator[Front]:
    store = opened(blank, tmp_path)
    yield front_of(store, public_url=PUBLIC)
    store.close()


def test_every_answer_forbids_what_pages_do_not_need(front: Front) -> None:
    browser = front.browser("reader")
    for path in ("/login", "/me", "/no-such-page", "/healthz", "/static/x/style.css", "/accounts", "/api/nothing"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; "), path
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["referrer-policy"] == "same-origin"
        assert "server" not in headers


def test_no_page_is_kept_by_anybody_but_style_and_script_are(front: Front) -> None:
    browser = front.browser("reader")
    page = browser.get("/me")
    assert page.headers["cache-control"] == "no-store"
    address = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    style = browser.get(address)
    assert (style.status_code, "immutable" in style.headers["cache-control"]) == (200, True)
    assert style.headers["content-type"].startswith("text/css")
    assert browser.get("/static/0000/style.css").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/../headers.py",
        "/static/x/..%2fheaders.py",
        "/static/x/%2e%2e/headers.py",
        "/static/x/..%5cheaders.py",
        "/static/..%2f..%2f/etc/passwd",
        "/static/x/style.css%00.py",
        "/static//etc/passwd",
    ],
)
def test_nothing_but_style_and_script_is_handed_out(front: Front, path: str) -> None:
    answer = front.browser().get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text


def test_pages_hold_nothing_inline_and_ask_nobody_else(front: Front) -> None:
    browser = front.browser("admin")
    for path in ("/setup/none", "/me", "/accounts", "/no-such-page"):
        page = browser.get(path).text
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert not any(f" on{event}=" in page for event in ("click", "load", "submit", "error"))
        assert 'src="http' not in page
        assert 'rel="stylesheet" href="/static/' in page


def test_a_foreign_name_that_points_here_reads_nothing(public: Front) -> None:
    browser = public.browser()
    for host in (
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "",
        "[",
        "a b",
    ):
        assert browser.get("/login", headers={"host": host}).status_code == 421, host
    for host in (
        "127.0.0.1:8000",
        "localhost",
        "[::1]:8000",
        "192.168.1.7",
        "monitor.example.org",
        "MONITOR.example.org",
    ):
        assert browser.get("/login", headers={"host": host}).status_code == 200, host
    assert browser.get("/readyz", headers={"host": "monitor:8000"}).status_code == 503  # programs use any name


def test_cookies_are_out_of_reach_of_scripts_neighbours_and_plain_http(public: Front) -> None:
    public.session("reader")
    browser = public.browser(address=PUBLIC)
    page = browser.get("/login")
    assert page.headers["strict-transport-security"].startswith("max-age=")
    visit = page.headers["set-cookie"]
    entered = browser.do("/login", {"name": "reader", "password": PASSWORD}).headers["set-cookie"]
    for cookie, name in ((visit, "visit"), (entered, "session")):
        assert f"__Host-monitor_{name}=" in cookie
        assert all(part in cookie for part in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"))
        assert "Domain" not in cookie
    plain = public.browser().get("/login").headers["set-cookie"]
    assert plain.startswith("monitor_visit=")
    assert "Secure" not in plain
    stolen = public.browser(address=PUBLIC)
    stolen.cookies.set("monitor_session", public.session("reader"))
    assert stolen.get("/me").status_code == 303  # a neighbour can plant that one there


def test_more_than_a_form_can_hold_is_refused(front: Front) -> None:
    browser = front.browser("reader")
    token = browser.token()
    big = b"csrf=" + token.encode() + b"&chosen=" + b"a" * LARGEST_BODY
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post("/me", content=big, headers=kind).status_code == 413

    def unannounced() -> Iterator[bytes]:
        for start in range(0, len(big), 10_000):
            yield big[start : start + 10_000]

    assert browser.post("/me", content=unannounced(), headers=kind).status_code in {400, 413}
    many = {f"field{number}": "x" for number in range(1500)}
    assert browser.post("/me", data={"csrf": token, **many}).status_code == 400


def test_a_locked_database_is_told_as_such(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(self: Store) -> None:
        raise StoreError("the database /secret/path is locked")

    browser = front.browser("reader")
    monkeypatch.setattr(Store, "read", locked)
    page = browser.get("/me")
    assert (page.status_code, page.headers["retry-after"]) == (503, "60")
    assert "The database is busy" in page.text
    assert "/secret/path" not in page.text


def test_a_stumble_is_told_without_its_details(front: Front) -> None:
    def stumbles() -> None:
        raise ValueError("a secret detail")

    front.app.add_api_route("/stumbles", stumbles)

    try:
        with TestClient(front.app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as browser:
            page = browser.get("/stumbles")
    finally:
        front.app.router.routes.pop()  # other tests walk the same app
    assert page.status_code == 500
    assert "The monitor stumbled" in page.text
    assert "secret detail" not in page.text
    assert page.headers["content-security-policy"]


def test_nothing_that_is_sent_becomes_a_header(front: Front) -> None:
    browser = front.browser()
    for path in ("/login?next=/x%0d%0aSet-Cookie:%20evil=1", "/me?x=%0d%0aEvil:%201", "/%0d%0aEvil:%201"):
        headers = browser.get(path).headers
        assert "evil" not in {name.lower() for name in headers}
        assert "evil=1" not in headers.get("set-cookie", "")


def ask(port: int, headers: dict[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/login", headers=headers)
    return connection.getresponse()


def test_pages_are_small_on_the_wire(public: Front) -> None:
    async def run() -> tuple[int, int, str]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        async with served(public.app, f"127.0.0.1:{port}"):
            answer = await asyncio.to_thread(ask, port, {"Accept-Encoding": "gzip"})
            body = await asyncio.to_thread(answer.read)
            return answer.status, len(body), gzip.decompress(body).decode()

    status, size, page = asyncio.run(run())
    assert (status, "Log in" in page) == (200, True)
    assert size < 5_000


@pytest.mark.parametrize(("trusted", "expected"), [((), "127.0.0.1"), (("127.0.0.1",), "203.0.113.9")])
def test_only_a_proxy_that_was_named_says_who_asks(front: Front, trusted: tuple[str, ...], expected: str) -> None:
    asked: list[str] = []

    def who(request: Request) -> str:
        asked.append(request.client.host if request.client else "")
        return ""

    app = create_app(front.watchdog, PASSWORDS)
    app.add_api_route("/who", who)

    async def run() -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])

        def get() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/who", headers={"X-Forwarded-For": "203.0.113.9"})
            connection.getresponse().read()

        async with served(app, f"127.0.0.1:{port}", trusted):
            await asyncio.to_thread(get)

    asyncio.run(run())
    assert asked == [expected]
