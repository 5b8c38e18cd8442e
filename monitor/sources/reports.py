"""A feed's entry and its article page -> the Report that is read. Pure: the best text, the language, the key."""

import base64
import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Literal

from monitor.records import Entry, Report
from monitor.settings import Feed
from monitor.sources.article import Article
from monitor.text.language import detect

_KEY_LENGTH = 13  # base32 characters: 65 bits, one chance in a million of a clash among 8 million reports


def report_key(feed: str, entry_key: str) -> str:
    """Short, stable, printable key of the entry of a feed."""
    digest = hashlib.sha256(f"{feed}\0{entry_key}".encode("utf-8", "replace")).digest()
    return base64.b32encode(digest[:10]).decode("ascii").lower()[:_KEY_LENGTH]  # of 32 bytes it takes thrice as long


def report_of(entry: Entry, feed: Feed, article: Article, seen_at: datetime, revision: int = 1) -> Report:
    """The report with the best text there is: the page, else the feed's words, else the headline alone (noted)."""
    text, text_from, note = _best_text(entry, article)
    return Report(
        key=report_key(feed.name, entry.key),
        feed=feed.name,
        entry_key=entry.key,
        url=entry.url,
        title=entry.title,
        text=text,
        text_from=text_from,
        summary=entry.summary,
        language=detect(f"{entry.title}\n{text or entry.summary}", entry.language or feed.language),
        published_at=entry.published_at,
        seen_at=seen_at,
        note="; ".join(part for part in (entry.date_note, note) if part),
        revision=revision,
        fingerprint=entry.fingerprint,
        origin=entry.origin,
    )


def reread(old: Report, article: Article, date_note: str) -> Report | None:
    """The report with its page, which could not be had at first; None if that tells no more than what we have."""
    if not article.text or len(article.text) * 2 < len(old.text) or article.text == old.text:
        return None
    language = detect(f"{old.title}\n{article.text}", "" if old.language == "und" else old.language)
    return replace(
        old, text=article.text, text_from="page", language=language, note=date_note, revision=old.revision + 1
    )


def _best_text(entry: Entry, article: Article) -> tuple[str, Literal["page", "feed", "title"], str]:
    """(text, where it comes from, note). A page that holds less than half of what the feed itself gave is a teaser."""
    from_feed = max(entry.content, entry.summary, key=len)
    if article.text and len(article.text) * 2 >= len(from_feed):
        return article.text, "page", ""
    if from_feed and entry.whole:
        return from_feed, "feed", ""
    if from_feed:
        return from_feed, "feed", article.note or "the page holds less than the feed: read from the feed"
    return "", "title", f"{article.note or 'no text'}: read from the title alone"
