"""How long it takes to find what a new report repeats among twenty thousand and a million open cases.

Measured are the question as such, the same as the resident's page asks it, and what the worker
process adds to put a new report into the index. The reports asked about are new matters, and
rewordings of what was told before: for those it is counted how often the first one is found.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from bench import bulk
from bench.district import District, furnish
from bench.place import Place
from bench.results import Result, percentile
from bench.statements import Statements
from huiban.cli.outcomes import say
from huiban.modules.voice import actions
from huiban.modules.voice.actions.reading_likeness import read_likeness
from huiban.modules.voice.contracts import Told, Where
from huiban.modules.voice.models import Case, Gram, Reading, Report
from huiban.modules.voice.queries.likeness import likely_repeats, near_report

SIZES, QUICK_SIZES = (20_000, 1_000_000), (20_000,)
ASKED, QUICK_ASKED = 400, 60
# The first few meet cold pages and statements that nobody planned yet.
WARM_UP = 10
LIMIT = 5

# Names of places, things and doings from which reports are put together. A name is as rare as the
# pairs of its syllables, a matter as common as matters are.
SYLLABLES = (
    "锦绣华庭丽景翠湖云山金桂银杏春晓秋枫梧桐榆槐柳岸荷塘紫藤蓝湾碧泉星河盛世康宁嘉禾瑞安福祥"
    "凤凰鹭岛观澜听涛望江临溪枕流漱石栖霞揽月清风朗润和畅颐园静轩雅筑诚信仁爱博学明德鼎峰卓越"
    "尚品御景天骄世纪东方阳光绿洲橡树畔半香榭玫瑰郁百合玉兰丁海棠芙蓉牡丹茉莉幽竹青松"
)
ENDINGS = ("苑", "花园", "公寓", "名邸", "新村", "里", "大厦", "小区")
SPOTS = (
    "北门",
    "南门",
    "地下车库",
    "中心花园",
    "东侧围墙",
    "一楼大厅",
    "顶楼平台",
    "垃圾房旁边",
    "儿童乐园",
)
MATTERS = (
    ("电梯停运", "电梯又坏了", "坐不了电梯"),
    ("路灯不亮", "灯坏了没人修", "晚上一片漆黑"),
    ("下水道堵塞返水", "污水往外冒", "下水口堵了"),
    ("垃圾两天没有清运", "垃圾堆得满地都是", "垃圾没人收"),
    ("装修噪音扰民", "电钻从早响到晚", "装修吵得没法休息"),
    ("搅拌站粉尘污染", "混凝土车夜里施工", "搅拌站噪音大"),
    ("消防通道被占用", "车停在消防通道上", "通道堵死进不来救护车"),
    ("飞线充电有隐患", "电动车推进楼里充电", "楼道里拉线充电"),
    ("自来水发黄", "水龙头出来的水浑浊", "水质有问题"),
    ("暖气不热", "屋里只有十几度", "供暖一直不达标"),
    ("广场舞音响太大", "晚上跳舞声音很吵", "音响开到十点多"),
    ("违建阳光房没人管", "有人在楼顶加盖", "楼顶私搭乱建"),
    ("流浪狗追人", "没拴绳的大狗", "野狗咬伤小孩"),
    ("树枝断了砸到车", "大树要倒了", "树枯了很危险"),
    ("外墙瓷砖脱落", "墙皮往下掉", "外墙掉砖砸到人"),
    ("幼儿园迟迟不开园", "配套幼儿园没有交付", "孩子没地方上幼儿园"),
)
SINCE = ("已经{0}天了", "从上个月{0}号开始", "前后有{0}次", "持续了{0}个星期")
WHO = ("老人上下不方便", "孩子放学路过很危险", "住户意见很大", "邻居都在群里反映", "我家窗户正对着")
WISHES = ("请尽快派人来看", "希望给个答复", "请物业和社区协调", "盼早日解决", "请依法查处")


def run(place: Place, quick: bool) -> Result:
    """Measure in an empty place whose tables are made."""
    result = Result(
        title="重复反映：新反映和办理中的事相比",
        columns=("在办件数", "做什么", "SQL条数", "p50毫秒", "p95毫秒", f"前{LIMIT}件里找回"),
    )
    district = furnish()
    loaded = 0
    for size in QUICK_SIZES if quick else SIZES:
        say(f"bench: 装到 {size} 件在办")
        began = time.monotonic()
        with _no_index():
            bulk.load_cases(district, size - loaded, open_share=1.0, words=told_of, with_marks=True)
        result.details[f"loading {size}"] = round(time.monotonic() - began, 1)
        loaded = size
        result.rows += _measured(district, size, QUICK_ASKED if quick else ASKED)
    result.details["marks"] = Gram.objects.count()
    result.notes.append("新反映一半是新的事，一半换一种说法重复已有的事；找回只看后一半。")
    return result


def told_of(number: int) -> str:
    """The words of the report of that number, the same every time."""
    return _told(number, random.Random(number))


def told_again(number: int) -> str:
    """The same matter at the same place as that number's, in other words."""
    return _told(number, random.Random(-number - 1))


