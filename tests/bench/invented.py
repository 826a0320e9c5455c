"""A round of an invented country, of any size, for the bench: the same seed gives the same round. Pure.

Populations, costs and who benefits are drawn so that the round is hard in the ways real ones are: projects ask
for about two and a half times what there is, most serve one or two villages that lie beside each other, a few
serve many, and villages that ask for nothing keep their part.
"""

import random

from budget.snapshot import Area, Inputs, Project, Round, Rules, StageA, Support, Village

DEMAND = 2.5  # baht asked for, for each baht there is
SILENT = 0.3  # part of the villages that ask for nothing


def country(areas: int, villages: int, projects: int, *, seed: int = 58, stage_a: StageA | None = None) -> Inputs:
    """A round with so many of each; villages and projects fall to the areas by chance, at least one village each."""
    chance = random.Random(seed)
    codes = [f"{10 + i // 99:02}{1 + i % 99:02}" for i in range(areas)]
    placed = [i if i < areas else chance.randrange(areas) for i in range(villages)]
    of_area: list[list[Village]] = [[] for _ in codes]
    for area in placed:
        there = of_area[area]
        there.append(
            Village(
                code=f"{codes[area]}{1 + len(there) // 90:02}{1 + len(there) % 90:02}",
                name_th=f"บ้าน {len(there)}",
                name_en=f"Ban {len(there)}",
                area=codes[area],
                population=max(30, round(chance.lognormvariate(6.2, 0.6))),
                deprivation=round(chance.betavariate(2, 8), 3),
                reports=chance.randrange(5),
            )
        )
    asking = [[v for v in there if chance.random() > SILENT] or there[:1] for there in of_area]
    candidates = []
    for number in range(projects):
        there = asking[chance.randrange(areas)]
        wide = min(len(there), 1 + int(chance.expovariate(1 / 1.3)))
        first = chance.randrange(len(there) - wide + 1)
        served = tuple(
            Support(
                village=v.code,
                severity=chance.randint(1, 5),
                persons=max(1, int(v.population * chance.uniform(0.1, 1))),
            )
            for v in there[first : first + wide]
        )
        candidates.append(
            Project(
                id=f"p{number:05}",
                code="",
                name_th=f"โครงการ {number}",
                name_en=f"Project {number}",
                cost_baht=1000 * max(5, round(chance.lognormvariate(5.6, 0.9) * wide**0.5)),
                villages=served,
            )
        )
    facts = [
        Area(
            code=code,
            name_th=f"อำเภอ {code}",
            name_en=f"District {code}",
            population=sum(v.population for v in there),
            poor=round(sum(v.population * (v.deprivation or 0) for v in there)),
            need=float(round(chance.lognormvariate(7, 1))),
            area_km2=round(chance.lognormvariate(6, 0.7), 1),
            remoteness=round(chance.uniform(5, 120)),
            previous_baht=1000 * round(chance.lognormvariate(8, 0.3)) if chance.random() < 0.8 else None,
        )
        for code, there in zip(codes, of_area, strict=True)
    ]
    envelope = round(sum(p.cost_baht for p in candidates) / DEMAND)
    before = sum(a.previous_baht or 0 for a in facts)  # so that last year's sums leave the limits room to hold
    scale = envelope * 0.8 / before if before else 1.0
    facts = [
        Area(**{**a.document(), "previous_baht": a.previous_baht and 1000 * round(a.previous_baht * scale / 1000)})
        for a in facts
    ]
    return Inputs(
        round=Round(
            id="bench", office_th="ประเทศ", office_en="Country", fiscal_year=2571, envelope_baht=envelope, seed="oak"
        ),
        rules=Rules(stage_a=stage_a),
        areas=tuple(facts),
        villages=tuple(v for there in of_area for v in there),
        projects=tuple(candidates),
    )
