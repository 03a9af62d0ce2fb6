"""The sheet of tags as a PDF: a notice to hang up, or eight to cut apart and stick on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import segno
import typst
from django.conf import settings

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.territory.models import Unit
from huiban.kernel.territory.queries import current_units

from .models import Place, Tag
from .queries import standing_of

TEMPLATE = Path(__file__).with_name("tagsheet.typ")
FONT_FILES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
PER_PAGE = (1, 8)
# The margin that scanners need around a code, in modules (ISO/IEC 18004).
QUIET_ZONE = 4


def check_printable() -> None:
    """Raise Refusal without a public address to print, or without the fonts to print with."""
    if not settings.PUBLIC_URL:
        raise Refusal(
            "还不知道对外的网址，印出来的二维码会打不开。"
            "请先设好 HUIBAN_URL，例如 https://huiban.example.cn，再打印。",
            "HUIBAN_URL",
        )
    if not all((_fonts() / name).is_file() for name in FONT_FILES):
        raise Refusal("缺少印刷用的字体。请运行 ./run 或 ./test 装好第三方文件，再打印。", "fonts")


def tag_url(token: str) -> str:
    """The address in the code: the place's page."""
    return f"{settings.PUBLIC_URL}/r/{token}/"


def tag_sheet(tags: Iterable[Tag], title: str, per_page: int = 1) -> bytes:
    """A4 pages as PDF/UA, with these tags in their order, one or eight to a page.

    Raises Refusal without a public address, without fonts, for a tag whose place belongs nowhere.
    """
    if per_page not in PER_PAGE:
        raise ValueError(f"one or eight to a page, not {per_page}")
    check_printable()
    said = {
        "title": title,
        "per_page": per_page,
        "domain": urlsplit(settings.PUBLIC_URL).netloc,
        "demonstration": settings.DEMONSTRATION,
        "tags": [_tag(tag) for tag in tags],
    }
    return typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=[_fonts()],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(said, ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=int(clock.now().timestamp()),
    )


def _fonts() -> Path:
    return Path(settings.STATICFILES_DIRS[0]) / "vendor" / "fonts"


def _tag(tag: Tag) -> dict[str, Any]:
    place = tag.place
    desk = _desk(place)
    within, name = _two_parts(place)
    url = tag_url(tag.token)
    return {
        "number": f"{tag.number:06d}",
        "url": url,
        "qr": _code(url),
        "full_name": place.full_name,
        "within": within,
        "name": name,
        "unit": desk.name,
        "phone": desk.duty_phone,
    }


def _desk(place: Place) -> Unit:
    """The community whose front desk answers (else the district), with the nearest telephone."""
    standing = standing_of(place)
    if standing is None:
        raise Refusal(f"“{place.full_name}”还没有归到小区或社区，不能打印。请先导入归属。", "unit")
    path = standing.unit.path
    desk_id = path.community_id or path.district_id
    desk = current_units([desk_id])[desk_id]
    desk.duty_phone = desk.duty_phone or standing.unit.duty_phone
    return desk


def _two_parts(place: Place) -> tuple[str, str]:
    """What the place stands in, for a small line, and its own name, for a large one."""
    within = place.full_name.removesuffix(place.name)
    return ("", place.full_name) if within == place.full_name else (within, place.name)


def _code(url: str) -> str:
    out = BytesIO()
    segno.make(url, error="m", boost_error=False, micro=False).save(
        out, kind="svg", border=QUIET_ZONE, light="#ffffff", dark="#000000", xmldecl=False
    )
    return out.getvalue().decode()
