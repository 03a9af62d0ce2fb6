"""A crowd of real client processes that all do the same thing at the same moment.

    python -m tests.concurrency.crowd SCENARIO CLIENTS [--off]

Makes the tables and the cast in the database of the environment, forks the clients, lets them go
together, and prints as JSON what came of it. `--off` takes the protection away: the control.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - needs the set-up above
from django.db import connection, connections, models  # noqa: E402

from huiban.kernel.base.errors import Refusal  # noqa: E402
from huiban.kernel.duties.actions import lead_of  # noqa: E402
from huiban.kernel.events.models import Event  # noqa: E402
from huiban.kernel.moves.proof import broken_promises  # noqa: E402
from huiban.modules.voice import actions, kinds, queries  # noqa: E402
from huiban.modules.voice.actions import intake, locating, merging, triage  # noqa: E402
from huiban.modules.voice.contracts import Reported, Told  # noqa: E402
from huiban.modules.voice.models import Case, Report  # noqa: E402
from tests.cast import Cast, make_cast  # noqa: E402

Client = Callable[[int], str]
PATIENCE = 180


def go_together(clients: int, act: Client) -> Counter[str]:
    """Fork the clients, let them all go at once, and count what they say."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    barrier, said = context.Barrier(clients), context.Queue()

    def one(number: int) -> None:
        connection.ensure_connection()
        barrier.wait(PATIENCE)
        try:
            said.put(act(number))
        except Refusal as refusal:
            said.put(type(refusal).__name__)
        except Exception as problem:  # noqa: BLE001 - the count shows it, whatever it is
            said.put(f"{type(problem).__name__}: {problem}"[:80])
        finally:
            connections.close_all()

    crowd = [context.Process(target=one, args=(number,)) for number in range(clients)]
    for process in crowd:
        process.start()
    outcome = Counter(said.get(timeout=PATIENCE) for _ in crowd)
    for process in crowd:
        process.join(PATIENCE)
    return outcome


def tell(cast: Cast, key: str, text: str = "电梯停运") -> Reported:
    """Send one report from building 3, as if nobody had set a limit."""
    scanned = queries.where_of_tag(cast.tags["building_3"])
    assert scanned is not None
    return actions.report(Told(key=key, text=text), scanned.where)


def events_of(kind: str, case_id: UUID | None = None) -> int:
    """How many events of a kind there are, of a case or of all."""
    found = Event.objects.filter(kind=kind)
    return found.filter(subject_id=case_id).count() if case_id else found.count()


def submit(cast: Cast, clients: int, off: bool) -> dict[str, Any]:
    """All send one key: one case, and everyone gets the same receipt."""
    if off:
        drop_unique(Report, "key_hash", "receipt_hash")
        # Each asked before the crowd came whether the key is known.
        vars(intake)["_already"] = lambda _key_hash, _receipt: None
    said = go_together(clients, lambda number: tell(cast, "one-key-of-a-crowd").receipt)
    cases = Case.objects.everywhere("counted by the test").count()
    return {"said": sorted(said), "receipts": len(said), "effects": cases}


def accept(cast: Cast, clients: int, off: bool) -> dict[str, Any]:
    """All accept one case: one does, the others hear that someone was quicker."""
    case_id = tell(cast, "a-case-for-a-crowd").case_id
    unprotect(cast, case_id, off)
    said = go_together(clients, lambda _: done(actions.accept, cast["worker"], case_id))
    return {"said": dict(said), "effects": events_of(kinds.ACCEPTED, case_id)}


def dispatch(cast: Cast, clients: int, off: bool) -> dict[str, Any]:
    """All dispatch one case: one does."""
    case_id = tell(cast, "a-case-for-a-crowd").case_id
    unprotect(cast, case_id, off)
    housing = cast.units["housing"].id
    said = go_together(clients, lambda _: done(actions.dispatch, cast["worker"], case_id, housing))
    return {"said": dict(said), "effects": events_of(kinds.DISPATCHED, case_id)}


def join(cast: Cast, clients: int, off: bool) -> dict[str, Any]:
    """Each joins the same case with a report of their own: each counts once."""
    target = tell(cast, "a-case-for-a-crowd").case_id
    sent = [tell(cast, f"a-joiner-of-a-crowd-{number}") for number in range(clients)]
    receipts = [queries.report_by_receipt(reported.receipt) for reported in sent]
    if off:
        stale(target)
    said = go_together(clients, lambda n: done(actions.join_case, receipts[n], target))
    joined = Case.objects.everywhere("counted by the test").get(pk=target).joiner_count
    return {"said": dict(said), "effects": joined, "events": events_of(kinds.REPORT_JOINED)}


