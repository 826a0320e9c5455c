"""Who gets how much: money to areas (stage A), then to projects inside one pot (stage B).

Arrays and tuples in, arrays and tuples out; nothing here knows Django or a database. Whole
baht go in and come out; in between 64-bit floats are compared with a relative tolerance of
1e-9, and every sum that must not exceed the pot is a sum of integers.

Stage A is a sum of shares that can be redone in a spreadsheet. Stage B is the Method of Equal
Shares with one endowment a village, or benefit per baht; docs/methods.md says both in words.
"""

import hashlib
from bisect import insort
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from budget.snapshot import Completion, Rounding, Rule
from mapping.errors import Refusal

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TOLERANCE = 1e-9
ADD1_STEPS = 200  # of one per cent: parts are raised to three times at most
CARRY_LIMIT = 3  # times a year's part
SML_2025 = ((500, 200_000), (1_000, 300_000))  # up to so many persons: baht
SML_2025_ABOVE = 400_000


# -- stage A: money to areas ---------------------------------------------------------------


def formula_shares(facts: Floats, points: Sequence[float], *, equal_percent: float) -> Floats:
    """Each area's share of the pot, in parts that add up.

    share = equal / N + (1 - equal) x sum of points_k / 100 x fact / sum of that fact. A fact
    that sums to nothing divides nobody; its points go to the others in proportion, and if there
    are no others, to the equal part.

    Parameters
    ----------
    facts : (n, k) array, >= 0, without NaN (see `estimate_missing`)
    points : k numbers that sum to 100 (or to 0 with `equal_percent` 100)
    equal_percent : 0..100, shared equally among the areas

    Returns
    -------
    (n, 1 + k) array, the equal part first; all of it sums to 1

    Raises
    ------
    ValueError
        If a fact is negative or not known, or the shapes differ.

    Source
    ------
    Weights of Indonesia's village fund of 2021 (DJPK, Penyempurnaan Formula Dana Desa 2021):
    population 10, poor 40, area 20, geographic difficulty 30.

    Example
    -------
    >>> facts = np.array([[1000, 300, 10, 60], [3000, 200, 40, 40]], float)
    >>> formula_shares(facts, (10, 40, 20, 30), equal_percent=0).sum(axis=1).round(6).tolist()
    [0.485, 0.515]
    """
    weight = np.asarray(points, np.float64)
    if facts.ndim != 2 or facts.shape[1:] != weight.shape or not (facts >= 0).all():
        raise ValueError("facts are (n, k), >= 0 and known, and points (k,)")
    n = len(facts)
    totals = facts.sum(axis=0)
    weight = np.where(totals > 0, weight, 0.0)
    equal = equal_percent / 100
    if weight.sum() > 0:
        weight = weight / weight.sum() * (1 - equal)
    else:
        equal = 1.0
    parts = facts / np.where(totals > 0, totals, 1.0) * weight
    return np.column_stack([np.full(n, equal / n), parts])


