"""Names of persons, where a word beside them says that they are names.

Such a word is a label (联系人：, 我叫), a role (业主, 村民) or a title (女士, 师傅, 主任). A label is
trusted with any name; a role, after which a sentence may simply go on, only with the characters
that given names are made of. Villages, roads, shops, offices and public figures keep theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .callings import HEADS, LABELS, OFFICES, ROLES, SHOPS, TITLES, one_of
from .found import Found, Kind
from .surnames import (
    AFTER_A_ROLE_A_WORD,
    ALSO_A_VERB,
    ANOTHER_WORD_WITH,
    COMPOUND,
    GIVEN,
    PUBLIC,
    SINGLE,
    WORDS,
)

_HAN = "一-龥"
_GIVEN = f"[{''.join(sorted(GIVEN))}]"
_SURNAME = f"(?:{'|'.join(COMPOUND)}|[{SINGLE}])"

# What follows tells a person from an office, and 区长 from the end of 松江区长期.
_TITLE = (
    f"(?:{one_of(TITLES)}|[副总大]?(?:{one_of(OFFICES)})|委员(?!会)|律师(?!事务所)"
    "|主管(?!部门|单位|人员|领导|机关)"
    f"|副?(?:{one_of(HEADS)})长(?![期年时达久大远满途假]))(?!们|信箱|热线|接待日)"
)
# Short ones, after the usual family names only: 王总, 张姐, and not 合成总量, 第一章总则.
_OFTEN = "王李张刘陈杨赵黄周吴徐孙胡朱何郭罗宋郑谢韩唐冯董袁邓许沈曾彭吕苏卢蒋蔡贾魏薛潘杜戴钟汪姜范谭廖邹熊陆余马林"
_SHORT_TITLE = (
    f"(?<=[{_OFTEN}])"
    "(?:总(?![是结共计数经体的理会关部统书监量裁价额务站店局台和之在算有要长归得则表])"
    r"|[姐哥叔姨婶嫂伯妈奶工](?=[家说的给在把那,，。、;；:!！？?\s]|$))"
)
_TITLED = re.compile(
    f"({'|'.join(COMPOUND)}|[{SINGLE}])({_GIVEN}{{0,2}})(?>{_TITLE}|{_SHORT_TITLE})"
    f"(?!的?(?:{one_of(SHOPS)}))"
)
_BEFORE_A_TITLE = re.compile(_TITLE)

# Each ends where the name would begin; looked ahead for, since 房主 and 主管 may share a character.
_LABEL = re.compile(
    f"(?=(?:{one_of(LABELS)})(?:姓名|名字)?[ ]?(?:[:;]|名叫|就?是|为|叫)?[ ]{{0,2}}()[{_HAN}A-Za-z])"
)
_ROLE = re.compile(f"(?=(?:{one_of(ROLES)})(?:名?叫|名字叫|:)?()[{_HAN}])")
_I_AM = re.compile(f"我是(?=[{_HAN}])")
# Any family name, where nothing else can stand between a pause and the title.
_BARE = re.compile(
    f"(?:^|(?<=[^{_HAN}A-Za-z0-9*]))(?![老小各位大女男该此这那本某先好叫])[{_HAN}]"
    f"(?=(?:先生|女士|小姐)(?!的?(?:{one_of(SHOPS)})))"
)
_FAMILY = re.compile(f"(?:免贵|[我他她人方主板东机工])姓({_SURNAME})(?![名氏])")
_MINORITY = re.compile(f"[{_HAN}]{{2,8}}(?:·[{_HAN}]{{1,8}}){{1,3}}")
_FOREIGN = re.compile("[A-Z][a-z]{1,15}(?: [A-Z][a-z]{1,15}){0,2}(?![A-Za-z0-9])")
# With the star of somebody's mask, where it goes on so.
_RUN = re.compile(f"[{_HAN}]{{2,6}}[*]?")
_STARTS_WITH_SURNAME = re.compile(_SURNAME)
_MORE = re.compile(f"[{_HAN}A-Za-z0-9*]")
_LAST_LINE = re.compile(
    rf"(?:[\n。！!；;]|敬礼) ?({_SURNAME}{_GIVEN}{{1,2}})[ \n]*+"
    r"(?:[0-9]{2,4}[年./\-][0-9 年月日./\-]{3,12}+)?\s*+$"
)
# A word that begins here shows that the name is over.
_GOES_ON = frozenset(
    "的在说把被和与及跟同是也都就还又不没未从对给向住家骂打欠跑排私拿拒找来去要将让因于已曾现今刚一半多到电手男女患身"
)
_TELLS, _LONGEST = frozenset(":名"), 3
_AND = frozenset("、和")
# Who is named after these: 请向书记, and not 多次向书记.
_CALLED_BY = frozenset("的请望找叫问托和是位")
# 向老师反映 says to whom.
_TOLD = re.compile("反[映应]|投诉|举报|汇报|报告|提[出过]|说明|要求|咨询|申请|求助|请教|学习|道歉")
_TOLD_WITHIN = 6
# No part of a name, wherever it stands.
_NO_PART = frozenset("*某的了在是不没有和也都就还把被我你他她它们这那哪谁什么吗呢吧很太电话住")


def names(shadow: str) -> Iterator[Found]:
    """Names of persons; the label, the role or the title beside them stays."""
    taken = 0
    for start, end in sorted({*_titled(shadow), *_labelled(shadow), *_alone(shadow)}):
        if start >= taken:
            taken = end
            yield Found(start, end, Kind.NAME, "*" * (end - start))


def _titled(shadow: str) -> Iterator[tuple[int, int]]:
    for match in _TITLED.finditer(shadow):
        start, end = match.start(), match.end(2)
        if not _is_no_name(shadow[start:end]) and not _is_another_word(shadow, match):
            yield start, end


def _is_another_word(shadow: str, match: re.Match[str]) -> bool:
    """Whether the family name is the end of another word, or a verb."""
    surname, last = match[1], shadow[match.start() - 1 : match.start()]
    if last and last in "*" + ANOTHER_WORD_WITH.get(surname, ""):
        return True
    if surname not in ALSO_A_VERB:
        return False
    told = _TOLD.search(shadow, match.end(), match.end() + _TOLD_WITHIN)
    return bool(told) or (bool(_MORE.match(last)) and last not in _CALLED_BY)


def _is_no_name(name: str) -> bool:
    return name[:2] in WORDS or name in PUBLIC


def _labelled(shadow: str) -> Iterator[tuple[int, int]]:
    for match in _LABEL.finditer(shadow):
        yield from _row(shadow, match.end(1), sure=True)
    for match in _ROLE.finditer(shadow):
        yield from _row(shadow, match.end(1), sure=False)
    for match in _I_AM.finditer(shadow):
        name = _name_at(shadow, match.end(), sure=False)
        if name and not _MORE.match(shadow, name[1]):
            yield name


def _row(shadow: str, start: int, *, sure: bool) -> Iterator[tuple[int, int]]:
    """The name that begins there, if one does, and those that are told in a row with it."""
    name = _name_at(shadow, start, sure=sure)
    while name:
        yield name
        goes_on = shadow[name[1] : name[1] + 1] in _AND
        name = _name_at(shadow, name[1] + 1, sure=False) if goes_on else None


def _name_at(shadow: str, start: int, *, sure: bool) -> tuple[int, int] | None:
    other = _MINORITY.match(shadow, start) or (_FOREIGN.match(shadow, start) if sure else None)
    if other:
        return other.span()
    surname, run = _STARTS_WITH_SURNAME.match(shadow, start), _RUN.match(shadow, start)
    if not surname or not run:
        return None
    end = surname.end() + _given(run[0][len(surname[0]) :], sure=sure)
    # After 姓名： it may be one that begins as a word, where it stands alone.
    alone = sure and run.end() == end
    told = alone and (
        shadow[start - 1] in _TELLS
        or (shadow[start - 2 : start] == "我叫" and end - start == _LONGEST)
    )
    if end == surname.end() or (not told and _is_no_name(shadow[start:end])):
        return None
    # Whoever has a title is found by it.
    if _BEFORE_A_TITLE.match(shadow, surname.end()) or _BEFORE_A_TITLE.match(shadow, end):
        return None
    if not sure and surname[0] in AFTER_A_ROLE_A_WORD and _MORE.match(shadow, end):
        return None
    return start, end


def _given(rest: str, *, sure: bool) -> int:
    """How many of the characters after a family name are the given name."""
    if sure and 1 <= len(rest) <= 2 and not _NO_PART & set(rest):
        return len(rest)
    if len(rest) > 1 and rest[0] in GIVEN and rest[1] in GIVEN:
        return 2
    if rest[:1] in GIVEN and (sure or len(rest) == 1 or rest[1] in _GOES_ON):
        return 1
    return 0


def _alone(shadow: str) -> Iterator[tuple[int, int]]:
    """Family names that a person says to have, and the name that a letter ends with."""
    for match in _FAMILY.finditer(shadow):
        yield match.span(1)
    for match in _BARE.finditer(shadow):
        yield match.span()
    signed = _LAST_LINE.search(shadow)
    if signed and not _is_no_name(signed[1]):
        yield signed.span(1)
