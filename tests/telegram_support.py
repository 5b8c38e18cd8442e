"""Pages of a Telegram channel's web preview, built as Telegram builds them, and their reading."""

# ruff: noqa: E501 - documents are long lines

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from monitor.records import FeedRead
from monitor.sources.telegram import TelegramReader
from tests.sources_support import NOW, QUICK, Reader, feed, reply

PLAIN = "أغلقت القوات الطرق المؤدية إلى البلدة منذ الفجر"
START = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


def words(markup: str, more: str = "") -> str:
    return f'<div class="tgme_widget_message_text js-message_text" dir="auto">{markup}</div>{more}'


def message(
    number: int,
    inside: str = "",
    *,
    kind: str = "",
    views: str = "1.2K",
    channel: str = "Horan_News",
    date: datetime | None = None,
) -> str:
    """One message as the page shows it; by default with words of its own, ten minutes after the one before."""
    when = (date or START + timedelta(minutes=10 * number)).isoformat()
    return (
        f'<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message text_not_supported_wrap js-widget_message {kind}" '
        f'data-post="{channel}/{number}" data-view="eyJj"><div class="tgme_widget_message_bubble">'
        f'<div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name" href="https://t.me/{channel}"><span dir="auto">Horan</span></a></div>'
        f'{inside or words(f"{PLAIN} ({number})")}<div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info short js-message_info">'
        f'<span class="tgme_widget_message_views">{views}</span><span class="tgme_widget_message_meta">edited <a class="tgme_widget_message_date" '
        f'href="https://t.me/{channel}/{number}"><time datetime="{when}" class="time">09:30</time></a></span></div></div></div></div></div>'
    )


def page(*messages: str, before: int = 0, title: str = "أخبار حوران &amp; الجنوب") -> bytes:
    older = (
        f'<link rel="prev" href="/s/Horan_News?before={before}"><link rel="canonical" href="/s/Horan_News?before=999">'
        if before
        else ""
    )
    more = (
        f'<a href="/s/Horan_News?before={before}" class="tme_messages_more js-messages_more" data-before="{before}"></a>'
        if before
        else ""
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>Horan – Telegram</title>{older}</head><body class="widget_frame_base"><header>'
        f'<div class="tgme_channel_info_header_title"><span dir="auto">{title}</span></div><div class="tgme_channel_info_counter"><span class="counter_value">12.5K</span></div></header>'
        f'<section class="tgme_channel_history js-message_history">{more}{"".join(messages)}</section></body></html>'
    ).encode()


def html(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    return reply(body, "text/html; charset=utf-8", status, **headers)


def numbered(first: int, last: int) -> list[str]:
    return [message(number) for number in range(first, last + 1)]


def read(
    reader: Reader, memory: Mapping[str, str] | None = None, *, path: str = "/s/Horan_News", most_pages: int = 10
) -> FeedRead:
    source = TelegramReader(reader.workers, QUICK, pause=0, most_pages=most_pages)
    channel = feed(reader.site.url(path), kind="telegram")
    return reader.run(source.read(channel, memory or {}, reader.http, NOW))


def ids(found: FeedRead) -> list[int]:
    return [int(entry.key.rpartition("/")[2]) for entry in found.entries]
