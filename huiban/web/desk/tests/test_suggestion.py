"""The desk says whom a case would go to, why, what came of similar ones, and what is in hand."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from huiban.kernel.duties.actions import lead_of
from huiban.modules.voice import actions
from huiban.modules.voice.models import OwnerRecord
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast, Tell


@pytest.fixture
def remembered(cast: Cast) -> None:
    """The city's management solved more of the community's elevators than their owner did."""
    for unit, solved, returned in (("housing", 2, 1), ("city_management", 12, 1)):
        for area in ("community", "district"):
            OwnerRecord.objects.create(
                category="elevator",
                area=cast.units[area],
                unit=cast.units[unit],
                solved=solved,
                returned=returned,
            )


def accepted(cast: Cast, tell: Tell) -> str:
    reported = tell("三号楼电梯坏了")
    actions.accept(cast["worker"], reported.case_id)
    return reported.reference


def page_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.usefixtures("remembered")
def test_the_case_tells_why_the_record_and_the_load(
    signed_in: SignedIn, cast: Cast, tell: Tell
) -> None:
    earlier = tell("五号楼电梯坏了")
    actions.dispatch(cast["worker"], earlier.case_id, cast.units["housing"].id)
    page = page_of(signed_in("worker"), f"/desk/case/{accepted(cast, tell)}/")
    assert "建议派给区住建局" in page
    assert "电梯 · 安和区的责任单位。" in page
    assert "幸福里社区同类的事办结2件，退回1件；现在手上1件。" in page
    assert "派给区城管局</button>" in page
    assert "幸福里社区同类的事办结12件，退回1件；现在手上没有未办的事" in page


@pytest.mark.usefixtures("remembered")
def test_one_tap_sends_it_to_the_other(signed_in: SignedIn, cast: Cast, tell: Tell) -> None:
    client = signed_in("worker")
    reference = accepted(cast, tell)
    other = cast.units["city_management"]
    sent = {"unit_id": str(other.id), "key": "other-1"}
    assert client.post(f"/desk/case/{reference}/dispatch/", sent).status_code == 302
    assert holder(cast, reference) == other.id


@pytest.mark.usefixtures("remembered")
def test_who_may_not_dispatch_sees_no_other_units(
    signed_in: SignedIn, cast: Cast, tell: Tell
) -> None:
    page = page_of(signed_in("street_officer"), f"/desk/case/{accepted(cast, tell)}/")
    assert "也可以派给" not in page


@pytest.mark.usefixtures("remembered")
def test_a_line_of_today_tells_the_load(signed_in: SignedIn, cast: Cast, tell: Tell) -> None:
    earlier = tell("五号楼电梯坏了")
    actions.dispatch(cast["worker"], earlier.case_id, cast.units["housing"].id)
    accepted(cast, tell)
    page = page_of(signed_in("worker"), "/desk/")
    assert "建议派给区住建局：电梯 · 安和区的责任单位，现在手上1件" in page


def test_a_community_that_mostly_solved_it_is_told_to_go_on(
    signed_in: SignedIn, cast: Cast, tell: Tell
) -> None:
    desk = cast.units["community"]
    actions.set_duty_list("greening", True, desk.valid_from, desk.id)
    OwnerRecord.objects.create(category="greening", area=desk, unit=desk, solved=5)
    reported = tell("树枝遮光")
    actions.accept(cast["worker"], reported.case_id)
    assert "这里同类的事多由本单位办结" in page_of(signed_in("worker"), "/desk/")
    assert "建议派给" not in page_of(signed_in("worker"), f"/desk/case/{reported.reference}/")


def holder(cast: Cast, reference: str) -> UUID | None:
    from huiban.modules.voice.queries import case_id_of

    lead = lead_of(case_id_of(cast["worker"], reference))
    return lead.unit_id if lead else None
