"""One error shape everywhere, drf-standardized-errors', also outside DRF.

``{"type", "errors": [{"code", "detail", "attr"}]}``: `code` from `mapping.errors.MESSAGES`,
`detail` in the reader's language, `attr` the place in what was sent.
"""

import sys
from typing import Any

from django.db.utils import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from drf_standardized_errors.handler import ExceptionHandler
from psycopg.errors import LockNotAvailable
from psycopg_pool import PoolTimeout
from rest_framework import exceptions
from rest_framework.response import Response

from mapping.errors import Refusal

RETRY_AFTER_S = 2
DRF_CODES = {
    "not_found": "not_found",
    "method_not_allowed": "method_not_allowed",
    "unsupported_media_type": "media_type",
    "not_acceptable": "not_acceptable",
    "not_authenticated": "not_authenticated",
    "authentication_failed": "not_authenticated",
    "permission_denied": "permission_denied",
    "throttled": "throttled",
    "parse_error": "bad_request",
}


def language() -> str:
    return "en" if (get_language() or "th").startswith("en") else "th"


def body(refusal: Refusal) -> dict[str, Any]:
    kind = "server_error" if refusal.status >= 500 else "validation_error" if refusal.status == 400 else "client_error"
    return {
        "type": kind,
        "errors": [
            {"code": one.code, "detail": one.text(language()), "attr": one.attr} for one in (refusal, *refusal.also)
        ],
    }


def as_refusal(exc: Exception, method: str = "") -> Refusal | None:
    """What went wrong in our own words, or None if it is no answer to the person but a fault of ours."""
    if isinstance(exc, Refusal):
        return exc
    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, LockNotAvailable | PoolTimeout):
            return Refusal("busy")
        cause = cause.__cause__
    if isinstance(exc, OperationalError | InterfaceError):
        return Refusal("busy")  # the database is restarting or out of reach: nothing was written
    if isinstance(exc, exceptions.APIException):
        if isinstance(exc, exceptions.PermissionDenied) and "CSRF" in str(exc.detail):
            return Refusal("csrf")
        code = DRF_CODES.get(str(getattr(exc.detail, "code", "")))
        if code == "method_not_allowed":
            return Refusal(code, method=method)
        return Refusal(code) if code else None
    return None


class Handler(ExceptionHandler):
    def run(self) -> Response | None:
        request = self.context.get("request")
        known = self.convert_known_exceptions(self.exc)
        refusal = as_refusal(known, getattr(request, "method", "") or "")
        if refusal is None:
            response = super().run()
            if response is not None and response.status_code == 500:
                response.data = body(Refusal("error"))
            return response
        self.set_rollback()
        return Response(body(refusal), status=refusal.status, headers=headers(refusal))


def headers(refusal: Refusal) -> dict[str, str]:
    if refusal.status == 429 and "wait_s" in refusal.params:
        return {"Retry-After": str(refusal.params["wait_s"])}
    if refusal.code == "photo_offset":
        return {"Upload-Offset": str(refusal.params["offset"])}
    return {"Retry-After": str(RETRY_AFTER_S)} if refusal.status == 503 else {}


# -- outside DRF ------------------------------------------------------------------------------


def plain(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The same shape for programs, a page for people."""
    if request.path.startswith(("/api/", "/_allauth/browser/")) or request.path == "/health":
        return JsonResponse(body(refusal), status=refusal.status, headers=headers(refusal))
    context = {"code": refusal.code, "th": refusal.text("th"), "en": refusal.text("en")}
    page = render(request, "refusal.html", context, status=refusal.status, content_type="text/html")
    for name, value in headers(refusal).items():
        page[name] = value
    return page


def handler400(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return plain(request, Refusal("bad_request"))


def handler403(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return plain(request, Refusal("permission_denied"))


def handler404(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return plain(request, Refusal("not_found"))


def handler500(request: HttpRequest) -> HttpResponse:
    broken = sys.exc_info()[1]
    known = as_refusal(broken) if isinstance(broken, Exception) else None
    return plain(request, known or Refusal("error"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return plain(request, Refusal("csrf"))
