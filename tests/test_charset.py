"""Texts in the encodings that Arabic outlets use, with right, wrong and no declarations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.charset import decoded

TEXTS = {
    "arabic": "أفاد مصدر محلي بأن الأهالي رفضوا شروط اللجنة الأمنية خلال اجتماع عقد مساء أمس في مدينة نوى غربي درعا",
    "headline": "حصار طفس يدخل يومه الثالث",
    "mixed": "درعا: Reuters تنقل عن المرصد وصول 40 آلية إلى محيط طفس (km 12)",
    "french": "L’armée a encerclé la ville de Tafas après l’échec des négociations, d’après des habitants déplacés",
    "german": "Straßen nach Süden gesperrt, Bewohner müssen für Brot anstehen, größere Verbände rücken näher",
}
FITTING = {
    "arabic": ("utf-8", "utf-16", "utf-16-be", "utf-32", "windows-1256", "iso-8859-6"),
    "headline": ("utf-8", "windows-1256", "iso-8859-6"),
    "mixed": ("utf-8", "windows-1256", "iso-8859-6"),
    "french": ("utf-8", "utf-16", "windows-1252"),
    "german": ("utf-8", "windows-1252", "iso-8859-1"),
}
CASES = [(name, encoding) for name, encodings in FITTING.items() for encoding in encodings]


def document(text: str, encoding: str, declared: str) -> bytes:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else "<?xml version='1.0'?>"
    return f"{declaration}<title>{text}</title>".encode(encoding)


@pytest.mark.parametrize(
    "declared", ["", "utf-8", "windows-1256", "iso-8859-6", "iso-8859-1", "us-ascii", "utf-16", "nonsense", "hex"]
)
@pytest.mark.parametrize(("name", "encoding"), CASES)
def test_a_text_is_read_whatever_its_declaration_says(name: str, encoding: str, declared: str) -> None:
    assert f"<title>{TEXTS[name]}</title>" in decoded(document(TEXTS[name], encoding, declared)).text


def test_the_header_counts_as_well_and_a_page_may_declare_itself_in_a_meta_element() -> None:
    body = TEXTS["arabic"].encode("windows-1256")
    assert decoded(body, "text/xml; charset=windows-1256").text == TEXTS["arabic"]
    page = b"<html><head><meta charset=windows-1256></head>" + body
    assert decoded(page).text.endswith(TEXTS["arabic"])
    assert decoded(page).note == ""


def test_a_wrong_declaration_is_told() -> None:
    found = decoded(document(TEXTS["arabic"], "windows-1256", "utf-8"))
    assert (found.charset, found.note) == ("windows-1256", "declared as utf-8 but written in windows-1256")


def test_a_few_broken_bytes_do_not_make_utf_8_something_else() -> None:
    body = TEXTS["arabic"].encode()
    assert decoded(body[:-1]).text == TEXTS["arabic"][:-1] + "\ufffd"
    assert TEXTS["arabic"][5:] in decoded(b"\xff\xfe"[:1] + body).text
    assert decoded(body + b"\xd8", "text/xml; charset=windows-1256").charset == "utf-8"


def test_other_scripts_are_read_as_they_declare() -> None:
    russian = "Правительственные войска окружили город"
    assert decoded(document(russian, "windows-1251", "windows-1251")).text.endswith(f"{russian}</title>")


@given(st.binary(max_size=500), st.text(max_size=30))
def test_no_bytes_break_the_reading(body: bytes, content_type: str) -> None:
    decoded(body, content_type).text.encode("utf-8", "surrogatepass")
