"""Themes in many reports: how long, how much memory, and whether the known ones are found again.

The reports are made up so that it is known which belong together: half of them tell of one of many
matters at one of many places, several times; the others are each the only one about theirs, though
their place and their matter occur elsewhere.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from random import Random

from bench.place import Place
from bench.results import Result
from huiban.cli.outcomes import say
from huiban.modules.voice.learning.themes import Told, find_themes

SIZES, QUICK_SIZES = (5_000, 60_000), (2_000,)
DAYS = 90
FIRST = date(2026, 1, 1)
SMALLEST, LARGEST = 3, 40
SEED = 7

ONE = (
    "春江 翠竹 金桂 银杏 云栖 望湖 东篱 西溪 南风 北辰 紫藤 青禾 明月 朝阳 松涛 柳荫 荷塘 梅岭 兰亭 海棠 "
    "石榴 白鹭 枣园 杏林 桐城 槐安 榆树 丹枫 玉泉 清河 双桥 三义 五福 六合 七里 八宝 九龙 龙泉 凤鸣 鹿鸣"
)
TWO = (
    "雅居 名邸 新天 华庭 御景 左岸 丽都 枫林 阳光 锦绣 长堤 观澜 书香 福地 世纪 悦来 水岸 百合 天骄 领航 "
    "和园 静苑 瑞府 康城 安居 乐府 嘉苑 馨园 逸景 上城 中央 东方 南庭 北苑 西郡 云庭 星河 月湾 山语 林语"
)
KINDS = ("小区", "花园", "公寓", "家园", "社区")
ASKS = ("请尽快处理", "一直没有人管", "希望给个答复", "打过电话也没有用", "大家意见很大", "")
TELLERS = ("我是这里的业主", "我们几户居民", "家里有老人和孩子", "我家就住楼上", "路过的人都看得到")
MATTERS = (
    (
        "搅拌站夜间生产",
        "搅拌站半夜开工",
        "混凝土搅拌粉尘很大，机器响到凌晨",
        "罐车进进出出，灰尘落满阳台",
    ),
    ("车位捆绑销售", "买房必须搭车位", "不买车位就不给签合同", "开发商要求一次付清车位款"),
    ("楼下餐馆油烟", "饭店烟囱对着窗户", "炒菜的油烟直往屋里灌", "没有专用烟道，窗户不敢开"),
    ("电梯经常停运", "电梯困人", "电梯三天两头坏，卡在半层", "按了没有反应，维保来了又走"),
    ("二次供水发黄", "自来水有异味", "水龙头放出来的水发黄有沉淀", "水箱多久没有清洗了"),
    ("幼儿园迟迟不开园", "配套幼儿园不交付", "说好九月开学，园舍还锁着门", "教育局和开发商互相推"),
    (
        "广场舞音响扰民",
        "晚上跳舞音乐太大",
        "音箱开到晚上十点，窗户都震",
        "劝过领舞的人，第二天照旧",
    ),
    ("消防通道被占", "通道停满私家车", "消防车根本开不进来", "有人还装了地锁"),
    ("暖气不热", "供暖温度不达标", "室内只有十四度，交了全额的费", "测温的人来过，没有下文"),
    ("垃圾站恶臭", "垃圾转运站味道大", "夏天苍蝇成群，污水流到路面", "清运车一天只来一趟"),
    ("地铁口没有斑马线", "路口缺红绿灯", "过马路要跟车抢，上学路危险", "早晚高峰险些撞到人"),
    ("公交线路改道", "取消公交站点", "老人坐车要多走两站路", "改线之前没有征求意见"),
    ("培训机构不退费", "早教中心关门跑路", "交了两年的学费，老板联系不上", "合同写着随时可退"),
    ("拖欠工程款", "工资发不下来", "干了半年活没有拿到钱", "包工头说甲方没结账"),
    ("外墙瓷砖脱落", "墙皮掉下来砸车", "瓷砖从十楼掉下来，差点伤人", "维修基金申请不下来"),
    ("地下车库积水", "雨后车库被淹", "水没过轮胎，水泵不工作", "排水沟全是淤泥"),
    ("房产证办不下来", "交房三年没有产权证", "贷款还了三年，证还没影", "开发商说土地没有核验"),
    ("物业费涨价", "物业乱收费", "没有开业主大会就涨了三成", "保洁一周才来一回"),
    ("流浪狗伤人", "大型犬不拴绳", "孩子被追着跑，腿上被咬了", "狗主人说不是他家的"),
    ("群租房隔断", "出租屋打隔断", "一套房子住了十几个人", "电线乱接，灶台挨着床"),
)


@dataclass(frozen=True)
class Measured:
    """What one size came to."""

    count: int
    seconds: float
    processor: float
    megabytes: float
    themes: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Of pairs of reports: together in the answer, together in truth."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def run(place: Place, quick: bool) -> Result:
    """Find themes in each size, in a process of its own; the place's database isn't used."""
    result = Result(
        title="热点：一个进程，一个核",
        columns=("件数", "秒", "处理器 秒", "内存 MB", "热点", "成对准确率", "成对召回率", "F1"),
    )
    for count in QUICK_SIZES if quick else SIZES:
        say(f"bench: {count}件")
        command = [sys.executable, "-m", "bench.themes", str(count)]
        told = subprocess.run(command, env=place.environment, stdout=subprocess.PIPE, check=True)
        found = Measured(**json.loads(told.stdout))
        result.rows.append(
            (
                *(found.count, found.seconds, found.processor, found.megabytes, found.themes),
                *(round(found.precision, 3), round(found.recall, 3), round(found.f1, 3)),
            )
        )
    result.notes.append("内存是整个进程的峰值。成对：两件在一起，答案和编排都这样说，才算对。")
    return result


def measure(count: int) -> Measured:
    """Find the themes of so many reports."""
    reports, truth = reports_of(count)
    began, busy = time.perf_counter(), time.process_time()
    found = find_themes(reports)
    seconds, processor = time.perf_counter() - began, time.process_time() - busy
    precision, recall = agreement([theme.members for theme in found], truth)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(count, seconds, processor, peak, len(found), precision, recall)


def reports_of(count: int, seed: int = SEED) -> tuple[list[Told], list[int]]:
    """Made-up reports in mixed order, and for each the number of its matter; -1 is the only one."""
    rng = Random(seed)
    subjects = _subjects(rng)
    made: list[tuple[Told, int]] = []
    number = 0
    while len(made) < count // 2:
        where, what = next(subjects)
        size = min(rng.randint(SMALLEST, LARGEST), count - len(made))
        made += [(_told(rng, where, what), number) for _ in range(size)]
        number += 1
    made += [(_told(rng, *next(subjects)), -1) for _ in range(count - len(made))]
    rng.shuffle(made)
    return [told for told, _ in made], [number for _, number in made]


def _subjects(rng: Random) -> Iterator[tuple[str, int]]:
    """Every matter at every place, once each, mixed."""
    halves = [(one, two) for one in ONE.split() for two in TWO.split()]
    names = [one + two + rng.choice(KINDS) for one, two in halves]
    both = [(name, what) for name in names for what in range(len(MATTERS))]
    rng.shuffle(both)
    yield from both


def _told(rng: Random, where: str, what: int) -> Told:
    short, other, first, second = MATTERS[what]
    said = [rng.choice(TELLERS), *rng.sample((first, second, short, other), 3), rng.choice(ASKS)]
    title = rng.choice((f"{where}{short}", f"{where}{other}", f"投诉{where}{short}", ""))
    body = "，".join(part for part in said if part) + "。"
    day = FIRST + timedelta(days=rng.randrange(DAYS))
    return Told(title, body if title else f"{where}{body}", day)


def agreement(found: Sequence[Sequence[int]], truth: Sequence[int]) -> tuple[float, float]:
    """Precision and recall of pairs of reports that are together."""
    right = together = 0
    for members in found:
        together += _pairs(len(members))
        right += sum(
            _pairs(number)
            for which, number in Counter(truth[member] for member in members).items()
            if which >= 0
        )
    known = sum(_pairs(n) for which, n in Counter(truth).items() if which >= 0)
    return right / together if together else 0.0, right / known if known else 0.0


def _pairs(number: int) -> int:
    return number * (number - 1) // 2


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(measure(int(sys.argv[1])))))
