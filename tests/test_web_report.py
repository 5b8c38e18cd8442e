"""The report page, through the real app."""

import re
from dataclasses import replace
from datetime import timedelta

from monitor.store import reports, situations, tellings
from monitor.web.marking import pieces
from tests.canary_support import blank
from tests.examples import JASIM, NOON, assessment, report, sighting
from tests.ledger_support import Desk, own_words, place
from tests.report_page_support import front, reviewer
from tests.store_support import add_report
from tests.web_support import Browser, Front

__all__ = ["blank", "front", "reviewer"]

TEXT = "حاصرت القوات مدينة جاسم صباح اليوم وأغلقت مداخلها.\n\nوقال الأهالي إن الخبز شحيح."
SENTENCE = "حاصرت القوات مدينة جاسم صباح اليوم وأغلقت مداخلها."


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
