"""A report is read, the worker sees what was read, and the next model learns from the answer."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from huiban.kernel.base.errors import Refusal
from huiban.kernel.events.models import Event
from huiban.modules.voice import actions, kinds, queries
from huiban.modules.voice.actions import learning
from huiban.modules.voice.actions.learning import PARTS, learn, lessons
from huiban.modules.voice.actions.reading import read_case
from huiban.modules.voice.learning.categories.store import version_in_use
from huiban.modules.voice.learning.categories.tries import read_tries
from huiban.modules.voice.models import Case, Reading, Report
from huiban.modules.voice.queries.choosing import say_likely
from tests.cast import Cast, Tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

# No keyword of any category stands in this.
UNSAID = "三楼那家天天敲敲打打到深更半夜，我们一家都睡不好觉"


def case_of(case_id: UUID) -> Case:
    return Case.objects.everywhere("a test looks at it").get(pk=case_id)


def test_a_reading_names_the_model_three_choices_and_the_words_that_spoke(
    cast: Cast, tell: Tell
) -> None:
    reading = read_case(tell("电梯又坏了，老人被关在里面出不来").case_id)
    assert reading is not None
    assert reading.model.startswith("starter-")
    assert [len(choice) for choice in reading.choices] == [3, 3, 3]
    code, confidence, because = reading.choices[0]
    assert code == "elevator"
    assert 0 < confidence <= 1
    assert "电梯" in because


def test_a_category_is_assumed_only_where_none_is_known_and_the_first_is_likely(
    cast: Cast, tell: Tell
) -> None:
    told = tell(UNSAID)
    assert case_of(told.case_id).category == ""
    reading = read_case(told.case_id)
    assert reading is not None
    case = case_of(told.case_id)
    assert (case.category != "") == reading.sure
    if reading.sure:
        assert (case.category, case.category_source) == (reading.choices[0][0], "model")
        event = Event.objects.filter(subject_id=case.pk, kind=kinds.CATEGORISED).get()
        assert event.payload["source"] == "model"


def test_reading_again_changes_nothing(cast: Cast, tell: Tell) -> None:
    told = tell(UNSAID)
    first, again = read_case(told.case_id), read_case(told.case_id)
    assert first is not None
    assert again is not None
    assert first.choices == again.choices
    assert Event.objects.filter(kind=kinds.CATEGORISED).count() <= 1


def test_the_worker_who_agrees_and_the_one_who_changes_are_both_examples(
    cast: Cast, tell: Tell
) -> None:
    agreed, changed = tell("电梯坏了上不去"), tell("路灯不亮，一片漆黑")
    for told in (agreed, changed):
        read_case(told.case_id)
        actions.accept(cast["worker"], told.case_id)
    actions.categorise(cast["worker"], agreed.case_id, "elevator")
    actions.categorise(cast["worker"], changed.case_id, "property")
    outcomes = dict(Reading.objects.values_list("chosen", "outcome"))
    assert outcomes == {"elevator": "taken", "property": "changed"}


def test_who_sends_it_on_agrees_with_its_category(cast: Cast, tell: Tell) -> None:
    told = tell("电梯坏了上不去")
    read_case(told.case_id)
    actions.accept(cast["worker"], told.case_id)
    actions.dispatch(cast["worker"], told.case_id, cast.units["housing"].id)
    assert Reading.objects.get(case_id=told.case_id).outcome == "taken"


def test_a_decision_before_the_reading_is_judged_when_it_is_read(cast: Cast, tell: Tell) -> None:
    told = tell("电梯坏了上不去")
    actions.accept(cast["worker"], told.case_id)
    actions.categorise(cast["worker"], told.case_id, "elevator")
    reading = read_case(told.case_id)
    assert reading is not None
    assert (reading.outcome, reading.chosen) == ("taken", "elevator")


def test_the_case_page_says_how_likely_and_why(cast: Cast, tell: Tell) -> None:
    told = tell("电梯坏了，停在五楼不动")
    read_case(told.case_id)
    page = queries.case_page(cast["worker"], told.reference)
    assert page.categories is not None
    assert page.categories.suggested[0].code == "elevator"
    assert page.categories.suggested[0].because
    assert len(page.categories.suggested) <= 2
    actions.categorise(cast["worker"], told.case_id, "elevator")
    after = queries.case_page(cast["worker"], told.reference)
    assert after.categories is not None
    assert after.categories.suggested == []


@pytest.mark.parametrize(
    ("confidence", "words"), [(0.9, "很像"), (0.6, "很像"), (0.4, "有点像"), (0.1, "拿不准")]
)
def test_a_confidence_is_said_in_words(confidence: float, words: str) -> None:
    assert say_likely(confidence, 0.6) == words


def test_what_was_read_goes_with_the_words(cast: Cast, tell: Tell) -> None:
    told = tell("电梯坏了，停在五楼不动")
    read_case(told.case_id)
    report = Report.objects.get(pk=told.report_id)
    actions.erase_report(cast["district_officer"], report)
    assert not Reading.objects.filter(case_id=told.case_id).exists()
    assert read_case(told.case_id) is None


def decide(tell: Tell, cast: Cast, number: int) -> None:
    """Cases whose workers all said that lamps are the property company's business."""
    for turn in range(number):
        told = tell(f"{turn}号楼门口的路灯不亮，第{turn}天了，晚上看不见路")
        read_case(told.case_id)
        actions.categorise(cast["worker"], told.case_id, "property")


def test_too_few_decisions_teach_nothing(cast: Cast, tell: Tell, tmp_path: Path) -> None:
    decide(tell, cast, 3)
    with pytest.raises(Refusal, match="还不够"):
        learn(tmp_path)
    assert version_in_use(tmp_path) == ""


@pytest.mark.thorough
def test_a_better_model_is_used_and_one_that_is_not_better_is_not(
    cast: Cast, tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "LEAST_HELD_BACK", 2)
    decide(tell, cast, 40)
    taught = lessons()
    assert len(taught.learnt) + len(taught.held_back) == 40
    assert len(taught.held_back) < 40 / PARTS * 3
    first = learn(tmp_path)
    assert first.used
    assert first.macro_f1 > first.macro_f1_before
    assert version_in_use(tmp_path) == first.version
    second = learn(tmp_path)
    assert not second.used
    assert version_in_use(tmp_path) == first.version
    assert [tried.used for tried in read_tries(tmp_path)] == [False, True]


def test_the_quality_page_counts_what_people_made_of_it(cast: Cast, tell: Tell) -> None:
    decide(tell, cast, 2)
    told = tell("电梯坏了上不去")
    read_case(told.case_id)
    actions.categorise(cast["worker"], told.case_id, "elevator")
    page = queries.quality(cast["administrator"])
    assert (page.whole.decided, page.whole.right) == (3, 1)
    assert page.whole.percent == 33
    assert {share.label for share in page.by_category} == {"物业服务", "电梯"}
    assert {wrong.chosen for wrong in page.wrong} == {"物业服务"}
