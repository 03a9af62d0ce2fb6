"""Reading how a resident may be reached: permitted posts only, and each look is recorded."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from huiban.kernel.access.actions import note_look
from huiban.kernel.access.actor import Actor
from huiban.kernel.base.errors import Unseen

from .. import permits
from ..contracts import Contact
from ..models import Case, ReporterContact


def look_at_contact(actor: Actor, case_id: UUID) -> list[Contact]:
    """The contacts that residents left with a case. Raises Unseen outside the scope."""
    with transaction.atomic():
        case = Case.objects.within(actor.scope).filter(pk=case_id).first()
        if case is None:
            raise Unseen
        actor.seat_for(permits.READ_CONTACT)
        note_look(actor, "voice.contact", case.SUBJECT, case.pk)
        kept = ReporterContact.objects.filter(report__case=case).order_by("report__received_at")
        return [Contact(row.nickname, row.contact) for row in kept]
