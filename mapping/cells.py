"""Heat: pins that count and weighted need per cell of a fixed grid, by the public place.

Three grids are kept (`sql/install/0014_cells.sql`): 0.02 degrees with areas, 0.08, and 0.32
with months; what lies between is summed from the next finer one. A filter that they cannot
answer is answered from the pins themselves, as long as there are few of them.
"""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import sql

from mapping.access import Reader, answered
from mapping.aggregate import fold_if_due, sample, seen
from mapping.errors import Refusal
from mapping.filters import BANGKOK, PinFilter
from mapping.geometry import cell_steps
from mapping.models import Category
from mapping.queries import Part, Values, query, rows, value

PER_DEGREE = 50  # cells of the finest grid
KEPT = (0, 2, 4)  # grids, by how many times 0.02 degrees was doubled
WITH_MONTHS = 4
MOST_PINS = 10_000  # that are looked at one by one
MOST_CELLS = 20_000  # of one answer that is not a tile
MOST_TILES = 50_000  # that are kept
MOST_CROWDS = 2_000
NUMBERS = 5  # of each category: the four status groups, the weighted need
WEIGHTED = 4
ALL_X, ALL_Y = (-180 * PER_DEGREE, 180 * PER_DEGREE), (-90 * PER_DEGREE, 90 * PER_DEGREE)


class Span(NamedTuple):
    """Columns and rows of the finest grid, last ones included."""

    x: tuple[int, int]
    y: tuple[int, int]


WORLD = Span(ALL_X, ALL_Y)


@dataclass(frozen=True, slots=True)
class Kept:
    """How the kept grids answer a filter: which one, and what of its rows."""

    grid: int
    groups: tuple[int, ...]
    categories: tuple[int, ...]  # ids; () = all of them
    area: str
    months: tuple[int, int] | None  # half-open


def month_of(moment: datetime) -> int | None:
    """Months since year 0 where a month of Bangkok begins, else None."""
    here = moment.astimezone(BANGKOK)
    begins = (here.day, here.hour, here.minute, here.second, here.microsecond) == (1, 0, 0, 0, 0)
    return here.year * 12 + here.month - 1 if begins else None


def kept_answer(chosen: PinFilter, steps: int) -> Kept | None:
    """How the kept grids answer this filter at a size, or None if they cannot. Its `bbox` is not looked at."""
    if chosen.q or chosen.queue or chosen.severity != (1, 5) or len(chosen.area) > 6:
        return None
    groups = chosen.groups
    if groups is None:
        return None
    months = None
    if chosen.since or chosen.until:
        first = month_of(chosen.since) if chosen.since else 0
        end = month_of(chosen.until) if chosen.until else 2**15 - 1
        if first is None or end is None or chosen.area or steps < WITH_MONTHS:
            return None
        months = (first, end)
    grid = 0 if chosen.area else max(grid for grid in KEPT if grid <= steps)
    ids = Category.objects.filter(slug__in=chosen.categories).values_list("pk", flat=True) if chosen.categories else ()
    return Kept(grid, groups, tuple(ids), chosen.area, months)


def summed(kept: Kept, places: tuple[int, ...]) -> Part:
    """The sum of some of the five numbers over the categories, as SQL over `figures`."""
    slots = [category * NUMBERS + place + 1 for category in kept.categories or (0,) for place in places]
    parts = [sql.SQL("coalesce(figures[{}], 0)").format(sql.Literal(slot)) for slot in slots]
    return sql.SQL(" + ").join(parts) if parts else sql.SQL("0")


