"""What is kept of a boundary set beside its areas, so that a map need not make it again and again."""

import numpy as np
import shapely
from django.db import connection

from mapping.exchange import shapes
from mapping.queries import rows


def keep_shapes(set_id: int) -> int:
    """Make the shapes of a set's areas anew, from its subdistricts. Returns their number."""
    found = rows(
        "SELECT code, ST_AsBinary(geom) AS geom FROM area"
        " WHERE boundary_set_id = %(set)s AND level = 'subdistrict' AND geom IS NOT NULL ORDER BY code",
        {"set": set_id},
    )
    codes = np.array([row["code"] for row in found])
    parts = shapely.from_wkb(np.array([bytes(row["geom"]) for row in found], dtype=object))
    made = 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM area_shape WHERE boundary_set_id = %s", [set_id])
        with cursor.copy("COPY area_shape (boundary_set_id, band, level, code, geom) FROM STDIN") as copy:
            for coverage in shapes.coverages(codes, parts):
                for row in shapes.rows(coverage):
                    copy.write_row((set_id, *row))
                    made += 1
        cursor.execute("ANALYZE area_shape")
    return made


def analyse_names() -> None:
    """Searches are planned by the names of the set just put in use, not by those of the one before."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE area_name")
        cursor.execute("ANALYZE area_key")
