"""Which language a text is in: by its letters, and among languages that share letters by their commonest words."""

import re
from collections import Counter
from itertools import chain

_WORDS = {
    "en": (
        "the of and to in that is was for with on by as from at which it has had been were their after said "
        "have not are an be this who its but or they "
    ),
    "fr": (
        "de que est près le la les des du et dans une est qui que pour par sur au aux avec pas plus ont été "
        "ses son ce cette sont après selon leur d l en un "
    ),
    "de": (
        "der die das und den von in mit dem des ist im auf eine ein für sich nicht als auch wird wurde nach "
        "bei aus sind zu haben hat einer über "
    ),
    "es": (
        "el la los las de que en y del un una por con se para su al lo es como más fue han ha sus tras según "
        "entre desde este "
    ),
    "it": (
        "il la di che e in un una per con del della dei le gli sono è alla nel si da non più ha dopo dal "
        "delle hanno lo i "
    ),
    "tr": (
        "ve bir bu da de ile için olan olarak sonra kadar olduğu dedi çok gibi daha en ise ya tarafından "
        "üzerine göre yaklaşık iki etti "
    ),
    "pt": "o a os as de que do da em um uma para com não por na dos das mais foi ao são também após pelo pela segundo",
    "nl": "de het een en van in is dat op te zijn met voor niet door aan er ook als bij uit om naar werd heeft worden",
    "id": "yang dan di dengan untuk dari dalam ini itu pada tidak akan telah oleh ke juga sebagai adalah",
    "ru": "в и на не что с по из за к от для это был как его после о при они",
    "uk": "в і на не що з по та за до від для це був як його після про при вони є",
    "ar": "في من على أن إلى عن التي الذي هذا هذه ما بعد قبل بين كان لم لا وقال قد مع أو كما حتى منذ خلال إن وفي",
    "fa": "و در به از که این را با است برای آن شد شده می های کرد کرده اند بر تا خود گفت یک نیز",
    "ur": "کے کی میں ہے اور سے کو کا نے پر کہ ہیں اس یہ",
    "ku": "لە بە بۆ کە ئەو و ئەم دەکات هەر لەو",
}
_BY_WORD: dict[str, list[str]] = {}
for _language, _text in _WORDS.items():
    for _word in _text.split():
        _BY_WORD.setdefault(_word, []).append(_language)

_LETTERS = {
    "ğ": "tr",
    "ı": "tr",
    "ş": "tr",
    "ß": "de",
    "ñ": "es",
    "¿": "es",
    "ъ": "ru",
    "ы": "ru",
    "ї": "uk",
    "є": "uk",
    "ة": "ar",
    "پ": "fa",
    "چ": "fa",
    "گ": "fa",
    "ژ": "fa",
    "ی": "fa",
    "ہ": "ur",
    "ے": "ur",
    "ں": "ur",
    "ێ": "ku",
    "ڕ": "ku",
    "ڵ": "ku",
}
_SCRIPTS = (
    ("ar", re.compile("[\u0600-\u06ff]+")),
    ("latin", re.compile("[a-zß-ɏ]+")),
    ("ru", re.compile("[\u0400-\u04ff]+")),
    ("he", re.compile("[\u0590-\u05ff]+")),
    ("el", re.compile("[\u0370-\u03ff]+")),
    ("zh", re.compile("[\u4e00-\u9fff]+")),
    ("ja", re.compile("[\u3040-\u30ff]+")),
    ("ko", re.compile("[\uac00-\ud7af]+")),
)
_OF_SCRIPT = {
    "ar": ("ar", "fa", "ur", "ku"),
    "latin": ("en", "fr", "de", "es", "it", "tr", "pt", "nl", "id"),
    "ru": ("ru", "uk"),
}
_SAMPLE = 500
_CLEARLY = 2  # votes by which another language must lead before a text is not taken as English or Arabic
_SPLIT = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[a-z]")
_LATIN_SPLIT = re.compile("[a-z]+")  # the same, in half the time, where all letters are these
_VOWELS = re.compile("[\u064b-\u0652]")  # small signs over Arabic letters, at which a word would fall apart


def detect(text: str, hint: str = "") -> str:
    """ISO 639-1 or "und". `hint` (what a feed declares) decides only what the text leaves open."""
    sample = text[:_SAMPLE].lower()
    script = _script(sample)
    if not script:
        return hint[:2] or "und"
    candidates = _OF_SCRIPT.get(script)
    return _by_words(sample, candidates, hint[:2]) if candidates else script


def _script(sample: str) -> str:
    if sample.isascii():
        return "latin" if _LATIN.search(sample) else ""
    counts = {script: _count(letters, sample) for script, letters in _SCRIPTS[:2]}
    if sum(counts.values()) < len(sample) // 2:
        counts |= {script: _count(letters, sample) for script, letters in _SCRIPTS[2:]}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else ""


def _count(letters: re.Pattern[str], sample: str) -> int:
    return len("".join(letters.findall(sample)))


def _by_words(sample: str, candidates: tuple[str, ...], hint: str) -> str:
    words = _LATIN_SPLIT.findall(sample) if sample.isascii() else _SPLIT.findall(_VOWELS.sub("", sample))
    votes = Counter(chain.from_iterable(filter(None, map(_BY_WORD.get, words))))
    for letter, language in () if sample.isascii() else _LETTERS.items():
        if language in candidates and letter in sample:
            votes[language] += 1 if letter == "ی" else 2
    usual = candidates[0]
    best = max(candidates, key=lambda language: (votes[language], language == hint, language == usual))
    if hint in candidates and votes[best] - votes[hint] < _CLEARLY:
        return hint
    return best if votes[best] - votes[usual] >= _CLEARLY else usual
