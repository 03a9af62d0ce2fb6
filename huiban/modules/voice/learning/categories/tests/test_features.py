"""A text becomes the same features whatever its form, and any text becomes some."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiban.modules.voice.learning.categories.features import (
    LONGEST,
    VIEWS,
    build_vocabulary,
    keys_of,
    read_text,
    run_keys,
    words_of,
)


def test_width_capitals_and_spaces_make_no_difference() -> None:
    assert read_text("Ａ座", "ＡＢＣ　路灯\n\n 坏了") == read_text("a座", "abc 路灯 坏了")


def test_a_long_text_is_bounded_and_its_key_is_how_its_letters_begin() -> None:
    assert len(read_text("", "好" * 9000).body) == LONGEST
    assert read_text("", "路灯，坏了！" + "x" * 90).key == read_text("", "路灯坏了 " + "x" * 99).key


def test_runs_are_numbers_of_their_own() -> None:
    keys = run_keys("路灯坏")
    assert len(keys) == len(set(keys.tolist())) == 6
    assert set(run_keys("路灯").tolist()) < set(keys.tolist())
    assert not set(run_keys("灯路").tolist()[2:]) & set(keys.tolist())


@pytest.mark.parametrize("text", ["", " ", "一", "\ud800", "😀", "\x00\x01", "路" * 9000])
@pytest.mark.parametrize("view", VIEWS)
def test_every_text_has_features_or_none(view: str, text: str) -> None:
    keys = keys_of(view, read_text(text, text))
    assert keys.dtype == np.uint64


@given(st.text(max_size=200))
def test_a_vector_has_length_one_or_is_empty(text: str) -> None:
    keys = keys_of("whole", read_text("", text))
    vector = build_vocabulary([keys], least=1).vector(keys)
    length = float(np.linalg.norm(vector.weights))
    assert length == pytest.approx(1, abs=1e-5) if len(keys) else length == 0


def test_a_vocabulary_keeps_what_two_texts_have_and_weighs_the_rare_more() -> None:
    texts = [keys_of("whole", read_text("", words)) for words in ("路灯坏", "路灯亮", "路口")]
    vocabulary = build_vocabulary(texts)
    assert set(vocabulary.keys.tolist()) == set(run_keys(" 路灯").tolist())
    vector = vocabulary.vector(run_keys("路灯"))
    weights = dict(zip(vocabulary.keys[vector.places].tolist(), vector.weights, strict=True))
    assert weights[ord("灯")] > weights[ord("路")]


def test_words_leave_nothing_out_but_spaces() -> None:
    assert "".join(words_of("路灯 坏了，没人修")) == "路灯坏了，没人修"
