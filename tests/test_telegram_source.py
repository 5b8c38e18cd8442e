"""A Telegram channel's public page, from a server on loopback that answers as Telegram does: every message once, with its
own words and its origin; what is missed is named, and a refusal is never taken for silence."""

# ruff: noqa: E501 - documents are long lines

from collections.abc import Iterator
from datetime import timedelta
from typing import get_args

import pytest

from monitor.errors import SourceError
from monitor.records import Entry, FeedRead
from monitor.settings.kinds import FeedKind
from monitor.sources import KINDS
from monitor.sources.article import Article
from monitor.sources.reports import report_of
from monitor.sources.telegram_page import HIDDEN, headline
from tests.sources_support import NOW, Reader, feed
from tests.telegram_support import PLAIN, START, html, ids, message, numbered, page, read, words


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _empty_site(reader: Reader) -> None:
    reader.site.answers.clear()
    reader.site.requests.clear()


def shown(reader: Reader, *messages: str, before: int = 0) -> FeedRead:
    reader.site.answers["/s/Horan_News"] = html(page(*messages, before=before))
    return read(reader)


def only(reader: Reader, inside: str, **more: str) -> Entry:
    (entry,) = shown(reader, message(5, inside, **more)).entries  # type: ignore[arg-type]
    return entry


# what a message is


def test_a_message_is_read_with_its_words_time_and_address(reader: Reader) -> None:
    found = shown(
        reader,
        message(
            7,
            words(
                "<b>حصار <i class='emoji' style='x'><b>🔴</b></i> طفس</b><br/><br/>القوات تغلق الطرق &amp; الجسور.<br>#درعا #حوران"
            ),
        ),
    )
    (entry,) = found.entries
    assert entry.key == "horan_news/7"
    assert entry.url == "https://t.me/Horan_News/7"
    assert entry.title == "القوات تغلق الطرق & الجسور."
    assert entry.content == "حصار 🔴 طفس\nالقوات تغلق الطرق & الجسور.\n#درعا #حوران"
    assert (entry.published_at, entry.date_note, entry.origin) == (START + timedelta(minutes=70), "", "")
    assert (found.title, found.note, found.changed) == ("أخبار حوران & الجنوب", "", True)


def test_the_whole_text_is_read_without_asking_for_the_page_of_each_message(reader: Reader) -> None:
    (entry,) = shown(reader, message(7)).entries
    report = report_of(entry, feed(reader.site.url("/s/Horan_News"), kind="telegram"), Article("", ""), NOW)
    assert (report.text_from, report.text, report.note, report.language) == ("feed", f"{PLAIN} (7)", "", "ar")
    assert [request.target for request in reader.site.requests] == ["/s/Horan_News"]


def test_names_of_channels_are_compared_without_their_capitals(reader: Reader) -> None:
    reader.site.answers["/s/Horan_News"] = html(page(message(7, channel="horan_news")))
    reader.site.answers["/s/HORAN_NEWS"] = html(page(message(7, channel="Horan_News")))
    assert read(reader).entries[0].key == read(reader, path="/HORAN_NEWS").entries[0].key == "horan_news/7"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("#درعا #عاجل\nوصول رتل عسكري إلى مدينة نوى\nالتفاصيل لاحقاً", "وصول رتل عسكري إلى مدينة نوى"),
        ("عاجل\nوصول رتل عسكري إلى نوى", "وصول رتل عسكري إلى نوى"),
        ("Talks fail", "Talks fail"),
        ("#Daraa", "#Daraa"),
        (
            f"{'The army has closed the roads into the town since dawn. ' * 2}Shops are shut and the only bakery has run out of flour today.",
            "The army has closed the roads into the town since dawn. The army has closed the roads into the town since dawn.",
        ),
        ("كلمة " * 60, ("كلمة " * 32).strip() + "…"),
    ],
)
def test_the_headline_is_the_first_line_that_says_something_cut_at_a_sentence(text: str, title: str) -> None:
    assert headline(text) == title


def test_links_behind_words_keep_their_target_at_the_end_and_no_sentence_is_touched(reader: Reader) -> None:
    entry = only(
        reader,
        words(
            'نقلت <a href="https://sana.example/1?a=1&amp;amp;b=2" target="_blank" onclick="return confirm()">سانا</a> عن <a href="?q=%23%D8%AF%D8%B1%D8%B9%D8%A7">#درعا</a> ما يلي: '
            'تابعوا <a href="https://t.me/horan_news">قناتنا</a> و<a href="https://t.me/other_one/55">المصدر</a> وموقعنا <a href="https://horan.example/">horan.example</a>'
        ),
    )
    assert entry.content.split("\n") == [
        "نقلت سانا عن #درعا ما يلي: تابعوا قناتنا والمصدر وموقعنا horan.example",
        "https://sana.example/1?a=1&b=2",
        "https://t.me/other_one/55",
    ]


