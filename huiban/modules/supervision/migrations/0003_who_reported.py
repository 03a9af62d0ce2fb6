import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("supervision", "0002_letters_and_meetings"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="reported_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.account",
            ),
        ),
    ]
