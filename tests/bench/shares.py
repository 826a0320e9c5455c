"""How fast a country's money is shared, and what fairness costs, on an invented round (`invented.py`)."""

import statistics
from collections.abc import Iterator, Sequence
from time import perf_counter

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from budget import allocation, replay
from budget.allocation import Candidates, Decider, Decision
from budget.replay import Pot
from budget.snapshot import StageA
from tests.bench.figures import Figure, median, rounded
from tests.bench.invented import country

AREAS, VILLAGES, PROJECTS = 928, 75_000, 30_000
CROWDED = (120, 150)  # villages and projects of one pot in which more than half of the projects touch one another
RUNS = 7
SAMPLE = 40  # areas in which the slow peers run


def timed(work) -> tuple[float, object]:
    began = perf_counter()
    found = work()
    return perf_counter() - began, found


def naive(pot: Candidates, endowment: Sequence[float], pot_baht: int) -> set[int]:
    """Equal Shares with Add1 as the textbook writes it: every price worked out afresh, every step run."""

    def once(scale: float) -> list[int]:
        budget = [e * scale for e in endowment]
        waiting, bought = set(range(len(pot.ids))), []
        while True:
            best = None
            for p in waiting:
                rho = allocation.price_per_point(pot.cost[p], pot.support[p], budget)
                if rho is not None and (best is None or (rho, *pot.tie(p)) < best[0]):
                    best = ((rho, *pot.tie(p)), p)
            if best is None:
                return bought
            (rho, *_), p = best
            for v, u in pot.support[p]:
                budget[v] -= min(budget[v], rho * u)
            waiting.discard(p)
            bought.append(p)

    chosen = once(1)
    for step in range(1, allocation.ADD1_STEPS + 1):
        more = once((100 + step) / 100)
        if sum(pot.cost[p] for p in more) > pot_baht:
            break
        chosen = more
        if len(more) == len(pot.ids):
            break
    left = pot_baht - sum(pot.cost[p] for p in chosen)
    for p in sorted(set(range(len(pot.ids))) - set(chosen), key=lambda p: -pot.benefit[p] / pot.cost[p]):
        if pot.cost[p] <= left:
            chosen.append(p)
            left -= pot.cost[p]
    return set(chosen)


def knapsack(pot: Candidates, pot_baht: int) -> float:
    """The most benefit that the pot can buy, by HiGHS through scipy."""
    benefit, cost = np.array(pot.benefit), np.array(pot.cost, float)
    if cost.sum() <= pot_baht:
        return float(benefit.sum())
    found = milp(
        -benefit,
        constraints=LinearConstraint(cost[None, :], -np.inf, pot_baht),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(cost)),
        options={"time_limit": 5},
    )
    return -float(found.fun)


