"""A farm of feeds on loopback for benchmarks/polling.py, in a process of its own: prints its port, then serves.

/tag/I answers 304 to who knows its ETag, /bare/I knows no validators, /grow/I shows two more entries each time it is
asked, /bad/HOW/I misbehaves. What /grow/0 shows is an alarm each time.
"""

import asyncio
import time
import zlib
from collections import Counter
from contextlib import suppress
from email.utils import formatdate
from functools import lru_cache
from html import escape

ENTRIES = 35
FIRST = 100  # the newest entry of a feed that does not grow
BAD = ("drip", "hang", "bomb", "loop", "huge", "error", "busy", "cut")
_STARTED = time.time()
_LINE = "The bakery beside the olive market of the village opened again and people queued for bread, a resident said. "
_HEAD = "HTTP/1.1 {}\r\nContent-Type: application/rss+xml; charset=utf-8\r\nConnection: close\r\n"
_ALARM = "Government forces laid siege to the town of {} in Daraa province today, residents said. "
_TOWNS = ("Jasim", "Nawa", "Inkhil", "Tafas", "Muzayrib", "Dael")
_grown: Counter[str] = Counter()


@lru_cache(700)
def feed(number: str, newest: int) -> bytes:
    """About 77 kB."""
    items = "".join(_item(number, each) for each in range(newest, newest - ENTRIES, -1))
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Feed {number}</title>'
        f"<link>http://farm.example/</link>{items}</channel></rss>"
    ).encode()


def _item(number: str, each: int) -> str:
    alarm = _ALARM.format(_TOWNS[each // 2 % len(_TOWNS)]) if number == "0" and each > FIRST else ""
    text = f"<p>{number}.{each} {alarm}{_LINE * 18}</p>"
    return (
        f"<item><title>Story {each} of village {number}</title><guid isPermaLink='false'>{number}-{each}</guid>"
        f"<pubDate>{formatdate(_STARTED + each - FIRST)}</pubDate><description>{escape(text)}</description></item>"
    )


def _bomb() -> bytes:
    """200 MB of nothing, which the farm itself never holds."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join([*(packer.compress(b" " * 1_000_000) for _ in range(200)), packer.flush()])


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, asyncio.IncompleteReadError):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        _, way, *rest = head.split(" ", 2)[1].split("/")
        if way == "bad":
            await _misbehave(rest[0], rest[1], writer)
        else:
            writer.write(_answer(way, rest[0] if rest else "", head))
        await writer.drain()
    writer.close()


def _answer(way: str, number: str, head: str) -> bytes:
    newest = FIRST
    if way == "grow":
        newest += _grown[number]
        _grown[number] += 2
    tag = f'"{newest}"'
    validator = "" if way == "bare" else f"ETag: {tag}\r\n"
    if validator and f"if-none-match: {tag}" in head.lower():
        return (_HEAD.format("304 Not Modified") + validator + "\r\n").encode()
    body = feed(number, newest)
    return (_HEAD.format("200 OK") + f"{validator}Content-Length: {len(body)}\r\n\r\n").encode() + body


async def _misbehave(how: str, number: str, writer: asyncio.StreamWriter) -> None:
    body = feed(number, FIRST)
    if how == "hang":
        await asyncio.sleep(300)
    elif how == "drip":
        writer.write((_HEAD.format("200 OK") + "\r\n").encode())
        for _ in range(300):
            writer.write(b"<")
            await writer.drain()
            await asyncio.sleep(1)
    elif how == "huge":
        writer.write((_HEAD.format("200 OK") + "\r\n").encode())
        for _ in range(2_000):
            writer.write(b"<item><title>again</title></item>" * 3_000)
            await writer.drain()
    elif how == "bomb":
        writer.write((_HEAD.format("200 OK") + "Content-Encoding: gzip\r\n\r\n").encode() + BOMB)
    elif how == "loop":
        writer.write(
            (_HEAD.format("302 Found") + f"Location: /bad/loop/{number}\r\nContent-Length: 0\r\n\r\n").encode()
        )
    elif how == "cut":
        writer.write(
            (_HEAD.format("200 OK") + f"Content-Length: {len(body)}\r\n\r\n").encode() + body[: len(body) // 2]
        )
    else:
        status = "500 Internal Server Error" if how == "error" else "429 Too Many Requests"
        writer.write((_HEAD.format(status) + "Retry-After: 600\r\nContent-Length: 0\r\n\r\n").encode())


BOMB = _bomb()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20, backlog=1_000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
