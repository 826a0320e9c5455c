"""Rounds: their steps, what they were decided from, what came out, votes, meetings and delivery."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, get_args
from uuid import UUID

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from budget import rounds, snapshot, votes
from budget.api.projects import (
    FILES,
    OFFICE,
    asked_office,
    geojson_blocks,
    needed,
    office_in,
    places,
    told,
)
from budget.models import MAX_BAHT, MAX_HANDS, Delivery, Project, Round, Snapshot
from budget.snapshot import Inputs, Results
from mapping import aggregate
from mapping.access import acts_for_office, may_see_undecided
from mapping.api.base import View
from mapping.api.bodies import id_in, members, whole_in, words_in
from mapping.api.errors import body
from mapping.api.life import FISCAL_YEARS
from mapping.api.parsers import GatedJSONParser
from mapping.api.photos import TYPES, PhotoParser
from mapping.errors import Refusal
from mapping.exchange import tables
from mapping.filters import BANGKOK, check_names, parse_choice, refuse_buddhist
from mapping.models import Area, Office

MOST_LISTED = 500
CALL = ("name_th", "name_en", "fiscal_year", "envelope_baht", "rules", "voting_until")
TABLES = ("ranking", "projects", "villages")
FORMS = ("json", "csv", "xlsx", "geojson")
ANSWER = {(200, "application/json"): dict}
PRESETS = {name: snapshot.StageA.of(name).document() for name in get_args(snapshot.Preset)}


class CallSerializer(serializers.Serializer):
    name_th = serializers.CharField()
    name_en = serializers.CharField(required=False)
    fiscal_year = serializers.IntegerField(help_text="Buddhist")
    envelope_baht = serializers.IntegerField(help_text="whole baht")
    rules = serializers.DictField(required=False, allow_null=True, help_text="null: the default for what is known")
    voting_until = serializers.DateTimeField(required=False, allow_null=True)


class OpenSerializer(CallSerializer):
    office = serializers.IntegerField()


class ResultsBody(serializers.Serializer):
    results_sha256 = serializers.CharField(help_text="of the results that you looked at")


class OverrideSerializer(serializers.Serializer):
    project = serializers.UUIDField()
    action = serializers.ChoiceField([("in", "in"), ("out", "out")])
    reason = serializers.CharField()


class AmendBody(serializers.Serializer):
    reason = serializers.CharField()
    overrides = OverrideSerializer(many=True, required=False)
    envelope_baht = serializers.IntegerField(required=False, allow_null=True)


class LineSerializer(serializers.Serializer):
    project = serializers.UUIDField()
    hands = serializers.IntegerField(min_value=0, max_value=MAX_HANDS)


class TallyBody(serializers.Serializer):
    held_on = serializers.DateField()
    people_present = serializers.IntegerField(min_value=1, max_value=MAX_HANDS)
    lines = LineSerializer(many=True)


class DeliveryBody(serializers.Serializer):
    project = serializers.UUIDField()
    stage = serializers.ChoiceField(Delivery.Stage.choices)
    baht = serializers.IntegerField()
    on = serializers.DateField()
    words = serializers.CharField(required=False)


# -- reading a body -----------------------------------------------------------------------------


def moment_in(data: Mapping[str, Any], name: str) -> datetime | None:
    given = data.get(name)
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given) if isinstance(given, str) and len(given) <= 40 else None
        if found is not None and found.tzinfo is not None and 1970 <= found.year <= 2200:
            return found
    except (ValueError, OverflowError):
        pass
    raise Refusal("time_form", attr=name, given=str(given)[:40])


def day_in(data: Mapping[str, Any], name: str) -> date:
    given = data.get(name)
    try:
        day = date.fromisoformat(given) if isinstance(given, str) and len(given) == 10 else None
    except ValueError:
        day = None
    if day is None or day.year < 1900:
        raise Refusal("date_form", attr=name, given=str(given)[:40])
    refuse_buddhist(day.year, name)
    if day > timezone.now().astimezone(BANGKOK).date():
        raise Refusal("date_future", attr=name)
    return day


def call_in(data: Mapping[str, Any]) -> rounds.Call:
    rules = data.get("rules")
    return rounds.Call(
        name_th=needed(words_in(data, "name_th", 300), "name_th"),
        name_en=words_in(data, "name_en", 300),
        fiscal_year=needed(whole_in(data, "fiscal_year", *FISCAL_YEARS, code="year_range"), "fiscal_year"),
        envelope_baht=needed(whole_in(data, "envelope_baht", 1, MAX_BAHT), "envelope_baht"),
        rules=None if rules is None else dict(members(rules, "stage_a", "stage_b", "ranking")),
        voting_until=moment_in(data, "voting_until"),
    )


def overrides_in(data: Mapping[str, Any]) -> tuple[snapshot.Override, ...]:
    given = data.get("overrides")
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > rounds.MOST_OVERRIDES:
        raise Refusal("round_overrides", attr="overrides")
    found = []
    for number, row in enumerate(given):
        said = members(row, "project", "action", "reason")
        reason = words_in(said, "reason")
        if said.get("action") not in ("in", "out") or not reason:
            raise Refusal("round_overrides", attr=f"overrides[{number}]")
        found.append(
            snapshot.Override(project=str(id_in(said, "project")), action=said["action"], reason=reason, by="officer")
        )
    return tuple(found)


# -- telling ------------------------------------------------------------------------------------


def moment(at: datetime | None) -> str | None:
    return at.astimezone(BANGKOK).isoformat() if at else None


def version(one: Snapshot) -> dict[str, Any]:
    """One version of a round. Who signed and decided: two different officers, never by name."""
    digest = one.results_sha256
    return {
        "version": one.version,
        "inputs_sha256": bytes(one.inputs_sha256).hex(),
        "results_sha256": bytes(digest).hex() if digest else None,
        "pot_baht": one.pot_baht,
        "amended": one.amended,
        "reason": one.reason,
        "frozen_at": moment(one.frozen_at),
        "signed_at": moment(one.signed_at),
        "decided_at": moment(one.decided_at),
        "published_at": moment(one.published_at),
    }


def tell(one: Round, *, inside: bool) -> dict[str, Any]:
    """A round; for the public a later version that is not published is not there yet."""
    found = one.snapshots.defer("inputs", "results").order_by("version")
    if not inside:
        found = found.filter(published_at__isnull=False)
    versions = [version(snap) for snap in found]
    return {
        "id": str(one.pk),
        "office": {"id": one.office_id, "name_th": one.office.name_th, "name_en": one.office.name_en},
        "name_th": one.name_th,
        "name_en": one.name_en,
        "fiscal_year": one.fiscal_year,
        "envelope_baht": one.envelope_baht,
        "rules": one.rules,
        "phase": one.phase if inside else ("published" if versions else "draft"),
        "voting": votes.is_voting(one),
        "voting_until": moment(one.voting_until),
        "versions": versions,
        **({"sample": True} if aggregate.sample() else {}),
    }


class RoundsView(View):
    @extend_schema(operation_id="rounds", parameters=[OFFICE], responses=ANSWER)
    def get(self, request: Request) -> Response:
        """Published rounds, those in which anyone may vote, and all of one's own office; newest first.

        `offices` are those for which you may open one.
        """
        check_names(request.query_params, ("office",))
        found = rounds.visible(self.reader)
        if (office := asked_office(request)) is not None:
            found = found.filter(office=office)
        listed = [tell(one, inside=may_see_undecided(self.reader, one.office_id)) for one in found[:MOST_LISTED]]
        own = Office.objects.filter(pk__in=self.reader.offices).order_by("name_th", "pk")
        offices = [{"id": office.pk, "name_th": office.name_th, "name_en": office.name_en} for office in own]
        return Response({"results": listed, "offices": offices})


class OfRound(View):
    """What the views of one round share."""

    parser_classes = (GatedJSONParser,)

    def told(self, round_id: UUID, status: int = 200) -> Response:
        one = rounds.find(self.reader, round_id)
        about = tell(one, inside=may_see_undecided(self.reader, one.office_id))
        about["may_decide"] = acts_for_office(self.reader, one.office_id)
        return Response(about, status=status)


class RoundView(OfRound):
    @extend_schema(operation_id="round_read", responses=ANSWER)
    def get(self, request: Request, round_id: UUID) -> Response:
        """One round with its versions and their hashes."""
        check_names(request.query_params, ())
        return self.told(round_id)

    @extend_schema(operation_id="round_open", request=OpenSerializer, responses={201: dict, 200: dict})
    def put(self, request: Request, round_id: UUID) -> Response:
        """A draft, under an id that the browser made."""
        check_names(request.query_params, ())
        data = members(request.data, "office", *CALL)
        _, new = rounds.open_round(reader=self.reader, round_id=round_id, office=office_in(data), call=call_in(data))
        return self.told(round_id, 201 if new else 200)

    @extend_schema(operation_id="round_change", request=CallSerializer, responses=ANSWER)
    def patch(self, request: Request, round_id: UUID) -> Response:
        """All that the round asks anew, while it is a draft."""
        check_names(request.query_params, ())
        rounds.find(self.reader, round_id)
        rounds.change(reader=self.reader, round_id=round_id, call=call_in(members(request.data, *CALL)))
        return self.told(round_id)


class StepView(OfRound):
    """`step`: freeze or publish; they take nothing."""

    step: Callable[..., Snapshot] = staticmethod(rounds.freeze)

    @extend_schema(request=None, responses=ANSWER)
    def post(self, request: Request, round_id: UUID) -> Response:
        check_names(request.query_params, ())
        members(request.data)
        type(self).step(reader=self.reader, round_id=round_id)
        return self.told(round_id)


class FreezeView(StepView):
    """Rules, candidates and tables become bytes with a hash; from then on results can be seen."""


class PublishView(StepView):
    """Show the decision to everyone, with the files to recompute it."""

    step = staticmethod(rounds.publish)


class SignView(OfRound):
    """The first of two officers says that these results shall stand."""

    step: Callable[..., Snapshot] = staticmethod(rounds.sign)

    @extend_schema(request=ResultsBody, responses=ANSWER)
    def post(self, request: Request, round_id: UUID) -> Response:
        check_names(request.query_params, ())
        rounds.find(self.reader, round_id)
        data = members(request.data, "results_sha256")
        looked_at = needed(words_in(data, "results_sha256", 64), "results_sha256")
        type(self).step(reader=self.reader, round_id=round_id, results_sha256=looked_at)
        return self.told(round_id)


class DecideView(SignView):
    """The second of two officers: the results become the decision."""

    step = staticmethod(rounds.decide)


class AmendView(OfRound):
    @extend_schema(operation_id="round_amend", request=AmendBody, responses=ANSWER)
    def post(self, request: Request, round_id: UUID) -> Response:
        """A new version with a reason: all overrides that hold from now on, or another envelope."""
        check_names(request.query_params, ())
        rounds.find(self.reader, round_id)
        data = members(request.data, "reason", "overrides", "envelope_baht")
        rounds.amend(
            reader=self.reader,
            round_id=round_id,
            reason=words_in(data, "reason"),
            overrides=overrides_in(data),
            envelope_baht=whole_in(data, "envelope_baht", 1, MAX_BAHT),
        )
        return self.told(round_id)


class ScenarioBody(serializers.Serializer):
    rules = serializers.DictField()
    envelope_baht = serializers.IntegerField(required=False, allow_null=True)


class BoardView(View):
    @extend_schema(operation_id="round_board", responses=ANSWER)
    def get(self, request: Request, round_id: UUID) -> Response:
        """For officers of its office: what it is or would be decided from, and what stands in the way of freezing."""
        check_names(request.query_params, ())
        inputs, missing = rounds.board(self.reader, round_id)
        stands_in_the_way = body(missing)["errors"] if missing else []
        return Response({"inputs": inputs.document(), "missing": stands_in_the_way, "presets": PRESETS})


class ScenarioView(View):
    parser_classes = (GatedJSONParser,)

    @extend_schema(operation_id="round_scenario", request=ScenarioBody, responses=ANSWER)
    def post(self, request: Request, round_id: UUID) -> Response:
        """What other rules would make of the frozen inputs, for officers of its office. Nothing is kept."""
        check_names(request.query_params, ())
        rounds.find(self.reader, round_id)
        data = members(request.data, "rules", "envelope_baht")
        found = rounds.scenario(
            self.reader,
            round_id,
            rules=dict(members(needed(data.get("rules"), "rules"), "stage_a", "stage_b", "ranking")),
            envelope_baht=whole_in(data, "envelope_baht", 1, MAX_BAHT),
        )
        return Response(found.document())


# -- files --------------------------------------------------------------------------------------


class BytesView(View):
    """`part`: 0 the inputs, 1 the results, byte for byte as they are kept."""

    part = 0

    @extend_schema(responses=ANSWER)
    def get(self, request: Request, round_id: UUID) -> HttpResponseBase:
        """What the round was decided from, or what came out, byte for byte as it was hashed."""
        check_names(request.query_params, ())
        _, found = rounds.published(self.reader, round_id)
        body = rounds.kept(found)[self.part]
        name = f"round-{round_id}-{('inputs', 'results')[self.part]}.json"
        return self.download(request, [body], name=name, content_type="application/json", mark="")


class ZipView(View):
    @extend_schema(operation_id="round_zip", responses={(200, "application/zip"): bytes})
    def get(self, request: Request, round_id: UUID) -> HttpResponseBase:
        """Inputs, results, hashes and how to recompute them: for `./meemap replay`."""
        check_names(request.query_params, ())
        body = rounds.packed(self.reader, round_id)
        name = f"round-{round_id}.zip"
        return self.download(request, [body], name=name, content_type="application/zip", mark="")


def table_rows(which: str, inputs: Inputs, results: Results) -> list[dict[str, Any]]:
    """ranking: villages by need, with the parts of the score. projects: each with its outcome and why.
    villages: what each had, paid and carries over."""
    villages = {v.code: v for v in inputs.villages}
    if which == "ranking":
        keys = [criterion.key for criterion in inputs.rules.ranking]
        return [
            {
                "rank": row.rank, "code": row.code, "name_th": villages[row.code].name_th,
                "name_en": villages[row.code].name_en, "population": villages[row.code].population,
                "score": row.score, "silent": row.silent, **{f"points_{key}": row.parts.get(key) for key in keys},
                "missing": list(row.missing),
            }
            for row in results.villages
        ]  # fmt: skip
    if which == "villages":
        return [
            {
                "code": one.village, "name_th": villages[one.village].name_th, "name_en": villages[one.village].name_en,
                "pot": pot.pot, "endowment_baht": one.endowment_baht, "carried_baht": one.carried_baht,
                "paid_baht": one.paid_baht, "carry_baht": one.carry_baht,
            }
            for pot in results.pots
            for one in pot.villages
        ]  # fmt: skip
    projects = {p.id: p for p in inputs.projects}
    return [
        {
            "id": o.project, "code": projects[o.project].code, "name_th": projects[o.project].name_th,
            "name_en": projects[o.project].name_en, "cost_baht": projects[o.project].cost_baht, "pot": o.pot,
            "funded": o.funded, "order": o.order, "reserve_place": o.reserve_place, "missing_baht": o.missing_baht,
            "would_win_baht": o.would_win_baht, "persons": sum(s.persons for s in projects[o.project].villages),
            "villages": [s.village for s in projects[o.project].villages], "why": o.why, "why_th": o.sentence_th,
            "why_en": o.sentence_en,
        }
        for o in results.projects
    ]  # fmt: skip


class TableView(View):
    @extend_schema(
        operation_id="round_table",
        responses={(200, "application/json"): dict} | FILES,
    )
    def get(self, request: Request, round_id: UUID, table: str, form: str) -> HttpResponseBase:
        """ranking, projects (each with its why) or villages, as json, csv, xlsx or geojson."""
        check_names(request.query_params, ())
        which, kind = parse_choice(table, "table", TABLES), parse_choice(form, "form", FORMS)
        _, found = rounds.published(self.reader, round_id)
        inputs, results = rounds.kept(found)
        rows = table_rows(which, Inputs.from_bytes(inputs), Results.from_bytes(results))
        if kind == "json":
            return Response({"version": found.version, "amended": found.amended, "results": rows})
        name = f"round-{round_id}-{which}.{kind}"
        if kind == "geojson":
            places_of = zip(rows, where(rows), strict=True)
            blocks = geojson_blocks((row.get("id") or row["code"], at, row) for row, at in places_of)
        else:
            blocks = tables.sheet(kind, list(rows[0]) if rows else [], iter(rows))
        return self.download(request, blocks, name=name, content_type=tables.FORMATS[kind], mark="")


def where(rows: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """Of a project where its needs are as far as anyone may know; of a village its point, unless it is flagged."""
    if rows and "id" in rows[0]:
        known = Project.objects.filter(pk__in=[row["id"] for row in rows]).select_related("office")
        at = {p["id"]: places(p) for p in told(list(known.prefetch_related("needs", "villages")))}
        return [at.get(row["id"]) for row in rows]
    codes = [row["code"] for row in rows]
    points = Area.objects.filter(boundary_set__active=True, code__in=codes, point_flag="ok", point__isnull=False)
    found = {area.code: {"type": "Point", "coordinates": list(area.point.coords)} for area in points if area.point}
    return [found.get(code) for code in codes]


# -- votes --------------------------------------------------------------------------------------


class CandidatesView(View):
    @extend_schema(operation_id="round_candidates", responses=ANSWER)
    def get(self, request: Request, round_id: UUID) -> Response:
        """The round's projects in an order that is random and your own. Counts come when voting has ended."""
        check_names(request.query_params, ())
        one = rounds.find(self.reader, round_id)
        found = votes.listed(self.reader, one)
        voting = votes.is_voting(one)
        mine, counts = votes.mine(self.reader, one), {} if voting else votes.counted(one)
        rows = [
            about | {"voted": p.pk in mine, "votes": None if voting else counts.get(p.pk, 0)}
            for p, about in zip(found, told(found), strict=True)
        ]
        return Response({"voting": voting, "results": rows})


