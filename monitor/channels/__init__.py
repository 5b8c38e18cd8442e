"""Alert -> outside world. A channel takes one Message and hands it over; it decides nothing and remembers nothing.

What the channel's URL means is apprise's to say. The services that say how long to wait are sent to by modules of our
own; the other hundred, and what only apprise can do with these, go through apprise.
"""

import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from monitor.channels import apprise, ntfy, slack, telegram, webhook
from monitor.channels.apprise import AppriseChannel
from monitor.channels.limits import Use
from monitor.channels.log import LogChannel
from monitor.channels.posting import Service
from monitor.channels.secrets import Redaction
from monitor.channels.signing import Signer
from monitor.errors import DeliveryError
from monitor.records import Message, Taken
from monitor.settings import ChannelSettings


class Channel(Protocol):
    async def send(self, message: Message) -> Taken:
        """Hand the message over. Raises DeliveryError."""
        ...


@runtime_checkable
class Limited(Protocol):
    """A channel whose receiver takes only so many messages in a time."""

    uses: tuple[Use, ...]


_UNSIGNED = "its url asks for what cannot be signed: delete verify=no and renamed fields from it, or the line sign"


class _BrokenChannel:
    """A channel that the configuration leaves without its secret: it says so at every try, until somebody mends it."""

    def __init__(self, name: str, reason: str) -> None:
        self._says = f"channel {name} is down: {reason}"

    async def send(self, message: Message) -> Taken:  # noqa: ARG002
        raise DeliveryError(self._says)


def _by_url(name: str, settings: ChannelSettings, data_dir: Path, proxy: str) -> Channel:  # noqa: ARG001
    url = settings.url.get_secret_value()
    try:
        parsed = apprise.parsed(name, url)
    except DeliveryError:
        return AppriseChannel(name, url)  # says what is wrong with the URL at each send
    own = OWN.get(parsed.schema)
    if secret := settings.sign.get_secret_value():
        own = partial(webhook.channel, signer=Signer(secret, time.time))
    named_by_user = parsed.schema in {"json", "jsons", "ntfy", "ntfys"}
    service = Service(parsed.service_name, Redaction(url, parsed.url(privacy=True)), proxy, named_by_user)
    channel = own(parsed, service) if own and parsed.verify_certificate else None
    if channel is None and secret:
        return _BrokenChannel(name, _UNSIGNED)
    return channel or AppriseChannel(name, url)


def _log(name: str, settings: ChannelSettings, data_dir: Path, proxy: str) -> Channel:  # noqa: ARG001
    return LogChannel(data_dir / settings.path if settings.path else data_dir / "alerts.log")


KINDS: Mapping[str, Callable[[str, ChannelSettings, Path, str], Channel]] = {"apprise": _by_url, "log": _log}
# by the scheme of the URL; None where the URL wants what only apprise does
OWN: Mapping[str, Callable[[Any, Service], Channel | None]] = {
    "tgram": telegram.channel,
    "slack": slack.channel,
    "ntfy": ntfy.channel,
    "ntfys": ntfy.channel,
    "json": webhook.channel,
    "jsons": webhook.channel,
}


def build(name: str, settings: ChannelSettings, *, proxy: str = "", data_dir: Path) -> Channel:
    """The channel as configured. One that cannot work is built too, and says why at each send."""
    if proxy:
        _go_through(proxy)
    if settings.broken:
        return _BrokenChannel(name, settings.broken)
    return KINDS[settings.kind](name, settings, data_dir, proxy)


def uses(channel: Channel) -> tuple[Use, ...]:
    """What each message on the channel takes from; () where nobody counts."""
    return channel.uses if isinstance(channel, Limited) else ()


def problem(name: str, settings: ChannelSettings) -> str:
    """What is wrong with the channel as configured, in one sentence; "" if nothing is. Sends nothing."""
    if settings.broken:
        return f"channel {name} is down: {settings.broken}"
    if settings.kind != "apprise":
        return ""
    url = settings.url.get_secret_value()
    unsigned = settings.sign.get_secret_value() and not apprise.problem(name, url) and not _signable(name, url)
    return f"channel {name}: {_UNSIGNED}" if unsigned else apprise.problem(name, url)


def _signable(name: str, url: str) -> bool:
    parsed = apprise.parsed(name, url)
    return bool(parsed.verify_certificate) and webhook.account(parsed) is not None


def _go_through(proxy: str) -> None:
    """apprise has no setting for it, and its HTTP library asks the environment; our own client never does.

    E-mail is not HTTP: it goes to its server directly.
    """
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        os.environ[name] = proxy
