"""Projects, unit costs, and the solutions that people propose for a need."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from budget import projects
from budget.models import MAX_BAHT, MAX_PERSONS, PLAN_YEARS, Project, Solution
from budget.projects import MOST_NEEDS, MOST_VILLAGES, Plan
from mapping import aggregate
from mapping.access import Reader
from mapping.api.base import View
from mapping.api.bodies import id_in, ids_in, members, whole_in, words_in
from mapping.api.life import FISCAL_YEARS
from mapping.api.parsers import GatedJSONParser
from mapping.errors import Refusal
from mapping.exchange import tables
from mapping.filters import BANGKOK, check_names, parse_choice, parse_integer

MOST_LISTED = 2000
ANSWER = {(200, "application/json"): dict}
MAX_ID = 2**53
NAMES = ("name_th", "name_en", "code", "exclusive_group")
TEXTS = ("objective", "output", "indicator", "expected_result", "strategy", "work_plan")
PLAN = (
    *NAMES, *TEXTS, "beyond_capacity", "proposed_by", "state", "first_year", "year_baht", "unit_cost", "units", "needs",
    "villages",
)  # fmt: skip
COLUMNS = (
    "id", "code", "name_th", "name_en", "office", "office_th", "office_en", "proposed_by", "state", "objective",
    "output", "indicator", "expected_result", "strategy", "work_plan", "cost_baht", "first_year", "feasibility",
    "feasibility_reason", "exclusive_group", "beyond_capacity", "version",
)  # fmt: skip
FILES = {(200, tables.FORMATS[form]): bytes for form in ("csv", "xlsx", "geojson")}
FLAT = [*COLUMNS, *(f"baht_year_{n + 1}" for n in range(PLAN_YEARS)), "persons", "villages", "needs"]
OFFICE = OpenApiParameter("office", int, description="id of the responsible office")


# -- schema: what is sent is checked below ---------------------------------------------------------


class VillageSerializer(serializers.Serializer):
    code = serializers.CharField()
    persons = serializers.IntegerField(min_value=1, max_value=MAX_PERSONS)


class PlanSerializer(serializers.Serializer):
    office = serializers.IntegerField()
    proposed_by = serializers.ChoiceField(Project.By.choices)
    state = serializers.ChoiceField([("draft", "draft"), ("proposed", "proposed"), ("withdrawn", "withdrawn")])
    name_th = serializers.CharField()
    name_en = serializers.CharField(required=False)
    code = serializers.CharField(required=False, help_text="number in the plan")
    objective = serializers.CharField(required=False)
    output = serializers.CharField(required=False)
    indicator = serializers.CharField(required=False)
    expected_result = serializers.CharField(required=False)
    strategy = serializers.CharField(required=False)
    work_plan = serializers.CharField(required=False)
    first_year = serializers.IntegerField(help_text="of the plan, Buddhist")
    year_baht = serializers.ListField(child=serializers.IntegerField(), help_text="whole baht of five years")
    unit_cost = serializers.IntegerField(required=False, allow_null=True)
    units = serializers.IntegerField(required=False, allow_null=True)
    exclusive_group = serializers.CharField(required=False)
    beyond_capacity = serializers.BooleanField(required=False, help_text="sent on to the province; officers say so")
    needs = serializers.ListField(child=serializers.UUIDField(), required=False)
    villages = VillageSerializer(many=True)


class EditSerializer(PlanSerializer):
    office = None  # type: ignore[assignment]
    version = serializers.IntegerField()


class FeasibilityBody(serializers.Serializer):
    feasibility = serializers.ChoiceField(Project.Feasibility.choices)
    reason = serializers.CharField(required=False)


class UnitCostSerializer(serializers.Serializer):
    office = serializers.IntegerField()
    name_th = serializers.CharField()
    name_en = serializers.CharField(required=False)
    unit_th = serializers.CharField()
    unit_en = serializers.CharField(required=False)
    baht_per_unit = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]
    fiscal_year = serializers.IntegerField(required=False, allow_null=True)


class SolutionBody(serializers.Serializer):
    words = serializers.CharField()
    cost_baht = serializers.IntegerField(required=False, allow_null=True)


class ModerationBody(serializers.Serializer):
    state = serializers.ChoiceField([("shown", "shown"), ("hidden", "hidden")])
    reason = serializers.CharField(required=False)


# -- reading a body -----------------------------------------------------------------------------


def needed(value: Any, name: str) -> Any:
    if value is None or value == "":
        raise Refusal("member_missing", attr=name, name=name)
    return value


def plan_in(data: Mapping[str, Any]) -> Plan:
    years = data.get("year_baht")
    if not isinstance(years, list) or len(years) != PLAN_YEARS:
        raise Refusal("project_cost", attr="year_baht")
    baht = [needed(whole_in({"year_baht": b}, "year_baht", 0, MAX_BAHT // PLAN_YEARS), "year_baht") for b in years]
    villages = data.get("villages")
    if not isinstance(villages, list) or len(villages) > MOST_VILLAGES:
        raise Refusal("project_villages", attr="villages")
    served = {}
    for number, row in enumerate(villages):
        said = members(row, "code", "persons")
        code = said.get("code")
        if not isinstance(code, str) or code in served:
            raise Refusal("project_villages", attr=f"villages[{number}].code")
        persons = whole_in(said, "persons", 1, MAX_PERSONS)
        served[code[:20]] = needed(persons, f"villages[{number}].persons")
    return Plan(
        proposed_by=parse_choice(str(data.get("proposed_by", ""))[:40], "proposed_by", Project.By.values),
        state=parse_choice(str(data.get("state", "proposed"))[:40], "state", Project.State.values),
        **{name: words_in(data, name, 300) for name in NAMES[1:]},  # type: ignore[arg-type]
        **{name: words_in(data, name) for name in TEXTS},  # type: ignore[arg-type]
        name_th=needed(words_in(data, "name_th", 300), "name_th"),
        first_year=needed(whole_in(data, "first_year", *FISCAL_YEARS, code="year_range"), "first_year"),
        year_baht=tuple(baht),
        unit_cost=whole_in(data, "unit_cost", 1, MAX_ID),
        units=whole_in(data, "units", 1, 1_000_000),
        beyond_capacity=flag_in(data, "beyond_capacity"),
        needs=tuple(ids_in(data, "needs", MOST_NEEDS, least=0)) if data.get("needs") is not None else (),
        villages=tuple(served.items()),
    )


def flag_in(data: Mapping[str, Any], name: str) -> bool:
    given = data.get(name)
    if given is not None and not isinstance(given, bool):
        raise Refusal("choice_unknown", attr=name, given=str(given)[:40], known="true, false")
    return bool(given)


def office_in(data: Mapping[str, Any]) -> int:
    return needed(whole_in(data, "office", 1, MAX_ID), "office")


def asked_office(request: Request) -> int | None:
    given = request.query_params.get("office")
    return None if given is None else parse_integer(given, "office", 1, MAX_ID)


# -- telling ------------------------------------------------------------------------------------


def told(found: Sequence[Project]) -> list[dict[str, Any]]:
    needs = projects.needs_shown(found)
    return [
        {
            **{name: getattr(p, name) for name in COLUMNS if not name.startswith(("office", "id"))},
            "id": str(p.pk),
            "office": {"id": p.office_id, "name_th": p.office.name_th, "name_en": p.office.name_en},
            "year_baht": p.year_baht,
            "unit_cost": p.unit_cost_id,
            "units": p.units,
            "solution": str(p.solution_id) if p.solution_id else None,
            "villages": [
                {"code": v.code, "persons": v.persons} for v in sorted(p.villages.all(), key=lambda v: v.code)
            ],
            "needs": needs[p.pk],
        }
        for p in found
    ]


def flat(p: dict[str, Any]) -> dict[str, Any]:
    """One row of a table."""
    office = p["office"]
    years = {f"baht_year_{n}": baht for n, baht in enumerate(p["year_baht"], start=1)}
    return {
        **{name: p.get(name) for name in COLUMNS},
        "office": office["id"], "office_th": office["name_th"], "office_en": office["name_en"], **years,
        "persons": sum(v["persons"] for v in p["villages"]),
        "villages": [v["code"] for v in p["villages"]],
        "needs": [str(need["number"]) for need in p["needs"]],
    }  # fmt: skip


def geojson_blocks(rows: Iterable[tuple[str, dict[str, Any] | None, Mapping[str, Any]]]) -> Iterator[bytes]:
    """id, geometry and properties of each feature."""
    is_sample = aggregate.sample()
    yield aggregate.collection_head(is_sample)
    comma = ""
    for key, geometry, properties in rows:
        about = {**properties, **({"sample": True} if is_sample else {})}
        one = {"type": "Feature", "id": key, "geometry": geometry, "properties": about}
        yield f"{comma}{json.dumps(one, ensure_ascii=False, allow_nan=False)}\n".encode()
        comma = ","
    yield b"]}\n"


def places(p: Mapping[str, Any]) -> dict[str, Any] | None:
    """Where the needs of a project are, as far as anyone may know."""
    points = [[need["lng"], need["lat"]] for need in p["needs"]]
    return {"type": "MultiPoint", "coordinates": points} if points else None


def chosen(request: Request, reader: Reader) -> list[dict[str, Any]]:
    check_names(request.query_params, ("office", "state", "pin"))
    found = projects.visible(reader).order_by("code", "name_th", "pk")
    if (office := asked_office(request)) is not None:
        found = found.filter(office=office)
    if (state := request.query_params.get("state")) is not None:
        found = found.filter(state=parse_choice(state, "state", Project.State.values))
    if (pin := request.query_params.get("pin")) is not None:
        found = found.filter(needs__pin=id_in({"pin": pin}, "pin"))
    return told(list(found[:MOST_LISTED]))


FILTERS = [
    OFFICE,
    OpenApiParameter("state", str, enum=Project.State.values),
    OpenApiParameter("pin", str, description="id of a need: the projects that answer it"),
]


class ProjectListView(View):
    @extend_schema(operation_id="projects", parameters=FILTERS, responses=ANSWER)
    def get(self, request: Request) -> Response:
        """Proposed projects, and one's own or one's office's in any state. At most 2,000."""
        return Response({"results": chosen(request, self.reader)})


