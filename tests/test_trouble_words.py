"""What the monitor keeps of its troubles is written in the code that meets them: the pages have words for all of it."""

import ast
import html
import inspect
import re
import time
from collections.abc import Iterator
from types import ModuleType

import pytest

from monitor import canary, health
from monitor.channels import _UNSIGNED as UNSIGNED
from monitor.channels import apprise, blocking, log, mail, posting, receivers, refusal
from monitor.http import addresses, body, client, failures
from monitor.pipeline import canary as canary_journey
from monitor.pipeline import deliver, fetching, models, reshaping, serving, settling, silencing, switch
from monitor.settings import environment
from monitor.sources import (
    answers,
    article,
    entries,
    jsonfeed,
    page,
    parsing,
    reliefweb,
    reports,
    rss,
    telegram,
    telegram_page,
    walls,
)
from monitor.store import corrections, opening
from monitor.text import charset, dates
from monitor.training import gate
from monitor.web import troubles

RAISING = (
    *(addresses, body, client, answers, page, parsing, telegram, rss, reliefweb, jsonfeed),
    *(apprise, blocking, log, mail, posting, refusal, receivers, deliver),
    *(reshaping, silencing, models, serving, canary, canary_journey, environment),
)
ERRORS = {
    "SourceError",
    "HttpError",
    "DeliveryError",
    "StoreError",
    "ModelError",
    "CanaryStoppedError",
    "Unset",
    "Finding",
}
# Functions of which every sentence is kept, and names that such sentences are given before.
WHOLE = (
    *((page, "_remarks"), (page, "_nothing_found"), (page, "_refuse_if_bare"), (parsing, "_what_it_is")),
    *((telegram, "_no_preview"), (reports, "_best_text"), (article, "_unfit"), (article, "_extracted")),
    *((telegram_page, "_note"), (entries, "_date"), (dates, "dated"), (fetching, "_back"), (answers, "moved")),
    *((walls, "_by_address"), (walls, "_by_headers"), (walls, "_by_structure"), (gate, "_pinned"), (gate, "_held_out")),
    *((parsing, "_xml"), (parsing, "_read"), (parsing, "_answer"), (entries, "collected"), (charset, "decoded")),
    *((settling, "fail"), (settling, "note"), (switch, "_asked"), (rss, "_better"), (serving, "_refuse")),
    *((answers, "_refused"), (article, "full_text"), (client, "_received"), (reliefweb, "read_reports")),
    *((apprise, "parsed"), (health, "_names"), (health, "_clock"), (gate, "judged"), (models, "_known")),
    *((gate, "_disorder"), (gate, "_contrary"), (gate, "_passed"), (models, "refused"), (addresses, "_refusal")),
)
NAMED = {"mend", "says", "said", "why", "reason", "failure", "words"}
KEPT = (
    *(f"https://x.example/ {words}" for _, words, _ in failures._WORDS),
    *answers._MEND.values(),
    *(f"the page {words} (5 bytes)" for words, _ in answers._FAILURES.values()),
    *article._FAILURES.values(),
    *(words for _, words in walls._PROSE),
    *refusal.MEANS.values(),
    *posting._NO_ANSWER.values(),
    *switch._WORDS.values(),
    *(advice for _, advice in opening._ADVICE),
    *(UNSIGNED, corrections.WITHDRAWN, settling.OFFLINE, f"{settling.OFFLINE} since 12:00 UTC"),
)
PIECES = {  # of sentences that are put together; each whole one is among WHOLE_ONES
    *(
        "the answer redirects to",
        "the address is",
        "5 a 5: address; only http and https are read",
        "5 is 5: not asked5",
    ),
    *("5 an address without a host", "5 no usable web address", "the 5 5 (5 bytes)", "Socket Exception:"),
    *(": the channel's pages do not reach back to them", ": there were more than are asked for at once"),
    *("the address answers with 5 no channel's page of Telegram", "the mail server 5: 5 5"),
    *("ReliefWeb does not know the appname (403): 5, and wait for the approval", "its words are others"),
    *("ReliefWeb answers only who has an appname: 5, and set appname", "feed %s: %s; next try in %s"),
    *("%s %s goes on.", "Escalation monitor"),
}
WHOLE_ONES = (
    "the answer redirects to a ftp: address; only http and https are read",
    "the address is an address without a host; the address is no usable web address",
    "127.0.0.1 is this machine itself: not asked; for a local feed set allow_loopback: true in monitor.yaml",
    "messages 4 to 9 (01 Jan 10:00 to 02 Jan 11:00 UTC, 25.0 h) were not read: the channel's pages do not reach back "
    "to them",
    "reports put up from 01 Jan 10:00 to 02 Jan 11:00 UTC (25.0 h) were not read: there were more than are asked for "
    "at once",
    "the address answers with a page that is no channel's page of Telegram",
    "the address answers with 77 bytes that are no channel's page of Telegram",
    "the mail server refuses the login: 535",
    f"ReliefWeb does not know the appname (403): {reliefweb._APPLY}, and wait for the approval",
    f"ReliefWeb answers only who has an appname: {reliefweb._APPLY}, and set appname",
    "https://x.example/ gave no complete answer within 30 s",
    "Slack: it asks us to wait (429) - ratelimited",
)


