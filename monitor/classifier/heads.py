"""What the sentence model answers: one probability a head. The first five are the labels; the rest support and
explain.
"""

from monitor.records import EVENT_TYPES, LABELS, SightingState

ABOUT = "about_"
STATE_HEADS: tuple[SightingState, ...] = ("past", "denied", "feared", "planned", "lifted", "demanded", "figurative")
HEADS: tuple[str, ...] = (*LABELS, "violence", "talks", *(ABOUT + event for event in EVENT_TYPES), *STATE_HEADS)
COLUMN = {head: number for number, head in enumerate(HEADS)}