class ProjectDownload(View):
    kind = "csv"

    @extend_schema(parameters=FILTERS, responses=FILES)
    def get(self, request: Request) -> HttpResponseBase:
        """The same projects as a file; a feature stands where its needs are, as far as anyone may know."""
        found = chosen(request, self.reader)
        if self.kind == "geojson":
            blocks = geojson_blocks((p["id"], places(p), flat(p)) for p in found)
        else:
            blocks = tables.sheet(self.kind, FLAT, (flat(p) for p in found))
        content_type = tables.FORMATS[self.kind]
        return self.download(request, blocks, name=f"projects.{self.kind}", content_type=content_type, mark="")


class ProjectView(View):
    parser_classes = (GatedJSONParser,)

    @extend_schema(operation_id="project_read", responses=ANSWER)
    def get(self, request: Request, project_id: UUID) -> Response:
        """One project with its villages and needs."""
        check_names(request.query_params, ())
        return Response(told([projects.find(self.reader, project_id)])[0])

    @extend_schema(operation_id="project_propose", request=PlanSerializer, responses={201: dict, 200: dict})
    def put(self, request: Request, project_id: UUID) -> Response:
        """Propose a project under an id that the browser made."""
        check_names(request.query_params, ())
        data = members(request.data, "office", *PLAN)
        made, new = projects.propose(
            reader=self.reader, project_id=project_id, office=office_in(data), plan=plan_in(data)
        )
        return Response(told([projects.find(self.reader, made.pk)])[0], status=201 if new else 200)

    @extend_schema(operation_id="project_edit", request=EditSerializer, responses=ANSWER)
    def patch(self, request: Request, project_id: UUID) -> Response:
        """All of the plan anew, upon the `version` that was read."""
        check_names(request.query_params, ())
        projects.find(self.reader, project_id)
        data = members(request.data, "version", *PLAN)
        version = needed(whole_in(data, "version", 1, MAX_ID), "version")
        found = projects.edit(reader=self.reader, project_id=project_id, version=version, plan=plan_in(data))
        return Response(told([found])[0])


