"""Settings as an administrator reads and changes them, each change with its event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from huiban.kernel.base import clock
from huiban.kernel.base.errors import Refusal
from huiban.kernel.events.actions import append
from huiban.kernel.events.registry import declare
from huiban.kernel.vocab.actions import choose_setting
from huiban.kernel.vocab.models import SettingValue
from huiban.kernel.vocab.queries import setting
from huiban.kernel.vocab.settings import SETTINGS, Setting

from .actor import Actor
from .permits import ADMINISTER

SETTING_CHANGED = declare(
    "access.setting_changed",
    "setting value valid_from",
    "A setting holds another value from a day on.",
)
SETTING_SUBJECT = "access.setting"
# The chain of a setting's changes has a key of its own, the same on every machine.
_CHAINS = UUID("5e771465-0000-8000-8000-000000000000")
YES, NO = "yes", "no"


@dataclass(frozen=True)
class KnownSetting:
    """A setting as it stands today, what comes next, and whether a form can change it."""

    declared: Setting
    value: Any
    since: date | None
    coming: list[tuple[date, Any]]

    @property
    def is_number(self) -> bool:
        """Whether it is a whole number."""
        return isinstance(self.declared.default, int) and not self.is_choice

    @property
    def is_choice(self) -> bool:
        """Whether it is yes or no."""
        return isinstance(self.declared.default, bool)

    @property
    def is_default(self) -> bool:
        """Whether it stands as the program brought it."""
        return bool(self.value == self.declared.default)


def settings_today(actor: Actor) -> list[KnownSetting]:
    """Every declared setting, in the order of declaration. Raises NotPermitted."""
    actor.seat_for(ADMINISTER)
    today = clock.local(clock.now()).date()
    chosen: dict[str, list[SettingValue]] = {}
    for kept in SettingValue.objects.order_by("valid_from"):
        chosen.setdefault(kept.key, []).append(kept)
    found = []
    for key, declared in SETTINGS.items():
        rows = chosen.get(key, [])
        past = [row for row in rows if row.valid_from <= today]
        coming = [(row.valid_from, row.value) for row in rows if row.valid_from > today]
        since = past[-1].valid_from if past else None
        found.append(KnownSetting(declared, setting(key), since, coming))
    return found


def change_setting(actor: Actor, key: str, told: str, valid_from: date) -> None:
    """Let a setting hold what a form says, from today or a later day on.

    Saying the same again changes nothing. Raises NotPermitted, and Refusal for an unknown
    setting, a value that doesn't fit, or a day that is over.
    """
    actor.seat_for(ADMINISTER)
    declared = SETTINGS.get(key)
    if declared is None:
        raise Refusal("没有这项设置。请刷新页面再选。", "key")
    if valid_from < clock.local(clock.now()).date():
        raise Refusal(
            "不能从过去的日子起改设置，已经发生的事按当时的设置算。请选今天或以后。", "day"
        )
    value = _read(declared, told.strip())
    with transaction.atomic():
        if setting(key, valid_from) == value:
            return
        choose_setting(key, value, valid_from)
        payload = {"setting": key, "value": str(value), "valid_from": valid_from.isoformat()}
        append(SETTING_CHANGED, SETTING_SUBJECT, uuid5(_CHAINS, key), actor.code, payload)


def _read(declared: Setting, told: str) -> bool | int:
    if isinstance(declared.default, bool):
        if told not in (YES, NO):
            raise Refusal(f"“{declared.label}”请选是或否。", "value")
        return told == YES
    if not isinstance(declared.default, int):
        raise Refusal(f"“{declared.label}”不能在这里改，请见运行手册。", "value")
    if not (told.isascii() and told.isdigit() and len(told) <= 6):
        raise Refusal(f"“{declared.label}”请写一个整数。", "value")
    if not declared.least <= int(told) <= declared.most:
        raise Refusal(f"“{declared.label}”请写{declared.least}到{declared.most}之间的数。", "value")
    return int(told)
