"""办法 at the desk: the whole way from a theme to its effect, and who finds nothing at all."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from huiban.kernel.access.models import Role
from huiban.kernel.base.clock import Traveller
from huiban.kernel.base.ids import new_id
from huiban.kernel.events.pump import drain
from huiban.kernel.vocab.actions import note_change
from huiban.modules.analysis import permits, stages
from huiban.modules.analysis.models import CommentAnswer, Policy, PolicyDraft
from huiban.modules.analysis.reckoning.months import Month
from huiban.modules.analysis.tests.desk_of_policies import drafted, now, opened, received
from huiban.modules.supervision.tests.desk_of_supervision import finding
from huiban.modules.voice.models import Case, Theme, ThemeMember
from huiban.web.desk.tests.conftest import SignedIn
from tests.cast import Cast, Tell

pytestmark = pytest.mark.django_db

TOPIC = {"title": "老旧小区电梯更换", "reasons": "同类诉求反复出现。", "category": "elevator"}
DRAFT = {"title": "电梯更新改造办法（草案）", "plain": "电梯旧了怎么换。", "text": "第一条 ……"}


def the_policy() -> Policy:
    return Policy.objects.everywhere("a test looks at it").latest("id")


def act(client: Client, policy: Policy, verb: str, key: str = "", **form: Any) -> Any:
    """Send one of the policy's forms."""
    where = reverse("desk:act-on-policy", args=[policy.pk, verb])
    return client.post(where, {"key": key or f"key-{verb}", **form})


def text(answer: Any) -> str:
    """The page as text."""
    return str(answer.content.decode())


@pytest.fixture
def theme(cast: Cast, tell: Tell) -> Theme:
    """Three cases about one lift."""
    cases = [tell("电梯又停了，老人下不了楼").case_id for _ in range(3)]
    at = Case.objects.everywhere("a test folds them").get(pk=cases[0]).received_at
    title = "幸福里电梯反复停运"
    made = Theme.objects.create(
        district=cast.units["district"],
        title=title,
        category="elevator",
        first_at=at,
        last_at=at,
        found_at=at,
    )
    for case in cases:
        ThemeMember.objects.create(case_id=case, theme=made, score=1.0)
    return made


def topic_form(cast: Cast, **more: str) -> dict[str, str]:
    """The form of a topic, filled in."""
    area, owner = str(cast.units["street"].id), str(cast.units["housing"].id)
    return {"key": "one-form", "area": area, "owner": owner, **TOPIC, **more}


def test_from_a_theme_to_what_changed_after_the_rule(
    cast: Cast, theme: Theme, signed_in: SignedIn, clock: Traveller
) -> None:
    group = signed_in("group_officer")
    assert "还没有对应的办法" in text(group.get("/desk/themes/"))
    begun = text(group.get(f"/desk/policies/open/?source=theme:{theme.pk}"))
    assert f'value="{theme.title}"' in begun
    form = topic_form(cast, source=f"theme:{theme.pk}")
    for _ in range(2):
        assert group.post("/desk/policies/open/", form).status_code == 302
    policy = the_policy()
    assert Policy.objects.everywhere("a test counts them").count() == 1
    assert f'议题：<a href="/desk/policies/{policy.pk}/">' in text(group.get("/desk/themes/"))
    for _ in range(2):
        assert act(group, policy, "draft", "one-tap", seen="0", **DRAFT).status_code == 302
    days = {"begins": "2026-05-08", "ends": "2026-05-17"}
    assert act(group, policy, "consult", seen="1", **days).status_code == 302
    say = {"key": "a-key-of-a-resident", "text": "我家3号楼2单元501，电话13812345678，低楼层少出钱"}
    assert Client().post(f"/p/{policy.code}/", say).status_code == 303
    clock.ahead(days=10)
    page = text(group.get(reverse("desk:policy", args=[policy.pk])))
    assert "低楼层少出钱" in page
    assert "13812345678" not in page
    assert "501" not in page
    answering(group, policy)
    told = {"since": "2026-06-01", "number": "安和政规〔2026〕1号"}
    answer = act(group, policy, "put-in-force", seen="1", **told)
    assert answer.status_code == 302
    assert now(policy).stage == stages.IN_FORCE
    page = text(group.get(reverse("desk:policy", args=[policy.pk])))
    assert "还看不出来" in page
    assert "<svg" in page


