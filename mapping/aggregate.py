"""Set-based reads: features, pages, cells, clusters, tallies, areas. Runs `sql/*.sql`.

Rows in bulk never pass through a serializer: the database writes the text, and it goes from
socket to response.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from numpy.typing import NDArray
from psycopg import sql

from mapping import __version__, offices
from mapping.access import Reader, answered, faces
from mapping.errors import Refusal
from mapping.filters import PinFilter
from mapping.geometry import MAX_ZOOM, WORLD_M, named_level, overview_band, shape_band
from mapping.models import Area, BoundarySet, Category, FeedState
from mapping.models.pins import group_of
from mapping.queries import Part, Values, query, rows, value

BLOCK_BYTES = 256 * 1024
FOLD_FROM = 2_000  # waiting rows from which a reader folds some, where no worker does
FOLD_AT_ONCE = 20_000  # by a reader, who waits for it
OFFICE = ("code", "kind", "name_th", "name_en", "phone", "email", "line_id", "website", "address")
DIGITS = {"province": 2, "district": 4, "subdistrict": 6, "village": 9}  # a village's number may have three


def seen(reader: Reader, chosen: PinFilter) -> tuple[Part, Values]:
    """The pins of a filter, each by the face that this reader may see."""
    where, values = chosen.where()
    if chosen.queue:  # what waits for this reader, and for nobody else
        mine, more = answered(reader, where)
        return mine, values | more
    return faces(reader, where, values)


def etag(reader: Reader) -> str:
    """Names one state of everything a reader may see: generation, newest number, scope.

    Never an id of `change_new`: ids commit out of order, and a 304 would hide the late row.
    """
    newest = newest_pub()
    generation = FeedState.objects.values_list("generation", flat=True).get()
    form = "sample" if sample() else "real"  # the same rows are written otherwise by another release or setting
    return f'"{generation}.{newest}.{reader.scope}.{__version__}.{form}"'


def newest_pub() -> int:
    """The newest number of the feed, everything numbered first that is visible: it needs no worker."""
    return value("SELECT feed_sequence()")


def sample() -> bool:
    """Whether what is shown is invented: by setting, or because the active areas are."""
    return settings.MEEMAP["sample"] or BoundarySet.objects.filter(active=True, sample=True).exists()


# -- downloads ------------------------------------------------------------------------------


def copy_out(statement: Part, values: Values) -> Iterator[bytes]:
    """What COPY sends, in blocks. The transaction ends, and the connection is free, when the reader leaves."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        with cursor.copy(statement, values) as copy:
            block = bytearray()
            for part in copy:
                block += part
                if len(block) >= BLOCK_BYTES:
                    yield bytes(block)
                    block.clear()
            if block:
                yield bytes(block)


def limit_part(limit: int | None) -> Part:
    return sql.SQL("LIMIT {}").format(sql.Literal(limit)) if limit else sql.SQL("")


def stream_features(reader: Reader, chosen: PinFilter, limit: int | None = None) -> Iterator[bytes]:
    """A GeoJSON FeatureCollection (RFC 7946), one feature a line, in constant memory."""
    yield collection_head(sample())
    first = True
    for block in _features(reader, chosen, limit, before=","):
        yield block[1:] if first else block  # a comma goes before every feature; that of the first is cut off
        first = False
    yield b"]}\n"


def stream_lines(reader: Reader, chosen: PinFilter, limit: int | None = None) -> Iterator[bytes]:
    """One GeoJSON feature a line and nothing around them, so that a reader can begin before the end has come."""
    yield from _features(reader, chosen, limit, before="")


def _features(reader: Reader, chosen: PinFilter, limit: int | None, *, before: str) -> Iterator[bytes]:
    fold_if_due()
    feature = query("feature").format(more=sample_part(sample()))
    source, values = seen(reader, chosen)
    # JSON text holds no raw control characters, so with such a quote and delimiter COPY changes nothing.
    statement = sql.SQL(
        "COPY (SELECT {before} || {feature} FROM ({source}) AS p {limit}) TO STDOUT"
        " WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')"
    ).format(before=sql.Literal(before), feature=feature, source=source, limit=limit_part(limit))
    yield from copy_out(statement, values)


def sample_part(is_sample: bool) -> Part:
    return sql.SQL("""',"sample":true'""" if is_sample else "''")


