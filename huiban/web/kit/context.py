"""What every page knows about the house it stands in."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from huiban.web.kit.print_size import is_large


@dataclass(frozen=True)
class House:
    """`demonstration`: everything shown is made up. `large`: this browser asked for 长辈版."""

    demonstration: bool
    large: bool
    here: str


def house(request: HttpRequest) -> dict[str, House]:
    """The context processor. It asks no database, so that error pages can be drawn without one."""
    # A refused form is drawn at the address it was sent to, which answers a GET as well.
    return {
        "house": House(
            demonstration=settings.DEMONSTRATION,
            large=is_large(request),
            here=request.get_full_path(),
        )
    }
