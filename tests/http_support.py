"""A client on loopback: what the tests of HTTP share."""

from collections.abc import Iterator

import pytest

from monitor.errors import HttpError
from monitor.http import Limits
from tests.sources_support import QUICK, Reader


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def failing(reader: Reader, target: str, limits: Limits = QUICK) -> HttpError:
    with pytest.raises(HttpError) as caught:
        reader.get(target, limits=limits)
    return caught.value
