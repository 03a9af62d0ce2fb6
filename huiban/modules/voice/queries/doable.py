"""Which verbs a worker may use on a case now, and the fields that each needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from huiban.kernel.access.actor import Actor
from huiban.kernel.base import clock
from huiban.kernel.duties.models import Duty
from huiban.kernel.territory.models import Level
from huiban.kernel.territory.queries import branch_of
from huiban.kernel.vocab.queries import setting, words

from .. import kinds, permits, stages, wording
from ..actions.reading_diversion import SAME_MATTER
from ..models import Case, Reading, ReturnRequest
from .merged import may_unmerge
from .owners import units

DIVERSIONS = "voice.diversion"
# How many of the words that spoke for a diversion are shown.
MOST_WORDS = 3
MEANS = (("negotiated", "已协商"), ("property_did", "物业已办"), ("volunteers_did", "志愿者帮办"))
Choice = tuple[str, str]


@dataclass(frozen=True)
class Field:
    """A field of an action's form. `groups` are choices under headings, for long lists."""

    name: str
    label: str
    kind: str
    required: bool = True
    choices: tuple[Choice, ...] = ()
    groups: tuple[tuple[str, tuple[Choice, ...]], ...] = ()
    value: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Doable:
    """A verb that may be used now, with the form that it needs; `badge` stands beside its name."""

    verb: str
    label: str
    primary: bool = False
    hint: str = ""
    fields: tuple[Field, ...] = ()
    badge: str = ""


def _words(name: str, label: str, required: bool = True, hint: str = "") -> Field:
    return Field(name, label, "longtext", required, hint=hint)


def actions_for(actor: Actor, case: Case, owed: list[Duty]) -> list[Doable]:
    """The verbs that the actor's posts permit on the case's open duties, the likeliest first."""
    doable: list[Doable] = []
    for duty in owed:
        if duty.unit_id in actor.unit_ids:
            doable += _for_duty(actor, case, duty)
    if undo := _undo(actor, case, owed):
        doable.append(undo)
    if may_unmerge(actor, case):
        hint = "反映回到这件事，时限从原来的起点接着算"
        doable.append(Doable("unmerge", "撤销并入", hint=hint))
    return doable


def _for_duty(actor: Actor, case: Case, duty: Duty) -> list[Doable]:
    maker = {
        "consent": _consent,
        "assist": _assist,
        "verify": _verify,
        "review": _review,
        "callback": _callback,
        "erasure": _erasure,
    }.get(duty.kind, _working)
    return maker(actor, case, duty)


def _working(actor: Actor, case: Case, duty: Duty) -> list[Doable]:
    triage = actor.may(permits.TRIAGE, duty.unit_id)
    handle = triage or actor.may(permits.HANDLE, duty.unit_id)
    guide = actor.may(permits.GUIDE, duty.unit_id)
    if not (handle or guide):
        return []
    doable = []
    if case.stage in (stages.RECEIVED, stages.DISPATCHED) and duty.accepted_at is None:
        doable.append(Doable("accept", "接单", primary=True))
    doable.append(_answer(case, duty))
    if duty.kind == "guide":
        doable.append(Doable("pass_on", "转社区办理", fields=(_words("reason", "说明", False),)))
    elif handle and case.stage in (stages.RECEIVED, stages.HANDLING):
        doable.append(_dispatch(case, duty))
    if duty.paused_at is None:
        doable.append(
            Doable(
                "ask_resident",
                "问居民",
                hint="等回复期间不计时",
                fields=(_words("text", "要问的话"),),
            )
        )
    doable += _ways_out(case, duty, triage, handle)
    return doable


