"""The frozen models of the configuration as a whole, its feeds and channels; recipients and rules are in people.py."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from monitor.settings.kinds import FeedKind, Select, misfit
from monitor.settings.levels import DEFAULT_LEVELS, LevelRow, not_shadowed
from monitor.settings.people import Form, Recipient, Rule
from monitor.settings.values import (
    Days,
    Filled,
    Frozen,
    Header,
    Name,
    Patience,
    ProxyAddress,
    Seconds,
    Zone,
    addresses,
    database_url,
    feed_address,
    language_code,
    listening,
    none_listed,
    none_named,
    optional_web_address,
    place_list,
)


class Feed(Frozen):
    """One line of feeds.yaml. `name` is the identity: a new URL under the old name keeps what was seen."""

    name: Name
    kind: FeedKind = "rss"
    url: Annotated[str, AfterValidator(feed_address)]
    language: Annotated[str, AfterValidator(language_code)] = ""
    outlet: Filled
    side: str = ""
    enabled: bool = True
    confidence: Literal["high", "medium", "low"] = "high"
    zone: Zone = "UTC"  # for dates without one
    every: Seconds = 300  # seconds between polls
    user_agent: Header = ""  # "" = that of monitor.yaml
    select: Select | None = None  # kind page: where on it the entries stand
    appname: SecretStr = SecretStr("")  # kind reliefweb: what its interface knows us by
    local: bool = False  # writes of the watched area alone: a name borne elsewhere too is then the one there
    covers: Annotated[Literal["all"] | tuple[str, ...], BeforeValidator(place_list)] = "all"
    note: str = ""

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        if wrong := misfit(self.kind, self.url, self.select, self.appname):
            raise ValueError(wrong)
        return self


_SHORTEST_SECRET = 16


class ChannelSettings(Frozen):
    """Where messages go. `url` is an apprise URL and a secret; kind log writes `path` (else data_dir/alerts.log)."""

    kind: Literal["apprise", "log"] = "apprise"
    url: SecretStr = SecretStr("")
    path: str = ""
    canary: SecretStr = SecretStr("")
    sign: SecretStr = SecretStr("")  # the secret with which a webhook's messages are signed
    form: Form | None = None  # None: as the recipient has it
    broken: str = ""  # why the channel is down (an unset ${NAME} on a later start); "" if it is not

    @model_validator(mode="after")
    def _url_fits_kind(self) -> Self:
        url = self.url.get_secret_value()
        if self.kind == "log" and url:
            raise ValueError("a channel of kind log writes a file: give it a path, not a url, or delete `kind: log`")
        if self.kind == "apprise" and not self.broken and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", url):
            raise ValueError('needs an apprise url, such as url: "${OPS_TELEGRAM}" or url: "ntfy://my-topic"')
        return self

    @model_validator(mode="after")
    def _canary_is_somebody_else(self) -> Self:
        canary = self.canary.get_secret_value()
        if canary and self.kind == "log":
            raise ValueError("canary is for channels with a url: delete it")
        if canary and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", canary):
            raise ValueError('canary needs an apprise url of its own, such as canary: "${OPS_TELEGRAM_TEST}"')
        return self

    @model_validator(mode="after")
    def _sign_is_a_secret_of_a_webhook(self) -> Self:
        secret = self.sign.get_secret_value()
        if not secret or self.broken:
            return self
        if not re.match(r"jsons?://", self.url.get_secret_value()):
            raise ValueError("sign is for webhooks, whose url begins with json:// or jsons://: delete it")
        bare = secret.removeprefix("whsec_")
        if len(secret) < _SHORTEST_SECRET or not bare.isascii() or not bare.isprintable():
            raise ValueError("sign is no good secret: make one with openssl rand -hex 32")
        if bare != secret and not re.fullmatch(r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", bare):
            raise ValueError("sign begins with whsec_, so what follows has to be base64: copy it again")
        return self


class Proxy(Frozen):
    sources: ProxyAddress = SecretStr("")
    channels: ProxyAddress = SecretStr("")


class Canary(Frozen):
    """How often the monitor proves to itself that it watches, and within what time that has to come about."""

    every: Seconds = 900
    within: Seconds = 300

    @model_validator(mode="after")
    def _ends_before_the_next(self) -> Self:
        if self.within > self.every:
            raise ValueError("canary: within is longer than every: a run has to end before the next one begins")
        return self


class Keep(Frozen):
    """For how many days texts are kept in the database before they go into the archive; None: for ever."""

    text: Days = None  # of reports that the log does not list
    listed_text: Days = None  # of flagged and uncertain ones


class Settings(Frozen):
    config_dir: Path
    database: str = Field(repr=False)  # SQLAlchemy URL; it may hold a password
    data_dir: Path
    model: str = "escalation"
    time_zone: str = "Asia/Damascus"
    public_url: str = ""
    publish: str = ""  # folder that alerts and situations are written to in open formats, "" for none
    listen: str = "127.0.0.1:8000"
    trusted_proxies: tuple[str, ...] = ()  # addresses whose X-Forwarded-For and -Proto are believed
    user_agent: str = ""  # "": http.py names the program and its version
    proxy: Proxy = Proxy()
    allow_loopback: bool = False
    canary: Canary = Canary()
    ping: SecretStr = SecretStr("")  # a dead-man's switch outside, asked after each canary that came through
    ping_unset: str = ""  # why there is none though one is named: an unset ${NAME} on a later start
    blind_after: int = 3600  # seconds without any reading after which recipients are told
    keep: Keep = Keep()
    feeds: tuple[Feed, ...] = ()
    channels: dict[str, ChannelSettings] = Field(default_factory=dict)
    recipients: dict[str, Recipient] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    levels: tuple[LevelRow, ...] = DEFAULT_LEVELS
    owner: str = ""  # the recipient who is told when a channel refuses for good; "": whoever is told on it
    gazetteer: Path = Path()  # that of the folder if it has one, else the packaged one; filled by load
    packaged: bool = False  # True: no folder was found, these are the defaults that came with the program

    @property
    def database_file(self) -> Path | None:
        """The file of an SQLite database; None when a server keeps the data."""
        kind, _, file = self.database.partition(":///")
        return Path(file) if kind == "sqlite" else None


class MonitorFile(Frozen):
    """monitor.yaml as it is written."""

    database: Annotated[str, AfterValidator(database_url)] = Field("", repr=False)
    data_dir: Filled = "../data"
    model: Filled = "escalation"
    time_zone: Zone = "Asia/Damascus"
    public_url: Annotated[str, AfterValidator(optional_web_address)] = ""
    publish: str = ""
    listen: Annotated[str, AfterValidator(listening)] = "127.0.0.1:8000"
    trusted_proxies: Annotated[tuple[str, ...], BeforeValidator(none_listed), AfterValidator(addresses)] = ()
    user_agent: Header = ""
    proxy: Annotated[Proxy, BeforeValidator(none_named)] = Proxy()
    allow_loopback: bool = False
    canary: Annotated[Canary, BeforeValidator(none_named)] = Canary()
    ping: ProxyAddress = SecretStr("")
    blind_after: Patience = 3600
    keep: Annotated[Keep, BeforeValidator(none_named)] = Keep()


class FeedsFile(Frozen):
    """feeds.yaml as it is written."""

    feeds: Annotated[tuple[Feed, ...], BeforeValidator(none_listed)]


class AlertsFile(Frozen):
    """alerts.yaml as it is written."""

    channels: Annotated[dict[str, ChannelSettings], BeforeValidator(none_named)]
    recipients: Annotated[dict[str, Recipient], BeforeValidator(none_named)]
    rules: Annotated[tuple[Rule, ...], BeforeValidator(none_listed)]
    levels: Annotated[tuple[LevelRow, ...], Field(min_length=1), AfterValidator(not_shadowed)] = DEFAULT_LEVELS
    owner: str = ""

    @model_validator(mode="after")
    def _canaries_reach_nobody(self) -> Self:
        """Whoever reads a channel must never get the canary's reports."""
        urls = {each.url.get_secret_value(): name for name, each in self.channels.items()}
        for name, each in self.channels.items():
            owner = urls.get(each.canary.get_secret_value()) if each.canary.get_secret_value() else None
            if owner:
                raise ValueError(
                    f"channel {name}: its canary is the url of channel {owner}, whose readers would get a TEST every "
                    "few minutes: give it a target of its own, or delete it"
                )
        return self
