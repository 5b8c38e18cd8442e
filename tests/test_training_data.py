"""The labelled sentences: well formed, balanced over languages, without doubles, minimal pairs kept together."""

import json
from collections import Counter
from pathlib import Path

import pytest

from monitor.text.normalise import fold_text
from monitor.training.examples import LABEL_NAMES, STATES, load_examples

_DATA = Path(__file__).parent.parent / "models" / "training"
_EXAMPLES = load_examples(_DATA)
_WHOLE = ("seed", "labelled report", "written report")  # origins of sentences that come with their whole report
_FORMS = {"headline", "lead", "body", "bulletin", "post"}


def test_every_sentence_is_well_formed() -> None:
    for example in _EXAMPLES:
        assert example.language in ("en", "ar"), example.id
        assert set(example.labels) <= set(LABEL_NAMES), example.id
        assert example.state in STATES, example.id
        assert example.form in _FORMS, example.id
        assert example.register, example.id
        assert example.origin, example.id
        assert example.text.strip() == example.text, example.id
        assert 8 <= len(example.text) <= 900 or example.origin.startswith("seed"), example.id


def test_ids_and_sentences_stand_once() -> None:
    ids = Counter(example.id for example in _EXAMPLES)
    assert not [key for key, count in ids.items() if count > 1]
    written = [example for example in _EXAMPLES if not example.origin.startswith(_WHOLE)]
    texts = Counter(fold_text(example.text) for example in written)
    assert not [text for text, count in texts.items() if count > 1]


def test_not_current_sentences_carry_no_label_but_what_the_codebook_gives_them() -> None:
    for example in _EXAMPLES:
        if example.state in ("past", "background", "denied", "feared", "planned", "figurative"):
            assert not set(example.labels) & {"siege", "reinforcements", "failed_talks"}, example.id


def test_both_languages_and_all_labels_are_plentiful() -> None:
    counts = Counter((example.language, label) for example in _EXAMPLES for label in example.labels)
    for language in ("en", "ar"):
        for label, least in (
            ("siege", 350),
            ("reinforcements", 350),
            ("failed_talks", 300),
            ("agreement", 100),
            ("withdrawal", 140),
        ):
            assert counts[language, label] >= least, (language, label)
    languages = Counter(example.language for example in _EXAMPLES)
    assert 0.8 < languages["ar"] / languages["en"] < 1.25


def test_minimal_pairs_stay_in_one_group_and_differ_in_their_labels_or_words() -> None:
    pairs = [example for example in _EXAMPLES if example.group != example.id and not example.origin.startswith(_WHOLE)]
    sizes = Counter(example.group for example in pairs)
    assert sizes
    assert max(sizes.values()) <= 40


@pytest.mark.parametrize("number", range(5))
def test_the_labels_of_a_seed_article_point_at_its_words(number: int) -> None:
    folder = _DATA / "seed_articles"
    text = (folder / f"{number:03}.txt").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    own = [row for row in rows if row["article"] == f"{number:03}"]
    assert own
    assert all(text[row["start"] : row["end"]] == row["text"] for row in own)
