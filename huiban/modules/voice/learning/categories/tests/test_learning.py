"""What is learnt, refused, kept on disk, tried and explained: on sentences of our own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from huiban.kernel.base.errors import Refusal
from huiban.modules.voice.learning.categories import start
from huiban.modules.voice.learning.categories.evaluation import (
    calibration_error,
    cross_validated,
    judged,
    learning_curve,
    macro_f1,
)
from huiban.modules.voice.learning.categories.examples import Example, learnable, new_version
from huiban.modules.voice.learning.categories.explaining import words_for
from huiban.modules.voice.learning.categories.features import read_text
from huiban.modules.voice.learning.categories.model import Model
from huiban.modules.voice.learning.categories.start import (
    examples_to_start_with,
    model_in_use_or_first,
)
from huiban.modules.voice.learning.categories.store import (
    forget_models,
    load_model,
    path_of,
    save_model,
    use_model,
    version_in_use,
)
from huiban.modules.voice.learning.categories.training import train
from huiban.modules.voice.learning.categories.tries import TRIES, Try, keep_try, read_tries

CODES = ("noise", "lighting", "elevator")


def examples(codes: tuple[str, ...] = CODES) -> list[Example]:
    return [example for example in examples_to_start_with() if example.category in codes]


@pytest.fixture(scope="module")
def model() -> Model:
    return train(examples(), "tried")


def test_it_knows_what_it_has_learnt_and_says_which_words_spoke(model: Model) -> None:
    told = read_text("", "楼下广场舞的音响太吵了，半夜还在放，睡不着")
    choices = model.suggest(told)
    assert choices[0].category == "noise"
    assert choices[0].confidence > choices[1].confidence
    assert sum(choice.confidence for choice in choices) == pytest.approx(1)
    because = words_for(model, told, "noise")
    assert because
    assert all(word in told.whole for word in because)
    assert words_for(model, told, "unknown") == []


@pytest.mark.parametrize(
    "text", ["", "a", "好" * 9000, "😀🔥", "路燈壞咗", "ＡＢＣ", "\x00\x07\ufffe", "the lamp"]
)
def test_any_text_gets_at_most_three_choices(model: Model, text: str) -> None:
    choices = model.suggest(read_text("", text))
    assert len(choices) <= 3
    assert all(0 <= choice.confidence <= 1 for choice in choices)


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_an_empty_text_gets_no_choice(model: Model, text: str) -> None:
    assert model.suggest(read_text(text, text)) == []
    assert model.suggest(read_text("", "路灯坏了"))


def test_what_is_kept_on_disk_suggests_the_same(model: Model, tmp_path: Path) -> None:
    path = save_model(model, tmp_path)
    again = load_model(path)
    told = read_text("电梯", "三号楼电梯又停了，老人下不来")
    assert again.suggest(told) == model.suggest(told)
    assert again.version == "tried"
    assert not list(tmp_path.glob("*.part"))


def test_a_broken_file_is_a_sentence(model: Model, tmp_path: Path) -> None:
    path = save_model(model, tmp_path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(Refusal, match="重新训练"):
        load_model(path)


def test_the_note_says_which_is_in_use_and_a_wrong_note_none(model: Model, tmp_path: Path) -> None:
    assert version_in_use(tmp_path) == ""
    save_model(model, tmp_path)
    use_model(tmp_path, "tried")
    assert version_in_use(tmp_path) == "tried"
    path_of(tmp_path, "tried").unlink()
    assert version_in_use(tmp_path) == ""
    (tmp_path / "category.json").write_text("{", encoding="utf-8")
    assert version_in_use(tmp_path) == ""


def test_old_models_go_but_never_the_one_in_use(model: Model, tmp_path: Path) -> None:
    for number in range(4):
        save_model(replace(model, version=f"v{number}"), tmp_path)
    use_model(tmp_path, "v0")
    assert forget_models(tmp_path, kept=2) == 1
    kept = {path.name for path in tmp_path.glob("*.npz")}
    assert kept == {"category-v0.npz", "category-v2.npz", "category-v3.npz"}


def test_a_district_begins_with_a_model_that_is_learnt_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "BUILT", tmp_path / "built")
    first = model_in_use_or_first(tmp_path)
    kept = path_of(tmp_path, first.version)
    written = kept.stat().st_mtime_ns
    assert model_in_use_or_first(tmp_path).version == first.version
    assert kept.stat().st_mtime_ns == written
    assert first.suggest(read_text("", "电梯困人了，按了没反应"))[0].category == "elevator"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("甲", "a"), ("乙", "b"), ("丙", "c")], "样本太少"),
        ([(f"路灯坏了{number}号", "a") for number in range(40)], "同一个分类"),
        ([("一样的话", "a")] * 30 + [("另一样话", "b")] * 30, "样本太少"),
    ],
)
def test_what_nothing_can_be_learnt_from_is_refused(
    rows: list[tuple[str, str]], reason: str
) -> None:
    with pytest.raises(Refusal, match=reason):
        train([Example(read_text("", text), category) for text, category in rows], "v")


def test_a_category_with_too_few_is_left_out_and_named() -> None:
    few = Example(read_text("", "只有一条"), "rare")
    kept, left_out = learnable([*examples(), few])
    assert left_out == ["rare"]
    assert few not in kept


def test_two_categories_are_enough() -> None:
    two = train(examples(("noise", "lighting")), "two")
    assert two.suggest(read_text("", "路灯不亮，晚上很黑"))[0].category == "lighting"


def test_what_an_installation_learnt_serves_every_data_folder(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "BUILT", tmp_path / "built")
    save_model(replace(model, version=start.first_version()), tmp_path / "built")
    assert model_in_use_or_first(tmp_path / "data").categories == model.categories
    assert not (tmp_path / "data").exists()


def test_versions_differ_with_their_examples() -> None:
    from huiban.kernel.base import clock

    some = examples()
    assert new_version(clock.now(), some)[-6:] != new_version(clock.now(), some[1:])[-6:]


def test_cross_validation_judges_each_text_by_a_model_that_never_saw_it() -> None:
    quality = cross_validated(examples(), 3)
    assert quality.examples == len(examples())
    assert quality.macro_f1 > 0.8
    assert quality.among_two >= quality.accuracy
    assert {one.name for one in quality.categories} == set(CODES)


def test_what_the_model_never_heard_of_counts_as_missed(model: Model) -> None:
    strange = [Example(read_text("", "停水三天了"), "water_supply")]
    quality = judged(model, strange)
    assert quality.accuracy == 0
    assert quality.macro_f1 == 0


def test_more_examples_are_worth_more() -> None:
    rows = examples()
    order = np.random.default_rng(1).permutation(len(rows))
    mixed = [rows[place] for place in order]
    curve = learning_curve(mixed, (45, 100), mixed[100:])
    assert [size for size, _ in curve] == [45, 100]
    assert curve[1][1].accuracy > 0.6


def test_the_figures_are_the_known_ones() -> None:
    truth = np.array([0, 0, 1, 1])
    confidences = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.1, 0.9]])
    # F1 of the first: 2·1/(2+1); of the second: 2·2/(2+3).
    assert macro_f1(truth, confidences, 2) == pytest.approx((2 / 3 + 4 / 5) / 2)
    right = np.array([True, True, False, False])
    assert calibration_error(right, np.array([0.95, 0.95, 0.95, 0.95])) == pytest.approx(0.45)
    assert calibration_error(right, np.array([1.0, 1.0, 0.0, 0.0])) == 0


def test_tries_are_kept_a_line_each_and_a_broken_line_is_left_out(tmp_path: Path) -> None:
    assert read_tries(tmp_path) == []
    one = Try("2026-01-02T03:00:00+08:00", "b", "a", 10, 5, 0.91, 0.9, True)
    keep_try(tmp_path, one)
    with (tmp_path / TRIES).open("a", encoding="utf-8") as file:
        file.write("{\n")
    assert read_tries(tmp_path) == [one]
    assert (one.percent, one.percent_before) == (91.0, 90.0)
