"""The demo's telephone: a webhook on loopback that keeps what it is sent and shows it as a person would get it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from monitor.demo.farm import loopback_site


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it arrived."""

    reader: str
    title: str
    text: str


class Inbox:
    def __init__(self, show: Callable[[Letter], None]) -> None:
        self._show = show
        self.letters: list[Letter] = []
        self.address = ""

    def channel_url(self, reader: str) -> str:
        """The apprise URL under which `reader` is reached."""
        return f"json://{self.address.removeprefix('http://')}/{reader}"

    async def receive(self, request: web.Request) -> web.Response:
        sent = await request.json()
        letter = Letter(request.match_info["reader"], sent["title"], sent["message"])
        self.letters.append(letter)
        self._show(letter)
        return web.Response(text="thank you")


@asynccontextmanager
async def open_inbox(show: Callable[[Letter], None]) -> AsyncIterator[Inbox]:
    inbox = Inbox(show)
    application = web.Application()
    application.add_routes([web.post("/{reader}", inbox.receive)])
    async with loopback_site(application) as inbox.address:
        yield inbox
