"""The log as JSON and as words; no secret of the configuration gets into either, whichever library writes the line."""

import asyncio
import base64
import json
import logging
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
import sqlalchemy as sa
from apprise import Apprise

from monitor.cli import watching
from monitor.cli.log_lines import Lines
from monitor.cli.redacting import Secrets
from monitor.settings import Settings, load
from monitor.store import Store
from monitor.web.serving import served
from tests.examples import NOON
from tests.people_support import small

__all__ = ["small"]

BOT, CHAT = "123456789:AAF-qu1te_secret_bot_token_0001", "-1009876543210"
PASSWORD = 'p@ss"wörd/ü'
HOOK = "json://robot:Hunter%232secret@127.0.0.1:9/hook?+X-Key=k3y-of-the-desk"
SIGN = "whsec_c2lnbmluZyBzZWNyZXQgb2YgdGhlIGRlc2s="
PING, PROXY = "https://hc.example.org/ping/0f9d8c7b6a", "http://proxy:Pr0xyWord@proxy.example.org:3128"
ENVIRONMENT = {
    "TG": f"tgram://{BOT}/{CHAT}",
    "HOOK": HOOK,
    "PG": "p%40ss%22w%C3%B6rd%2F%C3%BC",
    "SIGN": SIGN,
    "PING": PING,
}
SECRETS: tuple[str, ...] = (
    BOT,
    BOT.partition(":")[2],
    CHAT,
    PASSWORD,
    ENVIRONMENT["PG"],
    HOOK,
    "Hunter%232secret",
    "Hunter#2secret",
)
SECRETS += ("k3y-of-the-desk", SIGN, PING, "0f9d8c7b6a", "Pr0xyWord", "appname-of-ours", "canary-t0pic")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("config")
    (folder / "monitor.yaml").write_text(
        f'data_dir: ${{HOME_OF_DATA}}/data\ndatabase: "postgresql://monitor:${{PG}}@db.example.org/monitor"\n'
        f'ping: "${{PING}}"\nproxy: {{sources: "{PROXY}"}}\n',
        encoding="utf-8",
    )
    (folder / "feeds.yaml").write_text(
        "feeds:\n  - {name: horan, url: 'https://example.org/feed', outlet: Horan}\n"
        "  - {name: relief, kind: reliefweb, url: 'https://api.reliefweb.int/v2/reports?query[value]=Daraa', "
        "outlet: R, appname: appname-of-ours}\n",
        encoding="utf-8",
    )
    (folder / "alerts.yaml").write_text(
        'channels:\n  tg: {url: "${TG}", canary: "ntfy://canary-t0pic"}\n  hook: {url: "${HOOK}", sign: "${SIGN}"}\n'
        "recipients: {desk: {channels: [tg, hook]}}\nrules: [{to: desk}]\n",
        encoding="utf-8",
    )
    return load(folder, environment={**ENVIRONMENT, "HOME_OF_DATA": str(folder)})


@pytest.fixture(params=["text", "json"])
def lines(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Lines]:
    """In the place of what pytest put there, as in a process of our own."""
    root, made = logging.getLogger(), Lines(request.param)
    made.hide = Secrets(settings, ENVIRONMENT)
    level, root.handlers[:], before = root.level, [made], root.handlers[:]
    yield made
    root.handlers[:] = before
    root.setLevel(level)


def by_apprise() -> None:
    """With all that it can say, which our channels keep it from saying."""
    log = logging.getLogger("apprise")
    before = log.level, log.propagate
    log.setLevel(logging.DEBUG)
    log.propagate = True
    for url in (HOOK, ENVIRONMENT["TG"].replace("tgram://", "json://127.0.0.1:9/")):
        assert not Apprise(url).notify(body="x")
    log.setLevel(before[0])
    log.propagate = before[1]


def by_sqlalchemy() -> None:
    words = f"host=127.0.0.1 port=9 user=monitor password='{PASSWORD}'"
    pool = logging.getLogger("sqlalchemy.pool.impl.QueuePool")
    try:
        sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(words, connect_timeout=1)).connect()
    except sa.exc.OperationalError as error:
        pool.error("Exception terminating connection with %s", words, exc_info=error)


def by_procrastinate() -> None:
    try:
        raise ConnectionError(f"connection to postgresql://monitor:{ENVIRONMENT['PG']}@db.example.org failed")
    except ConnectionError:
        logging.getLogger("procrastinate.worker").exception("Main coroutine error", extra={"dsn": PASSWORD})


