"""The officer's desk: what waits, views kept by name, a shortlist in an order of one's own, acts on many at once."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import QueryDict
from psycopg import sql

from mapping import aggregate, pins
from mapping.access import Reader, answered, see
from mapping.errors import Refusal
from mapping.filters import QUEUE, PinFilter
from mapping.models import Entry, SavedView, Shortlisted
from mapping.models.pins import Face
from mapping.queries import query, rows

MOST_PINS = 200  # of one act, and of a shortlist
MOST_VIEWS = 50


def queue(reader: Reader, chosen: PinFilter) -> dict[str, int]:
    """How many needs wait, by part, within the filter and the places that this reader answers for."""
    where, values = chosen.where()
    source, more = answered(reader, where)
    counts = sql.SQL(", ").join(
        sql.SQL("count(*) FILTER (WHERE {}) AS {}").format(sql.SQL(condition), sql.Identifier(name))  # type: ignore[arg-type]
        for name, condition in QUEUE.items()
    )
    return rows(query("queue_counts").format(faces=source, counts=counts), values | more)[0]


# -- views by name ------------------------------------------------------------------------------


def saved_views(reader: Reader) -> list[dict[str, Any]]:
    """All views of the reader, by name."""
    return [counted(reader, view) for view in SavedView.objects.filter(person_id=reader.person).order_by("name")]


def counted(reader: Reader, view: SavedView) -> dict[str, Any]:
    """Name, query and the number of needs it finds now; null where the query can no longer be read."""
    try:
        count = aggregate.count(reader, PinFilter.parse(QueryDict(view.query)))
    except Refusal:
        count = None  # such as a category that is no more
    return {"id": str(view.pk), "name": view.name, "query": view.query, "count": count}


def save_view(reader: Reader, *, view_id: UUID, name: str, text: str) -> dict[str, Any]:
    """Keep a view; what it finds now.

    Raises Refusal: `saved_view_name`, `saved_view_many`, and the filter's own for a query that cannot be read.
    """
    PinFilter.parse(QueryDict(text))
    mine = SavedView.objects.filter(person_id=reader.person)
    if mine.count() >= MOST_VIEWS:
        raise Refusal("saved_view_many", most=MOST_VIEWS)
    try:
        with transaction.atomic():
            made = SavedView.objects.create(pk=view_id, person_id=reader.person, name=name, query=text)
    except IntegrityError as taken:
        raise Refusal("saved_view_name", attr="name") from taken
    return counted(reader, made)


def rename_view(reader: Reader, view_id: UUID, name: str) -> dict[str, Any]:
    """Raises Refusal: `saved_view_name`, and `not_found` for what is not the reader's own."""
    view = SavedView.objects.filter(pk=view_id, person_id=reader.person).first()
    if view is None:
        raise Refusal("not_found")
    view.name = name
    try:
        with transaction.atomic():
            view.save(update_fields=["name"])
    except IntegrityError as taken:
        raise Refusal("saved_view_name", attr="name") from taken
    return counted(reader, view)


def forget_view(reader: Reader, view_id: UUID) -> None:
    gone, _ = SavedView.objects.filter(pk=view_id, person_id=reader.person).delete()
    if not gone:
        raise Refusal("not_found")


# -- shortlist ----------------------------------------------------------------------------------


def shortlist(reader: Reader) -> list[Face]:
    """The needs in the person's own order, of which they may still see a face."""
    kept = Shortlisted.objects.filter(person_id=reader.person).order_by("position").values_list("pin_id", flat=True)
    return [face for pin_id in kept if (face := see(reader, pin_id)) is not None]


@transaction.atomic
def set_shortlist(reader: Reader, pin_ids: Sequence[UUID]) -> None:
    """The whole list anew, in this order. Raises Refusal `not_found` for a need that the reader may not see."""
    for pin_id in pin_ids:
        if see(reader, pin_id) is None:
            raise Refusal("not_found")
    Shortlisted.objects.filter(person_id=reader.person).delete()
    Shortlisted.objects.bulk_create(
        Shortlisted(person_id=reader.person, pin_id=pin_id, position=number) for number, pin_id in enumerate(pin_ids)
    )


# -- many at once -------------------------------------------------------------------------------


def act_on(pin_ids: Sequence[UUID], act: Callable[[UUID], Entry]) -> list[dict[str, Any]]:
    """The same act on each pin, each by itself: what is refused for one does not hold up the others.

    One result a pin, in the order given: `entry` to undo it by, or the code of the refusal and its Refusal.
    """
    done: dict[UUID, dict[str, Any]] = {}
    for pin_id in sorted(pin_ids):  # one order of locks for everybody
        try:
            entry = act(pin_id)
        except Refusal as refusal:
            done[pin_id] = {"id": str(pin_id), "entry": None, "refusal": refusal}
        else:
            done[pin_id] = {"id": str(pin_id), "entry": entry.pk, "refusal": None}
    return [done[pin_id] for pin_id in pin_ids]


def undo_all(reader: Reader, entries: Sequence[int]) -> list[dict[str, Any]]:
    """Take back several acts, the last first; each by itself."""
    done: dict[int, Refusal | None] = {}
    for entry_id in sorted(entries, reverse=True):
        try:
            pins.undo(reader=reader, entry_id=entry_id)
            done[entry_id] = None
        except Refusal as refusal:
            done[entry_id] = refusal
    return [{"entry": entry_id, "refusal": done[entry_id]} for entry_id in entries]
