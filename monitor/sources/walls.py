"""Answers that are a wall: checks for robots, consent pages, logins. A wall must never pass for "no news".

Judged in this order: the host that answered, headers, structure; prose last and only where there is hardly any of it,
because articles quote such prose.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from monitor.http import HttpResponse

_HEAD = 200_000  # bytes looked at
_SMALL = 6_000  # bytes of a page that holds nothing but a frame or a script

_CONSENT_HOSTS = re.compile(
    r"(?:^|\.)(?:consent\.google\.[a-z.]+|consent\.youtube\.com|consent\.yahoo\.com|guce\.[a-z.]+)$"
)
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)
_CLOUDFLARE = re.compile(
    rb"_cf_chl_opt|__cf_chl_|cf-turnstile|challenge-error-text|/cdn-cgi/challenge-platform/(?!scripts/jsd)"
)
_CLOUDFLARE_BLOCK = re.compile(rb"cf-error-details|Attention Required! \| Cloudflare")
_FRAMES = (
    (re.compile(rb"_Incapsula_Resource"), "Imperva"),
    (re.compile(rb"captcha-delivery\.com"), "DataDome"),
    (re.compile(rb"sucuri_cloudproxy_js"), "Sucuri"),
    (re.compile(rb"px-captcha|_pxAppId"), "PerimeterX"),
    (re.compile(rb"(?:check|challenge)\.ddos-guard\.net|/\.well-known/ddos-guard/"), "DDoS-Guard"),
    (re.compile(rb"anubis_challenge|/\.within\.website/x/cmd/anubis"), "Anubis"),
)
_REFUSALS = re.compile(
    rb"not available for scraping|automated access (?:is|to)|limit requests to one every", re.IGNORECASE
)
_LOGIN_PATH = re.compile(r"/(?:log-?in|sign-?in|auth|sso|account/login|wp-login\.php)(?:[/?.]|$)", re.IGNORECASE)

_CONSENT_PROSE = re.compile(
    r"we value your privacy|accept (?:all )?cookies|before you continue|your privacy choices|manage (?:your )?consent"
    r"|ملفات تعريف الارتباط|قبول الكل|نحن نقدر خصوصيتك|سياسة الخصوصية وملفات",
    re.IGNORECASE,
)
_SCRIPT_PROSE = re.compile(
    r"(?:enable|turn on|activate|requires?|need)\s+(?:your\s+)?(?:java\s?script|cookies)"
    r"|java\s?script (?:is )?(?:disabled|required)|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|تفعيل (?:ال)?(?:جافا\s?سكر[يب]{1,2}ت|javascript)|لست روبوت|التحقق من (?:متصفحك|أنك إنسان)",
    re.IGNORECASE,
)
_PAYWALL_PROSE = re.compile(
    r"subscribe to (?:continue|read)|(?:log|sign) in to (?:continue|read)|already a subscriber|for subscribers only"
    r"|هذا المحتوى (?:متاح )?للمشتركين|اشترك لمتابعة القراءة|سجّ?ل الدخول (?:للمتابعة|لمتابعة القراءة)",
    re.IGNORECASE,
)
_PROSE = (
    (_SCRIPT_PROSE, "a page that asks for JavaScript or a proof of being human"),
    (_CONSENT_PROSE, "a page that asks for consent to cookies"),
    (_PAYWALL_PROSE, "a page for subscribers"),
)
_HARDLY_ANY = 600  # characters


def wall(answer: HttpResponse) -> str:
    """What kind of wall answered, as the end of "the address answers with ..."; "" if none is known."""
    head = answer.body[:_HEAD]
    checks: tuple[Callable[[HttpResponse, bytes], str], ...] = (_by_address, _by_headers, _by_structure)
    return next((words for check in checks if (words := check(answer, head))), "")


def wall_in_prose(text: str) -> str:
    """The same from the text that was found on a page; only a text that is hardly more than the plea counts."""
    if len(text) > _HARDLY_ANY:
        return ""
    return next((words for pattern, words in _PROSE if pattern.search(text)), "")


def _by_address(answer: HttpResponse, _head: bytes) -> str:
    parts = urlsplit(answer.url)
    host = parts.hostname or ""
    if re.search(r"(?:^|\.)google\.[a-z.]+$", host) and parts.path.startswith("/sorry/"):
        return "Google's check for robots"
    if _CONSENT_HOSTS.search(host):
        return f"a consent page ({host})"
    if answer.redirects and _LOGIN_PATH.search(parts.path):
        return "a login page"
    return ""


def _by_headers(answer: HttpResponse, head: bytes) -> str:
    if answer.headers.get("cf-mitigated", "").lower() == "challenge":
        return "Cloudflare's check for robots"
    if answer.status == 444 or (len(answer.body) < 1_500 and _REFUSALS.search(head)):
        return "a refusal of automated reading"
    return ""


def _by_structure(answer: HttpResponse, head: bytes) -> str:
    title = _TITLE.search(head)
    just_a_moment = title is not None and title[1].strip().lower().startswith(b"just a moment")
    if _CLOUDFLARE_BLOCK.search(head) and answer.status >= 400:
        return "Cloudflare's block page"
    # The same scripts stand on ordinary pages with a comment form: a status or the title has to agree.
    if _CLOUDFLARE.search(head) and (just_a_moment or answer.status in {403, 429, 503} or len(answer.body) < _SMALL):
        return "Cloudflare's check for robots"
    if len(answer.body) < _SMALL or answer.status >= 400:
        return next((f"{name}'s check for robots" for pattern, name in _FRAMES if pattern.search(head)), "")
    return ""
