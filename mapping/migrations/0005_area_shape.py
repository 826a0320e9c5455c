"""Area shapes for maps, and those of every boundary set that is there already.

The filling stands here and not in `exchange/kept.py`: it must fit the tables as they are at this
step, whatever becomes of them later.
"""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
import numpy as np
import shapely
from django.db import migrations, models

import mapping.models.areas
from mapping.exchange import shapes


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM boundary_set ORDER BY id")
        for (set_id,) in cursor.fetchall():
            cursor.execute(
                "SELECT code, ST_AsBinary(geom) FROM area"
                " WHERE boundary_set_id = %s AND level = 'subdistrict' AND geom IS NOT NULL ORDER BY code",
                [set_id],
            )
            found = cursor.fetchall()
            codes = np.array([code for code, _ in found])
            parts = shapely.from_wkb(np.array([bytes(raw) for _, raw in found], dtype=object))
            with cursor.copy("COPY area_shape (boundary_set_id, band, level, code, geom) FROM STDIN") as copy:
                for coverage in shapes.coverages(codes, parts):
                    for row in shapes.rows(coverage):
                        copy.write_row((set_id, *row))


class Migration(migrations.Migration):
    dependencies = [("mapping", "0004_search")]
    operations = [
        migrations.CreateModel(
            name="AreaShape",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("band", models.SmallIntegerField()),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("province", "Province"),
                            ("district", "District"),
                            ("subdistrict", "Subdistrict"),
                            ("village", "Village"),
                        ],
                        max_length=11,
                    ),
                ),
                ("code", mapping.models.areas.AreaCodeField(db_collation="C", max_length=9)),
                ("geom", django.contrib.gis.db.models.fields.MultiPolygonField(srid=3857)),
                (
                    "boundary_set",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="mapping.boundaryset"),
                ),
            ],
            options={
                "db_table": "area_shape",
                "constraints": [
                    models.UniqueConstraint(fields=("boundary_set", "band", "code"), name="area_shape_once_a_band")
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
