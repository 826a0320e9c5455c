"""Edits, side versions, tombstones; and a feed that knows what a reader could see before."""

import uuid
from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import mapping.models.areas

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0012_reply_template_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
                ("by_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "tombstone",
            },
        ),
        migrations.CreateModel(
            name="Backup",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("generation", models.UUIDField()),
                ("pub", models.BigIntegerField()),
                ("name", models.TextField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "backup",
            },
        ),
        migrations.AddField(
            model_name="change",
            name="area_before",
            field=mapping.models.areas.AreaCodeField(db_collation="C", max_length=9, null=True),
        ),
        migrations.AddField(
            model_name="change",
            name="seen_before",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="changenew",
            name="area_before",
            field=mapping.models.areas.AreaCodeField(db_collation="C", max_length=9, null=True),
        ),
        migrations.AddField(
            model_name="changenew",
            name="seen_before",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="pin",
            name="clock_skew_s",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="pin",
            name="conflicts",
            field=models.SmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.CreateModel(
            name="Recording",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("sha256", models.BinaryField(max_length=32)),
                ("size_bytes", models.IntegerField()),
                ("media_type", models.CharField(db_default="", default="", max_length=20)),
                ("complete_at", models.DateTimeField(null=True)),
                (
                    "pin",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="recordings",
                        to="mapping.pin",
                    ),
                ),
            ],
            options={
                "db_table": "recording",
            },
        ),
        migrations.CreateModel(
            name="Edit",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("pin_id", models.UUIDField()),
                ("after", models.UUIDField(null=True)),
                ("base_version", models.IntegerField()),
                ("base", models.JSONField()),
                ("changes", models.JSONField()),
                ("sha256", models.BinaryField(max_length=32)),
                ("received_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applied", "Applied"),
                            ("held", "Held"),
                            ("conflict", "Conflict"),
                            ("resolved", "Resolved"),
                            ("refused", "Refused"),
                            ("superseded", "Superseded"),
                        ],
                        max_length=10,
                    ),
                ),
                ("fields", models.JSONField(default=list)),
                ("version", models.IntegerField(null=True)),
                ("flagged", models.BooleanField(default=False)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "edit",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["held", "conflict"])), fields=["pin_id"], name="edit_waiting"
                    ),
                    models.Index(condition=models.Q(("after__isnull", False)), fields=["after"], name="edit_after"),
                    models.Index(fields=["received_at"], name="edit_received"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("base_version__gte", 1)), name="edit_base_version_sane")
                ],
            },
        ),
        migrations.RunSQL((HERE / "sql" / "install" / "0013_sync.sql").read_text("utf-8")),
    ]
