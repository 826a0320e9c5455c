"""Areas come in by file: subdistricts, from which the upper levels are dissolved so that they nest exactly.

Published shapefiles (the old columns ADM3_PCODE … and the new adm3_pcode …), GeoJSON,
GeoPackage and FlatGeobuf. A file makes one inactive boundary set; `generations` compares and
activates it. Files of districts or provinces are held against what was dissolved.
"""

import csv
import difflib
import gzip
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import geothai
import numpy as np
import shapely
from django.db import connection, transaction
from django.utils import timezone
from shapely.geometry.base import BaseGeometry

from mapping.errors import Refusal
from mapping.exchange import columns, files, generations, imports
from mapping.exchange import figures as figure_files
from mapping.exchange import villages as village_files
from mapping.exchange.columns import Column
from mapping.exchange.figures import COLUMNS as FIGURE_COLUMNS
from mapping.exchange.kept import keep_shapes
from mapping.exchange.villages import COLUMNS as VILLAGE_COLUMNS
from mapping.models import BoundarySet, Import
from mapping.queries import rows

MAX_PART_VERTICES = 128  # pieces of a subdistrict in area_part
LEVELS = {2: "province", 4: "district", 6: "subdistrict"}
COMPLETE_FROM = 0.8  # share of a province's subdistricts from which the file is held to mean the whole of it
OVERLAP_FROM = 0.001  # share of the smaller area that lies in another too, from which it is said
NESTS_WITHIN = 1e-4  # share of an upper area by which it may differ from its subdistricts together


class AreaRecord(NamedTuple):
    row: int
    code: str
    name_th: str
    name_en: str
    shape: BaseGeometry
    current: bool
    successors: list[str]


@dataclass(frozen=True, slots=True)
class Loaded:
    boundary_set: BoundarySet
    counts: dict[str, int] = field(default_factory=dict)


# -- names ----------------------------------------------------------------------------------------


def official(code: str) -> tuple[str, str] | None:
    """Thai and English name of a current area, by code."""
    area = {2: geothai.province, 4: geothai.district, 6: geothai.subdistrict}[len(code)](code)
    return (area.name_th, area.name_en or "") if area else None


def names_above(code: str) -> tuple[str, str]:
    return official(code) or (code, "")


def mend_name(code: str, given: str) -> tuple[str, str | None]:
    """The name to keep, and the rule by which it was mended or flagged (None: it is as it should be).

    DBF fields end after a fixed number of characters; letters get lost between encodings.
    """
    known = official(code)
    if known is None:
        return given, None if given else "name_missing"
    name = known[0]
    if not given:
        return name, "repair_name_missing"
    if geothai.normalize(given) == geothai.normalize(name):
        return given, None
    if name.startswith(given) or geothai.normalize(name).startswith(geothai.normalize(given)):
        return name, "repair_name_cut"
    if "\ufffd" in given or not re.search("[\u0e01-\u0e2e]", given):
        return name, "repair_name_garbled"
    if difflib.SequenceMatcher(None, given, name).ratio() >= 0.8:
        return name, "repair_name_spelling"
    return given, "name_differs"


def successor_codes(given: Any) -> list[str]:
    """Published as a list, as one text with spaces, or not at all."""
    return given.split() if isinstance(given, str) else list(given or [])


# -- shapes ---------------------------------------------------------------------------------------


def dissolve(parts: list[BaseGeometry]) -> BaseGeometry:
    """Union of polygons that share their borders exactly; a plain union where they do not."""
    try:
        whole = shapely.coverage_union_all(parts)
    except shapely.GEOSException:  # parts that overlap are no coverage
        return shapely.union_all(parts)
    return whole if whole.is_valid else shapely.union_all(parts)


def overlaps(records: list[AreaRecord]) -> Iterator[tuple[AreaRecord, AreaRecord, float]]:
    """Pairs of areas of which a noticeable part lies in both, with that share of the smaller one."""
    shapes = np.array([record.shape for record in records], dtype=object)
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="intersects")
    first = left < right
    left, right = left[first], right[first]
    shared = shapely.area(shapely.intersection(shapes[left], shapes[right]))
    smaller = np.minimum(shapely.area(shapes[left]), shapely.area(shapes[right]))
    for one, other, share in zip(left, right, shared / smaller, strict=True):
        if share > OVERLAP_FROM:
            yield records[one], records[other], float(share)


