"""Lists of findings are read from an index in their order: what was complete last first."""

from django.db import migrations, models

COLUMNS = ("district", "street", "community", "unit")


class Migration(migrations.Migration):
    dependencies = [("supervision", "0005_a_recalled_follower_makes_room")]

    operations = [
        *(
            migrations.RemoveIndex(model_name="finding", name=f"finding_{column}")
            for column in COLUMNS
        ),
        *(
            migrations.AddIndex(
                model_name="finding",
                index=models.Index(
                    fields=[column, "state", "at", "id"], name=f"finding_{column}_state"
                ),
            )
            for column in COLUMNS
        ),
        *(
            migrations.AddIndex(
                model_name="finding",
                index=models.Index(fields=[column, "at", "id"], name=f"finding_{column}_at"),
            )
            for column in COLUMNS
        ),
    ]
