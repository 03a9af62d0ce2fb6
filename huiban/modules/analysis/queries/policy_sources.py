"""What gives the occasion for a policy: a theme, a finding, a consultation, as the asker sees them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from huiban.kernel.access.actor import Actor
from huiban.kernel.base.errors import Refusal
from huiban.modules.supervision import permits as supervision_permits
from huiban.modules.supervision.queries.agendas import Offered, offered_items, titled
from huiban.modules.supervision.queries.consultations import consultation_page, consultations
from huiban.modules.voice import permits as voice_permits
from huiban.modules.voice.models import Case, Theme
from huiban.modules.voice.queries import theme_cases
from huiban.modules.voice.queries.themes import NOT_COUNTED

from ..models import Policy

OFFERED = 20


@dataclass(frozen=True)
class Occasion:
    """What it is called, how many cases stand behind it, and their category where they have one."""

    title: str
    cases: int
    category: str = ""


def occasion(actor: Actor, source: str, source_id: UUID | None) -> Occasion:
    """The occasion. Raises Unseen outside the scope, Refusal for a source that isn't one."""
    if source == Policy.Source.WORDS and source_id is None:
        return Occasion("", 0)
    if source_id is None or source not in Policy.Source.values:
        raise Refusal("请从列出的来由里选，或选“其他来由”。", "source")
    if source == Policy.Source.THEME:
        return _of_theme(actor, source_id)
    if source == Policy.Source.FINDING:
        return Occasion(titled(actor, source, source_id)[:200], 1)
    return Occasion(consultation_page(actor, source_id).consultation.title[:200], 0)


def sees_source(actor: Actor, policy: Policy) -> bool:
    """Whether the actor sees what gave the occasion, and so may read what it is called."""
    try:
        occasion(actor, policy.source, policy.source_id)
    except Refusal:
        return False
    return True


def _of_theme(actor: Actor, theme_id: UUID) -> Occasion:
    """A theme with the cases that the asker sees behind it."""
    title = theme_cases(actor, theme_id).title
    seen = Case.objects.within(actor.scope).filter(theme_member__theme=theme_id)
    theme = Theme.objects.get(pk=theme_id)
    return Occasion(title, seen.exclude(stage__in=NOT_COUNTED).count(), theme.category)


def offered(actor: Actor) -> list[tuple[str, list[Offered]]]:
    """What a topic may be opened from, under headings: themes, findings, consultations."""
    groups: list[tuple[str, list[Offered]]] = []
    if actor.may(supervision_permits.READ):
        groups = [
            (heading, items)
            for heading, items in offered_items(actor)
            if items and items[0].value.partition(":")[0] in Policy.Source.values
        ]
        held = consultations(actor)[:OFFERED]
        if held:
            items = [Offered(f"consultation:{one.id}", one.title) for one in held]
            groups.append(("专题会商", items))
    elif actor.may(voice_permits.READ):
        groups = [(heading, items) for heading, items in offered_items(actor) if heading == "热点"]
    return groups
