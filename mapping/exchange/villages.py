"""Villages come in by file: DOPA's CSV or raw JSON, or our own export.

The code is the key: 6,770 published rows repeat a pair of subdistrict and name. Coordinates
are kept as published, each with a flag that says what they are worth.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import shapely
from django.db import connection

from mapping.errors import Refusal
from mapping.exchange import columns, imports
from mapping.exchange.columns import Column
from mapping.exchange.generations import place_villages_anew
from mapping.exchange.kept import analyse_names
from mapping.geometry import THAILAND_BBOX
from mapping.models import BoundarySet, Import
from mapping.queries import query, rows

# One point stands for 1,397 published villages, written in two ways within 0.0001 degrees.
PLACEHOLDER, PLACEHOLDER_WITHIN = (100.534087, 13.727068), 0.0001

COLUMNS = (
    Column("code", "รหัสหมู่บ้าน", "village code", columns.area_code(8, 9), required=True, example="58010103",
           aliases=("mcode", "village_code", "รหัสพื้นที่", "code.dopa")),
    Column("name_th", "ชื่อหมู่บ้าน", "Thai name", columns.name, required=True, example="บ้านตัวอย่าง",
           aliases=("name", "ชื่อ", "name.th")),
    Column("name_en", "ชื่อภาษาอังกฤษ", "English name", columns.name, example="Ban Tua Yang", aliases=("name.en",)),
    Column("lat", "ละติจูด", "latitude", columns.degrees, example="19.300000", aliases=("latitude", "y", "geo.lat")),
    Column("lng", "ลองจิจูด", "longitude", columns.degrees, example="97.960000",
           aliases=("lon", "long", "longitude", "x", "geo.lon", "geo.lng")),
)  # fmt: skip
WRITTEN = ("name_th", "name_en", "point", "point_flag", "point_off_m", "current")

Staged = tuple[int, str, str, str | None, float | None, float | None]  # row, code, names, lng, lat


def target(options: dict[str, Any]) -> BoundarySet:
    """The boundary set that a file speaks of: the one named, else the active one."""
    named = str(options.get("set") or "")
    found = BoundarySet.objects.filter(**({"name": named} if named else {"active": True})).first()
    if found is None:
        raise Refusal("boundary_set_missing", attr="options.set", name=named)
    return found


def placeholder(lng: float, lat: float) -> bool:
    return abs(lng - PLACEHOLDER[0]) <= PLACEHOLDER_WITHIN and abs(lat - PLACEHOLDER[1]) <= PLACEHOLDER_WITHIN


def flag_of(lng: float | None, lat: float | None) -> str:
    """What coordinates alone say. Whether they lie in their own subdistrict is the database's question."""
    if lng is None or lat is None:
        return "missing"
    inside = THAILAND_BBOX[0] <= lng <= THAILAND_BBOX[2] and THAILAND_BBOX[1] <= lat <= THAILAND_BBOX[3]
    return "placeholder" if placeholder(lng, lat) else "ok" if inside else "outside_country"


def looks_like(lng: float, lat: float) -> str:
    """Why a point lies outside the country, as far as its numbers tell: code of the sentence."""
    w, s, e, n = THAILAND_BBOX
    if w <= lat <= e and s <= lng <= n:
        return "village_swapped"
    if abs(lng) > 180 or abs(lat) > 90:
        return "village_metres"
    return "village_outside_country"


