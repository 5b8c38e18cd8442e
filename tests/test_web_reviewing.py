"""Reviews by forms and by programs, the queue and the audit, through the real app."""

import re
from dataclasses import replace
from datetime import timedelta

from monitor.drawing import STRATA
from monitor.pipeline.sampling import draw_samples
from monitor.records import Review, Sighting
from monitor.store import reports, situations, tellings
from tests.canary_support import blank
from tests.examples import NOON, assessment, report, sighting
from tests.report_page_support import fields, front, reviewer, said
from tests.web_support import Browser, Front

__all__ = ["blank", "front", "reviewer"]


def test_a_verdict_with_its_reason_and_the_right_value_is_kept_and_undone(front: Front, reviewer: Browser) -> None:
    given = fields(reviewer.get("/reports/r1").text) | {
        "verdict": "wrong_place", "reason": "other_town", "note": " أظنها نوى ", "place": "نوى", "types": "siege",
    }  # fmt: skip
    answer = reviewer.post("/reports/r1/reviews", data=given)
    assert (answer.status_code, answer.headers["location"]) == (303, "/reports/r1")
    [kept] = said(front.parts.store)
    expected = Review("r1", "wrong_place", "أظنها نوى", "reviewer", NOON + timedelta(hours=3), "other_town", (), "nawa")
    assert kept == expected
    page = reviewer.get("/reports/r1").text
    assert "another town or quarter" in page
    assert "Nawa" in page
    undone = reviewer.do("/reports/r1/reviews/undo", {"seen": str(kept.number)})
    assert undone.status_code == 303
    assert [each.revokes for each in said(front.parts.store)] == [0, kept.number]
    again = reviewer.do("/reports/r1/reviews/undo", {"seen": str(kept.number + 1)})
    assert (again.status_code, "There is no review to undo" in again.text) == (409, True)


def test_who_comes_second_sees_what_the_first_one_said_and_may_repeat(front: Front, reviewer: Browser) -> None:
    other = front.browser("admin")
    mine, theirs = (fields(each.get("/reports/r1").text) for each in (reviewer, other))
    assert (
        other.post("/reports/r1/reviews", data=theirs | {"verdict": "confirm", "note": "I was there"}).status_code
        == 303
    )
    late = reviewer.post("/reports/r1/reviews", data=mine | {"verdict": "false_alarm", "note": "an old story"})
    assert late.status_code == 409
    assert "Somebody else was faster" in late.text
    assert "I was there" in late.text
    assert "an old story</textarea>" in late.text
    assert [each.verdict for each in said(front.parts.store)] == ["confirm"]
    repeated = reviewer.post("/reports/r1/reviews", data=fields(late.text) | {"verdict": "false_alarm"})
    assert repeated.status_code == 303
    assert [each.verdict for each in said(front.parts.store)] == ["confirm", "false_alarm"]


def test_what_does_not_fit_is_said_and_nothing_is_written(front: Front, reviewer: Browser) -> None:
    csrf = reviewer.token()
    for given, says in (
        ({"verdict": "confirm", "reason": "past"}, "This reason belongs to another verdict"),
        ({"verdict": "wrong_place", "place": "Atlantis"}, "The gazetteer knows no such place"),
        ({"verdict": "duplicate", "duplicate_of": "zzz"}, "There is no report with the key"),
        ({"verdict": "duplicate", "duplicate_of": "r1"}, "cannot be a duplicate of itself"),
        ({"verdict": "splendid"}, "could not be understood"),
    ):
        answer = reviewer.post("/reports/r1/reviews", data=given | {"csrf": csrf})
        assert (answer.status_code, says in answer.text) == (400, True)
    assert said(front.parts.store) == []


def test_only_reviewers_review_and_only_from_a_page_of_ours(front: Front, reviewer: Browser) -> None:
    assert front.browser("reader").do("/reports/r1/reviews", {"verdict": "confirm"}).status_code == 403
    assert reviewer.post("/reports/r1/reviews", data={"verdict": "confirm"}).status_code == 403
    assert front.browser("reader").get("/queue").status_code == 403
    assert front.browser().get("/reports/r1").status_code == 303
    assert reviewer.get("/reports/nothing").status_code == 404
    assert reviewer.do("/reports/nothing/reviews", {"verdict": "confirm"}).status_code == 404
    assert said(front.parts.store) == []


