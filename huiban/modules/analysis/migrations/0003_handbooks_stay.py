"""What was published stays as it was: the database sees to it.

A published handbook is neither changed nor deleted, nor is a finished file. A later migration that
rebuilds one of these tables on SQLite must set the triggers again.
"""

from django.db import migrations

HANDBOOK, FILE = "analysis_handbook", "analysis_handbookfile"

# name: (table, what is refused, when; always where empty)
GUARDS = {
    "analysis_handbook_printed_once": (HANDBOOK, "UPDATE", "OLD.\"state\" = 'published'"),
    "analysis_handbook_kept": (HANDBOOK, "DELETE", "OLD.\"state\" = 'published'"),
    "analysis_handbookfile_written_once": (FILE, "UPDATE", ""),
    "analysis_handbookfile_kept": (FILE, "DELETE", ""),
}
TABLES = (HANDBOOK, FILE)


def sqlite_statements():
    for name, (table, refused, when) in GUARDS.items():
        condition = f"WHEN {when} " if when else ""
        yield (
            f"CREATE TRIGGER {name} BEFORE {refused} ON {table} FOR EACH ROW {condition}"
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {name}'); END"
        )


def postgresql_statements():
    for name, (table, refused, when) in GUARDS.items():
        condition = f"WHEN ({when}) " if when else ""
        yield (
            f"CREATE TRIGGER {name} BEFORE {refused} ON {table} FOR EACH ROW {condition}"
            "EXECUTE FUNCTION huiban_refuse()"
        )
    for table in TABLES:
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
    for name, (table, _, _) in GUARDS.items():
        on = f" ON {table}" if on_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER {name}{on}", params=None)
    if on_postgresql:
        for table in TABLES:
            schema_editor.execute(f"DROP TRIGGER {table}_not_emptied ON {table}", params=None)


class Migration(migrations.Migration):
    # The refusing function is made by the event log's guards.
    dependencies = [
        ("analysis", "0002_handbooks"),
        ("events", "0002_append_only"),
    ]

    operations = [migrations.RunPython(set_guards, lift_guards)]
