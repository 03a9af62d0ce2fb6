"""Letters: drafted from confirmed findings, numbered without gaps, frozen, never sent by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from huiban.kernel.access.actions import add_account
from huiban.kernel.access.queries import actor_of
from huiban.kernel.base.clock import Traveller, local
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import drain
from huiban.kernel.moves.proof import broken_promises
from huiban.kernel.notices.models import Notice
from huiban.kernel.territory.models import Post, Unit
from huiban.kernel.vocab.actions import note_change
from huiban.modules.supervision import kinds, stages
from huiban.modules.supervision.actions.letters import (
    discard_letter,
    draft_letter,
    edit_letter,
    issue_letter,
    recall_letter,
)
from huiban.modules.supervision.models import (
    Finding,
    Letter,
    LetterCounter,
    Requirement,
)
from huiban.modules.supervision.queries.letters import draftable, letter_page, letters
from huiban.modules.supervision.queries.owed import owed
from huiban.modules.supervision.rules_letters import numbers_off
from huiban.modules.supervision.tests.desk_of_supervision import finding, letter_now, supervise
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def supervised(cast: Cast) -> None:
    supervise(cast)


def drafted(
    cast: Cast, key: str = "a-draft", level: str = "notice", unit: str = "housing"
) -> Letter:
    """A draft about one confirmed finding."""
    return draft_letter(cast["supervisor"], level, [finding(cast, unit).pk], key)


def issued(
    cast: Cast, key: str = "a-draft", level: str = "notice", unit: str = "housing"
) -> Letter:
    """An issued letter."""
    letter = drafted(cast, key, level, unit)
    return issue_letter(cast["supervisor"], letter.pk, letter.revision)


def test_a_draft_tells_the_facts_in_plain_sentences(cast: Cast) -> None:
    found = [finding(cast), finding(cast, rule="stalled", other=None)]
    letter = draft_letter(cast["supervisor"], "notice", [one.pk for one in found], "k")
    assert letter.title == "关于事项办理中几个问题的提示单"
    assert "2026年5月8日，监督中发现“来回推转”1次，具体如下：" in letter.facts
    assert (
        "事项TEST0001：在单位之间转了3次，其中1次转回办过的单位，退回2次，本次转给幸福里社区。"
        in letter.facts
    )
    assert "派到后20.5个工作小时没有接单。" in letter.facts
    required = list(letter.requirements.order_by("position").values_list("text", flat=True))
    assert required[0].startswith("明确主办单位")
    assert required[-1].startswith("对照上述情况逐件核查")
    assert letter.reply_days == 5
    duty = lead_of(letter.pk)
    assert duty is not None
    assert (duty.kind, duty.unit) == ("letter_draft", cast.units["leading_group"])


def test_a_draft_is_the_district_s_alone(cast: Cast) -> None:
    letter = drafted(cast)
    drain()
    assert not Notice.objects.filter(subject_id=letter.pk).exists()
    assert [line.id for line in letters(cast["supervisor"])] == [letter.pk]
    for name in ("housing_officer", "district_officer", "group_officer"):
        assert letters(cast[name]) == []
        with pytest.raises(Unseen):
            letter_page(cast[name], letter.pk)


def test_the_same_tap_makes_one_draft(cast: Cast) -> None:
    found = finding(cast)
    first = draft_letter(cast["supervisor"], "notice", [found.pk], "one-form")
    again = draft_letter(cast["supervisor"], "notice", [found.pk], "one-form")
    other = draft_letter(cast["second_supervisor"], "notice", [finding(cast).pk], "one-form")
    assert first.pk == again.pk != other.pk


@pytest.mark.parametrize(
    ("units", "state", "reason"),
    [
        (["housing", "city_management"], Finding.State.CONFIRMED, "涉及几个单位"),
        (["housing"], Finding.State.OPEN, "不是“已认定”"),
        (["housing"], Finding.State.VOID, "不是“已认定”"),
        (["branch"], Finding.State.CONFIRMED, "不作为发文对象"),
        (["leading_group"], Finding.State.CONFIRMED, "不能给本单位发文"),
        ([], Finding.State.CONFIRMED, "请至少选一条"),
    ],
)
def test_what_cannot_be_written_is_refused(
    cast: Cast, units: list[str], state: str, reason: str
) -> None:
    found = [finding(cast, unit, state=state).pk for unit in units]
    with pytest.raises(Refusal, match=reason):
        draft_letter(cast["supervisor"], "notice", found, "k")
    assert not Letter.objects.everywhere("a test counts them").exists()


def test_only_the_district_s_supervisors_draft(cast: Cast) -> None:
    found = finding(cast)
    for name in ("district_officer", "group_officer"):
        with pytest.raises(NotPermitted):
            draft_letter(cast[name], "notice", [found.pk], "k")
    for name in ("worker", "observer"):
        with pytest.raises(Unseen):
            draft_letter(cast[name], "notice", [found.pk], "k")


def test_issuing_gives_the_number_the_due_day_and_the_addressee_its_duty(cast: Cast) -> None:
    letter = issued(cast)
    assert letter.printed is not None
    assert letter.printed["number"] == "监提〔2026〕1号"
    # Five working days from Friday 8 May on, Saturday 9 May being worked.
    assert letter.printed["due"] == "2026-05-14"
    duty = lead_of(letter.pk)
    assert duty is not None
    assert (duty.kind, duty.unit, duty.due_at) == (
        "letter_reply",
        cast.units["housing"],
        letter.due_at,
    )
    assert local(duty.due_at).strftime("%m-%d %H:%M") == "05-14 17:30"
    drain()
    told = Notice.objects.get(unit=cast.units["housing"], subject_id=letter.pk)
    assert told.wording == "supervision.letter_arrived"
    (line,) = owed(cast["housing_officer"])
    assert (line.action, line.title) == ("去回复", letter.title)
    assert owed(cast["city_officer"]) == []
    assert list(broken_promises(Letter)) == []


def test_numbers_run_by_level_and_by_year(cast: Cast, clock: Traveller) -> None:
    numbers = [issued(cast, f"n{n}").number for n in range(3)]
    assert numbers == [1, 2, 3]
    assert issued(cast, "w", "warning").number == 1
    clock.to(datetime(2027, 1, 4, 2, tzinfo=UTC))
    letter = issued(cast, "next-year")
    assert (letter.year, letter.number) == (2027, 1)


@pytest.mark.parametrize(
    ("given", "off"),
    [((1, 2, 3), []), ((1, 3), [2]), ((1, 2, 2, 3), [2]), ((1, 2, 3, 4), [4]), ((), [1, 2, 3])],
)
def test_a_number_that_is_missing_or_stands_twice_is_found(
    given: tuple[int, ...], off: list[int]
) -> None:
    assert numbers_off(given, 3) == off


def test_a_number_that_was_given_and_rolled_back_is_given_again(cast: Cast) -> None:
    issued(cast, "first")
    letter = drafted(cast, "second")
    with pytest.raises(RuntimeError):
        issue_and_fail(cast, letter)
    assert letter_now(letter.pk).stage == stages.DRAFT
    assert not Event.objects.filter(subject_id=letter.pk, kind=kinds.LETTER_ISSUED).exists()
    assert issue_letter(cast["supervisor"], letter.pk, 1).number == 2


def issue_and_fail(cast: Cast, letter: Letter) -> None:
    """The power fails after the letter was issued and before the transaction holds."""
    with transaction.atomic():
        issue_letter(cast["supervisor"], letter.pk, 1)
        raise RuntimeError("the power fails")


@pytest.mark.parametrize(
    "change",
    [
        {"number": 9},
        {"facts": "别的事实"},
        {"printed": {}},
        {"title": "别的标题"},
    ],
)
def test_the_database_lets_nobody_change_what_was_issued(
    cast: Cast, change: dict[str, object]
) -> None:
    letter = issued(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.everywhere("a test tries").filter(pk=letter.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterCounter.objects.update(last=7)
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.everywhere("a test tries").filter(pk=letter.pk)._raw_delete("default")


def test_a_letter_takes_no_number_but_its_counter_s(cast: Cast) -> None:
    issued(cast, "first")
    letter = drafted(cast, "second")
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.everywhere("a test tries").filter(pk=letter.pk).update(
            stage="issued", number=5, year=2026, printed={}, issued_at=letter.drafted_at
        )


def edit(cast: Cast, letter: Letter, **change: object) -> Letter:
    """Save a draft's form with something changed."""
    told: dict[str, object] = {
        "title": letter.title,
        "facts": letter.facts,
        "requirements": ["查清原因。"],
        "reply_days": 5,
        "revision": letter.revision,
    }
    return edit_letter(cast["supervisor"], letter.pk, **{**told, **change})  # type: ignore[arg-type]


