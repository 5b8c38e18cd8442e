"""The fields of all forms: what the tests of forged and odd requests share."""

from typing import Any

from tests.attacker_support import Way
from tests.web_support import PASSWORD

FIELDS: dict[str, Any] = {  # what each form would take
    "name": "stranger",
    "password": "a new unlikely melon",
    "again": "a new unlikely melon",
    "old": PASSWORD,
    "next": "/",
    "language": "ar",
    "role": "admin",
    "chosen": "ar",
    "zone": "Europe/Berlin",
    "reason": "",
    "verdict": "confirm",
    "note": "n",
    "seen": "0",
    "queue": "",
    "types": [],
    "place": "",
    "duplicate_of": "",
    "into": "jasim-1",
    "report": "r1",
    "span": "2h",
    "what": "situation",
    "to": "",
    "event": [],
    "version": "aaaa1111",
    "serves": "",
    "until": "",
}


def name_of(way: Way) -> str:
    return f"{way.method} {way.path}"
