"""What every template may say without loading anything: icons, times, telephone links."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from huiban.kernel.base import clock, phrases
from huiban.kernel.base.codes import show_receipt

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
# Drawn by us, then taken from the family named in huiban/cli/assets.py.
ICON_FOLDERS = (STATIC / "img" / "icons", STATIC / "vendor" / "icons")

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """The icon drawn into the page. Without a label it is decoration beside words.

    Raises LookupError for a name that nobody drew.
    """
    if label:
        meaning = format_html('role="img" aria-label="{}"', label)
    else:
        meaning = mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {} focusable="false" viewBox="0 0 24 24" fill="none" '
        'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
        "{}</svg>",
        f"icon {css}".strip(),
        meaning,
        mark_safe(_drawing(name)),
    )


@cache
def _drawing(name: str) -> str:
    """What stands between the icon file's svg tags. The files are ours or pinned, so trusted."""
    for folder in ICON_FOLDERS:
        path = folder / f"{name}.svg"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            found = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
            assert found is not None, f"{path} holds no svg element"
            return " ".join(found[1].split())
    raise LookupError(f"no icon is called {name}: see ICON_NAMES in huiban/cli/assets.py")


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | None) -> SafeString | str:
    """When something happened, as people say it: `周四14:05`; in large print `周四下午2:05`."""
    if at is None:
        return ""
    words = phrases.say_moment(at, clock.now(), large=_large(context))
    return _time(at, words)


@register.simple_tag(takes_context=True)
def due(context: Context, at: datetime | None) -> SafeString | str:
    """Until when something is due: `周四17:30前`; in large print `周四下午5:30前`."""
    if at is None:
        return ""
    words = phrases.say_due(at, clock.local(clock.now()).date(), large=_large(context))
    return _time(at, words)


@register.filter
def day(value: date | None) -> str:
    """`5月8日 周五`, with the year unless it is this one."""
    return phrases.say_date(value, clock.local(clock.now()).date()) if value else ""


@register.filter
def tel(number: str) -> str:
    """A telephone number as a link's address: `tel:01012345678`."""
    return "tel:" + re.sub(r"[^0-9+*#]", "", number)


@register.filter
def receipt(code: str) -> str:
    """A receipt in groups for reading: `7K3M-9QTX-2HWPE`."""
    return show_receipt(code)


def _time(at: datetime, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', clock.local(at).isoformat(), words)


def _large(context: Context) -> bool:
    house: Any = context.get("house")
    return bool(house and house.large)
