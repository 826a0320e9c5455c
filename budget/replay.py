"""A round from its inputs to its results: pure, and the same bytes on every machine.

`python -m budget.replay < inputs.json > results.json` needs neither Django nor a database.
Numbers that are not whole are rounded in the results, because the last bits of a sum of
floats may differ between processors.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from budget import allocation, ranking, why
from budget.allocation import Candidates, Decider, Decision, Floats, How
from budget.snapshot import (
    Area,
    AreaShare,
    Inputs,
    Outcome,
    Override,
    Payment,
    PotResult,
    Project,
    Ranked,
    Results,
    Rule,
    RuleFigures,
    SharesFigures,
    StageA,
    Village,
    VillageAccount,
)

DIGITS = 6
PER_HEAD = {"population": True, "poor": True, "need": True, "area_km2": False, "remoteness": False}
HOW: dict[How, str] = {"share": "shares_bought", "fill": "left_filled", "rank": "ranked_high", "forced": "forced_in"}
RULES: tuple[Rule, ...] = ("equal_shares", "greedy")


def compute(inputs: Inputs) -> Results:
    """Everything that a round's rules make of its inputs.

    Parameters
    ----------
    inputs : Inputs, checked

    Returns
    -------
    Results: shares of areas, projects with their reasons, accounts of villages, rivals, ranking

    Raises
    ------
    Refusal
        `snapshot_…` for inputs that cannot be; `floors_above_pot`, `ceilings_below_pot`,
        `forced_above_pot`, `forced_twice` for rules that cannot be met.
    """
    sha256 = inputs.sha256  # writing checks
    inputs = Inputs.from_document(inputs.document())
    shares, figures = share_areas(inputs)
    pots = _pots(inputs, {share.area: share.baht for share in shares})
    rule = inputs.rules.stage_b.rule
    decisions: dict[Rule, list[Decision]] = {name: [] for name in RULES}
    results: list[PotResult] = []
    outcomes: list[Outcome] = []
    for pot in pots:
        deciders = {name: pot.decider(name) for name in RULES}
        for name, decider in deciders.items():
            decisions[name].append(decider.decide())
        found = decisions[rule][-1]
        payments = {p.project: pot.payments(p) for p in found.bought}
        results.append(pot.result(found, payments))
        outcomes += pot.outcomes(found, payments, deciders[rule])
    chosen = {pot.candidates.ids[row] for pot, found in zip(pots, decisions[rule], strict=True) for row in found.funded}
    return Results(
        inputs_sha256=sha256,
        amended=bool(inputs.overrides),
        shares=shares,
        shares_figures=figures,
        pots=tuple(results),
        projects=tuple(sorted(outcomes, key=lambda o: o.project)),
        rules=tuple(_rule_figures(name, pots, decisions[name], chosen) for name in RULES),
        committed_baht=_committed(inputs, chosen),
        areas=_ranked(inputs, inputs.areas),
        villages=_ranked(inputs, inputs.villages),
    )


# -- stage A --------------------------------------------------------------------------------


def share_areas(inputs: Inputs) -> tuple[tuple[AreaShare, ...], SharesFigures | None]:
    """Stage A of a round; nothing where the round has one pot."""
    rules, areas, pot = inputs.rules.stage_a, inputs.areas, inputs.round.envelope_baht
    if rules is None or not areas:
        return (), None
    population = _population(inputs)
    names, parts, estimated = _formula(inputs, rules, population)
    target = parts.sum(axis=1) * pot
    floor = np.full(len(areas), rules.floor_percent / 100 * pot / len(areas))
    previous = np.array([np.nan if a.previous_baht is None else a.previous_baht for a in areas])
    cut = np.nan_to_num(previous * (1 - (100 if rules.max_cut_percent is None else rules.max_cut_percent) / 100))
    rise = np.inf if rules.max_rise_percent is None else rules.max_rise_percent / 100
    highest = np.where(np.isnan(previous), np.inf, previous * (1 + rise) if np.isfinite(rise) else np.inf)
    lowest = np.maximum(floor, cut)
    highest = np.maximum(highest, lowest)
    limited = allocation.within_limits(target, lowest, highest, pot_baht=pot)
    baht = allocation.whole_units(
        limited, lowest, highest, pot_baht=pot, unit_baht=rules.unit_baht, rounding=rules.rounding
    )
    found = []
    for i, area in enumerate(areas):
        limit: Literal["", "floor", "cut", "rise"] = ""
        if limited[i] <= lowest[i] * (1 + 1e-9) and lowest[i] > 0:
            limit = "floor" if floor[i] >= cut[i] else "cut"
        elif limited[i] >= highest[i] * (1 - 1e-9):
            limit = "rise"
        share = AreaShare(
            area=area.code,
            baht=int(baht[i]),
            target_baht=_round(target[i]),
            parts_baht={name: _round(part * pot) for name, part in zip(names, parts[i], strict=True)},
            lowest_baht=_round(lowest[i]),
            highest_baht=_round(highest[i]) if np.isfinite(highest[i]) else None,
            limit=limit,
            estimated=estimated[i],
            previous_baht=area.previous_baht,
        )
        words = why.area_sentence(share)
        found.append(replace(share, sentence_th=words.th, sentence_en=words.en))
    per_head = baht / population
    figures = SharesFigures(
        gini=_round(allocation.gini(per_head, population)),
        most_to_least=_round(per_head.max() / per_head.min()) if per_head.min() > 0 else None,
        lowest_decile_share=_round(allocation.lowest_share(per_head, population)),
        at_floor=sum(share.limit in ("floor", "cut") for share in found),
        at_cap=sum(share.limit == "rise" for share in found),
        water_level_baht=_round(allocation.water_level(np.nan_to_num(previous) / population, population, pot_baht=pot)),
    )
    return tuple(found), figures


def _population(inputs: Inputs) -> Floats:
    """Of each area; where it is not known, of its villages together."""
    of_villages: dict[str, int] = {}
    for village in inputs.villages:
        of_villages[village.area] = of_villages.get(village.area, 0) + village.population
    return np.array([a.population or of_villages[a.code] for a in inputs.areas], np.float64)


def _formula(
    inputs: Inputs, rules: StageA, population: Floats
) -> tuple[tuple[str, ...], Floats, list[tuple[str, ...]]]:
    areas = inputs.areas
    if rules.preset == "sml_2025":
        row = {a.code: i for i, a in enumerate(areas)}
        steps = np.zeros(len(areas))
        for village in inputs.villages:
            steps[row[village.area]] += allocation.sml_2025(np.array([village.population]))[0]
        if steps.sum() == 0:
            steps[:] = 1
        return ("steps",), (steps / steps.sum())[:, None], [()] * len(areas)
    names = tuple(sorted(rules.points))
    raw = np.array([[getattr(a, name) for name in names] for a in areas], np.float64).reshape(len(areas), len(names))
    if "population" in names:
        raw[:, names.index("population")] = population
    facts, missing = allocation.estimate_missing(raw, population, per_head=[PER_HEAD[name] for name in names])
    parts = allocation.formula_shares(facts, [rules.points[name] for name in names], equal_percent=rules.equal_percent)
    estimated = [tuple(name for name, gone in zip(names, row, strict=True) if gone) for row in missing]
    return ("equal", *names), parts, estimated


# -- stage B --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pot:
    """One pot: its villages, its projects, and the arrays the rule works on."""

    code: str
    share_baht: int
    villages: tuple[Village, ...]
    projects: tuple[Project, ...]
    candidates: Candidates
    endowment: tuple[float, ...]  # this round's part
    allowed: tuple[int, ...]
    forced: tuple[int, ...]
    inputs: Inputs
    overrides: dict[str, Override]

    @property
    def baht(self) -> int:
        return self.share_baht + sum(v.carry_baht for v in self.villages)

    @property
    def budgets(self) -> list[float]:
        return [e + v.carry_baht for e, v in zip(self.endowment, self.villages, strict=True)]

    def decide(self, rule: Rule) -> Decision:
        return self.decider(rule).decide()

    def decider(self, rule: Rule) -> Decider:
        return Decider(
            self.candidates,
            self.budgets,
            pot_baht=self.baht,
            rule=rule,
            completion=self.inputs.rules.stage_b.completion,
            allowed=self.allowed,
            forced=self.forced,
        )

    def payments(self, purchase: allocation.Purchase) -> tuple[tuple[int, int], ...]:
        """Whole baht of each village, adding up to the cost."""
        baht = allocation.whole_baht([b for _, b in purchase.paid], self.candidates.cost[purchase.project])
        return tuple((v, b) for (v, _), b in zip(purchase.paid, baht, strict=True))

    def result(self, found: Decision, payments: dict[int, tuple[tuple[int, int], ...]]) -> PotResult:
        paid = [0] * len(self.villages)
        for one in payments.values():
            for v, baht in one:
                paid[v] += baht
        endowment = allocation.whole_baht(self.endowment, self.share_baht)
        carried = [v.carry_baht for v in self.villages]
        carry = allocation.carry_over(endowment, carried, paid, left_baht=found.left_baht)
        accounts = zip(self.villages, endowment, carried, paid, carry, strict=True)
        return PotResult(
            pot=self.code,
            baht=self.baht,
            spent_baht=found.spent_baht,
            left_baht=found.left_baht,
            add1_percent=found.add1_percent,
            at_limit=found.at_limit,
            villages=tuple(
                VillageAccount(village=v.code, endowment_baht=e, carried_baht=c, paid_baht=p, carry_baht=k)
                for v, e, c, p, k in accounts
            ),
        )

    def outcomes(
        self, found: Decision, payments: dict[int, tuple[tuple[int, int], ...]], decider: Decider
    ) -> list[Outcome]:
        order = {purchase.project: i + 1 for i, purchase in enumerate(found.bought)}
        place = {project: (i + 1, missing) for i, (project, missing) in enumerate(found.reserve)}
        made = []
        for row, project in enumerate(self.projects):
            purchase = found.bought[order[row] - 1] if row in order else None
            paid = payments.get(row, ())
            code, values = (
                self._bought(found, row, order[row], paid) if purchase else self._refused(found, row, payments)
            )
            would_win = None
            if purchase is None and row in self.allowed:
                would_win = decider.winning_price(row, found)
            reserve_place, missing = place.get(row, (0, 0))
            words = why.project_sentence(
                code, values, would_win_baht=would_win, reserve_place=reserve_place, missing_baht=missing
            )
            made.append(
                Outcome(
                    project=project.id,
                    pot=self.code,
                    funded=purchase is not None,
                    how=purchase.how if purchase else "",
                    order=order.get(row, 0),
                    price_per_point=_round(purchase.rho) if purchase and purchase.rho is not None else None,
                    payments=tuple(Payment(village=self.villages[v].code, baht=b) for v, b in paid if b),
                    reserve_place=reserve_place,
                    missing_baht=missing,
                    tied_with=tuple(self.candidates.ids[t] for t in purchase.tied) if purchase else (),
                    why=code,
                    values=values,
                    would_win_baht=would_win,
                    sentence_th=words.th,
                    sentence_en=words.en,
                )
            )
        return made

    def _bought(
        self, found: Decision, row: int, nth: int, paid: tuple[tuple[int, int], ...]
    ) -> tuple[str, dict[str, Any]]:
        purchase, project = found.bought[nth - 1], self.projects[row]
        cost, persons = project.cost_baht, self.candidates.persons[row]
        values: dict[str, Any] = {"nth": nth, "cost": cost, "persons": persons}
        if purchase.how == "forced":
            override = self.overrides[project.id]
            values |= {"reason": override.reason, "by": override.by}
        elif purchase.how == "fill":
            values["left"] = self.baht - sum(self.projects[p.project].cost_baht for p in found.bought[: nth - 1])
        elif purchase.how == "share":
            values["villages"] = sum(baht > 0 for _, baht in paid)
            values["per_person"] = f"{cost / persons:,.2f}"
            values["paid"] = sum(baht for _, baht in paid)
        return HOW[purchase.how], values

    def _refused(
        self, found: Decision, row: int, payments: dict[int, tuple[tuple[int, int], ...]]
    ) -> tuple[str, dict[str, Any]]:
        project, rules = self.projects[row], self.inputs.rules.stage_b
        if override := self.overrides.get(project.id):
            return "forced_out", {"reason": override.reason, "by": override.by}
        if not project.eligible:
            return "ineligible", {"reason": project.reason}
        if self.candidates.persons[row] < rules.min_persons:
            return "too_few", {"persons": self.candidates.persons[row], "least": rules.min_persons}
        group = project.exclusive_group
        for purchase in found.bought:
            other = self.projects[purchase.project]
            if group is not None and other.exclusive_group == group:
                names = {"other_th": other.name_th, "other_en": other.name_en or other.name_th}
                return "group_taken", {"group": group, "other": other.id} | names
        if rules.rule == "greedy":
            return "outranked", {"left": found.left_baht, "cost": project.cost_baht}
        mine = {v for v, _ in self.candidates.support[row]}
        raised = (100 + found.add1_percent) / 100
        hold = round(sum(self.budgets[v] for v in mine) * raised)
        if hold < project.cost_baht:
            return "never_affordable", {"hold": hold, "cost": project.cost_baht, "add1_percent": found.add1_percent}
        spent: list[dict[str, Any]] = []
        for purchase in found.bought:
            baht = sum(b for v, b in payments[purchase.project] if v in mine)
            if baht and purchase.how in ("share", "forced"):
                other = self.projects[purchase.project]
                names = {"name_th": other.name_th, "name_en": other.name_en or other.name_th}
                spent.append({"project": other.id, "baht": baht} | names)
        spent.sort(key=lambda one: (-one["baht"], one["project"]))
        left = max(0, hold - sum(one["baht"] for one in spent))
        return "supporters_spent", {"hold": hold, "left": left, "cost": project.cost_baht, "on": spent}


def _pots(inputs: Inputs, shares: dict[str, int]) -> list[Pot]:
    area_of = {v.code: v.area for v in inputs.villages}
    overrides = {o.project: o for o in inputs.overrides}
    one_pot = inputs.rules.stage_a is None
    money = {"": inputs.round.envelope_baht} if one_pot else shares
    villages: dict[str, list[Village]] = {code: [] for code in money}
    projects: dict[str, list[Project]] = {code: [] for code in money}
    for village in inputs.villages:
        villages["" if one_pot else village.area].append(village)
    for project in inputs.projects:
        projects["" if one_pot else area_of[project.villages[0].village]].append(project)
    return [
        _pot(inputs, code, baht, tuple(villages[code]), tuple(projects[code]), overrides)
        for code, baht in sorted(money.items())
    ]


def _pot(
    inputs: Inputs,
    code: str,
    baht: int,
    villages: tuple[Village, ...],
    projects: tuple[Project, ...],
    overrides: dict[str, Override],
) -> Pot:
    rules, row = inputs.rules.stage_b, {v.code: i for i, v in enumerate(villages)}
    served = [  # nobody speaks for more people than live there
        [(row[s.village], min(s.persons, villages[row[s.village]].population), s.severity) for s in p.villages]
        for p in projects
    ]
    candidates = Candidates(
        ids=tuple(p.id for p in projects),
        cost=tuple(p.cost_baht for p in projects),
        support=tuple(tuple((v, float(persons * severity)) for v, persons, severity in one) for one in served),
        persons=tuple(sum(persons for _, persons, _ in one) for one in served),
        seed=inputs.round.seed,
        groups=tuple(p.exclusive_group for p in projects),
    )
    endowment: tuple[float, ...] = ()
    if villages:
        population = np.array([v.population for v in villages], np.float64)
        deprivation = np.array([np.nan if v.deprivation is None else v.deprivation for v in villages])
        endowment = tuple(allocation.endowments(baht, population, deprivation, gamma=rules.gamma).tolist())
    told = {o.project: o.action for o in inputs.overrides}
    forced = tuple(i for i, p in enumerate(projects) if told.get(p.id) == "in")
    allowed = tuple(
        i
        for i, p in enumerate(projects)
        if p.id not in told and p.eligible and candidates.persons[i] >= rules.min_persons
    )
    return Pot(code, baht, villages, projects, candidates, endowment, allowed, forced, inputs, overrides)


def _rule_figures(rule: Rule, pots: Sequence[Pot], found: Sequence[Decision], chosen: set[str]) -> RuleFigures:
    names: list[str] = []
    benefit, spent, served, per_head, people = 0, 0, 0, [], []
    for pot, decision in zip(pots, found, strict=True):
        got = [0.0] * len(pot.villages)
        for row in decision.funded:
            names.append(pot.candidates.ids[row])
            for v, utility in pot.candidates.support[row]:
                got[v] += utility
        benefit += int(sum(got))
        spent += decision.spent_baht
        served += sum(g > 0 for g in got)
        per_head += [g / v.population for g, v in zip(got, pot.villages, strict=True)]
        people += [v.population for v in pot.villages]
    return RuleFigures(
        rule=rule,
        projects=tuple(sorted(names)),
        spent_baht=spent,
        benefit=benefit,
        villages_served=served,
        villages=len(people),
        gini=_round(allocation.gini(np.array(per_head), np.array(people, np.float64))) if people else None,
        overlap=_round(len(chosen & set(names)) / len(chosen)) if chosen else None,
    )


def _committed(inputs: Inputs, chosen: set[str]) -> dict[str, int]:
    """Baht of later years that the projects taken bind the office to."""
    found: dict[str, int] = {}
    for project in inputs.projects:
        if project.id in chosen:
            for year, baht in project.years_baht.items():
                if int(year) > inputs.round.fiscal_year:
                    found[year] = found.get(year, 0) + baht
    return found


# -- ranking --------------------------------------------------------------------------------


def _ranked(inputs: Inputs, rows: Sequence[Area] | Sequence[Village]) -> tuple[Ranked, ...]:
    criteria = inputs.rules.ranking
    if not criteria or not rows:
        return ()
    people = np.array([np.nan if row.population is None else row.population for row in rows], np.float64)
    columns = []
    for criterion in criteria:
        x = np.array([row.facts.get(criterion.key) for row in rows], np.float64)
        if criterion.scale == "band":
            x = ranking.capped_band(x, people)
        columns.append(ranking.value(x, low=criterion.low, high=criterion.high, scale=criterion.scale))
    silent = np.array([isinstance(row, Village) and row.reports == 0 for row in rows])
    found = ranking.score_rows(np.column_stack(columns), [c.points for c in criteria], silent)
    return tuple(
        Ranked(
            code=rows[i].code,
            score=None if np.isnan(found.score[i]) else _round(found.score[i]),
            rank=int(found.rank[i]),
            silent=bool(silent[i]),
            parts={c.key: _round(part) for c, part in zip(criteria, found.parts[i], strict=True)},
            missing=tuple(c.key for c, gone in zip(criteria, found.missing[i], strict=True) if gone),
        )
        for i in found.order
    )


def _round(number: float) -> float:
    return round(float(number), DIGITS) + 0.0


def main() -> None:
    sys.stdout.buffer.write(compute(Inputs.from_bytes(sys.stdin.buffer.read())).to_bytes())


if __name__ == "__main__":
    main()
