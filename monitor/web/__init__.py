"""What the monitor shows to browsers and programs: create_app makes it, serving.py serves it beside the watching."""

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from monitor.pipeline.passwords import Passwords
from monitor.watchdog import Watchdog
from monitor.web import (
    accounts,
    acknowledging,
    api,
    coverage,
    entering,
    exporting,
    files,
    log,
    me,
    models,
    problems,
    report,
    reviewing,
    silences,
    situations,
    wellbeing,
)
from monitor.web.desk import Desk
from monitor.web.guards import unforged
from monitor.web.headers import Doorkeeper
from monitor.web.pages import Pages

__all__ = ["create_app"]

ROOMS = (
    log,
    exporting,
    api,
    entering,
    accounts,
    me,
    acknowledging,
    report,
    reviewing,
    situations,
    silences,
    coverage,
    models,
    files,
)  # each has routes(desk) -> APIRouter


def create_app(watchdog: Watchdog, passwords: Passwords | None = None) -> FastAPI:
    """`watchdog` knows the parts of the running monitor, and how it fares. Each room adds its own routes."""
    app = FastAPI(
        title="Escalation monitor", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(unforged)]
    )
    desk = Desk(watchdog, Pages(watchdog.parts.classifier.gazetteer.place), passwords or Passwords())
    app.state.desk = desk
    app.include_router(wellbeing.routes(watchdog))
    for room in ROOMS:
        app.include_router(room.routes(desk))
    problems.install(app, desk)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=6)  # forms' tokens are masked: see forgery
    app.add_middleware(Doorkeeper, settings=watchdog.parts.settings)
    return app
