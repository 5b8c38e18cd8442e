"""The verb models, and the rules by which a candidate may serve."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import monitor
from monitor.errors import ModelError
from monitor.pipeline import models as changing
from monitor.records.learning import Change
from monitor.store import Store, models
from tests.databases import opened
from tests.examples import NOON
from tests.learning_support import candidate, settings_in
from tests.people_support import small
from tests.web_support import Front, blank, front

__all__ = ["blank", "front", "small"]


def run(config: Path, *words: str) -> Result:
    return CliRunner().invoke(monitor, ["--config", str(config), *words])


@pytest.fixture
def config(tmp_path: Path) -> Path:
    assert run(tmp_path, "init", str(tmp_path / "config")).exit_code == 0
    (tmp_path / "data").mkdir(exist_ok=True)
    return tmp_path / "config"


def kept(config: Path) -> Store:
    return opened(config.parent / "data" / "monitor.db")


def test_the_verb_lists_promotes_and_rolls_back(config: Path) -> None:
    store = kept(config)
    changing.keep(store, candidate(config.parent / "data"))
    store.close()
    assert "escalation@shipped serves." in run(config, "models", "list").output
    done = run(config, "models", "promote", "aaaa", "--as", "sami", "--reason", "new [b]words[/b]")
    assert "escalation@aaaa1111 serves from now on" in done.output, done.output
    listed = run(config, "models", "list").output
    assert "escalation@aaaa1111 serves." in listed
    assert "promoted aaaa1111 by sami: new [b]words[/b]" in listed
    (line,) = run(config, "models", "list", "--json").output.splitlines()
    assert json.loads(line)["serves"] is True
    assert "escalation@shipped serves again" in run(config, "models", "rollback").output
    none = run(config, "models", "rollback")
    assert "there is none before it" in str(none.exception)


def test_too_few_reviews_are_said_and_nothing_is_made(config: Path) -> None:
    kept(config).close()
    said = run(config, "train", "--with-reviews")
    assert isinstance(said.exception, ModelError)
    assert "There are 0 reviews" in str(said.exception)
    assert not (config.parent / "data" / "models").exists()


def test_without_the_project_s_sentences_it_says_where_to_get_them(config: Path, tmp_path: Path) -> None:
    kept(config).close()
    said = run(config, "train", "--with-reviews", "--data", str(tmp_path / "nothing"))
    assert "an installed package does not carry them" in str(said.exception)
    assert "--data FOLDER/models/training" in str(said.exception)


def test_what_was_measured_as_worse_or_beside_another_model_may_not_serve(small: Store, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    worse = candidate(tmp_path, "bbbb2222", passed=False, reasons=("Five false alarms more.",))
    old = candidate(tmp_path, "cccc3333", beside="gone")
    good = candidate(tmp_path, "dddd4444")
    for each in (worse, old, good):
        changing.keep(small, each)
    for version, why in (
        ("bbbb2222", "refused: Five false alarms more"),
        ("cccc3333", "beside gone, but shipped"),
        ("", "candidate of escalation called so"),
        ("eeee", "called eeee, but: dddd4444, cccc3333, bbbb2222"),
    ):
        with pytest.raises(ModelError, match=why):
            changing.promote(small, settings, version, "sami", "", NOON)
    changing.promote(small, settings, "dddd4444", "sami", "", NOON)
    with pytest.raises(ModelError, match="serves already"):
        changing.promote(small, settings, "dddd4444", "sami", "", NOON)
    with small.read() as tx:
        assert [each.version for each in models.history(tx, "escalation")] == ["dddd4444"]


def test_each_rollback_takes_back_one_promotion() -> None:
    def step(kind: str, version: str) -> Change:
        return Change("escalation", kind, version, NOON, "sami", "")  # type: ignore[arg-type]

    done = [step("promote", "a"), step("promote", "b"), step("rollback", "a"), step("promote", "c")]
    assert changing.stack(done) == ("a", "c")
    assert changing.stack([*done, step("rollback", "a"), step("rollback", "")]) == ()


def test_two_who_roll_back_at_once_go_back_one_step(small: Store, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    for version, beside in (("aaaa1111", ""), ("bbbb2222", "aaaa1111")):
        changing.keep(small, candidate(tmp_path, version, beside=beside))
        changing.promote(small, settings, version, "sami", "", NOON)
    changing.roll_back(small, settings, "sami", "", NOON, serving="bbbb2222")
    with pytest.raises(ModelError, match="Another model serves by now"):
        changing.roll_back(small, settings, "rana", "", NOON, serving="bbbb2222")
    with small.read() as tx:
        assert models.serving(tx, "escalation") == "aaaa1111"


def test_the_page_shows_figures_to_reviewers_and_lets_administrators_change_the_model(
    front: Front, tmp_path: Path
) -> None:
    parts = front.parts
    made = candidate(parts.settings.data_dir.resolve() if parts.settings.data_dir != Path() else tmp_path)
    object.__setattr__(parts.settings, "data_dir", tmp_path)
    changing.keep(parts.store, made)
    changing.keep(parts.store, replace(made, version="bbbb2222", passed=False, reasons=("<b>worse</b>",)))
    reader, reviewer, admin = (front.browser(role) for role in ("reader", "reviewer", "admin"))
    assert reader.get("/models").status_code == 403
    seen = reviewer.get("/models").text
    assert "the model that came with the program" in seen
    assert "&lt;b&gt;worse&lt;/b&gt;" in seen
    assert "Let it serve" not in seen
    assert reviewer.do("/models/promote", {"version": "aaaa1111"}).status_code == 403
    assert admin.get("/models").text.count("Let it serve") == 1
    refused = admin.do("/models/promote", {"version": "bbbb2222"})
    assert refused.status_code == 409
    assert admin.do("/models/promote", {"version": "aaaa1111", "reason": "كلمات جديدة"}).status_code == 303
    assert "كلمات جديدة" in admin.get("/models").text
    assert admin.do("/models/rollback", {"serves": "other"}).status_code == 409
    assert admin.do("/models/rollback", {"serves": "aaaa1111"}).status_code == 303
    with parts.store.read() as tx:
        assert models.serving(tx, "escalation") == ""
    arabic = front.browser("admin", language="ar").get("/models").text
    assert "النماذج المرشّحة" in arabic
