from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from huiban.kernel.base import clock
from huiban.kernel.base.ids import new_id
from huiban.kernel.events.models import ChainHead, Delivery
from huiban.kernel.events.rows import MOST_ROWS, insert_rows, together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def delivery(**more: object) -> Delivery:
    values = {"reaction": "a.b", "subject_type": "t", "subject_id": new_id()}
    return Delivery(**{**values, "ready_at": clock.now(), **more})


def test_rows_read_back_as_they_were_written() -> None:
    """Every kind of column, with its default, as `save` would have written it."""
    told = delivery(payload={"名": ["是", 1, None]}, event_id=new_id(), sequence=3, key="k")
    plain = delivery(ready_at=clock.now() + timedelta(microseconds=1))
    insert_rows([told, plain])
    for written in (told, plain):
        read = Delivery.objects.get(pk=written.pk)
        for column in Delivery._meta.concrete_fields:
            assert getattr(read, column.attname) == getattr(written, column.attname), column
    saved = delivery(pk=new_id(), subject_id=plain.subject_id)
    saved.save(force_insert=True)
    columns = [c.attname for c in Delivery._meta.concrete_fields if c.attname != "id"]
    rows = Delivery.objects.filter(subject_id=plain.subject_id).values(*columns)
    assert rows[0] | {"ready_at": None} == rows[1] | {"ready_at": None}


def test_a_written_row_can_be_changed_like_any_other() -> None:
    row = delivery()
    insert_rows([row])
    assert not row._state.adding
    row.problem = "x"
    row.save(update_fields=["problem"])
    assert Delivery.objects.get(pk=row.pk).problem == "x"


def test_a_row_that_is_there_is_refused() -> None:
    head = ChainHead(subject_id=new_id(), subject_type="t", sequence=1, hash="", at=clock.now())
    insert_rows([head])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([head])


def test_rows_of_two_tables_or_too_many_are_a_mistake() -> None:
    head = ChainHead(subject_id=new_id(), subject_type="t", sequence=1, hash="", at=clock.now())
    with pytest.raises(AssertionError):
        insert_rows([delivery(), head])
    with pytest.raises(AssertionError):
        insert_rows([delivery() for _ in range(MOST_ROWS + 1)])
    with pytest.raises(AssertionError):
        insert_rows([])
    assert not Delivery.objects.exists()


def test_statements_sent_together_fail_together_and_as_the_frameworks_own_error() -> None:
    head = ChainHead(subject_id=new_id(), subject_type="t", sequence=1, hash="", at=clock.now())
    fine, lost = delivery(), delivery()
    _write_together(head, fine)
    assert ChainHead.objects.filter(pk=head.pk).exists()
    with pytest.raises(IntegrityError):
        _write_together(lost, head)
    assert list(Delivery.objects.values_list("pk", flat=True)) == [fine.pk]


def _write_together(*rows: Model) -> None:
    with transaction.atomic(), together():
        for row in rows:
            insert_rows([row])
