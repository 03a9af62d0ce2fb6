"""Freezing, editing, telling, publishing: once, by those who may, and for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from huiban.kernel.base.clock import SHANGHAI, Traveller
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.base.ids import new_id
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import drain
from huiban.kernel.notices.models import Notice
from huiban.kernel.notices.wordings import sentence
from huiban.modules.analysis.actions import publishing
from huiban.modules.analysis.actions.handbook_files import file_of, rendered
from huiban.modules.analysis.actions.publishing import Sentences
from huiban.modules.analysis.actions.stories import approve_story, drop_story, write_story
from huiban.modules.analysis.handbook.canonical import digest_of, read
from huiban.modules.analysis.handbook.proof import broken_handbooks
from huiban.modules.analysis.models import Handbook, HandbookFile, Story
from huiban.modules.analysis.queries.handbooks import (
    handbook_page,
    handbooks_page,
    restated_since,
    seen_handbook,
)
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.supervision.tests.desk_of_supervision import supervise
from huiban.modules.voice import actions, queries
from tests.cast import Cast, Tell
from tests.guards import guards_lifted

pytestmark = pytest.mark.django_db
MAY, JUNE = Month(2026, 5), Month(2026, 6)
TEXT = "一栋老楼的电梯停了几天，腿脚不便的老人出门成了难题，维保当天修好。"


def at(clock: Traveller, month: int, day: int) -> None:
    clock.to(datetime(2026, month, day, 9, 30, tzinfo=SHANGHAI))


@pytest.fixture
def reference(cast: Cast, tell: Tell, clock: Traveller) -> str:
    """A case of May that was answered and not rated; it is the third of June now."""
    told = tell("三号楼电梯停运，老人下不了楼，请尽快修理")
    actions.accept(cast["worker"], told.case_id)
    actions.dispatch(cast["worker"], told.case_id, cast.units["housing"].id)
    actions.accept(cast["housing_officer"], told.case_id)
    actions.answer(cast["housing_officer"], told.case_id, "已修好，恢复运行。")
    for _ in range(25):
        clock.ahead(days=1)
        drain()
    at(clock, 6, 3)
    drain()
    return told.reference


def draft(cast: Cast, unit: str = "district", month: Month = MAY) -> Handbook:
    return publishing.draft_handbook(cast["group_officer"], cast.units[unit].code, month)


def published(cast: Cast, unit: str = "district", month: Month = MAY) -> Handbook:
    kept = draft(cast, unit, month)
    return publishing.publish(cast["group_officer"], kept.pk, seen=kept.revision)


def kinds() -> list[str]:
    rows = Event.objects.filter(subject_type=Handbook.SUBJECT).order_by("sequence")
    return [kind.removeprefix("analysis.") for kind in rows.values_list("kind", flat=True)]


def test_a_month_is_drafted_edited_and_published_once(cast: Cast, reference: str) -> None:
    kept = draft(cast)
    assert (kept.state, kept.version, kept.revision) == ("draft", 1, 1)
    assert kept.digest == digest_of(kept.figures, kept.texts)
    said = Sentences("5月收到1件。")
    for _ in range(2):
        kept = publishing.edit_texts(cast["group_officer"], kept.pk, said, seen=1)
    assert (kept.revision, kept.texts["summary"], kept.is_edited) == (2, ["5月收到1件。"], True)
    again = draft(cast)
    assert (again.version, again.texts["summary"]) == (2, ["5月收到1件。"])
    for _ in range(2):
        done = publishing.publish(cast["group_officer"], kept.pk, seen=3)
    assert (done.state, done.published_post) == ("published", "区领导小组办公室")
    assert kinds() == [
        "handbook_drafted",
        "handbook_edited",
        "handbook_drafted",
        "handbook_published",
    ]
    with pytest.raises(ImproperMove, match="已经发布"):
        draft(cast)
    with pytest.raises(ImproperMove, match="已经发布"):
        publishing.edit_texts(cast["group_officer"], kept.pk, Sentences("2件。"), seen=1)


def test_who_was_overtaken_publishes_and_overwrites_nothing(cast: Cast, reference: str) -> None:
    kept = draft(cast)
    draft(cast)
    with pytest.raises(ImproperMove, match="被别人改过"):
        publishing.publish(cast["group_officer"], kept.pk, seen=1)
    with pytest.raises(ImproperMove, match="被别人改过"):
        publishing.edit_texts(cast["group_officer"], kept.pk, Sentences("1件。"), seen=1)


def test_a_month_that_is_not_over_is_drafted_and_not_published(cast: Cast, reference: str) -> None:
    kept = draft(cast, month=JUNE)
    with pytest.raises(Refusal, match="还没有结束"):
        publishing.publish(cast["group_officer"], kept.pk, seen=1)


def test_only_those_who_may_publish_do(cast: Cast, reference: str) -> None:
    code = cast.units["district"].code
    for name in ("worker", "street_officer", "district_officer", "housing_officer"):
        with pytest.raises((NotPermitted, Unseen)):
            publishing.draft_handbook(cast[name], code, MAY)
    kept = draft(cast)
    with pytest.raises(NotPermitted):
        publishing.publish(cast["district_officer"], kept.pk, seen=1)
    with pytest.raises(Unseen):
        seen_handbook(cast["district_officer"], code, MAY)
    publishing.publish(cast["group_officer"], kept.pk, seen=1)
    assert seen_handbook(cast["district_officer"], code, MAY).pk == kept.pk
    with pytest.raises(Unseen):
        seen_handbook(cast["worker"], code, MAY)
    assert [line.state for line in handbooks_page(cast["district_officer"]).lines] == ["published"]
    assert {line.state for line in handbooks_page(cast["group_officer"]).lines} == {"", "published"}
    with pytest.raises(Unseen):
        publishing.publish(cast["group_officer"], new_id(), seen=1)


def test_the_database_keeps_what_was_published(cast: Cast, reference: str) -> None:
    kept = published(cast)
    rows = Handbook.objects.filter(pk=kept.pk)
    for change in (
        lambda: rows.update(figures="{}"),
        lambda: rows.update(state="draft", published_at=None, published_post=""),
        lambda: rows.delete(),
        lambda: Handbook.objects.create(
            unit_id=kept.unit_id,
            month=kept.month,
            position=0,
            figures="{}",
            texts={},
            digest="",
            drafted_at=kept.drafted_at,
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_handbook_that_was_changed_behind_the_guards_is_found(cast: Cast, reference: str) -> None:
    kept = published(cast)
    file_of(kept, "docx")
    assert list(broken_handbooks()) == []
    with guards_lifted():
        texts = kept.texts | {"summary": ["2件。"]}
        Handbook.objects.update(texts=texts, digest=digest_of(kept.figures, texts))
        HandbookFile.objects.update(content=b"another")
    assert [line.split(":")[0].split(" ")[0] for line in broken_handbooks()] == [
        "handbook",
        "handbook",
    ]
    with guards_lifted():
        HandbookFile.objects.all().delete()
        Handbook.objects.all().delete()
    (gone,) = broken_handbooks()
    assert "is gone" in gone


@pytest.mark.parametrize("file_format", ["pdf", "docx"])
def test_the_published_file_stays_the_same_bytes(
    cast: Cast, reference: str, clock: Traveller, file_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = published(cast)
    first = file_of(kept, file_format)
    assert rendered(read(kept.figures), kept.texts, file_format) == first
    at(clock, 7, 20)
    monkeypatch.setattr(
        "huiban.modules.analysis.actions.handbook_files.rendered", lambda *told: b"another"
    )
    assert file_of(Handbook.objects.get(pk=kept.pk), file_format) == first
    with pytest.raises(IntegrityError), transaction.atomic():
        HandbookFile.objects.update(content=b"another")


def test_what_is_counted_otherwise_later_is_restated_in_the_next(
    cast: Cast, reference: str, clock: Traveller, tell: Tell
) -> None:
    may = published(cast)
    file = file_of(may, "pdf")
    assert restated_since(may) == []
    report = queries.report_by_receipt(_receipt(reference))
    actions.rate(report, "solved", "satisfied")
    at(clock, 7, 5)
    drain()
    publishing.follow_log()
    found = {line["code"]: (line["before"], line["after"]) for line in restated_since(may)}
    assert found["voice.solved_rate"] == ("没有可算的事项", "100.00%（1/1）")
    june = published(cast, month=JUNE)
    lines = read(june.figures)["restatements"]
    assert {line["code"]: (line["before"], line["after"]) for line in lines} == found
    assert {line["month"] for line in lines} == {"2026-05"}
    # What was corrected once isn't corrected again.
    assert restated_since(may) == []
    at(clock, 8, 5)
    july = draft(cast, month=Month(2026, 7))
    assert read(july.figures)["restatements"] == []
    assert file_of(may, "pdf") == file


_receipts: dict[str, str] = {}


def _receipt(reference: str) -> str:
    return _receipts[reference]


@pytest.fixture(autouse=True)
def receipts_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Receipts are kept nowhere in the clear, so the test keeps those of its residents."""
    plain = Tell.__call__

    def remembering(self: Tell, *told: object, **more: object) -> object:
        done = plain(self, *told, **more)  # type: ignore[arg-type]
        _receipts[done.reference] = done.receipt
        return done

    monkeypatch.setattr(Tell, "__call__", remembering)


