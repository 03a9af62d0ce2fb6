"""`verify`, `explain` and `erase`: the books proved again, a case explained, a resident forgotten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from huiban.cli.main import main
from huiban.kernel.base.codes import show_receipt
from huiban.kernel.duties.models import Duty
from huiban.kernel.events.models import Cursor, Event, Seal
from huiban.kernel.events.pump import give_positions
from huiban.kernel.events.seals import seal_if_due
from huiban.modules.analysis.actions.folding import fold_all
from huiban.modules.analysis.position import cursor_name
from huiban.modules.voice.models import Report, ReporterContact
from tests.cast import Cast, Tell
from tests.guards import guards_lifted


def verify(capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    capsys.readouterr()
    code = main(["verify"])
    return code, capsys.readouterr().out.splitlines()


def test_books_in_order_are_said_to_be(
    cast: Cast, tell: Tell, capsys: pytest.CaptureFixture[str]
) -> None:
    tell()
    seal_if_due()
    fold_all()
    assert verify(capsys) == (0, ["核对完毕：全部相符"])


def test_counts_that_the_worker_has_not_begun_are_said_and_no_fault(
    cast: Cast, tell: Tell, capsys: pytest.CaptureFixture[str]
) -> None:
    tell()
    give_positions()
    fold_all()
    Cursor.objects.filter(pk=cursor_name()).update(name="analysis:an-older-release")
    capsys.readouterr()
    assert main(["verify"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == ["核对完毕：其余相符；未核对：统计"]
    assert "统计：未核对（还没有开始统计，后台进程会先把日志统计一遍）" in said.err


def alter_an_event() -> None:
    with guards_lifted():
        Event.objects.filter(sequence=1).update(actor="account:somebody-else")


def remove_a_link() -> None:
    with guards_lifted():
        Event.objects.filter(sequence=1).delete()


def lose_a_duty() -> None:
    Duty.objects.filter(role="lead").update(closed_at="2026-05-08T02:00:00Z")


def alter_a_seal() -> None:
    with guards_lifted():
        Seal.objects.update(digest="0" * 64)


def lose_a_trigger() -> None:
    on = " ON events_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER events_event_kept{on}")


@pytest.mark.parametrize(
    ("spoil", "book"),
    [
        (alter_an_event, "事件链"),
        (remove_a_link, "事件链"),
        (lose_a_duty, "待办"),
        (alter_a_seal, "每夜封存"),
        (lose_a_trigger, "数据库"),
    ],
)
def test_whatever_is_off_is_found_and_named(
    cast: Cast,
    tell: Tell,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[], None],
    book: str,
) -> None:
    tell()
    give_positions()
    seal_if_due()
    fold_all()
    spoil()
    code, lines = verify(capsys)
    assert code == 1
    assert len(lines) >= 2
    assert book in lines[-1]


def test_a_case_is_explained_without_anybody_s_words(
    cast: Cast, tell: Tell, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = tell("楼道里的灯坏了三天，电话13800000001")
    assert main(["explain", sent.reference.lower()]) == 0
    out = capsys.readouterr().out
    assert out.startswith(sent.reference)
    assert "灯" not in out
    assert "13800000001" not in out
    assert main(["explain", "ABCDEFGH"]) == 1


def test_a_resident_is_forgotten_by_the_receipt(
    cast: Cast, tell: Tell, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = tell("楼道里的灯坏了三天", contact="13800000001")
    other = tell("垃圾没有清运", "building_5")
    fold_all()
    assert main(["erase", show_receipt(sent.receipt).lower()]) == 0
    assert sent.reference in capsys.readouterr().out
    assert Report.objects.get(pk=sent.report_id).text == ""
    assert not ReporterContact.objects.filter(report_id=sent.report_id).exists()
    assert Report.objects.get(pk=other.report_id).text == "垃圾没有清运"
    assert verify(capsys) == (0, ["核对完毕：全部相符"])
    assert main(["erase", sent.receipt]) == 0, "asked again, it is still done"
    assert main(["erase", "7K3M-9QTX-2HWPE"]) == 1
