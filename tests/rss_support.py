"""A reader and a feed that it is served: what the tests of feeds share."""

from collections.abc import Iterator

import pytest

from tests.sources_support import Reader, reply, rss


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def served(reader: Reader, *items: str, channel: str = "", **headers: str) -> None:
    reader.site.answers["/feed"] = reply(rss(*items, channel=channel).encode(), **headers)
