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


def load() -> int:
    """Grant who reads the figures and who publishes them; how many roles changed."""
    readers = sum(grant_to_role(code, "", [permits.READ]) for code in READERS)
    return readers + sum(
        grant_to_role(code, "", [permits.READ, permits.PUBLISH]) for code in PUBLISHERS
    )
