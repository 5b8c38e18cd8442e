"""Many feeds with pages on 127.0.0.1, in a process of their own: everyday sentences, here and there a report.

    python benchmarks/feeds_farm.py --feeds 2000 --entries 2 --flagged 0.002

Prints its address. /publish/N puts one more report of the kind that is to be flagged into feed N; /polls tells when
each feed was asked, and /served how many entries there are.
"""

import argparse
import asyncio
import html
import json
import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from aiohttp import web

ROOT = Path(__file__).resolve().parent.parent
# What nobody is to be told of. The sentences without an event of models/training are near misses, of which the
# classifier flags one page in ten when eight of them stand together.
EVERYDAY = (
    "The {thing} in the {quarter} quarter will stay open until {number} in the evening, the council said.",
    "Prices of {goods} rose by {number} percent this week, traders at the {quarter} market complained.",
    "Engineers repaired the {thing} after {number} days and tested it on {day}.",
    "Pupils of the {quarter} school planted {number} {goods} trees along the {thing}.",
    "The weather service expects {number} degrees on {day} and light wind from the west.",
    "The football club of {quarter} won its match with {number} goals before a full {thing}.",
    "يفتح {thing_ar} في حي {quarter_ar} أبوابه حتى الساعة {number} مساءً، بحسب المجلس المحلي.",
    "ارتفعت أسعار {goods_ar} بنسبة {number} في المئة هذا الأسبوع، وفق تجار السوق.",
    "أنهت ورشات الصيانة إصلاح {thing_ar} بعد {number} يوماً من العمل.",
    "تتوقع الأرصاد أن تصل الحرارة إلى {number} درجة مع رياح غربية خفيفة.",
)
WORDS = {
    "thing": ("library", "clinic", "water tower", "bus station", "theatre", "bakery", "museum", "post office"),
    "quarter": ("old", "northern", "station", "garden", "harbour", "university", "mill"),
    "goods": ("olive", "tomato", "wheat", "apricot", "lentil", "almond", "grape"),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    "thing_ar": ("المركز الثقافي", "المستوصف", "خزان المياه", "المخبز", "المتحف", "مكتب البريد"),
    "quarter_ar": ("الجامعة", "المحطة", "البساتين", "الميناء"),
    "goods_ar": ("الزيتون", "البندورة", "القمح", "المشمش", "العدس"),
}


class FeedsFarm:
    """`polls`: for each feed the seconds since the epoch at which it was asked."""

    def __init__(self, feeds: int, entries: int, flagged: float, seed: int = 7) -> None:
        chance = random.Random(seed)
        self._chance = chance
        self._events = _written()
        self._began = datetime.now(UTC) - timedelta(minutes=entries)
        self.polls: list[list[float]] = [[] for _ in range(feeds)]
        self.articles: list[list[tuple[str, str]]] = [
            [self._event() if chance.random() < flagged else self._everyday() for _ in range(entries)]
            for _ in range(feeds)
        ]

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.get("/feed/{feed}", self._feed),
                web.get("/page/{feed}/{entry}", self._page),
                web.get("/publish/{feed}", self._publish),
                web.get("/polls", self._polls),
                web.get("/served", self._served),
            ]
        )
        return app

    def _everyday(self) -> tuple[str, str]:
        return self._sentence()[:90], " ".join(self._sentence() for _ in range(10))

    def _sentence(self) -> str:
        chosen = {name: self._chance.choice(words) for name, words in WORDS.items()}
        return self._chance.choice(EVERYDAY).format(number=self._chance.randrange(3, 900), **chosen)

    def _event(self) -> tuple[str, str]:
        return self._chance.choice(self._events)

    async def _feed(self, request: web.Request) -> web.Response:
        number = int(request.match_info["feed"])
        self.polls[number].append(time.time())
        tag = f'"{number}-{len(self.articles[number])}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        base = f"http://{request.host}"
        items = "".join(
            f"<item><title>{html.escape(title)}</title><link>{base}/page/{number}/{entry}</link>"
            f"<guid>{number}-{entry}</guid><pubDate>{format_datetime(self._began + timedelta(seconds=entry))}</pubDate>"
            f"<description>{html.escape(text[:200])}</description></item>"
            for entry, (title, text) in reversed(list(enumerate(self.articles[number])))
        )
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {number}</title>{items}</channel></rss>'
        return web.Response(text=body, content_type="application/rss+xml", headers={"ETag": tag})

    async def _page(self, request: web.Request) -> web.Response:
        title, text = self.articles[int(request.match_info["feed"])][int(request.match_info["entry"])]
        title, text = html.escape(title), html.escape(text)
        page = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p></article></body>"
        return web.Response(text=page + "</html>", content_type="text/html")

    async def _publish(self, request: web.Request) -> web.Response:
        self.articles[int(request.match_info["feed"])].append(self._event())
        return web.Response(text="published")

    async def _polls(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.json_response(self.polls)

    async def _served(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.json_response(sum(len(each) for each in self.articles))


def _written() -> list[tuple[str, str]]:
    """Written reports that are to be flagged, as (title, text)."""
    reports = (ROOT / "models" / "evaluation" / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    return [(row["title"] or row["text"][:80], row["text"]) for row in map(json.loads, reports) if row["flag"]]


async def _serve(farm: FeedsFarm) -> None:
    runner = web.AppRunner(farm.app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    host, port = runner.addresses[0][:2]
    sys.stdout.write(f"http://{host}:{port}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)  # until whoever started it goes


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--entries", type=int, default=2)
    parser.add_argument("--flagged", type=float, default=0.002, help="share of the entries")
    options = parser.parse_args(words)
    asyncio.run(_serve(FeedsFarm(options.feeds, options.entries, options.flagged)))


if __name__ == "__main__":
    main()
