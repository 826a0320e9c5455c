"""Who changed what administrators decide, and when. The triggers of `models/history.py` write it; this reads it."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from django.db import models, transaction
from psycopg import sql

from mapping.models import BoundarySet, Category, CategoryGroup, Grant, Office, Person, ReplyTemplate
from mapping.queries import query, rows, value

MOST = 500  # changes shown of one object
EVENTS: dict[type[models.Model], tuple[tuple[str, str], ...]] = {  # table of events, column that names the object
    Category: (("category_event", "id"),),
    CategoryGroup: (("category_group_event", "slug"),),
    BoundarySet: (("boundary_set_event", "id"),),
    Office: (("office_event", "id"), ("office_area_event", "office_id"), ("office_categories_event", "office_id")),
    Grant: (("person_grant_event", "id"),),
    ReplyTemplate: (("reply_template_event", "id"),),
}
OF_THE_HISTORY = ("pgh_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context_id")


@contextmanager
def by(person_id: int | None, **more: str) -> Iterator[None]:
    """What changes in this transaction is kept as this person's doing. The id alone: names are erasable.

    The settings are the transaction's own and go with it. pghistory's own context manager writes them before
    every statement and cannot take composed SQL or COPY, which imports are made of.
    """
    about = {"person": person_id, **more}
    with transaction.atomic():
        value(
            "SELECT set_config('pghistory.context_id', %(id)s, true),"
            " set_config('pghistory.context_metadata', %(about)s, true)",
            {"id": str(uuid.uuid4()), "about": json.dumps(about)},
        )
        yield


class Line(NamedTuple):
    """One change of one row."""

    at: datetime
    table: str
    label: str  # begin, insert, update, delete
    person_id: int | None
    person: str  # empty: by command, or erased since
    run_id: str | None  # of the import that wrote it
    row: dict[str, Any]
    changed: dict[str, tuple[Any, Any]]  # column: before, after; of an update


def of(model: type[models.Model], key: Any) -> list[Line]:
    """The changes of one object, newest first; also of one that is gone."""
    found: list[Line] = []
    for table, column in EVENTS[model]:
        found += lines(table, column, key)
    return sorted(found, key=lambda line: line.at, reverse=True)[:MOST]


def lines(table: str, column: str, key: Any) -> list[Line]:
    own = "slug" if table == "category_group_event" else "id"
    statement = query("history").format(
        table=sql.Identifier(table), column=sql.Identifier(column), row_key=sql.Identifier(own)
    )
    said = rows(statement, {"key": key, "most": MOST, "own": list(OF_THE_HISTORY)})
    names = dict(Person.objects.filter(pk__in={row["person_id"] for row in said} - {None}).values_list("pk", "name"))
    users = dict(Person.objects.filter(pk__in=names).values_list("pk", "username"))
    return [
        Line(
            at=row["at"],
            table=table,
            label=row["label"],
            person_id=row["person_id"],
            person=names.get(row["person_id"]) or users.get(row["person_id"]) or "",
            run_id=row["run_id"],
            row=json.loads(row["row"]),
            changed=differences(row["before"], row["row"]) if row["label"] == "update" else {},
        )
        for row in said
    ]


def differences(before: str | None, after: str) -> dict[str, tuple[Any, Any]]:
    """Between two rows as JSON text, which is how Django hands over a column that is no field."""
    if before is None:
        return {}
    was = json.loads(before)
    return {name: (was.get(name), now) for name, now in json.loads(after).items() if was.get(name) != now}
