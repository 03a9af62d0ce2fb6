"""The third-party files: copied whole, described exactly, or not at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from huiban.cli.assets import CHOSEN, CHOSEN_FOR_TESTS, AssetMissingError, copy_assets


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """A node_modules that holds every chosen file, each with contents of its own."""
    folder = tmp_path / "node_modules"
    for package, wanted in (CHOSEN | CHOSEN_FOR_TESTS).items():
        for name in wanted:
            path = folder / package / name
            path.parent.mkdir(parents=True, exist_ok=True)
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
