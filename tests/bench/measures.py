"""The works that are measured. Imported once Django is set up on the bench's own database."""

import gzip
import os
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter

from django.db import connection
from psycopg import sql
from rest_framework.renderers import JSONRenderer
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from budget import ranking, table
from mapping import aggregate, duplicates, search
from mapping.access import Reader
from mapping.exchange import boundaries
from mapping.filters import PinFilter
from mapping.models import Area, BoundarySet, Category, PinPublic
from mapping.queries import query, rows, value
from mapping.search import STEPS
from tests.bench.figures import Figure, rounded, side_by_side
from tests.bench.heat import heat
from tests.bench.phone import phone
from tests.bench.shares import shares

EVERYONE = Reader()
ALL = PinFilter()
SERIALIZER_SLICE = 2_000
BATCH = 100
BATCHES_A_RUN = 5

PLAIN_ROWS = sql.SQL(
    "COPY (SELECT id, ST_X(place), ST_Y(place), number, category, severity, status, checked, people_band, words,"
    " needed_since, received_at, area_code, village, village_source, place_flag, place_precision, joined_to, version"
    "{more} FROM pin_public) TO STDOUT"
)


def drain(blocks: Iterator[bytes]) -> int:
    return sum(map(len, blocks))


def copied(statement: sql.Composable) -> int:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        return drain(iter(copy))


# -- geojson --------------------------------------------------------------------------------


class PlainSerializer(GeoFeatureModelSerializer):
    """djangorestframework-gis as its manual shows it: no look-ups of our own beside it."""

    class Meta:
        model = PinPublic
        geo_field = "place"
        id_field = "id"
        fields = (
            "id", "number", "category", "severity", "status", "checked", "people_band", "words", "needed_since",
            "received_at", "area_code", "village", "village_source", "place_flag", "place_precision", "joined_to",
            "version",
        )  # fmt: skip


def serialized(most: int) -> bytes:
    return JSONRenderer().render(PlainSerializer(PinPublic.objects.all()[:most], many=True).data)


def geojson(pins: int) -> Iterator[Figure]:
    """The whole public download through the view's generator."""
    served = aggregate.count(EVERYONE, ALL)
    part = min(SERIALIZER_SLICE, served)
    source, values = aggregate.seen(EVERYONE, ALL)
    feature = query("feature").format(more=sql.SQL("''"))
    finished = sql.SQL("COPY (SELECT {} FROM ({}) AS p) TO STDOUT").format(feature, source)
    assert not values  # COPY takes none here: the filter is empty
    stream, limit, counted, text, serializer = side_by_side(
        [
            lambda: drain(aggregate.stream_features(EVERYONE, ALL)),
            partial(copied, PLAIN_ROWS.format(more=sql.SQL(""))),
            partial(copied, PLAIN_ROWS.format(more=sql.SQL(", confirmations"))),
            partial(copied, finished),
            partial(serialized, part),
        ]
    )
    serializer *= served / part
    how = (
        "all public pins through `mapping.aggregate.stream_features`, against psycopg `COPY` of the same rows as plain "
        "text (the columns of the view, no JSON). Peers: the same with each pin's confirmations counted; psycopg "
        "`COPY` of the finished features, which is the download without Django; a plain djangorestframework-gis "
        f"serializer with the JSON renderer, measured on {part:,} pins and scaled up by count."
    )
    peers = {"COPY, confirmations counted": counted, "COPY, finished features": text, "drf-gis, scaled": serializer}
    yield Figure(
        "geojson",
        pins,
        rounded(stream / limit),
        "× COPY",
        1.0,
        how,
        {name: rounded(seconds / limit) for name, seconds in peers.items()},
        "<= 1.2",
    )
    yield Figure(
        "geojson seconds",
        pins,
        rounded(stream),
        "s",
        rounded(limit),
        "the same runs as *geojson*, in seconds.",
        {name: rounded(seconds) for name, seconds in peers.items()},
    )


# -- ranking --------------------------------------------------------------------------------


