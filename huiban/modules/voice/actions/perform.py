"""One door for the desk: a verb with its form's fields becomes the action of that name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.base.errors import Refusal, Unseen

from ..contracts import Done
from ..rules_groups import parted
from . import cohandling, erasure, grouping, handling, locating, merging, returns, triage, verdicts

Data = Mapping[str, str | Sequence[str]]
Performer = Callable[[Actor, UUID, Data, tuple[UUID, ...]], Done]


def perform(
    actor: Actor, verb: str, case_id: UUID, data: Data, photo_ids: tuple[UUID, ...] = ()
) -> Done:
    """Do what a desk form asks for. Raises Unseen for an unknown verb, Refusal for a bad field."""
    if verb not in VERBS:
        raise Unseen
    return VERBS[verb](actor, case_id, data, photo_ids)


def _text(data: Data, name: str) -> str:
    value = data.get(name, "")
    return value if isinstance(value, str) else (value[0] if value else "")


def _unit(data: Data, name: str) -> UUID:
    try:
        return UUID(_text(data, name))
    except ValueError:
        raise Refusal("请选一个单位。", name) from None


def _units(data: Data, name: str) -> list[UUID]:
    value = data.get(name, ())
    chosen = [value] if isinstance(value, str) else list(value)
    try:
        found = [UUID(text) for text in chosen if text]
    except ValueError:
        found = []
    if not found:
        raise Refusal("请至少选一个单位。", name)
    return found


def _days(data: Data) -> int:
    text = _text(data, "days").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 3:
        raise Refusal("请写延期几个工作日，例如 3。", "days")
    return int(text)


def _yes(data: Data, name: str) -> bool:
    return _text(data, name) in ("1", "yes", "on")


def _accept(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    triage.accept(actor, case_id)
    return Done("已接单。")


def _categorise(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    triage.categorise(actor, case_id, _text(data, "category"))
    return Done("分类已更新，办理时限按新分类计算。")


def _say_groups(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    names = grouping.say_groups(actor, case_id, parted(_text(data, "groups")))
    return Done(f"涉及人群已记为：{names}。")


def _locate(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    try:
        place_id = UUID(_text(data, "place"))
    except ValueError:
        raise Refusal("请从列出的地点里选一个。", "place") from None
    place = locating.locate(actor, case_id, place_id)
    return Done(f"地点已记为{place.full_name}。")


def _dispatch(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    triage.dispatch(actor, case_id, _unit(data, "unit_id"), _text(data, "reason"))
    return Done("已派单。", undo="undo_dispatch")


def _undo_dispatch(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    triage.undo_dispatch(actor, case_id)
    return Done("已撤销派单，这件事回到您这里。")


def _divert(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    triage.divert(actor, case_id, _text(data, "diversion"), _text(data, "text"))
    return Done("已告知居民其他途径。")


def _answer(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    handling.answer(
        actor,
        case_id,
        _text(data, "text"),
        photos,
        means=_text(data, "means"),
        without_waiting=_yes(data, "without_waiting"),
        sure=_yes(data, "sure"),
    )
    return Done("已答复。居民评价后办结。")


def _pass_on(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    handling.pass_on(actor, case_id, _text(data, "reason"))
    return Done("已转社区办理。")


def _escalate(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    handling.escalate(actor, case_id, _text(data, "reason"))
    return Done("已上报上一级。")


def _ask_return(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    returns.ask_return(actor, case_id, _text(data, "reason"))
    return Done("已提出退回，派单单位同意前仍由您办理。")


def _decide_return(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    consent = _text(data, "consent")
    if consent not in ("yes", "no"):
        raise Refusal("请选：同意退回，或维持原派单。", "consent")
    returns.decide_return(actor, case_id, consent == "yes", _text(data, "reason"))
    return Done("已同意退回，请重新派单。" if consent == "yes" else "已维持原派单。")


def _invite(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    cohandling.invite(actor, case_id, _units(data, "unit_ids"), _text(data, "reason"))
    return Done("已邀请协办。")


def _finish_part(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    cohandling.finish_part(actor, case_id, _text(data, "text"))
    return Done("协办情况已反馈给主办单位。")


def _ask_resident(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    handling.ask_resident(actor, case_id, _text(data, "text"))
    return Done("已向居民提问，等回复期间不计时。")


def _defer(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    handling.defer(actor, case_id, _days(data), _text(data, "reason"))
    return Done("已延期，居民会看到原因。")


def _verify(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    ok = _text(data, "ok")
    if ok not in ("yes", "no"):
        raise Refusal("请选：属实，或退回重办。", "ok")
    verdicts.verify(actor, case_id, ok == "yes", _text(data, "reason"))
    return Done("已核实，等居民评价。" if ok == "yes" else "已退回办理单位重办。")


def _record_callback(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    verdicts.record_callback(
        actor,
        case_id,
        _text(data, "verdict"),
        _text(data, "satisfaction"),
        _text(data, "text"),
    )
    return Done("回访结果已记录。")


def _review(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    reopen = _text(data, "reopen")
    if reopen not in ("yes", "no"):
        raise Refusal("请选：重新办理，或向居民解释。", "reopen")
    verdicts.review(actor, case_id, reopen == "yes", _text(data, "reason"))
    return Done("已重新办理。" if reopen == "yes" else "已向居民解释，事项办结。")


def _merge(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    merging.merge(actor, case_id, merging.case_meant(actor, _text(data, "into")))
    return Done("已并入，和那件事一起办。", undo="unmerge")


def _unmerge(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    merging.unmerge(actor, case_id)
    return Done("已撤销并入，这件事单独办理，时限接着算。")


def _erase(actor: Actor, case_id: UUID, data: Data, photos: tuple[UUID, ...]) -> Done:
    erased = erasure.erase(actor, case_id)
    return Done(f"已清除{erased}份反映的文字、照片和联系方式，只留下处理痕迹。")


VERBS: dict[str, Performer] = {
    "accept": _accept,
    "answer": _answer,
    "ask_resident": _ask_resident,
    "ask_return": _ask_return,
    "categorise": _categorise,
    "decide_return": _decide_return,
    "defer": _defer,
    "dispatch": _dispatch,
    "divert": _divert,
    "erase": _erase,
    "escalate": _escalate,
    "finish_part": _finish_part,
    "invite": _invite,
    "locate": _locate,
    "merge": _merge,
    "pass_on": _pass_on,
    "record_callback": _record_callback,
    "review": _review,
    "say_groups": _say_groups,
    "undo_dispatch": _undo_dispatch,
    "unmerge": _unmerge,
    "verify": _verify,
}
