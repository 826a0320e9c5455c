"""The gate every request body, point, box and tile passes before anything else reads it.

Pure Python: no Django, no GDAL, no GEOS. Whatever comes through is plain text, exact
numbers and one place on earth; whatever does not is refused by name, with a path.

Rules, by name:

- *256 kB* is 262,144 bytes, everywhere.
- *I-JSON*: a body is I-JSON (RFC 7493): UTF-8 without byte-order mark, no key twice in one
  object, whole numbers within ±(2^53 - 1), no infinity, no half surrogate pair. Beyond that
  no NUL, which PostgreSQL cannot keep, and 16 levels at most.
- *one point*: a place is a GeoJSON `Point` with two coordinates; a height is refused, not cut.
- *six decimals*: coordinates are rounded to 6 decimals (11 cm) and -0 becomes 0.
- *old crs*: the `crs` member of GeoJSON 2008 is dropped where it says WGS 84, else refused.
- *known members*: any other member, `bbox` included, is refused by its name.
- *null island*: a place within 0.001 degrees of (0, 0) means that none was set.
- *swapped*: a pair that lies on earth only the other way round was swapped. All of Thailand
  lies east of 97 degrees, where a latitude cannot be, so no swapped Thai place slips through.
- *elsewhere*: a place outside Thailand is no error; the database flags it.
- *clean text*: see `clean_text`.
"""

import json
import math
import re
import unicodedata
from collections import Counter
from typing import NamedTuple

from mapping.errors import Refusal

SRID_WGS84 = 4326  # what is stored and exchanged, lng before lat
SRID_WEB_MERCATOR = 3857  # tiles
SRID_UTM_47N = 32647  # metres in western and central Thailand, up to 102 degrees east
SRID_UTM_48N = 32648  # metres in eastern Thailand

THAILAND_BBOX = (97.2, 5.5, 105.8, 20.6)  # w, s, e, n; generous by about 10 km

MAX_BODY_BYTES = 262_144
MAX_BODY_DEPTH = 16
MAX_WHOLE_NUMBER = 2**53 - 1
MAX_NUMBER_CHARACTERS = 64
MAX_ID_CHARACTERS = 64
MAX_ZOOM = 22
WORLD_M = 2 * math.pi * 6_378_137  # side of the square of web Mercator
# Zooms that share one simplification of the areas: the largest of them, and the smallest areas shown there.
SHAPE_BANDS = {
    4: "province",
    5: "district",
    6: "district",
    8: "district",
    10: "subdistrict",
    MAX_ZOOM: "subdistrict",
}
COORDINATE_DECIMALS = 6
NULL_ISLAND_DEG = 0.001
WGS84_CRS_NAMES = frozenset(
    {
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:OGC::CRS84",
        "urn:ogc:def:crs:EPSG::4326",
        "EPSG:4326",
    }
)

# A string is one match, closed or not, so that brackets inside it do not count. Possessive
# quantifiers keep this linear: without them 131,000 escaped quotes take minutes.
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_DECIMAL = re.compile(r"-?[0-9]{1,32}(\.[0-9]{1,32})?([eE][+-]?[0-9]{1,3})?")
_TILE_NUMBER = re.compile(r"0|[1-9][0-9]{0,7}")

_LINE_BREAKS = re.compile("\r\n|[\r\x85\u2028\u2029]")
# Control characters but tab and newline; the nine controls that force a direction, which can
# make a text show other words than it holds (Jawi and other right-to-left words need none);
# the byte-order mark. Not ZWJ, ZWNJ, ZWSP: emoji and Thai line breaks use them.
_REMOVED = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


# -- body ---------------------------------------------------------------------------------


class _Fault(NamedTuple):
    """A value that must not be used, left in the parsed tree where it stood."""

    code: str
    name: str | None = None


