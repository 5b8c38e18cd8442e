"""What `monitor doctor` asks of this machine: files, disk, database, model, people. Nothing is changed."""

import os
import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path

from monitor.channels import build, problem
from monitor.channels.when import counted
from monitor.channels.wording import render
from monitor.classifier import Classifier
from monitor.cli.channels import delivery_of
from monitor.cli.diagnosis import WITHIN, Line, in_thread
from monitor.cli.setting_up import warnings
from monitor.errors import ConfigError, DeliveryError, ModelError, StoreError
from monitor.gazetteer import Gazetteer
from monitor.health import LEAST_FREE
from monitor.packaged import packaged
from monitor.pipeline.condition import condition
from monitor.settings import Settings, placed
from monitor.store import Store
from monitor.store import people as accounts
from monitor.store.examining import Examination, examine

_LITTLE = 1_000_000_000  # bytes
_OF_A_WORKER, _OF_THE_PAGES, _RESERVED = 23, 15, 3  # connections at most; the store takes 15 of them, the jobs 8
_NOT_YET = "the monitor has not run yet: `monitor run` makes what it keeps"


def remarks(settings: Settings) -> list[Line]:
    """What is no mistake in the configuration, but may not be meant."""
    return [Line("configuration", "warn", each.rstrip(".")) for each in warnings(settings)]


async def permissions(settings: Settings) -> list[Line]:
    lines = []
    for name, path in (
        ("data_dir", settings.data_dir),
        ("publish", Path(settings.publish) if settings.publish else None),
    ):
        there = path and next(each for each in (path, *path.parents) if each.exists())
        if there and not os.access(there, os.W_OK | os.X_OK):
            mend = f"change the owner of {there}, or {name} in monitor.yaml"
            lines.append(Line("permissions", "bad", f"this user may not write to {there}", mend))
    file = settings.database_file
    if file and file.exists() and not os.access(file, os.R_OK | os.W_OK):
        mend = "change its owner, or run as the user who owns it"
        lines.append(Line("permissions", "bad", f"this user may not write to {file}", mend))
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        mend = "make it a user of its own; docs/operating.md has a systemd unit that does"
        lines.append(Line("permissions", "warn", "this runs as root, which it never needs", mend))
    return lines or [Line("permissions", "ok", f"{settings.data_dir} can be written")]


async def disk(settings: Settings) -> list[Line]:
    there = next(each for each in (settings.data_dir, *settings.data_dir.parents) if each.exists())
    free = (await in_thread(lambda: shutil.disk_usage(there))).free
    says = f"{free / 1e9:.1f} GB are free on the disk of {settings.data_dir}"
    if free < LEAST_FREE:
        return [Line("disk", "bad", says, "free some space: a full disk stops the monitor")]
    if free < _LITTLE:
        return [Line("disk", "warn", says, "free some space, or set `keep:` in monitor.yaml")]
    return [Line("disk", "ok", says)]


async def database(settings: Settings) -> list[Line]:
    if _is_missing(settings):
        return [Line("database", "warn", _NOT_YET)]
    try:
        found = await in_thread(lambda: _examined(settings))
    except StoreError as error:
        return [Line("database", "bad", str(error), "`monitor run` says the same at its start")]
    lines = [Line("database", "ok", f"{found.server} answers"), *_room(found)]
    if found.is_empty:
        return [*lines, Line("database", "warn", _NOT_YET)]
    if not found.is_current:
        mend = "start the monitor, which brings them up to date; `monitor backup FILE` first"
        lines.append(Line("database", "warn", "its tables are of an older version", mend))
    if found.journal != "wal":
        mend = "put the file on a local disk: network folders cannot do this"
        lines.append(Line("database", "bad", f"its journal is {found.journal} instead of WAL", mend))
    if found.damage is None:
        mend = "the file is large; run `sqlite3 FILE 'PRAGMA quick_check'` at a quiet hour"
        lines.append(Line("database", "warn", "whether the file is whole could not be found out in time", mend))
    elif found.damage:
        mend = "stop the monitor, keep a copy of the file, and restore a backup: docs/operating.md"
        lines.append(Line("database", "bad", f"the file is damaged: {found.damage[0]}", mend))
    return lines


