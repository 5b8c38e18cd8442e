"""What makes one value of the configuration right or wrong. Nothing here reads a file.

A validator's words are shown to the user as they are, so they never repeat a value that may be a secret.
"""

import re
from collections.abc import Callable
from datetime import time
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

_UNITS = {"": 1, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
LEAST_KEPT = 30  # days: stories, copies and digests look back for a week and more


def _name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,79}", value):
        raise ValueError("should be lower-case letters, digits, dots and hyphens, such as syria-tv")
    return value


def _web_address(value: str) -> str:
    if re.search(r"[\s\x00-\x1f\x7f]", value):
        raise ValueError("holds a space, a line break or a control character: copy the address again")
    try:
        parts = urlsplit(value)
        port_is_fine = parts.port != 0
    except ValueError:
        raise ValueError("is not a web address: check the host and the port") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine:
        raise ValueError("is not a web address: it has to begin with https:// (or http://) and a host")
    return value


def feed_address(value: str) -> str:
    _web_address(value)
    if "@" in urlsplit(value).netloc:
        raise ValueError(
            "holds a user name or password, which logs would show: feeds that ask for one cannot be read yet"
        )
    if "${" in value:
        raise ValueError("holds a ${NAME}: names are filled in for channels, proxies and the database, not for feeds")
    return value


def optional_web_address(value: str) -> str:
    return _web_address(value) if value else value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):  # OSError: "Europe" is a folder of the zone database
        raise ValueError("is not a time zone of the IANA list, such as Asia/Damascus or UTC") from None
    return value


def _seconds(value: object) -> object:
    if isinstance(value, bool) or value is None:
        raise ValueError("should be a time such as 90s, 5m or 1h")
    found = re.fullmatch(r"(\d{1,7})\s*([a-z]{0,3})", str(value).strip())
    if not found or found[2] not in _UNITS:
        raise ValueError("should be a time such as 90s, 5m or 1h")
    return int(found[1]) * _UNITS[found[2]]


def _days(value: object) -> object:
    """Days, or None for ever."""
    if value in (None, ""):
        return None
    found = re.fullmatch(r"(\d{1,5})\s*d", str(value).strip())
    if not found or int(found[1]) < LEAST_KEPT:
        raise ValueError(f"should be days such as 400d, at least {LEAST_KEPT}d, or nothing for ever")
    return int(found[1])


def _at_most_a_day(value: int) -> int:
    if not 1 <= value <= 86400:
        raise ValueError("should lie between 1s and 1d")
    return value


def language_code(value: str) -> str:
    if value and not re.fullmatch(r"[a-z]{2,3}", value):
        raise ValueError('should be a two-letter code such as ar or en, or "" if the outlet mixes languages')
    return value


def _header(value: str) -> str:
    if not re.fullmatch(r"[\x20-\x7e]*", value):
        raise ValueError("should be plain Latin letters on one line: it is sent as a header with every request")
    return value


def place_list(value: object) -> object:
    if value == "all" or (isinstance(value, (list, tuple)) and value and all(isinstance(slug, str) for slug in value)):
        return value
    raise ValueError("should be the word all, or a list of places of gazetteer.yaml such as [jasim, nawa]")


def listening(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("should be an address and a port, such as 127.0.0.1:8000")
    return value


def addresses(value: tuple[str, ...]) -> tuple[str, ...]:
    for each in value:
        try:
            ip_network(each)
        except ValueError:
            raise ValueError(f"{each} should be an address or a network, such as 127.0.0.1 or 172.16.0.0/12") from None
    return value


def _proxy(value: SecretStr) -> SecretStr:
    if value.get_secret_value():
        _web_address(value.get_secret_value())
    return value


def database_url(value: str) -> str:
    scheme, divider, rest = value.partition("://")
    if value and (not divider or scheme not in {"sqlite", "postgres", "postgresql", "postgresql+psycopg"}):
        raise ValueError("should begin with sqlite:/// or postgresql://, or be left empty")
    if scheme == "sqlite" and (not rest.startswith("/") or rest in {"/", "/:memory:"}):
        raise ValueError("names no file: write sqlite:////the/whole/path/monitor.db, or leave it empty")
    return value


def _clock(value: object) -> object:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", str(value).strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError('should be a time of day from "00:00" to "23:59", in quotes, such as "08:00"')
    return time(int(found[1]), int(found[2]))


def _at_least_a_minute(value: int) -> int:
    if value < 60:
        raise ValueError("should be at least 1m: a message needs that long to arrive and be read; write m for minutes")
    return value


def filled(value: object) -> object:
    """Refuses a key without a value: the default is for keys that are not there."""
    if value is None:
        raise ValueError("is empty")
    return value


def pushes(value: object) -> object:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1000:
        raise ValueError("should be a whole number from 0 to 1000, such as 10: what exceeds it waits for the digest")
    return value


def kilometres(value: object) -> object:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 500:
        raise ValueError("should be a number of kilometres above 0 and up to 500, such as 15")
    return value


def degrees(most: int) -> Callable[[object], object]:
    def check(value: object) -> object:
        if not isinstance(value, int | float) or isinstance(value, bool) or not -most <= value <= most:
            raise ValueError(f"should be a number of degrees from -{most} to {most}, such as 32.62")
        return value

    return check


def none_listed(value: object) -> object:
    return () if value is None else value  # every entry below the key is a comment


def none_named(value: object) -> object:
    return {} if value is None else value


Zone = Annotated[str, AfterValidator(_zone)]
Name = Annotated[str, AfterValidator(_name)]
Header = Annotated[str, AfterValidator(_header)]
Seconds = Annotated[int, BeforeValidator(_seconds), AfterValidator(_at_most_a_day)]
Days = Annotated[int | None, BeforeValidator(_days)]
Patience = Annotated[Seconds, AfterValidator(_at_least_a_minute)]
Clock = Annotated[time, BeforeValidator(_clock)]
ProxyAddress = Annotated[SecretStr, AfterValidator(_proxy)]
Filled = Annotated[str, Field(min_length=1)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
