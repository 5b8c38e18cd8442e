"""The canary's own feed and pages: a server on loopback that shows one run's reports. Its address is told to nobody."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from monitor import canary
from monitor.canary import Sheet


class CanaryFeed:
    """Shows the sheet that it was given last. `served`: paths that were handed out whole since then."""

    def __init__(self) -> None:
        self._folder = secrets.token_urlsafe(12)  # other programs of this machine have no business here
        self._sheet: Sheet | None = None
        self.served: set[str] = set()
        self.address = ""

    def show(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.served = set()

    def open_at(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/{self._folder}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        sheet, name = self._sheet, request.match_info["name"]
        if sheet is None or request.match_info["folder"] != self._folder:
            raise web.HTTPNotFound
        if name == "feed":
            response = web.Response(body=canary.feed_xml(sheet).encode(), content_type="application/rss+xml")
        elif language := next((each for each in canary.LANGUAGES if name == sheet.key(each)), ""):
            page = canary.page_html(sheet, language)
            response = web.Response(text=page, content_type="text/html")
        else:
            raise web.HTTPNotFound
        self.served.add(name)
        return response


@asynccontextmanager
async def open_feed() -> AsyncIterator[CanaryFeed]:
    feed = CanaryFeed()
    application = web.Application()
    application.add_routes([web.get("/{folder}/{name}", feed.answer)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        feed.open_at(runner.addresses[0][1])
        yield feed
    finally:
        await runner.cleanup()
