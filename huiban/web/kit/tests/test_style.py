"""The style sheets and scripts: within old browsers' reach, readable in every theme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[3] / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
# What residents' pages and walls load (a wall is often an old television); the desk's own files
# may use what Chromium 86 has.
FOR_OLD_BROWSERS = (
    *("huiban.css", "controls.css", "parts.css", "resident.css"),
    *("screen.css", "screen_wall.css", "screen_where.css"),
)
SCRIPTS_FOR_OLD_BROWSERS = ("danger.js", "kit.js", "photos.js", "screen.js", "tell.js")

# Not in Chromium 78, the oldest that WeChat still carries on old phones.
TOO_NEW_STYLE = {
    ":has()": r":has\(",
    ":is() and :where()": r":(?:is|where)\(",
    "min(), max() and clamp()": r"(?<![\w-])(?:min|max|clamp)\(",
    "inset": r"(?<![\w-])inset(?:-\w+)*:",
    "aspect-ratio": r"aspect-ratio:",
    "margin-inline and the like": r"(?:margin|padding)-(?:inline|block):",
    "gap outside grids": r"(?<![\w-])(?:gap|row-gap|column-gap):",
    "small viewport units": r"\d(?:dvh|svh|lvh)\b",
    "nesting": r"^\s*&",
    "layers": r"@layer|@container",
}
TOO_NEW_SCRIPT = {
    "optional chaining": r"\?\.(?!\d)",
    "??": r"\?\?",
    "replaceAll": r"\.replaceAll\(",
    "at()": r"\.at\(",
    "logical assignment": r"(?:\|\||&&)=",
    "private fields": r"this\.#",
    "Promise.any": r"Promise\.any\b",
}


def without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/|^\s*//.*?$", "", path.read_text("utf-8"), flags=re.DOTALL | re.M)


@pytest.mark.parametrize("name", FOR_OLD_BROWSERS)
def test_styles_stay_within_old_browsers(name: str) -> None:
    text = without_comments(STATIC / "css" / name)
    assert [what for what, pattern in TOO_NEW_STYLE.items() if re.search(pattern, text, re.M)] == []


@pytest.mark.parametrize("name", SCRIPTS_FOR_OLD_BROWSERS)
def test_scripts_stay_within_old_browsers(name: str) -> None:
    text = without_comments(STATIC / "js" / name)
    assert [what for what, pattern in TOO_NEW_SCRIPT.items() if re.search(pattern, text)] == []


def test_the_patterns_find_what_they_look_for() -> None:
    samples = {
        ":has()": "a:has(b)",
        ":is() and :where()": "a:is(b)",
        "min(), max() and clamp()": "width: clamp(1px, 2px, 3px)",
        "inset": "inset: 0;",
        "aspect-ratio": "aspect-ratio: 1",
        "margin-inline and the like": "margin-inline: 0",
        "gap outside grids": "  gap: 4px;",
        "small viewport units": "height: 100dvh",
        "nesting": "  &:hover",
        "layers": "@layer base",
    }
    for what, pattern in TOO_NEW_STYLE.items():
        assert re.search(pattern, samples[what], re.M), what
    assert not re.search(TOO_NEW_STYLE["gap outside grids"], "grid-gap: 4px")
    assert not re.search(TOO_NEW_STYLE["min(), max() and clamp()"], "minmax(1px, 2px)")


def rule_of(sheet: str, selector: str) -> str:
    """What the sheet says under that selector alone."""
    text = without_comments(STATIC / "css" / sheet)
    found = re.search(rf"^{re.escape(selector)} {{(.*?)}}", text, re.DOTALL | re.M)
    assert found is not None, selector
    return found[1]


@pytest.mark.parametrize(
    ("sheet", "drawing", "around"),
    [
        ("desk_handbook.css", ".handbook-figure svg", ".handbook-drawing"),
        ("desk_policies.css", ".policy-figure svg", ".policy-drawing"),
    ],
)
def test_a_drawing_with_letters_is_pushed_sideways_rather_than_squeezed(
    sheet: str, drawing: str, around: str
) -> None:
    """As wide as a phone, the letters of a chart would be five pixels high."""
    assert "min-width: 34rem" in rule_of(sheet, drawing)
    assert "overflow-x: auto" in rule_of(sheet, around)


def test_no_sheet_fetches_a_font_or_anything_from_elsewhere() -> None:
    for sheet in SHEETS:
        text = without_comments(sheet)
        assert "@font-face" not in text, sheet.name
        assert not re.search(r"https?:|@import", text), sheet.name


# ---- contrast

PAIRS = (
    # what is read, what it stands on, the least contrast (WCAG 2.2: 4.5 for text, 3 for shapes)
    ("ink", "ground", 7.0),
    ("ink", "paper", 7.0),
    ("ink", "sunken", 7.0),
    ("ink-soft", "ground", 4.5),
    ("ink-soft", "paper", 4.5),
    ("ink-soft", "sunken", 4.5),
    ("brand", "ground", 4.5),
    ("brand", "paper", 4.5),
    ("brand", "brand-tint", 4.5),
    ("ink", "brand-tint", 4.5),
    ("on-brand", "brand-fill", 4.5),
    ("on-brand", "brand-press", 4.5),
    ("late", "paper", 4.5),
    ("late", "ground", 4.5),
    ("late", "late-tint", 4.5),
    ("ink", "late-tint", 4.5),
    ("on-late", "late-fill", 4.5),
    ("soon", "paper", 4.5),
    ("soon", "soon-tint", 4.5),
    ("ink", "soon-tint", 4.5),
    ("good", "paper", 4.5),
    ("good", "ground", 4.5),
    ("good", "good-tint", 4.5),
    ("ink", "good-tint", 4.5),
    ("line-strong", "paper", 3.0),
    ("line-strong", "ground", 3.0),
    ("focus", "ground", 3.0),
    ("focus", "paper", 3.0),
)
THEMES = {
    "light": r":root \{",
    "dark by the system": r":root:not\(\[data-theme=\"light\"\]\) \{",
    "dark by choice": r":root\[data-theme=\"dark\"\] \{",
    "high contrast": r":root\[data-contrast=\"high\"\] \{",
}


def tokens_of(theme: str) -> dict[str, str]:
    """The theme's colours; what it doesn't set is the light theme's."""
    sheet = (STATIC / "css" / "huiban.css").read_text("utf-8")
    found = re.search(THEMES[theme] + r"(.*?)\}", sheet, re.DOTALL)
    assert found is not None, theme
    own = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", found[1]))
    return own if theme == "light" else {**tokens_of("light"), **own}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_contrast_is_reckoned_as_the_rule_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_can_be_read(theme: str) -> None:
    colours = tokens_of(theme)
    weak = [
        f"{text} on {ground}: {contrast(colours[text], colours[ground]):.2f} < {least}"
        for text, ground, least in PAIRS
        if contrast(colours[text], colours[ground]) < least
    ]
    assert weak == []


def test_both_dark_themes_are_one() -> None:
    assert tokens_of("dark by the system") == tokens_of("dark by choice")
