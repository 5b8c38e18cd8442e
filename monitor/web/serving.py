"""Serves the pages beside the watching, in the same event loop. That the port is taken stops nothing but the pages."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

log = logging.getLogger(__name__)

_ENDS_WITHIN = 3  # seconds that requests under way have after a stop
ASKS_WITHIN = 20.0  # seconds from connecting to a whole request
MOST_CONNECTIONS = 200  # each takes one of the open files (often 1,024 in all) that reading feeds and sending need


class _Patient(H11Protocol):
    """Who connects and asks nothing is hung up on, and so is who comes when all connections are taken: however many
    come, the watching goes on.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        else:
            self.loop.call_later(ASKS_WITHIN, self._hang_up_unless_asked)

    def _hang_up_unless_asked(self) -> None:
        has_asked = getattr(self, "cycle", None)  # None until then, whatever its type says
        if not has_asked and not self.transport.is_closing():
            self.transport.abort()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ctrl-C and SIGTERM are the monitor's own: it lets what is in flight finish."""
        yield


@asynccontextmanager
async def served(app: FastAPI, listen: str, trusted: Sequence[str] = ()) -> AsyncIterator[str]:
    """The address where the pages are, "" when the port is taken. `trusted`: proxies that say who really asks."""
    try:
        bound = _bound(listen)
    except OSError as error:
        log.warning(
            "no pages and no /healthz: %s cannot be listened on (%s); the monitor watches all the same. "
            "Write another `listen:` in monitor.yaml, or stop what listens there",
            listen,
            error.strerror or error,
        )
        yield ""
        return
    config = uvicorn.Config(
        app,
        http=_Patient,
        ws="none",
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=_ENDS_WITHIN,
        server_header=False,
        proxy_headers=bool(trusted),  # uvicorn would believe whoever asks from this machine
        forwarded_allow_ips=list(trusted),
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        yield f"http://{listen.rpartition(':')[0]}:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        await asyncio.wait([serving], timeout=2 * _ENDS_WITHIN)
        serving.cancel()
        bound.close()


def _bound(listen: str) -> socket.socket:
    host, _, port = listen.rpartition(":")
    family, kind, protocol, _, address = socket.getaddrinfo(
        host.strip("[]"), int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(128)
        made.setblocking(False)
    except OSError:
        made.close()
        raise
    return made
