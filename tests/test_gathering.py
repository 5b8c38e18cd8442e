"""Ends of polls are written together where several come together, and no poll waits long or fails with another."""

import asyncio
from collections.abc import Collection, Sequence

import pytest

from monitor.errors import StoreError
from monitor.pipeline import gathering
from monitor.pipeline.gathering import Gathering


class Book:
    """What was written, in one go each. `broken`: the next one fails. `refused`: what is left out."""

    def __init__(self) -> None:
        self.written: list[list[str]] = []
        self.broken = False
        self.refused = ""

    def write(self, ends: Sequence[str]) -> Collection[str]:
        if self.broken:
            self.broken = False
            raise StoreError("the disk is full")
        self.written.append([end for end in ends if end != self.refused])
        return self.written[-1]


async def polled(ends: Gathering[str], name: str, book: Book, asking: float = 0.0) -> bool:
    with ends.poll():
        await asyncio.sleep(asking)
        return await ends.written(name, book.write)


def test_who_is_alone_is_written_at_once() -> None:
    book = Book()

    async def alone() -> bool:
        async with asyncio.timeout(gathering.LONGEST / 2):
            return await polled(Gathering(), "a", book)

    assert asyncio.run(alone())
    assert book.written == [["a"]]


def test_ends_that_come_together_are_written_together_and_each_once() -> None:
    book, names = Book(), [f"feed-{number}" for number in range(20)]

    async def together() -> list[bool]:
        ends: Gathering[str] = Gathering()
        return await asyncio.gather(*(polled(ends, name, book, 0.001 * at) for at, name in enumerate(names)))

    assert all(asyncio.run(together()))
    assert sorted(name for some in book.written for name in some) == sorted(names)
    assert len(book.written) < len(names) / 2


def test_feeds_that_hang_hold_nobody_up() -> None:
    book = Book()

    async def beside() -> None:
        ends: Gathering[str] = Gathering()
        hanging = [asyncio.create_task(polled(ends, str(each), book, 60)) for each in range(9)]
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            assert await polled(ends, "a", book)
        for each in hanging:
            each.cancel()

    asyncio.run(beside())
    assert book.written == [["a"]]


def test_only_what_was_written_counts_as_written() -> None:
    book = Book()
    book.refused = "b"

    async def two() -> list[bool]:
        ends: Gathering[str] = Gathering()
        return list(await asyncio.gather(polled(ends, "a", book), polled(ends, "b", book)))

    assert asyncio.run(two()) == [True, False]


def test_a_failure_is_told_to_all_whom_it_concerns_and_to_nobody_after_them() -> None:
    book = Book()
    book.broken = True

    async def both() -> bool:
        ends: Gathering[str] = Gathering()
        found = await asyncio.gather(polled(ends, "a", book), polled(ends, "b", book), return_exceptions=True)
        assert [str(each) for each in found] == ["the disk is full"] * 2
        return await polled(ends, "a", book)

    assert asyncio.run(both())


@pytest.mark.parametrize("which", [0, 1])
def test_a_poll_that_is_ended_takes_no_other_with_it(which: int) -> None:
    book = Book()

    async def ended() -> bool:
        ends: Gathering[str] = Gathering()
        polls = [asyncio.create_task(polled(ends, name, book)) for name in "ab"]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        polls[which].cancel()
        return await polls[1 - which]

    assert asyncio.run(ended())
