"""`huiban handbook`: a unit's month as a finished PDF or DOCX."""

from __future__ import annotations

import argparse
from pathlib import Path

from huiban.cli.filebeside import written_whole
from huiban.cli.outcomes import DONE, WrongUse, say, tell
from huiban.kernel.base.errors import Refusal
from huiban.kernel.files.papers import FORMATS
from huiban.kernel.territory.models import Level, Unit
from huiban.kernel.territory.queries import current_unit, unit_by_code
from huiban.modules.analysis.actions.handbook_files import file_of, rendered
from huiban.modules.analysis.actions.publishing import follow_log
from huiban.modules.analysis.handbook.drafting import drafted
from huiban.modules.analysis.handbook.gathering import gather
from huiban.modules.analysis.models import Handbook
from huiban.modules.analysis.queries.handbooks import printed_of
from huiban.modules.analysis.reckoning.months import Month


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--unit", required=True, metavar="CODE", help="区、街道、社区或部门的编码")
    parser.add_argument("--month", required=True, metavar="YYYY-MM", help="月份，例如 2026-10")
    parser.add_argument(
        "--output", type=Path, required=True, metavar="FILE", help="写到这个文件：.pdf 或 .docx"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the published handbook, else a draft from the counts as they are now."""
    file_format = arguments.output.suffix.lower().removeprefix(".")
    if file_format not in FORMATS:
        raise WrongUse("--output 要以 .pdf 或 .docx 结尾，按结尾决定格式。", "output")
    try:
        month = Month.parse(arguments.month)
    except Refusal as refusal:
        raise WrongUse(refusal.message, refusal.field) from refusal
    unit = asked_unit(arguments.unit)
    content, state = _made(unit, month, file_format)
    with written_whole(arguments.output) as draft:
        draft.write_bytes(content)
    tell(f"{unit.name} {month} {state} {arguments.output}")
    return DONE


def asked_unit(code: str) -> Unit:
    """The unit with that code, or what it was merged into; a leading group's is its district.

    Raises WrongUse for a code that nobody has.
    """
    found = unit_by_code(code)
    if found is None:
        raise WrongUse(
            f"没有编码为“{code}”的单位。huiban territory list 列出所有单位和编码。", "unit"
        )
    if found.level == Level.LEADING_GROUP and found.district_id:
        return current_unit(found.district_id)
    return current_unit(found.pk)


def _made(unit: Unit, month: Month, file_format: str) -> tuple[bytes, str]:
    kept = Handbook.objects.filter(
        unit=unit, month=str(month), state=Handbook.State.PUBLISHED
    ).first()
    if kept is not None:
        return file_of(kept, file_format), "已发布"
    follow_log()
    snapshot = gather(unit, month, printed_of(unit))
    if snapshot["is_empty"]:
        say(f"huiban: {month} 没有{unit.name}的数据，手册会如实写明。")
    return rendered(snapshot, drafted(snapshot), file_format), "草稿"
