import base64
import re
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from mapping import photos, recordings, uploads
from mapping.api.base import View
from mapping.api.parsers import read_limited
from mapping.api.sync import through
from mapping.errors import Refusal
from mapping.filters import check_names, parse_choice
from mapping.images import MAX_PHOTO_BYTES
from mapping.uploads import Announced, Kind

TYPES = ("image/jpeg", "image/png", "image/webp", "application/octet-stream")


class PhotoParser(BaseParser):
    """The bytes as they are; what they hold is decided by the image gate, not by what they say."""

    media_type = "*/*"

    def parse(self, stream, media_type=None, parser_context=None):
        return read_limited(stream, MAX_PHOTO_BYTES, "image_too_large", limit_mb=MAX_PHOTO_BYTES // 2**20)


class UploadView(View):
    """Bytes that a pin has announced: at once, or in parts of at most 256 KiB."""

    parser_classes = (PhotoParser,)
    kind: Kind

    def progress(self, one_id: UUID) -> HttpResponseBase | None:
        """How much of it is here, for who sends it; None for others."""
        try:
            one = uploads.expected(self.kind, self.reader, one_id)
        except Refusal:
            return None
        here = uploads.received_bytes(self.kind, one)
        return HttpResponse(
            headers={
                "Upload-Offset": str(here),
                "Upload-Length": str(one.size_bytes),
                "Upload-Complete": "?1" if uploads.is_whole(self.kind, one) else "?0",
            }
        )

    def take(self, request: Request, one_id: UUID) -> Response:
        check_names(request.query_params, ())
        raw = request.data if isinstance(request.data, bytes) else b""
        offset = request.headers.get("Upload-Offset")
        if offset is None:
            one, new = uploads.receive(self.kind, self.reader, one_id, raw)
            return self.whole(one, 201 if new else 200)
        if len(raw) != int(request.META.get("CONTENT_LENGTH") or 0):
            raise Refusal("part_digest", attr="body")  # the line was cut
        one, here = uploads.receive_part(
            self.kind,
            self.reader,
            one_id,
            offset=offset_in(offset),
            part=raw,
            sha256=digest_in(request.headers.get("Content-Digest")),
        )
        if here is not None and here < one.size_bytes:
            return Response({"id": str(one.pk), "complete": False, "offset": here}, status=202)
        return self.whole(one, 200 if here is None else 201)

    def whole(self, one: Announced, status: int) -> Response:
        return Response({"id": str(one.pk), "complete": True} | self.about(one) | through(), status=status)

    def about(self, one: Announced) -> dict[str, Any]:
        raise NotImplementedError


PARTS = [
    OpenApiParameter("Upload-Offset", int, OpenApiParameter.HEADER, description="of a part; none: the whole"),
    OpenApiParameter("Content-Digest", str, OpenApiParameter.HEADER, description="sha-256 of a part, RFC 9530"),
]


class PhotoView(UploadView):
    kind = photos.KIND

    @extend_schema(
        operation_id="photo_read",
        parameters=[OpenApiParameter("size", str, enum=["full", "thumb"])],
        responses={(200, "image/jpeg"): bytes},
    )
    def get(self, request: Request, photo_id: UUID) -> FileResponse:
        """A photo or its thumbnail, if you may see it."""
        check_names(request.query_params, ("size",))
        size = parse_choice(request.query_params.get("size", "full"), "size", ("full", "thumb"))
        path = photos.find(reader=self.reader, photo_id=photo_id, size=size)  # type: ignore[arg-type]
        response = FileResponse(path.open("rb"), content_type="image/jpeg", filename=f"{photo_id}.jpg")
        response["Cache-Control"] = "private, max-age=3600"
        return response

    def head(self, request: Request, photo_id: UUID) -> HttpResponseBase:
        return self.progress(photo_id) or self.get(request, photo_id)

    @extend_schema(
        operation_id="photo_send",
        parameters=PARTS,
        request=dict.fromkeys(TYPES[:3], bytes),
        responses={201: dict, 200: dict, 202: dict},
    )
    def put(self, request: Request, photo_id: UUID) -> Response:
        """The bytes of a photo that its pin has announced: at once, or in parts of at most 256 KiB."""
        if (request.content_type or "").partition(";")[0] not in TYPES:
            raise Refusal("image_type", attr="Content-Type")
        return self.take(request, photo_id)

    def about(self, one: Announced) -> dict[str, Any]:
        return {"width": one.width, "height": one.height}  # type: ignore[union-attr]


class RecordingView(UploadView):
    kind = recordings.KIND

    @extend_schema(operation_id="recording_read", responses={(200, "audio/webm"): bytes})
    def get(self, request: Request, recording_id: UUID) -> FileResponse:
        """A voice note of your own pin, or of one under your office."""
        check_names(request.query_params, ())
        path, media_type = recordings.find(reader=self.reader, recording_id=recording_id)
        name = f"{recording_id}.{media_type.partition('/')[2]}"
        response = FileResponse(path.open("rb"), content_type=media_type, filename=name)
        response["Cache-Control"] = "private, max-age=3600"
        return response

    def head(self, request: Request, recording_id: UUID) -> HttpResponseBase:
        return self.progress(recording_id) or self.get(request, recording_id)

    @extend_schema(
        operation_id="recording_send",
        parameters=PARTS,
        request=dict.fromkeys([*recordings.TYPES, TYPES[-1]], bytes),
        responses={201: dict, 200: dict, 202: dict},
    )
    def put(self, request: Request, recording_id: UUID) -> Response:
        """The bytes of a voice note that its pin has announced: at once, or in parts of at most 256 KiB."""
        if (request.content_type or "").partition(";")[0] not in (*recordings.TYPES, TYPES[-1]):
            raise Refusal("recording_type", attr="Content-Type")
        return self.take(request, recording_id)

    def about(self, one: Announced) -> dict[str, Any]:
        return {"type": one.media_type}  # type: ignore[union-attr]


def offset_in(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise Refusal("offset_form", attr="Upload-Offset")
    return int(text)


def digest_in(text: str | None) -> bytes | None:
    """The SHA-256 of a Content-Digest, or None without one."""
    if text is None:
        return None
    found = re.fullmatch(r"sha-256=:([A-Za-z0-9+/]{43}=):", text.strip())
    if found is None:
        raise Refusal("digest_form", attr="Content-Digest")
    return base64.b64decode(found[1])
