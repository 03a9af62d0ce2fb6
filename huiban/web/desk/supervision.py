"""监督: findings to be judged or objected to, each with its evidence; the rules with their switches."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiban.kernel.base.errors import Refusal, Unseen
from huiban.modules.supervision import permits
from huiban.modules.supervision.actions import findings as acts
from huiban.modules.supervision.actions import ruling
from huiban.modules.supervision.models import Finding
from huiban.modules.supervision.months import last_month
from huiban.modules.supervision.queries.desks import supervised_districts
from huiban.modules.supervision.queries.findings import (
    OBJECTED,
    Wanted,
    finding_page,
    findings_page,
)
from huiban.modules.supervision.queries.ruling import RuleLine, rules_page
from huiban.modules.supervision.rules import RULES, Rule, Threshold
from huiban.modules.voice.contracts import Done
from huiban.web.kit.asked import code_asked, key_asked
from huiban.web.kit.refusals import status_of

from .carrying import Failure, carry_out
from .frame import form_key, show
from .session import DeskRequest, desk
from .today import Chip

ALL = "all"
STATES = {
    Finding.State.OPEN.value: "待研判",
    OBJECTED: "有申诉",
    Finding.State.CONFIRMED.value: "已认定",
    Finding.State.DISMISSED.value: "不予认定",
    Finding.State.VOID.value: "已撤销",
    ALL: "全部",
}
NARROWED_BY = ("state", "rule", "unit", "month")


@desk(permits.READ)
@require_safe
def supervision(request: DeskRequest) -> HttpResponse:
    """What the rules found in one's scope, by rule and pair of units."""
    asked = {name: code_asked(request.GET, name) for name in NARROWED_BY}
    asked["state"] = asked["state"] if asked["state"] in STATES else Finding.State.OPEN.value
    state = "" if asked["state"] == ALL else asked["state"]
    page = findings_page(request.actor, Wanted(**(asked | {"state": state})))
    context = {
        "page": page,
        "asked": asked,
        "narrowed": any(asked[name] for name in ("rule", "unit", "month")),
        "state_chips": [
            Chip(label, _list_href(asked | {"state": state}), asked["state"] == state)
            for state, label in STATES.items()
        ],
    }
    return show(request, "desk/pages/supervision.html", context, here="supervision")