def collection_head(is_sample: bool) -> bytes:
    mark = b'"sample":true,' if is_sample else b""
    return b'{"type":"FeatureCollection",' + mark + b'"features":[\n'


def stream_csv(reader: Reader, chosen: PinFilter, limit: int | None = None) -> Iterator[bytes]:
    """CSV with a byte order mark, so that Excel reads the Thai."""
    source, values = seen(reader, chosen)
    inner = query("pins_csv").format(faces=source, limit=limit_part(limit))
    yield b"\xef\xbb\xbf"
    yield from copy_out(sql.SQL("COPY ({}) TO STDOUT WITH (FORMAT csv, HEADER)").format(inner), values)


# -- lists and map ----------------------------------------------------------------------------


def feature_with_photos() -> Part:
    """The text of a Feature of the face `p`, its photos and the mark of invented data included."""
    more = sql.SQL("{} || {}").format(query("photos_of_pin"), sample_part(sample()))
    return query("feature").format(more=more)


def page(
    reader: Reader, chosen: PinFilter, *, size: int, before: tuple[str, int] | None = None
) -> tuple[list[str], tuple[str, int] | None]:
    """Features of one page (JSON text), and the mark of the next page if there is one."""
    source, values = seen(reader, chosen)
    after = "(received_at, number) < (%(before_at)s, %(before_number)s)" if before else "true"
    if before:
        values |= {"before_at": before[0], "before_number": before[1]}
    statement = query("pins_page").format(
        feature=feature_with_photos(),
        faces=source,
        after=sql.SQL(after),  # type: ignore[arg-type]
    )
    found = rows(statement, values | {"size": size + 1})
    more = len(found) > size
    last = found[size - 1] if more else None
    return [row["feature"] for row in found[:size]], (
        (last["received_at"].isoformat(), last["number"]) if last else None
    )


def count(reader: Reader, chosen: PinFilter) -> int:
    source, values = seen(reader, chosen)
    return value(sql.SQL("SELECT count(*) FROM ({}) AS p").format(source), values)


# -- areas ------------------------------------------------------------------------------------


def area_figures(
    reader: Reader, chosen: PinFilter, *, level: str, within: str, codes: Sequence[str]
) -> NDArray[np.int64]:
    """What counts in each area of `codes`: (n, categories by id, 5), as `AreaFigures` has them.

    Category 0 is all of them together, 0 where the filter chooses some.

    From the kept figures or the kept tallies where they can answer (the same for every reader), else from the pins.
    Codes that are not asked for (of areas that were abolished) are left out.
    """
    digits = DIGITS[level]
    row_of = {code: i for i, code in enumerate(codes)}
    ids = Category.objects.values_list("pk", "slug")
    found = np.zeros((len(codes), max((pk for pk, _ in ids), default=0) + 1, 5), np.int64)
    below = chosen.area if chosen.area.startswith(within) else within
    if not below.startswith(chosen.area):
        return found  # the filter's area and `within` have nothing in common
    read = max(digits, len(below))
    if not (chosen.in_figures and read <= 6):
        for row in _tallies(reader, chosen, digits=digits, read=read, below=below):
            if row["code"] in row_of:
                group = group_of(row["status"])
                here = found[row_of[row["code"]]]
                for category in (row["category_id"],) if chosen.categories else (0, row["category_id"]):
                    here[category, group] += row["pins"]
                    here[category, 4] += row["severity"] * row["weight"] if group == 0 else 0
        return found
    fold_if_due()
    flat = found.reshape(len(codes), -1)
    for row in rows(query("area_figures"), {"digits": digits, "read": read, "below": below}):
        at = row_of.get(row["code"])
        if at is None:
            continue
        if row["figures"] is None:
            flat[at, row["slot"] - 1] += row["amount"]
        else:  # 20 bytes about the array, then of each number its length and itself
            kept = np.frombuffer(row["figures"], ">i4", offset=20)[1::2]
            flat[at, : len(kept)] += kept
    if chosen.categories:
        wanted = {pk for pk, slug in ids if slug in chosen.categories}
        found[:, [pk for pk in range(found.shape[1]) if pk not in wanted]] = 0
    groups = chosen.groups or ()
    found[:, :, [n for n in range(4) if n not in groups] + ([] if 0 in groups else [4])] = 0
    return found