def _room(found: Examination) -> list[Line]:
    """How many workers a server has connections for."""
    if found.connections is None:
        return []
    workers = max(0, (found.connections - _RESERVED - _OF_THE_PAGES) // _OF_A_WORKER)
    says = f"its {found.connections} connections are enough for {workers} workers and the pages"
    mend = "where there are to be more, raise max_connections in postgresql.conf"
    return [Line("database", "ok" if workers else "warn", says, mend)]


def _examined(settings: Settings) -> Examination:
    with closing(Store(settings.database)) as store:
        return examine(store, WITHIN * 0.8)


async def running(settings: Settings, now: datetime) -> list[Line]:
    """What `monitor health` says."""
    if _is_missing(settings):
        return [Line("running", "warn", _NOT_YET)]

    def ask() -> list[Line]:
        with closing(Store(settings.database)) as store:
            _, findings = condition(store, settings, now)
        return [
            Line(f"running, {each.check}", "bad" if each.red else "warn", each.says, each.mend) for each in findings
        ]

    try:
        return await in_thread(ask) or [Line("running", "ok", "the monitor watches")]
    except StoreError:
        return []  # the check of the database has said why


async def channels(settings: Settings, *, send_test: bool) -> list[Line]:
    """Each address is taken apart as for sending; nothing is sent unless it is asked for."""
    lines = []
    for name, channel in settings.channels.items():
        mend = "correct it in alerts.yaml"
        if wrong := await in_thread(lambda name=name, channel=channel: problem(name, channel)):  # type: ignore[misc]
            lines.append(Line("channels", "bad", wrong, mend))
        elif send_test:
            lines.append(await _tried(settings, name))
        else:
            tries = f"`monitor test-alert {name}` tries it" if channel.kind != "log" else ""
            lines.append(Line("channels", "ok", f"{name} is set up", tries))
    return lines or [Line("channels", "bad", "there is none: nobody would be told", "add one in alerts.yaml")]


async def _tried(settings: Settings, name: str) -> Line:
    proxy = settings.proxy.channels.get_secret_value()
    receiver = build(name, settings.channels[name], proxy=proxy, data_dir=settings.data_dir)
    try:
        await receiver.send(render(delivery_of(settings, name)))
    except DeliveryError as error:
        return Line("channels", "bad", f"{name}: not sent. {error}", "correct it in alerts.yaml")
    return Line("channels", "ok", f"{name} took a test message", "ask the people there whether it arrived")


async def model(settings: Settings) -> list[Line]:
    """Loading asks the check sentences of the card."""
    try:
        found = await in_thread(lambda: Classifier.load(packaged(f"models/{settings.model}"), Gazetteer.load()))
    except (ModelError, ConfigError) as error:
        return [Line("model", "bad", str(error), "install the program anew, or write `model: escalation`")]
    return [Line("model", "ok", f"{found.version} loads, and judges its check sentences as its card says")]


async def places(settings: Settings) -> list[Line]:
    try:
        gazetteer = await in_thread(lambda: Gazetteer.load(settings.gazetteer))
        placed(settings, gazetteer.points)
    except ConfigError as error:
        return [Line("places", "bad", str(error), "correct what is named there; `monitor check` tries again")]
    area = sum(place.area for place in gazetteer.places)
    return [Line("places", "ok", f"{len(gazetteer.places)} places are known, {area} of them in the area")]


async def people(settings: Settings) -> list[Line]:
    if _is_missing(settings):
        return []

    def count() -> tuple[int, int]:
        with closing(Store(settings.database)) as store, store.read() as tx:
            return len(accounts.everybody(tx)), accounts.able_admins(tx)

    try:
        everybody, admins = await in_thread(count)
    except StoreError:
        return []  # the check of the database has said why
    if not admins:
        mend = "`monitor accounts link` makes the link with which somebody comes in"
        return [Line("accounts", "warn", "nobody can administer the pages", mend)]
    return [Line("accounts", "ok", f"{counted(everybody, 'account', 'en')}, {admins} can administer")]


def _is_missing(settings: Settings) -> bool:
    return bool(settings.database_file and not settings.database_file.exists())
