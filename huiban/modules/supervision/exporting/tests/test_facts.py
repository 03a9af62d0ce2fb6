"""What may leave the house of an event, and what may not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from huiban.modules.supervision.exporting.facts import (
    Fact,
    Happening,
    Link,
    Names,
    Told,
    changes,
    fact_of,
    trace_of,
)

CASE = UUID("01890000-0000-7000-8000-000000000001")
REPORT = "01890000-0000-7000-8000-000000000002"
OTHER = "01890000-0000-7000-8000-000000000003"
UNIT = "01890000-0000-7000-8000-00000000000a"
SENDER = "01890000-0000-7000-8000-00000000000b"
NAMES = Names(lambda kind, key: f"{kind}{key[-1]}", {UNIT: "U1", SENDER: "U2"})
AT = datetime(2026, 5, 8, 1, 30, tzinfo=UTC)


def happening(payload: dict[str, Any], kind: str = "", actor: str = "account:7") -> Happening:
    told = Told(kind or "voice.case_dispatched", 2, 1, AT, actor, payload)
    return trace_of(CASE, [told], NAMES).happenings[0]


@pytest.mark.parametrize(
    ("value", "fact"),
    [
        (True, ("boolean", "true")),
        (False, ("boolean", "false")),
        (0, ("integer", "0")),
        (0.5, ("float", "0.5")),
        ("noise", ("string", "noise")),
        ("城乡建设/停车", ("string", "城乡建设/停车")),
        (["no_date", "no_cause"], ("string", "no_date+no_cause")),
        ("2026-05-08T09:30:00+08:00", ("time", "2026-05-08T01:30:00.000000+00:00")),
        ("2026-05-08T01:30:00.123456Z", ("time", "2026-05-08T01:30:00.123456+00:00")),
    ],
)
def test_codes_numbers_and_times_leave_with_their_type(value: Any, fact: tuple[str, str]) -> None:
    assert fact_of("name", value) == Fact("name", *fact)


@pytest.mark.parametrize(
    "value",
    [
        "",
        None,
        [],
        {"name": "code"},
        ["a code", "no code"],
        [1, 2],
        "words with blanks",
        "13800000001",
        "tel:13800000001",
        "someone@example.cn",
        REPORT,
        "x" * 81,
    ],
)
def test_what_may_be_more_than_a_code_stays(value: Any) -> None:
    assert fact_of("name", value) is None


def test_references_become_pseudonyms_and_units_their_codes() -> None:
    payload = {"report": REPORT, "to_case": OTHER, "unit": UNIT, "from_unit": SENDER}
    told = happening(payload)
    assert told.links == (
        Link("from_unit", "unit", "U2"),
        Link("report", "report", "report2"),
        Link("to_case", "case", "case3"),
        Link("unit", "unit", "U1"),
    )
    assert told.facts == (Fact("version", "integer", "2"),)


def test_places_and_whatever_else_is_referred_to_stay() -> None:
    told = happening({"place": OTHER, "building": "B3", "before": REPORT, "unheard_of": OTHER})
    assert told.links == ()
    assert [fact.name for fact in told.facts] == ["version"]


@pytest.mark.parametrize(
    ("kind", "actor", "payload", "group"),
    [
        ("voice.case_dispatched", "account:7", {"unit": UNIT, "from_unit": SENDER}, "U2"),
        ("voice.case_accepted", "account:7", {"unit": UNIT, "owner": SENDER}, "U1"),
        ("voice.co_handler_invited", "account:7", {"unit": UNIT, "by_unit": SENDER}, "U2"),
        ("voice.dispatch_undone", "account:7", {"unit": UNIT, "from_unit": SENDER}, "U1"),
        ("voice.return_asked", "account:7", {"by_unit": UNIT, "to_unit": SENDER}, "U1"),
        ("voice.case_returned", "account:7", {"by_unit": UNIT, "to_unit": SENDER}, "U2"),
        ("voice.return_upheld", "account:7", {"by_unit": UNIT, "to_unit": SENDER}, "U2"),
        ("voice.case_reported", "resident", {"unit": UNIT}, ""),
        ("voice.case_lifted", "system", {"unit": UNIT, "from_unit": SENDER}, ""),
    ],
)
def test_the_group_is_the_unit_whose_worker_acted(
    kind: str, actor: str, payload: dict[str, Any], group: str
) -> None:
    assert happening(payload, kind, actor).group == group


def test_actors_are_told_by_kind_alone() -> None:
    actors = ("account:01890000", "resident", "system", "something:new")
    assert [happening({}, actor=actor).actor for actor in actors] == [
        "worker",
        "resident",
        "system",
        "system",
    ]


def test_what_a_case_is_known_by_changes_with_its_events() -> None:
    events = [
        Told("voice.case_reported", 2, 1, AT, "resident", {"channel": "scan", "tier": 2}),
        Told("duties.duty_late", 1, 2, AT, "system", {"tier": 4}),
        Told("voice.case_categorised", 2, 3, AT, "system", {"category": "noise"}),
        Told("voice.case_located", 2, 4, AT, "system", {"community": UNIT}),
        Told("voice.case_rated", 2, 5, AT, "resident", {"channel": "receipt", "tier": 2}),
    ]
    known = [(fact.name, fact.value) for _at, fact in changes(trace_of(CASE, events, NAMES))]
    assert known == [
        ("channel", "scan"),
        ("tier", "2"),
        ("category", "noise"),
        ("community", "U1"),
    ]
