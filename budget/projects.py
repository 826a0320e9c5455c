"""Projects and the solutions from which they are made: every write, as a verb."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Func, Q, QuerySet, TextField
from django.utils import timezone

from budget.models import PLAN_YEARS, Project, ProjectNeed, ProjectVillage, Solution, UnitCost
from mapping.access import Reader, acts_for_office, is_administrator, may_answer, public_words, see
from mapping.errors import Refusal
from mapping.models import Office, Pin, PinPublic
from mapping.models.pins import UNMET
from mapping.queries import query, rows

SQL = Path(__file__).resolve().parent / "sql"
MOST_NEEDS = 100
MOST_VILLAGES = 500
MOST_SUGGESTIONS = 50
TEXTS = (
    "name_th", "name_en", "objective", "output", "indicator", "expected_result", "strategy", "work_plan",
    "exclusive_group",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What somebody says of a project, checked member by member."""

    proposed_by: str
    state: str
    name_th: str
    name_en: str = ""
    code: str = ""
    objective: str = ""
    output: str = ""
    indicator: str = ""
    expected_result: str = ""
    strategy: str = ""
    work_plan: str = ""
    first_year: int
    year_baht: tuple[int, ...]
    unit_cost: int | None = None
    units: int | None = None
    exclusive_group: str = ""
    beyond_capacity: bool = False  # sent on to the province; officers of the office say so
    needs: tuple[UUID, ...] = ()
    villages: tuple[tuple[str, int], ...] = ()  # code, persons who benefit

    def columns(self) -> dict[str, Any]:
        said = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("needs", "villages", "unit_cost")}
        return said | {
            "unit_cost_id": self.unit_cost,
            "year_baht": list(self.year_baht),
            "cost_baht": sum(self.year_baht),
        }

    def public_columns(self) -> dict[str, Any]:
        """A proposed project is seen by anyone and frozen into rounds: no telephone number of anybody gets into it."""
        said = self.columns()
        return said | dict(zip(TEXTS, public_words(*(said[name] for name in TEXTS)), strict=True))


def villages_of(office: int) -> list[dict[str, Any]]:
    """Villages of an office's territory, with population and what is asked for; see `round_villages.sql`."""
    return rows(query("round_villages", SQL), {"office": office, "unmet": [str(status) for status in UNMET]})


def visible(reader: Reader) -> QuerySet[Project]:
    """Projects that this reader may see: proposed ones for anyone, the rest for author and office."""
    own = Q(office__in=reader.offices)
    if reader.person_id is not None:
        own |= Q(author=reader.person_id)
    found = Project.objects.all() if is_administrator(reader) else Project.objects.filter(Q(state="proposed") | own)
    return found.select_related("office").prefetch_related("needs", "villages")


def find(reader: Reader, project_id: UUID) -> Project:
    found = visible(reader).filter(pk=project_id).first()
    if found is None:
        raise Refusal("not_found")
    return found


def may_edit(reader: Reader, project: Project) -> bool:
    """Officers of its office always; its author until the office has judged it."""
    mine = reader.person_id is not None and project.author_id == reader.person_id
    return acts_for_office(reader, project.office_id) or (mine and project.feasibility == "unknown")


def _check(reader: Reader, office: int, plan: Plan) -> None:
    if plan.proposed_by == "officer" and not acts_for_office(reader, office):
        raise Refusal("not_yours", attr="proposed_by")
    if len(plan.year_baht) != PLAN_YEARS or sum(plan.year_baht) <= 0:
        raise Refusal("project_cost", attr="year_baht")
    if not plan.villages:
        raise Refusal("project_villages", attr="villages")
    held = {row["code"] for row in villages_of(office)}
    for number, (code, _) in enumerate(plan.villages):
        if code not in held:
            raise Refusal("project_village_elsewhere", attr=f"villages[{number}].code", given=code)
    public = set(PinPublic.objects.filter(pk__in=plan.needs).values_list("pk", flat=True))
    for number, pin in enumerate(plan.needs):
        if pin not in public:  # what stands behind a project is public with it
            raise Refusal("not_found", attr=f"needs[{number}]")
    if plan.unit_cost is not None and not unit_costs(office).filter(pk=plan.unit_cost).exists():
        raise Refusal("unit_cost_unknown", attr="unit_cost", given=plan.unit_cost)