def _tallies(reader: Reader, chosen: PinFilter, *, digits: int, read: int, below: str) -> list[dict[str, Any]]:
    """Pins that count per area, category, status and severity, with their people-band weights."""
    if chosen.in_tallies and read <= 6:
        where, values = replace(chosen, area="").where()
        fold_if_due()
        return rows(query("tallies").format(where=where), values | {"digits": digits, "read": read, "below": below})
    source, values = seen(reader, chosen)
    return rows(query("tallies_live").format(faces=source), values | {"digits": digits, "below": below})


def tallies_differ() -> list[dict[str, Any]]:
    """Where the kept tallies or figures differ from the pins themselves; nothing, if all is well."""
    return rows(query("tallies_differ"))


def confirmed_differ() -> list[dict[str, Any]]:
    """Where a kept number of people differs from the confirmations themselves; nothing, if all is well."""
    return rows(query("confirmed_differ"))


def fold_if_due() -> None:
    """Without a worker, whoever reads folds; a read is exact either way."""
    waiting = "SELECT max(n) FROM (SELECT count(*) AS n FROM (SELECT FROM tally_delta LIMIT {most}) AS t"
    waiting += " UNION ALL SELECT count(*) FROM (SELECT FROM cell_delta LIMIT {most}) AS c"
    waiting += " UNION ALL SELECT count(*) FROM (SELECT FROM confirmed_moved LIMIT {most}) AS c) AS waiting"
    if value(sql.SQL(waiting).format(most=sql.Literal(FOLD_FROM))) >= FOLD_FROM:
        fold(FOLD_AT_ONCE)


def fold(most: int = 100_000) -> None:
    """Move what the triggers have appended into the kept counts. Whoever comes second does nothing."""
    value("SELECT tally_fold(%(most)s) + cell_fold(%(most)s) + confirmed_fold(%(most)s)", {"most": most})


def villages_reporting(*, level: str, within: str) -> dict[str, int]:
    """How many villages have a pin that counts, per area."""
    found = rows(query("villages_reporting"), {"digits": DIGITS[level], "within": within})
    return {row["code"]: row["villages"] for row in found}


def areas(*, level: str, within: str) -> list[dict[str, Any]]:
    """code, name_th, name_en, population, households of the active set's areas, in code order."""
    return rows(query("areas"), {"level": level, "within": within})


def area_shapes(*, level: str, within: str, for_map: bool = False) -> Iterator[tuple[str, str | None]]:
    """code and GeoJSON geometry (text, or None), in the same order as `areas`.

    For a map of `within` a shape is as simple as the zoom allows at which all of it is seen.
    """
    about: Values = {"level": level, "within": within}
    name = "area_shapes"
    if for_map and level != "village":
        name, band = "area_shapes_map", overview_band(level, within)
        about |= {"band": band, "digits": 4 if band < MAX_ZOOM else 6}  # 11 m, less than a tenth of a pixel
    statement = sql.SQL("COPY ({}) TO STDOUT").format(query(name))
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement, about) as copy:
        yield from copy.rows()


def area_tile(z: int, x: int, y: int) -> tuple[str, Callable[[], bytes]]:
    """The ETag of a vector tile of the active set's areas, and what makes it.

    A set is never edited while it is active, so the set and its activation name every tile.
    """
    active = BoundarySet.objects.filter(active=True).values_list("pk", "activated_at").first()
    if active is None:
        return f'"none.{__version__}"', bytes
    mark = f'"{active[0]}.{active[1]:%Y%m%d%H%M%S%f}.{__version__}"'
    return mark, lambda: bytes(value(query("area_tile"), area_tile_values(active[0], z, x, y)) or b"")


def area_tile_values(set_id: int, z: int, x: int, y: int) -> Values:
    """What `area_tile.sql` takes. A tile has 4096 units a side; its rows run down, metres run up."""
    side_m = WORLD_M / 2**z
    per_m = 4096 / side_m
    right, down = (WORLD_M / 2 - x * side_m) * per_m, (WORLD_M / 2 - y * side_m) * per_m
    at = {"z": z, "x": x, "y": y, "per_m": per_m, "right": right, "down": down}
    return {"set": set_id, "band": shape_band(z), "named": named_level(z), **at}


