"""The numbers of series, which threads of a process share, are those that the database holds."""

from __future__ import annotations

import pytest
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from huiban.kernel.events.pump import give_positions
from huiban.modules.analysis.actions import folding
from huiban.modules.analysis.folding.rows import SeriesKeys
from huiban.modules.analysis.models import Count
from huiban.modules.analysis.tests.test_folding import taken_back
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db


def test_a_series_that_another_thread_took_back_is_made_again(
    cast: Cast,
    tell: Tell,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(folding, "_series", SeriesKeys())
    tell("楼上太吵")
    give_positions()
    with django_capture_on_commit_callbacks() as held:
        folding.fold_all()
    tell("垃圾没有清运", "old_house")
    give_positions()
    with taken_back():
        assert folding.fold_some() == 1
    for heard in held:
        heard()
    assert folding.fold_some() == 1
    connection.check_constraints()
    community = cast.units["neighbour"].id
    assert Count.objects.filter(series__unit_id=community).exists()
