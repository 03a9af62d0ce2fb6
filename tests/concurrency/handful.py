"""A handful of client processes that want the same photo, the next tag's number, the same count.

python -m tests.concurrency.handful SCENARIO CLIENTS
"""

from __future__ import annotations

import json
import sys
from io import BytesIO
from typing import Any

from tests.concurrency.crowd import go_together, tell  # sets Django up

# isort: split
from django.core.management import call_command
from django.db import transaction
from PIL import Image

from huiban.kernel.base import clock
from huiban.kernel.base.ids import new_id
from huiban.kernel.events.models import Delivery
from huiban.kernel.events.pump import claim, deliver
from huiban.kernel.events.seals import broken_chains
from huiban.kernel.files.actions import link_photos, take_photo
from huiban.kernel.files.models import StoredFile
from huiban.kernel.places.actions import NewPlace, add_place, issue_tags
from huiban.kernel.places.models import Kind, Tag
from huiban.modules.voice import actions, queries
from huiban.modules.voice.models import OwnerRecord
from tests.cast import Cast, make_cast


def link(_cast: Cast, clients: int) -> dict[str, Any]:
    """All link one draft to a record of their own: one gets it."""
    picture = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    draft = take_photo(picture.getvalue()).id

    def take_it(_number: int) -> str:
        with transaction.atomic():
            link_photos([draft], "test.record", new_id())
        return "linked"

    said = go_together(clients, take_it)
    linked = StoredFile.objects.exclude(subject_id=None).count()
    return {"said": dict(said), "effects": linked}


def issue(cast: Cast, clients: int) -> dict[str, Any]:
    """All issue a tag for a place of their own: each gets a number of its own."""
    before = Tag.objects.count()
    unit = cast.units["estate"]
    places = [
        add_place("system", NewPlace(f"X{number}", Kind.SPOT, f"点位{number}", unit=unit))
        for number in range(clients)
    ]
    said = go_together(clients, lambda number: f"{len(issue_tags([places[number]]))} tag")
    numbers = set(Tag.objects.values_list("number", flat=True))
    return {"said": dict(said), "effects": len(numbers) - before}


def count(cast: Cast, clients: int) -> dict[str, Any]:
    """As many cases are found solved as there are workers, and all count for the same owner."""
    for number in range(clients):
        reported = tell(cast, f"a-key-of-the-handful-{number}")
        actions.dispatch(cast["worker"], reported.case_id, cast.units["housing"].id)
        actions.answer(cast["housing_officer"], reported.case_id, "已经修好。")
        actions.rate(queries.report_by_receipt(reported.receipt), "solved", "satisfied")
    others = Delivery.objects.exclude(reaction="voice.count_owner")
    others.filter(state=Delivery.State.OPEN).update(state=Delivery.State.DONE, done_at=clock.now())

    def work(number: int) -> str:
        (mine,) = claim(f"worker-{number}", limit=1)
        return "counted" if deliver(mine, f"worker-{number}") else "failed"

    said = go_together(clients, work)
    kept = OwnerRecord.objects.values_list("solved", flat=True)
    return {"said": dict(said), "effects": sorted(kept)}


def main() -> None:
    """Run one scenario and print what came of it."""
    call_command("migrate", verbosity=0)
    outcome = {"link": link, "issue": issue, "count": count}[sys.argv[1]](
        make_cast(), int(sys.argv[2])
    )
    outcome["broken"] = list(broken_chains())
    print(json.dumps(outcome, ensure_ascii=False))


if __name__ == "__main__":
    main()
