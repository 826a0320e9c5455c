"""Reading files: what comes through, and each refusal with a file that earns it."""

import contextlib
import csv
import gzip
import io
import json
import os
import signal
import stat
import struct
import subprocess
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import geopandas
import pandas
import pyogrio
import pytest
import shapely
import xlsxwriter

from mapping.errors import MESSAGES, Refusal
from mapping.exchange import files
from tests.conftest import real_data

HERE = Path(__file__).parent
NORTH = [[98.0, 19.0], [98.1, 19.0], [98.1, 19.1], [98.0, 19.1], [98.0, 19.0]]
BOW_TIE = [[98.0, 19.0], [98.1, 19.1], [98.1, 19.0], [98.0, 19.1], [98.0, 19.0]]
# A square whose last corner overshoots by a hair: it crosses itself, its area hardly knows.
HAIR = [[98.0, 19.0], [98.1, 19.0], [98.1, 19.1], [98.0, 19.1], [98.0, 18.999], [98.001, 19.001], [98.0, 19.0]]
LONG_THAI = "อำเภอเมืองแม่ฮ่องสอนเหนือสุดแดนสยาม"


def write(folder: Path, content, name: str = "file") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else str(content).encode())
    return path


def read_all(path: Path, **options) -> tuple[files.Sheet, list[files.Row]]:
    """Sheet and rows, after trying every note's words in both languages."""
    with files.read(path, **options) as sheet:
        rows = list(sheet.rows)
    assert len(rows) == sheet.total
    for row in rows:
        assert list(row.values) == list(sheet.columns)
        for note in row.notes:
            assert note.column in ("", "geometry", *sheet.columns)
            for language in ("en", "th"):
                assert Refusal(note.code, **note.params).text(language)
    return sheet, rows


def rows_of(path: Path, **options) -> list[files.Row]:
    return read_all(path, **options)[1]


def notes_of(row: files.Row) -> list[tuple[str, str, str]]:
    return [(note.verdict, note.column, note.code) for note in row.notes]


def refusal(path: Path, **options) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_all(path, **options)
    assert caught.value.status in (413, 415, 422)
    assert caught.value.text("en")
    assert caught.value.text("th")
    return caught.value


def collection(*geometries, **about) -> str:
    features = [
        {"type": "Feature", "properties": {"code": f"58010{number}"}, "geometry": geometry}
        for number, geometry in enumerate(geometries, 1)
    ]
    return json.dumps({"type": "FeatureCollection", **about, "features": features})


def polygon(*rings) -> dict:
    return {"type": "Polygon", "coordinates": list(rings)}


def point(*position) -> dict:
    return {"type": "Point", "coordinates": list(position)}


def frame(*shapes, crs="EPSG:4326", **columns) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame({"code": [f"58010{n}" for n in range(1, len(shapes) + 1)], **columns},
                                  geometry=list(shapes), crs=crs)  # fmt: skip


def zipped(folder: Path, members: dict[str, bytes], name: str = "layers.zip") -> Path:
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return folder / name


def shapefile(folder: Path, table: geopandas.GeoDataFrame, stem: str = "areas", **options) -> dict[str, bytes]:
    """The parts of a shapefile, by their names."""
    with tempfile.TemporaryDirectory(dir=folder) as inner:
        table.to_file(Path(inner) / f"{stem}.shp", engine="pyogrio", **options)
        return {path.name: path.read_bytes() for path in Path(inner).iterdir()}


def dbf(*records: bytes, width: int = 10) -> bytes:
    """A DBF with one text field NAME."""
    head = struct.pack("<4BIHH20x", 3, 124, 1, 1, len(records), 65, width + 1)
    return head + struct.pack("<11sc4xB15x", b"NAME", b"C", width) + b"\r" + b"".join(
        b" " + record.ljust(width) for record in records
    ) + b"\x1a"  # fmt: skip


def workbook(folder: Path, *rows, name: str = "book.xlsx") -> Path:
    with xlsxwriter.Workbook(folder / name) as book:
        sheet = book.add_worksheet("ข้อมูล")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return folder / name


# -- CSV -------------------------------------------------------------------------------------


def test_a_csv_comes_through_as_text_with_its_row_numbers(tmp_path):
    sheet, rows = read_all(write(tmp_path, "code,name\n58010101,บ้านปาย\n\n58010102,\n"), name="v.csv")
    assert (sheet.format, sheet.columns, sheet.total, sheet.encoding) == ("csv", ("code", "name"), 2, "utf-8")
    assert [(row.number, row.values) for row in rows] == [
        (2, {"code": "58010101", "name": "บ้านปาย"}),
        (4, {"code": "58010102", "name": None}),
    ]
    assert rows[0].geometry is None
    assert rows[0].notes == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_comma_semicolon_and_tab_are_told_apart(tmp_path, delimiter):
    text = f'"a,;b"{delimiter}c\n1{delimiter}"x{delimiter}y"\n'
    assert rows_of(write(tmp_path, text))[0].values == {"a,;b": "1", "c": f"x{delimiter}y"}


def test_a_quoted_line_break_is_part_of_its_cell_and_no_row(tmp_path):
    rows = rows_of(write(tmp_path, 'a,b\n1,"two\nlines"\n2,x\n'))
    assert [(row.number, row.values["b"]) for row in rows] == [(2, "two\nlines"), (3, "x")]


def test_a_packed_csv_is_read(tmp_path):
    assert rows_of(write(tmp_path, gzip.compress(b"a,b\n1,2\n")), name="x.csv.gz")[0].values == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp874", "cp874"), ("tis-620", "cp874")],
)
def test_the_encodings_of_thailand_are_found(tmp_path, encoding, found):
    sheet, rows = read_all(write(tmp_path, "ชื่อ,code\nบ้านน้ำริน,1\n".encode(encoding)))
    assert (sheet.encoding, sheet.columns) == (found, ("ชื่อ", "code"))
    assert rows[0].values["ชื่อ"] == "บ้านน้ำริน"


