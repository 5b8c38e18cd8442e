"""A page of a Telegram channel's web preview -> its messages as entries. Runs in a worker."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from monitor.sources.entries import Raw, Surroundings, collected, to_fields
from monitor.sources.links import web_link
from monitor.sources.trees import css, html_tree
from monitor.text.charset import decoded
from monitor.text.markup import clean, plain_line, plain_text
from monitor.text.sentences import sentences

# Origin of what Telegram does not tell, and of what a person wrote: persons are not named.
HIDDEN = "a hidden account"
_LONGEST_HEADLINE = 160


_BLOCKS = css("div.tgme_widget_message_wrap")
_MESSAGES = css("div.tgme_widget_message[data-post]")
_REPLIES = css(".tgme_widget_message_reply, .js-message_reply_text")
_TEXTS = css(".tgme_widget_message_text.js-message_text")
_DATES = css("a.tgme_widget_message_date")
_TIMES = css("a.tgme_widget_message_date time[datetime]")
_FORWARDED = css(".tgme_widget_message_forwarded_from_name")
_SINGLES = css("a[href*='?single']")
_TITLES = css(".tgme_channel_info_header_title, meta[property='og:title']")
_NOTHING = css(".tme_no_messages_found")
_OLDER = css("link[rel=prev], a.tme_messages_more[data-before]")
_MEDIA = css(
    ", ".join(
        f"[class*=tgme_widget_message_{kind}]"
        for kind in ("photo_", "video", "roundvideo", "document", "voice", "sticker", "poll", "location", "grouped")
    )
    + ", .message_media_not_supported_wrap"
)
_POST = re.compile(r"([A-Za-z]\w{3,31})/(\d{1,12})", re.ASCII)
_LINKED_POST = re.compile(r"/(?:c/\d+|[A-Za-z]\w{3,31})/\d+", re.ASCII)
_BEFORE = re.compile(r"(?:[?&]before=|^)(\d{1,12})(?:&|$)")
_HASHTAG = re.compile(r"[#@]\w+")
_WORD = re.compile(r"\w{2,}")


def read_channel(body: bytes, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The task `telegram`: the messages of one page, what ids and times it spans, where the older ones are."""
    text = clean(decoded(body, fields["content_type"]).text)
    tree = html_tree(text)
    if tree is None:
        return {"wrong": "the channel's page holds nothing", "kind": "empty"}
    messages = {message.get("data-post", "").lower(): message for message in reversed(_MESSAGES(tree))}
    posts = {post: message for post, message in messages.items() if _POST.fullmatch(post)}
    if _BLOCKS(tree) and not posts and not _NOTHING(tree):
        return {"wrong": "the channel's page is built in a way that this version does not know", "kind": "malformed"}
    ids = [number for post, message in posts.items() for number in _numbers(post, message)]
    times = sorted(time for message in posts.values() for time in _times(message))
    told = {post: message for post, message in posts.items() if "service_message" not in message.get("class", "")}
    raws = [raw for post, message in told.items() if (raw := _raw(post, message, fields["url"]))]
    if len(told) > 2 and not raws and not any(_MEDIA(message) for message in told.values()):
        return {"wrong": "the channel's page shows messages, but none of them can be read", "kind": "malformed"}
    around = Surroundings(fields["url"], UTC, datetime.fromisoformat(fields["now"]), "", frozenset())
    return {
        "entries": [to_fields(entry) for entry in collected(raws, around).entries],
        "lowest": min(ids, default=0),
        "highest": max(ids, default=0),
        "since": times[0] if times else "",
        "until": times[-1] if times else "",
        "before": _before(tree),
        "title": next((plain_line(escape(found)) for each in _TITLES(tree) if (found := _title(each))), "")[:200],
        "note": _note(len(told), len(raws)),
    }


def _numbers(post: str, message: Any) -> list[int]:
    """Its own id, and those of the other pictures of an album, which has only one block."""
    links = [each.get("href", "").partition("?")[0].rpartition("/")[2] for each in _SINGLES(message)]
    return [int(number) for number in (post.rpartition("/")[2], *links) if number.isascii() and number.isdigit()]


