"""The papers of an office as files, and a published round in the forms that others read."""

from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from budget import office_papers, open_formats, paper_files, rounds
from budget.api.projects import MAX_ID, OFFICE, needed
from budget.models import PLAN_YEARS
from budget.papers import Paper
from budget.snapshot import Inputs, Results
from mapping import aggregate
from mapping.api.base import View
from mapping.api.errors import language
from mapping.api.life import FISCAL_YEARS
from mapping.filters import BANGKOK, check_names, parse_choice, parse_code, parse_integer

FORMS = ("xlsx", "pdf")
LANGUAGE = OpenApiParameter("lang", str, enum=["th", "en"])
FILES = {(200, paper_files.XLSX): bytes, (200, "application/pdf"): bytes}


def asked_language(request: Request) -> str:
    return parse_choice(request.query_params.get("lang") or language(), "lang", ("th", "en"))


class PaperFile(View):
    def file(self, request: Request, paper: Paper, *, form: str, name: str) -> HttpResponseBase:
        made, content_type = (
            (paper_files.as_pdf(paper), "application/pdf")
            if form == "pdf"
            else (paper_files.as_xlsx(paper), paper_files.XLSX)
        )
        return self.download(request, [made], name=f"{name}.{form}", content_type=content_type, mark="")


class PaperView(PaperFile):
    @extend_schema(
        operation_id="paper",
        parameters=[
            OFFICE,
            OpenApiParameter("first_year", int, description="of the plan, Buddhist; 2571 for 2571 to 2575"),
            LANGUAGE,
        ],
        responses=FILES,
    )
    def get(self, request: Request, kind: str, form: str) -> HttpResponseBase:
        """A draft of form ผ.01 (p01), ผ.02 (p02) or ผ.02/2 (p02-2) from an office's projects."""
        check_names(request.query_params, ("office", "first_year", "lang"))
        which, wanted = parse_choice(kind, "kind", office_papers.KINDS), parse_choice(form, "form", FORMS)
        office = parse_integer(needed(request.query_params.get("office"), "office"), "office", 1, MAX_ID)
        low, high = FISCAL_YEARS
        year = needed(request.query_params.get("first_year"), "first_year")
        first_year = parse_integer(year, "first_year", low, high - PLAN_YEARS + 1)
        paper = office_papers.plan_paper(
            reader=self.reader, kind=which, office=office, first_year=first_year, language=asked_language(request)
        )
        return self.file(request, paper, form=wanted, name=f"{which}-{office}-{first_year}")


class PriorityView(PaperFile):
    form = "xlsx"

    @extend_schema(
        parameters=[OpenApiParameter("area", str, description="code of a village, subdistrict or district"), LANGUAGE],
        responses=FILES,
    )
    def get(self, request: Request) -> HttpResponseBase:
        """The needs of a place without money yet, in the order of their urgency, by what anyone may see of them."""
        check_names(request.query_params, ("area", "lang"))
        area = parse_code(needed(request.query_params.get("area"), "area"), "area")
        most = paper_files.MOST_PRINTED if self.form == "pdf" else office_papers.MOST_NEEDS
        paper = office_papers.priority_paper(reader=self.reader, area=area, language=asked_language(request), most=most)
        return self.file(request, paper, form=self.form, name=f"priority-{area}")


class PabulibView(View):
    @extend_schema(operation_id="round_pb", responses={(200, "text/plain"): str})
    def get(self, request: Request, round_id: UUID) -> HttpResponseBase:
        """A published round as an election in the form of pabulib.org: villages vote, projects stand."""
        check_names(request.query_params, ())
        one, found = rounds.open_to_all(self.reader, round_id)
        inputs, results = rounds.kept(found)
        body = open_formats.pabulib(
            Inputs.from_bytes(inputs),
            Results.from_bytes(results),
            name_th=one.name_th,
            begun=found.frozen_at.astimezone(BANGKOK).date(),
            decided=(found.decided_at or found.frozen_at).astimezone(BANGKOK).date(),
            amended=found.amended,
            sample=aggregate.sample(),
        )
        name = f"round-{round_id}.pb"
        return self.download(request, [body], name=name, content_type="text/plain; charset=utf-8", mark="")


class Oc4idsView(View):
    @extend_schema(operation_id="round_oc4ids", responses={(200, "application/json"): dict})
    def get(self, request: Request, round_id: UUID) -> Response:
        """The funded projects of a published round and how far they are, as an OC4IDS project package."""
        check_names(request.query_params, ())
        one, found = rounds.open_to_all(self.reader, round_id)
        inputs, results = rounds.kept(found)
        package = open_formats.oc4ids(
            Inputs.from_bytes(inputs),
            Results.from_bytes(results),
            uri=request.build_absolute_uri(request.path),
            office_id=one.office_id,
            published=(found.published_at or found.frozen_at).astimezone(BANGKOK),
            decided=(found.decided_at or found.frozen_at).astimezone(BANGKOK),
            delivered=rounds.delivered(one, found),
            sample=aggregate.sample(),
        )
        return Response(package)
