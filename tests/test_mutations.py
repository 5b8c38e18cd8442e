"""A hundred of the broken feeds of benchmarks/mutations.py: each is read, or refused with a reason."""

import asyncio

from benchmarks.mutants import WAYS, feeds, mutant
from benchmarks.mutations import tried
from monitor.sources.parsing import _MOST_ENTRIES
from tests.sources_support import Reader, item, reply, rss


def test_a_hundred_feeds_that_are_broken_in_all_ways_are_read_or_named() -> None:
    mutants = [(number, mutant(number, seed=2026)) for number in range(100)]
    assert {way for _, made in mutants for way in made.done} == set(WAYS)
    assert {made.kind for _, made in mutants} == {made.kind for made in feeds()}
    tally = asyncio.run(tried(mutants, slowest=15.0))  # other tests are at work beside it
    assert tally.wrong == []
    assert tally.broke_down == []
    assert tally.read + sum(tally.refused.values()) == 100
    assert tally.read > 50


def test_the_same_numbers_give_the_same_mutant() -> None:
    assert mutant(7, seed=1) == mutant(7, seed=1) != mutant(7, seed=2)


def test_of_a_feed_without_end_the_newest_entries_are_read() -> None:
    reader = Reader()
    try:
        empty = "<item></item>" * _MOST_ENTRIES
        reader.site.answers["/f"] = reply(rss(item("A", guid="a"), empty, item("Z", guid="z")).encode())
        read = reader.read("/f")
    finally:
        reader.close()
    assert [entry.title for entry in read.entries] == ["A"]
    assert "more than 12000 entries" in read.note
    assert "breaks off" not in read.note
