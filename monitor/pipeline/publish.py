"""Writes alerts and situations as files in open formats; any web server can hand them out.

What is written comes from the rows alone: a folder that was lost or lags behind is right again after the next time.
"""

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from monitor.channels import formats
from monitor.channels.formats import Published, cap
from monitor.channels.formats.published import LANGUAGES
from monitor.gazetteer import Gazetteer
from monitor.pipeline.parts import Parts
from monitor.settings import Settings
from monitor.store import Store, published, situations

log = logging.getLogger(__name__)

LISTED = 100  # alerts of the Atom feed
MAPPED = 1000  # situations of the GeoJSON
CAP_FOLDER = "cap"
_SENDER = "escalation-monitor"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Bound to one database. `marked_test`: a demonstration, whose files say so."""

    store: Store
    gazetteer: Gazetteer
    sender: str
    marked_test: bool = False

    def atom(self, language: str, now: datetime) -> bytes:
        listed = self._newest()
        files = {each.number: f"{CAP_FOLDER}/{cap.file_name(each)}" for each in listed}
        return formats.feed(listed, language, self.sender, files, now, marked_test=self.marked_test)

    def geojson(self, now: datetime) -> bytes:
        with self.store.read() as tx:
            found = situations.listing(tx, MAPPED)
        places = {each.slug: each for each in self.gazetteer.places}
        return json.dumps(formats.collection(found, places, now), ensure_ascii=False).encode() + b"\n"

    def cap_files(self) -> dict[str, Callable[[], bytes]]:
        """File name -> what writes it, for each listed alert."""
        return {cap.file_name(each): lambda each=each: self._cap(each) for each in self._newest()}  # type: ignore[misc]

    def write(self, folder: Path, now: datetime) -> None:
        """All files, each in one step, so that nobody reads half of one. CAP files never change once written."""
        (folder / CAP_FOLDER).mkdir(parents=True, exist_ok=True)
        for name, made in self.cap_files().items():
            if not (folder / CAP_FOLDER / name).exists():
                _replace(folder / CAP_FOLDER / name, made())
        for language in LANGUAGES:
            _replace(folder / f"alerts.{language}.atom", self.atom(language, now))
        _replace(folder / "situations.geojson", self.geojson(now))

    def _newest(self) -> list[Published]:
        with self.store.read() as tx:
            return [Published(*row) for row in published.newest(tx, LISTED)]

    def _cap(self, each: Published) -> bytes:
        with self.store.read() as tx:
            earlier = [Published(*row) for row in published.of_situation(tx, each.alert.situation)]
        return formats.message(each, earlier, self.sender, marked_test=self.marked_test)


def publish(parts: Parts) -> None:
    """Write the folder that the configuration names. A folder that cannot be written is said, and stops nothing."""
    publisher = Publisher(
        parts.store, parts.classifier.gazetteer, sender_of(parts.settings), marked_test=parts.marked_test
    )
    try:
        publisher.write(Path(parts.settings.publish), parts.clock())
    except OSError as error:
        log.warning(
            "the open formats cannot be written (%s): make the folder of `publish:` in monitor.yaml writable", error
        )


def sender_of(settings: Settings) -> str:
    """Who answers for the files: the host that people know the monitor by, else the program's name."""
    return urlsplit(settings.public_url).hostname or _SENDER


def _replace(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as part:
        part.write(content)
    Path(part.name).chmod(0o644)
    os.replace(part.name, path)
