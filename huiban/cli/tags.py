"""`huiban tags`: sheets of QR tags to hang up, and the revocation of one that hangs."""

from __future__ import annotations

import argparse
from pathlib import Path

from huiban.cli.outcomes import DONE, WrongUse, say, tell
from huiban.kernel.base.errors import Refusal
from huiban.kernel.places.actions import issue_tags, revoke_tag
from huiban.kernel.places.models import Kind, Place
from huiban.kernel.places.queries import place_by_code, places_in, tag_by_number
from huiban.kernel.places.rules import read_kind
from huiban.kernel.places.tagsheet import PER_PAGE, check_printable, tag_sheet
from huiban.kernel.territory.queries import unit_by_code, units_within

ACTOR = "command"
USUAL_KINDS = f"{Kind.BUILDING.label},{Kind.SPOT.label}"


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the two things that one can do."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="print|revoke")
    printing = verbs.add_parser(
        "print",
        help="把二维码排成 A4 的 PDF",
        epilog="已经挂出去的二维码重印时不变；要换新的，先 revoke 再印。需要先设好 HUIBAN_URL。",
    )
    printing.add_argument("--unit", required=True, metavar="CODE", help="这个单位里的地点")
    printing.add_argument("--output", required=True, type=Path, metavar="FILE.pdf")
    printing.add_argument(
        "--per-page",
        type=int,
        choices=PER_PAGE,
        default=1,
        help="一页一张，可以直接张贴；一页八张，沿虚线裁开",
    )
    printing.add_argument(
        "--kind",
        default=USUAL_KINDS,
        help=f"哪几类地点，用逗号隔开：{'、'.join(Kind.labels)}；默认 {USUAL_KINDS}",
    )
    printing.add_argument("--place", default="", metavar="CODE,…", help="只印这些地点")
    revoking = verbs.add_parser("revoke", help="停用一张二维码，例如被撕下、被涂改的")
    revoking.add_argument("number", type=int, metavar="NUMBER", help="印在上面的编号")


def run(arguments: argparse.Namespace) -> int:
    """Print or revoke."""
    return {"print": _print, "revoke": _revoke}[arguments.verb](arguments)


def _print(arguments: argparse.Namespace) -> int:
    try:
        check_printable()
        _check_output(arguments.output)
        places = _places(arguments)
    except Refusal as refusal:
        raise WrongUse(refusal.message, refusal.field) from refusal
    say(f"正在排印{len(places)}张二维码……")
    tags = issue_tags(places, ACTOR)
    title = f"二维码：{places[0].full_name}等{len(places)}处"
    _write(arguments.output, tag_sheet(tags, title, arguments.per_page))
    tell(f"tags {len(tags)}, pages {-(-len(tags) // arguments.per_page)}")
    return DONE


def _check_output(path: Path) -> None:
    if path.suffix.lower() != ".pdf":
        raise Refusal(f"二维码印成 PDF，“{path.name}”不是 .pdf。请改文件名。", "output")
    if not path.parent.is_dir():
        raise Refusal(f"没有“{path.parent}”这个文件夹。请先建好，或换一个地方。", "output")


def _places(arguments: argparse.Namespace) -> list[Place]:
    unit = unit_by_code(arguments.unit)
    if unit is None:
        raise Refusal(
            f"没有编码为“{arguments.unit}”的单位。可以用 huiban territory list 核对。", "unit"
        )
    asked = [code.strip() for code in arguments.place.split(",") if code.strip()]
    kinds = Kind.values if asked else [_kind(text) for text in arguments.kind.split(",")]
    within = places_in([inner.id for inner in units_within(unit)], kinds)
    if not asked:
        if not within:
            raise Refusal(
                f"“{unit.name}”里还没有这几类地点。请先用 huiban territory import --places 导入。",
                "unit",
            )
        return within
    found = {place.code: place for place in within}
    return [found.get(code) or _absent(code, unit.name) for code in dict.fromkeys(asked)]


def _absent(code: str, unit_name: str) -> Place:
    place = place_by_code(code)
    where = f"“{place.full_name}”（{code}）不在" if place else f"没有编码为“{code}”的地点在"
    raise Refusal(f"{where}“{unit_name}”里。请核对地点和单位的编码。", "place")


def _kind(text: str) -> str:
    kind = read_kind(text)
    if kind is None:
        raise Refusal(f"“{text}”不是认得的类别。请写：{'、'.join(Kind.labels)}。", "kind")
    return kind


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all: a sheet that stood there stays until the new one does."""
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as problem:
        draft.unlink(missing_ok=True)
        raise Refusal(f"写不了“{path}”。请核对文件夹的权限和空间。", "output") from problem


def _revoke(arguments: argparse.Namespace) -> int:
    tag = tag_by_number(arguments.number)
    if tag is None or not revoke_tag(ACTOR, tag.token):
        raise WrongUse(f"没有编号为{arguments.number:06d}的在用二维码。请核对印在上面的编号。")
    tell(f"revoked {tag.number:06d} {tag.place.full_name}")
    return DONE