ELSEWHERE = (  # what the code puts together, or where it is not looked for
    *("feed", "page", "channel", "channel's page", "list of reports", "jasim-ar, nawa-ar and 5 more"),
    "The database sqlite:////x could not be used: full. Free some space on the disk; nothing that was committed is "
    "lost.",
    "The database sqlite:////x could not be used: broken.",
    "Other work has kept the database sqlite:////x busy for 60 s. The work stays due and is tried again; if this is "
    "said often, the disk is too slow: move the file.",
    "Could not read Alert from the database: 7. Another version of the monitor wrote it, or a hand: use the version "
    "that wrote it.",
    "Could not store Alert: 7. This is a mistake in the program.",
    "messages 4 to 9 were not read yet: the page is empty",
    "messages 4 to 9 (01 Jan 10:00 to 02 Jan 11:00 UTC, 25.0 h) were not read yet: the page is empty",
    "reports put up from 01 Jan 10:00 to 02 Jan 11:00 UTC (25.0 h) were not read yet: the page is empty",
    "the mail server did not take the message: 451 later",
    "no text: read from the title alone",
    "the address is a ftp: address; only http and https are read",
    "the answer redirects to an address without a host",
    "channel phone is down: the environment has no PHONE: set it before the start, or delete the line",
    "the monitor itself failed on this feed (KeyError); its log has the details",
    "it was not through within 60 s",
    "On the pinned sets 3 reports more are missed than by the serving model",
    "On the pinned sets 3 reports more are missed than by the model that came with the program",
    "the clock of this machine jumped forward by 0:10:00, or it slept",
    "the report in en was not flagged but clear",
)


def sample(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else "5"


def sentences(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        yield "".join(sample(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    else:
        for child in ast.iter_child_nodes(node):
            yield from sentences(child)


def kept(module: ModuleType) -> Iterator[str]:
    """What its errors and findings say, and what is given a name before."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS:
            for argument in node.args:
                yield from sentences(argument)
        elif isinstance(node, ast.Assign) and {getattr(target, "id", "") for target in node.targets} & NAMED:
            yield from sentences(node.value)


def all_of_them() -> list[str]:
    found = [*KEPT, *WHOLE_ONES, *ELSEWHERE]
    for module in (*RAISING, health):
        found += kept(module)
    for module, name in WHOLE:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
                found += [each for line in node.body if not _is_docstring(line) for each in sentences(line)]
    return [each for each in dict.fromkeys(found) if re.search("[a-z]{2} ?[a-z]", each)]


def _is_docstring(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def test_the_pages_have_words_for_every_trouble_that_the_code_can_meet() -> None:
    made = all_of_them()
    assert len(made) > 200
    left = [each for each in made if re.search(r'lang="en"[^>]*>[^<]*[a-z]{2,} [a-z]{2,}', troubles.said(each, "ar"))]
    assert set(left) - PIECES == set()


def test_a_wording_that_is_gone_leaves_no_form_behind() -> None:
    made = "\n".join(all_of_them())
    forms = [(pattern, form) for some in troubles._forms() for pattern, form in some]
    assert len(forms) > 250
    assert [form for pattern, form in forms if not re.search(pattern.pattern, made)] == []


@pytest.mark.parametrize(
    ("sentence", "arabic"),
    [
        (
            "the address answers 404 Not Found: there is no feed at this address; look for its new one; it had moved "
            "there, and its old address is asked again",
            "يجيب العنوان بالرمز 404 Not Found: تعذّر العثور على المصدر في هذا العنوان؛ ابحث عن العنوان الجديد؛ كان قد "
            "انتقل إلى هناك، وعاد الطلب إلى عنوانه القديم",
        ),
        (
            "the canary did not come through, stopped at feed: https://x.example/ refuses the connection or cannot be "
            "reached",
            "لم يصل التقرير التجريبي، توقف عند: المصدر: https://x.example/ يرفض الاتصال أو لا يمكن الوصول إليه",
        ),
        (
            "the canary did not come through, stopped at outbox: it was not through within 60 s",
            "لم يصل التقرير التجريبي، توقف عند: الرسائل المعدّة للإرسال: لم يكتمل خلال 60 ثانية",
        ),
        ("words of <b>nobody</b>; no date", "words of &lt;b&gt;nobody&lt;/b&gt;؛ بلا تاريخ"),
    ],
)
def test_a_trouble_is_said_in_the_readers_language(sentence: str, arabic: str) -> None:
    def plain(language: str) -> str:
        return re.sub("<[^>]*>", "", troubles.said(sentence, language))

    assert plain("ar") == arabic
    assert html.unescape(plain("en")) == sentence


@pytest.mark.parametrize("odd", ["; " * 5_000, "a: " * 3_000, "x (1) - y " * 500, "(" * 5_000, "5 of 5 items " * 300])
def test_a_hostile_sentence_is_said_at_once(odd: str) -> None:
    begun = time.process_time()
    assert troubles.said(odd, "ar")
    assert time.process_time() - begun < 1
