"""The reports that a model got wrong, each with the sentence, the place and the state that decided it."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.records import EASING_TYPES, EVENT_TYPES, Label, Sighting
from monitor.training.measures import NAMES, Judged


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one sentence told the model."""

    sentence: str
    type: str
    probability: float
    state: str
    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Confusion:
    """One report with one wrong answer. `decided` is empty where no sentence spoke of the label at all."""

    name: str  # flag, or the label
    id: str
    language: str
    event: str
    register: str
    missed: bool  # else a false alarm
    state: str  # of the report
    probability: float
    title: str
    opening: str  # for a report without title
    decided: tuple[Evidence, ...]


def confusions(judged: Sequence[Judged], names: Sequence[str] = NAMES) -> tuple[Confusion, ...]:
    """By label; misses first, and of each kind the surest mistake first."""
    found = [
        _confusion(each, name)
        for name in names
        for each in judged
        if (truth := each.truth(name)) is not None and truth != each.answer(name)
    ]
    sureness = {True: 1, False: -1}
    return tuple(
        sorted(
            found,
            key=lambda each: (
                names.index(each.name),
                not each.missed,
                sureness[each.missed] * each.probability,
                each.id,
            ),
        )
    )


def _confusion(each: Judged, name: str) -> Confusion:
    report, missed = each.wanted.report, bool(each.truth(name))
    wanted: tuple[Label, ...] = {"flag": EVENT_TYPES, "easing": EASING_TYPES}.get(name, ())
    spoken = [sighting for sighting in each.said.sightings if sighting.type in (wanted or (name,))]
    if not missed:
        spoken = [sighting for sighting in spoken if sighting.counts]
    return Confusion(
        name=name,
        id=report.key,
        language=each.wanted.language,
        event=each.wanted.event,
        register=each.wanted.register,
        missed=missed,
        state=each.said.state,
        probability=each.said.probability
        if name == "flag"
        else max(each.said.probabilities[label] for label in wanted or (name,)),
        title=report.title,
        opening=report.text[:80],
        decided=tuple(_evidence(sighting) for sighting in spoken[:2]),
    )


def _evidence(sighting: Sighting) -> Evidence:
    place = sighting.place.name if sighting.place else "no place of the area"
    return Evidence(sighting.sentence, sighting.type, sighting.probability, sighting.state, place, sighting.why)
