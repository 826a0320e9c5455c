"""Following a need or a village, ending it, and the chat of LINE."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from mapping import line, notices
from mapping.access import see
from mapping.api.base import View
from mapping.api.parsers import read_limited
from mapping.errors import Refusal
from mapping.filters import check_names, parse_code
from mapping.geometry import parse_body
from mapping.models import Subscription

MOST_BYTES = 10_240


class FollowBody(serializers.Serializer):
    channel = serializers.ChoiceField(["email", "line"], required=False)


class Following(serializers.Serializer):
    following = serializers.BooleanField()
    channel = serializers.ChoiceField(["email", "line"], allow_null=True)
    channels = serializers.ListField(
        child=serializers.ChoiceField(["email", "line"]), help_text="by which this deployment sends at all"
    )


def wanted_channel(request: Request) -> str | None:
    """The body may be left out: then the first way by which the person can be reached."""
    check_names(request.query_params, ())
    if not int(request.META.get("CONTENT_LENGTH") or 0):
        return None
    if not isinstance(request.data, dict):
        raise Refusal("bad_request")
    for name in request.data:
        if name != "channel":
            raise Refusal("member_unknown", attr=name[:60], name=name[:60])
    return request.data.get("channel")


def answer(subscription: Subscription | None) -> Response:
    found = subscription is not None and subscription.unsubscribed_at is None
    by = subscription.channel if subscription and found else None
    return Response({"following": found, "channel": by, "channels": sorted(notices.channels())})


class PinFollowView(View):
    @extend_schema(operation_id="pin_following", responses=Following)
    def get(self, request: Request, pin_id: UUID) -> Response:
        """Whether you follow this need."""
        check_names(request.query_params, ())
        if see(self.reader, pin_id) is None:
            raise Refusal("not_found")
        return answer(notices.following(self.reader, pin_id=pin_id))

    @extend_schema(operation_id="pin_follow", request=FollowBody, responses=Following)
    def put(self, request: Request, pin_id: UUID) -> Response:
        """Hear of every public step of this need, and of what is joined with it."""
        return answer(notices.follow_pin(self.reader, pin_id, wanted_channel(request)))

    @extend_schema(operation_id="pin_unfollow", responses=Following)
    def delete(self, request: Request, pin_id: UUID) -> Response:
        """Hear of it no more."""
        check_names(request.query_params, ())
        notices.unfollow(self.reader, pin_id=pin_id)
        return answer(None)


class VillageFollowView(View):
    @extend_schema(operation_id="village_following", responses=Following)
    def get(self, request: Request, code: str) -> Response:
        """Whether you follow this village."""
        check_names(request.query_params, ())
        return answer(notices.following(self.reader, village=parse_code(code, "code", lengths=(8, 9))))

    @extend_schema(operation_id="village_follow", request=FollowBody, responses=Following)
    def put(self, request: Request, code: str) -> Response:
        """Hear of every need of this village whose village is public."""
        village = parse_code(code, "code", lengths=(8, 9))
        return answer(notices.follow_village(self.reader, village, wanted_channel(request)))

    @extend_schema(operation_id="village_unfollow", responses=Following)
    def delete(self, request: Request, code: str) -> Response:
        """Hear of it no more."""
        check_names(request.query_params, ())
        notices.unfollow(self.reader, village=parse_code(code, "code", lengths=(8, 9)))
        return answer(None)


class RawParser(BaseParser):
    """The bytes as they came; a signature is over them, and a mail program sends a form."""

    media_type = "*/*"

    def parse(self, stream, media_type=None, parser_context=None) -> bytes:  # type: ignore[override]
        return read_limited(stream, MOST_BYTES, "body_too_large", limit_kb=MOST_BYTES // 1024)


class UnsubscribeView(View):
    """RFC 8058: a mail program posts here, without cookies; so does our page. The token is the right."""

    authentication_classes = ()
    parser_classes = (RawParser,)

    @extend_schema(operation_id="unsubscribe", request=None, responses=Following)
    def post(self, request: Request, token: str) -> Response:
        """End what a message's link names."""
        check_names(request.query_params, ())
        notices.unsubscribe(token)
        return answer(None)


class LinePhotoView(View):
    authentication_classes = ()

    @extend_schema(operation_id="line_photo", responses={(200, "image/jpeg"): bytes})
    def get(self, request: Request, token: str) -> HttpResponse:
        """A photo that was sent to the chat, for the page that its link opens; the token is the right."""
        check_names(request.query_params, ())
        return HttpResponse(line.photo_of(token), content_type="image/jpeg")


class LineWebhook(View):
    authentication_classes = ()
    parser_classes = (RawParser,)

    @extend_schema(operation_id="line_webhook", request=dict, responses={(200, "application/json"): dict})
    def post(self, request: Request) -> Response:
        """What people write to the chat, as LINE delivers it. Answers go by LINE's reply API."""
        check_names(request.query_params, ())
        raw: Any = request.data if isinstance(request.data, bytes) else b""
        line.check_signature(raw, request.headers.get("X-Line-Signature", ""))
        body = parse_body(raw)
        events = body.get("events") if isinstance(body, dict) else None
        if not isinstance(events, list):
            raise Refusal("bad_request", attr="events")
        line.answer_events(events)
        return Response({})
