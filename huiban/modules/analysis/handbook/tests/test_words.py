"""The sentences beside the figures: each rests on figures of the snapshot, edited ones too."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pytest

from huiban.kernel.base.errors import Refusal
from huiban.modules.analysis.handbook.canonical import Section, digest_of, written
from huiban.modules.analysis.handbook.drafting import (
    checked_story,
    drafted,
    edited,
    redrafted,
    repeated,
)
from huiban.modules.analysis.handbook.sentences import duration, summary
from huiban.modules.analysis.handbook.suggestions import SuggestionRules, suggestions

NUMBER = re.compile(r"\d+(?:\.\d+)?")


def compared(kind: str, value: int, base: int, words: str) -> Section:
    return {
        "kind": kind,
        "base": base,
        "value": value,
        "base_period": "2026年9月",
        "words": words,
        "sentence": f"收到{value}件，{base}件。",
        "caution": "",
    }


def rate(code: str, label: str, part: int, whole: int, percent: str, words: str = "") -> Section:
    held = [{"name": "上月", "words": words}] if words else []
    return {
        "rate": f"voice.{code}",
        "label": label,
        "part": part,
        "whole": whole,
        "percent": percent,
        "beside": [],
        "compared": held,
    }


def place(name: str, received: int, homes: int, rated: str, heat: str = "usual") -> Section:
    return {
        "code": name,
        "name": name,
        "received": received,
        "households": homes,
        "per_thousand": rated,
        "heat": heat,
        "rates": [rate("on_time_rate", "按期办结率", 15, 20, "75.00")],
    }


# A month of a street that doesn't exist, with something of everything.
SNAPSHOT: Section = {
    "is_empty": False,
    "is_over": True,
    "is_handler": False,
    "intake": "voice.received",
    "unit": {"name": "幸福街道", "level": "street"},
    "period": {"label": "2026年10月"},
    "numbers": {
        "lines": [
            {
                "measure": "voice.received",
                "label": "收到",
                "unit": "件",
                "value": 90,
                "compared": [
                    compared("month_on_month", 90, 75, "比上月多15件，增长20.00%"),
                    compared("january_february", 90, 80, ""),
                ],
            }
        ],
        "now": {
            "open": 12,
            "late": 3,
            "tiers": [{"tier": 2, "label": "社区、街道", "late": 3}],
        },
        "january_february": [],
        "festival": [compared("festival", 20, 15, "")],
    },
    "matters": {
        "fields": [{"name": "物业", "value": 60}, {"name": "市容", "value": 30}],
        "matters": [
            {"name": "电梯", "value": 60, "previous": 40},
            {"name": "垃圾", "value": 30, "previous": 35},
        ],
    },
    "places": {
        "level": "社区",
        "units": [
            place("甲社区", 70, 1000, "70.00", "hot"),
            place("乙社区", 20, 2000, "10.00"),
        ],
        "hot": [
            {
                "place": "甲社区",
                "category": "电梯",
                "count": 50,
                "households": 1000,
                "ratio": "2.5",
            }
        ],
    },
    "departments": [],
    "groups": {
        "total": 90,
        "lines": [{"name": "老年人", "value": 18}],
        "not_stated": {"name": "未说明", "value": 66},
    },
    "rates": [
        rate("on_time_rate", "按期办结率", 40, 50, "80.00", "比上月降低2.00个百分点"),
        rate("solved_rate", "解决率", 18, 20, "90.00"),
        rate("satisfied_rate", "满意率", 0, 0, ""),
        rate("coverage", "评价覆盖率", 20, 60, "33.33"),
    ],
    "handling": [
        {
            "name": "本月",
            "cases": 60,
            "minutes": 216_000,
            "half_within_hours": 44,
            "most_within_hours": 120,
        }
    ],
    "themes": [
        {
            "id": "1",
            "title": "电梯停运",
            "value": 8,
            "total": 15,
            "course": "growing",
            "words": "本月8件，上月3件，增多",
        }
    ],
    "signs": {
        "enough": True,
        "judged": 96,
        "lines": [
            {
                "strength": "sign",
                "place": "甲社区",
                "category": "电梯",
                "observed": 50,
                "upper": 31,
            }
        ],
    },
    "outlook": {
        "month": "2026年11月",
        "lines": [
            {
                "name": "合计",
                "now": 90,
                "expected": "95.0",
                "low": 70,
                "high": 121,
                "level": "0.8",
            },
            {
                "name": "供暖",
                "now": 5,
                "expected": "25.0",
                "low": 12,
                "high": 40,
                "level": "0.8",
            },
        ],
    },
    "supervision": {
        "totals": [
            {"measure": f"supervision.{name}", "value": value}
            for name, value in (("found", 4), ("confirmed", 2), ("dismissed", 1), ("void", 1))
        ]
    },
}


@pytest.fixture
def snapshot() -> Section:
    """The month, to be changed at will."""
    return deepcopy(SNAPSHOT)


def numbers_in(value: Any) -> set[float]:
    """Every number that stands anywhere in the snapshot, in words too."""
    if isinstance(value, dict):
        return set().union(*(numbers_in(one) for one in value.values()), set())
    if isinstance(value, list):
        return set().union(*(numbers_in(one) for one in value), {float(len(value))})
    return {float(found) for found in NUMBER.findall(str(value))}


def derived(snapshot: Section) -> set[float]:
    """What a sentence may reckon from two figures of the snapshot: shares, averages, one sum."""
    shares = {100 * part / whole for part in (60, 30, 18, 66) for whole in (90,)}
    return {round(share, 1) for share in shares} | {216_000 / 60 / 60 / 24, 120 / 24}


def test_every_figure_of_every_sentence_stands_in_the_snapshot(snapshot: Section) -> None:
    known = numbers_in(snapshot) | derived(snapshot) | {0.0}
    said = summary(snapshot) + suggestions(snapshot)
    assert len(said) > 15
    for sentence in said:
        figures = [float(found) for found in NUMBER.findall(sentence)]
        assert figures, sentence
        assert [one for one in figures if one not in known] == [], sentence


def test_what_the_summary_says(snapshot: Section) -> None:
    said = summary(snapshot)
    assert said[0] == "2026年10月全街道收到90件，比上月多15件，增长20.00%（2026年9月75件）。"
    assert "诉求领域最多的是物业60件（66.7%）、市容30件（33.3%）。" in said
    assert "比上月增加最多的是电梯由40件到60件。" in said
    assert "涉及人群中老年人18件；没有说明人群的66件，占73.3%。" in said
    assert "办结60件，平均用时2.5天，一半在44小时以内办结，九成在5天以内办结。" in said
    assert "到数据截止时正在办12件，其中已超时3件（社区、街道3件）。" in said
    assert "对96处逐一检验，有1处明显偏多：甲社区电梯50件。" in said


def test_no_sentence_without_its_figures(snapshot: Section) -> None:
    for one in snapshot["rates"]:
        one["whole"] = one["part"] = 0
    snapshot["handling"], snapshot["themes"] = [], []
    snapshot["groups"] = None
    snapshot["signs"]["enough"] = False
    snapshot["outlook"]["lines"] = []
    snapshot["supervision"]["totals"][0]["value"] = 0
    snapshot["numbers"]["now"]["open"] = 0
    said = "".join(summary(snapshot))
    for word in ("率", "用时", "反复", "人群", "检验", "预计", "监督", "正在办"):
        assert word not in said


def test_suggestions_come_from_rules_and_are_few(snapshot: Section) -> None:
    said = suggestions(snapshot)
    assert said[0].startswith("就甲社区的电梯问题作一次专题会商：本月50件，通常不超过31件")
    assert len(said) == 6
    calm = SuggestionRules(
        on_time_below=0, coverage_below=0, not_stated_above=100, theme_cases=99, rising_forecast=99
    )
    snapshot["signs"]["lines"], snapshot["places"]["hot"] = [], []
    snapshot["numbers"]["now"]["late"], snapshot["themes"] = 0, []
    assert suggestions(snapshot, calm) == []


def test_edited_sentences_keep_their_figures(snapshot: Section) -> None:
    texts = edited(snapshot, "收到90件。\n\n 电话13812345678，1件 ", "", {"1": "停运的电梯"})
    assert texts["summary"] == ["收到90件。", "电话138****5678，1件"]
    assert texts["themes"] == {"1": "停运的电梯"}
    assert edited(snapshot, "收到90件。", "", {})["themes"] == {"1": "电梯停运"}
    for summary_text, complaint in (
        ("总体平稳。", "没有数字"),
        (" \n ", "不能是空的"),
        ("1" * 401, "超过400字"),
        ("1件。\n" * 31, "最多写30句"),
    ):
        with pytest.raises(Refusal, match=complaint):
            edited(snapshot, summary_text, "", {})


def test_new_figures_are_drafted_anew_and_a_persons_words_stay(snapshot: Section) -> None:
    lines = summary(snapshot)
    written = [lines[0], "电梯维保3家已约谈。", *lines[2:]]
    texts = edited(snapshot, "\n".join(written), "", {"1": "停运的电梯"})
    now = deepcopy(snapshot)
    now["numbers"]["lines"][0]["value"] = 300
    now["themes"] = [
        now["themes"][0] | {"title": "电梯反复停运"},
        now["themes"][0] | {"id": "2", "title": "垃圾"},
    ]
    again = redrafted(snapshot, texts, now)
    fresh = summary(now)
    assert again["summary"] == [fresh[0], "电梯维保3家已约谈。", *fresh[2:]]
    # All suggestions were left out; those that read otherwise now are told again.
    assert again["suggestions"] == [
        line for line in suggestions(now) if line not in suggestions(snapshot)
    ]
    assert again["themes"] == {"1": "停运的电梯", "2": "垃圾"}
    untouched = edited(snapshot, "\n".join(lines), "1件。", {"1": "电梯停运"})
    assert redrafted(snapshot, untouched, now)["themes"] == {"1": "电梯反复停运", "2": "垃圾"}


def test_a_story_is_nobodys_own_words() -> None:
    told = "我家住在3号楼，电梯从上周三坏到现在没有人来修，老人下不了楼。"
    written_anew = "一栋老楼的电梯停了几天，腿脚不便的老人出门成了难题，社区请维保当天修好。"
    assert checked_story("电梯", written_anew, [told]) == ("电梯", written_anew)
    with pytest.raises(Refusal, match="原话一样"):
        checked_story("电梯", f"居民说：{told}", [told])
    # Punctuation between doesn't make it somebody else's.
    assert repeated("电梯从上周三，坏到现在，没有人来修", told) == "电梯从上周三坏到现在没有人来修"
    with pytest.raises(Refusal, match="标题"):
        checked_story(" ", written_anew, [])
    with pytest.raises(Refusal, match="20到600字"):
        checked_story("电梯", "修好了。", [])
    masked = checked_story("电梯", written_anew + "联系人张三，13812345678。", [])[1]
    assert "138****5678" in masked


def test_hours_as_people_say_them() -> None:
    assert [duration(hours) for hours in (5, 2.26, 48, 60, 240)] == [
        "5小时",
        "2.3小时",
        "48小时",
        "2.5天",
        "10天",
    ]


def test_the_digest_is_of_figures_and_texts() -> None:
    assert written({"b": 1, "a": "数"}) == '{"a":"数","b":1}'
    assert digest_of("x", {"a": 1, "b": 2}) == digest_of("x", {"b": 2, "a": 1})
    assert digest_of("x", {"a": 1}) != digest_of("y", {"a": 1})
    with pytest.raises(ValueError, match="JSON compliant"):
        written({"a": float("nan")})


def test_a_snapshot_without_anything_is_drafted_in_one_sentence(snapshot: Section) -> None:
    snapshot["is_empty"] = True
    texts = drafted(snapshot)
    assert texts["summary"] == ["2026年10月幸福街道收到0件，没有可以分析的数据。"]
    assert texts["suggestions"] == []