def test_a_story_is_printed_after_a_second_look_only(cast: Cast, reference: str) -> None:
    supervise(cast, "supervisor")
    kept = draft(cast)
    writer, other = cast["group_officer"], cast["supervisor"]
    for _ in range(2):
        story = write_story(writer, kept.pk, reference, seen=0, title="电梯", text=TEXT)
    assert (story.state, story.revision) == ("written", 1)
    with pytest.raises(NotPermitted, match="另一个人复看"):
        approve_story(writer, story.pk, seen=1)
    with pytest.raises(ImproperMove):
        approve_story(other, story.pk, seen=2)
    for _ in range(2):
        story = approve_story(other, story.pk, seen=1)
    assert (story.state, story.same_person) == ("approved", False)
    assert handbook_page(writer, cast.units["district"].code, MAY).texts["stories"] == [
        {"title": "电梯", "text": TEXT}
    ]
    changed = write_story(writer, kept.pk, reference, seen=1, title="电梯修好了", text=TEXT)
    assert changed.state == "written"
    kept.refresh_from_db()
    done = publishing.publish(writer, kept.pk, seen=kept.revision)
    assert done.texts["stories"] == []
    with pytest.raises(ImproperMove, match="已经发布"):
        approve_story(other, story.pk, seen=2)


def test_whoever_is_alone_looks_again_and_it_is_kept_on_record(cast: Cast, reference: str) -> None:
    kept = draft(cast)
    story = write_story(cast["group_officer"], kept.pk, reference, seen=0, title="电梯", text=TEXT)
    assert approve_story(cast["group_officer"], story.pk, seen=1).same_person
    for _ in range(2):
        assert drop_story(cast["group_officer"], story.pk).state == "dropped"
    assert kinds().count("story_dropped") == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Story.objects.update(state="approved")


