"""Push, pull, and the side versions that a person decides."""

import base64
import binascii
import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from psycopg.errors import DeadlockDetected
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mapping import aggregate, backups, pins, sync
from mapping.access import Reader, see
from mapping.api.authentication import device_token, new_device_token, remember_device
from mapping.api.base import View, count_anonymous
from mapping.api.bodies import id_in, members, whole_in, words_in
from mapping.api.errors import body as error_body
from mapping.api.errors import headers
from mapping.api.parsers import GatedJSONParser, read_limited
from mapping.api.pins import (
    LIMIT,
    MAX_PAGE,
    EditBody,
    PinFeature,
    ReportFeature,
    SideVersionSerializer,
    parse_limit,
    side_version,
    version_in,
)  # fmt: skip
from mapping.errors import Refusal
from mapping.filters import check_names, parse_code
from mapping.geometry import parse_body, parse_feature
from mapping.models import Edit, FeedState, Person, Pin, Status

MOST_OPERATIONS = 100
MAX_PUSH_BYTES = 2 * 2**20
TRIES = 3  # where two batches lock the same pins in another order
TRY_AGAIN = (429, 503)  # refusals of the moment: the sender keeps the operation and comes again


class PushParser(GatedJSONParser):
    """As any JSON, but room for a hundred reports."""

    def parse(self, stream, media_type=None, parser_context=None):
        raw = read_limited(stream, MAX_PUSH_BYTES, "body_too_large", limit_kb=MAX_PUSH_BYTES // 1024)
        return parse_body(raw, max_bytes=MAX_PUSH_BYTES)


class OperationSerializer(serializers.Serializer):
    """Only for the schema: each kind has members of its own."""

    op_id = serializers.UUIDField()
    kind = serializers.ChoiceField(["create", "edit", "withdraw", "confirm", "unconfirm"])
    id = serializers.UUIDField(help_text="of the pin")
    feature = ReportFeature(required=False, help_text="create")
    version = serializers.IntegerField(required=False, help_text="edit: of the pin that the sender saw")
    base = serializers.DictField(required=False, help_text="edit: field: the value that the sender saw")
    changes = serializers.DictField(required=False, help_text="edit: field: the value that the sender wants")
    after = serializers.UUIDField(required=False, allow_null=True, help_text="edit: the sender's edit before this one")
    words = serializers.CharField(required=False, help_text="withdraw")


class PushSerializer(serializers.Serializer):
    sent_at = serializers.DateTimeField(required=False, help_text="by the phone's clock")
    operations = OperationSerializer(many=True)
    person = serializers.CharField(
        required=False, allow_null=True, help_text="id of who wrote them; refused if another"
    )


class ResultSerializer(serializers.Serializer):
    op_id = serializers.UUIDField()
    state = serializers.ChoiceField(["applied", "duplicate", "held", "conflict", "refused"])
    pin = PinFeature(allow_null=True)
    errors = serializers.ListField(allow_null=True)  # type: ignore[assignment]


class PushedSerializer(serializers.Serializer):
    generation = serializers.UUIDField()
    received_through = serializers.IntegerField()
    durable_through = serializers.IntegerField(allow_null=True)
    server_time = serializers.DateTimeField()
    results = ResultSerializer(many=True)


class SyncView(View):
    parser_classes = (PushParser,)

    @extend_schema(operation_id="sync", request=PushSerializer, responses=PushedSerializer)
    def post(self, request: Request) -> Response:
        """Send up to 100 operations; one that is refused holds up no other. The same again changes nothing."""
        check_names(request.query_params, ())
        data = members(request.data, "sent_at", "operations", "person")
        self.check_person(data.get("person"))
        operations = data.get("operations")
        if not isinstance(operations, list) or not 1 <= len(operations) <= MOST_OPERATIONS:
            raise Refusal("operations_list", attr="operations", most=MOST_OPERATIONS)
        skew_s = self.skew(data.get("sent_at"))
        token, asker = None, self.reader
        limited = self.count(request, operations)
        for attempt in range(TRIES):
            try:
                with transaction.atomic():
                    if asker.person_id is None:
                        token = device_token(request) or new_device_token()
                        self.reader = Reader.of(Person.device_of(token))
                    results = [
                        self.one(given, f"operations[{number}]", skew_s, limited.get(number))
                        for number, given in enumerate(operations)
                    ]
                break
            except OperationalError as failed:
                if not isinstance(failed.__cause__, DeadlockDetected) or attempt == TRIES - 1:
                    raise
                time.sleep(0.05 * (attempt + 1))
        response = Response(
            {
                **through(),
                "server_time": timezone.now(),
                "results": [result | {"pin": self.feature(result["pin"])} for result in results],
            }
        )
        if token:
            remember_device(request, response, token)
        return response

    def check_person(self, said: Any) -> None:
        """A phone says whose reports these are: no other session sends them, nor one that has ended."""
        if said is not None and (self.reader.is_device or str(said) != str(self.reader.person_id)):
            raise Refusal("sign_in_first")

    def skew(self, sent_at: Any) -> int | None:
        """Seconds by which the phone's clock is ahead of ours."""
        if sent_at is None:
            return None
        try:
            moment = datetime.fromisoformat(sent_at) if isinstance(sent_at, str) and len(sent_at) <= 40 else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise Refusal("time_form", attr="sent_at", given=str(sent_at)[:40])
        return max(-(2**31), min(2**31 - 1, round((moment - timezone.now()).total_seconds())))

    def count(self, request: Request, operations: list[Any]) -> dict[int, Refusal]:
        """New pins without an account are counted, each once; the number of an operation: why it has to wait."""
        if self.reader.person_id is not None and not self.reader.is_device:
            return {}
        creates = {
            number: one.get("id")
            for number, one in enumerate(operations)
            if isinstance(one, dict) and one.get("kind") == "create" and isinstance(one.get("id"), str)
        }
        there = set()
        for number, pin_id in creates.items():
            try:
                if Pin.objects.filter(pk=UUID(pin_id)).exists():
                    there.add(number)
            except ValueError:
                there.add(number)  # refused for its form, not counted
        limited: dict[int, Refusal] = {}
        for number in creates:
            if number not in there:
                try:
                    count_anonymous(request)
                except Refusal as refusal:
                    limited[number] = refusal
        return limited

    def one(self, given: Any, attr: str, skew_s: int | None, wait: Refusal | None) -> dict[str, Any]:
        """What became of one operation: op_id, state, pin (its id, if the answer should show it), errors."""
        op_id = given.get("op_id") if isinstance(given, dict) else None
        result = {"op_id": op_id if isinstance(op_id, str) else None, "pin": None, "errors": None}
        try:
            with transaction.atomic():
                if wait is not None:
                    raise wait
                pin_id, state, errors = self.apply(given, skew_s)
            return result | {"state": state, "pin": pin_id, "errors": errors}
        except Refusal as refusal:
            if refusal.code == "busy":
                raise
            state = "conflict" if refusal.code == "pin_differs" else "refused"
            errors = error_body(refusal)["errors"]
            for error in errors:
                error["attr"] = f"{attr}.{error['attr']}" if error["attr"] else attr
            about = given.get("id") if state == "conflict" else None
            more = (
                {"retry_after_s": int(headers(refusal).get("Retry-After", 60))} if refusal.status in TRY_AGAIN else {}
            )
            return result | {"state": state, "pin": UUID(about) if about else None, "errors": errors} | more

    def apply(self, given: Any, skew_s: int | None) -> tuple[UUID, str, list | None]:
        data = members(given, "op_id", "kind", "id", "feature", "version", "base", "changes", "after", "words")
        op_id, pin_id = id_in(data, "op_id"), id_in(data, "id")
        kind = data.get("kind")
        if not isinstance(kind, str) or kind not in self.kinds:
            raise Refusal("operation_kind", attr="kind", given=str(kind)[:40], known=", ".join(self.kinds))
        state, errors = self.kinds[kind](self, op_id, pin_id, data, skew_s)
        return pin_id, state, errors

    def create(self, op_id: UUID, pin_id: UUID, data: Mapping[str, Any], skew_s: int | None) -> tuple[str, None]:
        members(data, "op_id", "kind", "id", "feature")
        point, properties, identifier = parse_feature(data.get("feature"), "feature")
        if identifier is not None and identifier.lower() != str(pin_id):
            raise Refusal("feature_id_differs", attr="feature.id")
        report = pins.parse_report(point, properties)
        new = sync.create(reader=self.reader, pin_id=pin_id, report=report, skew_s=skew_s) == "created"
        return "applied" if new else "duplicate", None

    def edit(self, op_id: UUID, pin_id: UUID, data: Mapping[str, Any], skew_s: int | None) -> tuple[str, list | None]:
        members(data, "op_id", "kind", "id", "version", "base", "changes", "after")
        version = whole_in(data, "version", 1, 2**31 - 1)
        wanted = sync.Wanted(
            op_id=op_id,
            pin_id=pin_id,
            version=version or 1,
            changes=sync.check_fields(data.get("changes"), "changes", least=1),
            base=sync.check_fields(data.get("base", {}), "base"),
            after=id_in(data, "after") if data.get("after") is not None else None,
        )
        known = sync.is_known(wanted)
        made = sync.edit(reader=self.reader, wanted=wanted)
        if made.state == Edit.State.CONFLICT:
            return "conflict", error_body(Refusal("edit_conflict", fields=", ".join(made.fields)))["errors"]
        if made.state == Edit.State.REFUSED:
            raise Refusal("not_yours")
        if made.state == Edit.State.HELD:
            return "held", None
        return "duplicate" if known else "applied", None

    def withdraw(self, op_id: UUID, pin_id: UUID, data: Mapping[str, Any], skew_s: int | None) -> tuple[str, None]:
        members(data, "op_id", "kind", "id", "words")
        face = see(self.reader, pin_id)
        if face is not None and face.author_id == self.reader.person_id:
            pin = sync.lock(pin_id)  # of the same sent twice at once, the second looks after the first
            if pin is not None and pin.status == Status.WITHDRAWN:
                return "duplicate", None
        pins.withdraw(reader=self.reader, pin_id=pin_id, words=words_in(data))
        return "applied", None

    def confirm(self, op_id: UUID, pin_id: UUID, data: Mapping[str, Any], skew_s: int | None) -> tuple[str, None]:
        members(data, "op_id", "kind", "id")
        return "applied" if pins.confirm(reader=self.reader, pin_id=pin_id) else "duplicate", None

    def unconfirm(self, op_id: UUID, pin_id: UUID, data: Mapping[str, Any], skew_s: int | None) -> tuple[str, None]:
        members(data, "op_id", "kind", "id")
        return "applied" if pins.unconfirm(reader=self.reader, pin_id=pin_id) else "duplicate", None

    kinds = {"create": create, "edit": edit, "withdraw": withdraw, "confirm": confirm, "unconfirm": unconfirm}

    def feature(self, pin_id: UUID | None) -> Any:
        face = see(self.reader, pin_id) if pin_id else None
        return PinFeature(face, context={"reader": self.reader}).data if face else None


def through() -> dict[str, Any]:
    """Up to which number of which generation everything written so far is received, and is durable."""
    newest = aggregate.newest_pub()
    generation = FeedState.objects.values_list("generation", flat=True).get()
    return {"generation": str(generation), "received_through": newest, "durable_through": backups.durable_through()}


# -- pull ---------------------------------------------------------------------------------------


class ChangesSerializer(serializers.Serializer):
    generation = serializers.UUIDField()
    cursor = serializers.CharField(help_text="for the next request; signed")
    more = serializers.BooleanField()
    durable_through = serializers.IntegerField(allow_null=True)
    changes = serializers.ListField(child=serializers.DictField(), help_text="kind, id, gone, pin")


def read_cursor(text: str) -> sync.Cursor | None:
    if not text:
        return None
    try:
        return sync.Cursor(*json.loads(base64.urlsafe_b64decode(signing.Signer(salt="changes").unsign(text))))
    except (signing.BadSignature, binascii.Error, ValueError, TypeError) as broken:
        raise Refusal("cursor_broken", attr="cursor") from broken


def write_cursor(cursor: sync.Cursor) -> str:
    about = [cursor.generation, cursor.scope, cursor.area, cursor.pub, cursor.after]
    return signing.Signer(salt="changes").sign(base64.urlsafe_b64encode(json.dumps(about).encode()).decode())


class ChangesView(View):
    @extend_schema(
        operation_id="changes",
        parameters=[
            OpenApiParameter("area", str, description="code of 2, 4 or 6 digits; empty: the country"),
            OpenApiParameter("cursor", str, description="of the last answer; none: from the beginning"),
            LIMIT,
        ],
        responses=ChangesSerializer,
    )
    def get(self, request: Request) -> HttpResponse:
        """What changed since a cursor, of what you may see. Without one: every pin first, then what changes."""
        check_names(request.query_params, ("area", "cursor", "limit"))
        area = parse_code(request.query_params.get("area", ""), "area", lengths=(0, 2, 4, 6))
        limit = parse_limit(request, MAX_PAGE, MAX_PAGE) or MAX_PAGE
        cursor = read_cursor(request.query_params.get("cursor", ""))
        pulled = sync.pull(self.reader, area=area, cursor=cursor, limit=limit)
        about = {
            "generation": pulled.cursor.generation,
            "cursor": write_cursor(pulled.cursor),
            "more": pulled.more,
            "durable_through": backups.durable_through(),
        }
        text = json.dumps(about)[:-1] + ',"changes":[' + ",".join(pulled.changes) + "]}"
        return HttpResponse(text, content_type="application/json")


# -- side versions ------------------------------------------------------------------------------


class SideVersionsView(View):
    @extend_schema(operation_id="pin_conflicts", responses=SideVersionSerializer(many=True))
    def get(self, request: Request, pin_id: UUID) -> Response:
        """Edits that met another: all for the author and officers over the place, else your own."""
        check_names(request.query_params, ())
        _, found = sync.side_versions(self.reader, pin_id)
        return Response({"results": [side_version(one, self.reader) for one in found]})


class SideVersionView(View):
    @extend_schema(
        operation_id="pin_conflict_resolve",
        parameters=[OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True)],
        request=EditBody,
        responses=PinFeature,
    )
    def post(self, request: Request, pin_id: UUID, op_id: UUID) -> Response:
        """Decide: `changes` are written over the pin as it stands; none leaves it so. Both parents are named."""
        check_names(request.query_params, ())
        data = members(request.data, "changes")
        version = version_in(request.headers.get("If-Match"))
        changes = sync.check_fields(data.get("changes", {}), "changes")
        pin = sync.resolve(reader=self.reader, pin_id=pin_id, op_id=op_id, version=version, changes=changes)
        face = see(self.reader, pin_id)
        if face is None:
            raise Refusal("not_found")
        feature = PinFeature(face, context={"reader": self.reader}).data
        return Response(feature, headers={"ETag": f'"{pin.version}"'})
