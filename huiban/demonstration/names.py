"""What the fictional district's people also call its estates. All of it is invented."""

from __future__ import annotations

from huiban.kernel.places.models import NameKind

from .district import CommunityPlan

ROADS = ("青石路", "柳堤路", "晨光大道", "月牙湖路", "稻香路", "鹊桥街")
# The first estate of each community was built by one of these.
WORKS = (
    *(
        "纺织",
        "化肥",
        "农机",
        "轴承",
        "造纸",
        "印刷",
        "罐头",
        "酱油",
        "火柴",
        "钟表",
        "缝纫机",
        "灯泡",
    ),
    *(
        "玻璃",
        "搪瓷",
        "陶瓷",
        "皮鞋",
        "服装",
        "毛巾",
        "丝绸",
        "地毯",
        "雨伞",
        "钢笔",
        "电机",
        "水泵",
    ),
    *("阀门", "锅炉", "拖拉机", "齿轮", "弹簧", "电缆", "变压器", "收音机", "啤酒", "汽水", "糖果"),
    *(
        "饼干",
        "面粉",
        "榨油",
        "乳品",
        "茶叶",
        "木材",
        "家具",
        "水泥",
        "砖瓦",
        "石灰",
        "标准件",
        "仪表",
    ),
    *("塑料", "橡胶", "油漆", "肥皂", "毛线", "帆布"),
)
LANDMARKS = (
    *("供销社", "邮电所", "粮店", "水塔", "老戏台", "副食店", "理发店", "豆腐坊", "老影院", "澡堂"),
    *("煤球店", "种子站", "文化站"),
)
FIRST_LANDMARK = "老供销社"
NUMBERS_BETWEEN = 4
COMMUNITIES_OF_A_STREET = 9


def names_of(
    street: int, community: int, plan: CommunityPlan, estate: int
) -> list[tuple[str, NameKind]]:
    """What else the estate is called: a road and its number, a landmark, an old or a short name.

    `street`, `community` and `estate` are numbers from 0, the community's over the whole district.
    """
    stem = plan.name.removesuffix("社区")
    along = community % COMMUNITIES_OF_A_STREET * 5 + estate
    number = along * NUMBERS_BETWEEN + 2
    landmark = f"{stem}{LANDMARKS[(community + 3 * estate) % len(LANDMARKS)]}"
    names = [
        (f"{ROADS[street]}{number}号", NameKind.ROAD),
        (FIRST_LANDMARK if community == estate == 0 else landmark, NameKind.LANDMARK),
    ]
    if estate == 0:
        names.append((f"原{WORKS[community]}厂宿舍", NameKind.FORMER))
    else:
        names.append((f"{stem}{'新老大'[estate % 3]}院", NameKind.ALIAS))
    return names
