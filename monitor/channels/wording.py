"""Puts an alert into words for one recipient: first line, text, HTML and facts. Pure; the words are in templates/."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from monitor.channels import blindness, daily
from monitor.channels.quoting import clean, isolate, link, start_rtl
from monitor.channels.short import short
from monitor.channels.told import Told, ToldQuote, match, published_at, tell
from monitor.records import Alert, Blindness, Delivery, Digest, Message

TEST = "TEST / تجربة"  # in both languages, whatever the message's own
_NUMBER = {"en": "No. {}", "ar": "رقم {}"}
_LEADS = {"en": ("I have seen it", "Open the report"), "ar": ("اطّلعت عليه", "فتح التقرير")}
_MOST_LINES = 30  # of a summary
_SHAPES = frozenset({"summary", "test", "notice", "canary"})  # with a template of their own
_PERSONAL = frozenset({"summary", "digest", "blind", "seeing"})
_FACT_LIMIT = 4000  # letters of a quote in the facts


@dataclass(frozen=True, slots=True)
class _Item:
    """One line of a summary."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What one source wrote, with its name and link below it."""

    quotes: tuple[ToldQuote, ...]
    outlet: str
    url: str


@dataclass(frozen=True, slots=True)
class _Block:
    """A whole message in one language. Of several languages only the first block quotes the sources."""

    language: str
    first_line: str
    evidence: tuple[_Evidence, ...]
    items: tuple[_Item, ...]
    details: tuple[str, ...]
    news: tuple[str, ...] = ()  # what the report changed
    lists: tuple[daily.Listed, ...] = ()  # of a digest
    links: Mapping[str, str] = field(default_factory=dict)  # lines that lead to pages of ours, and what they do there

    @property
    def rtl(self) -> bool:
        return self.language == "ar"


def render(delivery: Delivery, *, marked_test: bool = False) -> Message:
    """The message in the delivery's languages, one block each; `marked_test` says on top that nothing of it is real."""
    is_test = marked_test or delivery.alert.kind in {"test", "canary"}
    languages = tuple(dict.fromkeys(delivery.languages)) or ("en",)
    blocks = [_block(delivery, language, is_test, quoting=language == languages[0]) for language in languages]
    title, text = blocks[0].first_line, "\n\n".join(map(_plain, blocks)) + "\n"
    if delivery.form == "short":
        text = _short(delivery, blocks[0])
        blocks = [_Block(blocks[0].language, title, (), (), tuple(text.splitlines()[1:]))]
    return Message(
        number=delivery.number,
        title=title,
        text=text,
        html=_templates().get_template("message.html").render(blocks=blocks, title=title),
        facts=_facts(delivery, title, is_test),
        answers=delivery.answers,
    )


def first_line(alert: Alert, language: str = "en", zone: str = "Asia/Damascus") -> str:
    """As the message of the alert begins, or would have begun."""
    return render(Delivery(0, alert, "", "", (language,), zone, 1, alert.seen_at)).title


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(
            ("html",), default=False
        ),  # the words of the .txt ones are escaped by message.html
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _block(delivery: Delivery, language: str, is_test: bool, *, quoting: bool) -> _Block:
    if delivery.alert.digest:
        return _digest(delivery, delivery.alert.digest, language, is_test)
    told = tell(delivery, language)
    if delivery.alert.blindness:
        return _blindness(delivery, delivery.alert.blindness, language, told, is_test=is_test)
    first_line = " ".join(_words(language, "first_line", told))
    first_line = f"{TEST} - {first_line}" if is_test else first_line
    shape = told.kind if told.kind in _SHAPES else "alert"
    news = _words(language, "news", told) if shape == "alert" else []
    details = _words(language, shape, told, quoted=quoting and bool(told.quotes), links=delivery.links)
    own = (delivery.links.acknowledge, delivery.links.open) if delivery.links else ()
    leads = dict(zip(own, _LEADS[language], strict=False))
    if language == "ar":
        first_line, details = start_rtl(first_line), [line if line in own else start_rtl(line) for line in details]
        news = [start_rtl(line) for line in news]
    items = tuple(_Item(" ".join(_words(language, "line", line)), line.url) for line in told.lines[:_MOST_LINES])
    evidence = _evidence(told.quotes) if quoting else ()
    return _Block(language, first_line, evidence, items, tuple(details), tuple(news), links=leads)


def _digest(delivery: Delivery, digest: Digest, language: str, is_test: bool) -> _Block:
    said = daily.said(delivery, digest, language, _templates().get_template(f"{language}/digest.txt").module)
    first_line = f"{TEST} - {said.first_line}" if is_test else said.first_line
    if language == "en":
        return _Block(language, first_line, (), (), said.details, lists=said.lists)
    details = tuple(start_rtl(line) for line in said.details)
    return _Block(language, start_rtl(first_line), (), (), details, lists=said.lists)


def _blindness(delivery: Delivery, blind: Blindness, language: str, told: Told, *, is_test: bool) -> _Block:
    """The first line of its template is that of the message."""
    said = replace(told, blind=blindness.told(blind, delivery.alert.seen_at, delivery.zone, language))
    first_line, *details = _words(language, told.kind, said)
    first_line = f"{TEST} - {first_line}" if is_test else first_line
    if language == "ar":
        first_line, details = start_rtl(first_line), [start_rtl(line) for line in details]
    return _Block(language, first_line, (), (), tuple(details))