def ranking_of_districts(pins: int) -> Iterator[Figure]:
    """All districts of the country from the kept tallies."""
    while value("SELECT tally_fold()"):
        pass
    kept_rows = query("area_figures")
    kept = {"digits": 4, "read": 4, "below": ""}
    source, values = aggregate.seen(EVERYONE, ALL)
    live = query("tallies_live").format(faces=source)

    def ranked() -> ranking.Ranking:
        found = table.read(EVERYONE, ALL, level="district", within="")
        return ranking.rank_weighted(found.weighted, found.population)

    counted = sql.SQL("SELECT count(*) FROM ({}) AS t")
    both = kept | values
    whole, read, grouped, in_sql, grouped_in_sql = side_by_side(
        [
            ranked,
            lambda: rows(kept_rows, kept),
            lambda: rows(live, both),
            lambda: rows(counted.format(kept_rows), kept),
            lambda: rows(counted.format(live), both),
        ]
    )
    districts = len(ranked().rank)
    yield Figure(
        "ranking",
        pins,
        rounded(1000 * whole),
        "ms",
        rounded(1000 * read),
        f"`budget.table.read` and `budget.ranking.rank_areas` for {districts} districts: areas, categories and kept "
        "figures from the database, arrays, scores. Limit: the kept figures alone, read into Python. Peer: a plain "
        "`GROUP BY` over the public pins instead, read into Python, without anything after it.",
        {"GROUP BY over pins": rounded(1000 * grouped)},
    )
    yield Figure(
        "ranking in SQL",
        pins,
        rounded(1000 * in_sql),
        "ms",
        None,
        "the kept figures of all districts by category and status group, folded and waiting rows together, in one "
        "statement that answers only how many rows there are. Peer: a plain `GROUP BY` over the pins.",
        {"GROUP BY over pins": rounded(1000 * grouped_in_sql)},
        "<= 3",
    )


# -- tallies --------------------------------------------------------------------------------

COPY_PINS = (
    "INSERT INTO pin (id, category_id, severity, people, words, needed_since, point, village, source, accuracy_m,"
    " captured_at, checked)"
    " SELECT gen_random_uuid(), category_id, severity, people, words, needed_since, point, village, source, accuracy_m,"
    " captured_at, true FROM pin WHERE number > %s AND NOT whole_village ORDER BY number LIMIT %s"
)


def tallies(pins: int) -> Iterator[Figure]:
    """Batches of 100 new pins, each its own transaction, with and without the counting trigger."""
    begin = 0

    def batches() -> None:
        nonlocal begin
        with connection.cursor() as cursor:
            for _ in range(BATCHES_A_RUN):
                cursor.execute(COPY_PINS, [begin % max(pins - 2 * BATCH, 1), BATCH])
                begin += BATCH

    def without() -> None:
        # Switched back at once: nothing after this may be measured without its counts.
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE pin DISABLE TRIGGER pin_90_inserted")
            try:
                batches()
            finally:
                cursor.execute("ALTER TABLE pin ENABLE TRIGGER pin_90_inserted")

    counted, bare = side_by_side([batches, without], runs=15)
    how = (
        f"{BATCH} pins in one statement and transaction, copied from pins that are there, with all triggers, against "
        "the same with the trigger `pin_90_inserted` switched off (`ALTER TABLE … DISABLE TRIGGER`). That trigger "
        "appends the signed rows of tallies and cells and the feed's rows, so all are in the figure. Place, number and "
        "first entry are set in both."
    )
    yield Figure("tallies", pins, rounded(counted / bare), "× without", 1.0, how, {}, "<= 1.35")
    yield Figure(
        "tallies batches",
        pins,
        rounded(BATCHES_A_RUN / counted),
        "batches/s",
        rounded(BATCHES_A_RUN / bare),
        "the same runs as *tallies*, one writer, as batches in a second.",
    )


# -- search ---------------------------------------------------------------------------------

SEARCHES = 300  # areas whose names are typed, one kind of error after the other
FIRST = 5


def mistyped(name: str, kind: int, chance: random.Random) -> str:
    """The name with one error: a letter other, missing, doubled, swapped; without tone marks; with its level's word."""
    at = chance.randrange(1, max(2, len(name) - 1))
    match kind:
        case 0:
            return name[:at] + chance.choice("กนมรสงท" if name[0] > "z" else "aeinort") + name[at + 1 :]
        case 1:
            return name[:at] + name[at + 1 :]
        case 2:
            return name[:at] + name[at] + name[at:]
        case 3:
            return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
        case _:
            return name.translate({ord(mark): None for mark in "่้๊๋็์ -"})


