"""What an OPML file names as feeds."""

from monitor.sources.discovery import FeedLink, one_line, tags


def links_of_opml(text: str) -> list[FeedLink]:
    """The feeds of an OPML file, whatever folders they lie in."""
    links = [
        FeedLink(
            url,
            one_line(tag.get("text") or tag.get("title", "")),
            "jsonfeed" if tag.get("type", "").strip().lower() == "json" else "rss",
            tag.get("language", "").strip()[:2].lower(),
        )
        for tag in tags(text, "outline")
        if (url := tag.get("xmlurl", "").strip())
    ]
    return list({link.url: link for link in reversed(links)}.values())[::-1]