class FeasibilityView(View):
    parser_classes = (GatedJSONParser,)

    @extend_schema(operation_id="project_feasibility", request=FeasibilityBody, responses=ANSWER)
    def post(self, request: Request, project_id: UUID) -> Response:
        """Whether it can be done, and why: officers of its office."""
        check_names(request.query_params, ())
        data = members(request.data, "feasibility", "reason")
        said = parse_choice(str(data.get("feasibility", ""))[:40], "feasibility", Project.Feasibility.values)
        found = projects.judge(
            reader=self.reader, project_id=project_id, feasibility=said, reason=words_in(data, "reason")
        )
        return Response(told([found])[0])


class SuggestionsView(View):
    @extend_schema(
        operation_id="project_suggestions",
        parameters=[OFFICE, OpenApiParameter("within_m", int), OpenApiParameter("least", int)],
        responses=ANSWER,
    )
    def get(self, request: Request) -> Response:
        """Open needs of one category near one another that no project answers yet. Nothing is written."""
        check_names(request.query_params, ("office", "within_m", "least"))
        asked = request.query_params
        found = projects.suggest(
            reader=self.reader,
            office=needed(asked_office(request), "office"),
            within_m=parse_integer(asked.get("within_m", "500"), "within_m", 10, 10_000),
            least=parse_integer(asked.get("least", "2"), "least", 2, 100),
        )
        return Response({"results": found})


