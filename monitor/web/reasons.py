"""What the pages call the reasons of a verdict, how a place was found, and the parts of the queue."""

from collections.abc import Mapping

from monitor.web.language import N_

REASON_WORDS: Mapping[str, str] = {
    "plain_words": N_("the text says so plainly"),
    "other_sources": N_("other sources say the same"),
    "known_there": N_("people there confirm it"),
    "misread": N_("the text says nothing of the kind"),
    "elsewhere": N_("it happens in another area"),
    "figurative": N_("a figure of speech, or a name"),
    "opinion": N_("opinion or analysis, no event"),
    "denied": N_("the text denies it"),
    "other_event": N_("another of the three events"),
    "violence_only": N_("fighting or a raid, none of the three events"),
    "easing": N_("it eases rather than escalates"),
    "same_name": N_("another place of the same name"),
    "outside": N_("outside the governorate"),
    "other_town": N_("another town or quarter"),
    "past": N_("it happened long ago"),
    "background": N_("told as background only"),
    "planned": N_("planned, feared or demanded"),
    "over_by_now": N_("it was over when it was reported"),
    "same_words": N_("the same words"),
    "same_event": N_("the same event, other words"),
    "update": N_("an update without news"),
    "unclear_text": N_("the text is unclear"),
    "second_look": N_("somebody else should look"),
    "no_source": N_("the source cannot be opened"),
}
VERDICT_WORDS: Mapping[str, str] = {  # on the buttons
    "confirm": N_("Confirm"),
    "false_alarm": N_("False alarm"),
    "wrong_type": N_("Wrong type"),
    "wrong_place": N_("Wrong place"),
    "not_current": N_("Not current"),
    "duplicate": N_("Duplicate"),
    "unsure": N_("Unsure"),
}
SILENT_WORDS: Mapping[str, str] = {  # where nothing was flagged, and nobody told
    "confirm": N_("It reports one: missed"),
    "false_alarm": N_("It reports none"),
    "not_current": VERDICT_WORDS["not_current"],
    "unsure": VERDICT_WORDS["unsure"],
}
KEYS: Mapping[str, str] = {
    "confirm": "c",
    "false_alarm": "f",
    "wrong_type": "t",
    "wrong_place": "p",
    "not_current": "n",
    "duplicate": "d",
    "unsure": "u",
}
FOUND_WORDS: Mapping[str, str] = {
    "sentence": N_("named in the sentence"),
    "earlier": N_("named in an earlier sentence"),
    "dateline": N_("named in the dateline"),
    "title": N_("named in the headline"),
    "region": N_("the region as a whole"),
}
READ_FROM: Mapping[str, str] = {
    "page": N_("the article's page"),
    "feed": N_("the feed's own text"),
    "title": N_("the headline alone"),
}
PART_WORDS: Mapping[str, str] = {
    "critical": N_("Critical alarms that nobody has checked"),
    "flagged": N_("Other alarms that nobody has checked"),
    "uncertain": N_("Uncertain reports"),
    "disputed": N_("Where opinions differ"),
    "audit": N_("Random sample of what was not flagged"),
}
PART_NOTES: Mapping[str, str] = {
    "critical": N_("People act on these now."),
    "flagged": N_("They were sent, or stand in a situation."),
    "uncertain": N_("Nobody was alerted; if one is right, somebody should know."),
    "disputed": N_(
        "Reviewers differ or were unsure, or a copy was judged otherwise than what it copies. One more opinion decides."
    ),
    "audit": N_(
        "What the monitor thought of them is hidden. Each answer makes the estimate on the audit page sharper."
    ),
}
