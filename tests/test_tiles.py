"""Area shapes and their tiles: one coverage a band, without gaps; a tile for everyone, kept by its ETag."""

import gzip
import json
import os
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely

from mapping.exchange import boundaries, generations, sample, shapes
from mapping.geometry import MAX_ZOOM, SHAPE_BANDS
from mapping.models import AreaShape, BoundarySet
from mapping.queries import rows
from tests.conftest import body_of, client_of, errors_of, real_data

DATA = Path(os.environ.get("MEEMAP_DATA", ""))
NORTH = "14/12654/7308"  # holds part of 580101
NATIONAL = ("5/24/14", "5/25/14", "5/24/15", "5/25/15")
CLIENTS = pytest.mark.parametrize("who", ["anyone", "charlie"])


def tile(address: str = NORTH, person=None, **headers):
    return client_of(person).get(f"/api/v1/tiles/areas/{address}.mvt", **headers)


def decoded(raw: bytes, folder: Path) -> dict[str, list]:
    """Layer → (attributes, geometry) of each feature, as GDAL reads the tile."""
    path = folder / "tile.mvt"
    path.write_bytes(raw)
    found = {}
    for layer in (name for name, _ in pyogrio.list_layers(path)) if raw else ():
        about, _, geometry, fields = pyogrio.raw.read(path, layer=layer)
        names = list(about["fields"])
        found[layer] = [
            (dict(zip(names, values, strict=True)), shapely.from_wkb(shape))
            for values, shape in zip(zip(*fields, strict=True), geometry, strict=True)
        ]
    return found


# -- coverages ------------------------------------------------------------------------------


def subdistricts_of(name: str) -> tuple[np.ndarray, np.ndarray]:
    if name == "sample":
        features = [(f["code"], f["geometry"]) for f in sample.read_subdistricts()]
        return np.array([code for code, _ in features]), np.array([shape for _, shape in features], dtype=object)
    path = DATA / "thailand" / "adm3.geojson.gz" if name == "thailand" else DATA / name / "adm3.geojson"
    found = geopandas.read_file(f"/vsigzip/{path}" if path.suffix == ".gz" else path)
    return found["code"].to_numpy(), found.geometry.to_numpy()


COUNTRIES = pytest.mark.parametrize(
    "name",
    ["sample", *(pytest.param(name, marks=real_data) for name in ("thailand", "mae-hong-son", "phuket"))],
)


def holes(shape) -> int:
    return int(shapely.get_num_interior_rings(shapely.get_parts(shape)).sum())


@COUNTRIES
def test_no_band_has_a_gap_an_overlap_or_a_lost_area(name):
    codes, parts = subdistricts_of(name)
    whole = shapely.coverage_union_all(shapes.to_mercator(parts))
    found = list(shapes.coverages(codes, parts))
    assert [(c.band, c.level) for c in found] == [
        (band, level)
        for band, finest in SHAPE_BANDS.items()
        for level, digits in shapes.DIGITS.items()
        if digits <= shapes.DIGITS[finest]
    ]
    for coverage in found:
        at = (coverage.band, coverage.level)
        digits = shapes.DIGITS[coverage.level]
        assert coverage.codes.tolist() == sorted({code[:digits] for code in codes}), at
        assert shapely.is_valid(coverage.shapes).all(), at
        assert (shapely.area(coverage.shapes) > 0).all(), at
        assert shapely.coverage_is_valid(coverage.shapes), at
        union = shapely.union_all(coverage.shapes)
        assert union.area == pytest.approx(shapely.area(coverage.shapes).sum(), rel=1e-9), at
        assert holes(union) == holes(whole), at
        assert shapely.get_num_geometries(union) == shapely.get_num_geometries(whole), f"an island is lost: {at}"


@COUNTRIES
def test_the_levels_of_a_band_share_their_lines(name):
    by_band: dict[int, dict[str, shapes.Coverage]] = {}
    for coverage in shapes.coverages(*subdistricts_of(name)):
        by_band.setdefault(coverage.band, {})[coverage.level] = coverage
    for levels in by_band.values():
        finest = levels[max(levels, key=shapes.DIGITS.__getitem__)]
        vertices = set(map(tuple, shapely.get_coordinates(finest.shapes)))
        for coverage in levels.values():
            assert set(map(tuple, shapely.get_coordinates(coverage.shapes))) <= vertices


def test_a_smaller_zoom_has_fewer_vertices_and_the_last_band_all_of_them():
    codes, parts = subdistricts_of("sample")
    counts = {
        (c.band, c.level): int(shapely.get_num_coordinates(c.shapes).sum()) for c in shapes.coverages(codes, parts)
    }
    provinces = [counts[band, "province"] for band in SHAPE_BANDS]
    assert provinces == sorted(provinces)
    assert counts[MAX_ZOOM, "subdistrict"] == shapely.get_num_coordinates(parts).sum()


