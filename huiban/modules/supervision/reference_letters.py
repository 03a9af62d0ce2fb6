"""The starter levels of letters, the ladder between them and what they require, as dated data."""

from __future__ import annotations

from datetime import date
from typing import Any

from huiban.kernel.vocab.actions import BEGINNING, load_terms

LEVELS = "supervision.levels"
LADDER = "supervision.ladder"
REQUIREMENTS = "supervision.requirements"

# `word` stands before the year in a letter's number. `reply_days` are working days.
LEVEL_TERMS: tuple[dict[str, Any], ...] = (
    {"code": "notice", "name": "提示单", "data": {"word": "监提", "reply_days": 5}},
    {"code": "warning", "name": "预警函", "data": {"word": "监警", "reply_days": 5}},
    {"code": "order", "name": "督办单", "data": {"word": "监督", "reply_days": 3}},
    {"code": "summons", "name": "通报（约谈）", "data": {"word": "监通", "reply_days": 3}},
)
# From which level a cause leads to which. `late_days` are working days past the due day, `times`
# how often a reply was found insufficient. A rung suggests; a person decides.
LADDER_TERMS: tuple[dict[str, Any], ...] = tuple(
    {
        "code": f"{level}_{cause}",
        "name": name,
        "data": {"level": level, "cause": cause, "next": following, **least},
    }
    for level, following in (("notice", "warning"), ("warning", "order"), ("order", "summons"))
    for cause, name, least in (
        ("late", "逾期未回复", {"late_days": 1}),
        ("insufficient", "整改不到位", {"times": 1}),
    )
)

# What a letter about a rule's findings requires to begin with, under the rule's code.
REQUIREMENT_TERMS: tuple[dict[str, Any], ...] = tuple(
    {"code": code, "name": name}
    for code, name in (
        ("bounced", "明确主办单位，不再退回或转派；确有争议的，由监督评价专班组织会商。"),
        ("stalled", "核查未及时接单的原因，落实专人每日查看待办。"),
        ("silent", "立即联系反映人，说明进展和预计办结时间。"),
        ("extended", "说明延期的具体原因，列出办结时间表，原则上不再延期。"),
        ("co_handler_silent", "立即向主办单位反馈协办情况，说明未反馈的原因。"),
        ("copied", "重新核实事项，逐件向居民说明实际办理情况。"),
        ("empty_answer", "补充说明做了什么、结果怎样、何时办完。"),
        ("reopened", "查明未办实的原因，重新办理并回访居民。"),
        ("unsolved", "逐件联系居民，弄清没有解决的是什么，提出解决办法。"),
        ("outside_list", "收回清单外的派单，由依法负责的单位办理。"),
        ("lifted_often", "分析超时的原因，提出按期办理的具体措施。"),
        ("urgent_missed", "立即排除安全隐患，说明未按时处置的原因。"),
    )
)


def load_letter_words(valid_from: date = BEGINNING) -> int:
    """Put the starter levels and ladder in force; how many words were new or changed."""
    return (
        load_terms(LEVELS, LEVEL_TERMS, valid_from)
        + load_terms(LADDER, LADDER_TERMS, valid_from)
        + load_terms(REQUIREMENTS, REQUIREMENT_TERMS, valid_from)
    )
