"""The configuration folder and the environment, validated once into frozen models. The only module that reads the environment."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, SecretStr

from monitor.records import EventType, Grade


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Feed(_Frozen):
    """One line of feeds.yaml. `name` is the identity: a new URL under the old name keeps what was seen."""

    name: str
    kind: Literal["rss", "jsonfeed"] = "rss"
    url: str
    language: str = ""
    outlet: str
    side: str = ""
    enabled: bool = True
    confidence: Literal["high", "medium", "low"] = "high"
    zone: str = "UTC"  # for dates without one
    every: int = 300  # seconds between polls
    user_agent: str = ""  # "" = that of monitor.yaml
    note: str = ""


class ChannelSettings(_Frozen):
    """Where messages go. `url` is an apprise URL and a secret; kind log writes to `path` (default: data_dir/alerts.log)."""

    kind: Literal["apprise", "log"] = "apprise"
    url: SecretStr = SecretStr("")
    path: str = ""
    canary: SecretStr = SecretStr("")
    broken: str = ""  # why the channel is down (an unset ${NAME} on a later start); "" if it is not


class Recipient(_Frozen):
    channels: tuple[str, ...]
    languages: tuple[Literal["en", "ar"], ...] = ("en",)
    zone: str = "Asia/Damascus"


class Rule(_Frozen):
    to: str
    types: tuple[EventType, ...] = ("siege", "reinforcements", "failed_talks")
    places: Literal["all"] | tuple[str, ...] = "all"
    least_grade: Grade = "unconfirmed"


class Proxy(_Frozen):
    sources: SecretStr = SecretStr("")
    channels: SecretStr = SecretStr("")


class Settings(_Frozen):
    config_dir: Path
    database: str  # SQLAlchemy URL
    data_dir: Path
    model: str = "escalation"
    time_zone: str = "Asia/Damascus"
    public_url: str = ""
    listen: str = "127.0.0.1:8000"
    user_agent: str = ""
    proxy: Proxy = Proxy()
    allow_loopback: bool = False
    feeds: tuple[Feed, ...] = ()
    channels: dict[str, ChannelSettings] = {}
    recipients: dict[str, Recipient] = {}
    rules: tuple[Rule, ...] = ()
