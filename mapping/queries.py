"""SQL as package data: one query a file under `sql/`, read once."""

from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

HERE = Path(__file__).resolve().parent / "sql"
Part = sql.Composable
Values = dict[str, Any]


@cache
def query(name: str, folder: Path = HERE) -> sql.SQL:
    """The text of `<folder>/<name>.sql`, with `{where}` and the like still to be filled by `format`.

    Comment lines are left out: the driver would look for the values that they name.
    """
    lines = (folder / f"{name}.sql").read_text("utf-8").splitlines(keepends=True)
    return sql.SQL("".join(line for line in lines if not line.startswith("--")))  # type: ignore[arg-type]


def containing(text: str) -> str:
    """Pattern for LIKE that finds the text itself, its % and _ included."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def rows(statement: Part | str, values: Values | None = None) -> list[dict[str, Any]]:
    """All rows of a statement, as dictionaries. One statement sees one state of the database."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def value(statement: Part | str, values: Values | None = None) -> Any:
    """The first column of the first row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
        return row[0] if row else None
