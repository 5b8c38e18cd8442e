"""Words that say of something that it goes on. Pure."""

import re

_STILL = re.compile(
    r"\b(?:still|remains?|remained|continu(?:es?|ed|ing)|ongoing|keeps? up|kept up|goes on|go on|persists?)\b"
    r"|(?<!\w)و?(?:(?:لا|ما) (?:[يت]زال|زالت?)|مازالت?|لازالت?|(?:[يت]|م)ستمر\w*|استمر\w*|[يت]واصل|مواصله)(?!\w)"
)


def persists(folded: str) -> bool:
    return bool(_STILL.search(folded))