def test_a_draft_is_edited_and_what_was_read_is_what_is_issued(cast: Cast) -> None:
    letter = drafted(cast)
    edited = edit(cast, letter, title="关于两件事的提示单", reply_days=3)
    assert (edited.title, edited.revision) == ("关于两件事的提示单", 2)
    assert list(Requirement.objects.values_list("text", flat=True)) == ["查清原因。"]
    # Somebody else read the draft as it was before.
    with pytest.raises(ImproperMove, match="别人刚改过"):
        issue_letter(cast["second_supervisor"], letter.pk, 1)
    with pytest.raises(ImproperMove, match="别人刚改过"):
        edit(cast, letter, title="又一个标题")
    assert edit(cast, edited, title="关于两件事的提示单", reply_days=3).revision == 2
    issue_letter(cast["second_supervisor"], letter.pk, 2)
    with pytest.raises(ImproperMove, match="不能再改"):
        edit(cast, edited, title="又一个标题")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 81}, "title"),
        ({"facts": ""}, "facts"),
        ({"facts": "事" * 4001}, "facts"),
        ({"requirements": ["", " "]}, "requirements"),
        ({"requirements": ["要求"] * 10}, "requirements"),
        ({"requirements": ["要" * 501]}, "requirements"),
        ({"reply_days": 0}, "reply_days"),
        ({"reply_days": 61}, "reply_days"),
    ],
)
def test_words_have_their_limits(cast: Cast, change: dict[str, object], field: str) -> None:
    letter = drafted(cast)
    with pytest.raises(Refusal) as refused:
        edit(cast, letter, **change)
    assert refused.value.field == field
    assert letter_now(letter.pk).revision == 1


