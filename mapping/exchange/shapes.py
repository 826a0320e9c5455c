"""Areas as maps show them: one coverage a band of zooms, simplified as a whole. Pure: arrays in, arrays out.

Simplifying areas one by one leaves gaps and overlaps, because each bends its own copy of a shared
border. `shapely.coverage_simplify` (GEOS 3.12) bends a border once. The smallest areas that a band
shows are simplified; the levels above are put together from the result, so that within one tile the
lines of all levels coincide.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import shapely

from mapping.geometry import MAX_ZOOM, SHAPE_BANDS, SRID_WEB_MERCATOR, WORLD_M

DIGITS = {"province": 2, "district": 4, "subdistrict": 6}
EARTH_RADIUS_M = 6_378_137.0  # of web Mercator's sphere
TILE_PX = 256
MOST_LATITUDE = 85.06  # web Mercator has no poles


class Coverage(NamedTuple):
    """The areas of one level in one band."""

    band: int
    level: str
    codes: np.ndarray  # (n,) of text, ascending
    shapes: np.ndarray  # (n,) MultiPolygons in SRID 3857


def tolerance_m(band: int) -> float:
    """One pixel at the band's largest zoom, in metres of web Mercator; 0 keeps every vertex.

    The tolerance of `coverage_simplify` is the side of a square: a vertex goes where the triangle
    with its neighbours is smaller than that square. On a stretch of four pixels that moves the
    line by half a pixel.

    >>> [round(tolerance_m(band)) for band in (5, 8, 22)]
    [4892, 611, 0]
    """
    if band == MAX_ZOOM:
        return 0.0
    return WORLD_M / (TILE_PX * 2**band)


def to_mercator(shapes: np.ndarray) -> np.ndarray:
    """From degrees, lng before lat, to metres of web Mercator (EPSG:3857)."""

    def project(degrees: np.ndarray) -> np.ndarray:
        lng = np.radians(degrees[:, 0])
        lat = np.radians(np.clip(degrees[:, 1], -MOST_LATITUDE, MOST_LATITUDE))
        return EARTH_RADIUS_M * np.column_stack([lng, np.arctanh(np.sin(lat))])

    return shapely.transform(shapes, project)


def dissolve(codes: np.ndarray, shapes: np.ndarray, digits: int) -> tuple[np.ndarray, np.ndarray]:
    """Areas put together by the first `digits` of their codes: codes (ascending) and shapes.

    Where the parts do not share their borders exactly, a plain union.
    """
    above = np.array([code[:digits] for code in codes])
    order = np.argsort(above, kind="stable")
    found, starts = np.unique(above[order], return_index=True)
    parts = np.split(shapes[order], starts[1:])
    whole = np.array([shapely.coverage_union_all(part) for part in parts], dtype=object)
    for i in np.flatnonzero(~shapely.is_valid(whole)):
        whole[i] = shapely.union_all(parts[i])
    return found, whole


def simplify(shapes: np.ndarray, tolerance: float) -> np.ndarray:
    """A coverage with fewer vertices and the same neighbours; no area, no island and no hole is lost.

    Where the input overlaps itself, the result might be no polygon: such an area stays as it was.
    """
    if tolerance == 0:
        return shapes
    found = shapely.coverage_simplify(shapes, tolerance)
    return np.where(shapely.is_valid(found) & ~shapely.is_empty(found), found, shapes)


def coverages(codes: np.ndarray, shapes: np.ndarray) -> Iterator[Coverage]:
    """Every level of every band.

    Parameters
    ----------
    codes : (n,) text, subdistricts, 6 digits
    shapes : (n,) their Polygons or MultiPolygons in degrees, a coverage
    """
    if len(codes) == 0:
        return
    flat = to_mercator(shapes)
    finest = {level: dissolve(codes, flat, digits) for level, digits in DIGITS.items()}
    for band, smallest in SHAPE_BANDS.items():
        names, whole = finest[smallest]
        kept = simplify(whole, tolerance_m(band))
        for level, digits in DIGITS.items():
            if digits <= DIGITS[smallest]:
                found, parts = (names, kept) if level == smallest else dissolve(names, kept, digits)
                yield Coverage(band, level, found, as_multi(parts))


def as_multi(shapes: np.ndarray) -> np.ndarray:
    """MultiPolygons, outer rings anticlockwise."""
    many = [shape if shape.geom_type == "MultiPolygon" else shapely.multipolygons([shape]) for shape in shapes]
    return shapely.set_srid(shapely.orient_polygons(np.array(many, dtype=object)), SRID_WEB_MERCATOR)


def rows(found: Coverage) -> Iterator[tuple[int, str, str, str]]:
    """band, level, code and shape (EWKB in hexadecimal digits), as `COPY` takes them."""
    texts = shapely.to_wkb(found.shapes, hex=True, include_srid=True)
    for code, text in zip(found.codes, texts, strict=True):
        yield found.band, found.level, str(code), text
