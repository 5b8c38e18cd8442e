"""The ledger of situations: which one a report belongs to, what it changes there, how it stands then. Pure."""

from monitor.situations.deciding import STANDS_FOR, Heard, judge, standing, states_of
from monitor.situations.differing import disagreement
from monitor.situations.doubting import PAIRED_WITHIN, Doubt, Doubted, as_said, doubt_of, partner, taken_as_said
from monitor.situations.joining import (
    JOINS_WITHIN,
    Belonging,
    Wording,
    at_the_place,
    finer,
    is_further,
    knows,
    moment_of,
    related,
)
from monitor.situations.lasting import lasts, looks_back, silent
from monitor.situations.levels import level_of
from monitor.situations.retelling import Retold, retold
from monitor.situations.states import ended, is_over, signs_at, steps

__all__ = [
    "JOINS_WITHIN",
    "PAIRED_WITHIN",
    "STANDS_FOR",
    "Belonging",
    "Doubt",
    "Doubted",
    "Heard",
    "Retold",
    "Wording",
    "as_said",
    "at_the_place",
    "disagreement",
    "doubt_of",
    "ended",
    "finer",
    "is_further",
    "is_over",
    "judge",
    "knows",
    "lasts",
    "level_of",
    "looks_back",
    "moment_of",
    "partner",
    "related",
    "retold",
    "signs_at",
    "silent",
    "standing",
    "states_of",
    "steps",
    "taken_as_said",
]
