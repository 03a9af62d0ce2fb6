"""How many cases a second one process takes through their life: accept, dispatch, answer, rate.

The actions themselves, without a web server around them: each is a transaction with its event, its
duties and their promise proved.
"""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from collections.abc import Callable
from uuid import UUID

from bench.district import District, furnish
from bench.place import Place
from bench.results import Result, median, percentile
from bench.statements import Statements
from bench.texts import complaint
from huiban.cli.outcomes import say
from huiban.kernel.territory.models import Level
from huiban.modules.voice import actions, queries
from huiban.modules.voice.contracts import Told
from huiban.modules.voice.models import Case, Report

ROUNDS, CASES = 5, 300
QUICK_ROUNDS, QUICK_CASES = 1, 60

Verb = Callable[[UUID], None]


def run(place: Place, quick: bool) -> Result:
    """Measure in an empty place whose tables are made."""
    district = furnish()
    rounds, number = (QUICK_ROUNDS, QUICK_CASES) if quick else (ROUNDS, CASES)
    milliseconds: dict[str, list[float]] = defaultdict(list)
    rates, cpu = [], []
    for at in range(rounds):
        say(f"bench: 第{at + 1}轮，{number} 件")
        cases = [_told(district, count) for count in range(number)]
        began, spent = time.perf_counter(), time.process_time()
        for verb, do in _verbs(district).items():
            for case in cases:
                start = time.perf_counter()
                do(case)
                milliseconds[verb].append((time.perf_counter() - start) * 1000)
        rates.append(number / (time.perf_counter() - began))
        cpu.append((time.process_time() - spent) / number * 1000)
    result = Result(
        title="办理：一个进程，每件经 接单、派单、答复、评价",
        columns=("动作", "SQL条数", "p50毫秒", "p95毫秒", "件/秒"),
    )
    counted = _counted(district)
    for verb, taken in milliseconds.items():
        p50, p95 = percentile(taken, 0.5), percentile(taken, 0.95)
        result.rows.append((verb, counted[verb], p50, p95, 1000 / (sum(taken) / len(taken))))
    result.rows.append(("四步一件", sum(counted.values()), None, None, median(rates)))
    result.notes.append(f"一件四步用 {median(cpu):.1f} 毫秒 CPU（不含数据库服务器）")
    result.details = {"rates": rates, "cpu_milliseconds": cpu, "statements": counted}
    return result


def _told(district: District, number: int) -> UUID:
    """A report from a building of the worker's community."""
    community = district.units[Level.COMMUNITY][0]
    estate = next(u for _, u in district.buildings if u.community_id == community.id)
    where = queries.where_of_unit(estate)
    told = Told(key=secrets.token_urlsafe(16), text=complaint(number))
    return actions.report(told, where).case_id


def _verbs(district: District) -> dict[str, Verb]:
    worker, officer = district.actor("community"), district.actor("department")
    department = district.units[Level.DEPARTMENT][0].id

    def rate(case: UUID) -> None:
        report = Report.objects.get(case_id=case)
        actions.rate(report, "solved", "satisfied")

    return {
        "接单": lambda case: actions.accept(worker, case),
        "派单": lambda case: actions.dispatch(worker, case, department, "由责任部门办理"),
        "答复": lambda case: actions.answer(officer, case, "已派人修好，请您查看。"),
        "评价": rate,
    }


def _counted(district: District) -> dict[str, int]:
    """How many statements each verb takes."""
    case = _told(district, 0)
    counted = {}
    for verb, do in _verbs(district).items():
        with Statements() as statements:
            do(case)
        counted[verb] = statements.count
    assert Case.objects.everywhere("the benchmark's own").get(pk=case).stage == "closed"
    return counted
