"""The third-party files: copied whole, described exactly, or not at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from huiban.cli.assets import CHOSEN, CHOSEN_FOR_TESTS, KAI, AssetMissingError, copy_assets

WEB_FONT = next(name for name in CHOSEN[KAI] if name.endswith(".woff"))


def write_web_font(path: Path) -> None:
    """A font of one empty glyph, packed as web fonts are."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef"])
    builder.setupCharacterMap({})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0)})
    builder.setupHorizontalHeader()
    builder.setupPost()
    builder.font.flavor = "woff"
    builder.save(path)


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """A node_modules that holds every chosen file, each with contents of its own."""
    folder = tmp_path / "node_modules"
    for package, wanted in (CHOSEN | CHOSEN_FOR_TESTS).items():
        for name in wanted:
            path = folder / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if name == WEB_FONT:
                write_web_font(path)
            else:
                path.write_text(f"{package} {name}", encoding="utf-8")
        facts = {"name": package, "version": "1.2.3", "license": "ISC"}
        (folder / package / "package.json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


def test_each_file_is_described_by_name_version_licence_and_hash(
    modules: Path, tmp_path: Path
) -> None:
    vendor = tmp_path / "vendor"
    count = copy_assets(modules, vendor, for_tests=False)

    files = json.loads((vendor / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert len(files) == count == sum(len(wanted) for wanted in CHOSEN.values())
    for line in files:
        assert line["version"] == "1.2.3"
        assert line["licence"] == "ISC"
        assert line["sha256"] == hashlib.sha256((vendor / line["path"]).read_bytes()).hexdigest()
    on_disk = {str(path.relative_to(vendor)) for path in vendor.rglob("*") if path.is_file()}
    assert on_disk == {line["path"] for line in files} | {"manifest.json"}


def test_what_only_tests_need_comes_only_for_them(modules: Path, tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    copy_assets(modules, vendor, for_tests=True)
    assert (vendor / "dev" / "axe.min.js").is_file()

    copy_assets(modules, vendor, for_tests=False)
    assert not (vendor / "dev").exists()


def test_a_web_font_comes_out_as_the_plain_font_that_typesetting_reads(
    modules: Path, tmp_path: Path
) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    copy_assets(modules, first, for_tests=False)
    copy_assets(modules, again, for_tests=False)
    assert (modules / KAI / WEB_FONT).read_bytes().startswith(b"wOFF")

    unpacked = first / CHOSEN[KAI][WEB_FONT]
    assert TTFont(unpacked).flavor is None
    assert unpacked.read_bytes() == (again / CHOSEN[KAI][WEB_FONT]).read_bytes()


def test_a_missing_file_is_named_and_the_old_copy_stays(modules: Path, tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    copy_assets(modules, vendor, for_tests=False)
    (modules / "lucide-static" / "icons" / "camera.svg").unlink()

    with pytest.raises(AssetMissingError, match=r"lucide-static 1\.2\.3 .* icons/camera\.svg"):
        copy_assets(modules, vendor, for_tests=False)
    assert (vendor / "icons" / "camera.svg").is_file()


def test_a_package_that_was_not_installed_is_named(tmp_path: Path) -> None:
    with pytest.raises(AssetMissingError, match="noto-sans-sc is not installed"):
        copy_assets(tmp_path / "nothing", tmp_path / "vendor", for_tests=False)