def test_utf_16_with_the_other_byte_order_is_read(tmp_path):
    raw = b"\xfe\xff" + "ชื่อ\nปาย\n".encode("utf-16-be")
    assert rows_of(write(tmp_path, raw))[0].values == {"ชื่อ": "ปาย"}


@pytest.mark.parametrize(
    ("raw", "row"),
    [
        ("name\nปาย\nปาย\n".encode() + b"\xff\xfe\n", 4),  # UTF-8, then not
        (b"name\nx\n" + "Café\n".encode("latin-1"), 3),
        ("name\nปาย\n".encode("utf-16-le"), 1),  # does not say that it is UTF-16
        (b"name\nx\n\x81\x8d\n", 3),
        ("name\nx\n".encode("utf-16") + b"\x00\xd8\x00\x00", 3),
    ],
)
def test_other_encodings_are_refused_with_the_row(tmp_path, raw, row):
    refused = refusal(write(tmp_path, raw))
    assert (refused.code, refused.params) == ("file_encoding", {"row": row})


def test_a_slip_of_the_keyboard_is_no_other_encoding(tmp_path):
    text = "name\n" + "บ้านน้ำรินแม่ฮ่องสอน\n" * 20 + "ปาย ่\n"
    assert read_all(write(tmp_path, text.encode("cp874")))[0].encoding == "cp874"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "file_empty"),
        (b" \n\n", "file_empty"),
        (b"code,name\n", "file_empty"),
        (b"code,name\n,\n\n", "file_empty"),
        (b"\n,,\na,b\n", "file_header"),
        ("58010101,บ้านปาย\n58010102,บ้าน\n".encode(), "file_header"),
        (b"a,b, a \n1,2,3\n", "columns_twice"),
        ("น\u0e4dา,น้ำ,นํา\n1,2,3\n".encode(), "columns_twice"),
        (b'a,b\n1,"open\n2,x\n', "csv_quote"),
        (b'a,b\n1,"x"y\n', "csv_quote"),
    ],
)
def test_a_table_without_head_or_body_is_refused(tmp_path, raw, code):
    assert refusal(write(tmp_path, raw)).code == code


def test_an_open_quotation_mark_is_named_by_its_row(tmp_path):
    assert refusal(write(tmp_path, 'a,b\n1,2\n3,"open\n' + "4,5\n" * 9)).params == {"row": 3, "line": 3}


def test_names_of_columns_are_trimmed_composed_and_never_empty(tmp_path):
    sheet, _ = read_all(write(tmp_path, "\ufeff code ,,cafe\u0301\n1,2,3\n"))
    assert sheet.columns == ("code", "column 2", "café")


def test_a_row_of_another_width_is_refused_and_the_others_stand(tmp_path):
    rows = rows_of(write(tmp_path, "a,b\n1\n1,2,3\n1,2,,\n1,2\n"))
    assert [notes_of(row) for row in rows] == [[("refused", "", "row_width")]] * 2 + [[]] * 2
    assert rows[1].notes[0].params == {"have": 3, "want": 2}
    assert rows[0].values == {"a": "1", "b": None}


def test_control_characters_are_refused_and_taken_out(tmp_path):
    [row] = rows_of(write(tmp_path, b"a,b\nx\x00y,z\x9b\xe2\x80\x8b\n".replace(b"\x9b", b"\xc2\x9b")))
    assert notes_of(row) == [("refused", "a", "text_characters"), ("refused", "b", "text_characters")]
    assert row.values == {"a": "xy", "b": "z\u200b"}


def test_cells_that_our_own_csv_neutralised_come_back_as_they_were(tmp_path):
    told = ["=1+1", "+66", "-", "@x", "＝1", " =1", "\tx", "'tis", "it's =1"]
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["n", "words"], *([n, text if n > 6 else f"'{text}"] for n, text in enumerate(told))])
    assert [row.values["words"] for row in rows_of(write(tmp_path, buffer.getvalue()))] == told


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = write(tmp_path, "code,name\n" + "".join(f"{n},บ้านเลขที่{n:0100}\n" for n in range(100_000)))
    tracemalloc.start()
    with files.read(path) as sheet:
        assert sum(1 for _ in sheet.rows) == 100_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert path.stat().st_size > 12e6
    assert peak < 4e6


# -- JSON and GeoJSON ------------------------------------------------------------------------


def test_a_json_list_keeps_what_is_nested(tmp_path):
    items = [{"code": "58", "name": {"th": "ก"}, "list": [1, 2.5]}, {}, {"code": "59", "more": True}]
    for raw in (json.dumps(items).encode(), gzip.compress(json.dumps(items).encode())):
        sheet, rows = read_all(write(tmp_path, raw))
        assert (sheet.format, sheet.columns) == ("json", ("code", "name", "list", "more"))
        assert [row.number for row in rows] == [1, 3]
        assert rows[0].values == {"code": "58", "name": {"th": "ก"}, "list": [1, 2.5], "more": None}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "file_empty"),
        ('{"type": "FeatureCollection", "features": []}', "file_empty"),
        ('{"a": 1}', "file_list"),
        ("[1, 2]", "file_list"),
        (json.dumps(point(98, 19)), "file_list"),
        ('{"features": [{"a": 1}]}', "file_list"),
        ("[" * 100_000, "file_list"),
        ('[{"a": ' + "9" * 5000 + "}]", "file_list"),
        ('[{"a": 1},]', "file_json"),
        ('[{"a": 1, "a": 2}]', "columns_twice"),
        ('{"type": "Topology", "objects": {}}', "file_driver"),
        ('{"spatialReference": {}, "features": []}', "file_driver"),
    ],
)
def test_json_of_another_shape_is_refused(tmp_path, text, code):
    assert refusal(write(tmp_path, text)).code == code


