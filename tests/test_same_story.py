"""Who speaks in a report: copies, rewritten copies and quotes of one source are one source."""

from datetime import timedelta
from typing import Any

import pytest

from monitor.records import Count, Report, Telling
from monitor.same_story import Earlier, counts, original, telling
from tests.examples import NOON, assessment, report, sighting

LONG = (
    "Government forces have closed the four roads into the town since dawn, residents said by telephone. "
    "No car has been let through in either direction and the only bakery ran out of flour at noon. "
    "Farmers were turned back at the bridge, and two patients on their way to hospital had to walk home. "
    "An officer at the northern checkpoint said that the measure would stay until the men who fired at a "
    "patrol on Friday are handed over. Elders are to meet him on Sunday."
)
OTHER = (
    "The town has been sealed off, according to people living there, after shots were fired at a patrol "
    "last week. Soldiers put up earth barriers on the main street and checked papers of everybody on "
    "foot. Shops stayed shut for the second day, while a committee of notables asked for a meeting with "
    "the security chief. Prices of vegetables have doubled in the nearby market, and schools told pupils "
    "to stay at home until further notice from the directorate of education."
)
ARABIC = (
    "أغلقت القوات الحكومية منذ الفجر الطرق الأربعة المؤدية إلى البلدة، بحسب ما قال سكان في اتصال هاتفي، "
    "ولم يُسمح لأي سيارة بالعبور في الاتجاهين، ونفد الطحين من الفرن الوحيد ظهرًا. وأُعيد المزارعون من عند "
    "الجسر، واضطر مريضان كانا في طريقهما إلى المشفى إلى العودة سيرًا على الأقدام، فيما قال ضابط عند "
    "الحاجز الشمالي إن الإجراء باقٍ حتى تسليم مطلقي النار على الدورية."
)
TOLD = Telling("r1", "Horan News", "Horan News", "", "speaks for itself", ("reinforcements",), NOON)
FIRST = report("r1", text=LONG, title="Roads into Jasim closed", url="https://north.example/a/1")


def source_of(read: Report, outlet: str, *sentences: str) -> tuple[str, str]:
    """(source, key of what it copies) of a report read after FIRST by Horan News."""
    earlier = [Earlier(FIRST, telling(FIRST, assessment("siege"), "Horan News", []))]
    seen = tuple(sighting("siege", sentence) for sentence in sentences) or (sighting("siege", "Roads are closed."),)
    found = telling(read, assessment("siege", sightings=seen), outlet, earlier)
    return found.source, found.copy_of


def test_another_newsroom_in_its_own_words_is_a_source_of_its_own() -> None:
    assert source_of(report("r2", text=OTHER, title="Jasim sealed off", url="https://b.example/2"), "Second News") == (
        "Second News",
        "",
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"url": "http://www.north.example/a/1/?utm_source=feed"}, "the same address"),
        ({"title": "Army closes all roads into Jasim!"}, "the same headline"),
        ({"text": LONG}, "the same words"),
        ({"text": LONG[:220]}, "cut short"),
        ({"text": f"Subscribe to our channel. {LONG} Read more on our site."}, "with furniture"),
        (
            {"text": LONG.replace("since dawn", "since the early morning").replace("officer", "commander")},
            "lightly rewritten",
        ),
    ],
)
def test_a_copy_counts_under_the_source_it_copies(changes: dict[str, Any], why: str) -> None:
    first = report("r1", text=LONG, title="Army closes all roads into Jasim", url="https://north.example/a/1")
    earlier = [Earlier(first, telling(first, assessment("siege"), "Horan News", []))]
    own: dict[str, Any] = {"text": OTHER, "title": "Jasim sealed off", "url": "https://b.example/2"}
    found = telling(report("r2", **{**own, **changes}), assessment("siege"), "Copyist", earlier)
    assert (found.source, found.copy_of) == ("Horan News", "r1"), why


def test_what_a_channel_passes_on_counts_under_whom_it_has_it_from() -> None:
    passed_on = report("r2", text=OTHER, title="Jasim sealed off", url="https://b.example/2", origin="تجمع أحرار حوران")
    assert source_of(passed_on, "Second News") == ("Ahrar Horan Gathering", "")
    quoting = "Earth barriers were raised, SANA reported."
    assert source_of(passed_on, "Second News", quoting) == ("SANA", "")


def test_a_copy_of_a_copy_points_to_the_first() -> None:
    copy = report("r2", text=LONG, title="Jasim", url="https://b.example/2")
    earlier = [Earlier(FIRST, telling(FIRST, assessment("siege"), "Horan News", []))]
    earlier.append(Earlier(copy, telling(copy, assessment("siege"), "Copyist", earlier)))
    again = telling(
        report("r3", text=LONG, title="Again", url="https://c.example/3"), assessment("siege"), "Third", earlier
    )
    assert again.copy_of == "r1"


