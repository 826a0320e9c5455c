from django.urls import path

from budget.api import projects, rounds
from budget.api.ranking import AreasDownload, RankingView

urlpatterns = [
    path("ranking", RankingView.as_view(), name="ranking"),
    path("areas.geojson", AreasDownload.as_view(kind="geojson"), name="areas-geojson"),
    path("areas.csv", AreasDownload.as_view(kind="csv"), name="areas-csv"),
    path("projects", projects.ProjectListView.as_view(), name="projects"),
    path("projects.csv", projects.ProjectDownload.as_view(kind="csv"), name="projects-csv"),
    path("projects.geojson", projects.ProjectDownload.as_view(kind="geojson"), name="projects-geojson"),
    path("projects/suggestions", projects.SuggestionsView.as_view(), name="project-suggestions"),
    path("projects/<id:project_id>", projects.ProjectView.as_view(), name="project"),
    path("projects/<id:project_id>/feasibility", projects.FeasibilityView.as_view(), name="project-feasibility"),
    path("unit-costs", projects.UnitCostsView.as_view(), name="unit-costs"),
    path("pins/<id:pin_id>/solutions", projects.SolutionsView.as_view(), name="pin-solutions"),
    path("pins/<id:pin_id>/solutions/<id:solution_id>", projects.SolutionView.as_view(), name="pin-solution"),
    path("solutions/<id:solution_id>", projects.ModerationView.as_view(), name="solution"),
    path(
        "solutions/<id:solution_id>/projects/<id:project_id>",
        projects.SolutionProjectView.as_view(),
        name="solution-project",
    ),
    path("rounds", rounds.RoundsView.as_view(), name="rounds"),
    path("rounds/<id:round_id>", rounds.RoundView.as_view(), name="round"),
    path("rounds/<id:round_id>.zip", rounds.ZipView.as_view(), name="round-zip"),
    path("rounds/<id:round_id>/freeze", rounds.FreezeView.as_view(), name="round-freeze"),
    path("rounds/<id:round_id>/sign", rounds.SignView.as_view(), name="round-sign"),
    path("rounds/<id:round_id>/decide", rounds.DecideView.as_view(), name="round-decide"),
    path("rounds/<id:round_id>/publish", rounds.PublishView.as_view(), name="round-publish"),
    path("rounds/<id:round_id>/amend", rounds.AmendView.as_view(), name="round-amend"),
    path("rounds/<id:round_id>/inputs", rounds.BytesView.as_view(part=0), name="round-inputs"),
    path("rounds/<id:round_id>/results", rounds.BytesView.as_view(part=1), name="round-results"),
    path("rounds/<id:round_id>/tables/<str:table>.<str:form>", rounds.TableView.as_view(), name="round-table"),
    path("rounds/<id:round_id>/candidates", rounds.CandidatesView.as_view(), name="round-candidates"),
    path("rounds/<id:round_id>/votes/<id:project_id>", rounds.VoteView.as_view(), name="round-vote"),
    path("rounds/<id:round_id>/tallies", rounds.TalliesView.as_view(), name="round-tallies"),
    path("rounds/<id:round_id>/tallies/<str:code>", rounds.TallyView.as_view(), name="round-tally"),
    path("rounds/<id:round_id>/tallies/<str:code>/sheet", rounds.TallySheetView.as_view(), name="round-tally-sheet"),
    path("rounds/<id:round_id>/deliveries", rounds.DeliveriesView.as_view(), name="round-deliveries"),
]
