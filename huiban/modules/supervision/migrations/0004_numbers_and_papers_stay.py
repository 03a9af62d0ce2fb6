"""A letter's number and what it says stay as they were given: the database sees to it.

A counter begins with 1 and moves on by one; a letter takes the number that its counter has just
reached, once; what was printed never changes, and no letter, counter or finished paper is deleted.
So the numbers of a level and a year have no gaps. A later migration that rebuilds one of these
tables on SQLite must set the triggers again.
"""

from django.db import migrations

LETTER, COUNTER, PAPER = (
    "supervision_letter",
    "supervision_lettercounter",
    "supervision_paper",
)
FROZEN = "district_id issuer_id addressee_id level year number title facts printed issued_at"
COLUMNS = ", ".join(f'"{name}"' for name in FROZEN.split())
SAME_COUNTER = (
    'NEW.district_id <> OLD.district_id OR NEW."level" <> OLD."level" OR NEW."year" <> OLD."year"'
)
OF_ITS_COUNTER = (
    f'SELECT 1 FROM {COUNTER} c WHERE c.district_id = NEW.district_id AND c."level" = NEW."level"'
    ' AND c."year" = NEW."year" AND c."last" = NEW."number"'
)

# name: (table, what is refused, when; always where empty)
GUARDS = {
    "supervision_letter_kept": (LETTER, "DELETE", ""),
    "supervision_letter_printed_once": (
        LETTER,
        f"UPDATE OF {COLUMNS}",
        'OLD."number" IS NOT NULL',
    ),
    "supervision_lettercounter_kept": (COUNTER, "DELETE", ""),
    "supervision_lettercounter_begins": (COUNTER, "INSERT", 'NEW."last" <> 1'),
    "supervision_lettercounter_moves_on": (
        COUNTER,
        "UPDATE",
        f'NEW."last" <> OLD."last" + 1 OR {SAME_COUNTER}',
    ),
    "supervision_paper_kept": (PAPER, "DELETE", ""),
    "supervision_paper_written_once": (PAPER, "UPDATE", ""),
}
# It asks another table, which PostgreSQL does in a function only.
TAKES = "supervision_letter_takes_its_number"
TAKES_WHEN = 'NEW."number" IS NOT NULL AND OLD."number" IS NULL'
TABLES = (LETTER, COUNTER, PAPER)


def sqlite_statements():
    guards = GUARDS | {
        TAKES: (LETTER, 'UPDATE OF "number"', f"{TAKES_WHEN} AND NOT EXISTS ({OF_ITS_COUNTER})")
    }
    for name, (table, refused, when) in guards.items():
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
    yield f"""
        CREATE FUNCTION {TAKES}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS ({OF_ITS_COUNTER}) THEN
                RAISE EXCEPTION 'append-only: %', TG_NAME
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$
    """
    yield (
        f'CREATE TRIGGER {TAKES} BEFORE UPDATE OF "number" ON {LETTER} FOR EACH ROW'
        f" WHEN ({TAKES_WHEN}) EXECUTE FUNCTION {TAKES}()"
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
    tables = {name: table for name, (table, _, _) in GUARDS.items()} | {TAKES: LETTER}
    for name, table in tables.items():
        on = f" ON {table}" if on_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER {name}{on}", params=None)
    if on_postgresql:
        schema_editor.execute(f"DROP FUNCTION {TAKES}()", params=None)
        for table in TABLES:
            schema_editor.execute(f"DROP TRIGGER {table}_not_emptied ON {table}", params=None)


class Migration(migrations.Migration):
    # The refusing function is made by the event log's guards.
    dependencies = [
        ("supervision", "0003_who_reported"),
        ("events", "0002_append_only"),
    ]

    operations = [migrations.RunPython(set_guards, lift_guards)]
