"""The house as the tests about it see it: its files, its floors, its parsed code."""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import huiban

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "huiban"

# The floors, lowest first. What stands on one may know those before it.
KERNEL = (
    "base",
    "vocab",
    "events",
    "territory",
    "places",
    "people",
    "access",
    "files",
    "duties",
    "moves",
    "notices",
)
FLOORS = (*(f"huiban.kernel.{name}" for name in KERNEL), "huiban.modules", "huiban.web")

# Made by tools, or kept by those who run the program; .gitignore names the same.
NOT_OURS = {
    ".git",
    ".venv",
    "node_modules",
    "data",
    "vendor",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    ".import_linter_cache",
}


def files(*endings: str) -> list[Path]:
    """Every file of ours whose name ends so, in a fixed order; every file without endings."""
    return [path for path in _walk() if not endings or path.name.endswith(endings)]


@cache
def _walk() -> tuple[Path, ...]:
    found = []
    for folder, inner, names in os.walk(ROOT):
        inner[:] = sorted(set(inner) - NOT_OURS)
        found += [Path(folder, name) for name in sorted(names)]
    return tuple(found)


def code() -> list[Path]:
    """Python that runs in an installation: no tests, no migrations."""
    return [
        path
        for path in files(".py")
        if path.is_relative_to(PACKAGE) and not {"tests", "migrations"} & set(path.parts)
    ]


def migrations() -> list[Path]:
    """Every migration."""
    return [p for p in files(".py") if p.parent.name == "migrations" and p.name != "__init__.py"]


@cache
def text(path: Path) -> str:
    """The file's contents; what isn't text reads as nothing."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def parsed(path: Path) -> ast.Module:
    """The file as a syntax tree."""
    return ast.parse(text(path), str(path))


def short(path: Path) -> str:
    """The path as a reader of a failure wants it."""
    return str(path.relative_to(ROOT))


def module_of(path: Path) -> str:
    """The dotted name of a Python file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Dotted names of what the file imports; of `from a import b` both `a` and `a.b`."""
    package = module_of(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def home_of(module: str) -> str:
    """The package with walls that a dotted name belongs to: a kernel app, a module, a face."""
    parts = module.split(".")
    return ".".join(parts[: 3 if parts[:2] in (["huiban", "kernel"], ["huiban", "modules"]) else 2])


def floor_of(module: str) -> int:
    """How high that package stands; what isn't ours is the ground, -1."""
    home = home_of(module)
    for height, floor in enumerate(FLOORS):
        if home == floor or home.startswith(f"{floor}."):
            return height
    return -1 if not home.startswith("huiban") else len(FLOORS)


@cache
def everything_imported() -> tuple[str, ...]:
    """Import every module of ours, so that all registries are full; return their names."""
    names = []
    for found in pkgutil.walk_packages(huiban.__path__, "huiban."):
        if "migrations" not in found.name.split(".") and not found.name.endswith("__main__"):
            importlib.import_module(found.name)
            names.append(found.name)
    return tuple(names)
