"""A furnished demonstration: it keeps every promise, its desks are alive, and it can be repeated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from huiban.cli.operations.starters import load_starters
from huiban.demonstration import district
from huiban.demonstration.furnish import Furnished, furnish
from huiban.demonstration.likeness import likeness
from huiban.kernel.access.actions import sign_in
from huiban.kernel.access.actor import Actor
from huiban.kernel.access.models import Account
from huiban.kernel.access.queries import actor_of
from huiban.kernel.base.clock import SHANGHAI, Traveller, local, travelling
from huiban.kernel.events.models import Delivery, Event
from huiban.kernel.events.seals import broken_chains, broken_seals
from huiban.kernel.files.models import StoredFile
from huiban.kernel.moves.proof import broken_promises
from huiban.kernel.places.models import Kind, Place, Tag
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.vocab.actions import load_calendar_year
from huiban.kernel.vocab.queries import forget_copy
from huiban.modules.analysis.folding.proof import broken_counts
from huiban.modules.analysis.models import Handbook, Policy
from huiban.modules.supervision.models import Consultation, Finding, Letter, Observation
from huiban.modules.voice import queries
from huiban.modules.voice.models import Case, OwnerRule

TODAY = date(2026, 5, 8)
MORNING = datetime(2026, 5, 8, 9, 0, tzinfo=SHANGHAI)
SCALE = 0.035
CASES = 70


@pytest.fixture
def morning() -> Iterator[Traveller]:
    """An ordinary Friday morning."""
    with travelling(MORNING) as traveller:
        yield traveller


@pytest.fixture
def empty(db: None, morning: Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables with the starter vocabularies and nothing else; houses of one entrance, for speed."""
    usual = district._buildings
    monkeypatch.setattr(
        district,
        "_buildings",
        lambda rng: tuple(
            district.BuildingPlan(b.number, b.floors, 1, b.households) for b in usual(rng)
        ),
    )
    forget_copy()
    load_starters()
    labour_day = {date(2026, 5, day): (False, "劳动节") for day in range(1, 6)}
    for year in (2024, 2025, 2026):
        load_calendar_year(year, labour_day if year == 2026 else {}, "测试")


def the_same_again(seed: int) -> str:
    """Furnish, look, and take all of it back."""
    before = transaction.savepoint()
    furnish(SCALE, seed)
    found = likeness()
    transaction.savepoint_rollback(before)
    forget_copy()
    return found


def someone(login_name: str) -> Actor:
    return actor_of(Account.objects.get(login_name=login_name))


@pytest.mark.thorough
@pytest.mark.django_db
def test_a_furnished_demonstration(empty: None) -> None:
    """One furnishing, looked at from all sides: it takes seconds, so it is made once."""
    first = the_same_again(seed=5)
    made = furnish(SCALE, seed=5)
    assert likeness() == first
    keeps_every_promise(made)
    is_shaped_like_the_real_one(made)
    says_whom_it_concerns()
    ends_yesterday()
    lets_everybody_in(made)
    has_living_desks()
    draws_photos()
    shows_what_was_passed_around()


@pytest.mark.thorough
def keeps_every_promise(made: Furnished) -> None:
    assert list(broken_chains()) == []
    assert list(broken_seals()) == []
    assert list(broken_promises(Case)) == []
    assert made.refused == 0
    assert not Event.objects.filter(position=None).exists()
    assert not Delivery.objects.filter(state=Delivery.State.SHELVED).exists()
    assert made.cases == Case.objects.everywhere("counted").count() == CASES