def area_rows(subdistricts: Iterable[AreaRecord]) -> Iterator[tuple]:
    """Rows of `area` for three levels: code, level, names, geometry (EWKB), label point, current, successors."""
    by_district: dict[str, list[BaseGeometry]] = defaultdict(list)
    by_province: dict[str, list[BaseGeometry]] = defaultdict(list)

    def row(code: str, name_th: str, name_en: str, shape: BaseGeometry, current: bool, after: list) -> tuple:
        shape = shapely.orient_polygons(shape)  # RFC 7946: outer rings anticlockwise
        multi = shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape
        return (
            code, LEVELS[len(code)], name_th, name_en,
            shapely.to_wkb(shapely.set_srid(multi, 4326), hex=True, include_srid=True),
            shapely.to_wkb(shapely.set_srid(shape.representative_point(), 4326), hex=True, include_srid=True),
            current, json.dumps(after),
        )  # fmt: skip

    for area in subdistricts:
        by_district[area.code[:4]].append(area.shape)
        yield row(area.code, area.name_th, area.name_en, area.shape, area.current, area.successors)
    for code, parts in sorted(by_district.items()):
        whole = dissolve(parts)
        by_province[code[:2]].append(whole)
        yield row(code, *names_above(code), whole, True, [])
    for code, parts in sorted(by_province.items()):
        yield row(code, *names_above(code), dissolve(parts), True, [])


def without_polygon(codes: set[str]) -> list[str]:
    """Current subdistricts that a file leaves out, of the provinces that it otherwise holds."""
    found = []
    for province in sorted({code[:2] for code in codes}):
        districts = geothai.districts(province) if geothai.province(province) else []
        official_codes = {area.code for district in districts for area in geothai.subdistricts(district.code)}
        held = len(official_codes & codes)
        if official_codes and held / len(official_codes) >= COMPLETE_FROM:
            found += sorted(official_codes - codes)
    return found


def read_successors(given: str) -> dict[str, list[str]]:
    """``"450102=450103 302101=302102+302199"``: abolished code and what took its place."""
    found: dict[str, list[str]] = {}
    for pair in re.split(r"[\s,;]+", given.strip()):
        if not pair:
            continue
        if not re.fullmatch(r"(\d{4}|\d{6})=(\d{4}|\d{6})(\+(\d{4}|\d{6}))*", pair, re.ASCII):
            raise Refusal("successors_form", attr="options.successors", given=pair[:60])
        code, _, after = pair.partition("=")
        found[code] = after.split("+")
    return found


def write_areas(
    made: BoundarySet,
    subdistricts: list[AreaRecord],
    lacking: Iterable[str] = (),
    abolished: dict[str, list[str]] | None = None,
) -> None:
    """Rows of `area` and `area_part` of a set that has none yet: areas with a shape, areas in force without one,
    and abolished ones that the file no longer holds."""
    target = "area (boundary_set_id, code, level, name_th, name_en, geom, point, current, successors, point_flag)"
    imports.copy_in(target, ((made.pk, *row, "ok") for row in area_rows(subdistricts)))
    bare = ((made.pk, code, "subdistrict", *names_above(code), None, None, True, "[]", "ok") for code in lacking)
    imports.copy_in(target, bare)
    older = (
        (made.pk, code, LEVELS[len(code)], *names_above(code), None, None, False, json.dumps(after), "ok")
        for code, after in (abolished or {}).items()
    )
    imports.copy_in(target, older)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO area_part (boundary_set_id, code, geom)"
            " SELECT boundary_set_id, code, (ST_Dump(ST_Subdivide(geom, %s))).geom FROM area"
            " WHERE boundary_set_id = %s AND level = 'subdistrict' AND geom IS NOT NULL",
            [MAX_PART_VERTICES, made.pk],
        )
        cursor.execute("ANALYZE area")  # what follows is planned by what was just loaded
        cursor.execute("ANALYZE area_part")
    keep_shapes(made.pk)


def counts_of(made: BoundarySet) -> dict[str, int]:
    """Areas with a shape, and villages, per level."""
    found = rows(
        "SELECT level, count(*) AS areas FROM area WHERE boundary_set_id = %(set)s"
        " AND (level = 'village' OR geom IS NOT NULL) GROUP BY 1",
        {"set": made.pk},
    )
    return {row["level"]: row["areas"] for row in found}


# -- the kind -------------------------------------------------------------------------------------


