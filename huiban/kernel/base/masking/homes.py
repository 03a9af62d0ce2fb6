"""The flat within a building: what is left of an address when its building is enough.

3号楼2单元501室 keeps building and unit. Rooms of offices, schools, hotels and shops are no homes,
and what a number measures is none either: 501路, 301医院, 500米.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .callings import one_of
from .found import Found, Kind

_SPELLED = "〇零一二三四五六七八九"
_COUNTED = "[一二三四五六七八九十]"
_FLAT = (
    r"([0-9]{3,5}[A-Ha-h]?(?![0-9A-Za-z%*~]|\.[0-9])"
    rf"|[{_SPELLED}]{{3,4}}(?![{_SPELLED}]))"
)
_BUILDING = rf"(?:[0-9]{{1,3}}|{_COUNTED}{{1,3}}|[A-Za-z])[ ]?(?:号楼|号栋|号院|#楼|#|栋|幢|座)"
_UNIT = rf"(?:[0-9]{{1,2}}|{_COUNTED}{{1,2}}|[甲乙丙丁戊己东南西北中A-Fa-f])[ ]?单元"
_IS_A_ROOM = "(?=(?:[、/和与及][0-9]{3,4}){0,9}(?:室(?![内外温])|号?房(?![间产价子屋租东补改贷])))"
_FLOOR = rf"(?:[0-9]{{1,2}}|{_COUNTED}{{1,3}})[楼层]"
_PERSONS = "业主|住户|租户|房东|户主"

_WITHIN = re.compile(rf"(?:{_BUILDING}|{_UNIT})[ ,，、/\-的]?(?:[0-9]{{1,2}}-|{_FLOOR})?{_FLAT}")
_NUMBERED = re.compile(rf"[弄路街巷道][0-9]{{1,4}}号[ ]?{_FLAT}(?=室|房|户)")
_NOT_WITHIN = r"(?<![0-9A-Za-z.#/*\-])"
_TRIPLE = re.compile(rf"{_NOT_WITHIN}[0-9]{{1,2}}-[0-9]{{1,2}}-(?!20[0-4][0-9]){_FLAT}")
_PAIR = re.compile(
    "(?:住[在址]?|家[住在是]|小区|花园|公寓|新村|家园|[苑园里城府邸湾庭])[: ]?"
    rf"[0-9]{{1,2}}-{_FLAT}"
)
_PAIR_OF_A_ROOM = re.compile(
    rf"{_NOT_WITHIN}[0-9]{{1,2}}-{_FLAT}(?:(?=的?(?:{_PERSONS}))|{_IS_A_ROOM})"
)
_OF_SOMEBODY = re.compile(
    "(?:住户?|住[在于]|住址|家里?[住在是]|楼上|楼下|隔壁|对门|对面|邻居|业主|租户|房号|门牌号?)"
    rf"(?:就?是|在|的|:)?[ ]?(?:{_FLOOR})?{_FLAT}"
)
_WHOSE = re.compile(
    rf"(?:^|(?<=[，。；、,:！？ \n是和与叫的到给找])){_FLAT}"
    rf"(?=号?的?(?:{_PERSONS}|家里?[的漏养装在]))"
)
_ROOM = re.compile(rf"(?<![0-9{_SPELLED}第*\-.]){_FLAT}{_IS_A_ROOM}")
_OF_A_GROUP = re.compile(
    rf"(?:[0-9]{{1,2}}|{_COUNTED}{{1,3}})(?:村民小组|小组|组|队|社)"
    rf"([0-9]{{1,4}}|[{_SPELLED}十]{{1,4}})号"
    "(?![楼院线路机井库坑地桥闸文晚早上下中凌开停前之到]|公告)"
)

_AND_ANOTHER = re.compile(rf"[室房户]?[、/和与及]{_FLAT}")

# What a number measures or names where it stands before one of these.
_NO_FLAT_AFTER = re.compile(
    "[ ]?(?:户(?!的)|(?<=20[0-4][0-9])[/.\\-]|天(?!天)|来[个户人]|号?车位|号[楼线院库]|"
    + one_of(
        "元 块钱 人 名 位 米 平 ㎡ m 层 栋 幢 年 月 日 小时 分钟 点 路 个 台 盏 辆 次 件 张 多 余 吨 "
        "度 斤 公斤 公里 千 克 毫 厘 亩 分贝 国道 省道 县道 医院 中学 小学 学校 街区 弄 厂 工程 教室 "
        "实验室 会议 诊室 病房 办公 商铺 店 铺 摊 包厢 包间 自习 调解 窗口 线 班 式 型"
    )
    + ")"
)
# Where there are rooms and no homes; the homes of those who work there are called so.
_PUBLIC = one_of(
    "中心 大厦 大楼 写字楼 银行 单位 酒店 宾馆 旅馆 机关 教学楼 实验楼 门诊 住院部 市场 商场 车站 公司 局 "
    "街道办 信访办 办事处 管理处 居委会 村委会 纪委 派出所 事务所 研究所 大厅 医院 中院 高院 法院 检察院 学院 学校 "
    "中学 小学 图书馆 体育馆 博物馆 展览馆 档案馆 文化馆 厂房 厂区"
)
_PUBLIC_BEFORE = re.compile(
    f"(?:{_PUBLIC}|(?<!公)[委办处厅院校馆所厂](?=[0-9{_COUNTED[1:-1]}])|(?:(?<![0-9])[0-9]{{1,2}}|{_COUNTED})楼)"
    "(?:(?!宿舍|家属|小区|公寓|花园|家园)[^，。；！？\n]){0,8}$"
)
_LOOK_BACK = 14
# Where somebody says that they live there, an office nearby doesn't matter.
_LIVED_IN = (_PAIR, _OF_SOMEBODY, _WHOSE)
_PATTERNS = (_WITHIN, _NUMBERED, _TRIPLE, _PAIR_OF_A_ROOM, _ROOM, *_LIVED_IN)
_ENOUGH = re.compile(rf"[0-9{_SPELLED}]{{3}}")
_HIGHEST_FLOOR, _MOST_ON_A_FLOOR = 60, 40


def homes(shadow: str) -> Iterator[Found]:
    """Numbers of flats, and of houses in a village's groups; only the number itself."""
    if _ENOUGH.search(shadow):
        yield from _flats(shadow)
    for match in _OF_A_GROUP.finditer(shadow):
        yield Found(*match.span(1), Kind.HOME, "**")


def _flats(shadow: str) -> Iterator[Found]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(shadow):
            if pattern in _LIVED_IN or not _is_public(shadow, match.start()):
                yield from _row(match, shadow)


def _row(match: re.Match[str] | None, shadow: str) -> Iterator[Found]:
    """The flat that was met and those that are told in a row with it."""
    while match and _is_flat(match[1], shadow, match.end(1)):
        yield Found(*match.span(1), Kind.HOME, "***")
        match = _AND_ANOTHER.match(shadow, match.end(1))


def _is_public(shadow: str, start: int) -> bool:
    return bool(_PUBLIC_BEFORE.search(shadow, max(0, start - _LOOK_BACK), start))


def _is_flat(number: str, shadow: str, end: int) -> bool:
    """Whether floor and door are possible ones, and nothing after makes it a measure."""
    if _NO_FLAT_AFTER.match(shadow, end):
        return False
    if not number[0].isascii():
        return True
    digits = number.rstrip("ABCDEFGHabcdefgh")[-4:]
    return int(digits[:-2]) <= _HIGHEST_FLOOR and 1 <= int(digits[-2:]) <= _MOST_ON_A_FLOOR
