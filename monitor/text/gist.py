"""What an entry says, in three hashes, without what changes by itself: numbers of views, "3 minutes ago". Pure."""

import hashlib
import re

from monitor.records import Entry
from monitor.text.normalise import fold_text

_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*\s?[km]?(?![^\W\d_])")
_TIME = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b|[(\[]\s*\d+\s*[)\]]")
_ENGLISH = (
    "ago now today yesterday update updated am pm min mins minute minutes hr hrs hour hours sec secs second seconds "
    "day days week weeks view views read reads comment comments share shares like likes"
)
_ARABIC = (
    "منذ قبل الآن اليوم أمس صباحًا مساءً دقيقة دقيقتين دقائق ساعة ساعتين ساعات ثانية ثانيتين ثوان ثواني يوم يومًا يومين"
    " أيام أسبوع أسابيع مشاهدة مشاهدات المشاهدات قراءة قراءات زيارة زيارات تعليق تعليقات مشاركة مشاركات"
)
_PASSING = frozenset(fold_text(f"{_ENGLISH} {_ARABIC}").split())
# Of two words, the first of which says something when it stands alone.
_TOGETHER = ("just now", "last update", "last updated", "a.m", "p.m", *map(fold_text, ("آخر تحديث", "تم التحديث")))
_BOTH = re.compile(rf"\b(?:{'|'.join(map(re.escape, _TOGETHER))})\b")
_WORD = re.compile(r"[^\W_]+")
_SPACED = {code: " " for code in range(128) if not chr(code).isalnum()}


def gist(entry: Entry) -> str:
    """Of the headline, of the headline without its numbers, of the text below."""
    title, text = fold_text(entry.title).lower(), fold_text(f"{entry.summary}\n{entry.content}").lower()
    return ":".join((_hash(_TIME.sub(" ", title)), _hash(_NUMBER.sub(" ", title)), _hash(_NUMBER.sub(" ", text))))


def _hash(text: str) -> str:
    if any(both in text for both in _TOGETHER):
        text = _BOTH.sub(" ", text)
    # split is four times as fast, and to translate anything but ASCII ten times as slow
    words = text.translate(_SPACED).split() if text.isascii() else _WORD.findall(text)
    said = " ".join([word for word in words if word not in _PASSING])
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=10).hexdigest()
