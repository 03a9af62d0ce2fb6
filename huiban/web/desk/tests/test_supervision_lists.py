"""The lists of supervision page by page: nothing falls off their end, and length costs little."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiban.kernel.base import clock as clocks
from huiban.kernel.duties.models import Duty
from huiban.modules.supervision import stages
from huiban.modules.supervision.models import Consultation, Letter, Observation
from huiban.modules.supervision.tests.desk_of_supervision import finding, supervise
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast

pytestmark = pytest.mark.django_db

MANY = 53
Made = Callable[[Cast, int], list[str]]


@pytest.fixture(autouse=True)
def supervised(cast: Cast) -> None:
    supervise(cast)


def consultations(cast: Cast, number: int) -> list[str]:
    """Weekly consultations that were held; their titles in the order of the list."""
    now = clocks.now()
    Consultation.objects.everywhere("made by a test").bulk_create(
        Consultation(
            key=f"meeting-{at}",
            stage=stages.HELD,
            district=cast.units["district"],
            convener=cast.units["leading_group"],
            convener_signed="监督评价专班",
            title=f"第{at:03d}次会商",
            place_words="三楼",
            # Two of them at the same time each.
            at=now - timedelta(days=at // 2 * 7),
            called_at=now,
            held_at=now,
        )
        for at in range(number)
    )
    return [f"第{at:03d}次会商" for at in range(number)]


def letters(cast: Cast, number: int) -> list[str]:
    """Drafts and given-up drafts by turns; their titles with the unfinished ones first."""
    Letter.objects.everywhere("made by a test").bulk_create(
        Letter(
            key=f"letter-{at}",
            stage=stages.DISCARDED if at % 2 else stages.DRAFT,
            district=cast.units["district"],
            issuer=cast.units["leading_group"],
            addressee=cast.units["housing"],
            level="notice",
            title=f"第{at:03d}份文书",
            facts="电梯停运。",
            reply_days=5,
            drafted_at=clocks.now(),
            drafted_by=cast.accounts["supervisor"],
        )
        for at in range(number)
    )
    drafts = [at for at in reversed(range(number)) if at % 2 == 0]
    return [
        f"第{at:03d}份文书" for at in (*drafts, *(at for at in reversed(range(number)) if at % 2))
    ]


def observations(cast: Cast, number: int) -> list[str]:
    """Some passed on to the street, others told of already; texts with unfinished ones first."""
    now = clocks.now()
    Observation.objects.everywhere("made by a test").bulk_create(
        Observation(
            key_hash=f"hash-{at}",
            reference=f"TEST{at:04d}",
            stage=stages.CLOSED if at % 2 else stages.PASSED_ON,
            district=cast.units["district"],
            observer=cast.accounts["observer"],
            about="burden",
            text=f"第{at:03d}条原话",
            told_at=now - timedelta(days=at),
            passed_to=cast.units["street"],
            passed_text=f"第{at:03d}条转述",
            # What was told first is passed on last.
            passed_at=now + timedelta(days=at),
            told_outcome_at=now if at % 2 else None,
        )
        for at in range(number)
    )
    return [f"第{at:03d}条原话" for at in (*range(0, number, 2), *range(1, number, 2))]


def own(cast: Cast, number: int) -> list[str]:
    """The same as their observer reads them: the latest first."""
    return sorted(observations(cast, number))


def passed(cast: Cast, number: int) -> list[str]:
    """The same as the street reads them: what was passed on last first."""
    observations(cast, number)
    return [f"第{at:03d}条转述" for at in reversed(range(number))]


def page_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


@pytest.mark.parametrize(
    ("made", "place", "name"),
    [
        (consultations, "consultations", "supervisor"),
        (letters, "letters", "supervisor"),
        (observations, "observations", "supervisor"),
        (own, "observations", "observer"),
        (passed, "observations", "street_officer"),
    ],
    ids=["consultations", "letters", "told to the district", "one's own", "passed on"],
)
def test_a_list_is_walked_to_its_end(
    cast: Cast, signed_in: SignedIn, made: Made, place: str, name: str
) -> None:
    expected = made(cast, MANY)
    client, path, shown = signed_in(name), f"/desk/supervision/{place}/", []
    for _ in range(3):
        page = page_of(client, path)
        shown += re.findall(r'class="duty-link"[^>]*>(第\d{3}[^<]*)<', page)
        following = re.search(r'href="([^"]+)">下一页', page)
        if following is None:
            break
        path = following[1].replace("&amp;", "&")
    assert [title for title in shown if title not in expected] == []
    assert sorted(shown) == sorted(expected)
    if made is not consultations:
        assert shown == expected
    assert "回到第一页" in page_of(client, path)


def test_a_page_that_names_nothing_is_the_first(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in("supervisor")
    observations(cast, 2)
    for place in ("consultations", "letters", "observations"):
        for after in ("nonsense", "00000000-0000-4000-8000-000000000000"):
            page_of(client, f"/desk/supervision/{place}/?after={after}")
    page = page_of(client, "/desk/supervision/observations/?list=nothing&after=nonsense")
    assert "第000条原话" in page


def test_a_page_that_follows_the_last_says_so(cast: Cast, signed_in: SignedIn) -> None:
    letters(cast, 50)
    client = signed_in("supervisor")
    following = re.search(r'href="([^"]+)">下一页', page_of(client, "/desk/supervision/letters/"))
    assert following is not None
    assert "后面没有了" in page_of(client, following[1])


def test_what_isnt_offered_to_draft_from_is_counted(cast: Cast, signed_in: SignedIn) -> None:
    for _ in range(103):
        finding(cast)
    page = page_of(signed_in("supervisor"), "/desk/supervision/letters/")
    assert "还有3条更早的发现没有列出" in page
    assert page.count('name="finding"') == 100
    assert "TEST0103" in page
    assert "TEST0003" not in page


def test_all_that_is_offered_needs_no_count(cast: Cast, signed_in: SignedIn) -> None:
    finding(cast)
    page = page_of(signed_in("supervisor"), "/desk/supervision/letters/")
    assert 'name="finding"' in page
    assert "没有列出" not in page


def test_a_long_list_takes_no_more_statements_than_a_short_one(
    cast: Cast, signed_in: SignedIn
) -> None:
    clients = [signed_in("supervisor"), signed_in("street_officer")]
    observations(cast, 3)
    few = [statements(client) for client in clients]
    Observation.objects.everywhere("unmade by a test").delete()
    observations(cast, 40)
    assert [statements(client) for client in clients] == few
    assert not Duty.objects.exists()


def statements(client: Client) -> int:
    """How many statements the page of observations takes, once what it remembers is there."""
    page_of(client, "/desk/supervision/observations/")
    with CaptureQueriesContext(connection) as taken:
        page_of(client, "/desk/supervision/observations/")
    return len(taken)