def test_a_story_is_of_the_unit_and_its_month_and_in_other_words(
    cast: Cast, reference: str, tell: Tell
) -> None:
    kept, june = draft(cast), draft(cast, month=JUNE)
    told: dict[str, Any] = {"seen": 0, "title": "电梯", "text": TEXT}
    writer = cast["group_officer"]
    other = draft(cast, unit="other_street")
    with pytest.raises(Refusal, match="不是本单位"):
        write_story(writer, other.pk, reference, **told)
    later = tell("楼道灯坏了").reference
    with pytest.raises(Refusal, match="不是本单位这个月"):
        write_story(writer, kept.pk, later, **told)
    assert write_story(writer, june.pk, later, **told).state == "written"
    copied = "居民说三号楼电梯停运，老人下不了楼，请尽快修理，于是社区去了。"
    with pytest.raises(Refusal, match="原话一样"):
        write_story(writer, kept.pk, reference, **told | {"text": copied})
    with pytest.raises(Refusal, match="请核对编号") as refused:
        write_story(writer, kept.pk, "ZZZZ2222", **told)
    assert refused.value.field == "reference"
    with pytest.raises(NotPermitted):
        write_story(cast["worker"], kept.pk, reference, **told)


def test_last_months_draft_is_proposed_once_its_day_has_come(
    cast: Cast, reference: str, clock: Traveller
) -> None:
    publishing.follow_log()
    at(clock, 6, 2)
    assert publishing.propose_if_due() == 0
    at(clock, 6, 3)
    publishing.follow_log()
    assert [publishing.propose_if_due() for _ in range(4)] == [1, 1, 1, 0]
    assert set(Handbook.objects.values_list("month", "unit__level", "state")) == {
        ("2026-05", "district", "draft"),
        ("2026-05", "street", "draft"),
    }
    draft(cast)
    assert publishing.propose_if_due() == 0