def test_broken_json_is_refused_with_its_place(tmp_path):
    assert refusal(write(tmp_path, '[\n{"a": }]')).params == {"line": 2, "column": 7}
    assert refusal(write(tmp_path, '{"a": 1}\n{"a": 2}\n{"a"}')).params["line"] == 3


def test_numbers_that_are_none_are_refused_by_row(tmp_path):
    rows = rows_of(write(tmp_path, '[{"a": NaN}, {"a": 1e999}, {"a": {"b": [-Infinity]}}, {"a": "\\ud800"}]'))
    assert [row.notes[0].code for row in rows] == ["number_not_finite"] * 3 + ["text_characters"]
    assert rows[0].values == {"a": None}


def test_geojson_keeps_what_it_says_of_itself(tmp_path):
    text = collection(polygon(NORTH), name="North", licence="CC BY", sample=True, bbox=[1, 2, 3, 4])
    for raw in (text.encode(), gzip.compress(text.encode())):
        sheet, [row] = read_all(write(tmp_path, raw), shapes="polygons")
        assert (sheet.format, sheet.about) == ("geojson", {"name": "North", "licence": "CC BY", "sample": True})
        assert (row.number, row.values, notes_of(row)) == (1, {"code": "580101"}, [])
        shape = shapely.from_wkb(row.geometry)
        assert shape.equals(shapely.Polygon(NORTH))
        assert shapely.is_ccw(shape.exterior)


def test_the_id_of_a_feature_is_a_column_of_points(tmp_path):
    body = json.loads(collection(point(98, 19), point(98.5, 19)))
    body["features"][0]["id"] = "a"
    path = write(tmp_path, json.dumps(body))
    assert [row.values["id"] for row in rows_of(path, shapes="points")] == ["a", None]
    assert "id" not in rows_of(path, shapes="none")[0].values


def test_a_feature_a_line_and_a_text_sequence_are_geojson_too(tmp_path):
    features = [json.dumps(feature) for feature in json.loads(collection(point(98, 19), point(98.5, 19)))["features"]]
    for text in ("\n".join(features) + "\n", "".join(f"\x1e{line}\n" for line in features), f"[{','.join(features)}]"):
        sheet, rows = read_all(write(tmp_path, text), shapes="points")
        assert (sheet.format, [row.number for row in rows]) == ("geojson", [1, 2])
        assert [shapely.from_wkb(row.geometry).x for row in rows] == [98, 98.5]


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "row_geometry_empty"),
        (polygon(), "row_geometry_empty"),
        (polygon([[98.0, None], *NORTH[1:]]), "row_geometry_empty"),
        (polygon([[1e999, 19], *NORTH[1:]]), "row_geometry_empty"),
        (point(98, 19), "row_geometry_type"),
        ({"type": "GeometryCollection", "geometries": []}, "row_geometry_type"),
        ({"type": 3}, "row_geometry_broken"),
        ([1], "row_geometry_broken"),
        (polygon([["98", "19"], *NORTH[1:]]), "row_geometry_broken"),
        (polygon([[True, 19], *NORTH[1:]]), "row_geometry_broken"),
        (polygon(98), "row_geometry_broken"),
        (polygon([[98, 19]]), "row_geometry_broken"),
        (polygon([[y, x] for x, y in NORTH]), "row_geometry_swapped"),
        (polygon([[x * 5000, y * 1e5] for x, y in NORTH]), "row_geometry_metres"),
        (polygon(BOW_TIE), "row_geometry_invalid"),
        (polygon(NORTH[:-1]), "row_geometry_invalid"),
    ],
)
def test_a_shape_that_is_none_refuses_its_row_alone(tmp_path, geometry, code):
    bad, good = rows_of(write(tmp_path, collection(geometry, polygon(NORTH))), shapes="polygons")
    assert notes_of(bad) == [("refused", "geometry", code)]
    assert bad.geometry is None
    assert good.notes == ()
    assert good.geometry
    assert not rows_of(write(tmp_path, collection(geometry, polygon(NORTH))))[0].notes  # no shapes wanted


def test_an_invalid_outline_is_named_with_its_reason_and_place(tmp_path):
    [row] = rows_of(write(tmp_path, collection(polygon(BOW_TIE))), shapes="polygons")
    assert row.notes[0].params == {"reason": "Self-intersection", "lng": 98.05, "lat": 19.05}


def test_a_point_file_takes_points_alone(tmp_path):
    rows = rows_of(write(tmp_path, collection(point(98, 19, 300), polygon(NORTH), point(19, 98))), shapes="points")
    assert shapely.from_wkb(rows[0].geometry).wkt == "POINT (98 19)"
    assert [notes_of(row) for row in rows[1:]] == [
        [("refused", "geometry", "row_geometry_type")],
        [("refused", "geometry", "row_geometry_swapped")],
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", None),
        ("EPSG:4326", None),
        ("urn:ogc:def:crs:EPSG::4326", None),
        ("urn:ogc:def:crs:EPSG::32647", "EPSG:32647"),
    ],
)
def test_the_old_crs_of_geojson_is_followed(tmp_path, name, said):
    crs = {"type": "name", "properties": {"name": name}}
    place = point(500_000, 2_100_000) if said else point(99, 18.99)
    sheet, [row] = read_all(write(tmp_path, collection(place, crs=crs)), shapes="points")
    assert sheet.crs == said
    assert shapely.from_wkb(row.geometry).distance(shapely.Point(99, 18.992)) < 0.003


@pytest.mark.parametrize("name", ["EPSG:999999", "/etc/passwd", "+proj=longlat +nadgrids=/etc/passwd", "https://x/y"])
def test_a_crs_that_nobody_knows_is_refused(tmp_path, name):
    text = collection(point(98, 19), crs={"type": "name", "properties": {"name": name}})
    assert refusal(write(tmp_path, text), shapes="points").code == "file_crs"


# -- repairs -----------------------------------------------------------------------------------


