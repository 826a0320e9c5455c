"""One pin, its log, lists and downloads of pins."""

import base64
import binascii
import json
import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import F, Func
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from mapping import aggregate, pins, sync
from mapping.access import Reader, may_answer, may_report, see
from mapping.api.authentication import device_token, new_device_token, remember_device
from mapping.api.base import View, count_anonymous
from mapping.api.bodies import id_in, members
from mapping.api.errors import body as error_body
from mapping.api.parsers import GatedGeoJSONParser, GatedJSONParser
from mapping.errors import Refusal
from mapping.filters import PinFilter, check_names, parse_integer
from mapping.geometry import parse_feature
from mapping.models import Edit, Entry, Office, Person, Photo, Pin, PinFull, Recording, Status
from mapping.models.pins import SOURCES, Face

BANDS = (None, "1-9", "10-49", "50-199", "200-999", "1000+")
FULL_ONLY = (
    "people", "source", "accuracy_m", "captured_at", "place_agrees", "hidden", "conflicts", "clock_skew_s",
    "recordings",
)  # fmt: skip
MAX_PAGE = 500
MAX_LIMIT = 100_000_000
FILTER = [
    OpenApiParameter("bbox", str, description="w,s,e,n in degrees, on the place that you may see"),
    OpenApiParameter("area", str, description="area code of 2, 4, 6 or 8 digits"),
    OpenApiParameter("category", str, description="categories, by comma"),
    OpenApiParameter("status", str, description="statuses, by comma; or open, unmet"),
    OpenApiParameter("severity", str, description="1 to 5, as 4 or 3-5"),
    OpenApiParameter("since", str, description="received on or after this day (Bangkok)"),
    OpenApiParameter("until", str, description="received before this day (Bangkok)"),
    OpenApiParameter("q", str, description="part of the words, or a number"),
]
LIMIT = OpenApiParameter("limit", int, description="at most so many")


class NameSerializer(serializers.Serializer):
    th = serializers.CharField()
    en = serializers.CharField()


class PinPhotoSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    url = serializers.CharField()
    thumb = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    after = serializers.BooleanField(help_text="of what was done")


