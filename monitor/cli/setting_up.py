"""Writes the packaged configuration out, and says what a configuration would do."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

import click

from monitor.channels import problem
from monitor.errors import ConfigError
from monitor.gazetteer import Gazetteer, point
from monitor.packaged import packaged
from monitor.rules import reaches
from monitor.settings import FILES, Recipient, Settings, load, placed


def write_defaults(folder: Path) -> None:
    """All or nothing: if one of the files is there, none is written."""
    defaults = [packaged("config") / name for name in (*FILES, "gazetteer.yaml")]
    there = [path.name for path in defaults if (folder / path.name).exists()]
    if there:
        raise ConfigError(f"{folder} already holds {', '.join(there)}: choose another folder, or move them away first")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in defaults:
            text = path.read_text(encoding="utf-8")
            with (folder / path.name).open("x", encoding="utf-8") as file:
                file.write(_with_data_dir(text, folder) if path.name == "monitor.yaml" else text)
            click.echo(folder / path.name)
    except OSError as error:
        raise ConfigError(f"Could not write to {folder} ({error.strerror}): choose another folder") from None
    option = "" if folder.absolute() == Path("config").absolute() else f" --config {folder}"
    click.echo("Now say in alerts.yaml who is to be told, then:", err=True)
    click.echo(f"  monitor{option} check\n  monitor{option} run", err=True)


def _with_data_dir(text: str, folder: Path) -> str:
    """Data lies beside a folder called config, inside any other: never in a place that the user did not name."""
    data_dir = "../data" if folder.absolute().name == "config" else "data"
    return re.sub(r"(?m)^data_dir: .*$", f"data_dir: {data_dir}", text)


def print_summary(config: Path | None) -> None:
    """Raises ConfigError with everything that would stop the first start."""
    settings = load(config, starting=True)
    gazetteer = Gazetteer.load(settings.gazetteer)
    settings = placed(settings, gazetteer.points)
    _check_model(settings)
    _check_channels(settings)
    enabled = [feed for feed in settings.feeds if feed.enabled]
    lines = [
        f"{settings.config_dir}: the configuration is right.",
        f"feeds       {len(enabled)} switched on, {len(settings.feeds) - len(enabled)} off",
        f"channels    {_listed(list(settings.channels))}",
        f"recipients  {'; '.join(_person(name, who) for name, who in settings.recipients.items()) or 'none'}",
        f"rules       {len(settings.rules)}",
        f"model       {settings.model}",
        f"data        {settings.data_dir}",
    ]
    for line in lines:
        click.echo(line)
    for warning in (*warnings(settings), *_circles(settings, gazetteer)):
        click.echo(f"But: {warning}", err=True)


def _person(name: str, who: Recipient) -> str:
    """How a recipient is told, in one line."""
    way = " then " if who.escalate_after else ", "
    hours = f"quiet {who.quiet.start:%H:%M}-{who.quiet.end:%H:%M}" if who.quiet else ""
    limit = f"at most {who.max_per_day} a day" if who.max_per_day is not None else ""
    digest = f"digest at {who.digest:%H:%M}" if who.digest else "no digest"
    told = ", ".join(word for word in (hours, limit, digest) if word)
    return f"{name} by {way.join(who.channels)} ({told}, {who.zone})"


def _check_model(settings: Settings) -> None:
    if not packaged(f"models/{settings.model}").is_dir():
        raise ConfigError(
            f"{settings.config_dir / 'monitor.yaml'}: there is no model {settings.model}: write escalation"
        )


def _check_channels(settings: Settings) -> None:
    """Each address is taken apart as it will be for sending; nothing is sent."""
    path = settings.config_dir / "alerts.yaml"
    told = [f"{path}: {said}" for name, channel in settings.channels.items() if (said := problem(name, channel))]
    if told:
        raise ConfigError("\n".join(told))


def warnings(settings: Settings) -> list[str]:
    """What is no mistake, but may not be meant."""
    told = []
    if settings.packaged:
        told.append("these are the defaults that came with the program; `monitor init DIR` makes them yours.")
    if not any(feed.enabled for feed in settings.feeds):
        told.append("no feed is switched on: the monitor would see nothing.")
    served = {rule.to for rule in settings.rules}
    told += [f"no rule leads to recipient {name}." for name in settings.recipients if name not in served]
    told += [warning for name, who in settings.recipients.items() for warning in _unmeant(name, who)]
    if not settings.rules:
        told.append("there is no rule: nobody would be told.")
    elif all(_only_logs(settings, name) for name in served):
        told.append("alerts go to the log alone: add a channel in alerts.yaml to be told by chat or e-mail.")
    folder = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    if not os.access(folder, os.W_OK):
        told.append(f"this user may not write to {folder}: change its owner, or data_dir in monitor.yaml.")
    return told


def _unmeant(name: str, who: Recipient) -> list[str]:
    """What a recipient's keys come to, where that is hardly what was wanted."""
    told = []
    if who.escalate_after and len(who.channels) == 1:
        told.append(f"recipient {name} has one channel: escalate_after changes nothing.")
    if who.max_per_day is not None and not who.digest:
        told.append(f"recipient {name} has no digest: what exceeds max_per_day would be listed nowhere.")
    if who.quiet and who.quiet.break_through == "emergency":
        told.append(f"recipient {name}: critical alerts too wait for the end of the quiet hours.")
    return told


def _circles(settings: Settings, gazetteer: Gazetteer) -> list[str]:
    """Circles in which nothing lies that could be told of."""
    area = [place for place in gazetteer.places if place.area and point(place)]
    return [
        f"rule number {number}: no place of the area lies within {rule.near.km:g} km: look at lat and lon."
        for number, rule in enumerate(settings.rules, 1)
        if rule.near and not any(reaches(rule, place) for place in area)
    ]


def _only_logs(settings: Settings, recipient: str) -> bool:
    return all(settings.channels[name].kind == "log" for name in settings.recipients[recipient].channels)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
