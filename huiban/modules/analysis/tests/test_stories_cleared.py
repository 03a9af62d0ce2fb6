"""A story goes with the words that it tells, and is in nobody's own, whenever they were written."""

from __future__ import annotations

from datetime import datetime

import pytest

from huiban.kernel.base.clock import SHANGHAI, Traveller
from huiban.kernel.base.errors import ImproperMove, Refusal
from huiban.kernel.events.pump import drain
from huiban.modules.analysis.actions import publishing
from huiban.modules.analysis.actions.stories import (
    approve_story,
    drop_story,
    forget_stories,
    write_story,
)
from huiban.modules.analysis.models import Handbook, Story
from huiban.modules.analysis.tests.test_publishing import TEXT, at, draft, kinds
from huiban.modules.voice import actions, queries
from huiban.modules.voice.contracts import Reported
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(cast: Cast, tell: Tell, clock: Traveller) -> Reported:
    """A case of May that was answered; it is the third of June now."""
    told = tell("三号楼电梯停运，老人下不了楼，请尽快修理")
    actions.accept(cast["worker"], told.case_id)
    actions.answer(cast["worker"], told.case_id, "已修好，恢复运行。")
    for _ in range(25):
        clock.ahead(days=1)
        drain()
    return told


def approved(cast: Cast, handbook: Handbook, told: Reported) -> Story:
    """A story that may be printed."""
    writer = cast["group_officer"]
    story = write_story(writer, handbook.pk, told.reference, seen=0, title="电梯", text=TEXT)
    return approve_story(writer, story.pk, seen=1)


def erase(cast: Cast, told: Reported) -> None:
    """The resident asks for it, and the front desk does it."""
    report = queries.report_by_receipt(told.receipt)
    actions.ask_erasure(report)
    actions.erase(cast["worker"], report.case_id)


def test_an_approved_story_goes_with_the_words_it_tells(cast: Cast, told: Reported) -> None:
    handbook = draft(cast)
    story = approved(cast, handbook, told)
    erase(cast, told)
    drain()
    story.refresh_from_db()
    assert (story.state, story.title, story.text) == ("dropped", "（内容已清除）", "")
    before = Handbook.objects.get()
    assert before.revision == 4
    forget_stories([told.case_id])
    assert kinds().count("story_dropped") == 1
    with pytest.raises(ImproperMove, match="被别人改过"):
        publishing.publish(cast["group_officer"], handbook.pk, seen=3)
    done = publishing.publish(cast["group_officer"], handbook.pk, seen=4)
    assert done.texts["stories"] == []


def test_what_was_cleared_a_moment_ago_is_neither_approved_nor_printed(
    cast: Cast, told: Reported
) -> None:
    handbook = draft(cast)
    story = approved(cast, handbook, told)
    erase(cast, told)
    writer = cast["group_officer"]
    with pytest.raises(Refusal, match=r"故事“电梯”所写的那件事.*不能再刊登"):
        publishing.publish(writer, handbook.pk, seen=3)
    with pytest.raises(Refusal, match="要求清除"):
        write_story(writer, handbook.pk, told.reference, seen=1, title="电梯修好", text=TEXT)
    drop_story(writer, story.pk)
    assert publishing.publish(writer, handbook.pk, seen=4).texts["stories"] == []


def test_a_story_of_what_was_erased_is_not_approved(cast: Cast, told: Reported) -> None:
    handbook = draft(cast)
    writer = cast["group_officer"]
    story = write_story(writer, handbook.pk, told.reference, seen=0, title="电梯", text=TEXT)
    erase(cast, told)
    with pytest.raises(Refusal, match="不能刊登"):
        approve_story(writer, story.pk, seen=1)


def test_a_story_of_a_case_that_joined_another_goes_too(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    first, second = tell("电梯停运"), tell("电梯又停了，下不了楼")
    at(clock, 6, 3)
    handbook = draft(cast)
    story = approved(cast, handbook, second)
    actions.merge(cast["worker"], second.case_id, first.case_id)
    erase(cast, second)
    with pytest.raises(Refusal, match="不能再刊登"):
        publishing.publish(cast["group_officer"], handbook.pk, seen=3)
    drain()
    story.refresh_from_db()
    assert (story.state, story.text) == ("dropped", "")


def test_forgetting_on_schedule_clears_stories_and_leaves_what_is_printed(
    cast: Cast, told: Reported, clock: Traveller
) -> None:
    street, district = draft(cast, "street"), draft(cast)
    dropped, printed = approved(cast, street, told), approved(cast, district, told)
    drop_story(cast["group_officer"], dropped.pk)
    publishing.publish(cast["group_officer"], district.pk, seen=3)
    clock.to(datetime(2029, 12, 1, 9, 30, tzinfo=SHANGHAI))
    assert actions.forget_old() == 1
    drain()
    dropped.refresh_from_db()
    assert (dropped.state, dropped.text) == ("dropped", "")
    assert kinds().count("story_dropped") == 1
    printed.refresh_from_db()
    assert (printed.state, printed.text) == ("approved", TEXT)


def test_what_a_resident_added_later_is_not_copied_either(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    told = tell("电梯停运")
    report = queries.report_by_receipt(told.receipt)
    actions.add_words(report, "a-key-of-the-page", "我婆婆坐轮椅已经三天没有下过楼了")
    at(clock, 6, 3)
    handbook = draft(cast)
    copied = "一位居民说，我婆婆坐轮椅已经三天没有下过楼了，社区当天请人修好。"
    with pytest.raises(Refusal, match="原话一样"):
        write_story(
            cast["group_officer"], handbook.pk, told.reference, seen=0, title="电梯", text=copied
        )
