"""What is made to take long is stopped within three seconds, named in health, and holds up nobody else."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor import health
from monitor.pipeline import poll
from monitor.pipeline.condition import facts
from monitor.service import open_service
from monitor.settings import load
from monitor.sources.rss import _seconds
from tests.sources_support import Reader, item, reply, rss

# Three seconds of a free core: what the kernel grants a parser before it ends it, and what is spent on it here. Of
# seconds that pass nothing is asked but an end: the machine may be busy with other tests.
PARSER, HERE, PASSING = 2.0, 1.0, 30.0
HOSTILE = {
    "nested": rss("<item><title>" + "<b>" * 90_000 + "</title></item>"),
    "comments": rss(item("A", text="x"), item("B", text="<!--" * 150_000)),
    "heavy": rss(item("A", text="<p>word &amp; <a href='x'>word</a></p>" * 120_000)),  # MBs in one description
}


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    for name, text in HOSTILE.items():
        made.site.answers[f"/{name}"] = reply(text.encode())
    made.site.answers["/honest"] = reply(rss(item("The well was cleaned", guid="g")).encode())
    yield made
    made.close()


def configured(folder: Path, reader: Reader) -> Path:
    names = [*HOSTILE, "honest"]
    lines = [f'  - {{name: {name}, url: "{reader.site.url("/" + name)}", outlet: {name}}}' for name in names]
    (folder / "feeds.yaml").write_text("feeds:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (folder / "monitor.yaml").write_text(f"data_dir: {folder}\nallow_loopback: true\n", encoding="utf-8")
    alerts = "channels: {log: {kind: log}}\nrecipients: {desk: {channels: [log]}}\nrules: [{to: desk}]\n"
    (folder / "alerts.yaml").write_text(alerts, encoding="utf-8")
    return folder


def test_a_hostile_feed_is_stopped_within_three_seconds_and_named_in_health(tmp_path: Path, reader: Reader) -> None:
    async def run() -> tuple[dict[str, float], list[str]]:
        spent = {}
        async with open_service(load(configured(tmp_path, reader)), backlog="ignore") as parts:
            await poll(parts, "honest", force=True)  # the parsers are started
            for name in HOSTILE:
                began = time.process_time()
                async with asyncio.timeout(PASSING):
                    await poll(parts, name, force=True)
                spent[name] = time.process_time() - began
            result = await poll(parts, "honest", force=True)
            assert result is not None
            assert result.error == ""
            found = health.judge(facts(parts.store, parts.settings, parts.clock()), parts.settings)
        return spent, [each.says for each in found]

    spent, said = asyncio.run(run())
    assert max(_seconds(text.encode()) for text in HOSTILE.values()) <= PARSER
    assert max(spent.values()) < HERE, (spent, said)
    (sentence,) = (each for each in said if each.startswith("nested cannot be read: "))
    assert "takes too long to parse, as if made to: stopped" in sentence
    assert not any("honest" in each for each in said)
