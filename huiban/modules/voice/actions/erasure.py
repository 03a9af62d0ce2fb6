"""Forgetting: a resident asks, the front desk owes it, the words go and a tombstone stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min

from huiban.kernel.access.actor import RESIDENT, SYSTEM, Actor
from huiban.kernel.base import clock
from huiban.kernel.duties import actions as duties
from huiban.kernel.duties.actions import NewDuty
from huiban.kernel.duties.models import Duty
from huiban.kernel.events import actions as events
from huiban.kernel.events.models import Delivery
from huiban.kernel.files.actions import erase_photos
from huiban.kernel.moves.actions import lock_record, note
from huiban.kernel.vocab.queries import setting

from .. import kinds, permits
from ..models import Case, Entry, Report, ReporterContact
from .reading_likeness import forget_reading
from .steps import allowed, take_case


def ask_erasure(report_: Report) -> None:
    """Ask that words, photos and contact be cleared; the front desk owes it from now on."""
    with transaction.atomic():
        case = lock_record(Case, report_.case_id)
        kept = Report.objects.get(pk=report_.pk)
        if kept.erasure_asked_at or kept.erased_at:
            return
        Report.objects.filter(pk=kept.pk).update(erasure_asked_at=clock.now())
        alarms = () if _owes_erasure(case) else _owe_erasure(case, clock.now())
        payload = {"report": str(kept.pk)}
        note(case, RESIDENT, kinds.ERASURE_ASKED, payload, timers=alarms)


def _owe_erasure(case: Case, since: datetime) -> tuple[Delivery, ...]:
    """Let the front desk owe it, by a clock that runs since then; the alarm to be written."""
    time = allowed("erasure", case.tier, case)
    new = NewDuty("erasure", case.front_desk_id, case.tier, time.allowance, time.rule, role="co")
    _, alarms = duties.open_duty(case.SUBJECT, case.pk, duties.starting(new, since))
    return alarms


def settle_erasure(case: Case) -> None:
    """Let a locked case's front desk owe an erasure exactly where a report of it waits for one.

    For when reports came to the case or left it.
    """
    waiting = Report.objects.filter(case=case, erased_at=None, erasure_asked_at__isnull=False)
    asked = waiting.aggregate(first=Min("erasure_asked_at"))["first"]
    if asked is None:
        for duty in Duty.objects.filter(subject_id=case.pk, kind="erasure", closed_at=None):
            duties.close_duty(duty, "moved")
    elif not _owes_erasure(case):
        for alarm in _owe_erasure(case, asked):
            events.set_timer(alarm)


def _owes_erasure(case: Case) -> bool:
    return Duty.objects.filter(
        subject_id=case.pk, kind="erasure", unit_id=case.front_desk_id, closed_at=None
    ).exists()


def erase(actor: Actor, case_id: UUID) -> int:
    """Clear the reports of a case whose residents asked for it; how many were cleared."""
    with transaction.atomic():
        case = take_case(actor, case_id)
        actor.seat_for(permits.ERASE)
        asked = Report.objects.filter(case=case, erased_at=None, erasure_asked_at__isnull=False)
        erased = [_erase(actor, case, report_) for report_ in asked]
        for duty in Duty.objects.filter(subject_id=case.pk, kind="erasure", closed_at=None):
            duties.close_duty(duty, "erased")
    return len(erased)


def erase_report(actor: Actor, report_: Report) -> datetime:
    """Clear one report by its receipt: for the command line. Gives when it was cleared."""
    with transaction.atomic():
        case = lock_record(Case, report_.case_id)
        kept = Report.objects.get(pk=report_.pk)
        return kept.erased_at or _erase(actor, case, kept)


def forget_old(*, dry_run: bool = False) -> int:
    """Clear the reports of cases that closed longer ago than words are kept; how many they are.

    One transaction a report, so that nobody waits for the whole; a run that is broken off goes on
    where it stopped. With `dry_run` they are only counted.
    """
    before = clock.now() - timedelta(days=int(setting(kinds.RETENTION_DAYS)))
    old = Report.objects.filter(
        erased_at=None, case__stage__in=Case.STAGES.finished, case__closed_at__lt=before
    )
    if dry_run:
        return old.count()
    forgotten = 0
    for report_ in old.order_by("received_at").iterator():
        with transaction.atomic():
            case = lock_record(Case, report_.case_id)
            if case.stage in Case.STAGES.finished:
                _erase(SYSTEM, case, report_)
                _erase_words_about({case.pk, report_.opened_case_id or case.pk})
                forgotten += 1
    return forgotten


def _erase_words_about(case_ids: set[UUID]) -> None:
    """Clear what workers wrote about cases too: answers and questions may name people."""
    said = Entry.objects.filter(case_id__in=case_ids, erased_at=None)
    erase_photos(list(said.values_list("pk", flat=True)))
    said.update(text="", fingerprint="", erased_at=clock.now())


def _erase(actor: Actor, case: Case, report_: Report) -> datetime:
    """Clear words, photos and contact and leave the tombstone; the events stay as they are."""
    now = clock.now()
    mine = Entry.objects.filter(report=report_, erased_at=None)
    erase_photos([report_.pk, *mine.values_list("pk", flat=True)])
    mine.update(text="", erased_at=now)
    ReporterContact.objects.filter(report=report_).delete()
    Report.objects.filter(pk=report_.pk).update(
        text="", title="", place_words="", sender_number="", device_hash="", erased_at=now
    )
    # What was read in the words goes with them.
    forget_reading(report_.opened_case_id or case.pk)
    if not Report.objects.filter(case=case, erased_at=None).exists():
        case.erased_at = now
        case.save(update_fields=["erased_at"])
    note(case, actor, kinds.ERASED, {"report": str(report_.pk)})
    return now