def is_shaped_like_the_real_one(made: Furnished) -> None:
    levels = [level for level, _code in Unit.objects.values_list("level", "code")]
    assert (levels.count(Level.STREET), levels.count(Level.COMMUNITY)) == (6, 53)
    assert levels.count(Level.DEPARTMENT) == 14
    buildings = Place.objects.filter(kind=Kind.BUILDING)
    assert Tag.objects.filter(place__in=buildings).count() == buildings.count()
    assert not buildings.filter(households=None).exists()
    numbers = Unit.objects.exclude(level=Level.ESTATE).values_list("duty_phone", flat=True)
    assert all(number.startswith("0999-") for number in numbers)
    assert OwnerRule.objects.values("category").distinct().count() == 28
    for place in [{"path": made.scan}, *made.places]:
        token = place["path"].split("/")[2]
        assert queries.where_of_tag(token) is not None
    assert len(made.places) == 5


def says_whom_it_concerns() -> None:
    cases = Case.objects.everywhere("compared")
    assert 0.1 < cases.exclude(groups="").count() / CASES < 0.5
    assert set(cases.exclude(groups="").values_list("groups_source", flat=True)) == {"words"}


def ends_yesterday() -> None:
    received = Case.objects.everywhere("compared").order_by("received_at")
    days = [local(moment).date() for moment in received.values_list("received_at", flat=True)]
    assert days[-1] == TODAY - timedelta(days=1)
    assert days[0] >= TODAY - timedelta(days=365)
    told = Event.objects.filter(subject_type="voice.case", at__gte=MORNING.replace(hour=0))
    assert not told.exclude(actor="system").exists()


def lets_everybody_in(made: Furnished) -> None:
    told = made.told()
    roles = [account["role"] for account in told["accounts"]]
    assert roles == [
        *("社区前台", "小区党支部书记", "街道前台", "部门经办"),
        *("区领导小组办公室", "区级前台"),
        *("监督评价专班", "监督核查岗", "减负观察员", "系统管理员"),
    ]
    for account in told["accounts"]:
        assert sign_in(account["login_name"], account["password"], "127.0.0.1").person.name
    shown = [account["login_name"] for account in told["accounts"]]
    others = Account.objects.exclude(login_name__in=shown)
    assert others.exists()
    assert not any(account.has_usable_password() for account in others)


def has_living_desks() -> None:
    page = queries.inbox(someone("community"))
    assert 8 <= len(page.lines) <= 20
    assert all(page.counts[section] for section in ("late", "today", "later", "waiting"))
    kinds = {line.kind for line in page.lines}
    assert kinds >= {"triage", "handle", "consent", "verify", "review", "callback", "assist"}
    assert any(line.danger for line in page.lines)
    taps = [line.one_tap.verb for line in page.lines if line.one_tap is not None]
    assert {"accept", "dispatch"} <= set(taps)
    for login_name, least in (
        *(("secretary", 3), ("street", 5), ("department", 6), ("group", 3), ("district", 4)),
    ):
        assert len(queries.inbox(someone(login_name)).lines) >= least, login_name


def shows_what_was_passed_around() -> None:
    """A planted pair is found, judged, warned of, answered, verified by another, and printed."""
    (letter,) = Letter.objects.everywhere("looked at")
    assert (letter.stage, letter.addressee.name) == ("closed", "区城市管理局")
    (reply,) = letter.replies.all()
    assert reply.sufficient
    assert reply.verified_signed == "监督评价专班核查岗"
    found = Finding.objects.everywhere("looked at").filter(rule="bounced")
    assert found.filter(unit=letter.addressee, state="confirmed").count() >= 3
    assert found.filter(state="void").count() == 1
    (held,) = Consultation.objects.everywhere("looked at")
    assert held.stage == "held"
    (told,) = Observation.objects.everywhere("looked at")
    assert told.stage == "closed"
    (book,) = Handbook.objects.filter(state=Handbook.State.PUBLISHED)
    assert (book.month, len(book.texts["stories"])) == ("2026-04", 1)
    rules = Policy.objects.everywhere("looked at").values_list("stage", flat=True)
    assert sorted(rules) == ["commenting", "in_force"]
    assert broken_counts() == []


def draws_photos() -> None:
    linked = StoredFile.objects.exclude(subject_id=None)
    assert linked.filter(subject_type="voice.report").count() >= 2
    assert not StoredFile.objects.filter(subject_id=None).exists()