class VoteView(View):
    parser_classes = (GatedJSONParser,)

    @extend_schema(operation_id="round_vote", request=None, responses={201: dict, 200: dict})
    def put(self, request: Request, round_id: UUID, project_id: UUID) -> Response:
        """One for this project, once a person."""
        check_names(request.query_params, ())
        members(request.data)
        new = votes.vote(reader=self.reader, round_id=round_id, project_id=project_id)
        return Response({"voted": True}, status=201 if new else 200)

    @extend_schema(operation_id="round_unvote", request=None, responses=ANSWER)
    def delete(self, request: Request, round_id: UUID, project_id: UUID) -> Response:
        """Take back one's own vote."""
        check_names(request.query_params, ())
        votes.unvote(reader=self.reader, round_id=round_id, project_id=project_id)
        return Response({"voted": False})


class TalliesView(View):
    @extend_schema(operation_id="round_tallies", responses=ANSWER)
    def get(self, request: Request, round_id: UUID) -> Response:
        """Hands of village meetings, a row a village: never added to votes."""
        check_names(request.query_params, ())
        one = rounds.find(self.reader, round_id)
        return Response({"results": [votes.told(tally) for tally in votes.tallies(one)]})


class TallyView(View):
    parser_classes = (GatedJSONParser,)

    @extend_schema(operation_id="round_tally", request=TallyBody, responses={201: dict, 200: dict})
    def put(self, request: Request, round_id: UUID, code: str) -> Response:
        """The hands of one village's meeting, whole: those who enter its meetings."""
        check_names(request.query_params, ())
        rounds.find(self.reader, round_id)
        data = members(request.data, "held_on", "people_present", "lines")
        lines = data.get("lines")
        if not isinstance(lines, list) or len(lines) > MOST_LISTED:
            raise Refusal("tally_lines", attr="lines")
        hands: dict[UUID, int] = {}
        for number, row in enumerate(lines):
            said = members(row, "project", "hands")
            project = id_in(said, "project")
            if project in hands:
                raise Refusal("tally_lines", attr=f"lines[{number}].project")
            hands[project] = needed(whole_in(said, "hands", 0, MAX_HANDS), "hands")
        made, new = votes.hold(
            reader=self.reader,
            round_id=round_id,
            village=code,
            held_on=day_in(data, "held_on"),
            people_present=needed(whole_in(data, "people_present", 1, MAX_HANDS), "people_present"),
            hands=hands,
        )
        return Response(votes.told(made), status=201 if new else 200)


