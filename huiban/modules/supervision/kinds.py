"""The kinds of events that supervision writes, and the settings that a district may change."""

from huiban.kernel.events.registry import declare
from huiban.kernel.moves.actions import STEP_FIELDS
from huiban.kernel.vocab import settings

# ---- findings

FINDING_MADE = declare(
    "supervision.finding_made",
    "rule rule_version unit other_unit district street community case category at",
    "A rule found something in the log about a unit; `at` is when it was complete.",
)
FINDING_JUDGED = declare(
    "supervision.finding_judged",
    "before state reason",
    "A person confirmed or dismissed a finding, or laid it open again.",
)
OBJECTION_MADE = declare(
    "supervision.objection_made", "objection unit", "The unit objected to a finding."
)
OBJECTION_DECIDED = declare(
    "supervision.objection_decided",
    "objection upheld reason before state",
    "A person decided an objection; an upheld one makes the finding void, in every figure.",
)
RULE_CHANGED = declare(
    "supervision.rule_changed",
    "rule version is_on thresholds valid_from",
    "A rule goes on or off, or by other thresholds, from a day on.",
)

# ---- letters, observations, consultations

LETTER_DRAFTED = declare(
    "supervision.letter_drafted",
    f"level addressee findings {STEP_FIELDS}",
    "A letter was drafted from findings; nothing is sent yet.",
)
LETTER_EDITED = declare("supervision.letter_edited", "revision", "A draft was changed.")
LETTER_DISCARDED = declare(
    "supervision.letter_discarded", f"level {STEP_FIELDS}", "A draft was given up."
)
LETTER_ISSUED = declare(
    "supervision.letter_issued",
    f"level year number addressee {STEP_FIELDS}",
    "A person issued the letter; it has its number and says what it says for good.",
)
LETTER_REPLIED = declare(
    "supervision.letter_replied",
    f"round unit photos late {STEP_FIELDS}",
    "The addressee replied.",
)
LETTER_INSUFFICIENT = declare(
    "supervision.letter_insufficient",
    f"round unmet {STEP_FIELDS}",
    "Somebody else found requirements not met; the addressee replies again.",
)
LETTER_CLOSED = declare(
    "supervision.letter_closed",
    f"round {STEP_FIELDS}",
    "Somebody else verified that every requirement is met.",
)
LETTER_RECALLED = declare(
    "supervision.letter_recalled", f"level {STEP_FIELDS}", "An issued letter was taken back."
)
EFFECT_MEASURED = declare(
    "supervision.effect_measured",
    "rule unit months count",
    "How many findings of the rule the unit had in a month: before (0), or so many months after.",
)
OBSERVATION_TOLD = declare(
    "supervision.observation_told",
    f"about photos {STEP_FIELDS}",
    "An observer told the district something. Who did stands nowhere in the log.",
)
OBSERVATION_PASSED_ON = declare(
    "supervision.observation_passed_on",
    f"unit rule photos {STEP_FIELDS}",
    "The district passed it on to a unit, in its own words.",
)
OBSERVATION_ANSWERED = declare(
    "supervision.observation_answered", f"unit {STEP_FIELDS}", "The unit answered."
)
OBSERVATION_SENT_BACK = declare(
    "supervision.observation_sent_back", f"unit {STEP_FIELDS}", "The district asked for more."
)
OBSERVATION_CLOSED = declare(
    "supervision.observation_closed", f"{STEP_FIELDS}", "The observer was told what came of it."
)
OBSERVATION_MEASURED = declare(
    "supervision.observation_measured",
    "before after",
    "A month later the matter was measured again, and the observer was told.",
)
CONSULTATION_CALLED = declare(
    "supervision.consultation_called",
    f"at parties items {STEP_FIELDS}",
    "A meeting about cases was called.",
)
CONSULTATION_RESCHEDULED = declare(
    "supervision.consultation_rescheduled", f"at {STEP_FIELDS}", "Its time or place was changed."
)
CONSULTATION_CANCELLED = declare(
    "supervision.consultation_cancelled", f"{STEP_FIELDS}", "It was called off, with a reason."
)
CONSULTATION_HELD = declare(
    "supervision.consultation_held",
    f"decisions attended {STEP_FIELDS}",
    "It was held; its minutes stand.",
)
DECISION_MADE = declare(
    "supervision.decision_made",
    f"consultation owner_unit {STEP_FIELDS}",
    "A unit owes what was decided, by a day.",
)
DECISION_REPORTED = declare(
    "supervision.decision_reported", f"unit {STEP_FIELDS}", "The unit said what it did."
)
DECISION_UNDONE = declare(
    "supervision.decision_undone", f"unit {STEP_FIELDS}", "Somebody else found it isn't done yet."
)
DECISION_CONFIRMED = declare(
    "supervision.decision_confirmed", f"unit {STEP_FIELDS}", "Somebody else verified it."
)

DRAFT_DAYS = settings.declare(
    "supervision.draft_days",
    5,
    "Working days in which a drafted letter is issued or given up.",
    "提示单拟稿后几个工作日内签发或作废",
    most=60,
)
VERIFY_DAYS = settings.declare(
    "supervision.verify_days",
    5,
    "Working days in which a reply, or what was done for a decision, is verified.",
    "收到回复后几个工作日内核实",
    most=60,
)
REWORK_DAYS = settings.declare(
    "supervision.rework_days",
    3,
    "Working days for a further reply where one was found insufficient.",
    "整改不到位的，几个工作日内重新回复",
    most=60,
)
OBSERVATION_DAYS = settings.declare(
    "supervision.observation_days",
    3,
    "Working days in which the district reads what an observer told, or tells what came of it.",
    "减负观察员的反映，区里几个工作日内阅办、告知",
    most=60,
)
OBSERVATION_ANSWER_DAYS = settings.declare(
    "supervision.observation_answer_days",
    5,
    "Working days in which a unit answers what was passed on to it.",
    "转办的观察意见，单位几个工作日内回复",
    most=60,
)
MINUTES_DAYS = settings.declare(
    "supervision.minutes_days",
    3,
    "Working days after a consultation in which its minutes are made.",
    "会商后几个工作日内形成纪要",
    most=60,
)
