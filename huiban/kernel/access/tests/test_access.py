"""Signing in, tenures, permits and the record of looks."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from huiban.kernel.access.actions import add_account, change_password, sign_in
from huiban.kernel.access.models import Account, Look
from huiban.kernel.access.queries import actor_of
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import NotPermitted, Refusal, TooMany, Unseen
from huiban.kernel.people.actions import end_tenure
from huiban.kernel.people.models import Person, Tenure
from huiban.modules.voice import actions
from tests.cast import PASSWORD, Cast, Tell

pytestmark = pytest.mark.django_db


def test_name_and_password_sign_in(cast: Cast) -> None:
    assert sign_in("worker", PASSWORD, "192.0.2.1") == cast.accounts["worker"]


@pytest.mark.parametrize("name", ["worker", "nobody-of-that-name"])
def test_a_wrong_password_says_nothing_about_the_account(cast: Cast, name: str) -> None:
    with pytest.raises(Refusal, match="手机号（账号）或密码不对"):
        sign_in(name, "a wrong password", "192.0.2.1")


def test_failures_in_a_row_are_made_to_wait(cast: Cast, clock: Traveller) -> None:
    waits = []
    for _ in range(6):
        try:
            sign_in("worker", "a wrong password", "192.0.2.1")
        except TooMany as refusal:
            waits.append(refusal.wait_seconds)
            clock.ahead(seconds=refusal.wait_seconds)
        except Refusal:
            continue
    assert waits
    assert waits == sorted(waits)


def test_the_right_password_waits_too_and_then_clears(cast: Cast, clock: Traveller) -> None:
    for number in range(5):
        with pytest.raises(Refusal):
            sign_in("worker", "a wrong password", f"192.0.2.{number}")
    with pytest.raises(TooMany):
        sign_in("worker", PASSWORD, "192.0.2.99")
    clock.ahead(hours=1)
    assert sign_in("worker", PASSWORD, "192.0.2.99") == cast.accounts["worker"]


def test_passwords_are_hashed_and_not_too_short(cast: Cast) -> None:
    assert PASSWORD not in Account.objects.get(login_name="worker").password
    with pytest.raises(Refusal, match="至少10个字符"):
        add_account("short", "123456789", "某人", None)


def test_an_ended_tenure_permits_nothing_more(cast: Cast, clock: Traveller) -> None:
    worker = cast.accounts["worker"]
    assert actor_of(worker).seats
    end_tenure(Tenure.objects.get(person=worker.person), date(2026, 5, 8))
    assert actor_of(worker).seats == ()
    with pytest.raises(NotPermitted):
        actor_of(worker).seat_for("voice.triage")


def test_names_are_sealed_at_rest(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM people_person")
        stored = [row[0] for row in cursor.fetchall()]
    assert stored
    assert not any("幸福" in text for text in stored)
    assert "幸福里社区前台" in {person.name for person in Person.objects.all()}


def test_looking_at_a_contact_is_recorded(cast: Cast, tell: Tell) -> None:
    reported = tell(contact="13800001234")
    (contact,) = actions.look_at_contact(cast["worker"], reported.case_id)
    assert contact.contact == "13800001234"
    look = Look.objects.get()
    assert (look.account, look.subject_id) == (cast.accounts["worker"], reported.case_id)


def test_a_post_without_the_permit_sees_no_contact(cast: Cast, tell: Tell) -> None:
    reported = tell(contact="13800001234")
    with pytest.raises(NotPermitted):
        actions.look_at_contact(cast["secretary"], reported.case_id)
    assert not Look.objects.exists()


def test_a_new_password_takes_the_old_ones_place(cast: Cast) -> None:
    change_password("worker", "another long password")
    with pytest.raises(Refusal):
        sign_in("worker", PASSWORD, "192.0.2.1")
    assert sign_in("worker", "another long password", "192.0.2.2") == cast.accounts["worker"]
    with pytest.raises(Unseen):
        change_password("nobody", "another long password")
