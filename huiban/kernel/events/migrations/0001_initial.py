from django.db import migrations, models

import huiban.kernel.base.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("subject_id", models.UUIDField(primary_key=True, serialize=False)),
                ("subject_type", models.CharField(max_length=40)),
                ("sequence", models.PositiveIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Cursor",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("position", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("first_position", models.PositiveBigIntegerField()),
                ("last_position", models.PositiveBigIntegerField()),
                ("previous_digest", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
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
                ("reaction", models.CharField(max_length=80)),
                ("event_id", models.UUIDField(null=True)),
                ("subject_type", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField()),
                ("sequence", models.PositiveIntegerField(null=True)),
                ("payload", models.JSONField(default=dict)),
                ("key", models.CharField(max_length=120, null=True, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("done", "Done"),
                            ("shelved", "Shelved"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("ready_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lease", models.CharField(blank=True, default="", max_length=40)),
                ("problem", models.CharField(blank=True, default="", max_length=300)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["ready_at"],
                        name="delivery_ready",
                    ),
                    models.Index(
                        fields=["subject_id", "reaction", "sequence"], name="delivery_in_line"
                    ),
                    models.Index(
                        condition=models.Q(("state", "shelved")),
                        fields=["id"],
                        name="delivery_shelved",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("event_id", "reaction"), name="heard_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "done", "shelved", "cancelled"])),
                        name="delivery_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
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
                ("sequence", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=60)),
                ("version", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=60)),
                ("district_id", models.UUIDField(null=True)),
                ("payload", models.JSONField()),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                ("position", models.PositiveBigIntegerField(null=True, unique=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("position__isnull", True)),
                        fields=["at", "sequence"],
                        name="event_unplaced",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("subject_id", "sequence"), name="one_link_each")
                ],
            },
        ),
        migrations.CreateModel(
            name="Sequencer",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="one_sequencer")
                ],
            },
        ),
    ]
