"""The life of a need over HTTP: status, replies, notes, verdicts, confirming, joining, acts on many at once."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mapping import desk, duplicates, pins
from mapping.access import Reader, see
from mapping.api.authentication import device_token, new_device_token, remember_device
from mapping.api.base import View, count_anonymous
from mapping.api.bodies import MAX_WORDS, id_in, ids_in, members, whole_in, words_in
from mapping.api.errors import language
from mapping.api.pins import AnnouncedSerializer, PinFeature
from mapping.errors import Refusal
from mapping.filters import check_names, parse_choice
from mapping.geometry import clean_text, parse_point
from mapping.models import Category, Entry, Person, Status

FISCAL_YEARS = (2560, 2620)  # Buddhist
MAX_PLAN_ITEM = 300
ACTS = ("status", "check", "hide", "show", "join", "part")


# -- reading a body -----------------------------------------------------------------------------


def papers_in(data: Mapping[str, Any]) -> pins.Papers:
    return pins.Papers(
        plan_item=words_in(data, "plan_item", MAX_PLAN_ITEM).strip(),
        amendment=whole_in(data, "amendment", 1, 99),
        fiscal_year=whole_in(data, "fiscal_year", *FISCAL_YEARS, code="year_range"),
        office=whole_in(data, "office", 1, 2**53),
    )


# -- schema -------------------------------------------------------------------------------------


class WordsBody(serializers.Serializer):
    words = serializers.CharField(max_length=MAX_WORDS, required=False)


class StatusBody(WordsBody):
    to = serializers.ChoiceField(Status.choices)
    plan_item = serializers.CharField(max_length=MAX_PLAN_ITEM, required=False, help_text="asked for by planned")
    amendment = serializers.IntegerField(required=False, help_text="of the plan, where one brought it in")
    fiscal_year = serializers.IntegerField(required=False, help_text="Buddhist; asked for by funded")
    office = serializers.IntegerField(required=False, help_text="asked for by forwarded")


class VerdictBody(WordsBody):
    confirmed = serializers.BooleanField(help_text="false reopens the need, with words")


class JoinBody(WordsBody):
    lead = serializers.UUIDField()


class PhotosBody(serializers.Serializer):
    photos = AnnouncedSerializer(many=True)


class ActBody(StatusBody):
    do = serializers.ChoiceField(ACTS)
    pins = serializers.ListField(child=serializers.UUIDField(), max_length=desk.MOST_PINS)
    lead = serializers.UUIDField(required=False)


class UndoBody(serializers.Serializer):
    entries = serializers.ListField(child=serializers.IntegerField(), max_length=desk.MOST_PINS)


class ActResult(serializers.Serializer):
    id = serializers.UUIDField()
    entry = serializers.IntegerField(allow_null=True, help_text="by which the act is undone")
    code = serializers.CharField(allow_null=True)
    detail = serializers.CharField(allow_null=True)


class DuplicateSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    category = serializers.CharField()
    words = serializers.CharField()
    severity = serializers.IntegerField()
    status = serializers.CharField()
    confirmations = serializers.IntegerField()
    received_at = serializers.DateTimeField()
    lng = serializers.FloatField()
    lat = serializers.FloatField()
    distance_m = serializers.IntegerField()
    likeness = serializers.FloatField(help_text="of the words, 0 to 1")
    thumb = serializers.CharField(allow_null=True, help_text="address of its first photo, small")


# -- one pin ------------------------------------------------------------------------------------


class ActView(View):
    """An act on one pin; the answer is the pin as it is then, and `entry`, by which the act can be undone."""

    def done(self, pin_id: UUID, entry: Entry | None = None, status: int = 200) -> Response:
        face = see(self.reader, pin_id)
        if face is None:  # withdrawn from what the reader may see by this very act
            return Response({"entry": entry.pk if entry else None}, status=status)
        data = PinFeature(face, context={"reader": self.reader}).data
        if entry is not None:
            data["entry"] = entry.pk
        return Response(data, status=status, headers={"ETag": f'"{face.version}"'})


class StatusView(ActView):
    @extend_schema(operation_id="pin_status", request=StatusBody, responses=PinFeature)
    def post(self, request: Request, pin_id: UUID) -> Response:
        """Move a need along, with the words that the villagers will read, in one save."""
        check_names(request.query_params, ())
        data = members(request.data, "to", "words", *pins.PAPERS)
        to = parse_choice(str(data.get("to", ""))[:40], "to", Status.values)
        entry = pins.set_status(reader=self.reader, pin_id=pin_id, to=to, words=words_in(data), papers=papers_in(data))
        return self.done(pin_id, entry)


class WordsView(ActView):
    """`verb`: reply, note or withdraw."""

    verb: Callable[..., Entry] = staticmethod(pins.reply)

    @extend_schema(request=WordsBody, responses=PinFeature)
    def post(self, request: Request, pin_id: UUID) -> Response:
        check_names(request.query_params, ())
        data = members(request.data, "words")
        return self.done(pin_id, type(self).verb(reader=self.reader, pin_id=pin_id, words=words_in(data)))


class ReplyView(WordsView):
    """Public words without a new status."""


class NoteView(WordsView):
    """Words for those who answer only."""

    verb = staticmethod(pins.note)


class WithdrawalView(WordsView):
    """The author takes a need back, as long as nobody works on it."""

    verb = staticmethod(pins.withdraw)


class VerdictView(ActView):
    @extend_schema(operation_id="pin_verdict", request=VerdictBody, responses=PinFeature)
    def post(self, request: Request, pin_id: UUID) -> Response:
        """Those who pinned confirm what was done, or reopen it with the reason."""
        check_names(request.query_params, ())
        data = members(request.data, "confirmed", "words")
        if not isinstance(data.get("confirmed"), bool):
            raise Refusal("member_missing", attr="confirmed", name="confirmed")
        entry = pins.give_verdict(reader=self.reader, pin_id=pin_id, confirmed=data["confirmed"], words=words_in(data))
        return self.done(pin_id, entry)


class ConfirmationView(ActView):
    @extend_schema(
        operation_id="pin_confirm",
        request=None,
        responses={201: PinFeature, 200: OpenApiResponse(PinFeature, "had been said before")},
    )
    def put(self, request: Request, pin_id: UUID) -> Response:
        """“We have this too”, once a person; a device without an account is one too."""
        check_names(request.query_params, ())
        members(request.data)
        token = None
        if self.reader.person_id is None or self.reader.is_device:
            count_anonymous(request)
        with transaction.atomic():
            if self.reader.person_id is None:
                token = device_token(request) or new_device_token()
                self.reader = Reader.of(Person.device_of(token))
            new = pins.confirm(reader=self.reader, pin_id=pin_id)
        response = self.done(pin_id, status=201 if new else 200)
        if token:
            remember_device(request, response, token)
        return response

    @extend_schema(operation_id="pin_unconfirm", request=None, responses=PinFeature)
    def delete(self, request: Request, pin_id: UUID) -> Response:
        """Take back one's own word."""
        check_names(request.query_params, ())
        pins.unconfirm(reader=self.reader, pin_id=pin_id)
        return self.done(pin_id)


