"""What analysis brings to begin with: its permits for the roles that are there."""

from __future__ import annotations

from huiban.kernel.access.actions import grant_to_role

from . import permits

READERS = (
    "community_desk",
    "street_desk",
    "district_desk",
    "leading_group_desk",
    "department_desk",
    "branch_secretary",
    "administrator",
)
PUBLISHERS = ("supervisor", "leading_group_desk")
# Any unit may be asked to own a policy, so the desk of each can write it.
DRAFTERS = ("community_desk", "street_desk", "district_desk", "department_desk")


def load() -> int:
    """Grant who reads the figures, drafts policies and publishes; how many roles changed."""
    changed = sum(grant_to_role(code, "", [permits.READ]) for code in READERS)
    changed += sum(grant_to_role(code, "", [permits.DRAFT]) for code in DRAFTERS)
    return changed + sum(
        grant_to_role(code, "", [permits.READ, permits.PUBLISH]) for code in PUBLISHERS
    )
