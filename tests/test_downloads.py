"""Downloads: strict GeoJSON, streamed by COPY in constant memory, conditional, marked where invented."""

import csv
import io
import json
import tracemalloc

import geopandas
import pytest
import shapely
from django.db import connection

from mapping import aggregate
from mapping.access import Reader
from mapping.filters import PinFilter
from tests.conftest import body_of, client_of, report

WORDS = 'น้ำ "ไม่ไหล"\n\tสองวัน \\ แล้ว'


@pytest.fixture
def pins(alice) -> None:
    report(alice, 98.05, 19.05, words=WORDS)
    report(alice, 98.15, 19.05, category="care")
    report(alice, None, village="58010102", words="=1+1")


def download(address: str) -> dict:
    return json.loads(body_of(client_of().get(address)))


def test_an_empty_download_is_a_whole_collection(country):
    assert download("/api/v1/pins.geojson") == {"type": "FeatureCollection", "features": []}


def test_pins_are_strict_geojson(pins):
    found = download("/api/v1/pins.geojson")
    assert set(found) == {"type", "features"}  # no crs: RFC 7946 knows only WGS 84
    assert len(found["features"]) == 3
    for feature in found["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["geometry"]["type"] == "Point"
        lng, lat = feature["geometry"]["coordinates"]
        assert 97 < lng < 106
        assert 5 < lat < 21
    assert {f["properties"]["words"] for f in found["features"]} == {WORDS, "", "=1+1"}


def test_one_pin_and_its_row_in_the_download_say_the_same(pins):
    for feature in download("/api/v1/pins.geojson")["features"]:
        alone = client_of().get(f"/api/v1/pins/{feature['id']}").json()
        assert feature["geometry"] == alone["geometry"]
        for name, value in feature["properties"].items():
            if name != "received_at":  # the same moment, written with another zone
                assert alone["properties"][name] == value, name


def test_geopandas_reads_it_and_codes_are_text(pins, tmp_path):
    path = tmp_path / "pins.geojson"
    path.write_bytes(body_of(client_of().get("/api/v1/pins.geojson")))
    table = geopandas.read_file(path)
    assert table.crs == "EPSG:4326"
    assert list(table["province"]) == ["58"] * 3
    assert sorted(table["place_precision"]) == ["cell", "exact", "village"]


def test_the_sequence_holds_the_same_features_one_a_line(pins, tmp_path):
    assert body_of(client_of().get("/api/v1/pins.geojsonl?status=done")) == b""
    answer = client_of().get("/api/v1/pins.geojsonl")
    assert answer["Content-Type"] == "application/x-ndjson"
    assert answer["Content-Disposition"] == 'attachment; filename="pins.geojsonl"'
    raw = body_of(answer)
    assert [json.loads(line) for line in raw.splitlines()] == download("/api/v1/pins.geojson")["features"]
    path = tmp_path / "pins.geojsonl"
    path.write_bytes(raw)
    assert sorted(geopandas.read_file(path)["words"]) == sorted([WORDS, "", "=1+1"])


def test_areas_are_strict_geojson_with_outer_rings_anticlockwise(pins):
    found = download("/api/v1/areas.geojson?level=district&within=58")
    assert [f["id"] for f in found["features"]] == ["5801", "5802"]
    for feature in found["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert all(polygon.exterior.is_ccw for polygon in shape.geoms)
        about = feature["properties"]
        assert {"code", "level", "pins", "unmet", "score", "rank", "population", "parts", "basis"} <= set(about)
    assert [f["properties"]["pins"] for f in found["features"]] == [3, 0]


def test_csv_has_a_mark_for_excel_and_no_formula(pins):
    raw = body_of(client_of().get("/api/v1/pins.csv"))
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = {row["words"]: row for row in csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))}
    assert set(rows) == {WORDS, "", "'=1+1"}
    assert (rows[WORDS]["lat"], rows[WORDS]["lon"], rows[WORDS]["district"]) == ("19.05", "98.05", "5801")
    for row in rows.values():
        assert shapely.get_coordinates(shapely.from_wkt(row["wkt"])).tolist() == [
            [float(row["lon"]), float(row["lat"])]
        ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "  =", "＝", "＠"])
def test_no_cell_begins_like_a_formula(alice, start):
    report(alice)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pin SET words = %s", [f"{start}cmd"])
    (row,) = csv.DictReader(io.StringIO(body_of(client_of().get("/api/v1/pins.csv")).decode("utf-8-sig")))
    assert row["words"] == f"'{start}cmd"


def test_an_unchanged_download_is_304_and_a_changed_one_is_not(pins, alice):
    for address in (
        "/api/v1/pins.geojson",
        "/api/v1/areas.geojson?level=district",
        "/api/v1/ranking",
        "/api/v1/pins.csv",
    ):
        client = client_of()
        mark = client.get(address)["ETag"]
        held = client.get(address, HTTP_IF_NONE_MATCH=mark)
        assert (held.status_code, held["ETag"], held.content) == (304, mark, b"")
        assert client.get(address, HTTP_IF_NONE_MATCH=f'W/"x", {mark}').status_code == 304
        assert client.get(address, HTTP_IF_NONE_MATCH="*").status_code == 304
        report(alice)
        assert client.get(address, HTTP_IF_NONE_MATCH=mark).status_code == 200


def test_what_depends_on_who_asks_is_never_kept_for_others(pins, alice):
    assert client_of().get("/api/v1/pins.geojson")["Cache-Control"] == "public, no-cache"
    answer = client_of(alice).get("/api/v1/pins.geojson")
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer["Vary"]


def test_sample_data_is_marked_in_every_feature_and_file_name(pins, country):
    country.sample = True
    country.save()
    for address in ("/api/v1/pins.geojson", "/api/v1/areas.geojson?level=district"):
        answer = client_of().get(address)
        assert 'filename="sample-' in answer["Content-Disposition"]
        found = json.loads(body_of(answer))
        assert found["sample"] is True
        assert all(f["properties"]["sample"] is True for f in found["features"])


def fill(n: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pin (id, category_id, severity, checked, words, point)"
            " SELECT gen_random_uuid(), category.id, 3, true, repeat('น้ำไม่ไหล ', 20),"
            "        ST_SetSRID(ST_MakePoint(98 + random() * 0.3, 19 + random() * 0.1), 4326)"
            " FROM generate_series(1, %s), category WHERE slug = 'road'",
            [n],
        )


def peak_kb() -> int:
    tracemalloc.start()
    size = sum(len(block) for block in aggregate.stream_features(Reader(), PinFilter()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 0
    return peak // 1024


def test_memory_does_not_grow_with_the_download(country):
    fill(500)
    small = peak_kb()
    fill(5_000)
    large = peak_kb()
    assert large < small + 1024  # eleven times the rows, within a megabyte


def test_a_reader_who_leaves_early_frees_the_connection(country):
    fill(5_000)
    stream = aggregate.stream_features(Reader(), PinFilter())
    next(stream)
    next(stream)
    stream.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pin")
        assert cursor.fetchone()[0] == 5_000


def test_a_limit_cuts_the_download(pins):
    assert len(download("/api/v1/pins.geojson?limit=2")["features"]) == 2
