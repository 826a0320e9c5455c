"""Silent villages over HTTP: the list, and the sheets to send there."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mapping import silent
from mapping.api.base import View
from mapping.api.errors import language
from mapping.filters import check_names, parse_choice, parse_code

WITHIN = OpenApiParameter("within", str, description="area code, or that of one village; nothing for all of yours")


class SilentVillage(serializers.Serializer):
    code = serializers.CharField()
    name_th = serializers.CharField()
    name_en = serializers.CharField()
    subdistrict_th = serializers.CharField()
    subdistrict_en = serializers.CharField()


class SilentVillagesView(View):
    @extend_schema(
        operation_id="silent_villages",
        parameters=[WITHIN],
        responses=inline_serializer(
            "SilentVillages", {"count": serializers.IntegerField(), "results": SilentVillage(many=True)}
        ),
    )
    def get(self, request: Request) -> Response:
        """Villages of your own places from which nobody has reported yet; the first 500 by code."""
        check_names(request.query_params, ("within",))
        count, found = silent.villages(self.reader, parse_code(request.query_params.get("within", ""), "within"))
        return Response({"count": count, "results": found})


class SilentSheetsView(View):
    @extend_schema(
        operation_id="silent_village_sheets",
        parameters=[WITHIN, OpenApiParameter("lang", str, enum=["th", "en"])],
        responses={(200, "application/pdf"): bytes},
    )
    def get(self, request: Request) -> HttpResponse:
        """A page with a QR code for each silent village, to print and send there; at most 60."""
        check_names(request.query_params, ("within", "lang"))
        within = parse_code(request.query_params.get("within", ""), "within")
        words = parse_choice(request.query_params.get("lang") or language(), "lang", ("th", "en"))
        pdf = silent.sheets(self.reader, within, root=request.build_absolute_uri("/"), language=words)
        name = f"silent-{within or 'all'}.pdf"
        return self.download(request, [pdf], name=name, content_type="application/pdf", mark="")  # type: ignore[return-value]
