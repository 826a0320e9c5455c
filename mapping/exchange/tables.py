"""What was imported goes out again in the same columns: CSV, XLSX, GeoJSON, GeoPackage. A round trip loses nothing."""

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely
import xlsxwriter
from django.db import connection, transaction
from psycopg import sql

from mapping.errors import Refusal
from mapping.exchange.kinds import KINDS
from mapping.queries import query

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}
TABLES = {  # kind: whether its rows have a shape
    "boundaries": True, "villages": True, "figures": False, "offices": False, "indicators": False,
}  # fmt: skip
BATCH = 2_000
FORMULA = tuple("=+-@＝＋－＠\t\r")


def headings(kind: str) -> list[str]:
    """Names of the columns that a table of this kind has, first those that an import reads."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT * FROM ({}) AS t LIMIT 0").format(query(f"table_{kind}")))
        return [column.name for column in cursor.description or () if column.name != "shape"]


def stream(kind: str) -> Iterator[dict[str, Any]]:
    """Rows of a kind in the order of their codes; `shape` is WKB where there is one."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(query(f"table_{kind}"))
        names = [column.name for column in cursor.description or ()]
        while batch := cursor.fetchmany(BATCH):
            for row in batch:
                yield dict(zip(names, row, strict=True))


def safe(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula begins with an apostrophe; reading takes it off again."""
    if isinstance(cell, list):
        return " ".join(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def write(kind: str, form: str, *, template: bool = False) -> Iterable[bytes]:
    """The table in one form, in blocks. `template`: the headings and one example row.

    Raises Refusal `choice_unknown` for a kind or form that there is not.
    """
    if kind not in TABLES:
        raise Refusal("choice_unknown", attr="kind", given=kind[:40], known=", ".join(TABLES))
    forms = [name for name in FORMATS if TABLES[kind] or name in ("csv", "xlsx")]
    if kind == "boundaries":
        forms = ["geojson", "gpkg"]
    if form not in forms:
        raise Refusal("choice_unknown", attr="format", given=form[:40], known=", ".join(forms))
    names = headings(kind)
    found: Iterator[dict[str, Any]] = stream(kind)
    if template:
        names = [column.name for column in KINDS[kind].columns]
        found = iter([{column.name: column.example for column in KINDS[kind].columns}])
    return {"csv": as_csv, "xlsx": as_xlsx, "geojson": as_geojson, "gpkg": as_gpkg}[form](names, found)


def as_csv(names: list[str], found: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(names)
    yield b"\xef\xbb\xbf"
    for row in found:
        table.writerow([safe(row.get(name)) for name in names])
        if text.tell() > 262_144:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def as_xlsx(names: list[str], found: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """Codes and words are text cells, so that no zero is lost and nothing becomes a formula."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        book = xlsxwriter.Workbook(file.name, {"constant_memory": True, "strings_to_numbers": False})
        sheet = book.add_worksheet("data")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, names, book.add_format({"bold": True}))
        for number, row in enumerate(found, start=1):
            for place, name in enumerate(names):
                cell = row.get(name)
                if isinstance(cell, int | float) and not isinstance(cell, bool):
                    sheet.write_number(number, place, cell)
                elif cell is not None:
                    sheet.write_string(number, place, str(plain(cell)))
        book.close()
        yield from blocks(Path(file.name))


def sheet(form: str, names: list[str], found: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """Rows for a spreadsheet, csv or xlsx."""
    return as_csv(names, found) if form == "csv" else as_xlsx(names, found)


def plain(cell: Any) -> Any:
    if isinstance(cell, list):
        return " ".join(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if hasattr(cell, "isoformat") else cell


def as_geojson(names: list[str], found: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection","features":[\n'
    comma = ""
    block = bytearray()
    for row in found:
        shape = row.get("shape")
        about = {name: row[name].isoformat() if hasattr(row[name], "isoformat") else row[name] for name in names}
        geometry = json.loads(shapely.to_geojson(shapely.from_wkb(bytes(shape)))) if shape is not None else None
        feature = {"type": "Feature", "geometry": geometry, "properties": about}
        block += f"{comma}{json.dumps(feature, ensure_ascii=False)}".encode()
        comma = ",\n"
        if len(block) > 262_144:
            yield bytes(block)
            block.clear()
    yield bytes(block) + b"]}\n"


def as_gpkg(names: list[str], found: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    rows = list(found)
    shapes = np.array([bytes(row["shape"]) if row.get("shape") is not None else None for row in rows], dtype=object)
    cells = [np.array([plain(row.get(name)) for row in rows], dtype=object) for name in names]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.gpkg"
        kinds = {"MultiPolygon" if shapely.from_wkb(s).geom_type == "MultiPolygon" else "Point" for s in shapes if s}
        pyogrio.raw.write(
            path, shapes, cells, names, driver="GPKG", layer="data", crs="EPSG:4326",
            geometry_type=(kinds or {"Point"}).pop(), promote_to_multi=False,
        )  # fmt: skip
        yield from blocks(path)


def blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(262_144):
            yield block
