"""整改: replied by the addressee, verified by somebody else, measured on the same rule afterwards."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

import pytest
from django.db import transaction
from PIL import Image

from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.base.ids import new_id
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import drain
from huiban.kernel.events.seals import broken_chains
from huiban.kernel.files.models import StoredFile
from huiban.kernel.moves.proof import broken_promises
from huiban.modules.supervision import kinds, stages
from huiban.modules.supervision.actions.letters import draft_letter, issue_letter
from huiban.modules.supervision.actions.rectifying import (
    measure_effect,
    reply_letter,
    verify_letter,
)
from huiban.modules.supervision.models import Effect, Finding, Letter, Reply
from huiban.modules.supervision.queries.letters import letter_page, letters
from huiban.modules.supervision.queries.owed import owed
from huiban.modules.supervision.tests.desk_of_supervision import (
    all_met,
    also_holds,
    everything,
    finding,
    goes_over,
    letter_now,
    requirement_ids,
    supervise,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(cast: Cast) -> Letter:
    """An issued letter to the housing office about two kinds of findings."""
    supervise(cast)
    found = [finding(cast).pk, finding(cast, rule="stalled", other=None).pk]
    draft = draft_letter(cast["supervisor"], "notice", found, "a-letter")
    return issue_letter(cast["supervisor"], draft.pk, 1)


def replied(cast: Cast, letter: Letter, text: str = "已经查清并整改") -> Reply:
    """A reply to every requirement that is open."""
    left = letter.requirements.filter(met_at=None).values_list("pk", flat=True)
    return reply_letter(cast["housing_officer"], letter.pk, text, dict.fromkeys(left, "已落实"))


def let_pass(clock: Traveller, days: int) -> None:
    """Days go by, with the worker at work each day."""
    for _ in range(days):
        clock.ahead(days=1)
        drain()


def test_the_whole_way_of_a_letter(cast: Cast, letter: Letter, clock: Traveller) -> None:
    replied(cast, letter)
    (line,) = owed(cast["second_supervisor"])
    assert line.action == "去核实"
    verify_letter(cast["second_supervisor"], letter.pk, all_met(letter), "现场看过，属实")
    assert letter_now(letter.pk).stage == stages.CLOSED
    assert lead_of(letter.pk) is None
    # One of each rule before; one more bounced in the first month after, none in the third.
    clock.ahead(days=10)
    finding(cast)
    finding(cast, state=Finding.State.DISMISSED)
    finding(cast, "city_management")
    let_pass(clock, 22)
    page = letter_page(cast["supervisor"], letter.pk)
    bounced = page.effects[0]
    assert [(month.label, month.count) for month in bounced.months] == [
        ("发出前一个月", 1),
        ("办结后第一个月", 1),
    ]
    assert "一两次的差别说明不了什么" in bounced.said[0]
    let_pass(clock, 62)
    counts = Effect.objects.filter(subject_id=letter.pk).order_by("rule", "months_after")
    assert list(counts.values_list("rule", "months_after", "count")) == [
        ("bounced", 0, 1),
        ("bounced", 1, 1),
        ("bounced", 3, 0),
        ("stalled", 0, 1),
        ("stalled", 1, 0),
        ("stalled", 3, 0),
    ]
    assert Event.objects.filter(kind=kinds.EFFECT_MEASURED).count() == 6
    assert list(broken_promises(Letter)) == []
    assert list(broken_chains()) == []


def test_the_month_before_counts_what_led_to_the_letter(cast: Cast, clock: Traveller) -> None:
    supervise(cast)
    found = [finding(cast).pk for _ in range(4)]
    clock.ahead(days=3)
    draft = draft_letter(cast["supervisor"], "notice", found, "a-letter")
    letter = issue_letter(cast["supervisor"], draft.pk, 1)
    replied(cast, letter)
    verify_letter(cast["second_supervisor"], letter.pk, all_met(letter))
    let_pass(clock, 32)
    (effect,) = letter_page(cast["supervisor"], letter.pk).effects
    assert [month.count for month in effect.months] == [4, 0]
    assert effect.said[0].startswith("办结后第一个月：从4次到0次，少了4次。")
    # A finding that falls later is told beside the figure that was recorded.
    Finding.objects.everywhere("an objection was upheld").filter(pk=found[0]).update(
        state=Finding.State.VOID
    )
    (effect,) = letter_page(cast["supervisor"], letter.pk).effects
    assert [(month.count, month.recount) for month in effect.months] == [(4, 3), (0, None)]
    assert effect.said[0].startswith("办结后第一个月：从3次到0次，少了3次。")


def test_measuring_twice_records_once(cast: Cast, letter: Letter) -> None:
    replied(cast, letter)
    verify_letter(cast["second_supervisor"], letter.pk, all_met(letter))
    for _ in range(2):
        with transaction.atomic():
            measure_effect(letter.pk, 1)
    assert Effect.objects.filter(subject_id=letter.pk).count() == 4
    assert Event.objects.filter(kind=kinds.EFFECT_MEASURED).count() == 4


def test_nothing_is_measured_before_the_close(cast: Cast, letter: Letter) -> None:
    with transaction.atomic():
        measure_effect(letter.pk, 1)
    assert not Effect.objects.exists()


def test_what_is_not_met_is_asked_again_and_suggests_the_next_level(
    cast: Cast, letter: Letter
) -> None:
    first, second, third = requirement_ids(letter)
    replied(cast, letter)
    with pytest.raises(Refusal, match="未落实的理由") as refused:
        verify_letter(
            cast["second_supervisor"],
            letter.pk,
            {first: (True, ""), second: (False, " "), third: (True, "")},
        )
    assert refused.value.field == f"reason-{second}"
    assert letter_now(letter.pk).stage == stages.REPLIED
    assert letter.requirements.filter(met_at=None).count() == 3
    verify_letter(
        cast["second_supervisor"],
        letter.pk,
        {first: (True, ""), second: (False, "没有说明原因"), third: (True, "")},
    )
    again = lead_of(letter.pk)
    assert again is not None
    assert (again.kind, again.unit) == ("letter_reply", cast.units["housing"])
    page = letter_page(cast["supervisor"], letter.pk)
    assert [asked.requirement.pk for asked in page.open_requirements] == [second]
    assert page.suggestion is not None
    assert page.suggestion.reason == "整改不到位：回复经核实1次不符合要求。"
    replied(cast, letter_now(letter.pk))
    verify_letter(cast["second_supervisor"], letter.pk, {second: (True, "")})
    assert letter_now(letter.pk).stage == stages.CLOSED
    assert list(letter.replies.order_by("round").values_list("sufficient", flat=True)) == [
        False,
        True,
    ]


def test_only_the_addressee_replies(cast: Cast, letter: Letter) -> None:
    for name in ("worker", "city_officer"):
        with pytest.raises(Unseen):
            reply_letter(cast[name], letter.pk, "我们来说", everything(letter))
    for name in ("district_officer", "supervisor"):
        with pytest.raises(NotPermitted):
            reply_letter(cast[name], letter.pk, "我们来说", everything(letter))
    assert letter_now(letter.pk).stage == stages.ISSUED


@pytest.mark.parametrize(
    ("text", "answer", "field"),
    [(" ", "已落实", "text"), ("总的情况", " ", "answer-"), ("总" * 4001, "已落实", "text")],
)
def test_a_reply_has_words_for_each_requirement(
    cast: Cast, letter: Letter, text: str, answer: str, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        reply_letter(cast["housing_officer"], letter.pk, text, everything(letter, answer))
    assert refused.value.field.startswith(field)
    assert not Reply.objects.exists()


def test_tapping_twice_replies_once(cast: Cast, letter: Letter) -> None:
    replied(cast, letter)
    with pytest.raises(ImproperMove, match="已回复"):
        replied(cast, letter)
    assert Reply.objects.count() == 1


def test_the_drafter_does_not_verify_while_somebody_else_could(cast: Cast, letter: Letter) -> None:
    replied(cast, letter)
    with pytest.raises(NotPermitted, match="您拟的稿"):
        verify_letter(cast["supervisor"], letter.pk, all_met(letter))
    with pytest.raises(NotPermitted):
        verify_letter(cast["housing_officer"], letter.pk, all_met(letter))
    verify_letter(cast["second_supervisor"], letter.pk, all_met(letter))


def test_where_nobody_else_could_the_drafter_verifies_on_record(cast: Cast) -> None:
    supervise(cast, "supervisor")
    draft = draft_letter(cast["supervisor"], "notice", [finding(cast).pk], "a-letter")
    letter = issue_letter(cast["supervisor"], draft.pk, 1)
    replied(cast, letter)
    verify_letter(cast["supervisor"], letter.pk, all_met(letter))
    assert Reply.objects.get().same_person is True


def test_who_works_for_the_addressee_too_verifies_with_no_post(cast: Cast, letter: Letter) -> None:
    also_holds(cast, "second_supervisor", "housing", "department_desk")
    replied(cast, letter)
    with pytest.raises(NotPermitted, match="回复单位的人"):
        verify_letter(cast["second_supervisor"], letter.pk, all_met(letter))
    # Nor are they anybody for whom the drafter would have to wait.
    verify_letter(cast["supervisor"], letter.pk, all_met(letter))
    assert Reply.objects.get().same_person is True


def test_who_wrote_an_earlier_reply_does_not_verify_a_later_one(cast: Cast, letter: Letter) -> None:
    replied(cast, letter)
    unmet = dict.fromkeys(requirement_ids(letter), (False, "没有材料"))
    verify_letter(cast["second_supervisor"], letter.pk, unmet)
    also_holds(cast, "city_officer", "housing", "department_desk")
    reply_letter(cast["city_officer"], letter.pk, "补上了材料", everything(letter))
    goes_over(cast, "housing_officer", "leading_group", "supervisor")
    with pytest.raises(NotPermitted, match="回复单位的人"):
        verify_letter(cast["housing_officer"], letter.pk, all_met(letter))
    verify_letter(cast["second_supervisor"], letter.pk, all_met(letter))


def test_the_drafter_waits_for_a_supervisor_of_another_unit_too(cast: Cast) -> None:
    supervise(cast, "supervisor")
    also_holds(cast, "city_officer", "city_management", "supervisor")
    draft = draft_letter(cast["supervisor"], "notice", [finding(cast).pk], "a-letter")
    letter = issue_letter(cast["supervisor"], draft.pk, 1)
    replied(cast, letter)
    with pytest.raises(NotPermitted, match="您拟的稿"):
        verify_letter(cast["supervisor"], letter.pk, all_met(letter))
    verify_letter(cast["city_officer"], letter.pk, all_met(letter))
    assert Reply.objects.get().same_person is False


def test_every_requirement_needs_a_verdict(cast: Cast, letter: Letter) -> None:
    replied(cast, letter)
    with pytest.raises(Refusal, match="请对第1条要求选"):
        verify_letter(cast["second_supervisor"], letter.pk, {})
    with pytest.raises(Refusal):
        verify_letter(cast["second_supervisor"], letter.pk, {new_id(): (True, "")})


def test_a_late_reply_is_taken_and_marked(cast: Cast, letter: Letter, clock: Traveller) -> None:
    let_pass(clock, 12)
    assert replied(cast, letter).late is True
    assert letters(cast["supervisor"])[0].suggestion is None


def test_a_further_round_has_days_of_its_own(cast: Cast, letter: Letter, clock: Traveller) -> None:
    replied(cast, letter)
    let_pass(clock, 12)
    unmet = dict.fromkeys(requirement_ids(letter), (False, "没有材料"))
    verify_letter(cast["second_supervisor"], letter.pk, unmet)
    assert replied(cast, letter).late is False
    verify_letter(cast["second_supervisor"], letter.pk, unmet)
    let_pass(clock, 12)
    assert replied(cast, letter).late is True


def picture() -> UUID:
    """A photo taken in as a draft."""
    from huiban.kernel.base import clock as clocks

    out = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    return StoredFile.objects.create(
        name=f"{new_id().hex}.jpg",
        media_type="image/jpeg",
        digest="",
        size=len(out.getvalue()),
        width=40,
        height=30,
        added_at=clocks.now(),
    ).pk


def test_photos_come_with_a_reply_and_a_used_one_takes_it_back(cast: Cast, letter: Letter) -> None:
    photo = picture()
    reply = reply_letter(cast["housing_officer"], letter.pk, "见照片", everything(letter), [photo])
    assert StoredFile.objects.get(pk=photo).subject_id == reply.pk
    (shown,) = letter_page(cast["supervisor"], letter.pk).replies
    assert len(shown.photos) == 1
    first = requirement_ids(letter)[0]
    verdicts = all_met(letter) | {first: (False, "照片看不清")}
    verify_letter(cast["second_supervisor"], letter.pk, verdicts)
    with pytest.raises(Refusal):
        reply_letter(cast["housing_officer"], letter.pk, "见照片", {first: "再拍"}, [photo])
    assert Reply.objects.count() == 1
