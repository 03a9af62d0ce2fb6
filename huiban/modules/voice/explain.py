"""Why a case is where it is: each step with its rule, and each clock with its calendar."""

from __future__ import annotations

from huiban.kernel.base import clock
from huiban.kernel.base.codes import read_reference
from huiban.kernel.base.errors import Unseen
from huiban.kernel.base.phrases import say_date
from huiban.kernel.duties.models import Duty
from huiban.kernel.duties.queries import clock_in_words, duties_of
from huiban.kernel.events.models import Event

from . import wording
from .models import Case
from .queries.timeline import title


def explain(reference: str) -> list[str]:
    """The lines that explain a case. Raises Unseen for an unknown reference.

    They hold codes, units and times, and none of the words that people said.
    """
    read = read_reference(reference)
    case = None
    if read is not None:
        case = Case.objects.everywhere("explained at the machine").filter(reference=read).first()
    if case is None:
        raise Unseen(f"没有编号为{reference}的事项。请核对8位编号。")
    lines = [f"{case.reference} {case.stage_label} · 层级：{wording.TIERS[case.tier]}"]
    for event in Event.objects.filter(subject_id=case.pk).order_by("sequence"):
        lines.append(
            f"{event.sequence:>3} {_said_at(event)} {title(event)} [{event.kind}"
            f" v{event.version} {event.hash[:12]}]"
        )
    for duty in duties_of(case.pk):
        lines += _duty_lines(duty)
    return lines


def _said_at(event: Event) -> str:
    wall = clock.local(event.at)
    return f"{say_date(wall)} {wall:%H:%M:%S}"


def _duty_lines(duty: Duty) -> list[str]:
    label = wording.DUTY_LABELS[duty.kind]
    ended = f"，{duty.outcome}" if duty.closed_at else "，未完"
    head = f"· {duty.get_role_display()} {label} {duty.unit.name}{ended}，规则{duty.clock['rule']}"
    return [head, *(f"    {line}" for line in clock_in_words(duty))]
