"""Village meetings: the table, its list, the needs to put on it, the printed and the signed sheet."""

from uuid import UUID

from django.http import FileResponse, HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mapping import meetings, pins, sheet
from mapping.api.base import View
from mapping.api.errors import language
from mapping.api.parsers import GatedJSONParser
from mapping.api.photos import TYPES, PhotoParser
from mapping.api.pins import parse_limit
from mapping.errors import Refusal
from mapping.filters import check_names, parse_choice, parse_code
from mapping.models.meetings import MAX_HANDS

MAX_LIST = 200
VILLAGE = OpenApiParameter("village", str, required=True, description="code of a village")


class RaisedSerializer(serializers.Serializer):
    """Only for the schema: `meetings.parse_table` checks what is sent."""

    id = serializers.UUIDField()
    category = serializers.CharField()
    severity = serializers.IntegerField(min_value=1, max_value=5)
    words = serializers.CharField(max_length=pins.MAX_WORDS, required=False, allow_null=True)
    people = serializers.IntegerField(min_value=1, max_value=pins.MAX_PEOPLE, required=False, allow_null=True)
    hands = serializers.IntegerField(min_value=0, max_value=MAX_HANDS, required=False, allow_null=True)


class ConfirmedSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    hands = serializers.IntegerField(min_value=0, max_value=MAX_HANDS)


class TableSerializer(serializers.Serializer):
    village = serializers.RegexField(r"^\d{8,9}$")
    held_on = serializers.DateField()
    people_present = serializers.IntegerField(min_value=1, max_value=MAX_HANDS, required=False, allow_null=True)
    needs = RaisedSerializer(many=True, required=False, allow_null=True)
    confirmed = ConfirmedSerializer(many=True, required=False, allow_null=True)


class ListedSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    village = serializers.CharField()
    held_on = serializers.DateField()
    people_present = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    sheet = serializers.BooleanField(help_text="whether a photo of the signed sheet is here")


class MeetingNeedSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    category = serializers.CharField()
    words = serializers.CharField()
    severity = serializers.IntegerField()
    people_band = serializers.CharField(allow_null=True)
    status = serializers.CharField()
    hands = serializers.IntegerField(allow_null=True)
    new = serializers.BooleanField(help_text="reported on behalf of this meeting; else confirmed by it")


class MeetingSerializer(ListedSerializer):
    needs = MeetingNeedSerializer(many=True)


class OpenNeedSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    category = serializers.CharField()
    words = serializers.CharField()
    severity = serializers.IntegerField()
    status = serializers.CharField()
    confirmations = serializers.IntegerField()


OPEN_NEED = ("number", "category", "words", "severity", "status", "confirmations")


