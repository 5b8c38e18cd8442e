"""Logging in: what the tests of people share."""

from tests.web_support import PASSWORD, Browser

OTHER = "four green umbrellas"


def log_in(browser: Browser, name: str = "admin", password: str = PASSWORD) -> int:
    return browser.do("/login", {"name": name, "password": password}).status_code
