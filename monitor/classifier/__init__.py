"""Report -> Assessment: event types per sentence (blind to place and actor), then places, then now or not, then the
report.

Deciding is pure: same report, same answer; no clock, no network, no database.
"""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from monitor.classifier import explain
from monitor.classifier.context import in_context
from monitor.classifier.judging import Judging
from monitor.classifier.model import Model, chances
from monitor.classifier.model import load as load_model
from monitor.classifier.reading import read, seats_of
from monitor.gazetteer import Gazetteer
from monitor.packaged import packaged
from monitor.records import Assessment, Report

Array = NDArray[np.float64]


class Classifier:
    """The trained model with the gazetteer beside it."""

    def __init__(self, model: Model, gazetteer: Gazetteer, local: frozenset[str] = frozenset()) -> None:
        """`local`: names of the feeds that write of the area alone: there a name borne elsewhere too is the area's."""
        self._model = model
        self._gazetteer = gazetteer
        self._local = local
        self._seats = seats_of(gazetteer)
        self._turn = Lock()  # the encoder's word cache is filled while reading

    @property
    def gazetteer(self) -> Gazetteer:
        """The places that its answers come from."""
        return self._gazetteer

    @classmethod
    def load(
        cls, folder: Path | None = None, gazetteer: Gazetteer | None = None, local: frozenset[str] = frozenset()
    ) -> "Classifier":
        """The packaged model, or that of `folder`. Raises ModelError with the command that mends it."""
        own = folder / "training" if folder else None  # a model made from reviews keeps what it was made from
        training = own if own and own.is_dir() else packaged("models/training")
        model = load_model(folder or packaged("models/escalation"), training)
        return cls(model, gazetteer or Gazetteer.load(), local)

    @property
    def model(self) -> Model:
        return self._model

    def serve(self, model: Model) -> None:
        """Answer by this model from the next reports on: those in hand are read to their end by the one before."""
        with self._turn:
            self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def version(self) -> str:
        return self._model.version

    def assess(self, reports: Sequence[Report]) -> list[Assessment]:
        """One assessment for each report, in order. May be called from several threads, which then take turns."""
        with self._turn:
            return self._assess(reports)

    def _assess(self, reports: Sequence[Report]) -> list[Assessment]:
        judged = self.judge(reports)
        asked = [judging.asked for judging in judged]
        words = iter(explain.words(self._model, [each for some in asked for each in some]))
        return [judging.assessment([next(words) for _ in some]) for judging, some in zip(judged, asked, strict=True)]

    def judge(self, reports: Sequence[Report]) -> list[Judging]:
        """The reports read and their sentences scored in one go, ready to be judged one by one."""
        readings = [read(report, self._gazetteer, self._seats, local=report.feed in self._local) for report in reports]
        masked = [sentence.masked for reading in readings for sentence in reading.sentences]
        sequences = self._model.features.sequences(masked)
        heads = chances(in_context(self._model, readings, self._model.sums(sequences)))
        judged: list[Judging] = []
        at = 0
        for reading in readings:
            end = at + len(reading.sentences)
            judged.append(Judging(self._model, reading, sequences[at:end], heads[at:end]))
            at = end
        return judged
