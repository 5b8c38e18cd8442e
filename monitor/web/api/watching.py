"""What is being watched and how well, and who is asking."""

from fastapi import APIRouter, Request

from monitor import health
from monitor.records import FeedState
from monitor.settings import Feed
from monitor.store import backlog, feeds
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
        facts, findings = desk.watchdog.condition()
        with desk.parts.store.read() as tx:
            standing = backlog.feeds_by_condition(tx, facts.now, health.ASKED_WITHIN, health.READ_LATELY)
        classifier = desk.parts.classifier
        return shapes.Coverage(
            healthy=health.is_green(findings),
            findings=[
                shapes.Finding(check=each.check, says=each.says, mend=each.mend, red=each.red) for each in findings
            ],
            feeds=sum(standing.values()) - standing.get("paused", 0),
            failing=standing.get("failing", 0),
            last_read=max((each.last_read_at for each in facts.feeds if each.last_read_at), default=None),
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
