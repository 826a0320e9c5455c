from django.urls import path, register_converter
from django.urls.converters import UUIDConverter

from mapping.api.areas import AreaListView
from mapping.api.deployment import CategoriesView, MeView
from mapping.api.generations import BoundarySetsView, BoundarySetView
from mapping.api.imports import CommitView, ImportListView, ImportView, KindsView, NotesTable, NotesView, UndoView
from mapping.api.map import AreaTileView, CellsView, ClustersView, WhereView
from mapping.api.notices import LineWebhook, PinFollowView, UnsubscribeView, VillageFollowView
from mapping.api.photos import PhotoView
from mapping.api.pins import EntriesView, PinDownload, PinListView, PinView
from mapping.api.tables import TableView


class IdConverter(UUIDConverter):
    """A UUID in small or capital letters."""

    regex = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


register_converter(IdConverter, "id")

urlpatterns = [
    path("me", MeView.as_view(), name="me"),
    path("categories", CategoriesView.as_view(), name="categories"),
    path("areas", AreaListView.as_view(), name="areas"),
    path("where", WhereView.as_view(), name="where"),
    path("cells/<str:z>", CellsView.as_view(), name="cells"),
    path("clusters/<str:z>", ClustersView.as_view(), name="clusters"),
    path("tiles/areas/<str:z>/<str:x>/<str:y>.mvt", AreaTileView.as_view(), name="tile-areas"),
    path("pins", PinListView.as_view(), name="pins"),
    path("pins.geojson", PinDownload.as_view(kind="geojson"), name="pins-geojson"),
    path("pins.csv", PinDownload.as_view(kind="csv"), name="pins-csv"),
    path("pins/<id:pin_id>", PinView.as_view(), name="pin"),
    path("pins/<id:pin_id>/entries", EntriesView.as_view(), name="pin-entries"),
    path("photos/<id:photo_id>", PhotoView.as_view(), name="photo"),
    path("tables/<str:kind>.<str:form>", TableView.as_view(), name="table"),
    path("import-kinds", KindsView.as_view(), name="import-kinds"),
    path("imports", ImportListView.as_view(), name="imports"),
    path("imports/<id:run_id>", ImportView.as_view(), name="import"),
    path("imports/<id:run_id>/notes", NotesView.as_view(), name="import-notes"),
    path("imports/<id:run_id>/notes.csv", NotesTable.as_view(), name="import-notes-csv"),
    path("imports/<id:run_id>/commit", CommitView.as_view(), name="import-commit"),
    path("imports/<id:run_id>/undo", UndoView.as_view(), name="import-undo"),
    path("pins/<id:pin_id>/follow", PinFollowView.as_view(), name="pin-follow"),
    path("villages/<str:code>/follow", VillageFollowView.as_view(), name="village-follow"),
    path("unsubscribe/<str:token>", UnsubscribeView.as_view(), name="unsubscribe"),
    path("line/webhook", LineWebhook.as_view(), name="line-webhook"),
    path("boundary-sets", BoundarySetsView.as_view(), name="boundary-sets"),
    path("boundary-sets/<int:set_id>", BoundarySetView.as_view(), name="boundary-set"),
]
