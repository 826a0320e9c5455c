"""Where need is greatest. Pure numpy: arrays in, arrays out."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Basis = Literal["per_1000", "total"]


@dataclass(frozen=True, slots=True)
class Ranking:
    """n areas in the order of the table, c categories."""

    basis: Basis
    score: NDArray[np.float64]  # (n,) sum of `parts`; NaN = not comparable (population not known)
    rank: NDArray[np.int64]  # (n,) 1 = greatest need; equal scores share a rank; 0 = not ranked
    parts: NDArray[np.float64]  # (n, c) points of each category
    weighted: NDArray[np.int64]  # (n, c) severity x people-band weight, summed over unmet pins
    order: NDArray[np.int64]  # (n,) rows from greatest need to least, then those without a rank


def rank_areas(weight: NDArray[np.int64], population: NDArray[np.float64]) -> Ranking:
    """Rank areas by unmet need, weighted by severity and band of people, per 1,000 people.

    A need counts its severity (1..5) times the weight of its people band (1..5), so that one
    pin of "3,000 people" weighs five times one of "a few", and no more. The score is a plain
    sum over categories, which anyone can redo in a spreadsheet. Where the population of an
    area is not known no rate is made up: the area gets no score and no rank, and stands after
    the others. Only where no area's population is known is the bare sum compared.

    Parameters
    ----------
    weight : (n, c, 5) int array, sum of people-band weights of unmet pins per area, category
        and severity 1..5, >= 0
    population : (n,) float array, persons; NaN (or 0, of which no rate can be made) = not known

    Returns
    -------
    Ranking
        Areas with equal scores share the better rank; ties stand in the table's order.

    Raises
    ------
    ValueError
        If the shapes differ, a weight or a population is negative.

    Examples
    --------
    Two pins of severity 5 in band 2 among 2,000 people: 5 x (2 + 2) = 20, 10 per 1,000.

    >>> weight = np.zeros((2, 1, 5), np.int64)
    >>> weight[0, 0, 4] = 4
    >>> weight[1, 0, 2] = 3
    >>> found = rank_areas(weight, np.array([2000.0, 600.0]))
    >>> found.score.tolist(), found.rank.tolist()
    ([10.0, 15.0], [2, 1])
    """
    if weight.ndim != 3 or weight.shape[2] != 5 or population.shape != weight.shape[:1]:
        raise ValueError(f"weight is (n, c, 5) and population (n,), not {weight.shape} and {population.shape}")
    if (weight < 0).any() or (population < 0).any():
        raise ValueError("a weight or a population is negative")
    severity = np.arange(1, 6)
    weighted = weight @ severity
    known = np.where(population > 0, population, np.nan)
    basis: Basis = "total" if np.isnan(known).all() else "per_1000"
    parts = weighted.astype(np.float64) if basis == "total" else 1000 * weighted / known[:, None]
    # The score is made from the whole numbers, so that equal needs tie to the last bit.
    total = weighted.sum(axis=1)
    score = total.astype(np.float64) if basis == "total" else 1000 * total / known
    order = np.lexsort((np.arange(len(score)), np.where(np.isnan(score), np.inf, -score)))
    rank = np.zeros(len(score), np.int64)
    scored = order[: int((~np.isnan(score)).sum())]
    if len(scored):
        descending = -score[scored]
        rank[scored] = np.searchsorted(descending, descending, side="left") + 1
    return Ranking(basis, score, rank, parts, weighted, order)
