"""What the pages call the words of the trade: one dictionary for English; gettext has the other languages."""

from monitor.channels import told
from monitor.web.language import N_

WORDS = {
    # types and easings
    "siege": N_("siege"),
    "reinforcements": N_("reinforcements"),
    "failed_talks": N_("failed talks"),
    "agreement": N_("agreement"),
    "withdrawal": N_("withdrawal or end of a siege"),
    # states of a report
    "flagged": N_("flagged"),
    "uncertain": N_("uncertain"),
    "clear": N_("not flagged"),
    "not_covered": N_("language not read"),
    "error": N_("could not be read"),
    # levels and grades
    "watch": N_("watch"),
    "elevated": N_("elevated"),
    "critical": N_("critical"),
    "emergency": N_("emergency"),
    "unconfirmed": N_("not verified"),
    "corroborated": N_("reported by more than one source"),
    "confirmed": N_("confirmed on review"),
    "refuted": N_("found to be wrong on review"),
    # what a sentence speaks of
    "now": N_("happening now"),
    "past": N_("in the past"),
    "denied": N_("denied"),
    "feared": N_("feared"),
    "demanded": N_("demanded"),
    "lifted": N_("ended"),
    "planned": N_("planned"),
    "figurative": N_("a figure of speech"),
    "elsewhere": N_("somewhere else"),
    # verdicts
    "confirm": N_("confirmed"),
    "false_alarm": N_("false alarm"),
    "wrong_type": N_("wrong type"),
    "wrong_place": N_("wrong place"),
    "not_current": N_("not current"),
    "duplicate": N_("duplicate"),
    "unsure": N_("unsure"),
    # what a report meant for its situation, and what an alert tells
    "new": N_("new"),
    "escalation": N_("escalation"),
    "escalated": N_("escalation"),
    "confirmation": N_("another source"),
    "repeat": N_("told before"),
    "contradiction": N_("contradicted"),
    "easing": N_("easing"),
    "eased": N_("easing"),
    "all_clear": N_("all clear"),
    "corrected": N_("correction"),
    "second_source": N_("a second source"),
    "too_old": N_("too old"),
    # messages
    "due": N_("waits to be sent"),
    "sent": N_("sent"),
    "given_up": N_("given up"),
    # roles
    "reader": N_("reader"),
    "reviewer": N_("reviewer"),
    "admin": N_("administrator"),
    # languages
    "en": N_("English"),
    "ar": N_("Arabic"),
}


ALERT_WORDS = {"corroborated": "second_source"}  # kinds of alert that go by another word here


def word(code: str) -> str:
    """In English. A code without an entry is shown as it is, so that no page fails for a new one."""
    return WORDS.get(code) or code.replace("_", " ")


def is_judged(state: str) -> bool:
    """Of a report that nothing was made of no probability is known: the 0 in its row says nothing."""
    return state not in {"not_covered", "error"}


def match(probability: float, state: str) -> str:
    """How surely a text reports an event here and now: in the words that messages have for what they tell."""
    if not is_judged(state):
        return word(state)
    if state == "uncertain":
        return N_("possible match")
    if state != "flagged":
        return N_("no match")
    return told.match(probability)
