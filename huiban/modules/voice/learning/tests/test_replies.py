from __future__ import annotations

import time

import pytest

from huiban.modules.voice.learning.replies import Crowd, Said, doubt_of, fingerprint, sentences
from huiban.modules.voice.learning.replies.features import NAMES
from huiban.modules.voice.learning.replies.reasons import SENTENCES
from huiban.modules.voice.learning.replies.weights import WEIGHTS

LAMP = "三号楼二单元的楼道灯坏了三天，晚上一片黑，老人不敢下楼。"
DRAIN = "楼前下水道堵了，污水冒到路上，什么时候能疏通？"
FULL = (
    "您好，5月6日我社区和物业到现场查看，发现三号楼楼道灯线路老化，当天下午已更换线路和灯泡2只。"
    "如再熄灭，请打社区电话0564-1234567找张师傅。"
)
EMPTY = "您反映的问题已收悉，我们高度重视，将尽快协调相关部门处理，感谢您的理解与支持。"


@pytest.mark.parametrize(
    ("body", "reply", "reason"),
    [
        (LAMP, "收到", "too_short"),
        (LAMP, "已处理。", "too_short"),
        (LAMP, EMPTY, "not_addressed"),
        (LAMP, "楼道灯的事我们都很关心，居民的心情可以理解，谢谢您。", "no_action"),
        (LAMP, "楼道灯正在联系厂家采购灯泡，请您放心。", "no_date"),
        (DRAIN, "下水道堵塞的情况属实，已疏通了一部分，其余的接着做。", "no_date"),
        ("楼道灯为什么一直不修？", "楼道灯5月6日已更换灯泡。", "no_cause"),
        (LAMP, "楼道灯归供电公司管，请联系供电公司咨询。", "no_contact"),
        (LAMP, "楼道灯不属于我单位职责，已转物业公司办理，请等待。", "only_passes_on"),
        (LAMP, "针对楼道灯问题，我社区已要求物业公司做好日常管理工作。", "only_asked_others"),
        (LAMP, "楼道灯按照物业管理条例规定，由业主共同承担费用。", "only_explains_policy"),
        (LAMP, "楼道灯的问题我们计划尽快解决，争取让大家满意。", "promises_only"),
        (LAMP, "我们将进一步加强楼道灯管理，切实保障居民出行，积极落实责任。", "stock_phrases"),
    ],
)
def test_each_way_of_not_answering_is_named_and_a_full_answer_has_none(
    body: str, reply: str, reason: str
) -> None:
    doubt = doubt_of(body, reply)
    assert reason in doubt.reasons
    assert doubt.score > doubt_of(body, FULL).score
    assert doubt_of(LAMP, FULL).reasons == ()


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        (LAMP, FULL),
        (LAMP, "灯已换好。"),
        ("装修声音太大，中午休息不了。", "双方约定午休时间不装修。"),
        (DRAIN, "今天上午已疏通，污水退了。"),
        ("电梯停运", "维保单位已更换门机，电梯恢复运行。"),
    ],
)
def test_a_plain_word_that_it_is_done_passes(body: str, reply: str) -> None:
    assert doubt_of(body, reply).percent < 60


@pytest.mark.parametrize(
    "reply", [EMPTY, "已处理。", "已转相关部门处理。", "收到", "。。。", "👍", ""]
)
def test_what_says_nothing_is_doubtful(reply: str) -> None:
    doubt = doubt_of(LAMP, reply)
    assert doubt.percent >= 60
    assert doubt.reasons


def test_the_same_answer_again_is_more_doubtful_each_time() -> None:
    reply = "我社区已要求物业公司做好楼道灯日常管理。"
    scores = [doubt_of(LAMP, reply, Said.before(times)).score for times in (0, 1, 2, 9)]
    assert scores == sorted(set(scores))
    assert "same_as_earlier" not in doubt_of(LAMP, reply).reasons
    assert "same_as_earlier" in doubt_of(LAMP, reply, Said.before(1)).reasons


def test_a_fingerprint_is_that_of_the_letters() -> None:
    assert fingerprint("5月6日，灯已换好。") == fingerprint("１２月７日 灯已换好！")
    assert fingerprint("灯已换好。") != fingerprint("门已换好。")
    assert len(fingerprint("灯已换好。")) == 32
    assert fingerprint("2026-05-06！👍") == fingerprint("") == ""


def test_a_file_knows_what_was_said_before_in_it_nearly_or_exactly() -> None:
    stock = (
        "关于{0}的问题，我局执法人员于5月{1}日到现场查看，未发现违规情况，今后将加强日常巡查力度。"
    )
    replies = [stock.format("东门夜市", 3), FULL, stock.format("东门夜市", 9), FULL]
    replies += [stock.format("西门摊点", 12), "今天换了水泵，二次供水恢复。", "", ""]
    crowd = Crowd()
    for reply in replies:
        crowd.add(reply)
    said = [crowd.said(at, reply) for at, reply in enumerate(replies)]
    assert [one.earlier for one in said] == [False, False, True, True, True, False, False, False]
    assert [one.alike for one in said] == [2, 1, 2, 1, 2, 0, 0, 0]
    assert said[1].common == 1.0
    assert said[0].common > 0.5
    assert said[5] == said[6] == Said()


def test_every_reason_has_a_sentence_and_every_figure_a_weight() -> None:
    assert set(WEIGHTS) == {"bias", *NAMES}
    assert sentences(SENTENCES) == list(SENTENCES.values())
    assert sentences(["no_date", "unheard_of"]) == ["还没有说什么时候办好"]


HOSTILE = (
    "",
    " \n\t ",
    "好",
    "。" * 9_000,
    "已" * 9_000,
    "由" * 9_000 + "负责",
    "因" + "甲，" * 4_500,
    "The lamp on the second floor was replaced yesterday, thank you.",
    "👨‍👩‍👧‍👦🏮✨",
    "燈泡已於５月６日更換完畢，如有問題請致電社區。",
    "\x00\x01\ufffd\ud800PK\x03\x04",
    "１２３４５６７８９",
    "a" * 9_000,
    "\u202e倒着写\u202c",
)


@pytest.mark.parametrize("body", HOSTILE)
def test_any_two_texts_have_a_score(body: str) -> None:
    began = time.perf_counter()
    for reply in HOSTILE:
        doubt = doubt_of(body, reply)
        assert 0 < doubt.score < 1
        assert set(doubt.reasons) <= set(SENTENCES)
        assert len(fingerprint(reply)) in (0, 32)
    assert time.perf_counter() - began < 5
