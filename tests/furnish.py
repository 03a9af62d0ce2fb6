"""A small installation with something in every book, for tests that run whole processes.

    python -m tests.furnish

Makes the tables, the cast, reports with photos and contacts, answers one, delivers, seals; prints
as JSON what another process can look for.
"""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - needs the set-up above
from PIL import Image  # noqa: E402

from huiban.kernel.base import clock  # noqa: E402
from huiban.kernel.events.pump import drain  # noqa: E402
from huiban.kernel.events.seals import seal_if_due  # noqa: E402
from huiban.kernel.files.actions import take_photo  # noqa: E402
from huiban.modules.voice import actions, queries  # noqa: E402
from huiban.modules.voice.contracts import Told  # noqa: E402
from huiban.modules.voice.models import VisitCount  # noqa: E402
from tests.cast import Cast, make_cast  # noqa: E402

REPORTS = 4
TEXT = "楼道里的灯坏了\t三天；\\N 反斜杠、“引号”和换行\n都要原样回来。"
CONTACT = "13800000001"


def photo(shade: int) -> Any:
    """A photo taken in as a draft."""
    picture = BytesIO()
    Image.new("RGB", (64, 48), (shade, 120, 120)).save(picture, "JPEG")
    return take_photo(picture.getvalue()).pk


def report(cast: Cast, number: int) -> dict[str, str]:
    """A report with a photo and a contact; its reference and receipt."""
    scanned = queries.where_of_tag(cast.tags["building_3"])
    assert scanned is not None
    told = Told(
        key=f"a-key-of-the-furnishing-{number}",
        text=f"{TEXT}{number}",
        contact=CONTACT,
        photo_ids=(photo(number * 20),),
    )
    sent = actions.report(told, scanned.where)
    return {"reference": sent.reference, "receipt": sent.receipt, "case": str(sent.case_id)}


def furnish() -> list[dict[str, str]]:
    """Everything, into the empty database of the environment."""
    call_command("migrate", interactive=False, verbosity=0)
    cast = make_cast()
    reports = [report(cast, number) for number in range(REPORTS)]
    case = queries.report_by_receipt(reports[0]["receipt"]).case_id
    actions.accept(cast["worker"], case)
    actions.answer(cast["worker"], case, "灯已换好。", photo_ids=(photo(200),))
    VisitCount.objects.create(day=clock.local(clock.now()).date(), page="place", count=7)
    drain()
    seal_if_due()
    return reports


if __name__ == "__main__":
    print(json.dumps(furnish()))
