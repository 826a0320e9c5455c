"""What every view of the API shares: the reader, the language, conditional answers."""

import ipaddress
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from mapping import aggregate, limits
from mapping.access import Reader, gate
from mapping.errors import Refusal
from mapping.limits import Limit


def client_address(request: HttpRequest | Request) -> str:
    """Whom to count an attempt by: the peer or, behind our own web server, the hop that it has seen.

    What stands before the last hop of X-Forwarded-For was written by the client and is never
    believed. Of an IPv6 address the /64: a household has as many addresses in it as it likes.
    """
    given = request.META.get("REMOTE_ADDR") or ""
    if settings.BEHIND_PROXY:
        given = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or given
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return ""  # a socket; or a proxy that writes something else: all are counted as one
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    if isinstance(address, ipaddress.IPv6Address) and mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(mapped or address)


def count_anonymous(request: Request) -> None:
    """One more pin without an account from this address: generous, since a village may share one."""
    if most := settings.MEEMAP["anonymous_per_hour"]:
        limits.count(Limit("anonymous_pin", most, limits.HOUR_S), client_address(request))


class OneForm(BaseContentNegotiation):
    """Each address answers in one form; whoever asks for another gets that one rather than a refusal."""

    def select_parser(self, request, parsers):
        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class View(APIView):
    """`self.reader` is who asks; every answer says whether it may be kept, and by whom."""

    content_negotiation_class = OneForm
    reader: Reader

    def initial(self, request: Request, *args, **kwargs) -> None:
        super().initial(request, *args, **kwargs)
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            raise Refusal("length_required")
        self.reader = Reader.of(request.user)
        method = (request.method or "").lower()
        if method != "options" and hasattr(self, method):  # what no view does is answered with 405
            match = request.resolver_match
            refused = gate(self.reader, (match.url_name if match else None) or "", method.upper())
            if refused:
                raise Refusal(refused)

    def finalize_response(self, request: Request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response.setdefault("Cache-Control", "private, no-store")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    def unchanged(self, request: Request, mark: str) -> HttpResponseBase | None:
        """304 if the reader already holds this state."""
        asked = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
        if mark not in asked and "*" not in asked:
            return None
        response = HttpResponse(status=304)
        return self.mark(response, mark)

    def mark(self, response: HttpResponseBase, mark: str) -> HttpResponseBase:
        response["ETag"] = mark
        response["Cache-Control"] = "private, no-cache" if self.reader.person_id else "public, no-cache"
        response["Vary"] = "Cookie, Accept-Language"
        return response

    def download(
        self, request: Request, blocks: Iterable[bytes], *, name: str, content_type: str, mark: str
    ) -> HttpResponseBase:
        """A streamed file; `sample-` stands in its name where what it holds is invented."""
        prefix = "sample-" if aggregate.sample() else ""
        response = StreamingHttpResponse(blocks, content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="{prefix}{name}"'
        return self.mark(response, mark) if mark else response
