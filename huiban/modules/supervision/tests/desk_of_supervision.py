"""Who supervises in these tests, and findings that they have confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from huiban.kernel.access.actions import add_account
from huiban.kernel.access.queries import actor_of
from huiban.kernel.base import clock
from huiban.kernel.base.ids import new_id
from huiban.kernel.people.actions import give_post
from huiban.kernel.people.models import Tenure
from huiban.kernel.territory.models import Post, Unit
from huiban.kernel.vocab.actions import note_change
from huiban.modules.supervision.models import Finding, Letter
from tests.cast import LONG_AGO, PASSWORD, Cast

SUPERVISORS = (
    ("supervisor", "leading_group", "监督评价专班", "supervisor"),
    ("second_supervisor", "leading_group", "监督评价专班副岗", "supervisor"),
    ("observer", "community", "减负观察员", "burden_observer"),
)


def supervise(cast: Cast, *names: str) -> Cast:
    """Give the cast those of the supervisors and observers that are named; all without names."""
    for name, unit, post_name, role in SUPERVISORS:
        if names and name not in names:
            continue
        post = Post.objects.create(unit=cast.units[unit], name=post_name, role=role)
        account = add_account(name, PASSWORD, post_name, post, valid_from=LONG_AGO)
        cast.accounts[name] = account
        cast.actors[name] = actor_of(account)
    return cast


def also_holds(cast: Cast, name: str, unit: str, role: str) -> None:
    """Give somebody a further post."""
    account = cast.accounts[name]
    post = Post.objects.create(unit=cast.units[unit], name=f"{name}兼任", role=role)
    give_post(account.person, post, LONG_AGO)
    cast.actors[name] = actor_of(account)


def goes_over(cast: Cast, name: str, unit: str, role: str) -> None:
    """Let somebody leave their posts today for one in another unit."""
    held = Tenure.objects.filter(person=cast.accounts[name].person)
    held.update(valid_to=clock.local(clock.now()).date())
    also_holds(cast, name, unit, role)


def merge(cast: Cast, ended: str, into: str | None) -> None:
    """End a unit today, in favour of another where one is named; all find their posts anew."""
    today = clock.local(clock.now()).date()
    Unit.objects.filter(pk=cast.units[ended].pk).update(
        valid_to=today - timedelta(days=1), successor=cast.units[into] if into else None
    )
    note_change()
    for name, account in cast.accounts.items():
        cast.actors[name] = actor_of(account)


def finding(
    cast: Cast,
    unit: str = "housing",
    rule: str = "bounced",
    *,
    at: datetime | None = None,
    state: str = Finding.State.CONFIRMED,
    other: str | None = "community",
) -> Finding:
    """A finding about a unit, confirmed unless said otherwise."""
    about = cast.units[unit]
    number = Finding.objects.everywhere("counted by a test").count() + 1
    judged = state != Finding.State.OPEN
    return Finding.objects.create(
        key=f"test:{number}",
        rule=rule,
        rule_version=1,
        district_id=about.path.district_id,
        street_id=about.path.street_id,
        community_id=about.path.community_id,
        unit=about,
        other_unit=cast.units[other] if other and other != unit else None,
        case_id=new_id(),
        case_reference=f"TEST{number:04d}",
        at=at or clock.now(),
        found_at=at or clock.now(),
        evidence={
            "steps": [1, 2, 3],
            "ways": ["there_and_back"],
            "numbers": {"handovers": 3, "backs": 1, "returns": 2, "units": 2, "hours": 20.5},
            "thresholds": {},
        },
        state=state,
        reason="" if not judged else "confirmed_by_test",
        judged_at=clock.now() if judged else None,
    )


def letter_now(letter_id: UUID) -> Letter:
    """The letter as it stands."""
    return Letter.objects.everywhere("a test looks at it").get(pk=letter_id)


def requirement_ids(letter: Letter) -> list[UUID]:
    """The letter's requirements in their order."""
    return list(letter.requirements.order_by("position").values_list("pk", flat=True))


def everything(letter: Letter, text: str = "已经落实") -> dict[UUID, str]:
    """An answer to each requirement."""
    return dict.fromkeys(requirement_ids(letter), text)


def all_met(letter: Letter) -> dict[UUID, tuple[bool, str]]:
    """Every requirement found met."""
    return dict.fromkeys(requirement_ids(letter), (True, ""))
