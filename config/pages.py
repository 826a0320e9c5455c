"""The pages are static shells, built by Vite; what they show they fetch."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from mapping.errors import Refusal


@cache
def shell_text(path: Path, _changed: float) -> bytes:
    return path.read_bytes()


class Page(View):
    """One shell. Never kept by a cache, so that a new release is seen at once; what it loads is kept for ever."""

    shell = ""
    content_type = "text/html"

    def get(self, request: HttpRequest, **_named: str) -> HttpResponse:
        path = settings.PAGES / self.shell
        if not path.exists():
            words = Refusal("pages_missing").text("en")
            return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
        response = HttpResponse(
            shell_text(path, path.stat().st_mtime), content_type=f"{self.content_type}; charset=utf-8"
        )
        response["Cache-Control"] = "no-cache"
        return response


@method_decorator(csrf_exempt, name="dispatch")
class Shared(View):
    """Where another app's share button leads. The service worker takes the photo before it comes here; a phone
    whose service worker is gone is led to the page, and nothing of what it sent is read."""

    def post(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(status=303)
        response["Location"] = "/m/"
        return response
