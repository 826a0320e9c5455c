"""Open tables of areas: what an import reads, as it reads it."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from mapping.api.base import View
from mapping.exchange import tables
from mapping.filters import check_names, parse_choice


class TableView(View):
    @extend_schema(
        operation_id="table",
        parameters=[OpenApiParameter("template", str, enum=["1"], description="only headings and an example row")],
        responses={(200, "text/csv"): bytes},
    )
    def get(self, request: Request, kind: str, form: str) -> HttpResponseBase:
        """Boundaries, villages, figures, offices or indicators with the columns that an import reads."""
        check_names(request.query_params, ("template",))
        template = parse_choice(request.query_params.get("template", ""), "template", ("", "1")) == "1"
        blocks = tables.write(kind, form, template=template)
        name = f"{kind}{'-template' if template else ''}.{form}"
        return self.download(request, blocks, name=name, content_type=tables.FORMATS[form], mark="")
