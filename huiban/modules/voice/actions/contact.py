"""Reading what identifies a resident: permitted posts only, and each look is recorded."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actions import note_look
from huiban.kernel.access.actor import Actor
from huiban.kernel.base.errors import NotPermitted, Unseen
from huiban.kernel.duties.queries import duties_of

from .. import permits, stages
from ..contracts import Contact
from ..models import Case, Report, ReporterContact
from ..queries.original import Original, handles, originals
from ..queries.timeline import read_record


def look_at_contact(actor: Actor, case_id: UUID) -> list[Contact]:
    """The contacts that residents left with a case. Raises Unseen outside the scope."""
    with transaction.atomic():
        case = _case_in_scope(actor, case_id)
        actor.seat_for(permits.READ_CONTACT)
        note_look(actor, "voice.contact", case.SUBJECT, case.pk)
        kept = ReporterContact.objects.filter(report__case=case).order_by("report__received_at")
        return [Contact(row.nickname, row.contact) for row in kept]


def look_at_words(actor: Actor, case_id: UUID) -> list[Original]:
    """The words of a case with nothing masked, for a unit that has or had a duty about it.

    Raises Unseen outside the scope, NotPermitted for whoever has no part in it.
    """
    with transaction.atomic():
        case = _case_in_scope(actor, case_id)
        if not handles(actor, duties_of(case.pk)):
            raise NotPermitted("只有正在办理或办理过这件事的单位可以看原文。请看遮挡后的内容。")
        note_look(actor, "voice.words", case.SUBJECT, case.pk)
        record = read_record(case)
        if case.stage == stages.JOINED:
            # Its reports went on with the other case.
            record.reports += Report.objects.filter(opened_case=case)
        return originals(record)


def _case_in_scope(actor: Actor, case_id: UUID) -> Case:
    case = Case.objects.within(actor.scope).filter(pk=case_id).first()
    if case is None:
        raise Unseen
    return case
