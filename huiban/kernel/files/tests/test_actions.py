from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from PIL import Image

from huiban.kernel.base import clock as the_clock
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.ids import new_id
from huiban.kernel.files import actions, folder, queries, rules
from huiban.kernel.files.models import StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_root(tmp_path: Path, settings: Any) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path / "files"


def photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (80, 60), "teal").save(out, "PNG")
    return out.getvalue()


def drafts(count: int) -> list[StoredFile]:
    return [actions.take_photo(photo()) for _ in range(count)]


def files_in(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_a_photo_is_taken_in_as_a_draft_under_an_unguessable_name(files_root: Path) -> None:
    stored = actions.take_photo(photo())
    path = queries.photo_path(stored.name)
    assert path == files_root / stored.name[:2] / stored.name[2:4] / stored.name
    assert len(stored.name) == len("0" * 32 + ".jpg")
    assert files_in(files_root) == [path]
    data = path.read_bytes()
    assert (stored.size, stored.digest) == (len(data), hashlib.sha256(data).hexdigest())
    assert (stored.width, stored.height, stored.media_type) == (80, 60, "image/jpeg")
    assert stored.subject_id is None


def test_a_refused_photo_leaves_nothing(files_root: Path) -> None:
    with pytest.raises(Refusal):
        actions.take_photo(b"no photo")
    assert not StoredFile.objects.exists()
    assert not files_root.exists()


def test_a_photo_of_an_unknown_name_lies_nowhere() -> None:
    assert queries.photo_path("0" * 32 + ".jpg") is None
    assert queries.photo_path("../../secrets.json") is None


def test_linked_photos_are_found_in_their_order() -> None:
    case, other = new_id(), new_id()
    first, second, third = drafts(3)
    assert actions.link_photos([second.id, first.id, second.id], "voice.report", case) == 2
    assert actions.link_photos([third.id], "voice.report", case) == 1
    assert queries.photos_of([case, other]) == [second, first, third]
    assert queries.photos_of([other]) == []


def test_linking_no_photos_is_nothing() -> None:
    assert actions.link_photos([], "voice.report", new_id()) == 0


def test_a_draft_linked_twice_is_refused_and_stays_with_the_first() -> None:
    first, second = new_id(), new_id()
    used, fresh = drafts(2)
    actions.link_photos([used.id], "voice.report", first)
    with pytest.raises(Refusal) as refused, transaction.atomic():
        actions.link_photos([fresh.id, used.id], "voice.report", second)
    assert (refused.value.message, refused.value.field) == (rules.USED, "photos")
    assert queries.photos_of([first]) == [used]
    # The whole of the second record's transaction is undone.
    assert queries.photos_of([second]) == []


def test_a_photo_that_never_was_is_refused() -> None:
    with pytest.raises(Refusal), transaction.atomic():
        actions.link_photos([new_id()], "voice.report", new_id())


def test_nine_photos_are_linked_and_a_tenth_is_refused() -> None:
    case = new_id()
    taken = drafts(10)
    assert actions.link_photos([draft.id for draft in taken[:9]], "voice.report", case) == 9
    with pytest.raises(Refusal) as refused, transaction.atomic():
        actions.link_photos([taken[9].id], "voice.report", case)
    assert refused.value.message == rules.TOO_MANY
    with pytest.raises(Refusal), transaction.atomic():
        actions.link_photos([new_id() for _ in range(10)], "voice.report", new_id())
    assert len(queries.photos_of([case])) == 9


@pytest.mark.django_db(transaction=True)
def test_photos_are_linked_only_within_a_transaction_and_taken_in_only_outside_one() -> None:
    draft = actions.take_photo(photo())
    with pytest.raises(RuntimeError):
        actions.link_photos([draft.id], "voice.report", new_id())
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.take_photo(photo())


@pytest.mark.django_db(transaction=True)
def test_an_erased_photo_is_gone_and_its_tombstone_stays(files_root: Path) -> None:
    case, other = new_id(), new_id()
    gone, kept = drafts(2)
    with transaction.atomic():
        actions.link_photos([gone.id], "voice.report", case)
        actions.link_photos([kept.id], "voice.report", other)
    with transaction.atomic():
        assert actions.erase_photos([case]) == 1
        assert len(files_in(files_root)) == 2, "the files wait for the commit"
    assert queries.photo_path(gone.name) is None
    assert queries.photos_of([case, other]) == [kept]
    assert files_in(files_root) == [folder.path_of(kept.name)]
    tombstone = StoredFile.objects.get(pk=gone.pk)
    assert tombstone.erased_at is not None
    assert (tombstone.digest, tombstone.size, tombstone.subject_id) == ("", 0, case)
    assert actions.erase_photos([case]) == 0


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_is_undone_leaves_the_file(files_root: Path) -> None:
    case = new_id()
    draft = actions.take_photo(photo())
    with transaction.atomic():
        actions.link_photos([draft.id], "voice.report", case)
    with transaction.atomic():
        actions.erase_photos([case])
        transaction.set_rollback(True)
    assert queries.photos_of([case]) == [draft]
    assert files_in(files_root) == [folder.path_of(draft.name)]


def test_old_drafts_are_cleared_and_linked_photos_and_fresh_drafts_stay(
    clock: Traveller, files_root: Path
) -> None:
    old, linked = drafts(2)
    actions.link_photos([linked.id], "voice.report", new_id())
    clock.ahead(hours=25)
    fresh = actions.take_photo(photo())
    day_ago = the_clock.now() - timedelta(days=1)
    assert actions.clear_drafts(day_ago) == 1
    assert set(StoredFile.objects.all()) == {linked, fresh}
    assert files_in(files_root) == sorted(folder.path_of(kept.name) for kept in (linked, fresh))
    assert not StoredFile.objects.filter(pk=old.pk).exists()
    assert actions.clear_drafts(day_ago) == 0


def test_the_nightly_run_finishes_what_a_crash_left(clock: Traveller, files_root: Path) -> None:
    """The process died after the row was written, or after the erasure held, before the file."""
    erased, never_written = drafts(2)
    actions.link_photos([erased.id], "voice.report", new_id())
    StoredFile.objects.filter(pk=erased.pk).update(erased_at=the_clock.now(), digest="")
    path = folder.path_of(never_written.name)
    path.rename(path.with_suffix(".new"))
    clock.ahead(hours=25)
    assert actions.clear_drafts(the_clock.now() - timedelta(days=1)) == 2
    assert files_in(files_root) == []
    assert [stored.size for stored in StoredFile.objects.all()] == [0]


@pytest.mark.faults
def test_a_full_disk_is_a_refusal_that_leaves_nothing(
    files_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Refusal) as refused:
        actions.take_photo(photo())
    assert (refused.value.message, refused.value.field) == (rules.NO_ROOM, "photos")
    assert not StoredFile.objects.exists()
    assert files_in(files_root) == []


def test_missing_and_altered_files_are_found() -> None:
    whole, missing, altered, undead = drafts(4)
    actions.link_photos([whole.id, missing.id, altered.id, undead.id], "voice.report", new_id())
    assert list(queries.broken_files()) == []
    folder.path_of(missing.name).unlink()
    folder.path_of(altered.name).write_bytes(b"something else")
    StoredFile.objects.filter(pk=undead.pk).update(erased_at=the_clock.now())
    broken = list(queries.broken_files())
    assert len(broken) == 3
    assert [name for name in (missing.name, altered.name, undead.name) if name in "".join(broken)]
    assert not any(whole.name in line for line in broken)
