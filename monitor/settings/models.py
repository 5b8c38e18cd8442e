"""The frozen models of the configuration, and what makes one value right or wrong. Nothing here reads a file.

A validator's words are shown to the user as they are, so they never repeat a value that may be a secret.
"""

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from monitor.records import EventType, Grade

_UNITS = {"": 1, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


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


def _feed_address(value: str) -> str:
    _web_address(value)
    if "@" in urlsplit(value).netloc:
        raise ValueError(
            "holds a user name or password, which logs would show: feeds that ask for one cannot be read yet"
        )
    if "${" in value:
        raise ValueError("holds a ${NAME}: names are filled in for channels, proxies and the database, not for feeds")
    return value


def _optional_web_address(value: str) -> str:
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


def _at_most_a_day(value: int) -> int:
    if not 1 <= value <= 86400:
        raise ValueError("should lie between 1s and 1d")
    return value


def _language(value: str) -> str:
    if value and not re.fullmatch(r"[a-z]{2,3}", value):
        raise ValueError('should be a two-letter code such as ar or en, or "" if the outlet mixes languages')
    return value


def _header(value: str) -> str:
    if not re.fullmatch(r"[\x20-\x7e]*", value):
        raise ValueError("should be plain Latin letters on one line: it is sent as a header with every request")
    return value


def _place_list(value: object) -> object:
    if value == "all" or (isinstance(value, (list, tuple)) and value and all(isinstance(slug, str) for slug in value)):
        return value
    raise ValueError("should be the word all, or a list of places of gazetteer.yaml such as [jasim, nawa]")


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("should be an address and a port, such as 127.0.0.1:8000")
    return value


def _proxy(value: SecretStr) -> SecretStr:
    if value.get_secret_value():
        _web_address(value.get_secret_value())
    return value


def _database(value: str) -> str:
    scheme, divider, rest = value.partition("://")
    if value and (not divider or scheme not in {"sqlite", "postgres", "postgresql", "postgresql+psycopg"}):
        raise ValueError("should begin with sqlite:/// or postgresql://, or be left empty")
    if scheme == "sqlite" and (not rest.startswith("/") or rest in {"/", "/:memory:"}):
        raise ValueError("names no file: write sqlite:////the/whole/path/monitor.db, or leave it empty")
    return value


def _none_listed(value: object) -> object:
    return () if value is None else value  # every entry below the key is a comment


def _none_named(value: object) -> object:
    return {} if value is None else value


Zone = Annotated[str, AfterValidator(_zone)]
Name = Annotated[str, AfterValidator(_name)]
Header = Annotated[str, AfterValidator(_header)]
Seconds = Annotated[int, BeforeValidator(_seconds), AfterValidator(_at_most_a_day)]
ProxyAddress = Annotated[SecretStr, AfterValidator(_proxy)]
Filled = Annotated[str, Field(min_length=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Feed(_Frozen):
    """One line of feeds.yaml. `name` is the identity: a new URL under the old name keeps what was seen."""

    name: Name
    kind: Literal["rss", "jsonfeed"] = "rss"
    url: Annotated[str, AfterValidator(_feed_address)]
    language: Annotated[str, AfterValidator(_language)] = ""
    outlet: Filled
    side: str = ""
    enabled: bool = True
    confidence: Literal["high", "medium", "low"] = "high"
    zone: Zone = "UTC"  # for dates without one
    every: Seconds = 300  # seconds between polls
    user_agent: Header = ""  # "" = that of monitor.yaml
    note: str = ""


class ChannelSettings(_Frozen):
    """Where messages go. `url` is an apprise URL and a secret; kind log writes `path` (else data_dir/alerts.log)."""

    kind: Literal["apprise", "log"] = "apprise"
    url: SecretStr = SecretStr("")
    path: str = ""
    canary: SecretStr = SecretStr("")
    broken: str = ""  # why the channel is down (an unset ${NAME} on a later start); "" if it is not

    @model_validator(mode="after")
    def _url_fits_kind(self) -> Self:
        url = self.url.get_secret_value()
        if self.kind == "log" and url:
            raise ValueError("a channel of kind log writes a file: give it a path, not a url, or delete `kind: log`")
        if self.kind == "apprise" and not self.broken and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", url):
            raise ValueError('needs an apprise url, such as url: "${OPS_TELEGRAM}" or url: "ntfy://my-topic"')
        return self


class Recipient(_Frozen):
    channels: Annotated[tuple[str, ...], Field(min_length=1)]
    languages: Annotated[tuple[Literal["en", "ar"], ...], Field(min_length=1)] = ("en",)
    zone: Zone = "Asia/Damascus"


class Rule(_Frozen):
    to: str
    types: Annotated[tuple[EventType, ...], Field(min_length=1)] = ("siege", "reinforcements", "failed_talks")
    places: Annotated[Literal["all"] | tuple[str, ...], BeforeValidator(_place_list)] = "all"
    least_grade: Grade = "unconfirmed"


class Proxy(_Frozen):
    sources: ProxyAddress = SecretStr("")
    channels: ProxyAddress = SecretStr("")


class Settings(_Frozen):
    config_dir: Path
    database: str = Field(repr=False)  # SQLAlchemy URL; it may hold a password
    data_dir: Path
    model: str = "escalation"
    time_zone: str = "Asia/Damascus"
    public_url: str = ""
    publish: str = ""  # folder that alerts and situations are written to in open formats, "" for none
    listen: str = "127.0.0.1:8000"
    user_agent: str = ""  # "": http.py names the program and its version
    proxy: Proxy = Proxy()
    allow_loopback: bool = False
    feeds: tuple[Feed, ...] = ()
    channels: dict[str, ChannelSettings] = {}
    recipients: dict[str, Recipient] = {}
    rules: tuple[Rule, ...] = ()
    owner: str = ""  # the recipient who is told when a channel refuses for good; "": whoever is told on it
    gazetteer: Path = Path()  # that of the folder if it has one, else the packaged one; filled by load
    packaged: bool = False  # True: no folder was found, these are the defaults that came with the program

    @property
    def database_file(self) -> Path | None:
        """The file of an SQLite database; None when a server keeps the data."""
        kind, _, file = self.database.partition(":///")
        return Path(file) if kind == "sqlite" else None


class MonitorFile(_Frozen):
    """monitor.yaml as it is written."""

    database: Annotated[str, AfterValidator(_database)] = Field("", repr=False)
    data_dir: Filled = "../data"
    model: Filled = "escalation"
    time_zone: Zone = "Asia/Damascus"
    public_url: Annotated[str, AfterValidator(_optional_web_address)] = ""
    publish: str = ""
    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8000"
    user_agent: Header = ""
    proxy: Annotated[Proxy, BeforeValidator(_none_named)] = Proxy()
    allow_loopback: bool = False


class FeedsFile(_Frozen):
    """feeds.yaml as it is written."""

    feeds: Annotated[tuple[Feed, ...], BeforeValidator(_none_listed)]


class AlertsFile(_Frozen):
    """alerts.yaml as it is written."""

    channels: Annotated[dict[str, ChannelSettings], BeforeValidator(_none_named)]
    recipients: Annotated[dict[str, Recipient], BeforeValidator(_none_named)]
    rules: Annotated[tuple[Rule, ...], BeforeValidator(_none_listed)]
    owner: str = ""