class PinFeature(GeoFeatureModelSerializer):
    """One pin as a GeoJSON Feature, by the face that its reader may see."""

    people_band = serializers.SerializerMethodField(help_text="1-9, 10-49, 50-199, 200-999, 1000+ or null")
    province = serializers.SerializerMethodField()
    district = serializers.SerializerMethodField()
    subdistrict = serializers.SerializerMethodField()
    names = serializers.SerializerMethodField()
    photos = serializers.SerializerMethodField()
    recordings = serializers.SerializerMethodField()
    mine = serializers.SerializerMethodField()
    forwarded_to = serializers.SerializerMethodField(help_text="the office of the last forwarding, or null")
    confirmations_without_account = serializers.SerializerMethodField()
    confirmed_by_me = serializers.SerializerMethodField()
    may = serializers.SerializerMethodField(help_text="what you may do: answer, edit, verdict, withdraw")

    class Meta:
        model = PinFull
        geo_field = "place"
        id_field = "id"
        fields = (
            "id", "number", "category", "severity", "people_band", "words", "needed_since", "status", "checked",
            "received_at", "area_code", "province", "district", "subdistrict", "village", "names",
            "village_source", "place_flag", "place_precision", "joined_to", "confirmations",
            "confirmations_without_account", "photos", "version", "reopenings", "status_at", "forwarded_to", "mine",
            "confirmed_by_me", "may", *FULL_ONLY,
        )  # fmt: skip

    def get_properties(self, instance: Face, fields):
        properties = super().get_properties(instance, fields)
        if not instance.is_full:
            for name in FULL_ONLY:
                del properties[name]
        if aggregate.sample():
            properties["sample"] = True
        return properties

    def get_people_band(self, pin: Face) -> str | None:
        return BANDS[pin.people_band]

    def get_province(self, pin: Face) -> str | None:
        return pin.area_code and pin.area_code[:2]

    def get_district(self, pin: Face) -> str | None:
        return pin.area_code and pin.area_code[:4]

    def get_subdistrict(self, pin: Face) -> str | None:
        return pin.area_code and pin.area_code[:6]

    def get_names(self, pin: Face) -> dict[str, dict[str, str]]:
        codes = {"village": pin.village}
        if pin.area_code:
            codes |= {
                "province": pin.area_code[:2],
                "district": pin.area_code[:4],
                "subdistrict": pin.area_code[:6],
            }
        names = aggregate.names_of([code for code in codes.values() if code])
        return {level: names[code] for level, code in codes.items() if code in names}

    def get_photos(self, pin: Face) -> list[dict]:
        found = Photo.objects.filter(pin_id=pin.id, complete_at__isnull=False).order_by("position")
        return [
            {
                "id": str(photo.id),
                "url": f"/api/v1/photos/{photo.id}",
                "thumb": f"/api/v1/photos/{photo.id}?size=thumb",
                "width": photo.width,
                "height": photo.height,
                "after": photo.after,
            }
            for photo in (found if pin.is_full else found.filter(checked=True))
        ]

    def get_recordings(self, pin: Face) -> list[dict]:
        found = Recording.objects.filter(pin_id=pin.id, complete_at__isnull=False) if pin.is_full else ()
        return [{"id": str(one.id), "url": f"/api/v1/recordings/{one.id}", "type": one.media_type} for one in found]

    def get_mine(self, pin: Face) -> bool:
        reader: Reader = self.context["reader"]
        return reader.person_id is not None and pin.author_id == reader.person_id

    def get_forwarded_to(self, pin: Face) -> dict[str, Any] | None:
        if pin.forwarded_to_id is None:
            return None
        office = Office.objects.filter(pk=pin.forwarded_to_id).values("id", "name_th", "name_en").first()
        return dict(office) if office else None

    def get_confirmations_without_account(self, pin: Face) -> int:
        return pins.without_account(pin.id)

    def get_confirmed_by_me(self, pin: Face) -> bool:
        reader: Reader = self.context["reader"]
        return reader.person_id is not None and pins.has_confirmed(reader.person, pin.joined_to or pin.id)

    def get_may(self, pin: Face) -> list[str]:
        reader: Reader = self.context["reader"]
        if reader.person_id is None:
            return []
        rights = {
            "answer": pin.is_full and may_answer(reader, pin),
            "edit": pin.is_full and reader.covers(pin.area_code),
            "verdict": pin.status in pins.REOPENABLE and self.get_confirmed_by_me(pin),
            "withdraw": pin.author_id == reader.person_id and pin.status in (Status.REPORTED, Status.VERIFIED),
        }
        return [name for name, has in rights.items() if has]


class AnnouncedSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    sha256 = serializers.CharField()
    bytes = serializers.IntegerField()


class ReportProperties(serializers.Serializer):
    """Only for the schema: `pins.parse_report` checks what is sent."""

    category = serializers.CharField()
    severity = serializers.IntegerField(min_value=1, max_value=5)
    people = serializers.IntegerField(min_value=1, max_value=pins.MAX_PEOPLE, required=False, allow_null=True)
    words = serializers.CharField(max_length=pins.MAX_WORDS, required=False, allow_null=True)
    needed_since = serializers.DateField(required=False, allow_null=True)
    village = serializers.RegexField(r"^\d{8,9}$", required=False, allow_null=True)
    source = serializers.ChoiceField(SOURCES, required=False, allow_null=True)  # type: ignore[assignment]
    accuracy_m = serializers.FloatField(min_value=0, max_value=100_000, required=False, allow_null=True)
    captured_at = serializers.DateTimeField(required=False, allow_null=True)
    photos = AnnouncedSerializer(many=True, required=False, allow_null=True)
    recordings = AnnouncedSerializer(many=True, required=False, allow_null=True, help_text="at most one")


