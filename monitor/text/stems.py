"""Words down to what they share: English by Snowball, Arabic by light stemming and by a skeleton of consonants.

Works on folded words only (see normalise.py). Knows no meaning.
"""

from functools import lru_cache

from snowballstemmer import stemmer

_english = stemmer("english")
_KEPT = 1 << 16  # words: as many as training meets

_SUFFIXES = (
    "هما",
    "كما",
    "تها",
    "تهم",
    "يات",
    "وها",
    "وهم",
    "ات",
    "ون",
    "ين",
    "ان",
    "وا",
    "تا",
    "ته",
    "ها",
    "هم",
    "نا",
    "كم",
    "يه",
    "ه",
    "ي",
    "ت",
    "و",
    "ا",
)
_VERB_ENDINGS = frozenset((*_SUFFIXES, "", "تم", "ونه", "وه", "ناه", "تنا", "يين", "يون", "يا", "كن", "هن", "اه"))


def is_arabic(word: str) -> bool:
    return "ء" <= word[:1] <= "ي"


@lru_cache(_KEPT)
def stem(word: str) -> str:
    """The part that stays the same when the word is inflected."""
    if not is_arabic(word):
        plain = word.removesuffix("'s").strip("'-")
        return str(_english.stemWord(plain)) if len(plain) > 3 else plain
    bare = without_clitics(word)[-1]
    for suffix in _SUFFIXES if bare.endswith(_SUFFIXES) else ():
        if bare.endswith(suffix) and len(bare) - len(suffix) >= 3:
            return bare[: -len(suffix)]
    return bare


def without_clitics(word: str) -> tuple[str, ...]:
    """The Arabic word as written, then ever barer: without "and", "so", then "by", "for", "like", "will", then
    "the".
    """
    forms = [word]
    if len(word) > 3 and word[0] in "وف":
        forms.append(word[1:])
    rest = forms[-1]
    if len(rest) > 4 and rest[:2] in ("ال", "لل"):
        forms.append(rest[2:])
    elif len(rest) > 5 and rest[0] in "بكل" and rest[1:3] == "ال":
        forms.append(rest[3:])
    elif len(rest) > 4 and rest[0] in "بلكس":
        forms.append(rest[1:])
    return tuple(forms)


def is_ending(letters: str) -> bool:
    """Whether these letters may follow an Arabic stem without making it another word."""
    return letters in _VERB_ENDINGS


@lru_cache(_KEPT)
def skeleton(word: str) -> str:
    """An Arabic word without affixes and weak letters: near to its root, so that broken plurals and verb forms meet."""
    if not is_arabic(word):
        return ""
    bare = stem(word)
    for prefix in ("است", "مست", "يست", "تست", "نست", "ان", "ين", "تن", "من", "ت", "ي", "م", "ن", "ا"):
        if bare.startswith(prefix) and len(bare) - len(prefix) >= 3:
            bare = bare[len(prefix) :]
            break
    kept = bare[:1] + "".join(letter for letter in bare[1:] if letter not in "اوي")
    return kept if len(kept) >= 2 else bare
