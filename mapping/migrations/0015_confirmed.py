"""How many people say "we have this", kept for every pin."""

from pathlib import Path

from django.db import migrations, models

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    dependencies = [("mapping", "0014_cells")]

    operations = [
        migrations.CreateModel(
            name="ConfirmedMoved",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pin_id", models.UUIDField()),
            ],
            options={
                "db_table": "confirmed_moved",
                "indexes": [models.Index(fields=["pin_id"], name="confirmed_moved_pin")],
            },
        ),
        migrations.CreateModel(
            name="Confirmed",
            fields=[
                ("pin_id", models.UUIDField(primary_key=True, serialize=False)),
                ("people", models.IntegerField()),
            ],
            options={"db_table": "confirmed"},
        ),
        migrations.RunSQL((HERE / "sql" / "install" / "0015_confirmed.sql").read_text("utf-8")),
    ]
