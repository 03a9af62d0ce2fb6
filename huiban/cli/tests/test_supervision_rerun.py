"""`huiban supervision rerun` as a person at the command line meets it."""

from __future__ import annotations

import pytest

from huiban.cli.main import main
from huiban.modules.supervision.models import Finding
from huiban.modules.voice import actions as voice
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db


def test_it_finds_what_nobody_watched_and_a_second_run_finds_nothing_new(
    cast: Cast, tell: Tell, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tell("电梯停运").case_id
    voice.dispatch(cast["worker"], case, cast.units["housing"].id)
    voice.ask_return(cast["housing_officer"], case, "还在保修期内")
    voice.decide_return(cast["worker"], case, consent=True)
    days = ["--since", "2026-05-08", "--until", "2026-05-08"]
    for new in (1, 0):
        assert main(["supervision", "rerun", *days]) == 0
        last = capsys.readouterr().out.splitlines()[-1]
        assert last == f"from 2026-05-08 to 2026-05-08, new findings {new}"
    assert main(["supervision", "rerun", "--since", "2026-05-01", "--until", "2026-05-07"]) == 0
    assert capsys.readouterr().out.endswith("new findings 0\n")
    assert Finding.objects.everywhere("counted").count() == 1


@pytest.mark.parametrize(
    "days", [["--since", "soon"], ["--since", "2026-05-08", "--until", "2026-05-01"]]
)
def test_days_that_are_none_are_wrong_use(days: list[str]) -> None:
    assert main(["supervision", "rerun", *days]) == 2
