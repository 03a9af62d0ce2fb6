"""What a report's words come to when matters are compared: what it is about, and where.

Words and neighbouring characters carry the matter. Names of places carry where it is; they are
kept apart as well, since the same trouble at two places makes two matters.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import rjieba

from huiban.kernel.base.text import normalise

BODY_CHARACTERS = 300
NEARBY_CHARACTERS = 120
TITLE_WEIGHT = 3.0
CATEGORY_WEIGHT = 2.0
PAIR_WEIGHT = 0.5
LONGEST_NAME = 10
MOST_NAMES = 2
NAMED_WEIGHT = 2
NAME_WEIGHT = 3.0


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What letters say, whatever their matter: greetings, complaints, words between words.
EMPTY_WORDS = _listed(
    """
    尊敬 敬爱 您好 你好 谢谢 感谢 领导 领导们 希望 请问 请求 恳请 恳求 反映 问题 投诉 举报 咨询
    建议 关于 相关 部门 有关 政府 进行 没有 我们 他们 你们 咱们 这个 这样 这种 那么 那个 什么 怎么
    可以 因为 所以 但是 如果 由于 而且 还有 就是 还是 或者 以及 不是 现在 一直 已经 目前 今年 去年
    时候 时间 情况 强烈 要求 解决 处理 严重 书记 市长 区长 局长 一个 一下 多次 至今 到底 为何
    为什么 能否 是否 应该 需要 不能 居民 业主 市民 群众 老百姓 百姓 大家 自己 加快 力度 刻不容缓
    重视 尽早 早日 诉求 回复 不合理 违法 违规 合理 附近 周边 旁边 小区 地方 生活 影响 再次 麻烦
    尽快 帮忙 看看 来人 我家 本人 每天 几天 非常 特别 好几 昨天 今天 前天 上周 最近 晚上 早上 单元
    号楼 这里 那里 里面 有人 出来 起来 知道 到现在 不知 一点
    """
)
_AREA = re.compile(r"(?<![A-Za-z0-9])([A-Z]\d{0,2}[市区县])")
_WORTH = re.compile(r"[\u3400-\u9fffA-Za-z]")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_ENDS_NAME = re.compile(
    "(?:小区|花园|家园|嘉园|新城|新村|公寓|公馆|山庄|广场|大厦|苑|城|府|湾|郡|庭|悦|里|路|街|大道|巷"
    "|桥|号线|站|社区|街道|镇|乡|村|学校|小学|中学|大学|学院|幼儿园|医院|公司|集团|楼盘|公园|市场|酒店"
    "|厂|工地)$"
)
_PLAIN = re.compile(
    r"(?:^|[，。；：！？、\s]|投诉|反映|举报|关于|咨询|反对|住在|位于)([\u3400-\u9fff]{2,6}?"
    r"(?:小区|花园|公寓|家园|新村|社区|大厦|广场|小学|中学|幼儿园|医院))"
)
# Ends that say what kind of place it is, and nothing of which.
_KINDS = _listed(
    """
    小区 花园 家园 新城 新村 公寓 广场 大厦 路 街 大道 巷 桥 站 社区 街道 镇 乡 村 学校 小学 中学
    大学 学院 幼儿园 医院 公司 集团 楼盘 公园 市场 酒店 厂 工地 号线 住宅小区 有限公司 网站 车站
    城 里 府 马路 公路 农村 新农村 本村 全村 老城 房地产公司 物业公司 开发公司 物业 高速 地铁站
    公交站 加油站 工厂 城里 家里 手里 心里 那里 哪里 这里 夜里 屋里 院里 楼里 超市 城市 大城市
    教育集团 搅拌站 水泥厂 砂石厂 垃圾站 转运站 公交线路 线路 工程公司 政府 市政府 区政府 县政府
    必经之路 人行天桥 必由之路 菜市场 农贸市场 收费站 工作站 街里 公里 省里 市里 区里 县里 村里
    校里
    """
)
# Words that any place may have before its kind.
_ANY = _listed(
    """
    垃圾 污水 变电 大型 特大型 小型 投资 建设 有限 开发 混凝土 泥土 砂石 配套 公立 私立 民办 公办 附属 实验 定向
    商品房 商业 住宅 安置 高层 整个 全部 部分 所在 隔壁 对面 门口 楼下 楼上 国家 当地 本地 物业 管理
    房地产 餐饮 商务 咨询 科技 网络 建筑 工程 劳务 装饰 汽车 运输 城市 农村 社会 公共 中心 新建 在建
    """
)
# Kinds of words, as the segmenter tells them, that a name may be made of; and words that it isn't.
_NAMING = _listed("n nr ns nz nt nrfg nrt nx ng j eng m zg a b vn x g l i t q")
_ACTS = frozenset("vdsprculf")
_NO_END = _listed(
    "跑路 上路 带路 出路 思路 套路 后路 电路 一路 公里 心里 夜里 屋里 政府 喜悦 让路 走路 马路 学路 上学路 过马路"
)
NO_NAME = _listed(
    """
    的 了 在 和 与 及 是 有 被 把 对 向 从 到 至 等 、 ， 。 我 你 他 该 本 此 某 这 那 各 一个
    附近 周边 旁边 位于 反对 坚决 取消 维护 改道 走 随着 就 已 配合 建 建立 建设 修建 反馈 呼吁
    停止 设置 经过 通往 路过 住在 家住 来自 作为 之间 交汇处 以及 还有 而 但 也 都 又 还 去 来 说
    让 给 为 以 于 反映 投诉 举报 咨询 建议 关于 请求 希望 一家 多家 部分 全体 业主 居民 村民 市民
    市 区 县 省 处 内 外 ？ ！ （ ） “ ” ： ； ( ) 《 》 " ' ? ! ; : , . … — - 早就 就要 马上
    突然 竟然 居然 老板 天天 又在 正在 一到 每到 想 请 没 不 要 会 能 可 才 再 更 最 很 太 快 无
    未 正 刚 往 堆 放 停 扔 找 问 看 着 过 里面 那条 这条 一条 几条
    """
)
# What a name can do without, if so many characters are left.
_STEMS = (
    *((kind, 2) for kind in ("小区", "社区", "街道", "有限公司", "公司", "楼盘", "工地")),
    *((kind, 3) for kind in ("花园", "家园", "新村", "公寓", "广场", "大厦")),
)


@dataclass(frozen=True)
class Marks:
    """A report as it is compared.

    `words` are its words and its pairs of characters, weighed; `named` are those of them that stand
    within names; `places` are the names' pairs of characters.
    """

    words: Mapping[str, float] = field(default_factory=dict)
    named: frozenset[str] = frozenset()
    places: Mapping[str, float] = field(default_factory=dict)
    names: tuple[str, ...] = ()


def marks_of(title: str, body: str, place: str = "", category: str = "") -> Marks:
    """Read a report. Any text will do; one without words has no marks and is like nothing."""
    if not (_WORTH.search(title) or _WORTH.search(body)):
        return Marks()
    head, rest = spaced(title), spaced(body[: 4 * BODY_CHARACTERS])[:BODY_CHARACTERS]
    known = tuple(part for part in normalise(place).split() if part)
    # Words often name other places too, such as where one has been sent; a title rarely does.
    named = names_in(head) or names_in(rest[:NEARBY_CHARACTERS])[:MOST_NAMES]
    names = (*known, *(name for name in named if name not in known))
    words: defaultdict[str, float] = defaultdict(float)
    for text, weight in ((head, TITLE_WEIGHT), (rest, 1.0)):
        for word in telling_words(text):
            words[word] += weight
    nearby = rest[:NEARBY_CHARACTERS]
    for text, weight in ((head, TITLE_WEIGHT), (nearby, 1.0), (place, 1.0)):
        for pair in pairs(text):
            words[f"~{pair}"] += PAIR_WEIGHT * weight
    for name in named:
        words[f"@{stem(name)}"] += NAME_WEIGHT
    if category:
        words[f"#{category}"] += CATEGORY_WEIGHT
    places: defaultdict[str, float] = defaultdict(float)
    for name in names:
        # What somebody names is where it is; where they live only stands in for that.
        for pair in pairs(stem(name)):
            places[pair] += 1 if name in known else NAMED_WEIGHT
    return Marks(words, _within(words, names), places, tuple(dict.fromkeys(names)))


def _within(words: Iterable[str], names: tuple[str, ...]) -> frozenset[str]:
    """Those of the words that stand within a name."""
    whole = " ".join(names)
    return frozenset(word for word in words if word.lstrip("~@") in whole)


def spaced(text: str) -> str:
    """The text in one form, with areas like A3区 standing by themselves."""
    return _AREA.sub(r" \1 ", normalise(text)).strip()


def telling_words(text: str) -> list[str]:
    """Its words that tell anything, in their order."""
    cut: list[str] = rjieba.cut(text)
    return [
        word for word in cut if len(word) > 1 and word not in EMPTY_WORDS and _WORTH.search(word)
    ]


def pairs(text: str) -> list[str]:
    """Every two Chinese characters that stand side by side."""
    return [run[at : at + 2] for run in _HAN.findall(text) for at in range(len(run) - 1)]


def names_in(text: str) -> list[str]:
    """Names of places in the text: 丽景花园小区, 人民路, 第三中学; what is only a kind isn't one."""
    whole: list[str] = []
    naming: list[str] = []
    # What begins after a break and ends in a plain kind is a name, however it is segmented.
    found = [name for plain in _PLAIN.findall(text) if (name := _plain_name(plain))]
    for word, kind in rjieba.tag(text):
        if _breaks(word, kind):
            digits = word.isdigit() and whole
            whole, naming = ([*whole, word], [*naming, word]) if digits else ([], [])
            continue
        # 上学 路 is no name, as the first is a word of its own that says what one does.
        no_end = len(word) == 1 and whole and _is_doing(whole[-1])
        whole.append(word)
        end = None if no_end else _ENDS_NAME.search(word)
        # 跑路 and 屋里 end like names and are none; a word that says its kind whole is.
        ends = end is not None and word not in _NO_END
        if end is not None and kind[0] in _ACTS:
            ends = ends and len(end[0]) > 1
        naming = [*naming, word] if kind in _NAMING or ends else []
        if ends and (name := _name(whole) or _name(_last(naming))):
            found.append(name)
            whole, naming = [], []
    return _longest(found)


