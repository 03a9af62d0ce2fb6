"""A district's own table of categories: a row for each with its parent, or a column for each level.

Categories that have a code are known by it, all others by their names from the top down, so the
same table read again changes nothing and one name below two parents is two categories.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, TypeVar

from django.db import transaction

from huiban.kernel.base.errors import Refusal
from huiban.kernel.base.tables import Row
from huiban.kernel.base.text import normalise
from huiban.kernel.vocab.actions import end_terms, load_terms
from huiban.kernel.vocab.queries import Word, places_in_list, words

from .actions.steps import CATEGORIES, DEADLINES
from .categories import BETWEEN, LONGEST_CODE, code_for, path_of
from .reference import essential_deadline
from .tables import TableOutcome

LEVELS = tuple(f"level{number}" for number in range(1, 7))
LONGEST_NAME = 120
CLASSES = {"essential": "essential", "急": "essential", "general": "general", "一般": "general"}
T = TypeVar("T")
_CODE = re.compile(r"[\w.:/@+\-]+")


def load_categories(rows: Iterable[Row], valid_from: date, *, only: bool = False) -> TableOutcome:
    """Put a table of categories in force from a day on.

    Columns are code, name, parent, keywords and class; level1, level2 and so on stand above parent
    and name, or in their place. A column that the table lacks changes nothing of a category that there is. With
    `only`, categories that the table doesn't name end, unless a row of it was refused.
    Raises Refusal for a table without name and level1.
    """
    outcome = TableOutcome()
    book = _Book(valid_from)
    told = list(rows)
    outcome.read = len(told)
    if told and not {"name", "level1"} & set(told[0].values):
        raise Refusal("表里要有 name 列（名称），或 level1、level2 等各级名称的列。", "name")
    landed = {row.number: code for row, code in _Reading(book, told, outcome).run()}
    changed = {code for code in book.told if book.differs(code)}
    with transaction.atomic():
        load_terms(CATEGORIES, book.terms(), valid_from)
        _set_deadlines(book, valid_from)
        if only and not outcome.refused:
            end_terms(CATEGORIES, set(book.before) - set(book.told), valid_from)
    for code in landed.values():
        outcome.changed += code in changed
        outcome.same += code not in changed
        changed.discard(code)
    outcome.refused.sort()
    return outcome


def _set_deadlines(book: _Book, valid_from: date) -> None:
    """Give essential categories their day, where the district hasn't set another time itself."""
    there = words(DEADLINES, valid_from)
    wanted = [essential_deadline(code) for code in book.told if book.is_essential(code)]
    end = len(there)
    new = [term for term in wanted if term["code"] not in there]
    load_terms(DEADLINES, [term | {"place": end + n} for n, term in enumerate(new)], valid_from)
    gone = [essential_deadline(code) for code in book.told if not book.is_essential(code)]
    ours = {term["code"] for term in gone if _same(there.get(term["code"]), term)}
    end_terms(DEADLINES, ours, valid_from)


def _same(word: Word | None, term: dict[str, Any]) -> bool:
    return word is not None and word.data == term["data"]


