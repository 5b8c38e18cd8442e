"""What a feed needs beside its address, by its kind."""

import re
from typing import Annotated, Literal
from urllib.parse import parse_qs, urlsplit

from cssselect import HTMLTranslator, SelectorError
from pydantic import AfterValidator, Field, SecretStr

from monitor.settings.values import Frozen

FeedKind = Literal["rss", "jsonfeed", "telegram", "page", "reliefweb"]

_CHANNEL = re.compile(r"/(?:s/)?[A-Za-z]\w{3,31}/?", re.ASCII)


def _selector(value: str) -> str:
    try:
        HTMLTranslator().css_to_xpath(value)
    except SelectorError:
        raise ValueError("is no CSS selector: write it as in a style sheet, such as li.post-item or h2 a") from None
    return value


Selector = Annotated[str, Field(min_length=1), AfterValidator(_selector)]
SelectorOrNone = Annotated[str, AfterValidator(lambda value: _selector(value) if value else value)]


class Select(Frozen):
    """Where the entries of a list page stand, and in each of them its parts: CSS selectors."""

    item: Selector
    link: Selector = "a[href]"
    title: SelectorOrNone = ""  # "": the words of the link
    date: SelectorOrNone = ""  # "": only what the page tells machines (JSON-LD)
    date_attribute: str = ""  # "": datetime where there is one, else the words
    summary: SelectorOrNone = ""


def misfit(kind: FeedKind, url: str, select: Select | None, appname: SecretStr) -> str:
    """What does not go together in a feed, as a sentence; "" if all does."""
    parts = urlsplit(url)
    if kind == "telegram" and not _CHANNEL.fullmatch(parts.path):
        return "the url of a Telegram channel is that of its public page, such as https://t.me/s/NAME"
    if kind == "page" and select is None:
        return (
            'a feed of kind page needs select: what is an entry there, such as select: {item: "li.post", link: "h2 a"}'
        )
    if kind != "page" and select is not None:
        return "select is for feeds of kind page: write kind: page, or delete select"
    if kind == "reliefweb" and "appname" in parse_qs(parts.query, keep_blank_values=True):
        return 'the url holds an appname, which logs would show: write appname: "${RELIEFWEB_APPNAME}" beside it'
    if kind != "reliefweb" and appname.get_secret_value():
        return "appname is for feeds of kind reliefweb: write kind: reliefweb, or delete appname"
    return ""
