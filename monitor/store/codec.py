"""Records to JSON and back without loss, by their annotations. What does not fit them is refused, not guessed.

It knows no record by name: a field added to a record, with a default, needs nothing here.
"""

import math
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from reprlib import repr as shown
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from monitor.errors import StoreError

Step = Callable[[Any], Any]

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text as PostgreSQL takes it: NUL and half surrogates become U+FFFD, one for one: spans into it still fit."""
    try:
        text.encode()  # finds half surrogates in a tenth of the time
    except UnicodeEncodeError:
        return _UNSTORABLE.sub("\ufffd", text)
    return text.replace("\x00", "\ufffd")


def to_json(annotation: Any, record: object) -> Any:
    """What json.dumps takes. `annotation` is the record's class, or such as tuple[str, ...]."""
    try:
        return _encoder(annotation)(record)
    except (TypeError, ValueError) as error:
        raise StoreError(
            f"Could not store {type(record).__name__}: {error}. This is a mistake in the program."
        ) from error


def from_json(annotation: Any, value: Any) -> Any:
    """The record that to_json was given."""
    try:
        return _decoder(annotation)(value)
    except (TypeError, ValueError) as error:
        name = getattr(annotation, "__name__", str(annotation))
        advice = "Another version of the monitor wrote it, or a hand: use the version that wrote it."
        raise StoreError(f"Could not read {name} from the database: {error}. {advice}") from error


def _encode_text(value: Any) -> str:
    return storable(value if type(value) is str else _exactly(str)(value))


def _encode_number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"a number was expected, not {shown(value)}")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is not a number that can be stored")
    return number


def _encode_time(value: Any) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError(f"an aware time was expected, not {shown(value)}")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _decode_time(value: Any) -> datetime:
    moment = datetime.fromisoformat(_exactly(str)(value))
    if moment.tzinfo is None:
        raise ValueError(f"a time with its zone was expected, not {shown(value)}")
    return moment.astimezone(UTC)


@cache
def _exactly(kind: type) -> Step:
    def check(value: Any) -> Any:
        # bool is an int to isinstance, and a stored True would come back where a count is expected
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise TypeError(f"{kind.__name__} was expected, not {shown(value)}")
        return value

    return check


_SCALARS: Mapping[Any, tuple[Step, Step]] = {
    str: (_encode_text, _exactly(str)),
    bool: (_exactly(bool), _exactly(bool)),
    int: (_exactly(int), _exactly(int)),
    float: (_encode_number, _encode_number),
    datetime: (_encode_time, _decode_time),
}


@cache
def _encoder(annotation: Any) -> Step:
    if annotation in _SCALARS:
        return _SCALARS[annotation][0]
    if is_dataclass(annotation) and isinstance(annotation, type):
        return _record_encoder(annotation)
    return _compound(annotation, _encoder, list)


@cache
def _decoder(annotation: Any) -> Step:
    if annotation in _SCALARS:
        return _SCALARS[annotation][1]
    if is_dataclass(annotation) and isinstance(annotation, type):
        return _record_decoder(annotation)
    return _compound(annotation, _decoder, tuple)


def _compound(annotation: Any, step_for: Callable[[Any], Step], row: type) -> Step:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return _one_of(arguments)
    if origin in (Union, types.UnionType) and type(None) in arguments and len(arguments) == 2:
        return _optional(step_for(next(a for a in arguments if a is not type(None))))
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return _row(step_for, arguments[0], row)
    if origin is tuple:
        return _fixed_row(tuple(step_for(a) for a in arguments), row)
    if origin is Mapping and arguments[0] is str:
        return _mapping(step_for(arguments[1]))
    raise TypeError(f"no rule for storing {annotation}")


def _one_of(allowed: tuple[Any, ...]) -> Step:
    known = frozenset(allowed)

    def check(value: Any) -> Any:
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"{shown(value)} is not one of {', '.join(map(str, allowed))}")
        return value

    return check


def _optional(step: Step) -> Step:
    return lambda value: None if value is None else step(value)


def _row(step_for: Callable[[Any], Step], annotation: Any, row: type) -> Step:
    def each(value: Any) -> Any:
        # looked up when used: an alert may hold alerts
        step = step_for(annotation)
        return row([step(item) for item in _sequence(value)])

    return each


def _fixed_row(steps: tuple[Step, ...], row: type) -> Step:
    def each(value: Any) -> Any:
        return row([step(item) for step, item in zip(steps, _sequence(value), strict=True)])

    return each


def _sequence(value: Any) -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"a sequence was expected, not {shown(value)}")
    return value


def _mapping(step: Step) -> Step:
    def each(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise TypeError(f"a mapping was expected, not {shown(value)}")
        return {_encode_text(key): step(item) for key, item in value.items()}

    return each


def _record_encoder(kind: type) -> Step:
    hints = get_type_hints(kind)
    steps = [(f.name, _encoder(hints[f.name])) for f in fields(kind)]

    def encode(value: Any) -> dict[str, Any]:
        if type(value) is not kind:
            raise TypeError(f"{kind.__name__} was expected, not {type(value).__name__}")
        try:
            return {name: step(getattr(value, name)) for name, step in steps}
        except (TypeError, ValueError):  # once more, to say which
            return {name: _named(kind, name, step)(getattr(value, name)) for name, step in steps}

    return encode


def _record_decoder(kind: type) -> Step:
    hints = get_type_hints(kind)
    steps = {f.name: _named(kind, f.name, _decoder(hints[f.name])) for f in fields(kind)}
    needed = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}

    def decode(value: Any) -> Any:
        if not isinstance(value, dict):
            raise TypeError(f"{kind.__name__} was expected, not {shown(value)}")
        if unknown := value.keys() - steps.keys():
            raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
        if missing := needed - value.keys():
            raise ValueError(f"{kind.__name__} lacks {', '.join(sorted(missing))}")
        return kind(**{name: steps[name](item) for name, item in value.items()})

    return decode


def _named(kind: type, name: str, step: Step) -> Step:
    def named(value: Any) -> Any:
        try:
            return step(value)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{kind.__name__}.{name}: {error}") from error

    return named
