"""The groups of people whom a case concerns (涉及人群): in words, and for whoever may say them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from huiban.kernel.access.actor import Actor
from huiban.kernel.base.masking import mask
from huiban.kernel.duties.models import Duty
from huiban.kernel.vocab.queries import word_name, words

from .. import permits
from ..actions.steps import GROUPS, terms
from ..models import Case, Report
from ..rules_groups import (
    BETWEEN,
    BY_WORDS,
    BY_WORKER,
    NOT_STATED,
    NOT_STATED_NAME,
    groups_in,
    joined,
    parted,
)


@dataclass(frozen=True)
class OfferedGroup:
    """A group that one tap adds to a case or takes from it; `after` are the groups then."""

    name: str
    on: bool
    after: str


@dataclass(frozen=True)
class Groups:
    """What the case page offers; `said` are the groups as they are, for the tap that confirms."""

    said: str
    names: str
    confirmed: bool
    because: tuple[str, ...]
    offered: list[OfferedGroup]


def group_names(kept: str) -> str:
    """A case's groups as people read them, in the vocabulary's order; 未说明 where there is none."""
    order = list(words(GROUPS))
    codes = sorted(
        parted(kept), key=lambda code: order.index(code) if code in order else len(order)
    )
    return "、".join(word_name(GROUPS, code) for code in codes) or NOT_STATED_NAME


def of_group(code: str) -> Q:
    """The condition that a case concerns a group, or, for `none`, that nobody said one."""
    if code == NOT_STATED:
        return Q(groups="")
    first, last, between = f"{code}{BETWEEN}", f"{BETWEEN}{code}", f"{BETWEEN}{code}{BETWEEN}"
    return (
        Q(groups=code)
        | Q(groups__startswith=first)
        | Q(groups__endswith=last)
        | Q(groups__contains=between)
    )


def may_say_groups(actor: Actor, case: Case, duties: Iterable[Duty]) -> bool:
    """Whether the actor may say a case's groups, by a post that works on it now or did.

    While a unit leads, that unit's; once nobody does, any that has led. Never after erasure.
    """
    if case.erased_at is not None:
        return False
    leads = [duty for duty in duties if duty.role == Duty.Role.LEAD]
    open_leads = [duty for duty in leads if duty.closed_at is None]
    return any(
        actor.may(permit, duty.unit_id)
        for duty in open_leads or leads
        for permit in (permits.TRIAGE, permits.HANDLE)
    )


def groups_for(
    actor: Actor, case: Case, duties: Iterable[Duty], report: Report | None
) -> Groups | None:
    """What the actor may say of a case's groups; None where it isn't theirs to say."""
    if not may_say_groups(actor, case, duties):
        return None
    now = set(parted(case.groups))
    return Groups(
        said=case.groups,
        names=group_names(case.groups),
        confirmed=case.groups_source == BY_WORKER,
        because=_because(report, now) if report and case.groups_source == BY_WORDS else (),
        offered=[
            OfferedGroup(word.name, code in now, joined(now ^ {code}))
            for code, word in words(GROUPS).items()
        ],
    )


def _because(report: Report, codes: set[str]) -> tuple[str, ...]:
    """The words that told of the groups, as far as they are shown and not masked."""
    shown = mask(f"{report.title} {report.text}").lower()
    found = groups_in(f"{report.title} {report.text}", terms(GROUPS))
    first = [words[0] for code, words in found.items() if code in codes]
    return tuple(word for word in first if word in shown)
