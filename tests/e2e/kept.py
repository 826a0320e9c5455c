"""The sample country, loaded once a database and put back before each story: a second instead of twenty."""

from django.db import connection, transaction

from mapping.queries import rows, value

NOT_KEPT = ("spatial_ref_sys", "django_migrations", "django_content_type", "auth_permission")
TABLES = """
WITH RECURSIVE chosen AS (
    SELECT c.oid, c.relname FROM pg_class AS c
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL(%(not_kept)s)
      AND c.relname NOT LIKE 'procrastinate%%'
), depth AS (
    SELECT oid, 0 AS level FROM chosen
    UNION
    SELECT foreign_key.conrelid, depth.level + 1
    FROM depth JOIN pg_constraint AS foreign_key ON foreign_key.confrelid = depth.oid AND foreign_key.contype = 'f'
    WHERE foreign_key.conrelid <> foreign_key.confrelid AND depth.level < 20
)
SELECT relname AS name FROM chosen JOIN depth USING (oid) GROUP BY relname ORDER BY max(level), relname
"""
COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = %(name)s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


def tables() -> list[str]:
    """What is kept, a table after those that it points to."""
    return [row["name"] for row in rows(TABLES, {"not_kept": list(NOT_KEPT)})]


def is_kept() -> bool:
    return value("SELECT to_regnamespace('kept') IS NOT NULL")


@transaction.atomic
def keep() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA kept")
        for name in tables():
            cursor.execute(f'CREATE TABLE kept."{name}" AS TABLE public."{name}"')
        cursor.execute(
            "CREATE TABLE kept.numbers AS SELECT sequencename AS name, last_value AS number FROM pg_sequences"
            " WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename NOT LIKE 'procrastinate%'"
        )


@transaction.atomic
def put_back() -> None:
    found = tables()
    with connection.cursor() as cursor:
        for name in found:
            cursor.execute(f'ALTER TABLE public."{name}" DISABLE TRIGGER USER')
        cursor.execute("TRUNCATE " + ", ".join(f'public."{name}"' for name in found))
        for name in found:
            columns = value(COLUMNS, {"name": f'public."{name}"'})
            cursor.execute(f'INSERT INTO public."{name}" ({columns}) SELECT {columns} FROM kept."{name}"')
        cursor.execute("SELECT setval(format('public.%I', name)::regclass, number) FROM kept.numbers")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in found:
            cursor.execute(f'ALTER TABLE public."{name}" ENABLE TRIGGER USER')
