"""办法: from a theme to a rule: topics, drafts, residents' comments, rules in force, their effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal, Unseen
from huiban.kernel.vocab.queries import setting
from huiban.modules.analysis import kinds, permits, stages
from huiban.modules.analysis.actions import policies as drafting
from huiban.modules.analysis.actions import policy_comments as comments
from huiban.modules.analysis.actions import policy_force as force
from huiban.modules.analysis.models import CommentAnswer, Policy
from huiban.modules.analysis.queries.policies import seen_policy, shown_draft
from huiban.modules.analysis.queries.policy_pages import (
    PolicyPage,
    policy_list,
    policy_page,
    topic_form,
)
from huiban.modules.analysis.queries.policy_sources import Occasion, occasion
from huiban.modules.voice.contracts import Done
from huiban.web.kit.refusals import status_of

from .carrying import Failure, carry_out, day_in, key_in, keys_in, number_in
from .frame import form_key, show
from .session import DeskRequest, desk

# The way of a policy, and the stages at which each step of it has been reached.
COURSE = (
    (stages.TOPIC, "议题"),
    (stages.DRAFTING, "草案"),
    (stages.COMMENTING, "征求意见"),
    (stages.IN_FORCE, "施行"),
    (stages.MEASURED, "评估"),
)
DAYS_OFFERED = 30
GONE = "选的来由已经不在了，例如热点已经散开。请改选，写的内容还在。"


@dataclass(frozen=True)
class Step:
    """A step of the way: done, now, or to come; `skipped` is a consultation that wasn't held."""

    label: str
    state: str


@desk(permits.READ)
@require_safe
def policies(request: DeskRequest) -> HttpResponse:
    """The policies that one sees."""
    context = {"found": policy_list(request.actor)}
    return show(request, "desk/pages/policies.html", context, here="themes")


