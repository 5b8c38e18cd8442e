"""The HTTP client against real servers on loopback: limits, packing, redirects, validators, and whom it never asks."""

import asyncio
import gzip
import zlib

import pytest

import monitor.http.pacing
from monitor import __version__
from monitor.errors import HttpError
from monitor.http import HttpClient, Limits
from monitor.http.pacing import Pacing
from tests.http_support import failing, reader
from tests.sources_support import QUICK, Reader, Request, reply

__all__ = ["reader"]  # fixtures


BODY = "خبر من درعا " * 500


def test_the_request_names_the_software_and_no_person_and_is_complete(reader: Reader) -> None:
    reader.site.answers["/headers"] = reply(b"x")
    reader.get("/headers")
    request = reader.site.requests[-1]
    assert request.header("User-Agent") == f"escalation-monitor/{__version__} (+feed reader)"
    for name in ("Accept", "Accept-Language", "Accept-Encoding", "Host"):
        assert request.header(name), name


def test_the_user_agent_of_one_request_replaces_the_usual_one(reader: Reader) -> None:
    reader.site.answers["/agent"] = reply(b"x")
    reader.get("/agent", {"user-agent": "plain reader"})
    lines = [line for line in reader.site.requests[-1].head.lower().split(b"\r\n") if line.startswith(b"user-agent")]
    assert lines == [b"user-agent: plain reader"]


@pytest.mark.parametrize(
    "tag", ['"a"', 'W/"a"', "unquoted", '"with \\"quotes\\""', "'single'", '"ت"', '"a", "b"', "-1"]
)
def test_validators_go_back_byte_for_byte(reader: Reader, tag: str) -> None:
    reader.site.answers["/tag"] = reply(b"x", ETag=tag, Last_Modified="Sat, 21  Nov 2026 9:00 gmt")
    answer = reader.get("/tag")
    back = {"If-None-Match": answer.headers["etag"], "If-Modified-Since": answer.headers["LAST-MODIFIED"]}
    reader.get("/tag", back)
    sent = reader.site.requests[-1].head
    assert b"If-None-Match: " + tag.encode() + b"\r\n" in sent
    assert b"If-Modified-Since: Sat, 21  Nov 2026 9:00 gmt\r\n" in sent


def test_cookies_are_not_kept(reader: Reader) -> None:
    reader.site.answers["/cookie"] = reply(b"x", Set_Cookie="id=1; Path=/")
    reader.get("/cookie")
    reader.get("/cookie")
    assert not reader.site.requests[-1].header("Cookie")