def locate(cast: Cast, clients: int, off: bool) -> dict[str, Any]:
    """All say of one case where it is: it's said once, and nobody is refused."""
    told = Told(key="a-case-for-a-crowd", text="3号楼电梯停运", channel="web")
    case_id = actions.report(told, queries.where_without_tag()).case_id
    unprotect(cast, case_id, off)
    officer, place = cast["district_officer"], cast.places["building_3"].id
    said = go_together(clients, lambda _: done(actions.locate, officer, case_id, place))
    return {"said": dict(said), "effects": events_of(kinds.LOCATED, case_id)}


def merge(cast: Cast, clients: int, off: bool) -> dict[str, Any]:
    """Some merge one case into another, some the other way round, and neighbours join: one merges."""
    one, other = (tell(cast, f"a-case-for-a-crowd-{name}").case_id for name in ("one", "other"))
    sent = [tell(cast, f"a-joiner-of-a-crowd-{number}") for number in range(clients)]
    receipts = [queries.report_by_receipt(reported.receipt) for reported in sent]
    for case_id in (one, other):
        unprotect(cast, case_id, off)

    def act(number: int) -> str:
        if number % 3 == 2:
            return done(actions.join_case, receipts[number], one)
        pair = (one, other) if number % 3 else (other, one)
        return done(actions.merge, cast["worker"], *pair)

    said = go_together(clients, act)
    told = Counter(Report.objects.values_list("case_id", flat=True))
    cases = Case.objects.everywhere("counted by the test")
    astray = [str(case) for case in cases if case.joiner_count != max(0, told[case.pk] - 1)]
    return {"said": dict(said), "effects": events_of(kinds.MERGED), "astray": astray}


def done(action: Callable[..., Any], *arguments: Any) -> str:
    """Do it, and say that it is done."""
    action(*arguments)
    return "done"


def unprotect(cast: Cast, case_id: UUID, off: bool) -> None:
    """Take the protection of a case away, where the control asks for it.

    On PostgreSQL the row locks and the constraints behind them; on SQLite, whose one writer can't
    be taken away, the guard reads the case before the transaction begins.
    """
    if not off:
        return
    if connection.vendor == "sqlite":
        stale(case_id)
        return
    models.QuerySet.select_for_update = lambda self, **_: self  # type: ignore[method-assign]
    for name in ("one_open_lead_duty", "a_duty_once_a_unit"):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX IF EXISTS {name}")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_event DROP CONSTRAINT IF EXISTS one_link_each")
        cursor.execute("DROP TRIGGER IF EXISTS chain_head_moves_forward ON events_chainhead")


def stale(case_id: UUID) -> None:
    """Let every guard see the case and its lead duty as they were before the crowd came."""
    lead = lead_of(case_id)
    known = Case.objects.everywhere("the control reads it too early").get(pk=case_id)
    locked = vars(intake)["lock_record"]

    def early(model: type[Case], pk: UUID) -> Case:
        found: Case = known if pk == case_id else locked(model, pk)
        return found

    vars(intake)["lock_record"] = early
    for module in (triage, locating):
        vars(module)["take_case"] = lambda _actor, _case_id: known
        vars(module)["lead_duty"] = lambda _case: lead
    take, leading = vars(merging)["take_case"], vars(merging)["lead_duty"]
    vars(merging)["take_case"] = lambda actor, pk: known if pk == case_id else take(actor, pk)
    vars(merging)["lead_duty"] = lambda case: lead if case.pk == case_id else leading(case)


def drop_unique(model: type[models.Model], *columns: str) -> None:
    """Take these columns' unique constraints away."""
    table = model._meta.db_table
    with connection.schema_editor() as editor:
        if connection.vendor == "sqlite":
            for column in columns:
                vars(model._meta.get_field(column))["_unique"] = False
            editor._remake_table(model)  # type: ignore[attr-defined]
            return
        with connection.cursor() as cursor:
            known = connection.introspection.get_constraints(cursor, table)
        for name, told in known.items():
            if told["unique"] and not told["primary_key"] and told["columns"][0] in columns:
                editor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


SCENARIOS = {
    "submit": submit,
    "accept": accept,
    "dispatch": dispatch,
    "join": join,
    "locate": locate,
    "merge": merge,
}


def main() -> None:
    """Run one scenario and print what came of it."""
    scenario, clients, off = sys.argv[1], int(sys.argv[2]), "--off" in sys.argv
    call_command("migrate", verbosity=0)
    cast = make_cast()
    outcome = SCENARIOS[scenario](cast, clients, off)
    outcome["broken"] = list(broken_promises(Case))
    print(json.dumps(outcome, ensure_ascii=False))


if __name__ == "__main__":
    main()
