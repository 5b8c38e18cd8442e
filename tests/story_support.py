"""The written story of story.yaml told day by day to a whole monitor: feeds on loopback, a clock that is given."""

import html
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from benchmarks.replay import Article, Farm
from monitor.channels import Channel
from monitor.pipeline import Parts, poll, tell_digests
from monitor.records import LogRow, Message, Taken
from monitor.schedule import drain
from monitor.service import open_service
from monitor.settings import load
from monitor.store import reports
from monitor.store.reports import LogQuery

DAMASCUS = ZoneInfo("Asia/Damascus")
STORY = Path(__file__).parent / "story.yaml"
_SIEGE_ONLY = 'quiet: {from: "22:00", to: "06:00"}, digest: "08:00"'
_FEW = 'max_per_day: 1, quote: headline, digest: "08:00"'
ALERTS = f"""
channels:
  chat: {{kind: log}}
  mail: {{kind: log}}
  desk-en: {{kind: log}}
  desk-ar: {{kind: log}}
  phone-en: {{kind: log, form: short}}
  phone-ar: {{kind: log, form: short}}
  mail-en: {{kind: log}}
  mail-ar: {{kind: log}}
recipients:
  everything: {{channels: [chat, mail], languages: [ar, en]}}
  siege-en: {{channels: [desk-en], languages: [en], {_SIEGE_ONLY}}}
  siege-ar: {{channels: [desk-ar], languages: [ar], {_SIEGE_ONLY}}}
  few-en: {{channels: [phone-en, mail-en], languages: [en], {_FEW}}}
  few-ar: {{channels: [phone-ar, mail-ar], languages: [ar], {_FEW}}}
rules:
  - {{to: everything}}
  - {{to: siege-en, types: [siege]}}
  - {{to: siege-ar, types: [siege]}}
  - {{to: few-en, least_grade: corroborated}}
  - {{to: few-ar, least_grade: corroborated}}
"""


@dataclass(frozen=True)
class Outlet:
    name: str
    outlet: str
    language: str


@dataclass(frozen=True)
class Told:
    name: str
    by: str
    at: datetime
    read: datetime
    title: str
    text: str


@dataclass(frozen=True)
class Got:
    """One message as it arrived."""

    at: datetime
    message: Message


class Press(Farm):
    """Each outlet has a feed, which shows what was published by `now`."""

    def __init__(self, outlets: Sequence[Outlet], told: Sequence[Told], now: datetime) -> None:
        super().__init__([Article(each.title, each.text, "") for each in told], len(outlets))
        self.outlets, self.told, self.now = outlets, told, now

    def feed(self, number: int) -> str:
        name = self.outlets[number].name
        items = "".join(
            f"<item><title>{html.escape(each.title)}</title><link>{self.base}/a/{at}</link>"
            f'<guid isPermaLink="false">{each.name}</guid><pubDate>{format_datetime(each.at)}</pubDate></item>'
            for at, each in enumerate(self.told)
            if each.by == name and each.at <= self.now
        )
        return f'<rss version="2.0"><channel><title>{name}</title><link>{self.base}</link>{items}</channel></rss>'


class Phone:
    """A channel that takes everything and keeps when it came. The addresses on loopback become those of the story."""

    def __init__(self, press: Press) -> None:
        self.got: list[Got] = []
        self._press = press

    async def send(self, message: Message) -> Taken:
        text = message.text.replace(f"{self._press.base}/a/", "https://news.example/")
        self.got.append(Got(self._press.now, replace(message, text=text)))
        return Taken("taken", f"receipt-{message.number}")


def written() -> tuple[list[Outlet], list[Told]]:
    found = YAML(typ="safe", pure=True).load(STORY.read_text(encoding="utf-8"))
    texts = {each["name"]: each.get("text", "") for each in found["reports"]}
    told = [
        Told(
            each["name"],
            each["by"],
            each["at"].replace(tzinfo=DAMASCUS),
            each["read"].replace(tzinfo=DAMASCUS),
            each["title"],
            each.get("text") or texts[each["copies"]],
        )
        for each in found["reports"]
    ]
    return [Outlet(**each) for each in found["outlets"]], told


def configure(folder: Path, press: Press) -> None:
    feeds = [
        f'  - {{name: {each.name}, url: "{url}", outlet: {each.outlet}, language: {each.language}}}'
        for each, url in zip(press.outlets, press.urls, strict=True)
    ]
    (folder / "monitor.yaml").write_text("data_dir: data\nallow_loopback: true\n", encoding="utf-8")
    (folder / "feeds.yaml").write_text("feeds:\n" + "\n".join(feeds) + "\n", encoding="utf-8")
    (folder / "alerts.yaml").write_text(ALERTS, encoding="utf-8")


def moments(told: Sequence[Told]) -> list[datetime]:
    """When something is to be done: a report is read, quiet hours end, a digest is due."""
    first, last = told[0].read, told[-1].read
    days = [first.date() + timedelta(days=day) for day in range((last.date() - first.date()).days + 2)]
    hours = [datetime(day.year, day.month, day.day, hour, tzinfo=DAMASCUS) for day in days for hour in (6, 8)]
    return sorted([first - timedelta(hours=1), *(each.read for each in told), *(at for at in hours if at > first)])


async def tell(folder: Path) -> tuple[dict[str, list[Got]], list[LogRow]]:
    """What came on each channel, and the log in the order of reading."""
    outlets, told = written()
    press = Press(outlets, told, moments(told)[0])
    try:
        configure(folder, press)
        async with open_service(load(folder), clock=lambda: press.now.astimezone(UTC), backlog="alert") as whole:
            phones: dict[str, Phone] = defaultdict(lambda: Phone(press))
            channels: dict[str, Channel] = {name: phones[name] for name in whole.channels}
            parts = replace(whole, channels=channels)
            for press.now in moments(told):
                await _look(parts)
            with parts.store.read() as tx:
                rows = list(reports.iterate(tx, LogQuery(everything=True)))
            return {name: phone.got for name, phone in phones.items()}, rows[::-1]
    finally:
        press.close()


async def _look(parts: Parts) -> None:
    """What the service does by its timer."""
    for feed in parts.settings.feeds:
        await poll(parts, feed.name, force=True)
    tell_digests(parts)
    await drain(parts, timedelta(0))