def test_a_proxy_of_the_environment_is_not_followed(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    reader.site.answers["/direct"] = reply(b"direct")
    assert reader.get("/direct").body == b"direct"


def test_a_configured_proxy_is_asked_and_resolves_the_names(reader: Reader) -> None:
    reader.site.answers["http://news.example/feed"] = reply(b"by proxy")

    async def ask() -> bytes:
        async with HttpClient(proxy=f"http://user:secret@127.0.0.1:{reader.site.port}") as http:
            return (await http.get("http://news.example/feed", limits=QUICK)).body

    assert reader.run(ask()) == b"by proxy"
    assert reader.site.requests[-1].header("Proxy-Authorization").startswith("Basic ")


def test_a_proxy_that_does_not_answer_is_named_without_its_password() -> None:
    async def ask() -> None:
        async with HttpClient(proxy="http://user:secret@127.0.0.1:9") as http:
            assert "secret" not in repr(http)
            await http.get("http://news.example/feed", limits=QUICK)

    with pytest.raises(HttpError, match=r"proxy\.sources") as caught:
        asyncio.run(ask())
    assert "secret" not in str(caught.value)
    assert caught.value.kind == "refused"


# limits


async def _drip(_request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(100):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def _silence(_request: Request, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


async def _silence_in_the_middle(_request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\nhalf")
    await writer.drain()
    await asyncio.sleep(5)


async def _endless(_request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


def test_silence_drip_and_flood_each_meet_their_own_limit(reader: Reader) -> None:
    reader.site.answers |= {"/drip": _drip, "/silence": _silence, "/middle": _silence_in_the_middle, "/flood": _endless}
    assert "no complete answer within 1.5 s" in str(failing(reader, "/drip"))
    assert "fell silent" in str(failing(reader, "/silence"))
    assert failing(reader, "/middle").kind == "timeout"
    assert failing(reader, "/flood").kind == "too_large"


def test_an_answer_in_drops_is_no_slow_line(reader: Reader) -> None:
    async def drops(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            writer.write(b"<")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def slow(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n")
        for _ in range(10):
            writer.write(b"<" * 20)
            await writer.drain()
            await asyncio.sleep(0.05)

    reader.site.answers |= {"/drops": drops, "/slow": slow}
    with pytest.raises(HttpError, match="comes in drops") as caught:
        reader.get("/drops", limits=Limits(drip=0.3))
    assert caught.value.kind == "timeout"
    assert len(reader.get("/slow", limits=Limits(drip=0.3)).body) == 200


def test_the_limit_of_size_holds_to_the_byte_on_the_wire_and_unpacked(reader: Reader) -> None:
    limits = Limits(size=10_000)
    for name, size, packed in (
        ("fits", 10_000, False),
        ("over", 10_001, False),
        ("pfits", 10_000, True),
        ("pover", 10_001, True),
    ):
        body = gzip.compress(b"a" * size) if packed else b"a" * size
        reader.site.answers[f"/{name}"] = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body
    assert len(reader.get("/fits", limits=limits).body) == len(reader.get("/pfits", limits=limits).body) == 10_000
    assert failing(reader, "/over", limits).kind == failing(reader, "/pover", limits).kind == "too_large"


def test_many_empty_parts_of_gzip_do_not_keep_the_reader_busy(reader: Reader) -> None:
    reader.site.answers["/members"] = reply(gzip.compress(b"") * 5_000)
    assert failing(reader, "/members").kind == "encoding"


def test_public_hosts_are_asked_twice_at_once_and_no_more(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor.http.pacing, "_UNGATED", frozenset())
    monkeypatch.setattr(reader.http, "_pacing", Pacing(gap=0.0))
    under_way, most = 0, 0

    async def count(_request: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.02)
        under_way -= 1
        writer.write(reply(b"x"))

    async def ask() -> None:
        await asyncio.gather(*(reader.http.get(reader.site.url("/count")) for _ in range(8)))

    reader.site.answers["/count"] = count
    reader.run(ask())
    assert most == 2


def test_between_two_requests_to_a_public_host_there_is_a_pause_and_none_to_another(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor.http.pacing, "_UNGATED", frozenset())
    begun: dict[str, list[float]] = {"a.example": [], "b.example": []}

    async def ask() -> None:
        pacing = Pacing(gap=0.05)

        async def one(host: str) -> None:
            async with pacing.at(host):
                begun[host].append(asyncio.get_running_loop().time())

        await asyncio.gather(*(one(host) for host in [*["a.example"] * 4, "b.example"]))

    reader.run(ask())
    first, *_, last = begun["a.example"]
    assert last - first >= 0.15
    assert begun["b.example"][0] - first < 0.05


def test_a_request_that_is_given_up_gives_its_turn_back(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> None:
        pacing = Pacing(gap=0.0)

        async def hang() -> None:
            async with pacing.at("a.example"):
                await asyncio.Event().wait()

        hanging = [asyncio.create_task(hang()) for _ in range(3)]
        await asyncio.sleep(0.01)
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        async with asyncio.timeout(1), pacing.at("a.example"):
            pass

    reader.run(ask())


# packing


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("declared", "body"),
    [
        ("gzip", gzip.compress(BODY.encode())),
        ("x-gzip", gzip.compress(BODY.encode())),
        ("", gzip.compress(BODY.encode())),
        ("identity", gzip.compress(BODY.encode())),
        ("deflate", zlib.compress(BODY.encode())),
        ("deflate", raw_deflate(BODY.encode())),
        ("gzip", gzip.compress(BODY[:300].encode()) + gzip.compress(BODY[300:].encode())),
        ("gzip", gzip.compress(BODY.encode()) + b"\0" * 50),
        ("gzip", BODY.encode()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # packed bytes hold the time and are no name
)
def test_however_an_answer_is_packed_its_bytes_are_the_same(reader: Reader, declared: str, body: bytes) -> None:
    headers = {"Content_Encoding": declared} if declared else {}
    reader.site.answers["/packed"] = reply(body, **headers)
    assert reader.get("/packed").body == BODY.encode()


def test_what_came_before_the_break_is_kept_and_said_to_be_incomplete(reader: Reader) -> None:
    reader.site.answers["/short"] = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf of it"
    reader.site.answers["/packed-short"] = reply(gzip.compress(BODY.encode())[:-20])
    half, packed = reader.get("/short"), reader.get("/packed-short")
    assert (half.body, half.broken_off) == (b"half of it", "the connection broke off after 10 bytes")
    assert packed.broken_off == "the compressed answer ends early"
    assert BODY.encode().startswith(packed.body)
    assert not reader.get("/packed-short").redirects
