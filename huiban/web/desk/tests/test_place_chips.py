"""The places that a report's words name, one tap away on the case's page."""

from __future__ import annotations

import pytest

from huiban.modules.voice import actions, queries
from huiban.modules.voice.actions.reading import read_case
from huiban.modules.voice.contracts import Reported, Told
from huiban.modules.voice.models import Case
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast

CHIP = "地点：幸福里小区3号楼（文中“幸福里小区3栋”）"


@pytest.fixture
def told(cast: Cast) -> Reported:
    """A report without a tag, read."""
    words = Told(key="the-key-that-the-form-made", text="幸福里小区3栋没水", channel="web")
    reported = actions.report(words, queries.where_without_tag())
    read_case(reported.case_id)
    return reported


def test_one_tap_says_where_it_is(signed_in: SignedIn, cast: Cast, told: Reported) -> None:
    client = signed_in("district_officer")
    page = f"/desk/case/{told.reference}/"
    assert CHIP in client.get(page).content.decode()
    sent = {"place": str(cast.places["building_3"].id), "key": "k-1"}
    answer = client.post(page + "locate/", sent)
    assert answer.status_code == 302
    shown = client.get(page).content.decode()
    assert "地点已记为幸福里小区3号楼" in shown
    assert "文中说到的地点" not in shown
    case = Case.objects.everywhere("a test looks at it").get()
    assert case.estate_id == cast.units["estate"].id


def test_a_chip_shows_no_flat(signed_in: SignedIn, cast: Cast) -> None:
    words = Told(key="another-key-of-the-form", text="幸福里小区3-2-501漏水", channel="web")
    reported = actions.report(words, queries.where_without_tag())
    read_case(reported.case_id)
    page = signed_in("district_officer").get(f"/desk/case/{reported.reference}/").content.decode()
    chip = page.split("地点：幸福里小区3号楼（文中")[1].split("）")[0]
    assert "501" not in chip


def test_a_chip_that_went_stale_is_refused_in_words(
    signed_in: SignedIn, cast: Cast, told: Reported
) -> None:
    client = signed_in("district_officer")
    actions.locate(cast["district_officer"], told.case_id, cast.places["building_5"].id)
    sent = {"place": str(cast.places["building_3"].id), "key": "k-2"}
    answer = client.post(f"/desk/case/{told.reference}/locate/", sent)
    assert answer.status_code == 422
    assert "已是“幸福里小区4号楼”" in answer.content.decode()


def test_who_only_reads_the_case_gets_no_chip(
    signed_in: SignedIn, cast: Cast, told: Reported
) -> None:
    page = signed_in("group_officer").get(f"/desk/case/{told.reference}/")
    assert page.status_code == 200
    assert "文中说到的地点" not in page.content.decode()
