"""A site on loopback and the verbs asked about it: what the tests of feeds share."""

import gzip
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import monitor
from monitor.errors import ConfigError, MonitorError

HEAD = '<link rel="alternate" type="application/{}" title="{}" href="{}">'


def rss(title: str, hours: float, *headlines: str, language: str = "ar") -> str:
    moment = format_datetime(datetime.now(UTC) - timedelta(hours=hours))
    items = "".join(
        f"<item><title>{headline}</title><guid>{number}</guid><pubDate>{moment}</pubDate></item>"
        for number, headline in enumerate(headlines)
    )
    declared = f"<language>{language}</language>" if language else ""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title}</title>{declared}{items}'
        "</channel></rss>"
    )


def page(*links: str) -> str:
    return f"<!doctype html><html><head>{''.join(links)}</head><body><h1>News</h1></body></html>"


ANSWERS: dict[str, tuple[int, str, str]] = {
    "/good": (200, "application/rss+xml", rss("جريدة حوران", 2, "حصار بلدة طفس", "هدوء في نوى")),
    "/stale": (200, "application/rss+xml", rss("Old News", 24 * 40, "An old headline", language="en")),
    "/quiet": (200, "application/rss+xml", rss("Nothing Yet", 1)),
    "/english": (
        200,
        "application/rss+xml",
        rss("Daily Star — English!", 5, "The talks between the army and the town have failed again", language=""),
    ),
    "/json": (
        200,
        "application/feed+json",
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "Json News",
                "language": "en",
                "items": [{"id": "1", "title": "One", "date_published": "2026-10-01T10:00:00Z"}],
            }
        ),
    ),
    "/forbidden": (403, "text/html", page()),
    "/empty": (200, "application/rss+xml", ""),
    "/site": (
        200,
        "text/html",
        page(
            HEAD.format("rss+xml", "Comments", "/comments/feed"),
            HEAD.format("rss+xml", "Horan", "good"),
            HEAD.format("rss+xml", "English", "/english"),
            '<link rel="stylesheet" type="text/css" href="/style.css">',
        ),
    ),
    "/bare": (200, "text/html", page()),
}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = ANSWERS.get(self.path, (404, "text/plain", "no"))
            raw = gzip.compress(body.encode()) if "gzip" in self.headers.get("Accept-Encoding", "") else body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if raw[:2] == b"\x1f\x8b":
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path, site: str) -> Path:
    """A configuration with three feeds of the site, written as a person would."""
    home = tmp_path / "config"
    home.mkdir()
    (home / "monitor.yaml").write_text("allow_loopback: true\ndata_dir: data\n", encoding="utf-8")
    (home / "alerts.yaml").write_text(
        "channels:\n  log: {kind: log}\nrecipients:\n  me: {channels: [log]}\nrules:\n  - {to: me}\n", encoding="utf-8"
    )
    (home / "feeds.yaml").write_text(
        "# what we read\nfeeds:\n"
        f'  - {{name: good-ar, url: "{site}/good", outlet: جريدة حوران}}  # the best\n'
        f'  - {{name: stale-en, url: "{site}/stale", outlet: Old News,\n     language: en}}\n'
        f'  - {{name: off-ar, url: "{site}/forbidden", outlet: Walled, enabled: false}}\n'
        "\n# tried in vain: https://nowhere.example.org/feed\n",
        encoding="utf-8",
    )
    return home


def say(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(monitor, ["--config", str(folder), *arguments])


def refusal(result: Result, kind: type[MonitorError] = ConfigError) -> str:
    assert isinstance(result.exception, kind), result.output
    return str(result.exception)


def rows(result: Result) -> dict[str, dict[str, object]]:
    return {row["name"]: row for row in map(json.loads, result.stdout.splitlines())}
