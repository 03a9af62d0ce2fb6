import django.db.models.deletion
from django.db import migrations, models

import huiban.kernel.base.ids
import huiban.kernel.people.sealed


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("places", "0001_initial"),
        ("territory", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FloodCount",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("window_start", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Report",
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
                ("key_hash", models.CharField(max_length=64, unique=True)),
                ("receipt_hash", models.CharField(max_length=64, unique=True)),
                ("device_hash", models.CharField(blank=True, default="", max_length=64)),
                ("channel", models.CharField(max_length=20)),
                ("sender_number", models.CharField(blank=True, default="", max_length=60)),
                ("title", models.CharField(blank=True, default="", max_length=200)),
                ("text", models.TextField(blank=True, default="")),
                ("place_words", models.CharField(blank=True, default="", max_length=200)),
                ("photos", models.PositiveSmallIntegerField(default=0)),
                ("received_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("erasure_asked_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("stage", models.CharField(max_length=20)),
                (
                    "id",
                    models.UUIDField(
                        default=huiban.kernel.base.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("reference", models.CharField(max_length=8, unique=True)),
                ("channel", models.CharField(max_length=20)),
                ("category", models.CharField(blank=True, default="", max_length=60)),
                ("category_source", models.CharField(blank=True, default="", max_length=12)),
                ("tier", models.PositiveSmallIntegerField(default=2)),
                ("danger", models.BooleanField(default=False)),
                ("supervised", models.BooleanField(default=False)),
                ("received_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("result", models.CharField(blank=True, default="", max_length=20)),
                ("diversion", models.CharField(blank=True, default="", max_length=40)),
                ("verdict", models.CharField(blank=True, default="", max_length=12)),
                ("satisfaction", models.CharField(blank=True, default="", max_length=16)),
                ("rating_channel", models.CharField(blank=True, default="", max_length=12)),
                ("reopened", models.PositiveSmallIntegerField(default=0)),
                ("joiner_count", models.PositiveIntegerField(default=0)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
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
                    "estate",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
                (
                    "front_desk",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
                (
                    "joined_to",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joiners",
                        to="voice.case",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
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
            ],
        ),
        migrations.CreateModel(
            name="DutyListEntry",
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
                ("category", models.CharField(max_length=60)),
                ("may_lead", models.BooleanField()),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OwnerRule",
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
                ("category", models.CharField(max_length=60)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReporterContact",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="reporter_contact",
                        serialize=False,
                        to="voice.report",
                    ),
                ),
                (
                    "nickname",
                    huiban.kernel.people.sealed.SealedTextField(
                        blank=True, context="reporter.nickname", default=""
                    ),
                ),
                (
                    "contact",
                    huiban.kernel.people.sealed.SealedTextField(
                        blank=True, context="reporter.contact", default=""
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="report",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="voice.case"
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="opened_case",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="voice.case",
            ),
        ),
        migrations.CreateModel(
            name="Rating",
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
                ("round", models.PositiveSmallIntegerField()),
                ("verdict", models.CharField(max_length=12)),
                ("satisfaction", models.CharField(blank=True, default="", max_length=16)),
                ("channel", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ratings",
                        to="voice.case",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voice.report",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
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
                ("event_id", models.UUIDField(null=True)),
                ("kind", models.CharField(max_length=20)),
                ("text", models.TextField()),
                ("signed", models.CharField(blank=True, default="", max_length=60)),
                ("for_resident", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="voice.case",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="voice.report",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReturnRequest",
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
                ("duty_id", models.UUIDField(unique=True)),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("consented", models.BooleanField(null=True)),
                (
                    "by_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="return_requests",
                        to="voice.case",
                    ),
                ),
                (
                    "to_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VisitCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("page", models.CharField(max_length=20)),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "page"), name="one_count_a_day")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["district", "id"], name="case_district"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["street", "id"], name="case_street"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["community", "id"], name="case_community"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["estate", "id"], name="case_estate"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("building__isnull", False)),
                fields=["building", "received_at"],
                name="case_building",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("place__isnull", False)),
                fields=["place", "received_at"],
                name="case_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "stage__in",
                        [
                            "received",
                            "handling",
                            "dispatched",
                            "verifying",
                            "answered",
                            "calling_back",
                            "reviewing",
                            "closed",
                            "diverted",
                            "joined",
                            "withdrawn",
                        ],
                    )
                ),
                name="case_stage",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("joined_to__isnull", False), ("stage", "joined")),
                    models.Q(
                        models.Q(("stage", "joined"), _negated=True), ("joined_to__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="a_joined_case_names_its_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict__in", ["", "solved", "partly", "not_solved", "not_reached"])
                ),
                name="case_verdict",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("satisfaction__in", ["", "satisfied", "basically", "not_satisfied"])
                ),
                name="case_satisfaction",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutylistentry",
            constraint=models.UniqueConstraint(
                fields=("unit", "category", "valid_from"), name="duty_list_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="dutylistentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", True)),
                fields=("category", "valid_from"),
                name="common_duty_list_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="dutylistentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True),
                    ("valid_to__gt", models.F("valid_from")),
                    _connector="OR",
                ),
                name="duty_list_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownerrule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to__isnull", True)),
                fields=("category", "area"),
                name="one_owner_now",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["device_hash", "-received_at"], name="report_of_device"),
        ),
        migrations.AddConstraint(
            model_name="rating",
            constraint=models.UniqueConstraint(
                fields=("report", "round"), name="one_rating_a_round"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["case", "at"], name="entry_of_case"),
        ),
        migrations.AddConstraint(
            model_name="returnrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at__isnull", True)),
                fields=("case",),
                name="one_open_return",
            ),
        ),
    ]
