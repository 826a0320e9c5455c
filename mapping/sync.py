"""Operations that phones send: applied once each, merged where they meet, and what changed since a cursor.

The rules stand in docs/sync.md. A create is `pins.report`; an edit is kept under its own id in the
table `edit`, so that the same again is the same answer and nothing that somebody wrote is dropped.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from psycopg import sql

from mapping import aggregate, pins
from mapping.access import Reader, faces, lies_in, may_edit, see
from mapping.errors import Refusal
from mapping.geometry import SRID_WGS84, parse_point
from mapping.models import Category, Edit, Entry, FeedState, Pin, Status, Tombstone
from mapping.queries import Part, query, rows

FIELDS = ("category", "severity", "people", "words", "needed_since", "village", "place", "source", "accuracy_m")
UNITS = (  # what only makes sense together is merged together
    ("category",), ("severity",), ("people",), ("words",), ("needed_since",),
    ("place", "village", "source", "accuracy_m"),
)  # fmt: skip
PLACED_BY = ("source", "accuracy_m")  # go with the place
HELD_FOR = timedelta(days=5)  # how long an edit waits for what it stands on
KEPT_FOR = timedelta(days=180)  # settled edits, the feed, who deleted a pin
MOST_READ = 50_000  # numbers of the feed that one request looks at
TABLES = ("area", "boundary_set", "category", "office_area")  # of which a reader is told only that they changed
MOST_HELD = 1000  # edits of one person that wait
BY_AUTHOR = (Status.REPORTED, Status.VERIFIED, Status.FORWARDED)  # later, others have built on what it says

Values = Mapping[str, Any]


# -- three-way merge, pure ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Merged:
    values: dict[str, Any]  # to be written
    conflicts: tuple[str, ...]  # fields that both sides changed, each to something else


def merge(base: Values, mine: Values, theirs: Values) -> Merged:
    """What becomes of `theirs` (every field) by `mine` (the fields that somebody changed, who saw `base`).

    A unit whose fields stand as they were seen takes the new values; one that already holds them needs nothing;
    any other is a conflict as a whole. What was not touched, or is missing in `base`, is compared with nothing.
    """
    values: dict[str, Any] = {}
    conflicts: list[str] = []
    for unit in UNITS:
        touched = [name for name in unit if name in mine]
        if all(mine[name] == theirs[name] for name in touched):
            continue
        if all(base[name] == theirs[name] for name in touched if name in base):
            values |= {name: mine[name] for name in touched}
        else:
            conflicts += touched
    return Merged(values, tuple(conflicts))


# -- a new pin ----------------------------------------------------------------------------------


@transaction.atomic
def create(*, reader: Reader, pin_id: UUID, report: pins.Report, skew_s: int | None = None) -> pins.Outcome:
    """`pins.report`, and then the edits that came before it. Raises its refusals, and `pin_gone`."""
    outcome = pins.report(reader=reader, pin_id=pin_id, report=report, skew_s=skew_s)
    if outcome == "created" and Edit.objects.filter(pin_id=pin_id, state=Edit.State.HELD).exists():
        pin = lock(pin_id)
        if pin is not None:
            settle(pin)
    return outcome


# -- an edit ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """An edit as it was sent, its members checked but its values not yet: these belong to a pin."""

    op_id: UUID
    pin_id: UUID
    version: int  # of the pin that the sender saw
    base: Values
    changes: Values
    after: UUID | None = None

    @property
    def sha256(self) -> bytes:
        about = [str(self.pin_id), self.version, self.base, self.changes, str(self.after)]
        return hashlib.sha256(json.dumps(about, sort_keys=True, ensure_ascii=False).encode()).digest()


def check_fields(given: Any, attr: str, *, least: int = 0) -> dict[str, Any]:
    """Names only. Raises Refusal `edit_fields`, `field_unknown`."""
    if not isinstance(given, dict) or len(given) < least:
        raise Refusal("edit_fields", attr=attr, known=", ".join(FIELDS))
    for name in given:
        if name not in FIELDS:
            raise Refusal("field_unknown", attr=f"{attr}.{name[:60]}", field=name[:60])
    return given


def values_of(pin: Pin) -> dict[str, Any]:
    """Every field of a pin that an edit can name, in the form in which it is sent."""
    return {
        "category": pin.category.slug,
        "severity": pin.severity,
        "people": pin.people,
        "words": pin.words,
        "needed_since": pin.needed_since.isoformat() if pin.needed_since else None,
        "village": pin.village,
        "place": None if pin.whole_village else {"lng": pin.point.x, "lat": pin.point.y},
        "source": pin.source,
        "accuracy_m": pin.accuracy_m,
    }


def clean(given: Values, now: Values, attr: str) -> dict[str, Any]:
    """The named fields in the one form in which they are compared and kept.

    Raises Refusal with the place for what a pin cannot hold, such as no place and no village.
    """
    about = {name: given[name] for name in given if name != "place"}
    about = {"category": now["category"], "severity": now["severity"]} | about
    place = given.get("place", now["place"])
    placed = "place" in given or "village" in given
    try:
        if place is not None:
            if not isinstance(place, dict) or set(place) != {"lng", "lat"}:
                raise Refusal("edit_place", attr="properties.place")
            point = parse_point({"type": "Point", "coordinates": [place["lng"], place["lat"]]}, "properties.place")
        else:
            point = None
        if placed and "village" not in given:
            about["village"] = now["village"]
        report = pins.parse_report(point if point or placed else (0.0, 0.0), about)
    except Refusal as refusal:
        at = (refusal.attr or "properties").replace("properties", attr, 1)
        raise Refusal(refusal.code, at, **refusal.params) from refusal
    found = {name: getattr(report, name) for name in given if name != "place"}
    if "place" in given:
        found["place"] = None if point is None else {"lng": point[0], "lat": point[1]}
        found |= {"source": report.source, "accuracy_m": report.accuracy_m}
    return found


def seen(base: Values, now: Values) -> dict[str, Any]:
    """What the sender saw, in the form in which it is compared; what no pin can hold differs from every pin."""
    try:
        return {name: value for name, value in clean(base, now, "base").items() if name in base}
    except Refusal:
        return dict(base)


@transaction.atomic
def edit(*, reader: Reader, wanted: Wanted) -> Edit:
    """Apply an edit, or keep it: held for what it stands on, or as a side version.

    The same again returns what became of it. Raises Refusal: `op_differs` where the id was used for another edit,
    `not_found` and `not_yours` by the rules of the pin, `base_missing`, and those of the values.
    """
    for name in wanted.changes:
        if name not in wanted.base and name not in PLACED_BY:
            raise Refusal("base_missing", attr=f"base.{name}", field=name)
    pin = lock(wanted.pin_id)
    before = Edit.objects.filter(pk=wanted.op_id).first()
    if before is not None:
        return the_same(reader, before, wanted)
    made = Edit(
        id=wanted.op_id, pin_id=wanted.pin_id, person_id=reader.person, after=wanted.after, base_version=wanted.version,
        base=dict(wanted.base), changes=dict(wanted.changes), sha256=wanted.sha256, state=Edit.State.HELD,
    )  # fmt: skip
    if pin is not None:
        may_change(reader, pin)
        clean(wanted.changes, values_of(pin), "changes")  # what can never be applied is refused now, not kept
    elif Tombstone.objects.filter(pk=wanted.pin_id).exists():
        made.state, made.fields = Edit.State.CONFLICT, sorted(wanted.changes)
    elif Edit.objects.filter(person_id=reader.person, state=Edit.State.HELD).count() >= MOST_HELD:
        raise Refusal("edits_held", most=MOST_HELD)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # the same edit, sent twice at once
        return the_same(reader, Edit.objects.get(pk=wanted.op_id), wanted)
    if pin is not None:
        settle(pin)
        made.refresh_from_db()
    return made


def is_known(wanted: Wanted) -> bool:
    return Edit.objects.filter(pk=wanted.op_id).exists()


def lock(pin_id: UUID) -> Pin | None:
    return Pin.objects.select_for_update(no_key=True, of=("self",)).select_related("category").filter(pk=pin_id).first()


def the_same(reader: Reader, before: Edit, wanted: Wanted) -> Edit:
    if before.person_id != reader.person or bytes(before.sha256) != wanted.sha256:
        raise Refusal("op_differs", attr="op_id")
    return before


def may_change(reader: Reader, pin: Pin) -> None:
    """Raises Refusal `not_found` or `not_yours` unless the reader is its author or an officer over its place."""
    if see(reader, pin.pk) is None:
        raise Refusal("not_found")
    if pin.author_id != reader.person and not may_edit(reader, pin):
        raise Refusal("not_yours")


def settle(pin: Pin, *, overdue: Iterable[UUID] = ()) -> None:
    """Apply what waits for this pin, each stack in its own order; `overdue` no longer wait for what is before them."""
    forced = set(overdue)
    while True:
        waiting = list(Edit.objects.filter(pin_id=pin.pk, state=Edit.State.HELD).order_by("received_at", "pk"))
        ready = [one for one in waiting if one.pk in forced or not waits(one)]
        if not ready:
            return
        apply(pin, ready[0], flagged=ready[0].pk in forced and waits(ready[0]))


def waits(one: Edit) -> bool:
    """Whether the edit before it has not arrived, or waits itself."""
    if one.after is None:
        return False
    return not stack(one).filter(pk=one.after).exclude(state=Edit.State.HELD).exists()


def stack(one: Edit) -> QuerySet[Edit]:
    """The edits of one pin by the sender of this one."""
    return Edit.objects.filter(pin_id=one.pin_id, person=one.person)


def apply(pin: Pin, one: Edit, *, flagged: bool = False) -> None:
    """Merge one edit into the pin, which is locked; what cannot be merged becomes a side version."""
    sender = Reader.of(one.person)
    is_officer = may_edit(sender, pin)
    if one.person_id is None or not (is_officer or pin.author_id == one.person_id):
        one.state, one.version, one.settled_at = Edit.State.REFUSED, pin.version, timezone.now()
        return one.save()
    now = values_of(pin)
    try:
        mine = clean(one.changes, now, "changes")
    except Refusal:  # such as a village that is no more: a person has to look
        return conflict(pin, one, tuple(one.changes))
    # A late edit says nothing about what its own successors have said since.
    later = said_after(one)
    mine = {name: mine[name] for unit in UNITS if not later & set(unit) for name in unit if name in mine}
    if pin.status == Status.WITHDRAWN or (not is_officer and pin.status not in BY_AUTHOR):
        return conflict(pin, one, tuple(mine))
    if one.base_version == pin.version or flagged:
        merged = Merged({name: given for name, given in mine.items() if given != now[name]}, ())
    else:
        merged = merge(seen(one.base, now), mine, now)
    if merged.values:
        write(pin, merged.values, one)
    if merged.conflicts:
        return conflict(pin, one, merged.conflicts)
    one.state, one.flagged, one.version, one.settled_at = Edit.State.APPLIED, flagged, pin.version, timezone.now()
    one.save()


def said_after(one: Edit) -> set[str]:
    """The fields that later edits of the same stack have named, of those that are not held."""
    fields: set[str] = set()
    next_ones = [one.pk]
    while next_ones:
        later = stack(one).filter(after__in=next_ones).exclude(state=Edit.State.HELD)
        next_ones = []
        for found in later:
            fields |= set(found.changes)
            next_ones.append(found.pk)
    return fields


def conflict(pin: Pin, one: Edit, fields: tuple[str, ...]) -> None:
    """Keep an edit as a side version. One of the same stack that it says anew is superseded."""
    before = stack(one).filter(pk=one.after, state=Edit.State.CONFLICT).first() if one.after else None
    if before is not None:
        one.changes = {name: before.changes[name] for name in before.fields} | one.changes
        one.base = before.base | {name: given for name, given in one.base.items() if name not in before.fields}
        fields = tuple(dict.fromkeys((*before.fields, *fields)))
        before.state = Edit.State.SUPERSEDED
        before.save()
    one.state, one.fields, one.version = Edit.State.CONFLICT, sorted(fields), pin.version
    one.save()
    pin.refresh_from_db(fields=["version", "conflicts"])


def write(pin: Pin, values: Values, one: Edit, **more: Any) -> None:
    """New values, and the line of the timeline with what they were."""
    now = values_of(pin)
    columns: dict[str, Any] = {}
    for name, given in values.items():
        if name == "category":
            columns["category_id"] = Category.objects.values_list("pk", flat=True).get(slug=given)
        elif name == "place":
            columns["whole_village"] = given is None
            if given is not None:
                columns["point"] = Point(given["lng"], given["lat"], srid=SRID_WGS84)
        else:
            columns[name] = given
    by_device = one.person is not None and one.person.is_device
    if by_device and pin.author_id == one.person_id:
        columns["checked"] = False  # what an officer has checked were other words
    detail = {"op": str(one.pk), "fields": sorted(values), "was": {name: now[name] for name in values}, **more}
    Entry.objects.create(pin=pin, by_id=one.settled_by_id or one.person_id, kind=Entry.Kind.EDITED, detail=detail)
    Pin.objects.filter(pk=pin.pk).update(**columns)
    pin.refresh_from_db()


# -- side versions ------------------------------------------------------------------------------


def side_versions(reader: Reader, pin_id: UUID) -> tuple[Pin, list[Edit]]:
    """The edits of a pin that wait for a person: all for its author and officers, else the reader's own.

    Raises Refusal `not_found`.
    """
    if see(reader, pin_id) is None:
        raise Refusal("not_found")
    pin = Pin.objects.select_related("category").get(pk=pin_id)
    found = Edit.objects.filter(pin_id=pin_id, state=Edit.State.CONFLICT).order_by("received_at", "pk")
    if reader.person_id is None:
        return pin, []
    if pin.author_id != reader.person_id and not may_edit(reader, pin):
        found = found.filter(person=reader.person_id)
    return pin, list(found)


@transaction.atomic
def resolve(*, reader: Reader, pin_id: UUID, op_id: UUID, version: int, changes: Values) -> Pin:
    """A person has looked at a side version: `changes` (none: it stays as it is) are written over the pin as it stands.

    The line of the timeline names both parents. Raises Refusal: `not_found`, `not_yours`, `conflict_over` where
    somebody was quicker, `version_stale` where the pin has changed since it was looked at, and those of the values.
    """
    pin = lock(pin_id)
    if pin is None:
        raise Refusal("not_found")
    may_change(reader, pin)
    one = Edit.objects.select_related("person").filter(pk=op_id, pin_id=pin_id).first()
    if one is None:
        raise Refusal("not_found")
    if one.state != Edit.State.CONFLICT:
        raise Refusal("conflict_over")
    if version != pin.version:
        raise Refusal("version_stale", attr="If-Match", version=pin.version)
    now = values_of(pin)
    values = {name: given for name, given in clean(changes, now, "changes").items() if given != now[name]}
    parents = [{"version": pin.version}, {"op": str(one.pk), "version": one.base_version}]
    one.settled_by_id = reader.person
    if values:
        write(pin, values, one, parents=parents)
    else:
        detail = {"op": str(one.pk), "fields": [], "was": {}, "parents": parents}
        Entry.objects.create(pin=pin, by_id=reader.person, kind=Entry.Kind.EDITED, detail=detail)
    one.state, one.settled_at = Edit.State.RESOLVED, timezone.now()
    one.save()
    pin.refresh_from_db()
    return pin


# -- what changed since a cursor ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to where a reader has pulled an area."""

    generation: str
    scope: str  # of the reader: other rights, other pins
    area: str  # code of 0, 2, 4 or 6 digits
    pub: int
    after: str | None = None  # of the first download: the last pin's id; None once it is over