class _Book:
    """The categories in force, and what the table says of them and of new ones."""

    def __init__(self, valid_from: date) -> None:
        self.before = words(CATEGORIES, valid_from)
        self.now: dict[str, Word] = dict(self.before)
        self.told: dict[str, Word] = {}
        self.by_path = {path_of(code, self.before): code for code in self.before}
        self._places = places_in_list(CATEGORIES)

    def say(self, word: Word) -> None:
        """Let a category read like this. Raises Refusal if the table said otherwise of it."""
        if self.told.get(word.code, word) != word:
            raise Refusal(f"“{word.code}”在表里出现了两次，说法不一样。请只留一行。", "code")
        if self._leads_back(word):
            raise Refusal(f"“{word.name}”的上级绕回到了它自己。请改 parent 列。", "parent")
        self.told[word.code] = self.now[word.code] = word
        self.by_path[path_of(word.code, self.now)] = word.code

    def _leads_back(self, word: Word) -> bool:
        code, steps = word.parent_code, 0
        while code in self.now and code != word.code and steps <= len(self.now):
            code, steps = self.now[code].parent_code, steps + 1
        return code == word.code or steps > len(self.now)

    def named(self, name: str) -> list[str]:
        """The codes in force before the table that have the name; the top's alone if it has one."""
        found = [code for code, word in self.before.items() if word.name == name]
        top = [code for code in found if not self.before[code].parent_code]
        return top if len(top) == 1 else found

    def code_at(self, path: tuple[str, ...]) -> str:
        """The code of the category with these names from the top down, there or to come."""
        return self.by_path.get(path) or code_for(path)

    def parent_made(self, path: tuple[str, ...]) -> str:
        """The category with these names; those on its way that aren't there yet are made."""
        parent = ""
        for depth in range(1, len(path) + 1):
            code = self.code_at(path[:depth])
            if code not in self.now:
                self.say(Word(code, path[depth - 1], parent, dict(_NEW)))
            elif code in self.before and code not in self.told:
                self.say(self.before[code])
            parent = code
        return parent

    def data(self, code: str) -> dict[str, Any]:
        """What there is about a category beside its name, or what a new one begins with."""
        return dict(self.before[code].data if code in self.before else _NEW)

    def differs(self, code: str) -> bool:
        """Whether the table changes the category."""
        return self.before.get(code) != self.told[code]

    def is_essential(self, code: str) -> bool:
        """Whether what concerns it has a day."""
        return self.told[code].data.get("class") == "essential"

    def terms(self) -> list[dict[str, Any]]:
        """What the table says, as terms to load: known ones in their place, new ones at the end."""
        end = max(self._places.values(), default=-1) + 1
        new = [code for code in self.told if code not in self._places]
        places = self._places | {code: end + place for place, code in enumerate(new)}
        return [
            {
                "code": code,
                "name": word.name,
                "parent_code": word.parent_code,
                "data": word.data,
                "place": places[code],
            }
            for code, word in self.told.items()
        ]


_NEW: dict[str, Any] = {"keywords": [], "class": "general"}


@dataclass(frozen=True)
class _Line:
    """A row that names its parent."""

    row: Row
    code: str
    name: str
    parent: str