def _write_lists(project: Project, plan: Plan) -> None:
    ProjectNeed.objects.filter(project=project).delete()
    ProjectVillage.objects.filter(project=project).delete()
    ProjectNeed.objects.bulk_create(ProjectNeed(project=project, pin_id=pin) for pin in plan.needs)
    ProjectVillage.objects.bulk_create(
        ProjectVillage(project=project, code=code, persons=persons) for code, persons in plan.villages
    )


@transaction.atomic
def propose(
    *, reader: Reader, project_id: UUID, office: int, plan: Plan, solution: Solution | None = None
) -> tuple[Project, bool]:
    """Write a new project under the id that the browser made. Returns it, and whether it is new.

    Raises Refusal: `office_unknown`, `project_…` for what cannot be, `project_taken` where the id is another's.
    """
    if not Office.objects.filter(pk=office).exists():
        raise Refusal("office_unknown", attr="office", given=office)
    there = Project.objects.filter(pk=project_id).first()
    if there is not None:
        if there.author_id != reader.person or not visible(reader).filter(pk=project_id).exists():
            raise Refusal("project_taken", attr="id")
        return there, False
    if plan.beyond_capacity and not acts_for_office(reader, office):
        raise Refusal("not_yours", attr="beyond_capacity")
    _check(reader, office, plan)
    try:
        with transaction.atomic():
            made = Project.objects.create(
                pk=project_id,
                office_id=office,
                author_id=reader.person,
                solution=solution,
                **plan.public_columns(),
            )
    except IntegrityError as taken:
        raise Refusal("project_taken", attr="id") from taken
    _write_lists(made, plan)
    return made, True


@transaction.atomic
def edit(*, reader: Reader, project_id: UUID, version: int, plan: Plan) -> Project:
    """Raises Refusal: `not_found`, `not_yours`, `project_changed` where somebody else was first."""
    find(reader, project_id)
    project = Project.objects.select_for_update().get(pk=project_id)
    if not may_edit(reader, project):
        raise Refusal("not_yours")
    if project.version != version:
        raise Refusal("project_changed", attr="version")
    if not acts_for_office(reader, project.office_id):
        if plan.beyond_capacity and not project.beyond_capacity:
            raise Refusal("not_yours", attr="beyond_capacity")
        plan = replace(plan, beyond_capacity=project.beyond_capacity)  # the author keeps what the office said
    _check(reader, project.office_id, plan)
    changed = plan.public_columns() | {"version": version + 1, "updated_at": timezone.now()}
    Project.objects.filter(pk=project_id).update(**changed)
    _write_lists(project, plan)
    return find(reader, project_id)


@transaction.atomic
def judge(*, reader: Reader, project_id: UUID, feasibility: str, reason: str) -> Project:
    """Officers of its office say whether a project can be done, and why."""
    find(reader, project_id)
    project = Project.objects.select_for_update().get(pk=project_id)
    if not acts_for_office(reader, project.office_id):
        raise Refusal("not_yours")
    if feasibility != "unknown" and not reason.strip():
        raise Refusal("reason_missing", attr="reason")
    Project.objects.filter(pk=project_id).update(
        feasibility=feasibility,
        feasibility_reason="" if feasibility == "unknown" else public_words(reason)[0],
        version=project.version + 1,
        updated_at=timezone.now(),
    )
    return find(reader, project_id)


def suggest(*, reader: Reader, office: int, within_m: int = 500, least: int = 2) -> list[dict[str, Any]]:
    """Clusters of needs from which a project could be made, by what anyone may see of them. Writes nothing."""
    if not acts_for_office(reader, office):
        raise Refusal("not_yours" if Office.objects.filter(pk=office).exists() else "not_found")
    asked = {
        "villages": [row["code"] for row in villages_of(office)],
        "open": [str(status) for status in UNMET],
        "within_m": within_m,
        "least": least,
        "most": MOST_SUGGESTIONS,
    }
    return rows(query("suggestions", SQL), asked)