def parse_body(raw: bytes, *, max_bytes: int = MAX_BODY_BYTES) -> object:
    """Read a JSON body, or refuse it before a costlier reader sees it.

    Size, encoding and depth are checked on the bytes, in that order and in linear time,
    before `json` starts: 100,000 brackets never reach it. The result is made of dict, list,
    str, int, float, bool and None only, and every number in it is finite.

    Raises
    ------
    Refusal
        ``body_too_large``, ``body_empty``, ``body_encoding``, ``body_depth``, ``json_broken``,
        or, with the path of the value, ``json_duplicate_key``, ``number_not_finite``,
        ``number_too_big``, ``text_characters``.
    """
    if len(raw) > max_bytes:
        raise Refusal("body_too_large", limit_kb=max_bytes // 1024)
    text = _decode(raw)
    if not text.strip(" \t\r\n"):
        raise Refusal("body_empty")
    if _is_deeper_than(raw, MAX_BODY_DEPTH):
        raise Refusal("body_depth", limit=MAX_BODY_DEPTH)
    try:
        body = json.loads(
            text,
            parse_int=_read_whole_number,
            parse_float=_read_decimal,
            parse_constant=lambda _: _Fault("number_not_finite"),
            object_pairs_hook=_read_object,
        )
    except json.JSONDecodeError as error:
        raise Refusal("json_broken", line=error.lineno, column=error.colno) from None
    found = _find_fault(body)
    if found:
        fault, path = found
        raise Refusal(fault.code, path.removeprefix(".") or None, name=fault.name)
    return body


def _decode(raw: bytes) -> str:
    # A raw NUL is never JSON; where one stands, the text is most likely UTF-16.
    if raw.startswith(b"\xef\xbb\xbf") or b"\x00" in raw:
        raise Refusal("body_encoding")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("body_encoding") from None


def _is_deeper_than(raw: bytes, limit: int) -> bool:
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(raw):
        byte = raw[match.start()]
        if byte in b"[{":
            depth += 1
            if depth > limit:
                return True
        elif byte in b"]}":
            depth -= 1
    return False


def _read_whole_number(text: str) -> int | _Fault:
    # Length first: int() of 250,000 digits is slow, and Python refuses beyond 4,300.
    if len(text) > 17 or abs(int(text)) > MAX_WHOLE_NUMBER:
        return _Fault("number_too_big")
    return int(text)


def _read_decimal(text: str) -> float | _Fault:
    if len(text) > MAX_NUMBER_CHARACTERS:
        return _Fault("number_too_big")
    number = float(text)
    return number if math.isfinite(number) else _Fault("number_not_finite")


def _read_object(pairs: list[tuple[str, object]]) -> dict[str, object] | _Fault:
    members = dict(pairs)
    if len(members) < len(pairs):
        (twice, _), *_ = Counter(key for key, _ in pairs).most_common(1)
        return _Fault("json_duplicate_key", _shown(twice))
    return members


def _find_fault(value: object) -> tuple[_Fault, str] | None:
    """The first value that must not be used, with its path from `value` on."""
    if isinstance(value, str):
        return (_Fault("text_characters"), "") if _UNSTORABLE.search(value) else None
    if isinstance(value, _Fault):
        is_twice = value.code == "json_duplicate_key"
        return value, f".{value.name}" if is_twice else ""
    if isinstance(value, list):
        for index, item in enumerate(value):
            if found := _find_fault(item):
                return found[0], f"[{index}]{found[1]}"
    elif isinstance(value, dict):
        for key, member in value.items():
            if _UNSTORABLE.search(key):
                return _Fault("text_characters"), ""
            if found := _find_fault(member):
                return found[0], f".{_shown(key)}{found[1]}"
    return None


def _shown(text: object) -> str:
    """User text short and plain enough to stand in an error or a path."""
    if not isinstance(text, str):
        return type(text).__name__ if text is not None else "null"
    return text[:40] if text[:40].isprintable() else ascii(text[:40])[1:-1][:40]


# -- point --------------------------------------------------------------------------------


def parse_feature(body: object, attr: str = "") -> tuple[tuple[float, float] | None, dict[str, object], str | None]:
    """Take a GeoJSON Feature apart: its point or None, its properties, its id or None.

    `geometry: null` is a place too (the whole village); a missing `geometry` is not. What
    the properties hold is for their own validator. `attr` is where the feature stands in a
    larger body, such as ``operations[3].feature``.
    """
    if not isinstance(body, dict):
        raise Refusal("feature_type", attr or None)
    at = f"{attr}." if attr else ""
    if "type" not in body:
        raise Refusal("member_missing", f"{at}type", name="type")
    if body["type"] != "Feature":
        raise Refusal("feature_type", f"{at}type")
    _refuse_unknown(body, {"type", "id", "geometry", "properties", "crs"}, at)
    _drop_old_crs(body, at)
    for name in ("geometry", "properties"):
        if name not in body:
            raise Refusal("member_missing", f"{at}{name}", name=name)
    if not isinstance(body["properties"], dict):
        raise Refusal("properties_object", f"{at}properties")
    identifier = _parse_id(body, f"{at}id")
    geometry = body["geometry"]
    point = None if geometry is None else parse_point(geometry, f"{at}geometry")
    return point, body["properties"], identifier


def parse_point(geometry: object, attr: str = "geometry") -> tuple[float, float]:
    """A GeoJSON Point as (lng, lat), rounded to 6 decimals, or a refusal that says the mend.

    >>> parse_point({"type": "Point", "coordinates": [100.50144, 13.756331]})
    (100.50144, 13.756331)

    The type is looked at before the coordinates, so a polygon of any size costs nothing.
    """
    if not isinstance(geometry, dict):
        raise Refusal("geometry_object", attr)
    if "type" not in geometry:
        raise Refusal("member_missing", f"{attr}.type", name="type")
    if geometry["type"] != "Point":
        raise Refusal("geometry_type", f"{attr}.type", got=_shown(geometry["type"]))
    _refuse_unknown(geometry, {"type", "coordinates", "crs"}, f"{attr}.")
    _drop_old_crs(geometry, f"{attr}.")
    if "coordinates" not in geometry:
        raise Refusal("member_missing", f"{attr}.coordinates", name="coordinates")
    return _parse_position(geometry["coordinates"], f"{attr}.coordinates")


def _parse_position(position: object, attr: str) -> tuple[float, float]:
    if not isinstance(position, list):
        raise Refusal("coordinates_pair", attr)
    for index, number in enumerate(position[:3]):
        _refuse_non_number(number, f"{attr}[{index}]")
    if len(position) == 3:
        raise Refusal("coordinates_3d", f"{attr}[2]")
    if len(position) != 2:
        raise Refusal("coordinates_pair", attr)
    lng, lat = position
    _refuse_off_earth(lng, lat, attr)
    lng, lat = _round_degrees(lng), _round_degrees(lat)
    if abs(lng) <= NULL_ISLAND_DEG and abs(lat) <= NULL_ISLAND_DEG:
        raise Refusal("null_island", attr)
    return lng, lat


def _refuse_non_number(number: object, attr: str) -> None:
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise Refusal("coordinate_number", attr)
    if isinstance(number, float) and not math.isfinite(number):
        raise Refusal("number_not_finite", attr)


def _refuse_off_earth(lng: float, lat: float, attr: str) -> None:
    if _is_on_earth(lng, lat):
        return
    if _is_on_earth(lat, lng):
        raise Refusal("swapped", attr, lng=_round_degrees(lat), lat=_round_degrees(lng))
    if 100_000 <= lng <= 900_000 and 0 <= lat <= 10_000_000:  # UTM easting and northing
        raise Refusal("coordinates_metres", attr, x=f"{lng:.12g}", y=f"{lat:.12g}")
    index = 0 if abs(lng) > 180 else 1
    # Clamped, because a whole number beyond a double's range cannot be formatted.
    value = max(-1e300, min((lng, lat)[index], 1e300))
    raise Refusal("out_of_range", f"{attr}[{index}]", value=f"{value:.12g}")


def _is_on_earth(lng: float, lat: float) -> bool:
    return -180 <= lng <= 180 and -90 <= lat <= 90


def _round_degrees(degrees: float) -> float:
    return round(float(degrees), COORDINATE_DECIMALS) + 0.0  # + 0.0 turns -0.0 into 0.0


def _parse_id(body: dict[str, object], attr: str) -> str | None:
    if "id" not in body:
        return None
    identifier = body["id"]
    if not isinstance(identifier, str) or not 1 <= len(identifier) <= MAX_ID_CHARACTERS:
        raise Refusal("feature_id", attr, limit=MAX_ID_CHARACTERS)
    return identifier


def _refuse_unknown(members: dict[str, object], known: set[str], at: str) -> None:
    for name in members:
        if name not in known:
            raise Refusal("member_unknown", f"{at}{_shown(name)}", name=_shown(name))


def _drop_old_crs(members: dict[str, object], at: str) -> None:
    """Accept the `crs` of GeoJSON 2008 where it says what is so anyway.

    Compared as text with a fixed list: a spatial reference made from user text can read
    files and the network in GDAL below 3.9.
    """
    if "crs" not in members:
        return
    crs = members["crs"]
    inner = crs.get("properties") if isinstance(crs, dict) and crs.get("type") == "name" else None
    name = inner.get("name") if isinstance(inner, dict) else None
    if not isinstance(name, str) or name not in WGS84_CRS_NAMES:
        raise Refusal("geometry_crs", f"{at}crs")


# -- boxes and tiles ----------------------------------------------------------------------


def parse_bbox(text: str, attr: str = "bbox") -> tuple[float, float, float, float]:
    """``w,s,e,n`` in degrees as four numbers, west < east and south < north.

    >>> parse_bbox("97.2,5.5,105.8,20.6")
    (97.2, 5.5, 105.8, 20.6)
    """
    parts = text.split(",", 4)
    if len(parts) != 4 or not all(_DECIMAL.fullmatch(part) for part in parts):
        raise Refusal("bbox_numbers", attr)
    w, s, e, n = (float(part) + 0.0 for part in parts)
    for value, limit in ((w, 180), (s, 90), (e, 180), (n, 90)):
        if abs(value) > limit:
            raise Refusal("bbox_range", attr, value=f"{value:.12g}")
    if w >= e or s >= n:
        raise Refusal("bbox_order", attr)
    return w, s, e, n


def parse_tile(z: str | int, x: str | int, y: str | int) -> tuple[int, int, int]:
    """Zoom, column and row of a web map tile, as they stand in its address.

    Strictly ASCII digits without leading zeros: one tile has one address, so that a cache
    keeps it once.
    """
    for name, value in (("z", z), ("x", x), ("y", y)):
        if not _TILE_NUMBER.fullmatch(str(value)):
            raise Refusal("tile_number", name)
    zoom, column, row = int(z), int(x), int(y)
    if zoom > MAX_ZOOM:
        raise Refusal("tile_range", "z", max_zoom=MAX_ZOOM)
    for name, number in (("x", column), ("y", row)):
        if number >= 2**zoom:
            raise Refusal("tile_range", name, max_zoom=MAX_ZOOM)
    return zoom, column, row


def shape_band(z: int) -> int:
    """The band of kept area shapes that a zoom shows, named by its largest zoom.

    >>> [shape_band(z) for z in (0, 5, 7, 11)]
    [4, 5, 8, 22]
    """
    return min(band for band in SHAPE_BANDS if band >= z)


def overview_band(level: str, within: str) -> int:
    """The band in which a map shows the areas of a level where all of `within` is in sight.

    >>> overview_band("district", ""), overview_band("subdistrict", ""), overview_band("district", "58")
    (6, 10, 10)
    """
    seen_at = 6 if not within else 10 if len(within) == 2 else MAX_ZOOM
    levels = ("province", "district", "subdistrict")
    return min(b for b, finest in SHAPE_BANDS.items() if b >= seen_at and levels.index(level) <= levels.index(finest))


def named_level(z: int) -> str:
    """The level whose names have room at a zoom.

    >>> [named_level(z) for z in (5, 8, 9, 12)]
    ['province', 'province', 'district', 'subdistrict']
    """
    return "province" if z < 9 else "district" if z < 12 else "subdistrict"


def cell_steps(z: int) -> int:
    """How many times a heat cell of 0.02 degrees is doubled at zoom `z`.

    >>> [cell_steps(z) for z in (14, 11, 10, 8)]
    [0, 0, 1, 3]
    """
    return max(0, 11 - z)


def cell_size_deg(z: int) -> float:
    """Side of a heat cell at zoom `z`, in degrees: 0.02 from zoom 11 on, doubling outwards.

    >>> [cell_size_deg(z) for z in (14, 11, 10, 8)]
    [0.02, 0.02, 0.04, 0.16]
    """
    return 0.02 * 2 ** cell_steps(z)


# -- text ---------------------------------------------------------------------------------


def clean_text(value: object, attr: str, max_length: int) -> str:
    """Text as it is stored: NFC, `\\n` line breaks, nothing invisible that misleads.

    Line and paragraph separators become ``\\n``; other control characters, forced writing
    directions and byte-order marks are removed; blanks around the text too. Thai written in
    its normal order comes back byte for byte. Length counts code points of the result.

    Raises
    ------
    Refusal
        ``text_type`` if it is not a string, ``text_characters`` for NUL or half a surrogate
        pair, ``text_too_long``.
    """
    if not isinstance(value, str):
        raise Refusal("text_type", attr)
    if _UNSTORABLE.search(value):
        raise Refusal("text_characters", attr)
    text = _REMOVED.sub("", _LINE_BREAKS.sub("\n", value)).strip()
    # Before NFC, whose sorting of combining marks is quadratic: 128,000 of them took 20 s.
    # A composed character has at most four parts, so nothing that fits is refused here.
    if len(text) <= 4 * max_length:
        text = unicodedata.normalize("NFC", text)
    if len(text) > max_length:
        raise Refusal("text_too_long", attr, length=len(text), limit=max_length)
    return text
