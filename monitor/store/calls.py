"""For which channels a transaction makes messages due: the driver of many machines calls their senders in it."""

from collections.abc import Callable

from monitor.store.columns import Transaction

Wake = Callable[[Transaction, frozenset[str]], None]

_OWED = "owed on"


def begin(tx: Transaction) -> None:
    """The connection may have served another transaction before."""
    tx.info[_OWED] = set()


def note(tx: Transaction, channel: str) -> None:
    tx.info.setdefault(_OWED, set()).add(channel)


def noted(tx: Transaction) -> frozenset[str]:
    return frozenset(tx.info.get(_OWED, ()))