def _answer(case: Case, duty: Duty) -> Doable:
    fields = [_words("text", "办理情况（居民会看到）", hint="写清楚做了什么、结果怎样")]
    if duty.kind == "guide":
        fields.insert(0, Field("means", "怎样解决的", "choice", choices=MEANS))
    fields.append(Field("photos", "照片（可不传）", "photos", required=False))
    waiting = Duty.objects.filter(subject_id=case.pk, kind="assist", closed_at=None).count()
    if waiting:
        label = f"不等{waiting}个协办单位，先答复（请在答复里说明）"
        fields.append(Field("without_waiting", label, "check", required=False))
    hint = "涉及安全，答复后由另一位工作人员核实" if case.danger or case.supervised else ""
    return Doable(
        "answer", "答复", primary=duty.accepted_at is not None, hint=hint, fields=tuple(fields)
    )


def _dispatch(case: Case, duty: Duty) -> Doable:
    unit = Field("unit_id", "派给", "unit", groups=unit_groups(case, duty))
    return Doable("dispatch", "派单", fields=(unit, _words("reason", "交办说明", False)))


def _ways_out(case: Case, duty: Duty, triage: bool, handle: bool) -> list[Doable]:
    doable = []
    reason = (_words("reason", "原因（居民会看到）"),)
    if duty.tier < 3 or duty.tier == 4:
        doable.append(Doable("escalate", "上报上一级", fields=reason))
    if handle:
        days = Field("days", f"延几个工作日（最多{setting(kinds.DEFER_MOST_DAYS)}天）", "days")
        doable.append(Doable("defer", "延期", fields=(days, *reason)))
        invited = Field("unit_ids", "邀请单位", "units", groups=unit_groups(case, duty))
        doable.append(
            Doable("invite", "邀请协办", fields=(invited, _words("reason", "说明", False)))
        )
    if duty.kind == "handle" and duty.from_unit_id is not None and _may_return(duty):
        hint = f"派单后{setting(kinds.RETURN_DAYS)}个工作日内可提出，须派单单位同意"
        doable.append(
            Doable("ask_return", "申请退回", hint=hint, fields=(_words("reason", "理由"),))
        )
    if handle and case.stage in (stages.RECEIVED, stages.HANDLING):
        hint = "同一件事只办一次：居民凭自己的回执都能看到结果，并错了可以撤销"
        into = Field("into", "并入哪一件（8位受理编号）", "text")
        doable.append(Doable("merge", "并入另一件事", hint=hint, fields=(into,)))
    if triage and case.stage in (stages.RECEIVED, stages.HANDLING):
        doable.append(_divert(case))
    return doable


def _may_return(duty: Duty) -> bool:
    return not ReturnRequest.objects.filter(duty_id=duty.id).exists()


def _divert(case: Case) -> Doable:
    classes = tuple((word.code, word.name) for word in words(DIVERSIONS).values())
    read = Reading.objects.filter(case=case).only("diversion", "diversion_words").first()
    suggested = read.diversion if read is not None and read.diversion in dict(classes) else ""
    why = _why_divert(suggested, read.diversion_words) if read is not None and suggested else ""
    return Doable(
        "divert",
        "告知其他途径",
        hint=f"建议：{dict(classes)[suggested]}（{why}）"
        if suggested
        else "不属于派单范围的六类事项",
        fields=(
            Field("diversion", "类别", "choice", choices=classes, value=suggested),
            _words("text", "告知内容", False, hint="不写就用该类别的标准告知"),
        ),
        badge="建议" if suggested else "",
    )


def _why_divert(code: str, said: list[str]) -> str:
    if code == SAME_MATTER:
        return f"同一部手机的{said[0]}说的是同样的话，还在办理"
    return "文中" + "".join(f"“{word}”" for word in said[:MOST_WORDS])


def _consent(actor: Actor, case: Case, duty: Duty) -> list[Doable]:
    if not actor.may(permits.TRIAGE, duty.unit_id):
        return []
    choices = (("yes", "同意退回，由我重新派单"), ("no", "维持原派单（须写理由，维持后不能再退）"))
    fields = (
        Field("consent", "答复", "choice", choices=choices),
        _words("reason", "理由", False),
    )
    return [Doable("decide_return", "答复退回", primary=True, fields=fields)]


