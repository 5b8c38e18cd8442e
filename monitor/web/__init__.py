"""What the monitor shows to browsers and programs: create_app makes it, serving.py serves it beside the watching."""

from fastapi import FastAPI

from monitor.watchdog import Watchdog
from monitor.web import wellbeing

__all__ = ["create_app"]


def create_app(watchdog: Watchdog) -> FastAPI:
    """`watchdog` knows the parts of the running monitor, and how it fares. Each room adds its own routes."""
    app = FastAPI(title="Escalation monitor", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(wellbeing.routes(watchdog))
    return app
