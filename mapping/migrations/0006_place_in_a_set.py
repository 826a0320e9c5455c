"""Where a point lies in any boundary set."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    dependencies = [("mapping", "0005_area_shape")]
    operations = [
        migrations.RunSQL((HERE / "sql" / "install" / "0007_place_in_a_set.sql").read_text("utf-8")),
    ]
