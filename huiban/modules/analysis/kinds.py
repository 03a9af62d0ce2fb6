"""The kinds of events that analysis writes, and the settings that a district may change."""

from huiban.kernel.events.registry import declare
from huiban.kernel.moves.actions import STEP_FIELDS
from huiban.kernel.vocab import settings

# ---- the handbook

HANDBOOK_DRAFTED = declare(
    "analysis.handbook_drafted",
    "unit month version position",
    "The figures of a unit's month were frozen, as far as the log was counted; nobody published them.",
)
HANDBOOK_EDITED = declare(
    "analysis.handbook_edited", "revision", "A person changed the sentences of a draft."
)
HANDBOOK_PUBLISHED = declare(
    "analysis.handbook_published",
    "unit month version position digest stories",
    "A person published the handbook; it says what it says for good.",
)
STORY_WRITTEN = declare(
    "analysis.story_written",
    "story case revision",
    "A person told a case again for a handbook, or changed how it is told.",
)
STORY_APPROVED = declare(
    "analysis.story_approved",
    "story case revision same_person",
    "A second look found that a story points to nobody; it may be printed.",
)
STORY_DROPPED = declare(
    "analysis.story_dropped", "story case", "A story isn't going to be printed."
)

HANDBOOK_DAY = settings.declare(
    "analysis.handbook_day",
    3,
    "Day of the month from which the draft of last month's handbook is proposed.",
    "每月几号起自动拟出上月的手册草稿",
    least=1,
    most=28,
)

# ---- policies

POLICY_OPENED = declare(
    "analysis.policy_opened",
    f"source source_id cases area category {STEP_FIELDS}",
    "A theme, a finding or a consultation became a topic of policy.",
)
POLICY_DRAFTED = declare(
    "analysis.policy_drafted",
    f"draft {STEP_FIELDS}",
    "A version of the text was written, before or after the comments.",
)
POLICY_CONSULTED = declare(
    "analysis.policy_consulted",
    f"draft begins ends {STEP_FIELDS}",
    "A draft was published for comments, from a day to a day.",
)
POLICY_EXTENDED = declare(
    "analysis.policy_extended", f"ends {STEP_FIELDS}", "The days for comments were prolonged."
)
COMMENT_MADE = declare(
    "analysis.comment_made", "comment draft", "Somebody commented on a draft, without saying who."
)
COMMENTS_ANSWERED = declare(
    "analysis.comments_answered",
    "answer outcome comments",
    "Comments that say the same were adopted, adopted in part or not, for a reason.",
)
COMMENTS_UNANSWERED = declare(
    "analysis.comments_unanswered", "answer comments", "Such an answer was taken back."
)
OUTCOME_PUBLISHED = declare(
    "analysis.outcome_published",
    f"comments answers adopted partly rejected {STEP_FIELDS}",
    "What became of the comments was published; `adopted`, `partly` and `rejected` count them.",
)
POLICY_IN_FORCE = declare(
    "analysis.policy_in_force",
    f"draft since heard {STEP_FIELDS}",
    "A rule is in force from a day on; `heard` says whether comments were asked for here.",
)
POLICY_POSTPONED = declare(
    "analysis.policy_postponed", f"days {STEP_FIELDS}", "The next step got more time, for a reason."
)
POLICY_MEASURED = declare(
    "analysis.policy_measured",
    f"verdict before after {STEP_FIELDS}",
    "A person concluded from the months before and after; `verdict` is what the figures gave.",
)
POLICY_ENDED = declare(
    "analysis.policy_ended",
    f"since was_in_force {STEP_FIELDS}",
    "A topic was given up, or a rule is in force no more from a day on, for a reason.",
)
COMMENTS_FORGOTTEN = declare(
    "analysis.comments_forgotten", "comments", "The words of so many comments were cleared."
)

DRAFT_DAYS = settings.declare(
    "analysis.policy_draft_days",
    20,
    "Working days from a topic to its draft, and from a draft to its publication for comments.",
    "办法议题几个工作日内拿出草案、草案几个工作日内公开征求意见",
    most=250,
)
ANSWER_DAYS = settings.declare(
    "analysis.policy_answer_days",
    15,
    "Working days after the last day for comments in which they are answered and the rule made.",
    "征求意见结束后几个工作日内归类答复、定稿施行",
    most=250,
)
MEASURE_DAYS = settings.declare(
    "analysis.policy_measure_days",
    90,
    "Working days after a rule came into force in which a person concludes on its effect.",
    "办法施行后几个工作日内评估效果",
    least=65,
    most=500,
)
COMMENT_DAYS = settings.declare(
    "analysis.comment_days",
    7,
    "Calendar days that a draft is open for comments at the least.",
    "办法草案公开征求意见至少几天",
    most=90,
)
COMMENT_RETENTION_DAYS = settings.declare(
    "analysis.comment_retention_days",
    1095,
    "Days after the last day for comments in which their words are kept.",
    "征求意见结束后，意见原文保留几天",
    least=30,
)
