"""Walls that answer with a page: known by host, headers and structure, and by prose only where there is hardly any."""

import pytest

from monitor.http import HttpResponse
from monitor.sources.walls import wall, wall_in_prose

ORDINARY = (
    b"<html><head><title>News</title></head><body>"
    + b"<p>The roads to the town are closed.</p>" * 300
    + b"</body></html>"
)


def answer(
    url: str = "https://news.example/1", status: int = 200, body: bytes = ORDINARY, **more: object
) -> HttpResponse:
    headers = {str(name).replace("_", "-"): str(value) for name, value in more.items() if name != "redirects"}
    redirects = ("https://news.example/1",) if more.get("redirects") else ()
    return HttpResponse(url, status, headers, body, redirects)


@pytest.mark.parametrize(
    ("met", "words"),
    [
        (answer("https://consent.google.com/ml?continue=x"), "a consent page (consent.google.com)"),
        (answer("https://consent.yahoo.com/v2/collectConsent"), "a consent page (consent.yahoo.com)"),
        (answer("https://guce.yahoo.com/consent"), "a consent page (guce.yahoo.com)"),
        (answer("https://www.google.com/sorry/index?continue=x", 429), "Google's check for robots"),
        (answer("https://news.example/login?to=1", redirects=True), "a login page"),
        (answer(cf_mitigated="challenge"), "Cloudflare's check for robots"),
        (answer(status=444, body=b""), "a refusal of automated reading"),
        (answer(body=b"Please limit requests to one every 5 seconds"), "a refusal of automated reading"),
        (
            answer(status=503, body=ORDINARY + b"<script src='/cdn-cgi/challenge-platform/h/g'>"),
            "Cloudflare's check for robots",
        ),
        (answer(status=403, body=b"<div id=cf-error-details>"), "Cloudflare's block page"),
        (answer(body=b"<script src='https://ct.captcha-delivery.com/c.js'>"), "DataDome's check for robots"),
        (answer(body=b"<script>sucuri_cloudproxy_js=''</script>"), "Sucuri's check for robots"),
        (answer(body=b"<div id='px-captcha'>"), "PerimeterX's check for robots"),
        (answer(body=b"<script id='anubis_challenge'>"), "Anubis's check for robots"),
    ],
)
def test_a_wall_is_known_by_who_answers_and_how_it_is_built(met: HttpResponse, words: str) -> None:
    assert wall(met) == words


@pytest.mark.parametrize(
    "met",
    [
        answer(),
        answer("https://news.example/login-at-the-border-crossing"),
        answer("https://news.example/2026/signing-ceremony", redirects=True),
        answer("https://www.google.com/about"),
        answer(body=ORDINARY + b"<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"),
        answer(body=ORDINARY + b"<div class='cf-turnstile'></div>"),
        answer(body=ORDINARY + b"<p>_Incapsula_Resource, a column on technology</p>"),
    ],
)
def test_an_ordinary_page_is_no_wall(met: HttpResponse) -> None:
    assert wall(met) == ""


def test_prose_counts_only_where_there_is_hardly_any() -> None:
    plea = "Please enable JavaScript to continue."
    assert "JavaScript" in wall_in_prose(plea)
    assert wall_in_prose(plea + " The army has closed the roads to the town." * 20) == ""
    assert wall_in_prose("The army has closed the roads to the town.") == ""
