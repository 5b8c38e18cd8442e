"""Style and script. Their addresses carry their fingerprint, so that browsers keep them and never an old one."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, Response

from monitor.web.desk import Desk
from monitor.web.pages import STATIC, fingerprint

_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"


def routes(desk: Desk) -> APIRouter:  # noqa: ARG001  as every room has it
    router = APIRouter()
    known = {path.name: path for path in STATIC.iterdir() if path.suffix in _KINDS}

    @router.get("/static/{print_}/{name}", include_in_schema=False)
    def file(print_: str, name: str) -> Response:
        if name not in known:
            raise HTTPException(404)
        kept = _FOR_EVER if print_ == fingerprint(name) else "no-cache"
        return FileResponse(known[name], media_type=_KINDS[known[name].suffix], headers={"cache-control": kept})

    return router
