from uuid import UUID

from django.http import FileResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from mapping import photos
from mapping.api.base import View
from mapping.api.parsers import read_limited
from mapping.errors import Refusal
from mapping.filters import check_names, parse_choice
from mapping.images import MAX_PHOTO_BYTES

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

    @extend_schema(
        operation_id="photo_send",
        request=dict.fromkeys(TYPES[:3], bytes),
        responses={201: dict, 200: dict},
    )
    def put(self, request: Request, photo_id: UUID) -> Response:
        """The bytes of a photo that its pin has announced."""
        check_names(request.query_params, ())
        if (request.content_type or "").partition(";")[0] not in TYPES:
            raise Refusal("image_type", attr="Content-Type")
        raw = request.data if isinstance(request.data, bytes) else b""
        photo, new = photos.receive(reader=self.reader, photo_id=photo_id, raw=raw)
        data = {"id": str(photo.id), "width": photo.width, "height": photo.height}
        return Response(data, status=201 if new else 200)
