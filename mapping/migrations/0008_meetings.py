"""Village meetings: the table that was entered, and the hands for each need."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import mapping.models.areas

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0007_life"),
    ]

    operations = [
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("village", mapping.models.areas.AreaCodeField(db_collation="C", max_length=9)),
                ("held_on", models.DateField()),
                ("people_present", models.IntegerField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("body_sha256", models.BinaryField(max_length=32)),
                ("sheet_sha256", models.BinaryField(max_length=32, null=True)),
                (
                    "by",
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
                "db_table": "meeting",
            },
        ),
        migrations.CreateModel(
            name="MeetingNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.SmallIntegerField()),
                ("hands", models.IntegerField(null=True)),
                ("new", models.BooleanField()),
                (
                    "meeting",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="needs",
                        to="mapping.meeting",
                    ),
                ),
                (
                    "pin",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="mapping.pin",
                    ),
                ),
            ],
            options={
                "db_table": "meeting_need",
            },
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["village", "-held_on"], name="meeting_by_village"),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("people_present__gte", 1), ("people_present__lte", 100000)),
                name="meeting_present_sane",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingneed",
            constraint=models.UniqueConstraint(fields=("meeting", "pin"), name="meeting_need_once"),
        ),
        migrations.AddConstraint(
            model_name="meetingneed",
            constraint=models.CheckConstraint(
                condition=models.Q(("hands__gte", 0), ("hands__lte", 100000)), name="meeting_hands_sane"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingneed",
            constraint=models.CheckConstraint(
                condition=models.Q(("new", True), ("hands__isnull", False), _connector="OR"),
                name="meeting_confirms_by_hands",
            ),
        ),
        migrations.RunSQL((HERE / "sql" / "install" / "0009_meetings.sql").read_text("utf-8")),
    ]
