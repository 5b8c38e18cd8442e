"""The languages of the pages. English is in the templates; the others are in locale/, read once at the start."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LANGUAGES: Mapping[str, str] = {"en": "English", "ar": "العربية"}  # code -> its own name
_RTL = frozenset({"ar"})
_FOLDER = Path(__file__).parent / "locale"


def N_(text: str) -> str:  # noqa: N802  as gettext has it
    """Marks a message that is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Voice:
    """gettext, and the language that it speaks."""

    say: Callable[[str], str]
    language: str

    @property
    def arabic(self) -> bool:
        return self.language == "ar"


def direction(language: str) -> str:
    return "rtl" if language in _RTL else "ltr"


def files(language: str) -> list[Path]:
    """Those of the language: one of the frame, and one of each room."""
    return [path for path in (_FOLDER / f"{language}.po", *sorted((_FOLDER / language).glob("*.po"))) if path.exists()]


def catalogue(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@cache
def translations(language: str) -> NullTranslations:
    """The messages of all rooms in one."""
    if language == "en":
        return NullTranslations()
    joined = Catalog(locale=language)
    for path in files(language):
        for message in catalogue(path, language):
            if message.id:
                joined.add(message.id, message.string, context=message.context)
    written = BytesIO()
    write_mo(written, joined)
    written.seek(0)
    return Translations(written)


def chosen(setting: str, asked: str, cookie: str, accepted: str) -> str:
    """The person's own setting, else what the address asks for, else the cookie, else what the browser takes."""
    for code in (setting, asked, cookie):
        if code in LANGUAGES:
            return code
    return negotiate_locale(list(_preferred(accepted)), list(LANGUAGES), sep="-") or "en"


def _preferred(accepted: str) -> Iterator[str]:
    """The languages of Accept-Language, most wanted first."""
    weighed: list[tuple[float, str]] = []
    for part in accepted[:300].split(","):
        code, _, weight = part.strip().partition(";q=")
        try:
            wanted = float(weight or 1)
        except ValueError:
            continue
        if code and wanted > 0:
            weighed.append((-wanted, code))
    yield from (code for _, code in sorted(weighed, key=lambda each: each[0]))
