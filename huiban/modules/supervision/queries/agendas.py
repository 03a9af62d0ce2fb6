"""What a consultation may talk about: findings, letters and themes that the asker sees."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.base.errors import Refusal, Unseen
from huiban.kernel.territory.queries import all_units
from huiban.modules.voice import permits as voice_permits
from huiban.modules.voice.queries import theme_cases, themes

from .. import stages
from ..models import AgendaItem, Finding, Letter
from .desks import supervising_scope
from .grounds import rule_name
from .levels import level_name, number_of

OFFERED = 20


@dataclass(frozen=True)
class Offered:
    """A thing that may be put on an agenda; `value` is what a form sends back."""

    value: str
    title: str


def offered_items(actor: Actor) -> list[tuple[str, list[Offered]]]:
    """What may be put on an agenda, under headings: findings, letters under way, themes."""
    findings = Finding.objects.within(supervising_scope(actor)).filter(
        state=Finding.State.CONFIRMED
    )
    letters = Letter.objects.within(supervising_scope(actor)).filter(
        stage__in=[stages.ISSUED, stages.REPLIED]
    )
    groups = [
        (
            "已认定的发现",
            [
                Offered(f"finding:{one.pk}", _finding_title(one))
                for one in findings.order_by("-id")[:OFFERED]
            ],
        ),
        (
            "在办的文书",
            [
                Offered(f"letter:{one.pk}", _letter_title(one))
                for one in letters.order_by("-id")[:OFFERED]
            ],
        ),
    ]
    if actor.may(voice_permits.READ):
        found = themes(actor).lines[:OFFERED]
        groups.append(("热点", [Offered(f"theme:{line.theme_id}", line.title) for line in found]))
    return [(name, offered) for name, offered in groups if offered]


def titled(actor: Actor, source: str, source_id: UUID | None) -> str:
    """What an agenda says of a finding, letter or theme. Raises Unseen outside the scope."""
    if source_id is None:
        raise Refusal("请从列出的议题里选。", "agenda")
    if source == AgendaItem.Source.FINDING:
        finding = Finding.objects.within(supervising_scope(actor)).filter(pk=source_id).first()
        if finding is None:
            raise Unseen
        return _finding_title(finding)
    if source == AgendaItem.Source.LETTER:
        letter = Letter.objects.within(supervising_scope(actor)).filter(pk=source_id).first()
        if letter is None:
            raise Unseen
        return _letter_title(letter)
    if source == AgendaItem.Source.THEME:
        return theme_cases(actor, source_id).title
    raise Refusal("请从列出的议题里选。", "agenda")


def _finding_title(finding: Finding) -> str:
    unit = all_units()[finding.unit_id].name
    case = f"（事项{finding.case_reference}）" if finding.case_reference else ""
    return f"{unit}：{rule_name(finding.rule)}{case}"


def _letter_title(letter: Letter) -> str:
    unit = all_units()[letter.addressee_id].name
    number = number_of(letter.level, letter.year, letter.number)
    return f"{unit}：{level_name(letter.level)}{number}的整改"
