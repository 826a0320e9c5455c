"""From the database to arrays: one frozen table in one order. Nothing below it knows Django."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapping import aggregate
from mapping.access import Reader
from mapping.filters import PinFilter
from mapping.models import Category
from mapping.models.pins import UNMET

SEVERITIES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class AreaTable:
    """Areas of one level in code order, and what their people asked for.

    n areas, c categories, 5 severities. `pins` counts every status that the filter lets
    through; `unmet` and `weight` only what is still unmet. `weight` is the sum of the
    people-band weights (1..5 a pin).
    """

    codes: tuple[str, ...]
    names_th: tuple[str, ...]
    names_en: tuple[str, ...]
    categories: tuple[str, ...]
    population: NDArray[np.float64]  # (n,) persons; NaN = not known
    households: NDArray[np.float64]  # (n,) NaN = not known
    pins: NDArray[np.int64]  # (n, c)
    unmet: NDArray[np.int64]  # (n, c, 5)
    weight: NDArray[np.int64]  # (n, c, 5)


def read(reader: Reader, chosen: PinFilter, *, level: str, within: str) -> AreaTable:
    """The table of one level within one area, for one filter."""
    areas = aggregate.areas(level=level, within=within)
    categories = list(Category.objects.order_by("position").values_list("id", "slug"))
    row_of = {area["code"]: i for i, area in enumerate(areas)}
    column_of = {pk: i for i, (pk, _) in enumerate(categories)}
    shape = (len(areas), len(categories))
    pins = np.zeros(shape, np.int64)
    unmet = np.zeros((*shape, len(SEVERITIES)), np.int64)
    weight = np.zeros_like(unmet)
    for tally in aggregate.tallies(reader, chosen, level=level, within=within):
        row = row_of.get(tally["code"])
        if row is None:
            continue  # an abolished area, which is not ranked
        column = column_of[tally["category_id"]]
        pins[row, column] += tally["pins"]
        if tally["status"] in UNMET:
            unmet[row, column, tally["severity"] - 1] += tally["pins"]
            weight[row, column, tally["severity"] - 1] += tally["weight"]

    def known(name: str) -> NDArray[np.float64]:
        return np.array([np.nan if a[name] is None else a[name] for a in areas], np.float64)

    return AreaTable(
        codes=tuple(a["code"] for a in areas),
        names_th=tuple(a["name_th"] for a in areas),
        names_en=tuple(a["name_en"] for a in areas),
        categories=tuple(slug for _, slug in categories),
        population=known("population"),
        households=known("households"),
        pins=pins,
        unmet=unmet,
        weight=weight,
    )
