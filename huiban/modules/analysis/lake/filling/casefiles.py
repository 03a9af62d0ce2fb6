"""Writes the files of cases: those of the months in which a case changed, each as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from huiban.modules.analysis.folding.counting import counted
from huiban.modules.analysis.position import position

from ..columns import schema
from ..manifest import Manifest, Part
from ..names import CASES, Partition
from ..parts import BrokenPart, by_partition, read_part, write_part
from ..storage import Storage
from .cases import CaseTeller
from .raw import STATES, all_states, cases_between, links_of, states_of_cases
from .references import References

ORDER = [("received", "ascending"), ("subject", "ascending")]


@dataclass(frozen=True)
class Written:
    """Files that came and went, how many cases were told, and which files were found broken."""

    come: list[Part]
    go: list[Part]
    cases: int
    broken: list[Part]


def write_cases(
    storage: Storage,
    manifest: Manifest,
    names: References,
    upto: int,
    broken: Collection[Partition],
) -> Written:
    """Tell the cases as they were at a position: those that changed, and all of broken partitions.

    A file that is found broken only as it is read makes its partition a broken one.
    """
    teller = CaseTeller(names)
    whole = not manifest.cases
    changed = [] if whole else cases_between(manifest.cases, upto)
    states = all_states() if whole else states_of_cases(changed)
    told = _told(teller, names, states, upto)
    written = Written([], [], told.num_rows, [])
    again = set(broken)
    for partition, rows in by_partition(CASES, told):
        if partition in again:
            continue
        try:
            rows = _merged(storage, manifest.of(partition), rows)
        except BrokenPart as problem:
            written.broken.append(problem.part)
            again.add(partition)
            continue
        _put(storage, manifest, partition, rows, upto, written)
    if again:
        rest = _told(teller, names, all_states(), upto)
        for partition, rows in by_partition(CASES, rest):
            if partition in again:
                _put(storage, manifest, partition, rows, upto, written)
    return written


def _put(
    storage: Storage,
    manifest: Manifest,
    partition: Partition,
    rows: pa.Table,
    upto: int,
    written: Written,
) -> None:
    rows = rows.select(schema(CASES).names).sort_by(ORDER)
    span = upto, upto
    label = manifest.label(str(upto))
    written.come.append(write_part(storage, partition, label, manifest.lake, rows, span))
    written.go.extend(manifest.of(partition))


def _merged(storage: Storage, there: list[Part], changed: pa.Table) -> pa.Table:
    """The rows from before, those of changed cases as they are now, and the new ones."""
    if not there:
        return changed
    before = read_part(storage, there[0])
    stays = pc.invert(pc.is_in(before["subject"], changed["subject"].combine_chunks()))
    return pa.concat_tables([before.filter(stays), changed.select(before.column_names)])


def _told(teller: CaseTeller, names: References, states: Iterable[pa.Table], upto: int) -> pa.Table:
    """The states told as they were at the position.

    Counting goes on meanwhile, so a state may be of a later moment than the position. To whatever
    that happened, more has been counted since, and it is counted again up to there.
    """
    told = [teller.told(table) for table in states]
    rows = pa.concat_tables(told) if told else teller.told(STATES.empty_table())
    later = cases_between(upto, position())
    if not later:
        return rows
    subjects = pa.array([names.case(key) for key in later], pa.string())
    is_later = pc.is_in(rows["subject"], subjects)
    here = set(rows["subject"].filter(is_later).to_pylist())
    asked = [
        key for key, subject in zip(later, subjects.to_pylist(), strict=True) if subject in here
    ]
    earlier = [state for key in asked if (state := _at(key, upto)) is not None]
    again = teller.told(pa.Table.from_pylist(earlier, schema=STATES))
    return pa.concat_tables([rows.filter(pc.invert(is_later)), again])


def _at(subject_id: str, upto: int) -> dict[str, str] | None:
    """A case's state at the position, counted from its events; None where it had none yet."""
    links = links_of(subject_id, upto)
    if not links:
        return None
    _type, state = counted(links, {}).states[links[0].subject_id]
    return {"subject_id": subject_id, "state": state}
