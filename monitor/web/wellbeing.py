"""/healthz, /readyz and /metrics: what other programs ask the monitor."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from monitor import health
from monitor.errors import StoreError
from monitor.watchdog import Watchdog
from monitor.web.metrics import registry_of

_WELL, _ILL = 200, 503
_MUST_RUN = frozenset({"process", "timer"})


def routes(watchdog: Watchdog) -> APIRouter:
    router, registry = APIRouter(), registry_of(watchdog)

    @router.get("/healthz")
    def healthz() -> JSONResponse:
        """Whether silence may be trusted: 200 or 503, with what is to be mended."""
        try:
            facts, findings = watchdog.condition()
        except StoreError as error:
            return JSONResponse({"healthy": False, "error": str(error)}, _ILL)
        return JSONResponse(health.as_json(facts, findings), _WELL if health.is_green(findings) else _ILL)

    @router.get("/readyz")
    def readyz() -> JSONResponse:
        """Whether the monitor has begun its work: the database answers and the timer ticks."""
        try:
            _, findings = watchdog.condition()
        except StoreError as error:
            return JSONResponse({"ready": False, "why": str(error)}, _ILL)
        stopped = [each.says for each in findings if each.check in _MUST_RUN]
        if not stopped and not watchdog.has_ticked:
            stopped = ["the timer has not begun yet"]
        return JSONResponse({"ready": not stopped, "why": "; ".join(stopped)}, _ILL if stopped else _WELL)

    @router.get("/metrics")
    def metrics() -> Response:
        """In the words of Prometheus."""
        try:
            figures = generate_latest(registry)
        except StoreError as error:
            return Response(str(error), _ILL, media_type="text/plain")
        return Response(figures, media_type=CONTENT_TYPE_LATEST)

    return router