class TallySheetView(View):
    parser_classes = (PhotoParser,)

    @extend_schema(operation_id="round_tally_sheet_read", responses={(200, "image/jpeg"): bytes})
    def get(self, request: Request, round_id: UUID, code: str) -> FileResponse:
        """The photo of the signed sheet. Names stand on it: for officers over the village only."""
        check_names(request.query_params, ())
        path = votes.find_sheet(reader=self.reader, round_id=round_id, village=code)
        return FileResponse(path.open("rb"), content_type="image/jpeg", filename=f"{code}.jpg")

    @extend_schema(
        operation_id="round_tally_sheet_send", request=dict.fromkeys(TYPES[:3], bytes), responses={201: dict, 200: dict}
    )
    def put(self, request: Request, round_id: UUID, code: str) -> Response:
        """The bytes of a photo of the signed sheet. A later photo takes the place of the one before."""
        check_names(request.query_params, ())
        if (request.content_type or "").partition(";")[0] not in TYPES:
            raise Refusal("image_type", attr="Content-Type")
        raw = request.data if isinstance(request.data, bytes) else b""
        new = votes.receive_sheet(reader=self.reader, round_id=round_id, village=code, raw=raw)
        return Response({"sheet": True}, status=201 if new else 200)


# -- delivery -----------------------------------------------------------------------------------