def shares(pins: int) -> Iterator[Figure]:
    """Stage A, stage B and whys of a country; pins play no part."""
    rules = StageA()
    inputs = country(AREAS, VILLAGES, PROJECTS, stage_a=rules)
    of_areas, _ = replay.share_areas(inputs)
    names = tuple(sorted(rules.points))
    facts = np.random.default_rng(58).lognormal(8, 1, (AREAS, len(names)))
    pot = inputs.round.envelope_baht
    lowest, highest = np.full(AREAS, 0.3 * pot / AREAS), np.full(AREAS, 6.0 * pot / AREAS)

    def stage_a() -> None:
        parts = allocation.formula_shares(facts, [rules.points[n] for n in names], equal_percent=rules.equal_percent)
        limited = allocation.within_limits(parts.sum(axis=1) * pot, lowest, highest, pot_baht=pot)
        allocation.whole_units(limited, lowest, highest, pot_baht=pot, unit_baht=1000, rounding="webster")

    stage_a()
    yield Figure(
        "shares areas", 0, rounded(1000 * median(timed(stage_a)[0] for _ in range(RUNS))), "ms", None,
        f"stage A for {AREAS} areas: formula of four facts, floors and caps, whole units of 1,000 baht by Webster.",
        {"with reading, sentences and figures": rounded(1000 * timed(lambda: replay.share_areas(inputs))[0])},
        "<= 5",
    )  # fmt: skip

    pots = replay._pots(inputs, {share.area: share.baht for share in of_areas})
    took, decided = [], []
    began = perf_counter()
    for one in pots:
        seconds, found = timed(lambda one=one: one.decide("equal_shares"))
        took.append(seconds)
        decided.append(found)
    whole = perf_counter() - began
    yield Figure(
        "shares nationally", 0, rounded(whole), "s", None,
        f"stage B, Equal Shares with Add1, {AREAS} areas one after another on one core: {VILLAGES:,} villages, "
        f"{PROJECTS:,} projects that ask for two and a half times what there is.",
        {}, "<= 30",
    )  # fmt: skip
    slowest = pots[int(np.argmax(took))]
    again = [timed(lambda: slowest.decide("equal_shares"))[0] for _ in range(RUNS)]
    yield Figure(
        "shares one area", 0, rounded(1000 * median(again)), "ms", None,
        f"the slowest of the {AREAS} areas ({len(slowest.villages)} villages, {len(slowest.projects)} projects); "
        f"the median area took {rounded(1000 * statistics.median(took))} ms.",
        {}, "<= 200",
    )  # fmt: skip

    crowded = replay._pots(country(1, *CROWDED), {})[0]
    again = [timed(lambda: crowded.decide("equal_shares"))[0] for _ in range(RUNS)]
    yield Figure(
        "shares crowded area", 0, rounded(1000 * median(again)), "ms", None,
        f"one pot of {CROWDED[0]} villages with {CROWDED[1]} projects that touch one another.", {}, "<= 200",
    )  # fmt: skip
    yield from whys([(crowded, crowded.decide("equal_shares"))], "shares one why crowded")

    sample = list(zip(pots, decided, strict=True))[:: max(1, AREAS // SAMPLE)]
    yield from whys(sample, "shares one why")
    ours = sum(timed(lambda one=one: one.decide("equal_shares"))[0] for one, _ in sample)
    theirs = 0.0
    for one, found in sample:
        seconds, same = timed(lambda one=one: naive(one.candidates, one.budgets, one.baht))
        theirs += seconds
        if not one.forced and len(one.allowed) == len(one.projects):
            both = len(same & found.funded) / max(1, len(found.funded))  # type: ignore[operator]
            assert both > 0.9, "the peer decides something else"
    yield Figure(
        "shares against a textbook", 0, rounded(theirs / ours), "× faster", None,
        f"{len(sample)} areas by the procedure as it is written down, every price and every one of 200 steps, "
        "in the same Python.",
        {"textbook, s": rounded(theirs), "ours, s": rounded(ours)},
    )  # fmt: skip
    yield from benefit(sample)


def whys(sample: Sequence[tuple[Pot, Decision]], name: str) -> Iterator[Figure]:
    """The price at which each project left out would have won, which is the dear part of a why."""
    took = []
    for one, found in sample:
        decider: Decider = one.decider("equal_shares")
        decider.decide()
        for row in one.allowed:
            if row not in found.funded:
                took.append(timed(lambda row=row, decider=decider, found=found: decider.winning_price(row, found))[0])
    ordered = sorted(took)
    for word, seconds in (("", statistics.median(ordered)), (" p95", ordered[int(0.95 * (len(ordered) - 1))])):
        yield Figure(
            f"{name}{word}", 0, rounded(1000 * seconds), "ms", None,
            f"{len(took):,} projects left out in {len(sample)} areas, each once; the mean is "
            f"{rounded(1000 * statistics.mean(took))} ms, the slowest took {rounded(1000 * max(took))} ms.",
            {}, "<= 20",
        )  # fmt: skip


def benefit(sample: Sequence[tuple[Pot, Decision]]) -> Iterator[Figure]:
    """What a rule reaches of the most that the same money could buy."""
    most = sum(knapsack(one.candidates, one.baht) for one, _ in sample)
    for rule in replay.RULES:
        reached = 0.0
        for one, found in sample:
            chosen = found.funded if rule == "equal_shares" else one.decide(rule).funded
            reached += sum(one.candidates.benefit[p] for p in chosen)
        yield Figure(
            f"shares benefit {rule}", 0, rounded(100 * reached / most), "%", 100.0,
            f"benefit (severity × people) of what {rule} funds in {len(sample)} areas, against the exact knapsack of "
            "each (HiGHS by scipy), which looks at nothing else.",
        )  # fmt: skip
