"""Finds the configuration folder, reads its three files: Settings, or one ConfigError of all mistakes."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from monitor.errors import ConfigError
from monitor.packaged import packaged
from monitor.settings.document import Document, read_document
from monitor.settings.environment import fill_channels, fill_feeds, fill_monitor
from monitor.settings.mistakes import Mistakes, Where, nearest, sentences, shown
from monitor.settings.models import AlertsFile, FeedsFile, MonitorFile, Settings
from monitor.settings.people import Rule
from monitor.settings.references import check_alerts, check_feeds, check_pace

FILES = ("monitor.yaml", "feeds.yaml", "alerts.yaml")

_Model = TypeVar("_Model", bound=BaseModel)


def load(
    config: Path | None = None,
    *,
    starting: bool = False,
    first_start: bool = True,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """The configuration from `config`, else $MONITOR_CONFIG, else ./config, else the packaged defaults.

    `starting`: the service is about to run, or `check` asks whether it could. Then an unset ${NAME} of a channel is a
    mistake; on a later start (`first_start` False), and for verbs that only look, it takes down that channel alone.
    """
    environment = os.environ if environment is None else environment
    folder, is_packaged = _folder(config, environment)
    service, feeds, alerts, ping_unset = _read(folder, environment, forgive=not (starting and first_start))
    # A relative path counts from the configuration folder: so it means the same wherever the monitor is started.
    data_dir = Path.cwd() / "data" if is_packaged else (folder / Path(service.data_dir).expanduser()).resolve()
    own_gazetteer = folder / "gazetteer.yaml"
    found = {
        "config_dir": folder,
        "database": _database(service.database, data_dir),
        "data_dir": data_dir,
        "publish": str((folder / Path(service.publish).expanduser()).resolve()) if service.publish else "",
        "gazetteer": own_gazetteer if own_gazetteer.exists() else packaged("config/gazetteer.yaml"),
        "packaged": is_packaged,
        "ping_unset": ping_unset,
    }
    return Settings(**{**dict(service), **dict(feeds), **dict(alerts), **found})


def refuse_packaged(settings: Settings) -> None:
    """For verbs that write: without a folder of the user's own there is nothing to write to, and nobody to alert."""
    if settings.packaged:
        raise ConfigError("There is no configuration here: run `monitor init DIR` first, then this with --config DIR")


def placed(settings: Settings, points: Mapping[str, tuple[float, float] | None]) -> Settings:
    """The settings with the middle of every circle known; `points`: each slug that a rule can match, with its point.

    Raises ConfigError for rules that name another place, or circle one that is no point.
    """
    mistakes, document = Mistakes(), read_document(settings.config_dir / "alerts.yaml", Mistakes())
    for number, rule in enumerate(settings.rules):
        places: list[tuple[Where, str]] = [(("places", which), place) for which, place in enumerate(rule.named)]
        if rule.near and rule.near.place:
            places.append((("near", "place"), rule.near.place))
        for where, place in places:
            if told := _misplaced(place, points, settings.gazetteer, in_circle=where[0] == "near"):
                line = document.line(("rules", number, *where))
                mistakes.add(document.path, line, f"rule number {number + 1}: {told}")
    _check_coverage(settings, points, mistakes)
    mistakes.raise_if_any()
    return settings.model_copy(update={"rules": tuple(_with_middle(rule, points) for rule in settings.rules)})


def _check_coverage(settings: Settings, points: Mapping[str, object], mistakes: Mistakes) -> None:
    document = read_document(settings.config_dir / "feeds.yaml", Mistakes())
    lines = {entry.get("name"): number for number, entry in enumerate((document.values or {}).get("feeds") or ())}
    for feed in settings.feeds:
        for place in () if feed.covers == "all" else feed.covers:
            if told := _misplaced(place, points, settings.gazetteer, in_circle=False):
                line = document.line(("feeds", lines.get(feed.name, 0), "covers"))
                mistakes.add(document.path, line, f"feed {feed.name}: covers: {told}")


def _misplaced(place: str, points: Mapping[str, object], gazetteer: Path, *, in_circle: bool) -> str:
    if place not in points:
        close = nearest(place, points, count=3)
        mend = f"did you mean {' or '.join(close)}?" if close else f"the names are those of {gazetteer}"
        return f"the gazetteer has no place {shown(place)}: {mend}"
    if in_circle and points[place] is None:
        return f"near: {shown(place)} is no point on the map: name a town, or write lat and lon"
    return ""


def _with_middle(rule: Rule, points: Mapping[str, tuple[float, float] | None]) -> Rule:
    if not rule.near or not (point := points.get(rule.near.place)):
        return rule
    return rule.model_copy(update={"near": rule.near.model_copy(update={"lat": point[0], "lon": point[1]})})


def _folder(config: Path | None, environment: Mapping[str, str]) -> tuple[Path, bool]:
    """The folder to read, and whether it is the packaged one."""
    named = environment.get("MONITOR_CONFIG", "")
    if config is not None:
        return _existing(config, "--config"), False
    if named:
        return _existing(Path(named), "$MONITOR_CONFIG"), False
    here = Path("config")
    if any((here / name).is_file() for name in FILES):  # ./config may well be that of another program
        return here, False
    return packaged("config"), True


def _existing(folder: Path, said_by: str) -> Path:
    folder = folder.expanduser()
    if not folder.is_dir():
        raise ConfigError(
            f"{said_by} names {folder}, which is no folder: check the path or run `monitor init {folder}`"
        )
    if not any((folder / name).exists() for name in FILES):
        raise ConfigError(
            f"{said_by} names {folder}, which holds no configuration: check the path or run `monitor init {folder}`"
        )
    return folder


def _read(
    folder: Path, environment: Mapping[str, str], *, forgive: bool
) -> tuple[MonitorFile, FeedsFile, AlertsFile, str]:
    """The three files, and why there is no ping; raises one ConfigError with the mistakes of all of them."""
    mistakes = Mistakes()
    documents = [read_document(folder / name, mistakes) for name in FILES]
    check_feeds(documents[1], mistakes)
    check_alerts(documents[2], mistakes)
    ping_unset = fill_monitor(documents[0], environment, mistakes, forgive=forgive)
    fill_feeds(documents[1], environment, mistakes, forgive=forgive)
    fill_channels(documents[2], environment, mistakes, forgive=forgive)
    service = _validated(documents[0], MonitorFile, mistakes)
    feeds = _validated(documents[1], FeedsFile, mistakes)
    alerts = _validated(documents[2], AlertsFile, mistakes)
    if feeds and not (service and service.allow_loopback):
        check_pace(documents[1], [feed.every for feed in feeds.feeds], mistakes)
    mistakes.raise_if_any()
    if service is None or feeds is None or alerts is None:
        raise ConfigError(f"{folder} cannot be read")  # for the type checker: what failed was raised a line above
    return service, feeds, alerts, ping_unset


def _validated(document: Document, model: type[_Model], mistakes: Mistakes) -> _Model | None:
    if document.values is None:
        return None
    try:
        return model.model_validate(document.values)
    except ValidationError as error:
        for where, text in sentences(error, model, document.values):
            mistakes.add(document.path, document.line(where), text)
    return None


def _database(url: str, data_dir: Path) -> str:
    """The URL for SQLAlchemy: a relative SQLite file lies in data_dir, PostgreSQL is spoken by psycopg."""
    if not url:
        return f"sqlite:///{data_dir / 'monitor.db'}"
    scheme, _, rest = url.partition("://")
    return f"sqlite:///{data_dir / rest[1:]}" if scheme == "sqlite" else f"postgresql+psycopg://{rest}"
