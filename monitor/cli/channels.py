"""The verb that proves a channel: test-alert."""

from typing import TYPE_CHECKING

import click

from monitor.cli.context import Context

if TYPE_CHECKING:
    from monitor.records import Delivery
    from monitor.settings import Settings


@click.command("test-alert")
@click.argument("channel")
@click.pass_obj
def test_alert(context: Context, channel: str) -> None:
    """Send a message marked TEST on CHANNEL (a name in alerts.yaml), and say what came of it.

    Ask the people there whether it arrived. A channel that was off because it refused messages is on again when this
    one goes through. Exit code 0: the service took it, 1: it did not.

    Example: monitor test-alert log
    """
    import asyncio

    from monitor.channels import build
    from monitor.channels.wording import render
    from monitor.errors import ConfigError, DeliveryError

    settings = context.settings()
    if channel not in settings.channels:
        known = ", ".join(sorted(settings.channels)) or "none is there yet"
        raise ConfigError(f"alerts.yaml has no channel called {channel}; known are: {known}")
    proxy = settings.proxy.channels.get_secret_value()
    receiver = build(channel, settings.channels[channel], proxy=proxy, data_dir=settings.data_dir)
    try:
        answer = asyncio.run(receiver.send(render(delivery_of(settings, channel)))).answer
    except DeliveryError as error:
        click.echo(f"{channel}: not sent. {error}", err=True)
        raise SystemExit(1) from None
    click.echo(f"{channel}: sent{f' ({answer})' if answer else ''}. Make sure that it arrived.")
    if _put_on(settings, channel):
        click.echo(f"{channel} was off since it refused a message: it is on again, and what waited goes out.")


def _put_on(settings: "Settings", channel: str) -> bool:
    """A running monitor reads it from the row; one that never ran has none."""
    from datetime import UTC, datetime, timedelta
    from pathlib import Path

    from monitor.store import Store, channels

    file = settings.database.removeprefix("sqlite:///")
    if file != settings.database and not Path(file).exists():
        return False
    store = Store(settings.database)
    try:
        store.migrate()
        with store.write() as tx:
            now = datetime.now(UTC)
            return channels.put_on(tx, channel, now, now + timedelta(minutes=1))
    finally:
        store.close()


def delivery_of(settings: "Settings", channel: str) -> "Delivery":
    """Worded as the first recipient on this channel gets its alerts. No. 0: nothing is owed and nothing recorded."""
    from datetime import UTC, datetime

    from monitor.records import Alert, Delivery
    from monitor.settings import Recipient

    now = datetime.now(UTC)
    served = [recipient for recipient in settings.recipients.values() if channel in recipient.channels]
    reader = served[0] if served else Recipient(channels=(channel,), languages=("en", "ar"))
    alert = Alert(
        occasion=f"test:{channel}:{now.isoformat()}",
        situation="",
        kind="test",
        seen_at=now,
    )
    return Delivery(0, alert, "", channel, reader.languages, reader.zone, 1, now)
