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
            name="Finding",
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
                ("key", models.CharField(max_length=120, unique=True)),
                ("rule", models.CharField(max_length=40)),
                ("rule_version", models.PositiveIntegerField()),
                ("case_id", models.UUIDField(null=True)),
                ("case_reference", models.CharField(blank=True, default="", max_length=8)),
                ("category", models.CharField(blank=True, default="", max_length=60)),
                ("at", models.DateTimeField()),
                ("found_at", models.DateTimeField()),
                ("evidence", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待研判"),
                            ("confirmed", "已认定"),
                            ("dismissed", "不予认定"),
                            ("void", "申诉成立，已撤销"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=40)),
                ("words", models.TextField(blank=True, default="")),
                ("signed", models.CharField(blank=True, default="", max_length=60)),
                ("judged_at", models.DateTimeField(null=True)),
                (
                    "community",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
                (
                    "other_unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
                (
                    "street",
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
        ),
        migrations.CreateModel(
            name="Objection",
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
                ("words", models.TextField()),
                ("signed", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("upheld", models.BooleanField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=40)),
                ("decision", models.TextField(blank=True, default="")),
                ("decided_signed", models.CharField(blank=True, default="", max_length=60)),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="supervision.finding",
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
        ),
        migrations.CreateModel(
            name="Occurrence",
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
                ("rule", models.CharField(max_length=40)),
                ("case_id", models.UUIDField()),
                ("sequence", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
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
        ),
        migrations.CreateModel(
            name="Trial",
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
                ("rule", models.CharField(max_length=40)),
                ("month", models.CharField(max_length=7)),
                ("thresholds", models.CharField(max_length=64)),
                ("counts", models.JSONField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rule", "month", "thresholds"), name="one_trial_a_month"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["district", "state", "id"], name="finding_district"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["street", "state", "id"], name="finding_street"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["community", "state", "id"], name="finding_community"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["unit", "state", "id"], name="finding_unit"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["case_id"], name="finding_case"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["rule", "at"], name="finding_rule"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "confirmed", "dismissed", "void"])),
                name="finding_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("judged_at__isnull", True), ("reason", ""), ("state", "open")),
                    models.Q(("judged_at__isnull", False), ("state__in", ["confirmed", "void"])),
                    models.Q(
                        ("judged_at__isnull", False),
                        ("state", "dismissed"),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="finding_judged_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("case_id__isnull", True), ("case_reference", "")),
                    models.Q(
                        ("case_id__isnull", False), models.Q(("case_reference", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="finding_names_its_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("other_unit__isnull", True),
                    models.Q(("other_unit", models.F("unit")), _negated=True),
                    _connector="OR",
                ),
                name="finding_between_two_units",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at__isnull", True)),
                fields=("finding",),
                name="one_open_objection",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True), ("decision", ""), ("upheld__isnull", True)
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("upheld__isnull", False),
                        models.Q(("decision", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="objection_decided_in_words",
            ),
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=models.Index(fields=["rule", "unit", "at"], name="occurrence_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="occurrence",
            constraint=models.UniqueConstraint(
                fields=("case_id", "sequence", "rule"), name="an_occurrence_once_a_link"
            ),
        ),
    ]