def test_each_repair_is_named_with_what_it_did(tmp_path):
    high = [[x, y, 300.0] for x, y in NORTH]
    twice = [NORTH[0], NORTH[0], *NORTH[1:]]
    text = collection(polygon(high), polygon(NORTH[:-1]), polygon(twice), polygon(HAIR), polygon(NORTH[::-1]))
    rows = rows_of(write(tmp_path, text), shapes="polygons", repair=True)
    assert [notes_of(row) for row in rows] == [
        [("repaired", "geometry", "repair_height_dropped")],
        [("repaired", "geometry", "repair_ring_closed")],
        [("repaired", "geometry", "repair_repeated_points")],
        [("repaired", "geometry", "repair_self_intersection")],
        [],  # winding is no repair
    ]
    assert rows[2].notes[0].params == {"count": 1, "percent": 0.0}
    assert 0 < rows[3].notes[0].params["percent"] < 0.1
    for row in rows:
        shape = shapely.from_wkb(row.geometry)
        assert shape.is_valid
        assert not shape.has_z
        assert shape.geom_type in ("Polygon", "MultiPolygon")
        assert shapely.is_ccw(shapely.get_parts(shape)[0].exterior)
        assert shape.area == pytest.approx(0.01, rel=0.001)


def test_heights_are_left_out_without_a_word_where_nothing_is_repaired(tmp_path):
    high = [[x, y, 300.0] for x, y in NORTH]
    [row] = rows_of(write(tmp_path, collection(polygon(high))), shapes="polygons")
    assert row.notes == ()
    assert not shapely.from_wkb(row.geometry).has_z


def test_a_repair_that_changes_the_area_is_refused(tmp_path):
    [row] = rows_of(write(tmp_path, collection(polygon(BOW_TIE))), shapes="polygons", repair=True)
    assert notes_of(row) == [("refused", "geometry", "row_geometry_repair")]
    assert row.geometry is None


# -- layers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("driver", "ending", "form"), [
    ("GPKG", "gpkg", "gpkg"), ("FlatGeobuf", "fgb", "fgb"), ("GeoJSON", "geojson", "geojson"),
])  # fmt: skip
def test_what_geopandas_writes_comes_back(tmp_path, driver, ending, form):
    path = tmp_path / f"areas.{ending}"
    table = frame(shapely.Polygon(NORTH), shapely.MultiPolygon([shapely.Polygon(NORTH)]),
                  name=["ปาย", None], people=pandas.array([12, None], dtype="Int64"), share=[0.5, 2.0])  # fmt: skip
    table.to_file(path, driver=driver, engine="pyogrio", SPATIAL_INDEX="NO") if form == "fgb" else table.to_file(
        path, driver=driver, engine="pyogrio"
    )
    sheet, rows = read_all(path, name=path.name, shapes="polygons")
    assert (sheet.format, sheet.columns, sheet.crs) == (form, ("code", "name", "people", "share"), None)
    assert [row.values for row in rows] == [
        {"code": "580101", "name": "ปาย", "people": 12, "share": 0.5},
        {"code": "580102", "name": None, "people": None, "share": 2},
    ]
    assert all(shapely.from_wkb(row.geometry).equals(shapely.Polygon(NORTH)) for row in rows)
    assert all(type(row.values["people"]) in (int, type(None)) for row in rows)


def test_dates_of_a_geopackage_come_as_iso_text(tmp_path):
    table = frame(shapely.Point(98, 19), day=pandas.to_datetime(["2024-01-02T03:04:05"]))
    table.to_file(tmp_path / "p.gpkg", engine="pyogrio")
    [row] = rows_of(tmp_path / "p.gpkg", shapes="points")
    assert row.values["day"].startswith("2024-01-02T03:04:05")


def test_a_layer_in_metres_is_turned_into_degrees(tmp_path):
    table = frame(shapely.Polygon(NORTH)).to_crs("EPSG:32647")
    table.to_file(tmp_path / "a.gpkg", engine="pyogrio")
    zipped(tmp_path, shapefile(tmp_path, table))
    for name in ("a.gpkg", "layers.zip"):
        sheet, [row] = read_all(tmp_path / name, shapes="polygons")
        assert sheet.crs == "EPSG:32647"
        assert shapely.from_wkb(row.geometry).equals_exact(shapely.Polygon(NORTH), 1e-6, normalize=True)


def test_metres_without_a_crs_are_refused_by_row(tmp_path):
    parts = shapefile(tmp_path, frame(shapely.Polygon(NORTH)).to_crs("EPSG:32647"))
    del parts["areas.prj"]
    [row] = rows_of(zipped(tmp_path, parts), shapes="polygons")
    assert notes_of(row) == [("refused", "geometry", "row_geometry_metres")]


def test_the_layer_with_the_longest_codes_is_read_and_all_are_listed(tmp_path):
    north = shapely.Polygon(NORTH)
    layers = {"adm1": north, "adm2": north, "lines": shapely.LineString(NORTH), "adm0": north}
    for number, (name, shape) in enumerate(layers.items(), 1):
        column = {"lines": "ADM3_PCODE"}.get(name, f"ADM{name[-1]}_PCODE")
        table = geopandas.GeoDataFrame({column: [f"TH{number}"]}, geometry=[shape], crs=4326)
        table.to_file(tmp_path / "all.gpkg", layer=name, engine="pyogrio")
    parts = {}
    for name in layers:
        table = geopandas.read_file(tmp_path / "all.gpkg", layer=name, engine="pyogrio")
        parts |= {f"folder/{part}": raw for part, raw in shapefile(tmp_path, table, name).items()}
    zipped(tmp_path, {"__MACOSX/folder/._adm1.shp": b"x", "folder/readme.txt": b"hello", **parts})
    for path in (tmp_path / "all.gpkg", tmp_path / "layers.zip"):
        sheet, _ = read_all(path, shapes="polygons")
        assert (sheet.layer, set(sheet.layers)) == ("adm2", set(layers))
        assert read_all(path, layer="adm1")[0].columns == ("ADM1_PCODE",)
        assert refusal(path, layer="adm9").code == "file_layer"


