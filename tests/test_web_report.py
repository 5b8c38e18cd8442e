"""The report page, reviews by forms, the queue and the audit, through the real app."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.drawing import STRATA
from monitor.pipeline.sampling import draw_samples
from monitor.records import Review, Sighting
from monitor.store import Store, reports, reviews, situations, tellings
from monitor.web.marking import pieces
from tests.canary_support import blank, opened
from tests.examples import JASIM, NOON, assessment, report, sighting
from tests.ledger_support import Desk, own_words, place
from tests.store_support import add_report
from tests.web_support import Browser, Front, front_of

__all__ = ["blank"]

TEXT = "حاصرت القوات مدينة جاسم صباح اليوم وأغلقت مداخلها.\n\nوقال الأهالي إن الخبز شحيح."
SENTENCE = "حاصرت القوات مدينة جاسم صباح اليوم وأغلقت مداخلها."


@pytest.fixture
def front(blank: Path, tmp_path: Path) -> Iterator[Front]:
    """r1 and its copy r2 alarm at Jasim; r3 is uncertain."""
    store = opened(blank, tmp_path)
    made = front_of(store)
    desk = Desk(store)
    desk.tell(0, "siege", text="Army units closed all roads into Jasim. " + "bread " * 40)
    desk.tell(1, "siege", by="beta", text="Army units closed all roads into Jasim. " + "bread " * 40)
    desk.tell(2, state="uncertain", places=())
    made.clock.now = NOON + timedelta(hours=3)
    yield made
    store.close()


@pytest.fixture
def reviewer(front: Front) -> Browser:
    return front.browser("reviewer")


def fields(page: str, key: str = "r1") -> dict[str, str]:
    """The hidden fields of the form of a review."""
    form = page.partition(f'action="/reports/{key}/reviews"')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def said(store: Store, key: str = "r1") -> list[Review]:
    with store.read() as tx:
        return reviews.of_report(tx, key)


def test_of_a_report_that_was_not_judged_the_page_says_so_and_no_probability(front: Front) -> None:
    with front.parts.store.write() as tx:
        for key, state in (("fa1", "not_covered"), ("bad1", "error")):
            made = assessment("siege", key=key, state=state, types=(), probability=0.0, sightings=(), places=())
            reports.add(tx, report(key, entry_key=key), made)
    for language, unread, broken in (
        ("en", "Language not read.", "Could not be read."),
        ("ar", "لغة لا تُقرأ.", "تعذرت قراءته."),
    ):
        browser = front.browser("reader", language=language)
        assert unread in browser.get("/reports/fa1").text
        assert broken in browser.get("/reports/bad1").text
        assert "0.00" not in browser.get("/reports/bad1").text + browser.get("/reports/fa1").text


def test_the_page_marks_the_evidence_and_says_why(front: Front) -> None:
    start = TEXT.index("حاصرت")
    seen = sighting("siege", SENTENCE, start=start, end=start + len(SENTENCE), words=(("حاصر", 2.5), ("خبز", -0.4)))
    held = sighting("agreement", "شحيح", counts=False, state="denied", start=len(TEXT) - 5, end=len(TEXT), place=None)
    with front.parts.store.write() as tx:
        made = report(
            "ar1", title="<b>حصار</b> جاسم", text=TEXT, language="ar", entry_key="ar1", url="javascript:alert(1)"
        )
        reports.add(tx, made, assessment("siege", key="ar1", sightings=(seen, held)))
    page = front.browser("reader").get("/reports/ar1").text
    assert f'<mark class="counts">{SENTENCE}</mark>' in page
    assert '<mark class="held">' in page
    assert "&lt;b&gt;حصار&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "javascript:" not in page
    assert "+2.5" in page
    assert "-0.4" in page
    assert 'lang="ar" dir="auto"' in page
    assert "Clear match" in page
    assert "review-form" not in page  # a reader looks on
    arabic = front.browser("reader", language="ar").get("/reports/ar1").text
    assert "تطابق واضح" in arabic


def test_the_page_names_the_situation_the_copies_older_wordings_and_whom_it_reached(
    front: Front, reviewer: Browser
) -> None:
    page = reviewer.get("/reports/r1").text
    assert 'href="/situations/jasim-1"' in page
    assert 'href="/reports/r2"' in page
    assert "Copies and translations" in page
    assert re.search(r"<bdi>desk</bdi></td><td><bdi>log</bdi>", page)
    assert "waits to be sent" in page
    assert 'rel="noreferrer noopener external"' in page
    assert "sent to nobody" in reviewer.get("/reports/r3").text

    with front.parts.store.write() as tx:
        row = reports.get(tx, "r3")
        assert row
        reports.revise(tx, replace(row.report, revision=2, text="Other words altogether."), row.assessment)
    page = reviewer.get("/reports/r3").text
    assert "Older wordings" in page
    assert row.report.text.split()[0] in page


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


def test_a_page_says_what_became_of_the_report_that_it_repeats(front: Front, reviewer: Browser) -> None:
    other = report("n1", hours=2, feed="gamma", url="https://gamma.example/n1", title="Siege of Nawa", entry_key="n1")
    Desk(front.parts.store).read(replace(other, text=own_words(9)), assessment("siege", place=place("nawa"), key="n1"))
    reviewer.do("/reports/n1/reviews", {"verdict": "duplicate", "duplicate_of": "r1", "seen": "0"})
    reviewer.do("/reports/r1/reviews", {"verdict": "false_alarm", "seen": "0"})
    said_so = reviewer.get("/reports/r1").text
    assert "nawa-1, where a duplicate of it stands, is closed too" in said_so
    assert "messages: 2." in said_so
    assert 'of a report that was judged: <strong class="verdict false_alarm">' in reviewer.get("/reports/n1").text
    reviewer.headers["accept-language"] = "ar"
    reviewer.do("/reports/r1/reviews/undo", {"seen": "2"})
    assert "فُتحت من جديد أيضًا الحالة nawa-1" in reviewer.get("/reports/r1").text


def test_of_many_companions_the_latest_are_shown_and_all_are_counted(front: Front) -> None:
    with front.parts.store.write() as tx:
        mine = next(each for each in tellings.all_of(tx, "jasim-1") if each.report_key == "r1")
        for number in range(31):
            key, at = f"x{number}", NOON + timedelta(hours=2, minutes=number)
            add_report(tx, key, title="" if number == 30 else f"Copy {number}", entry_key=key)
            situations.link(tx, key, "jasim-1", "repeat", "", ())
            tellings.keep(tx, replace(mine, report_key=key, copy_of="r1", at=at))
    page = front.browser("reader").get("/reports/r1").text
    assert "Copies and translations (32)" in page  # r2 is one of them
    assert "The latest 30 of them." in page
    assert 'href="/situations/jasim-1#reports"' in page
    assert ("Copy 29" in page, "Copy 1<" in page, "Copy 0<" in page) == (True, True, False)
    assert page.index("Copy 29") < page.index("Copy 28")
    assert (
        "The latest"
        not in front.browser("reader").get("/reports/x3").text.partition("Copies and translations")[2][:300]
    )


def test_a_text_is_cut_at_its_evidence_and_nothing_is_lost() -> None:
    seen = [
        sighting("siege", start=0, end=5),
        sighting("agreement", start=3, end=9, counts=False),
        sighting("withdrawal", start=90, end=95),
        sighting("siege", start=1, end=4, field="title", place=JASIM),
    ]
    found = pieces("0123456789 and more", "text", seen)
    assert "".join(each.text for each in found) == "0123456789 and more"
    assert [(each.text, each.begins, each.mark) for each in found] == [
        ("012", (1,), "counts"), ("34", (2,), "counts"), ("5678", (), "held"), ("9 and more", (), ""),
    ]  # fmt: skip
    assert pieces("", "text", seen) == []


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