def estimate_missing(
    facts: Floats, population: Floats, *, per_head: Sequence[bool]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Put the average where a fact is not known, and say where: missing is not zero.

    A count of persons or needs is estimated at the average per head of the areas that know it,
    anything else at their plain average. A fact that no area knows becomes 0 for all and so
    divides nobody.

    Parameters
    ----------
    facts : (n, k) array, NaN = not known
    population : (n,) array, > 0
    per_head : k booleans, whether the fact grows with the population

    Returns
    -------
    (n, k) array without NaN, and (n, k) booleans: True = estimated

    Example
    -------
    >>> facts, guessed = estimate_missing(np.array([[50.0], [np.nan]]), np.array([100.0, 300.0]), per_head=[True])
    >>> facts.tolist(), guessed.tolist()
    ([[50.0], [150.0]], [[False], [True]])
    """
    found, missing = facts.copy(), np.isnan(facts)
    for k, grows in enumerate(per_head):
        known = ~missing[:, k]
        if not known.any():
            found[:, k] = 0.0
        elif grows:
            found[~known, k] = population[~known] * (facts[known, k].sum() / population[known].sum())
        else:
            found[~known, k] = facts[known, k].mean()
    return found, missing


def sml_2025(population: Ints) -> Ints:
    """Baht of villages by the three steps of the village fund of fiscal year 2025.

    Parameters
    ----------
    population : (n,) int array, persons, > 0

    Returns
    -------
    (n,) int array, baht

    Source
    ------
    The Nation, 2025-04-21, nationthailand.com/news/policy/40049033: up to 500, 501 to 1,000,
    above 1,000 persons. A village of exactly 1,000 stands in the middle step; another article
    ends that step at 999, so the official rule decides.

    Example
    -------
    >>> sml_2025(np.array([500, 501, 1000, 1001])).tolist()
    [200000, 300000, 300000, 400000]
    """
    (small, low), (middle, mid) = SML_2025
    return np.where(population <= small, low, np.where(population <= middle, mid, SML_2025_ABOVE)).astype(np.int64)


def within_limits(target: Floats, lowest: Floats, highest: Floats, *, pot_baht: int) -> Floats:
    """Clip targets to their limits, with all others moved by one multiplier so that the pot is used.

    The multiplier is found by bisection: everybody not held by a limit loses or gains the same
    per cent.

    Parameters
    ----------
    target : (n,) array, baht, >= 0
    lowest, highest : (n,) arrays, baht, 0 <= lowest <= highest; inf = no limit
    pot_baht : whole baht

    Returns
    -------
    (n,) array, baht, lowest <= it <= highest, sums to the pot but for rounding of floats

    Raises
    ------
    Refusal
        `floors_above_pot` with the sum of the floors; `ceilings_below_pot` with that of the ceilings.

    Example
    -------
    >>> none = np.full(3, np.inf)
    >>> within_limits(np.array([10.0, 30, 60]), np.array([25.0, 0, 0]), none, pot_baht=100).round(6).tolist()
    [25.0, 25.0, 50.0]
    """
    slack = TOLERANCE * max(pot_baht, 1)
    if lowest.sum() > pot_baht + slack:
        raise _floors(int(np.ceil(lowest.sum() - slack)), pot_baht)
    if highest.sum() < pot_baht - slack:
        ceilings = int(highest.sum())
        raise Refusal("ceilings_below_pot", "rules.stage_a", ceilings=ceilings, pot=pot_baht, left=pot_baht - ceilings)
    # An area with a target of nothing cannot be multiplied; a trifle lets it take what only it may still take.
    weight = np.where(target > 0, target, max(target.max(initial=0.0), 1.0) * 1e-12)
    low, high = 0.0, 1.0
    while np.clip(high * weight, lowest, highest).sum() < pot_baht - slack and high < 1e300:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if np.clip(middle * weight, lowest, highest).sum() < pot_baht:
            low = middle
        else:
            high = middle
    return np.clip(high * weight, lowest, highest)


def _floors(floors: int, pot: int) -> Refusal:
    return Refusal("floors_above_pot", "rules.stage_a", floors=floors, pot=pot, over=floors - pot)


def webster(weight: Floats, units: int, lowest: Ints | None = None, highest: Ints | None = None) -> Ints:
    """Whole units by Webster's method (Sainte-Laguë), within floors and caps.

    Each area gets its weight over a common divisor, rounded to the nearest whole; the divisor
    is the one that gives out exactly the units. More money never takes a unit from anybody.

    Parameters
    ----------
    weight : (n,) array, >= 0, not all 0
    units : whole units to give out
    lowest, highest : (n,) int arrays, limits in units

    Returns
    -------
    (n,) int array that sums to `units`; of equal claims the earlier row is served first

    Raises
    ------
    Refusal
        If the floors need more units than there are, or the caps allow fewer.

    Source
    ------
    Balinski & Young 1975, The Quota Method of Apportionment, Amer. Math. Monthly 82:701-730.

    Example
    -------
    >>> webster(np.array([5117.0, 4400, 162, 161, 160]), 100).tolist()
    [51, 43, 2, 2, 2]
    """
    least, most = _unit_limits(len(weight), units, lowest, highest)

    def given(divisor: float) -> Ints:
        return np.clip(np.ceil(np.minimum(weight / divisor - 0.5, units)), least, most).astype(np.int64)

    low, high = weight.sum() / (units + len(weight) + 1) / 2, 2 * weight.sum() + 1.0
    while given(low).sum() < units and low > 1e-300:
        low /= 2
    for _ in range(200):  # the least divisor that gives out no more than there is
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if given(middle).sum() > units:
            low = middle
        else:
            high = middle
    found = given(high)
    for _ in range(units - int(found.sum())):  # equal claims at that divisor, one by one
        claim = np.where(found < most, weight / (found + 0.5), -1.0)
        found[int(np.flatnonzero(claim >= claim.max() * (1 - TOLERANCE))[0])] += 1
    return found


def hamilton(weight: Floats, units: int, lowest: Ints | None = None, highest: Ints | None = None) -> Ints:
    """Whole units by largest remainders, which can be redone by hand.

    Known weakness, the Alabama paradox: with more units to give out an area may get one less.

    Parameters, Returns, Raises
    ---------------------------
    As `webster`.

    Source
    ------
    Balinski & Young 1975, as in `webster`.

    Example
    -------
    >>> hamilton(np.array([5117.0, 4400, 162, 161, 160]), 100).tolist()
    [51, 44, 2, 2, 1]
    """
    least, most = _unit_limits(len(weight), units, lowest, highest)
    quota = weight / weight.sum() * units
    found = np.clip(np.floor(quota * (1 + 1e-12)).astype(np.int64), least, most)
    while (left := units - int(found.sum())) != 0:
        rest = quota - found
        if left > 0:
            open_to = np.flatnonzero(found < most)
            found[open_to[np.argsort(-rest[open_to], kind="stable")[:left]]] += 1
        else:
            open_to = np.flatnonzero(found > least)
            found[open_to[np.argsort(rest[open_to], kind="stable")[:-left]]] -= 1
    return found


def _unit_limits(n: int, units: int, lowest: Ints | None, highest: Ints | None) -> tuple[Ints, Ints]:
    least = np.zeros(n, np.int64) if lowest is None else lowest
    most = np.full(n, units, np.int64) if highest is None else np.maximum(np.minimum(highest, units), least)
    if least.sum() > units:
        raise _floors(int(least.sum()), units)
    if most.sum() < units:
        raise Refusal(
            "ceilings_below_pot", "rules.stage_a", ceilings=int(most.sum()), pot=units, left=units - int(most.sum())
        )
    return least, most


def whole_units(
    baht: Floats, lowest: Floats, highest: Floats, *, pot_baht: int, unit_baht: int, rounding: Rounding
) -> Ints:
    """Round to whole units so that the sum is the pot to the baht and no floor is broken.

    A floor is rounded up to a unit and a ceiling down (but never below the floor). What is
    less than one unit of the pot goes to the area with most.

    Parameters
    ----------
    baht, lowest, highest : (n,) arrays, baht
    pot_baht, unit_baht : whole baht
    rounding : "webster" or "hamilton"

    Returns
    -------
    (n,) int array, baht, sums to `pot_baht`

    Raises
    ------
    Refusal
        `floors_above_pot`: the floors, rounded up, do not fit.

    Example
    -------
    >>> no, inf = np.zeros(2), np.full(2, np.inf)
    >>> whole_units(np.array([1300.0, 3200]), no, inf, pot_baht=4500, unit_baht=1000, rounding="webster").tolist()
    [1000, 3500]
    """
    units, rest = divmod(pot_baht, unit_baht)
    least = np.ceil(lowest / unit_baht * (1 - TOLERANCE)).astype(np.int64)
    if least.sum() > units:
        raise _floors(int(least.sum()) * unit_baht, pot_baht)
    most = np.floor(np.minimum(highest / unit_baht * (1 + TOLERANCE), units)).astype(np.int64)
    most = np.maximum(most, least)
    if most.sum() < units:  # ceilings lose up to a unit each by rounding: a unit, not the pot, gives way
        most = np.where(np.isfinite(highest), np.ceil(np.minimum(highest / unit_baht, units)).astype(np.int64), most)
        most = np.maximum(most, least)
    share = webster if rounding == "webster" else hamilton
    weight = baht if baht.sum() > 0 else np.ones(len(baht))
    found = share(weight, units, least, most) * unit_baht
    found[int(np.argmax(found))] += rest
    return found


def gini(value: Floats, people: Floats | None = None) -> float:
    """Inequality between 0 (all have the same) and 1, every person counted.

    Parameters
    ----------
    value : (n,) array, >= 0, as baht per head
    people : (n,) array, > 0, persons who have that value; default one each

    Returns
    -------
    float, 0 where nobody has anything

    Example
    -------
    >>> gini(np.array([1.0, 2, 3, 4]))
    0.25
    """
    weight = np.ones(len(value)) if people is None else people
    order = np.argsort(value, kind="stable")
    mass, money = weight[order], (value * weight)[order]
    if money.sum() <= 0:
        return 0.0
    after = np.cumsum(money)
    area = float((mass * (2 * after - money)).sum())  # twice the area under the Lorenz curve, unscaled
    return 1 - area / float(mass.sum() * after[-1])


def lowest_share(value: Floats, people: Floats, *, part: float = 0.1) -> float:
    """What part of the money the tenth of people with least per head has.

    Parameters
    ----------
    value : (n,) array, baht per head
    people : (n,) array, persons
    part : 0..1

    Returns
    -------
    float 0..part

    Example
    -------
    >>> round(lowest_share(np.array([1.0, 3.0]), np.array([50.0, 50.0])), 6)
    0.05
    """
    order = np.argsort(value, kind="stable")
    mass = np.concatenate([[0.0], np.cumsum(people[order])])
    money = np.concatenate([[0.0], np.cumsum((value * people)[order])])
    return float(np.interp(part * mass[-1], mass, money) / money[-1]) if money[-1] > 0 else 0.0


def water_level(existing: Floats, people: Floats, *, pot_baht: float) -> float:
    """Baht per head to which those with least are lifted when the pot does nothing else.

    Parameters
    ----------
    existing : (n,) array, baht per head that they have already
    people : (n,) array, persons, > 0
    pot_baht : baht

    Returns
    -------
    float, baht per head

    Example
    -------
    >>> water_level(np.array([1.0, 2, 6]), np.ones(3), pot_baht=4)
    3.5
    """
    order = np.argsort(existing, kind="stable")
    height, mass = existing[order], np.cumsum(people[order])
    levels = (pot_baht + np.cumsum((existing * people)[order])) / mass
    above = np.append(height[1:], np.inf)
    return float(levels[int(np.argmax(levels <= above))])


# -- stage B: projects in one pot ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidates:
    """The projects of one pot, m of them. Villages are rows 0..n-1."""

    ids: tuple[str, ...]
    cost: tuple[int, ...]  # baht, > 0
    support: tuple[tuple[tuple[int, float], ...], ...]  # (village, utility > 0) of each
    persons: tuple[int, ...]  # who benefit, to settle ties
    seed: str = ""
    groups: tuple[str | None, ...] = ()  # at most one of a group is taken; () = no groups

    @property
    def benefit(self) -> tuple[float, ...]:
        return tuple(sum(u for _, u in supporters) for supporters in self.support)

    def group(self, project: int) -> str | None:
        return self.groups[project] if self.groups else None

    def tie(self, project: int) -> tuple[int, int, str]:
        """Lower cost, more beneficiaries, then a number that nobody can choose."""
        lot = hashlib.sha256((self.seed + self.ids[project]).encode()).hexdigest()
        return self.cost[project], -self.persons[project], lot

    def priced(self, project: int, baht: int) -> "Candidates":
        return replace(self, cost=(*self.cost[:project], baht, *self.cost[project + 1 :]))


How = Literal["share", "fill", "forced", "rank"]


@dataclass(frozen=True, slots=True)
class Purchase:
    project: int
    how: How
    rho: float | None  # baht for one point of utility; only where shares bought it
    paid: tuple[tuple[int, float], ...]  # (village, baht), sums to the cost
    tied: tuple[int, ...] = ()  # others at the same price at that moment


@dataclass(frozen=True, slots=True)
class Decision:
    bought: tuple[Purchase, ...]  # in order
    spent_baht: int
    left_baht: int
    add1_percent: int
    at_limit: bool
    reserve: tuple[tuple[int, int], ...]  # (project, baht missing once those before it are paid)

    @property
    def funded(self) -> frozenset[int]:
        return frozenset(p.project for p in self.bought)


def endowments(pot_baht: float, population: Floats, deprivation: Floats, *, gamma: float = 1.0) -> Floats:
    """Each village's part of the pot: by people, more where people are poorer, pins or no pins.

    Parameters
    ----------
    pot_baht : baht of the pot, without what villages carry over
    population : (n,) array, persons, > 0
    deprivation : (n,) array, 0..1; NaN = not known, stands at the mean of those known
    gamma : 0 = by people alone; 1 = a village in which all are poor counts twice

    Returns
    -------
    (n,) array, baht, sums to the pot

    Example
    -------
    >>> endowments(900.0, np.array([100.0, 100.0]), np.array([0.0, 0.25])).tolist()
    [400.0, 500.0]
    """
    known = deprivation[~np.isnan(deprivation)]
    filled = np.where(np.isnan(deprivation), known.mean() if len(known) else 0.0, deprivation)
    weight = population * (1 + gamma * filled)
    return pot_baht * weight / weight.sum()


def price_per_point(cost: float, support: Sequence[tuple[int, float]], budget: Sequence[float]) -> float | None:
    """The least rho at which sum of min(budget, rho x utility) pays the cost; None = they cannot.

    Parameters
    ----------
    cost : baht
    support : (village, utility > 0) of those who benefit
    budget : baht that each village has left

    Example
    -------
    Two villages value it alike; the one with 10 baht left gives all, the other the rest.

    >>> price_per_point(100, [(0, 1.0), (1, 1.0)], [10.0, 500.0])
    90.0
    """
    if sum([budget[v] for v, _ in support]) < cost * (1 - TOLERANCE):
        return None
    points = sum([u for _, u in support])
    rho = cost / points
    for v, u in support:
        if budget[v] < rho * u:
            break
    else:
        return rho
    for ratio, baht, u in sorted([(budget[v] / u, budget[v], u) for v, u in support]):
        rho = cost / points
        if rho <= ratio * (1 + TOLERANCE):
            return rho
        cost -= baht
        points -= u
    return ratio  # within the tolerance all give all they have


def equal_shares_once(
    pot: Candidates,
    endowment: Sequence[float],
    *,
    allowed: Sequence[int],
    forced: Sequence[int] = (),
    limit_baht: int | None = None,
    queue: list[tuple[float, int, int]] | None = None,
) -> tuple[list[Purchase], list[float]]:
    """The Method of Equal Shares, once through, without completion.

    Buy the project with the least rho such that its villages, each paying min(what it has,
    rho x utility), pay its cost; charge them; repeat while any project can be paid. A price only
    rises as villages spend, so an old price is a lower bound, and most are never worked out again.

    Parameters
    ----------
    pot : Candidates
    endowment : baht of each village
    allowed : rows of projects that may be bought
    forced : rows bought first, whatever their price: their villages pay what they can, the rest
        is taken from all villages in proportion to what they have
    limit_baht : buy nothing that would bring the sum of costs above this
    queue : of `allowed` without `forced`, where the caller has it already

    Returns
    -------
    purchases in order, and what each village has left

    Source
    ------
    Peters, Pierczynski & Skowron 2021, Proportional Participatory Budgeting with Additive
    Utilities, NeurIPS 34; worked examples at equalshares.net/explanation.

    Example
    -------
    >>> pot = Candidates(("road", "well"), (60, 50), (((0, 60.0), (1, 60.0)), ((0, 50.0),)), (9, 9))
    >>> bought, left = equal_shares_once(pot, [50.0, 50.0], allowed=[0, 1])
    >>> [(pot.ids[p.project], p.rho) for p in bought], left
    ([('road', 0.5)], [20.0, 20.0])
    """
    budget = list(endowment)
    bought: list[Purchase] = []
    spent = 0
    taken: set[str | None] = set()
    for project in forced:
        bought.append(_take_forced(pot, project, budget))
        spent += pot.cost[project]
        taken.add(pot.group(project))
    queue = _queue(pot, allowed, forced) if queue is None else queue.copy()
    support, cost, groups = pot.support, pot.cost, pot.groups
    limit = np.inf if limit_baht is None else limit_baht
    charged = [0] * len(budget)  # at which purchase a village paid last
    now = 0
    while queue:
        best = np.inf
        waiting: list[tuple[float, int, int]] = []
        while queue and queue[0][0] <= best * (1 + TOLERANCE):
            rho, project, worked_out = heappop(queue)
            if spent + cost[project] > limit or (groups and groups[project] is not None and groups[project] in taken):
                continue
            for v, _ in support[project]:
                if charged[v] > worked_out:
                    price = price_per_point(cost[project], support[project], budget)
                    break
            else:
                price = price_per_point(cost[project], support[project], budget) if worked_out < 0 else rho
            if price is not None:
                waiting.append((price, project, now))
                if price < best:
                    best = price
        chosen = [entry for entry in waiting if entry[0] <= best * (1 + TOLERANCE)]
        if not chosen:
            break
        entry = chosen[0] if len(chosen) == 1 else min(chosen, key=lambda e: pot.tie(e[1]))
        price, winner, _ = entry
        for other in waiting:
            if other is not entry:
                heappush(queue, other)
        now += 1
        paid = []
        for v, u in support[winner]:
            baht = min(budget[v], price * u)
            budget[v] -= baht
            charged[v] = now
            paid.append((v, baht))
        tied = tuple(sorted(e[1] for e in chosen if e is not entry)) if len(chosen) > 1 else ()
        bought.append(Purchase(winner, "share", price, tuple(paid), tied))
        spent += cost[winner]
        if groups:
            taken.add(groups[winner])
    return bought, budget


def _queue(pot: Candidates, allowed: Sequence[int], forced: Sequence[int]) -> list[tuple[float, int, int]]:
    """(least possible rho, project, when it was worked out; -1 = never), a heap because it is sorted."""
    benefit, first = pot.benefit, set(forced)
    return sorted((pot.cost[p] / benefit[p], p, -1) for p in allowed if p not in first)


def _charge(pot: Candidates, project: int, rho: float, budget: list[float]) -> tuple[tuple[int, float], ...]:
    paid = []
    for v, u in pot.support[project]:
        baht = min(budget[v], rho * u)
        budget[v] -= baht
        paid.append((v, baht))
    return tuple(paid)


def _take_forced(pot: Candidates, project: int, budget: list[float]) -> Purchase:
    cost = pot.cost[project]
    rho = price_per_point(cost, pot.support[project], budget)
    paid = dict(_charge(pot, project, np.inf if rho is None else rho, budget))
    lacking = cost - sum(paid.values())
    others = sum(budget)
    if lacking > TOLERANCE * cost and others > 0:
        for v, baht in enumerate(budget):
            paid[v] = paid.get(v, 0.0) + lacking * baht / others
            budget[v] = max(0.0, baht - lacking * baht / others)
    return Purchase(project, "forced", None, tuple(sorted(paid.items())))


def decide(
    pot: Candidates,
    endowment: Sequence[float],
    *,
    pot_baht: int,
    rule: Rule = "equal_shares",
    completion: Completion = "add1",
    allowed: Sequence[int] | None = None,
    forced: Sequence[int] = (),
) -> Decision:
    """Which projects of one pot are funded, in which order, and who waits on the reserve list.

    `equal_shares` with completion "add1": every village's part is raised by 1 per cent of its
    endowment, and the rule run afresh, until the choice would cost more than the pot (the last
    one that fits stands) or the parts have tripled (`at_limit`). What is then left goes by
    benefit per baht to what still fits. `greedy` goes by benefit per baht alone, skipping what
    does not fit. The rest form the reserve list by benefit per baht.

    Parameters
    ----------
    pot : Candidates
    endowment : baht of each village, with what it carried over
    pot_baht : whole baht, the sum of the endowments
    allowed : rows that may be chosen; default all
    forced : rows taken first by override

    Returns
    -------
    Decision

    Raises
    ------
    Refusal
        `forced_above_pot`, `forced_twice` (two of one exclusive group).

    Source
    ------
    As `equal_shares_once`; completion "Add1" as at equalshares.net/implementation/completion.

    Example
    -------
    >>> pot = Candidates(("a", "b"), (60, 50), (((0, 60.0), (1, 60.0)), ((0, 50.0),)), (9, 9))
    >>> found = decide(pot, [50.0, 50.0], pot_baht=100)
    >>> [pot.ids[p.project] for p in found.bought], found.left_baht, found.reserve
    (['a'], 40, ((1, 10),))
    """
    run = Decider(pot, endowment, pot_baht=pot_baht, rule=rule, completion=completion, allowed=allowed, forced=forced)
    return run.decide()


@dataclass(frozen=True, slots=True)
class _Bought:
    """One run over one part of a pot: which were bought and what they cost; rows are the pot's."""

    rows: frozenset[int]
    total: int
    tied: bool  # prices met within the tolerance: then the run over the whole pot decides
    purchases: tuple[Purchase, ...] = ()


class _Part:
    """Projects that share no village and no exclusive group with any other part: no purchase in one
    changes a price in another, so that what a part buys can be worked out alone.
    """

    def __init__(self, pot: Candidates, rows: Sequence[int], endowment: Sequence[float]) -> None:
        self.rows = tuple(rows)
        self.villages = tuple(sorted({v for p in rows for v, _ in pot.support[p]}))
        here = {v: i for i, v in enumerate(self.villages)}
        self.at = {p: i for i, p in enumerate(rows)}
        self.pot = Candidates(
            ids=tuple(pot.ids[p] for p in rows),
            cost=tuple(pot.cost[p] for p in rows),
            support=tuple(tuple((here[v], u) for v, u in pot.support[p]) for p in rows),
            persons=tuple(pot.persons[p] for p in rows),
            seed=pot.seed,
            groups=tuple(pot.group(p) for p in rows) if any(pot.group(p) is not None for p in rows) else (),
        )
        self.endowment = [endowment[v] for v in self.villages]
        self.money = sum(self.endowment)
        self.total = sum(self.pot.cost)
        self.queue = _queue(self.pot, range(len(rows)), ())
        self.holds = [sum([self.endowment[v] for v, _ in s]) * (1 + 2 * TOLERANCE) for s in self.pot.support]
        self.all_from = self._all_from()

    def _all_from(self) -> float:
        """The scale of parts from which on every project is bought: each village then has what it
        would pay if all shared each cost in proportion to benefit, so that nobody ever falls short.
        """
        if self.pot.groups:
            return np.inf
        due = [0.0] * len(self.villages)
        for cost, supporters in zip(self.pot.cost, self.pot.support, strict=True):
            points = sum(u for _, u in supporters)
            for v, u in supporters:
                due[v] += cost * u / points
        return max(d / e if e > 0 else np.inf for d, e in zip(due, self.endowment, strict=True)) * (1 + 10 * TOLERANCE)


class _Priced:
    """One project at another price than it has, and what that changes: its part, and nothing else."""

    def __init__(self, project: int, baht: int, number: int, part: _Part) -> None:
        self.project, self.baht, self.part = project, baht, number
        self.pot = part.pot.priced(part.at[project], baht)
        self.queue = _queue(self.pot, range(len(part.rows)), ())
        self.runs: dict[int, _Bought] = {}
        self.bound: Ints = np.zeros(0, np.int64)  # of its part at every step


class Decider:
    """How one pot is decided. Keeps its runs, so that the price at which a project would have been
    funded is found without deciding everything anew.

    The result is that of the plain procedure (raise, run afresh, compare with the pot; two hundred
    times over), with the runs left out that cannot matter:

    - A step at which the projects cannot cost as much as the pot, because their villages do not
      have it or because what they can pay for does not add up to it, and at which some project
      is out of reach, neither overspends nor ends: it need not be run.
    - Parts of a pot that share no village and no group are run apart. Rho of a project hangs on the
      budgets of its villages alone, and the order in which parts take turns changes no budget of
      another. Only where two prices of one part lie within the tolerance could a third price
      elsewhere change which of them count as tied; there the whole pot is run.
    - A project at another price is bought in a run only if its villages would pay that price at the
      rho of some purchase of the run without it, or after the last; else the run stays as it was.

    Parameters
    ----------
    As `decide`.
    """

    def __init__(
        self,
        pot: Candidates,
        endowment: Sequence[float],
        *,
        pot_baht: int,
        rule: Rule = "equal_shares",
        completion: Completion = "add1",
        allowed: Sequence[int] | None = None,
        forced: Sequence[int] = (),
    ) -> None:
        self.pot, self.endowment, self.pot_baht = pot, endowment, pot_baht
        self.rule, self.completion = rule, completion
        self.rows = list(range(len(pot.ids))) if allowed is None else list(allowed)
        self.forced = sorted(forced, key=pot.tie)
        self.forced_baht = sum(pot.cost[p] for p in self.forced)
        if self.forced_baht > pot_baht:
            raise Refusal("forced_above_pot", "overrides", forced=self.forced_baht, pot=pot_baht)
        groups = [g for p in self.forced if (g := pot.group(p)) is not None]
        for group in groups:
            if groups.count(group) > 1:
                raise Refusal("forced_twice", "overrides", name=group)
        self.benefit = pot.benefit
        self.lots = {p: pot.tie(p)[2] for p in self.rows}
        taken, first = set(groups), set(self.forced)
        self.candidates = [p for p in self.rows if p not in first and pot.group(p) not in taken]
        self.ranks = {p: self._rank(p) for p in self.candidates}
        self.by_benefit = sorted(self.candidates, key=self.ranks.__getitem__)
        self.shared = rule == "equal_shares"
        self.steps = ADD1_STEPS if completion == "add1" else 0
        if self.shared:
            self._look_ahead()

    # -- deciding

    def decide(self) -> Decision:
        """As the function of that name."""
        pot, percent, at_limit = self.pot, 0, False
        if self.shared:
            percent, at_limit = self._settle()
            bought = self._run(percent, pot, self.queue)
        else:
            bought = [_take_forced(pot, p, list(self.endowment)) for p in self.forced]
        left = self.pot_baht - sum(pot.cost[p.project] for p in bought)
        if self._fills:
            have = frozenset(p.project for p in bought)
            how: How = "fill" if self.shared else "rank"
            for project in self._filled(have, left):
                left -= pot.cost[project]
                paid = tuple((v, pot.cost[project] * u / self.benefit[project]) for v, u in pot.support[project])
                bought.append(Purchase(project, how, None, paid))
        reserve, need = [], -left
        for project in self._open(frozenset(p.project for p in bought)):
            need += pot.cost[project]
            reserve.append((project, max(0, need)))
        return Decision(tuple(bought), self.pot_baht - left, left, percent, at_limit, tuple(reserve))

    @property
    def _fills(self) -> bool:
        return not self.shared or self.completion == "add1"

    def _rank(self, project: int, cost: int | None = None) -> tuple[float, int, int, str]:
        """Most benefit per baht first, then as ties go."""
        cost = self.pot.cost[project] if cost is None else cost
        return -self.benefit[project] / cost, cost, -self.pot.persons[project], self.lots[project]

    def _open(self, bought: frozenset[int]) -> list[int]:
        """By benefit per baht, who could still be taken: not bought, and nobody of their group was."""
        if not self.pot.groups:
            return [p for p in self.by_benefit if p not in bought]
        taken = {g for p in bought if (g := self.pot.group(p)) is not None}
        return [p for p in self.by_benefit if p not in bought and self.pot.group(p) not in taken]

    def _filled(self, bought: frozenset[int], left: int, priced: tuple[int, int] | None = None) -> list[int]:
        """By benefit per baht, skipping what does not fit; `priced` is (project, another price of it)."""
        found: list[int] = []
        taken: set[str] = set()
        cost, order = self.pot.cost, self._open(bought)
        if priced and priced[0] in order:
            order.remove(priced[0])
            insort(order, priced[0], key=lambda p: self._rank(*priced) if p == priced[0] else self.ranks[p])
        for project in order:
            group = self.pot.group(project)
            asks = priced[1] if priced and project == priced[0] else cost[project]
            if asks > left or (group is not None and group in taken):
                continue
            left -= asks
            if group is not None:
                taken.add(group)
            found.append(project)
        return found

    # -- the steps of Add1

    def _look_ahead(self) -> None:
        """What can be said of all steps without running any of them."""
        pot, endowment = self.pot, self.endowment
        self.queue = _queue(pot, self.candidates, ())
        self.parts = [_Part(pot, rows, endowment) for rows in _apart(pot, self.candidates)]
        self.part_of = {p: i for i, part in enumerate(self.parts) for p in part.rows}
        self.scales = (100 + np.arange(self.steps + 1)) / 100
        self.runs: list[dict[int, _Bought]] = [{} for _ in self.parts]
        self.reaches: dict[tuple[int, int], float] = {}
        self.wholes: dict[int, frozenset[int]] = {}
        self.forced_at: tuple[int, list[float]] = (-1, [])
        self.holds = np.array([sum([endowment[v] for v, _ in s]) * (1 + 2 * TOLERANCE) for s in pot.support])
        able = self._able(self.candidates, [pot.cost[p] for p in self.candidates])
        alone = np.array([pot.group(p) is None for p in self.candidates], bool)
        self.beyond: Ints = (~able[alone]).sum(axis=0)  # projects out of reach; those of a group could be spared
        costs = np.array([pot.cost[p] for p in self.candidates], np.int64)[:, None] * able
        row = {p: i for i, p in enumerate(self.candidates)}
        self.able_baht: list[Ints] = [costs[[row[p] for p in part.rows]].sum(axis=0) for part in self.parts]
        self.bounds = [self._bound(part, baht) for part, baht in zip(self.parts, self.able_baht, strict=True)]
        self.most: Ints = sum(self.bounds, np.full(self.steps + 1, self.forced_baht, np.int64))

    def _able(self, projects: Sequence[int], costs: Sequence[int]) -> NDArray[np.bool_]:
        """Whether the villages of each could pay for it if they paid for nothing else: (projects, steps)."""
        return self.holds[list(projects)][:, None] * self.scales >= np.array(costs, np.float64)[:, None]

    def _bound(self, part: _Part, able_baht: Ints) -> Ints:
        """No run of the part costs more: neither than all that can be paid for, nor than its villages have."""
        return np.minimum(able_baht, np.floor(part.money * self.scales * (1 + 10 * TOLERANCE)).astype(np.int64))

    def _settle(self, priced: _Priced | None = None) -> tuple[int, bool]:
        """The step that stands, and whether it is the last that may be."""
        if self.completion == "none":
            return 0, False
        most, beyond = self.most, self.beyond
        if priced:
            project, cost = priced.project, self.pot.cost[priced.project]
            before, after = self._able([project, project], [cost, priced.baht])
            able_baht = self.able_baht[priced.part] - before * cost + after * priced.baht
            priced.bound = self._bound(self.parts[priced.part], able_baht)
            most = most - self.bounds[priced.part] + priced.bound
            if self.pot.group(project) is None:
                beyond = beyond + before.astype(np.int64) - after
        for step in np.flatnonzero((most >= self.pot_baht) | (beyond <= 0)).tolist():
            bought = self._chosen(step, priced, most=int(most[step]) if beyond[step] > 0 else None)
            if bought is None:
                continue
            total = self._cost(bought, priced)
            if total > self.pot_baht:
                return step - 1, False
            if step < self.steps and (total == self.pot_baht or not self._open(bought)):
                return step, False
        return self.steps, True

    def _chosen(self, step: int, priced: _Priced | None = None, *, most: int | None = None) -> frozenset[int] | None:
        """Which rows are bought at a step. None: they cost less than the pot, which is all that is
        asked where `most`, an upper bound of their cost, is given.
        """
        bought = set(self.forced)
        for number, part in enumerate(self.parts):
            changed = priced if priced and priced.part == number else None
            run = self._of_part(number, part, step, changed)
            if run.tied:
                return self._whole(step, priced)
            bought |= run.rows
            if most is not None:
                most -= int((changed.bound if changed else self.bounds[number])[step]) - run.total
                if most < self.pot_baht:
                    return None
        found = frozenset(bought)
        if step == 0 and self._cost(found, priced) > self.pot_baht:
            return self._whole(step, priced)  # by less than the tolerance: there the limit decides
        return found

    def _cost(self, bought: frozenset[int], priced: _Priced | None) -> int:
        total = sum([self.pot.cost[p] for p in bought])
        return total - self.pot.cost[priced.project] + priced.baht if priced and priced.project in bought else total

    def _of_part(self, number: int, part: _Part, step: int, priced: _Priced | None) -> _Bought:
        runs = priced.runs if priced else self.runs[number]
        if step not in runs:
            runs[step] = self._run_part(number, part, step, priced)
        return runs[step]

    def _run_part(self, number: int, part: _Part, step: int, priced: _Priced | None) -> _Bought:
        scale = float(self.scales[step])
        if scale >= part.all_from and not self.forced:
            dearer = self.pot.cost[priced.project] - priced.baht if priced else 0
            return _Bought(frozenset(part.rows), part.total - dearer, False)
        if priced:
            run = self._of_part(number, part, step, None)
            if priced.project not in run.rows and not self._reached(number, part, step, run, priced):
                return run
        pot, queue = (priced.pot, priced.queue) if priced else (part.pot, part.queue)
        hold = part.holds
        able = [entry for entry in queue if hold[entry[1]] * scale >= pot.cost[entry[1]]]
        purchases, _ = equal_shares_once(pot, self._budgets_of(part, step), allowed=(), queue=able)
        return _Bought(
            frozenset(part.rows[p.project] for p in purchases),
            sum([pot.cost[p.project] for p in purchases]),
            any(p.tied for p in purchases),
            tuple(purchases),
        )

    def _reached(self, number: int, part: _Part, step: int, run: _Bought, priced: _Priced) -> bool:
        """Whether the project could be bought at that price where it is not at its own."""
        project, least = priced.project, priced.baht * (1 - 10 * TOLERANCE)
        if self.holds[project] * self.scales[step] < least:
            return False
        if (project, step) not in self.reaches:
            support = part.pot.support[part.at[project]]
            self.reaches[project, step] = _reach(support, self._budgets_of(part, step), run.purchases)
        return self.reaches[project, step] >= least

    def _budgets_of(self, part: _Part, step: int) -> list[float]:
        if self.forced:
            all_of_them = self._budgets(step)
            return [all_of_them[v] for v in part.villages]
        scale = float(self.scales[step])
        return [e * scale for e in part.endowment]

    def _budgets(self, step: int) -> list[float]:
        """What villages have at a step once they have paid for what is forced."""
        if self.forced_at[0] != step:
            scale = float(self.scales[step])
            budget = [e * scale for e in self.endowment]
            for project in self.forced:
                _take_forced(self.pot, project, budget)
            self.forced_at = (step, budget)
        return self.forced_at[1]

    def _whole(self, step: int, priced: _Priced | None) -> frozenset[int]:
        """The rows bought by a run over the whole pot."""
        if priced:
            pot = self.pot.priced(priced.project, priced.baht)
            return frozenset(p.project for p in self._run(step, pot, _queue(pot, self.candidates, ())))
        if step not in self.wholes:
            self.wholes[step] = frozenset(p.project for p in self._run(step, self.pot, self.queue))
        return self.wholes[step]

    def _run(self, step: int, pot: Candidates, queue: list[tuple[float, int, int]]) -> list[Purchase]:
        scale, hold = float(self.scales[step]), self.holds
        able = [entry for entry in queue if hold[entry[1]] * scale >= pot.cost[entry[1]]]
        limit = None if step else self.pot_baht
        raised = [e * scale for e in self.endowment]
        return equal_shares_once(pot, raised, allowed=(), forced=self.forced, limit_baht=limit, queue=able)[0]

    # -- the price that would have won

    def winning_price(self, project: int, found: Decision) -> int | None:
        """As the function of that name."""
        if project not in self.ranks:  # of a group of which one is forced in
            return None
        cost, mates = self.pot.cost[project], self._mates(project)
        start = [p for p in found.bought if p.how in ("forced", "share")]
        prices = []
        if self.shared:
            budget = self._budgets(found.add1_percent)
            reach = int(_reach(self.pot.support[project], budget, start, mates) * (1 + TOLERANCE))
            prices += [reach, reach - 1]  # a tie may go against it
        if self._fills:
            prices.append(self._fill_price(project, frozenset(p.project for p in start)))
        for price in sorted({cheaper for p in prices if (cheaper := min(p, cost - 1)) > 0}, reverse=True):
            if self._wins(project, price):
                return price
        low, high = 0, min(cost, self.pot_baht + 1)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._wins(project, middle) else (low, middle)
        return low or None

    def _mates(self, project: int) -> frozenset[int]:
        group = self.pot.group(project)
        if group is None:
            return frozenset()
        return frozenset(p for p in self.candidates if p != project and self.pot.group(p) == group)

    def _wins(self, project: int, baht: int) -> bool:
        """Whether it is funded at that price, by the whole rule."""
        bought = frozenset(self.forced)
        if self.shared:
            number = self.part_of[project]
            priced = _Priced(project, baht, number, self.parts[number])
            step, _ = self._settle(priced)
            bought = self._chosen(step, priced) or bought
        if project in bought:
            return True
        left = self.pot_baht - sum(self.pot.cost[p] for p in bought)
        return self._fills and project in self._filled(bought, left, (project, baht))

    def _fill_price(self, project: int, bought: frozenset[int]) -> int:
        """The highest price at which it is reached by benefit per baht while there is money for it."""
        pot, benefit = self.pot, self.benefit
        taken = {g for p in bought if (g := pot.group(p)) is not None}
        own = pot.group(project)
        if own is not None and own in taken:
            return 0
        best, left = 0, self.pot_baht - sum(pot.cost[p] for p in bought)
        for other in self._open(bought):
            if other == project:
                continue
            # Dear, but still before this one; at the same benefit per baht the tie decides.
            price = min(left, int(benefit[project] * pot.cost[other] / benefit[other] * (1 + TOLERANCE)))
            while price > best and self._rank(project, price) > self.ranks[other]:
                price -= 1
            best = max(best, price)
            group = pot.group(other)
            if pot.cost[other] <= left and (group is None or group not in taken):
                left -= pot.cost[other]
                if group is not None:
                    taken.add(group)
                if group is not None and group == own:
                    return best
        return max(best, left)


def _apart(pot: Candidates, rows: Sequence[int]) -> list[list[int]]:
    """The rows in parts that share neither village nor group, the largest first."""
    above: dict[object, object] = {}

    def top(key: object) -> object:
        while above.setdefault(key, key) != key:
            above[key] = above[above[key]]
            key = above[key]
        return key

    for p in rows:
        group = pot.group(p)
        for key in [("village", v) for v, _ in pot.support[p]] + ([("group", group)] if group is not None else []):
            above[top(key)] = top(("project", p))
    parts: dict[object, list[int]] = {}
    for p in rows:
        parts.setdefault(top(("project", p)), []).append(p)
    return sorted(parts.values(), key=lambda part: -len(part))


def _reach(
    support: Sequence[tuple[int, float]],
    budget: Sequence[float],
    purchases: Sequence[Purchase],
    mates: Collection[int] = (),
) -> float:
    """The most these villages would have paid at the price of some purchase, or after the last;
    only until one of `mates` was bought.
    """
    have = {v: budget[v] for v, _ in support}
    most, highest = 0.0, 0.0
    for purchase in purchases:
        if purchase.rho is None:
            continue
        highest = max(highest, purchase.rho)
        ends = purchase.project in mates
        mine = [(v, baht) for v, baht in purchase.paid if v in have]
        if mine or ends:  # between two payments of theirs the highest price counts
            most = max(most, sum(min(have[v], highest * u) for v, u in support))
            if ends:
                return most
            for v, baht in mine:
                have[v] -= baht
            highest = 0.0
    return max(most, sum(have[v] for v, _ in support))


def winning_price(
    pot: Candidates,
    endowment: Sequence[float],
    project: int,
    found: Decision,
    *,
    pot_baht: int,
    rule: Rule = "equal_shares",
    completion: Completion = "add1",
    allowed: Sequence[int] | None = None,
    forced: Sequence[int] = (),
) -> int | None:
    """The price at which a project that was not funded would have been, by the rule itself.

    Two prices are read off exactly: what its villages would have paid at some moment of the
    run that decided (without it), and what was left when its turn came by benefit per baht.
    The higher is tried with the whole rule, completion and all; if it does not win there, the
    price is searched for by bisection with the whole rule.

    Parameters
    ----------
    As `decide`; `project` was allowed and is not in `found`.

    Returns
    -------
    whole baht at which it wins; None = not even for one baht

    Example
    -------
    >>> pot = Candidates(("a", "b"), (60, 50), (((0, 60.0), (1, 60.0)), ((0, 50.0),)), (9, 9))
    >>> found = decide(pot, [50.0, 50.0], pot_baht=100)
    >>> winning_price(pot, [50.0, 50.0], 1, found, pot_baht=100)
    40
    """
    run = Decider(pot, endowment, pot_baht=pot_baht, rule=rule, completion=completion, allowed=allowed, forced=forced)
    return run.winning_price(project, found)


def whole_baht(values: Sequence[float], total: int) -> list[int]:
    """Whole baht by largest remainders that sum to the total; of equal remainders the first is served.

    Example
    -------
    >>> whole_baht([33.4, 33.3, 33.3], 100)
    [34, 33, 33]
    """
    found = [int(v * (1 + 1e-12)) for v in values]
    rest = sorted(range(len(found)), key=lambda i: (found[i] - values[i], i))
    left = total - sum(found)
    if found and left > 0:
        for i in range(left):
            found[rest[i % len(rest)]] += 1
    elif found and left < 0:
        for i in [i for i in reversed(rest) if found[i] > 0][:-left]:
            found[i] -= 1
    return found


def carry_over(endowment: Sequence[int], carried: Sequence[int], paid: Sequence[int], *, left_baht: int) -> list[int]:
    """What each village takes to the next round: what it did not use, at most three years' parts.

    Others may have used its money (completion raises parts above the pot), so that all carry
    together never more than the pot has left; then they share it in proportion.

    Parameters
    ----------
    endowment, carried, paid : baht of each village: this round's part, from before, spent
    left_baht : what the pot has left

    Returns
    -------
    baht of each village

    Example
    -------
    >>> carry_over([100, 100], [0, 50], [120, 30], left_baht=100)
    [0, 100]
    """
    unused = [max(0, min(c + e - p, CARRY_LIMIT * e)) for e, c, p in zip(endowment, carried, paid, strict=True)]
    total = sum(unused)
    if total <= left_baht:
        return unused
    return whole_baht([u * left_baht / total for u in unused], left_baht)