def switch(chosen: BoundarySet) -> None:
    """Make a set the active one without placing pins anew."""
    BoundarySet.objects.filter(active=True).update(active=False)
    BoundarySet.objects.filter(pk=chosen.pk).update(active=True)


def search_by_name(pins: int) -> Iterator[Figure]:
    """Names typed wrong, of all levels and both languages, over the national names."""
    folder = os.environ.get("MEEMAP_DATA")
    if not folder:
        print("    skipped: MEEMAP_DATA names no folder of real boundaries", flush=True)
        return
    before = BoundarySet.objects.get(active=True)
    made = national_set(Path(folder))
    started = perf_counter()
    switch(made)  # not activate_set: the invented pins lie in villages that only the sample country has
    activation = perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE area, area_name, area_key")
    chance = random.Random(58)
    taken: list[float] = []
    right = asked = 0
    try:
        names = value("SELECT count(*) FROM area_name")
        for number in range(SEARCHES):
            level = list(STEPS)[number % 4]
            areas = Area.objects.filter(boundary_set=made, level=level, current=True).order_by("code")
            area = areas[chance.randrange(areas.count())]
            name = area.name_en if number % 8 > 5 else area.name_th
            typed = mistyped(name, number // 8 % 5, chance)
            # A village by its name alone is one of many: it is asked for within its district.
            within = area.code[:4] if level == "village" else ""
            started = perf_counter()
            found = search.find_areas(typed, within=within)
            taken.append(perf_counter() - started)
            if level != "village":
                asked += 1
                right += any(area.name_th == one["name_th"] or area.code == one["code"] for one in found[:FIRST])
            else:
                started = perf_counter()
                search.find_areas(typed)  # and everywhere, for the time it takes
                taken.append(perf_counter() - started)
                asked += 1
                right += any(area.code == one["code"] or area.name_th == one["name_th"] for one in found[:FIRST])
    finally:
        switch(before)
    taken.sort()
    how = (
        f"{len(taken)} searches through `mapping.search.find_areas` over {names:,} names: Thai and English names of "
        "all four levels, in turn with a letter other, missing, doubled or swapped with its neighbour, or without "
        "tone marks, spaces and hyphens; villages within their district and everywhere. Each search once, without "
        "warming up for it. "
    )
    middle, late = taken[len(taken) // 2], taken[int(0.95 * len(taken))]
    yield Figure("search", pins, rounded(1000 * middle), "ms", None, how + "The median.", {}, "<= 50")
    yield Figure("search p95", pins, rounded(1000 * late), "ms", None, "the same searches, 95 of 100.", {}, "<= 50")
    yield Figure(
        "search recall",
        pins,
        rounded(100 * right / asked),
        "%",
        100.0,
        f"the same searches, villages within their district: an area of the right name among the first {FIRST}.",
    )
    yield Figure(
        "search activation",
        pins,
        rounded(activation),
        "s",
        None,
        "making the national set the active one, which fills the kept names and their indexes.",
    )


# -- duplicates -----------------------------------------------------------------------------

SUGGESTIONS = 400
CROWDED = sql.SQL(
    "SELECT min(id::text)::uuid AS id FROM pin_public WHERE place_precision = 'exact'"
    " GROUP BY ST_SnapToGrid(place, 0.005) ORDER BY count(*) DESC LIMIT 100"
)
ANYWHERE = sql.SQL("SELECT id FROM pin_public WHERE place_precision = 'exact' ORDER BY md5(id::text) LIMIT {}").format(
    sql.Literal(SUGGESTIONS - 100)
)


def suggestions(pins: int) -> Iterator[Figure]:
    """What may be the same need: at 300 needs anywhere and at the 100 most crowded places, in every category."""
    crowded = [row["id"] for row in rows(CROWDED, {})]
    anywhere = [row["id"] for row in rows(ANYWHERE, {})]
    categories = list(Category.objects.filter(radius_m__gt=0).order_by("-radius_m").values_list("slug", flat=True))
    taken: dict[str, list[float]] = {"anywhere": [], "crowded": []}
    found = 0
    for where, asked in (("anywhere", anywhere), ("crowded", crowded)):
        for number, pin_id in enumerate(asked):
            face = PinPublic.objects.get(pk=pin_id)
            # In turn as it was pinned, and as each other category, the widest radius first.
            category = face.category if number % 2 else categories[number // 2 % len(categories)]
            started = perf_counter()
            near = duplicates.near(
                EVERYONE, lng=face.place.x, lat=face.place.y, category=category, words=face.words, itself=face.id
            )
            taken[where].append(perf_counter() - started)
            found += len(near)
    how = (
        f"`mapping.duplicates.near` as anyone, each place once, without warming up for it; {found} suggestions in all. "
    )
    for where, seconds in taken.items():
        seconds.sort()
        about = how + f"{len(seconds)} needs {where}. "
        middle, late = seconds[len(seconds) // 2], seconds[int(0.95 * len(seconds))]
        for name, one in (("median", middle), ("p95", late), ("slowest", seconds[-1])):
            yield Figure(f"duplicates {where} {name}", pins, rounded(1000 * one), "ms", None, about, {}, "<= 100")


# -- tile -----------------------------------------------------------------------------------

DENSEST_TILES = ((5, 24, 14), (8, 199, 117))

ON_THE_FLY = """
    WITH shape AS MATERIALIZED (
        SELECT level, code,
               ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) AS geom
        FROM area
        WHERE boundary_set_id = %(set)s AND level IN ('province', 'district')
          AND geom && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64 / 4096.0), 4326)
    )
    SELECT string_agg(bytes, '') AS tile
    FROM (
        SELECT ST_AsMVT(row, 'province', 4096, 'geom') AS bytes
        FROM (SELECT code, geom FROM shape WHERE level = 'province') AS row
        UNION ALL
        SELECT ST_AsMVT(row, 'district', 4096, 'geom')
        FROM (SELECT code, geom FROM shape WHERE level = 'district') AS row
    ) AS layers
"""


def national_set(folder: Path) -> BoundarySet:
    """The real country, loaded once beside the sample's."""
    data = folder / "thailand"
    return (
        BoundarySet.objects.filter(name="bench").first()
        or boundaries.load(data / "adm3.geojson.gz", name="bench", villages=data / "villages.csv.gz").boundary_set
    )


def bench_set() -> BoundarySet:
    """The real country where there is one to read, beside the sample's that stays active."""
    folder = os.environ.get("MEEMAP_DATA")
    if not folder:
        return BoundarySet.objects.get(active=True)
    return national_set(Path(folder))


def tiles_of_areas(pins: int) -> Iterator[Figure]:
    """The fullest tile of areas at two zooms, from the kept shapes."""
    chosen = bench_set()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE stored_tile (z int, x int, y int, tile bytea, PRIMARY KEY (z, x, y))")
        cursor.execute("VACUUM ANALYZE area_shape")
    for z, x, y in DENSEST_TILES:
        about = aggregate.area_tile_values(chosen.pk, z, x, y)
        made = bytes(value(query("area_tile"), about))
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO stored_tile VALUES (%s, %s, %s, %s)", [z, x, y, made])
        kept, flown, stored = side_by_side(
            [
                lambda about=about: value(query("area_tile"), about),
                lambda about=about: value(ON_THE_FLY, about),
                lambda about=about: value(
                    "SELECT tile FROM stored_tile WHERE (z, x, y) = (%(z)s, %(x)s, %(y)s)", about
                ),
            ]
        )
        yield Figure(
            f"tile areas z{z}",
            pins,
            rounded(1000 * kept),
            "ms",
            rounded(1000 * stored),
            f"`mapping/sql/area_tile.sql` for tile {z}/{x}/{y} of the {'sample' if chosen.sample else 'real'} country, "
            "provinces and districts, "
            f"{len(made):,} bytes ({len(gzip.compress(made, 6)):,} as gzip). Limit: the same tile read from a table of "
            "finished tiles. Peer: the areas in full, transformed and cut at each request.",
            {"on the fly": rounded(1000 * flown)},
            {5: "<= 4.5", 8: "<= 2.5"}[z],
        )


# In this order: the last one adds pins.
MEASURES: dict[str, Callable[[int], Iterator[Figure]]] = {
    "cells": heat,
    "duplicates": suggestions,
    "geojson": geojson,
    "phone": phone,
    "ranking": ranking_of_districts,
    "search": search_by_name,
    "shares": shares,
    "tile": tiles_of_areas,
    "tallies": tallies,
}
