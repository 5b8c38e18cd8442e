"""Who is told, when and how, and which rule leads to them: recipients and rules as alerts.yaml writes them."""

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from monitor.records import EventType, Grade, Level
from monitor.settings.values import Clock, Frozen, Patience, Zone, degrees, filled, kilometres, place_list, pushes

Form = Literal["full", "short"]


class Quiet(Frozen):
    """Hours of the recipient's zone in which messages wait; `break_through` and higher levels go at once."""

    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")
    break_through: Level = "critical"

    @model_validator(mode="after")
    def _are_hours(self) -> Self:
        if self.start == self.end:
            raise ValueError('quiet: from and to are the same time: write two, such as {from: "22:00", to: "06:00"}')
        return self

    def holds(self, clock: time) -> bool:
        """Whether this time of day lies in them, also where they reach over midnight."""
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


class Near(Frozen):
    """A circle round a place of the gazetteer, or round a point. Of a place, lat and lon are filled in at the start."""

    place: str = ""
    lat: Annotated[float | None, BeforeValidator(degrees(90))] = None
    lon: Annotated[float | None, BeforeValidator(degrees(180))] = None
    km: Annotated[float, BeforeValidator(kilometres)]

    @model_validator(mode="before")
    @classmethod
    def _has_one_middle(cls, value: object) -> object:
        if isinstance(value, dict):
            point = {"lat", "lon"} & value.keys()
            if (len(point) == 1) or bool(point) == ("place" in value):
                raise ValueError("near: name either a place, or lat and lon: such as {place: nawa, km: 15}")
        return value


class Recipient(Frozen):
    channels: Annotated[tuple[str, ...], Field(min_length=1)]
    languages: Annotated[tuple[Literal["en", "ar"], ...], Field(min_length=1)] = ("en",)
    zone: Zone = "Asia/Damascus"
    quote: Literal["sentence", "headline"] = "sentence"
    form: Form = "full"
    quiet: Annotated[Quiet | None, BeforeValidator(filled)] = None
    max_per_day: Annotated[int | None, BeforeValidator(pushes)] = None  # None: no limit
    digest: Annotated[Clock | None, BeforeValidator(filled)] = None  # None: none is sent
    escalate_after: Annotated[Patience | None, BeforeValidator(filled)] = None  # seconds; None: all channels at once


class Rule(Frozen):
    to: str
    types: Annotated[tuple[EventType, ...], Field(min_length=1)] = ("siege", "reinforcements", "failed_talks")
    places: Annotated[Literal["all"] | tuple[str, ...], BeforeValidator(place_list)] = "all"
    near: Annotated[Near | None, BeforeValidator(filled)] = None
    least_level: Level = "watch"
    least_grade: Grade = "unconfirmed"

    @model_validator(mode="after")
    def _near_narrows(self) -> Self:
        if self.near and "places" in self.model_fields_set and self.places == "all":
            raise ValueError("places: all leaves nothing for near to add: delete one of them, or name places")
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """The places that it lists by name."""
        return () if self.places == "all" else self.places

    @property
    def everywhere(self) -> bool:
        return self.places == "all" and self.near is None