class _Reading:
    """Reads a table's rows into the book; what can't be read is refused with its reason."""

    def __init__(self, book: _Book, rows: list[Row], outcome: TableOutcome) -> None:
        self._book = book
        self._rows = rows
        self._outcome = outcome
        self._landed: list[tuple[Row, str]] = []

    def run(self) -> list[tuple[Row, str]]:
        """Each row that was read, with the code of its category."""
        lines: list[_Line] = []
        for row in self._rows:
            if set(LEVELS) & set(row.values):
                self._try(row, partial(self._land_path, row))
            elif line := self._try(row, partial(_line, row)):
                lines.append(line)
        self._land_lines(lines)
        return self._landed

    def _try(self, row: Row, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except Refusal as refusal:
            self._outcome.refused.append((row.number, refusal.message))
            return None

    def _land_path(self, row: Row) -> str:
        path = _path(row)
        parent = self._book.parent_made(path[:-1])
        return self._say(row, _told_code(row) or self._book.code_at(path), path[-1], parent)

    def _say(self, row: Row, code: str, name: str, parent: str) -> str:
        self._book.say(Word(code, name, parent, _data(row, self._book.data(code))))
        self._landed.append((row, code))
        return code

    def _land_lines(self, lines: list[_Line]) -> None:
        """Land each row after its parent, wherever in the table that stands."""
        finder = _Parents(self._book, lines)
        waiting = lines
        while waiting:
            later = []
            for line in waiting:
                if finder.must_wait(line):
                    later.append(line)
                elif code := self._try(line.row, partial(self._land_line, line, finder)):
                    finder.landed(line, code)
            if len(later) == len(waiting):
                break
            waiting = later
        else:
            return
        for line in waiting:
            wrong = (
                f"“{line.name}”的上级“{line.parent}”没有生效，或绕回到了它自己。请改 parent 列。"
            )
            self._outcome.refused.append((line.row.number, wrong))

    def _land_line(self, line: _Line, finder: _Parents) -> str:
        parent = finder.of(line)
        path = (*path_of(parent, self._book.now), line.name)
        return self._say(line.row, line.code or self._book.code_at(path), line.name, parent)


class _Parents:
    """Finds which category a row means by its parent: a code, a path of names, or a name."""

    def __init__(self, book: _Book, lines: list[_Line]) -> None:
        self._book = book
        self._codes = {line.code for line in lines if line.code}
        self._names = Counter(name for name, _ in {(line.name, line.parent) for line in lines})
        self._with_codes = any("code" in line.row.values for line in lines)
        self._landed: dict[str, str] = {}

    def landed(self, line: _Line, code: str) -> None:
        """Note that a row is in the book now."""
        self._landed[line.name] = code

    def must_wait(self, line: _Line) -> bool:
        """Whether the parent is a row that isn't in the book yet."""
        if not line.parent or line.parent in self._book.told:
            return False
        if line.parent in self._codes:
            return True
        path = tuple(line.parent.split(BETWEEN))
        if len(path) > 1 and self._names[path[-1]]:
            return path not in self._book.by_path
        return self._in_table(line) == 1 and line.parent not in self._landed

    def _in_table(self, line: _Line) -> int:
        """How many other rows of the table have the parent's name."""
        return self._names[line.parent] - (line.parent == line.name)

    def of(self, line: _Line) -> str:
        """The parent's code; "" at the top. Raises Refusal where none or several are meant."""
        told = line.parent
        if not told or told in self._book.now:
            return told
        path = tuple(told.split(BETWEEN))
        if len(path) > 1 and path in self._book.by_path:
            return self._book.by_path[path]
        inside = self._in_table(line)
        if inside == 1:
            return self._landed[told]
        known = self._book.named(told) if inside == 0 else []
        if inside > 1 or len(known) > 1:
            raise Refusal(
                f"有好几个分类叫“{told}”。请在 parent 列写全上级，如“上上级/{told}”，或写编码；"
                "也可以把各级名称分别放在 level1、level2 等列。",
                "parent",
            )
        if known:
            return known[0]
        if self._with_codes:
            raise Refusal(f"没有“{told}”这个上级。请先在表里加上它，或改 parent 列。", "parent")
        # A table without codes may name its upper level in this column alone.
        return self._book.parent_made((told,))


def _line(row: Row) -> _Line:
    name = _name(row, "name")
    if not name:
        raise Refusal("name 列是空的。请写分类名称。", "name")
    return _Line(row, _told_code(row), name, normalise(row.values.get("parent", "")))


def _path(row: Row) -> tuple[str, ...]:
    """The names from the top down: the levels, then parent and name where the table has those."""
    columns = [column for column in (*LEVELS, "parent", "name") if column in row.values]
    names = [_name(row, column) for column in columns]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Refusal("这一行没有分类名称。", "level1")
    if "" in names:
        empty = columns[names.index("")]
        raise Refusal(f"{empty} 列是空的，下一级却有名称。请补上上级。", empty)
    return tuple(names)


def _name(row: Row, column: str) -> str:
    name = " ".join(normalise(row.values.get(column, "")).split())
    if len(name) > LONGEST_NAME:
        raise Refusal(f"{column} 列最多{LONGEST_NAME}字，这里有{len(name)}字。", column)
    return name


def _told_code(row: Row) -> str:
    code = row.values.get("code", "").strip()
    if code and (len(code) > LONGEST_CODE or not _CODE.fullmatch(code)):
        raise Refusal(
            f"编码“{code[:20]}”不能用：最多{LONGEST_CODE}个字母、数字、汉字或 . : / @ + - _ 。",
            "code",
        )
    return code


def _data(row: Row, data: dict[str, Any]) -> dict[str, Any]:
    """What the row says beside the name, over what there was."""
    if "keywords" in row.values:
        data["keywords"] = normalise(row.values["keywords"]).split()
    told = row.values.get("class", "").strip()
    if told:
        if told not in CLASSES:
            raise Refusal(
                f"class 列要写 essential（急）或 general（一般），这里是“{told}”。", "class"
            )
        data["class"] = CLASSES[told]
    return data
