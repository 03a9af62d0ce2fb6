"""Small enough to be read in one sitting: files up to 400 lines, functions up to 70."""

from __future__ import annotations

import ast

from tests.architecture import house

LONGEST_FILE = 400
LONGEST_FUNCTION = 70


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {
        house.short(path): house.text(path).count("\n")
        for path in house.files(".py", ".js", ".html", ".css", ".sh", "/run", "/test")
        if path not in house.migrations()
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_is_longer_than_70_lines() -> None:
    too_long = {}
    for path in set(house.files(".py")) - set(house.migrations()):
        for node in ast.walk(house.parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    too_long[f"{house.short(path)}:{node.name}"] = lines
    assert too_long == {}