@pytest.mark.parametrize("lost", [".shx", ".dbf"])
def test_a_shapefile_without_one_of_its_parts_is_refused_by_the_name_of_the_part(tmp_path, lost):
    parts = shapefile(tmp_path, frame(shapely.Polygon(NORTH)))
    del parts[f"areas{lost}"]
    refused = refusal(zipped(tmp_path, parts), shapes="polygons")
    assert (refused.code, refused.params) == ("shapefile_part", {"part": f"areas{lost}"})


def test_a_shp_outside_a_zip_is_refused_with_what_belongs_to_it(tmp_path):
    raw = shapefile(tmp_path, frame(shapely.Polygon(NORTH)))["areas.shp"]
    assert refusal(write(tmp_path, raw), name="areas.shp").code == "shapefile_alone"


@pytest.mark.parametrize(("encoding", "found"), [("utf-8", "utf-8"), ("tis-620", "cp874")])
@pytest.mark.parametrize("says", [True, False])
def test_a_dbf_is_thai_in_either_encoding_whether_it_says_so_or_not(tmp_path, encoding, found, says):
    parts = shapefile(tmp_path, frame(shapely.Point(98, 19), shapely.Point(98, 19.5)))
    parts["areas.dbf"] = dbf("ปาย".encode(encoding), "น้ำ".encode(encoding), width=20)
    parts.pop("areas.cpg")
    if says:
        parts["areas.cpg"] = encoding.encode()
    sheet, rows = read_all(zipped(tmp_path, parts), shapes="points")
    assert sheet.encoding == found
    assert [row.values["NAME"] for row in rows] == ["ปาย", "น้ำ"]
    assert not any(row.notes for row in rows)


@pytest.mark.parametrize(("encoding", "kept"), [("utf-8", 3), ("tis-620", 11)])
def test_a_name_cut_in_a_dbf_is_trimmed_to_whole_characters_and_flagged(tmp_path, encoding, kept):
    parts = shapefile(tmp_path, frame(shapely.Point(98, 19), shapely.Point(98, 19.5)))
    del parts["areas.cpg"]
    parts["areas.dbf"] = dbf(LONG_THAI.encode(encoding)[:11], "ปา".encode(encoding), width=11)
    cut, whole = rows_of(zipped(tmp_path, parts), shapes="points")
    assert cut.values["NAME"] == LONG_THAI[:kept]
    assert notes_of(cut) == [("flagged", "NAME", "text_cut")]
    assert (whole.values["NAME"], whole.notes) == ("ปา", ())


def test_a_dbf_in_a_third_encoding_is_refused(tmp_path):
    parts = shapefile(tmp_path, frame(shapely.Point(98, 19)))
    parts["areas.dbf"] = dbf("Café".encode("latin-1"))
    for said in (b"ISO-8859-1", b"874"):
        refused = refusal(zipped(tmp_path, {**parts, "areas.cpg": said}), shapes="points")
        assert (refused.code, refused.params) == ("file_encoding", {"row": 1})


