"""Whom a theme is about: the kinds of people that its members speak of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

# Who tells or who is concerned, the particular before the general.
PEOPLE = (
    *("学生家长", "购房者", "投资人", "受害人", "出租车司机", "网约车司机", "公交司机", "外卖员"),
    *("退休人员", "退休教师", "农民工", "残疾人", "拆迁户", "安置户", "商户", "租户", "租客"),
    *("职工", "员工", "工人", "教师", "老师", "学员", "学生", "家长", "孩子", "小孩", "老人"),
    *("司机", "患者", "病人", "会员", "消费者", "乘客", "车主", "村民", "住户", "业主", "居民"),
)
_SAME = {"小孩": "孩子", "教师": "老师", "病人": "患者", "员工": "职工", "住户": "居民"}
_WITHIN = {"家长": "学生家长", "司机": "出租车司机"}


def people_of(texts: Sequence[str]) -> list[str]:
    """Up to three kinds of people whom a good part of the members speak of, the commonest first."""
    told: Counter[str] = Counter()
    for text in texts:
        found = {_SAME.get(who, who) for who in PEOPLE if who in text}
        told.update(who for who in found if _WITHIN.get(who) not in found)
    least = max(2, len(texts) / 4)
    often = [who for who, number in told.items() if number >= least]
    return sorted(often, key=lambda who: (-told[who], who))[:3]
