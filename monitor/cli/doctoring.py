"""Runs the checks of `monitor doctor` beside each other, and prints what they found."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from monitor.cli import doctor_inside as inside
from monitor.cli import doctor_outside as outside
from monitor.cli.context import Context
from monitor.cli.diagnosis import Line, bounded
from monitor.cli.redacting import Secrets
from monitor.errors import ConfigError
from monitor.settings import Settings, load

_SIGNS = {"ok": "ok  ", "warn": "WARN", "bad": "BAD "}


async def examine(context: Context, *, send_test: bool) -> list[Line]:
    """In the order in which they are best read: what others rest on first."""
    strict = _configuration(context)
    try:
        settings = context.settings()
    except ConfigError:
        return strict  # there is nothing to go on with
    now = datetime.now(UTC)
    found = await asyncio.gather(
        bounded("permissions", inside.permissions(settings)),
        bounded("disk", inside.disk(settings)),
        bounded("database", inside.database(settings)),
        bounded("running", inside.running(settings, now)),
        _outside(settings, now),
        bounded("channels", inside.channels(settings, send_test=send_test)),
        bounded("model", inside.model(settings)),
        bounded("places", inside.places(settings)),
        bounded("accounts", inside.people(settings)),
        bounded("pages", outside.pages(settings)),
    )
    hide = Secrets(settings)
    lines = [each for some in ([*strict], *found) for each in some]
    return [Line(each.check, each.grade, hide(each.says), hide(each.mend)) for each in lines]


async def _outside(settings: Settings, now: datetime) -> list[Line]:
    """Clock and certificates are judged by how the feeds answered: nobody is asked twice."""
    names, answers = await asyncio.gather(
        bounded("names", outside.names(settings)),
        outside.answers_of(settings, now),
    )
    return [*outside.clock(answers), *names, *outside.tls(answers), *outside.feeds(settings, answers)]


def _configuration(context: Context) -> list[Line]:
    try:
        settings = load(context.config, starting=True)
    except ConfigError as error:
        return [Line("configuration", "bad", str(error), "correct what is named there; `monitor check` tries again")]
    told = inside.remarks(settings)
    return told or [Line("configuration", "ok", f"{settings.config_dir} is right")]


def show(lines: Sequence[Line], *, as_json: bool) -> None:
    bad, warn = (sum(each.grade == grade for each in lines) for grade in ("bad", "warn"))
    if as_json:
        found = {"well": not bad, "lines": [each.as_json() for each in lines]}
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in lines:
        click.echo(f"{_SIGNS[each.grade]}  {each.check}: {each.says}")
        if each.mend:
            click.echo(f"      {each.mend}")
    click.echo(f"{bad} bad, {warn} to look at, {len(lines) - bad - warn} well.", err=True)
