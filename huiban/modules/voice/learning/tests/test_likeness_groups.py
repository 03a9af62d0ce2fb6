"""Rows of a file put into groups, on rows made up for this purpose and on real ones."""

from __future__ import annotations

import os
import random
import time
from collections import defaultdict
from pathlib import Path

import pytest

from huiban.kernel.base.tables import read_table
from huiban.modules.voice.learning.grams import plain, uniform
from huiban.modules.voice.learning.likeness_groups import Grouped, Line, group_lines
from huiban.modules.voice.learning.tests.test_likeness import (
    KINDERGARTEN,
    MIXER,
    MIXER_REWORDED,
    ODD_TEXTS,
)

REAL_DATA = os.environ.get("HUIBAN_REAL_DATA", "")


def groups(*bodies: str) -> list[int]:
    return [one.group for one in group_lines([Line(body) for body in bodies])]


def test_equal_and_reworded_rows_are_one_group_and_the_rest_is_in_none() -> None:
    found = group_lines(
        [Line(KINDERGARTEN), Line(MIXER), Line(MIXER_REWORDED), Line(f" {MIXER}！"), Line("灯")]
    )
    assert [one.group for one in found] == [0, 1, 1, 1, 0]
    assert found[0] == found[4] == Grouped(0, 0.0)
    assert found[1].score == found[3].score == 1.0
    assert 0.5 <= found[2].score < 1.0


def test_groups_are_numbered_by_their_first_rows() -> None:
    assert groups(KINDERGARTEN, MIXER, KINDERGARTEN, MIXER) == [1, 2, 1, 2]


def test_an_empty_file_and_empty_rows_have_no_groups() -> None:
    assert group_lines([]) == []
    assert groups("", "  ", "\n") == [0, 0, 0]
    assert groups(MIXER) == [0]


def test_a_row_without_a_body_goes_by_its_title() -> None:
    found = group_lines([Line("", title=MIXER), Line("", title=MIXER), Line("", title="")])
    assert [one.group for one in found] == [1, 1, 0]


def test_any_text_that_stands_twice_is_a_group() -> None:
    said = [text for text in ODD_TEXTS if plain(uniform(text))]
    assert groups(*said, *said)[: len(said)] == groups(*said, *said)[len(said) :]
    assert 0 not in groups(*said, *said)


def test_places_that_differ_part_rows_of_few_words() -> None:
    few = "楼道灯坏了三天没人修", "楼道灯坏了好几天没有人修"
    apart = group_lines([Line(few[0], place="一号楼"), Line(few[1], place="六号楼")])
    together = group_lines([Line(few[0], place="一号楼"), Line(few[1], place="一号楼")])
    assert [one.group for one in apart] == [0, 0]
    assert [one.group for one in together] == [1, 1]


def test_chains_of_chance_pairs_tie_no_strangers_together() -> None:
    sentences = ["".join(chr(0x5E00 + 8 * at + step) for step in range(8)) for at in range(40)]
    chain = ["，".join(sentences[at : at + 6]) for at in range(0, len(sentences) - 6, 2)]
    found = groups(*chain)
    assert found[0] == found[1] != found[-1]


def test_many_rows_take_seconds() -> None:
    chance = random.Random(5)
    words = [chr(chance.randrange(0x4E00, 0x9000)) * 2 for _ in range(800)]
    bodies = ["请看" + "".join(chance.choices(words, k=12)) for _ in range(4_000)]
    began = time.perf_counter()
    found = group_lines([Line(body) for body in [*bodies, *bodies[:500]]])
    assert time.perf_counter() - began < 20
    assert all(found[row].group == found[4_000 + row].group > 0 for row in range(500))


def real_lines() -> list[Line]:
    if not REAL_DATA:
        pytest.skip("not run: HUIBAN_REAL_DATA names no folder")
    path = Path(REAL_DATA) / "messages" / "f3_hot_messages.csv"
    return [Line(row.values["body"], row.values["title"]) for row in read_table(path)]


def test_every_repeated_message_of_a_city_is_found() -> None:
    lines = real_lines()
    found = group_lines(lines)
    by_body = defaultdict(list)
    for row, line in enumerate(lines):
        by_body["".join(line.body.split())].append(row)
    repeated = [rows for rows in by_body.values() if len(rows) > 1]
    assert len(repeated) > 50
    for rows in repeated:
        assert len({found[row].group for row in rows}) == 1
        assert found[rows[0]].group > 0


def test_few_messages_of_a_city_are_taken_for_repetitions() -> None:
    found = group_lines(real_lines())
    assert 400 < sum(one.group > 0 for one in found) < 800
