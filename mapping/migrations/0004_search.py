"""Search by name: its key, the kept names of the active set, the triggers that keep them."""

from pathlib import Path

from django.db import migrations

INSTALL = Path(__file__).resolve().parent.parent / "sql" / "install"


class Migration(migrations.Migration):
    dependencies = [("mapping", "0003_exchange")]
    operations = [migrations.RunSQL((INSTALL / "0005_search.sql").read_text("utf-8"))]
