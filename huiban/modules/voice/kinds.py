"""The kinds of events that voice writes, and the settings that a district may change."""

from huiban.kernel.events.registry import declare
from huiban.kernel.vocab import settings

REPORTED = declare(
    "voice.case_reported",
    "report channel unit tier category danger photos stage",
    "A report was taken in and opened a case.",
)
JOINED = declare("voice.case_joined", "to_case stage", "A case ended as part of another.")
REPORT_JOINED = declare("voice.report_joined", "report from_case", "A report came to this case.")
MERGED = declare(
    "voice.case_merged",
    "to_case unit reports stage",
    "A unit tied the case to another; it ended as part of it.",
)
UNMERGED = declare(
    "voice.case_unmerged", "from_case unit reports stage", "A merger was taken back."
)
REPORT_LEFT = declare("voice.report_left", "report to_case", "A report went back to its case.")
ACCEPTED = declare("voice.case_accepted", "unit tier stage", "A unit took the case on.")
CATEGORISED = declare("voice.case_categorised", "category before source", "The category was set.")
LOCATED = declare(
    "voice.case_located",
    "place before community estate",
    "Somebody said where it is; unknown parts of the path were filled in.",
)
DISPATCHED = declare(
    "voice.case_dispatched",
    "unit from_unit tier suggested stage",
    "A unit sent the case to the one that is to handle it.",
)
DISPATCH_UNDONE = declare(
    "voice.dispatch_undone", "unit from_unit stage", "A dispatch was taken back at once."
)
PASSED_ON = declare(
    "voice.case_passed_on", "unit from_unit tier stage", "A branch passed the case on."
)
ESCALATED = declare(
    "voice.case_escalated", "unit from_unit tier stage", "A unit asked the next tier to take it up."
)
LIFTED = declare(
    "voice.case_lifted", "unit from_unit tier duty stage", "The case rose since a clock ran out."
)
RETURN_ASKED = declare("voice.return_asked", "by_unit to_unit", "A receiver asked to return it.")
RETURN_UPHELD = declare("voice.return_upheld", "by_unit to_unit", "The sender upheld it: final.")
RETURNED = declare(
    "voice.case_returned", "by_unit to_unit stage", "The sender consented and has it again."
)
INVITED = declare("voice.co_handler_invited", "unit by_unit", "A co-handler was asked in.")
PART_FINISHED = declare("voice.part_finished", "unit", "A co-handler did its part.")
ASKED = declare("voice.resident_asked", "unit", "The resident was asked; the clock stands still.")
REPLIED = declare("voice.resident_replied", "report", "The resident replied; the clock runs on.")
QUESTION_LAPSED = declare("voice.question_lapsed", "unit", "No reply came; the clock runs on.")
WORDS_ADDED = declare("voice.words_added", "report photos", "The resident added to the report.")
DEFERRED = declare(
    "voice.case_deferred", "unit days before after", "The due time was moved, with a reason."
)
ANSWERED = declare(
    "voice.case_answered",
    "unit means photos doubt reasons stage",
    "A unit answered; how doubtful that is in percent, and the codes of the reasons.",
    version=2,
)
VERIFIED = declare("voice.answer_verified", "unit stage", "Another person found it true.")
REJECTED = declare("voice.answer_rejected", "unit to_unit stage", "Another person sent it back.")
RATED = declare(
    "voice.case_rated", "report verdict satisfaction channel stage", "The resident's verdict."
)
CALLBACK_OPENED = declare("voice.callback_opened", "unit stage", "Nobody rated; a call is due.")
CLOSED_UNRATED = declare(
    "voice.case_closed_unrated", "reached stage", "The case closed without a verdict."
)
REOPENING_ASKED = declare("voice.reopening_asked", "report stage", "The resident asks again.")
REOPENED = declare("voice.case_reopened", "unit stage", "A person reopened the case.")
EXPLAINED = declare("voice.case_explained", "unit stage", "A person explained why it stays closed.")
DIVERTED = declare("voice.case_diverted", "diversion unit stage", "It belongs elsewhere.")
WITHDRAWN = declare("voice.case_withdrawn", "report stage", "The resident took it back.")
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
