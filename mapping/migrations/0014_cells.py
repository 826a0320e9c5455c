"""Kept grids of the heat, and figures of areas for the ranking."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

import mapping.models.areas

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0013_sync"),
    ]

    operations = [
        migrations.CreateModel(
            name="AreaFigures",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "digits", "area_code", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digits", models.SmallIntegerField()),
                ("area_code", mapping.models.areas.AreaCodeField(db_collation="C", max_length=9)),
                ("figures", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("sent", models.BinaryField()),
            ],
            options={
                "db_table": "area_figures",
            },
        ),
        migrations.CreateModel(
            name="CellDelta",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("x", models.SmallIntegerField()),
                ("y", models.SmallIntegerField()),
                ("area_code", mapping.models.areas.AreaCodeField(db_collation="C", max_length=9)),
                ("month", models.SmallIntegerField()),
                ("category_id", models.SmallIntegerField()),
                ("status_group", models.SmallIntegerField()),
                ("pins", models.IntegerField()),
                ("weighted", models.BigIntegerField()),
            ],
            options={
                "db_table": "cell_delta",
            },
        ),
        migrations.CreateModel(
            name="Cell",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "grid",
                        "x",
                        "y",
                        "area_code",
                        "month",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("grid", models.SmallIntegerField()),
                ("x", models.SmallIntegerField()),
                ("y", models.SmallIntegerField()),
                ("area_code", mapping.models.areas.AreaCodeField(db_collation="C", max_length=9)),
                ("month", models.SmallIntegerField()),
                ("figures", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={
                "db_table": "cell",
                "indexes": [models.Index(condition=models.Q(("grid", 0)), fields=["area_code"], name="cell_by_area")],
            },
        ),
        migrations.CreateModel(
            name="TileKept",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind", "z", "x", "y", "filter", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=5)),
                ("z", models.SmallIntegerField()),
                ("x", models.IntegerField()),
                ("y", models.IntegerField()),
                ("filter", models.CharField(max_length=32)),
                ("west", models.SmallIntegerField()),
                ("east", models.SmallIntegerField()),
                ("south", models.SmallIntegerField()),
                ("north", models.SmallIntegerField()),
                ("tile", models.BinaryField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "tile_kept",
                "indexes": [models.Index(fields=["at"], name="tile_kept_by_age")],
            },
        ),
        migrations.RunSQL((HERE / "sql" / "install" / "0014_cells.sql").read_text("utf-8")),
    ]
