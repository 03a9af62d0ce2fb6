"""How a letter tells of a finding: one plain sentence a rule, built from its evidence. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# `{other}` is the other unit's name; the rest are numbers of the evidence. A sentence may be for one
# of the ways in which a rule is met.
SENTENCES: dict[str, str] = {
    "bounced": "在单位之间转了{handovers}次，其中{backs}次转回办过的单位，退回{returns}次，本次转给{other}。",
    "stalled": "派到后{hours}个工作小时没有接单。",
    "stalled.late": "派到后没有接单，直到超过时限，其间有{hours}个工作小时。",
    "silent": "接单后{hours}个工作小时没有联系居民，没有说明进展，直到超过时限。",
    "extended": "延期{times}次，共{days}个工作日。",
    "co_handler_silent": "受{other}邀请协办，{hours}个工作小时没有反馈，已超过期限。",
    "copied": "答复与另一件事的答复相同，事情就此办结。",
    "empty_answer": "答复没有说清办理情况，事情就此办结，居民没有表示已经解决。",
    "reopened": "办结后第{days}天经复核重新办理。",
    "unsolved": "答复称已经办理，居民评价为没有解决。",
    "outside_list": "按社区职责清单不应由{other}主办，仍派给该社区。",
    "lifted_often": "一个月内有{times}件事超过时限，自动升级。",
    "urgent_missed": "涉及安全，派到后{minutes}分钟仍未办理，超过时限。",
}
# Where the evidence lacks a number, since another version of the rule made it.
PLAIN = "发现这一情况，详见监督评价中的证据。"


def sentence_of(rule: str, evidence: Mapping[str, Any], other_unit: str) -> str:
    """The finding in a sentence; the plain one where the evidence doesn't hold what it needs."""
    numbers = evidence.get("numbers")
    told = dict(numbers if isinstance(numbers, Mapping) else evidence)
    values = {name: _said(value) for name, value in told.items()}
    try:
        return _sentence(rule, evidence).format_map({**values, "other": other_unit or "另一单位"})
    except KeyError:
        return PLAIN


def _sentence(rule: str, evidence: Mapping[str, Any]) -> str:
    ways = [SENTENCES.get(f"{rule}.{way}") for way in evidence.get("ways", ())]
    return next(filter(None, ways), SENTENCES[rule])


def _said(value: object) -> str:
    """A number as it is read: hours without a needless .0."""
    return f"{value:g}" if isinstance(value, float) else str(value)
