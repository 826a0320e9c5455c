"""Which facts stand on an office's papers: from the database to `papers`."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.utils import timezone
from psycopg import sql

from budget import papers, projects
from budget.models import Project
from budget.papers import WORDS, Paper, PlannedProject, UrgentNeed
from mapping import aggregate
from mapping.access import Reader, may_see_undecided
from mapping.errors import Refusal
from mapping.filters import BANGKOK
from mapping.models import Category, Office
from mapping.models.pins import UNMET
from mapping.queries import query, rows
from mapping.sheet import place_name, said_day, village_name

KINDS = ("p01", "p02", "p02-2")
MOST_NEEDS = 5_000


def printed(reader: Reader, language: str) -> str:
    """The line that says when a paper was made, and by whom."""
    say = WORDS[language]
    today = timezone.now().astimezone(BANGKOK).date()
    return str(say["printed"]).format(day=said_day(today, language), by=reader.name or say["anyone"])


# -- the forms of the plan ----------------------------------------------------------------------


def plan_paper(*, reader: Reader, kind: str, office: int, first_year: int, language: str) -> Paper:
    """ผ.01, ผ.02 or ผ.02/2 of an office, for its officers.

    Raises Refusal: `not_found` for an office that is not there, `not_yours`.
    """
    one = Office.objects.filter(pk=office).first()
    if one is None:
        raise Refusal("not_found")
    if not may_see_undecided(reader, office):
        raise Refusal("not_yours")
    about: dict[str, Any] = {
        "first_year": first_year,
        "office": _named(one, language),
        "printed": printed(reader, language),
        "sample": aggregate.sample(),
        "language": language,
    }
    found = planned(one, language)
    if kind == "p01":
        return papers.summary(found, **about)
    return papers.project_form("p02-2" if kind == "p02-2" else "p02", found, **about)


def _named(office: Office, language: str) -> str:
    return (language == "en" and office.name_en) or office.name_th


def planned(office: Office, language: str) -> list[PlannedProject]:
    """Proposed projects of an office; without a work plan of its own a project has that of its needs' category."""
    found = list(
        Project.objects.filter(office=office, state="proposed").order_by("pk").prefetch_related("needs", "villages")
    )
    work_plans = default_work_plans(found)
    return [
        PlannedProject(
            code=p.code,
            name=(language == "en" and p.name_en) or p.name_th,
            objective=p.objective,
            output=p.output,
            indicator=p.indicator,
            expected_result=p.expected_result,
            strategy=p.strategy.strip(),
            work_plan=p.work_plan.strip() or work_plans[p.pk],
            work_plan_is_default=not p.work_plan.strip() and bool(work_plans[p.pk]),
            office=_named(office, language),
            years={p.first_year + n: baht for n, baht in enumerate(p.year_baht)},
            beyond_capacity=p.beyond_capacity,
            not_feasible=p.feasibility == "not_feasible",
        )
        for p in found
    ]


def default_work_plans(found: list[Project]) -> dict[UUID, str]:
    """Of each project the work plan that most of its needs' categories have; "" without any."""
    of_category = dict(Category.objects.values_list("slug", "plan_work_th"))
    chosen = {}
    for pk, needs in projects.needs_shown(found).items():
        counted = Counter(filter(None, (of_category.get(need["category"], "") for need in needs)))
        chosen[pk] = min(counted, key=lambda name: (-counted[name], name), default="")
    return chosen


# -- the list of needs --------------------------------------------------------------------------


def priority_paper(*, reader: Reader, area: str, language: str, most: int = MOST_NEEDS) -> Paper:
    """The needs of a village, a subdistrict or a district by their public face, whoever asks.

    Raises Refusal: `paper_area` for another level, `not_found` for a code that the active set does not have.
    """
    if len(area) not in (4, 6, 8):
        raise Refusal("paper_area", attr="area")
    names = aggregate.names_of([area])
    if area not in names:
        raise Refusal("not_found", attr="area")
    where: sql.Composable = sql.SQL(
        "pin.area_code >= left(%(area)s, 6) AND pin.area_code < code_end(left(%(area)s, 6))"
    )
    if len(area) == 8:
        where = where + sql.SQL(" AND pin.village = %(area)s")
    found = rows(
        query("priority_list", projects.SQL).format(where=where),
        {"area": area, "unmet": [str(status) for status in UNMET], "most": most},
    )
    codes = {row["village"] for row in found if row["village"]}
    villages = aggregate.names_of(sorted(codes | {code[:6] for code in codes}))
    needs = [
        UrgentNeed(
            number=row["number"],
            category=row["name_en"] if language == "en" else row["name_th"],
            words=" ".join(row["words"].split()),
            village=_village(row["village"], language, villages, of_district=len(area) == 4) if row["village"] else "",
            severity=row["severity"],
            band=row["band"],
            confirmations=row["confirmations"],
            status=row["status"],
        )
        for row in found
    ]
    return papers.priority_list(
        needs,
        place=_place(area, language),
        of=found[0]["total"] if found else 0,
        whole_village=len(area) == 8,
        printed=printed(reader, language),
        sample=aggregate.sample(),
        language=language,
    )


def _village(code: str, language: str, names: dict[str, dict[str, str]], *, of_district: bool) -> str:
    """`หมู่ที่ 3`; in the list of a district with its subdistrict, since each has a number 3."""
    known, above = names.get(code, {}), names.get(code[:6], {}).get(language, "")
    name = village_name(code, language, {"name_th": known.get("th", code), "name_en": known.get("en", "")})
    if not of_district or not above:
        return name
    return f"{name}, {above}" if language == "en" else f"{name} ต.{above}"


def _place(area: str, language: str) -> str:
    """`บ้านห้วยเดื่อ หมู่ที่ 3 ต.… อ.… จ.…`; of a district without a subdistrict."""
    if len(area) == 8:
        return f"{village_name(area, language)} {place_name(area, language)}"
    return place_name(area, language)
