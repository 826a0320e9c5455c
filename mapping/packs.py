"""The tambon pack: what a phone needs of one subdistrict to work without signal, and how much it is.

The pins themselves come by the feed (`sync.pull`), the photos one by one. Here is everything beside them, and all
the sizes, so that a person can be told before downloading. Tiles of a map server are never part of it: few sources
allow that.
"""

import json
from typing import Any

from mapping import aggregate, photos
from mapping.access import Reader, faces
from mapping.errors import Refusal
from mapping.models import FeedState
from mapping.queries import query, rows
from mapping.sync import in_area

MOST_BYTES = 25 * 10**6
MOST_VILLAGES = 1000


def pack(reader: Reader, code: str) -> dict[str, Any]:
    """Outlines and villages of the district around a subdistrict, and the sizes of its pins and thumbnails.

    `bytes` is all of it; `photos` are the newest thumbnails that fit into 25 MB, `left_out` how many do not.
    Raises Refusal `not_found` where the active boundary set has no such subdistrict.
    """
    chain = [code[:2], code[:4], code]
    names = aggregate.names_of(chain)
    if code not in names:
        raise Refusal("not_found")
    newest = aggregate.newest_pub()
    district = code[:4]
    shapes = dict(aggregate.area_shapes(level="subdistrict", within=district, for_map=True))
    outlines = [
        {**{n: area[n] for n in ("code", "name_th", "name_en")}, "geometry": json.loads(shapes[area["code"]] or "null")}
        for area in aggregate.areas(level="subdistrict", within=district)
    ]
    villages = [
        {n: area[n] for n in ("code", "name_th", "name_en", "lng", "lat")}
        for area in aggregate.list_areas(level="village", within=district, limit=MOST_VILLAGES)
    ]
    where, values = in_area(code)
    source, values = faces(reader, where, values)
    found = rows(query("pack_photos").format(faces=source), values)
    pins = rows(query("pack_pins").format(faces=source), values)[0]
    about = {
        "areas": [{"code": one, "name_th": names[one]["th"], "name_en": names[one]["en"]} for one in chain],
        "outlines": outlines,
        "villages": villages,
    }
    sizes = {"map": len(json.dumps(about, ensure_ascii=False).encode()), "pins": pins["bytes"], "photos": 0}
    chosen = []
    for row in found:
        size = thumbnail_bytes(row["id"])
        if size and sum(sizes.values()) + size <= MOST_BYTES:
            chosen.append({"id": row["id"], "pin": row["pin_id"], "bytes": size})
            sizes["photos"] += size
    generation = FeedState.objects.values_list("generation", flat=True).get()
    return {
        "code": code,
        "version": f"{generation}.{newest}",
        "bytes": sum(sizes.values()),
        "sizes": sizes,
        "pins": pins["n"],
        "photos": chosen,
        "left_out": len(found) - len(chosen),
        **about,
    }


def thumbnail_bytes(photo_id: Any) -> int:
    try:
        return photos.path_of(photo_id, "thumb").stat().st_size
    except FileNotFoundError:
        return 0
