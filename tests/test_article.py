"""Full texts from article pages, short and long, without the furniture, and walls known for what they are."""

# ruff: noqa: E501 - pages are long lines

import json
from collections.abc import Iterator
from html import escape

import pytest

from monitor.sources.article import Article, full_text
from tests.sources_support import Reader, redirect, reply

SHORT = "وصلت فجر اليوم عشرات الآليات إلى محيط مدينة طفس."
LONG = (
    "أفاد أهالٍ من مدينة نوى بأن قوة عسكرية أغلقت المداخل الرئيسية صباح السبت، ومنعت دخول شاحنات الطحين.",
    "وقال أحد أعضاء اللجنة المحلية إن الاجتماع الأخير انتهى من دون نتيجة، وإن الوفد غادر المدينة قبل الظهر.",
    "Residents said that two checkpoints had been set up beside the silos and that schools stayed shut.",
)
MENU = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in ("الرئيسية", "سياسة", "اقتصاد", "رياضة", "من نحن"))
TEASERS = "".join(
    f'<div class="item"><h3><a href="/{n}">افتتاح معرض الكتاب الدولي بمشاركة مئة دار نشر عربية</a></h3></div>'
    for n in range(6)
)
FURNITURE = ("اقتصاد", "معرض الكتاب", "ملفات تعريف", "الحقوق محفوظة", "اشترك في النشرة", "Home News", "All rights")


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def plain(title: str, body: str) -> str:
    return (
        f'<!doctype html><html dir="auto"><head><meta charset="utf-8"><title>{title}</title></head><body><nav>Home News Sport'
        f"</nav><article><h1>{title}</h1>{body}</article><footer>All rights reserved</footer></body></html>"
    )


def portal(title: str, body: str, kind: str) -> str:
    """A page as news sites build them, with the article in an element of this kind."""
    return f"""<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>{title} - وكالة الجنوب</title></head><body>
<header><ul class="menu">{MENU}</ul></header><div class="breadcrumbs"><a href="/">الرئيسية</a></div>
<div class="container"><{kind} class="post"><h1>{title}</h1><div class="meta">21 تشرين الثاني 2026</div>
<div class="entry-content">{body}</div><div class="share-buttons"><a href="#">فيسبوك</a></div></{kind}>
<div class="related-posts"><h2>اقرأ أيضاً</h2>{TEASERS}</div><div class="sidebar"><ul>{TEASERS}</ul></div>
<div class="newsletter">اشترك في النشرة البريدية<form><input></form></div></div>
<div class="cookie-banner">نستخدم ملفات تعريف الارتباط</div><footer><p>الحقوق محفوظة</p></footer></body></html>"""


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def article(
    reader: Reader, page: str | bytes, kind: str = "text/html; charset=utf-8", status: str = "200 OK"
) -> Article:
    reader.site.answers["/page"] = reply(page.encode() if isinstance(page, str) else page, kind, status)
    return reader.article("/page")


@pytest.mark.parametrize("texts", [(SHORT,), (SHORT, LONG[0]), LONG, LONG * 6], ids=["one", "two", "three", "eighteen"])
@pytest.mark.parametrize("build", ["plain", "article", "div", "section"])
def test_the_text_is_found_without_headline_and_furniture_however_short_it_is(
    reader: Reader, build: str, texts: tuple[str, ...]
) -> None:
    title = "تطورات ميدانية في ريف درعا الغربي"
    page = plain(title, paragraphs(*texts)) if build == "plain" else portal(title, paragraphs(*texts), build)
    found = article(reader, page)
    assert found.note == ""
    assert [text for text in set(texts) if text not in found.text] == []
    assert [words for words in FURNITURE if words in found.text] == []
    assert not found.text.startswith(title)


def test_a_page_with_nothing_but_its_headline_has_no_text_and_says_so(reader: Reader) -> None:
    assert article(reader, plain("كاريكاتير", "")) == Article("", "the page holds no text")
    assert article(reader, "<html></html>") == Article("", "the page holds no text")
    assert article(reader, "") == Article("", "the page is empty")


def test_pages_in_old_encodings_are_read(reader: Reader) -> None:
    page = plain("عنوان", paragraphs(*LONG[:2])).replace("utf-8", "windows-1256")
    found = article(reader, page.encode("windows-1256", "xmlcharrefreplace"), "text/html")
    assert LONG[0] in found.text


@pytest.mark.parametrize(
    "page",
    [
        f'<form id="aspnetForm"><h1>T</h1>{paragraphs(*LONG)}</form>',
        f'<form id="aspnetForm">{paragraphs(*LONG)}</form>',
        f'<div class="sidebar-layout"><div>{paragraphs(*LONG)}</div><ul class="sidebar">{MENU}</ul></div>',
        f'<div class="social-content"><h1>T</h1>{paragraphs(*LONG)}</div>',
        f"<table><tr><td>{'<br>'.join(LONG)}</td></tr></table>",
        f"<div>{'<br><br>'.join(LONG)}</div>",
        "\n\n".join(LONG),
    ],
)
def test_pages_built_the_old_way_or_named_misleadingly_keep_their_text(reader: Reader, page: str) -> None:
    found = article(reader, f"<html><head><title>T</title></head><body>{page}</body></html>")
    assert [text for text in LONG if text not in found.text] == []
    assert "|" not in found.text
    assert "اقتصاد" not in found.text


