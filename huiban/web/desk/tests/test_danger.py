"""Danger at the desk: it stands first, however much else is late, and says whom to call."""

from __future__ import annotations

from huiban.kernel.base.clock import Traveller
from huiban.modules.voice import queries
from huiban.modules.voice.queries.inbox import PAGE, InboxFilter
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast, Tell

GAS = "三单元楼道里煤气味很大"


def test_danger_stands_first_in_its_section(cast: Cast, tell: Tell, clock: Traveller) -> None:
    tell("楼道的灯不亮")
    clock.ahead(hours=3)
    danger = tell(GAS)
    clock.ahead(days=6)
    assert queries.inbox(cast["worker"]).lines[0].reference == danger.reference


def test_danger_is_on_the_first_page_and_on_no_other(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    for number in range(PAGE + 5):
        tell(f"{number}号楼的灯不亮")
    clock.ahead(days=7)
    danger = tell(GAS)
    clock.ahead(hours=1)
    first = queries.inbox(cast["worker"])
    assert first.lines[0].reference == danger.reference
    assert first.lines[0].danger
    assert len(first.lines) == PAGE + 1
    second = queries.inbox(cast["worker"], after=first.next_after)
    shown = [line.duty_id for line in (*first.lines, *second.lines)]
    assert len(shown) == len(set(shown)) == PAGE + 6


def test_a_filter_holds_for_danger_too(cast: Cast, tell: Tell) -> None:
    tell(GAS)
    assert queries.inbox(cast["worker"], filter=InboxFilter(section="late")).lines == []
    assert queries.inbox(cast["worker"], filter=InboxFilter(kind="verify")).lines == []


def test_the_case_says_whom_to_call(signed_in: SignedIn, tell: Tell) -> None:
    client = signed_in("worker")
    page = client.get(f"/desk/case/{tell(GAS).reference}/").content.decode()
    assert "燃气泄漏" in page
    assert 'href="tel:119"' in page
    calm = client.get(f"/desk/case/{tell('楼道的灯不亮').reference}/").content.decode()
    assert "tel:119" not in calm
