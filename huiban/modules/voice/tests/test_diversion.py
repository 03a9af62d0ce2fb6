"""Whether the six classes that aren't dispatched are seen, and how the desk is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.tables import read_table
from huiban.modules.voice import actions
from huiban.modules.voice.actions.reading import read_case
from huiban.modules.voice.models import Case
from huiban.modules.voice.queries.casepage import case_page
from huiban.modules.voice.queries.doable import Doable
from huiban.modules.voice.reference import DIVERSION_ROWS
from huiban.modules.voice.rules import Vocabularied, diversion_of
from tests.cast import Cast, Tell

SENTENCES = Path(__file__).parent / "labelled" / "diversions.csv"
TERMS = [Vocabularied(row["code"], row["name"], row["data"]) for row in DIVERSION_ROWS]


@pytest.mark.parametrize(
    ("part", "precision", "recall"), [("tuning", 0.98, 0.98), ("held_out", 0.9, 0.8)]
)
def test_classes_are_seen_in_our_own_sentences(part: str, precision: float, recall: float) -> None:
    said, right, meant = [], 0, 0
    for row in read_table(SENTENCES):
        told = row.values
        if told["part"] != part:
            continue
        found = diversion_of(told["text"], TERMS)
        code = found[0] if found else ""
        meant += bool(told["diversion"])
        if code:
            said.append((told["text"], code))
            right += code == told["diversion"]
    assert meant >= 30
    assert right / len(said) >= precision, said
    assert right / meant >= recall


@pytest.mark.parametrize(
    "text", ["", "路灯不亮", "再不解决我就要起诉了", "法院路的灯不亮", "啊" * 9000]
)
def test_what_is_to_be_dispatched_is_left_alone(text: str) -> None:
    assert diversion_of(text, TERMS) is None


def divert_form(cast: Cast, reference: str) -> Doable:
    page = case_page(cast["worker"], reference)
    return next(action for action in page.actions if action.verb == "divert")


def test_the_form_suggests_the_class_and_says_why(cast: Cast, tell: Tell) -> None:
    reported = tell("物业费的事已经起诉到法院了，请你们也管一管")
    read_case(reported.case_id)
    form = divert_form(cast, reported.reference)
    assert form.fields[0].value == "legal_route"
    assert form.badge == "建议"
    assert form.hint.startswith("建议：已有法定途径（文中“")
    assert "起诉" in form.hint
    # A person decides: the case waits as any other does.
    assert Case.objects.everywhere("a test looks at it").get(pk=reported.case_id).diversion == ""


def test_nothing_is_suggested_for_what_is_to_be_dispatched(cast: Cast, tell: Tell) -> None:
    reported = tell("三楼的灯不亮")
    read_case(reported.case_id)
    form = divert_form(cast, reported.reference)
    assert (form.fields[0].value, form.badge) == ("", "")


def test_the_same_words_of_the_same_phone_are_the_same_matter(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    first = tell("三楼的灯不亮", device="phone-1")
    clock.ahead(minutes=3)
    again = tell("三楼的灯不亮", device="phone-1")
    stranger = tell("三楼的灯不亮", device="phone-2")
    for reported in (first, again, stranger):
        read_case(reported.case_id)
    assert divert_form(cast, first.reference).fields[0].value == ""
    assert divert_form(cast, stranger.reference).fields[0].value == ""
    form = divert_form(cast, again.reference)
    assert form.fields[0].value == "same_matter"
    assert first.reference in form.hint


def test_an_ended_case_is_no_reason_to_turn_its_repetition_away(
    cast: Cast, tell: Tell, clock: Traveller
) -> None:
    first = tell("三楼的灯不亮", device="phone-1")
    clock.ahead(minutes=3)
    actions.divert(cast["worker"], first.case_id, "outside")
    again = tell("三楼的灯不亮", device="phone-1")
    read_case(again.case_id)
    assert divert_form(cast, again.reference).fields[0].value == ""
