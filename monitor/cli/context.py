"""What every verb is given: the options that stand before it, and how they become Settings or an open store."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store import Store


class _ToStderr(logging.Handler):
    """Writes to what stands for stderr at the moment: while a progress bar is shown, lines go above it."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except (OSError, ValueError):  # the terminal is gone; watching goes on
            self.handleError(record)


@dataclass(frozen=True, slots=True)
class Context:
    config: Path | None = None
    verbose: bool = False

    def log_to_terminal(self) -> None:
        """Log lines on stderr, so that stdout stays data. Libraries only from WARNING on."""
        handler = _ToStderr()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))
        logging.basicConfig(handlers=[handler], level=logging.WARNING)
        logging.getLogger("monitor").setLevel(logging.DEBUG if self.verbose else logging.INFO)

    def settings(self) -> "Settings":
        from monitor.settings import load

        return load(self.config)

    def settings_to_run(self) -> "Settings":
        """For the verbs that watch: a configuration of one's own. A channel whose ${NAME} is unset comes as broken."""
        from monitor.settings import load, refuse_packaged

        settings = load(self.config, starting=True, first_start=False)
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

        settings = self.settings()
        if settings.database_file and not settings.database_file.exists():
            refuse_packaged(settings)
            raise StoreError(
                f"The monitor has not run with the configuration in {settings.config_dir} yet: there is no "
                f"{settings.database_file}. Start it with `monitor run`, or name another folder with --config DIR"
            )
        store = Store(settings.database)
        try:
            store.migrate()
            yield store
        finally:
            store.close()
