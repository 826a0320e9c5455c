"""The ranking, and areas with their tallies, score and its parts: the priority map for any GIS."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from budget import ranking, table
from mapping import aggregate
from mapping.access import Reader
from mapping.api.areas import WITHIN, parse_level
from mapping.api.base import View
from mapping.api.pins import FILTER
from mapping.errors import Refusal
from mapping.exchange import tables
from mapping.filters import PinFilter, parse_choice, parse_code
from mapping.models.areas import Level

COLUMNS = (
    "rank", "code", "name_th", "name_en", "score", "population", "households", "pins", "unmet", "weighted",
)  # fmt: skip
DETAILS = ("full", "map")
DETAIL = OpenApiParameter("detail", str, enum=DETAILS, description="shapes in full, or as a map of `within` needs them")
LEVEL = OpenApiParameter("level", str, enum=Level.values, description="default: district")


def ranked(reader: Reader, chosen: PinFilter, *, level: str, within: str) -> tuple[str, list[dict[str, Any]]]:
    """Basis, and a row an area in the order of the ranking, each score opened into its parts."""
    areas = table.read(reader, chosen, level=level, within=within)
    found = ranking.rank_weighted(areas.weighted, areas.population)
    unmet = areas.unmet.sum(axis=1)
    rows = []
    for i in found.order.tolist():
        scored = found.rank[i] > 0
        rows.append(
            {
                "code": areas.codes[i],
                "name_th": areas.names_th[i],
                "name_en": areas.names_en[i],
                "rank": int(found.rank[i]) if scored else None,
                "score": float(found.score[i]) if scored else None,
                "population": whole(areas.population[i]),
                "households": whole(areas.households[i]),
                "pins": int(areas.pins[i].sum()),
                "unmet": int(unmet[i]),
                "weighted": int(found.weighted[i].sum()),
                "parts": [
                    {
                        "category": areas.categories[c],
                        "pins": int(areas.unmet[i, c]),
                        "weighted": int(found.weighted[i, c]),
                        "points": float(found.parts[i, c]) if scored else None,
                    }
                    for c in np.flatnonzero(found.weighted[i]).tolist()
                ],
            }
        )
    return found.basis, rows


def whole(number: np.float64) -> int | None:
    return None if np.isnan(number) else int(number)


def parse_place(request: Request) -> tuple[str, str]:
    level = parse_level(request, default=Level.DISTRICT)
    within = parse_code(request.query_params.get("within", ""), "within")
    if level == Level.VILLAGE and len(within) < 2:
        raise Refusal("level_within", attr="within", digits=2)
    return level, within


class RankingView(View):
    @extend_schema(
        operation_id="ranking",
        parameters=[LEVEL, WITHIN, *FILTER],
        responses={(200, "application/json"): dict},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Areas of a level by unmet need per 1,000 people, each score opened into parts that add up."""
        chosen = PinFilter.parse(request.query_params, also=("level", "within"))
        level, within = parse_place(request)
        mark = aggregate.etag(self.reader)
        if held := self.unchanged(request, mark):
            return held
        basis, rows = ranked(self.reader, chosen, level=level, within=within)
        villages = aggregate.villages_reporting(level=level, within=within) if within else None
        for row in rows:
            row["villages_reporting"] = None if villages is None else villages.get(row["code"], 0)
        answer = {
            "level": level,
            "within": within,
            "basis": basis,
            "sample": aggregate.sample(),
            "results": rows,
        }
        return self.mark(Response(answer), mark)


class AreasDownload(View):
    """`kind` is the form: geojson, csv or xlsx."""

    kind = "geojson"

    @extend_schema(
        parameters=[LEVEL, WITHIN, DETAIL, *FILTER],
        responses={(200, "application/geo+json"): dict, (200, "text/csv"): str, (200, tables.FORMATS["xlsx"]): bytes},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Areas of a level with tallies, score, parts and population."""
        chosen = PinFilter.parse(request.query_params, also=("level", "within", "detail"))
        level, within = parse_place(request)
        detail = parse_choice(request.query_params.get("detail", "full"), "detail", DETAILS)
        mark = aggregate.etag(self.reader)
        if held := self.unchanged(request, mark):
            return held
        basis, rows = ranked(self.reader, chosen, level=level, within=within)
        if self.kind == "geojson":
            blocks, content_type = geojson_blocks(level, within, basis, rows, detail=detail), "application/geo+json"
        else:
            blocks, content_type = tables.sheet(self.kind, *table_of(level, basis, rows)), tables.FORMATS[self.kind]
        return self.download(request, blocks, name=f"areas.{self.kind}", content_type=content_type, mark=mark)


def geojson_blocks(level: str, within: str, basis: str, rows: list[dict[str, Any]], *, detail: str) -> Iterator[bytes]:
    """One feature an area, in code order; geometry null where the area has no polygon."""
    is_sample = aggregate.sample()
    by_code = {row["code"]: row for row in rows}
    yield aggregate.collection_head(is_sample)
    comma = ""
    for code, shape in aggregate.area_shapes(level=level, within=within, for_map=detail == "map"):
        about = {"code": code, "level": level, **by_code[code], "basis": basis}
        if is_sample:
            about["sample"] = True
        properties = json.dumps(about, ensure_ascii=False, allow_nan=False)
        text = f'{comma}{{"type":"Feature","id":"{code}","geometry":{shape or "null"},"properties":{properties}}}\n'
        yield text.encode()
        comma = ","
    yield b"]}\n"


def table_of(level: str, basis: str, rows: list[dict[str, Any]]) -> tuple[list[str], Iterator[dict[str, Any]]]:
    """Names and rows: one an area in the order of the ranking, a column of points for each category that occurs."""
    categories = list(dict.fromkeys(part["category"] for row in rows for part in row["parts"]))
    points = [f"points_{category}" for category in categories]
    nothing = dict.fromkeys(points, 0)
    flat = (
        {**row, "level": level, "basis": basis, **nothing}
        | {f"points_{part['category']}": part["points"] for part in row["parts"]}
        for row in rows
    )
    return [*COLUMNS, "level", "basis", *points], flat
