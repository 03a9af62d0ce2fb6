"""Lists of findings stay quick however many there are: read from an index, counted up to a bound."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiban.kernel.base.clock import now
from huiban.modules.supervision.actions.findings import object_to
from huiban.modules.supervision.models import Finding
from huiban.modules.supervision.queries import findings
from huiban.modules.supervision.queries.findings import OBJECTED, Wanted, findings_page
from huiban.modules.supervision.tests.desk_of_supervision import finding, supervise
from tests.cast import Cast

pytestmark = pytest.mark.django_db

OPEN = Finding.State.OPEN


def statements(cast: Cast, who: str, state: str) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        findings_page(cast[who], Wanted(state=state))
    return [query["sql"] for query in asked if '"supervision_finding"' in query["sql"]]


def plan_of(statement: str) -> str:
    """How the database would read it, had it many rows."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # So few rows would be read as they lie, and sorted.
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
            cursor.execute(f"EXPLAIN {statement}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        return " ".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize("state", [OPEN, ""])
@pytest.mark.parametrize("who", ["supervisor", "street_officer", "worker", "housing_officer"])
def test_a_list_is_read_from_an_index_in_its_order(cast: Cast, who: str, state: str) -> None:
    supervise(cast, "supervisor")
    (listed,) = statements(cast, who, state)
    plan = plan_of(listed)
    assert re.search(r"INDEX finding_|Index Scan Backward using finding_", plan), plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan, plan


def test_what_is_left_out_is_counted_up_to_a_bound(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervise(cast, "supervisor")
    monkeypatch.setattr(findings, "MOST_LINES", 2)
    monkeypatch.setattr(findings, "MOST_COUNTED", 3)
    for _ in range(4):
        finding(cast, state=OPEN)
    page = findings_page(cast["supervisor"], Wanted())
    assert (page.left_out, page.is_capped) == (2, False)
    for _ in range(2):
        finding(cast, state=OPEN)
    page = findings_page(cast["supervisor"], Wanted())
    assert (page.left_out, page.is_capped) == (3, True)


def test_the_units_to_choose_from_are_those_in_scope_that_can_be_found(cast: Cast) -> None:
    supervise(cast, "supervisor")
    chosen = {
        who: {name for _, name in findings_page(cast[who], Wanted()).units}
        for who in ("supervisor", "street_officer", "worker")
    }
    assert chosen["worker"] == {"幸福里社区"}
    assert chosen["street_officer"] == {"幸福街道", "幸福里社区", "和睦社区"}
    assert chosen["supervisor"] == {
        unit.name for unit in cast.units.values() if unit.level not in ("branch", "estate")
    }


def test_what_was_objected_to_is_marked_and_listed(cast: Cast) -> None:
    supervise(cast, "supervisor")
    one = finding(cast, state=OPEN, at=now())
    finding(cast, state=OPEN, at=now())
    object_to(cast["housing_officer"], one.id, "不是我们的事")
    for state, expected in ((OPEN, {one.id: True}), (OBJECTED, {one.id: True})):
        page = findings_page(cast["supervisor"], Wanted(state=state))
        lines = [line for group in page.groups for pair in group.pairs for line in pair.lines]
        assert {line.id: True for line in lines if line.is_objected} == expected
        assert len(lines) == (2 if state == OPEN else 1)
