"""A place beside the database to furnish in, which then takes the database's place in one step.

While a demonstration is furnished, its clock runs through a year that is long over: a worker that
looked in would find every alarm late. And whoever breaks it off must not leave half a district. So
it happens in tables of its own: a file beside the database file, or a schema beside `public`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from huiban.kernel.base.errors import Refusal
from huiban.kernel.files.folder import remove_file
from huiban.kernel.files.models import StoredFile
from huiban.kernel.territory.models import Unit
from huiban.kernel.vocab.models import Edition
from huiban.kernel.vocab.queries import forget_copy

from .filebeside import FileBeside, Hands

SCHEMA = "furnishing"


def holds_units() -> bool:
    """Whether the database has units already; one without tables has none."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    return Unit._meta.db_table in tables and Unit.objects.exists()


@contextmanager
def workshop() -> Iterator[Hands]:
    """Run the block on fresh, empty tables that replace the database's own when it ends well.

    It is given the hands that can furnish there. When the block fails, the database is as it was.
    Photos of what was replaced, or failed, are removed.
    """
    place = FileBeside() if connection.vendor == "sqlite" else SchemaBeside()
    old_photos, edition = _photos(), _edition()
    place.open()
    try:
        call_command("migrate", interactive=False, verbosity=0)
        forget_copy()
        yield place.hands
        # Other processes keep copies of dated data by this number: no two furnishings may share it.
        Edition.objects.update_or_create(id=1, defaults={"number": edition + _edition() + 1})
    except BaseException:
        unused = [*_photos(), *place.strays]
        place.drop()
        _remove(unused)
        raise
    finally:
        forget_copy()
    place.put_in_place()
    forget_copy()
    _remove(old_photos)


def _photos() -> list[str]:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    if StoredFile._meta.db_table not in tables:
        return []
    return list(StoredFile.objects.values_list("name", flat=True))


def _edition() -> int:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    if Edition._meta.db_table not in tables:
        return 0
    return Edition.objects.filter(id=1).values_list("number", flat=True).first() or 0


def _remove(photos: list[str]) -> None:
    for name in photos:
        remove_file(name)


class SchemaBeside:
    """A schema beside the one that the database's tables stand in."""

    strays: tuple[str, ...] = ()

    def __init__(self) -> None:
        self._options: dict[str, Any] = connection.settings_dict["OPTIONS"]
        self._usual = self._options.get("options", "")
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            self._live = str(cursor.fetchone()[0])

    def open(self) -> None:
        """Make the schema and let the connection look there alone."""
        self._drop_schema()
        with connection.cursor() as cursor:
            try:
                cursor.execute(f"CREATE SCHEMA {SCHEMA}")
            except Exception as problem:
                raise Refusal(
                    "没有在这个数据库里建模式（schema）的权限，布置不了演示。"
                    "请让数据库的主人运行：GRANT CREATE ON DATABASE 数据库 TO 用户。"
                ) from problem
        self._turn_to(f"{self._usual} -c search_path={SCHEMA}")

    def drop(self) -> None:
        """Turn back and leave nothing."""
        self._turn_to(self._usual)
        self._drop_schema()

    def put_in_place(self) -> None:
        """Drop our tables and move the furnished ones to where they stood, in one transaction."""
        self._turn_to(self._usual)
        ours = set(connection.introspection.django_table_names()) | {"django_migrations"}
        with transaction.atomic(), connection.cursor() as cursor:
            for name in sorted(ours & self._names(cursor, _TABLES, self._live)):
                cursor.execute(f'DROP TABLE "{self._live}"."{name}" CASCADE')
            for function in sorted(self._names(cursor, _FUNCTIONS, SCHEMA)):
                cursor.execute(f"DROP FUNCTION IF EXISTS {self._live}.{function} CASCADE")
                cursor.execute(f"ALTER FUNCTION {SCHEMA}.{function} SET SCHEMA {self._live}")
            for name in sorted(self._names(cursor, _TABLES, SCHEMA)):
                cursor.execute(f'ALTER TABLE {SCHEMA}."{name}" SET SCHEMA "{self._live}"')
            cursor.execute(f"DROP SCHEMA {SCHEMA}")

    @staticmethod
    def hands(work: Callable[[int, int], int]) -> int:
        """One hand does the work."""
        return work(0, 1)

    @staticmethod
    def _names(cursor: Any, question: str, schema: str) -> set[str]:
        cursor.execute(question, [schema])
        return {row[0] for row in cursor.fetchall()}

    def _turn_to(self, options: str) -> None:
        connection.close()
        self._options["options"] = options

    @staticmethod
    def _drop_schema() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
_FUNCTIONS = """
SELECT p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = %s
"""
