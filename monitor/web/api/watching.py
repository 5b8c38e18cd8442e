"""What is being watched and how well, and who is asking."""

from fastapi import APIRouter, Request

from monitor import health
from monitor.records import FeedState
from monitor.settings import Feed
from monitor.store import feeds
from monitor.web.api import shapes
from monitor.web.desk import Desk
from monitor.web.guards import Reader


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["watching"])
    configured = {feed.name: feed for feed in desk.parts.settings.feeds}

    @router.get("/feeds")
    def listed(_: Reader) -> shapes.PageOf[shapes.Feed]:
        """All feeds, by name; without their addresses, which may hold keys."""
        with desk.parts.store.read() as tx:
            found = feeds.states(tx)
        return shapes.PageOf(items=[_feed(each, configured.get(each.name)) for each in found])

    @router.get("/coverage")
    def coverage(_: Reader) -> shapes.Coverage:
        """Whether silence may be trusted, and what is to be mended."""
        facts, findings = desk.watchdog.condition("feeds")
        polled = [each for each in facts.feeds if not each.paused]
        classifier = desk.parts.classifier
        return shapes.Coverage(
            healthy=health.is_green(findings),
            findings=[
                shapes.Finding(check=each.check, says=each.says, mend=each.mend, red=each.red) for each in findings
            ],
            feeds=len(polled),
            failing=sum(bool(each.failures) for each in polled),
            last_read=max((each.last_read_at for each in polled if each.last_read_at), default=None),
            model=f"{classifier.name}@{classifier.version}",
        )

    @router.get("/me")
    def me(request: Request, person: Reader) -> shapes.Me:
        return shapes.Me(name=person.name, role=person.role, language=desk.language(request, person))

    return router


def _feed(state: FeedState, known: Feed | None) -> shapes.Feed:
    return shapes.Feed(
        name=state.name,
        outlet=known.outlet if known else state.name,
        language=known.language if known else "",
        paused=state.paused,
        first_read=state.first_read_at,
        last_read=state.last_read_at,
        last_new=state.last_new_at,
        next_poll=state.due_at,
        failures=state.failures,
        error=state.error,
        note=state.note,
    )
