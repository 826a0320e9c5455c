"""What may be a place (V1 to V3), a bounding box and a tile."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.errors import Refusal
from mapping.geometry import (
    MAX_BODY_BYTES,
    THAILAND_BBOX,
    cell_size_deg,
    parse_bbox,
    parse_body,
    parse_feature,
    parse_point,
    parse_tile,
)

BANGKOK = [100.501440, 13.756331]
OPEN_RING = [[100, 13], [101, 13], [101, 14]]
CRS84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}

# The same examples every time, and no clock: the machine may be busy.
calm = settings(derandomize=True, database=None, deadline=None)


def point(*coordinates, **members):
    return {"type": "Point", "coordinates": list(coordinates), **members}


def feature(geometry, **members):
    return {"type": "Feature", "geometry": geometry, "properties": {}, **members}


def through_the_gate(body):
    """As a request passes: bytes, body, feature."""
    return parse_feature(parse_body(json.dumps(body).encode()))


def refusal_of(body) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as caught:
        through_the_gate(body)
    assert caught.value.status == 400
    assert caught.value.text("th") != caught.value.text("en")
    return caught.value.code, caught.value.attr


# -- malformed GeoJSON, one fault a row: body, code, attr -----------------------------------

NOT_A_FEATURE = [
    (None, "feature_type", None),
    (True, "feature_type", None),
    (0, "feature_type", None),
    ("Feature", "feature_type", None),
    ([], "feature_type", None),
    ([feature(point(*BANGKOK))], "feature_type", None),
    ({}, "member_missing", "type"),
    ({"geometry": None, "properties": {}}, "member_missing", "type"),
    ({"Type": "Feature"}, "member_missing", "type"),
    (feature(None) | {"type": "feature"}, "feature_type", "type"),
    (feature(None) | {"type": "FEATURE"}, "feature_type", "type"),
    (feature(None) | {"type": "Feature "}, "feature_type", "type"),
    (feature(None) | {"type": None}, "feature_type", "type"),
    (feature(None) | {"type": ["Feature"]}, "feature_type", "type"),
    (feature(None) | {"type": 1}, "feature_type", "type"),
    ({"type": "FeatureCollection", "features": []}, "feature_type", "type"),
    ({"type": "FeatureCollection", "features": [feature(None)] * 500}, "feature_type", "type"),
    (point(*BANGKOK), "feature_type", "type"),
    ({"type": "Topology", "objects": {}}, "feature_type", "type"),
]

BAD_MEMBERS = [
    (feature(None, bbox=[100, 13, 101, 14]), "member_unknown", "bbox"),
    (feature(None, bbox="everywhere"), "member_unknown", "bbox"),
    (feature(None, title="x"), "member_unknown", "title"),
    (feature(None, Geometry=None), "member_unknown", "Geometry"),
    (feature(None, geometries=[]), "member_unknown", "geometries"),
    (feature(None, coordinates=BANGKOK), "member_unknown", "coordinates"),
    (feature(None, features=[]), "member_unknown", "features"),
    (feature(None, style={"color": "red"}), "member_unknown", "style"),
    (feature(None, **{"\u202e": 1}), "member_unknown", "\\u202e"),
    (feature(None, **{"x" * 3000: 1}), "member_unknown", "x" * 40),
    ({"type": "Feature", "properties": {}}, "member_missing", "geometry"),
    ({"type": "Feature", "geometry": None}, "member_missing", "properties"),
    (feature(None, properties=None), "properties_object", "properties"),
    (feature(None, properties=[]), "properties_object", "properties"),
    (feature(None, properties="severity=3"), "properties_object", "properties"),
    (feature(None, properties=0), "properties_object", "properties"),
    (feature(None, id=None), "feature_id", "id"),
    (feature(None, id=7), "feature_id", "id"),
    (feature(None, id=True), "feature_id", "id"),
    (feature(None, id=""), "feature_id", "id"),
    (feature(None, id="x" * 65), "feature_id", "id"),
    (feature(None, id=["a"]), "feature_id", "id"),
    (feature(None, id={"$oid": "a"}), "feature_id", "id"),
]

OLD_CRS = [
    (feature(None, crs=None), "geometry_crs", "crs"),
    (feature(None, crs="EPSG:4326"), "geometry_crs", "crs"),
    (feature(None, crs={}), "geometry_crs", "crs"),
    (feature(None, crs={"type": "name"}), "geometry_crs", "crs"),
    (feature(None, crs={"type": "name", "properties": []}), "geometry_crs", "crs"),
    (feature(None, crs={"type": "name", "properties": {"name": 4326}}), "geometry_crs", "crs"),
    (feature(None, crs={"type": "name", "properties": {"name": ["EPSG:4326"]}}), "geometry_crs", "crs"),
    (feature(None, crs={"type": "name", "properties": {"name": "EPSG:32647"}}), "geometry_crs", "crs"),
    (feature(None, crs={"type": "name", "properties": {"name": "EPSG:24047"}}), "geometry_crs", "crs"),
    (feature(None, crs={"type": "name", "properties": {"name": "/vsicurl/http://x"}}), "geometry_crs", "crs"),
    (feature(None, crs={"type": "link", "properties": {"href": "http://x/crs"}}), "geometry_crs", "crs"),
    (feature(None, crs={"type": "EPSG", "properties": {"code": 4326}}), "geometry_crs", "crs"),
    (feature(point(*BANGKOK, crs={"type": "link"})), "geometry_crs", "geometry.crs"),
]

OTHER_GEOMETRIES = [
    (feature("POINT(100 13)"), "geometry_object", "geometry"),
    (feature("0101000020E6100000"), "geometry_object", "geometry"),
    (feature(BANGKOK), "geometry_object", "geometry"),
    (feature([]), "geometry_object", "geometry"),
    (feature(False), "geometry_object", "geometry"),
    (feature(0), "geometry_object", "geometry"),
    (feature({}), "member_missing", "geometry.type"),
    (feature({"coordinates": BANGKOK}), "member_missing", "geometry.type"),
    (feature({"type": "point", "coordinates": BANGKOK}), "geometry_type", "geometry.type"),
    (feature({"type": "POINT", "coordinates": BANGKOK}), "geometry_type", "geometry.type"),
    (feature({"type": "PointZ", "coordinates": BANGKOK}), "geometry_type", "geometry.type"),
    (feature({"type": None, "coordinates": BANGKOK}), "geometry_type", "geometry.type"),
    (feature({"type": ["Point"], "coordinates": BANGKOK}), "geometry_type", "geometry.type"),
    (feature({"type": {}, "coordinates": BANGKOK}), "geometry_type", "geometry.type"),
    (feature({"type": "<b>" * 900, "coordinates": BANGKOK}), "geometry_type", "geometry.type"),
    (feature(feature(None)), "geometry_type", "geometry.type"),
    (feature({"type": "MultiPoint", "coordinates": [BANGKOK]}), "geometry_type", "geometry.type"),
    (feature({"type": "LineString", "coordinates": [BANGKOK]}), "geometry_type", "geometry.type"),
    (feature({"type": "LineString", "coordinates": [BANGKOK] * 2}), "geometry_type", "geometry.type"),
    (feature({"type": "MultiLineString", "coordinates": []}), "geometry_type", "geometry.type"),
    (feature({"type": "Polygon", "coordinates": [OPEN_RING]}), "geometry_type", "geometry.type"),
    (
        feature({"type": "Polygon", "coordinates": [OPEN_RING[::-1] + OPEN_RING[2:]]}),
        "geometry_type",
        "geometry.type",
    ),
    (feature({"type": "Polygon", "coordinates": [[]] * 9_000}), "geometry_type", "geometry.type"),
    (feature({"type": "MultiPolygon", "coordinates": [[OPEN_RING]]}), "geometry_type", "geometry.type"),
    (
        feature({"type": "GeometryCollection", "geometries": [point(*BANGKOK)]}),
        "geometry_type",
        "geometry.type",
    ),
    (
        feature({"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": []}]}),
        "geometry_type",
        "geometry.type",
    ),
    (feature({"type": "CircularString", "coordinates": []}), "geometry_type", "geometry.type"),
]

BAD_COORDINATES = [
    (feature({"type": "Point"}), "member_missing", "geometry.coordinates"),
    (feature({"type": "Point", "Coordinates": BANGKOK}), "member_unknown", "geometry.Coordinates"),
    (feature(point(*BANGKOK, bbox=[1, 2, 3, 4])), "member_unknown", "geometry.bbox"),
    (feature(point(*BANGKOK, properties={})), "member_unknown", "geometry.properties"),
    (feature(point(*BANGKOK, geometries=[])), "member_unknown", "geometry.geometries"),
    (feature({"type": "Point", "coordinates": None}), "coordinates_pair", "geometry.coordinates"),
    (feature({"type": "Point", "coordinates": 100.5}), "coordinates_pair", "geometry.coordinates"),
    (feature({"type": "Point", "coordinates": "100.5,13.7"}), "coordinates_pair", "geometry.coordinates"),
    (
        feature({"type": "Point", "coordinates": {"lng": 100.5, "lat": 13.7}}),
        "coordinates_pair",
        "geometry.coordinates",
    ),
    (feature(point()), "coordinates_pair", "geometry.coordinates"),
    (feature(point(100.5)), "coordinates_pair", "geometry.coordinates"),
    (feature(point(100.5, 13.7, 0)), "coordinates_3d", "geometry.coordinates[2]"),
    (feature(point(100.5, 13.7, -3.25)), "coordinates_3d", "geometry.coordinates[2]"),
    (feature(point(100.5, 13.7, None)), "coordinate_number", "geometry.coordinates[2]"),
    (feature(point(100.5, 13.7, 0, 1)), "coordinates_pair", "geometry.coordinates"),
    (feature(point(*[13.7] * 20_000)), "coordinates_pair", "geometry.coordinates"),
    (feature(point(None, 13.7)), "coordinate_number", "geometry.coordinates[0]"),
    (feature(point(100.5, None)), "coordinate_number", "geometry.coordinates[1]"),
    (feature(point("100.5", 13.7)), "coordinate_number", "geometry.coordinates[0]"),
    (feature(point(100.5, "13.7")), "coordinate_number", "geometry.coordinates[1]"),
    (feature(point(100.5, "")), "coordinate_number", "geometry.coordinates[1]"),
    (feature(point(True, 13.7)), "coordinate_number", "geometry.coordinates[0]"),
    (feature(point(100.5, False)), "coordinate_number", "geometry.coordinates[1]"),
    (feature(point([100.5], 13.7)), "coordinate_number", "geometry.coordinates[0]"),
    (feature(point([100.5, 13.7])), "coordinate_number", "geometry.coordinates[0]"),
    (feature(point({}, 13.7)), "coordinate_number", "geometry.coordinates[0]"),
]

OFF_EARTH = [
    (feature(point(13.756331, 100.50144)), "swapped", "geometry.coordinates"),  # Bangkok
    (feature(point(5.62, 101.07)), "swapped", "geometry.coordinates"),  # Betong
    (feature(point(20.42, 99.88)), "swapped", "geometry.coordinates"),  # Mae Sai
    (feature(point(-33.9, 151.2)), "swapped", "geometry.coordinates"),  # Sydney
    (feature(point(0, 90.0000001)), "swapped", "geometry.coordinates"),
    (feature(point(180.0000001, 13)), "out_of_range", "geometry.coordinates[0]"),
    (feature(point(-180.5, 13)), "out_of_range", "geometry.coordinates[0]"),
    (feature(point(460.5, 13.7)), "out_of_range", "geometry.coordinates[0]"),  # once around
    (feature(point(100.5, -90.1)), "out_of_range", "geometry.coordinates[1]"),
    (feature(point(100.5, 190)), "out_of_range", "geometry.coordinates[1]"),
    (feature(point(2**53 - 1, 0)), "out_of_range", "geometry.coordinates[0]"),
    (feature(point(1e308, -1e308)), "out_of_range", "geometry.coordinates[0]"),
    (feature(point(11187000, 1546000)), "out_of_range", "geometry.coordinates[0]"),  # web map metres
    (feature(point(664900, 1521500)), "coordinates_metres", "geometry.coordinates"),  # Bangkok, UTM 47N
    (feature(point(500000.25, 2078000.5)), "coordinates_metres", "geometry.coordinates"),
    (feature(point(0, 0)), "null_island", "geometry.coordinates"),
    (feature(point(0.0, -0.0)), "null_island", "geometry.coordinates"),
    (feature(point(1e-12, -1e-300)), "null_island", "geometry.coordinates"),
    (feature(point(0.0009, -0.001)), "null_island", "geometry.coordinates"),
]

MALFORMED = NOT_A_FEATURE + BAD_MEMBERS + OLD_CRS + OTHER_GEOMETRIES + BAD_COORDINATES + OFF_EARTH


def test_there_are_more_than_a_hundred_malformed_features():
    assert len(MALFORMED) > 100


@pytest.mark.parametrize(("body", "code", "attr"), MALFORMED, ids=lambda value: ascii(value)[:60])
def test_a_malformed_feature_is_refused_with_its_path(body, code, attr):
    assert refusal_of(body) == (code, attr)


def test_a_converter_instead_of_a_gate_lets_wrong_types_in():  # control
    def convert(geometry):
        lng, lat = geometry["coordinates"][:2]
        return float(lng or 0), float(lat or 0)

    assert convert(point(True, None)) == (1, 0)
    assert convert(point("nan", "1e999"))[1] == math.inf
    assert convert(point(100.5, 13.7, 4000)) == (100.5, 13.7)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_refused_without_the_body_gate_too(number):
    with pytest.raises(Refusal) as caught:
        parse_point(point(100.5, number))
    assert (caught.value.code, caught.value.attr) == ("number_not_finite", "geometry.coordinates[1]")


@pytest.mark.parametrize("number", [10**400, -(10**400)])
def test_a_number_beyond_every_float_is_out_of_range(number):
    with pytest.raises(Refusal) as caught:
        parse_point(point(number, 13))
    assert caught.value.code == "out_of_range"


# -- good places --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ((100.50144, 13.756331), (100.50144, 13.756331)),
        ((100, 13), (100.0, 13.0)),
        ((100.123456789, 13.987654321), (100.123457, 13.987654)),
        ((100.5000000000000000000001, 13.1234564999), (100.5, 13.123456)),
        ((-0.0, 51.47), (0.0, 51.47)),  # Greenwich
        ((-0.0000001, -51.0), (0.0, -51.0)),
        ((0, 0.0011), (0.0, 0.0011)),
        ((180, 0), (180.0, 0.0)),
        ((-180, 0), (-180.0, 0.0)),
        ((0, 90), (0.0, 90.0)),
        ((0, -90), (0.0, -90.0)),
        ((104.9, 11.5), (104.9, 11.5)),  # Phnom Penh: outside is no error
        ((139.7, 35.7), (139.7, 35.7)),
        ((5e-324, 90), (0.0, 90.0)),
    ],
)
def test_a_place_is_kept_to_six_decimals(sent, kept):
    found, _, _ = through_the_gate(feature(point(*sent)))
    assert found == kept
    assert "-0.0" not in repr(found)


def test_thirty_digits_are_read_and_rounded():
    raw = b'{"type":"Point","coordinates":[100.501440123456789012345678901234,13.7563310000000000000000000001]}'
    assert parse_point(parse_body(raw)) == (100.50144, 13.756331)


@calm
@given(st.floats(-180, 180), st.floats(-90, 90))
def test_every_other_place_on_earth_is_kept_within_six_centimetres(lng, lat):
    if abs(lng) < 0.0011 and abs(lat) < 0.0011:
        return
    kept = through_the_gate(feature(point(lng, lat)))[0]
    assert abs(kept[0] - lng) <= 5.1e-7
    assert abs(kept[1] - lat) <= 5.1e-7
    assert kept == parse_point(point(*kept))


@calm
@given(
    st.floats(THAILAND_BBOX[0], THAILAND_BBOX[2]),
    st.floats(THAILAND_BBOX[1], THAILAND_BBOX[3]),
)
def test_no_place_in_thailand_gets_through_swapped(lng, lat):
    assert refusal_of(feature(point(lat, lng))) == ("swapped", "geometry.coordinates")


def test_the_refusal_of_a_swapped_place_names_both_numbers_the_right_way_round():
    with pytest.raises(Refusal) as caught:
        parse_point(point(13.756331, 100.50144))
    assert "longitude 100.50144 first, then latitude 13.756331" in caught.value.text("en")
    assert "ลองจิจูด 100.50144 ก่อน แล้วตามด้วยละติจูด 13.756331" in caught.value.text("th")


def test_a_range_check_alone_does_not_tell_what_to_do():  # control
    lng, lat = 13.756331, 100.50144
    assert not (-180 <= lng <= 180 and -90 <= lat <= 90)


def test_the_whole_village_is_a_feature_without_geometry():
    assert through_the_gate(feature(None, id="0193", properties={"village": "58010101"})) == (
        None,
        {"village": "58010101"},
        "0193",
    )


@pytest.mark.parametrize(
    "name",
    [
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:OGC::CRS84",
        "urn:ogc:def:crs:EPSG::4326",
        "EPSG:4326",
    ],
)
def test_an_old_crs_that_says_wgs_84_is_dropped(name):
    crs = {"type": "name", "properties": {"name": name}}
    body = feature(point(*BANGKOK, crs=crs), crs=crs)
    assert through_the_gate(body) == (tuple(BANGKOK), {}, None)


def test_the_place_of_a_feature_in_a_larger_body_is_in_the_path():
    with pytest.raises(Refusal) as caught:
        parse_feature(feature(point(100.5, None)), "operations[3].feature")
    assert caught.value.attr == "operations[3].feature.geometry.coordinates[1]"


def test_what_came_in_is_not_changed():
    body = feature(point(100.1234567, 13.7654321, crs=CRS84), id="a")
    before = json.dumps(body)
    parse_feature(body)
    assert json.dumps(body) == before


# -- bombs --------------------------------------------------------------------------------


class Untouchable(list):
    def __iter__(self):
        raise AssertionError("the coordinates were looked at")

    __len__ = __getitem__ = __iter__


@pytest.mark.parametrize("kind", ["Polygon", "MultiPolygon", "LineString", "MultiPoint", "GeometryCollection"])
def test_the_coordinates_of_another_geometry_are_never_looked_at(kind):
    with pytest.raises(Refusal) as caught:
        parse_point({"type": kind, "coordinates": Untouchable(), "geometries": Untouchable()})
    assert caught.value.code == "geometry_type"


def test_a_million_vertices_are_refused_by_their_size():
    vertices = b",".join([b"[100.1234567890123,13.1234567890123]"] * 20_000)
    raw = b'{"type":"Polygon","coordinates":[[' + vertices + b"]]}"
    assert len(raw) > MAX_BODY_BYTES
    with pytest.raises(Refusal) as caught:
        parse_body(raw)
    assert caught.value.code == "body_too_large"


@pytest.mark.parametrize("corners", [101, 501, 2001])
def test_a_star_polygon_at_full_precision_never_reaches_a_geometry_library(corners):
    turns = [math.tau * index * (corners // 2) / corners for index in range(corners)]
    ring = [[100 + math.cos(turn), 13 + math.sin(turn)] for turn in turns]
    assert refusal_of(feature({"type": "Polygon", "coordinates": [ring + ring[:1]]})) == (
        "geometry_type",
        "geometry.type",
    )


# -- boxes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("97.2,5.5,105.8,20.6", (97.2, 5.5, 105.8, 20.6)),
        ("-180,-90,180,90", (-180, -90, 180, 90)),
        ("100,13,100.000001,13.000001", (100, 13, 100.000001, 13.000001)),
        ("-0,-0.0,1e-7,2E1", (0, 0, 1e-7, 20)),
    ],
)
def test_a_bounding_box_is_west_south_east_north(text, box):
    assert parse_bbox(text) == box


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bbox_numbers"),
        ("1,2,3", "bbox_numbers"),
        ("1,2,3,4,5", "bbox_numbers"),
        ("1,2,3,4,5,6", "bbox_numbers"),
        ("1,2,3,", "bbox_numbers"),
        ("a,b,c,d", "bbox_numbers"),
        ("nan,1,2,3", "bbox_numbers"),
        ("-inf,-90,inf,90", "bbox_numbers"),
        ("1_0,2,3,4", "bbox_numbers"),
        ("0x1,2,3,4", "bbox_numbers"),
        ("๑,๒,๓,๔", "bbox_numbers"),
        ("１,２,３,４", "bbox_numbers"),
        (" 1,2,3,4", "bbox_numbers"),
        ("1,2,3,4\n", "bbox_numbers"),
        ("1;2;3;4", "bbox_numbers"),
        ("[1,2,3,4]", "bbox_numbers"),
        ("+1,2,3,4", "bbox_numbers"),
        ("1,2,3,4);--", "bbox_numbers"),
        ("9" * 100_000 + ",2,3,4", "bbox_numbers"),
        ("," * 100_000, "bbox_numbers"),
        ("-180.1,0,1,1", "bbox_range"),
        ("0,-91,1,1", "bbox_range"),
        ("0,0,181,1", "bbox_range"),
        ("0,0,1,90.0001", "bbox_range"),
        ("0,0,1e999,1", "bbox_range"),
        ("13,100,14,101", "bbox_range"),  # swapped
        ("101,13,100,14", "bbox_order"),
        ("100,14,101,13", "bbox_order"),
        ("100,13,100,14", "bbox_order"),
        ("100,13,101,13", "bbox_order"),
        ("170,-10,-170,10", "bbox_order"),  # across the antimeridian
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_what_is_no_bounding_box_is_refused(text, code):
    with pytest.raises(Refusal) as caught:
        parse_bbox(text)
    assert (caught.value.code, caught.value.attr) == (code, "bbox")


def test_bare_float_reads_what_no_map_ever_sends():  # control
    assert [float(text) for text in ("1_0", "๑", " 1\n")] == [10, 1, 1]


# -- tiles and cells ----------------------------------------------------------------------


@pytest.mark.parametrize("tile", [("0", "0", "0"), ("22", "4194303", "4194303"), ("11", "1595", "944"), (6, 49, 29)])
def test_a_tile_is_zoom_column_row(tile):
    assert parse_tile(*tile) == tuple(int(part) for part in tile)


@pytest.mark.parametrize(
    ("tile", "code", "attr"),
    [
        (("23", "0", "0"), "tile_range", "z"),
        (("99", "0", "0"), "tile_range", "z"),
        (("0", "1", "0"), "tile_range", "x"),
        (("11", "2048", "0"), "tile_range", "x"),
        (("11", "0", "2048"), "tile_range", "y"),
        (("22", "4194304", "0"), "tile_range", "x"),
        (("-1", "0", "0"), "tile_number", "z"),
        (("11", "-1", "0"), "tile_number", "x"),
        (("11", "0", str(2**63)), "tile_number", "y"),
        (("1" * 10_000, "0", "0"), "tile_number", "z"),
        (("1.0", "0", "0"), "tile_number", "z"),
        (("1e1", "0", "0"), "tile_number", "z"),
        (("011", "0", "0"), "tile_number", "z"),
        (("+1", "0", "0"), "tile_number", "z"),
        ((" 1", "0", "0"), "tile_number", "z"),
        (("1\n", "0", "0"), "tile_number", "z"),
        (("1_1", "0", "0"), "tile_number", "z"),
        (("๑", "0", "0"), "tile_number", "z"),
        (("²", "0", "0"), "tile_number", "z"),
        (("", "0", "0"), "tile_number", "z"),
        (("z", "x", "y"), "tile_number", "z"),
        ((True, 0, 0), "tile_number", "z"),
        ((-1, 0, 0), "tile_number", "z"),
        ((3, 8, 0), "tile_range", "x"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_what_is_no_tile_is_refused(tile, code, attr):
    with pytest.raises(Refusal) as caught:
        parse_tile(*tile)
    assert (caught.value.code, caught.value.attr) == (code, attr)
    assert caught.value.status == (404 if code == "tile_range" else 400)


def test_isdigit_would_let_thai_digits_and_superscripts_in():  # control
    assert "๑²".isdigit()
    assert int("๑") == 1


def test_heat_cells_double_with_every_zoom_level_outwards_from_11():
    assert [cell_size_deg(zoom) for zoom in (22, 12, 11, 10, 9, 0)] == [0.02, 0.02, 0.02, 0.04, 0.08, 40.96]
