"""The filtered log as files: the same lines in each form, nothing that a spreadsheet would run, and Atom."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from lxml import etree

from monitor.store import reports
from monitor.web import exporting
from tests.examples import assessment, report, sighting
from tests.store_support import ROUGH
from tests.web_support import Front, blank, front

__all__ = ["blank", "front"]  # fixtures

FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", " =1", "%0A=1", "|x", "＝1+1", "＠SUM(1)")
ATOM = "{http://www.w3.org/2005/Atom}"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


def add(front: Front, key: str, title: str, hours: float = 1, **changes: Any) -> None:
    judged = assessment("siege", "failed_talks", key=key, sightings=(sighting("siege", title),))
    with front.parts.store.write() as tx:
        assert reports.add(tx, report(key, entry_key=key, hours=hours, title=title, **changes), judged)


def test_every_form_tells_the_same_of_each_line(front: Front) -> None:
    add(front, "rough", ROUGH, language="ar")
    browser = front.browser("reader")
    lines = [json.loads(line) for line in browser.get("/export.jsonl?state=flagged").text.splitlines()]
    table = rows(browser.get("/export.csv?state=flagged").text)
    features = browser.get("/export.geojson?state=flagged").json()["features"]
    assert [line["key"] for line in lines] == [row["key"] for row in table] == [each["id"] for each in features]
    assert [line["key"] for line in lines] == ["rough", "r1"]
    assert lines[0]["headline"] == table[0]["headline"] == features[0]["properties"]["headline"] == ROUGH
    assert lines[0]["types"] == ["siege", "failed_talks"]
    assert table[0]["types"] == "siege|failed_talks"
    assert features[1]["geometry"] == {"type": "Point", "coordinates": [lines[1]["lon"], lines[1]["lat"]]}
    assert {(line["model"], line["codebook"]) for line in lines} == {("test@1", "1")}
    answer = browser.get("/export.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="log-20260314-1200.csv"'
    assert answer.text.startswith("\ufeffkey,")


def test_hxl_has_its_hashtags_in_the_second_row(front: Front) -> None:
    table = list(csv.reader(StringIO(front.browser("reader").get("/export.hxl.csv").text)))
    assert table[0][0] == "key"
    tags = dict(zip(table[0], table[1], strict=True))
    assert all(tag.startswith("#") and " " not in tag for tag in tags.values())
    assert (tags["seen"], tags["lat"], tags["types"], tags["outlet"]) == (
        "#date+reported",
        "#geo+lat",
        "#event+type+list",
        "#meta+source",
    )
    assert len(set(tags.values())) == len(tags)
    assert len(table) == 5


def test_no_cell_is_a_formula(front: Front) -> None:
    for number, formula in enumerate(FORMULAS):
        add(front, f"f{number}", formula, hours=number)
    for kind in ("csv", "hxl.csv"):
        table = rows(front.browser("reader").get(f"/export.{kind}").text)
        told = {row["key"]: row["headline"] for row in table}
        assert [told[f"f{number}"] for number in range(len(FORMULAS))] == [f"'{each}" for each in FORMULAS]
        assert not any(value.lstrip()[:1] in tuple("=+-@") for row in table for value in row.values() if value.strip())


def test_a_long_log_is_written_portion_by_portion_and_whole(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_AT_ONCE", 3)
    for number in range(10):
        add(front, f"n{number}", f"Title {number}", hours=number)
    assert len(rows(front.browser("reader").get("/export.csv").text)) == 13


def test_an_export_keeps_the_filters_and_refuses_what_it_does_not_understand(front: Front) -> None:
    browser = front.browser("reader")
    assert [row["key"] for row in rows(browser.get("/export.csv?state=uncertain").text)] == ["r3", "r2"]
    assert browser.get("/export.geojson?q=nothing").json()["features"] == []
    assert browser.get("/export.csv?type=riot").status_code == 400
    assert browser.get("/export.exe").status_code == 404


def test_the_feed_of_flagged_reports_is_atom_and_holds_no_uncertain_one(front: Front) -> None:
    add(front, "rough", ROUGH, hours=2, language="ar", url="javascript:alert(1)")
    found = {}
    for language, title in (("en", "Flagged reports"), ("ar", "التقارير المُعلَّمة")):
        answer = front.browser("reader", language=language).get("/flagged.atom")
        assert answer.headers["content-type"].startswith("application/atom+xml")
        assert b"javascript:" not in answer.content
        read = etree.fromstring(answer.content)
        assert read.findtext(f"{ATOM}title") == title
        found[language] = read.findall(f"{ATOM}entry")
        assert [each.findtext(f"{ATOM}id", "").rpartition(":")[2] for each in found[language]] == ["rough", "r1"]
        assert all(each.findtext(f"{ATOM}updated", "").endswith("Z") for each in found[language])
    assert "جاسم" in found["ar"][1].findtext(f"{ATOM}title", "")
    assert front.browser("reader").get("/flagged.atom?state=uncertain").text.count("<entry>") == 0
