"""The pages as people use them: in a real browser, in both languages, at a desk and on a phone."""

import csv
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from monitor.pipeline.links import HOLDS, signed
from monitor.records import Review
from monitor.store import acknowledgements, outbox, reviews, silences, situations
from tests.browser_support import Device, World, needs_chromium, opened_world

pytestmark = needs_chromium
# That nothing is wider than its page is measured for the other pairs, too: see test_browser_access.py.
READERS: list[tuple[str, Device]] = [("en", "desktop"), ("ar", "phone")]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened_world(tmp_path_factory.mktemp("world")) as made:
        yield made


def said(world: World, key: str) -> list[Review]:
    with world.front.parts.store.read() as tx:
        return reviews.of_report(tx, key)


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@pytest.mark.parametrize(("language", "device"), READERS)
def test_somebody_logs_in_narrows_the_log_and_goes_back_and_opens_a_report(
    world: World, language: str, device: Device
) -> None:
    world.front.session("reviewer")
    with world.visit(None, language, device) as visit:
        page = visit.page("/")
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        visit.log_in(page)
        page.wait_for_selector("ol.log")
        assert page.locator("ol.log > li").count() == 50
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("window.innerWidth")
        visit.narrow(page)
        assert query(page) == {"type": ["siege"], "level": ["critical"]}
        found = page.locator("ol.log > li").count()
        assert 0 < found < 10
        page.go_back()
        assert (query(page), page.locator("ol.log > li").count()) == ({}, 50)
        page.go_forward()
        assert page.locator("ol.log > li").count() == found
        page.locator(".chips a").first.click()
        page.wait_for_url(lambda url: "type=" not in url)
        page.locator("ol.log a.open").first.click()
        assert "/reports/" in page.url
        expect(page.locator("h1")).not_to_be_empty()


def test_a_search_finds_other_forms_of_an_arabic_word(world: World) -> None:
    with world.visit("reader", "ar", "phone") as visit:
        page = visit.page("/")
        page.locator("#q").fill("شاحنة")  # the texts say شاحنات
        page.locator("#q").press("Enter")
        page.wait_for_url("**q=*")
        assert query(page) == {"q": ["شاحنة"]}
        assert page.locator("ol.log > li").count() == 50
        assert "شاحنات" in page.locator("ol.log blockquote").first.inner_text()
        page.locator("#q").fill("شاحنة جاسم")
        page.locator("#q").press("Enter")
        page.wait_for_selector("main .card")
        assert page.locator("ol.log").count() == 0


def test_each_verdict_is_one_key_and_so_is_taking_it_back(world: World) -> None:
    keys = {"c": "confirm", "f": "false_alarm", "n": "not_current", "u": "unsure"}
    asking = {"t": "wrong_type", "p": "wrong_place", "d": "duplicate"}
    before = len(said(world, "r8"))
    with world.visit("reviewer") as visit:
        page = visit.page("/reports/r8")
        for number, (key, verdict) in enumerate((keys | asking).items()):
            with page.expect_navigation():
                page.keyboard.press(key)
                if key in asking:
                    expect(page.locator(f'[data-for="{verdict}"] input').first).to_be_focused()
                if key == "t":
                    page.keyboard.press("Space")
                if key == "p":
                    page.keyboard.type("إنخل")
                if key == "d":
                    page.keyboard.type("r2")
                if key in asking:
                    page.keyboard.press("Enter")
            expect(page.locator("#notice p")).to_be_visible()
            last = said(world, "r8")[-1]
            assert (last.verdict, last.revokes, last.reviewer) == (verdict, 0, "reviewer")
            with page.expect_navigation():
                page.keyboard.press("z")
            assert said(world, "r8")[-1].revokes
            assert len(said(world, "r8")) == before + 2 * (number + 1)
    given = {each.verdict: each for each in said(world, "r8") if not each.revokes}
    assert (given["wrong_type"].types, given["wrong_place"].place) == (("siege",), "inkhil")
    assert given["duplicate"].duplicate_of == "r2"