def stage(found: Iterable[Staged], made: BoundarySet, *, has_points: bool = True) -> None:
    """Villages with their flags, beside what the set holds of them, in the temporary table `village_stage`.

    What the file has no column for (`has_points` false, an English name of None) stays as the set holds it.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.village_stage")
        cursor.execute(
            'CREATE TEMPORARY TABLE village_stage ("row" int, code text COLLATE "C" PRIMARY KEY, name_th text,'
            " name_en text, point geometry(Point, 4326), flag text, off_m int, area_id bigint, same boolean)"
            " ON COMMIT DROP"
        )

    def staged() -> Iterator[tuple]:
        for row, code, name_th, name_en, lng, lat in found:
            # As published, on earth or not: only the flag says what it is worth.
            point = None if lng is None or lat is None else f"SRID=4326;POINT({lng!r} {lat!r})"
            yield row, code, name_th, name_en, point, flag_of(lng, lat)

    imports.copy_in('village_stage ("row", code, name_th, name_en, point, flag)', staged())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE village_stage")  # what follows is planned by what was just staged
        cursor.execute(query("villages_keep"), {"set": made.pk, "points": not has_points})
        cursor.execute(query("villages_outside_own"), {"set": made.pk})
        cursor.execute(query("villages_known"), {"set": made.pk})


def write(made: BoundarySet) -> None:
    """From the stage into the set: known villages changed, new ones added."""
    with connection.cursor() as cursor:
        cursor.execute(query("villages_change"))
        cursor.execute(query("villages_add"), {"set": made.pk})
        cursor.execute("ANALYZE area")
    if made.active:
        analyse_names()


class Villages(imports.Kind):
    slug = "villages"
    columns = COLUMNS
    options = ("set", "within")
    shapes = "points"
    judges = ("row_geometry_empty",)  # a village without a point is kept, and flagged

    def stage(self, work: imports.Work) -> None:
        made = target(work.options)
        work.run.boundary_set = made
        within = str(work.options.get("within") or "")
        seen: dict[str, int] = {}
        left_out = 0
        has_points = bool({"lat", "lng"} & work.heading.keys()) or work.sheet.format not in ("csv", "xlsx", "json")

        def records() -> Iterator[Staged]:
            nonlocal left_out
            for row, record in work.records(self.columns):
                code = record["code"]
                if not code.startswith(within):
                    left_out += 1
                    continue
                if code in seen:
                    work.note(row, "code", "refused", "row_twice", given=code, first=seen[code])
                    continue
                seen[code] = row
                lng, lat = record["lng"], record["lat"]
                if record["geometry"] is not None and lng is None:
                    lng, lat = shapely.get_coordinates(shapely.from_wkb(record["geometry"]))[0].tolist()
                if (lng is None) != (lat is None):
                    work.note(row, "lng" if lng is None else "lat", "refused", "village_half_point")
                    continue
                if lng is None and has_points:
                    work.note(row, "lat", "flagged", "village_no_point")
                elif lng is not None and flag_of(lng, lat) == "outside_country":
                    work.note(
                        row,
                        "lat",
                        "flagged",
                        looks_like(lng, lat),
                        lat=columns.number_words(lat),
                        lng=columns.number_words(lng),
                    )
                elif lng is not None and placeholder(lng, lat):
                    work.note(row, "lat", "flagged", "village_placeholder")
                name_en = record["name_en"] or "" if "name_en" in work.heading else None
                yield row, code, record["name_th"], name_en, lng, lat

        stage(records(), made, has_points=has_points)
        work.tell("comparing", 0, 0)
        for found in rows(query("villages_odd"), {"set": made.pk}):
            if found["orphan"]:
                work.note(found["row"], "code", "flagged", "village_no_subdistrict", given=found["code"])
            elif found["no_polygon"]:
                work.note(found["row"], "lat", "flagged", "village_no_polygon", given=found["code"][:6])
            else:
                about = {"off_m": found["off_m"], "found": found["lies_in"] or "–"}
                work.note(found["row"], "lat", "flagged", "village_outside_own", **about)
        work.counts |= {"left_out": left_out, **rows(query("villages_compared"), {"set": made.pk})[0]}
        flags = rows("SELECT flag, count(*) AS villages FROM village_stage GROUP BY 1 ORDER BY 1")
        work.counts["flags"] = {found["flag"]: found["villages"] for found in flags}

    def apply(self, work: imports.Work) -> None:
        made = work.run.boundary_set
        assert made is not None
        changed = "SELECT area_id FROM village_stage WHERE NOT same"
        imports.remember(work.run, "area", WRITTEN, changed)
        codes = [row["code"] for row in rows("SELECT code FROM village_stage WHERE NOT same OR area_id IS NULL")]
        write(made)
        added = (
            "SELECT area.id FROM area JOIN village_stage AS village ON village.code = area.code"
            " WHERE area.boundary_set_id = %(set)s AND village.area_id IS NULL"
        )
        imports.remember_new(work.run, "area", added, {"set": made.pk})
        imports.seal(work.run, "area", WRITTEN)
        if made.active:
            work.tell("placing", 0, 0)
            work.counts["pins_placed"] = place_villages_anew(codes)

    def undo(self, run: Import, tell: imports.Tell) -> dict[str, Any]:
        touched = (
            "SELECT area.code FROM import_before AS b JOIN area ON area.id = b.key::bigint"
            " WHERE b.run_id = %(run)s AND b.\"table\" = 'area'"
        )
        codes = [row["code"] for row in rows(touched, {"run": run.pk})]
        counts = imports.put_back(run, "area", WRITTEN)
        if run.boundary_set is not None and run.boundary_set.active:
            counts["pins_placed"] = place_villages_anew(codes)
        return counts


imports.register(Villages())
