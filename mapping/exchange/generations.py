"""Generations of boundaries: compare a loaded set with the active one, activate it, undo that.

Activation is one transaction under the lock that every write of a pin takes shared. Only pins
whose place changes are placed anew; grants and territories move from abolished codes to their
successors, and what could not be moved is listed. All of it can be undone.
"""

import json
import uuid
from collections.abc import Iterable
from functools import cache
from typing import Any

import shapely
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from geothai.abolished import abolished_areas
from psycopg import sql

from mapping.errors import Refusal
from mapping.exchange import imports
from mapping.exchange.kept import analyse_names
from mapping.models import BoundarySet, Grant, Import, Office, OfficeArea, Person
from mapping.queries import Values, query, rows, value

MOVED_FROM = 1e-6  # share of an area by which its shape must differ to count as moved
LISTED = 500  # codes of each sort that a comparison names; all are counted


def lock() -> None:
    """Nobody writes a pin until this transaction ends; writers are told to try again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(5301)")


# -- compare --------------------------------------------------------------------------------------


def stage_differences(new: BoundarySet, old: BoundarySet | None) -> None:
    """Areas that are not the same in both sets, in the temporary table `area_differs`.

    Shapes that differ only in how they are written (where a ring begins, a point on a straight
    edge) are the same: what differs in bytes is measured.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.area_differs")
        cursor.execute(query("areas_that_differ"), {"new": new.pk, "old": old.pk if old else None})
        cursor.execute(
            "SELECT code, ST_AsBinary(old_geom), ST_AsBinary(new_geom) FROM area_differs"
            " WHERE old_geom IS NOT NULL AND new_geom IS NOT NULL AND shape_differs"
        )
        found = cursor.fetchall()
        shares = [(code, share_moved(shapely.from_wkb(was), shapely.from_wkb(now))) for code, was, now in found]
        same = [code for code, share in shares if share < MOVED_FROM]
        cursor.execute("UPDATE area_differs SET shape_differs = false WHERE code = ANY(%s)", [same])
        cursor.executemany(
            "UPDATE area_differs SET share_moved = %s WHERE code = %s",
            [(share, code) for code, share in shares if share >= MOVED_FROM],
        )
        cursor.execute(
            "UPDATE area_differs SET share_moved = 1 WHERE shape_differs AND (old_geom IS NULL OR new_geom IS NULL)"
        )
        cursor.execute("DELETE FROM area_differs WHERE old_code = new_code AND NOT shape_differs AND NOT names_differ"
                       " AND NOT point_differs AND NOT people_differ AND NOT current_differs")  # fmt: skip
        cursor.execute("ANALYZE area_differs")


def share_moved(was: Any, now: Any) -> float:
    """Of the ground that the two cover together, the share that only one of them covers, 0..1."""
    apart = shapely.area(shapely.symmetric_difference(was, now))
    together = (shapely.area(was) + shapely.area(now) + apart) / 2
    return float(apart / together) if together else 1.0


def compare(new: BoundarySet, old: BoundarySet | None = None) -> dict[str, Any]:
    """What would change if `new` became active: codes, pins, grants, territories. Reads only."""
    old = old or active()
    with transaction.atomic():
        stage_differences(new, old)
        known = {"new": new.pk, "old": old.pk if old else None}
        levels = rows(query("areas_compared"))
        named = rows(query("areas_compared_list"), {"listed": LISTED})
        pins = rows(query("pins_that_move"), known)
        counting = sql.SQL("SELECT count(*) FROM ({}) AS concerned").format(query("pins_concerned").format())
        affected = value(counting, known)
        moves, left = plan_moves(new)
        transaction.set_rollback(True)
    return {
        "new": describe(new),
        "old": describe(old) if old else None,
        "levels": {row.pop("level"): row for row in levels},
        "areas": named,
        "pins": {
            "affected": affected,  # also those whose village or flag changes, but not their subdistrict
            "moves": pins[:LISTED],
        },
        "grants": moves["person_grant"],
        "territories": moves["office_area"],
        "not_moved": left,
    }


def describe(found: BoundarySet) -> dict[str, Any]:
    counts = rows(
        "SELECT level, count(*) FILTER (WHERE level = 'village' OR geom IS NOT NULL) AS areas,"
        " count(*) FILTER (WHERE level <> 'village' AND geom IS NULL) AS without_polygon"
        " FROM area WHERE boundary_set_id = %(set)s GROUP BY 1",
        {"set": found.pk},
    )
    return {
        "id": found.pk,
        "name": found.name,
        "active": found.active,
        "sample": found.sample,
        "approximate": found.approximate,
        "source": found.source,
        "licence": found.licence,
        "attribution": found.attribution,
        "valid_on": found.valid_on.isoformat() if found.valid_on else None,
        "loaded_at": found.loaded_at.isoformat(),
        "activated_at": found.activated_at.isoformat() if found.activated_at else None,
        "counts": {row["level"]: row["areas"] for row in counts},
        "without_polygon": sum(row["without_polygon"] for row in counts),
    }


