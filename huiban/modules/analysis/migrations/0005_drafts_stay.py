"""A draft of a policy stays as it was written: the database sees to it.

What residents commented on, and what was put in force, can be read later as it was then. A later
migration that rebuilds this table on SQLite must set the triggers again.
"""

from django.db import migrations

DRAFT = "analysis_policydraft"
GUARDS = {
    "analysis_policydraft_written_once": "UPDATE",
    "analysis_policydraft_kept": "DELETE",
}


def sqlite_statements():
    for name, refused in GUARDS.items():
        yield (
            f"CREATE TRIGGER {name} BEFORE {refused} ON {DRAFT} FOR EACH ROW "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {name}'); END"
        )


def postgresql_statements():
    for name, refused in GUARDS.items():
        yield (
            f"CREATE TRIGGER {name} BEFORE {refused} ON {DRAFT} FOR EACH ROW "
            "EXECUTE FUNCTION huiban_refuse()"
        )
    yield (
        f"CREATE TRIGGER {DRAFT}_not_emptied BEFORE TRUNCATE ON {DRAFT}"
        " FOR EACH STATEMENT EXECUTE FUNCTION huiban_refuse()"
    )


def set_guards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    statements = {"sqlite": sqlite_statements, "postgresql": postgresql_statements}[vendor]()
    for statement in statements:
        schema_editor.execute(statement, params=None)


def lift_guards(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    on = f" ON {DRAFT}" if on_postgresql else ""
    for name in GUARDS:
        schema_editor.execute(f"DROP TRIGGER {name}{on}", params=None)
    if on_postgresql:
        schema_editor.execute(f"DROP TRIGGER {DRAFT}_not_emptied ON {DRAFT}", params=None)


class Migration(migrations.Migration):
    # The refusing function is made by the event log's guards.
    dependencies = [
        ("analysis", "0004_policies"),
        ("events", "0002_append_only"),
    ]

    operations = [migrations.RunPython(set_guards, lift_guards)]
