"""The journeys: a feed to reports and alerts (poll), an owed message to its receiver (deliver), what stands (summary).

The only write transactions of the service are here. Fetching, reading and sending happen outside them.
"""

from monitor.pipeline.canary import Canary, open_canary
from monitor.pipeline.deliver import deliver_one, next_turns
from monitor.pipeline.digest import tell_digests
from monitor.pipeline.escalate import escalate
from monitor.pipeline.parts import Backlog, Parts
from monitor.pipeline.poll import poll, poll_feed, poll_taken, take_back, take_due
from monitor.pipeline.publish import publish
from monitor.pipeline.sampling import draw_samples
from monitor.pipeline.seeing import tell_sight
from monitor.pipeline.settling import PollResult
from monitor.pipeline.summary import tell_what_stands
from monitor.pipeline.tending import tend

__all__ = [
    "Backlog",
    "Canary",
    "Parts",
    "PollResult",
    "deliver_one",
    "draw_samples",
    "escalate",
    "next_turns",
    "open_canary",
    "poll",
    "poll_feed",
    "poll_taken",
    "publish",
    "take_back",
    "take_due",
    "tell_digests",
    "tell_sight",
    "tell_what_stands",
    "tend",
]
