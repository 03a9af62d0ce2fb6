"""Words at the desk: masked for everyone, and as they were told for who handles the case."""

from __future__ import annotations

import pytest
from django.test import Client

from huiban.kernel.access.models import Look
from huiban.kernel.base.errors import NotPermitted, Unseen
from huiban.modules.voice import actions, queries
from huiban.modules.voice.contracts import Told
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast, Tell

PRIVATE = "我叫王小芳，住3号楼2单元501室，电话13800001234，车是皖N00A12"
BUTTON = "看原文"


def page_of(client: Client, reference: str) -> str:
    answer = client.get(f"/desk/case/{reference}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_handles_it_sees_where_and_not_who(signed_in: SignedIn, tell: Tell) -> None:
    page = page_of(signed_in("worker"), tell(PRIVATE).reference)
    assert "我叫***，住3号楼2单元501室，电话138****1234，车是皖N00A12" in page
    assert "王小芳" not in page
    assert "13800001234" not in page
    assert "***室" not in page, "neither in the headline nor in the words"
    assert BUTTON in page


def test_another_tier_sees_neither_and_has_no_button(signed_in: SignedIn, tell: Tell) -> None:
    page = page_of(signed_in("street_officer"), tell(PRIVATE).reference)
    assert "我叫***，住3号楼2单元***室，电话138****1234，车是皖N****2" in page
    assert BUTTON not in page


def test_there_is_no_button_where_nothing_is_hidden(signed_in: SignedIn, tell: Tell) -> None:
    page = page_of(signed_in("worker"), tell("3号楼2单元501室漏水").reference)
    assert "3号楼2单元501室漏水" in page
    assert BUTTON not in page


def test_a_look_is_recorded_before_the_words_are_shown(
    signed_in: SignedIn, cast: Cast, tell: Tell
) -> None:
    reported, client = tell(PRIVATE), signed_in("worker")
    where = f"/desk/case/{reported.reference}/original/"
    assert client.get(where).status_code == 405
    assert not Look.objects.exists()
    shown = client.post(where)
    assert PRIVATE in shown.content.decode()
    look = Look.objects.get()
    assert (look.account, look.what) == (cast.accounts["worker"], "voice.words")
    assert look.subject_id == reported.case_id


@pytest.mark.parametrize("name", ["street_officer", "administrator"])
def test_who_has_no_part_in_it_is_refused_and_nothing_is_recorded(
    signed_in: SignedIn, tell: Tell, name: str
) -> None:
    refused = signed_in(name).post(f"/desk/case/{tell(PRIVATE).reference}/original/")
    assert refused.status_code == 403
    assert "王小芳" not in refused.content.decode()
    assert not Look.objects.exists()


def test_a_neighbour_finds_nothing(signed_in: SignedIn, tell: Tell) -> None:
    where = f"/desk/case/{tell(PRIVATE).reference}/original/"
    assert signed_in("neighbour_worker").post(where).status_code == 404
    assert not Look.objects.exists()


def test_who_had_it_before_may_still_look(cast: Cast, tell: Tell) -> None:
    reported = tell(PRIVATE)
    with pytest.raises(Unseen):
        actions.look_at_words(cast["housing_officer"], reported.case_id)
    actions.accept(cast["worker"], reported.case_id)
    actions.dispatch(cast["worker"], reported.case_id, cast.units["housing"].id)
    for name in ("worker", "housing_officer"):
        (words,) = actions.look_at_words(cast[name], reported.case_id)
        assert words.text == PRIVATE
    with pytest.raises(NotPermitted):
        actions.look_at_words(cast["street_officer"], reported.case_id)
    assert Look.objects.count() == 2


def test_what_was_said_since_is_masked_and_told_as_well(
    signed_in: SignedIn, cast: Cast, tell: Tell
) -> None:
    reported, client = tell("楼道灯坏了"), signed_in("worker")
    report = queries.report_by_receipt(reported.receipt)
    actions.add_words(report, "key-of-addition-1", "再补充一下，我的电话是13800001234")
    page = page_of(client, reported.reference)
    assert "我的电话是138****1234" in page
    assert BUTTON in page
    words = actions.look_at_words(cast["worker"], reported.case_id)
    assert [one.text for one in words] == ["楼道灯坏了", "再补充一下，我的电话是13800001234"]


def test_erased_words_are_gone_here_too(signed_in: SignedIn, cast: Cast, tell: Tell) -> None:
    reported, client = tell(PRIVATE), signed_in("worker")
    report = queries.report_by_receipt(reported.receipt)
    actions.ask_erasure(report)
    actions.erase(cast["worker"], reported.case_id)
    assert BUTTON not in page_of(client, reported.reference)
    shown = client.post(f"/desk/case/{reported.reference}/original/").content.decode()
    assert "王小芳" not in shown
    assert "没有原文可看" in shown


@pytest.mark.parametrize("path", ["/desk/", "/desk/cases/"])
def test_lists_are_masked(signed_in: SignedIn, tell: Tell, path: str) -> None:
    tell("13800001234找王小姐，3号楼501室漏水")
    page = signed_in("worker").get(path).content.decode()
    assert "138****1234找*小姐，3号楼***室漏水" in page
    assert "13800001234" not in page


def test_the_place_in_ones_own_words_is_masked_in_lists(signed_in: SignedIn, cast: Cast) -> None:
    told = Told(key="a-key-of-the-test-1", text="漏水", place_words="5-2-301王女士家")
    actions.report(told, queries.where_of_unit(cast.units["community"]))
    for path in ("/desk/", "/desk/cases/"):
        page = signed_in("worker").get(path).content.decode()
        assert "5-2-***" in page
        assert "王女士" not in page


def test_the_resident_reads_the_own_words_as_they_were(client: Client, tell: Tell) -> None:
    page = client.get(f"/t/{tell(PRIVATE).receipt}/").content.decode()
    assert PRIVATE in page
