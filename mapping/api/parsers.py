from rest_framework.parsers import BaseParser

from mapping.errors import Refusal
from mapping.geometry import MAX_BODY_BYTES, parse_body


def read_limited(stream, most: int, code: str, **params: int) -> bytes:
    """At most so many bytes; one more is refused before it is kept."""
    raw = stream.read(most + 1)
    if len(raw) > most:
        raise Refusal(code, None, **params)
    return raw


class GatedJSONParser(BaseParser):
    """JSON that has passed the body gate: size, depth, numbers, text."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        return parse_body(read_limited(stream, MAX_BODY_BYTES, "body_too_large", limit_kb=MAX_BODY_BYTES // 1024))


class GatedGeoJSONParser(GatedJSONParser):
    media_type = "application/geo+json"
