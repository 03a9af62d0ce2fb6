"""The log as XES and as OCEL: its structure, its agreement with our log, and what isn't in it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from io import StringIO
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from huiban.kernel.base.clock import Traveller
from huiban.kernel.duties.models import Duty
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import drain, give_positions
from huiban.kernel.territory.models import Unit
from huiban.modules.supervision.exporting.facts import STANDING
from huiban.modules.supervision.exporting.ocel import write_ocel
from huiban.modules.supervision.exporting.source import Source
from huiban.modules.supervision.exporting.xes import write_xes
from huiban.modules.voice import actions as voice
from huiban.modules.voice.models import Case, Report
from huiban.modules.voice.queries import report_by_receipt
from tests.cast import Cast, Tell

WORDS, CONTACT, REASON = "电梯停运，王大爷下不了楼", "13800000001", "不归我们管"
TYPES = {"string", "time", "integer", "float", "boolean"}


@pytest.fixture
def story(cast: Cast, tell: Tell, clock: Traveller) -> list[UUID]:
    """Two cases: one that went back and forth and was rated, one that joined it, and a new one."""
    told = tell(WORDS, contact=CONTACT)
    drain()
    clock.ahead(hours=1)
    case = told.case_id
    voice.dispatch(cast["worker"], case, cast.units["housing"].id)
    voice.ask_return(cast["housing_officer"], case, REASON)
    voice.decide_return(cast["worker"], case, consent=True)
    voice.locate(cast["worker"], case, cast.places["building_3"].pk)
    neighbour = tell(WORDS, place="building_5")
    voice.merge(cast["worker"], neighbour.case_id, case)
    clock.ahead(days=20)
    drain()
    voice.answer(cast["street_officer"], case, "电梯已修好，今天上午恢复运行。")
    voice.rate(report_by_receipt(told.receipt), "solved", "satisfied")
    alone = tell("路灯不亮", place="old_house")
    drain()
    return [case, neighbour.case_id, alone.case_id]


def as_xes() -> tuple[str, tuple[int, int]]:
    file, source = StringIO(), Source()
    counts = write_xes(file, source.traces(), source.position)
    return file.getvalue(), counts


def as_ocel() -> tuple[str, tuple[int, int]]:
    file, source = StringIO(), Source()
    counts = write_ocel(file, source.traces, source.others())
    return file.getvalue(), counts


def events_kept() -> list[Event]:
    return list(Event.objects.filter(subject_type="voice.case").order_by("subject_id", "sequence"))


def attributes(element: ET.Element) -> dict[str, tuple[str, str]]:
    """Key → tag and value; no key twice."""
    found = [child for child in element if "key" in child.attrib]
    keys = Counter(child.attrib["key"] for child in found)
    assert set(keys.values()) <= {1}, keys
    return {child.attrib["key"]: (child.tag, child.attrib["value"]) for child in found}


def test_xes_has_a_trace_a_case_and_an_event_an_event(story: list[UUID]) -> None:
    text, counts = as_xes()
    log = ET.fromstring(text)
    assert log.tag == "log"
    assert log.attrib["xes.version"] == "1849.2016"
    order = [child.tag for child in log]
    parts = ["extension", "global", "classifier", "string", "int", "trace"]
    assert order == sorted(order, key=parts.index), "the schema wants them in this order"
    prefixes = {one.attrib["prefix"] for one in log.findall("extension")}
    assert prefixes == {"concept", "time", "org", "lifecycle"}
    traces = log.findall("trace")
    kept = events_kept()
    assert counts == (len(traces), len(kept)) == (3, len(kept))
    assert len({attributes(trace)["concept:name"] for trace in traces}) == 3
    told = [attributes(event) for trace in traces for event in trace.findall("event")]
    for event, facts in zip(kept, told, strict=True):
        assert facts["concept:name"] == ("string", event.kind)
        tag, when = facts["time:timestamp"]
        assert tag == "date"
        assert abs((datetime.fromisoformat(when) - event.at).total_seconds()) < 0.001
        assert facts["version"] == ("int", str(event.version))
    # Within a trace time never runs backwards.
    for trace in traces:
        times = [attributes(event)["time:timestamp"][1] for event in trace.findall("event")]
        assert times == sorted(times)


def test_xes_says_whose_unit_acted_and_what_was_the_clock(cast: Cast, story: list[UUID]) -> None:
    trace = ET.fromstring(as_xes()[0]).findall("trace")[0]
    codes = {name: unit.code for name, unit in cast.units.items()}
    by_kind = {attributes(e)["concept:name"][1]: attributes(e) for e in trace.findall("event")}
    assert by_kind["voice.case_dispatched"]["org:group"] == ("string", codes["community"])
    assert by_kind["voice.case_dispatched"]["unit"] == ("string", codes["housing"])
    assert by_kind["voice.return_asked"]["org:group"] == ("string", codes["housing"])
    assert by_kind["voice.case_returned"]["org:group"] == ("string", codes["community"])
    assert by_kind["voice.case_returned"]["lifecycle:transition"] == ("string", "complete")
    assert "org:group" not in by_kind["voice.case_reported"]
    assert "lifecycle:transition" not in by_kind["duties.duty_late"]
    assert by_kind["duties.duty_late"]["due"][0] == "date"
    assert by_kind["voice.case_reported"]["danger"][0] == "boolean"
    assert by_kind["voice.case_reported"]["photos"] == ("int", "0")
    case = Case.objects.everywhere("a test looks at it").get(pk=story[0])
    known = attributes(trace)
    assert known["stage"] == ("string", "closed")
    assert known["verdict"] == ("string", "solved")
    assert known["tier"] == ("int", str(case.tier))
    assert known["channel"] == ("string", case.channel)
    assert known["community"] == ("string", codes["community"])


def test_ocel_refers_to_nothing_that_it_does_not_hold(story: list[UUID]) -> None:
    text, counts = as_ocel()
    log = json.loads(text)
    assert set(log) == {"objectTypes", "eventTypes", "objects", "events"}
    assert counts == (3, len(log["events"])) == (3, len(events_kept()))
    ids = Counter(one["id"] for one in log["objects"] + log["events"])
    assert set(ids.values()) == {1}
    held = {one["id"] for one in log["objects"]}
    for one in log["objects"] + log["events"]:
        pairs = [(link["objectId"], link["qualifier"]) for link in one["relationships"]]
        assert {object_id for object_id, _ in pairs} <= held
        assert len(pairs) == len(set(pairs))
        assert all(qualifier for _, qualifier in pairs)
    kinds = Counter(one["type"] for one in log["objects"])
    duties = Duty.objects.filter(subject_type="voice.case").count()
    assert kinds == {"case": 3, "report": 3, "duty": duties, "unit": Unit.objects.count()}


def declared(types: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    return {one["name"]: {a["name"]: a["type"] for a in one["attributes"]} for one in types}


def test_ocel_declares_each_attribute_and_keeps_to_it(story: list[UUID]) -> None:
    log = json.loads(as_ocel()[0])
    for types, records in (("objectTypes", "objects"), ("eventTypes", "events")):
        known = declared(log[types])
        assert set(known) == {one["type"] for one in log[records]}
        for one in log[records]:
            for attribute in one["attributes"]:
                kind, value = known[one["type"]][attribute["name"]], attribute["value"]
                assert kind in TYPES
                assert isinstance(value, str)
                if kind == "integer":
                    int(value)
                elif kind == "time":
                    assert datetime.fromisoformat(value).tzinfo
                elif kind == "boolean":
                    assert value in ("true", "false")


def test_ocel_tells_what_became_of_a_case(cast: Cast, story: list[UUID]) -> None:
    log = json.loads(as_ocel()[0])
    cases = [one for one in log["objects"] if one["type"] == "case"]
    stages = [a["value"] for a in cases[0]["attributes"] if a["name"] == "stage"]
    assert stages[0] == "received"
    assert stages[-1] == "closed"
    assert {a["name"] for a in cases[0]["attributes"]} <= {
        *STANDING,
        *("channel", "district", "street", "community", "estate"),
    }
    merged = next(e for e in log["events"] if e["type"] == "voice.case_merged")
    links = {link["qualifier"]: link["objectId"] for link in merged["relationships"]}
    assert links["case"] == cases[1]["id"]
    assert links["to_case"] == cases[0]["id"]
    assert links["unit"] == f"unit-{cast.units['community'].code}"
    late = next(e for e in log["events"] if e["type"] == "duties.duty_late")
    duty_id = next(r["objectId"] for r in late["relationships"] if r["qualifier"] == "duty")
    duty = next(one for one in log["objects"] if one["id"] == duty_id)
    assert {r["qualifier"] for r in duty["relationships"]} == {"about", "owed_by"}
    assert {a["name"] for a in duty["attributes"]} >= {"kind", "opened", "due", "late", "closed"}


def test_nothing_that_names_anybody_leaves(cast: Cast, story: list[UUID]) -> None:
    texts = as_xes()[0] + as_ocel()[0]
    kept_back = {WORDS, CONTACT, REASON, "电梯", "王大爷", "号楼", "account:"}
    for case in Case.objects.everywhere("a test looks at them"):
        kept_back |= {str(case.pk), case.pk.hex, case.reference}
    for report in Report.objects.all():
        kept_back |= {str(report.pk), report.receipt_hash, report.key_hash}
    kept_back |= {str(account.pk) for account in cast.accounts.values()}
    kept_back |= {place.code for place in cast.places.values()}
    kept_back |= {str(place.pk) for place in cast.places.values()}
    kept_back |= {str(pk) for pk in Duty.objects.values_list("pk", flat=True)}
    kept_back |= {str(unit.pk) for unit in cast.units.values()}
    kept_back |= {unit.name for unit in cast.units.values()}
    assert [secret for secret in kept_back if secret in texts] == []


def test_an_export_is_of_the_log_up_to_a_position(tell: Tell) -> None:
    tell()
    first = Source()
    before = list(first.traces())
    assert first.position > 0
    tell()
    give_positions()
    assert list(first.traces()) == before
    later = list(Source().traces())
    assert len(later) == 2
    assert later[0] == before[0], "and its pseudonyms stay"


@pytest.mark.django_db
def test_an_empty_log_is_a_log() -> None:
    text, counts = as_xes()
    assert counts == (0, 0)
    assert ET.fromstring(text).findall("trace") == []
    text, counts = as_ocel()
    assert counts == (0, 0)
    assert json.loads(text)["events"] == []
