"""What a map asks for: heat cells, clusters, tiles of areas, the areas of a point."""

import hashlib

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mapping import aggregate, cells
from mapping.api.base import View
from mapping.api.pins import FILTER
from mapping.errors import Refusal
from mapping.filters import PinFilter, check_names, parse_choice, parse_code
from mapping.geometry import parse_point, parse_tile
from mapping.models import Category

TILE = "application/vnd.mapbox-vector-tile"


def parse_degrees(request: Request, name: str) -> float:
    text = request.query_params.get(name, "")
    try:
        if not text or len(text) > 32 or not text.isascii():
            raise ValueError
        return float(text)
    except ValueError:
        raise Refusal("coordinate_number", attr=name) from None


class CellsView(View):
    @extend_schema(operation_id="cells", parameters=FILTER, responses={(200, "application/json"): dict})
    def get(self, request: Request, z: str) -> HttpResponseBase:
        """Heat: pins and weighted unmet need per cell of a fixed grid; of a box, the cells whose middle it holds."""
        zoom = parse_tile(z, "0", "0")[0]
        chosen = PinFilter.parse(request.query_params)
        mark = aggregate.etag(self.reader)
        if held := self.unchanged(request, mark):
            return held
        return self.mark(Response(cells.of_box(self.reader, chosen, zoom)), mark)


@method_decorator(gzip_page, name="dispatch")
class FilteredTileView(View):
    """A tile of what a filter lets through. Its own content names it: a pin elsewhere changes nothing here."""

    def make(self, chosen: PinFilter, z: int, x: int, y: int) -> bytes:
        raise NotImplementedError

    def answer(self, request: Request, z: str, x: str, y: str) -> HttpResponseBase:
        place = parse_tile(z, x, y)
        drawn = self.make(PinFilter.parse(request.query_params), *place)
        mark = f'"{hashlib.sha256(drawn).hexdigest()[:32]}"'
        return self.unchanged(request, mark) or self.mark(HttpResponse(drawn, content_type=TILE), mark)


class CellTileView(FilteredTileView):
    def make(self, chosen: PinFilter, z: int, x: int, y: int) -> bytes:
        return cells.tile(self.reader, chosen, z, x, y)

    @extend_schema(operation_id="cell_tile", parameters=FILTER, responses={(200, TILE): OpenApiTypes.BINARY})
    def get(self, request: Request, z: str, x: str, y: str) -> HttpResponseBase:
        """Heat as a vector tile: a box a cell with its pins and weighted unmet need; no bytes where no pin is."""
        return self.answer(request, z, x, y)


class PinTileView(FilteredTileView):
    def make(self, chosen: PinFilter, z: int, x: int, y: int) -> bytes:
        return cells.pins_tile(self.reader, chosen, z, x, y)

    @extend_schema(operation_id="pin_tile", parameters=FILTER, responses={(200, TILE): OpenApiTypes.BINARY})
    def get(self, request: Request, z: str, x: str, y: str) -> HttpResponseBase:
        """Needs that lead as a vector tile, at most 10,000; no bytes where none is."""
        return self.answer(request, z, x, y)


class ClustersView(View):
    @extend_schema(operation_id="clusters", parameters=FILTER, responses={(200, "application/geo+json"): dict})
    def get(self, request: Request, z: str) -> HttpResponseBase:
        """Leads of a filter, drawn together where they would overlap at this zoom."""
        zoom = parse_tile(z, "0", "0")[0]
        chosen = PinFilter.parse(request.query_params)
        mark = aggregate.etag(self.reader)
        if held := self.unchanged(request, mark):
            return held
        return self.mark(Response(cells.crowds(self.reader, chosen, zoom)), mark)


@method_decorator(gzip_page, name="dispatch")
class AreaTileView(View):
    @extend_schema(
        operation_id="area_tile",
        responses={(200, TILE): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, z: str, x: str, y: str) -> HttpResponseBase:
        """Areas as a vector tile, simplified for its zoom without gaps; no bytes where nothing lies."""
        check_names(request.query_params, ())
        mark, make = aggregate.area_tile(*parse_tile(z, x, y))
        held = self.unchanged(request, mark)
        answer = held or self.mark(HttpResponse(make(), content_type=TILE), mark)
        # The same for everyone, and a set of boundaries lasts for months: a map moved to and fro asks once.
        answer["Cache-Control"] = "public, max-age=300"
        return answer


class WhereView(View):
    @extend_schema(
        operation_id="where",
        parameters=[
            OpenApiParameter("lng", float, description="may be left out with lat where village is given"),
            OpenApiParameter("lat", float),
            OpenApiParameter("category", str, description="slug: the office that answers for it"),
            OpenApiParameter("village", str, description="code of the chosen village"),
        ],
        responses={(200, "application/json"): dict},
    )
    def get(self, request: Request) -> Response:
        """The areas of a point or village, the nearest villages, and which office answers there."""
        get = request.query_params
        check_names(get, ("lng", "lat", "category", "village"))
        category, village = get.get("category", ""), get.get("village", "")
        if category:
            parse_choice(category, "category", Category.objects.values_list("slug", flat=True))
        if village:
            parse_code(village, "village", lengths=(8, 9))
        lng: float | None = None
        lat: float | None = None
        if get.get("lng") or get.get("lat"):
            point = {"type": "Point", "coordinates": [parse_degrees(request, name) for name in ("lng", "lat")]}
            lng, lat = parse_point(point, "point")
        elif not village:
            raise Refusal("place_missing")
        return Response(aggregate.where(lng, lat, village=village, category=category))
