import base64
import re
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from mapping import photos
from mapping.api.base import View
from mapping.api.parsers import read_limited
from mapping.api.sync import through
from mapping.errors import Refusal
from mapping.filters import check_names, parse_choice
from mapping.images import MAX_PHOTO_BYTES
from mapping.models import Photo

TYPES = ("image/jpeg", "image/png", "image/webp", "application/octet-stream")


class PhotoParser(BaseParser):
    """The bytes as they are; what they hold is decided by the image gate, not by what they say."""

    media_type = "*/*"

    def parse(self, stream, media_type=None, parser_context=None):
        return read_limited(stream, MAX_PHOTO_BYTES, "image_too_large", limit_mb=MAX_PHOTO_BYTES // 2**20)


class PhotoView(View):
    parser_classes = (PhotoParser,)

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
        """How much of a photo is here, for who sends it; else as GET, without the bytes."""
        try:
            photo = photos.expected(self.reader, photo_id)
        except Refusal:
            return self.get(request, photo_id)
        here = photos.received_bytes(photo)
        return HttpResponse(
            headers={
                "Upload-Offset": str(here),
                "Upload-Length": str(photo.size_bytes),
                "Upload-Complete": "?1" if photos.is_whole(photo) else "?0",
            }
        )

    @extend_schema(
        operation_id="photo_send",
        parameters=[
            OpenApiParameter("Upload-Offset", int, OpenApiParameter.HEADER, description="of a part; none: the whole"),
            OpenApiParameter("Content-Digest", str, OpenApiParameter.HEADER, description="sha-256 of a part, RFC 9530"),
        ],
        request=dict.fromkeys(TYPES[:3], bytes),
        responses={201: dict, 200: dict, 202: dict},
    )
    def put(self, request: Request, photo_id: UUID) -> Response:
        """The bytes of a photo that its pin has announced: at once, or in parts of at most 256 KiB."""
        check_names(request.query_params, ())
        if (request.content_type or "").partition(";")[0] not in TYPES:
            raise Refusal("image_type", attr="Content-Type")
        raw = request.data if isinstance(request.data, bytes) else b""
        offset = request.headers.get("Upload-Offset")
        if offset is None:
            photo, new = photos.receive(reader=self.reader, photo_id=photo_id, raw=raw)
            return self.whole(photo, 201 if new else 200)
        if len(raw) != int(request.META.get("CONTENT_LENGTH") or 0):
            raise Refusal("part_digest", attr="body")  # the line was cut
        photo, here = photos.receive_part(
            reader=self.reader,
            photo_id=photo_id,
            offset=offset_in(offset),
            part=raw,
            sha256=digest_in(request.headers.get("Content-Digest")),
        )
        if here is not None and here < photo.size_bytes:
            return Response({"id": str(photo.id), "complete": False, "offset": here}, status=202)
        return self.whole(photo, 200 if here is None else 201)

    def whole(self, photo: Photo, status: int) -> Response:
        about = {"id": str(photo.id), "complete": True, "width": photo.width, "height": photo.height}
        return Response(about | through(), status=status)


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
