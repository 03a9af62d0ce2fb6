"""A trial is asked first and counted later, by the worker."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0006_lists_of_findings")]

    operations = [
        migrations.AddField(
            model_name="trial", name="numbers", field=models.JSONField(default=dict)
        ),
        migrations.AlterField(model_name="trial", name="counts", field=models.JSONField(null=True)),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                condition=models.Q(("counts__isnull", True)), fields=["id"], name="trial_asked"
            ),
        ),
    ]