def _told(number: int, manner: random.Random) -> str:
    fixed = random.Random(number * 7_919 + 13)
    # Some places and some matters are told of far more often than others.
    name = "".join(fixed.choices(SYLLABLES, k=3)) + fixed.choice(ENDINGS)
    building, spot = fixed.randrange(1, 60), fixed.choice(SPOTS)
    matter = MATTERS[min(int(fixed.expovariate(0.25)), len(MATTERS) - 1)]
    where = manner.choice((f"{name}{building}号楼{spot}", f"{name}的{spot}，{building}栋"))
    parts = [
        f"{where}{manner.choice(matter)}",
        manner.choice(SINCE).format(manner.randrange(2, 30)),
        *manner.sample(WHO, 2),
        manner.choice(WISHES),
    ]
    return "，".join(parts)


@contextmanager
def _no_index() -> Iterator[None]:
    """Let rows come in without the index of marks and make it afterwards: that is far quicker."""
    (index,) = Gram._meta.indexes
    with connection.schema_editor() as editor:
        editor.remove_index(Gram, index)
    yield
    say("bench: 建立特征索引")
    with connection.schema_editor() as editor:
        editor.add_index(Gram, index)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE voice_gram")
            # The rows brought their keys with them.
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('voice_gram', 'id'), max(id)) FROM voice_gram"
            )


def _measured(district: District, size: int, number: int) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(size)
    # What is told again was told lately.
    lately = range(size - size // 10, size + 1)
    numbers = [chance.choice(lately) for _ in range(number + WARM_UP)]
    asked = [_send(district, size, one, again=at % 2 == 0) for at, one in enumerate(numbers)]
    firsts = [f"{one:08d}" for one in numbers]
    found: dict[int, bool] = {}

    def ask(at: int) -> None:
        likely = likely_repeats(asked[at], limit=LIMIT)
        found[at] = firsts[at] in {one.case.reference for one in likely}

    again = [at for at in range(WARM_UP, len(asked)) if at % 2 == 0]
    timed = _timed(ask, len(asked))
    yield (size, "查找", *timed, f"{sum(found[at] for at in again) / len(again):.0%}")
    yield (size, "居民页面查找", *_timed(lambda at: near_report(asked[at]), len(asked)), None)
    yield (size, "写入索引", *_timed(lambda at: _index(asked[at]), len(asked)), None)


def _send(district: District, size: int, number: int, *, again: bool) -> Report:
    """A new report from the building of that number's case: a rewording of it, or a new matter."""
    building, estate = district.buildings[number % len(district.buildings)]
    path = estate.path
    assert path.district_id is not None
    assert path.community_id is not None
    where = Where(
        district_id=path.district_id,
        street_id=path.street_id,
        community_id=path.community_id,
        estate_id=path.estate_id,
        front_desk_id=path.community_id,
        front_desk_tier=2,
        place_id=building.id,
        building_id=building.id,
    )
    text = told_again(number) if again else told_of(10 * size + number)
    sent = actions.report(Told(key=secrets.token_urlsafe(16), text=text), where)
    return Report.objects.select_related("case").get(pk=sent.report_id)


def _index(report: Report) -> None:
    """What the reading of a report costs for this: in a transaction of its own, as in the pump."""
    with transaction.atomic():
        case: Case = report.case
        reading = Reading.objects.filter(case=case).first()
        read_likeness(case, report, reading or Reading(case=case))


def _timed(act: Callable[[int], Any], number: int) -> tuple[int, float, float]:
    """How many statements the last one took, and the median and 95th percentile in milliseconds."""
    spent = []
    for at in range(number - 1):
        began = time.perf_counter()
        act(at)
        if at >= WARM_UP:
            spent.append((time.perf_counter() - began) * 1000)
    with Statements() as statements:
        act(number - 1)
    return statements.count, percentile(spent, 0.5), percentile(spent, 0.95)