def test_a_finding_that_fell_stops_its_draft(cast: Cast) -> None:
    letter = drafted(cast)
    Finding.objects.everywhere("an objection was upheld").update(state=Finding.State.VOID)
    with pytest.raises(Refusal, match="不是“已认定”"):
        issue_letter(cast["supervisor"], letter.pk, 1)
    assert not LetterCounter.objects.exists()


def test_tapping_twice_issues_once(cast: Cast) -> None:
    letter = issued(cast)
    with pytest.raises(ImproperMove, match="已发出"):
        issue_letter(cast["second_supervisor"], letter.pk, 1)
    assert Event.objects.filter(kind=kinds.LETTER_ISSUED).count() == 1


def test_a_draft_is_given_up_and_its_findings_are_free_again(cast: Cast) -> None:
    letter = drafted(cast)
    assert draftable(cast["supervisor"]) == []
    with pytest.raises(Refusal):
        discard_letter(cast["supervisor"], letter.pk, " ")
    discard_letter(cast["supervisor"], letter.pk, "情况已经说明")
    assert lead_of(letter.pk) is None
    assert [one.unit_name for one in draftable(cast["supervisor"])] == ["区住建局"]
    assert draftable(cast["housing_officer"]) == []


def test_an_issued_letter_is_recalled_and_keeps_its_number(cast: Cast) -> None:
    letter = issued(cast)
    recall_letter(cast["supervisor"], letter.pk, "依据的发现申诉成立")
    drain()
    assert letter_now(letter.pk).number == 1
    assert Notice.objects.filter(wording="supervision.letter_recalled").count() == 1
    assert issued(cast, "next").number == 2
    assert list(broken_promises(Letter)) == []


