"""A face's templates stand on the kit and on nothing of another face."""

from __future__ import annotations

import re
from pathlib import Path

from huiban.cli.assets import ICON_NAMES
from tests.architecture import house

WEB = house.PACKAGE / "web"
REFERENCE = re.compile(r"{%-?\s*(?:include|extends)\s+(\S+)")


def references() -> list[tuple[Path, str]]:
    """Every template and what it includes or extends, as it is written."""
    return [
        (path, found)
        for path in house.files(".html", ".txt", ".svg", ".xml")
        if path.is_relative_to(WEB)
        for found in REFERENCE.findall(house.text(path))
    ]


def face_of(path: Path) -> str:
    return path.relative_to(WEB).parts[0]


def test_there_are_templates_to_judge() -> None:
    assert {"desk", "resident"} <= {face_of(path) for path, _found in references()}


def test_templates_name_others_plainly_and_these_exist() -> None:
    lost = [
        f"{house.short(path)}: {found}"
        for path, found in references()
        if found[0] not in "\"'" or not (WEB / found.strip("\"'")).is_file()
    ]
    assert lost == []


def test_templates_do_not_reach_across_faces() -> None:
    across = [
        f"{house.short(path)}: {found}"
        for path, found in references()
        if found.strip("\"'").split("/")[0] not in (face_of(path), "kit")
    ]
    assert across == []


def test_templates_hold_no_script_and_no_style_of_their_own() -> None:
    # The content security policy would silence them anyway, on the page of a resident.
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)|<style|\son\w+=\"|\sstyle=\""
    )
    found = [
        f"{house.short(path)}: {match.group(0)}"
        for path in house.files(".html")
        if path.is_relative_to(WEB)
        for match in inline.finditer(house.text(path))
    ]
    assert found == []


def test_every_icon_that_a_page_names_is_drawn() -> None:
    named = {
        (house.short(path), name)
        for path in house.files(".html")
        for name in re.findall(r"{%\s*icon\s+\"([^\"]+)\"", house.text(path))
    }
    assert named, "no page names an icon"
    ours = {path.stem for path in (house.PACKAGE / "static" / "img" / "icons").glob("*.svg")}
    drawn = ours | set(ICON_NAMES)
    assert sorted(f"{page}: {name}" for page, name in named if name not in drawn) == []
