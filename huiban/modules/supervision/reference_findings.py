"""The rules as they begin, and the reasons for judging what they find: dated data.

No law fixes these thresholds. A case not taken on within two working days, the time in which a
return may be asked; two returns or two units; two extensions, or more than ten working days in all
(信访 and 接诉即办 practice); five cases a month that rose by themselves.
"""

from __future__ import annotations

from typing import Any

from huiban.kernel.vocab.actions import BEGINNING, load_terms
from huiban.kernel.vocab.models import Term

from .reading import REASONS, VOCABULARY
from .rules import RULES, Rule

# code, name, the outcome that it is a reason for, whether it says that nobody is to blame
# (容错免责: what was tried in good faith and on record isn't held against a unit).
REASON_ROWS: tuple[tuple[str, str, str, bool], ...] = (
    ("improve", "属实，提醒改进", "confirmed", False),
    ("needs_letter", "属实，需要书面提示", "confirmed", False),
    ("rule_or_list", "属实，根子在职责清单或派单规则", "confirmed", True),
    ("wrongly_sent", "派单不准，退回有理", "dismissed", True),
    ("beyond_powers", "超出单位的职权，已上报或请求协调", "dismissed", True),
    ("waited_for_others", "在等居民、产权人或其他单位", "dismissed", True),
    ("force_majeure", "极端天气、停电等不可抗力", "dismissed", True),
    ("done_on_record", "已及时处置，只是没有及时登记", "dismissed", True),
    ("tried_something_new", "按集体决定试行新办法，程序合规", "dismissed", True),
    ("same_cause", "同一起因的多件事，统一答复属实", "dismissed", True),
    ("data_wrong", "登记或系统有误", "dismissed", True),
    ("not_so", "证据不足以说明问题", "dismissed", False),
)


def load_rules() -> int:
    """Load the rules and reasons that aren't there at all; how many.

    A district's own thresholds are left as they are, since findings name the versions they were
    made under.
    """
    rules = [_term(rule) for rule in RULES.values() if not _is_known(VOCABULARY, rule.code)]
    reasons = [
        {"code": code, "name": name, "data": {"for": outcome, "no_fault": no_fault}}
        for code, name, outcome, no_fault in REASON_ROWS
        if not _is_known(REASONS, code)
    ]
    if not (rules or reasons):
        return 0
    loaded = load_terms(VOCABULARY, rules, BEGINNING) if rules else 0
    return loaded + (load_terms(REASONS, reasons, BEGINNING) if reasons else 0)


def _is_known(vocabulary: str, code: str) -> bool:
    return Term.objects.filter(vocabulary=vocabulary, code=code).exists()


def _term(rule: Rule) -> dict[str, Any]:
    numbers = {one.code: one.value for one in rule.thresholds}
    return {
        "code": rule.code,
        "name": rule.name,
        "place": list(RULES).index(rule.code),
        "data": {"on": rule.is_on, "version": 1, **numbers},
    }
