"""The API: its lists go on where they stopped, what is not understood is said, and nobody is told an address."""

import json
import random
from typing import Any

import pytest

from monitor.store import reports
from monitor.store import situations as ledger
from tests.examples import assessment, report
from tests.store_support import situation
from tests.web_support import Browser, Front, blank, front

__all__ = ["blank", "front"]  # fixtures


def whole(browser: Browser, path: str) -> list[dict[str, Any]]:
    """All pages of a list."""
    found, after = [], ""
    for _ in range(100):
        page = browser.get(f"/api/v1/{path}{'&' if '?' in path else '?'}limit=2{after}").json()
        found += page["items"]
        if page["next"] is None:
            return found
        assert len(page["items"]) == 2
        after = f"&before={page['next']}"
    raise AssertionError("the list has no end")


def test_every_list_goes_on_where_its_page_stopped(front: Front) -> None:
    with front.parts.store.write() as tx:
        for number in range(5):
            key = f"n{number}"
            reports.add(tx, report(key, entry_key=key), assessment("siege", key=key))
            ledger.save(tx, situation("nawa", number + 1))
    browser = front.browser("reader")
    lines = whole(browser, "reports")
    assert len({each["key"] for each in lines}) == len(lines) == 8
    assert [each["seen"] for each in lines] == sorted((each["seen"] for each in lines), reverse=True)
    assert [each["key"] for each in whole(browser, "reports?state=flagged&place=jasim&q=roads")][-1] == "r1"
    assert len({each["key"] for each in whole(browser, "situations?open=true")}) == 6
    assert [each["number"] for each in whole(browser, "alerts")] == [1]
    deliveries = whole(browser, "deliveries")
    assert [each["number"] for each in deliveries] == sorted((each["number"] for each in deliveries), reverse=True)
    assert len(deliveries) == 3


def test_one_of_each_thing_is_told_whole(front: Front) -> None:
    browser = front.browser("reader")
    one = browser.get("/api/v1/reports/r1").json()
    assert (one["title"], one["situation"], one["assessment"]["types"]) == (
        "Army closes roads into Jasim",
        "jasim-1",
        ["siege"],
    )
    assert {each["recipient"] for each in one["deliveries"]} == {"desk", "family"}
    assert browser.get("/api/v1/situations/jasim-1").json()["place"]["arabic"] == "جاسم"
    assert browser.get("/api/v1/alerts/1").json()["report"] == "r1"
    assert browser.get("/api/v1/me").json() == {"name": "reader", "role": "reader", "language": "en"}
    assert browser.get("/api/v1/coverage").json()["healthy"] is False
    assert browser.get("/api/v1/feeds").json()["items"] == []
    for path in ("reports/r", "reports/nope", "situations/nope", "alerts/99"):
        answer = browser.get(f"/api/v1/{path}")
        assert answer.status_code == 404
        assert answer.json()["error"]


def test_nobody_is_let_in_without_a_session(front: Front) -> None:
    described = front.browser().get("/api/v1/openapi.json").json()
    for path, methods in described["paths"].items():
        for method in methods:
            answer = front.browser().request(method, path.replace("{key}", "r1").replace("{number}", "1"))
            assert answer.status_code in {401, 403}, path
            assert "r1" not in answer.text
    for path in ("/export.csv", "/flagged.atom", "/"):
        assert front.browser().get(path).status_code == 303


BAD = [
    *("reports?before=xyz", "reports?before=-1", f"reports?before={'f' * 16}", "reports?before=%00", "reports?limit=0"),
    *("reports?limit=999999999999999999999", "reports?type=riot", "reports?place=Atlantis", "reports?since=31.12.2025"),
    *("reports?until=0001-01-01", "reports?q=" + "x" * 300, "reports/newer", "reports/newer?than=zz", "alerts/-1"),
    *("situations?before=%F0%9F", "situations?before=MTIz", "alerts/99999999999999999999999", "deliveries?alert=x"),
    *("deliveries?before=" + "9" * 300, "reports?state=clear", "reports?language=english", "reports?q=%00"),
]


def test_what_is_not_understood_is_said_and_breaks_nothing(front: Front) -> None:
    browser = front.browser("reader")
    for path in BAD:
        answer = browser.get(f"/api/v1/{path}")
        assert answer.status_code == 400, (path, answer.status_code)
        assert answer.json()["error"], path


def test_whatever_is_asked_the_server_does_not_stumble(front: Front) -> None:
    dice, browser = random.Random(3), front.browser("reader")
    odd = [
        "",
        "\x00",
        "\ud800",
        "𝒳" * 50,
        "-1",
        "1e999",
        "9" * 40,
        "' OR 1=1",
        "../../etc",
        "[]",
        "null",
        "2026-13-45",
        "*",
    ]
    names = ("q", "place", "type", "before", "limit", "since", "until", "outlet", "language", "than", "review", "open")
    for _ in range(120):
        asked = {name: dice.choice(odd).encode("utf-8", "surrogatepass") for name in dice.sample(names, 3)}
        path = dice.choice(
            ("reports", "reports/newer", "situations", "alerts", "deliveries", "reports/%ED%A0%80", "reports/%00")
        )
        assert browser.get(f"/api/v1/{path}", params=asked).status_code < 500, (path, asked)


def test_the_description_is_whole_and_lists_only_the_api(front: Front) -> None:
    described = front.browser().get("/api/v1/openapi.json").json()
    assert all(path.startswith("/api/v1/") for path in described["paths"])
    assert {"/api/v1/reports", "/api/v1/reports/{key}", "/api/v1/situations", "/api/v1/coverage"} <= described[
        "paths"
    ].keys()
    text = json.dumps(described)
    assert "HTTPValidationError" not in text
    for reference in text.split('"$ref": "#/components/schemas/')[1:]:
        assert reference.partition('"')[0] in described["components"]["schemas"]


@pytest.mark.parametrize("path", ["/api/v1/deliveries", "/api/v1/reports/r1", "/api/v1/feeds", "/api/v1/alerts"])
def test_no_address_of_a_recipient_or_feed_is_told(front: Front, path: str) -> None:
    text = front.browser("admin").get(path).text
    assert "https://example.org/feed" not in text
