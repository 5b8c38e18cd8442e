"""Under which sequences of words a spelling of the gazetteer is filed: with and without article, in its variants."""

import re
from collections.abc import Iterator, Mapping, Sequence

TOKEN = re.compile(r"([^\W_]+(?:'[^\W_]+)*)")
ARTICLE = "al|el|ul|as|ash|ech|es|ar|at|an|ad|az|adh|ath|eth|ed|en|er|ez|ehl"  # for patterns
ARTICLES = frozenset(ARTICLE.split("|"))


def filings(folded: str, word: bool, area: bool, same: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The sequences of words under which a spelling is filed."""
    words = TOKEN.findall(folded)
    if words and "\u0600" <= words[0][0] <= "\u06ff":
        return _arabic_keys(words, bare=area and not word)
    core = [part for part in words if part not in ARTICLES] or words
    had_article = len(core) < len(words)
    filed: list[tuple[str, ...]] = []
    if had_article and len(core) == 1 and (word or len(core[0]) <= 4):
        filed.append(("al", core[0]))
    else:
        filed.append(tuple(core) if len(core) == 1 else tuple(same.get(part, part) for part in core))
    if had_article and len(core) == 1:
        filed += [("al" + core[0],), ("el" + core[0],)]
    if not word:
        filed += [variant for key in filed for variant in _endings(key)]
    filed += [
        tuple(part.replace("'", "") for part in key)
        for key in filed
        if any(len(part) > 5 and "'" in part for part in key)
    ]
    return filed


def _endings(key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    last = key[-1]
    if last.endswith("ah") and len(last) > 5:
        yield (*key[:-1], last[:-1])
        yield (*key[:-1], last[:-2] + "eh")


def _arabic_keys(words: Sequence[str], bare: bool) -> list[tuple[str, ...]]:
    keys: list[tuple[str, ...]] = [()]
    for word in words:
        forms = [word]
        if bare and word.startswith("ال") and len(word) >= 7:
            forms.append(word[2:])
        keys = [(*key, form) for key in keys for form in forms]
    return keys
