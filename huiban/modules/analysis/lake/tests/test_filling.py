"""The lake says what the log says, without anybody's name, however often and far it was filled."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import Refusal
from huiban.kernel.events.models import Event
from huiban.kernel.events.pump import give_positions
from huiban.kernel.events.registry import KINDS
from huiban.kernel.territory.models import Unit
from huiban.modules.analysis.actions.folding import fold_all
from huiban.modules.analysis.lake.checking import faults, manifest_of, manifests, unnamed
from huiban.modules.analysis.lake.columns import FIELDS, LEFT_OUT, SUBJECTS
from huiban.modules.analysis.lake.filling import casefiles, export, raw
from huiban.modules.analysis.lake.manifest import load
from huiban.modules.analysis.lake.storage import storage_at
from huiban.modules.analysis.lake.tests.lakes import OURS, THEIRS, content, files, fill, play, told
from huiban.modules.supervision.exporting.facts import KEPT_BACK
from huiban.modules.supervision.exporting.source import Source
from huiban.modules.voice import actions
from huiban.modules.voice.models import Case
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def past(cast: Cast, tell: Tell, clock: Traveller) -> Cast:
    """A district with some weeks behind it."""
    play(cast, tell, clock, stories=6)
    return cast


def test_every_told_event_is_there_once_with_its_fields(past: Cast, tmp_path: Path) -> None:
    outcome = fill(tmp_path)
    events = {row["position"]: row for row in told(tmp_path, "events")}
    log = Event.objects.filter(subject_type__in=SUBJECTS).order_by("position")
    assert [event.position for event in log] == sorted(events)
    assert outcome.events == len(events)
    codes = {str(unit.pk): unit.code for unit in Unit.objects.all()}
    for event in log:
        row = events[event.position]
        assert (row["kind"], row["sequence"], row["moment"]) == (
            event.kind,
            event.sequence,
            event.at,
        )
        assert row["district"] == past.units["district"].code, event.kind
        for name in ("unit", "owner", "street", "from_unit"):
            said = event.payload.get(name)
            assert row[name] == (codes[said] if said else said), (event.kind, name)
        for name in ("stage", "owes", "tier", "danger", "category"):
            assert row[name] == event.payload.get(name), (event.kind, name)


def test_cases_are_told_by_the_same_names_as_in_the_exports(past: Cast, tmp_path: Path) -> None:
    fill(tmp_path)
    named = {trace.case.key for trace in Source().traces()}
    assert {row["subject"] for row in told(tmp_path, "cases")} == named
    assert {row["subject"] for row in told(tmp_path, "events")} >= named


def test_nothing_in_it_leads_back_to_a_person(past: Cast, tmp_path: Path) -> None:
    fill(tmp_path)
    everything = content(tmp_path)
    cells = {
        str(value)
        for table in everything.values()
        for row in table
        for value in row.values()
        if isinstance(value, str)
    }
    reference = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
    assert [cell for cell in cells if reference.search(cell)] == []
    telephone = re.compile(r"(?<![0-9a-f])1[3-9]\d{9}(?![0-9a-f])")
    assert [cell for cell in cells if telephone.search(cell)] == []
    secret = {"13800001234", "电梯停运", "还没有修好", "已处理完毕", "worker@", "account:"}
    assert [cell for cell in cells if any(word in cell for word in secret)] == []
    actors = {row["actor"] for row in everything["events"]}
    assert actors <= {"worker", "resident", "system"}


def test_every_field_of_a_case_event_is_told_or_left_out_on_purpose() -> None:
    undecided = {
        f"{kind.name}.{name}"
        for kind in KINDS.values()
        if kind.name.startswith(("voice.", "duties."))
        for name in kind.fields - FIELDS.keys() - LEFT_OUT - KEPT_BACK
    }
    assert undecided == set()


def test_a_second_run_changes_nothing(past: Cast, tmp_path: Path) -> None:
    fill(tmp_path)
    before = files(tmp_path)
    outcome = fill(tmp_path)
    assert (outcome.events, outcome.cases, outcome.mended) == (0, 0, 0)
    assert files(tmp_path) == before


def test_what_comes_later_is_added_and_changed_cases_are_told_anew(
    past: Cast, tell: Tell, clock: Traveller, tmp_path: Path
) -> None:
    fill(tmp_path / "grown")
    reported = tell("楼上太吵")
    clock.ahead(days=40)
    actions.accept(past["worker"], reported.case_id)
    play(past, tell, clock, stories=2, seed=2)
    outcome = fill(tmp_path / "grown")
    assert 0 < outcome.cases < Case.objects.everywhere("a test counts").count()
    fill(tmp_path / "new")
    assert content(tmp_path / "grown") == content(tmp_path / "new")
    assert (
        unnamed(storage_at(str(tmp_path / "grown")), manifests(storage_at(str(tmp_path / "grown"))))
        == []
    )


@pytest.mark.thorough
@pytest.mark.parametrize(("stretch", "small", "at_once"), [(7, 3, 4), (3, 0, 2), (50, 10_000, 9)])
def test_however_the_log_is_cut_the_lake_says_the_same(
    past: Cast,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stretch: int,
    small: int,
    at_once: int,
) -> None:
    fill(tmp_path / "whole")
    monkeypatch.setattr(export, "STRETCH", stretch)
    monkeypatch.setattr(export, "SMALL", small)
    monkeypatch.setattr(raw, "EVENTS_AT_ONCE", at_once)
    monkeypatch.setattr(raw, "STATES_AT_ONCE", at_once)
    fill(tmp_path / "cut")
    assert content(tmp_path / "cut") == content(tmp_path / "whole")


def test_a_case_that_moves_on_meanwhile_is_told_as_it_was(
    past: Cast, tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported = tell("楼上太吵")
    fill(tmp_path / "still")
    real = raw.all_states

    def moved_on() -> Any:
        monkeypatch.setattr(casefiles, "all_states", real)
        actions.accept(past["worker"], reported.case_id)
        tell("楼道里堆了杂物")
        give_positions()
        fold_all()
        return real()

    fill(tmp_path / "meanwhile")
    monkeypatch.setattr(casefiles, "all_states", moved_on)
    (tmp_path / "meanwhile" / "manifests" / f"{OURS}.json").unlink()
    fill(tmp_path / "meanwhile")
    assert content(tmp_path / "meanwhile") == content(tmp_path / "still")
    fill(tmp_path / "meanwhile")
    fill(tmp_path / "new")
    assert content(tmp_path / "meanwhile") == content(tmp_path / "new")


@pytest.mark.thorough
@pytest.mark.parametrize("table", ["events", "cases", "units"])
def test_what_breaks_is_named_and_written_again(past: Cast, tmp_path: Path, table: str) -> None:
    fill(tmp_path)
    whole = files(tmp_path)
    storage = storage_at(str(tmp_path))
    for harm in ("gone", "cut", "changed"):
        broken = sorted((tmp_path / table).rglob("*.parquet"))[0]
        break_file(broken, harm)
        parts = manifest_of(storage, OURS).parts.values()
        found = faults(storage, parts, thoroughly=True)
        assert [fault.part.path for fault in found] == [str(broken.relative_to(tmp_path))]
        assert fill(tmp_path).mended == 1, harm
        assert files(tmp_path) == whole, harm


def break_file(path: Path, harm: str) -> None:
    """Let the file be gone, cut short, or of the same size with another content."""
    text = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(text[:-9] if harm == "cut" else text[:40] + b"\0\0\0\0" + text[44:])


def test_a_lake_without_its_manifest_is_written_again(past: Cast, tmp_path: Path) -> None:
    fill(tmp_path)
    whole = files(tmp_path)
    manifest = tmp_path / "manifests" / f"{OURS}.json"
    manifest.unlink()
    with pytest.raises(Refusal, match=rf"清单 manifests/{OURS}\.json 不见了"):
        manifests(storage_at(str(tmp_path)))
    fill(tmp_path)
    assert files(tmp_path) == whole
    manifest.write_bytes(manifest.read_bytes()[:-100])
    with pytest.raises(Refusal, match="读不出来"):
        manifests(storage_at(str(tmp_path)))
    fill(tmp_path)
    assert files(tmp_path) == whole


def test_what_a_killed_run_left_is_removed(past: Cast, tmp_path: Path) -> None:
    fill(tmp_path)
    whole = files(tmp_path)
    folder = next((tmp_path / "events").rglob("*.parquet")).parent
    (folder / f"part-900-950-{OURS}.parquet").write_bytes(b"half")
    (folder / f".part-900-950-{OURS}.parquet.0123abcd.draft").write_bytes(b"ha")
    others = folder / f"part-900-950-{THEIRS}.parquet"
    others.write_bytes(b"not ours")
    # Being written this moment.
    drafts = [
        folder / f".part-1-2-{THEIRS}.parquet.0123abcd.draft",
        tmp_path / "manifests" / f".{THEIRS}.json.{OURS}.draft",
    ]
    for draft in drafts:
        draft.write_bytes(b"not ours either")
    assert len(told(tmp_path, "events")) == fill(tmp_path / "new").events
    fill(tmp_path)
    for path in (others, *drafts):
        path.unlink()
    assert {name: text for name, text in files(tmp_path).items() if "new/" not in name} == whole


def test_the_lake_of_another_log_is_refused(past: Cast, tmp_path: Path) -> None:
    fill(tmp_path)
    storage = storage_at(str(tmp_path))
    manifest = manifest_of(storage, OURS)
    for strange in (
        replace(manifest, anchor="0" * 64),
        replace(manifest, events=manifest.events + 1),
    ):
        storage.write(f"manifests/{OURS}.json", strange.dump())
        with pytest.raises(Refusal, match="对不上"):
            fill(tmp_path)


def test_a_program_that_tells_more_writes_the_lake_anew(past: Cast, tmp_path: Path) -> None:
    fill(tmp_path)
    whole = files(tmp_path)
    storage = storage_at(str(tmp_path))
    told_before = content(tmp_path)
    older = replace(manifest_of(storage, OURS), shape="of-before")
    storage.write(f"manifests/{OURS}.json", older.dump())
    assert fill(tmp_path).events == len(told(tmp_path, "events"))
    assert content(tmp_path) == told_before
    # No file took another's place while the one before still counted.
    parts = {name for name in files(tmp_path) if name.endswith(".parquet")}
    assert parts
    assert parts.isdisjoint(whole)
    assert all(f"-g1-{OURS}" in name for name in parts)
    fill(tmp_path)
    assert {name for name in files(tmp_path) if name.endswith(".parquet")} == parts


class Killed(BaseException):
    """Stands for the power cut."""


def break_off(monkeypatch: pytest.MonkeyPatch, folder: Path, step: str) -> None:
    """Let an export be killed as it comes to a step."""

    def killed(*_anything: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(export, step, killed)
        with pytest.raises(Killed):
            fill(folder)


@pytest.mark.parametrize("step", ["write_cases", "told_units"])
def test_a_night_that_breaks_off_counts_for_nothing_and_is_gone_on_with(
    past: Cast,
    tell: Tell,
    clock: Traveller,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    fill(tmp_path / "grown")
    before = content(tmp_path / "grown")
    play(past, tell, clock, stories=2, seed=2)
    break_off(monkeypatch, tmp_path / "grown", step)
    assert content(tmp_path / "grown") == before
    storage = storage_at(str(tmp_path / "grown"))
    assert unnamed(storage, manifests(storage)) == []
    outcome = fill(tmp_path / "grown")
    assert outcome.events == 0, "the events were written already"
    fill(tmp_path / "new")
    assert content(tmp_path / "grown") == content(tmp_path / "new")
    assert unnamed(storage, manifests(storage)) == []
    assert not (tmp_path / "grown" / "manifests" / f"{OURS}.going").exists()


@pytest.mark.parametrize("step", ["write_cases", "told_units"])
def test_a_lake_that_is_written_anew_counts_as_before_until_it_is_whole(
    past: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    fill(tmp_path)
    before = content(tmp_path)
    storage = storage_at(str(tmp_path))
    older = replace(manifest_of(storage, OURS), shape="of-before")
    storage.write(f"manifests/{OURS}.json", older.dump())
    for _ in range(2):
        break_off(monkeypatch, tmp_path, step)
        assert content(tmp_path) == before
        named = manifests(storage)
        assert faults(storage, named[0].parts.values(), thoroughly=True) == []
    assert fill(tmp_path).events == 0
    assert content(tmp_path) == before
    assert manifests(storage)[0].shape != "of-before"
    assert unnamed(storage, manifests(storage)) == []


def test_a_lake_whose_first_export_broke_off_says_so(
    past: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_off(monkeypatch, tmp_path, "write_cases")
    with pytest.raises(Refusal, match=r"第一遍还没有写完.*再运行一次"):
        manifests(storage_at(str(tmp_path)))
    fill(tmp_path)
    assert told(tmp_path, "cases")


def test_what_a_broken_off_export_of_another_log_left_is_let_go(
    past: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_off(monkeypatch, tmp_path, "write_cases")
    going = tmp_path / "manifests" / f"{OURS}.going"
    strange = replace(load("", going.read_bytes()), anchor="0" * 64)
    for text in (strange.dump(), b"half"):
        going.write_bytes(text)
        assert fill(tmp_path).events == len(told(tmp_path, "events"))
        (tmp_path / "manifests" / f"{OURS}.json").unlink()


@pytest.mark.parametrize("table", ["events", "cases"])
def test_damage_of_equal_size_is_seen_before_anything_is_merged_with_it(
    past: Cast, tell: Tell, tmp_path: Path, table: str
) -> None:
    storage = storage_at(str(tmp_path / "grown"))
    tell("楼道里堆了杂物")
    fill(tmp_path / "grown")
    for broken in sorted((tmp_path / "grown" / table).rglob("*.parquet")):
        break_file(broken, "changed")
    tell("楼上太吵")
    said: list[str] = []
    outcome = export.export(storage, OURS, said.append, thoroughly=False)
    assert outcome.mended == 1
    assert any(line.startswith(f"{table}/") and "正在重写" in line for line in said)
    fill(tmp_path / "new")
    export.export(storage, OURS, said.append, thoroughly=True)
    assert content(tmp_path / "grown") == content(tmp_path / "new")


def test_two_installations_share_a_root_and_keep_to_their_own(
    past: Cast, tell: Tell, tmp_path: Path
) -> None:
    fill(tmp_path)
    ours = files(tmp_path)
    become_another_district()
    fill(tmp_path, THEIRS)
    assert {one.lake for one in manifests(storage_at(str(tmp_path)))} == {OURS, THEIRS}
    assert {row["district"] for row in told(tmp_path, "cases")} == {"T000", "Z000"}
    assert {name: text for name, text in files(tmp_path).items() if name in ours} == ours
    fill(tmp_path, THEIRS)
    next((tmp_path / "events").rglob(f"*-{THEIRS}.parquet")).unlink()
    assert fill(tmp_path, THEIRS).mended == 1


def become_another_district() -> None:
    """Let the units have other codes, as if this were the installation of another district."""
    for unit in Unit.objects.all():
        Unit.objects.filter(pk=unit.pk).update(code=unit.code.replace("T", "Z"))


def test_a_log_without_anything_gives_an_empty_lake(cast: Cast, tmp_path: Path) -> None:
    outcome = fill(tmp_path)
    assert (outcome.events, outcome.cases) == (0, 0)
    assert told(tmp_path, "events") == []
    assert len(told(tmp_path, "units")) == Unit.objects.count()
    assert settings.SECRETS.fingerprint[:8] != OURS
