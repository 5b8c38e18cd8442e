"""Promote a candidate model, or go back to the one before: what the verb and the page call. The rows decide; a running
monitor notices within a second.
"""

from collections.abc import Sequence
from datetime import datetime

from monitor.errors import ModelError
from monitor.pipeline.serving import opened
from monitor.records.learning import Candidate, Change
from monitor.settings import Settings
from monitor.store import Store, Transaction, models

SHIPPED = "shipped"  # how the model that came with the program is called


def keep(store: Store, candidate: Candidate) -> None:
    """Note a candidate as it was measured."""
    with store.write() as tx:
        models.add(tx, candidate)


def promote(store: Store, settings: Settings, version: str, by: str, reason: str, now: datetime) -> Change:
    """Let a candidate serve. ModelError, with the reason in words, when it may not."""
    name = settings.model
    with store.read() as tx:
        candidate = _known(tx, name, version)
    opened(settings, candidate)  # the files may have changed since; slow, so outside the transaction that writes
    with store.write() as tx:
        models.lock(tx, name)
        if refusal := refused(candidate, models.serving(tx, name)):
            raise ModelError(refusal)
        change = Change(name, "promote", candidate.version, now, by, reason)
        models.change(tx, change)
    return change


def roll_back(
    store: Store, settings: Settings, by: str, reason: str, now: datetime, serving: str | None = None
) -> Change:
    """Let the model serve again that served before the last promotion that stands.

    `serving`: what whoever asks for it saw serving; ModelError if something else serves by now.
    """
    name = settings.model
    with store.write() as tx:
        models.lock(tx, name)
        standing = stack(models.history(tx, name))
        if serving is not None and serving != (standing[-1] if standing else ""):
            raise ModelError("Another model serves by now: look at the page again before you roll back.")
        if not standing:
            raise ModelError("The model that came with the program serves: there is none before it.")
        change = Change(name, "rollback", standing[-2] if len(standing) > 1 else "", now, by, reason)
        models.change(tx, change)
    return change


def refused(candidate: Candidate, serving: str) -> str:
    """Why this candidate may not serve now; "" when it may."""
    called = f"{candidate.name}@{candidate.version}"
    if candidate.version == serving:
        return f"{called} serves already."
    if not candidate.passed:
        return f"{called} was measured and refused: {' '.join(candidate.reasons)}"
    if candidate.beside != serving:
        return (
            f"{called} was measured beside {candidate.beside or SHIPPED}, but {serving or SHIPPED} serves by now: run "
            "`monitor train --with-reviews` again."
        )
    return ""


def stack(history: Sequence[Change]) -> tuple[str, ...]:
    """The promotions that stand, the serving one last."""
    standing: list[str] = []
    for each in history:
        if each.kind == "promote":
            standing.append(each.version)
        elif standing:
            standing.pop()
    return tuple(standing)


def _known(tx: Transaction, name: str, version: str) -> Candidate:
    """The candidate of this version, or the only one whose version begins so."""
    known = models.candidates(tx, name)
    begins = [each for each in known if version and each.version.startswith(version)]
    if len(begins) != 1:
        told = ", ".join(each.version for each in known) or "none so far"
        raise ModelError(f"There is not one candidate of {name} called {version or 'so'}, but: {told}.")
    return begins[0]
