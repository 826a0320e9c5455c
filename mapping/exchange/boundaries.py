"""Areas come in by file: a plain load of subdistricts, from which the upper levels are made.

The file is GeoJSON (plain or gzip), one feature a subdistrict, with the properties `code`
(6 digits), `name_th`, `name_en`, and optionally `current` and `successors`. Districts and
provinces are dissolved from it, so that they nest exactly. Villages and figures are CSV.
"""

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geothai
import shapely
from django.db import connection, transaction
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from mapping.errors import Refusal
from mapping.exchange.kept import keep_shapes
from mapping.geometry import THAILAND_BBOX
from mapping.models import BoundarySet
from mapping.queries import query

MAX_PART_VERTICES = 128  # pieces of a subdistrict in area_part

PLACEHOLDER, PLACEHOLDER_WITHIN = (100.534087, 13.727068), 0.0001  # one point given to 1,397 villages


@dataclass(frozen=True, slots=True)
class Loaded:
    boundary_set: BoundarySet
    counts: dict[str, int] = field(default_factory=dict)


def read_text(path: Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")


def read_subdistricts(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Top-level members of the file, and a row a subdistrict with a shapely geometry.

    Raises Refusal naming the row: a code that is not 6 digits or stands twice, a name that
    is missing, a polygon that is not one or crosses itself.
    """
    collection = json.loads(read_text(path))
    features = collection.pop("features", None)
    if not isinstance(features, list) or not features:
        raise Refusal("boundaries_file", attr="features")
    seen: set[str] = set()
    found = []
    for number, feature in enumerate(features):
        at = f"features[{number}]"
        properties = feature.get("properties") or {}
        code = properties.get("code")
        if not (isinstance(code, str) and len(code) == 6 and code.isascii() and code.isdigit()):
            raise Refusal("area_code_form", attr=f"{at}.properties.code", code_given=str(code))
        if code in seen:
            raise Refusal("area_code_twice", attr=f"{at}.properties.code", code_given=code)
        seen.add(code)
        if not properties.get("name_th"):
            raise Refusal("area_name_missing", attr=f"{at}.properties.name_th", code_given=code)
        geometry = shapely.from_geojson(json.dumps(feature.get("geometry")))
        if geometry is None or geometry.geom_type not in ("Polygon", "MultiPolygon") or not geometry.is_valid:
            raise Refusal("area_polygon", attr=f"{at}.geometry", code_given=code)
        found.append({**properties, "geometry": geometry})
    return collection, found


def names_above(code: str) -> tuple[str, str]:
    """Thai and English name of a province or district, by code."""
    area = geothai.province(code) if len(code) == 2 else geothai.district(code)
    return (area.name_th, area.name_en or "") if area else (code, "")


def successor_codes(given: Any) -> list[str]:
    """Published as a list, as one text with spaces, or not at all."""
    return given.split() if isinstance(given, str) else list(given or [])


def dissolve(parts: list[BaseGeometry]) -> BaseGeometry:
    """Union of polygons that share their borders exactly; a plain union where they do not."""
    whole = shapely.coverage_union_all(parts)
    return whole if whole.is_valid else shapely.union_all(parts)


def area_rows(subdistricts: Iterable[dict[str, Any]]) -> Iterator[tuple]:
    """Rows of `area` for three levels: code, level, names, geometry (EWKB), label point, current, successors."""
    by_district: dict[str, list[BaseGeometry]] = defaultdict(list)
    by_province: dict[str, list[BaseGeometry]] = defaultdict(list)

    def row(
        code: str, level: str, name_th: str, name_en: str, shape: BaseGeometry, current: bool, after: list
    ) -> tuple:
        shape = shapely.orient_polygons(shape)  # RFC 7946: outer rings anticlockwise
        multi = shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape
        return (
            code, level, name_th, name_en,
            shapely.to_wkb(shapely.set_srid(multi, 4326), hex=True, include_srid=True),
            shapely.to_wkb(shapely.set_srid(shape.representative_point(), 4326), hex=True, include_srid=True),
            current, json.dumps(after),
        )  # fmt: skip

    for area in subdistricts:
        code, shape = area["code"], area["geometry"]
        by_district[code[:4]].append(shape)
        yield row(
            code, "subdistrict", area["name_th"], area.get("name_en") or "", shape,
            area.get("current") is not False, successor_codes(area.get("successors")),
        )  # fmt: skip
    for code, parts in sorted(by_district.items()):
        whole = dissolve(parts)
        by_province[code[:2]].append(whole)
        yield row(code, "district", *names_above(code), whole, True, [])
    for code, parts in sorted(by_province.items()):
        yield row(code, "province", *names_above(code), dissolve(parts), True, [])


@transaction.atomic
def load(
    path: Path,
    *,
    name: str = "",
    villages: Path | None = None,
    figures: Path | None = None,
    within: str = "",
    activate: bool = False,
) -> Loaded:
    """Load one boundary set, or its part within an area code, whole or not at all.

    Raises Refusal for a file it cannot take.
    """
    about, subdistricts = read_subdistricts(path)
    subdistricts = [area for area in subdistricts if area["code"].startswith(within)]
    name = name or about.get("title") or about.get("name") or path.name
    if BoundarySet.objects.filter(name=name).exists():
        raise Refusal("boundary_set_twice", attr="name", name=name)
    made = BoundarySet.objects.create(
        name=name,
        source=about.get("source", ""),
        licence=about.get("licence", ""),
        attribution=about.get("attribution", ""),
        approximate=about.get("approximate") is True,
        sample=about.get("sample") is True,
    )
    copy_in(
        "area (boundary_set_id, code, level, name_th, name_en, geom, point, current, successors, point_flag)",
        ((made.pk, *row, "ok") for row in area_rows(subdistricts)),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO area_part (boundary_set_id, code, geom)"
            " SELECT boundary_set_id, code, (ST_Dump(ST_Subdivide(geom, %s))).geom FROM area"
            " WHERE boundary_set_id = %s AND level = 'subdistrict'",
            [MAX_PART_VERTICES, made.pk],
        )
        cursor.execute("ANALYZE area")  # what follows is planned by what was just loaded
        cursor.execute("ANALYZE area_part")
    keep_shapes(made.pk)
    if villages:
        load_villages(made, (v for v in read_villages(villages) if v[0].startswith(within)))
    if figures:
        load_figures(made, (f for f in read_figures(figures) if f[0].startswith(within)))
    if activate:
        activate_set(made)
    with connection.cursor() as cursor:
        cursor.execute("SELECT level, count(*) FROM area WHERE boundary_set_id = %s GROUP BY 1", [made.pk])
        return Loaded(made, dict(cursor.fetchall()))


@transaction.atomic
def activate_set(chosen: BoundarySet) -> int:
    """Make a set the active one and place anew the pins that it puts elsewhere. Returns their number.

    Writers meanwhile are refused by the lock that every pin's trigger takes shared, and try again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(5301)")
        before = BoundarySet.objects.filter(active=True).first()
        BoundarySet.objects.filter(active=True).update(active=False)
        chosen.active, chosen.activated_at = True, timezone.now()
        chosen.save()
        cursor.execute(query("pins_to_place_anew"), {"new": chosen.pk, "old": before.pk if before else None})
        return cursor.rowcount


def copy_in(target: str, rows: Iterable[tuple]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def read_villages(path: Path) -> Iterator[tuple[str, str, str, float, float]]:
    """code, name_th, name_en, lng, lat of a village CSV (column `mcode` or `code`; `lon` or `lng`)."""
    for row in csv.DictReader(io.StringIO(read_text(path))):
        code = row.get("mcode") or row.get("code") or ""
        if len(code) == 7:  # eleven published codes lost the zero of the village's number
            code = f"{code[:6]}0{code[6]}"
        yield (
            code,
            row["name_th"],
            row.get("name_en") or "",
            float(row.get("lon") or row["lng"]),
            float(row["lat"]),
        )


def load_villages(made: BoundarySet, villages: Iterable[tuple[str, str, str, float, float]]) -> None:
    """Villages as published, each with a flag that says what its coordinates are worth."""

    def rows() -> Iterator[tuple]:
        for code, name_th, name_en, lng, lat in villages:
            inside = THAILAND_BBOX[0] <= lng <= THAILAND_BBOX[2] and THAILAND_BBOX[1] <= lat <= THAILAND_BBOX[3]
            placeholder = (
                abs(lng - PLACEHOLDER[0]) <= PLACEHOLDER_WITHIN and abs(lat - PLACEHOLDER[1]) <= PLACEHOLDER_WITHIN
            )
            flag = "placeholder" if placeholder else "ok" if inside else "outside_country"
            point = f"SRID=4326;POINT({lng} {lat})" if -180 <= lng <= 180 and -90 <= lat <= 90 else None
            yield made.pk, code, "village", name_th, name_en, point, flag, True, "[]"

    copy_in(
        "area (boundary_set_id, code, level, name_th, name_en, point, point_flag, current, successors)",
        rows(),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE area AS village SET point_flag = 'outside_own'"
            " WHERE village.boundary_set_id = %(made)s AND village.level = 'village' AND village.point_flag = 'ok'"
            "   AND NOT EXISTS (SELECT FROM area_part AS part WHERE part.boundary_set_id = %(made)s"
            "                   AND part.code = left(village.code, 6) AND ST_Covers(part.geom, village.point))",
            {"made": made.pk},
        )


def read_figures(path: Path) -> Iterator[tuple[str, int | None, int | None]]:
    """code, population, households; an empty field is *not known*."""
    for row in csv.DictReader(io.StringIO(read_text(path))):
        yield (
            row["code"],
            int(row["population"]) if row["population"] else None,
            int(row["households"]) if row["households"] else None,
        )


def load_figures(made: BoundarySet, figures: Iterable[tuple[str, int | None, int | None]]) -> None:
    """People and households of subdistricts, summed upward only where every current part is known."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE figure (code text, population int, households int) ON COMMIT DROP")
        with cursor.copy("COPY figure FROM STDIN") as copy:
            for row in figures:
                copy.write_row(row)
        cursor.execute(
            "UPDATE area SET population = figure.population, households = figure.households FROM figure"
            " WHERE area.boundary_set_id = %s AND area.code = figure.code",
            [made.pk],
        )
        # Summed from the figures, not from the areas: a few current subdistricts have no polygon, and people.
        cursor.execute(
            "UPDATE area SET population = above.population, households = above.households"
            " FROM (SELECT left(code, digits) AS code, sum(population) AS population, sum(households) AS households"
            "       FROM figure, unnest(ARRAY[2, 4]) AS digits WHERE length(code) = 6 GROUP BY 1) AS above"
            " WHERE area.boundary_set_id = %(made)s AND area.code = above.code"
            "   AND area.code NOT IN (SELECT left(part.code, digits) FROM area AS part, unnest(ARRAY[2, 4]) AS digits"
            "                         WHERE part.boundary_set_id = %(made)s AND part.level = 'subdistrict'"
            "                           AND part.current AND part.population IS NULL)",
            {"made": made.pk},
        )
        cursor.execute("DROP TABLE figure")
