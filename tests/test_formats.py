"""Open formats: what other programs read of the alerts (Atom, CAP 1.2) and the situations (GeoJSON)."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest
from click.testing import CliRunner

from monitor.channels.formats import Published, cap, collection, feed, message
from monitor.cli import monitor
from monitor.gazetteer import Gazetteer
from monitor.pipeline.publish import Publisher
from monitor.records import Situation
from monitor.store import outbox, situations
from tests.channels_support import ARABIC, JASIM, PROVINCE, SEEN, alert
from tests.databases import opened

SENDER = "monitor.example.org"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
# The order that the schema demands (CAP 1.2, appendix A).
ALERT_ORDER = (
    "identifier sender sent status msgType source scope restriction addresses code note references incidents info"
)
INFO_ORDER = (
    "language category event responseType urgency severity certainty audience eventCode effective onset expires "
    "senderName headline description instruction web contact parameter resource area"
)
FIRST = Published(1, alert(level="critical"))
SECOND = Published(
    4, alert(occasion="jasim-1:escalated:failed_talks:1", kind="escalated", types=("failed_talks",), level="emergency")
)
WRONG = Published(7, alert(occasion="jasim-1:corrected:siege:3", kind="corrected", grade="refuted"))


def parsed(made: bytes) -> ET.Element:
    return ET.fromstring(made)


def names(element: ET.Element) -> list[str]:
    return [child.tag.removeprefix(CAP) for child in element]


def test_a_cap_message_has_the_elements_of_the_schema_in_its_order() -> None:
    made = parsed(message(FIRST, (), SENDER))
    assert made.tag == f"{CAP}alert"
    order = ALERT_ORDER.split()
    assert [order.index(name) for name in names(made)] == sorted(order.index(name) for name in names(made))
    infos = made.findall(f"{CAP}info")
    assert [info.findtext(f"{CAP}language") for info in infos] == ["en-GB", "ar-SY"]
    for info in infos:
        order = INFO_ORDER.split()
        assert [order.index(name) for name in names(info)] == sorted(order.index(name) for name in names(info))


def test_a_cap_message_keeps_the_patterns_of_the_protocol() -> None:
    made = parsed(message(FIRST, (), SENDER))
    for name in ("identifier", "sender"):
        assert re.fullmatch(r"[^\s,<&]+", made.findtext(f"{CAP}{name}") or ""), name
    times = [made.findtext(f"{CAP}sent"), *(made.findtext(f".//{CAP}{name}") for name in ("effective", "expires"))]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d", time or "") for time in times)
    assert made.findtext(f".//{CAP}circle") == "32.9931,36.0603 3"
    assert made.findtext(f".//{CAP}areaDesc") == "Jasim"


def test_what_follows_in_a_situation_updates_and_what_was_wrong_is_cancelled() -> None:
    first, second, wrong = (parsed(message(each, (FIRST, SECOND, WRONG), SENDER)) for each in (FIRST, SECOND, WRONG))
    assert [each.findtext(f"{CAP}msgType") for each in (first, second, wrong)] == ["Alert", "Update", "Cancel"]
    assert first.find(f"{CAP}references") is None
    references = (wrong.findtext(f"{CAP}references") or "").split()
    assert [each.split(",")[1] for each in references] == [
        first.findtext(f"{CAP}identifier"),
        second.findtext(f"{CAP}identifier"),
    ]
    assert all(each.findtext(f"{CAP}incidents") == "jasim-1" for each in (first, second, wrong))


@pytest.mark.parametrize(
    ("level", "grade", "severity", "certainty"),
    [
        ("watch", "unconfirmed", "Minor", "Possible"),
        ("elevated", "corroborated", "Moderate", "Likely"),
        ("critical", "confirmed", "Severe", "Observed"),
        ("emergency", "refuted", "Extreme", "Unlikely"),
    ],
)
def test_level_and_grade_become_severity_and_certainty(level: str, grade: str, severity: str, certainty: str) -> None:
    made = parsed(message(Published(1, alert(level=level, grade=grade)), (), SENDER))
    assert (made.findtext(f".//{CAP}severity"), made.findtext(f".//{CAP}certainty")) == (severity, certainty)


def test_an_all_clear_says_so_and_a_demonstration_is_a_test() -> None:
    over = parsed(message(Published(9, alert(kind="all_clear")), (FIRST,), SENDER, marked_test=True))
    assert over.findtext(f".//{CAP}responseType") == "AllClear"
    assert over.findtext(f".//{CAP}urgency") == "Past"
    assert over.findtext(f"{CAP}status") == "Test"
    assert (over.findtext(f".//{CAP}headline") or "").startswith("TEST")


def test_the_headline_of_each_language_is_the_first_line_of_the_message_in_it() -> None:
    english, arabic = (each.text or "" for each in parsed(message(FIRST, (), SENDER)).iter(f"{CAP}headline"))
    assert "Jasim" in english
    assert "جاسم" in arabic


def test_letters_that_xml_forbids_are_left_out_and_markup_is_text() -> None:
    hostile = replace(ARABIC, text="a\x00\x0b <script> & \ud800 ]]> حصار")
    made = message(Published(1, alert(quotes=(hostile,))), (), SENDER)
    assert "<script>" in (parsed(made).findtext(f".//{CAP}description") or "")
    assert b"<script>" not in made


def test_the_atom_feed_is_read_by_a_feed_reader_newest_first() -> None:
    made = feed([WRONG, SECOND, FIRST], "ar", SENDER, {1: "cap/a.cap.xml"}, SEEN)
    read = feedparser.parse(made)
    assert not read.bozo
    assert [each.id for each in read.entries] == [f"tag:{SENDER},2026:alert:{number}" for number in (7, 4, 1)]
    last = read.entries[-1]
    assert "جاسم" in last.title
    assert {each["rel"]: each["href"] for each in last.links} == {
        "alternate": "https://news.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/12?a=1",
        "related": "cap/a.cap.xml",
    }
    assert ARABIC.text in last.content[0].value
    assert {each.term for each in last.tags} == {"new", "siege", "critical", "unconfirmed"}


def test_an_empty_atom_feed_is_still_one() -> None:
    read = feedparser.parse(feed([], "en", SENDER, {}, SEEN))
    assert not read.bozo
    assert read.feed.title == "Sieges, reinforcements and failed talks in Daraa"


def test_situations_are_points_with_longitude_first() -> None:
    standing = Situation("jasim", 1, SEEN, SEEN, None, {"siege": SEEN}, {"siege": "standing"}, "critical")
    nowhere = Situation("lost", 2, SEEN, SEEN)
    made = json.loads(json.dumps(collection([standing, nowhere], {"jasim": JASIM, "p": PROVINCE}, SEEN)))
    first, second = made["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [36.0603, 32.9931]}
    assert first["properties"]["level"] == "critical"
    assert first["properties"]["states"] == {"siege": "standing"}
    assert second["geometry"] is None


def test_the_published_folder_follows_the_rows_and_keeps_what_it_wrote(tmp_path: Path) -> None:
    store = opened(tmp_path / "monitor.db")
    publisher = Publisher(store, Gazetteer.load(), SENDER)
    with store.write() as tx:
        situations.save(tx, Situation("jasim", 1, SEEN, SEEN, None, {"siege": SEEN}))
        outbox.announce(tx, FIRST.alert)
        outbox.announce(tx, replace(FIRST.alert, occasion="jasim-1:new:reinforcements:1"), "told with another")
    out = tmp_path / "public"
    publisher.write(out, SEEN)
    (written,) = (out / "cap").iterdir()
    before = written.read_bytes()
    with store.write() as tx:
        outbox.announce(tx, SECOND.alert)
    publisher.write(out, SEEN + timedelta(minutes=1))
    assert written.read_bytes() == before
    assert len(list((out / "cap").iterdir())) == 2
    entries = feedparser.parse((out / "alerts.en.atom").read_bytes()).entries
    assert [Path(each.links[-1].href).name for each in entries] == [
        cap.file_name(Published(number, each.alert)) for number, each in ((3, SECOND), (1, FIRST))
    ]
    assert len(json.loads((out / "situations.geojson").read_text())["features"]) == 1
    assert not list(out.glob(".*"))
    store.close()


def test_export_says_what_it_wants() -> None:
    said = CliRunner().invoke(monitor, ["export", "all"])
    assert said.exit_code == 2
    assert "monitor export all --to DIR" in said.output
