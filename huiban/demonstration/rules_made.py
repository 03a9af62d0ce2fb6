"""Two rules that repeated reports led to: one that has stood for months, one that residents are
asked about right now."""

from __future__ import annotations

from datetime import timedelta

from huiban.kernel.base import clock
from huiban.modules.analysis.actions import policies, policy_comments, policy_force
from huiban.modules.analysis.actions.policies import Topic, Wording
from huiban.modules.analysis.actions.policy_force import Enactment
from huiban.modules.analysis.models import Policy
from huiban.modules.analysis.reckoning.months import Month

from .world import World

MONTHS_IN_FORCE, DAYS_TO_COMMENT = 5, 14
STANDING = Wording(
    "青石街道电动自行车充电停放管理办法",
    "车不进楼，电不飞线。每个小区都要有棚子和充电桩，夜里也能充；装在哪里、多少钱，先问居民。",
    "一、电动自行车不得停放在楼道、门厅，不得从窗口拉线充电。\n"
    "二、每个小区按住户数设置停车棚和充电桩，由社区会同物业选址，公示七日。\n"
    "三、充电价格由街道统一谈定并张贴，不得另加服务费。",
)
ASKED = Wording(
    "小区装修施工时间公约（征求意见稿）",
    "工作日中午12点到2点、晚上7点到早上8点不施工；周末和节假日不用电锤。动工前三天在单元门口贴告示。",
    "一、工作日12:00至14:00、19:00至次日8:00停止产生噪音的施工。\n"
    "二、周末、法定节假日不使用电锤、切割机。\n"
    "三、动工前三日，在单元门口张贴施工时间和联系人电话。",
)
COMMENTS = (
    "中午停到两点半吧，家里有老人和上学的孩子。",
    "周末完全不让动工不现实，上班的人只有周末能盯，能不能下午三点到六点可以。",
)


def make_rules(world: World) -> None:
    """Enter the one that stands, and ask about the other, each by the leading group."""
    _stands(world)
    asked = _asked(world)
    for number, said in enumerate(COMMENTS):
        policy_comments.comment(asked.code, said, f"a-comment-of-the-demonstration-{number}")


def _opened(world: World, title: str, reasons: str, category: str, key: str) -> Policy:
    street = world.shown.street.id
    topic = Topic(title, reasons, street, street, category)
    return policies.open_policy(world.actor(world.group.id), topic, key)


def _stands(world: World) -> None:
    group = world.actor(world.group.id)
    policy = _opened(
        world,
        "电动自行车充电停放",
        "楼道停车、飞线充电反复有人反映，逐件处理管不住，要有地方停、有地方充。",
        "e_bike",
        "planted-policy-standing",
    )
    policies.write_draft(group, policy.pk, STANDING, seen=0)
    since = Month.of(clock.now()).later(-MONTHS_IN_FORCE).first
    told = Enactment(since, "青街发〔2026〕6号", "本办法施行在先，现补录。")
    policy_force.put_in_force(group, policy.pk, told, seen=1)


def _asked(world: World) -> Policy:
    group = world.actor(world.group.id)
    policy = _opened(
        world,
        "装修施工扰民",
        "隔壁装修中午、周末施工，是反复出现的事；劝一户停一户，没有约定就没有依据。",
        "noise",
        "planted-policy-asked-about",
    )
    policies.write_draft(group, policy.pk, ASKED, seen=0)
    today = clock.local(clock.now()).date()
    ends = today + timedelta(days=DAYS_TO_COMMENT)
    return policy_comments.consult(group, policy.pk, today, ends, seen=1)
