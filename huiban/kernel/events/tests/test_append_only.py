"""The database itself refuses to change or delete what was written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from huiban.kernel.base import clock as house_clock
from huiban.kernel.base.ids import new_id
from huiban.kernel.events.models import ChainHead, Event, Seal
from huiban.kernel.events.pump import give_positions
from huiban.kernel.events.rules import NOTHING_BEFORE

pytestmark = pytest.mark.django_db(transaction=True)


def event() -> Event:
    return Event.objects.create(
        subject_type="test",
        subject_id=new_id(),
        sequence=1,
        kind="test.happened",
        version=1,
        at=house_clock.now(),
        actor="system",
        payload={"number": 1},
        previous_hash=NOTHING_BEFORE,
        hash="1" * 64,
    )


def head() -> ChainHead:
    return ChainHead.objects.create(
        subject_id=new_id(),
        subject_type="test",
        sequence=3,
        hash="3" * 64,
        at=house_clock.now(),
    )


def seal() -> Seal:
    return Seal.objects.create(
        day=date(2026, 5, 7),
        first_position=1,
        last_position=5,
        previous_digest=NOTHING_BEFORE,
        digest="5" * 64,
        sealed_at=house_clock.now(),
    )


def other_value(row: models.Model, name: str) -> Any:
    """A value of that column's kind which isn't the one it has."""
    old, field = getattr(row, name), row._meta.get_field(name)
    assert isinstance(field, models.Field)
    if isinstance(field, models.CharField):
        return "x"
    if isinstance(field, models.UUIDField):
        return new_id()
    if isinstance(field, models.JSONField):
        return {"number": 2}
    return old + timedelta(seconds=1) if isinstance(old, datetime) else (old or 0) + 7


@pytest.mark.parametrize("make", [event, head, seal])
def test_nothing_of_the_log_is_deleted(make: Callable[[], models.Model]) -> None:
    row = make()
    with pytest.raises(IntegrityError, match="append-only"):
        row.delete()
    assert type(row)._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("name", [field.name for field in Event._meta.local_fields])
def test_no_column_of_an_event_is_written_twice(name: str) -> None:
    written = event()
    give_positions()
    written.refresh_from_db()
    change = {name: other_value(written, name)}
    with pytest.raises(IntegrityError, match="append-only"):
        Event.objects.filter(pk=written.pk).update(**change)


def test_a_position_is_given_once_and_never_taken() -> None:
    written = event()
    assert give_positions() == 1
    written.refresh_from_db()
    assert written.position == 1
    with pytest.raises(IntegrityError, match="append-only"):
        Event.objects.filter(pk=written.pk).update(position=None)


def test_a_head_moves_to_the_next_link_only() -> None:
    kept = ChainHead.objects.filter(pk=head().pk)
    kept.update(sequence=4, hash="4" * 64)
    for sequence in (4, 3, 6):
        with pytest.raises(IntegrityError, match="append-only"):
            kept.update(sequence=sequence)
    with pytest.raises(IntegrityError, match="append-only"):
        kept.update(sequence=5, at=house_clock.now() - timedelta(days=1))
    assert kept.get().sequence == 4


def test_a_seal_is_never_changed() -> None:
    kept = seal()
    for name in ("digest", "last_position", "sealed_at"):
        with pytest.raises(IntegrityError, match="append-only"):
            Seal.objects.filter(pk=kept.pk).update(**{name: other_value(kept, name)})


def test_no_row_is_replaced_by_another_one() -> None:
    written = event()
    if connection.vendor == "sqlite":
        statement = "INSERT OR REPLACE INTO events_event SELECT * FROM events_event"
    else:
        statement = (
            "INSERT INTO events_event SELECT * FROM events_event"
            " ON CONFLICT (id) DO UPDATE SET actor = 'somebody'"
        )
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.get(pk=written.pk).actor == "system"


def test_the_whole_log_is_never_emptied_at_once() -> None:
    written = event()
    emptying = "DELETE FROM" if connection.vendor == "sqlite" else "TRUNCATE"
    for table in ("events_event", "events_chainhead", "events_seal"):
        if table != "events_event" and connection.vendor == "sqlite":
            continue  # its trigger fires for a row, and there is none
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"{emptying} {table}")
    assert Event.objects.filter(pk=written.pk).exists()


def test_the_tables_are_guarded_again_after_a_test_emptied_them() -> None:
    # The tests before this one have emptied them more than once.
    assert not Event.objects.exists()
    with pytest.raises(IntegrityError, match="append-only"):
        event().delete()
