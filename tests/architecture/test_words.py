"""Words that no file of ours holds."""

from __future__ import annotations

import re

import pytest

from tests.architecture import house

# Built from pieces, so that this file doesn't hold them either.
UNFINISHED = re.compile(
    "|".join(rf"\b{a}{b}\b" for a, b in (("TO", "DO"), ("FIX", "ME"), ("X", "XX")))
)
SOMEBODYS_MACHINE = re.compile(r"(?<![\w.:/])/(?:root|home|Users|work)/\w")
REGISTRY = re.compile(
    "|".join(
        rf"\b{name}\.{end}\b"
        for name, end in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("npmmirror", "com"),
            ("tsinghua", r"edu\.cn"),
            ("unpkg", "com"),
            ("jsdelivr", "net"),
        )
    ),
    re.IGNORECASE,
)


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Where the pattern occurs in a file of ours, as file:line: text."""
    return [
        f"{house.short(path)}:{number}: {line.strip()[:100]}"
        for path in house.files()
        for number, line in enumerate(house.text(path).splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (UNFINISHED, "Finish it, or write it down where plans are kept."),
        (SOMEBODYS_MACHINE, "A path of one machine is wrong on every other."),
        (REGISTRY, "Which registry serves a package is for the one who installs to say."),
    ],
    ids=["unfinished work", "paths of one machine", "addresses of registries"],
)
def test_no_file_holds(pattern: re.Pattern[str], why: str) -> None:
    assert lines_with(pattern) == [], why


def test_the_patterns_find_what_they_look_for() -> None:
    assert UNFINISHED.search("# TO" + "DO: later")
    assert SOMEBODYS_MACHINE.search("open('/ho" + "me/li/notes')")
    assert not SOMEBODYS_MACHINE.search("https://example.cn/ho" + "me/page")
    assert REGISTRY.search("https://regis" + "try.npm" + "js.org/left-pad")
