"""征求意见: comments without an account in their days alone, each answered, the outcome published once."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from huiban.kernel.base.clock import Traveller, local
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, TooMany, Unseen
from huiban.kernel.base.ids import new_id
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.events.models import Event
from huiban.kernel.moves.actions import lock_record
from huiban.kernel.moves.proof import broken_promises
from huiban.modules.analysis import stages
from huiban.modules.analysis.actions import policy_comments
from huiban.modules.analysis.actions.policies import drop, write_draft
from huiban.modules.analysis.actions.policy_comments import (
    Answering,
    answer_comments,
    comment,
    consult,
    extend,
    forget_comments,
    publish_outcome,
    take_back_answer,
)
from huiban.modules.analysis.actions.policy_force import Enactment, put_in_force
from huiban.modules.analysis.models import CommentAnswer, Policy, PolicyComment
from huiban.modules.analysis.queries.policies import policies_in, published_now
from huiban.modules.analysis.queries.policy_owed import policies_owed
from huiban.modules.analysis.queries.policy_pages import policy_page
from huiban.modules.analysis.queries.policy_public import closed_everywhere, public_page
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.analysis.tests.desk_of_policies import SECOND, drafted, now
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db

BEGINS, ENDS = date(2026, 5, 8), date(2026, 5, 17)
MAY = Month(2026, 5).period


@pytest.fixture
def asked(cast: Cast) -> Policy:
    """A draft that is published for comments for ten days."""
    policy = drafted(cast)
    return consult(cast["group_officer"], policy.pk, BEGINS, ENDS, seen=1)


def say(policy: Policy, number: int = 1, text: str = "低楼层不该出一样的钱", **more: str) -> bool:
    """Comment as somebody would."""
    return comment(policy.code, text, f"a-key-of-the-form-{number}", **more)


def ids(policy: Policy) -> list[UUID]:
    """The comments that wait for an answer, the oldest first."""
    waiting = policy.comments.filter(answer=None).order_by("told_at", "id")
    return list(waiting.values_list("pk", flat=True))


def answered(cast: Cast, policy: Policy, outcome: str = "adopted", key: str = "one-answer") -> None:
    """Answer everything that waits alike."""
    told = Answering(ids(policy), "低楼层应当少出", outcome, "按楼层定比例。")
    answer_comments(cast["group_officer"], policy.pk, told, key)


def test_a_draft_is_published_for_days_that_can_be(cast: Cast) -> None:
    policy = drafted(cast)
    actor = cast["group_officer"]
    for begins, ends, field in (
        (date(2026, 5, 7), ENDS, "begins"),
        (BEGINS, date(2026, 5, 13), "ends"),
        (BEGINS, BEGINS - timedelta(days=1), "ends"),
        (BEGINS, date(2026, 12, 31), "ends"),
    ):
        with pytest.raises(Refusal) as refused:
            consult(actor, policy.pk, begins, ends, seen=1)
        assert refused.value.field == field
    with pytest.raises(ImproperMove, match="新的一稿"):
        consult(actor, policy.pk, BEGINS, ENDS, seen=0)
    for _ in range(2):
        assert consult(actor, policy.pk, BEGINS, ENDS, seen=1).stage == stages.COMMENTING
    assert Event.objects.filter(kind="analysis.policy_consulted").count() == 1
    duty = lead_of(policy.pk)
    assert duty is not None
    # The last day is a Sunday, so the clock starts on Monday and runs for fifteen working days.
    assert (duty.kind, local(duty.due_at).date()) == ("policy_answer", date(2026, 6, 8))
    assert list(broken_promises(Policy)) == []


def test_a_comment_comes_in_once_and_says_nobody_s_name(asked: Policy, cast: Cast) -> None:
    assert say(asked) is False
    assert say(asked) is True
    kept = PolicyComment.objects.get()
    assert (kept.text, kept.draft.number, kept.answer) == ("低楼层不该出一样的钱", 1, None)
    event = Event.objects.get(kind="analysis.comment_made")
    assert event.actor == "resident"
    assert event.payload == {"comment": str(kept.pk), "draft": 1}
    assert [one.pk for one in published_now([cast.units["district"].id])] == [asked.pk]
    assert published_now([cast.units["street"].id]) == []


def test_other_words_from_the_same_form_are_another_comment(asked: Policy) -> None:
    assert say(asked) is False
    assert say(asked, text="高楼层也要讲道理") is False
    assert say(asked, text=" 高楼层也要讲道理 ") is True
    assert PolicyComment.objects.count() == 2


def test_residents_read_the_version_they_were_asked_about_until_the_outcome(
    asked: Policy, cast: Cast, clock: Traveller
) -> None:
    actor = cast["group_officer"]
    say(asked)
    clock.ahead(days=10)
    write_draft(actor, asked.pk, SECOND, seen=1)
    assert public_page(asked.code).draft.number == 1
    assert policy_page(actor, asked.pk).shown == 1
    # Comments that come in later are about what is read, too.
    extend(actor, asked.pk, date(2026, 5, 20))
    say(asked, 2)
    assert set(PolicyComment.objects.values_list("draft__number", flat=True)) == {1}
    clock.ahead(days=5)
    answered(cast, asked)
    publish_outcome(actor, asked.pk)
    assert public_page(asked.code).draft.number == 2


def test_an_owner_answers_and_the_leading_group_publishes(
    asked: Policy, cast: Cast, clock: Traveller
) -> None:
    owner = cast["housing_officer"]
    say(asked)
    clock.ahead(days=10)
    told = Answering(ids(asked), "低楼层应当少出", "adopted", "按楼层定比例。")
    assert answer_comments(owner, asked.pk, told, "a-form").signed == "区住建局经办"
    with pytest.raises(NotPermitted):
        publish_outcome(owner, asked.pk)
    assert [line.action for line in policies_owed(owner)] == ["去看"]
    assert [line.action for line in policies_owed(cast["group_officer"])] == ["去办"]


def test_what_was_asked_about_stays_to_be_found_for_a_year(
    asked: Policy, cast: Cast, clock: Traveller
) -> None:
    assert closed_everywhere() == []
    clock.ahead(days=10)
    assert [line.state for line in closed_everywhere()] == ["征求意见已结束，没有收到意见"]
    drop(cast["group_officer"], asked.pk, "省里统一规定")
    assert [line.state for line in closed_everywhere()] == ["2026年5月18日终止"]
    clock.ahead(days=370)
    assert closed_everywhere() == []


@pytest.mark.parametrize(
    ("text", "key", "field"),
    [
        ("", "a-key-that-is-long", "text"),
        ("字" * 1001, "a-key-that-is-long", "text"),
        ("好", "short", "key"),
        ("好", "k" * 65, "key"),
    ],
)
def test_a_comment_that_cant_be_taken_says_why(
    asked: Policy, text: str, key: str, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        comment(asked.code, text, key)
    assert refused.value.field == field


def test_comments_end_by_themselves(asked: Policy, clock: Traveller, cast: Cast) -> None:
    clock.to(clock.moment.replace(day=17, hour=15, minute=59))
    say(asked)
    clock.ahead(minutes=2)
    with pytest.raises(ImproperMove, match="已经结束"):
        say(asked, 2)
    # The form that was taken in says so again, also after the end.
    assert say(asked) is True
    assert published_now([cast.units["district"].id]) == []
    extend(cast["group_officer"], asked.pk, date(2026, 5, 20))
    assert say(now(asked), 2) is False


def test_nothing_is_told_of_a_draft_before_it_is_published(cast: Cast) -> None:
    policy = drafted(cast)
    for code in (policy.code, "ZZZZ2222", "no code"):
        with pytest.raises(Unseen):
            comment(code, "好", "a-key-that-is-long")
    consult(cast["group_officer"], policy.pk, date(2026, 5, 11), ENDS, seen=1)
    with pytest.raises(ImproperMove, match="5月11日起"):
        say(policy)


def test_a_flood_waits_and_holds_up_no_report(asked: Policy, tell: Tell) -> None:
    for number in range(6):
        say(asked, number, device="one-phone")
    with pytest.raises(TooMany):
        say(asked, 6, device="one-phone")
    say(asked, 6, device="another-phone")
    assert tell("电梯停了", device="one-phone").reference


def test_days_are_only_ever_prolonged(asked: Policy, cast: Cast, clock: Traveller) -> None:
    actor = cast["group_officer"]
    with pytest.raises(Refusal):
        extend(actor, asked.pk, date(2026, 5, 16))
    with pytest.raises(Refusal, match="最多一年"):
        extend(actor, asked.pk, date(2027, 12, 1))
    for _ in range(2):
        assert extend(actor, asked.pk, date(2026, 5, 22)).ends == date(2026, 5, 22)
    assert Event.objects.filter(kind="analysis.policy_extended").count() == 1
    clock.ahead(days=20)
    publish_outcome(actor, asked.pk)
    with pytest.raises(ImproperMove, match="已经公布"):
        extend(actor, asked.pk, date(2026, 7, 1))


def test_each_comment_is_answered_before_the_outcome_is_published(
    asked: Policy, cast: Cast, clock: Traveller
) -> None:
    actor = cast["group_officer"]
    for number in range(3):
        say(asked, number)
    for refused in (
        lambda: answered(cast, asked),
        lambda: publish_outcome(actor, asked.pk),
        lambda: write_draft(actor, asked.pk, SECOND, seen=1),
    ):
        with pytest.raises(ImproperMove, match="5月17日才结束"):
            refused()
    clock.ahead(days=10)
    with pytest.raises(ImproperMove, match="还有3条意见"):
        publish_outcome(actor, asked.pk)
    told = Answering(ids(asked)[:2], "低楼层应当少出", "partly", "按楼层定比例。")
    first = answer_comments(actor, asked.pk, told, "a-form")
    assert answer_comments(actor, asked.pk, told, "a-form").pk == first.pk
    with pytest.raises(ImproperMove, match="刚被归过类"):
        answer_comments(actor, asked.pk, told, "another-form")
    answered(cast, asked, "rejected")
    for _ in range(2):
        assert publish_outcome(actor, asked.pk).outcome_signed == "区领导小组办公室"
    event = Event.objects.get(kind="analysis.outcome_published")
    counted = {name: event.payload[name] for name in ("comments", "answers", "partly", "rejected")}
    assert counted == {"comments": 3, "answers": 2, "partly": 2, "rejected": 1}
    with pytest.raises(ImproperMove):
        take_back_answer(actor, asked.pk, first.pk)
    assert CommentAnswer.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"gist": " "}, "gist"),
        ({"outcome": "maybe"}, "outcome"),
        ({"reason": ""}, "reason"),
        ({"comment_ids": []}, "comment"),
    ],
)
def test_an_answer_without_a_reason_is_none(
    asked: Policy, cast: Cast, clock: Traveller, change: dict[str, object], field: str
) -> None:
    say(asked)
    clock.ahead(days=10)
    told: dict[str, object] = {
        "comment_ids": ids(asked),
        "gist": "少出",
        "outcome": "adopted",
        "reason": "有理",
    }
    with pytest.raises(Refusal) as refused:
        answer_comments(
            cast["group_officer"],
            asked.pk,
            Answering(**(told | change)),  # type: ignore[arg-type]
            "a-form",
        )
    assert refused.value.field == field
    with pytest.raises(ImproperMove):
        answer_comments(
            cast["group_officer"], asked.pk, Answering([new_id()], "少出", "adopted", "有理"), "b"
        )


def test_an_answer_is_taken_back_and_given_anew(
    asked: Policy, cast: Cast, clock: Traveller
) -> None:
    say(asked)
    clock.ahead(days=10)
    answered(cast, asked)
    made = CommentAnswer.objects.get()
    for _ in range(2):
        take_back_answer(cast["group_officer"], asked.pk, made.pk)
    assert len(ids(asked)) == 1
    answered(cast, asked, "rejected", "another-answer")
    assert CommentAnswer.objects.get().outcome == "rejected"


def test_a_rule_comes_into_force_after_it_said_what_it_made_of_the_comments(
    asked: Policy, cast: Cast, clock: Traveller
) -> None:
    actor = cast["group_officer"]
    say(asked)
    clock.ahead(days=10)
    told = Enactment(date(2026, 6, 1), "安和政规〔2026〕1号")
    with pytest.raises(ImproperMove, match="请先公布"):
        put_in_force(actor, asked.pk, told, seen=1)
    answered(cast, asked)
    publish_outcome(actor, asked.pk)
    assert write_draft(actor, asked.pk, SECOND, seen=1).number == 2
    with pytest.raises(ImproperMove, match="新的一稿"):
        put_in_force(actor, asked.pk, told, seen=1)
    with pytest.raises(Refusal, match="不能早于"):
        put_in_force(actor, asked.pk, Enactment(date(2026, 5, 17)), seen=2)
    assert put_in_force(actor, asked.pk, told, seen=2).stage == stages.IN_FORCE
    assert Event.objects.get(kind="analysis.policy_in_force").payload["heard"] is True
    assert [line.state for line in policies_in(cast.units["district"], MAY)] == [
        "已定稿，2026年6月1日起施行"
    ]
    with pytest.raises(ImproperMove):
        comment(asked.code, "再说一句", "a-key-that-is-long")


def test_a_handbook_says_how_far_the_consultation_is(
    asked: Policy, cast: Cast, clock: Traveller
) -> None:
    def told() -> str:
        (line,) = policies_in(cast.units["district"], MAY)
        return line.state

    say(asked)
    clock.ahead(days=30)
    assert told() == "征求意见已结束，收到1条意见，归类修改中"
    (line,) = policies_in(cast.units["street"], Month(2026, 5).period)
    assert line.state == told()
    drop(cast["group_officer"], asked.pk, "省里统一规定")
    (line,) = policies_in(cast.units["district"], Month(2026, 6).period)
    assert line.state == "2026年6月7日终止"


def test_words_are_cleared_on_schedule_and_the_count_stays(
    asked: Policy, cast: Cast, clock: Traveller
) -> None:
    say(asked)
    say(asked, 2)
    clock.ahead(days=1000)
    assert forget_comments(dry_run=True) == forget_comments() == 0
    clock.ahead(days=200)
    assert forget_comments(dry_run=True) == 2
    assert PolicyComment.objects.filter(erased_at=None).count() == 2
    assert [forget_comments() for _ in range(2)] == [2, 0]
    assert set(PolicyComment.objects.values_list("text", flat=True)) == {""}
    event = Event.objects.get(kind="analysis.comments_forgotten")
    assert (event.payload, event.actor) == ({"comments": 2}, "system")


def test_words_of_a_period_that_is_extended_meanwhile_stay(
    asked: Policy, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(asked)
    clock.ahead(days=1200)

    def extended(model: type[Policy], key: UUID) -> Policy:
        Policy.objects.everywhere("a test extends it").filter(pk=key).update(
            ends=local(clock.moment).date()
        )
        return lock_record(model, key)

    monkeypatch.setattr(policy_comments, "lock_record", extended)
    assert forget_comments(dry_run=True) == 1
    assert forget_comments() == 0
    assert PolicyComment.objects.exclude(text="").count() == 1