def from_kept(kept: Kept, steps: int, span: Span) -> tuple[Part, Values]:
    """Rows x, y, pins, weighted of the asked size, folded and waiting rows together."""
    unmet = 0 in kept.groups
    where = [sql.SQL("true")]
    waiting = [sql.SQL("status_group = ANY(%(k_groups)s)")]
    values: Values = {"k_groups": list(kept.groups)}
    if kept.categories:
        waiting.append(sql.SQL("category_id = ANY(%(k_categories)s)"))
        values["k_categories"] = list(kept.categories)
    if kept.area:
        both = sql.SQL("area_code >= %(k_area)s AND area_code < code_end(%(k_area)s)")
        where.append(both)
        waiting.append(both)
        values["k_area"] = kept.area
    if kept.months:
        both = sql.SQL("month >= %(k_from)s AND month < %(k_until)s")
        where.append(both)
        waiting.append(both)
        values |= {"k_from": kept.months[0], "k_until": kept.months[1]}
    columns, lines = (range(low >> kept.grid, (high >> kept.grid) + 1) for low, high in span)
    if span.x != ALL_X:
        # Each column is one range of the index; a span of columns would read every row of theirs.
        where.append(sql.SQL("x = ANY(%(k_columns)s::smallint[])"))
        values["k_columns"] = list(columns)
    return query("cells_kept").format(
        pins=summed(kept, kept.groups),
        weighted=summed(kept, (WEIGHTED,) if unmet else ()),
        where=sql.SQL(" AND ").join(where),
        waiting=sql.SQL(" AND ").join(waiting),
    ), values | {
        "k_grid": kept.grid,
        "k_shift": steps - kept.grid,
        "k_steps": steps,
        "k_y": lines[0],
        "k_y_last": lines[-1],
        "k_fine_x": span.x[0],
        "k_fine_x_last": span.x[1],
        "k_fine_y": span.y[0],
        "k_fine_y_last": span.y[1],
    }


def from_pins(reader: Reader, chosen: PinFilter, steps: int, span: Span) -> tuple[Part, Values]:
    """The same rows, counted from the pins; `looked` says how many there were, at most one more than allowed."""
    where, values = chosen.where()
    source = query("faces_public").format(where=where)
    if chosen.queue:  # by the public face all the same: where a pin is, the heat knows as everybody does
        mine, more = answered(reader, where)
        source = sql.SQL("SELECT * FROM pin_public WHERE id IN (SELECT id FROM ({}) AS mine)").format(mine)
        values = values | more
    (w, e), (s, n) = ((low / PER_DEGREE, (high + 1) / PER_DEGREE) for low, high in span)
    return query("cells_live").format(faces=source), values | {
        "p_steps": steps, "p_w": w, "p_s": s, "p_e": e, "p_n": n, "p_most": MOST_PINS + 1,
        "p_x": span.x[0], "p_x_last": span.x[1], "p_y": span.y[0], "p_y_last": span.y[1],
    }  # fmt: skip


def statement(reader: Reader, chosen: PinFilter, steps: int, span: Span) -> tuple[Part, Values]:
    """Rows x, y (of the asked size), pins, weighted and `looked` (pins read one by one; NULL from the kept grids)."""
    kept = kept_answer(chosen, steps)
    if kept:
        fold_if_due()
    return from_kept(kept, steps, span) if kept else from_pins(reader, chosen, steps, span)


def span_of_box(box: tuple[float, float, float, float], steps: int) -> Span:
    """The cells of a size whose middle lies in a box of degrees, each with all of its finest cells."""
    w, s, e, n = (side * PER_DEGREE / 2**steps for side in box)
    return _fine((_first(w), _first(e) - 1), (_first(s), _first(n) - 1), steps)


def span_of_tile(z: int, x: int, y: int) -> Span:
    """The same for a tile: every cell belongs to one tile of a zoom, and the outermost to those at the edge."""
    steps, last = cell_steps(z), 2**z - 1
    per = PER_DEGREE / 2**steps
    # Whole numbers over powers of two: neighbours agree on their edge to the last bit.
    west, east = (_first((360 * column / 2**z - 180) * per) for column in (x, x + 1))
    north, south = (_first(_latitude(row / 2**z) * per) for row in (y, y + 1))
    every_x, every_y = ((low >> steps, high >> steps) for low, high in WORLD)
    return _fine(
        (every_x[0] if x == 0 else west, every_x[1] if x == last else east - 1),
        (every_y[0] if y == last else south, every_y[1] if y == 0 else north - 1),
        steps,
    )