class PointSerializer(serializers.Serializer):
    type = serializers.ChoiceField(["Point"])
    coordinates = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)


class ReportFeature(serializers.Serializer):
    type = serializers.ChoiceField(["Feature"])
    id = serializers.UUIDField(required=False)
    geometry = PointSerializer(allow_null=True)
    properties = ReportProperties()


class EditBody(serializers.Serializer):
    op_id = serializers.UUIDField(help_text="made by the sender; the same again is the same answer")
    base = serializers.DictField(help_text="field: the value that you saw")
    changes = serializers.DictField(help_text=f"field: the value that you want; fields: {', '.join(sync.FIELDS)}")
    after = serializers.UUIDField(required=False, allow_null=True, help_text="your edit before this one")


class SideVersionSerializer(serializers.Serializer):
    op_id = serializers.UUIDField()
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True, help_text="author, officer or null")
    mine = serializers.BooleanField()
    version = serializers.IntegerField(help_text="of the pin that its sender saw")
    fields = serializers.ListField(child=serializers.CharField(), help_text="in conflict")  # type: ignore[assignment]
    base = serializers.DictField()
    changes = serializers.DictField()


class ConflictSerializer(serializers.Serializer):
    type = serializers.CharField()
    errors = serializers.ListField()  # type: ignore[assignment]
    pin = PinFeature(allow_null=True)
    side_version = SideVersionSerializer()


class HeldSerializer(serializers.Serializer):
    op_id = serializers.UUIDField()
    state = serializers.CharField()


def side_version(made: Edit, reader: Reader) -> dict[str, Any]:
    """An edit that waits for a person to decide; never who sent it."""
    author = Pin.objects.filter(pk=made.pin_id).values_list("author_id", flat=True).first()
    by = None if made.person_id is None else "author" if made.person_id == author else "officer"
    return {
        "op_id": str(made.pk),
        "at": made.received_at,
        "by": by,
        "mine": made.person_id is not None and made.person_id == reader.person_id,
        "version": made.base_version,
        "fields": made.fields,
        "base": made.base,
        "changes": made.changes,
    }


def version_in(text: str | None) -> int:
    """The version that an If-Match names. Raises Refusal `version_missing`."""
    found = re.fullmatch(r'"([1-9][0-9]{0,8})"', (text or "").strip())
    if found is None:
        raise Refusal("version_missing", attr="If-Match")
    return int(found[1])