def test_keys_work_where_they_lie_when_the_keyboard_writes_arabic(world: World) -> None:
    def press(page: Page, writes: str, code: str) -> None:
        event = {"key": writes, "code": code, "bubbles": True}
        page.evaluate("event => document.body.dispatchEvent(new KeyboardEvent('keydown', event))", event)

    with world.visit("reviewer", "ar") as visit:
        page = visit.page("/")
        press(page, "ت", "KeyJ")
        expect(page.locator("ol.log a.open").first).to_be_focused()
        press(page, "ظ", "Slash")
        expect(page.locator("#q")).to_be_focused()
        page.goto(f"{world.address}/reports/r4")
        for writes, code in (("ؤ", "KeyC"), ("ئ", "KeyZ")):
            with page.expect_navigation():
                press(page, writes, code)
        assert [(each.verdict, bool(each.revokes)) for each in said(world, "r4")] == [
            ("confirm", False), ("confirm", True),
        ]  # fmt: skip
        page.locator("#more summary").click()
        press(page, "١", "Digit1")
        expect(page.locator('[name="types"]').first).to_be_checked()


def test_keys_do_nothing_while_a_note_is_written(world: World) -> None:
    with world.visit("reviewer") as visit:
        page = visit.page("/reports/r9")
        page.locator("#more summary").click()
        page.locator("#note").fill("")
        page.keyboard.type("confirm? not found, unsure")
        assert page.locator("#note").input_value() == "confirm? not found, unsure"
        assert said(world, "r9") == []


def test_of_two_reviewers_at_once_the_second_sees_what_the_first_one_said(world: World) -> None:
    with world.visit("reviewer") as one, world.visit("admin", "ar", "phone") as other:
        other.refused = True
        first, second = one.page("/reports/r1"), other.page("/reports/r1")
        first.keyboard.press("c")
        expect(first.locator("#notice p")).to_be_visible()
        second.locator('button[value="false_alarm"]').click()
        expect(second.get_by_role("alert")).to_contain_text(other.say("Somebody else was faster."))
        expect(second.get_by_role("alert")).to_contain_text(other.say("confirmed"))
        assert [each.verdict for each in said(world, "r1")] == ["confirm"]
        second.locator('button[value="unsure"]').click()
        expect(second.locator("#notice p")).to_be_visible()
        assert [each.verdict for each in said(world, "r1")] == ["confirm", "unsure"]


@pytest.mark.parametrize(("language", "device"), READERS)
def test_the_queue_leads_on_by_keys(world: World, language: str, device: Device) -> None:
    with world.visit("reviewer", language, device) as visit:
        page = visit.page("/queue")
        with page.expect_navigation():
            page.keyboard.press("s")
        first = urlsplit(page.url).path
        with page.expect_navigation():
            page.keyboard.press("s")
        assert urlsplit(page.url).path != first
        second = urlsplit(page.url).path
        with page.expect_navigation():
            page.keyboard.press("u")
        assert urlsplit(page.url).path not in {first, second}
        with page.expect_navigation():
            page.keyboard.press("z")
        assert urlsplit(page.url).path == second


def test_what_is_new_announces_itself_and_moves_nothing(world: World) -> None:
    with world.visit("reader", "ar", "phone") as visit:
        page = visit.context.new_page()
        page.clock.install()
        page.goto(f"{world.address}/")
        page.evaluate("window.scrollTo(0, 900)")
        third = page.locator("ol.log > li").nth(6)
        before = (page.evaluate("window.scrollY"), third.bounding_box())
        world.month.desk.tell(23, "siege", at="nawa", by="beta", title="Roads into Nawa closed")
        page.clock.fast_forward(31_000)
        expect(page.locator("#newer a")).to_contain_text("زاد السجل")
        assert page.locator("#newer").get_attribute("aria-live") == "polite"
        assert (page.evaluate("window.scrollY"), third.bounding_box()) == before
        assert "Roads into Nawa closed" not in page.locator("ol.log").inner_text()
        page.locator("#newer a").click()
        expect(page.locator("ol.log > li").first).to_contain_text("Roads into Nawa closed")


