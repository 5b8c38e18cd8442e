"""A whole monitor in a folder: configuration, feeds on loopback, an inbox. For tests of the whole path."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.drill import configure
from benchmarks.replay import Article, Farm, Inbox
from tests import starting

BAKERIES = Article(
    "Bread prices rise in Irbid",
    "Bakeries in the Jordanian city of Irbid raised the price of bread by a tenth on Monday, the union said.",
    "2026-03-14T08:00:00",
)
SIEGE = Article(
    "Army encircles Jasim and closes its roads",
    "Government forces encircled the town of Jasim in the northern countryside of Daraa on Saturday and closed every "
    "road into it, local sources said. Residents are kept from leaving and no flour has come in since morning.",
    "2026-03-14T09:00:00",
)
TALKS = Article(
    "فشل المفاوضات في طفس",
    "انتهى الاجتماع بين وجهاء مدينة طفس غربي درعا وضباط الأمن العام مساء السبت "
    "دون التوصل إلى أي اتفاق، بحسب مصادر محلية.",
    "2026-03-14T10:00:00",
)
COLUMN = Article(
    "Reinforcements reach Nawa",
    "A convoy of forty vehicles carrying soldiers and heavy weapons arrived in the city of Nawa, west of Daraa, on "
    "Saturday evening as military reinforcements, residents said.",
    "2026-03-14T11:00:00",
)


def monitor(
    folder: Path, *words: str, timeout: float = 120, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, from nothing."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", "--config", str(folder), *words],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        check=False,
    )


class World:
    """Feeds that serve `articles`, an inbox on two channels, and a folder configured for both."""

    def __init__(self, folder: Path, articles: Sequence[Article], feeds: int = 2, database: str = "") -> None:
        self.folder = folder
        self.farm = Farm(articles, feeds)
        self.inbox = Inbox()
        configure(folder, self.farm.urls, self.inbox, database)

    def monitor(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        asked = ("--config", str(self.folder), *words)
        return starting.run(asked, self.folder, {**os.environ, **environment}, timeout=120)

    def close(self) -> None:
        self.farm.close()
        self.inbox.close()