def by_uvicorn() -> None:
    async def app(scope: object, receive: object, send: object) -> None:
        raise RuntimeError(
            f"sign {SIGN} {PASSWORD!r} Authorization: Basic {_basic()}\nCookie: session=0123456789abcdef"
        )

    async def ask() -> None:
        async with served(app, "127.0.0.1:0") as address:  # type: ignore[arg-type]
            with pytest.raises(urllib.error.HTTPError):
                await asyncio.to_thread(urllib.request.urlopen, address, None, 5)

    asyncio.run(ask())


def by_ourselves() -> None:
    log = logging.getLogger("monitor.pipeline.deliver")
    log.error("all: %s", " ".join(SECRETS))
    log.error("in a list: %r, as JSON: %s", [PASSWORD, HOOK], json.dumps([PASSWORD, BOT]))
    log.warning("the link https://monitor.example.org/a/%s was opened", "Tok3n" * 8, stack_info=True)
    log.warning("asked with monitor_12_%s", "Tok3n" * 8)


def _basic() -> str:
    return base64.b64encode(b"robot:Hunter#2secret").decode()


@pytest.mark.parametrize("wrote", [by_apprise, by_sqlalchemy, by_procrastinate, by_uvicorn, by_ourselves])
def test_no_library_gets_a_secret_into_the_log(
    wrote: Callable[[], None], lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    wrote()
    said = capsys.readouterr().err
    assert said.count("\n") >= 1
    assert "***" in said
    plain = said + json.dumps([json.loads(each) for each in said.splitlines()]) if lines.form == "json" else said
    escaped = [json.dumps(each)[1:-1] for each in SECRETS]
    found = [each for each in (*SECRETS, *escaped, _basic(), "0123456789abcdef", "Tok3nTok3n") if each in plain]
    assert found == []


def test_a_line_is_one_object_with_its_trace_in_one_string(
    settings: Settings, capsys: pytest.CaptureFixture[str], lines: Lines
) -> None:
    lines.form = "json"
    try:
        raise ValueError("first\nsecond\u2028third")
    except ValueError:
        logging.getLogger("monitor.pipeline.poll").exception("فشل القراءة: %s", "horan\nfeed")
    (line,) = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert set(said) == {"time", "level", "logger", "message", "exception"}
    assert (said["level"], said["logger"]) == ("ERROR", "monitor.pipeline.poll")
    assert said["message"] == "فشل القراءة: horan\nfeed"
    assert "ValueError: first\nsecond\u2028third" in said["exception"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", said["time"])


def test_what_is_no_secret_stays_readable(lines: Lines, capsys: pytest.CaptureFixture[str]) -> None:
    log = logging.getLogger("monitor.pipeline.deliver")
    says = "channel hook is off: proxy.example.org answered 403 for desk; tg, horan and db.example.org are well"
    log.warning("%s", says)
    log.warning("%s", f"watching 2 feeds, writing to {Path.cwd()}")
    said = capsys.readouterr().err
    assert says in said
    assert str(Path.cwd()) in said


def test_the_link_that_lets_the_first_one_in_is_for_the_terminal_and_not_for_collectors_of_lines(
    lines: Lines, settings: Settings, small: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("monitor").setLevel(logging.INFO)
    parts = SimpleNamespace(settings=settings, store=small, clock=lambda: NOON)
    watching.tell_how_to_enter(parts, "http://127.0.0.1:8000")  # type: ignore[arg-type]
    said = capsys.readouterr().err
    has_link = re.search(r"/setup/[\w-]{20}", said) is not None
    assert has_link == (lines.form == "text")
    assert "`monitor accounts link`" in said


ENDS = """
import sys, threading, warnings
from monitor.cli import log_lines
log_lines.catch_the_rest()
log_lines.begin("json", verbose=False)
for each in log_lines.handlers():
    each.hide = lambda text: text.replace(sys.argv[1], "***")
warnings.warn(sys.argv[1])
class Gone:
    def __del__(self):
        raise KeyError(sys.argv[1])
Gone()
def fail():
    raise RuntimeError(sys.argv[1])
thread = threading.Thread(target=fail)
thread.start()
thread.join()
fail()
"""


def test_what_nobody_caught_is_a_line_too() -> None:
    """In a process of its own: there it is for Python to print."""
    done = subprocess.run([sys.executable, "-c", ENDS, BOT], capture_output=True, text=True, check=False, timeout=60)
    assert BOT not in done.stderr
    said = [json.loads(line) for line in done.stderr.splitlines()]
    assert [each["logger"] for each in said] == ["py.warnings", "monitor", "monitor", "monitor"]
    assert [each["exception"].splitlines()[-1] for each in said[1:]] == [
        "KeyError: '***'",
        "RuntimeError: ***",
        "RuntimeError: ***",
    ]