def needs_shown(projects: Iterable[Project]) -> dict[UUID, list[dict[str, Any]]]:
    """Of each project the needs that anyone may see, by their public face."""
    ids = [project.pk for project in projects]
    said = rows(query("project_needs", SQL), {"ids": ids})
    found: dict[UUID, list[dict[str, Any]]] = {one: [] for one in ids}
    for row in said:
        found[row.pop("project")].append(row)
    return found


# -- unit costs ---------------------------------------------------------------------------------


def unit_costs(office: int | None = None) -> QuerySet[UnitCost]:
    """The library: of all offices, or what one of them may use."""
    found = UnitCost.objects.order_by("name_th", "pk")
    return found if office is None else found.filter(Q(office=None) | Q(office=office))


def add_unit_cost(*, reader: Reader, office: int, **about: Any) -> UnitCost:
    if not acts_for_office(reader, office):
        raise Refusal("not_yours" if Office.objects.filter(pk=office).exists() else "not_found")
    return UnitCost.objects.create(office_id=office, **about)


# -- solutions ----------------------------------------------------------------------------------


def solutions(reader: Reader, pin_id: UUID) -> list[Solution]:
    """The thread of a need, oldest first: what is shown, and the reader's own or all of it for who answers."""
    face = see(reader, pin_id)
    if face is None:
        raise Refusal("not_found")
    masked = Func(F("words"), function="public_words", output_field=TextField())
    found = Solution.objects.filter(pin=pin_id).annotate(shown_words=masked).order_by("at", "pk")
    if may_answer(reader, face):
        return list(found)
    return list(found.filter(Q(state="shown") | Q(author=reader.person_id, author__isnull=False)))


def offer(
    *, reader: Reader, pin_id: UUID, solution_id: UUID, words: str, cost_baht: int | None
) -> tuple[Solution, bool]:
    """Propose a solution of a need; an officer looks at it before anyone else does."""
    if see(reader, pin_id) is None:
        raise Refusal("not_found")
    if not words.strip():
        raise Refusal("words_missing", attr="words")
    there = Solution.objects.filter(pk=solution_id).first()
    if there is not None:
        if there.author_id == reader.person and there.pin_id == pin_id and there.words == words:
            return there, False
        raise Refusal("project_taken", attr="id")
    made = Solution.objects.create(
        pk=solution_id, pin_id=pin_id, author_id=reader.person, words=words, cost_baht=cost_baht
    )
    return made, True


def _solution_for(reader: Reader, solution_id: UUID) -> Solution:
    """The solution, if the reader answers for its need."""
    found = Solution.objects.filter(pk=solution_id).first()
    if found is None or see(reader, found.pin_id) is None:
        raise Refusal("not_found")
    if not may_answer(reader, Pin.objects.get(pk=found.pin_id)):
        raise Refusal("not_yours" if found.state == "shown" else "not_found")
    return found


@transaction.atomic
def moderate(*, reader: Reader, solution_id: UUID, state: str, reason: str) -> Solution:
    """Show a solution to everyone, or hide it with the reason."""
    found = _solution_for(reader, solution_id)
    if state == "hidden" and not reason.strip():
        raise Refusal("reason_missing", attr="reason")
    Solution.objects.filter(pk=found.pk).update(state=state, reason=reason if state == "hidden" else "")
    found.refresh_from_db()
    return found


def from_solution(
    *, reader: Reader, solution_id: UUID, project_id: UUID, office: int, plan: Plan
) -> tuple[Project, bool]:
    """A project that carries out a solution which is shown; its need is among the project's needs."""
    found = Solution.objects.filter(pk=solution_id).first()
    if found is None or found.state != "shown" or see(reader, found.pin_id) is None:
        raise Refusal("not_found")
    if not acts_for_office(reader, office):
        raise Refusal("not_yours")
    if found.pin_id not in plan.needs:
        raise Refusal("solution_need", attr="needs")
    return propose(reader=reader, project_id=project_id, office=office, plan=plan, solution=found)