def _evidence(quotes: tuple[ToldQuote, ...]) -> tuple[_Evidence, ...]:
    sources = dict.fromkeys((quote.outlet, quote.url) for quote in quotes)
    return tuple(
        _Evidence(tuple(quote for quote in quotes if (quote.outlet, quote.url) == (outlet, url)), outlet, url)
        for outlet, url in sources
    )


def _words(language: str, name: str, told: Told, **more: object) -> list[str]:
    """The lines of one template, spaces tidied."""
    text = _templates().get_template(f"{language}/{name}.txt").render(a=told, most=_MOST_LINES, **more)
    return [line for each in text.splitlines() if (line := " ".join(each.split()))]


def _plain(block: _Block) -> str:
    parts = [block.first_line, "\n".join(block.news)]
    for source in block.evidence:
        lines = [*(_in_marks(quote, block) for quote in source.quotes), source.outlet, source.url]
        parts.append("\n".join(line for line in lines if line))
    bullet = start_rtl("- ") if block.rtl else "- "
    for each in block.lists:
        lines = [f"{bullet}{line.text}" + (f"\n{line.url}" if line.url else "") for line in each.lines]
        parts.append("\n".join([f"{each.heading}:", *lines, *([each.more] if each.more else [])]))
    if block.items:
        parts.append("\n".join(f"{bullet}{item.text}" + (f"\n{item.url}" if item.url else "") for item in block.items))
    parts.append("\n".join(block.details))
    return "\n\n".join(part for part in parts if part)


def _short(delivery: Delivery, block: _Block) -> str:
    """In the first language only; it links what the alert, or a line of a summary, rests on; a digest links nothing."""
    said = _NUMBER[block.language].format(delivery.number)
    told = [] if delivery.alert.digest else [delivery.alert, *delivery.alert.lines]
    links = [address for each in told for quote in each.quotes if (address := link(quote.url))]
    seen = delivery.links.acknowledge if delivery.links else ""
    return short(block.first_line, said, links[0] if links else "", seen)


def _in_marks(quote: ToldQuote, block: _Block) -> str:
    left, right = "«»" if quote.rtl else "“”"
    return f"{left}{isolate(quote.text, rtl=block.rtl)}{right}"


def _facts(delivery: Delivery, title: str, is_test: bool) -> Mapping[str, Any]:
    """The same for machines. Names nobody: neither the recipient nor a reviewer."""
    alert = delivery.alert
    return {
        "number": delivery.number,
        "attempt": delivery.attempt,
        "test": is_test,
        "first_line": title,
        "created_at": delivery.created_at.isoformat(),
        **_alert_facts(alert),
        "lines": [_alert_facts(line) for line in alert.lines],
        "feeds_read": alert.feeds_read,
        "reports_read": alert.reports_read,
        "feeds_failed": alert.feeds_failed,
        "digest": daily.facts(alert.digest) if alert.digest else None,
        "blindness": blindness.facts(alert.blindness) if alert.blindness else None,
        **({"acknowledge": delivery.links.acknowledge, "open": delivery.links.open} if delivery.links else {}),
    }


def _alert_facts(alert: Alert) -> dict[str, Any]:
    place, first = alert.place, alert.quotes[0] if alert.quotes else None
    return {
        "occasion": _occasion(alert),
        "occasions": list(alert.occasions),
        "situation": alert.situation,
        "kind": alert.kind,
        "types": list(alert.types),
        "grade": alert.grade,
        **_story_facts(alert),
        "place": {"name": place.name, "arabic": place.arabic, "lat": place.lat, "lon": place.lon} if place else None,
        "sources": alert.sources,
        "outlets": alert.outlets,
        "probability": round(alert.probability, 4) if _rests_on_a_text(alert) else None,
        "match": match(alert.probability) if _rests_on_a_text(alert) else "",
        "quotes": [
            {
                "text": clean(quote.text, _FACT_LIMIT),
                "language": clean(quote.language),
                "outlet": clean(quote.outlet),
                "said_by": clean(quote.said_by),
                "url": link(quote.url),
            }
            for quote in alert.quotes[:2]
        ],
        "outlet": clean(first.outlet) if first else "",
        "said_by": clean(first.said_by) if first else "",
        "url": link(first.url) if first else "",
        "report": alert.report_key,
        "published_at": _iso(published_at(alert)),
        "seen_at": _iso(alert.seen_at),
    }


def _occasion(alert: Alert) -> str:
    """Without whom it is for, which that of a digest or a summary says second."""
    if alert.situation or alert.kind not in _PERSONAL:
        return alert.occasion
    kind, _, rest = alert.occasion.partition(":")
    return f"{kind}:{rest.partition(':')[2]}"


def _story_facts(alert: Alert) -> dict[str, Any]:
    return {
        "level": alert.level,
        "level_before": alert.level_before,
        "states": dict(alert.states),
        "states_before": dict(alert.states_before),
        "so_far": [
            {"at": _iso(step.at), "track": step.track, "state": step.state, "outlet": clean(step.outlet)}
            for step in alert.so_far
        ],
        "related": list(alert.related),
        "headline": clean(alert.headline.text, _FACT_LIMIT) if alert.headline else "",
    }


def _rests_on_a_text(alert: Alert) -> bool:
    """A summary has the types of its lines, and no sentence whose probability could be told: each line has its own."""
    return bool(alert.report_key and (alert.types or alert.quotes))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
