"""After sending: what neighbours told lately, never their words, and in large print not at all."""

from __future__ import annotations

from django.test import Client

from huiban.kernel.events.pump import drain
from huiban.modules.voice import actions
from huiban.modules.voice.contracts import Reported
from tests.cast import Cast, Tell

MIXER = "北门外新建的混凝土搅拌站夜里施工，粉尘大、噪音大"
MIXER_AGAIN = "投诉北门的搅拌站，混凝土车通宵施工噪音扰民，粉尘也飘进家里"


def sent(client: Client, reported: Reported) -> str:
    """The page that the resident sees right after sending."""
    return client.get(f"/t/{reported.receipt}/?new=1").content.decode()


def test_what_is_alike_in_the_community_is_offered_without_its_words(
    client: Client, tell: Tell
) -> None:
    first = tell(MIXER, "building_5")
    drain()
    text = sent(client, tell(MIXER_AGAIN))
    assert "附近最近的反映" in text
    assert str(first.case_id) in text
    for hidden in ("北门外新建", first.reference, "5号楼", "有点像", "很像"):
        assert hidden not in text


def test_another_community_is_not_offered(client: Client, tell: Tell) -> None:
    tell(MIXER, "old_house")
    drain()
    assert "附近最近的反映" not in sent(client, tell(MIXER_AGAIN))


def test_in_large_print_nothing_is_offered(client: Client, tell: Tell) -> None:
    tell("电梯停运")
    second = tell("电梯停运")
    assert "附近最近的反映" in sent(client, second)
    client.cookies["print"] = "large"
    assert "附近最近的反映" not in sent(client, second)


def test_a_worker_s_merger_shows_the_resident_the_case_that_goes_on(
    client: Client, cast: Cast, tell: Tell
) -> None:
    first, second = tell("电梯停运，我姓王"), tell("电梯又停了")
    actions.merge(cast["worker"], second.case_id, first.case_id)
    actions.accept(cast["worker"], first.case_id)
    text = client.get(f"/t/{second.receipt}/").content.decode()
    for said in ("办理中", second.reference, "电梯又停了", "还有1位邻居"):
        assert said in text
    assert "我姓王" not in text
    assert "withdraw/" not in text
