"""The kinds of events that analysis writes, and the settings that a district may change."""

from huiban.kernel.events.registry import declare
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
