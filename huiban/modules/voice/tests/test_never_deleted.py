"""A case and a report that were accepted stay, whatever a program or a person asks for."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from huiban.kernel.base import clock as house_clock
from huiban.kernel.base.codes import new_reference
from huiban.kernel.territory.models import Level, Unit
from huiban.modules.voice.models import Case, Report

pytestmark = pytest.mark.django_db(transaction=True)


def report() -> Report:
    district = Unit.objects.create(
        code="district", name="区", level=Level.DISTRICT, valid_from=date(2026, 1, 1)
    )
    now = house_clock.now()
    case = Case.objects.create(
        reference=new_reference(),
        stage="received",
        district=district,
        front_desk=district,
        channel="scan",
        received_at=now,
    )
    return Report.objects.create(
        case=case, key_hash="k" * 64, receipt_hash="r" * 64, channel="scan", received_at=now
    )


def test_a_report_is_never_deleted() -> None:
    told = report()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        told.delete()
    assert Report.objects.filter(pk=told.pk).exists()


def test_a_case_is_never_deleted() -> None:
    case = report().case
    asked = Case.objects.everywhere("a test that deletes all").filter(pk=case.pk)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        # Without Django's own look at what points here, which would refuse it earlier.
        asked._raw_delete(asked.db)
    assert asked.exists()


def test_what_a_report_said_may_still_be_erased() -> None:
    told = report()
    Report.objects.filter(pk=told.pk).update(text="", title="", erased_at=house_clock.now())
    assert Report.objects.get(pk=told.pk).erased_at is not None
