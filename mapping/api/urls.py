from django.urls import path, register_converter
from django.urls.converters import UUIDConverter

from mapping.api.accounts import (
    AcceptView,
    AccountView,
    GrantsView,
    GrantView,
    InvitationsView,
    InvitationView,
    LookView,
    SessionsView,
)
from mapping.api.accounts import (
    OfficesView as InvitationOfficesView,
)
from mapping.api.areas import AreaListView
from mapping.api.deployment import CategoriesView, MeView
from mapping.api.desk import OfficesView, QueueView, SavedViewsView, SavedViewView, ShortlistView, TemplatesView
from mapping.api.generations import BoundarySetsView, BoundarySetView
from mapping.api.imports import CommitView, ImportListView, ImportView, KindsView, NotesTable, NotesView, UndoView
from mapping.api.life import (
    ActsView,
    AfterPhotosView,
    CheckView,
    ConfirmationView,
    DuplicatesView,
    HideView,
    JoinView,
    NoteView,
    PartView,
    PinDuplicatesView,
    ReplyView,
    StatusView,
    VerdictView,
    WithdrawalView,
)
from mapping.api.life import (
    UndoView as UndoActsView,
)
from mapping.api.map import AreaTileView, CellsView, CellTileView, ClustersView, PinTileView, WhereView
from mapping.api.meetings import (
    BlankSheetView,
    MeetingListView,
    MeetingView,
    OpenNeedsView,
    SignedSheetView,
)
from mapping.api.notices import LinePhotoView, LineWebhook, PinFollowView, UnsubscribeView, VillageFollowView
from mapping.api.packs import PackView
from mapping.api.photos import PhotoView, RecordingView
from mapping.api.pins import EntriesView, PinDownload, PinListView, PinView
from mapping.api.silent import SilentSheetsView, SilentVillagesView
from mapping.api.sync import ChangesView, SideVersionsView, SideVersionView, SyncView
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
    path("tiles/cells/<str:z>/<str:x>/<str:y>.mvt", CellTileView.as_view(), name="tile-cells"),
    path("tiles/pins/<str:z>/<str:x>/<str:y>.mvt", PinTileView.as_view(), name="tile-pins"),
    path("tiles/areas/<str:z>/<str:x>/<str:y>.mvt", AreaTileView.as_view(), name="tile-areas"),
    path("sync", SyncView.as_view(), name="sync"),
    path("changes", ChangesView.as_view(), name="changes"),
    path("packs/<str:code>", PackView.as_view(), name="pack"),
    path("pins", PinListView.as_view(), name="pins"),
    path("pins.geojson", PinDownload.as_view(kind="geojson"), name="pins-geojson"),
    path("pins.geojsonl", PinDownload.as_view(kind="geojsonl"), name="pins-geojsonl"),
    path("pins.csv", PinDownload.as_view(kind="csv"), name="pins-csv"),
    path("pins/<id:pin_id>", PinView.as_view(), name="pin"),
    path("pins/<id:pin_id>/entries", EntriesView.as_view(), name="pin-entries"),
    path("pins/<id:pin_id>/conflicts", SideVersionsView.as_view(), name="pin-conflicts"),
    path("pins/<id:pin_id>/conflicts/<id:op_id>", SideVersionView.as_view(), name="pin-conflict"),
    path("pins/<id:pin_id>/duplicates", PinDuplicatesView.as_view(), name="pin-duplicates"),
    path("pins/<id:pin_id>/confirmation", ConfirmationView.as_view(), name="pin-confirmation"),
    path("pins/<id:pin_id>/verdict", VerdictView.as_view(), name="pin-verdict"),
    path("pins/<id:pin_id>/withdrawal", WithdrawalView.as_view(), name="pin-withdrawal"),
    path("pins/<id:pin_id>/status", StatusView.as_view(), name="pin-status"),
    path("pins/<id:pin_id>/reply", ReplyView.as_view(), name="pin-reply"),
    path("pins/<id:pin_id>/note", NoteView.as_view(), name="pin-note"),
    path("pins/<id:pin_id>/join", JoinView.as_view(), name="pin-join"),
    path("pins/<id:pin_id>/part", PartView.as_view(), name="pin-part"),
    path("pins/<id:pin_id>/check", CheckView.as_view(), name="pin-check"),
    path("pins/<id:pin_id>/hide", HideView.as_view(), name="pin-hide"),
    path("pins/<id:pin_id>/photos", AfterPhotosView.as_view(), name="pin-photos"),
    path("pins/act", ActsView.as_view(), name="pins-act"),
    path("pins/undo", UndoActsView.as_view(), name="pins-undo"),
    path("duplicates", DuplicatesView.as_view(), name="duplicates"),
    path("queue", QueueView.as_view(), name="queue"),
    path("reply-templates", TemplatesView.as_view(), name="reply-templates"),
    path("offices", OfficesView.as_view(), name="offices"),
    path("saved-views", SavedViewsView.as_view(), name="saved-views"),
    path("saved-views/<id:view_id>", SavedViewView.as_view(), name="saved-view"),
    path("shortlist", ShortlistView.as_view(), name="shortlist"),
    path("silent-villages", SilentVillagesView.as_view(), name="silent-villages"),
    path("silent-villages/sheets.pdf", SilentSheetsView.as_view(), name="silent-village-sheets"),
    path("photos/<id:photo_id>", PhotoView.as_view(), name="photo"),
    path("recordings/<id:recording_id>", RecordingView.as_view(), name="recording"),
    path("tables/<str:kind>.<str:form>", TableView.as_view(), name="table"),
    path("import-kinds", KindsView.as_view(), name="import-kinds"),
    path("imports", ImportListView.as_view(), name="imports"),
    path("imports/<id:run_id>", ImportView.as_view(), name="import"),
    path("imports/<id:run_id>/notes", NotesView.as_view(), name="import-notes"),
    path("imports/<id:run_id>/notes.csv", NotesTable.as_view(), name="import-notes-csv"),
    path("imports/<id:run_id>/commit", CommitView.as_view(), name="import-commit"),
    path("imports/<id:run_id>/undo", UndoView.as_view(), name="import-undo"),
    path("account", AccountView.as_view(), name="account"),
    path("account/sessions", SessionsView.as_view(), name="account-sessions"),
    path("grants", GrantsView.as_view(), name="grants"),
    path("grants/<int:grant_id>", GrantView.as_view(), name="grant"),
    path("invitations", InvitationsView.as_view(), name="invitations"),
    path("invitations/offices", InvitationOfficesView.as_view(), name="invitation-offices"),
    path("invitations/look", LookView.as_view(), name="invitation-look"),
    path("invitations/accept", AcceptView.as_view(), name="invitation-accept"),
    path("invitations/<int:invitation_id>", InvitationView.as_view(), name="invitation"),
    path("pins/<id:pin_id>/follow", PinFollowView.as_view(), name="pin-follow"),
    path("villages/<str:code>/follow", VillageFollowView.as_view(), name="village-follow"),
    path("unsubscribe/<str:token>", UnsubscribeView.as_view(), name="unsubscribe"),
    path("line/photos/<str:token>", LinePhotoView.as_view(), name="line-photo"),
    path("line/webhook", LineWebhook.as_view(), name="line-webhook"),
    path("boundary-sets", BoundarySetsView.as_view(), name="boundary-sets"),
    path("boundary-sets/<int:set_id>", BoundarySetView.as_view(), name="boundary-set"),
    path("meetings", MeetingListView.as_view(), name="meetings"),
    path("meetings/needs", OpenNeedsView.as_view(), name="meeting-needs"),
    path("meetings/sheet.pdf", BlankSheetView.as_view(), name="meeting-blank-sheet"),
    path("meetings/<id:meeting_id>", MeetingView.as_view(), name="meeting"),
    path("meetings/<id:meeting_id>/sheet", SignedSheetView.as_view(), name="meeting-sheet"),
]