class JoinView(ActView):
    @extend_schema(operation_id="pin_join", request=JoinBody, responses=PinFeature)
    def post(self, request: Request, pin_id: UUID) -> Response:
        """Say that this is the same problem as another. Both keep author, photos and words."""
        check_names(request.query_params, ())
        data = members(request.data, "lead", "words")
        entry = pins.join(reader=self.reader, pin_id=pin_id, lead_id=id_in(data, "lead"), words=words_in(data))
        return self.done(pin_id, entry)


class PartView(WordsView):
    """Undo a joining: the need stands for itself again, and leads again what came with it."""

    verb = staticmethod(pins.part)


class CheckView(ActView):
    @extend_schema(operation_id="pin_check", request=None, responses=PinFeature)
    def post(self, request: Request, pin_id: UUID) -> Response:
        """This need and its photos may be seen and counted."""
        check_names(request.query_params, ())
        members(request.data)
        return self.done(pin_id, pins.check(reader=self.reader, pin_id=pin_id))


class HideBody(WordsBody):
    hidden = serializers.BooleanField(required=False, default=True)


class HideView(ActView):
    @extend_schema(operation_id="pin_hide", request=HideBody, responses=PinFeature)
    def post(self, request: Request, pin_id: UUID) -> Response:
        """Take a need out of public sight, or bring it back. Nothing is deleted."""
        check_names(request.query_params, ())
        data = members(request.data, "hidden", "words")
        hidden = data.get("hidden", True)
        if not isinstance(hidden, bool):
            raise Refusal("member_missing", attr="hidden", name="hidden")
        words = words_in(data)
        if hidden and not words.strip():
            raise Refusal("reason_missing", attr="words")
        return self.done(pin_id, pins.hide(reader=self.reader, pin_id=pin_id, words=words, hidden=hidden))