def answering(group: Client, policy: Policy) -> None:
    """Answer the one comment and publish that, each form tapped twice."""
    (key,) = policy.comments.values_list("pk", flat=True)
    answer = {"comment": str(key), "gist": "低楼层少出", "outcome": "adopted", "reason": "有理。"}
    refused = act(group, policy, "answer", "refused", **(answer | {"reason": " "}))
    assert refused.status_code == 400
    assert "低楼层少出" in text(refused)
    for _ in range(2):
        assert act(group, policy, "answer", "one-answer", **answer).status_code == 302
    assert CommentAnswer.objects.count() == 1
    for _ in range(2):
        assert act(group, policy, "publish-outcome").status_code == 302


def test_the_chart_has_its_table_and_careful_words(cast: Cast, signed_in: SignedIn) -> None:
    first = Month(2024, 1)
    street = [40, 42, 38, 41, 39, 43, 40] * 3 + [20, 19, 21, 22, 18, 20, 21]
    for unit, counts in (
        ("street", street),
        ("other_street", [80] * 28),
        ("district", [one + 80 for one in street]),
    ):
        received(cast, unit, "elevator", first, counts)
    policy = drafted(cast, area_id=cast.units["street"].id)
    group = signed_in("group_officer")
    told = {"since": "2025-10-01", "no_consultation": "当年已在政府网站征求意见。"}
    assert act(group, policy, "put-in-force", seen="1", **told).status_code == 302
    page = text(signed_in("street_officer").get(reverse("desk:policy", args=[policy.pk])))
    assert "件数下降" in page
    assert "不等于是办法起的作用" in page
    assert re.search(
        r"<th scope=\"row\" class=\"nowrap\">26年4月</th><td class=\"number\">—</td>", page
    )
    assert "当年已在政府网站征求意见" in page
    # A street that reads it is offered none of its forms.
    assert "do-measure" not in page
    done = act(signed_in("group_officer"), policy, "measure", conclusion="同类诉求减少，继续看。")
    assert done.status_code == 302
    assert now(policy).stage == stages.MEASURED


def test_an_owner_finds_it_under_today_and_drafts_it(cast: Cast, signed_in: SignedIn) -> None:
    policy = opened(cast)
    drain()
    owner = signed_in("housing_officer")
    today = text(owner.get("/desk/"))
    assert "办法待起草：老旧小区电梯更换" in today
    assert "去起草" in today
    where = reverse("desk:policy", args=[policy.pk])
    page = text(owner.get(where))
    assert 'href="#do-draft"' in page
    assert 'id="do-draft"' in page
    assert act(owner, policy, "draft", seen="0", **DRAFT).status_code == 302
    page = text(owner.get(where))
    assert "由区领导小组办公室办理" in page
    for name in ("do-consult", "do-put-in-force", "do-postpone", "do-end"):
        assert name not in page
    assert act(owner, policy, "consult", seen="1").status_code == 400
    days = {"begins": "2026-05-08", "ends": "2026-05-17"}
    assert act(owner, policy, "consult", seen="1", **days).status_code == 403
    notices = text(owner.get("/desk/notices/"))
    assert "请您单位牵头定办法" in notices


def test_an_owner_whose_post_may_not_is_told_whom_to_ask(cast: Cast, signed_in: SignedIn) -> None:
    policy = opened(cast)
    role = Role.objects.get(code="department_desk")
    role.permits = [one for one in role.permits if one != permits.DRAFT]
    role.save()
    note_change()
    owner = signed_in("housing_officer")
    assert "去起草" not in text(owner.get("/desk/"))
    page = text(owner.get(reverse("desk:policy", args=[policy.pk])))
    assert "您的岗位没有起草权限，请联系区领导小组办公室或管理员" in page
    assert "do-draft" not in page
    assert act(owner, policy, "draft", seen="0", **DRAFT).status_code == 403
    assert PolicyDraft.objects.count() == 0


