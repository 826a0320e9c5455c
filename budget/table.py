"""From the database to arrays: one frozen table in one order. Nothing below it knows Django."""

import statistics
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models import Max, Q
from numpy.typing import NDArray

from budget import projects, snapshot
from budget.models import Project, Round, Snapshot
from budget.snapshot import Criterion, Inputs, Rules, StageB, Support
from mapping import aggregate
from mapping.access import Reader
from mapping.errors import Refusal
from mapping.filters import PinFilter
from mapping.models import AreaIndicator, Category, Indicator, Office, PinPublic


@dataclass(frozen=True, slots=True)
class AreaTable:
    """Areas of one level in code order, and what their people asked for.

    n areas, c categories. `pins` counts every status that the filter lets through; `unmet`
    and `weighted` only what is still unmet. `weighted` is the sum of severity (1..5) times
    people-band weight (1..5).
    """

    codes: tuple[str, ...]
    names_th: tuple[str, ...]
    names_en: tuple[str, ...]
    categories: tuple[str, ...]
    population: NDArray[np.float64]  # (n,) persons; NaN = not known
    households: NDArray[np.float64]  # (n,) NaN = not known
    pins: NDArray[np.int64]  # (n, c)
    unmet: NDArray[np.int64]  # (n, c)
    weighted: NDArray[np.int64]  # (n, c)


def read(reader: Reader, chosen: PinFilter, *, level: str, within: str) -> AreaTable:
    """The table of one level within one area, for one filter."""
    areas = aggregate.areas(level=level, within=within)
    categories = list(Category.objects.order_by("position").values_list("id", "slug"))
    codes = tuple(area["code"] for area in areas)
    by_id = aggregate.area_figures(reader, chosen, level=level, within=within, codes=codes)
    figures = by_id[:, [pk for pk, _ in categories]]

    def known(name: str) -> NDArray[np.float64]:
        return np.array([np.nan if a[name] is None else a[name] for a in areas], np.float64)

    return AreaTable(
        codes=codes,
        names_th=tuple(a["name_th"] for a in areas),
        names_en=tuple(a["name_en"] for a in areas),
        categories=tuple(slug for _, slug in categories),
        population=known("population"),
        households=known("households"),
        pins=figures[:, :, :4].sum(axis=2),
        unmet=figures[:, :, 0],
        weighted=figures[:, :, 4],
    )


# -- of a round -----------------------------------------------------------------------------------

# What a village is ranked by where it is known: its bounds are fixed and published, points of what is known add up
# to 100 (docs/methods of budget; need: severity x people band of the unmet, per 1,000 people).
CRITERIA = (
    (25, Criterion(key="need_per_1000", points=0, low=0, high=100, name_th="ความต้องการต่อประชากร 1,000 คน",
                   name_en="need per 1,000 people")),
    (15, Criterion(key="persons", points=0, low=0, high=5, scale="band", name_th="จำนวนคนที่เดือดร้อน (ช่วงที่ 0 ถึง 5)",
                   name_en="people affected, as a band of 0 to 5")),
    (20, Criterion(key="deprivation_percent", points=0, low=0, high=30, name_th="สัดส่วนผู้ขาดแคลน",
                   name_en="people in deprivation, per cent")),
    (10, Criterion(key="travel_time_min", points=0, low=0, high=120, name_th="เวลาเดินทางถึงโรงพยาบาลอำเภอ (นาที)",
                   name_en="minutes to the district hospital")),
    (10, Criterion(key="hazard_percent", points=0, low=0, high=50, name_th="พื้นที่เสี่ยงภัย (ร้อยละ)",
                   name_en="area in hazard zones, per cent")),
    (10, Criterion(key="waiting_days", points=0, low=0, high=730, name_th="รอมานาน (วัน ค่ากลาง)",
                   name_en="days of waiting, median")),
)  # fmt: skip


