"""Writes the demo's configuration as a user would: the real loader reads it, and `--keep` leaves it behind."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from monitor.demo.story import Outlet, Story

READERS = {"night-desk": "en", "relative-abroad": "ar"}


def write_configuration(
    folder: Path, story: Story, feed_url: Callable[[Outlet], str], channel_url: Callable[[str], str]
) -> None:
    config = folder / "config"
    config.mkdir(parents=True)
    _write(config / "monitor.yaml", {"data_dir": "../data", "allow_loopback": True})
    _write(config / "feeds.yaml", {"feeds": [_feed(outlet, feed_url(outlet)) for outlet in story.outlets]})
    _write(
        config / "alerts.yaml",
        {
            "channels": {reader: {"url": channel_url(reader)} for reader in READERS},
            "recipients": {reader: {"channels": [reader], "languages": [READERS[reader]]} for reader in READERS},
            "rules": [{"to": reader} for reader in READERS],
        },
    )


def _feed(outlet: Outlet, url: str) -> dict[str, str]:
    return {"name": outlet.name, "url": url, "language": outlet.language, "outlet": outlet.outlet}


def _write(path: Path, content: dict[str, Any]) -> None:
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(content, file)
