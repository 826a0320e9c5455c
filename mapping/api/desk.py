"""The officer's desk over HTTP: the queue, views by name, the shortlist, reply templates, offices to forward to."""

import uuid
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mapping import desk
from mapping.api.base import View
from mapping.api.bodies import ids_in, members, words_in
from mapping.api.pins import FILTER, PinFeature
from mapping.errors import Refusal
from mapping.filters import PinFilter, check_names, parse_choice
from mapping.geometry import clean_text
from mapping.models import Category, Office, ReplyTemplate, Status
from mapping.search import find_offices

MAX_QUERY = 2000


class QueueView(View):
    @extend_schema(operation_id="queue", parameters=FILTER, responses=dict[str, int])
    def get(self, request: Request) -> Response:
        """How many needs wait for you, by part of the queue; `queue=` of the lists shows them."""
        return Response({"counts": desk.queue(self.reader, PinFilter.parse(request.query_params))})


class SavedViewSerializer(serializers.Serializer):
    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=100)
    query = serializers.CharField(max_length=MAX_QUERY, allow_blank=True)
    count = serializers.IntegerField(read_only=True, allow_null=True)


class SavedViewName(serializers.Serializer):
    name = serializers.CharField(max_length=100)


def name_in(data: Mapping[str, Any]) -> str:
    name = words_in(data, "name", 100).strip()
    if not name:
        raise Refusal("words_missing", attr="name")
    return name


class SavedViewsView(View):
    @extend_schema(operation_id="saved_views", responses=SavedViewSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Your views, each with the number of needs it finds now."""
        check_names(request.query_params, ())
        return Response({"results": desk.saved_views(self.reader)})

    @extend_schema(operation_id="saved_view_add", request=SavedViewSerializer, responses={201: SavedViewSerializer})
    def post(self, request: Request) -> Response:
        """Keep a filter by a name."""
        check_names(request.query_params, ())
        data = members(request.data, "name", "query")
        name = name_in(data)
        query = words_in(data, "query", MAX_QUERY)
        made = desk.save_view(self.reader, view_id=uuid.uuid4(), name=name, text=query.removeprefix("?"))
        return Response(made, status=201)


class SavedViewView(View):
    @extend_schema(operation_id="saved_view_rename", request=SavedViewName, responses=SavedViewSerializer)
    def patch(self, request: Request, view_id: UUID) -> Response:
        """Another name for a view."""
        check_names(request.query_params, ())
        return Response(desk.rename_view(self.reader, view_id, name_in(members(request.data, "name"))))

    @extend_schema(operation_id="saved_view_remove", responses={204: None})
    def delete(self, request: Request, view_id: UUID) -> HttpResponse:
        """Forget a view."""
        check_names(request.query_params, ())
        desk.forget_view(self.reader, view_id)
        return HttpResponse(status=204)


class ShortlistBody(serializers.Serializer):
    pins = serializers.ListField(child=serializers.UUIDField(), max_length=desk.MOST_PINS)


class ShortlistView(View):
    @extend_schema(operation_id="shortlist", responses=PinFeature(many=True))
    def get(self, request: Request) -> Response:
        """Your shortlist, in your order."""
        check_names(request.query_params, ())
        return self.answer()

    @extend_schema(operation_id="shortlist_write", request=ShortlistBody, responses=PinFeature(many=True))
    def put(self, request: Request) -> Response:
        """The whole list anew, in this order."""
        check_names(request.query_params, ())
        data = members(request.data, "pins")
        desk.set_shortlist(self.reader, ids_in(data, "pins", desk.MOST_PINS, least=0))
        return self.answer()

    def answer(self) -> Response:
        faces = desk.shortlist(self.reader)
        return Response({"results": PinFeature(faces, many=True, context={"reader": self.reader}).data["features"]})


class TemplateSerializer(serializers.ModelSerializer):
    category = serializers.CharField(source="category.slug", allow_null=True)

    class Meta:
        model = ReplyTemplate
        fields = ("status", "category", "words_th", "words_en")


class TemplatesView(View):
    @extend_schema(
        operation_id="reply_templates",
        parameters=[OpenApiParameter("status", str), OpenApiParameter("category", str)],
        responses=TemplateSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Words to start from, those of the category first."""
        check_names(request.query_params, ("status", "category"))
        asked = request.query_params
        found = ReplyTemplate.objects.select_related("category")
        if asked.get("status"):
            found = found.filter(status=parse_choice(asked["status"], "status", Status.values))
        if asked.get("category"):
            slug = parse_choice(asked["category"], "category", Category.objects.values_list("slug", flat=True))
            found = found.filter(category__slug=slug) | found.filter(category=None)
        else:
            found = found.filter(category=None)
        ordered = sorted(found, key=lambda one: (one.category_id is None, one.position, one.pk))
        return Response({"results": TemplateSerializer(ordered, many=True).data})


class OfficeChoice(serializers.ModelSerializer):
    class Meta:
        model = Office
        fields = ("id", "code", "kind", "name_th", "name_en")


class OfficesView(View):
    @extend_schema(operation_id="offices", parameters=[OpenApiParameter("q", str)], responses=OfficeChoice(many=True))
    def get(self, request: Request) -> Response:
        """Offices to forward to, by part of their name, at most 20."""
        check_names(request.query_params, ("q",))
        text = request.query_params.get("q", "")
        words = clean_text(text, "q", 100) if text else ""
        return Response({"results": OfficeChoice(find_offices(words), many=True).data})