@dataclass(frozen=True, slots=True)
class Pulled:
    changes: list[str]  # JSON texts
    cursor: Cursor
    more: bool


def pull(reader: Reader, *, area: str, cursor: Cursor | None, limit: int) -> Pulled:
    """The next changes of an area after a cursor; without one, first every pin that the reader may see there.

    Raises Refusal 410: `feed_generation` after a restore, `feed_scope` where the reader's rights have changed,
    `feed_old` where the feed no longer reaches back; `cursor_broken` for another area's.
    """
    newest = aggregate.newest_pub()
    state = FeedState.objects.get()
    if cursor is None:
        cursor = Cursor(str(state.generation), reader.scope, area, newest, after="")
    elif cursor.area != area:
        raise Refusal("cursor_broken", attr="cursor")
    elif cursor.generation != str(state.generation) or cursor.pub > newest:
        raise Refusal("feed_generation", attr="cursor")
    elif cursor.scope != reader.scope:
        raise Refusal("feed_scope", attr="cursor")
    if cursor.after is not None:
        return first_download(reader, cursor, limit)
    oldest = rows("SELECT min(pub) AS pub FROM change")[0]["pub"]
    if newest > cursor.pub and (oldest is None or oldest > cursor.pub + 1):
        raise Refusal("feed_old", attr="cursor")
    return next_changes(reader, cursor, newest, limit)


