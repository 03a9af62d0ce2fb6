"""The words of the demonstration: enough of them, fitting, and safe to send."""

from __future__ import annotations

import tomllib
from collections import Counter
from random import Random

import pytest

from huiban.demonstration import district, seasons
from huiban.demonstration.texts import FOLDER, as_answered, as_told, filled, gaps_for, texts, word
from huiban.modules.voice.reference import CATEGORY_ROWS, DANGER_ROWS, DIVERSION_ROWS, GROUP_ROWS
from huiban.modules.voice.rules import LONGEST_TEXT, Vocabularied, category_of, dangers_in
from huiban.modules.voice.rules_groups import groups_in

CATEGORIES = [
    Vocabularied(code, name, {"keywords": k.split()}) for code, name, k, _ in CATEGORY_ROWS
]
DANGERS = [Vocabularied(row["code"], row["name"], row["data"]) for row in DANGER_ROWS]
GROUPS = [Vocabularied(row["code"], row["name"], row["data"]) for row in GROUP_ROWS]
GAPS = gaps_for(Random(1), "3号楼", 6, 2)


def test_there_are_many_matters_over_all_categories() -> None:
    assert set(texts().matters) == {row[0] for row in CATEGORY_ROWS}
    told = [matter.says for matters in texts().matters.values() for matter in matters]
    assert len(told) >= 150
    assert len(set(told)) == len(told)
    assert min(len(matters) for matters in texts().matters.values()) >= 6


def test_only_what_is_meant_to_be_dangerous_is_taken_for_it() -> None:
    for matters in texts().matters.values():
        for matter in matters:
            assert bool(dangers_in(matter.says, DANGERS)) == matter.danger, matter.says
    others = [*texts().words.values(), *texts().diversions.values()]
    others += [[told.asks, *told.replies] for told in texts().questions]
    assert not [said for list_ in others for said in list_ if dangers_in(said, DANGERS)]


def test_most_are_recognised_and_some_are_left_to_the_desk() -> None:
    told = [matter for matters in texts().matters.values() for matter in matters]
    right = sum(category_of(matter.says, CATEGORIES) == matter.category for matter in told)
    assert 0.7 < right / len(told) < 0.95


def test_each_group_of_people_is_told_of() -> None:
    told = [matter.says for matters in texts().matters.values() for matter in matters]
    groups = Counter(code for says in told for code in groups_in(says, GROUPS))
    assert set(groups) == {row["code"] for row in GROUP_ROWS}
    assert min(groups["elderly"], groups["children"]) >= 10


def test_every_gap_can_be_filled() -> None:
    for matters in texts().matters.values():
        for matter in matters:
            for text in (matter.says, *matter.answers):
                said = as_answered(Random(2), as_told(Random(1), filled(text, GAPS)), led_by="街道")
                assert "{" not in said
                assert len(said) < LONGEST_TEXT


def test_each_class_of_diversion_is_told_of() -> None:
    assert set(texts().diversions) == {row["code"] for row in DIVERSION_ROWS}


@pytest.mark.parametrize("name", ["home", "yard", "street", "people", "desk"])
def test_every_file_is_read_whole(name: str) -> None:
    kept = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    known = {*texts().matters, "words", "diversions", "questions", "slots"}
    assert set(kept) <= known


def test_chance_alone_chooses_among_words() -> None:
    assert word(Random(7), "bad") == word(Random(7), "bad")
    assert len({word(Random(seed), "bad") for seed in range(50)}) > 1


def test_every_category_has_its_owner_and_its_weight() -> None:
    owned = {c for _name, owned in district.DEPARTMENTS.values() for c in owned}
    assert owned | set(district.COMMUNITY_LEADS) == {row[0] for row in CATEGORY_ROWS}
    assert set(district.BRANCH_GUIDES) <= set(district.COMMUNITY_LEADS)
    assert set(seasons.USUAL) == {row[0] for row in CATEGORY_ROWS}
