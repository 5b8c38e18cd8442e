"""ReliefWeb's interface, from a server on loopback that answers as it does: who is let in, what is asked and read."""

# ruff: noqa: E501 - documents are long lines

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.errors import SourceError
from monitor.records import FeedRead
from monitor.settings import Feed
from monitor.sources.article import Article
from monitor.sources.reliefweb import ReliefWebReader
from monitor.sources.reports import report_of
from tests.sources_support import NOW, QUICK, Reader, Request, feed, reply

APPNAME = "southdesk-watch-7f3k9"
QUESTION = (
    "/v2/reports?filter[field]=country.iso3&filter[value]=syr&query[value]=Daraa%20OR%20%22Dara%27a%22%20OR%20درعا"
)


def report(number: int, created: datetime | None = None, **fields: Any) -> dict[str, Any]:
    when = created or NOW - timedelta(hours=1)
    told = {
        "title": f"Flash update {number}",
        "body": "Roads into the town are closed.\n\nTalks & visits stopped.",
        "url": f"https://reliefweb.example/node/{number}",
        "url_alias": f"https://reliefweb.example/report/syria/flash-{number}",
        "date": {
            "created": when.isoformat(),
            "changed": when.isoformat(),
            "original": f"{when:%Y-%m-%d}T00:00:00+00:00",
        },
        "source": [{"name": "Office for the Coordination", "shortname": "OCHA"}, {"name": "Second"}],
        "language": [{"code": "en"}],
    }
    return {"id": str(number), "score": 1, "href": "https://api.example/v2/reports/1", "fields": told | fields}


class ReliefWeb:
    """Answers as the interface does: nobody without an approved name, newest first, by limit and offset."""

    def __init__(self, *reports: Mapping[str, Any]) -> None:
        self.reports = reports
        self.asked: list[dict[str, list[str]]] = []
        self.broken_from = 10_000

    async def answer(self, request: Request, writer: Any) -> None:
        asked = parse_qs(urlsplit(request.target).query)
        self.asked.append(asked)
        if asked.get("appname") != [APPNAME]:
            message = f"You are not using an approved appname: {asked.get('appname')}"
            body = {"status": 403, "error": {"type": "AccessDeniedHttpException", "message": message}}
            writer.write(reply(json.dumps(body).encode(), "application/json", "403 Forbidden"))
            return
        offset, limit = int(asked["offset"][0]), int(asked["limit"][0])
        if offset >= self.broken_from:
            writer.write(reply(b"{}", "application/json", "503 Service Unavailable"))
            return
        some = self.reports[offset : offset + limit]
        body = {"time": len(self.asked), "totalCount": len(self.reports), "count": len(some), "data": some, "links": {}}
        writer.write(reply(json.dumps(body).encode(), "application/json"))


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def asked_of(reader: Reader, question: str = QUESTION, appname: str = APPNAME) -> Feed:
    return feed(reader.site.url(question), kind="reliefweb", appname=appname)


def read(
    reader: Reader, site: ReliefWeb, memory: Mapping[str, str] | None = None, question: str = QUESTION, pages: int = 10
) -> FeedRead:
    reader.site.answers = {"/v2/reports": site.answer}
    source = ReliefWebReader(reader.workers, QUICK, pause=0, most_pages=pages)
    return reader.run(source.read(asked_of(reader, question), memory or {}, reader.http, NOW))


def refusal(reader: Reader, feed_: Feed) -> str:
    with pytest.raises(SourceError) as caught:
        reader.run(ReliefWebReader(reader.workers, QUICK).read(feed_, {}, reader.http, NOW))
    assert APPNAME not in str(caught.value)
    return str(caught.value)


def many(first: int, last: int) -> list[dict[str, Any]]:
    """Newest first, one an hour."""
    return [report(n, NOW - timedelta(hours=100 - n)) for n in range(last, first - 1, -1)]


def numbers(found: FeedRead) -> list[int]:
    return [int(entry.key.rpartition("/")[2]) for entry in found.entries]


def test_a_report_is_read_with_its_words_publisher_language_and_dates(reader: Reader) -> None:
    (entry,) = read(reader, ReliefWeb(report(4127))).entries
    assert (entry.key, entry.url) == ("reliefweb/4127", "https://reliefweb.example/report/syria/flash-4127")
    assert (entry.title, entry.content) == (
        "Flash update 4127",
        "Roads into the town are closed.\nTalks & visits stopped.",
    )
    assert (entry.origin, entry.language, entry.published_at) == ("OCHA", "en", NOW - timedelta(hours=1))
    kept = report_of(entry, asked_of(reader), Article("", ""), NOW)
    assert (kept.text_from, kept.origin, kept.note) == ("feed", "OCHA", "")
    assert entry.whole  # its page is closed to programs, so nobody asks for it


