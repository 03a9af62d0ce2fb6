"""涉及人群, said by a worker: which groups of people a case concerns, or that nobody said."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actor import Actor
from huiban.kernel.base.errors import ImproperMove, NotPermitted
from huiban.kernel.duties.queries import duties_of
from huiban.kernel.vocab.queries import words

from ..models import Case
from ..queries.groups import group_names, may_say_groups
from ..rules_groups import BY_WORKER, checked, parted
from .reading_groups import keep_groups
from .steps import GROUPS, take_case


def say_groups(actor: Actor, case_id: UUID, groups: Collection[str]) -> str:
    """Say the groups that a case concerns, none for 未说明; their names.

    Also of an ended case, since figures are drawn from it. The same again changes nothing.
    Locks the case. Raises Unseen, ImproperMove once it is erased, NotPermitted, Refusal for an
    unknown group.
    """
    with transaction.atomic():
        case = take_case(actor, case_id)
        _refuse(actor, case)
        # A group that has ended since may stay where it is.
        known = {*words(GROUPS), *parted(case.groups)}
        keep_groups(case, actor, checked(groups, known), BY_WORKER)
    return group_names(case.groups)


def _refuse(actor: Actor, case: Case) -> None:
    if case.erased_at is not None:
        raise ImproperMove("这件事的内容已按居民申请清除，涉及人群不能再改。")
    if not may_say_groups(actor, case, duties_of(case.pk)):
        raise NotPermitted("涉及人群由办理这件事的单位确认，您的岗位不能改。")
