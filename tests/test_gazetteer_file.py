"""The gazetteer file is complete and consistent, and a mistake in it is told with its line."""

import json
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from monitor.errors import ConfigError
from monitor.gazetteer import Gazetteer
from monitor.packaged import packaged
from monitor.records import WIDE, Place

GOOD = '- {"slug": "t", "name": "Town", "arabic": "بلد", "kind": "town", "district": "D", "lat": 32.5, "lon": 36.1}'
OTHER = GOOD.replace('"t"', '"u"').replace("Town", "Village").replace("بلد", "ضيعة")


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.fixture(scope="module")
def area(gazetteer: Gazetteer) -> list[Place]:
    return [place for place in gazetteer.places if place.area]


def load(folder: Path, *lines: str) -> Gazetteer:
    file = folder / "gazetteer.yaml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Gazetteer.load(file)


def test_the_file_is_yaml_like_every_other_configuration_file() -> None:
    path = packaged("config/gazetteer.yaml")
    read = YAML(typ="safe", pure=True).load(path)
    lines = [line.strip()[2:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("  - ")]
    assert [row for rows in read.values() for row in rows] == [json.loads(line) for line in lines]


def test_the_area_is_covered(area: list[Place]) -> None:
    assert len(area) >= 170
    assert {"Daraa", "Izra", "al-Sanamayn"} == {place.district for place in area}
    kinds = {place.kind for place in area}
    assert kinds == {"governorate", "region", "tract", "city", "town", "village", "quarter", "camp", "post", "crossing"}


def test_every_place_of_the_area_lies_in_it(area: list[Place]) -> None:
    outside = [
        place
        for place in area
        if place.lat is None or place.lon is None or not (32.3 <= place.lat <= 33.3 and 35.6 <= place.lon <= 36.9)
    ]
    assert outside == []


def test_no_two_places_of_the_area_share_name_and_spot(area: list[Place]) -> None:
    assert len({place.name for place in area}) == len(area)
    assert len({place.slug for place in area}) == len(area)
    assert all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", place.slug) for place in area)


def test_what_lies_next_door_is_known_not_to_count(gazetteer: Gazetteer) -> None:
    for slug in (
        "suwayda",
        "quneitra",
        "rural-damascus",
        "darayya",
        "sidon",
        "karak-jordan",
        "golan-heights",
        "ramtha",
    ):
        place = gazetteer.place(slug)
        assert place is not None
        assert not place.area


def test_every_place_is_found_by_its_shown_names(gazetteer: Gazetteer) -> None:
    """An ambiguous one where its text says so: in a list with a town of the area."""
    missed = [
        (place.slug, name)
        for place in gazetteer.places
        if place.area and place.kind not in WIDE
        for name in (f"the town of {place.name}, Tafas and Daraa al-Balad", f"بلدة {place.arabic} وطفس ودرعا البلد")
        if place.slug not in [mention.place.slug for mention in gazetteer.find(name)]
    ]
    assert missed == []


def test_an_entry_may_be_written_in_plain_yaml(tmp_path: Path) -> None:
    line = "- {slug: t, name: Town, arabic: بلد, kind: town, district: D, lat: 32.5, lon: 36.1, other: [Burgh]}"
    assert [m.place.slug for m in load(tmp_path, "area:", line).find("in Burgh today")] == ["t"]


MISTAKES = {
    "unknown key": (["area:", GOOD.replace('"district"', '"distrikt"')], 2, "unknown key 'distrikt'"),
    "missing key": (["area:", GOOD.replace('"kind": "town", ', "")], 2, "kind is missing"),
    "wrong type": (["area:", GOOD.replace("32.5", '"north"')], 2, "lat has the wrong type"),
    "not a list": (["area:", GOOD.replace("}", ', "other": "Burgh"}')], 2, "other has the wrong type"),
    "unknown section": (["places:", GOOD], 1, "unknown section 'places'"),
    "no section": ([GOOD], 1, "expected a section"),
    "not a mapping": (["area:", "- Town"], 2, "a mapping in one line"),
    "broken": (["area:", "", '- {"slug": "t"'], 3, "not readable"),
    "over two lines": (["area:", "- slug: t", "  name: Town"], 2, "a mapping in one line"),
    "slug twice": (["area:", GOOD, GOOD.replace("Town", "X").replace("بلد", "س")], 3, "already that of line 2"),
    "spelling twice": (["area:", GOOD, OTHER.replace("Village", "Town")], 3, "'town' is also a spelling of line 2"),
    "quarter alone": (["area:", GOOD.replace('"kind": "town"', '"kind": "quarter"')], 2, "needs the slug of its town"),
    "parent unknown": (["area:", GOOD.replace("}", ', "parent": "v"}')], 2, "parent names 'v'"),
    "unknown cue": (["cues:", '- {"cue": "strongly", "words": ["in"]}'], 2, "unknown cue 'strongly'"),
    "half a pattern": (["area:", GOOD.replace("}", ', "of": "t"}')], 2, "of and patterns go together"),
}


@pytest.mark.parametrize(("lines", "line", "problem"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, lines: list[str], line: int, problem: str) -> None:
    with pytest.raises(ConfigError) as told:
        load(tmp_path, *lines)
    assert f"gazetteer.yaml:{line}: " in str(told.value)
    assert problem in str(told.value)


def test_a_spelling_may_be_claimed_twice_when_one_is_ambiguous(tmp_path: Path) -> None:
    doubtful = OTHER.replace("Village", "Town").replace("}", ', "place": ["Town"]}')
    assert [m.place.slug for m in load(tmp_path, "area:", GOOD, doubtful).find("in Town today")] == ["t"]


def test_a_missing_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Cannot read the gazetteer .*nothing\.yaml.*Restore"):
        Gazetteer.load(tmp_path / "nothing.yaml")
