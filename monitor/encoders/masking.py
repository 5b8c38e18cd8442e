"""A text as the model may see it: folded, with every place covered. Training and reading both come through here."""

from collections.abc import Sequence

from monitor.encoders.sentence import PLACE
from monitor.records import Mention
from monitor.text.normalise import Folded


def covered(folded: Folded, mentions: Sequence[Mention]) -> str:
    """The folded text with the letters of each place replaced, so that positions stay as they are."""
    pieces: list[str] = []
    at = 0
    for mention in mentions:
        start, end = folded.position(mention.start), folded.position(mention.end)
        if start < at:
            continue
        pieces += (folded.text[at:start], PLACE * (end - start))
        at = end
    pieces.append(folded.text[at:])
    return "".join(pieces)