def _times(message: Any) -> list[str]:
    """From the date's link: the length of a video is a time, too."""
    read = []
    for each in _TIMES(message):
        try:
            moment = datetime.fromisoformat(each.get("datetime"))
        except ValueError:
            continue
        read.append((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat())
    return read


def _raw(post: str, message: Any, base: str) -> Raw | None:
    """The message as an entry; None if it holds no words."""
    for quoted in _REPLIES(message):
        quoted.drop_tree()
    # Of one text within the other only the outer: else it would be said twice.
    found = [each for each in _TEXTS(message) if not any(_is_text(outer) for outer in each.iterancestors())]
    text = "\n".join(filter(None, (plain_text(_markup(each)) for each in found)))
    if not text:
        return None
    targets = [target for each in found for target in _targets(each, text, base)]
    links = [link.get("href", "") for link in _DATES(message)]
    return Raw(
        guid=post,
        link=next(filter(None, links), urljoin(base, f"/{message.get('data-post')}")),
        title=escape(headline(text)),
        summary="",
        content=escape("\n".join((text, *dict.fromkeys(targets)))).replace("\n", "<br>"),
        language="",
        dates=tuple(_times(message)[:1]),
        origin=escape(_origin(post, message, base)),
        whole=True,
    )


def _is_text(element: Any) -> bool:
    return "js-message_text" in element.get("class", "").split()


def _markup(element: Any) -> str:
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def _targets(element: Any, text: str, base: str) -> list[str]:
    """Where its links lead, if the words do not say so. Not those of hashtags and of channels as such."""
    led = []
    for link in element.iter("a"):
        # Since 2024 the ampersands of links are escaped twice.
        target = web_link(unescape(link.get("href", "")), base)
        parts = urlsplit(target)
        inside = parts.hostname in {"t.me", "telegram.me", urlsplit(base).hostname} and not _LINKED_POST.fullmatch(
            parts.path
        )
        if target and not inside and target.partition("://")[2].rstrip("/") not in text:
            led.append(target)
    return led


def _origin(post: str, message: Any, base: str) -> str:
    """Who wrote what the channel forwards; "" if it is the channel's own."""
    named = next(iter(_FORWARDED(message)), None)
    if named is None:
        return ""
    path = urlsplit(web_link(named.get("href", ""), base)).path
    if path.lower().startswith(f"/{post.partition('/')[0]}/"):
        return ""
    # Only a channel's name leads to a post. Behind any other stands a person, or nobody knows who.
    name = " ".join(str(named.xpath("string()")).split())
    return name if name and _LINKED_POST.fullmatch(path) else HIDDEN


def headline(text: str) -> str:
    """The first line that says something (not hashtags alone), or as many of its sentences as make a headline."""
    lines = text.split("\n")
    line = next((each for each in lines if len(_WORD.findall(_HASHTAG.sub(" ", each))) >= 3), lines[0])
    if len(line) <= _LONGEST_HEADLINE:
        return line
    ends = [end for _, end in sentences(line) if 20 <= end <= _LONGEST_HEADLINE]
    if ends:
        return line[: ends[-1]]
    return line[: line.rfind(" ", 0, _LONGEST_HEADLINE)].rstrip(" ،,؛;:") + "…"


def _title(element: Any) -> str:
    return str(element.get("content") or element.xpath("string()")).strip()[:1_000]


def _before(tree: Any) -> int:
    asked_by = (each.get("data-before") or each.get("href", "") for each in _OLDER(tree))
    found = next(filter(None, map(_BEFORE.search, asked_by)), None)
    return int(found[1]) if found else 0


def _note(told: int, read: int) -> str:
    if not told:
        return "the channel shows no messages"
    if told >= 5 and read * 2 < told:
        return (
            f"only {read} of {told} messages hold words: the others are pictures, videos or voices, which are not read"
        )
    return ""
