"""The map: a pure drawing of config and pins, whose names cover nothing, with nothing in it that a page forbids."""

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from monitor.errors import ConfigError
from monitor.gazetteer import Gazetteer
from monitor.gazetteer.atlas import Atlas, atlas_file, read_atlas
from monitor.packaged import packaged
from monitor.records import LEVELS, Level, Place
from monitor.web import svg
from monitor.web.map import WIDTH, Pin, Words, draw, projection
from monitor.web.placing import Box, Room, width
from tests.ledger_support import gazetteer

CROWDED: tuple[tuple[str, Level], ...] = (
    *(("daraa-al-balad", "emergency"), ("tariq-al-sad", "elevated"), ("daraa-camp", "watch"), ("daraa", "watch")),
    *(("jasim", "critical"), ("nawa", "elevated"), ("tafas", "watch"), ("al-yadudah", "critical")),
    *(("al-sanamayn", "watch"), ("busra-al-sham", "elevated"), ("kuwayyah", "critical"), ("nasib-crossing", "watch")),
)


def atlas(places: Gazetteer) -> Atlas:
    return read_atlas(packaged("config/map.yaml"), places.points)


def pin(slug: str, level: Level = "watch", **changes: object) -> Pin:
    place = gazetteer().place(slug)
    assert place is not None
    return pin_at(place, level, **changes)


def pin_at(place: Place, level: Level = "watch", **changes: object) -> Pin:
    made = {"count": 1, "quiet": False, "href": f"/situations/{place.slug}-1", "says": f"{place.name}: {level}"}
    return Pin(place, (place.lat or 0.0, place.lon or 0.0), level, **(made | changes))  # type: ignore[arg-type]


def drawn(*pins: Pin, arabic: bool = False) -> ElementTree.Element:
    words = Words("Map of the governorate", "Situations by place", "%s كم" if arabic else "%s km", arabic)
    return ElementTree.fromstring(draw(atlas(gazetteer()), gazetteer().places, pins, words))


def box(text: ElementTree.Element) -> Box:
    size, long = float(text.attrib["font-size"]), width(text.text or "", float(text.attrib["font-size"]))
    x, y = float(text.attrib["x"]), float(text.attrib["y"])
    left = x - {"start": 0, "middle": long / 2, "end": long}[text.attrib.get("text-anchor", "start")]
    return Box(left, y - size * 0.8, left + long, y + size * 0.2)


def middle(mark: ElementTree.Element) -> tuple[float, float]:
    if mark.tag == "circle":
        return float(mark.attrib["cx"]), float(mark.attrib["cy"])
    points = [tuple(map(float, point.split(","))) for point in mark.attrib["points"].split()]
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


@pytest.mark.parametrize("arabic", [False, True])
def test_no_name_covers_another_and_none_leaves_the_map(arabic: bool) -> None:
    svg_root = drawn(*(pin(slug, level) for slug, level in CROWDED), arabic=arabic)
    height = float(svg_root.attrib["viewBox"].split()[3])
    boxes = [box(text) for text in svg_root.iter("text")]
    assert len(boxes) > 30
    assert [pair for pair in combinations(boxes, 2) if pair[0].touches(pair[1])] == []
    assert all(each.within(Box(0, 0, WIDTH, height)) for each in boxes)


def test_every_situation_is_named_and_no_mark_covers_another_even_in_one_town() -> None:
    svg_root = drawn(*(pin(slug, level) for slug, level in CROWDED))
    links = svg_root.findall(".//a")
    assert len(links) == len(CROWDED)
    assert all(link.find("text") is not None for link in links)
    marks = [(middle(mark), svg.LEVELS_DRAWN[level]) for level in LEVELS for mark in _marks(svg_root, level)]
    assert len(marks) == len(CROWDED)
    for ((x1, y1), half1), ((x2, y2), half2) in combinations(marks, 2):
        assert max(abs(x1 - x2), abs(y1 - y2)) > 0.8 * (half1 + half2)


def _marks(svg_root: ElementTree.Element, level: str) -> list[ElementTree.Element]:
    return [each for each in svg_root.iter() if f"level-{level}" in each.attrib.get("class", "").split()]


def test_levels_differ_by_shape_and_size_and_not_only_by_colour() -> None:
    svg_root = drawn(*(pin(slug, level) for slug, level in zip(("jasim", "nawa", "izra", "dael"), LEVELS, strict=True)))
    shapes = {level: _marks(svg_root, level)[0] for level in LEVELS}
    corners = {level: len(mark.attrib.get("points", "").split()) for level, mark in shapes.items()}
    assert len(set(corners.values())) == len(LEVELS)
    assert list(svg.LEVELS_DRAWN.values()) == sorted(svg.LEVELS_DRAWN.values())


