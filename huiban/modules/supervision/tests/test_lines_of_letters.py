"""A finding carries one line of letters: one draft, and what goes beyond it, as far as they stand."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.errors import ImproperMove, Refusal
from huiban.kernel.events.pump import drain
from huiban.modules.supervision.actions.letters import (
    discard_letter,
    draft_letter,
    issue_letter,
    recall_letter,
)
from huiban.modules.supervision.models import Letter
from huiban.modules.supervision.queries.letters import letter_page, letters
from huiban.modules.supervision.tests.desk_of_supervision import finding, supervise
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(cast: Cast, clock: Traveller) -> Letter:
    """A letter to the housing office whose reply is late, so that the next level is suggested."""
    supervise(cast)
    draft = draft_letter(cast["supervisor"], "notice", [finding(cast).pk], "a-letter")
    issued = issue_letter(cast["supervisor"], draft.pk, 1)
    for _ in range(10):
        clock.ahead(days=1)
        drain()
    return issued


def grounds(letter: Letter) -> list[UUID]:
    """What the letter rests on."""
    return list(letter.grounds.values_list("finding_id", flat=True))


def go_beyond(cast: Cast, letter: Letter, key: str, level: str = "warning") -> Letter:
    """Draft the next level after the letter, on the same findings."""
    return draft_letter(cast["second_supervisor"], level, grounds(letter), key, follows=letter.pk)


def test_two_people_do_not_draft_from_the_same_finding(cast: Cast) -> None:
    supervise(cast)
    found, other = finding(cast), finding(cast)
    first = draft_letter(cast["supervisor"], "notice", [found.pk], "one")
    with pytest.raises(Refusal, match="另一封文书的依据（TEST0001）") as refused:
        draft_letter(cast["second_supervisor"], "notice", [found.pk, other.pk], "two")
    assert refused.value.field == "findings"
    discard_letter(cast["supervisor"], first.pk, "情况已经说明")
    draft_letter(cast["second_supervisor"], "notice", [found.pk, other.pk], "two")


def test_the_next_levels_rest_on_the_same_findings_and_nothing_else_does(
    cast: Cast, letter: Letter
) -> None:
    warning = go_beyond(cast, letter, "warning")
    warning = issue_letter(cast["second_supervisor"], warning.pk, 1)
    assert go_beyond(cast, warning, "order", "order").follows_id == warning.pk
    with pytest.raises(Refusal, match="另一封文书的依据"):
        draft_letter(cast["supervisor"], "notice", grounds(letter), "beside")


def test_a_recalled_follower_makes_room_for_another(cast: Cast, letter: Letter) -> None:
    first = go_beyond(cast, letter, "first")
    with pytest.raises(ImproperMove, match="已经有人拟了"):
        go_beyond(cast, letter, "too-many")
    issue_letter(cast["second_supervisor"], first.pk, 1)
    assert not any(line.suggestion for line in letters(cast["supervisor"]) if line.id == letter.pk)
    recall_letter(cast["second_supervisor"], first.pk, "依据写错了")
    page = letter_page(cast["supervisor"], letter.pk)
    assert page.suggestion is not None
    assert page.followed_by is None
    second = go_beyond(cast, letter, "second")
    after = letter_page(cast["supervisor"], letter.pk).followed_by
    assert after is not None
    assert after.pk == second.pk


def test_the_database_lets_one_standing_letter_follow(cast: Cast, letter: Letter) -> None:
    go_beyond(cast, letter, "first")
    other = draft_letter(cast["supervisor"], "warning", [finding(cast).pk], "other")
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.everywhere("a test tries").filter(pk=other.pk).update(follows=letter)
