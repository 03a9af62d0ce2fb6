"""A follower that was recalled no longer keeps another letter from following.

A unique constraint with a condition is an index of its own: SQLite doesn't rebuild the table for it,
so the triggers of letters stay.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0004_numbers_and_papers_stay")]

    operations = [
        migrations.RemoveConstraint(model_name="letter", name="one_letter_follows"),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("follows__isnull", False),
                    models.Q(("stage__in", ["discarded", "recalled"]), _negated=True),
                ),
                fields=("follows",),
                name="one_letter_follows",
            ),
        ),
    ]
