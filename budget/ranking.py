"""Where need is greatest. Pure numpy: arrays in, arrays out."""

from collections.abc import Sequence
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
    return rank_weighted(weight @ np.arange(1, 6), population)


def rank_weighted(weighted: NDArray[np.int64], population: NDArray[np.float64]) -> Ranking:
    """The same from need that is weighted already: (n, c), severity x people-band weight of the unmet pins."""
    if weighted.ndim != 2 or population.shape != weighted.shape[:1]:
        raise ValueError(f"weighted is (n, c) and population (n,), not {weighted.shape} and {population.shape}")
    if (weighted < 0).any() or (population < 0).any():
        raise ValueError("a need or a population is negative")
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


# -- the round's ranking: several criteria, fixed published bounds ---------------------------

BANDS = (1, 10, 50, 200, 1000)  # persons from which a band begins, as in decision 2


@dataclass(frozen=True, slots=True)
class Scored:
    """n rows, k criteria."""

    score: NDArray[np.float64]  # (n,) 0..100; NaN = nothing is known
    parts: NDArray[np.float64]  # (n, k) points, add up to the score; 0 where missing
    missing: NDArray[np.bool_]  # (n, k)
    rank: NDArray[np.int64]  # (n,) 1 = most pressing; equal scores share the better rank; 0 = not ranked
    order: NDArray[np.int64]  # (n,) ranked rows, then those without a rank


def capped_band(persons: NDArray[np.float64], population: NDArray[np.float64]) -> NDArray[np.float64]:
    """Persons as their band 1..5, never more persons than live there; 0 for nobody.

    One pin of "3,000" in a village of 90 counts like one of 90.

    Parameters
    ----------
    persons : (n,) array, >= 0; NaN = not known
    population : (n,) array; NaN = not known, nothing is capped

    Returns
    -------
    (n,) array 0..5, NaN where `persons` is

    Example
    -------
    >>> capped_band(np.array([3000.0, 40, np.nan]), np.array([90.0, np.nan, 500])).tolist()
    [3.0, 2.0, nan]
    """
    capped = np.fmin(persons, population)
    capped = np.where(np.isnan(persons), np.nan, capped)
    band = np.searchsorted(np.array(BANDS), capped, side="right").astype(np.float64)
    return np.where(np.isnan(capped), np.nan, band)


def value(x: NDArray[np.float64], *, low: float, high: float, scale: str = "linear") -> NDArray[np.float64]:
    """0 at `low` and below, 1 at `high` and beyond, straight (or by logarithm) between.

    The bounds are published with the round and never taken from the data: otherwise a new or
    a missing area would change the order of two others.

    Parameters
    ----------
    x : (n,) array; NaN = not known and stays NaN
    low, high : bounds, different; `high` below `low` where less is more pressing
    scale : "linear", "log" (bounds > 0) or "band" (x are bands, linear)

    Returns
    -------
    (n,) array, 0..1

    Source
    ------
    Rank reversal of methods that take bounds from the data: Aires & Ferreira 2019, Computers &
    Industrial Engineering 132:84-97.

    Example
    -------
    >>> value(np.array([30.0, 300, 9000, np.nan]), low=30, high=3000, scale="log").round(6).tolist()
    [0.0, 0.5, 1.0, nan]
    """
    if scale == "log":
        smallest = min(low, high)
        x, low, high = np.log(np.fmax(x, smallest) + 0 * x), float(np.log(low)), float(np.log(high))
    return np.clip((x - low) / (high - low), 0.0, 1.0)


def score_rows(values: NDArray[np.float64], points: Sequence[float], silent: NDArray[np.bool_] | None = None) -> Scored:
    """A plain sum of points times values, that opens into its parts.

    What is missing is not zero: its points go to the criteria that are known, in proportion,
    and it is marked. Silent rows (nobody reported yet) keep their score and get no rank.

    Parameters
    ----------
    values : (n, k) array, 0..1 (see `value`); NaN = not known
    points : k numbers that sum to 100
    silent : (n,) booleans, rows to stand apart

    Returns
    -------
    Scored

    Raises
    ------
    ValueError
        If shapes differ, the points do not sum to 100 or a value is outside 0..1.

    Example
    -------
    >>> found = score_rows(np.array([[0.5, 1.0], [1.0, np.nan]]), (60, 40))
    >>> found.score.tolist(), found.parts.tolist(), found.rank.tolist()
    ([70.0, 100.0], [[30.0, 40.0], [100.0, 0.0]], [2, 1])
    """
    weight = np.asarray(points, np.float64)
    if values.ndim != 2 or values.shape[1:] != weight.shape or (weight < 0).any() or weight.sum() != 100:
        raise ValueError("values are (n, k) and points k numbers that sum to 100")
    missing = np.isnan(values)
    if ((values < 0) | (values > 1)).any():
        raise ValueError("a value is outside 0..1")
    known = (~missing) @ weight
    share = np.where(known > 0, 100 / np.where(known > 0, known, 1), np.nan)
    parts = np.where(missing, 0.0, values) * weight * np.where(known > 0, share, 0.0)[:, None]
    # Rounded, so that areas whose parts come in another order tie to the last bit.
    score = np.where(known > 0, np.round(parts.sum(axis=1), 9), np.nan)
    ranked = ~np.isnan(score) if silent is None else ~np.isnan(score) & ~silent
    order = np.lexsort((np.arange(len(score)), np.where(np.isnan(score), np.inf, -score), ~ranked))
    rank = np.zeros(len(score), np.int64)
    first = order[: int(ranked.sum())]
    if len(first):
        rank[first] = np.searchsorted(-score[first], -score[first], side="left") + 1
    return Scored(score, parts, missing, rank, order)
