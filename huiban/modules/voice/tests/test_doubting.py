"""How doubtful an answer is: kept with its event, and told to whoever isn't sure."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiban.kernel.base import clock
from huiban.kernel.events.models import Event
from huiban.kernel.vocab.actions import choose_setting
from huiban.modules.voice import actions, kinds, stages
from huiban.modules.voice.actions.doubting import Doubtful, doubt_about
from huiban.modules.voice.learning.replies import fingerprint
from huiban.modules.voice.models import Case, Entry, Report
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db

STOCK = "您反映的问题已收悉，我们将尽快协调相关部门处理，感谢支持。"
DONE = "今天上午维保单位已更换门机，电梯恢复运行。"


def answered(
    cast: Cast, tell: Tell, text: str, told: str = "三号楼电梯坏了，老人下不了楼"
) -> Event:
    case_id = tell(told).case_id
    actions.accept(cast["worker"], case_id)
    actions.answer(cast["worker"], case_id, text)
    return Event.objects.get(subject_id=case_id, kind=kinds.ANSWERED)


def test_the_event_says_how_doubtful_an_answer_is_and_why(cast: Cast, tell: Tell) -> None:
    empty, full = answered(cast, tell, STOCK), answered(cast, tell, DONE)
    assert empty.version == full.version == 3
    assert empty.payload["doubt"] >= 60 > full.payload["doubt"]
    assert {"not_addressed", "promises_only"} <= set(empty.payload["reasons"])
    assert full.payload["reasons"] == []


def test_a_unit_that_says_the_same_again_is_found_out(cast: Cast, tell: Tell) -> None:
    first, again = answered(cast, tell, DONE), answered(cast, tell, DONE.replace("。", "！ "))
    assert "same_as_earlier" not in first.payload["reasons"]
    assert "same_as_earlier" in again.payload["reasons"]
    assert again.payload["doubt"] > first.payload["doubt"]
    case = Case.objects.everywhere("a test looks at it").get(pk=again.subject_id)
    mark = fingerprint(DONE)
    assert Entry.objects.filter(kind="answer", fingerprint=mark).count() == 2
    elsewhere = doubt_about(case, cast.units["neighbour"].id, DONE, mark)
    assert "same_as_earlier" not in elsewhere.reasons


def test_only_answers_have_a_fingerprint(cast: Cast, tell: Tell) -> None:
    case_id = tell().case_id
    actions.accept(cast["worker"], case_id)
    actions.ask_resident(cast["worker"], case_id, "请问是哪一层？")
    actions.answer(cast["worker"], case_id, DONE)
    marks = dict(Entry.objects.values_list("kind", "fingerprint"))
    assert marks == {"question": "", "answer": fingerprint(DONE)}


def test_whoever_is_not_sure_is_told_why_and_nothing_is_kept(cast: Cast, tell: Tell) -> None:
    case_id = tell("三号楼电梯坏了，老人下不了楼").case_id
    actions.accept(cast["worker"], case_id)
    with pytest.raises(Doubtful) as refused:
        actions.answer(cast["worker"], case_id, STOCK, sure=False)
    assert refused.value.field == "text"
    for words in ("没有提到居民反映的事", "还没有说什么时候办好", "仍然发送"):
        assert words in refused.value.message
    assert not Entry.objects.exists()
    actions.answer(cast["worker"], case_id, DONE, sure=False)
    assert Case.objects.everywhere("a test").get(pk=case_id).stage == stages.ANSWERED


@pytest.mark.parametrize(("percent", "is_told"), [(100, False), (1, True)])
def test_a_district_chooses_from_which_doubt_on(
    cast: Cast, tell: Tell, percent: int, is_told: bool
) -> None:
    choose_setting(kinds.DOUBT_PERCENT, percent)
    case_id = tell().case_id
    actions.accept(cast["worker"], case_id)
    if is_told:
        with pytest.raises(Doubtful):
            actions.answer(cast["worker"], case_id, DONE, sure=False)
    else:
        actions.answer(cast["worker"], case_id, STOCK, sure=False)


def test_it_takes_one_statement_and_little_time(cast: Cast, tell: Tell) -> None:
    case_id = tell("电梯坏了。" * 700).case_id
    case = Case.objects.everywhere("a test").get(pk=case_id)
    long = (STOCK + DONE) * 70
    with CaptureQueriesContext(connection) as asked:
        began = time.perf_counter()
        doubt_about(case, cast.units["community"].id, long, fingerprint(long))
        seconds = time.perf_counter() - began
    assert len(asked) == 1
    assert "entry_said_again" in _plan(asked[0]["sql"])
    # Ten times what it takes, for a busy machine.
    assert seconds < 0.2


def _plan(sql: str) -> str:
    if connection.vendor != "sqlite":
        return "entry_said_again"
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return str(cursor.fetchall())


@pytest.mark.parametrize("told", ["", "x", "👍" * 50, "The lamp is out.", "\u202e" + "嗯" * 3_900])
def test_whatever_was_told_an_answer_can_be_given(cast: Cast, tell: Tell, told: str) -> None:
    case_id = tell("先有这句").case_id
    Report.objects.filter(case_id=case_id).update(text=told)
    actions.accept(cast["worker"], case_id)
    actions.answer(cast["worker"], case_id, "。。。👍")
    event = Event.objects.get(subject_id=case_id, kind=kinds.ANSWERED)
    assert event.payload["doubt"] == 99


def test_forgetting_an_answer_forgets_its_fingerprint(cast: Cast, tell: Tell) -> None:
    event = answered(cast, tell, DONE)
    cases = Case.objects.everywhere("a test").filter(pk=event.subject_id)
    cases.update(stage=stages.CLOSED, closed_at=clock.now() - timedelta(days=2_000))
    assert actions.forget_old() == 1
    kept = Entry.objects.get(kind="answer")
    assert (kept.text, kept.fingerprint) == ("", "")
