"""The round's ranking: fixed bounds, parts that add up, nothing made up."""

import doctest
import json
import os
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget import ranking
from budget.ranking import capped_band, score_rows, value
from budget.replay import compute
from budget.snapshot import Area, Criterion, Inputs, Round, Rules, Village
from tests.test_compose import ROOT

MATRIX = np.array([[4.0, 4, 9], [7, 4, 1], [2, 5, 5], [4, 9, 5]])


def winner_by_topsis(matrix, weights):
    """The textbook method, which takes its bounds from the data: the control."""
    x = matrix / np.sqrt((matrix**2).sum(axis=0)) * weights
    best, worst = np.linalg.norm(x - x.max(axis=0), axis=1), np.linalg.norm(x - x.min(axis=0), axis=1)
    return int(np.argmax(worst / (best + worst)))


def winner(matrix):
    return int(score_rows(value(matrix, low=1, high=9), (50, 30, 20)).order[0])


def test_dropping_the_last_never_changes_the_first():
    """Rank reversal: Aires & Ferreira 2019, Computers & Industrial Engineering 132:84-97."""
    fewer = np.delete(MATRIX, 2, axis=0)
    rows = [0, 1, 3]
    assert winner(MATRIX) == rows[winner(fewer)] == 3
    weights = np.array([0.5, 0.3, 0.2])
    assert winner_by_topsis(MATRIX, weights) == 1
    assert rows[winner_by_topsis(fewer, weights)] == 3


@given(st.lists(st.lists(st.one_of(st.just(np.nan), st.floats(0, 1)), min_size=3, max_size=3), min_size=1, max_size=9))
def test_parts_add_up_and_what_is_missing_is_reweighted(rows):
    values = np.array(rows)
    found = score_rows(values, (50, 30, 20))
    known = ~np.isnan(values).all(axis=1)
    assert found.parts[known].sum(axis=1) == pytest.approx(found.score[known], abs=1e-8)
    assert np.isnan(found.score[~known]).all()
    assert (found.rank[~known] == 0).all()
    assert (found.parts[found.missing] == 0).all()
    assert ((found.score[known] >= 0) & (found.score[known] <= 100 + 1e-9)).all()


def test_missing_is_not_zero():
    found = score_rows(np.array([[0.5, np.nan], [0.5, 0.0]]), (50, 50))
    assert found.score.tolist() == [50.0, 25.0]


def test_silent_rows_have_no_rank_and_stand_last():
    found = score_rows(np.array([[1.0], [0.5], [0.2]]), (100,), np.array([True, False, False]))
    assert found.rank.tolist() == [0, 1, 2]
    assert found.order.tolist() == [1, 2, 0]


def test_one_pin_of_three_thousand_wins_nothing():
    bands = capped_band(np.array([3000.0, 90]), np.array([90.0, 90]))
    assert bands.tolist() == [3.0, 3.0]


def test_less_may_be_more_pressing():
    assert value(np.array([0.0, 50, 100]), low=100, high=0).tolist() == [1.0, 0.5, 0.0]


@pytest.mark.parametrize("points", [(50, 40), (120, -20), (100,)])
def test_points_that_do_not_sum_to_a_hundred_are_refused(points):
    with pytest.raises(ValueError):
        score_rows(np.zeros((2, 2)), points)


def test_the_examples_in_the_module_are_right():
    assert doctest.testmod(ranking).failed == 0


CRITERIA = (
    Criterion(key="need", points=40, low=0, high=100),
    Criterion(key="people", points=25, low=0, high=5, scale="band"),
    Criterion(key="cost", points=20, low=30, high=3000, scale="log"),
    Criterion(key="funding", points=15, low=90, high=10),
)
TWO = (
    Criterion(key="need", points=60, low=0, high=100),
    Criterion(key="people", points=40, low=0, high=5, scale="band"),
)
SCREEN = ROOT / "frontend" / "test" / "score.json"


def a_ranked_country(seed: int) -> dict:
    """Sixty villages, of which some are silent and some know nothing, as the round ranks them."""
    chance = random.Random(seed)

    def fact(highest: float) -> float | None:
        return chance.choice([None, 0.0, round(chance.uniform(0, highest), 3), round(chance.uniform(0, highest))])

    villages = tuple(
        Village(
            code=f"580101{n:02}",
            name_th=f"บ้าน {n}",
            name_en="",
            area="580101",
            population=chance.randint(20, 2000),
            reports=chance.choice([0, 1, 4]),
            facts={
                "need": fact(130), "people": fact(3000), "cost": fact(5000), "funding": fact(120)
            } if n % 9 else {},
        )
        for n in range(1, 61)
    )  # fmt: skip
    made = Inputs(
        round=Round(id="r", office_th="อบต.", office_en="", fiscal_year=2571, envelope_baht=1000, seed="s"),
        rules=Rules(ranking=CRITERIA if seed % 2 else TWO),
        areas=(Area(code="580101", name_th="ต.", name_en=""),),
        villages=villages,
    )
    return {
        "criteria": [one.document() for one in made.rules.ranking],
        "places": [
            {"code": v.code, "population": v.population, "reports": v.reports, "facts": dict(v.facts)} for v in villages
        ],
        "ranked": [one.document() for one in compute(made).villages],
    }


def test_the_screen_has_these_answers_to_compare_itself_with():
    """`frontend/test/score.test.ts` computes the same anew; WRITE_DOCS=1 writes the file."""
    cases = [a_ranked_country(seed) for seed in range(4)]
    if os.environ.get("WRITE_DOCS"):
        SCREEN.write_text(json.dumps(cases, ensure_ascii=False, separators=(",", ":")) + "\n")
    assert json.loads(SCREEN.read_text()) == cases
