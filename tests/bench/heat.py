"""Tiles of heat cells and of needs, where the country is densest. Imported once Django is set up."""

import gzip
from collections.abc import Iterator
from functools import partial

from django.db import connection

from mapping import cells
from mapping.access import Reader
from mapping.errors import Refusal
from mapping.filters import PinFilter
from mapping.geometry import cell_steps
from mapping.queries import rows, value
from tests.bench.figures import Figure, rounded, side_by_side

EVERYONE, ALL = Reader(), PinFilter()
SOME = PinFilter(categories=("road", "flood"), statuses=("reported", "verified", "forwarded", "planned"))
DENSEST = "SELECT x, y FROM cell WHERE grid = 0 ORDER BY figures[1] + figures[2] + figures[3] + figures[4] DESC LIMIT 1"
NEAREST_TILE = (
    "SELECT floor((%(lng)s + 180) / 360 * 2 ^ %(z)s)::int AS x, floor(mercator_row(%(lat)s) * 2 ^ %(z)s)::int AS y"
)
FROM_PINS = """
    SELECT ST_AsMVT(t, 'cell', 4096, 'geom') AS tile
    FROM (
        SELECT count(*)::int AS pins, sum(need_weight(status, severity, people_band))::int AS weighted,
               ST_AsMVTGeom(ST_Transform(ST_SnapToGrid(public_point, %(deg)s), 3857),
                            ST_TileEnvelope(%(z)s, %(x)s, %(y)s)) AS geom
        FROM pin
        WHERE counts AND public_point && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4326)
        GROUP BY ST_SnapToGrid(public_point, %(deg)s)
    ) AS t
"""


def heat(pins: int) -> Iterator[Figure]:
    """The densest tile of cells at three zooms, made anew and kept; and the densest tile of needs."""
    while value("SELECT cell_fold()"):
        pass
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE stored_cells (z int, x int, y int, tile bytea, PRIMARY KEY (z, x, y))")
        cursor.execute("VACUUM ANALYZE cell")
    densest = rows(DENSEST)[0]
    lng, lat = ((densest[side] + 0.5) / cells.PER_DEGREE for side in "xy")
    for z in (5, 8, 11):
        at = rows(NEAREST_TILE, {"lng": lng, "lat": lat, "z": z})[0]
        x, y = at["x"], at["y"]
        span = cells.span_of_tile(z, x, y)
        made = cells.drawn_cells(EVERYONE, ALL, z, x, y, span)
        about = {"z": z, "x": x, "y": y, "tile": made, "deg": 0.02 * 2 ** cell_steps(z)}
        rows("INSERT INTO stored_cells VALUES (%(z)s, %(x)s, %(y)s, %(tile)s) RETURNING 1", about)
        anew, filtered, kept, stored, counted = side_by_side(
            [
                partial(cells.drawn_cells, EVERYONE, ALL, z, x, y, span),
                partial(cells.drawn_cells, EVERYONE, SOME, z, x, y, span),
                partial(cells.tile, EVERYONE, ALL, z, x, y),
                partial(value, "SELECT tile FROM stored_cells WHERE (z, x, y) = (%(z)s, %(x)s, %(y)s)", about),
                partial(value, FROM_PINS, about),
            ]
        )
        how = (
            f"cell tile {z}/{x}/{y}, the densest place, {len(made):,} bytes ({len(gzip.compress(made)):,} as gzip), "
            "through `mapping.cells`, the waiting rows added. Limit: the same bytes read from a table. "
        )
        peers = {"counted from the pins": rounded(1000 * counted)}
        served = how + "As it is served: kept."
        yield Figure(f"cells z{z}", pins, rounded(1000 * kept), "ms", rounded(1000 * stored), served, peers)
        yield Figure(
            f"cells z{z} anew", pins, rounded(1000 * anew), "ms", rounded(1000 * stored), how + "Made anew.",
            peers | {"by category and status": rounded(1000 * filtered)},
        )  # fmt: skip
        yield Figure(
            f"cells z{z} ratio", pins, rounded(kept / stored), "× stored tile", 1.0, served,
            {"anew": rounded(anew / stored), "anew, by category and status": rounded(filtered / stored)}, "<= 6",
        )  # fmt: skip
    z = 14
    at = rows(NEAREST_TILE, {"lng": lng, "lat": lat, "z": z})[0]
    while True:
        try:
            made = cells.drawn_pins(EVERYONE, ALL, z, at["x"], at["y"])
            break
        except Refusal:
            z += 1
            at = rows(NEAREST_TILE, {"lng": lng, "lat": lat, "z": z})[0]
    anew, kept = side_by_side(
        [
            partial(cells.drawn_pins, EVERYONE, ALL, z, at["x"], at["y"]),
            partial(cells.pins_tile, EVERYONE, ALL, z, at["x"], at["y"]),
        ]
    )
    yield Figure(
        "pins tile", pins, rounded(1000 * kept), "ms", None,
        f"tile {z}/{at['x']}/{at['y']} of needs, {len(made):,} bytes ({len(gzip.compress(made)):,} as gzip), as "
        "anyone, as it is served: kept.", {"made anew": rounded(1000 * anew)},
    )  # fmt: skip
    sizes = rows(
        "SELECT (SELECT count(*) FROM cell) AS rows, pg_total_relation_size('cell') AS bytes,"
        " (SELECT count(*) FROM pin) AS pins"
    )[0]
    yield Figure(
        "cells rows", pins, rounded(sizes["rows"] / sizes["pins"]), "rows a pin", None,
        f"kept rows of all three grids; {sizes['bytes'] / sizes['pins']:.0f} bytes a pin with their indexes.",
        {}, "<= 0.5",
    )  # fmt: skip
