"""What every verb is given: the options that stand before it, and how they become Settings or an open store."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store import Store


@dataclass(frozen=True, slots=True)
class Context:
    config: Path | None = None
    verbose: bool = False

    def log_to_terminal(self) -> None:
        """Log lines on stderr, so that stdout stays data. Libraries only from WARNING on."""
        logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", datefmt="%H:%M:%S", level=logging.WARNING)
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
        """The database beside a running monitor: for reading the log and adding reviews. It must exist."""
        from monitor.store import Store

        store = Store(self.settings().database)
        try:
            store.migrate()
            yield store
        finally:
            store.close()
