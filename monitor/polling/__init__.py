"""How a feed is polled: after each try, when to ask again, what to remember, whom to tell. Pure.

It reads no feed, keeps no row and asks no clock: time and chance are given.
"""

from monitor.polling.differing import differs, fingerprint_of
from monitor.polling.failing import LONGEST_ASKED, OWN, Trouble, is_unreached, weight
from monitor.polling.gaps import are_lost, gap, meets
from monitor.polling.hosts import far_host, shares, sharing
from monitor.polling.moving import address_of, known_of
from monitor.polling.network import Try, down_since
from monitor.polling.rhythm import interval
from monitor.polling.telling import Condition, Notice
from monitor.polling.turns import Turn, after_failure, after_reading

__all__ = [
    "LONGEST_ASKED",
    "OWN",
    "Condition",
    "Notice",
    "Trouble",
    "Try",
    "Turn",
    "address_of",
    "after_failure",
    "after_reading",
    "are_lost",
    "differs",
    "down_since",
    "far_host",
    "fingerprint_of",
    "gap",
    "interval",
    "is_unreached",
    "known_of",
    "meets",
    "shares",
    "sharing",
    "weight",
]
