"""The round's ranking: fixed bounds, parts that add up, nothing made up."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget import ranking
from budget.ranking import capped_band, score_rows, value

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
