"""Why (not) my village: what was asked there, and what became of it in each published round. The same for everyone."""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from budget import rounds, snapshot, village
from budget.api.rounds import moment
from budget.models import Delivery, Snapshot
from mapping import __version__, aggregate
from mapping.api.base import View
from mapping.errors import Refusal
from mapping.filters import check_names, parse_code
from mapping.models import PinPublic
from mapping.models.pins import OPEN, Status

MOST_NEEDS = 12  # by name; all others are counted
CODE_DIGITS = (8, 9)
STANDS: dict[str, str] = {  # how far a need is, in four words
    Status.REPORTED: "waiting",
    Status.VERIFIED: "waiting",
    Status.FORWARDED: "answered",
    Status.PLANNED: "answered",
    Status.FUNDED: "answered",
    Status.IN_PROGRESS: "answered",
    Status.DONE: "done",
    Status.CONFIRMED: "done",
    Status.CLOSED_WITHOUT_FIX: "closed",
}
COUNTS = ("waiting", "answered", "done", "closed")
LEVELS = {"province": 2, "district": 4, "subdistrict": 6}


class VillageBudgetView(View):
    @extend_schema(operation_id="village_budget", responses={(200, "application/json"): dict})
    def get(self, request: Request, code: str) -> HttpResponseBase:
        """What a village asked for and, of each published round with it, what it got and why; newest round first."""
        check_names(request.query_params, ())
        code = parse_code(code, "code", lengths=CODE_DIGITS)
        found = rounds.of_village(code)
        about = place(code, found)
        needs = asked(code)
        delivered = deliveries(found)
        state = [__version__, aggregate.sample(), about, needs, delivered, [head(one) for one in found]]
        mark = f'"{hashlib.sha256(snapshot.canonical(state)).hexdigest()[:32]}"'
        if held := self.unchanged(request, mark):
            return held
        told = [told_of(one, code, delivered.get(str(one.round_id), {})) for one in found]
        more = {"sample": True} if aggregate.sample() else {}
        return self.mark(Response({"village": about, "needs": needs, "rounds": told, **more}), mark)


def place(code: str, found: list[Snapshot]) -> dict[str, Any]:
    """Names of the village and of what it lies in. One that is abolished keeps the name it was decided under.

    Raises Refusal `not_found` where neither the areas nor a published round know it.
    """
    above = {level: code[:digits] for level, digits in LEVELS.items()}
    names = aggregate.names_of([code, *above.values()])
    if code not in names:
        if not found:
            raise Refusal("not_found")
        known = rounds.book_of(found[0]).villages[code]
        names[code] = {"th": known.name_th, "en": known.name_en}
    return named(code, names[code]) | {
        level: named(one, names[one]) if one in names else None for level, one in above.items()
    }


def named(code: str, name: dict[str, str]) -> dict[str, Any]:
    return {"code": code, "name_th": name["th"], "name_en": name["en"]}


def asked(code: str) -> dict[str, Any]:
    """Needs whose village anyone may know, by their public face, and the most pressing of those still open."""
    here = PinPublic.objects.filter(area_code=code, counts=True)  # a hidden place ends at the subdistrict
    categories: dict[str, dict[str, Any]] = {}
    for row in here.values("category", "status").annotate(n=Count("id")).order_by("category", "status"):
        counts = categories.setdefault(row["category"], {"category": row["category"], **dict.fromkeys(COUNTS, 0)})
        counts[STANDS[row["status"]]] += row["n"]
    by_size = sorted(categories.values(), key=lambda one: (-sum(one[name] for name in COUNTS), one["category"]))
    pressing = here.filter(status__in=OPEN).order_by("-severity", "-people_band", "number")
    columns = ("id", "number", "category", "severity", "status", "words")
    return {
        **{name: sum(one[name] for one in by_size) for name in COUNTS},
        "categories": by_size,
        "open": [row | {"id": str(row["id"])} for row in pressing.values(*columns)[:MOST_NEEDS]],
    }


def deliveries(found: Iterable[Snapshot]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Of each round and project, how far it is, oldest first."""
    told: dict[str, dict[str, list[dict[str, Any]]]] = {}
    rows = Delivery.objects.filter(round__in=[one.round_id for one in found]).order_by("at", "pk")
    for round_id, project, stage, baht, on in rows.values_list("round", "project", "stage", "baht", "on"):
        of_project = told.setdefault(str(round_id), {}).setdefault(str(project), [])
        of_project.append({"stage": stage, "baht": baht, "on": on.isoformat()})
    return told


def head(one: Snapshot) -> dict[str, Any]:
    held: UUID = one.round_id
    office = one.round.office
    return {
        "id": str(held),
        "name_th": one.round.name_th,
        "name_en": one.round.name_en,
        "fiscal_year": one.round.fiscal_year,
        "office": {"id": office.pk, "name_th": office.name_th, "name_en": office.name_en},
        "version": one.version,
        "amended": one.amended,
        "reason": one.reason,
        "published_at": moment(one.published_at),
        "inputs_sha256": bytes(one.inputs_sha256).hex(),
        "results_sha256": bytes(one.results_sha256 or b"").hex(),
    }


def told_of(one: Snapshot, code: str, delivered: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    book = rounds.book_of(one)
    told = village.tell(book, code) or {}
    rule = book.inputs.rules.stage_b.rule
    projects = [p | {"deliveries": delivered.get(p["id"], [])} for p in told.get("projects", [])]
    return head(one) | {"rule": rule} | told | {"projects": projects}
