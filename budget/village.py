"""What a published round says of one village: the answer in one sentence, then what it rests on. Pure.

The sentence answers "why (not) my village" before any table does. Everything comes from the bytes of one
version that is published, so that it is the same for whoever asks, and stays.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from budget.ranking import capped_band
from budget.snapshot import (
    POINTS,
    Criterion,
    Inputs,
    Outcome,
    PotResult,
    Project,
    Ranked,
    Results,
    Village,
    VillageAccount,
)
from budget.why import Words

ANSWERS: dict[str, Words] = {
    "the_one_funded": Words("โครงการของหมู่บ้านนี้ได้งบแล้ว", "The project for this village was funded."),
    "all_funded": Words(
        "โครงการของหมู่บ้านนี้ได้งบครบทั้ง {projects:,} โครงการ", "All {projects:,} projects for this village were funded."
    ),
    "some_funded": Words(
        "โครงการของหมู่บ้านนี้ได้งบ {funded:,} จาก {projects:,} โครงการ",
        "{funded:,} of the {projects:,} projects for this village were funded.",
    ),
    "on_reserve": Words(
        "ยังไม่มีโครงการของหมู่บ้านนี้ที่ได้งบ โครงการที่ใกล้ที่สุดคือ “{name_th}” อยู่ลำดับที่ {place:,} ของบัญชีสำรอง "
        "ต้องมีเงินเพิ่มอีก {missing:,} บาทจึงจะถึงลำดับนี้",
        "No project for this village was funded. The nearest was “{name_en}”, number {place:,} on the reserve list, "
        "which {missing:,} baht more would have reached.",
    ),
    "none_funded": Words(
        "ยังไม่มีโครงการของหมู่บ้านนี้ที่ได้งบ และไม่มีโครงการใดอยู่ในบัญชีสำรอง เหตุผลอยู่ที่แต่ละโครงการ",
        "No project for this village was funded, and none is on the reserve list. The reason stands with each project.",
    ),
    "no_project": Words(
        "รอบนี้ไม่มีโครงการที่เสนอเพื่อหมู่บ้านนี้ รอบต่อไปเสนอได้ในการประชุมหมู่บ้านหรือที่หน่วยงานนี้",
        "No project was proposed for this village. Propose one for the next round at a village meeting or to this "
        "office.",
    ),
    "silent": Words(
        "เมื่อล็อกเกณฑ์ของรอบนี้ ยังไม่มีใครแจ้งความต้องการจากหมู่บ้านนี้ และไม่มีโครงการที่เสนอเพื่อหมู่บ้านนี้ เริ่มได้ด้วยการแจ้งความต้องการ",
        "When this round was frozen nobody had reported a need from this village yet, and no project was proposed "
        "for it. It begins with reporting a need.",
    ),
}


@dataclass(frozen=True, slots=True)
class Book:
    """A round, opened once, with what is looked up for one village after another."""

    inputs: Inputs
    results: Results
    villages: dict[str, Village]
    outcomes: dict[str, Outcome]
    projects_of: dict[str, tuple[Project, ...]]
    ranked: dict[str, Ranked]
    pots: dict[str, PotResult]
    accounts: dict[str, VillageAccount]

    @classmethod
    def of(cls, inputs: Inputs, results: Results) -> Self:
        projects_of: dict[str, list[Project]] = {}
        for project in inputs.projects:
            for support in project.villages:
                projects_of.setdefault(support.village, []).append(project)
        return cls(
            inputs=inputs,
            results=results,
            villages={v.code: v for v in inputs.villages},
            outcomes={o.project: o for o in results.projects},
            projects_of={code: tuple(found) for code, found in projects_of.items()},
            ranked={r.code: r for r in results.villages},
            pots={account.village: pot for pot in results.pots for account in pot.villages},
            accounts={account.village: account for pot in results.pots for account in pot.villages},
        )


def tell(book: Book, code: str) -> dict[str, Any] | None:
    """What the round says of a village, or None if it is none of the round's.

    Returns
    -------
    dict of plain JSON values; see docs/data-dictionary.md, "A village in the rounds"
    """
    village = book.villages.get(code)
    if village is None:
        return None
    found = sorted((_project(book, village, p) for p in book.projects_of.get(code, ())), key=_place)
    answer, words = _answer(village, found)
    account, pot = book.accounts.get(code), book.pots.get(code)
    share = next((s for s in book.results.shares if s.area == village.area), None)
    return {
        "answer": answer,
        "sentence_th": words.th,
        "sentence_en": words.en,
        "population": village.population,
        "reports": village.reports,
        "silent": village.reports == 0,
        "rank": _rank(book, village),
        "account": account and {name: value for name, value in account.document().items() if name != "village"},
        "share": share and {"area": share.area, "baht": share.baht} | _sentences(share.sentence_th, share.sentence_en),
        "pot_baht": pot and pot.baht,
        "first_unfunded": pot and _first_unfunded(book, pot, code),
        "projects": found,
    }


def _answer(village: Village, found: list[dict[str, Any]]) -> tuple[str, Words]:
    funded = sum(one["funded"] for one in found)
    nearest = min((one for one in found if one["reserve_place"]), key=lambda one: one["reserve_place"], default=None)
    values: dict[str, Any] = {"projects": len(found), "funded": funded}
    if not found:
        answer = "no_project" if village.reports else "silent"
    elif funded == len(found):
        answer = "all_funded" if funded > 1 else "the_one_funded"
    elif funded:
        answer = "some_funded"
    elif nearest:
        answer = "on_reserve"
        values |= {"name_th": nearest["name_th"], "name_en": nearest["name_en"] or nearest["name_th"]}
        values |= {"place": nearest["reserve_place"], "missing": nearest["missing_baht"]}
    else:
        answer = "none_funded"
    words = ANSWERS[answer]
    return answer, Words(words.th.format(**values), words.en.format(**values))


def _project(book: Book, village: Village, project: Project) -> dict[str, Any]:
    outcome = book.outcomes[project.id]
    here = next(support for support in project.villages if support.village == village.code)
    paid = next((payment.baht for payment in outcome.payments if payment.village == village.code), 0)
    return {
        "id": project.id,
        "code": project.code,
        "name_th": project.name_th,
        "name_en": project.name_en,
        "cost_baht": project.cost_baht,
        "persons": min(here.persons, village.population),  # as it was counted
        "severity": here.severity,
        "villages": len(project.villages),
        "funded": outcome.funded,
        "order": outcome.order,
        "paid_baht": paid,  # by this village
        "reserve_place": outcome.reserve_place,
        "missing_baht": outcome.missing_baht,
        "would_win_baht": outcome.would_win_baht,
        "why": outcome.why,
        **_sentences(outcome.sentence_th, outcome.sentence_en),
    }


def _place(project: dict[str, Any]) -> tuple[bool, int, bool, int, str]:
    """Funded in the order of buying, then the reserve list, then the rest."""
    reserve = project["reserve_place"]
    return not project["funded"], project["order"], not reserve, reserve, project["id"]


def _rank(book: Book, village: Village) -> dict[str, Any] | None:
    """The place of a village and the parts of its score; None where the round ranks by nothing.

    `most` is what a part can reach here: points of what is not known went to the criteria that are.
    """
    found = book.ranked.get(village.code)
    if found is None:
        return None
    known = sum(c.points for c in book.inputs.rules.ranking if c.key not in found.missing)
    return {
        "rank": found.rank or None,
        "of": sum(one.rank > 0 for one in book.results.villages),
        "score": found.score,
        "parts": [
            {
                "key": criterion.key,
                "name_th": criterion.name_th,
                "name_en": criterion.name_en,
                "weight": criterion.points,
                "most": 0.0 if missing else round(criterion.points * POINTS / known, 6) if known else 0.0,
                "points": None if missing else found.parts.get(criterion.key),
                "value": _measured(village, criterion),
                "low": criterion.low,
                "high": criterion.high,
                "missing": missing,
            }
            for criterion in book.inputs.rules.ranking
            for missing in (criterion.key in found.missing,)
        ],
    }


def _first_unfunded(book: Book, pot: PotResult, code: str) -> dict[str, Any] | None:
    """The first of the reserve list of the village's pot, whoever it would serve."""
    waiting = [o for o in book.outcomes.values() if o.pot == pot.pot and o.reserve_place]
    if not waiting:
        return None
    first = min(waiting, key=lambda o: o.reserve_place)
    project = next(p for p in book.inputs.projects if p.id == first.project)
    return {
        "id": project.id,
        "name_th": project.name_th,
        "name_en": project.name_en,
        "cost_baht": project.cost_baht,
        "missing_baht": first.missing_baht,
        "here": any(support.village == code for support in project.villages),
    }


def _sentences(th: str, en: str) -> dict[str, str]:
    return {"sentence_th": th, "sentence_en": en}


def _measured(village: Village, criterion: Criterion) -> float | None:
    """The fact on the scale of its bounds: persons as their band."""
    fact = village.facts.get(criterion.key)
    if fact is None or criterion.scale != "band":
        return fact
    return float(capped_band(np.array([fact]), np.array([float(village.population)]))[0])
