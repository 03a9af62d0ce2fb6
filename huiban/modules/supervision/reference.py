"""What supervision brings to begin with: its roles and permits, and its rules as dated data."""

from __future__ import annotations

from huiban.kernel.access.actions import grant_to_role
from huiban.modules.voice.permits import READ as READ_CASES

from . import permits
from .reference_findings import load_rules
from .reference_letters import load_letter_words

# Who replies for a unit does so from the desk that handles its cases. An estate's branch guides
# and is never the subject of a finding, so it has nothing to reply to.
REPLIERS = (
    "community_desk",
    "street_desk",
    "district_desk",
    "leading_group_desk",
    "department_desk",
)
ROLES: tuple[tuple[str, str, list[str]], ...] = (
    ("supervisor", "监督评价专班", [READ_CASES, permits.READ, permits.SUPERVISE]),
    ("burden_observer", "减负观察员", [permits.OBSERVE]),
)


def load() -> int:
    """Load the roles and grant the desks what they need; how many roles were new or changed."""
    changed = sum(grant_to_role(code, name, permitted) for code, name, permitted in ROLES)
    changed += load_letter_words()
    changed += load_rules()
    return changed + sum(
        grant_to_role(code, "", [permits.READ, permits.REPLY]) for code in REPLIERS
    )