class DeliveriesView(View):
    parser_classes = (GatedJSONParser,)

    @extend_schema(operation_id="round_deliveries", responses=ANSWER)
    def get(self, request: Request, round_id: UUID) -> Response:
        """What became of the funded projects, oldest first."""
        check_names(request.query_params, ())
        one, _ = rounds.published(self.reader, round_id)
        return Response({"results": [delivery(row) for row in one.deliveries.order_by("at", "pk")]})

    @extend_schema(operation_id="round_deliver", request=DeliveryBody, responses={201: dict})
    def post(self, request: Request, round_id: UUID) -> Response:
        """Promised, contracted or finished; the timelines of the project's needs say so too."""
        check_names(request.query_params, ())
        rounds.find(self.reader, round_id)
        data = members(request.data, "project", "stage", "baht", "on", "words")
        made, needs = rounds.deliver(
            reader=self.reader,
            round_id=round_id,
            project_id=id_in(data, "project"),
            stage=parse_choice(str(data.get("stage", ""))[:40], "stage", rounds.STAGES),
            baht=needed(whole_in(data, "baht", 0, MAX_BAHT), "baht"),
            on=day_in(data, "on"),
            words=words_in(data),
        )
        return Response(delivery(made) | {"needs": needs}, status=201)


def delivery(one: Delivery) -> dict[str, Any]:
    return {
        "project": str(one.project_id),
        "stage": one.stage,
        "baht": one.baht,
        "on": one.on.isoformat(),
        "words": one.words,
        "at": moment(one.at),
    }
