"""可能是同一件事: what the worker is shown beside a case, one tap to merge and one to undo."""

from __future__ import annotations

import re

from django.test import Client

from huiban.kernel.events.pump import drain
from huiban.modules.voice import actions, stages
from huiban.modules.voice.models import Case
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast, Tell

MIXER = "北门外新建的混凝土搅拌站夜里施工，粉尘大、噪音大，我电话13800001234"
MIXER_AGAIN = "投诉北门的搅拌站，混凝土车通宵施工噪音扰民，粉尘也飘进家里"


def page_of(client: Client, reference: str) -> str:
    answer = client.get(f"/desk/case/{reference}/")
    assert answer.status_code == 200
    return answer.content.decode()


def case_of(reference: str) -> Case:
    return Case.objects.everywhere("a test looks at it").get(reference=reference)


def test_the_page_shows_what_may_be_the_same_matter_and_why(
    signed_in: SignedIn, tell: Tell
) -> None:
    first = tell(MIXER)
    drain()
    second = tell(MIXER_AGAIN)
    page = page_of(signed_in("worker"), second.reference)
    part = page[page.index("可能是同一件事") :]
    for words in (first.reference, "幸福里小区3号楼", "待受理", "搅拌站", "5月8日"):
        assert words in part
    assert re.search("很像|有点像", part)


def test_other_matters_and_other_communities_are_not_shown(signed_in: SignedIn, tell: Tell) -> None:
    tell(MIXER, "old_house")
    tell("楼道里的灯坏了三天")
    drain()
    page = page_of(signed_in("worker"), tell(MIXER_AGAIN, "building_5").reference)
    assert "可能是同一件事" not in page


def test_who_only_reads_isnt_asked(signed_in: SignedIn, tell: Tell) -> None:
    tell(MIXER)
    drain()
    page = page_of(signed_in("street_officer"), tell(MIXER_AGAIN).reference)
    assert "可能是同一件事" not in page


def test_one_tap_merges_and_one_takes_it_back(signed_in: SignedIn, tell: Tell) -> None:
    client = signed_in("worker")
    first, second = tell("电梯停运"), tell("电梯又停运了")
    page = page_of(client, second.reference)
    form = page[page.index("可能是同一件事") :]
    assert f'name="into" value="{first.reference}"' in form
    key = re.search(r'name="key" value="([^"]+-merge-[^"]+)"', form)
    assert key is not None
    sent = {"into": first.reference, "key": key[1]}
    for _ in range(2):
        answer = client.post(f"/desk/case/{second.reference}/merge/", sent)
        assert answer.status_code == 302
    assert case_of(first.reference).joiner_count == 1
    merged = page_of(client, second.reference)
    assert "已并入，和那件事一起办" in merged
    assert "电梯又停运了" in merged
    assert f"/desk/case/{second.reference}/unmerge/" in merged
    assert "另有1位居民" in page_of(client, first.reference)
    for _ in range(2):
        client.post(f"/desk/case/{second.reference}/unmerge/", {"key": "k-undo"})
    assert case_of(second.reference).stage == stages.RECEIVED
    assert case_of(first.reference).joiner_count == 0
    assert "撤销并入，单独办理" in page_of(client, second.reference)


def test_a_reference_can_be_typed_and_a_wrong_one_stays_in_its_field(
    signed_in: SignedIn, tell: Tell
) -> None:
    client = signed_in("worker")
    first, second = tell("电梯停运"), tell("垃圾没人清运")
    refused = client.post(f"/desk/case/{second.reference}/merge/", {"into": "没有", "key": "k-1"})
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "8位受理编号" in text
    assert 'id="f-merge-into-wrong"' in text
    typed = f" {first.reference[:4].lower()} {first.reference[4:]} "
    client.post(f"/desk/case/{second.reference}/merge/", {"into": typed, "key": "k-2"})
    assert case_of(second.reference).joined_to_id == first.case_id


def test_what_may_not_be_undone_offers_nothing(signed_in: SignedIn, cast: Cast, tell: Tell) -> None:
    first, second = tell("电梯停运"), tell("电梯又停运了")
    actions.merge(cast["worker"], second.case_id, first.case_id)
    undo = f"/desk/case/{second.reference}/unmerge/"
    assert undo not in page_of(signed_in("street_officer"), second.reference)
    refused = signed_in("street_officer").post(undo, {"key": "k"})
    assert refused.status_code == 403
    neighbour = signed_in("neighbour_worker").post(undo, {"key": "k"})
    assert neighbour.status_code == 404


def test_phone_numbers_are_no_words_in_common(signed_in: SignedIn, tell: Tell) -> None:
    tell(MIXER)
    drain()
    page = page_of(signed_in("worker"), tell(MIXER + "，还没人管").reference)
    part = page[page.index("可能是同一件事") : page.index('id="facts-heading"')]
    assert "13800001234" not in part