def test_who_sees_an_issued_letter(cast: Cast) -> None:
    letter = issued(cast, unit="community")
    seen = {name for name in cast.actors if name not in ("observer", "administrator", "secretary")}
    for name in sorted(seen):
        ids = [line.id for line in letters(cast[name])]
        may = name in {
            "supervisor",
            "second_supervisor",
            "worker",
            "street_officer",
            "group_officer",
            "district_officer",
        }
        assert (letter.pk in ids) is may, name
    for name in ("observer", "secretary", "administrator"):
        with pytest.raises(NotPermitted):
            letters(cast[name])


def test_late_replies_suggest_the_next_level_and_send_nothing(cast: Cast, clock: Traveller) -> None:
    letter = issued(cast)
    assert letters(cast["supervisor"])[0].suggestion is None
    for _ in range(5):
        clock.ahead(days=2)
        drain()
    (line,) = letters(cast["supervisor"])
    assert line.late
    assert line.suggestion is not None
    assert (line.suggestion.level, line.next_name) == ("warning", "预警函")
    assert "逾期未回复：到期后已过" in line.suggestion.reason
    assert letters(cast["housing_officer"])[0].suggestion is None
    wordings = set(Notice.objects.filter(subject_id=letter.pk).values_list("wording", flat=True))
    assert {
        "supervision.soon_due",
        "supervision.late",
        "supervision.reply_late",
    } <= wordings
    assert Letter.objects.everywhere("a test counts them").count() == 1
    follow(cast, letter)


def follow(cast: Cast, letter: Letter) -> None:
    """The next level is drafted by a person, once."""
    grounds = list(letter.grounds.values_list("finding_id", flat=True))
    after = draft_letter(cast["supervisor"], "warning", grounds, "up", follows=letter.pk)
    assert after.follows_id == letter.pk
    assert letter_page(cast["supervisor"], letter.pk).suggestion is None
    with pytest.raises(ImproperMove, match="已经有人拟了"):
        draft_letter(cast["second_supervisor"], "warning", grounds, "up-too", follows=letter.pk)
    draft = after.follows_id
    assert isinstance(draft, UUID)


def test_the_addressee_of_a_merged_unit_is_its_successor(cast: Cast) -> None:
    letter = drafted(cast, unit="neighbour")
    Unit.objects.filter(pk=cast.units["neighbour"].pk).update(
        valid_to=date(2026, 5, 1), successor=cast.units["community"]
    )
    note_change()
    after = issue_letter(cast["supervisor"], letter.pk, 1)
    assert after.addressee_id == cast.units["community"].pk
    assert after.due_at is not None
    assert after.due_at - after.drafted_at > timedelta(days=3)


def test_a_department_may_hold_the_supervision(cast: Cast) -> None:
    found = finding(cast)
    unit = cast.units["city_management"]
    post = Post.objects.create(unit=unit, name="区监督专班", role="supervisor")
    elsewhere = actor_of(add_account("elsewhere", "a long enough password", "某某", post))
    letter = draft_letter(elsewhere, "notice", [found.pk], "k")
    assert issue_letter(elsewhere, letter.pk, 1).issuer == unit
    assert [line.id for line in letters(elsewhere)] == [letter.pk]
    # The department's own desk has no part in it.
    assert letters(cast["city_officer"]) == []