def test_quotations_and_code_stand_on_lines_of_their_own(reader: Reader) -> None:
    assert only(reader, words("قبل<blockquote>اقتباس</blockquote><pre>سطر</pre>بعد")).content == "قبل\nاقتباس\nسطر\nبعد"


def test_the_message_that_is_answered_is_not_said_again(reader: Reader) -> None:
    quoted = '<a class="tgme_widget_message_reply user-color-3" href="https://t.me/Horan_News/3"><div class="tgme_widget_message_author">Horan</div><div class="tgme_widget_message_metatext js-message_reply_text">حصار قديم</div></a>'
    loose = '<div class="tgme_widget_message_text js-message_reply_text">حصار أقدم</div>'
    entry = only(reader, quoted + loose + words("عودة الحركة إلى طبيعتها"))
    assert "حصار" not in entry.title + entry.content
    assert entry.content == "عودة الحركة إلى طبيعتها"


PICTURE = (
    '<a class="tgme_widget_message_photo_wrap" href="https://t.me/Horan_News/{0}" style="background-image:url(x)"></a>'
)
CLIP = '<a class="tgme_widget_message_video_player" href="x"><i class="tgme_widget_message_video_thumb"></i><time class="message_video_duration" datetime="PT9S">0:09</time></a>'


@pytest.mark.parametrize("media", [PICTURE, CLIP, '<div class="tgme_widget_message_document_wrap">map.pdf</div>'])
def test_the_caption_of_a_picture_or_video_is_its_text_and_its_length_is_no_date(reader: Reader, media: str) -> None:
    entry = only(reader, media + words("رتل عسكري على الطريق الدولي"))
    assert entry.content == "رتل عسكري على الطريق الدولي"
    assert entry.published_at == START + timedelta(minutes=50)


def test_an_album_is_one_message_and_its_other_numbers_count_as_seen(reader: Reader) -> None:
    album = (
        '<div class="tgme_widget_message_grouped_wrap js-message_grouped_wrap">'
        + "".join(PICTURE.format(f"{n}?single") for n in (18, 19, 20))
        + "</div>"
    )
    reader.site.answers["/s/Horan_News"] = html(page(message(17), message(18, album + words("صور من البلدة"))))
    memory = read(reader).memory
    assert memory["last_id"] == "20"
    reader.site.answers["/s/Horan_News"] = html(page(message(21), before=21))
    assert read(reader, memory).note == ""
    assert len(reader.site.requests) == 2  # nothing lies between 20 and 21: no older page is asked for


def test_service_messages_are_skipped(reader: Reader) -> None:
    pinned = message(8, words("Horan pinned a photo"), kind="service_message")
    assert ids(shown(reader, message(7), pinned, message(9))) == [9, 7]


def test_a_channel_of_pictures_says_that_it_is_hardly_readable(reader: Reader) -> None:
    found = shown(reader, *(message(n, PICTURE.format(n)) for n in range(1, 6)), message(6))
    assert ids(found) == [6]
    assert (
        found.note == "only 1 of 6 messages hold words: the others are pictures, videos or voices, which are not read"
    )


FORWARDED = '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from {}</div>'


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        (
            '<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/ahrarhoran/812"><span dir="auto">تجمع أحرار حوران</span></a>',
            "تجمع أحرار حوران",
        ),
        (
            '<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/c/17342/81">Closed &amp; Co</a>',
            "Closed & Co",
        ),
        ('<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/some_person">Some Person</a>', HIDDEN),
        ('<span class="tgme_widget_message_forwarded_from_name">Some Person</span>', HIDDEN),
        ('<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/horan_news/1">Horan</a>', ""),
    ],
)
def test_a_forward_keeps_the_channel_it_comes_from_and_names_no_person(reader: Reader, name: str, origin: str) -> None:
    entry = only(reader, FORWARDED.format(name) + words(PLAIN))
    assert (entry.origin, entry.content) == (origin, PLAIN)
    assert report_of(entry, feed("https://news.example/s/Horan_News"), Article("", ""), NOW).origin == origin


# reading again


def test_only_another_text_makes_another_revision(reader: Reader) -> None:
    first = shown(reader, message(7, views="90"))
    again = read(reader, first.memory)
    assert (again.changed, again.entries, again.memory) == (False, (), first.memory)
    reader.site.answers["/s/Horan_News"] = html(page(message(7, views="12.5K").replace("edited", "تم التعديل")))
    assert not read(reader, first.memory).changed
    reader.site.answers["/s/Horan_News"] = html(page(message(7, words("تصحيح: الطرق مفتوحة"))))
    edited = read(reader, first.memory)
    assert edited.entries[0].key == first.entries[0].key
    assert edited.entries[0].fingerprint != first.entries[0].fingerprint