def list_areas(
    *, level: str = "", within: str = "", codes: list[str] | None = None, limit: int = 500
) -> list[dict[str, Any]]:
    """Areas for a list, in Thai order; a village list in the order of its numbers. Words are for `search.py`."""
    parts, values = [sql.SQL("current")], {"level": level, "within": within, "codes": codes, "limit": limit}
    if level:
        parts.append(sql.SQL("level = %(level)s"))
    if within:
        parts.append(sql.SQL("code >= %(within)s AND code < code_end(%(within)s)"))
    if codes is not None:
        parts.append(sql.SQL("code = ANY(%(codes)s)"))
    order = sql.SQL("code") if level == "village" else sql.SQL('level, name_th COLLATE "th-x-icu", code')
    return rows(query("area_list").format(where=sql.SQL(" AND ").join(parts), order=order), values)


def names_of(codes: list[str]) -> dict[str, dict[str, str]]:
    """Thai and English names of some codes of the active set."""
    found = Area.objects.filter(boundary_set__active=True, code__in=codes).values_list("code", "name_th", "name_en")
    return {code: {"th": th, "en": en} for code, th, en in found}


def where(lng: float | None, lat: float | None, *, village: str = "", category: str = "") -> dict[str, Any]:
    """The areas of a point or a chosen village, the nearest villages, and the office that answers there.

    A chosen village decides, wherever the point is; without a point its own one is used.

    Raises Refusal `unknown_village` for a village that the active set does not have.
    """
    if village:
        chosen = Area.objects.filter(boundary_set__active=True, level="village", code=village).first()
        if chosen is None:
            raise Refusal("unknown_village", attr="village", given=village)
        if lng is None and chosen.point is not None and chosen.point_flag == "ok":
            lng, lat = chosen.point.coords
    found = rows(query("where"), {"lng": lng, "lat": lat, "village": village or None})
    code = found[0]["code"]
    names = names_of([code[:2], code[:4], code, *([village] if village else [])]) if code else {}

    def area(one: str | None) -> dict[str, str] | None:
        name = names.get(one or "")
        return {"code": one, "name_th": name["th"], "name_en": name["en"]} if one and name else None

    villages = [
        {"code": row["village"], **{n: row[n] for n in ("name_th", "name_en", "lng", "lat", "distance_m")}}
        for row in found
        if row["village"]
    ]
    return {
        "province": area(code and code[:2]),
        "district": area(code and code[:4]),
        "subdistrict": area(code),
        "village": area(village),
        "flag": found[0]["flag"],
        "villages": villages,
        **offices_at(code, village=village, nearest=villages[0]["code"] if villages else None, category=category),
        **({"sample": True} if sample() else {}),
    }


def offices_at(subdistrict: str | None, *, village: str, nearest: str | None, category: str) -> dict[str, Any]:
    """`office` (that answers there, or None), `certain`, `reason` and `offices` in order; see `offices.rank`."""
    if subdistrict is None:
        loaded = BoundarySet.objects.filter(active=True).exists()
        return {"office": None, "certain": False, "reason": "outside" if loaded else "no_areas", "offices": []}
    place = village or subdistrict
    above = ["", subdistrict[:2], subdistrict[:4], subdistrict]
    found = rows(query("offices_at"), {"place": place, "above": above, "nearest": nearest, "category": category})
    candidates = [
        offices.Candidate(
            key=(row["code"] or "", row["id"]), categories=tuple(row["categories"]), about=row,
            **{n: row[n] for n in ("kind", "digits", "names_it", "villages", "holds_nearest", "holds_all")},
        )
        for row in found
    ]  # fmt: skip
    verdict = offices.rank(candidates, category=category, chosen=bool(village))
    told = [
        {
            **{name: one.candidate.about[name] for name in OFFICE},
            "categories": list(one.candidate.categories),
            "answers": one.answers,
            "by": one.candidate.by,
            "covers": one.covers,
            "villages": one.candidate.villages if one.candidate.by == "village" and not village else None,
        }
        for one in verdict.ranked
    ]
    return {
        "office": told[0] if verdict.has_answer else None,
        "certain": verdict.certain,
        "reason": verdict.reason,
        "offices": told,
    }