def active() -> BoundarySet | None:
    return BoundarySet.objects.filter(active=True).first()


CODED = {  # tables whose rows stand on an area code: the code's column, the others
    "person_grant": ("area_code", ("person_id", "role", "office_id", "given_at", "given_by_id")),
    "office_area": ("code", ("office_id",)),
}


# -- successors -----------------------------------------------------------------------------------


@cache
def published_successors() -> dict[str, tuple[str, ...]]:
    return {area.code: area.successors for area in abolished_areas() if area.successors}


def successors(code: str, given: dict[str, list[str]], current: set[str]) -> list[str]:
    """The current codes that took an area's place; empty where nobody says. Chains are followed."""
    found: list[str] = []
    waiting, seen = [code], {code}
    while waiting:
        for after in given.get(waiting[0]) or published_successors().get(waiting[0], ()):
            if after in seen:
                continue
            seen.add(after)
            if after in current:
                found.append(after)
            else:
                waiting.append(after)
        waiting.pop(0)
    return sorted(found)


def plan_moves(new: BoundarySet) -> tuple[dict[str, list[dict[str, Any]]], list[dict[str, Any]]]:
    """For grants and territories on codes that `new` does not hold: where they go; and those with no successor."""
    held = rows("SELECT code, current, successors FROM area WHERE boundary_set_id = %(set)s", {"set": new.pk})
    current = {row["code"] for row in held if row["current"]}
    given = {row["code"]: after for row in held if (after := json.loads(row["successors"]))}
    older = rows(
        "SELECT code, successors FROM area WHERE successors <> '[]' AND boundary_set_id <> %(set)s", {"set": new.pk}
    )
    for row in older:
        given.setdefault(row["code"], json.loads(row["successors"]))
    moves: dict[str, list[dict[str, Any]]] = {"person_grant": [], "office_area": []}
    left: list[dict[str, Any]] = []
    for table, (column, _) in CODED.items():
        on = rows(query("codes_given").format(table=sql.Identifier(table), code=sql.Identifier(column)))
        for row in on:
            if row["code"] in current:
                continue
            after = successors(row["code"], given, current)
            if after:
                moves[table].append({**row, "to": after})
            else:
                left.append({"table": table, **row})
    return moves, left


# -- activate -------------------------------------------------------------------------------------


def activate_set(chosen: BoundarySet, *, run: Import | None = None) -> dict[str, Any]:
    """Make a set the active one. Returns what moved: pins, grants, territories, and what could not be.

    With `run`, what stood there before is kept, so that it can be undone.
    """
    with transaction.atomic():
        lock()
        before = active()
        if before is not None and before.pk == chosen.pk:
            raise Refusal("boundary_set_is_active", name=chosen.name)
        stage_differences(chosen, before)
        BoundarySet.objects.filter(active=True).update(active=False)
        chosen.active, chosen.activated_at = True, timezone.now()
        chosen.save()
        analyse_names()
        pins = place_anew(chosen)
        moves, left = plan_moves(chosen)
        _move_codes(moves, run)
        return {
            "before": before.pk if before else None,
            "pins_placed": pins,
            "grants_moved": len(moves["person_grant"]),
            "territories_moved": len(moves["office_area"]),
            "not_moved": left[:LISTED],
            "not_moved_count": len(left),
            "moved": {
                table: {str(move["id"]): move["added"] for move in found if "added" in move}
                for table, found in moves.items()
            },
        }


def place_anew(new: BoundarySet) -> int:
    """Pins that `area_differs` concerns and that the new set puts elsewhere, and no other."""
    with connection.cursor() as cursor:
        statement = query("pins_to_place_anew").format(concerned=query("pins_concerned").format())
        cursor.execute(statement, {"new": new.pk})
        return cursor.rowcount


def place_villages_anew(codes: Iterable[str]) -> int:
    """After villages of the active set changed: pins that chose one of them or are told of one as the nearest."""
    with connection.cursor() as cursor:
        cursor.execute(query("pins_of_villages_anew"), {"codes": list(codes)})
        return cursor.rowcount


def _move_codes(moves: dict[str, list[dict[str, Any]]], run: Import | None) -> None:
    """Each row on an abolished code gives way to one on each successor; `move["added"]` says which."""
    for table, (column, others) in CODED.items():
        if not moves[table]:
            continue
        parts = {
            "table": sql.Identifier(table),
            "code": sql.Identifier(column),
            "others": sql.SQL(", ").join(map(sql.Identifier, others)),
        }
        ids = [move["id"] for move in moves[table]]
        added: list[int] = []
        with connection.cursor() as cursor:
            if run is not None:
                known: Values = {"run": run.pk, "table": table, "ids": ids}
                cursor.execute(query("import_remember_whole").format(**parts), known)
            for move in moves[table]:
                cursor.execute(query("codes_move").format(**parts), move)
                move["added"] = [row[0] for row in cursor.fetchall()]
                added += move["added"]
            cursor.execute(query("codes_drop").format(**parts), {"ids": ids})
        if run is not None:
            imports.remember_new(run, table, "SELECT unnest(%(added)s::bigint[]) AS id", {"added": added})