def test_a_finding_behind_a_policy_is_named_to_whoever_sees_it(
    cast: Cast, signed_in: SignedIn
) -> None:
    found = finding(cast, unit="city_management", other=None)
    policy = opened(cast, source="finding", source_id=found.pk)
    group = signed_in("group_officer")
    assert act(group, policy, "draft", seen="0", **DRAFT).status_code == 302
    told = {"since": "2026-05-01", "no_consultation": "紧急。"}
    assert act(group, policy, "put-in-force", seen="1", **told).status_code == 302
    where = reverse("desk:policy", args=[policy.pk])
    assert "区城管局：来回推转（事项TEST0001）" in text(group.get(where))
    page = text(signed_in("neighbour_worker").get(where))
    assert "监督发现，开题时1件" in page
    for hidden in ("来回推转", "TEST0001", str(found.pk)):
        assert hidden not in page


def test_a_draft_that_was_overtaken_shows_the_other_s_words(
    cast: Cast, signed_in: SignedIn
) -> None:
    policy = opened(cast)
    group = signed_in("group_officer")
    owner = signed_in("housing_officer")
    assert act(owner, policy, "draft", "theirs", seen="0", **DRAFT).status_code == 302
    mine = DRAFT | {"plain": "我写的。", "changes": "重写。"}
    for number in range(2):
        refused = act(group, policy, "draft", f"mine-{number}", seen="0", **mine)
        assert refused.status_code == 400
        page = text(refused)
        assert '<input type="hidden" name="seen" value="0">' in page
        assert "现在保存的内容：第1稿" in page
        assert '<button class="button" name="seen" value="1">用我写的覆盖，存为第2稿' in page
    assert act(group, policy, "draft", "over", seen=["0", "1"], **mine).status_code == 302
    assert now(policy).draft_count == 2


def test_a_draft_form_says_what_residents_see(
    cast: Cast, signed_in: SignedIn, clock: Traveller
) -> None:
    policy = drafted(cast)
    group = signed_in("group_officer")
    where = reverse("desk:policy", args=[policy.pk])
    assert "存下以后居民还看不到" in text(group.get(where))
    days = {"begins": "2026-05-08", "ends": "2026-05-17"}
    assert act(group, policy, "consult", seen="1", **days).status_code == 302
    clock.ahead(days=10)
    assert "居民现在看到的是第1稿。新的一稿公布采纳情况时才公开" in text(group.get(where))
    revised = DRAFT | {"plain": "改过。", "changes": "改了。"}
    assert act(group, policy, "draft", seen="1", **revised).status_code == 302
    page = text(group.get(where))
    assert "公布采纳情况以前，居民看到的仍是第1稿" in page
    assert "居民同时看到第2稿，现在看到的是第1稿" in page
    assert "改过。" not in text(Client().get(f"/p/{policy.code}/"))
    assert act(group, policy, "publish-outcome").status_code == 302
    assert "存下以后，居民马上看到这一稿" in text(group.get(where))
    assert "改过。" in text(Client().get(f"/p/{policy.code}/"))


def test_a_longer_time_keeps_the_day_that_was_typed(cast: Cast, signed_in: SignedIn) -> None:
    policy = drafted(cast)
    group = signed_in("group_officer")
    days = {"begins": "2026-05-08", "ends": "2026-05-17"}
    assert act(group, policy, "consult", seen="1", **days).status_code == 302
    refused = act(group, policy, "extend", ends="2026-05-10")
    assert refused.status_code == 400
    assert 'name="ends" required value="2026-05-10"' in text(refused)


def test_a_topic_form_says_which_owner_has_nobody_to_draft(cast: Cast, signed_in: SignedIn) -> None:
    form = text(signed_in("group_officer").get("/desk/policies/open/"))
    assert "区住建局</option>" in form
    assert "平安街道（没有能起草的岗位）</option>" in form