def test_the_queue_leads_from_one_report_to_the_next_and_back(front: Front, reviewer: Browser) -> None:
    page = reviewer.get("/queue").text
    assert page.index("/reports/r1?from=queue") < page.index("/reports/r3?from=queue")
    assert "r2?from" not in page  # a copy
    given = fields(reviewer.get("/reports/r1?from=queue").text) | {"verdict": "confirm"}
    answer = reviewer.post("/reports/r1/reviews", data=given)
    assert answer.headers["location"] == "/reports/r3?from=queue&was=r1.1"
    following = reviewer.get(answer.headers["location"]).text
    assert "Noted: Confirm." in following
    assert 'action="/reports/r1/reviews/undo"' in following
    assert (
        reviewer.do("/reports/r1/reviews/undo", {"seen": "1", "queue": "yes"}).headers["location"]
        == "/reports/r1?from=queue"
    )
    assert reviewer.get("/reports/r1/next").headers["location"] == "/reports/r3?from=queue"
    assert reviewer.get("/reports/r3/next").headers["location"] == "/queue"


def test_a_drawn_report_hides_what_the_model_thought_until_it_is_answered(front: Front, reviewer: Browser) -> None:
    store = front.parts.store
    with store.write() as tx:
        for number in range(9):
            key = f"s{number}"
            seen: tuple[Sighting, ...] = (sighting("siege", "Quiet reigns.", counts=False, state="denied"),)
            kept = replace(assessment(key=key, sightings=seen), probability=0.4321)
            reports.add(tx, report(key, entry_key=key, text="Quiet reigns. " + key), kept)
    draw_samples(store, NOON + timedelta(days=1))
    front.clock.now = NOON + timedelta(days=1)
    page = reviewer.get("/queue").text
    keys = re.findall(r"/reports/(s\d)\?from=queue", page)
    assert len(keys) == STRATA["near"][1]
    hidden = reviewer.get(f"/reports/{keys[0]}?from=queue").text
    assert "drawn at random" in hidden
    for word in ("0.43", "evidence-1", "Words that weighed most", "Why it was not flagged", "Model:"):
        assert word not in hidden
    assert re.findall(r'name="verdict" value="(\w+)"', hidden) == ["confirm", "false_alarm", "not_current", "unsure"]
    assert "It reports none" in hidden
    answer = reviewer.post(f"/reports/{keys[0]}/reviews", data=fields(hidden, keys[0]) | {"verdict": "false_alarm"})
    assert answer.status_code == 303
    assert "0.43" in reviewer.get(f"/reports/{keys[0]}").text
    audit = reviewer.get("/audit").text
    assert "The sample is too small to say" in audit
    assert "1 of 10 reports" in audit


def test_what_a_review_did_is_said(front: Front, reviewer: Browser) -> None:
    for key in ("r1", "r2"):
        given = fields(reviewer.get(f"/reports/{key}").text, key) | {"verdict": "false_alarm"}
        reviewer.post(f"/reports/{key}/reviews", data=given)
    with front.parts.store.read() as tx:
        home = situations.of_report(tx, "r1")
        assert home
        assert home.closed_at
        assert tellings.all_of(tx, home.key)
    reviewer.do("/reports/r1/reviews/undo", {"seen": "1"})
    page = reviewer.get("/reports/r1").text
    assert "The situation is open again." in page
    assert "Corrections that had not gone out are withdrawn: 1." in page


def test_programs_review_as_people_do(front: Front, reviewer: Browser) -> None:
    headers = {"x-csrf-token": reviewer.token()}
    wrong = {"verdict": "wrong_type", "types": ["reinforcements"], "reason": "other_event", "seen": 0}
    done = reviewer.post("/api/v1/reports/r1/reviews", json=wrong, headers=headers)
    elsewhere: dict[str, list[str]] = {"closed_too": [], "reopened_too": []}
    assert done.json() == {"number": 1, "messages": 1, "withdrawn": 0, "closed": None, "reopened": None} | elsewhere
    late = reviewer.post("/api/v1/reports/r1/reviews", json={"verdict": "confirm", "seen": 0}, headers=headers)
    assert (late.status_code, late.json()["newer"]["verdict"]) == (409, "wrong_type")
    undone = reviewer.post("/api/v1/reports/r1/reviews/undo", json={"seen": 1}, headers=headers)
    assert undone.json() == {"number": 2, "messages": 0, "withdrawn": 1, "closed": None, "reopened": None} | elsewhere
    for path, body, status in (
        ("r1/reviews/undo", {}, 400),
        ("r1/reviews", {"verdict": "confirm", "reason": "past"}, 400),
        ("r1/reviews", {"verdict": "grand"}, 400),
        ("r/reviews", {"verdict": "confirm"}, 404),
    ):
        answer = reviewer.post(f"/api/v1/reports/{path}", json=body, headers=headers)
        assert (answer.status_code, "error" in answer.json()) == (status, True)
    reader = front.browser("reader")
    refused = reader.post("/api/v1/reports/r1/reviews", json=wrong, headers={"x-csrf-token": reader.token()})
    assert refused.status_code == 403
    assert [each.verdict for each in said(front.parts.store)] == ["wrong_type", "wrong_type"]
