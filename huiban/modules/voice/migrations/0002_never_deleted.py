"""Nothing that was accepted is ever lost: the database refuses to delete a case or a report.

What a resident may have forgotten is erased in its columns; the row stays as a tombstone. A later
migration that rebuilds one of these tables on SQLite must set the triggers again.
"""

from django.db import migrations

TABLES = ("voice_case", "voice_report")


def sqlite_statements():
    for table in TABLES:
        yield (
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW"
            f" BEGIN SELECT RAISE(ABORT, 'append-only: {table}_kept'); END"
        )


def postgresql_statements():
    for table in TABLES:
        yield (
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION huiban_refuse()"
        )
        yield (
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION huiban_refuse()"
        )


def set_guards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    statements = {"sqlite": sqlite_statements, "postgresql": postgresql_statements}[vendor]()
    for statement in statements:
        schema_editor.execute(statement, params=None)


def lift_guards(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        on = f" ON {table}" if on_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER {table}_kept{on}", params=None)
        if on_postgresql:
            schema_editor.execute(f"DROP TRIGGER {table}_not_emptied{on}", params=None)


class Migration(migrations.Migration):
    # The refusing function is made by the event log's guards.
    dependencies = [("voice", "0001_initial"), ("events", "0002_append_only")]

    operations = [migrations.RunPython(set_guards, lift_guards)]
