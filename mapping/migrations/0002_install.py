"""Triggers, functions and views from sql/install, and the categories."""

import json
from pathlib import Path

from django.db import migrations

HERE = Path(__file__).resolve().parent.parent
FILES = ["0001_place", "0002_pin", "0003_feed_and_tallies", "0004_faces"]


def load_categories(apps, schema_editor):
    table = json.loads((HERE / "categories.json").read_text("utf-8"))
    group, category = apps.get_model("mapping", "CategoryGroup"), apps.get_model("mapping", "Category")
    group.objects.bulk_create(group(**row) for row in table["groups"])
    category.objects.bulk_create(
        category(**{("group_id" if key == "group" else key): value for key, value in row.items()})
        for row in table["categories"]
    )


class Migration(migrations.Migration):
    dependencies = [("mapping", "0001_initial")]
    operations = [
        *[migrations.RunSQL((HERE / "sql" / "install" / f"{name}.sql").read_text("utf-8")) for name in FILES],
        migrations.RunPython(load_categories, migrations.RunPython.noop),
    ]
