"""Who asks: a signed-in person by session, or a device by its token."""

import re
import secrets

from django.http import HttpRequest, HttpResponse
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from mapping.models import Person

DEVICE_COOKIE = "meemap_device"
DEVICE_COOKIE_AGE_S = 5 * 365 * 86_400


class SessionOrDevice(SessionAuthentication):
    """A session (with its CSRF check) wins over a device's cookie.

    The device's cookie needs no CSRF token: it is SameSite=Lax, and every write is a PUT of
    JSON or of an image, which no foreign page can send without being asked first.
    """

    def authenticate(self, request: Request):
        signed_in = super().authenticate(request)
        if signed_in is not None:
            return signed_in
        token = device_token(request)
        if token is None:
            return None
        digest = Person.token_digest(token)
        device = Person.objects.filter(is_device=True, is_active=True, device_sha256=digest).first()
        return (device, None) if device else None


class SessionOrDeviceScheme(OpenApiAuthenticationExtension):
    target_class = SessionOrDevice
    name = "session"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def device_token(request: Request | HttpRequest) -> str | None:
    """The token that a device brings, known here or not yet."""
    token = request.COOKIES.get(DEVICE_COOKIE, "")
    return token if re.fullmatch(r"[A-Za-z0-9_-]{43}", token) else None


def new_device_token() -> str:
    return secrets.token_urlsafe(32)


def remember_device(request: HttpRequest, response: HttpResponse, token: str) -> None:
    response.set_cookie(
        DEVICE_COOKIE,
        token,
        max_age=DEVICE_COOKIE_AGE_S,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