def _latitude(share: float) -> float:
    """Degrees north of a row of Web Mercator, 0 at the top and 1 at the bottom."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * share))))


def _first(at: float) -> int:
    """The first cell whose middle is not before this place, both in cells."""
    return math.ceil(at - 0.5)


def _fine(columns: tuple[int, int], lines: tuple[int, int], steps: int) -> Span:
    x, y = ((low << steps, ((high + 1) << steps) - 1) for low, high in (columns, lines))
    return Span(x, y)


def tile(reader: Reader, chosen: PinFilter, z: int, x: int, y: int) -> bytes:
    """A vector tile with one layer `cell`: boxes with x, y (of the grid), pins and weighted; b"" where none is.

    Raises Refusal `too_many_pins` for a filter that the kept grids cannot answer, over too many pins.
    """
    steps = cell_steps(z)
    span = span_of_tile(z, x, y)
    if chosen.bbox:
        span = shared(span, span_of_box(chosen.bbox, steps))
    if is_empty(span):
        return b""

    def make() -> bytes:
        return drawn_cells(reader, replace(chosen, bbox=None), z, x, y, span)

    return make() if chosen.queue else kept_tile("cells", z, x, y, chosen, span, make)


def drawn_cells(reader: Reader, chosen: PinFilter, z: int, x: int, y: int, span: Span) -> bytes:
    """The tile made anew, from the cells of a span. Raises Refusal `too_many_pins`."""
    steps, side = cell_steps(z), 360 / 2**z
    cells, values = statement(reader, chosen, steps, span)
    about = {
        "t_deg": 2**steps / PER_DEGREE, "t_west": x * side - 180, "t_per_deg": 4096 / side,
        "t_rows": 4096 * 2**z, "t_row": 4096 * y,
    }  # fmt: skip
    found = rows(query("cells_tile").format(cells=cells), values | about)[0]
    check(found["looked"])
    return bytes(found["tile"] or b"")


def drawn_pins(reader: Reader, chosen: PinFilter, z: int, x: int, y: int) -> bytes:
    """The tile of needs made anew. Raises Refusal `too_many_pins`."""
    side = 360 / 2**z
    north, south = (_latitude(row / 2**z) for row in (y, y + 1))
    source, values = seen(reader, chosen)
    about = {
        "t_west": x * side - 180, "t_south": south, "t_east": (x + 1) * side - 180, "t_north": north,
        "t_per_deg": 4096 / side, "t_rows": 4096 * 2**z, "t_row": 4096 * y, "t_most": MOST_PINS + 1,
    }  # fmt: skip
    found = rows(query("pins_tile").format(faces=source), values | about)[0]
    check(found["looked"])
    return bytes(found["tile"] or b"")


def pins_tile(reader: Reader, chosen: PinFilter, z: int, x: int, y: int) -> bytes:
    """A vector tile with one layer `pin`: a point for each need that leads, by the face that the reader may see.

    Raises Refusal `too_many_pins` beyond 10,000: nothing is left out in silence.
    """
    if reader.person_id is not None:
        return drawn_pins(reader, chosen, z, x, y)  # one's own pins stand where they are
    side = 360 / 2**z
    columns = math.floor((x * side - 180) * PER_DEGREE), math.floor(((x + 1) * side - 180) * PER_DEGREE)
    north, south = (math.floor(_latitude(row / 2**z) * PER_DEGREE) for row in (y, y + 1))
    span = Span(columns, (south, north))
    return kept_tile("pins", z, x, y, chosen, span, lambda: drawn_pins(reader, chosen, z, x, y))


def kept_tile(kind: str, z: int, x: int, y: int, chosen: PinFilter, span: Span, make: Callable[[], bytes]) -> bytes:
    """The tile that is kept, if nothing has happened in its cells since; else a new one, kept from then on."""
    cells = [max(-(2**15), min(2**15 - 1, side)) for side in (*span.x, *span.y)]
    about = {"kind": kind, "z": z, "x": x, "y": y, "filter": name_of(chosen), "cells": cells}
    found = rows(query("tile_kept"), about)[0]
    if found["tile"] is not None and not found["waits"]:
        return bytes(found["tile"])
    made = make()
    if not found["waits"]:
        # Only if nothing was folded since we looked: what was made from an older state must not outlive it.
        value(
            "SELECT tile_keep(%(kind)s, %(z)s, %(x)s, %(y)s, %(filter)s, %(cells)s, %(made)s, %(folds)s)",
            about | {"made": made, "folds": found["folds"]},
        )
    return made


def name_of(chosen: PinFilter) -> str:
    """The filter in 32 characters; its language of dates and lists is the one it was parsed into."""
    return hashlib.sha256(repr(chosen).encode()).hexdigest()[:32]


def forget_old_tiles() -> None:
    """Keep the newest tiles; nothing else bounds how many filters are asked for."""
    rows_gone = sql.SQL(
        "DELETE FROM tile_kept WHERE at <= (SELECT at FROM tile_kept ORDER BY at DESC OFFSET {} LIMIT 1) RETURNING 1"
    )
    rows(rows_gone.format(sql.Literal(MOST_TILES)))


def shared(one: Span, other: Span) -> Span:
    x, y = ((max(a[0], b[0]), min(a[1], b[1])) for a, b in zip(one, other, strict=True))
    return Span(x, y)


def is_empty(span: Span) -> bool:
    return span.x[1] < span.x[0] or span.y[1] < span.y[0]


def check(looked: int | None) -> None:
    if looked is not None and looked > MOST_PINS:
        raise Refusal("too_many_pins", most=MOST_PINS)


def of_box(reader: Reader, chosen: PinFilter, z: int) -> dict[str, Any]:
    """Cells of a zoom, of the filter's box: ``[[west, south, pins, weighted], …]``, degrees and counts.

    A cell belongs to the box that its middle lies in, whole.

    Raises Refusal `too_many_pins`, `too_many_cells`.
    """
    steps = cell_steps(z)
    span = span_of_box(chosen.bbox, steps) if chosen.bbox else WORLD
    size = round(2**steps / PER_DEGREE, 6)
    cells, values = statement(reader, replace(chosen, bbox=None), steps, span)
    found = rows(
        sql.SQL("SELECT * FROM ({}) AS c ORDER BY x, y LIMIT {}").format(cells, sql.Literal(MOST_CELLS + 1)), values
    )
    check(found[0]["looked"] if found else None)
    if len(found) > MOST_CELLS:
        raise Refusal("too_many_cells", most=MOST_CELLS)
    return {
        "z": z,
        "size_deg": size,
        "cells": [[round(r["x"] * size, 6), round(r["y"] * size, 6), r["pins"], r["weighted"]] for r in found],
    }


def crowds(reader: Reader, chosen: PinFilter, z: int) -> dict[str, Any]:
    """Pins of a zoom, drawn together where they would overlap (leads only).

    Of more than 10,000 pins the kept grid is drawn instead: what counts, a crowd a cell.

    Raises Refusal `too_many_pins` where it cannot answer the filter.
    """
    source, values = seen(reader, chosen)
    about = {"side": 64 * 360 / (256 * 2**z), "most": MOST_CROWDS, "most_pins": MOST_PINS + 1}
    found = rows(query("clusters").format(faces=source), values | about)
    if found and found[0]["looked"] > MOST_PINS:
        found = _crowds_of_cells(reader, chosen, z)
    features = []
    mark = {"sample": True} if sample() else {}
    for row in found:
        alone = row.get("id") is not None and row["pins"] == 1
        names = ("number", "category", "severity", "status", "checked", "place_precision")
        about = {"id": str(row["id"]), **{name: row[name] for name in names}} if alone else {}
        box = {} if alone else {"count": row["pins"], "bbox": [round(row[side], 6) for side in "wsen"]}
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [round(row["lng"], 6), round(row["lat"], 6)]},
                "properties": {"cluster": not alone, **box, **about, **mark},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _crowds_of_cells(reader: Reader, chosen: PinFilter, z: int) -> list[dict[str, Any]]:
    steps = max(0, 12 - z)  # about 64 pixels
    if kept_answer(chosen, steps) is None:
        raise Refusal("too_many_pins", most=MOST_PINS)
    span = span_of_box(chosen.bbox, steps) if chosen.bbox else WORLD
    cells, values = statement(reader, replace(chosen, bbox=None), steps, span)
    size = 2**steps / PER_DEGREE
    most = sql.SQL("SELECT * FROM ({}) AS c ORDER BY pins DESC, x, y LIMIT {}").format(cells, sql.Literal(MOST_CROWDS))
    return [
        {
            "pins": row["pins"], "lng": (row["x"] + 0.5) * size, "lat": (row["y"] + 0.5) * size,
            "w": row["x"] * size, "s": row["y"] * size, "e": (row["x"] + 1) * size, "n": (row["y"] + 1) * size,
        }
        for row in rows(most, values)
    ]  # fmt: skip


def differences() -> list[dict[str, Any]]:
    """Where the kept grids, with what waits, differ from the pins themselves; nothing, if all is well."""
    return rows(query("cells_differ"))
