"""A published round in the forms that others read: Pabulib `.pb` and OC4IDS. Pure: records in, bytes out.

Sources: https://pabulib.org/format (version of 2025), and the Open Contracting for Infrastructure Data
Standard 0.9, https://standard.open-contracting.org/infrastructure/0.9/en/.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from budget.snapshot import Inputs, Results

OC4IDS_VERSION = "0.9"
GAZETTEER = "TH-DOPA"  # area codes of the Department of Provincial Administration
STATUS = {"": "preparation", "promised": "preparation", "contracted": "implementation", "finished": "completed"}
YEAR_OFFSET = 543


def one_line(text: str) -> str:
    return " ".join(text.split())


# -- Pabulib ------------------------------------------------------------------------------------


def pabulib(
    inputs: Inputs, results: Results, *, name_th: str, begun: date, decided: date, amended: bool, sample: bool
) -> bytes:
    """The round as an election: villages are voters, what a project does for them (severity x persons) their points.

    Only what the rule could choose stands in it: projects that were ruled out before are not there, and a village
    that no project serves has no ballot. Both are said in the comment, as are the parts of villages, which Pabulib's
    rules take as equal.
    """
    population = {village.code: village.population for village in inputs.villages}
    names = {village.code: village.name_th for village in inputs.villages}
    outcomes = {outcome.project: outcome for outcome in results.projects}
    candidates = [p for p in inputs.projects if p.eligible]
    points = {
        p.id: {s.village: s.severity * min(s.persons, population[s.village]) for s in p.villages} for p in candidates
    }
    accounts = {one.village: (pot.pot, one) for pot in results.pots for one in pot.villages}
    ballots = {code: [p.id for p in candidates if points[p.id].get(code, 0) > 0] for code in sorted(population)}
    voters = [code for code, chosen in ballots.items() if chosen]
    rule = inputs.rules.stage_b.rule
    if rule == "equal_shares":
        rule_name = "equalshares/add1" if inputs.rules.stage_b.completion == "add1" else "equalshares"
    else:
        rule_name = "greedy"
    comment = [
        "voters are villages; points are severity (1 to 5) x persons who benefit, at most the population",
        "endowment_baht is a village's part of the money: parts are not equal, they follow population",
        "money that is left after the rule was filled up by benefit per baht",
    ]
    if left := len(inputs.projects) - len(candidates):
        comment.append(f"{left} projects that could not be done are left out")
    if silent := len(ballots) - len(voters):
        comment.append(f"{silent} villages without a project have no ballot; they keep their part")
    if len(results.pots) > 1:
        comment.append("each subunit is a pot of its own; budget is their sum")
    if any(outcome.how == "forced" for outcome in results.projects):
        comment.append("selected 2: taken by override, with a published reason")
    if amended:
        comment.append("amended after it was frozen, with a published reason")
    if sample:
        comment.append("sample data, not real data")
    meta = {
        "description": one_line(("SAMPLE DATA. " if sample else "") + name_th),
        "country": "Thailand",
        "unit": one_line(inputs.round.office_th),
        "instance": str(inputs.round.fiscal_year),
        "num_projects": len(candidates),
        "num_votes": len(voters),
        "budget": sum(pot.baht for pot in results.pots),
        "vote_type": "scoring",
        "rule": rule_name,
        "date_begin": begun.strftime("%d.%m.%Y"),
        "date_end": decided.strftime("%d.%m.%Y"),
        "currency": "THB",
        "language": "th",
        "default_score": 0,
        "comment": " ".join(f"#{n}: {text}" for n, text in enumerate(comment, start=1)),
    }
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\n")
    table.writerow(["META"])
    table.writerow(["key", "value"])
    table.writerows(meta.items())
    table.writerow(["PROJECTS"])
    table.writerow(["project_id", "cost", "score", "name", "subunit", "selected"])
    for p in candidates:
        outcome = outcomes[p.id]
        chosen = 0 if not outcome.funded else 2 if outcome.how == "forced" else 1
        table.writerow([p.id, p.cost_baht, sum(points[p.id].values()), one_line(p.name_th), outcome.pot, chosen])
    table.writerow(["VOTES"])
    table.writerow(["voter_id", "vote", "points", "name", "subunit", "endowment_baht"])
    for code in voters:
        pot, account = accounts.get(code, ("", None))
        endowment = account.endowment_baht + account.carried_baht if account else ""
        given = ",".join(str(points[project][code]) for project in ballots[code])
        table.writerow([code, ",".join(ballots[code]), given, one_line(names[code]), pot, endowment])
    return out.getvalue().encode("utf-8")


# -- OC4IDS -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How far a project is. `stages`: day and baht of each."""

    objective: str
    stages: Mapping[str, tuple[date, int]]
    updated: datetime