class Activation(imports.Kind):
    """Not a file, but undone like one: which set was active, and whose codes moved."""

    slug = "activation"
    options = ("set",)

    def run(self, run: Import, tell: imports.Tell) -> None:
        """The act itself. Raises Refusal `boundary_set_is_active`."""
        chosen = run.boundary_set
        if chosen is None:
            raise Refusal("boundary_set_missing", name=run.file_name)
        tell("placing", 0, 0)
        run.counts = activate_set(chosen, run=run)
        run.state, run.committed_at = Import.State.COMMITTED, timezone.now()
        run.save()

    def undo(self, run: Import, tell: imports.Tell) -> dict[str, Any]:
        chosen = run.boundary_set
        if chosen is None or not chosen.active:
            raise Refusal("undo_not_last", name=run.file_name)
        before = BoundarySet.objects.filter(pk=run.counts.get("before")).first()
        if before is None:
            raise Refusal("undo_first_activation")
        lock()
        tell("comparing", 0, 0)
        stage_differences(before, chosen)
        BoundarySet.objects.filter(pk=chosen.pk).update(active=False)
        BoundarySet.objects.filter(pk=before.pk).update(active=True)
        before.active = True
        analyse_names()
        tell("placing", 0, 0)
        pins = place_anew(before)
        returned, left_out = 0, 0
        moved = run.counts.get("moved", {})
        for table, model in (("person_grant", Grant), ("office_area", OfficeArea)):
            added = moved.get(table, {})
            standing = set(
                model.objects.filter(pk__in=[pk for each in added.values() for pk in each]).values_list("pk", flat=True)
            )
            for key, row, _ in imports.documents(run, table):
                if row is None:
                    continue
                if added.get(key) and not standing & set(added[key]):
                    left_out += 1  # taken back since, on its successors: it does not return
                elif return_row(table, row):
                    returned += 1
                else:
                    left_out += 1
            model.objects.filter(pk__in=standing).delete()
        return {"pins_placed": pins, "returned": returned, "not_returned": left_out}


def return_row(table: str, before: dict[str, Any]) -> bool:
    """A grant or a piece of territory as it stood; False where its person or office is no more."""
    if not Office.objects.filter(pk=before["office_id"]).exists() and before["office_id"] is not None:
        return False
    if table == "person_grant":
        if not Person.objects.filter(pk=before["person_id"]).exists():
            return False
        if not Person.objects.filter(pk=before["given_by_id"] or 0).exists():
            before = {**before, "given_by_id": None}
    with connection.cursor() as cursor:
        statement = query("import_restore_whole").format(table=sql.Identifier(table))
        cursor.execute(statement, {"row": json.dumps(before)})
        return cursor.rowcount == 1


imports.register(Activation())


def activate(chosen: BoundarySet, *, by: Person | None = None, tell: imports.Tell = imports.silent) -> Import:
    """Put a set in use as one act that can be undone. Raises Refusal `boundary_set_is_active`."""
    with transaction.atomic():
        run = Import.objects.create(
            pk=uuid.uuid4(), kind=Import.Kind.ACTIVATION, by=by, file_name=chosen.name, boundary_set=chosen
        )
        return imports.commit(run, tell=tell)


def drop(found: BoundarySet, *, but: Import | None = None) -> None:
    """Delete a set that is not active and that nothing stands on: no later import into it, no activation that
    would go back to it. `but` is the import that made it, when that is undone."""
    if found.active:
        raise Refusal("boundary_set_is_active", name=found.name)
    standing = Import.objects.filter(state=Import.State.COMMITTED).exclude(pk=but.pk if but else uuid.UUID(int=0))
    if but is None:
        standing = standing.exclude(kind=Import.Kind.BOUNDARIES, boundary_set=found, counts__has_key="subdistrict")
    on = standing.filter(Q(boundary_set=found) | Q(kind=Import.Kind.ACTIVATION, counts__before=found.pk)).first()
    if on is not None:
        raise Refusal("boundary_set_needed", name=found.name, other=on.file_name or on.kind)
    with connection.cursor() as cursor:
        tables = rows(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND column_name = 'boundary_set_id' AND table_name <> 'import'"
        )
        for table in sorted(row["table_name"] for row in tables):
            statement = sql.SQL("DELETE FROM {} WHERE boundary_set_id = %(set)s").format(sql.Identifier(table))
            cursor.execute(statement, {"set": found.pk})
        Import.objects.filter(boundary_set=found).update(boundary_set=None)
        cursor.execute("DELETE FROM boundary_set WHERE id = %(set)s", {"set": found.pk})
