"""Voice's starter vocabularies: categories, dangers, diversions, groups, deadlines, roles.

Written for this project as a beginning; a district edits them as dated data. The deadlines follow
common practice (danger 2 hours, essential supplies 24 hours, general matters 5 working days,
returns and reviews 2 working days); no law fixes these numbers.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from huiban.kernel.access.models import Role
from huiban.kernel.access.permits import ADMINISTER
from huiban.kernel.vocab.actions import BEGINNING, load_terms, note_change

from . import permits
from .actions.steps import CATEGORIES, DANGERS, DEADLINES, DIVERSIONS, GROUPS
from .reference_words import danger_rows, diversion_rows, group_rows

# code, name, keywords, deadline class: "essential" matters have a day, all others the general time.
CATEGORY_ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("elevator", "电梯", "电梯 困人 坐电梯 轿厢 梯门 电梯故障 电梯停运", "essential"),
    ("water_supply", "供水", "停水 水压 水管 爆管 自来水 没水 水质 水表 水费", "essential"),
    ("power_supply", "供电", "停电 跳闸 电压 电线 没电 电表 变压器", "essential"),
    ("gas", "燃气", "燃气 煤气 天然气 液化气 气味 漏气", "essential"),
    ("heating", "供暖", "暖气 供暖 供热 不热 暖气片", "essential"),
    ("drainage", "排水堵漏", "下水道 堵塞 污水 反水 漏水 渗水 积水 内涝 井盖 化粪池", "general"),
    ("fire_safety", "消防安全", "消防 消防通道 灭火器 消火栓 堵通道 烟感 疏散", "essential"),
    ("e_bike", "电动车充电停放", "电动车 电瓶车 飞线 充电桩 充电 楼道停车", "general"),
    ("parking", "停车管理", "停车 车位 乱停 占道停车 挪车 堵车 地锁 僵尸车", "general"),
    ("garbage", "垃圾清运", "垃圾 清运 垃圾桶 垃圾站 恶臭 建筑垃圾 装修垃圾 大件", "general"),
    (
        "cleanliness",
        "环境卫生",
        "保洁 卫生 打扫 脏乱 小广告 蚊虫 老鼠 狗粪 楼道杂物 杂物",
        "general",
    ),
    ("noise", "噪音扰民", "噪音 扰民 吵 广场舞 装修 夜间施工 音响 犬吠 喇叭", "general"),
    ("greening", "绿化养护", "绿化 树木 树枝 修剪 草坪 毁绿 枯树 遮光", "general"),
    ("lighting", "照明路灯", "路灯 照明 不亮 楼道灯 灯坏 灯不亮", "general"),
    ("road", "道路破损", "道路 路面 坑洼 破损 塌陷 人行道 地砖 减速带", "general"),
    ("illegal_building", "违法建设", "违建 搭建 私搭 加盖 占用绿地 违章建筑 圈占", "general"),
    ("property", "物业服务", "物业 物业费 保安 门禁 物管 业委会 服务差", "general"),
    ("maintenance_fund", "维修资金", "维修资金 维修基金 大修 外墙脱落 屋顶漏 公共维修", "general"),
    ("stall", "占道经营", "摆摊 占道经营 流动摊贩 夜市 烧烤 油烟 出店经营", "general"),
    ("animal", "犬只管理", "遛狗 狗 犬 拴绳 咬人 流浪狗 流浪猫 养犬", "general"),
    ("accessibility", "无障碍", "无障碍 轮椅 盲道 坡道 扶手 残疾人", "general"),
    ("elder_care", "为老服务", "养老 长者食堂 助餐 独居老人 敬老 适老 老年", "general"),
    ("child_care", "为小服务", "儿童 托育 幼儿园 游乐设施 滑梯 学生 上学路", "general"),
    ("courier", "骑手快递", "快递 外卖 骑手 快递柜 取餐 进小区", "general"),
    ("neighbour", "邻里纠纷", "邻居 纠纷 矛盾 争吵 楼上 楼下 调解", "general"),
    ("social_security", "社保民政", "社保 医保 低保 补贴 救助 退休 残疾证 居住证", "general"),
    ("traffic", "交通出行", "公交 红绿灯 斑马线 交通 拥堵 标线 共享单车", "general"),
    ("consumer", "市场消费", "退款 超市 价格 缺斤短两 假货 食品 过期 预付卡", "general"),
)

DANGER_ROWS = danger_rows()
DIVERSION_ROWS = diversion_rows()
GROUP_ROWS = group_rows()

DEADLINE_ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("triage", {"kind": "triage", "unit": "working_minutes", "amount": 4 * 60}),
    ("triage.danger", {"kind": "triage", "danger": True, "unit": "minutes", "amount": 30}),
    ("handle", {"kind": "handle", "unit": "working_days", "amount": 5}),
    ("handle.danger", {"kind": "handle", "danger": True, "unit": "minutes", "amount": 120}),
    ("guide", {"kind": "guide", "unit": "working_days", "amount": 2}),
    ("guide.danger", {"kind": "guide", "danger": True, "unit": "minutes", "amount": 60}),
    ("take_up", {"kind": "take_up", "unit": "working_days", "amount": 3}),
    ("take_up.danger", {"kind": "take_up", "danger": True, "unit": "minutes", "amount": 60}),
    ("verify", {"kind": "verify", "unit": "working_days", "amount": 2}),
    ("review", {"kind": "review", "unit": "working_days", "amount": 2}),
    ("callback", {"kind": "callback", "unit": "working_days", "amount": 5}),
    ("consent", {"kind": "consent", "unit": "working_days", "amount": 1}),
    ("assist", {"kind": "assist", "unit": "working_days", "amount": 3}),
    ("erasure", {"kind": "erasure", "unit": "working_days", "amount": 15}),
)

DESK = [permits.READ, permits.TRIAGE, permits.HANDLE, permits.VERIFY, permits.READ_CONTACT]
ROLES: tuple[tuple[str, str, list[str]], ...] = (
    ("community_desk", "社区前台", [*DESK, permits.ERASE]),
    ("street_desk", "街道前台", [*DESK, permits.ERASE]),
    ("district_desk", "区级前台", [*DESK, permits.ERASE]),
    ("leading_group_desk", "区领导小组办公室", [*DESK, permits.ERASE]),
    ("department_desk", "部门经办", [permits.READ, permits.HANDLE, permits.READ_CONTACT]),
    ("branch_secretary", "小区党支部书记", [permits.READ, permits.GUIDE]),
    ("administrator", "系统管理员", [ADMINISTER, permits.READ]),
)


def load(valid_from: date = BEGINNING) -> int:
    """Load the starter vocabularies and roles; how many words were new or changed."""
    changed = load_terms(CATEGORIES, map(_category, CATEGORY_ROWS), valid_from)
    changed += load_terms(DANGERS, DANGER_ROWS, valid_from)
    changed += load_terms(DIVERSIONS, DIVERSION_ROWS, valid_from)
    changed += load_terms(GROUPS, GROUP_ROWS, valid_from)
    changed += load_terms(DEADLINES, _deadlines(), valid_from)
    for code, name, permitted in ROLES:
        _, made = Role.objects.update_or_create(
            code=code, defaults={"name": name, "permits": permitted}
        )
        changed += made
    note_change()
    return changed


def _category(row: tuple[str, str, str, str]) -> dict[str, Any]:
    code, name, keywords, urgency = row
    return {"code": code, "name": name, "data": {"keywords": keywords.split(), "class": urgency}}


def _deadlines() -> list[dict[str, Any]]:
    rows = [{"code": code, "name": code, "data": data} for code, data in DEADLINE_ROWS]
    for code, _, _, urgency in CATEGORY_ROWS:
        if urgency == "essential":
            rows.append(essential_deadline(code))
    return rows


def essential_deadline(category: str) -> dict[str, Any]:
    """The rule that gives a category's cases a day, as a term of the deadlines."""
    data = {"kind": "handle", "category": category, "unit": "minutes", "amount": 24 * 60}
    return {"code": f"handle.{category}", "name": f"handle.{category}", "data": data}
