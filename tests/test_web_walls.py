"""What an attacker finds who comes by the wire or by the database: connections that take forever, and rows that lie."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.errors import ModelError
from monitor.pipeline.models import keep, promote
from monitor.pipeline.serving import opened as opened_model
from monitor.store import Store, models
from monitor.web import headers, serving
from tests.examples import NOON
from tests.learning_support import candidate, settings_in
from tests.people_support import small
from tests.web_support import Front, blank, front

__all__ = ["blank", "front", "small"]  # fixtures

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
LOGIN = b"POST /login HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-www-form-urlencoded\r\n"


async def connected(address: str) -> Streams:
    return await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))


async def said(streams: Streams, sent: bytes) -> bytes:
    """All that comes until the server hangs up."""
    reader, writer = streams
    try:
        writer.write(sent)
        await writer.drain()
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def on_the_wire(front: Front, *requests: bytes) -> list[bytes]:
    async def run() -> list[bytes]:
        async with serving.served(front.app, "127.0.0.1:0") as address:
            return [await said(await connected(address), each) for each in requests]

    return asyncio.run(run())


def test_a_body_that_does_not_come_is_not_waited_for(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers, "SLOWEST_BODY", 0.2)
    api = LOGIN.replace(b"/login", b"/api/v1/reports/r1/reviews").replace(b"x-www-form-urlencoded", b"json")
    for answer in on_the_wire(
        front,
        LOGIN + b"content-length: 100\r\n\r\nname=a",
        LOGIN + b"transfer-encoding: chunked\r\n\r\n5\r\nname=\r\n",
        api + b"content-length: 100\r\n\r\n{",
    ):
        assert answer.startswith(b"HTTP/1.1 408 "), answer[:200]
        assert b"connection: close" in answer.lower()


def test_more_than_fits_ends_the_connection(front: Front) -> None:
    piece = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    for answer in on_the_wire(
        front, LOGIN + b"content-length: 999999999\r\n\r\n", LOGIN + b"transfer-encoding: chunked\r\n\r\n" + piece * 5
    ):
        assert answer.startswith(b"HTTP/1.1 413 "), answer[:200]


def test_requests_that_are_none_are_refused(front: Front) -> None:
    for answer in on_the_wire(
        front,
        b"GET /login\r\nX: \r\n\r\n",
        b"GET /\r\nSet-Cookie: evil=1 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
        b"GET /login HTTP/1.1\r\nhost: 127.0.0.1\r\nhost: evil.example\r\n\r\n",
        b"GET /login HTTP/1.1\r\nhost: 127.0.0.1\r\nx: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
        LOGIN + b"content-length: 5\r\ncontent-length: 50\r\n\r\nname=",
        LOGIN + b"content-length: 5\r\ntransfer-encoding: gzip, chunked\r\n\r\nname=",
    ):
        assert answer.startswith(b"HTTP/1.1 4") or answer == b"", answer[:200]
        assert b"evil" not in answer


def test_who_connects_and_asks_nothing_is_hung_up_on(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "ASKS_WITHIN", 0.2)
    assert on_the_wire(front, b"", b"GET /login HTT", b"GET /login HTTP/1.1\r\nhost: 127.0.0.1\r\n") == [b"", b"", b""]


def test_however_many_come_only_so_many_files_are_taken(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "MOST_CONNECTIONS", 20)
    ask = b"GET /login HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"

    async def run() -> tuple[list[bytes], bytes, bytes]:
        async with serving.served(front.app, "127.0.0.1:0") as address:
            idle = [await connected(address) for _ in range(20)]
            late = [await said(await connected(address), ask) for _ in range(5)]
            first = await said(idle[0], ask)
            for _, writer in idle[1:]:
                writer.close()
                await writer.wait_closed()
            await asyncio.sleep(0.05)
            return late, first, await said(await connected(address), ask)

    late, first, after = asyncio.run(run())
    assert late == [b""] * 5
    assert first.startswith(b"HTTP/1.1 200 ")
    assert after.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "folder", ["../elsewhere", "{}/elsewhere", "escalation@aaaa1111/../../elsewhere", ".", "..", "link"]
)
def test_a_row_names_no_model_outside_of_the_data(tmp_path: Path, small: Store, folder: str) -> None:
    """The files there are even those that were measured: whoever can write rows must not choose what is opened."""
    data = tmp_path / "data"
    made = candidate(data)
    shutil.copytree(data / "models" / made.folder, tmp_path / "elsewhere")
    shutil.copytree(tmp_path / "elsewhere", data / "elsewhere")
    (data / "models" / "link").symlink_to(tmp_path / "elsewhere")
    lying = replace(made, folder=folder.format(tmp_path))
    keep(small, lying)
    with pytest.raises(ModelError, match="is no folder in"):
        promote(small, settings_in(data), made.version, "sami", "", NOON)
    with small.read() as tx:
        assert models.serving(tx, "escalation") == ""
    assert opened_model(settings_in(data), made).version == "aaaa1111"
