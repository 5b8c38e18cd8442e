"""Alert -> outside world. A channel takes one Message and hands it over; it decides nothing and remembers nothing."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from monitor.channels import apprise
from monitor.channels.apprise import AppriseChannel
from monitor.channels.log import LogChannel
from monitor.errors import DeliveryError
from monitor.records import Message
from monitor.settings import ChannelSettings


class Channel(Protocol):
    async def send(self, message: Message) -> str:
        """Hand the message over; the receiver's answer in one line. Raises DeliveryError."""
        ...


class _BrokenChannel:
    """A channel that the configuration leaves without its secret: it says so at every try, until somebody mends it."""

    def __init__(self, name: str, reason: str) -> None:
        self._says = f"channel {name} is down: {reason}"

    async def send(self, message: Message) -> str:  # noqa: ARG002
        raise DeliveryError(self._says)


def _apprise(name: str, settings: ChannelSettings, data_dir: Path) -> Channel:  # noqa: ARG001
    return AppriseChannel(name, settings.url.get_secret_value())


def _log(name: str, settings: ChannelSettings, data_dir: Path) -> Channel:  # noqa: ARG001
    return LogChannel(data_dir / settings.path if settings.path else data_dir / "alerts.log")


KINDS: dict[str, Callable[[str, ChannelSettings, Path], Channel]] = {"apprise": _apprise, "log": _log}


def build(name: str, settings: ChannelSettings, *, proxy: str = "", data_dir: Path) -> Channel:
    """The channel as configured. One that cannot work is built too, and says why at each send."""
    if proxy:
        _go_through(proxy)
    if settings.broken:
        return _BrokenChannel(name, settings.broken)
    return KINDS[settings.kind](name, settings, data_dir)


def problem(name: str, settings: ChannelSettings) -> str:
    """What is wrong with the channel as configured, in one sentence; "" if nothing is. Sends nothing."""
    if settings.broken:
        return f"channel {name} is down: {settings.broken}"
    return apprise.problem(name, settings.url.get_secret_value()) if settings.kind == "apprise" else ""


def _go_through(proxy: str) -> None:
    """apprise has no setting for it and its HTTP library asks the environment; no other part of the monitor does.

    E-mail is not HTTP: it goes to its server directly.
    """
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        os.environ[name] = proxy
