"""What the verb of the pages does, beside machines that work."""

from monitor.cli.watching import stop_asked_for, tell_how_to_enter
from monitor.errors import ConfigError, StoreError
from monitor.service import open_service
from monitor.settings import Settings
from monitor.settings.values import listening
from monitor.watchdog import Watchdog
from monitor.web import create_app
from monitor.web.serving import served


def listening_at(settings: Settings, listen: str | None) -> Settings:
    """`listen`: within a container another address than outside it; None for that of monitor.yaml."""
    if listen is None:
        return settings
    try:
        return settings.model_copy(update={"listen": listening(listen)})
    except ValueError as error:
        raise ConfigError(f"--listen {error}") from None


async def show_pages(settings: Settings) -> None:
    """Until SIGTERM or Ctrl-C."""
    stop = stop_asked_for()
    async with open_service(settings) as parts:
        app = create_app(Watchdog(parts, works=False))
        async with served(app, settings.listen, settings.trusted_proxies) as at:
            if not at:
                raise StoreError(f"the pages have no address: {settings.listen} is taken, see above")
            tell_how_to_enter(parts, at)
            await stop.wait()
