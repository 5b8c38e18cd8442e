"""What every verb is given: the options that stand before it, and how they become Settings or an open store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.cli import log_lines

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store import Store


@dataclass(frozen=True, slots=True)
class Context:
    config: Path | None = None
    verbose: bool = False
    log: log_lines.Form = "text"

    def log_to_terminal(self) -> None:
        log_lines.begin(self.log, verbose=self.verbose)

    def settings(self) -> "Settings":
        from monitor.settings import load

        return _kept_secret(load(self.config))

    def settings_to_run(self) -> "Settings":
        """For the verbs that watch: a configuration of one's own. A channel whose ${NAME} is unset comes as broken."""
        from monitor.settings import load, refuse_packaged

        settings = _kept_secret(load(self.config, starting=True, first_start=False))
        refuse_packaged(settings)
        return settings

    @contextmanager
    def store(self) -> Iterator["Store"]:
        """The database beside a running monitor: for reading the log and adding reviews.

        It must exist: an empty log of a monitor that never ran would pass for silence.
        """
        from monitor.errors import StoreError
        from monitor.settings import refuse_packaged
        from monitor.store import Store
        from monitor.store.examining import examine

        settings = self.settings()
        if settings.database_file and not settings.database_file.exists():
            refuse_packaged(settings)
            raise StoreError(_not_yet(settings, f"there is no {settings.database_file}"))
        store = Store(settings.database)
        try:
            if not settings.database_file and examine(store, within=1.0).is_empty:
                raise StoreError(_not_yet(settings, "its database is empty"))
            store.migrate()
            yield store
        finally:
            store.close()


def _not_yet(settings: "Settings", why: str) -> str:
    return (
        f"The monitor has not run with the configuration in {settings.config_dir} yet: {why}. Start it with "
        f"`monitor --config {settings.config_dir} run`, or name another folder with --config DIR"
    )


def _kept_secret(settings: "Settings") -> "Settings":
    """From here on no line of the log shows what these settings keep secret."""
    if lines := log_lines.handlers():
        from monitor.cli.redacting import Secrets

        hide = Secrets(settings)
        for each in lines:
            each.hide = hide
    return settings