def test_markup_wins_over_plain_text_and_arabic_is_read(reader: Reader) -> None:
    marked: dict[str, Any] = {"body-html": "<p>حصار <b>طفس</b></p><ul><li>واحد</li></ul>", "language": [{"code": "ar"}]}
    (entry,) = read(reader, ReliefWeb(report(1, **marked))).entries
    assert (entry.content, entry.language) == ("حصار طفس\nواحد", "ar")


def test_what_was_published_days_before_is_dated_so(reader: Reader) -> None:
    dates = {"created": "2026-11-21T09:00:00+00:00", "original": "2026-11-18T00:00:00+00:00"}
    (entry,) = read(reader, ReliefWeb(report(1, date=dates))).entries
    assert entry.published_at == datetime(2026, 11, 18, tzinfo=UTC)


def test_the_question_of_the_url_is_asked_with_what_every_question_needs(reader: Reader) -> None:
    site = ReliefWeb(report(1))
    read(reader, site)
    (asked,) = site.asked
    assert asked["query[value]"] == ['Daraa OR "Dara\'a" OR درعا']
    assert (asked["filter[field]"], asked["filter[value]"]) == (["country.iso3"], ["syr"])
    assert (asked["sort[]"], asked["offset"], asked["limit"]) == (["date.created:desc"], ["0"], ["50"])
    assert {"title", "body-html", "source.shortname", "date.original"} <= set(asked["fields[include][]"])
    read(reader, site, question=f"{QUESTION}&limit=7&sort[]=score:desc&profile=full")
    assert (site.asked[-1]["limit"], site.asked[-1]["sort[]"]) == (["7"], ["date.created:desc"])
    assert "fields[include][]" not in site.asked[-1]


def test_an_answer_with_the_same_reports_is_no_news(reader: Reader) -> None:
    site = ReliefWeb(report(2), report(1))
    memory = read(reader, site).memory
    assert not read(reader, site, memory).changed  # though the answer tells another time each time


def test_what_no_longer_fits_in_one_answer_is_paged_back_to(reader: Reader) -> None:
    question = f"{QUESTION}&limit=10"
    memory = read(reader, ReliefWeb(*many(1, 20)), question=question).memory
    site = ReliefWeb(*many(1, 47))
    found = read(reader, site, memory, question)
    assert numbers(found) == list(range(47, 17, -1))  # 20 was the last one seen
    assert [asked["offset"] for asked in site.asked] == [["0"], ["10"], ["20"]]
    assert found.note == ""


def test_reports_that_could_not_be_had_are_named_with_their_hours(reader: Reader) -> None:
    question = f"{QUESTION}&limit=10"
    memory = read(reader, ReliefWeb(*many(1, 20)), question=question).memory
    site = ReliefWeb(*many(1, 60))
    short = read(reader, site, memory, question, pages=1)
    assert short.note == (
        "reports put up from 18 Nov 04:00 to 19 Nov 01:00 UTC (21.0 h) were not read: "
        "there were more than are asked for at once"
    )
    site.broken_from = 10
    failed = read(reader, site, memory, question)
    assert failed.note.endswith(
        "were not read yet: the address answers 503 Service Unavailable: the server has trouble of its own; asked again later"
    )
    site.broken_from = 10_000
    assert numbers(read(reader, site, failed.memory, question))[-1] <= 21


# who is let in


def test_nobody_is_let_in_without_an_approved_appname_and_is_told_where_to_get_one(reader: Reader) -> None:
    site = ReliefWeb()
    reader.site.answers = {}
    told = refusal(reader, asked_of(reader, appname=""))
    assert told.startswith("ReliefWeb answers only who has an appname")
    assert "apidoc.reliefweb.int" in told
    body = json.dumps({"error": {"message": f"not an approved appname: {APPNAME}"}}).encode()

    async def forbid(_request: Request, writer: Any) -> None:
        writer.write(reply(body, "application/json", "403 Forbidden"))

    reader.site.answers = {"/v2/reports": forbid}
    assert "does not know the appname (403)" in refusal(reader, asked_of(reader))
    assert site.asked == []


def test_the_switched_off_version_names_the_one_that_answers(reader: Reader) -> None:
    async def gone(_request: Request, writer: Any) -> None:
        writer.write(reply(b'{"status": 410}', "application/json", "410 Gone"))

    reader.site.answers = {"/v1/reports": gone}
    assert "https://api.reliefweb.int/v2/reports" in refusal(reader, asked_of(reader, "/v1/reports"))


def test_the_appname_is_nowhere_but_in_the_question(reader: Reader, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    found = read(reader, ReliefWeb(report(1)))
    assert APPNAME not in repr(found)
    assert APPNAME not in repr(asked_of(reader)) + str(asked_of(reader).model_dump())
    assert APPNAME not in caplog.text

    async def turn(_request: Request, writer: Any) -> None:
        writer.write(reply(b"", status="302 Found", Location=f"ftp://files.example/?appname={APPNAME}"))

    for answer in (turn, lambda _request, _writer: _stall()):
        reader.site.answers = {"/v2/reports": answer}
        refusal(reader, asked_of(reader))


async def _stall() -> None:
    raise ConnectionError
