"""Where redirects lead, how failures are named, and whom the client never asks."""

import asyncio
import socket

import pytest
from yarl import URL

from monitor.errors import HttpError
from monitor.http import HttpClient, shown
from monitor.http.addresses import Addresses, scope
from tests.http_support import failing, reader
from tests.sources_support import QUICK, Reader, Site, redirect, reply

__all__ = ["reader"]  # fixtures


def test_redirects_are_followed_counted_and_told(reader: Reader) -> None:
    for step in range(12):
        reader.site.answers[f"/step/{step}"] = redirect(f"{step + 1}")
    reader.site.answers["/step/12"] = reply(b"there")
    answer = reader.get("/step/2")
    assert answer.url == reader.site.url("/step/12")
    assert answer.redirects == tuple(reader.site.url(f"/step/{step}") for step in range(2, 12))
    error = failing(reader, "/step/1")
    assert (error.kind, "more than 10 times" in str(error)) == ("redirects", True)


def test_a_circle_of_redirects_is_named_with_its_turns(reader: Reader) -> None:
    reader.site.answers |= {"/circle": redirect("/turn"), "/turn": redirect("/circle")}
    error = failing(reader, "/circle")
    assert (error.kind, "circle: http" in str(error), "/turn" in str(error)) == ("redirects", True, True)


def test_only_redirects_for_good_count_as_moved(reader: Reader) -> None:
    reader.site.answers |= {
        "/old": redirect("/older", "301 Moved Permanently"),
        "/older": redirect("/today", "308 Permanent Redirect"),
        "/today": redirect("/now", "302 Found"),
        "/now": reply(b"here"),
    }
    assert reader.get("/old").moved == reader.site.url("/today")
    assert reader.get("/today").moved == ""


def test_a_redirect_to_an_arabic_address_arrives_there(reader: Reader) -> None:
    reader.site.answers["/to-arabic"] = redirect("/درعا?وسم=طفس")
    reader.site.answers["/%D8%AF%D8%B1%D8%B9%D8%A7?%D9%88%D8%B3%D9%85=%D8%B7%D9%81%D8%B3"] = reply(b"arrived")
    assert reader.get("/to-arabic").body == b"arrived"


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://a.example/", "javascript:alert(1)", "data:text/html,x", "http://[x"],
)
def test_redirects_lead_nowhere_but_to_the_web(reader: Reader, target: str) -> None:
    reader.site.answers["/astray"] = redirect(target)
    assert failing(reader, "/astray").kind == "protocol"


# failures


def test_failures_are_named_by_kind(reader: Reader) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    reader.site.answers |= {"/mute": b"", "/garbage": b"no http at all\r\n\r\n"}
    assert failing(reader, closed).kind == "refused"
    assert failing(reader, "http://no-such-name.invalid/").kind == "dns"
    assert failing(reader, "/mute").kind == "protocol"
    assert failing(reader, "/garbage").kind == "protocol"
    assert failing(reader, "gopher://a.example/").kind == "protocol"


def test_a_server_without_tls_behind_https_is_named(reader: Reader) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 this is something else\r\n")
        writer.close()

    async def ask() -> None:
        async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
            await reader.http.get(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/", limits=QUICK)

    with pytest.raises(HttpError) as caught:
        reader.run(ask())
    assert caught.value.kind == "tls"


def test_passwords_and_keys_of_an_address_are_not_shown(reader: Reader) -> None:
    assert shown("https://user:secret@a.example/feed?key=secret#x") == "https://a.example/feed?..."
    reader.site.answers["/mute?key=secret"] = b""
    error = failing(reader, f"http://user:secret@127.0.0.1:{reader.site.port}/mute?key=secret")
    assert "secret" not in str(error)


# whom it never asks


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", "public"),
        ("2606:2800:220:1::1", "public"),
        ("127.0.0.1", "loopback"),
        ("127.8.8.8", "loopback"),
        ("::1", "loopback"),
        ("10.1.2.3", "private"),
        ("172.31.0.1", "private"),
        ("192.168.1.1", "private"),
        ("fd00::1", "private"),
        ("169.254.169.254", "forbidden"),
        ("fe80::1%eth0", "forbidden"),
        ("0.0.0.0", "forbidden"),
        ("::", "forbidden"),
        ("100.64.0.1", "forbidden"),
        ("192.0.2.1", "forbidden"),
        ("198.18.0.1", "forbidden"),
        ("224.0.0.1", "forbidden"),
        ("ff02::1", "forbidden"),
        ("240.0.0.1", "forbidden"),
        ("255.255.255.255", "forbidden"),
        ("::ffff:127.0.0.1", "forbidden"),
        ("::ffff:10.0.0.1", "forbidden"),
        ("::ffff:93.184.216.34", "public"),
        ("64:ff9b::7f00:1", "forbidden"),
        ("2002:7f00:1::", "forbidden"),
    ],
)
def test_every_kind_of_address_is_known_for_what_it_is(address: str, expected: str) -> None:
    assert scope(address) == expected


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254", "0.0.0.0"]
)
def test_the_own_machine_and_network_are_not_asked(host: str) -> None:
    async def ask() -> None:
        async with HttpClient() as http:
            await http.get(f"http://{host}:1/", limits=QUICK)

    with pytest.raises(HttpError) as caught:
        asyncio.run(ask())
    assert caught.value.kind == "blocked_address"


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f000001", "0177.0.0.1"])
def test_disguises_of_the_own_machine_are_not_asked(host: str) -> None:
    async def ask() -> None:
        async with HttpClient() as http:
            await http.get(f"http://{host}:1/", limits=QUICK)

    with pytest.raises(HttpError) as caught:
        asyncio.run(ask())
    assert caught.value.kind in {"blocked_address", "protocol", "dns"}


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[fd00::1]/"]
)
def test_even_with_local_feeds_allowed_a_redirect_does_not_lead_into_another_network(
    reader: Reader, target: str
) -> None:
    reader.site.answers["/inward"] = redirect(target)
    assert failing(reader, "/inward").kind == "blocked_address"


def test_a_name_cannot_change_its_address_between_check_and_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    monkeypatch.setattr("monitor.http.addresses._look_up", lambda _host: next(answers))

    async def resolve() -> list[str]:
        addresses = Addresses(allow_loopback=False)
        await addresses.admit(URL("http://rebinding.example/"), None, by_proxy=False)
        results = await addresses.resolve("rebinding.example", 80)
        await addresses.close()
        return [result["host"] for result in results]

    assert asyncio.run(resolve()) == ["93.184.216.34"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.http.addresses._look_up", lambda _host: ["93.184.216.34", "10.0.0.7"])

    async def ask() -> None:
        async with HttpClient() as http:
            await http.get("http://mixed.example/", limits=QUICK)

    with pytest.raises(HttpError, match="private network"):
        asyncio.run(ask())


def test_the_resolver_itself_refuses_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.http.addresses._look_up", lambda _host: ["127.0.0.1"])

    async def admit_nothing(*_arguments: object, **_named: object) -> str:
        return "public"

    monkeypatch.setattr(Addresses, "admit", admit_nothing)

    async def ask() -> None:
        async with HttpClient() as http:
            await http.get("http://rebinding.example/", limits=QUICK)

    with pytest.raises(HttpError) as caught:
        asyncio.run(ask())
    assert caught.value.kind == "blocked_address"


def test_the_site_of_these_tests_is_on_loopback_alone(reader: Reader) -> None:
    assert isinstance(reader.site, Site)
    assert reader.site.url().startswith("http://127.0.0.1:")