def test_the_map_has_title_and_description_and_each_link_a_sentence_and_a_large_target() -> None:
    svg_root = drawn(pin("jasim", "critical", says="Jasim: critical, siege standing", href="/situations/jasim-1"))
    ids = svg_root.attrib["aria-labelledby"].split()
    assert [each.attrib["id"] for each in list(svg_root)[:2]] == ids
    link = svg_root.find(".//a")
    assert link is not None
    assert link.attrib["href"] == "/situations/jasim-1"
    assert link.findtext("title") == link.attrib["aria-label"] == "Jasim: critical, siege standing"
    target = link.find("circle[@class='target']")
    assert target is not None
    assert 2 * float(target.attrib["r"]) * 358 / WIDTH >= 24  # CSS pixels on a phone


def test_nothing_in_it_needs_inline_style_or_script_or_another_server() -> None:
    said = draw(
        atlas(gazetteer()),
        gazetteer().places,
        [pin("jasim", says='"><script>alert(1)</script>', href="/situations/jasim-1?a=1&b=2")],
        Words("<b>T</b>", "D & d", "%s km", False),
    )
    assert not re.search(r"\sstyle=|<style|<script|javascript:|\son\w+=|https?:|url\(", said)
    root = ElementTree.fromstring(said)
    assert root.findtext("title") == "<b>T</b>"
    assert root.find(".//a/title").text == '"><script>alert(1)</script>'  # type: ignore[union-attr]


def test_in_arabic_the_names_are_arabic() -> None:
    texts = {text.text for text in drawn(pin("jasim"), arabic=True).iter("text")}
    assert "جاسم" in texts
    assert not [text for text in texts if re.search("[A-Za-z]", text or "")]


def test_several_situations_at_one_place_are_one_mark_that_says_how_many() -> None:
    texts = [text.text for text in drawn(pin("jasim", count=3)).iter("text")]
    assert "Jasim (3)" in texts


def test_a_place_lies_where_it_lies_north_up_and_true_to_scale() -> None:
    onto = projection(atlas(gazetteer()).outline)
    (x1, y1), (x2, y2) = onto((33.0, 36.0)), onto((32.6, 36.0))
    assert x1 == x2
    assert y1 < y2  # north is up
    east = onto((32.8, 36.4))[0] - onto((32.8, 36.0))[0]
    assert (y2 - y1) / east == pytest.approx(1 / 0.84, rel=0.01)  # a degree of longitude is shorter there


def test_every_place_of_the_gazetteer_lies_within_the_outline() -> None:
    outline = atlas(gazetteer()).outline
    points = {slug: spot for slug, spot in gazetteer().points.items() if spot and gazetteer().place(slug).area}  # type: ignore[union-attr]
    assert len(points) > 150
    assert [slug for slug, spot in points.items() if not _inside(spot, outline)] == []


def _inside(spot: tuple[float, float], line: tuple[tuple[float, float], ...]) -> bool:
    lat, lon = spot
    crossings = 0
    for (lat1, lon1), (lat2, lon2) in zip(line, line[1:] + line[:1], strict=True):
        crossings += (lat1 > lat) != (lat2 > lat) and lon < (lon2 - lon1) * (lat - lat1) / (lat2 - lat1) + lon1
    return crossings % 2 == 1


def test_a_map_of_ones_own_lies_beside_the_gazetteer(tmp_path: Path) -> None:
    assert atlas_file(tmp_path / "gazetteer.yaml") == packaged("config/map.yaml")
    (tmp_path / "map.yaml").write_text("outline: []")
    assert atlas_file(tmp_path / "gazetteer.yaml") == tmp_path / "map.yaml"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("outline: []", "a map has"),
        ("a: [", "Cannot read"),
        ("- a list", "a map has"),
        ("outline: [[200, 1]]", "no point"),
    ],
)
def test_a_map_that_cannot_be_meant_is_refused_with_its_file(tmp_path: Path, text: str, says: str) -> None:
    whole = text + "\nborders: []\ndistricts: []\nneighbours: []\nroads: []\n" if says == "no point" else text
    (tmp_path / "map.yaml").write_text(whole)
    with pytest.raises(ConfigError, match=says) as raised:
        read_atlas(tmp_path / "map.yaml", {})
    assert "map.yaml" in str(raised.value)


def test_where_there_is_no_room_for_a_name_none_is_written() -> None:
    room = Room(Box(0, 0, 30, 30))
    assert room.label("a name that is much too long", 15, 15, 3, 12) is None
