"""From reviews to a candidate model, and which model serves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Beside:
    """Two models on the same labelled reports: of `due` reports so many found, of the others so many false alarms."""

    name: str  # of the set
    reports: int
    due: int
    found_before: int
    found: int
    false_before: int
    false: int
    mended: tuple[str, ...] = ()  # keys of the reports that only the new model takes rightly
    broken: tuple[str, ...] = ()  # ... that only the old one did

    @property
    def lost(self) -> int:
        """Reports missed more than before, net."""
        return self.found_before - self.found

    @property
    def rung(self) -> int:
        """False alarms more than before, net."""
        return self.false - self.false_before


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model made from reviews, as it was measured. (name, version) is unique; its files are those of `digest`."""

    name: str
    version: str
    folder: str  # below the folder of models in data_dir
    digest: str
    made_at: datetime
    beside: str  # version of the model that served then
    reviews: int  # reports whose reviews were used
    sentences: int  # that those taught
    passed: bool
    reasons: tuple[str, ...]  # why not, or what it rests on
    scores: tuple[Beside, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One step in the history of the serving model; append-only. A rollback takes back the last promotion."""

    name: str
    kind: Literal["promote", "rollback"]
    version: str  # what serves from then on, "" for the one that came with the program
    at: datetime
    by: str
    reason: str
