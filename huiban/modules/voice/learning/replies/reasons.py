"""Why an answer is doubtful, as codes, each with the sentence that its writer reads."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .acts import acts_in
from .alike import Said, letters
from .features import DATED, FUTURE

SENTENCES = {
    "too_short": "内容太短，看不出做了什么",
    "not_addressed": "没有提到居民反映的事",
    "no_action": "没有说做了什么、查到什么",
    "no_date": "还没有说什么时候办好",
    "no_cause": "居民问为什么，还没有说原因",
    "no_contact": "请居民找别的单位，却没有留电话",
    "only_passes_on": "只说转给别的单位，没有说谁来办、办得怎样",
    "only_asked_others": "只说要求了别人，没有说结果怎样",
    "only_explains_policy": "只讲了规定，没有说这件事怎么办",
    "promises_only": "只有打算和承诺，没有已经做的事",
    "stock_phrases": "套话多，具体的少",
    "same_as_earlier": "和以前的答复一样或几乎一样",
}
"""The reasons, in the order in which they are told."""

_OWN_DEEDS = frozenset(
    {
        "done",
        "did",
        "went",
        "stopped",
        "punished",
        "under_way",
        "patrol",
        "not_found",
        "called",
        "agreed",
    }
)
_SETTLED = frozenset({"done", "did", "agreed"})
_STRESS = frozenset({"strive", "soon", "stress", "strengthen", "assure", "consider"})
_STRESSES = 2
_SHORT, _VERY_SHORT = 16, 3
_CHECKED = re.compile(r"经查|经核|经了解|核实|核查|调查|检查|查看|了解到")
_ASKS_WHEN = re.compile(r"何时|什么时候|多久|几时|啥时|多长时间|哪天")
_ASKS_WHY = re.compile(r"为什么|为何|为啥|什么原因|怎么回事")
_SENT_ELSEWHERE = re.compile(
    r"(?:请|可|建议)[^，。；]{0,6}(?:咨询|联系|拨打|前往|找|向)[^，。；]{1,20}"
    r"(?:部门|单位|局|委|办|公司|中心|物业|街道|社区|窗口|热线|反映|咨询)"
)
_HAS_CONTACT = re.compile(r"\d{3,}|\[TEL\]|地址|窗口|号楼|室")
# Words of grammar, and those that any report and any answer have.
_EMPTY = frozenset(
    "的一是不了在有我他这个们来上为和到以说时要就出会可也你对能而那得于着下自之后过么把被让给跟与及或但"
    "都还没很再又您请谢吗呢吧啊呀哦嗯等所其将已从向由此该每各多少几次些什怎何因如果且并只才却另"
    "人中生问题反映部门领导政府解决希望情况好相关单位处理复回答知道感投诉求收悉市民居民关注支持理解"
)
_LATIN = re.compile(r"[a-z]{3,}|\d{2,}")
_TELLING = 5
"""A report with fewer telling characters can't be told from any other."""


@dataclass(frozen=True)
class Read:
    """An answer beside its report, both `read`."""

    body: str
    reply: str
    said: Said
    acts: frozenset[str]

    @classmethod
    def of(cls, body: str, reply: str, said: Said) -> Read:
        """The two texts with the acts of the second."""
        return cls(body, reply, said, acts_in(reply))

    @property
    def has_deed(self) -> bool:
        """Whether it says what was done or found."""
        return bool(self.acts & _OWN_DEEDS) or bool(_CHECKED.search(self.reply))

    @property
    def is_dated(self) -> bool:
        """Whether it says when."""
        return bool(self.acts & DATED)


def reasons_in(read: Read) -> tuple[str, ...]:
    """The codes that apply, in the order of `SENTENCES`."""
    applies = {
        "too_short": _is_too_short(read),
        "not_addressed": not _addresses(read),
        "no_action": not read.has_deed and "asked_others" not in read.acts,
        "no_date": _lacks_date(read),
        "no_cause": bool(_ASKS_WHY.search(read.body)) and "cause" not in read.acts,
        "no_contact": _sends_elsewhere_blindly(read),
        "only_passes_on": _only_passes_on(read),
        "only_asked_others": "asked_others" in read.acts
        and not read.acts & {"done", "did", "went", "stopped", "punished", "result"},
        "only_explains_policy": "law" in read.acts and not read.has_deed and not read.is_dated,
        "promises_only": _only_promises(read),
        "stock_phrases": len(read.acts & _STRESS) >= _STRESSES
        and not read.acts & {"done", "did", "figure"}
        and not read.is_dated,
        "same_as_earlier": read.said.earlier,
    }
    return tuple(code for code in SENTENCES if applies[code])


def _is_too_short(read: Read) -> bool:
    length = len(letters(read.reply))
    return length < _VERY_SHORT or (length < _SHORT and not _is_finished(read))


def _is_finished(read: Read) -> bool:
    """Whether something is said to be done or agreed, and what: 灯已换好, but not 已处理."""
    return bool(read.acts & _SETTLED) and _addresses(read)


def _lacks_date(read: Read) -> bool:
    """Nothing is done yet, or the resident asked when, and no day is named."""
    if read.is_dated or "far_date" in read.acts:
        return False
    is_settled = bool(read.acts & _SETTLED)
    return not is_settled or bool(_ASKS_WHEN.search(read.body))


def _sends_elsewhere_blindly(read: Read) -> bool:
    return bool(_SENT_ELSEWHERE.search(read.reply)) and not _HAS_CONTACT.search(read.reply)


def _only_passes_on(read: Read) -> bool:
    elsewhere = read.acts & {"pass_on", "upwards", "not_ours", "theirs"}
    return bool(elsewhere) and not read.has_deed and "cause" not in read.acts


def _only_promises(read: Read) -> bool:
    return bool(read.acts & FUTURE) and not read.has_deed and not read.is_dated


def _addresses(read: Read) -> bool:
    """Whether the answer takes up a telling character, number or foreign word of the report."""
    told = _telling(read.body)
    return len(told) < _TELLING or bool(told & _telling(read.reply))


def _telling(text: str) -> set[str]:
    characters = {sign for sign in text if "\u4e00" <= sign <= "\u9fff"} - _EMPTY
    return characters | set(_LATIN.findall(text.casefold()))
