from django.urls import path

from budget.api.ranking import AreasDownload, RankingView

urlpatterns = [
    path("ranking", RankingView.as_view(), name="ranking"),
    path("areas.geojson", AreasDownload.as_view(kind="geojson"), name="areas-geojson"),
    path("areas.csv", AreasDownload.as_view(kind="csv"), name="areas-csv"),
]
