"""Has this been reported already? Needs near a place that may be the same one.

A rule to suggest by, never to join by: a person says that two are the same. Categories whose place is hidden have no
radius, and a place that is not exact is no neighbour: nothing is suggested there.
"""

import math
from typing import Any
from uuid import UUID

from psycopg import sql

from mapping.access import Reader, faces, see
from mapping.errors import Refusal
from mapping.models import Category, Status
from mapping.queries import query, rows

OVER = (Status.CONFIRMED, Status.WITHDRAWN, Status.CLOSED_WITHOUT_FIX)
MOST = 5
M_PER_DEGREE = 110_500  # of latitude, the least


def near(
    reader: Reader, *, lng: float, lat: float, category: str, words: str = "", itself: UUID | None = None
) -> list[dict[str, Any]]:
    """The needs most like this one, at most five: `distance_m` in metres, `likeness` of the words 0 to 1."""
    radius_m = Category.objects.values_list("radius_m", flat=True).get(slug=category)
    if not radius_m:
        return []
    high = radius_m / M_PER_DEGREE
    wide = high / max(math.cos(math.radians(lat)), 0.1)
    # The box comes first and holds constants only, so that the index of places answers it.
    where = sql.SQL("place && ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4326)")
    box = {"w": lng - wide, "s": lat - high, "e": lng + wide, "n": lat + high}
    source, values = faces(reader, where, box)
    about = {"lng": lng, "lat": lat, "category": category, "words": words, "self": itself}
    return rows(query("duplicates").format(faces=source), values | about | {"over": list(map(str, OVER)), "most": MOST})


def of_pin(reader: Reader, pin_id: UUID) -> list[dict[str, Any]]:
    """Needs that may be the same as a pin, by the face of it that the reader may see. Raises Refusal `not_found`."""
    face = see(reader, pin_id)
    if face is None:
        raise Refusal("not_found")
    if face.place_precision != "exact":
        return []
    return near(reader, lng=face.place.x, lat=face.place.y, category=face.category, words=face.words, itself=face.id)
