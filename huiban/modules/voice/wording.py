"""How voice names things to people: duties, events, results, channels."""

from __future__ import annotations

from huiban.kernel.duties.actions import DUTY_LATE, DUTY_MOVED, DUTY_WARNED

from . import kinds

DUTY_LABELS = {
    "triage": "待受理",
    "handle": "待办理",
    "guide": "待引导解决",
    "take_up": "待接办",
    "verify": "待核实",
    "review": "待复核",
    "callback": "待回访",
    "consent": "待答复退回",
    "assist": "待协办",
    "erasure": "待清除个人信息",
}
# What a worker took from a chat.
CHAT = "chat"
CHANNELS = {
    "scan": "扫码",
    "web": "网页",
    "desk": "工作人员代录",
    "hotline": "热线",
    CHAT: "聊天记录",
    "import": "导入",
}
VERDICTS = {
    "solved": "解决了",
    "partly": "部分解决",
    "not_solved": "没解决",
    "not_reached": "没有联系上",
}
SATISFACTIONS = {"satisfied": "满意", "basically": "基本满意", "not_satisfied": "不满意"}
TIERS = {1: "小区党支部", 2: "社区、街道", 3: "区领导小组", 4: "部门"}
RATING_CHANNELS = {"receipt": "凭回执", "callback": "电话回访"}
# Who said a case's groups.
GROUP_SOURCES = {"words": "按文字认出", "worker": "人工确认"}

# What each event is called on the desk's timeline; {unit} and {other} become the units' names.
STEPS = {
    kinds.REPORTED: "居民反映，{unit}待受理",
    kinds.JOINED: "并入同一件事",
    kinds.REPORT_JOINED: "又有一位居民遇到同样的问题",
    kinds.MERGED: "{unit}并入同一件事",
    kinds.UNMERGED: "{unit}撤销并入，单独办理",
    kinds.REPORT_LEFT: "一位居民的反映改为单独办理",
    kinds.ACCEPTED: "{unit}接单",
    kinds.CATEGORISED: "分类改为“{category}”",
    kinds.GROUPS_SAID: "涉及人群：{groups}（{source}）",
    kinds.LOCATED: "确认了地点",
    kinds.DISPATCHED: "{other}派给{unit}",
    kinds.DISPATCH_UNDONE: "{unit}撤销派单",
    kinds.PASSED_ON: "{other}转{unit}",
    kinds.ESCALATED: "{other}上报{unit}",
    kinds.LIFTED: "{other}超过时限，自动升到{unit}",
    kinds.RETURN_ASKED: "{unit}提出退回",
    kinds.RETURN_UPHELD: "{other}维持原派单",
    kinds.RETURNED: "{other}同意退回",
    kinds.INVITED: "邀请{unit}协办",
    kinds.PART_FINISHED: "{unit}反馈协办情况",
    kinds.ASKED: "{unit}向居民提问，暂停计时",
    kinds.REPLIED: "居民回复，继续计时",
    kinds.QUESTION_LAPSED: "居民未回复，继续计时",
    kinds.WORDS_ADDED: "居民补充",
    kinds.DEFERRED: "{unit}延期{days}个工作日",
    kinds.ANSWERED: "{unit}答复",
    kinds.VERIFIED: "{unit}核实属实",
    kinds.REJECTED: "{unit}核实不符，退回{other}重办",
    kinds.RATED: "居民评价：{verdict}，{satisfaction}",
    kinds.CALLBACK_OPENED: "未评价，由{unit}回访",
    kinds.CLOSED_UNRATED: "未收到评价，办结",
    kinds.REOPENING_ASKED: "居民认为没解决，要求再办",
    kinds.REOPENED: "复核后重新办理，由{unit}办理",
    kinds.EXPLAINED: "{unit}复核后向居民解释，办结",
    kinds.DIVERTED: "{unit}告知其他途径",
    kinds.WITHDRAWN: "居民撤回",
    kinds.ERASURE_ASKED: "居民申请删除自己的信息",
    kinds.ERASED: "已清除一份反映的文字、照片和联系方式",
    DUTY_WARNED: "{unit}即将到期",
    DUTY_LATE: "{unit}超过时限",
    DUTY_MOVED: "节假日安排有更新，{unit}的时限重新计算",
}

# What a resident is told of; all else is the offices' own affair.
FOR_RESIDENTS = frozenset(STEPS) - {
    kinds.CATEGORISED,
    kinds.GROUPS_SAID,
    kinds.RETURN_ASKED,
    kinds.RETURN_UPHELD,
    kinds.INVITED,
    kinds.PART_FINISHED,
    kinds.REJECTED,
    DUTY_WARNED,
    DUTY_LATE,
    DUTY_MOVED,
}
# Which payload field names the unit and which the other one, where it isn't `unit`/`from_unit`.
UNIT_FIELDS = {
    kinds.RETURN_ASKED: ("by_unit", "to_unit"),
    kinds.RETURN_UPHELD: ("by_unit", "to_unit"),
    kinds.RETURNED: ("by_unit", "to_unit"),
    kinds.REJECTED: ("unit", "to_unit"),
    kinds.DISPATCH_UNDONE: ("unit", "from_unit"),
}
