"""The kinds of events that voice writes, and the settings that a district may change."""

from huiban.kernel.events.registry import declare
from huiban.kernel.moves.actions import STEP_FIELDS
from huiban.kernel.vocab import settings

REPORTED = declare(
    "voice.case_reported",
    "report channel unit tier category danger photos street community estate building"
    f" {STEP_FIELDS}",
    "A report was taken in and opened a case.",
    version=2,
)
JOINED = declare(
    "voice.case_joined", f"to_case {STEP_FIELDS}", "A case ended as part of another.", version=2
)
REPORT_JOINED = declare("voice.report_joined", "report from_case", "A report came to this case.")
MERGED = declare(
    "voice.case_merged",
    f"to_case unit reports {STEP_FIELDS}",
    "A unit tied the case to another; it ended as part of it.",
    version=2,
)
UNMERGED = declare(
    "voice.case_unmerged",
    f"from_case unit reports {STEP_FIELDS}",
    "A merger was taken back.",
    version=2,
)
REPORT_LEFT = declare("voice.report_left", "report to_case", "A report went back to its case.")
ACCEPTED = declare(
    "voice.case_accepted", f"unit tier {STEP_FIELDS}", "A unit took the case on.", version=2
)
CATEGORISED = declare(
    "voice.case_categorised",
    "category before source due",
    "The category was set; the lead duty's due time is that of the category.",
    version=2,
)
GROUPS_SAID = declare(
    "voice.groups_said",
    "groups before source",
    "Which groups of people the case concerns, by their codes with + between; empty: not stated.",
)
LOCATED = declare(
    "voice.case_located",
    "place before street community estate building",
    "Somebody said where it is; unknown parts of the path were filled in.",
    version=2,
)
DISPATCHED = declare(
    "voice.case_dispatched",
    f"unit from_unit tier suggested {STEP_FIELDS}",
    "A unit sent the case to the one that is to handle it.",
    version=2,
)
DISPATCH_UNDONE = declare(
    "voice.dispatch_undone",
    f"unit from_unit {STEP_FIELDS}",
    "A dispatch was taken back at once.",
    version=2,
)
PASSED_ON = declare(
    "voice.case_passed_on",
    f"unit from_unit tier {STEP_FIELDS}",
    "A branch passed the case on.",
    version=2,
)
ESCALATED = declare(
    "voice.case_escalated",
    f"unit from_unit tier {STEP_FIELDS}",
    "A unit asked the next tier to take it up.",
    version=2,
)
LIFTED = declare(
    "voice.case_lifted",
    f"unit from_unit tier duty {STEP_FIELDS}",
    "The case rose since a clock ran out.",
    version=2,
)
RETURN_ASKED = declare("voice.return_asked", "by_unit to_unit", "A receiver asked to return it.")
RETURN_UPHELD = declare("voice.return_upheld", "by_unit to_unit", "The sender upheld it: final.")
RETURNED = declare(
    "voice.case_returned",
    f"by_unit to_unit {STEP_FIELDS}",
    "The sender consented and has it again.",
    version=2,
)
INVITED = declare("voice.co_handler_invited", "unit by_unit", "A co-handler was asked in.")
PART_FINISHED = declare("voice.part_finished", "unit", "A co-handler did its part.")
ASKED = declare("voice.resident_asked", "unit", "The resident was asked; the clock stands still.")
REPLIED = declare(
    "voice.resident_replied",
    "report due",
    "The resident replied; the clock runs on, to another due time.",
    version=2,
)
QUESTION_LAPSED = declare(
    "voice.question_lapsed",
    "unit due",
    "No reply came; the clock runs on, to another due time.",
    version=2,
)
WORDS_ADDED = declare("voice.words_added", "report photos", "The resident added to the report.")
DEFERRED = declare(
    "voice.case_deferred", "unit days before after", "The due time was moved, with a reason."
)
ANSWERED = declare(
    "voice.case_answered",
    f"unit means photos doubt reasons {STEP_FIELDS}",
    "A unit answered; how doubtful that is in percent, and the codes of the reasons.",
    version=3,
)
VERIFIED = declare(
    "voice.answer_verified", f"unit {STEP_FIELDS}", "Another person found it true.", version=2
)
REJECTED = declare(
    "voice.answer_rejected",
    f"unit to_unit {STEP_FIELDS}",
    "Another person sent it back.",
    version=2,
)
RATED = declare(
    "voice.case_rated",
    f"report verdict satisfaction channel {STEP_FIELDS}",
    "The resident's verdict.",
    version=2,
)
CALLBACK_OPENED = declare(
    "voice.callback_opened", f"unit {STEP_FIELDS}", "Nobody rated; a call is due.", version=2
)
CLOSED_UNRATED = declare(
    "voice.case_closed_unrated",
    f"reached verdict {STEP_FIELDS}",
    "The case closed without a verdict.",
    version=2,
)
REOPENING_ASKED = declare(
    "voice.reopening_asked", f"report {STEP_FIELDS}", "The resident asks again.", version=2
)
REOPENED = declare(
    "voice.case_reopened", f"unit {STEP_FIELDS}", "A person reopened the case.", version=2
)
EXPLAINED = declare(
    "voice.case_explained",
    f"unit {STEP_FIELDS}",
    "A person explained why it stays closed.",
    version=2,
)
DIVERTED = declare(
    "voice.case_diverted", f"diversion unit {STEP_FIELDS}", "It belongs elsewhere.", version=2
)
WITHDRAWN = declare(
    "voice.case_withdrawn", f"report {STEP_FIELDS}", "The resident took it back.", version=2
)
ERASURE_ASKED = declare("voice.erasure_asked", "report", "The resident asks to be forgotten.")
ERASED = declare("voice.report_erased", "report", "Words, photos and contact were cleared.")

