"""Programs that ask with a token: what the tests of tokens share."""

import base64
from typing import Any

import httpx

from monitor.pipeline import people, tokens
from monitor.pipeline.tokens import Wish
from monitor.records.people import Person, Role
from tests.web_support import PASSWORD, PASSWORDS, Browser, Front

FILES = ("/export.csv", "/export.hxl.csv", "/export.jsonl", "/export.geojson", "/flagged.atom")


def token_of(front: Front, owner: Role = "reader", may: Role = "reader", **wish: Any) -> str:
    front.session(owner)
    door = people.Door(front.parts.store, PASSWORDS, "127.0.0.1", front.clock())
    return tokens.make(door, Person(owner, owner), Wish(wish.pop("name", "feed reader"), may, **wish), PASSWORD)


def program(front: Front) -> Browser:
    """Says nothing of itself that browsers do."""
    made = front.browser()
    del made.headers["sec-fetch-site"]
    return made


def asked(front: Front, token: str, path: str = "/api/v1/me", method: str = "GET", **more: Any) -> httpx.Response:
    """By a program that sends the token as Bearer."""
    answer: httpx.Response = program(front).request(method, path, headers={"authorization": f"Bearer {token}"}, **more)
    return answer


def basic(token: str, user: str = "anybody") -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()}