@pytest.mark.parametrize(("language", "device"), READERS)
def test_a_situation_is_silenced_printed_and_merged(world: World, language: str, device: Device) -> None:
    desk, town = world.month.desk, {"en": "tasil", "ar": "dael"}[language]
    for hours, by in ((20, "alpha"), (21, "beta")):
        desk.tell(hours, "reinforcements", at=town, by=by)
    desk.tell(22, "siege", at="inkhil" if language == "en" else "ibta", by="gamma")
    with world.visit("reviewer", language, device) as visit:
        page = visit.page(f"/situations/{town}-1")
        page.emulate_media(media="print")
        expect(page.locator(".only-print")).to_contain_text("UTC" if language == "en" else "بالتوقيت العالمي")
        expect(page.locator("section.acts")).to_be_hidden()
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf())) <= 2
        page.emulate_media(media="screen")
        page.locator("summary", has_text=visit.say("Silence it")).click()
        page.locator("#reason-silence").fill("هذا مراقَب من كثب")
        page.get_by_role("button", name=visit.say("Silence"), exact=True).click()
        expect(page.locator("#notice p")).to_be_visible()
        page.locator("summary", has_text=visit.say("Merge")).first.click()
        into = page.locator("#into option").first.get_attribute("value")
        page.locator("#reason-merge").fill("one story")
        page.locator("#into").select_option(into)
        page.locator('form[action$="/merge"] button').click()
        page.wait_for_url(lambda url: urlsplit(url).path in {f"/situations/{into}", f"/situations/{town}-1"})
        expect(page.locator("#notice p")).to_be_visible()
    with world.front.parts.store.read() as tx:
        merged = [situations.get(tx, key) for key in (f"{town}-1", str(into))]
        assert any(each and each[0].closed_at for each in merged)
        assert any(each.situation == f"{town}-1" for each in silences.listing(tx, 10))


def test_the_link_of_an_alert_does_nothing_until_it_is_clicked(world: World) -> None:
    parts = world.front.parts
    with parts.store.read() as tx:
        number = outbox.listing(tx, limit=1)[0].number
    path = f"/a/{signed(parts.store, number, parts.clock() + HOLDS)}"

    def seen() -> bool:
        with parts.store.read() as tx:
            return acknowledgements.get(tx, number) is not None

    with world.visit(None, "ar", "phone") as visit:
        page = visit.page(path)
        page.reload()
        assert not seen()
        page.get_by_role("button", name=visit.say("I have seen it")).click()
        expect(page.get_by_role("status").last).to_contain_text(visit.say("Somebody said that it was seen:"))
        assert seen()


def test_the_log_that_is_shown_can_be_taken_along_as_a_file(world: World) -> None:
    with world.visit("reader") as visit:
        page = visit.page("/?level=critical")
        shown = [link.get_attribute("href") for link in page.locator("ol.log a.open").all()]
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV", exact=True).click()
        assert download.value.suggested_filename.endswith(".csv")
        with download.value.path().open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert sorted(f"/reports/{row['key']}" for row in rows) == sorted(str(each) for each in shown)
        assert {row["level"] for row in rows} == {"critical"}


def test_the_language_is_changed_where_one_stands(world: World) -> None:
    with world.visit("reader") as visit:
        page = visit.page("/?level=critical")
        page.get_by_role("button", name="العربية").click()
        expect(page.locator("html[dir=rtl]")).to_be_attached()
        assert query(page) == {"level": ["critical"]}
        page.get_by_role("button", name="English").click()
        expect(page.locator("html[dir=ltr]")).to_be_attached()


@pytest.mark.parametrize(("language", "device"), [("en", "phone"), ("ar", "desktop")])
def test_all_of_it_works_without_a_script(world: World, language: str, device: Device) -> None:
    world.front.session("reviewer")
    with world.visit(None, language, device, java_script_enabled=False) as visit:
        page = visit.page("/?level=elevated")
        visit.log_in(page)
        page.wait_for_selector("ol.log")
        assert query(page) == {"level": ["elevated"]}
        page.goto(f"{world.address}/")
        visit.narrow(page)
        assert {name: each for name, each in query(page).items() if each} == {"type": ["siege"], "level": ["critical"]}
        page.goto(f"{world.address}/reports/r10")
        before = len(said(world, "r10"))
        page.locator('button[value="confirm"]').click()
        expect(page.locator("#notice p")).to_be_visible()
        page.locator("form.undo button").click()
        expect(page.locator("#notice p")).to_be_visible()
        assert [bool(each.revokes) for each in said(world, "r10")[before:]] == [False, True]


def test_a_session_that_has_run_out_leads_back_to_where_one_was(world: World) -> None:
    with world.visit("reviewer") as visit:
        page = visit.page("/situations")
        now = world.front.clock.now
        world.front.clock.now = now + timedelta(days=60)
        page.reload()
        world.front.clock.now = now
        assert urlsplit(page.url).path == "/login"
        visit.log_in(page)
        page.wait_for_url("**/situations")
