"""会商 at the desk: a refused form keeps what was typed and touches nothing of the others."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from huiban.kernel.base.clock import SHANGHAI, Traveller
from huiban.modules.analysis.tests.desk_of_policies import lift_theme
from huiban.modules.supervision.actions.consulting import (
    Decided,
    Item,
    Meeting,
    call_consultation,
    hold_consultation,
    report_decision,
)
from huiban.modules.supervision.models import Consultation, Decision
from huiban.modules.supervision.tests.desk_of_supervision import finding, supervise
from huiban.modules.voice.models import Theme, ThemeMember
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db

AT = datetime(2026, 5, 11, 15, tzinfo=SHANGHAI)
CALL = "/desk/supervision/consultations/call/"


def text(answer: Any) -> str:
    """The page as text."""
    return str(answer.content.decode())


@pytest.fixture
def over(cast: Cast, clock: Traveller) -> Consultation:
    """A consultation with two units, whose time is past."""
    supervise(cast)
    units = [cast.units[name].id for name in ("housing", "community")]
    meeting = Meeting("幸福里电梯", "三楼会议室", AT)
    made = call_consultation(
        cast["supervisor"], meeting, units, [Item("words", words="电梯")], "one-form"
    )
    clock.to(AT + timedelta(hours=2))
    return made


@pytest.fixture
def decision(cast: Cast, over: Consultation) -> Decision:
    """Something that the housing office owes of it."""
    housing = cast.units["housing"].id
    hold_consultation(
        cast["supervisor"],
        over.pk,
        chair="专班负责人",
        summary="先修后议。",
        attended=[housing],
        decisions=[Decided("更换钢丝绳", housing, AT.date() + timedelta(days=9))],
    )
    return Decision.objects.everywhere("a test looks at it").get()


@pytest.fixture
def theme(cast: Cast, tell: Tell) -> Theme:
    return lift_theme(cast, tell)


def refused(client: Client, over: Consultation, verb: str, **form: str) -> str:
    """The page that a refused form comes back with."""
    where = reverse("desk:act-on-consultation", args=[over.pk, verb])
    answer = client.post(where, {"key": f"key-{verb}", **form})
    assert answer.status_code == 400
    return text(answer)


def came(page: str) -> list[bool]:
    """Which boxes of those who came are ticked."""
    return ["checked" in box for box in re.findall(r'<input[^>]*name="attended"[^>]*>', page)]


def test_another_form_s_refusal_leaves_who_came(
    cast: Cast, over: Consultation, signed_in: SignedIn
) -> None:
    supervisor = signed_in("supervisor")
    moved = {"day": "2026-05-12", "hour": "16:30", "place": " "}
    page = refused(supervisor, over, "reschedule", **moved)
    assert came(page) == [True, True]
    for kept in ('value="2026-05-12"', 'value="16:30"'):
        assert kept in page
    assert '<details class="fold" id="do-reschedule" open>' in page
    page = refused(supervisor, over, "cancel", reason="太" * 501)
    assert came(page) == [True, True]
    assert "太" * 501 in page
    assert '<details class="fold" id="do-cancel" open>' in page
    assert "取消这次会商</button>" in page
    housing = str(cast.units["housing"].id)
    page = refused(supervisor, over, "hold", chair="主任", summary=" ", attended=housing)
    assert sorted(came(page)) == [False, True]
    assert f'value="{housing}" checked' in page


def test_follow_up_keeps_what_was_typed(
    cast: Cast, decision: Decision, signed_in: SignedIn
) -> None:
    report = reverse("desk:follow-up", args=[decision.pk, "report"])
    long = "换" * 2001
    answer = signed_in("housing_officer").post(report, {"key": "r", "text": long})
    assert answer.status_code == 400
    assert '<details class="fold" open><summary>报落实情况' in text(answer)
    assert long in text(answer)
    report_decision(cast["housing_officer"], decision.pk, "已换。")
    verify = reverse("desk:follow-up", args=[decision.pk, "verify"])
    answer = signed_in("supervisor").post(verify, {"key": "v", "done": "no", "text": " "})
    assert answer.status_code == 400
    assert '<details class="fold" open><summary>核实' in text(answer)
    assert 'name="done" value="no" required checked' in text(answer)
    answer = signed_in("supervisor").post(verify, {"key": "w", "text": "看过现场"})
    assert 'value="看过现场"' in text(answer)


def test_a_form_outlives_a_theme_that_it_chose(
    cast: Cast, theme: Theme, signed_in: SignedIn
) -> None:
    found = finding(supervise(cast))
    supervisor = signed_in("supervisor")
    value = f"theme:{theme.pk}"
    begun = text(supervisor.get(CALL))
    title = re.search(rf'name="title-{value}" value="([^"]+)"', begun)
    assert title is not None
    form = {
        "key": "c",
        "title": "电梯会商",
        "day": "2026-05-11",
        "hour": "14:00",
        "place": "三楼会议室",
        "unit": [str(cast.units["housing"].id)],
        "item": [f"finding:{found.pk}", value],
        f"title-{value}": title[1],
    }
    ThemeMember.objects.filter(theme=theme).delete()
    answer = supervisor.post(CALL, form)
    assert answer.status_code == 400
    assert f"“{title[1]}”已经不在可选的议题里" in text(answer)
    assert 'value="电梯会商"' in text(answer)
    assert f'value="finding:{found.pk}" checked' in text(answer)
    assert supervisor.post(CALL, form | {"item": form["item"][:1]}).status_code == 302


def test_a_finding_and_a_theme_lead_to_a_consultation(
    cast: Cast, theme: Theme, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = finding(supervise(cast))
    supervisor = signed_in("supervisor")
    places = {
        f"finding:{found.pk}": reverse("desk:finding", args=[found.pk]),
        f"theme:{theme.pk}": f"{reverse('desk:theme-cases')}?theme={theme.pk}",
    }
    for value, where in places.items():
        link = f'href="{CALL}?item={value}"'
        assert link in text(supervisor.get(where))
        assert link not in text(signed_in("group_officer").get(where))
        assert f'value="{value}" checked' in text(supervisor.get(f"{CALL}?item={value}"))
    # Also where it isn't among those that are offered.
    monkeypatch.setattr("huiban.web.desk.consultations.offered_items", lambda _: [])
    begun = text(supervisor.get(f"{CALL}?item=finding:{found.pk}&item=x&item=theme:x"))
    assert f'value="finding:{found.pk}" checked' in begun
