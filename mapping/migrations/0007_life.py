"""The life of a need: what an officer needs to answer it, and an order of their own."""

import json
from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

HERE = Path(__file__).resolve().parent.parent


def add_templates(apps, schema_editor):
    template, category = apps.get_model("mapping", "ReplyTemplate"), apps.get_model("mapping", "Category")
    ids = dict(category.objects.values_list("slug", "id"))
    for position, row in enumerate(json.loads((HERE / "reply_templates.json").read_text("utf-8"))):
        slug = row.pop("category", None)
        if slug is None or slug in ids:
            template.objects.create(position=position, category_id=ids.get(slug), **row)


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0006_place_in_a_set"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReplyTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("reported", "Reported"),
                            ("verified", "Verified"),
                            ("forwarded", "Forwarded"),
                            ("planned", "Planned"),
                            ("funded", "Funded"),
                            ("in_progress", "In Progress"),
                            ("done", "Done"),
                            ("confirmed", "Confirmed"),
                            ("closed_without_fix", "Closed Without Fix"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=18,
                    ),
                ),
                ("words_th", models.TextField()),
                ("words_en", models.TextField()),
                ("position", models.SmallIntegerField(default=0)),
            ],
            options={
                "db_table": "reply_template",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("query", models.TextField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "saved_view",
            },
        ),
        migrations.CreateModel(
            name="Shortlisted",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.SmallIntegerField()),
            ],
            options={
                "db_table": "shortlisted",
                "ordering": ["position"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="entry",
            name="entry_status_has_a_target",
        ),
        migrations.AddField(
            model_name="photo",
            name="after",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="pin",
            name="forwarded_to",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="mapping.office",
            ),
        ),
        migrations.AddField(
            model_name="pin",
            name="reopenings",
            field=models.SmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="pin",
            name="status_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AlterField(
            model_name="entry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reported", "Reported"),
                    ("status", "Status"),
                    ("edited", "Edited"),
                    ("joined", "Joined"),
                    ("parted", "Parted"),
                    ("checked", "Checked"),
                    ("hidden", "Hidden"),
                    ("shown", "Shown"),
                    ("reply", "Reply"),
                    ("note", "Note"),
                    ("undone", "Undone"),
                    ("meeting", "Meeting"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["status", "undone"]), ("to_status__isnull", False)),
                    models.Q(models.Q(("kind__in", ["status", "undone"]), _negated=True), ("to_status__isnull", True)),
                    _connector="OR",
                ),
                name="entry_status_has_a_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["note", "hidden", "shown", "meeting"]), ("public", True), _connector="OR"
                ),
                name="entry_of_life_is_public",
            ),
        ),
        migrations.AddField(
            model_name="replytemplate",
            name="category",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="mapping.category"),
        ),
        migrations.AddField(
            model_name="savedview",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="saved_views", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="shortlisted",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="shortlist", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="shortlisted",
            name="pin",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="mapping.pin"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("person", "name"), name="saved_view_name_once"),
        ),
        migrations.AddConstraint(
            model_name="shortlisted",
            constraint=models.UniqueConstraint(fields=("person", "pin"), name="shortlisted_once"),
        ),
        migrations.RunSQL((HERE / "sql" / "install" / "0008_life.sql").read_text("utf-8")),
        migrations.RunPython(add_templates, migrations.RunPython.noop),
    ]