def test_simplifying_each_area_alone_would_leave_gaps():
    """The control: what the proofs above would find."""
    codes, parts = subdistricts_of("sample")
    _, districts = shapes.dissolve(codes, shapes.to_mercator(parts), 4)
    alone = shapely.simplify(districts, shapes.tolerance_m(6))
    assert not shapely.coverage_is_valid(alone)


def test_areas_that_overlap_each_other_keep_a_shape_each():
    boxes = np.array([shapely.box(98, 19, 98.2, 19.2), shapely.box(98.1, 19.1, 98.3, 19.3)], dtype=object)
    for coverage in shapes.coverages(np.array(["580101", "580102"]), boxes):
        assert shapely.is_valid(coverage.shapes).all()
        assert (shapely.area(coverage.shapes) > 0).all()


def test_nothing_has_no_shapes():
    assert list(shapes.coverages(np.array([]), np.array([]))) == []


# -- what is kept ---------------------------------------------------------------------------


def test_loading_a_set_keeps_its_shapes(country):
    kept = AreaShape.objects.filter(boundary_set=country)
    assert set(kept.filter(band=5).values_list("level", "code")) == {
        ("province", "58"), ("province", "83"), ("district", "5801"), ("district", "5802"), ("district", "8301"),
    }  # fmt: skip
    assert set(kept.values_list("band", flat=True)) == set(SHAPE_BANDS)
    assert kept.filter(band=MAX_ZOOM, level="subdistrict").count() == 4
    [row] = rows("SELECT bool_and(ST_IsValid(geom)) AS valid, min(ST_SRID(geom)) AS srid FROM area_shape")
    assert row == {"valid": True, "srid": 3857}


def test_shapes_lie_where_postgis_would_put_the_areas(country):
    [row] = rows(
        "SELECT max(ST_HausdorffDistance(s.geom, ST_Transform(a.geom, 3857))) AS far_m FROM area_shape AS s"
        " JOIN area AS a USING (boundary_set_id, code) WHERE band = 22"
    )
    assert row["far_m"] < 1e-3


# -- tiles ----------------------------------------------------------------------------------


@CLIENTS
def test_a_tile_is_for_everyone_and_the_same(country, charlie, who):
    answer = tile(person=charlie if who == "charlie" else None)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer.content == tile().content != b""


@pytest.mark.parametrize(
    ("z", "layers"),
    [
        (4, {"province"}),
        (8, {"province", "district"}),
        (10, {"province", "district", "subdistrict"}),
    ],
)
def test_a_tile_has_the_levels_of_its_zoom(country, tmp_path, z, layers):
    shift = 14 - z
    found = decoded(tile(f"{z}/{12654 >> shift}/{7308 >> shift}").content, tmp_path)
    assert set(found) - {"label"} == layers
    assert {about["code"] for about, _ in found["province"]} == ({"58", "83"} if z == 4 else {"58"})


def test_a_label_has_both_names_and_stands_in_one_tile(country, tmp_path):
    found = []
    for x in range(12650, 12662):
        for y in range(7300, 7312):
            found += decoded(tile(f"14/{x}/{y}").content, tmp_path).get("label", [])
    assert sorted(about["code"] for about, _ in found) == ["580101", "580102"]
    assert {about["name_th"] for about, _ in found} == {"ตำบล 580101", "ตำบล 580102"}
    assert all("name_en" in about for about, _ in found)


def test_neighbours_meet_in_a_tile_without_a_gap(country, tmp_path):
    """580101 and 580102 share the meridian 98.1; their edges are the same in whole tile units."""
    found = decoded(tile("12/3164/1827").content, tmp_path)["subdistrict"]
    one, other = (shape for about, shape in sorted(found, key=lambda f: f[0]["code"])[:2])
    shared = one.intersection(other)
    assert shared.length > 0
    assert shared.area == 0
    assert shapely.coverage_is_valid([one, other])


def test_areas_of_a_tile_are_valid_and_cover_what_they_cover_on_earth(db, tmp_path):
    """Cut and put on the grid without a repair each: wound the right way, nothing lost, nothing twice."""
    boundaries.load(sample.SAMPLE_FOLDER / "subdistricts.geojson.gz", activate=True)
    codes = set()
    for z, x, y in [(5, 24, 14), (6, 49, 28), (7, 99, 57), (8, 198, 114), (10, 793, 457), (12, 3172, 1830)]:
        found = decoded(tile(f"{z}/{x}/{y}").content, tmp_path)
        box = shapely.box(0, 0, 4096, 4096)
        sums = []
        for level in ("province", "district", "subdistrict"):
            shown = [shape for _, shape in found.get(level, [])]
            codes |= {about["code"] for about, _ in found.get(level, [])}
            assert shapely.is_valid(shown).all(), (z, level)
            if shown:
                sums.append(shapely.area(shapely.intersection(shown, box)).sum())
                assert shapely.union_all(shown).intersection(box).area == pytest.approx(sums[-1], rel=1e-3)
        assert sums == pytest.approx([sums[0]] * len(sums), rel=2e-3), "levels cover the same land"
    assert {"58", "5801"} <= codes


