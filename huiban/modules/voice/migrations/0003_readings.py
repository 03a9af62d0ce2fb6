import django.db.models.deletion
from django.db import migrations, models

import huiban.kernel.base.ids


class Migration(migrations.Migration):
    dependencies = [
        ("territory", "0001_initial"),
        ("voice", "0002_never_deleted"),
    ]

    operations = [
        migrations.CreateModel(
            name="Gram",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("district_id", models.UUIDField()),
                ("gram", models.BigIntegerField()),
                ("case_id", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="OwnerRecord",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("category", models.CharField(max_length=60)),
                ("solved", models.PositiveIntegerField(default=0)),
                ("returned", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reading",
                        serialize=False,
                        to="voice.case",
                    ),
                ),
                ("model", models.CharField(blank=True, default="", max_length=40)),
                ("choices", models.JSONField(default=list)),
                ("sure", models.BooleanField(default=False)),
                ("places", models.JSONField(default=list)),
                ("diversion", models.CharField(blank=True, default="", max_length=40)),
                ("diversion_words", models.JSONField(default=list)),
                ("grams", models.JSONField(default=list)),
                ("outcome", models.CharField(blank=True, default="", max_length=12)),
                ("chosen", models.CharField(blank=True, default="", max_length=60)),
                ("decided_at", models.DateTimeField(null=True)),
                ("read_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Theme",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=huiban.kernel.base.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("place_words", models.CharField(blank=True, default="", max_length=120)),
                ("people_words", models.CharField(blank=True, default="", max_length=120)),
                ("category", models.CharField(blank=True, default="", max_length=60)),
                ("centre", models.JSONField(default=dict)),
                ("size", models.PositiveIntegerField(default=0)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("found_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ThemeMember",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="theme_member",
                        serialize=False,
                        to="voice.case",
                    ),
                ),
                ("score", models.FloatField()),
            ],
        ),
        migrations.AddField(
            model_name="entry",
            name="fingerprint",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("fingerprint", ""), _negated=True),
                fields=["unit", "fingerprint"],
                name="entry_said_again",
            ),
        ),
        migrations.AddIndex(
            model_name="gram",
            index=models.Index(fields=["district_id", "gram", "case_id"], name="gram_of_case"),
        ),
        migrations.AddField(
            model_name="ownerrecord",
            name="area",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.unit"
            ),
        ),
        migrations.AddField(
            model_name="ownerrecord",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.unit"
            ),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(
                condition=models.Q(("decided_at__isnull", False)),
                fields=["decided_at"],
                name="reading_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("outcome", "")),
                    models.Q(("decided_at__isnull", False), ("outcome__in", ["taken", "changed"])),
                    _connector="OR",
                ),
                name="a_decided_reading_has_its_moment",
            ),
        ),
        migrations.AddField(
            model_name="theme",
            name="district",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.unit"
            ),
        ),
        migrations.AddField(
            model_name="thememember",
            name="theme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="members",
                to="voice.theme",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownerrecord",
            constraint=models.UniqueConstraint(
                fields=("category", "area", "unit"), name="one_owner_record"
            ),
        ),
        migrations.AddIndex(
            model_name="theme",
            index=models.Index(fields=["district", "last_at"], name="theme_of_district"),
        ),
    ]
