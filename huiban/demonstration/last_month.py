"""Last month's handbook of the district, as the leading group published it: with one story."""

from __future__ import annotations

from huiban.kernel.access.queries import actor_of
from huiban.kernel.base import clock
from huiban.modules.analysis.actions import publishing, stories
from huiban.modules.analysis.models import Handbook
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.voice.models import Case

from .world import World

TITLE = "转了三回，终于有人管"
STORY = (
    "一位居民反映楼里有人违规搭建。社区派给一家单位，被退回；再派给另一家，又被退回，前后三天没有人上门。"
    "监督专班从办理记录里看到了这个来回，发出提示单，并请两家单位坐到一起：在建的由城管主办，"
    "涉及承重结构的请住建鉴定，谁先接到谁先管。搭建当周停工整改，居民评价满意。"
)


def publish_last_month(world: World) -> Handbook:
    """Draft it, tell the story of a case that was passed around, and publish it."""
    group, supervisor = world.actor(world.group.id), actor_of(world.named["supervisor"])
    month = Month.of(clock.now()).previous
    draft = publishing.draft_handbook(group, world.district.code, month)
    case = _passed_around(world, month)
    if case is not None:
        written = stories.write_story(
            group, draft.pk, case.reference, seen=0, title=TITLE, text=STORY
        )
        stories.approve_story(supervisor, written.pk, seen=written.revision)
    draft.refresh_from_db()
    return publishing.publish(group, draft.pk, seen=draft.revision)


def _passed_around(world: World, month: Month) -> Case | None:
    """One of the planted cases that was closed in the month."""
    period = month.period
    planted = [community.unit.id for community in world.communities[1:4]]
    return (
        Case.objects.everywhere("the demonstration's own cases")
        .filter(community_id__in=planted, category="illegal_building", verdict="solved")
        .filter(closed_at__gte=period.begins, closed_at__lt=period.ends)
        .order_by("received_at")
        .first()
    )
