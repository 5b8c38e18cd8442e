"""The API against its own description: schemathesis asks everything that the OpenAPI document allows, and much that it
forbids, as a reader, a reviewer and an administrator. No answer may be of another kind than the document says.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from monitor.records.people import Role
from tests.attacker_support import ways
from tests.canary_support import opened
from tests.web_support import ADDRESS, Browser, Front, blank, fill, front_of

__all__ = ["blank"]  # fixture

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DOCUMENT = "/api/v1/openapi.json"
SOME = 12  # questions of an operation, of each role
THERE = {"key": "r1", "number": 1}  # what a question made up at random would hardly name
SENT = {"method", "url", "params", "json", "data", "headers"}
CHANGES = {"POST /api/v1/reports/{key}/reviews", "POST /api/v1/reports/{key}/reviews/undo"}


@pytest.fixture(scope="module")
def front(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    store = opened(blank, tmp_path_factory.mktemp("schema"))
    made = front_of(store)
    fill(made.parts)
    yield made
    store.close()


@pytest.fixture(scope="module")
def operations(front: Front) -> Sequence[Any]:
    schema = schemathesis.openapi.from_dict(front.browser().get(DOCUMENT).json())
    found: list[Any] = [each.ok() for each in schema.get_all_operations()]  # type: ignore[union-attr]  # or it raises
    return [(each, st.one_of(*(each.as_strategy(generation_mode=mode) for mode in GenerationMode))) for each in found]


def test_every_route_of_the_api_is_described(front: Front, operations: Sequence[Any]) -> None:
    routes = {f"{way.method} {way.path}" for way in ways(front.app) if way.path.startswith("/api/")}
    assert routes - {each.label for each, _ in operations} == {f"GET {DOCUMENT}"}


@pytest.mark.parametrize("role", ["reader", "reviewer", "admin"])
def test_every_answer_is_one_that_the_description_promises(front: Front, operations: Sequence[Any], role: Role) -> None:
    browser = front.browser(role)
    statuses = {each.label: asked(each, cases, browser) for each, cases in operations}
    answered = {label for label, found in statuses.items() if 200 in found}
    assert answered == statuses.keys() - (CHANGES if role == "reader" else set())
    assert all(found <= {200, 400, 404, 409} for label, found in statuses.items() if label in answered), statuses
    assert all(403 in found for label, found in statuses.items() if label not in answered), statuses


def asked(operation: Any, cases: st.SearchStrategy[Any], browser: Browser) -> set[int]:
    """The statuses of the answers to what is right, and to what is wrong; every second question is of what is there."""
    found: set[int] = set()
    token = browser.token()

    @seed(7)
    @settings(
        max_examples=SOME,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, is_known=st.booleans())
    def ask(case: Any, is_known: bool) -> None:
        if is_known:
            named(case)
        if case.headers:  # made up where the document names tokens: test_web_tokens.py has what comes of those
            case.headers.pop("Authorization", None)
        made = case.as_transport_kwargs(base_url=ADDRESS, headers={"x-csrf-token": token})
        answer = browser.request(**{name: value for name, value in made.items() if name in SENT})
        found.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    ask()
    return found


def named(case: Any) -> None:
    """Make it a question of what is there, which can be answered."""
    for name in {*(case.path_parameters or {})} & {*THERE}:
        case.path_parameters[name] = "jasim-1" if "/situations" in case.path else THERE[name]
    if case.path.endswith("/newer"):
        case.query = {"than": "0"}
    if case.path.endswith("/reviews"):
        case.body = {"verdict": "confirm"}
    if case.path.endswith("/undo"):
        case.body = {}


@pytest.mark.parametrize(
    ("path", "status"), [("nothing", 404), ("reports/none", 404), ("reports?limit=x", 400), ("alerts/x", 400)]
)
def test_errors_have_one_shape(front: Front, path: str, status: int) -> None:
    answer = front.browser("reader").get(f"/api/v1/{path}")
    assert (answer.status_code, [*answer.json()]) == (status, ["error"])
    nobody = front.browser().get(f"/api/v1/{path}")
    assert [*nobody.json()] == ["error"]
    assert [*front.browser("reader").delete(f"/api/v1/{path}").json()] == ["error"]