class AfterPhotosView(ActView):
    @extend_schema(operation_id="pin_after_photos", request=PhotosBody, responses=PinFeature)
    def post(self, request: Request, pin_id: UUID) -> Response:
        """Announce photos of what was done; their bytes follow at `/photos/{id}`."""
        check_names(request.query_params, ())
        data = members(request.data, "photos")
        photos = pins.parse_announced(data.get("photos"), "photos")
        if not photos:
            raise Refusal("photo_list", attr="photos")
        pins.announce_after_photos(reader=self.reader, pin_id=pin_id, photos=photos)
        return self.done(pin_id)


class PinDuplicatesView(View):
    @extend_schema(operation_id="pin_duplicates", responses=DuplicateSerializer(many=True))
    def get(self, request: Request, pin_id: UUID) -> Response:
        """Needs that may be the same as this one, the likeliest first, at most five."""
        check_names(request.query_params, ())
        found = duplicates.of_pin(self.reader, pin_id)
        return Response({"results": DuplicateSerializer(found, many=True).data})


class DuplicatesView(View):
    @extend_schema(
        operation_id="duplicates",
        parameters=[
            OpenApiParameter("lng", float, required=True),
            OpenApiParameter("lat", float, required=True),
            OpenApiParameter("category", str, required=True),
            OpenApiParameter("words", str),
        ],
        responses=DuplicateSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Already reported? Needs near a place that may be the same one, before a pin is sent."""
        check_names(request.query_params, ("lng", "lat", "category", "words"))
        asked = request.query_params
        degrees = []
        for name in ("lng", "lat"):
            try:
                degrees.append(float(asked.get(name, "")))
            except ValueError:
                raise Refusal("coordinates_pair", attr=name) from None
        lng, lat = parse_point({"type": "Point", "coordinates": degrees})
        category = parse_choice(asked.get("category", ""), "category", Category.objects.values_list("slug", flat=True))
        words = clean_text(asked.get("words", ""), "words", pins.MAX_WORDS) if asked.get("words") else ""
        found = duplicates.near(self.reader, lng=lng, lat=lat, category=category, words=words)
        return Response({"results": DuplicateSerializer(found, many=True).data})


# -- many at once -------------------------------------------------------------------------------


def told(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each result with the words of its refusal, in the reader's language."""
    out = []
    for result in results:
        refusal: Refusal | None = result.pop("refusal")
        about = (
            {"code": refusal.code, "detail": refusal.text(language())} if refusal else {"code": None, "detail": None}
        )
        out.append(result | about)
    return out


class ActsView(View):
    @extend_schema(operation_id="pins_act", request=ActBody, responses=ActResult(many=True))
    def post(self, request: Request) -> Response:
        """The same act on up to 200 needs, each by itself; every result says how to undo it or why not."""
        check_names(request.query_params, ())
        data = members(request.data, "do", "pins", "to", "words", "lead", *pins.PAPERS)
        do = parse_choice(str(data.get("do", ""))[:40], "do", ACTS)
        chosen, words, reader = ids_in(data, "pins", desk.MOST_PINS), words_in(data), self.reader
        act: Callable[[UUID], Entry]
        if do == "status":
            to, papers = parse_choice(str(data.get("to", ""))[:40], "to", Status.values), papers_in(data)

            def act(pin_id: UUID) -> Entry:
                return pins.set_status(reader=reader, pin_id=pin_id, to=to, words=words, papers=papers)
        elif do == "check":

            def act(pin_id: UUID) -> Entry:
                return pins.check(reader=reader, pin_id=pin_id)
        elif do in ("hide", "show"):
            if do == "hide" and not words.strip():
                raise Refusal("reason_missing", attr="words")

            def act(pin_id: UUID) -> Entry:
                return pins.hide(reader=reader, pin_id=pin_id, words=words, hidden=do == "hide")
        elif do == "join":
            lead = id_in(data, "lead")

            def act(pin_id: UUID) -> Entry:
                return pins.join(reader=reader, pin_id=pin_id, lead_id=lead, words=words)
        else:

            def act(pin_id: UUID) -> Entry:
                return pins.part(reader=reader, pin_id=pin_id, words=words)

        return Response({"results": told(desk.act_on(chosen, act))})


class UndoView(View):
    @extend_schema(operation_id="pins_undo", request=UndoBody, responses=ActResult(many=True))
    def post(self, request: Request) -> Response:
        """Take back one's own last acts, within the hour."""
        check_names(request.query_params, ())
        data = members(request.data, "entries")
        given = data.get("entries")
        if (
            not isinstance(given, list)
            or not 1 <= len(given) <= desk.MOST_PINS
            or not all(isinstance(one, int) and not isinstance(one, bool) and 0 < one < 2**53 for one in given)
            or len(set(given)) < len(given)
        ):
            raise Refusal("pins_list", attr="entries", most=desk.MOST_PINS)
        return Response({"results": told(desk.undo_all(self.reader, given))})
