"""Templates to pages: one set of templates for each language, with the words, times and names that all rooms use."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from babel.support import NullTranslations
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from markupsafe import Markup, escape

from monitor.channels import when
from monitor.records import Place
from monitor.text.attribution import name_in
from monitor.web import troubles
from monitor.web.language import LANGUAGES, direction, translations
from monitor.web.words import ALERT_WORDS, word

_FOLDER = Path(__file__).parent
STATIC = _FOLDER / "static"


class _Compiled(BytecodeCache):
    """The templates of one language are those of the other: each is compiled once."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._known.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class Pages:
    """`place_of` finds the place of a slug."""

    def __init__(self, place_of: Callable[[str], Place | None]) -> None:
        loader = FileSystemLoader(_FOLDER / "templates")
        self._by_language = {code: _environment(loader, code, place_of) for code in LANGUAGES}

    def render(self, template: str, language: str, context: Mapping[str, Any]) -> str:
        return self._by_language[language].get_template(template).render(context)

    def teach(self, **names: Any) -> None:
        """Names that a room needs in its own templates."""
        for environment in self._by_language.values():
            environment.globals.update(names)

    def say(self, language: str) -> Callable[[str], str]:
        """gettext, for what is said outside the templates."""
        return translations(language).gettext


def _environment(loader: FileSystemLoader, language: str, place_of: Callable[[str], Place | None]) -> Environment:
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
        bytecode_cache=_COMPILED,
    )
    found: NullTranslations = translations(language)
    cast(Any, made).install_gettext_translations(found, newstyle=True)  # the extension has added it
    made.filters["word"] = _word
    made.filters["alert"] = _alert
    made.filters["paragraphs"] = paragraphs
    made.globals.update(
        language=language,
        direction=direction(language),
        languages=LANGUAGES,
        static=static,
        foreign=foreign,
        outlet=lambda name: foreign(name_in(name, language)),
        trouble=lambda kept: troubles.said(kept, language),
        name_of=lambda name: name_in(name, language),
        when=_when,
        dated=lambda at: dated(at, language),
        ago=lambda span: when.age(span, language),
        counted=lambda number, noun: when.counted(number, noun, language),
        place=lambda place: named(place_of(place) if isinstance(place, str) else place, place, language),
    )
    return made


@pass_context  # without it {{ "sent"|word }} would be said once, while compiling, for all languages
def _word(context: Context, code: object) -> str:
    said: str = translations(context["language"]).gettext(word(str(code)))
    return said


@pass_context
def _alert(context: Context, kind: str) -> object:
    """What an alert told. "corroborated" is the grade of many others, too."""
    return _word(context, ALERT_WORDS.get(kind, kind))


@pass_context
def _when(context: Context, at: datetime | None) -> Markup:
    """A time in Damascus and UTC, and in the person's own zone."""
    if at is None:
        return Markup("")
    person = context.get("person")
    return timed(at, person.zone if person else "", context["language"])


def timed(at: datetime, zone: str, language: str) -> Markup:
    return _time(at, when.moment(at, zone or "UTC", language))


def dated(at: datetime, language: str) -> Markup:
    return _time(at, when.day_and_year(at, language))


def _time(at: datetime, told: str) -> Markup:
    # not by Markup's own %, which takes three times as long: a page has a hundred
    return Markup(f'<time datetime="{at.isoformat(timespec="seconds")}">{escape(told)}</time>')  # noqa: S704  # nosec B704


def foreign(text: str, language: str = "") -> Markup:
    """What a source wrote: in its own language and direction, whatever the page's. It is text, never markup."""
    if language:
        return Markup('<bdi lang="{}" dir="auto">{}</bdi>').format(language, text)
    return Markup('<bdi dir="auto">{}</bdi>').format(text)


def paragraphs(text: str) -> Markup:
    """Plain text with its paragraphs. Escaped: what looks like markup in it is shown, and does nothing."""
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in part.splitlines() if line.strip()))
        for part in text.replace("\r\n", "\n").split("\n\n")
        if part.strip()
    )


def named(found: Place | None, otherwise: object, language: str) -> str:
    if found is None:
        return str(otherwise or "")
    return found.arabic if language == "ar" and found.arabic else found.name


@cache
def fingerprint(name: str) -> str:
    """Of a static file. Raises FileNotFoundError."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:16]


def static(name: str) -> str:
    """Its address changes with its content, so that browsers may keep it for ever."""
    return f"/static/{fingerprint(name)}/{name}"
