"""Copies the chosen third-party files from `node_modules` to `huiban/static/vendor/`.

None of them is committed. The manifest beside them says for each its package, version, licence
and SHA-256, so that anyone can see what is served and where it came from.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "huiban" / "static" / "vendor"

SANS = "@expo-google-fonts/noto-sans-sc"
SERIF = "@expo-google-fonts/noto-serif-sc"
KAI = "@fontsource/lxgw-wenkai"
ICONS = "lucide-static"
CHECKER = "axe-core"

# The only icons that pages may name, as they are called in the version that package.json pins.
ICON_NAMES = (
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "bell",
    "building-2",
    "camera",
    "chart-column",
    "check",
    "chevron-down",
    "chevron-right",
    "circle-question-mark",
    "clock",
    "download",
    "eye",
    "file-text",
    "frown",
    "house",
    "image",
    "list",
    "lock",
    "log-out",
    "map-pin",
    "meh",
    "menu",
    "message-square",
    "paperclip",
    "pencil",
    "phone",
    "plus",
    "printer",
    "qr-code",
    "refresh-cw",
    "rotate-cw",
    "search",
    "send",
    "settings",
    "smile",
    "star",
    "triangle-alert",
    "undo-2",
    "upload",
    "user",
    "users",
    "x",
)

# package → the file in it → where it goes under vendor/
CHOSEN: dict[str, dict[str, str]] = {
    SANS: {
        "400Regular/NotoSansSC_400Regular.ttf": "fonts/NotoSansSC-Regular.ttf",
        "700Bold/NotoSansSC_700Bold.ttf": "fonts/NotoSansSC-Bold.ttf",
        "LICENSE_FONT": "fonts/LICENSE.txt",
    },
    SERIF: {
        "400Regular/NotoSerifSC_400Regular.ttf": "fonts/NotoSerifSC-Regular.ttf",
        "700Bold/NotoSerifSC_700Bold.ttf": "fonts/NotoSerifSC-Bold.ttf",
        "LICENSE_FONT": "fonts/LICENSE-NotoSerifSC.txt",
    },
    # Called latin and 500, this file holds the whole font in its regular weight.
    KAI: {
        "files/lxgw-wenkai-latin-500-normal.woff": "fonts/LXGWWenKai-Regular.ttf",
        "LICENSE": "fonts/LICENSE-LXGWWenKai.txt",
    },
    ICONS: {f"icons/{name}.svg": f"icons/{name}.svg" for name in ICON_NAMES}
    | {"LICENSE": "icons/LICENSE.txt"},
}
CHOSEN_FOR_TESTS = {CHECKER: {"axe.min.js": "dev/axe.min.js", "LICENSE": "dev/LICENSE.txt"}}


class AssetMissingError(Exception):
    """A chosen file isn't in its package: the package was not installed, or has renamed it."""


def copy_assets(modules: Path, vendor: Path, *, for_tests: bool) -> int:
    """Fill `vendor` anew from `modules` and return how many files it now holds.

    The folder is made beside the old one and takes its place when whole, so a copy that is
    broken off leaves the old one standing. Raises AssetMissingError where a file isn't found.
    """
    chosen = CHOSEN | (CHOSEN_FOR_TESTS if for_tests else {})
    draft = vendor.with_name(f"{vendor.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    files = [
        line
        for package, wanted in chosen.items()
        for line in _copy(modules / package, wanted, draft)
    ]
    manifest = json.dumps({"files": files}, ensure_ascii=False, indent=1)
    (draft / "manifest.json").write_text(manifest + "\n", encoding="utf-8")
    shutil.rmtree(vendor, ignore_errors=True)
    draft.rename(vendor)
    return len(files)


def _copy(package: Path, wanted: dict[str, str], draft: Path) -> Iterator[dict[str, str]]:
    """Copy one package's files and yield their lines of the manifest."""
    described = package / "package.json"
    if not described.is_file():
        raise AssetMissingError(f"{package.name} is not installed in node_modules")
    facts = json.loads(described.read_text(encoding="utf-8"))
    for name, destination in wanted.items():
        source, target = package / name, draft / destination
        if not source.is_file():
            raise AssetMissingError(f"{facts['name']} {facts['version']} holds no file {name}")
        target.parent.mkdir(parents=True, exist_ok=True)
        (_unpack if source.suffix == ".woff" else shutil.copyfile)(source, target)
        yield {
            "path": destination,
            "name": facts["name"],
            "version": facts["version"],
            "licence": facts["license"],
            "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
        }


def _unpack(source: Path, target: Path) -> None:
    """Write a web font as the plain TTF that typesetting reads: the same tables, uncompressed."""
    with TTFont(source, recalcBBoxes=False, recalcTimestamp=False) as font:
        font.flavor = None
        font.save(target)


def main() -> int:
    """`python -m huiban.cli.assets [--for-tests]`."""
    try:
        count = copy_assets(MODULES, VENDOR, for_tests="--for-tests" in sys.argv[1:])
    except AssetMissingError as missing:
        print(f"assets: {missing}; run npm ci, then this again", file=sys.stderr)
        return 1
    print(f"assets: {count} files in {VENDOR.relative_to(ROOT)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
