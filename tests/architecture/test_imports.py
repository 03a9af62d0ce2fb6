"""Walls within packages, which the layers of import-linter don't describe."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from pathlib import Path

from django.db import models

from tests.architecture import house

IMPURE = re.compile(r"^(django|socket|http|urllib\.request|subprocess|random|secrets|time)(\.|$)")
# These read the others' facts; that none of those imports them is import-linter's business.
UPPER_LANDING = ("huiban.modules.supervision", "huiban.modules.analysis")
CLOCK = "huiban.kernel.base.clock"
CLOCK_READERS = {CLOCK, f"{CLOCK}.now"}


def test_modules_side_by_side_know_only_each_other_s_contracts() -> None:
    improper = [
        f"{house.short(path)} imports {name}"
        for path in house.code()
        for name in house.imports(path)
        if (home := house.home_of(house.module_of(path))).startswith("huiban.modules.")
        and name.startswith("huiban.modules.")
        and house.home_of(name) != home
        and home not in UPPER_LANDING
        and not name.startswith(f"{house.home_of(name)}.contracts")
    ]
    assert improper == []


def test_contracts_need_the_standard_library_only() -> None:
    improper = [
        f"{house.short(path)} imports {name}"
        for path in house.code()
        if path.name == "contracts.py"
        for name in house.imports(path)
        if name.split(".")[0] in ("huiban", "django")
    ]
    assert improper == []


def is_table(name: str) -> bool:
    """Whether the dotted name is a table's class; the enumerations beside it are harmless."""
    module, _dot, last = name.rpartition(".")
    item = getattr(sys.modules.get(module), last, None)
    return inspect.isclass(item) and issubclass(item, models.Model)


def test_rules_and_stages_decide_without_database_clock_or_network() -> None:
    improper = [
        f"{house.short(path)} imports {name}"
        for path in house.code()
        if path.name in ("rules.py", "stages.py") or path.parent.name == "rules"
        for name in house.imports(path)
        if IMPURE.match(name)
        or name in CLOCK_READERS
        or re.match(r"huiban\..*\.(actions|queries)(\.|$)", name)
        or is_table(name)
    ]
    assert improper == []


def holds_a_field_class(module: str) -> bool:
    """Whether the module defines a column type, which a migration can't do without."""
    loaded = importlib.import_module(module)
    return any(
        issubclass(item, models.Field) and item.__module__ == module
        for _name, item in inspect.getmembers(loaded, inspect.isclass)
    )


def improper_imports(migration: Path) -> list[str]:
    """What a migration imports of ours, pure tools of base and column types apart."""
    modules = {name for name in house.imports(migration) if name.startswith("huiban")}
    return [
        name
        for name in sorted(modules)
        if not name.startswith("huiban.kernel.base")
        and not any(holds_a_field_class(other) for other in known_modules(name))
    ]


def known_modules(name: str) -> list[str]:
    """The name, or what is left of it without its last part, whichever is a module."""
    loaded = house.everything_imported()
    return [module for module in (name, name.rpartition(".")[0]) if module in loaded]


def test_migrations_import_only_column_types_and_pure_tools() -> None:
    improper = {house.short(path): improper_imports(path) for path in house.migrations()}
    assert {path: names for path, names in improper.items() if names} == {}


def test_migrations_hold_no_data() -> None:
    seeds = [house.short(path) for path in house.migrations() if "get_model(" in house.text(path)]
    assert seeds == []


def test_migrations_are_named() -> None:
    unnamed = [house.short(path) for path in house.migrations() if "_auto_" in path.name]
    assert unnamed == []