@pytest.mark.parametrize("wrap", ["{}", "[{}]", '{{"@graph": [{{"@type": "WebPage"}}, {}]}}'])
def test_a_page_that_scripts_fill_is_read_from_what_it_tells_to_machines(reader: Reader, wrap: str) -> None:
    told = wrap.format(json.dumps({"@type": "NewsArticle", "articleBody": "\n".join(LONG)}, ensure_ascii=False))
    head = f'<title>T</title><script type="application/ld+json">{told}</script>'
    page = f'<html><head>{head}</head><body><div id="app">Loading...</div></body></html>'
    assert article(reader, page).text == "\n".join(LONG)


def test_a_control_character_does_not_end_the_page(reader: Reader) -> None:
    assert article(reader, plain("T", paragraphs("\x1a \x1a" + LONG[0], LONG[1]))).text == f"{LONG[0]}\n{LONG[1]}"


def test_text_in_a_page_cannot_deceive(reader: Reader) -> None:
    found = article(
        reader, plain("T", paragraphs("The army\u202e has clo\u200bsed the roads to the town\x00 since dawn."))
    )
    assert found.text == "The army has closed the roads to the town since dawn."


@pytest.mark.parametrize(
    ("page", "kind", "status", "note"),
    [
        ("<p>x</p>", "text/html", "404 Not Found", "the page's address answers 404 Not Found"),
        ("<p>x</p>", "text/html", "503 Service Unavailable", "answers 503"),
        ("%PDF-1.7", "application/pdf", "200 OK", "leads to a file (application/pdf)"),
        ("%PDF-1.7", "text/html", "200 OK", "leads to a file"),
        ("RIFF", "audio/mpeg", "200 OK", "leads to a file (audio/mpeg)"),
        ("{}", "application/json", "200 OK", "leads to a file (application/json)"),
        (
            "<html><title>Just a moment...</title><body><script>window._cf_chl_opt = {}</script></body>",
            "text/html",
            "403 Forbidden",
            "Cloudflare's check for robots",
        ),
        ("<title>Attention Required! | Cloudflare</title>", "text/html", "403 Forbidden", "Cloudflare's block page"),
        ('<html><body><iframe src="/_Incapsula_Resource?x"></iframe></body></html>', "text/html", "200 OK", "Imperva's check"),
        ("<html><body><p>Please enable JavaScript to view this site.</p></body></html>", "text/html", "200 OK", "JavaScript"),
        ("<html><body><noscript>You need to enable JavaScript</noscript></body></html>", "text/html", "200 OK", "JavaScript"),
        ("<html><body><p>يرجى تفعيل جافا سكريبت لمتابعة التصفح</p></body></html>", "text/html", "200 OK", "JavaScript"),
        ("<html><body><p>We value your privacy. Accept all cookies?</p></body></html>", "text/html", "200 OK", "consent"),
        ("<html><body><p>نستخدم ملفات تعريف الارتباط، اضغط قبول الكل</p></body></html>", "text/html", "200 OK", "consent"),
        ("<html><body><p>Subscribe to continue reading.</p></body></html>", "text/html", "200 OK", "subscribers"),
        ("<html><body><p>هذا المحتوى للمشتركين فقط</p></body></html>", "text/html", "200 OK", "subscribers"),
    ],
)  # fmt: skip
def test_what_is_no_article_is_named(reader: Reader, page: str, kind: str, status: str, note: str) -> None:
    found = article(reader, page, kind, status)
    assert found.text == ""
    assert note in found.note
    assert "\n" not in found.note


def test_an_article_that_only_mentions_cookies_and_scripts_is_no_wall(reader: Reader) -> None:
    text = "The ministry's new site asks visitors to enable JavaScript and to accept cookies, which many cannot. "
    page = plain(
        "T", paragraphs(text * 3, *LONG) + "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"
    )
    found = article(reader, page)
    assert found.note == ""
    assert LONG[0] in found.text


def test_a_redirect_to_a_login_is_a_wall(reader: Reader) -> None:
    reader.site.answers |= {"/members": redirect("/login?next=/members"), "/login?next=/members": reply(b"<p>x</p>")}
    assert reader.article("/members").note == "the page's address answers with a login page"


def test_an_address_that_cannot_be_asked_is_a_note_and_no_error(reader: Reader) -> None:
    reader.site.answers["/inward"] = redirect("http://10.0.0.1/")
    assert "private network" in reader.article("/inward").note
    reader.site.answers["/mute"] = b""
    assert reader.article("/mute").note.startswith("the page could not be fetched")


def test_links_of_google_news_are_left_alone(reader: Reader) -> None:
    asked = len(reader.site.requests)
    found = reader.run(full_text("https://news.google.com/rss/articles/CBMi?oc=5", reader.http, reader.workers))
    assert (found.text, "Google News" in found.note, len(reader.site.requests)) == ("", True, asked)


@pytest.mark.parametrize(
    "page",
    ["<div>" * 100_000, "<!--" * 200_000, "<a " * 200_000, "<table><tr><td>" * 60_000, "<p>x" * 200_000, "&" * 900_000],
    ids=["divs", "comments", "attributes", "tables", "paragraphs", "ampersands"],
)
def test_a_page_made_to_take_long_is_read_or_stopped(reader: Reader, page: str) -> None:
    found = article(reader, "<html><body>" + page)
    assert found.text or found.note
    assert article(reader, plain("T", paragraphs(SHORT))).text == SHORT
