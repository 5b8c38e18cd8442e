"""How long from the last byte of a feed's answer to the first byte at the webhook, by the command that people run.

    python benchmarks/latency.py             # 24 reports with their page and 24 without

One feed of 30 entries on loopback is due; one entry is new, a siege of another town each time. Between the two lie:
parsing the feed, fetching and reading the page, reading the report, deciding, writing it down, handing it over.
Writes a table into benchmarks/results/. Exit code 1 when a median is over a second, or a report made no alert.
"""

import argparse
import html
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import machine
from monitor.errors import StoreError
from monitor.gazetteer import Gazetteer
from monitor.packaged import packaged
from monitor.store import Store, feeds

ROOT = Path(__file__).resolve().parent.parent
ENTRIES = 30
BAR = 1.0  # seconds
LONGEST = 20.0  # seconds to wait for one message
SIEGE = (
    "Government forces encircled the town of {place} in the countryside of Daraa this morning and closed every road "
    "into it, local sources said. Residents are kept from leaving and no flour has come in since dawn."
)
QUIET = (
    "Bakeries in the Jordanian city of Irbid raised the price of a loaf of {number} grams on Monday, the union said."
)


@dataclass
class World:
    """A feed that shows the newest ENTRIES entries, their pages, and a webhook. Times are those of time.monotonic."""

    with_page: bool
    texts: list[str] = field(default_factory=lambda: [QUIET.format(number=300 + each) for each in range(ENTRIES)])
    answered_at: float = 0.0  # when the last bytes of the feed were handed to the network
    arrived_at: float = 0.0
    pages: int = 0  # that were fetched
    arrived: threading.Event = field(default_factory=threading.Event)
    base: str = ""

    def feed(self) -> bytes:
        newest = list(enumerate(self.texts))[-ENTRIES:]
        items = "".join(self._item(number, text) for number, text in reversed(newest))
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Latency</title>'
            f"<link>{self.base}/</link><description>one feed</description>{items}</channel></rss>"
        ).encode()

    def _item(self, number: int, text: str) -> str:
        link = f"<link>{self.base}/page/{number}</link>" if self.with_page else ""
        shown = text[:60] if self.with_page else text
        return (
            f"<item><title>{html.escape(text[:50])}</title>{link}<guid isPermaLink='false'>entry-{number}</guid>"
            f"<pubDate>{format_datetime(datetime.now(UTC))}</pubDate><description>{html.escape(shown)}</description></item>"
        )

    def page(self, number: int) -> bytes:
        text = html.escape(self.texts[number])
        menu = "".join(f"<li><a href='/page/{each}'>Another report of the day</a></li>" for each in range(200))
        return (
            f"<!doctype html><html lang=en><meta charset=utf-8><title>{text[:50]}</title><nav><ul>{menu}</ul></nav>"
            f"<article><h1>{text[:50]}</h1><p>{text}</p></article></html>"
        ).encode()


@contextmanager
def serving(world: World) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, _, number = self.path.strip("/").partition("/")
            world.pages += kind == "page"
            body = world.feed() if kind == "feed" else world.page(int(number))
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml" if kind == "feed" else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:-1])
            if kind == "feed":
                world.answered_at = time.monotonic()
            self.wfile.write(body[-1:])

        def do_POST(self) -> None:
            if not world.arrived.is_set():
                world.arrived_at = time.monotonic()
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            world.arrived.set()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002  as http.server has it
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    world.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def configure(folder: Path, world: World) -> None:
    folder.mkdir()
    hook = world.base.replace("http:", "json:")
    (folder / "monitor.yaml").write_text(f"data_dir: {folder / 'data'}\nallow_loopback: true\n")
    (folder / "feeds.yaml").write_text(f'feeds:\n  - {{name: one, url: "{world.base}/feed", outlet: One, every: 1h}}\n')
    (folder / "alerts.yaml").write_text(
        f'channels:\n  hook: {{url: "{hook}/hook"}}\n'
        "recipients:\n  desk: {channels: [hook]}\nrules:\n  - {to: desk}\n"
    )


@contextmanager
def watching(folder: Path) -> Iterator[Store]:
    """The running monitor, its feed read for the first time; and its database."""
    command = [sys.executable, "-m", "monitor", "--config", str(folder), "run", "--backlog", "ignore"]
    with (folder / "run.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT)
    store = Store(f"sqlite:///{folder / 'data' / 'monitor.db'}")
    try:
        deadline = time.monotonic() + 60
        while not _was_read(folder, store):
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError((folder / "run.log").read_text()[-3000:])
            time.sleep(0.1)
        yield store
    finally:
        store.close()
        process.terminate()
        process.wait(30)


def _was_read(folder: Path, store: Store) -> bool:
    if not (folder / "data" / "monitor.db").exists():
        return False
    try:
        with store.read() as tx:
            state = feeds.get(tx, "one")
    except StoreError:  # the tables are being made
        return False
    return state is not None and state.last_read_at is not None


def measure(world: World, store: Store, place: str) -> float | None:
    """Seconds; None when no message came."""
    world.arrived.clear()
    world.texts.append(SIEGE.format(place=place))
    with store.write() as tx:
        feeds.renew(tx, "one", datetime.now(UTC))
    if not world.arrived.wait(LONGEST):
        return None
    time.sleep(0.2)  # until the message is settled
    return world.arrived_at - world.answered_at


def series(*, with_page: bool, places: Sequence[str]) -> list[float | None]:
    world = World(with_page)
    with tempfile.TemporaryDirectory() as temporary, serving(world):
        folder = Path(temporary) / "config"
        configure(folder, world)
        with watching(folder) as store:
            found = [measure(world, store, place) for place in places]
    if world.pages < len(places) * with_page:
        raise RuntimeError("the pages were not fetched: this measures something else")
    return found


def towns(number: int) -> list[str]:
    """In the gazetteer's own order."""
    known = Gazetteer.load(packaged("config/gazetteer.yaml")).places
    return [place.name for place in known if place.area and place.kind in {"city", "town", "village"}][:number]


def table(found: dict[str, list[float | None]]) -> str:
    head = (
        f"# From feed to webhook\n\n{machine()}, {datetime.now(UTC):%Y-%m-%d}\n\n"
        f"Seconds from the last byte of a feed's answer ({ENTRIES} entries, one of them new) to the first byte at the\n"
        "webhook, by `monitor run` on SQLite, everything on loopback. The bar is a median under one second. The first\n"
        "report after a start is the slowest.\n\n"
        "| | reports | no alert | median | fastest | slowest |\n|---|---|---|---|---|---|\n"
    )
    rows = ""
    for name, all_of in found.items():
        came = sorted(each for each in all_of if each is not None)
        figures = (statistics.median(came), came[0], came[-1]) if came else ()
        cells = " | ".join(f"{each:.2f}" for each in figures) or "- | - | -"
        rows += f"| {name} | {len(all_of)} | {len(all_of) - len(came)} | {cells} |\n"
    return head + rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=24)
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results" / "latency.md")
    options = parser.parse_args()
    places = towns(options.runs)
    found = {
        "with the article's page": series(with_page=True, places=places),
        "text in the feed, no page": series(with_page=False, places=places),
    }
    options.results.parent.mkdir(exist_ok=True)
    options.results.write_text(table(found), encoding="utf-8")
    sys.stdout.write(table(found) + json.dumps(found) + "\n")
    complete = all(each is not None for some in found.values() for each in some)
    medians = [statistics.median([each for each in some if each is not None] or [BAR]) for some in found.values()]
    return 0 if complete and max(medians) < BAR else 1


if __name__ == "__main__":
    sys.exit(main())