def test_two_outlets_that_quote_one_agency_are_one_source_in_either_language() -> None:
    english = report("r2", text=OTHER, title="Jasim sealed off", url="https://b.example/2")
    arabic = report("r3", text=ARABIC, title="طرق جاسم مغلقة", url="https://c.example/3", language="ar")
    assert source_of(english, "Second News", "All roads are closed, the Syrian Observatory said.")[0] == "SOHR"
    assert source_of(arabic, "خبر", "أُغلقت الطرق كلها، بحسب المرصد السوري لحقوق الإنسان.")[0] == "SOHR"


def test_an_agency_named_only_in_the_lead_is_the_source_too() -> None:
    read = report(
        "r2", text=f"According to Shaam Network, talks go on. {OTHER}", title="Jasim", url="https://b.example/2"
    )
    assert source_of(read, "Digest")[0] == "Shaam Network"


def test_nameless_sources_leave_the_outlet_as_the_one_who_says_so() -> None:
    read = report("r2", text=OTHER, title="Jasim sealed off", url="https://b.example/2")
    assert source_of(read, "Second News", "All roads are closed, local sources said.")[0] == "Second News"


def test_short_texts_are_not_taken_for_copies_because_they_share_a_few_words() -> None:
    read = report("r2", text="Roads into the town closed, residents said.", title="Brief", url="https://b.example/2")
    assert source_of(read, "Second News") == ("Second News", "")


def test_counting_is_by_source_and_by_outlet() -> None:
    own = telling(FIRST, assessment("siege"), "Horan News", [])
    copy = telling(report("r2", text=LONG, title="x", url=""), assessment("siege"), "Copyist", [Earlier(FIRST, own)])
    other = telling(
        report("r3", text=OTHER, title="y", url=""), assessment("siege", "reinforcements"), "Second News", []
    )
    assert counts([], own, {}) == {"siege": Count(0, 1, 1)}
    assert counts([own], copy, {}) == {"siege": Count(1, 1, 2)}
    assert counts([own, copy], other, {}) == {"siege": Count(1, 2, 3), "reinforcements": Count(0, 1, 1)}


def test_who_told_of_what_came_to_its_end_is_no_source_for_what_is_there_again() -> None:
    own = telling(FIRST, assessment("siege"), "Horan News", [])
    again = telling(report("r3", hours=9, text=OTHER, title="y", url=""), assessment("siege"), "Second News", [])
    assert counts([own], again, {"siege": own.at + timedelta(hours=5)}) == {"siege": Count(0, 1, 1)}
    assert counts([own], again, {"siege": again.at}) == {"siege": Count(1, 2, 2)}


def test_a_short_text_taken_over_to_the_letter_under_another_headline_is_a_copy() -> None:
    words = "Twenty lorries with soldiers reached Jasim at dawn and stopped at the western gate."
    first = Earlier(report("r1", title="Soldiers at the gate", text=words, url="https://a.example/1"), TOLD)
    again = report("r2", title="In brief: soldiers at the gate of the town", text=words, url="https://b.example/9")
    found = original(again, ("reinforcements",), [first])
    assert found is not None
    assert found[1] == "the very same text"


def test_a_text_that_was_taken_over_and_tells_of_more_is_not_only_a_copy() -> None:
    words = " ".join(f"word{number}" for number in range(40))
    more = f"{words} {' '.join(f'more{number}' for number in range(20))}"
    first = Earlier(report("r1", title="One headline", text=words, url="https://a.example/1"), TOLD)
    longer = report("r2", title="Another headline", text=more, url="https://b.example/9")
    assert original(longer, ("reinforcements", "siege"), [first]) is None
    assert original(longer, ("reinforcements",), [first]) is not None


def test_a_text_taken_over_with_its_headline_repeats_and_other_words_under_that_headline_may_be_news() -> None:
    words = " ".join(f"word{number}" for number in range(40))
    title = "Soldiers close the roads into Jasim"
    first = Earlier(report("r1", title=title, text=words, url="https://a.example/1"), TOLD)
    for number, text in enumerate((words, words.replace("word7 ", ""))):  # to the letter, and nearly so
        again = report(f"again-{number}", title=title, text=text, url=f"https://b.example/{number}")
        assert original(again, ("reinforcements",), [first]) is not None
    another_day = report("r3", title=title, text=words.replace("word", "other"), url="https://c.example/1")
    assert original(another_day, ("reinforcements",), [first]) is None