class MeetingListView(View):
    @extend_schema(
        operation_id="meetings",
        parameters=[
            OpenApiParameter("area", str, description="area code of 2, 4, 6 or 8 digits"),
            OpenApiParameter("limit", int),
        ],
        responses=ListedSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Meetings that you may enter, newest first."""
        check_names(request.query_params, ("area", "limit"))
        if self.reader.person_id is None or self.reader.is_device:
            raise Refusal("sign_in_first")
        area = parse_code(request.query_params.get("area", ""), "area")
        found = meetings.listed(self.reader, area, parse_limit(request, MAX_LIST, MAX_LIST) or MAX_LIST)
        return Response({"results": found})


class MeetingView(View):
    parser_classes = (GatedJSONParser,)

    @extend_schema(operation_id="meeting_read", responses=MeetingSerializer)
    def get(self, request: Request, meeting_id: UUID) -> Response:
        """One meeting with its needs and their hands."""
        check_names(request.query_params, ())
        return self.answer(meetings.find(self.reader, meeting_id), 200)

    @extend_schema(
        operation_id="meeting_send",
        request=TableSerializer,
        responses={201: MeetingSerializer, 200: OpenApiResponse(MeetingSerializer, "the same again: nothing new")},
    )
    def put(self, request: Request, meeting_id: UUID) -> Response:
        """The whole table of a meeting under an id that the browser made. The same again adds nothing."""
        check_names(request.query_params, ())
        if self.reader.person_id is None or self.reader.is_device:
            raise Refusal("sign_in_first")
        if not request.data and int(request.META.get("CONTENT_LENGTH") or 0) == 0:
            raise Refusal("body_empty")
        table = meetings.parse_table(request.data)
        meeting, new = meetings.hold(reader=self.reader, meeting_id=meeting_id, table=table)
        return self.answer(meeting, 201 if new else 200)

    def answer(self, meeting: meetings.Meeting, status: int) -> Response:
        return Response(meetings.tell(meeting) | {"needs": meetings.needs_of(self.reader, meeting)}, status=status)


class SignedSheetView(View):
    parser_classes = (PhotoParser,)

    @extend_schema(operation_id="meeting_sheet_read", responses={(200, "image/jpeg"): bytes})
    def get(self, request: Request, meeting_id: UUID) -> FileResponse:
        """The photo of the signed sheet. Names stand on it: for officers over the village only."""
        check_names(request.query_params, ())
        path = meetings.find_sheet(reader=self.reader, meeting_id=meeting_id)
        return FileResponse(path.open("rb"), content_type="image/jpeg", filename=f"{meeting_id}.jpg")

    @extend_schema(
        operation_id="meeting_sheet_send", request=dict.fromkeys(TYPES[:3], bytes), responses={201: dict, 200: dict}
    )
    def put(self, request: Request, meeting_id: UUID) -> Response:
        """The bytes of a photo of the signed sheet. A later photo takes the place of the one before."""
        check_names(request.query_params, ())
        if (request.content_type or "").partition(";")[0] not in TYPES:
            raise Refusal("image_type", attr="Content-Type")
        raw = request.data if isinstance(request.data, bytes) else b""
        new = meetings.receive_sheet(reader=self.reader, meeting_id=meeting_id, raw=raw)
        return Response({"id": str(meeting_id), "sheet": True}, status=201 if new else 200)


def asked_village(request: Request) -> str:
    village = request.query_params.get("village", "")
    pins.check_village(village, "village")
    return village


class OpenNeedsView(View):
    @extend_schema(operation_id="meeting_open_needs", parameters=[VILLAGE], responses=OpenNeedSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What is open in a village, for the table of its meeting."""
        check_names(request.query_params, ("village",))
        village = asked_village(request)
        meetings.require(self.reader, village)
        found = [
            {name: need[name] for name in OPEN_NEED} | {"id": str(need["id"])}
            for need in meetings.open_needs(self.reader, village)
        ]
        return Response({"results": found})


class BlankSheetView(View):
    @extend_schema(
        operation_id="meeting_blank_sheet",
        parameters=[
            VILLAGE,
            OpenApiParameter("held_on", str, description="the day of the meeting; else a line to write it on"),
            OpenApiParameter("lang", str, enum=["th", "en"]),
        ],
        responses={(200, "application/pdf"): bytes},
    )
    def get(self, request: Request) -> HttpResponse:
        """The sheet for a meeting, to print: map with numbered pins, and the table for the hands."""
        check_names(request.query_params, ("village", "held_on", "lang"))
        village = asked_village(request)
        meetings.require(self.reader, village)
        held_on = request.query_params.get("held_on") or None
        words = parse_choice(request.query_params.get("lang") or language(), "lang", ("th", "en"))
        pdf = sheet.blank_sheet(
            village=village,
            held_on=meetings.parse_held_on(held_on, future=True) if held_on else None,
            by=self.reader.name,
            root=request.build_absolute_uri("/"),
            language=words,
        )
        name = f"meeting-{village}.pdf"
        return self.download(request, [pdf], name=name, content_type="application/pdf", mark="")  # type: ignore[return-value]
