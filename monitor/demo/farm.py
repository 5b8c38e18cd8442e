"""The demo's news sites: a feed server on loopback that shows as much of the story as has happened so far."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from email.utils import format_datetime
from html import escape

from aiohttp import web

from monitor.demo.story import Item, Outlet, Story

_TEASER = 90  # characters of the text that a feed gives away: the rest is on the page


class Farm:
    """Four outlets at 127.0.0.1. `reveal` lets the next step happen."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._step = -1
        self.address = ""

    def reveal(self, step: int) -> None:
        self._step = step

    def feed_url(self, outlet: Outlet) -> str:
        return f"{self.address}/{outlet.name}/feed"

    def _shown(self, outlet: str) -> list[Item]:
        items = [item for item in self._story.items if item.step <= self._step and item.outlet.name == outlet]
        return sorted(items, key=lambda item: item.published_at, reverse=True)

    async def feed(self, request: web.Request) -> web.Response:
        outlet = _outlet(self._story, request.match_info["outlet"])
        body = _feed_xml(outlet, self._shown(outlet.name), self.address).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        return web.Response(body=body, headers={"ETag": tag, "Content-Type": "application/rss+xml; charset=utf-8"})

    async def page(self, request: web.Request) -> web.Response:
        for item in self._shown(request.match_info["outlet"]):
            if str(item.number) == request.match_info["number"]:
                page = _page_html(item, self._story.notice[item.outlet.language])
                return web.Response(text=page, content_type="text/html")
        raise web.HTTPNotFound


@asynccontextmanager
async def open_farm(story: Story) -> AsyncIterator[Farm]:
    farm = Farm(story)
    application = web.Application()
    application.add_routes([web.get("/{outlet}/feed", farm.feed), web.get("/{outlet}/{number}", farm.page)])
    async with loopback_site(application) as farm.address:
        yield farm


@asynccontextmanager
async def loopback_site(application: web.Application) -> AsyncIterator[str]:
    """Serve on a free port of 127.0.0.1 and give the address."""
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _outlet(story: Story, name: str) -> Outlet:
    for outlet in story.outlets:
        if outlet.name == name:
            return outlet
    raise web.HTTPNotFound


def _feed_xml(outlet: Outlet, items: list[Item], address: str) -> str:
    entries = "".join(_entry_xml(item, f"{address}/{item.outlet.name}/{item.number}") for item in items)
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(outlet.title)}</title><link>{address}/{outlet.name}/feed</link>"
        f"<description>{escape(outlet.outlet)}</description><language>{outlet.language}</language>{entries}</channel></rss>"
    )


def _entry_xml(item: Item, url: str) -> str:
    teaser = item.paragraphs[0][:_TEASER].rsplit(" ", 1)[0] + " …"
    return (
        f"<item><title>{escape(item.title)}</title><link>{url}</link><guid>demo-{item.number}</guid>"
        f"<pubDate>{format_datetime(item.published_at.astimezone(UTC), usegmt=True)}</pubDate>"
        f"<description>{escape(teaser)}</description></item>"
    )


def _page_html(item: Item, notice: str) -> str:
    language, title = item.outlet.language, escape(item.title)
    direction = "rtl" if language == "ar" else "ltr"
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in item.paragraphs)
    menu = (
        "<a href='/'>الرئيسية</a> <a href='/'>رياضة</a>"
        if language == "ar"
        else "<a href='/'>Home</a> <a href='/'>Sport</a>"
    )
    return (
        f'<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        f"<title>{title} | {escape(item.outlet.title)}</title></head><body><nav>{menu}</nav>"
        f"<main><article><h1>{title}</h1>{body}</article></main><footer><p>{escape(notice)}</p></footer></body></html>"
    )