def in_area(area: str) -> tuple[Part, dict[str, Any]]:
    if not area:
        return sql.SQL("true"), {}
    return sql.SQL("area_code >= %(p_area)s AND area_code < code_end(%(p_area)s)"), {"p_area": area}


def features(reader: Reader, where: Part, values: dict[str, Any], limit: int) -> dict[str, str]:
    """Id and Feature (JSON text) of the pins that the reader may see, in the order of their ids."""
    source, values = faces(reader, where, values)
    statement = query("sync_features").format(feature=aggregate.feature_with_photos(), faces=source)
    return {str(row["id"]): row["feature"] for row in rows(statement, values | {"limit": limit})}


def first_download(reader: Reader, cursor: Cursor, limit: int) -> Pulled:
    where, values = in_area(cursor.area)
    if cursor.after:
        where = sql.SQL("{} AND id > %(p_after)s").format(where)
        values |= {"p_after": cursor.after}
    found = features(reader, where, values, limit)
    more = len(found) == limit
    changes = [f'{{"kind":"pin","id":"{pin}","gone":false,"pin":{feature}}}' for pin, feature in found.items()]
    return Pulled(changes, replace(cursor, after=max(found, default=None) if more else None), more)


def next_changes(reader: Reader, cursor: Cursor, newest: int, limit: int) -> Pulled:
    upto = min(newest, cursor.pub + MOST_READ)
    told = rows(query("sync_changes"), {"pub": cursor.pub, "upto": upto, "area": cursor.area, "limit": limit})
    if len(told) == limit:
        upto = told[-1]["pub"]
    kinds = dict.fromkeys(row["kind"] for row in told if row["key"] is None and row["kind"] in TABLES)
    touched: dict[str, bool] = {}  # pin: whether the reader may be told that it is gone
    for row in told:
        if row["key"] is not None and row["kind"] in ("pin", "confirmation", "photo", "recording"):
            held = row["area_before"] is not None and lies_in(row["area_before"], cursor.area)
            may_know = row["kind"] == "pin" and (
                row["gone"] or (held and (row["seen_before"] or reader.covers(row["area_before"])))
            )
            touched[row["key"]] = touched.get(row["key"], False) or may_know
    where, values = in_area(cursor.area)
    where = sql.SQL("{} AND id = ANY(%(p_ids)s::uuid[])").format(where)
    found = features(reader, where, values | {"p_ids": list(touched)}, len(touched)) if touched else {}
    changes = [f'{{"kind":"{kind}"}}' for kind in kinds]
    for pin, may_know in touched.items():
        if pin in found:
            changes.append(f'{{"kind":"pin","id":"{pin}","gone":false,"pin":{found[pin]}}}')
        elif may_know:
            changes.append(f'{{"kind":"pin","id":"{pin}","gone":true}}')
    return Pulled(changes, replace(cursor, pub=upto), upto < newest)


# -- what the worker does -----------------------------------------------------------------------


def settle_held() -> int:
    """Edits whose pin has come since, and those that have waited long enough. Returns how many are left waiting."""
    late = timezone.now() - HELD_FOR
    for pin_id in set(Edit.objects.filter(state=Edit.State.HELD).values_list("pin_id", flat=True)):
        with transaction.atomic():
            pin = lock(pin_id)
            held = Edit.objects.filter(pin_id=pin_id, state=Edit.State.HELD)
            overdue = set(held.filter(received_at__lt=late).values_list("pk", flat=True))
            if pin is not None:
                settle(pin, overdue=overdue)
            else:
                held.filter(pk__in=overdue, flagged=False).update(flagged=True)
    return Edit.objects.filter(state=Edit.State.HELD).count()


def forget_old() -> None:
    """What a phone that was away for half a year has to download again, rather than be told."""
    rows(query("sync_forget"), {"before": timezone.now() - KEPT_FOR})
