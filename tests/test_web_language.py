"""Both languages of the pages: whole, fitting, and each the right way round."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir

from monitor.web import decisions, pages
from monitor.web.language import LANGUAGES, catalogue, chosen, files, translations
from tests.web_support import Front, blank, front

__all__ = ["blank", "front"]  # fixtures

WEB = Path(pages.__file__).parent
HOLES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
OTHERS = sorted(LANGUAGES.keys() - {"en"})


@cache
def used() -> Catalog:
    """Every message of the templates and of the code."""
    found = Catalog()
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext.babel_extract")]
    options = {"**/templates/**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
    keywords = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
    for name, line, said, _, context in extract_from_dir(WEB, methods, options, keywords=keywords):
        found.add(said, locations=[(name, line)], context=context)
    return found


@cache
def joined(language: str) -> Catalog:
    whole = Catalog(locale=language)
    for path in files(language):
        for message in catalogue(path, language):
            if message.id and not message.fuzzy:
                whole.add(message.id, message.string, context=message.context)
    return whole


def said(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_the_messages_are_found_at_all() -> None:
    ids = {message.id for message in used() if message.id}
    assert {"Log in", "The name or the password is wrong.", "failed talks", "Skip to the content"} <= ids


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_said_in_every_language(language: str) -> None:
    known = joined(language)
    missing = []
    for message in used():
        if message.id:
            found = known.get(message.id, message.context)
            if found is None or not all(said(found)):
                missing.append(f"{message.locations[0][0]}: {message.id!r}")
    assert missing == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_filled_in_is_the_same_in_every_language(language: str) -> None:
    wrong = []
    for message in joined(language):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        holes = set(HOLES.findall(ids[-1]))
        for each in said(message):
            ours = set(HOLES.findall(each))
            # one and two may say the number in words
            if ours != holes and not (len(ids) > 1 and ours < holes):
                wrong.append((message.id, each))
    assert wrong == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_room_says_the_same_thing_in_other_words_than_another(language: str) -> None:
    first: dict[object, tuple[str, object]] = {}
    differ = []
    for path in files(language):
        for message in catalogue(path, language):
            if message.id:
                before = first.setdefault((message.id, message.context), (path.name, message.string))
                if before[1] != message.string:
                    differ.append((message.id, before, (path.name, message.string)))
    assert differ == []


def test_arabic_is_written_in_arabic() -> None:
    latin = {"English"}
    odd = [
        message.id
        for message in joined("ar")
        if message.id and message.id not in latin
        for each in said(message)
        if not re.search(r"[\u0600-\u06ff]", each) and re.search("[A-Za-z]{3}", re.sub(HOLES, "", each))
    ]
    assert odd == []


@pytest.mark.parametrize(
    ("setting", "asked", "cookie", "accepted", "expected"),
    [
        ("ar", "en", "en", "en", "ar"),
        ("", "ar", "en", "en", "ar"),
        ("", "", "ar", "en", "ar"),
        ("", "", "", "ar-SY,ar;q=0.9,en;q=0.5", "ar"),
        ("", "", "", "en;q=0.3, ar;q=0.8", "ar"),
        ("", "", "", "de,fr;q=0.9", "en"),
        ("xx", "../..", "<b>", "*;q=x,,;;", "en"),
        ("", "", "", "ar;q=0", "en"),
    ],
)
def test_the_language_is_the_persons_else_the_one_asked_for_else_the_browsers(
    setting: str, asked: str, cookie: str, accepted: str, expected: str
) -> None:
    assert chosen(setting, asked, cookie, accepted) == expected


def test_pages_say_their_language_and_direction(front: Front) -> None:
    browser = front.browser(language="ar-SY,en;q=0.5")
    arabic = browser.get("/login").text
    assert '<html lang="ar" dir="rtl">' in arabic
    assert translations("ar").gettext("Log in") in arabic
    assert '<html lang="en" dir="ltr">' in browser.get("/login?lang=en").text
    assert '<html lang="en" dir="ltr">' in browser.get("/login").text  # it was kept
    assert browser.do("/language", {"language": "ar", "next": "/login"}).headers["location"] == "/login"
    assert '<html lang="ar" dir="rtl">' in browser.get("/login").text


def test_problems_are_told_in_the_readers_language(front: Front) -> None:
    browser = front.browser(language="ar")
    for path, status in (("/no-such-page", 404), ("/setup/none", 410), ("/a/none", 404)):
        answer = browser.get(path)
        assert (answer.status_code, '<html lang="ar" dir="rtl">' in answer.text) == (status, True)
    said_so = translations("ar").gettext("There is no such page")
    assert said_so != "There is no such page"
    assert said_so in browser.get("/no-such-page").text
    assert browser.get("/api/no-such-thing").json()["error"]


def test_the_style_knows_no_left_and_right() -> None:
    style = (pages.STATIC / "style.css").read_text(encoding="utf-8")
    sided = (
        r"(?:margin|padding|border)-(?:left|right)|(?<![\w-])(?:left|right)\s*:|(?:text-align|float):\s*(?:left|right)"
    )
    assert re.findall(sided, style) == []


def test_text_of_sources_is_shown_as_text_in_its_own_direction() -> None:
    assert pages.foreign("<script>x</script>", "ar") == '<bdi lang="ar" dir="auto">&lt;script&gt;x&lt;/script&gt;</bdi>'
    assert pages.foreign("x", '"><b>').startswith('<bdi lang="&#34;')
    shown = pages.paragraphs("One <img src=x onerror=y>\nline\n\n\n\u202eTwo & three")
    assert shown == "<p>One &lt;img src=x onerror=y&gt;<br>line</p>\n<p>\u202eTwo &amp; three</p>"


@pytest.mark.parametrize(
    ("reason", "english", "arabic"),
    [
        (
            "jasim-1 had no siege or failed_talks so far",
            "jasim-1 had no siege or failed talks so far",
            "لم يرد في jasim-1 حتى الآن حصار أو فشل مفاوضات",
        ),
        (
            "siege had come to an end in nawa-2, or not been heard of for long",
            "",
            "حصار: كان قد انتهى في nawa-2 أو انقطعت أخباره منذ مدة",
        ),
        (
            "older than the last change in nawa-2: talks under way",
            "older than the last change in nawa-2: talks under way",
            "أقدم من آخر تغيّر في nawa-2: «المفاوضات جارية»",
        ),
        (
            "read 3 days after it was published, and nawa-2 had it already",
            "",
            "قُرئ بعد 3 أيام من نشره، وكان واردًا في nawa-2",
        ),
        ("repeats abc (the same text (93 of 100))", "", "يكرر abc (النص نفسه (93 من 100))"),
        (
            "no situation at Jasim had a report within 72 h; it may mean nawa-1, nawa-2",
            "",
            "لم يرد خلال 72 ساعة تقرير عن أي حالة في Jasim؛ قد يكون المقصود nawa-1، nawa-2",
        ),
        (
            "says that a siege is threatened and talks are held; no event of its own in nawa-1",
            "",
            "يذكر تهديدًا بحصار ومفاوضات جارية؛ لا حدث جديدًا فيه عن nawa-1",
        ),
        ("a <b>later</b> reason", "a &lt;b&gt;later&lt;/b&gt; reason", "a &lt;b&gt;later&lt;/b&gt; reason"),
    ],
)
def test_the_reason_of_a_decision_is_said_without_codes_and_in_the_readers_language(
    reason: str, english: str, arabic: str
) -> None:
    def plain(language: str) -> str:
        return re.sub("<[^>]*>", "", decisions.said(reason, language, {}))

    assert (plain("en"), plain("ar")) == (english or reason, arabic)
