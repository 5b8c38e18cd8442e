"""A channel, a list page and ReliefWeb on the whole path: read by the service, kept, told, and nothing asked twice."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.pipeline import poll
from monitor.records import LogRow
from monitor.service import open_service
from monitor.settings import load
from monitor.store import outbox, reports, tellings
from monitor.store.reports import LogQuery
from tests.sources_support import NOW, Reader, reply
from tests.telegram_support import html, message, page, words

APPNAME = "southdesk-watch-7f3k9"
SIEGE = (
    "قوات الأمن العام تحاصر مدينة جاسم شمالي درعا وتغلق جميع الطرق المؤدية إليها\n"
    "منعت القوات السكان من الخروج منذ صباح اليوم، ولم يدخل الطحين إلى المدينة."
)
FORWARDED = (
    '<div class="tgme_widget_message_forwarded_from">Forwarded from '
    '<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/ahrarhoran/8">تجمع أحرار حوران</a></div>'
)
ARTICLE = (
    "<!doctype html><html><head><title>News</title></head><body><article><h1>Army sends a convoy to Nawa</h1><p>{}</p>"
    "</article></body></html>"
)
CONVOY = (
    "A convoy of forty vehicles carrying soldiers and heavy weapons reached the city of Nawa, west of Daraa, today as "
    "military reinforcements, residents said. More trucks followed in the evening."
)
LIST = (
    "<!doctype html><html><head></head><body><ul><li><h2><a href='/article'>Army sends a convoy to Nawa</a></h2>"
    "<time datetime='2026-11-21T09:00:00Z'></time></li></ul></body></html>"
)
FOUND = {
    "id": "7",
    "fields": {
        "title": "Flash update: access to Tafas",
        "body": "Talks between elders of Tafas and the army failed today; no agreement was reached.",
        "date": {"created": "2026-11-21T10:00:00+00:00"},
        "source": [{"shortname": "OCHA"}],
        "language": [{"code": "en"}],
    },
}


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def configured(folder: Path, reader: Reader) -> Path:
    (folder / "monitor.yaml").write_text("allow_loopback: true\ndata_dir: data\n", encoding="utf-8")
    (folder / "alerts.yaml").write_text(
        "channels: {log: {kind: log}}\nrecipients: {me: {channels: [log]}}\nrules: [{to: me}]\n", encoding="utf-8"
    )
    site = reader.site.url
    (folder / "feeds.yaml").write_text(
        "feeds:\n"
        f'  - {{name: channel, kind: telegram, url: "{site("/s/Horan_News")}", outlet: Horan News}}\n'
        f'  - {{name: listed, kind: page, url: "{site("/list")}", outlet: Listed, select: {{item: li, date: time}}}}\n'
        f'  - {{name: found, kind: reliefweb, url: "{site("/v2/reports")}", outlet: ReliefWeb, \n'
        '     appname: "${APPNAME}"}\n',
        encoding="utf-8",
    )
    return folder


async def polled(folder: Path) -> tuple[list[str], list[LogRow], list[str]]:
    """Errors of the polls, what is kept, and who is counted as the source of each report; everything is read twice."""
    async with open_service(
        load(folder, environment={"APPNAME": APPNAME}), clock=lambda: NOW, backlog="alert"
    ) as parts:
        polls = [await poll(parts, name, force=True) for name in ("channel", "listed", "found") * 2]
        with parts.store.read() as tx:
            rows = sorted(reports.iterate(tx, LogQuery(everything=True)), key=lambda row: row.report.feed)
            told = [telling.source for row in rows for _, telling in tellings.of_situation(tx, row.situation or "")]
            assert len(outbox.listing(tx)) == 3
        return [each.error for each in polls if each], rows, told


def test_each_kind_is_read_told_and_asked_no_more_than_needed(tmp_path: Path, reader: Reader) -> None:

    answer = json.dumps({"count": 1, "data": [FOUND]}).encode()
    reader.site.answers = {
        "/s/Horan_News": html(page(message(7, FORWARDED + words(SIEGE.replace("\n", "<br>"))))),
        "/list": html(LIST.encode()),
        "/article": html(ARTICLE.format(CONVOY).encode()),
        "/v2/reports": reply(answer, "application/json"),
    }
    errors, rows, told = asyncio.run(polled(configured(tmp_path, reader)))
    assert errors == [""] * 6
    assert [
        (row.report.feed, row.report.text_from, row.report.origin, row.assessment.state, row.report.note)
        for row in rows
    ] == [
        ("channel", "feed", "تجمع أحرار حوران", "flagged", ""),
        ("found", "feed", "OCHA", "flagged", ""),
        ("listed", "page", "", "flagged", ""),
    ]
    assert told == ["Ahrar Horan Gathering", "OCHA", "Listed"]
    assert APPNAME not in repr(rows)
    asked = [request.target.partition("?")[0] for request in reader.site.requests]
    assert sorted(asked) == sorted(["/s/Horan_News", "/list", "/v2/reports"] * 2 + ["/article"])