def test_whoever_publishes_hears_of_a_draft_that_they_did_not_make(
    cast: Cast, reference: str
) -> None:
    publishing.follow_log()
    assert publishing.propose_if_due() == 1
    draft(cast, "street")
    drain()
    (told,) = Notice.objects.filter(wording="analysis.handbook_drafted")
    assert told.unit_id == cast.units["leading_group"].id
    assert sentence(told.wording, told.payload).startswith("安和区2026年5月的分析手册已拟好草稿")
    assert told.subject_id == Handbook.objects.get(unit=cast.units["district"]).pk


def test_two_who_begin_a_month_at_once_make_one_handbook(
    cast: Cast, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, waiting = publishing._begun, [IntegrityError("one_handbook_a_month")]

    def overtaken(*told: Any) -> Handbook:
        if waiting:
            raise waiting.pop()
        return begun(*told)

    monkeypatch.setattr(publishing, "_begun", overtaken)
    assert draft(cast).version == 1
    assert Handbook.objects.count() == 1


def test_who_counted_less_overwrites_nothing(
    cast: Cast, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = draft(cast)
    older = read(kept.figures)
    older["cut_off"]["position"] -= 1
    monkeypatch.setattr(publishing, "gather", lambda *told: older)
    again = draft(cast)
    assert (again.version, again.position) == (1, kept.position)
    assert kinds() == ["handbook_drafted"]


def test_new_figures_leave_no_old_sentence_beside_them(
    cast: Cast, reference: str, clock: Traveller, tell: Tell
) -> None:
    tell("楼道灯坏了")
    kept = draft(cast, month=JUNE)
    assert kept.texts["summary"][0].startswith("2026年6月1日至3日全区收到1件")
    lines = [*kept.texts["summary"][1:], "楼道灯1盏已经换好。"]
    publishing.edit_texts(cast["group_officer"], kept.pk, Sentences("\n".join(lines)), seen=1)
    tell("楼道灯又坏了")
    at(clock, 7, 3)
    again = draft(cast, month=JUNE)
    assert again.texts["summary"][0].startswith("2026年6月全区收到2件")
    assert "楼道灯1盏已经换好。" in again.texts["summary"]
    assert not any("1日至3日" in line for line in again.texts["summary"])


def test_a_correction_is_printed_once_though_drafts_waited(
    cast: Cast, reference: str, clock: Traveller
) -> None:
    published(cast)
    report = queries.report_by_receipt(_receipt(reference))
    actions.rate(report, "solved", "satisfied")
    at(clock, 7, 5)
    drain()
    june = draft(cast, month=JUNE)
    at(clock, 8, 5)
    july = draft(cast, month=Month(2026, 7))
    assert read(june.figures)["restatements"] == read(july.figures)["restatements"] != []
    clock.ahead(minutes=5)
    publishing.publish(cast["group_officer"], june.pk, seen=1)
    with pytest.raises(Refusal, match=r"2026年6月的手册发布了.*重新统计"):
        publishing.publish(cast["group_officer"], july.pk, seen=1)
    clock.ahead(minutes=5)
    again = published(cast, month=Month(2026, 7))
    assert read(again.figures)["restatements"] == []


def test_a_log_that_takes_too_long_to_count_is_said(
    cast: Cast, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "PATIENCE_SECONDS", -1.0)
    with pytest.raises(Refusal, match="还没有统计完"):
        draft(cast)