class PinView(View):
    parser_classes = (GatedJSONParser, GatedGeoJSONParser)

    @extend_schema(operation_id="pin_read", responses=PinFeature)
    def get(self, request: Request, pin_id: UUID) -> Response:
        """One pin, by the face that you may see."""
        check_names(request.query_params, ())
        return self.answer(pin_id, 200)

    @extend_schema(
        operation_id="pin_report",
        request={"application/json": ReportFeature, "application/geo+json": ReportFeature},
        responses={201: PinFeature, 200: OpenApiResponse(PinFeature, "the same again: no new row")},
    )
    def put(self, request: Request, pin_id: UUID) -> Response:
        """Report a need under an id that the phone made. The same again answers 200 and adds nothing."""
        check_names(request.query_params, ())
        if not request.data and int(request.META.get("CONTENT_LENGTH") or 0) == 0:
            raise Refusal("body_empty")  # without a length there is no parser to say so
        point, properties, identifier = parse_feature(request.data)
        if identifier is not None and identifier.lower() != str(pin_id):
            raise Refusal("feature_id_differs", attr="id")
        report = pins.parse_report(point, properties)
        if not may_report(self.reader):
            raise Refusal("sign_in_first")
        if self.reader.person_id is None or self.reader.is_device:
            count_anonymous(request)
        token, asker = None, self.reader
        with transaction.atomic():  # a device is not kept if its first pin is refused, nor a pin without its answer
            if asker.person_id is None:
                token = device_token(request) or new_device_token()
                self.reader = Reader.of(Person.device_of(token))
            if sync.create(reader=self.reader, pin_id=pin_id, report=report) == "created":
                response = self.answer(pin_id, 201)
                if token:
                    remember_device(request, response, token)
                return response
            transaction.set_rollback(True)  # nothing was written but, perhaps, a device
        self.reader = asker
        return self.answer(pin_id, 200)

    @extend_schema(
        operation_id="pin_edit",
        parameters=[OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True)],
        request=EditBody,
        responses={200: PinFeature, 202: HeldSerializer, 412: ConflictSerializer},
    )
    def patch(self, request: Request, pin_id: UUID) -> Response:
        """Change fields of a pin. What somebody else has changed meanwhile is merged, or kept beside it: 412."""
        check_names(request.query_params, ())
        data = members(request.data, "op_id", "base", "changes", "after")
        wanted = sync.Wanted(
            op_id=id_in(data, "op_id"),
            pin_id=pin_id,
            version=version_in(request.headers.get("If-Match")),
            changes=sync.check_fields(data.get("changes"), "changes", least=1),
            base=sync.check_fields(data.get("base", {}), "base"),
            after=id_in(data, "after") if data.get("after") is not None else None,
        )
        made = sync.edit(reader=self.reader, wanted=wanted)
        if made.state == Edit.State.HELD:
            return Response({"op_id": str(made.pk), "state": "held"}, status=202)
        if made.state == Edit.State.CONFLICT:
            return Response(self.conflict(made), status=412, headers=self.etag(pin_id))
        return self.answer(pin_id, 200)

    def conflict(self, made: Edit) -> dict[str, Any]:
        face = see(self.reader, made.pin_id)
        return error_body(Refusal("edit_conflict", attr="changes", fields=", ".join(made.fields))) | {
            "pin": PinFeature(face, context={"reader": self.reader}).data if face else None,
            "side_version": side_version(made, self.reader),
        }

    def etag(self, pin_id: UUID) -> dict[str, str]:
        face = see(self.reader, pin_id)
        return {"ETag": f'"{face.version}"'} if face else {}

    def answer(self, pin_id: UUID, status: int) -> Response:
        face = see(self.reader, pin_id)
        if face is None:
            raise Refusal("not_found")
        data = PinFeature(face, context={"reader": self.reader}).data
        return Response(data, status=status, headers={"ETag": f'"{face.version}"'})


class EntrySerializer(serializers.ModelSerializer):
    """`from` and `to` are statuses; a step from done or closed back to verified is a reopening.

    `by` says in which part somebody acted, never who: author, villager, officer, or null where nobody is known.
    """

    to = serializers.CharField(source="to_status")
    by = serializers.SerializerMethodField()
    papers = serializers.SerializerMethodField(help_text="plan_item, amendment, fiscal_year, office, of this step")

    meeting = serializers.SerializerMethodField()

    class Meta:
        model = Entry
        fields = ("id", "at", "kind", "to", "by", "words", "papers", "meeting", "public")

    def get_by(self, entry: Entry) -> str | None:
        if entry.by_id is None:
            return None
        if entry.by_id == self.context["author"]:
            return "author"
        return "villager" if entry.detail.get("verdict") else "officer"

    def get_papers(self, entry: Entry) -> dict[str, Any]:
        found = {name: entry.detail[name] for name in pins.PAPERS if entry.detail.get(name) is not None}
        if "office" in found:
            found["office"] = self.context["offices"].get(found["office"])
        return found

    def get_meeting(self, entry: Entry) -> dict | None:
        """`held_on`, `hands` (or null) and `new` of a village meeting. Never its id: it ties pins together."""
        if entry.kind != Entry.Kind.MEETING:
            return None
        return {name: entry.detail.get(name) for name in ("held_on", "hands", "new")}

    def get_fields(self):
        return super().get_fields() | {"from": serializers.CharField(source="from_status")}


