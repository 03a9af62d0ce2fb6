"""并入: a worker ties a case to another about the same matter, and can take that back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actor import Actor, Seat
from huiban.kernel.base import clock
from huiban.kernel.base.calendar import deadline
from huiban.kernel.base.codes import read_reference
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal
from huiban.kernel.duties import actions as duties
from huiban.kernel.duties.actions import NewDuty
from huiban.kernel.duties.models import Duty
from huiban.kernel.duties.rules import clock_data, read_clock
from huiban.kernel.events import actions as events
from huiban.kernel.events.models import Event
from huiban.kernel.moves.actions import lock_record, move, note
from huiban.kernel.vocab.queries import calendar, setting

from .. import kinds, permits, stages
from ..models import Case, Report, ReturnRequest
from ..queries.merged import MERGED, line_of, merged_duty, seat_to_unmerge, was_merged
from .erasure import settle_erasure
from .intake import QUESTION_LAPSES
from .steps import lead_duty, seat_of_lead, settle_returns, take_case, working_days

MERGEABLE = (stages.RECEIVED, stages.HANDLING)


def case_meant(actor: Actor, text: str) -> UUID:
    """The case that a form names, by its reference or its key. Raises Refusal unless it is seen."""
    reference = read_reference(text)
    seen = Case.objects.within(actor.scope)
    if reference is not None:
        seen = seen.filter(reference=reference)
    else:
        try:
            seen = seen.filter(pk=UUID(text.strip()))
        except ValueError:
            raise Refusal("请写要并入的那件事的8位受理编号。", "into") from None
    found = seen.values_list("pk", flat=True).first()
    if found is None:
        raise Refusal("没有找到这个编号的事，或者它不在您的范围内。请核对编号。", "into")
    return found


def merge(actor: Actor, case_id: UUID, into_id: UUID) -> None:
    """End a case as part of another: its reports move there, each keeps its own receipt.

    By whoever leads on the case, before it was sent on or answered. The other case must be open
    and in scope. Merging into the same case again changes nothing. Locks both, in the order of
    their keys. Raises Unseen, NotPermitted, Refusal, ImproperMove.
    """
    if case_id == into_id:
        raise Refusal("不能并入自己。请写另一件事的编号。", "into")
    with transaction.atomic():
        cases = {pk: take_case(actor, pk) for pk in sorted((case_id, into_id))}
        own, into = cases[case_id], cases[into_id]
        if was_merged(own) and own.joined_to_id == into.pk:
            return
        _refuse(own, into)
        seat = seat_of_lead(actor, lead_duty(own), permits.TRIAGE, permits.HANDLE)
        _end(own, into, actor, seat)


def _refuse(own: Case, into: Case) -> None:
    if own.stage not in MERGEABLE:
        raise ImproperMove(f"这件事现在是“{own.stage_label}”，不能并入别的事。")
    if into.stage in Case.STAGES.finished:
        raise ImproperMove(
            f"那件事现在是“{into.stage_label}”，不能再并入。请另选一件，或单独办理。"
        )
    if into.district_id != own.district_id:
        raise ImproperMove("两件事不在同一个区，不能合并。")
    # Else what is dangerous would go on by an ordinary clock, and unverified.
    if (own.danger and not into.danger) or (own.supervised and not into.supervised):
        why = "涉及安全" if own.danger and not into.danger else "督办"
        raise ImproperMove(f"这件事是{why}事项，只能并入同样{why}的事。")


def _end(own: Case, into: Case, actor: Actor, seat: Seat) -> None:
    events.cancel_timers(own.pk, QUESTION_LAPSES)
    settle_returns(own)
    reports = list(Report.objects.filter(case=own).order_by("received_at", "id"))
    move(
        own,
        "merge",
        actor,
        kind=kinds.MERGED,
        payload={"to_case": str(into.pk), "unit": str(seat.unit_id), "reports": len(reports)},
        closes=MERGED,
        changes={
            "joined_to": into,
            "closed_at": clock.now(),
            "result": MERGED,
            "joiner_count": 0,
        },
    )
    for report in reports:
        report.case, report.opened_case = into, report.opened_case or own
        report.save(update_fields=["case", "opened_case"])
        payload = {"report": str(report.pk), "from_case": str(own.pk)}
        note(into, actor, kinds.REPORT_JOINED, payload)
    into.joiner_count += len(reports)
    into.save(update_fields=["joiner_count"])
    for case in (own, into):
        settle_erasure(case)


def unmerge(actor: Actor, case_id: UUID) -> None:
    """Take a merger back: the reports that came by it return, and the lead duty with its old clock.

    By the unit that led on the case or leads on the one that goes on, as long as that one is open.
    Doing it again changes nothing. Locks the cases from this one up to the one that goes on, in
    the order of their keys. Raises Unseen, NotPermitted, ImproperMove.
    """
    with transaction.atomic():
        line = _locked_line(actor, case_id)
        own, goes_on = line[0], line[-1]
        if not was_merged(own):
            if _was_just_unmerged(own):
                return
            raise ImproperMove("这件事没有被并入别的事，或者是居民自己选择一起办的，不能撤销并入。")
        if goes_on.stage in Case.STAGES.finished:
            raise ImproperMove(f"那件事现在是“{goes_on.stage_label}”，不能再撤销并入。")
        seat = seat_to_unmerge(actor, own, goes_on.pk)
        if seat is None:
            raise NotPermitted("只有原来办理这件事的单位，或者正在办理那件事的单位，可以撤销并入。")
        _begin_again(own, goes_on, actor, seat)


def _locked_line(actor: Actor, case_id: UUID) -> list[Case]:
    """The case and those that it is part of, locked. Raises Unseen, ImproperMove."""
    keys = line_of(case_id)
    locked = {
        pk: take_case(actor, pk) if pk == case_id else lock_record(Case, pk) for pk in sorted(keys)
    }
    line = [locked[pk] for pk in keys]
    if [case.joined_to_id for case in line] != [*keys[1:], None]:
        raise ImproperMove("刚刚有人改动了这几件事的合并。请刷新页面再看。")
    return line


def _was_just_unmerged(case: Case) -> bool:
    moved = Event.objects.filter(subject_id=case.pk).order_by("-sequence")
    last = moved.values_list("kind", flat=True).first()
    return last == kinds.UNMERGED


def _begin_again(own: Case, goes_on: Case, actor: Actor, seat: Seat) -> None:
    reports = _came_by(own, goes_on)
    closed = merged_duty(own)
    # Only what nobody had taken in yet was owed a triage.
    untaken = closed.kind == "triage"
    move(
        own,
        "unmerge_untaken" if untaken else "unmerge",
        actor,
        kind=kinds.UNMERGED,
        payload={"from_case": str(goes_on.pk), "unit": str(seat.unit_id), "reports": len(reports)},
        opens=_as_it_was(closed),
        changes={
            "joined_to": None,
            "closed_at": None,
            "result": "",
            "joiner_count": max(0, len(reports) - 1),
        },
    )
    _take_pauses_out(own, closed)
    for report in reports:
        report.case = own
        if report.opened_case_id == own.pk:
            report.opened_case = None
        report.save(update_fields=["case", "opened_case"])
        payload = {"report": str(report.pk), "to_case": str(own.pk)}
        note(goes_on, actor, kinds.REPORT_LEFT, payload)
    goes_on.joiner_count = max(0, goes_on.joiner_count - len(reports))
    goes_on.save(update_fields=["joiner_count"])
    for case in (own, goes_on):
        settle_erasure(case)


def _came_by(own: Case, goes_on: Case) -> list[Report]:
    """The reports of a case that came to it through another: that one's own, and its joiners'."""
    there = Report.objects.filter(case=goes_on, opened_case__isnull=False)
    reports = list(there.select_related("opened_case").order_by("received_at", "id"))
    # Every case that is part of this one opened a report that is here now.
    above = {
        report.opened_case_id: report.opened_case.joined_to_id
        for report in reports
        if report.opened_case is not None
    }

    def leads_through(key: UUID | None) -> bool:
        while key is not None and key != own.pk:
            key = above.get(key)
        return key is not None

    return [report for report in reports if leads_through(report.opened_case_id)]


def _as_it_was(closed: Duty) -> NewDuty:
    """The lead duty that a merger closed, anew: its clock runs on from its old start."""
    start, allowance, _ = read_clock(closed.clock)
    return duties.starting(
        NewDuty(
            closed.kind,
            closed.unit_id,
            closed.tier,
            allowance,
            closed.clock["rule"],
            from_unit_id=closed.from_unit_id if _may_still_return(closed) else None,
            accepted=closed.accepted_at is not None,
        ),
        start,
    )


def _may_still_return(closed: Duty) -> bool:
    """Whether the sender may yet be asked to take it back: a merger must not open that anew."""
    if ReturnRequest.objects.filter(duty_id=closed.pk).exists():
        return False
    last: datetime = deadline(
        closed.opened_at, working_days(int(setting(kinds.RETURN_DAYS))), calendar()
    ).due
    return clock.now() <= last


def _take_pauses_out(own: Case, closed: Duty) -> None:
    """Leave out of the new clock what the old one didn't count; a question lapsed with the merger."""
    start, allowance, pauses = read_clock(closed.clock)
    if closed.paused_at is not None and closed.closed_at is not None:
        pauses.append((closed.paused_at, closed.closed_at))
    if pauses:
        duty = lead_duty(own)
        rule = closed.clock["rule"]
        duty.clock = clock_data(rule, allowance, start, pauses)
        before = duty.due_at
        duties.change_allowance(duty, allowance, rule)
        duties.say_moved(duty, before, "merger_undone")
