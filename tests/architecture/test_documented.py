"""Whatever is registered is described: an undocumented name fails here."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from huiban.kernel.access.permits import PERMITS
from huiban.kernel.base.measures import MEASURES, RATIOS
from huiban.kernel.events.registry import KINDS, REACTIONS, TIMERS
from huiban.kernel.vocab.settings import SETTINGS
from tests.architecture import house


def documentation() -> str:
    """All that docs/ says."""
    return "\n".join(
        house.text(path) for path in house.files(".md") if path.is_relative_to(house.ROOT / "docs")
    )


@pytest.mark.parametrize(
    ("what", "registry"),
    [
        ("events", KINDS),
        ("reactions", REACTIONS),
        ("timers", TIMERS),
        ("permits", PERMITS),
        ("settings", SETTINGS),
        ("measures", MEASURES),
        ("ratios", RATIOS),
    ],
)
def test_every_registered_name_stands_in_the_documentation(
    what: str, registry: Iterable[str]
) -> None:
    house.everything_imported()
    told = documentation()
    # What a test declares for itself is its own business.
    names = sorted(name for name in registry if not name.startswith("test."))
    assert names, f"no {what} are registered at all"
    assert [name for name in names if f"`{name}`" not in told] == []