def test_whoever_doesnt_publish_opens_nothing(cast: Cast, signed_in: SignedIn) -> None:
    worker = signed_in("worker")
    assert worker.get("/desk/policies/open/").status_code == 403
    assert worker.post("/desk/policies/open/", topic_form(cast)).status_code == 403
    assert "新议题" not in text(worker.get("/desk/policies/"))
    assert Policy.objects.everywhere("a test counts them").count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_neighbours_find_nothing(cast: Cast, signed_in: SignedIn, method: str) -> None:
    there = opened(cast, area_id=cast.units["community"].id)
    client = signed_in("neighbour_worker")
    assert there.title not in text(client.get("/desk/policies/"))
    for key in (there.pk, new_id()):
        verb = "" if method == "get" else "draft/"
        answer = getattr(client, method)(f"/desk/policies/{key}/{verb}", {"seen": "0", **DRAFT})
        assert answer.status_code == 404
    assert PolicyDraft.objects.count() == 0


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("draft", {"seen": "none"}),
        ("draft", {"seen": "1"}),
        ("consult", {"seen": "1", "begins": "x"}),
        ("consult", {"seen": "1", "begins": "2026-05-08", "ends": "2026-05-09"}),
        ("extend", {"ends": ""}),
        ("extend", {"ends": "2026-06-01"}),
        ("answer", {"gist": "x"}),
        ("take-back", {"answer": "x"}),
        ("publish-outcome", {}),
        ("put-in-force", {"seen": "1", "since": "2026-05-08"}),
        ("measure", {"conclusion": "好"}),
        ("postpone", {"days": "9", "reason": "忙"}),
        ("postpone", {"days": "x", "reason": "忙", "due": "2026-05-08T00:00:00+00:00"}),
        ("drop", {}),
        ("repeal", {"reason": "不用了"}),
    ],
)
def test_a_form_that_cant_be_comes_back_with_the_reason(
    cast: Cast, signed_in: SignedIn, verb: str, form: dict[str, str]
) -> None:
    policy = drafted(cast)
    answer = act(signed_in("group_officer"), policy, verb, **form)
    assert answer.status_code == 400
    assert "这一步没有办成" in text(answer)
    assert now(policy).stage == stages.DRAFTING


def test_a_topic_form_that_cant_be_keeps_what_was_typed(cast: Cast, signed_in: SignedIn) -> None:
    group = signed_in("group_officer")
    for more, words in (
        ({"title": ""}, "请写议题"),
        ({"area": "x"}, "请选施行范围"),
        ({"source": "theme:x"}, "请从列出的来由里选"),
    ):
        refused = group.post("/desk/policies/open/", topic_form(cast, **more))
        assert refused.status_code == 400
        assert words in text(refused)
        assert "同类诉求反复出现。" in text(refused)
    assert act(group, opened(cast), "no-such-verb").status_code == 404


def test_a_topic_form_keeps_its_theme(
    cast: Cast, theme: Theme, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # None is offered, as where the theme is an older one than those that are.
    monkeypatch.setattr("huiban.modules.analysis.queries.policy_pages.offered", lambda _: [])
    group = signed_in("group_officer")
    form = topic_form(cast, source=f"theme:{theme.pk}", title=" ")
    refused = group.post("/desk/policies/open/", form)
    assert refused.status_code == 400
    kept = f'<option value="theme:{theme.pk}" selected>{theme.title}</option>'
    assert kept in text(refused)


def test_a_topic_form_outlives_its_theme(cast: Cast, theme: Theme, signed_in: SignedIn) -> None:
    form = topic_form(cast, source=f"theme:{theme.pk}")
    ThemeMember.objects.filter(theme=theme).delete()
    refused = signed_in("group_officer").post("/desk/policies/open/", form)
    assert refused.status_code == 400
    assert "选的来由已经不在了" in text(refused)
    assert "同类诉求反复出现。" in text(refused)
