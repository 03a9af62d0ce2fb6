"""Let a case say which groups of people it concerns.

On SQLite a constraint rebuilds its table, and the guard against deleting cases goes with the old
one: it is set again, both ways.
"""

from django.db import migrations, models


def guard_again(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    schema_editor.execute("DROP TRIGGER IF EXISTS voice_case_kept", params=None)
    schema_editor.execute(
        "CREATE TRIGGER voice_case_kept BEFORE DELETE ON voice_case FOR EACH ROW"
        " BEGIN SELECT RAISE(ABORT, 'append-only: voice_case_kept'); END",
        params=None,
    )


class Migration(migrations.Migration):
    dependencies = [("voice", "0003_readings")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, guard_again),
        migrations.AddField(
            model_name="case",
            name="groups",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="case",
            name="groups_source",
            field=models.CharField(blank=True, default="", max_length=12),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(groups="", groups_source__in=["", "worker"])
                | ~models.Q(groups="") & models.Q(groups_source__in=["words", "worker"]),
                name="case_groups_have_their_source",
            ),
        ),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
    ]
