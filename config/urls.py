"""Every address of the product. `tests/test_every_endpoint.py` walks this table as an outsider."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter
from drf_spectacular.views import SpectacularJSONAPIView

from config.pages import Page, Shared
from mapping.admin import site
from mapping.api import errors
from mapping.api.deployment import HealthView


class VillageConverter(StringConverter):
    """What can be the code of a village; whether there is one, its page asks."""

    regex = "[0-9]{8,9}"


register_converter(VillageConverter, "village")

urlpatterns = [
    path("", Page.as_view(shell="index.html"), name="landing"),
    path("m/", Page.as_view(shell="m/index.html"), name="phone"),
    path("m/reports/", Page.as_view(shell="m/reports/index.html"), name="reports"),
    # The service worker stands beside the pages that it serves: its address is its reach.
    path("m/sw.js", Page.as_view(shell="sw.js", content_type="text/javascript"), name="service-worker"),
    path("m/share", Shared.as_view(), name="phone-share"),
    path("office/", Page.as_view(shell="office/index.html"), name="office"),
    path("office/import/", Page.as_view(shell="office/import/index.html"), name="office-import"),
    path("office/meeting/", Page.as_view(shell="office/meeting/index.html"), name="office-meeting"),
    path("data/", Page.as_view(shell="data/index.html"), name="data"),
    path("need/", Page.as_view(shell="need/index.html"), name="need"),
    path("round/", Page.as_view(shell="round/index.html"), name="round-page"),
    path("village/<village:code>", Page.as_view(shell="village/index.html"), name="village-page"),
    path("where/", Page.as_view(shell="where/index.html"), name="responsible"),
    path("office/people/", Page.as_view(shell="office/people/index.html"), name="office-people"),
    path("office/budget/", Page.as_view(shell="office/budget/index.html"), name="office-budget"),
    path("login/", Page.as_view(shell="login/index.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/", Page.as_view(shell="account/index.html"), name="account-page"),
    path("join/", Page.as_view(shell="join/index.html"), name="join"),
    path("_allauth/", include("mapping.api.sign_in")),
    path("unsubscribe/", Page.as_view(shell="unsubscribe/index.html"), name="unsubscribe-page"),
    path("admin/", site.urls),
    path("api/v1/", include("mapping.api.urls")),
    path("api/v1/", include("budget.api.urls")),
    path("api/schema", SpectacularJSONAPIView.as_view(), name="schema"),
    path("health", HealthView.as_view(), name="health"),
]

handler400 = errors.handler400
handler403 = errors.handler403
handler404 = errors.handler404
handler500 = errors.handler500
