"""The log only ever grows: the database itself refuses to change or delete what was written.

An event may be given its position once, a chain's head may move to the next link, and that is
all. A later migration that rebuilds one of these tables on SQLite must set the triggers again.
"""

from django.db import migrations

WRITTEN_ONCE = (
    "id subject_type subject_id sequence kind version at actor district_id payload previous_hash"
    " hash"
)
COLUMNS = ", ".join(f'"{name}"' for name in WRITTEN_ONCE.split())
TABLES = ("events_event", "events_chainhead", "events_seal")

# name: (table, what is refused, when; always where empty)
GUARDS = {
    "events_event_kept": ("events_event", "DELETE", ""),
    "events_event_written_once": ("events_event", f"UPDATE OF {COLUMNS}", ""),
    "events_event_placed_once": (
        "events_event",
        'UPDATE OF "position"',
        "OLD.position IS NOT NULL OR NEW.position IS NULL",
    ),
    "events_chainhead_kept": ("events_chainhead", "DELETE", ""),
    "events_chainhead_moves_on": (
        "events_chainhead",
        "UPDATE",
        (
            "NEW.sequence <> OLD.sequence + 1 OR NEW.subject_id <> OLD.subject_id"
            " OR NEW.subject_type <> OLD.subject_type OR NEW.at < OLD.at"
        ),
    ),
    "events_seal_kept": ("events_seal", "DELETE", ""),
    "events_seal_written_once": ("events_seal", "UPDATE", ""),
}


def sqlite_statements():
    for name, (table, refused, when) in GUARDS.items():
        condition = f"WHEN {when} " if when else ""
        yield (
            f"CREATE TRIGGER {name} BEFORE {refused} ON {table} FOR EACH ROW {condition}"
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {name}'); END"
        )


def postgresql_statements():
    yield """
        CREATE FUNCTION huiban_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'append-only: %', TG_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END $$
    """
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
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION huiban_refuse() CASCADE", params=None)
        return
    for name in GUARDS:
        schema_editor.execute(f"DROP TRIGGER {name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [migrations.RunPython(set_guards, lift_guards)]
