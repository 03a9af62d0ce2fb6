"""From a theme to a rule: opened once, drafted, put in force with or without a consultation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from huiban.kernel.access.actions import grant_to_role
from huiban.kernel.access.models import Role
from huiban.kernel.access.queries import actor_of
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import ImproperMove, NotPermitted, Refusal, Unseen
from huiban.kernel.base.ids import new_id
from huiban.kernel.duties.actions import lead_of
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import drain
from huiban.kernel.moves.proof import broken_promises
from huiban.kernel.notices.models import Notice
from huiban.kernel.vocab.actions import note_change
from huiban.modules.analysis import permits, stages
from huiban.modules.analysis.actions.policies import (
    drop,
    open_policy,
    postpone,
    repeal,
    write_draft,
)
from huiban.modules.analysis.actions.policy_comments import consult
from huiban.modules.analysis.actions.policy_force import Enactment, measure, put_in_force
from huiban.modules.analysis.handbook.links import policies
from huiban.modules.analysis.models import Policy, PolicyDraft
from huiban.modules.analysis.queries.policies import (
    policies_in,
    policies_of,
    policies_of_themes,
    seen_policies,
    seen_policy,
)
from huiban.modules.analysis.queries.policy_owed import policies_owed
from huiban.modules.analysis.queries.policy_pages import policy_page
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.analysis.tests.desk_of_policies import (
    FIRST,
    SECOND,
    drafted,
    lift_theme,
    now,
    opened,
    topic_of,
)
from huiban.modules.supervision.tests.desk_of_supervision import finding
from huiban.modules.voice.models import Theme
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db

MAY = Month(2026, 5).period


@pytest.fixture
def theme(cast: Cast, tell: Tell) -> Theme:
    return lift_theme(cast, tell)


def test_a_theme_becomes_a_topic_that_its_owner_owes(cast: Cast, theme: Theme) -> None:
    policy = opened(cast, source="theme", source_id=theme.pk)
    assert (policy.stage, policy.cases, policy.source_title) == (stages.TOPIC, 3, theme.title)
    duty = lead_of(policy.pk)
    assert duty is not None
    assert (duty.kind, duty.unit_id) == ("policy_draft", cast.units["housing"].id)
    assert policies_of_themes(cast["group_officer"], [theme.pk]) == {theme.pk: policy}
    # Whoever doesn't see the topic sees that there is nothing yet.
    assert policies_of_themes(cast["worker"], [theme.pk]) == {}
    drain()
    told = Notice.objects.get(wording="analysis.policy_opened")
    assert told.unit == cast.units["housing"]
    assert [one.title for one in policies_owed(cast["housing_officer"])] == ["老旧小区电梯更换"]
    assert policies_owed(cast["worker"]) == []


def test_the_same_form_opens_once(cast: Cast) -> None:
    assert opened(cast).pk == opened(cast).pk
    assert opened(cast, key="another-form").pk != opened(cast).pk
    assert Policy.objects.everywhere("a test counts them").count() == 2


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "题" * 61}, "title"),
        ({"reasons": ""}, "reasons"),
        ({"category": ""}, "category"),
        ({"category": "no_such_category"}, "category"),
        ({"area_id": new_id()}, "area"),
        ({"owner_id": new_id()}, "owner"),
        ({"source": "theme"}, "source"),
        ({"source": "somewhere", "source_id": new_id()}, "source"),
    ],
)
def test_what_is_missing_is_said(cast: Cast, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        opened(cast, **more)
    assert refused.value.field == field


def test_only_who_publishes_opens_and_only_what_it_sees(cast: Cast, theme: Theme) -> None:
    for who in ("worker", "housing_officer", "street_officer", "district_officer"):
        with pytest.raises(NotPermitted):
            opened(cast, who=who)
    with pytest.raises(Unseen):
        opened(cast, source="theme", source_id=new_id())
    with pytest.raises(Refusal, match="施行范围"):
        opened(cast, area_id=cast.units["estate"].id)
    with pytest.raises(Refusal, match="不能牵头"):
        opened(cast, owner_id=cast.units["branch"].id)


def test_a_street_that_publishes_stays_within_its_own(cast: Cast) -> None:
    grant_to_role("street_desk", "", [permits.PUBLISH])
    actor = actor_of(cast.accounts["street_officer"])
    own = topic_of(cast, area_id=cast.units["street"].id, owner_id=cast.units["street"].id)
    policy = open_policy(actor, own, "the-street-s-form")
    assert policy.street_id == cast.units["street"].id
    with pytest.raises(Unseen):
        open_policy(actor, topic_of(cast), "the-district-s-form")
    with pytest.raises(Refusal, match="只有区级岗位"):
        open_policy(actor, replace(own, owner_id=cast.units["housing"].id), "another-s-form")
    # Nor does it act on what the district holds.
    other = opened(cast)
    with pytest.raises(Unseen):
        write_draft(actor, other.pk, FIRST, seen=0)


def test_drafts_are_numbered_and_say_what_changed(cast: Cast) -> None:
    policy = opened(cast)
    actor = cast["group_officer"]
    first = write_draft(actor, policy.pk, FIRST, seen=0)
    again = write_draft(actor, policy.pk, FIRST, seen=0)
    assert again.pk == first.pk
    with pytest.raises(ImproperMove, match="新的一稿"):
        write_draft(actor, policy.pk, SECOND, seen=0)
    with pytest.raises(Refusal) as refused:
        write_draft(actor, policy.pk, replace(SECOND, changes=""), seen=1)
    assert refused.value.field == "changes"
    second = write_draft(actor, policy.pk, SECOND, seen=1)
    assert (second.number, now(policy).draft_count, now(policy).stage) == (2, 2, stages.DRAFTING)
    duty = lead_of(policy.pk)
    assert duty is not None
    assert duty.kind == "policy_consult"
    assert list(broken_promises(Policy)) == []
    with pytest.raises(NotPermitted):
        write_draft(cast["district_officer"], policy.pk, SECOND, seen=2)
    with pytest.raises(Unseen):
        write_draft(cast["worker"], policy.pk, SECOND, seen=2)


def test_an_owner_drafts_itself_and_leaves_what_is_public(cast: Cast) -> None:
    policy = opened(cast)
    owner = cast["housing_officer"]
    assert write_draft(owner, policy.pk, FIRST, seen=0).signed == "区住建局经办"
    duty = lead_of(policy.pk)
    assert duty is not None
    steps: tuple[Callable[[], object], ...] = (
        lambda: consult(owner, policy.pk, date(2026, 5, 8), date(2026, 5, 17), seen=1),
        lambda: put_in_force(owner, policy.pk, Enactment(date(2026, 5, 8), "", "急。"), seen=1),
        lambda: postpone(owner, policy.pk, 10, "忙", seen=duty.due_at),
        lambda: drop(owner, policy.pk, "不办了"),
    )
    for step in steps:
        with pytest.raises(NotPermitted, match="发布权限"):
            step()
    with pytest.raises(Unseen):
        write_draft(cast["city_officer"], policy.pk, SECOND, seen=1)
    grant_to_role("department_desk", "", [permits.PUBLISH])
    publisher = actor_of(cast.accounts["housing_officer"])
    assert consult(publisher, policy.pk, date(2026, 5, 8), date(2026, 5, 17), seen=1).begins


def test_what_is_owed_says_who_does_it(cast: Cast) -> None:
    def actions(name: str) -> list[str]:
        return [line.action for line in policies_owed(actor_of(cast.accounts[name]))]

    policy = opened(cast)
    assert (actions("housing_officer"), actions("group_officer")) == (["去起草"], [])
    write_draft(cast["housing_officer"], policy.pk, FIRST, seen=0)
    # To publish it is for the leading group; the owner sees how it stands.
    assert (actions("housing_officer"), actions("group_officer")) == (["去看"], ["去办"])
    assert actions("street_officer") == []
    consult(cast["group_officer"], policy.pk, date(2026, 5, 8), date(2026, 5, 17), seen=1)
    assert actions("group_officer") == []


def test_a_unit_without_the_permit_is_shown_what_it_owes_to_look_at(cast: Cast) -> None:
    opened(cast)
    Role.objects.filter(code="department_desk").update(permits=[permits.READ])
    note_change()
    (line,) = policies_owed(actor_of(cast.accounts["housing_officer"]))
    assert line.action == "去看"


def test_a_source_is_named_to_whoever_sees_it(cast: Cast, theme: Theme) -> None:
    found = finding(cast, unit="city_management", other=None)
    policy = opened(cast, source="finding", source_id=found.pk)
    write_draft(cast["group_officer"], policy.pk, FIRST, seen=0)
    put_in_force(
        cast["group_officer"], policy.pk, Enactment(date(2026, 5, 1), "", "紧急。"), seen=1
    )
    seeing = {name for name in cast.actors if policy_page(cast[name], policy.pk).sees_source}
    assert seeing == {"group_officer", "district_officer", "administrator", "city_officer"}
    of_theme = opened(cast, key="of-a-theme", source="theme", source_id=theme.pk)
    assert policy_page(cast["group_officer"], of_theme.pk).sees_source
    assert not policy_page(cast["housing_officer"], of_theme.pk).sees_source


@pytest.mark.parametrize("statement", ["UPDATE {0} SET text = 'x'", "DELETE FROM {0}"])
def test_the_database_keeps_a_draft_as_it_was(cast: Cast, statement: str) -> None:
    drafted(cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(PolicyDraft._meta.db_table))


def test_a_rule_that_stands_already_is_entered_with_why_nobody_was_asked(cast: Cast) -> None:
    policy = drafted(cast)
    actor = cast["group_officer"]
    told = Enactment(date(2024, 3, 1), "安和住建〔2024〕2号", "当年已在政府网站征求意见。")
    with pytest.raises(Refusal) as refused:
        put_in_force(actor, policy.pk, replace(told, no_consultation=" "), seen=1)
    assert refused.value.field == "no_consultation"
    with pytest.raises(ImproperMove):
        put_in_force(actor, policy.pk, told, seen=0)
    with pytest.raises(Refusal, match="施行日期"):
        put_in_force(actor, policy.pk, replace(told, since=date(1999, 1, 1)), seen=1)
    for _ in range(2):
        assert put_in_force(actor, policy.pk, told, seen=1).stage == stages.IN_FORCE
    assert Event.objects.filter(kind="analysis.policy_in_force").count() == 1
    # What is in force is everybody's to read, drafts weren't.
    assert seen_policy(cast["worker"], policy.pk).in_force_from == told.since
    duty = lead_of(policy.pk)
    assert duty is not None
    assert duty.kind == "policy_measure"
    assert list(broken_promises(Policy)) == []


def test_a_topic_is_seen_within_its_scope_alone(cast: Cast) -> None:
    policy = opened(cast, area_id=cast.units["community"].id)
    seen = {name for name in cast.actors if seen_policies(cast[name]).filter(pk=policy.pk).exists()}
    assert seen == {
        *("worker", "street_officer", "group_officer", "district_officer"),
        *("housing_officer", "administrator"),
    }
    with pytest.raises(Unseen):
        seen_policy(cast["neighbour_worker"], policy.pk)


def test_more_time_needs_a_reason_and_is_given_once(cast: Cast) -> None:
    policy = opened(cast)
    actor = cast["group_officer"]
    duty = lead_of(policy.pk)
    assert duty is not None
    with pytest.raises(Refusal):
        postpone(actor, policy.pk, 61, "要测算", seen=duty.due_at)
    with pytest.raises(Refusal):
        postpone(actor, policy.pk, 40, " ", seen=duty.due_at)
    postpone(actor, policy.pk, 40, "要测算", seen=duty.due_at)
    with pytest.raises(ImproperMove, match="期限刚刚改过"):
        postpone(actor, policy.pk, 40, "要测算", seen=duty.due_at)
    later = lead_of(policy.pk)
    assert later is not None
    assert (later.kind, later.due_at > duty.due_at) == ("policy_draft", True)
    assert now(policy).delay_reason == "要测算"


def test_a_topic_is_given_up_for_a_reason(cast: Cast, theme: Theme) -> None:
    policy = opened(cast, source="theme", source_id=theme.pk)
    with pytest.raises(Refusal):
        drop(cast["group_officer"], policy.pk, "")
    with pytest.raises(ImproperMove):
        repeal(cast["group_officer"], policy.pk, "省里已有规定")
    for _ in range(2):
        assert drop(cast["group_officer"], policy.pk, "省里已有规定").stage == stages.DROPPED
    assert lead_of(policy.pk) is None
    assert policies_of_themes(cast["group_officer"], [theme.pk]) == {}
    assert list(broken_promises(Policy)) == []


def test_a_rule_ends_from_a_day_on(cast: Cast, clock: Traveller) -> None:
    policy = drafted(cast)
    actor = cast["group_officer"]
    put_in_force(actor, policy.pk, Enactment(date(2026, 5, 8), "", "试行，先看效果。"), seen=1)
    with pytest.raises(Refusal, match="只有0个完整的月份"):
        measure(actor, policy.pk, "有效")
    with pytest.raises(ImproperMove):
        drop(actor, policy.pk, "不用了")
    clock.ahead(days=30)
    repeal(actor, policy.pk, "由市里的办法代替")
    (line,) = policies_in(cast.units["district"], Month(2026, 6).period)
    assert line.state == "2026年6月7日起不再施行"
    assert list(policies_in(cast.units["district"], Month(2026, 7).period)) == []


def test_a_handbook_tells_of_its_month_and_its_place(cast: Cast, clock: Traveller) -> None:
    policy = opened(cast, area_id=cast.units["street"].id)
    assert list(policies_in(cast.units["district"], Month(2026, 4).period)) == []
    (line,) = policies_in(cast.units["district"], MAY)
    assert (line.topic, line.state, line.effect) == (
        "老旧小区电梯更换（幸福街道，区住建局牵头）",
        "已列为议题",
        "",
    )
    assert [line.state for line in policies_in(cast.units["street"], MAY)] == ["已列为议题"]
    assert [line.state for line in policies_in(cast.units["housing"], MAY)] == ["已列为议题"]
    # Another street's month doesn't tell of it, nor a community's before it is published.
    for name in ("other_street", "community"):
        assert list(policies_in(cast.units[name], MAY)) == []
    write_draft(cast["group_officer"], policy.pk, FIRST, seen=0)
    put_in_force(
        cast["group_officer"], policy.pk, Enactment(date(2026, 5, 1), "", "紧急。"), seen=1
    )
    (line,) = policies_in(cast.units["community"], MAY)
    assert line.state == "2026年5月1日起施行"
    assert line.effect.startswith("2026年5月1日以后只有0个完整的月份，还看不出效果")
    # The handbook's own door leads here.
    assert policies(cast.units["community"], MAY) == [asdict(line)]
    (state,) = policies_of(cast["street_officer"], MAY)
    assert (state.id, state.stage_label, state.theme_id) == (policy.pk, "施行", None)
    with pytest.raises(Unseen):
        policies_of(cast["street_officer"], MAY, cast.units["other_street"].code)