def fiscal_year_period(year: int) -> dict[str, str]:
    """From 1 October to 30 September, in Thailand's time.

    >>> fiscal_year_period(2570)
    {'startDate': '2026-10-01T00:00:00+07:00', 'endDate': '2027-09-30T23:59:59+07:00'}
    """
    end = year - YEAR_OFFSET
    return {"startDate": f"{end - 1}-10-01T00:00:00+07:00", "endDate": f"{end}-09-30T23:59:59+07:00"}


def oc4ids(
    inputs: Inputs,
    results: Results,
    *,
    uri: str,
    office_id: int,
    published: datetime,
    decided: datetime,
    delivered: Mapping[str, Delivered],
    sample: bool,
) -> dict[str, Any]:
    """The funded projects of a round and how far they are, as a project package."""
    names = {village.code: village.name_th for village in inputs.villages}
    funded = {outcome.project for outcome in results.projects if outcome.funded}
    newest = max([published, *(delivered[p].updated for p in funded if p in delivered)])
    office = {"id": f"office-{office_id}", "name": inputs.round.office_th}
    publisher = f"{inputs.round.office_th} (ข้อมูลตัวอย่าง ไม่ใช่ข้อมูลจริง)" if sample else inputs.round.office_th
    return {
        "uri": uri,
        "publishedDate": newest.isoformat(),
        "version": OC4IDS_VERSION,
        "publisher": {"name": publisher},
        **({"sample": True} if sample else {}),
        "projects": [
            _oc4ids_project(
                p.id,
                title=p.name_th,
                code=p.code,
                year=inputs.round.fiscal_year,
                cost_baht=p.cost_baht,
                places=[(s.village, names[s.village]) for s in p.villages],
                office=office,
                decided=decided,
                about=delivered[p.id],
            )
            for p in inputs.projects
            if p.id in funded
        ],
    }


def _oc4ids_project(
    project: str,
    *,
    title: str,
    code: str,
    year: int,
    cost_baht: int,
    places: Sequence[tuple[str, str]],
    office: dict[str, str],
    decided: datetime,
    about: Delivered,
) -> dict[str, Any]:
    furthest = next((stage for stage in ("finished", "contracted", "promised") if stage in about.stages), "")
    made: dict[str, Any] = {
        "id": project,
        "updated": about.updated.isoformat(),
        "title": title,
        **({"description": about.objective} if about.objective else {}),
        "status": STATUS[furthest],
        "period": fiscal_year_period(year),
        **({"additionalClassifications": [{"scheme": "TH-LAO-plan", "id": code}]} if code else {}),
        "locations": [
            {"id": place, "description": name, "gazetteer": {"scheme": GAZETTEER, "identifiers": [place]}}
            for place, name in places
        ],
        "budget": {"amount": {"amount": cost_baht, "currency": "THB"}, "approvalDate": decided.isoformat()},
        "parties": [office | {"roles": ["publicAuthority"]}],
    }
    if "finished" in about.stages:
        day, baht = about.stages["finished"]
        made["completion"] = {
            "endDate": f"{day.isoformat()}T00:00:00+07:00",
            "finalValue": {"amount": baht, "currency": "THB"},
        }
    return made