FLOOD_WINDOW_MINUTES = settings.declare(
    "voice.flood_window_minutes",
    30,
    "Over how long reports of a device or address are counted.",
    "同一手机、同一网络的反映按多少分钟计数",
    most=1440,
)
FLOOD_DEVICE = settings.declare(
    "voice.flood_device",
    6,
    "Reports of one device in the window before delays begin.",
    "一部手机在这段时间里超过几件要等一等",
)
FLOOD_ADDRESS = settings.declare(
    "voice.flood_address",
    120,
    "Reports of one address in the window before delays begin.",
    "一个网络地址在这段时间里超过几件要等一等",
)
UNDO_MINUTES = settings.declare(
    "voice.undo_minutes",
    5,
    "How long a dispatch can be taken back.",
    "派单后几分钟内可以撤销",
    most=60,
)
VERDICT_DAYS = settings.declare(
    "voice.verdict_days",
    5,
    "Working days that a resident has to rate before the case moves on.",
    "居民有几个工作日评价",
    most=60,
)
RATING_DAYS = settings.declare(
    "voice.rating_days",
    30,
    "Days after closing in which a resident may still rate or ask again.",
    "办结后几天内还可以评价或要求再办",
    most=365,
)
QUESTION_DAYS = settings.declare(
    "voice.question_days",
    3,
    "Working days after which an unanswered question lets the clock run.",
    "等居民回复最多几个工作日",
    most=30,
)
RETURN_DAYS = settings.declare(
    "voice.return_days",
    2,
    "Working days after a dispatch in which a return may be asked.",
    "派单后几个工作日内可以申请退回",
    most=30,
)
DEFER_MOST_DAYS = settings.declare(
    "voice.defer_most_days",
    10,
    "Working days that one deferral may add at the most.",
    "一次延期最多几个工作日",
    most=60,
)
LIFTED_LEVELS = settings.declare(
    "voice.lifted_levels",
    ["branch", "community", "street", "department"],
    "Levels of units from which a case rises by itself when their clock runs out.",
    "哪些层级超时自动升级",
)
DOUBT_PERCENT = settings.declare(
    "voice.doubt_percent",
    60,
    "From which doubt on the writer of an answer is shown why it may be none, before it is sent.",
    "答复的存疑程度到百分之几，发出前提醒",
    most=100,
)
SURE_PERCENT = settings.declare(
    "voice.sure_percent",
    60,
    "From which confidence on a suggested category is called likely; below, nobody is sure.",
    "建议分类的把握到百分之几，才说“很像”",
    most=100,
)
SIMILAR_DAYS = settings.declare(
    "voice.similar_days",
    30,
    "How far back open cases that a report may repeat are looked for.",
    "多少天内的在办事项可能是同一件事",
    most=365,
)
PARTLY_COUNTS = settings.declare(
    "voice.partly_counts_as_solved",
    False,
    "Whether 'partly solved' counts in the solved rate.",
    "“部分解决”算不算解决",
)
RETENTION_DAYS = settings.declare(
    "voice.retention_days",
    1095,
    "Days after its close in which a case's words, photos and contacts are kept.",
    "办结后文字、照片和联系方式保留几天",
    least=30,
)
