"""Lists of areas: for choosing a village without a map, and for finding a place by name."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mapping import aggregate, search
from mapping.api.base import View
from mapping.errors import Refusal
from mapping.filters import check_names, parse_choice, parse_code, parse_integer
from mapping.geometry import clean_text
from mapping.models.areas import Level

MOST_AREAS, MOST_FOUND = 500, 20

WITHIN = OpenApiParameter("within", str, description="area code; nothing for the country")
LEVEL = OpenApiParameter("level", str, enum=Level.values)


def parse_level(request: Request, default: str = "") -> str:
    text = request.query_params.get("level", "") or default
    return parse_choice(text, "level", Level.values) if text else ""


class AreaListView(View):
    @extend_schema(
        operation_id="areas",
        parameters=[
            LEVEL,
            WITHIN,
            OpenApiParameter("code", str),
            OpenApiParameter("q", str, description="a name, with its typing errors; a code; an address in one line"),
            OpenApiParameter("limit", int, description="at most 500; without it 500, or 20 with `q`"),
        ],
        responses={(200, "application/json"): dict},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Areas by level, by what they lie in, by code; or by name, best first, with what they lie in."""
        query = request.query_params
        check_names(query, ("level", "within", "code", "q", "limit"))
        level, within = parse_level(request), parse_code(query.get("within", ""), "within")
        codes = [parse_code(code, "code") for code in query["code"].split(",")] if query.get("code") else None
        q = clean_text(query["q"], "q", 100) if query.get("q") else ""
        size = query.get("limit", "")
        limit = parse_integer(size, "limit", 1, MOST_AREAS) if size else MOST_FOUND if q else MOST_AREAS
        if level == Level.VILLAGE and len(within) < 4 and not (q or codes):
            raise Refusal("level_within", attr="within", digits=4)  # a longer list would be cut
        mark = aggregate.etag(self.reader)
        if held := self.unchanged(request, mark):
            return held
        if q:
            found = search.find_areas(q, level=level, within=within, limit=limit)
            found = [area for area in found if codes is None or area["code"] in codes]
        else:
            found = aggregate.list_areas(level=level, within=within, codes=codes, limit=limit)
        return self.mark(Response({"results": found}), mark)