def _list_href(asked: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse("desk:supervision") + (f"?{query}" if query else "")


@desk(permits.READ)
@require_safe
def finding(request: DeskRequest, finding_id: UUID) -> HttpResponse:
    """A finding with its evidence and what may be done about it."""
    return _finding(request, finding_id)


def _finding(
    request: DeskRequest, finding_id: UUID, refusal: Refusal | None = None
) -> HttpResponse:
    page = finding_page(request.actor, finding_id)
    context = {
        "page": page,
        "may_consult": page.finding.district_id in supervised_districts(request.actor),
        "form_key": form_key(),
        "refusal": refusal,
        "typed": request.POST.get("text", "") if refusal else "",
    }
    status = 200 if refusal is None else status_of(refusal)
    return show(
        request, "desk/pages/supervision_finding.html", context, here="supervision", status=status
    )


@desk(permits.READ)
@require_POST
def judge(request: DeskRequest, finding_id: UUID) -> HttpResponse:
    """Confirm, dismiss, or lay open again; the button's value names outcome and reason."""
    outcome, _, reason = request.POST.get("outcome", "").partition(":")

    def run() -> Done:
        acts.judge(
            request.actor,
            finding_id,
            outcome,
            seen=request.POST.get("seen", ""),
            reason=reason,
            text=request.POST.get("text", ""),
        )
        return Done("已重新研判。" if outcome == Finding.State.OPEN else "已记录研判。")

    onward = reverse("desk:supervision")
    if outcome == Finding.State.OPEN:
        onward = reverse("desk:finding", args=[finding_id])
    return _done(request, finding_id, "judge", run, onward)


@desk(permits.READ)
@require_POST
def object_to(request: DeskRequest, finding_id: UUID) -> HttpResponse:
    """申诉: a unit says why a finding about it isn't right."""

    def run() -> Done:
        acts.object_to(request.actor, finding_id, request.POST.get("text", ""))
        return Done("申诉已提交，监督评价专班会书面答复。")

    return _done(request, finding_id, "object", run, reverse("desk:finding", args=[finding_id]))


@desk(permits.READ)
@require_POST
def decide(request: DeskRequest, finding_id: UUID) -> HttpResponse:
    """Answer an objection: upheld for a reason, which makes the finding void, or not."""
    verdict, _, reason = request.POST.get("verdict", "").partition(":")
    if verdict not in ("upheld", "kept"):
        return _finding(request, finding_id, Refusal("请选：申诉成立的理由，或不成立。", "verdict"))

    def run() -> Done:
        objection = key_asked(request.POST, "objection")
        text = request.POST.get("text", "")
        acts.decide_objection(request.actor, objection, verdict == "upheld", text, reason)
        return Done(
            "申诉成立，已撤销，各项数据同时更正。" if verdict == "upheld" else "已答复申诉。"
        )

    return _done(request, finding_id, "decide", run, reverse("desk:finding", args=[finding_id]))


def _done(
    request: DeskRequest, finding_id: UUID, verb: str, run: Callable[[], Done], onward: str
) -> HttpResponse:
    def again(failure: Failure) -> HttpResponse:
        return _finding(request, finding_id, failure.refusal)

    return carry_out(request, verb, run, again, onward)


@desk(permits.READ)
@require_safe
def rules(request: DeskRequest) -> HttpResponse:
    """The rules with their thresholds; for supervisors, what last month would say, and the switch."""
    code = code_asked(request.GET, "rule")
    proposed = None
    if code in RULES:
        try:
            proposed = (code, _numbers(RULES[code], request.GET.get))
        except Refusal:
            proposed = None
    return _rules(request, proposed=proposed)


def _rules(
    request: DeskRequest,
    refusal: Refusal | None = None,
    proposed: tuple[str, dict[str, int]] | None = None,
    refused: str = "",
) -> HttpResponse:
    page = rules_page(request.actor, last_month(), proposed)
    # What was refused keeps the version that its writer had read, beside the numbers as typed.
    overtaken = refusal is not None and refusal.field == "version"
    context = {
        "page": page,
        "lines": [(line, _asked(line, request.POST, line.code == refused)) for line in page.lines],
        "form_key": form_key(),
        "refusal": refusal,
        "refused": refused,
        "overtaken": overtaken,
        "seen": request.POST.get("seen", ""),
    }
    status = 200 if refusal is None else status_of(refusal)
    return show(
        request, "desk/pages/supervision_rules.html", context, here="supervision", status=status
    )


def _asked(line: RuleLine, post: QueryDict, is_refused: bool) -> list[tuple[Threshold, str]]:
    """The thresholds that a rule's form asks for, each with its number, or with what was typed."""
    typed = post if is_refused else QueryDict()
    return [(one.declared, typed.get(one.declared.code, str(one.value))) for one in line.asked]


@desk(permits.SUPERVISE)
@require_POST
def try_rules(request: DeskRequest) -> HttpResponse:
    """Ask what last month would say: of one rule by the thresholds written, or of all."""
    code = code_asked(request.POST, "rule")
    onward = reverse("desk:supervision-rules")
    if not code:
        ruling.ask_all_trials(request.actor, last_month())
        return HttpResponseRedirect(onward)
    if code not in RULES:
        raise Unseen
    try:
        numbers = _numbers(RULES[code], request.POST.get)
        ruling.ask_trial(request.actor, code, last_month(), numbers)
    except Refusal as refusal:
        return _rules(request, refusal, refused=code)
    query = urlencode({"rule": code, **numbers})
    return HttpResponseRedirect(f"{onward}?{query}#rule-{code}")


@desk(permits.SUPERVISE)
@require_POST
def change_rule(request: DeskRequest, rule: str) -> HttpResponse:
    """Switch a rule on or off, or change its thresholds, from tomorrow on."""
    if rule not in RULES:
        raise Unseen

    def run() -> Done:
        seen = request.POST.get("seen", "")
        ruling.change_rule(
            request.actor,
            rule,
            request.POST.get("on") == "1",
            _numbers(RULES[rule], request.POST.get),
            seen=int(seen) if seen.isascii() and seen.isdigit() else 0,
        )
        return Done("规则已保存，从明天起生效；以前的照以前的算。")

    return carry_out(
        request,
        f"change-{rule}",
        run,
        lambda failure: _rules(request, failure.refusal, refused=rule),
        f"{reverse('desk:supervision-rules')}#rule-{rule}",
    )


def _numbers(rule: Rule, get: Callable[[str, str], str | None]) -> dict[str, int]:
    """The thresholds as a form or an address has them. Raises Refusal for what is no whole number."""
    numbers = {}
    for one in rule.thresholds:
        told = (get(one.code, "") or "").strip()
        if not (told.isascii() and told.isdigit() and len(told) <= 6):
            raise Refusal(f"“{one.label}”请写一个整数。", one.code)
        numbers[one.code] = int(told)
    return ruling.checked(rule, numbers)
