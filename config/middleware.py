"""What must be put right before Django reads it."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

SESSION_KEY = re.compile(r"[a-z0-9]{32}")


def well_formed_session(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A session cookie that is no key of ours is no session: a NUL in it would reach the database."""

    def middleware(request: HttpRequest) -> HttpResponse:
        name = settings.SESSION_COOKIE_NAME
        if not SESSION_KEY.fullmatch(request.COOKIES.get(name, "")):
            request.COOKIES.pop(name, None)
        return get_response(request)

    return middleware
