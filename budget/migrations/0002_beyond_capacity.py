"""Projects that an office sends on to the province."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("budget", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="project",
            name="beyond_capacity",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
