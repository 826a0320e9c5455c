"""Every address of the product. `tests/test_every_endpoint.py` walks this table as an outsider."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from config.pages import Page
from mapping.admin import site
from mapping.api import errors
from mapping.api.deployment import HealthView

urlpatterns = [
    path("", Page.as_view(shell="index.html"), name="landing"),
    path("m/", Page.as_view(shell="m/index.html"), name="phone"),
    path("office/", Page.as_view(shell="office/index.html"), name="office"),
    path("office/import/", Page.as_view(shell="office/import/index.html"), name="office-import"),
    path("data/", Page.as_view(shell="data/index.html"), name="data"),
    path("where/", Page.as_view(shell="where/index.html"), name="responsible"),
    path("unsubscribe/", Page.as_view(shell="unsubscribe/index.html"), name="unsubscribe-page"),
    path(
        "login/",
        LoginView.as_view(template_name="login.html", redirect_authenticated_user=True),
        name="login",
    ),
    path("logout/", LogoutView.as_view(), name="logout"),
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
