"""Which model answers: the promoted one as the rows name it, else the one that came with the program.

A running monitor changes over between two readings. What cannot be loaded, or is not what was measured, never answers:
the model before it goes on, and the owner is told.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from monitor.classifier import Classifier
from monitor.classifier.model import ARTEFACT, CARD, Model, load
from monitor.errors import ModelError, StoreError
from monitor.records.learning import Candidate
from monitor.settings import Settings
from monitor.store import Store, Transaction, meta, models

log = logging.getLogger(__name__)
TRAINING = "training"  # in the folder of a candidate: the sentences it was made from
_TROUBLE = "model_trouble"
_AGAIN = timedelta(minutes=1)


class Serving:
    """Held by the service: compares what serves with what is to serve."""

    def __init__(self, settings: Settings, store: Store, classifier: Classifier, clock: Callable[[], datetime]) -> None:
        """`classifier` as it was loaded from the program's own model, which stays at hand."""
        self._settings = settings
        self._store = store
        self._classifier = classifier
        self._clock = clock
        self._shipped = classifier.model
        self._failed: tuple[str, datetime] | None = None  # version that could not be loaded, and when it was tried
        self._is_new = True

    async def tick(self) -> None:
        """Called by the timer of the running monitor, every second."""
        try:
            await asyncio.to_thread(self.settle)
        except StoreError as error:  # asked again a second later; who polls says the same
            log.debug("which model is to serve: %s", error)

    def settle(self) -> None:
        """Change over if the rows say so. Raises StoreError."""
        with self._store.read() as tx:
            version = models.serving(tx, self._settings.model)
            wanted = models.candidate(tx, self._settings.model, version) if version else None
            told = trouble(tx) is not None
        if version == self._serving:
            self._mended(told=told)
        elif not self._tried_lately(version):
            try:
                model = self._load(version, wanted)
            except ModelError as error:
                self._refuse(version, str(error), told=told)
                return
            self._classifier.serve(model)
            log.info("%s@%s answers from now on", model.name, model.version)
            self._mended(told=told)

    @property
    def _serving(self) -> str:
        """As the rows name it."""
        model = self._classifier.model
        return "" if model is self._shipped else model.version

    def _tried_lately(self, version: str) -> bool:
        return bool(self._failed and self._failed[0] == version and self._clock() - self._failed[1] < _AGAIN)

    def _load(self, version: str, wanted: Candidate | None) -> Model:
        if not version:
            return self._shipped
        if wanted is None:
            raise ModelError(f"No candidate {version} of {self._settings.model} is known: run `monitor models list`.")
        return opened(self._settings, wanted)

    def _refuse(self, version: str, why: str, *, told: bool) -> None:
        if self._failed is None or self._failed[0] != version:
            log.error("%s %s goes on.", why, self._classifier.version)
        self._failed = version, self._clock()
        if not told:
            self._tell(f"{self._settings.model}@{version} cannot serve, {self._classifier.version} goes on: {why}")

    def _mended(self, *, told: bool) -> None:
        """What another process of this monitor told of its own stays, but for what was told before this one began."""
        if told and (self._failed or self._is_new):
            self._tell("")
        self._failed, self._is_new = None, False

    def _tell(self, trouble: str) -> None:
        said = json.dumps({"says": trouble, "since": self._clock().isoformat()}) if trouble else ""
        with self._store.write() as tx:
            meta.put(tx, _TROUBLE, said)


def opened(settings: Settings, candidate: Candidate) -> Model:
    """The model of a candidate, if its files are those that were measured. Raises ModelError."""
    folder = folder_of(settings) / candidate.folder
    if folder.resolve().parent != folder_of(settings).resolve():  # a row may say anything; what is opened lies there
        raise ModelError(f"{candidate.folder} is no folder in {folder_of(settings)}: the model is not opened.")
    if digest_of(folder) != candidate.digest:
        raise ModelError(
            f"The files in {folder} are not those that were measured: take them back from a copy, or run "
            "`monitor models rollback` and `monitor train --with-reviews`."
        )
    return load(folder, folder / TRAINING)


def folder_of(settings: Settings) -> Path:
    """Where the models that were made from reviews lie. They never leave the data of this monitor."""
    return settings.data_dir / "models"


def digest_of(folder: Path) -> str:
    """Of what the service reads of a model. Raises ModelError when a file is gone."""
    digest = hashlib.sha256()
    try:
        for name in (ARTEFACT, CARD):
            digest.update((folder / name).read_bytes())
    except OSError as error:
        why = f"The model in {folder} cannot be read ({error.strerror}): restore it from a copy."
        raise ModelError(why) from error
    return digest.hexdigest()


def trouble(tx: Transaction) -> tuple[str, datetime] | None:
    """What keeps the promoted model from serving, and since when."""
    kept = meta.get(tx, _TROUBLE)
    if not kept:
        return None
    said = json.loads(kept)
    return said["says"], datetime.fromisoformat(said["since"])