def test_what_no_longer_fits_on_the_newest_page_is_paged_back_to(reader: Reader) -> None:
    memory = shown(reader, *numbered(1, 20)).memory
    reader.site.answers |= {
        "/s/Horan_News": html(page(*numbered(61, 80), before=61)),
        "/s/Horan_News?before=61": html(page(*numbered(41, 60), before=41)),
        "/s/Horan_News?before=41": html(page(*numbered(21, 40), before=21)),
        "/s/Horan_News?before=21": html(page(*numbered(1, 20))),
    }
    found = read(reader, memory)
    assert ids(found) == list(range(80, 20, -1))
    assert (found.note, found.memory["last_id"]) == ("", "80")
    assert reader.site.requests[-1].target == "/s/Horan_News?before=41"


def test_numbers_that_were_deleted_are_no_gap(reader: Reader) -> None:
    memory = shown(reader, *numbered(1, 20)).memory
    reader.site.answers["/s/Horan_News"] = html(page(message(30), message(33), before=30))
    reader.site.answers["/s/Horan_News?before=30"] = html(page(*numbered(2, 19), before=2))
    found = read(reader, memory)
    assert found.note == ""
    assert {30, 33, 2} <= set(ids(found))


def test_the_first_reading_takes_the_newest_page_alone(reader: Reader) -> None:
    assert ids(shown(reader, *numbered(61, 80), before=61)) == list(range(80, 60, -1))
    assert len(reader.site.requests) == 1


def test_what_lies_too_far_back_is_named_with_its_numbers_and_hours(reader: Reader) -> None:
    memory = shown(reader, *numbered(1, 20)).memory
    reader.site.answers["/s/Horan_News"] = html(page(*numbered(61, 80), before=61))
    reader.site.answers["/s/Horan_News?before=61"] = html(page(*numbered(41, 60), before=41))
    found = read(reader, memory, most_pages=1)
    assert ids(found) == list(range(80, 40, -1))
    assert (
        found.note
        == "messages 21 to 40 (21 Nov 09:20 to 21 Nov 12:50 UTC, 3.5 h) were not read: the channel's pages do not reach back to them"
    )
    assert found.memory["last_id"] == "80"


def test_what_could_not_be_asked_for_is_asked_for_again(reader: Reader) -> None:
    memory = shown(reader, *numbered(1, 20)).memory
    reader.site.answers["/s/Horan_News"] = html(page(*numbered(41, 60), before=41))
    reader.site.answers["/s/Horan_News?before=41"] = html(b"slow down", "429 Too Many Requests")
    found = read(reader, memory)
    assert ids(found) == list(range(60, 40, -1))
    assert found.note == (
        "messages 21 to 40 (21 Nov 09:20 to 21 Nov 12:50 UTC, 3.5 h) were not read yet: the address answers 429 Too Many Requests: we ask too often"
    )
    assert found.memory["last_id"] == "20"
    reader.site.answers["/s/Horan_News?before=41"] = html(page(*numbered(21, 40), before=21))
    mended = read(reader, found.memory)
    assert (ids(mended), mended.note, mended.memory["last_id"]) == (list(range(60, 20, -1)), "", "60")


def test_a_page_that_leads_to_itself_is_not_followed_for_ever(reader: Reader) -> None:
    memory = shown(reader, *numbered(1, 20)).memory
    for path in ("/s/Horan_News", "/s/Horan_News?before=61"):
        reader.site.answers[path] = html(page(*numbered(61, 80), before=61))
    assert "messages 21 to 60" in read(reader, memory).note
    assert len(reader.site.requests) == 3


def test_a_channel_that_shows_nothing_any_more_is_a_failure_and_its_place_is_kept(reader: Reader) -> None:
    memory = shown(reader, *numbered(1, 20)).memory
    reader.site.answers["/s/Horan_News"] = html(page())
    with pytest.raises(SourceError, match="shows no messages, though it did before"):
        read(reader, memory)


def test_a_page_that_broke_off_says_so_and_what_it_lacks_is_read_next_time(reader: Reader) -> None:
    whole = page(*numbered(1, 20))
    reader.site.answers["/s/Horan_News"] = (
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + whole[: len(whole) // 2]
    )
    first = read(reader)
    assert "broke off" in first.note
    reader.site.answers["/s/Horan_News"] = html(whole)
    assert set(ids(first)) | set(ids(read(reader, first.memory))) == set(range(1, 21))


def test_another_channel_under_the_old_name_begins_anew(reader: Reader) -> None:
    memory = shown(reader, *numbered(1, 20)).memory
    reader.site.answers["/s/Second_News"] = html(
        page(*(message(n, channel="Second_News") for n in (900, 901)), before=900)
    )
    found = read(reader, memory, path="/s/Second_News")
    assert (found.note, found.memory["last_id"]) == ("", "901")


def test_every_kind_that_the_configuration_takes_can_be_read() -> None:
    assert set(get_args(FeedKind)) == set(KINDS)
