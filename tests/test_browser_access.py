"""The pages for everybody: measured by axe-core, walked through by keyboard, and light enough for a slow line."""

from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from lxml import html
from playwright.sync_api import Page, expect

from monitor.pipeline.links import HOLDS, signed
from monitor.store import outbox
from tests.browser_support import SIZES, Device, World, needs_chromium, opened_world

pytestmark = needs_chromium
PATHS = (
    *("/?level=elevated", "/?q=شاحنة&place=jasim", "/reports/r5", "/queue", "/audit", "/situations"),
    *("/situations/jasim-1", "/silences", "/coverage", "/models", "/accounts", "/me", "/no-such-page"),
)
# What depends on width and colours; the other rules hold or break whatever they are.
LOOKS = ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"]
GRAVE = {"serious", "critical"}
FOCUS = """() => {
  const stroke = pin => parseFloat(getComputedStyle(pin.querySelector(".target")).strokeWidth);
  const ring = at => at.matches("svg .pin") && stroke(at) >= 2;
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  return [at.outerHTML.slice(0, 200), box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth,
          style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || ring(at), at === document.body];
}"""
SMALL = """() => [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")]
  .filter(each => each.checkVisibility() && !each.closest("p, dd, td, th, svg, .timeline, li:not(.log li, nav li)"))
  .map(each => [each.outerHTML.slice(0, 120), (each.closest("label") || each).getBoundingClientRect()])
  .filter(([_, box]) => box.width && (box.width < 23.5 || box.height < 23.5))
  .map(([text, box]) => text + box.width + "x" + box.height)"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened_world(tmp_path_factory.mktemp("world")) as made:
        yield made


def paths(world: World) -> list[str]:
    """Of all pages; also of one with a report that was drawn at random, which hides what it thinks."""
    with world.visit("reviewer") as visit:
        drawn = visit.page("/queue").locator(".audit h3 a").first.get_attribute("href")
    with world.front.parts.store.read() as tx:
        number = outbox.listing(tx, limit=1)[0].number
    link = signed(world.front.parts.store, number, world.front.clock() + HOLDS)
    return [*PATHS, str(drawn), f"/a/{link}"]


def faults(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds wrong that keeps somebody from using the page."""
    options: dict[str, object] = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [
        f"{page.url} {each['id']}: {node['target']} {node['failureSummary']}"
        for each in page.evaluate("options => axe.run(options)", options)["violations"]
        if each["impact"] in GRAVE
        for node in each["nodes"][:3]
    ]


@pytest.mark.parametrize(("language", "first", "then"), [("en", "desktop", "phone"), ("ar", "phone", "desktop")])
def test_axe_finds_no_serious_fault_in_light_and_dark_on_desk_and_phone(
    world: World, language: str, first: Device, then: Device
) -> None:
    found: list[str] = []
    with world.visit("admin", language) as visit:
        visit.refused = True  # one page is not there
        page = visit.context.new_page()
        for path in paths(world):
            page.emulate_media(color_scheme="light")
            page.set_viewport_size(SIZES[first])
            page.goto(world.address + path)
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
            found += faults(page)
            found += measured(page)
            page.emulate_media(color_scheme="dark")
            page.set_viewport_size(SIZES[then])
            found += faults(page, LOOKS)
            found += measured(page)
    assert found == []


def measured(page: Page) -> list[str]:
    """What is too small for a finger, or too wide for the page."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    small = [f"{page.url} too small: {each}" for each in page.evaluate(SMALL)]
    return [*small, f"{page.url} is {wide} px too wide"] if wide > 0 else small


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_door_has_no_serious_fault_either(world: World, language: str) -> None:
    with world.visit(None, language, "phone") as visit:
        page = visit.page("/login")
        assert faults(page) == []
        page.emulate_media(color_scheme="dark")
        assert faults(page, LOOKS) == []
        visit.refused = True
        page.goto(f"{world.address}/setup/none")
        assert faults(page) == []


@pytest.mark.parametrize("path", ["/?level=critical", "/reports/r5", "/situations"])
def test_by_keyboard_alone_everything_is_reached_and_nobody_is_trapped(world: World, path: str) -> None:
    with world.visit("admin") as visit:
        page = visit.page(path)
        page.keyboard.press("Tab")
        skip = page.locator(".skip")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        links = page.evaluate("document.querySelectorAll('a[href], button, summary').length")
        seen: list[str] = []
        for _ in range(200):
            page.keyboard.press("Tab")
            what, visible, ringed, left = page.evaluate(FOCUS)
            if left:
                break
            assert (visible, ringed) == (True, True), what
            seen.append(what)
        else:
            raise AssertionError(f"no way out of {seen[-3:]}")
        assert len(seen) > links / 2
        page.reload()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_nothing_moves_for_those_who_ask_for_stillness(world: World) -> None:
    with world.visit("reader") as visit:
        moving = """() => [...document.querySelectorAll("*")].filter(each => { const style = getComputedStyle(each);
          return style.animationName !== "none" || style.transitionDuration.split(",").some(t => parseFloat(t) > 0);
        }).map(each => each.outerHTML.slice(0, 100))"""
        page = visit.page("/?level=critical")
        assert page.evaluate(moving) == []
        page.emulate_media(reduced_motion="no-preference")
        assert page.evaluate(moving)  # else this test would see nothing


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_first_page_with_all_it_needs_weighs_less_than_60_kb(world: World, language: str) -> None:
    headers = {"accept-encoding": "gzip", "accept-language": language}
    cookies = {"monitor_session": world.front.session("reader")}
    with httpx.Client(base_url=world.address, headers=headers, cookies=cookies) as browser:
        first = browser.get("/")
        page = html.document_fromstring(first.text)
        assert len(page.cssselect("ol.log > li")) == 50
        needed = page.xpath("//link[@rel='stylesheet' or @rel='icon']/@href | //script/@src")
        answers = [first, *(browser.get(each) for each in needed)]
    assert len(answers) >= 4
    assert all(each.headers.get("content-encoding") == "gzip" for each in answers if len(each.content) > 1000)
    assert sum(each.num_bytes_downloaded for each in answers) < 60_000