def test_where_nothing_lies_a_tile_is_empty(country):
    answer = tile("9/0/0")
    assert (answer.status_code, answer.content) == (200, b"")


def test_without_boundaries_every_tile_is_empty(db):
    answer = tile()
    assert (answer.status_code, answer.content) == (200, b"")
    assert tile(HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304


def test_a_tile_outside_costs_an_index_probe(country, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        tile("14/0/0")


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("23/0/0", ("tile_range", "z")),
        ("5/32/0", ("tile_range", "x")),
        ("5/0/32", ("tile_range", "y")),
        ("05/1/1", ("tile_number", "z")),
        ("5/-1/1", ("tile_number", "x")),
        ("5/1/1.5", ("tile_number", "y")),
        ("๕/1/1", ("tile_number", "z")),
    ],
)
def test_a_tile_that_there_is_not_is_refused(country, address, error):
    answer = tile(address)
    assert answer.status_code == (404 if error[0] == "tile_range" else 400)
    assert errors_of(answer) == [error]


def test_an_unknown_parameter_is_refused(country):
    answer = client_of().get(f"/api/v1/tiles/areas/{NORTH}.mvt?area=58")
    assert (answer.status_code, errors_of(answer)) == (400, [("parameter_unknown", "area")])


def test_a_tile_is_not_sent_twice_until_another_set_is_active(country, country_files):
    mark = tile()["ETag"]
    again = tile(HTTP_IF_NONE_MATCH=mark)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", mark)
    other = boundaries.load(country_files["areas"], name="another", activate=True).boundary_set
    assert tile(HTTP_IF_NONE_MATCH=mark).status_code == 200
    generations.activate_set(BoundarySet.objects.get(pk=country.pk))
    assert tile(HTTP_IF_NONE_MATCH=mark).status_code == 200, "activated anew: not the same moment"
    assert other.pk != country.pk


def test_a_tile_is_compressed_for_who_can_read_that(db):
    boundaries.load(sample.SAMPLE_FOLDER / "subdistricts.geojson.gz", within="58", activate=True)
    plain = tile("8/197/114")
    small = tile("8/197/114", HTTP_ACCEPT_ENCODING="gzip")
    assert plain.get("Content-Encoding") is None
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert tile("8/197/114", HTTP_IF_NONE_MATCH=small["ETag"]).status_code == 304


# -- areas for a map --------------------------------------------------------------------------


def areas(query: str) -> list[dict]:
    return json.loads(body_of(client_of().get(f"/api/v1/areas.geojson?{query}")))["features"]


def test_areas_for_a_map_are_the_same_areas_with_fewer_digits(country):
    full, light = areas("level=district"), areas("level=district&detail=map")
    assert [f["properties"] for f in light] == [f["properties"] for f in full]
    for a, b in zip(full, light, strict=True):
        assert b["geometry"]["type"] == "MultiPolygon"
        one, other = (shapely.from_geojson(json.dumps(f["geometry"])) for f in (a, b))
        assert one.symmetric_difference(other).area < 1e-4 * one.area


def test_a_village_for_a_map_is_its_point(country):
    assert areas("level=village&within=5801&detail=map") == areas("level=village&within=5801")


def test_a_detail_that_is_not_known_is_refused(country):
    answer = client_of().get("/api/v1/areas.geojson?detail=fine")
    assert (answer.status_code, errors_of(answer)) == (400, [("choice_unknown", "detail")])


# -- the real country -------------------------------------------------------------------------


@pytest.fixture
def thailand(db, settings, tmp_path):
    return boundaries.load(DATA / "thailand" / "adm3.geojson.gz", activate=True).boundary_set


@real_data
def test_the_national_view_of_the_real_country_is_small(thailand, tmp_path):
    sizes, codes = {}, set()
    for address in NATIONAL:
        raw = tile(address).content
        sizes[address] = len(gzip.compress(raw, 6))
        codes |= {about["code"] for about, _ in decoded(raw, tmp_path).get("district", [])}
    assert len(codes) == 928
    assert sum(sizes.values()) < 60_000, sizes
    densest = {z: len(gzip.compress(tile(f"{z}/{x}/{y}").content, 6)) for z, x, y in
               ((6, 50, 29), (7, 100, 58), (8, 199, 117), (10, 798, 472))}  # fmt: skip
    assert max(densest.values()) < 30_000, densest


@real_data
def test_the_choropleth_of_the_real_country_is_light(thailand):
    full = body_of(client_of().get("/api/v1/areas.geojson?level=district"))
    light = body_of(client_of().get("/api/v1/areas.geojson?level=district&detail=map"))
    assert len(json.loads(light)["features"]) == 928
    assert len(light) < 0.5 * len(full)