def default_rules(office: int) -> Rules:
    """One pot, equal shares, and a ranking by the criteria of which something is known."""
    villages = projects.villages_of(office)
    facts = [_facts(row) for row in villages]
    known = [(w, c) for w, c in CRITERIA if any(fact.get(c.key) is not None for fact in facts)]
    if not known:
        return Rules(stage_a=None, stage_b=StageB(), ranking=())
    total = sum(weight for weight, _ in known)
    points = [weight * snapshot.POINTS // total for weight, _ in known]
    points[0] += snapshot.POINTS - sum(points)
    ranking = tuple(replace(c, points=n) for (_, c), n in zip(known, points, strict=True))
    return Rules(stage_a=None, stage_b=StageB(), ranking=ranking)


def round_inputs(one: Round, *, seed: str) -> Inputs:
    """Everything that a round is decided from, out of the tables as they are now.

    Raises Refusal: `round_no_villages`, `round_no_projects`, `round_unjudged`, and those of `snapshot.check`.
    """
    made = gathered(one, seed=seed)
    if not made.villages:
        raise Refusal("round_no_villages")
    found = candidates_of(one)
    if not found:
        raise Refusal("round_no_projects", year=one.fiscal_year)
    unjudged = [p for p in found if p.feasibility == "unknown"]
    if unjudged:
        raise Refusal("round_unjudged", count=len(unjudged), name=unjudged[0].name_th)
    snapshot.check(made)
    return made


def gathered(one: Round, *, seed: str) -> Inputs:
    """The same, whatever is still missing: not checked, for looking only."""
    office = Office.objects.get(pk=one.office_id)
    villages = projects.villages_of(office.pk)
    carry = _carried(one)
    return Inputs(
        round=snapshot.Round(
            id=str(one.pk),
            office_th=office.name_th,
            office_en=office.name_en,
            fiscal_year=one.fiscal_year,
            envelope_baht=one.envelope_baht,
            seed=seed,
        ),
        rules=Rules.read(one.rules, "rules"),
        areas=_areas(villages),
        villages=tuple(
            snapshot.Village(
                code=row["code"],
                name_th=row["name_th"],
                name_en=row["name_en"],
                area=row["code"][:6],
                population=row["population"] or 0,  # not known: refused, with its name
                deprivation=None if row["deprivation_percent"] is None else min(row["deprivation_percent"] / 100, 1.0),
                carry_baht=carry.get(row["code"], 0),
                reports=row["reports"],
                facts=_facts(row),
            )
            for row in villages
        ),
        projects=_candidates(one),
    )


def _facts(row: dict[str, Any]) -> dict[str, float | None]:
    people = row["population"]
    return {
        "need_per_1000": 1000 * row["weight"] / people if people else None,
        "persons": row["persons"],
        "waiting_days": row["waiting_days"],
        "deprivation_percent": row["deprivation_percent"],
        "travel_time_min": row["travel_time_min"],
        "hazard_percent": row["hazard_percent"],
    }


def _areas(villages: list[dict[str, Any]]) -> tuple[snapshot.Area, ...]:
    """The subdistricts in which the office's villages lie; needs and people are those of its own villages only."""
    codes = sorted({row["code"][:6] for row in villages})
    names = aggregate.names_of(codes)
    newest: dict[tuple[str, str], float] = {
        (code, indicator): value
        for code, indicator, value in AreaIndicator.objects.filter(code__in=codes)
        .order_by("as_of")
        .values_list("code", "indicator", "value")
    }
    found = []
    for code in codes:
        own = [row for row in villages if row["code"].startswith(code)]
        people = sum(row["population"] or 0 for row in own)
        poor, funding = newest.get((code, Indicator.DEPRIVATION)), newest.get((code, Indicator.PAST_FUNDING))
        waits = [row["waiting_days"] for row in own if row["waiting_days"] is not None]
        travel, weight = newest.get((code, Indicator.TRAVEL_TIME)), sum(row["weight"] for row in own)
        name = names.get(code, {"th": code, "en": ""})
        found.append(
            snapshot.Area(
                code=code,
                name_th=name["th"],
                name_en=name["en"],
                poor=None if poor is None else people * min(poor, 100.0) / 100,
                need=float(weight),
                remoteness=travel,
                previous_baht=None if funding is None else int(funding),
                facts=_facts(
                    {
                        "population": people,
                        "weight": weight,
                        "persons": sum(row["persons"] or 0 for row in own),
                        "waiting_days": statistics.median(waits) if waits else None,
                        "deprivation_percent": poor,
                        "travel_time_min": travel,
                        "hazard_percent": newest.get((code, Indicator.HAZARD)),
                    }
                ),
            )
        )
    return tuple(found)


def _carried(one: Round) -> dict[str, int]:
    """What villages did not use in the office's newest published round of a year before."""
    before = (
        Snapshot.objects.filter(
            round__office=one.office_id, round__fiscal_year__lt=one.fiscal_year, published_at__isnull=False
        )
        .order_by("-round__fiscal_year", "-published_at")
        .first()
    )
    if before is None or before.results is None:
        return {}
    results = snapshot.Results.from_bytes(bytes(before.results))
    return {v.village: v.carry_baht for pot in results.pots for v in pot.villages}


def candidates_of(one: Round) -> list[Project]:
    """Proposed projects of the office that ask for money in the round's year, without those for the province."""
    found = Project.objects.filter(office=one.office_id, state="proposed", beyond_capacity=False).order_by("pk")
    return [p for p in found.prefetch_related("villages") if year_baht(p).get(one.fiscal_year, 0) > 0]


def year_baht(project: Project) -> dict[int, int]:
    return {project.first_year + i: baht for i, baht in enumerate(project.year_baht) if baht > 0}


def _candidates(one: Round) -> tuple[snapshot.Project, ...]:
    found = candidates_of(one)
    counting = PinPublic.objects.filter(counts=True).values("pk")
    severity = dict(
        Project.objects.filter(pk__in=[p.pk for p in found])
        # Of needs that count: what was hidden or taken back since lifts no project.
        .annotate(worst=Max("needs__pin__severity", filter=Q(needs__pin__in=counting)))
        .values_list("pk", "worst")
    )
    made = []
    for p in found:
        years = year_baht(p)
        made.append(
            snapshot.Project(
                id=str(p.pk),
                code=p.code,
                name_th=p.name_th,
                name_en=p.name_en,
                cost_baht=years[one.fiscal_year],
                villages=tuple(
                    # A project that answers no need on the map counts as an inconvenience, the lowest but one.
                    Support(village=v.code, severity=severity[p.pk] or 2, persons=v.persons)
                    for v in p.villages.all()
                ),
                exclusive_group=p.exclusive_group or None,
                years_baht={str(year): baht for year, baht in years.items()},
                eligible=p.feasibility == "feasible",
                reason="" if p.feasibility == "feasible" else p.feasibility_reason,
            )
        )
    return tuple(made)