class EntriesView(View):
    @extend_schema(operation_id="pin_entries", responses=EntrySerializer(many=True))
    def get(self, request: Request, pin_id: UUID) -> Response:
        """The timeline of a pin. Internal entries are for officers over its place."""
        check_names(request.query_params, ())
        face = see(self.reader, pin_id)
        if face is None:
            raise Refusal("not_found")
        entries = Entry.objects.filter(pin_id=pin_id).order_by("at", "pk")
        if not (face.is_full and may_answer(self.reader, face)):
            entries = entries.filter(public=True)
        if not face.is_full:
            entries = entries.annotate(shown=Func(F("words"), function="public_words"))
            for entry in entries:
                entry.words = entry.shown
        named = {entry.detail["office"] for entry in entries if entry.detail.get("office")}
        offices = {
            office.pk: {"name_th": office.name_th, "name_en": office.name_en}
            for office in Office.objects.filter(pk__in=named)
        }
        author = Pin.objects.values_list("author_id", flat=True).get(pk=pin_id)
        about = {"author": author, "offices": offices}
        return Response({"results": EntrySerializer(entries, many=True, context=about).data})


def parse_limit(request: Request, most: int, default: int | None) -> int | None:
    text = request.query_params.get("limit", "")
    return parse_integer(text, "limit", 1, most) if text else default


def read_cursor(text: str) -> tuple[str, int] | None:
    if not text:
        return None
    try:
        at, number = json.loads(base64.urlsafe_b64decode(signing.Signer(salt="pins").unsign(text)))
        datetime.fromisoformat(at)
        return at, int(number)
    except (signing.BadSignature, binascii.Error, ValueError, TypeError) as broken:
        raise Refusal("cursor_broken", attr="cursor") from broken


def write_cursor(mark: tuple[str, int] | None) -> str | None:
    if mark is None:
        return None
    return signing.Signer(salt="pins").sign(base64.urlsafe_b64encode(json.dumps(mark).encode()).decode())


class PinListView(View):
    @extend_schema(
        operation_id="pins",
        parameters=[*FILTER, LIMIT, OpenApiParameter("cursor", str)],
        responses={(200, "application/geo+json"): dict},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Pins of a filter, newest first, one page at a time."""
        chosen = PinFilter.parse(request.query_params, also=("limit", "cursor"))
        size = parse_limit(request, MAX_PAGE, 50)
        mark = aggregate.etag(self.reader)
        if held := self.unchanged(request, mark):
            return held
        features, after = aggregate.page(
            self.reader, chosen, size=size or 50, before=read_cursor(request.query_params.get("cursor", ""))
        )
        end = json.dumps({"next": write_cursor(after), "count": aggregate.count(self.reader, chosen)})
        text = '{"type":"FeatureCollection","features":[' + ",".join(features) + "]," + end[1:]
        return self.mark(HttpResponse(text, content_type="application/geo+json"), mark)


class PinDownload(View):
    """`kind` is the form: geojson, geojsonl or csv."""

    kind = "geojson"
    FORMS = {
        "geojson": (aggregate.stream_features, "application/geo+json"),
        "geojsonl": (aggregate.stream_lines, "application/x-ndjson"),
        "csv": (aggregate.stream_csv, "text/csv; charset=utf-8"),
    }

    @extend_schema(
        parameters=[*FILTER, LIMIT],
        responses={(200, "application/geo+json"): dict, (200, "application/x-ndjson"): str, (200, "text/csv"): str},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """All pins of a filter, streamed."""
        chosen = PinFilter.parse(request.query_params, also=("limit",))
        limit = parse_limit(request, MAX_LIMIT, None)
        mark = aggregate.etag(self.reader)
        if held := self.unchanged(request, mark):
            return held
        stream, content_type = self.FORMS[self.kind]
        blocks = stream(self.reader, chosen, limit)
        return self.download(request, blocks, name=f"pins.{self.kind}", content_type=content_type, mark=mark)