class UnitCostsView(View):
    parser_classes = (GatedJSONParser,)

    @extend_schema(operation_id="unit_costs", parameters=[OFFICE], responses=ANSWER)
    def get(self, request: Request) -> Response:
        """What one unit costs, with the source: of all, or what one office may use."""
        check_names(request.query_params, ("office",))
        found = projects.unit_costs(asked_office(request))
        return Response({"results": [unit_cost(one) for one in found]})

    @extend_schema(operation_id="unit_cost_add", request=UnitCostSerializer, responses={201: dict})
    def post(self, request: Request) -> Response:
        """Add one to an office's library."""
        check_names(request.query_params, ())
        texts = ("name_th", "name_en", "unit_th", "unit_en", "source")
        data = members(request.data, "office", "baht_per_unit", "fiscal_year", *texts)
        said = {name: words_in(data, name, 300) for name in texts}
        for name in ("name_th", "unit_th", "source"):
            needed(said[name], name)
        made = projects.add_unit_cost(
            reader=self.reader,
            office=office_in(data),
            baht_per_unit=needed(whole_in(data, "baht_per_unit", 1, MAX_BAHT), "baht_per_unit"),
            fiscal_year=whole_in(data, "fiscal_year", *FISCAL_YEARS, code="year_range"),
            **said,
        )
        return Response(unit_cost(made), status=201)


def unit_cost(one: Any) -> dict[str, Any]:
    names = ("id", "name_th", "name_en", "unit_th", "unit_en", "baht_per_unit", "source", "fiscal_year")
    return {name: getattr(one, name) for name in names} | {"office": one.office_id}


# -- solutions ----------------------------------------------------------------------------------


def solution(one: Solution, reader: Reader) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "words": getattr(one, "shown_words", one.words),
        "cost_baht": one.cost_baht,
        "state": one.state,
        "reason": one.reason,
        "at": one.at.astimezone(BANGKOK).isoformat(),
        "mine": reader.person_id is not None and one.author_id == reader.person_id,
    }


class SolutionsView(View):
    @extend_schema(operation_id="pin_solutions", responses=ANSWER)
    def get(self, request: Request, pin_id: UUID) -> Response:
        """How people think that a need could be met, oldest first."""
        check_names(request.query_params, ())
        found = projects.solutions(self.reader, pin_id)
        return Response({"results": [solution(one, self.reader) for one in found]})


class SolutionView(View):
    parser_classes = (GatedJSONParser,)

    @extend_schema(operation_id="solution_offer", request=SolutionBody, responses={201: dict, 200: dict})
    def put(self, request: Request, pin_id: UUID, solution_id: UUID) -> Response:
        """Propose a solution. It waits until an officer who answers for the need shows it."""
        check_names(request.query_params, ())
        data = members(request.data, "words", "cost_baht")
        made, new = projects.offer(
            reader=self.reader,
            pin_id=pin_id,
            solution_id=solution_id,
            words=words_in(data),
            cost_baht=whole_in(data, "cost_baht", 1, MAX_BAHT),
        )
        made.refresh_from_db()
        return Response(solution(made, self.reader), status=201 if new else 200)


class ModerationView(View):
    parser_classes = (GatedJSONParser,)

    @extend_schema(operation_id="solution_moderate", request=ModerationBody, responses=ANSWER)
    def post(self, request: Request, solution_id: UUID) -> Response:
        """Show a solution to everyone, or hide it with the reason."""
        check_names(request.query_params, ())
        data = members(request.data, "state", "reason")
        state = parse_choice(str(data.get("state", ""))[:40], "state", ("shown", "hidden"))
        found = projects.moderate(
            reader=self.reader, solution_id=solution_id, state=state, reason=words_in(data, "reason")
        )
        return Response(solution(found, self.reader))


class SolutionProjectView(View):
    parser_classes = (GatedJSONParser,)

    @extend_schema(operation_id="solution_project", request=PlanSerializer, responses={201: dict, 200: dict})
    def put(self, request: Request, solution_id: UUID, project_id: UUID) -> Response:
        """Make a project of a solution that is shown: officers of the office that would carry it out."""
        check_names(request.query_params, ())
        data = members(request.data, "office", *PLAN)
        made, new = projects.from_solution(
            reader=self.reader,
            solution_id=solution_id,
            project_id=project_id,
            office=office_in(data),
            plan=plan_in(data),
        )
        return Response(told([projects.find(self.reader, made.pk)])[0], status=201 if new else 200)