def _assist(actor: Actor, case: Case, duty: Duty) -> list[Doable]:
    return [
        Doable("finish_part", "反馈协办情况", primary=True, fields=(_words("text", "做了什么"),))
    ]


def _verify(actor: Actor, case: Case, duty: Duty) -> list[Doable]:
    if not actor.may(permits.VERIFY, duty.unit_id):
        return []
    choices = (("yes", "属实"), ("no", "不属实，退回重办"))
    fields = (
        Field("ok", "核实结果", "choice", choices=choices),
        _words("reason", "说明", False, hint="退回时须写原因"),
    )
    return [Doable("verify", "核实答复", primary=True, fields=fields)]


def _review(actor: Actor, case: Case, duty: Duty) -> list[Doable]:
    if not actor.may(permits.VERIFY, duty.unit_id):
        return []
    choices = (("yes", "重新办理"), ("no", "向居民解释，不再办理"))
    fields = (
        Field("reopen", "复核结果", "choice", choices=choices),
        _words("reason", "给居民的说明"),
    )
    return [Doable("review", "复核评价", primary=True, fields=fields)]


def _callback(actor: Actor, case: Case, duty: Duty) -> list[Doable]:
    if not actor.may(permits.VERIFY, duty.unit_id):
        return []
    fields = (
        Field("verdict", "居民说", "choice", choices=tuple(wording.VERDICTS.items())),
        Field(
            "satisfaction",
            "满意吗",
            "choice",
            required=False,
            choices=tuple(wording.SATISFACTIONS.items()),
            hint="没有联系上时不用选",
        ),
        _words("text", "居民的话", False),
    )
    return [Doable("record_callback", "记录回访", primary=True, fields=fields)]


def _erasure(actor: Actor, case: Case, duty: Duty) -> list[Doable]:
    if not actor.may(permits.ERASE):
        return []
    hint = "清除这位居民的文字、照片和联系方式，保留处理痕迹，不能恢复"
    return [Doable("erase", "清除个人信息", hint=hint)]


def _undo(actor: Actor, case: Case, owed: list[Duty]) -> Doable | None:
    for duty in owed:
        if (
            case.stage == stages.DISPATCHED
            and duty.role == "lead"
            and duty.kind in ("handle", "guide")
            and duty.accepted_at is None
            and duty.from_unit_id is not None
            and actor.may(permits.TRIAGE, duty.from_unit_id)
            and clock.now() - duty.opened_at <= timedelta(minutes=int(setting(kinds.UNDO_MINUTES)))
        ):
            return Doable("undo_dispatch", "撤销派单")
    return None


def unit_groups(case: Case, duty: Duty) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """Whom the case may be put before, under headings: branch, communities, streets, departments."""
    branch = branch_of(case.estate_id)
    groups: dict[str, list[Choice]] = {"本小区": [], "社区、街道": [], "区": [], "部门": []}
    if branch is not None:
        groups["本小区"].append((str(branch.id), branch.name))
    for unit in sorted(units().values(), key=lambda unit: unit.code):
        if unit.id == duty.unit_id or unit.valid_to or unit.path.district_id != case.district_id:
            continue
        heading = _heading(unit.level, unit.id, case)
        if heading:
            groups[heading].append((str(unit.id), unit.name))
    return tuple((name, tuple(choices)) for name, choices in groups.items() if choices)


def _heading(level: str, unit_id: object, case: Case) -> str:
    if level == Level.DEPARTMENT:
        return "部门"
    if level in (Level.LEADING_GROUP, Level.DISTRICT):
        return "区"
    if level == Level.STREET and unit_id == case.street_id:
        return "社区、街道"
    if level == Level.COMMUNITY:
        unknown = case.community_id is None
        return "社区、街道" if unknown or unit_id == case.community_id else ""
    if level == Level.STREET and case.street_id is None:
        return "社区、街道"
    return ""
