"""A scripted attacker against the pages: what feeds, servers and people write is text everywhere, and no route is left
out, because they are taken from the app itself.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from lxml import etree
from lxml import html as markup

from tests.attacker_support import ADDRESSES, EVIL, PLAIN, SUM, ways
from tests.browser_support import chromium, needs_chromium, on_loopback
from tests.web_attacker_support import UNWELL, evil, made_of, world
from tests.web_support import Front, blank, front

__all__ = ["blank", "evil", "front"]  # fixtures


def everywhere(front: Front) -> list[str]:
    """Every page there is, those of each report and situation, and each kind of file."""
    paths = [made_of(way) for way in ways(front.app) if way.method == "GET" and "/static/" not in way.path]
    paths += [f"/reports/evil-{number}" for number in range(10)] + ["/situations/nawa-1", "/situations/tafas-1"]
    asked = (f"{name}={quote(EVIL[:180])}" for name in ("q", "place", "type", "outlet", "lang", "from", "was", "level"))
    paths += [f"{path}?{each}" for each in asked for path in ("/", "/situations")]
    paths += [f"/export.{kind}" for kind in ("hxl.csv", "jsonl", "geojson")]
    return [*paths, f"/login?next={quote(EVIL)}", f"/{quote(EVIL[:300])}", "/reports/evil-0?from=queue&was=evil-1.1"]


@pytest.fixture(scope="module")
def plain(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    made = world(tmp_path_factory.mktemp("plain"), blank, PLAIN)
    yield made
    made.parts.store.close()


def pages(front: Front, language: str) -> Iterator[tuple[str, str]]:
    browser = front.browser("admin", language=language)
    for path in everywhere(front):
        answer = browser.get(path)
        assert answer.status_code < 500 or path in UNWELL, path
        if answer.headers.get("content-type", "").startswith("text/html"):
            yield path, answer.text


def parsed(page: str) -> Any:
    return markup.document_fromstring(page.replace("\x00", ""))


def built_of(tree: Any) -> set[str]:
    """Elements with the names of their attributes; comments, and all else that is no text."""
    found: set[str] = set()
    for each in tree.iter():
        if not isinstance(each.tag, str):
            found.add(f"<!-- {each.text}")
            continue
        found |= {each.tag, *(f"{each.tag} {name}" for name in each.attrib)}
    return found


def led_to(tree: Any) -> Iterator[str]:
    """Addresses that a click, a form or the page itself would ask for."""
    for each in tree.iter(etree.Element):
        for name in (
            "href",
            "src",
            "action",
            "formaction",
            "poster",
            "data",
            "srcdoc",
            "{http://www.w3.org/1999/xlink}href",
        ):
            if name in each.attrib:
                yield each.attrib[name]


@pytest.fixture(scope="module")
def english(evil: Front) -> Sequence[tuple[str, str, Any]]:
    """Path, page and what a browser makes of it."""
    return [(path, page, parsed(page)) for path, page in pages(evil, "en")]


def test_what_others_wrote_is_text_on_every_page(
    evil: Front, plain: Front, english: Sequence[tuple[str, str, Any]]
) -> None:
    allowed = {"span lang", "span dir"}  # of a reason in which others' words stand: it is marked as English
    for _, page in pages(plain, "en"):
        allowed |= built_of(parsed(page))
    shown = []
    arabic = ((path, page, parsed(page)) for path, page in pages(evil, "ar"))
    for path, page, tree in (*english, *arabic):
        assert built_of(tree) <= allowed, path
        assert SUM not in page, path
        for address in led_to(tree):
            parts = urlsplit(address.strip())
            assert parts.scheme in {"", "http", "https"}, (path, address)
            assert not parts.netloc or "evil" not in parts.netloc, (path, address)
        assert {each.get("src", "").partition("/")[2].partition("/")[0] for each in tree.iter("script")} <= {"static"}
        shown += [path.partition("?")[0]] if "x-pwned" in tree.text_content() else []
    wanted = ("/", "/queue", "/situations/jasim-1", "/situations/tafas-1", "/silences", "/coverage", "/models")
    assert {*wanted, *(f"/reports/evil-{number}" for number in range(10))} <= {*shown}


def test_letters_that_turn_lines_round_turn_nothing_but_themselves(english: Sequence[tuple[str, str, Any]]) -> None:
    isolated = {"bdi", "title", "textarea", "option", "input"}
    seen = 0
    for path, _, tree in english:
        for each in tree.iter(etree.Element):
            if "\u202e" in (each.text or "") or any("\u202e" in (child.tail or "") for child in each):
                seen += 1
                around = [each, *each.iterancestors()]
                assert any(one.tag in isolated or one.get("dir") == "auto" for one in around), (
                    path,
                    each.tag,
                    each.text,
                )
    assert seen > 20


def test_files_hold_what_others_wrote_as_text(evil: Front) -> None:
    browser = evil.browser("reader")
    atom = browser.get("/flagged.atom")
    tree = etree.fromstring(atom.content)
    assert {etree.QName(each).namespace for each in tree.iter(etree.Element)} == {"http://www.w3.org/2005/Atom"}
    for content in tree.iter("{*}content"):
        assert built_of(markup.fragment_fromstring(content.text, create_parent="div")) <= {
            *("div", "blockquote", "blockquote lang", "blockquote dir", "p")
        }
    addresses = [each.get("href") for each in tree.iter("{*}link")]
    assert addresses
    assert {urlsplit(each).scheme for each in addresses} == {"https"}
    for kind in ("csv", "hxl.csv"):
        answer = browser.get(f"/export.{kind}")
        assert answer.headers["content-type"].startswith("text/csv")
        assert "filename=" in answer.headers["content-disposition"]
        table = list(csv.DictReader(StringIO(answer.text)))
        assert not {row["url"] for row in table} & {*ADDRESSES}
        assert all(each["properties"]["headline"] for each in browser.get("/export.geojson").json()["features"])
    for line in browser.get("/export.jsonl").text.splitlines():
        assert json.loads(line)["key"]


@needs_chromium
def test_nothing_that_others_wrote_runs_in_a_browser_that_was_told_to_allow_everything(evil: Front) -> None:
    paths = ["/", "/reports/evil-0", "/reports/evil-8?from=queue", "/queue", "/situations", "/situations/jasim-1"]
    paths += [
        "/situations/tafas-1",
        "/silences",
        "/coverage",
        "/models",
        f"/?q={quote(EVIL[:180])}",
        f"/login?next={quote(EVIL)}",
    ]
    with on_loopback(evil.app) as address, chromium() as browser:
        context = browser.new_context(bypass_csp=True)
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        context.add_cookies([{"name": "monitor_session", "value": evil.session("admin"), "url": address}])
        page = context.new_page()
        for path in paths:
            page.goto(address + path)
            page.evaluate("document.querySelectorAll('*').forEach(each => { each.focus && each.focus(); })")
            page.evaluate(
                "document.querySelectorAll('a, summary, img, svg').forEach(each => "
                "each.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})))"
            )
            assert page.evaluate("window.__pwned") is None, path
            assert page.evaluate("document.querySelectorAll('[data-pwned], x-pwned, base, iframe').length") == 0, path
        page.evaluate(
            "const own = document.createElement('script'); own.text = 'window.__pwned = 1'; document.body.append(own)"
        )
        assert page.evaluate("window.__pwned") == 1  # it would have been seen
        assert all(url.startswith(f"{address}/") for url in asked)
        context.close()
