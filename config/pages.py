"""The pages are static shells, built by Vite; what they show they fetch."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views import View

from mapping.errors import Refusal


@cache
def shell_text(path: Path, _changed: float) -> bytes:
    return path.read_bytes()


class Page(View):
    """One shell. Never kept by a cache, so that a new release is seen at once; what it loads is kept for ever."""

    shell = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        path = settings.PAGES / self.shell
        if not path.exists():
            words = Refusal("pages_missing").text("en")
            return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
        response = HttpResponse(shell_text(path, path.stat().st_mtime), content_type="text/html; charset=utf-8")
        response["Cache-Control"] = "no-cache"
        return response
