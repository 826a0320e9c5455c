from django.apps import AppConfig
from django.core import checks
from django.db import connections


class MappingConfig(AppConfig):
    name = "mapping"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        checks.register(check_database, checks.Tags.database)


def check_database(app_configs, databases=None, **kwargs) -> list[checks.CheckMessage]:
    """What the database must bring along. Run by `migrate` and by `check --database default`."""
    found: list[checks.CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT extname FROM pg_extension WHERE extname IN ('postgis', 'pg_trgm')")
            lacking = {"postgis", "pg_trgm"} - {name for (name,) in cursor.fetchall()}
            if lacking:
                names = ", ".join(sorted(lacking))
                hint = (
                    f"As a superuser in this database: CREATE EXTENSION {names.replace(', ', '; CREATE EXTENSION ')};"
                )
                found.append(checks.Error(f"The database lacks {names}.", hint=hint, id="mapping.E001"))
                continue
            cursor.execute("SELECT show_trgm('น้ำ')")
            if not cursor.fetchone()[0]:
                hint = "Make it anew with LC_CTYPE C.UTF-8: under C every Thai search finds nothing."
                found.append(checks.Error("The database does not know Thai letters.", hint=hint, id="mapping.E002"))
            cursor.execute("SELECT to_regclass('boundary_set')")
            if cursor.fetchone()[0]:
                cursor.execute("SELECT count(*) FROM boundary_set WHERE active")
                if not cursor.fetchone()[0]:
                    hint = "./meemap import boundaries FILE --commit --activate"
                    found.append(checks.Warning("No boundary set is active yet.", hint=hint, id="mapping.W001"))
    return found