def table_of(digits: int) -> tuple[Column, ...]:
    """Columns of a file of one level; OCHA names them by level, in capitals before 2024 and small since."""
    level = digits // 2
    return (
        Column("code", "รหัสพื้นที่", "area code", columns.area_code(digits), required=True, example="580101"[:digits],
               aliases=(f"adm{level}_pcode", f"adm{level}pcode", "dopa_code", "รหัส")),
        Column("name_th", "ชื่อภาษาไทย", "Thai name", columns.text(200), example="จองคำ",
               aliases=(f"adm{level}_th", f"adm{level}_name1", f"adm{level}_name_th", "name", "ชื่อ")),
        Column("name_en", "ชื่อภาษาอังกฤษ", "English name", columns.text(200), example="Chong Kham",
               aliases=(f"adm{level}_en", f"adm{level}_name", f"adm{level}_name_en")),
        Column("current", "ยังใช้อยู่", "in force", truth, example="true"),
        Column("successors", "รหัสที่มาแทน", "successor codes", columns.several(columns.area_code(2, 4, 6)),
               example="104702 104703"),
    )  # fmt: skip


def truth(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    return columns.choice({"true": ("1", "yes", "t", "ใช่"), "false": ("0", "no", "f", "ไม่")})(cell) == "true"


def level_of(sheet: files.Sheet) -> int:
    """Digits of the codes that this file is about: the finest level that it has a column for."""
    keys = {columns.key_of(name) for name in sheet.columns}
    for digits in (6, 4, 2):
        if f"adm{digits // 2}pcode" in keys:
            return digits
    return 6


class Boundaries(imports.Kind):
    slug = "boundaries"
    columns = table_of(6)
    options = (
        "name",
        "source",
        "licence",
        "attribution",
        "approximate",
        "valid_on",
        "within",
        "set",
        "carry",
        "successors",
    )
    shapes = "polygons"
    repair = True
    judges = ("text_cut",)  # names are held against the official ones, by code

    def table(self, sheet: files.Sheet, options: dict[str, Any]) -> tuple[Column, ...]:
        return table_of(level_of(sheet))

    def stage(self, work: imports.Work) -> None:
        digits = level_of(work.sheet)
        if digits < 6 and not work.options.get("set"):
            raise Refusal("boundaries_need_subdistricts", attr="options.set", level=LEVELS[digits])
        try:
            self.valid_on = figure_files.option_day({"as_of": work.options.get("valid_on")})
        except Refusal as refusal:
            raise Refusal(refusal.code, attr="options.valid_on", **refusal.params) from None
        records = list(self.records(work, digits))
        if not records and not work.report.refused:
            raise Refusal("file_empty")
        work.tell("comparing", 0, 0)
        if digits == 6:
            self.stage_subdistricts(work, records)
        else:
            self.stage_upper(work, records, digits)

    def records(self, work: imports.Work, digits: int) -> Iterator[AreaRecord]:
        within = str(work.options.get("within") or "")
        seen: dict[str, int] = {}
        for row, record in work.records(table_of(digits)):
            code = record["code"]
            if not code.startswith(within[:digits]):
                work.counts["left_out"] = work.counts.get("left_out", 0) + 1
                continue
            if code in seen:
                work.note(row, "code", "refused", "row_twice", given=code, first=seen[code])
                continue
            seen[code] = row
            if record["geometry"] is None:
                work.note(row, "geometry", "refused", "row_geometry_empty")
                continue
            given = record["name_th"] or ""
            name, rule = mend_name(code, given)
            if rule == "name_missing":
                work.note(row, "name_th", "refused", "area_name_missing", code_given=code)
                continue
            if rule is not None:
                verdict: imports.Verdict = "repaired" if rule.startswith("repair") else "flagged"
                work.note(
                    row, "name_th", verdict, rule, given=columns.shown(given), used=(official(code) or ("", ""))[0]
                )
            known = official(code)
            current, after = record["current"], record["successors"] or []
            if current is None:
                current = known is not None or code not in generations.published_successors()
            if not current:
                after = after or list(generations.published_successors().get(code, ()))
                work.note(row, "code", "flagged", "area_abolished", given=code, after=", ".join(after) or "–")
            elif known is None:
                work.note(row, "code", "flagged", "area_not_official", given=code)
            name_en = record["name_en"] or (known[1] if known else "")
            yield AreaRecord(row, code, name, name_en, shapely.from_wkb(record["geometry"]), current, after)

    def stage_subdistricts(self, work: imports.Work, records: list[AreaRecord]) -> None:
        name = str(work.options.get("name") or work.sheet.about.get("title") or work.sheet.about.get("name") or "")
        name = name or Path(work.run.file_name).name.split(".")[0]
        if BoundarySet.objects.filter(name=name).exists():
            raise Refusal("boundary_set_twice", attr="options.name", name=name)
        codes = {record.code for record in records} | {record.code[:4] for record in records}
        self.abolished = read_successors(str(work.options.get("successors") or ""))
        for code, after in self.abolished.items():
            if code in codes or not set(after) <= codes:
                raise Refusal("successors_unknown", attr="options.successors", given=f"{code}={'+'.join(after)}")
        for one, other, share in overlaps(records):
            work.note(one.row, "geometry", "flagged", "area_overlaps",
                      given=one.code, other=other.code, percent=f"{share * 100:.1f}")  # fmt: skip
        self.records_found, self.name = records, name
        official_codes = without_polygon({record.code for record in records})
        self.lacking = [code for code in official_codes if code not in self.abolished]
        for code in self.lacking:
            work.note(0, "geometry", "flagged", "area_without_polygon", given=code, name=names_above(code)[0])
        work.counts |= {
            "set": name,
            "subdistrict": len(records),
            "district": len({record.code[:4] for record in records}),
            "province": len({record.code[:2] for record in records}),
            "without_polygon": len(self.lacking),
            "abolished": sum(not record.current for record in records) + len(self.abolished),
        }

    def stage_upper(self, work: imports.Work, records: list[AreaRecord], digits: int) -> None:
        """Shapes of an upper level are held against what their subdistricts give together; names are taken."""
        made = village_files.target(work.options)
        work.run.boundary_set = made
        held = rows(
            "SELECT id, code, name_th, name_en, ST_AsBinary(geom) AS shape FROM area"
            " WHERE boundary_set_id = %(set)s AND level = %(level)s",
            {"set": made.pk, "level": LEVELS[digits]},
        )
        known = {row["code"]: row for row in held}
        self.upper: list[tuple[int, str, str]] = []
        differ = 0
        for record in records:
            ours = known.get(record.code)
            if ours is None:
                work.note(record.row, "code", "refused", "area_unknown", given=record.code, name=made.name)
                continue
            bare = ours["shape"] is None  # abolished: there is nothing to hold it against
            share = 0.0 if bare else generations.share_moved(shapely.from_wkb(bytes(ours["shape"])), record.shape)
            if share > NESTS_WITHIN:
                differ += 1
                work.note(record.row, "geometry", "flagged", "area_does_not_nest",
                          given=record.code, percent=f"{share * 100:.2f}")  # fmt: skip
            if (record.name_th, record.name_en) != (ours["name_th"], ours["name_en"]):
                self.upper.append((ours["id"], record.name_th, record.name_en or ours["name_en"]))
        work.counts |= {"set": made.name, LEVELS[digits]: len(records), "differ": differ, "changed": len(self.upper),
                        "same": len(records) - len(self.upper)}  # fmt: skip

    def apply(self, work: imports.Work) -> None:
        if work.run.boundary_set is not None:
            ids = [row[0] for row in self.upper]
            names = ("name_th", "name_en")
            imports.remember(work.run, "area", names, "SELECT unnest(%(ids)s::bigint[])", {"ids": ids})
            with connection.cursor() as cursor:
                cursor.executemany("UPDATE area SET name_th = %s, name_en = %s WHERE id = %s",
                                   [(th, en, pk) for pk, th, en in self.upper])  # fmt: skip
            imports.seal(work.run, "area", names)
            renamed(work.run.boundary_set)
            return
        about, options = work.sheet.about, work.options
        made = BoundarySet.objects.create(
            name=self.name,
            source=str(options.get("source") or about.get("source") or ""),
            licence=str(options.get("licence") or about.get("licence") or ""),
            attribution=str(options.get("attribution") or about.get("attribution") or ""),
            approximate=bool(options.get("approximate", about.get("approximate") is True)),
            sample=about.get("sample") is True,
            valid_on=self.valid_on,
        )
        work.run.boundary_set = made
        write_areas(made, self.records_found, self.lacking, self.abolished)
        before = generations.active()
        if before is not None and options.get("carry", True) and before.sample == made.sample:
            work.tell("carrying", 0, 0)
            work.counts["carried"] = carry(before, made)

    def undo(self, run: Import, tell: imports.Tell) -> dict[str, Any]:
        made = run.boundary_set
        if made is None:
            raise Refusal("undo_nothing")
        if (
            rows("SELECT FROM import_before WHERE run_id = %(run)s LIMIT 1", {"run": run.pk})
            or run.counts.get("differ") is not None
        ):
            renamed(made)
            return imports.put_back(run, "area", ("name_th", "name_en"))
        counts = {"removed": sum(counts_of(made).values())}
        generations.drop(made, but=run)
        run.boundary_set = None
        return counts


def renamed(made: BoundarySet) -> None:
    """Tiles are named by the set and the time of its activation: other names in them, another time."""
    BoundarySet.objects.filter(pk=made.pk, active=True).update(activated_at=timezone.now())


def carry(before: BoundarySet, made: BoundarySet) -> dict[str, int]:
    """Villages and figures of the active set go along into a new one, by code; the flags are found anew."""
    held = rows(
        "SELECT code, name_th, name_en, ST_X(point) AS lng, ST_Y(point) AS lat FROM area"
        " WHERE boundary_set_id = %(old)s AND level = 'village' AND current"
        "   AND left(code, 2) IN (SELECT code FROM area WHERE boundary_set_id = %(new)s AND level = 'province')"
        " ORDER BY code",
        {"old": before.pk, "new": made.pk},
    )
    village_files.stage(((0, r["code"], r["name_th"], r["name_en"], r["lng"], r["lat"]) for r in held), made)
    village_files.write(made)
    known = rows(
        "SELECT was.code, was.population, was.households, was.figures_on, was.figures_source FROM area AS was"
        " JOIN area AS now ON now.code = was.code AND now.boundary_set_id = %(new)s"
        " WHERE was.boundary_set_id = %(old)s AND (was.population IS NOT NULL OR was.households IS NOT NULL)"
        "   AND was.level IN ('subdistrict', 'village')",
        {"old": before.pk, "new": made.pk},
    )
    figure_files.stage(
        ((0, r["code"], r["population"], r["households"], r["figures_on"], r["figures_source"]) for r in known), made
    )
    figure_files.write()
    return {"villages": len(held), "figures": len(known)}


imports.register(Boundaries())


# -- our own files, read here ---------------------------------------------------------------------


def read_text(path: Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")


def plain_rows(path: Path, table: tuple[Column, ...]) -> Iterator[dict[str, Any]]:
    """Parsed rows of a CSV of our own; by the same columns as an import."""
    lines = csv.DictReader(io.StringIO(read_text(path)))
    heading = columns.match(table, list(lines.fieldnames or ()))
    for line in lines:
        found = {column.name: None for column in table}
        for column in table:
            cell = line.get(heading.get(column.name, ""))
            if not columns.is_empty(cell):
                value = column.parse(cell)
                found[column.name] = value.value if isinstance(value, columns.Mended) else value
        yield found


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
    """Load files of our own making (the sample country, the tests') without a child process or a report.

    A fault in them raises whatever it raises; files from outside go through `imports`.
    """
    about = json.loads(read_text(path))
    found = []
    for number, feature in enumerate(about.pop("features"), start=1):
        given = feature["properties"]
        if not given["code"].startswith(within):
            continue
        found.append(
            AreaRecord(
                number, given["code"], given["name_th"], given.get("name_en") or "",
                shapely.from_geojson(json.dumps(feature["geometry"])),
                given.get("current") is not False, successor_codes(given.get("successors")),
            )
        )  # fmt: skip
    made = BoundarySet.objects.create(
        name=name or about.get("title") or about.get("name") or path.name,
        source=about.get("source", ""),
        licence=about.get("licence", ""),
        attribution=about.get("attribution", ""),
        approximate=about.get("approximate") is True,
        sample=about.get("sample") is True,
    )
    write_areas(made, found)
    if villages:
        known = plain_rows(villages, VILLAGE_COLUMNS)
        load_villages(
            made,
            (
                (v["code"], v["name_th"], v["name_en"] or "", v["lng"], v["lat"])
                for v in known
                if v["code"].startswith(within)
            ),
        )
    if figures:
        counted = plain_rows(figures, FIGURE_COLUMNS)
        load_figures(
            made, ((f["code"], f["population"], f["households"]) for f in counted if f["code"].startswith(within))
        )
    if activate:
        generations.activate_set(made)
    return Loaded(made, counts_of(made))


def load_villages(made: BoundarySet, found: Iterable[tuple[str, str, str, float, float]]) -> None:
    """code, name_th, name_en, lng, lat into a set."""
    village_files.stage(((0, *row) for row in found), made)
    village_files.write(made)


def load_figures(made: BoundarySet, found: Iterable[tuple[str, int | None, int | None]]) -> None:
    """code, population, households into a set, summed upward."""
    figure_files.stage(((0, *row, None, "") for row in found), made)
    figure_files.write()