@desk(permits.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def open_topic(request: DeskRequest) -> HttpResponse:
    """The form that makes a topic, and its sending."""
    if request.method != "POST":
        return _opening(request)
    made: list[UUID] = []

    def run() -> Done:
        made.append(_opened(request).pk)
        return Done("已列为议题，牵头单位会收到通知。")

    return carry_out(
        request,
        "open",
        run,
        lambda failure: _opening(request, failure),
        lambda: _href(made[0]) if made else reverse("desk:policies"),
    )


def _opened(request: DeskRequest) -> Policy:
    post = request.POST
    source, source_id = _source(post.get("source", ""))
    topic = drafting.Topic(
        title=post.get("title", ""),
        reasons=post.get("reasons", ""),
        area_id=key_in(post, "area", "施行范围"),
        owner_id=key_in(post, "owner", "牵头单位"),
        category=post.get("category", ""),
        source=source,
        source_id=source_id,
    )
    try:
        return drafting.open_policy(request.actor, topic, post.get("key", ""))
    except Unseen:
        if _named(request, post.get("source", "")) is None:
            raise Refusal(GONE, "source") from None
        raise


def _source(told: str) -> tuple[str, UUID | None]:
    """What a topic is opened from: `theme:…` and the like, or words."""
    source, _, key = told.partition(":")
    if not key:
        return source or Policy.Source.WORDS, None
    try:
        return source, UUID(key)
    except ValueError:
        raise Refusal("请从列出的来由里选，或选“其他来由”。", "source") from None


def _named(request: DeskRequest, told: str) -> Occasion | None:
    """What a form names as its source; None where that isn't there for the asker."""
    try:
        return occasion(request.actor, *_source(told))
    except Refusal:
        return None


def _opening(request: DeskRequest, failure: Failure | None = None) -> HttpResponse:
    context = {
        "form": topic_form(request.actor),
        "typed": _typed(request, failure) if failure else _begun(request),
        "failure": failure,
        "form_key": form_key(),
    }
    status = 200 if failure is None else status_of(failure.refusal)
    return show(request, "desk/pages/policy_open.html", context, here="themes", status=status)


def _typed(request: DeskRequest, failure: Failure) -> dict[str, str]:
    """What was typed, with the title of its source, which may be none of those that are offered."""
    named = _named(request, failure.typed.get("source", ""))
    return {**failure.typed, "source_title": named.title if named else ""}


def _begun(request: DeskRequest) -> dict[str, str]:
    """What the form begins with where a theme led to it."""
    told = request.GET.get("source", "")
    source, source_id = _source(told)
    if source_id is None:
        return {"source": "words"}
    from_what = occasion(request.actor, source, source_id)
    return {
        "source": told,
        "source_title": from_what.title,
        "title": from_what.title[: drafting.LONGEST_TITLE],
        "category": from_what.category,
    }


@desk(permits.READ)
@require_safe
def policy(request: DeskRequest, policy_id: UUID) -> HttpResponse:
    """One policy: how it stands, its drafts, its comments, its effect."""
    return _page(request, policy_id)


def _page(request: DeskRequest, policy_id: UUID, failure: Failure | None = None) -> HttpResponse:
    page = policy_page(request.actor, policy_id)
    today = clock.local(clock.now()).date()
    address = reverse("resident:opinion", args=[page.policy.code])
    context = {
        "page": page,
        "steps": _steps(page),
        "drawing": _drawing(page),
        "address": request.build_absolute_uri(address),
        "outcomes": CommentAnswer.Outcome.choices,
        "today": today.isoformat(),
        "ends": (today + timedelta(days=DAYS_OFFERED)).isoformat(),
        "least_days": setting(kinds.COMMENT_DAYS),
        "seen_due": page.due_at.isoformat() if page.due_at else "",
        "failure": failure,
        "typed": failure.typed if failure else {},
        "overtaken": _is_overtaken(page, failure),
        "ticked": request.POST.getlist("comment") if failure else [],
        "form_key": form_key(),
    }
    status = 200 if failure is None else status_of(failure.refusal)
    return show(request, "desk/pages/policy.html", context, here="themes", status=status)


def _is_overtaken(page: PolicyPage, failure: Failure | None) -> bool:
    """Whether another version was written since the one that the refused draft's writer had read."""
    if failure is None or failure.verb != "draft":
        return False
    seen = failure.typed.get("seen", "")
    return seen.isdigit() and int(seen) < page.policy.draft_count


def _drawing(page: PolicyPage) -> SafeString | str:
    """The chart as it stands in the page: drawn by us from figures alone."""
    return mark_safe(page.effect.chart.svg()) if page.effect else ""


def _steps(page: PolicyPage) -> list[Step]:
    order = [code for code, _ in COURSE]
    now = _reached(page)
    return [Step(label, _state(page, order.index(code), now)) for code, label in COURSE]


def _reached(page: PolicyPage) -> int:
    """How far it came; one that ended stays where it was."""
    kept = page.policy
    if kept.measured_at is not None:
        return 4
    if kept.in_force_from is not None:
        return 3
    return 2 if kept.begins is not None else min(1, kept.draft_count)


def _state(page: PolicyPage, at: int, now: int) -> str:
    if at == 2 and at < now and page.policy.begins is None:
        return "skipped"
    if at == now and page.policy.stage not in Policy.STAGES.finished:
        return "now"
    return "done" if at <= now else "ahead"


@desk(permits.READ)
@require_POST
def act(request: DeskRequest, policy_id: UUID, verb: str) -> HttpResponse:
    """Carry out a verb about the policy, once a form."""
    if verb not in VERBS:
        raise Unseen
    seen_policy(request.actor, policy_id)
    return carry_out(
        request,
        verb,
        lambda: VERBS[verb](request, policy_id),
        lambda failure: _page(request, policy_id, failure),
        _href(policy_id),
    )


def _draft(request: DeskRequest, policy_id: UUID) -> Done:
    post = request.POST
    wording = drafting.Wording(
        *(post.get(name, "") for name in ("title", "plain", "text", "changes"))
    )
    made = drafting.write_draft(request.actor, policy_id, wording, seen=_seen(request))
    shown = shown_draft(made.policy).number if made.policy.published_at else made.number
    public = f"公布采纳情况以前，居民看到的仍是第{shown}稿。" if shown < made.number else ""
    return Done(f"第{made.number}稿已存，此前各稿不变。{public}")


def _seen(request: DeskRequest) -> int:
    return number_in(request.POST, "seen", "稿次")


def _consult(request: DeskRequest, policy_id: UUID) -> Done:
    begins = day_in(request.POST, "begins", "开始日期")
    ends = day_in(request.POST, "ends", "结束日期")
    comments.consult(request.actor, policy_id, begins, ends, seen=_seen(request))
    return Done("已公开征求意见，到期自动结束。")


def _extend(request: DeskRequest, policy_id: UUID) -> Done:
    comments.extend(request.actor, policy_id, day_in(request.POST, "ends", "结束日期"))
    return Done("征求意见的结束日期已延后。")


def _answer(request: DeskRequest, policy_id: UUID) -> Done:
    post = request.POST
    told = comments.Answering(
        keys_in(post, "comment"),
        post.get("gist", ""),
        post.get("outcome", ""),
        post.get("reason", ""),
    )
    comments.answer_comments(request.actor, policy_id, told, post.get("key", ""))
    return Done("已归类，公布以后居民会看到结果和理由。")


def _take_back(request: DeskRequest, policy_id: UUID) -> Done:
    answer_id = key_in(request.POST, "answer", "要撤回的归类")
    comments.take_back_answer(request.actor, policy_id, answer_id)
    return Done("已撤回这一组，其中的意见等待重新归类。")


def _publish_outcome(request: DeskRequest, policy_id: UUID) -> Done:
    comments.publish_outcome(request.actor, policy_id)
    return Done("意见采纳情况已公布。")


def _put_in_force(request: DeskRequest, policy_id: UUID) -> Done:
    post = request.POST
    told = force.Enactment(
        day_in(post, "since", "施行日期"), post.get("number", ""), post.get("no_consultation", "")
    )
    force.put_in_force(request.actor, policy_id, told, seen=_seen(request))
    return Done("已登记施行。效果按月比较，满三个完整的月份以后可以评估。")


def _measure(request: DeskRequest, policy_id: UUID) -> Done:
    force.measure(request.actor, policy_id, request.POST.get("conclusion", ""))
    return Done("评估结论已记下，数字仍会按月更新。")


def _postpone(request: DeskRequest, policy_id: UUID) -> Done:
    post = request.POST
    try:
        seen = datetime.fromisoformat(post.get("due", ""))
    except ValueError:
        raise Refusal("这个表单不完整。请刷新页面再提交。", "due") from None
    days = number_in(post, "days", "延几个工作日")
    drafting.postpone(request.actor, policy_id, days, post.get("reason", ""), seen=seen)
    return Done("下一步的期限已延后。")


def _drop(request: DeskRequest, policy_id: UUID) -> Done:
    drafting.drop(request.actor, policy_id, request.POST.get("reason", ""))
    return Done("这个议题已终止。")


def _repeal(request: DeskRequest, policy_id: UUID) -> Done:
    drafting.repeal(request.actor, policy_id, request.POST.get("reason", ""))
    return Done("已登记：从今天起不再施行。")


VERBS: dict[str, Callable[[DeskRequest, UUID], Done]] = {
    "draft": _draft,
    "consult": _consult,
    "extend": _extend,
    "answer": _answer,
    "take-back": _take_back,
    "publish-outcome": _publish_outcome,
    "put-in-force": _put_in_force,
    "measure": _measure,
    "postpone": _postpone,
    "drop": _drop,
    "repeal": _repeal,
}


def _href(policy_id: UUID) -> str:
    return reverse("desk:policy", args=[policy_id])