def test_a_damaged_layer_is_refused(tmp_path):
    table = frame(*[shapely.Polygon(NORTH)] * 500)
    table.to_file(tmp_path / "a.gpkg", engine="pyogrio")
    table.to_file(tmp_path / "a.fgb", engine="pyogrio", driver="FlatGeobuf")
    for name in ("a.gpkg", "a.fgb"):
        raw = (tmp_path / name).read_bytes()
        assert refusal(write(tmp_path, raw[: len(raw) // 3], name)).code == "file_broken"


# -- XLSX --------------------------------------------------------------------------------------


def test_a_workbook_comes_through_with_whole_numbers_and_iso_dates(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        book.add_worksheet("ว่าง")
        hidden = book.add_worksheet("ลับ")
        hidden.write(0, 0, "no")
        hidden.hide()
        sheet = book.add_worksheet("ข้อมูล")
        sheet.write_row(0, 0, ["code", "name", "day", "at", "yes", "share"])
        sheet.write_row(2, 0, [58010101, "บ้านปาย"])
        sheet.write_datetime(2, 2, pandas.Timestamp(2024, 1, 2).date(), book.add_format({"num_format": "d/m/yyyy"}))
        sheet.write_datetime(
            2, 3, pandas.Timestamp("2024-01-02T03:04:05"), book.add_format({"num_format": "d/m/yy h:mm"})
        )
        sheet.write_row(2, 4, [True, 0.5])
        book.add_worksheet("อื่น").write_column(0, 0, ["other", "x"])
    found, [row] = read_all(tmp_path / "book.xlsx", name="ข้อมูล.xlsx")
    assert (found.format, found.layer, found.layers) == ("xlsx", "ข้อมูล", ("ว่าง", "ข้อมูล", "อื่น"))
    assert (row.number, row.values) == (3, {
        "code": 58010101, "name": "บ้านปาย", "day": "2024-01-02", "at": "2024-01-02T03:04:05", "yes": True, "share": 0.5,
    })  # fmt: skip
    assert type(row.values["code"]) is int
    assert read_all(tmp_path / "book.xlsx", layer="อื่น")[1][0].values == {"other": "x"}
    assert refusal(tmp_path / "book.xlsx", layer="ลับ").code == "file_layer"
    assert refusal(tmp_path / "book.xlsx", layer="ว่าง").code == "file_empty"


def test_a_formula_or_an_excel_error_refuses_its_row(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, [1, 2])
        sheet.write_formula(2, 1, "=A2*2", value=2)
        sheet.write_formula(3, 1, "=NA()", value="#N/A")
    raw = zipfile.ZipFile(tmp_path / "book.xlsx").read("xl/worksheets/sheet1.xml")
    assert b'<c r="B4" t="e"><f>NA()</f>' in raw
    pasted = rezip(tmp_path / "book.xlsx", {"xl/worksheets/sheet1.xml": raw.replace(b"<f>NA()</f>", b"")})
    rows = rows_of(pasted)
    assert [notes_of(row) for row in rows] == [
        [],
        [("refused", "b", "cell_formula")],
        [("refused", "b", "cell_error")],
    ]


def rezip(path: Path, changed: dict[str, bytes], **flags) -> Path:
    """The archive with some members replaced or added."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zipped(path.parent, members | changed, "changed.xlsx")


def test_a_workbook_with_a_dtd_is_refused(tmp_path):
    path = workbook(tmp_path, ["a"], [1])
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    for member in ("xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        raw = zipfile.ZipFile(path).read(member)
        head, _, rest = raw.partition(b"?>")
        assert refusal(rezip(path, {member: head + b"?>" + evil + rest})).code == "workbook_dtd", member


def test_one_cell_in_the_last_corner_of_a_sheet_is_refused(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, 1)
    assert refusal(tmp_path / "book.xlsx").code == "file_memory"


def test_a_workbook_with_a_password_is_refused(tmp_path):
    raw = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    assert refusal(write(tmp_path, raw), name="book.xlsx").code == "zip_encrypted"


def test_a_head_and_columns_are_checked_in_a_workbook_too(tmp_path):
    assert refusal(workbook(tmp_path, [58010101, "บ้าน"], [58010102, "บ้าน"])).code == "file_header"
    assert refusal(workbook(tmp_path, ["a", "a"], [1, 2])).code == "columns_twice"
    assert refusal(workbook(tmp_path, ["a", "b"])).code == "file_empty"
    assert read_all(workbook(tmp_path, ["a", "", 2566], [1, 2, 3]))[0].columns == ("a", "column 2", "2566")


# -- what it is not ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "seems"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".xls"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"<!DOCTYPE html><html><table>", "HTML"),
        (b"<table><tr><td>1</td></tr></table>", "HTML"),
        (b'<?xml version="1.0"?><x/>', "XML"),
        (
            b'<?xml version="1.0"?><?mso-application?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "2003",
        ),
        (b"{\\rtf1", "RTF"),
        (b"https://example.org/a.csv\n", "URL"),
        (b"/vsicurl/http://example.org/a.csv\n", "URL"),
    ],
)
def test_another_file_renamed_to_csv_is_refused_by_what_it_is(tmp_path, raw, seems):
    refused = refusal(write(tmp_path, raw), name="villages.csv")
    assert refused.code == "file_type"
    assert refused.status == 415
    assert seems in refused.params["seems"]


@pytest.mark.parametrize(("member", "seems"), [
    ("word/document.xml", "docx"), ("ppt/presentation.xml", "pptx"), ("xl/workbook.bin", "xlsb"),
])  # fmt: skip
def test_other_office_files_are_refused_by_name(tmp_path, member, seems):
    assert seems in refusal(zipped(tmp_path, {"[Content_Types].xml": b"", member: b""})).params["seems"]


def test_an_open_document_is_refused_by_name(tmp_path):
    path = zipped(tmp_path, {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""})
    assert "ods" in refusal(path).params["seems"]


FOREIGN = {
    "VRT": b'<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
    b"</OGRVRTDataSource>",
    "KML": b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>',
    "GML": b'<wfs:FeatureCollection xmlns:gml="http://www.opengis.net/gml"></wfs:FeatureCollection>',
    "MapInfo": b'Version 300\r\nCharset "Neutral"\r\nDelimiter ","\r\n',
    "DXF": b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n",
    "GPX": b'<?xml version="1.0"?><gpx version="1.1"></gpx>',
    "SQLite": b"SQLite format 3\x00" + bytes(200),
    "Parquet": b"PAR1" + bytes(20),
}


@pytest.mark.parametrize("seems", FOREIGN)
@pytest.mark.parametrize("name", ["areas.gpkg", ""])
def test_a_layer_of_a_foreign_form_is_refused_under_any_name(tmp_path, seems, name):
    refused = refusal(write(tmp_path, FOREIGN[seems]), name=name, shapes="polygons")
    assert (refused.code, refused.status, refused.params) == ("file_driver", 415, {"seems": seems})


@pytest.mark.parametrize("name", ["a.vrt", "a.kml", "a.GML", "a.mif", "a.dxf", "a.kml.gz"])
def test_the_ending_of_a_foreign_form_is_refused_whatever_it_holds(tmp_path, name):
    assert refusal(write(tmp_path, collection(point(98, 19))), name=name).code == "file_driver"


@pytest.mark.parametrize("name", ["areas.gpkg", "areas.fgb"])
def test_a_layers_ending_on_something_else_is_refused(tmp_path, name):
    assert refusal(write(tmp_path, "code,name\n1,2\n"), name=name).code == "file_driver"
    assert refusal(write(tmp_path, collection(point(98, 19))), name=name).code == "file_driver"
    assert refusal(workbook(tmp_path, ["a"], [1]), name=name).code == "file_driver"


def test_gdal_has_no_driver_but_the_one_that_is_called_for(tmp_path):
    """A file with the first bytes of a GeoPackage and the soul of a VRT finds nobody to open it."""
    raw = bytearray(FOREIGN["VRT"].ljust(4096))
    raw[:16], raw[68:72] = b"SQLite format 3\x00", b"GPKG"
    assert refusal(write(tmp_path, bytes(raw)), name="areas.gpkg").code == "file_broken"


# -- archives ----------------------------------------------------------------------------------


def test_a_broken_archive_is_refused(tmp_path):
    whole = zipped(tmp_path, shapefile(tmp_path, frame(*[shapely.Polygon(NORTH)] * 50))).read_bytes()
    assert refusal(write(tmp_path, whole[:-30])).code == "zip_broken"
    spoilt = bytearray(whole)
    spoilt[60:90] = bytes(30)
    assert refusal(write(tmp_path, bytes(spoilt))).code == "zip_broken"
    packed = gzip.compress(b"a,b\n" + os.urandom(3000).hex().encode())
    assert refusal(write(tmp_path, packed[:-900])).code == "gzip_broken"
    assert refusal(write(tmp_path, packed[:-8] + bytes(8))).code == "gzip_broken"


def test_an_archive_with_a_password_is_refused(tmp_path):
    raw = zipped(tmp_path, {"a.shp": b"x", "a.shx": b"x", "a.dbf": b"x"}).read_bytes()
    at = raw.index(b"PK\x01\x02") + 8
    assert refusal(write(tmp_path, raw[:at] + b"\x01\x00" + raw[at + 2 :])).code == "zip_encrypted"


def test_an_archive_of_thousands_of_files_is_refused(tmp_path):
    assert refusal(zipped(tmp_path, {f"{n}.shp": b"" for n in range(1001)})).code == "zip_bomb"


def bomb(size: int) -> bytes:
    return bytes(1 << 20) * (size >> 20)


def test_what_unpacks_to_far_too_much_is_refused(tmp_path):
    zeros = bomb(80 << 20)
    assert refusal(write(tmp_path, gzip.compress(zeros, 1)), name="a.csv.gz").code == "zip_bomb"
    refused = refusal(zipped(tmp_path, {"a.shp": zeros, "a.shx": b"", "a.dbf": b""}))
    assert (refused.code, refused.status) == ("zip_bomb", 413)
    assert (
        refusal(rezip(workbook(tmp_path, ["a"], [1]), {"xl/x.xml": b"<a>" + zeros.replace(b"\0", b" ")})).code
        == "zip_bomb"
    )


def test_an_archive_that_claims_or_hides_its_size_is_refused(tmp_path):
    raw = zipped(tmp_path, {"a.shp": bytes(5000), "a.shx": b"", "a.dbf": b""}).read_bytes()
    at = raw.index(b"PK\x01\x02") + 24  # the unpacked size in the table of contents
    claims = raw[:at] + struct.pack("<I", 2 << 30) + raw[at + 4 :]
    assert refusal(write(tmp_path, claims)).code == "zip_bomb"
    hides = raw[:at] + struct.pack("<I", 10) + raw[at + 4 :]
    assert refusal(write(tmp_path, hides)).code == "zip_broken"


def test_packed_files_in_packed_files_are_refused(tmp_path):
    for inner in (gzip.compress(b"a\n1\n"), b"PK\x05\x06" + bytes(18)):
        assert refusal(write(tmp_path, gzip.compress(inner))).code == "zip_nested"


def test_a_zip_in_a_zip_and_a_zip_of_nothing_are_refused(tmp_path):
    inner = zipped(tmp_path, {"a.txt": b"x"}, "inner.zip").read_bytes()
    assert refusal(zipped(tmp_path, {"inner.zip": inner})).code == "zip_nested"
    assert refusal(zipped(tmp_path, {"a.txt": b"x"})).code == "zip_no_shapefile"
    assert refusal(zipped(tmp_path, {"doc.kml": b"x"})).params == {"seems": "KMZ"}


@pytest.mark.parametrize("folder", ["../", "/tmp/", "a/../../", "C:\\", "..\\"])
def test_members_that_climb_out_of_the_archive_are_passed_over(tmp_path, folder):
    parts = shapefile(tmp_path, frame(shapely.Polygon(NORTH)))
    climbing = {f"{folder}evil{Path(name).suffix}": raw for name, raw in parts.items()}
    assert refusal(zipped(tmp_path, climbing)).code == "zip_no_shapefile"
    assert read_all(zipped(tmp_path, parts | climbing))[0].layers == ("areas",)
    assert not Path("/tmp/evil.shp").exists()


def test_links_in_an_archive_are_passed_over(tmp_path):
    parts = shapefile(tmp_path, frame(shapely.Polygon(NORTH)))
    with zipfile.ZipFile(tmp_path / "l.zip", "w") as archive:
        for name, raw in parts.items():
            link = zipfile.ZipInfo(name)
            is_link = name.endswith(".dbf")
            link.external_attr = (stat.S_IFLNK if is_link else stat.S_IFREG) << 16
            archive.writestr(link, b"/etc/passwd" if is_link else raw)
    assert refusal(tmp_path / "l.zip").code == "shapefile_part"


# -- the child -----------------------------------------------------------------------------------


@pytest.fixture
def child(tmp_path, monkeypatch):
    """Puts another program in the child's place."""

    def put(text: str) -> Path:
        program = tmp_path / "child.py"
        program.write_text(text)
        monkeypatch.setattr(files, "_CHILD", program)
        return write(tmp_path, "a,b\n1,2\n")

    return put


HEAD = (
    '{"format": "csv", "columns": ["a"], "total": 1, "about": {}, "encoding": "utf-8", "layer": null, '
    '"layers": [], "crs": null}'
)


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import os; os.abort()", "file_broken"),
        ("import sys; sys.exit(3)", "file_broken"),
        ("1 / 0", "file_broken"),
        ("print('{')", "file_broken"),
        ("print('[]')", "file_broken"),
        ("print('null')", "file_broken"),
        ('print(\'{"refused": "no_such_code", "params": {}}\')', "file_broken"),
        (f"print('{HEAD}')", "file_broken"),  # ends without a word
        (f"print('{HEAD}'); print('[[2]]'); print('\"done\"')", "file_broken"),
        (f"print('{HEAD}'); print('[[2, [1, 2], null, []]]'); print('\"done\"')", "file_broken"),
        (f'print(\'{HEAD}\'); print(\'[[2, [1], null, [["x", "", "y", {{}}]]]]\'); print(\'"done"\')', "file_broken"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "file_broken"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "file_timeout"),
        ("import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass", "file_timeout"),
    ],
)
def test_whatever_becomes_of_the_child_the_caller_meets_a_refusal(child, program, code):
    path = child(program)
    with pytest.raises(Refusal) as caught, files.read(path) as sheet:
        list(sheet.rows)
    assert caught.value.code == code


def test_a_child_that_falls_silent_is_killed(child, monkeypatch):
    monkeypatch.setattr(files, "SILENT_SECONDS", 0.5)
    assert refusal(child("import time; time.sleep(600)")).code == "file_timeout"
    assert refusal(child(f"import sys, time; sys.stdout.write('{HEAD}'); sys.stdout.flush(); time.sleep(600)")).code


def test_a_line_without_end_is_not_waited_for(child, monkeypatch):
    monkeypatch.setattr(files, "MAX_LINE_BYTES", 1 << 20)
    assert refusal(child("while True: print('x' * 100000, end='')")).code == "file_broken"


def test_the_child_has_no_environment_and_its_own_folder(child, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "s3cret")
    path = child(
        "import json, os\n"
        "given = {name: value for name, value in os.environ.items() if name != 'LC_CTYPE'}\n"
        f"head = json.loads('{HEAD}'); head['about'] = {{'environment': given, 'folder': os.getcwd()}}\n"
        "print(json.dumps(head))\n"
        "print('\"done\"')"
    )
    with files.read(path) as sheet:
        assert sheet.about["environment"] == {}
        folder = Path(sheet.about["folder"])
        assert folder.exists()
        assert folder.name.startswith("meemap-file-")
    assert not folder.exists()


def test_leaving_early_ends_the_child_and_its_folder(tmp_path, monkeypatch):
    started = []
    real = subprocess.Popen
    monkeypatch.setattr(files.subprocess, "Popen", lambda *a, **k: started.append(real(*a, **k)) or started[-1])
    path = write(tmp_path, "a,b\n" + "1,2\n" * 300_000)
    with files.read(path) as sheet:
        assert next(iter(sheet.rows)).values == {"a": "1", "b": "2"}
        assert started[0].poll() is None
    assert started[0].returncode == -signal.SIGKILL
    with contextlib.suppress(ZeroDivisionError), files.read(path) as sheet:
        raise ZeroDivisionError
    assert started[1].returncode == -signal.SIGKILL
    with pytest.raises(ValueError, match="while the file is open"):
        list(sheet.rows)


def test_the_child_knows_only_what_it_is_handed():
    text = (HERE.parent / "mapping/exchange/files_child.py").read_text("utf-8")
    assert "import django" not in text
    assert "from mapping" not in text
    assert "RLIMIT_AS" in text
    assert "RLIMIT_CPU" in text


def test_too_large_a_file_is_refused_before_anything_reads_it(tmp_path):
    with (tmp_path / "large").open("wb") as file:
        file.truncate(files.MAX_FILE_BYTES + 1)
    assert refusal(tmp_path / "large").code == "file_too_large"


def test_what_needs_too_much_memory_is_refused(tmp_path):
    path = tmp_path / "large.json"
    with path.open("wb") as file:  # a hole in the file: no disk is taken
        file.write(b"[")
        file.truncate(900 << 20)
        file.seek(0, os.SEEK_END)
        file.write(b"1]")
    assert refusal(path).code in ("file_memory", "file_encoding")


def test_every_code_has_its_words_in_both_languages():
    source = (HERE.parent / "mapping/exchange/files_child.py").read_text("utf-8")
    for code, message in MESSAGES.items():
        if f'"{code}"' in source:
            assert message.en
            assert message.th
            assert message.status in (400, 413, 415, 422)


# -- real files ----------------------------------------------------------------------------------


@real_data
@pytest.mark.parametrize(
    ("name", "shapes", "total"),
    [
        ("cod-ab/tha_adm1_province_shapefile.zip", "polygons", 77),
        ("cod-ab/tha_admbnda_adm2_shapefile.zip", "polygons", 928),
        ("cod-ab/tha_admbnda_adm3_rtsd_20220121.zip", "polygons", 7425),
        ("thailand/adm3.geojson.gz", "polygons", 7425),
        ("thailand/villages.csv.gz", "none", 79_818),
        ("thailand/population_2021.csv.gz", "none", 7436),
        ("dopa-raw/mae-hong-son.json.gz", "none", 413),
        ("dopa-raw/phuket.json.gz", "none", 137),
        ("phuket/adm3.geojson", "polygons", 17),
    ],
)
def test_real_files_are_read_whole(name, shapes, total):
    path = Path(os.environ["MEEMAP_DATA"]) / name
    sheet, rows = read_all(path, name=path.name, shapes=shapes)
    refused = [(row.values, row.notes) for row in rows if any(note.verdict == "refused" for note in row.notes)]
    assert sheet.total == total
    assert [values["ADM2_PCODE"] for values, _ in refused] == (["TH8403"] if "adm2" in name else [])
    if "cod-ab" in name:
        level = name.split("adm")[-1][0] if "adm1" not in name else "1"
        cut = [row for row in rows if any(note.code == "text_cut" for note in row.notes)]
        assert sheet.encoding == "utf-8"
        assert cut
        assert all(len(row.values[f"ADM{level}_TH"].encode()) <= 50 for row in cut)


@real_data
def test_the_one_crossing_outline_of_the_districts_is_repaired():
    path = Path(os.environ["MEEMAP_DATA"]) / "cod-ab/tha_admbnda_adm2_shapefile.zip"
    rows = rows_of(path, shapes="polygons", repair=True)
    repaired = {row.values["ADM2_PCODE"]: note for row in rows for note in row.notes if note.verdict != "flagged"}
    assert [(code, note.code) for code, note in repaired.items()] == [("TH8403", "repair_self_intersection")]
    assert repaired["TH8403"].params["percent"] < 0.01
    assert all(shapely.from_wkb(row.geometry).is_valid for row in rows)


def test_pyogrio_still_brings_gdals_functions_into_the_process():
    """What the child strikes its list of drivers with; a pyogrio that hides them must be noticed."""
    assert hasattr(pyogrio, "list_drivers")
