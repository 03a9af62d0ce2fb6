import django.db.models.deletion
from django.db import migrations, models

import huiban.kernel.base.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("territory", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Duty",
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
                ("subject_type", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField()),
                ("kind", models.CharField(max_length=30)),
                (
                    "role",
                    models.CharField(
                        choices=[("lead", "主办"), ("co", "协办")], default="lead", max_length=4
                    ),
                ),
                ("tier", models.PositiveSmallIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("warn_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField()),
                ("provisional", models.BooleanField(default=False)),
                ("clock", models.JSONField(default=dict)),
                ("paused_at", models.DateTimeField(null=True)),
                ("late_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=30)),
                (
                    "from_unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["unit", "due_at", "id"],
                        name="duty_inbox",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("closed_at__isnull", True), ("paused_at__isnull", False)
                        ),
                        fields=["unit"],
                        name="duty_waiting",
                    ),
                    models.Index(fields=["subject_id", "opened_at"], name="duty_of_subject"),
                    models.Index(fields=["unit", "subject_id"], name="duty_ever_of_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True), ("role", "lead")),
                        fields=("subject_id",),
                        name="one_open_lead_duty",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("subject_id", "unit", "kind"),
                        name="a_duty_once_a_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at__isnull", False), ("outcome", ""), _connector="OR"
                        ),
                        name="only_a_closed_duty_has_an_outcome",
                    ),
                ],
            },
        ),
    ]
