"""What a scanned tag, or none, says about where a report belongs."""

from __future__ import annotations

from dataclasses import dataclass

from huiban.kernel.base.errors import Refusal
from huiban.kernel.places.models import Kind
from huiban.kernel.places.queries import Standing, standing_of_tag
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import districts
from huiban.kernel.vocab.queries import remember

from ..contracts import Where
from ..rules import TIER_OF_LEVEL
from .owners import units


@dataclass(frozen=True)
class Scanned:
    """What the place's page greets with, and where a report from it goes."""

    token: str
    place_name: str
    unit_name: str
    duty_phone: str
    district_name: str
    where: Where


def where_of_tag(token: str) -> Scanned | None:
    """The place behind a tag in use, with its front desk; None otherwise."""
    standing = standing_of_tag(token)
    if standing is None:
        return None
    desk = front_desk_of(standing.unit)
    return Scanned(
        token=token,
        place_name=standing.place.full_name,
        unit_name=desk.name,
        duty_phone=desk.duty_phone or standing.unit.duty_phone,
        district_name=units()[standing.unit.path.district_id].name,
        where=where_of_unit(standing.unit, standing),
    )


def where_of_unit(unit: Unit, standing: Standing | None = None) -> Where:
    """Where a report goes that is told about a unit, or about a place standing in it."""
    desk = front_desk_of(unit)
    path = unit.path
    building_id = None
    if standing is not None and standing.place.kind != Kind.ESTATE:
        building_id = standing.building_id
    return Where(
        **path.fields(),  # type: ignore[arg-type]
        front_desk_id=desk.id,
        front_desk_tier=TIER_OF_LEVEL[desk.level],
        place_id=standing.place.id if standing else None,
        building_id=building_id,
    )


def front_desk_of(unit: Unit) -> Unit:
    """The community's front desk, else the district's."""
    return units()[unit.path.community_id or unit.path.district_id]


def where_without_tag() -> Where:
    """The district's own front desk. Raises Refusal in an installation without units."""
    first = remember("territory.first_district", lambda: next(iter(districts()), None))
    if first is None:
        raise Refusal("平台还没有录入区划，暂时不能反映。请拨打社区电话。")
    return where_of_unit(first)


def district_phone() -> str:
    """The district's duty telephone, for pages that know no nearer one."""
    first = remember("territory.first_district", lambda: next(iter(districts()), None))
    return first.duty_phone if first else ""