def _is_doing(word: str) -> bool:
    """Whether it is a known word for what one does or counts; a rare name is no known word."""
    return bool(rjieba.has_word(word)) and rjieba.tag(word)[0][1][0] in "vqmd"


def _plain_name(text: str) -> str:
    words = list(rjieba.tag(text))
    return "" if any(_breaks(*word) for word in words) else _name([word for word, _ in words])


def _breaks(word: str, kind: str) -> bool:
    """Whether no name goes on over this word."""
    said = word in NO_NAME or kind[0] in "rp" or word[-1] in "在到往"
    return said or not _WORTH.search(word) or bool(_AREA.fullmatch(word))


def _longest(names: list[str]) -> list[str]:
    """The names without those that are part of another one, each once."""
    once = dict.fromkeys(names)
    return [name for name in once if not any(name != more and name in more for more in once)]


def _last(words: list[str]) -> list[str]:
    """The last few of these words, as many as a name may have."""
    kept: list[str] = []
    for word in reversed(words):
        if sum(map(len, kept)) + len(word) > LONGEST_NAME or (kept and word in EMPTY_WORDS | _ANY):
            break
        kept.insert(0, word)
    return kept


def _name(words: list[str]) -> str:
    """These words as a name, or nothing: too long, or only a kind of place."""
    while words and words[0] in EMPTY_WORDS | _ANY:
        words = words[1:]
    name = "".join(words)
    if len(name) > LONGEST_NAME or any(word in EMPTY_WORDS for word in words[:-1]):
        return ""
    only_kinds = all(word in _KINDS or word in _ANY for word in words)
    return name if len(name) > 2 and not only_kinds and len(stem(name)) > 1 else ""


def stem(name: str) -> str:
    """A name without the words that say what kind of place it is."""
    for kind, least in _STEMS:
        if name.endswith(kind) and len(name) >= len(kind) + least:
            return name.removesuffix(kind)
    return name
