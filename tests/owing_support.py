"""Rules, people and silences that tests of who is owed an alert share."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from monitor.records import Place, Silence
from monitor.settings import Recipient, Rule
from tests.examples import NOON

NAWA = Place("nawa", "Nawa", "نوى", 32.8897, 36.0414, "city", "Izra", True)
DAEL = Place("dael", "Dael", "داعل", 32.7556, 36.1303, "city", "Daraa", True)
PROVINCE = Place("daraa-governorate", "Daraa governorate", "محافظة درعا", 32.85, 36.15, "governorate", "Daraa", True)
DAY = timedelta(days=1)


def person(**keys: Any) -> Recipient:
    return Recipient.model_validate({"channels": ("chat", "mail"), **keys})


def rule(**keys: Any) -> Rule:
    return Rule.model_validate({"to": "desk", **keys})


def silence(**changes: Any) -> Silence:
    made = Silence(7, "Rana", "a drill", "", ("jasim",), (), "", NOON - DAY, NOON + DAY)
    return replace(made, **changes)
