"""Ranking: a plain sum that opens into its parts, and never a guess."""

import doctest
import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budget import ranking
from budget.ranking import rank_areas
from mapping import pins as verbs
from mapping.access import Reader
from mapping.models import Area
from tests.conftest import client_of, report

areas = st.integers(1, 12)


@st.composite
def tables(draw):
    n, c = draw(areas), draw(st.integers(1, 4))
    weight = np.array(draw(st.lists(st.integers(0, 50), min_size=n * c * 5, max_size=n * c * 5)), np.int64)
    people = draw(st.lists(st.one_of(st.just(np.nan), st.integers(0, 90_000)), min_size=n, max_size=n))
    return weight.reshape(n, c, 5), np.array(people, np.float64)


@given(tables())
def test_parts_add_up_to_the_score(table):
    found = rank_areas(*table)
    known = found.rank > 0
    assert np.allclose(found.parts[known].sum(axis=1), found.score[known], rtol=1e-12)


@given(tables())
def test_ranks_follow_scores_and_equal_scores_share_one(table):
    found = rank_areas(*table)
    ranked = [(found.score[i], found.rank[i]) for i in found.order if found.rank[i]]
    for (score, rank), (next_score, next_rank) in itertools.pairwise(ranked):
        assert score >= next_score
        assert (rank == next_rank) == (score == next_score)
    assert all(rank == 1 + sum(other > score for other, _ in ranked) for score, rank in ranked)


@given(tables())
def test_an_area_without_known_population_is_never_given_a_rate(table):
    weight, population = table
    found = rank_areas(weight, population)
    unknown = ~(population > 0)
    if found.basis == "per_1000":
        assert np.isnan(found.score[unknown]).all()
        assert (found.rank[unknown] == 0).all()
        assert set(found.order[: (~unknown).sum()]) == set(np.flatnonzero(~unknown))
    else:
        assert unknown.all()
        assert (found.score == found.weighted.sum(axis=1)).all()


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_the_table_changes_nothing(table, dice):
    weight, population = table
    order = list(range(len(population)))
    dice.shuffle(order)
    straight, shuffled = rank_areas(weight, population), rank_areas(weight[order], population[order])
    assert (straight.rank[order] == shuffled.rank).all()


@given(tables(), st.integers(0, 10))
def test_one_more_need_never_lowers_its_area(table, place):
    weight, population = table
    row = place % len(population)
    more = weight.copy()
    more[row, 0, 4] += 1
    before, after = rank_areas(weight, population), rank_areas(more, population)
    assert after.rank[row] <= before.rank[row]


def test_a_case_worked_by_hand():
    weight = np.zeros((3, 2, 5), np.int64)
    weight[0, 0] = [0, 0, 4, 0, 2]  # 3 x 4 + 5 x 2 = 22
    weight[0, 1] = [1, 0, 0, 0, 0]  # 1
    weight[1, 0] = [0, 0, 0, 0, 3]  # 15
    weight[2, 0] = [0, 0, 0, 0, 9]
    found = rank_areas(weight, np.array([11_500, 3_000, np.nan]))
    assert found.score[:2].tolist() == [2.0, 5.0]
    assert found.parts[0].tolist() == pytest.approx([22 / 11.5, 1 / 11.5])
    assert found.rank.tolist() == [2, 1, 0]
    assert found.order.tolist() == [1, 0, 2]


@pytest.mark.parametrize(
    ("weight", "population"),
    [
        (np.zeros((2, 1, 4)), np.ones(2)),
        (np.zeros((2, 1, 5)), np.ones(3)),
        (-np.ones((1, 1, 5)), np.ones(1)),
        (np.zeros((1, 1, 5)), -np.ones(1)),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(weight, population):
    with pytest.raises(ValueError, match="weight"):
        rank_areas(weight, population)


def test_the_worked_example_in_the_docstring_holds():
    assert doctest.testmod(ranking).failed == 0


# -- over HTTP ---------------------------------------------------------------------------------


def rows(query: str = "level=subdistrict") -> dict[str, dict]:
    found = client_of().get(f"/api/v1/ranking?{query}").json()
    return {row["code"]: row for row in found["results"]}


def test_a_severe_pin_lifts_its_area_past_a_neighbour_and_leaves_others_alone(alice):
    report(alice, 98.05, 19.05, severity=1, people=20)  # 580101: 1 x 2 per 1,000
    report(alice, 98.15, 19.05, severity=3, people=20)  # 580102: 3 x 2 per 3,000 = 2
    report(alice, 98.15, 19.06, severity=4, people=20)  # and 4 x 2: 14 / 3 in all
    before = rows()
    assert (before["580101"]["rank"], before["580102"]["rank"]) == (2, 1)
    report(alice, 98.06, 19.06, severity=5, people=60)
    after = rows()
    assert (after["580101"]["rank"], after["580102"]["rank"]) == (1, 2)
    assert after["580101"]["score"] == pytest.approx(2 + 5 * 3)
    assert after["580102"]["score"] == before["580102"]["score"] == pytest.approx(14 / 3)
    assert after["580101"]["pins"] - before["580101"]["pins"] == 1


def test_the_ranking_counts_unmet_needs_alone(alice):
    pin_id = report(alice)["id"]
    verbs.set_status(reader=Reader.of(alice), pin_id=pin_id, to="funded", papers=verbs.Papers(fiscal_year=2570))
    row = rows()["580101"]
    assert (row["pins"], row["unmet"], row["score"], row["parts"]) == (1, 0, 0.0, [])


def test_not_sure_how_many_weighs_like_the_smallest_band(alice):
    report(alice, severity=2)
    assert rows()["580101"]["score"] == pytest.approx(2)


def test_an_area_of_unknown_population_has_no_rank_and_stands_last(alice, charlie):
    report(charlie, 98.05, 8.05, severity=5)
    found = client_of().get("/api/v1/ranking?level=province").json()
    assert found["basis"] == "per_1000"
    south = found["results"][-1]
    assert (south["code"], south["rank"], south["score"]) == ("83", None, None)
    assert (south["population"], south["unmet"]) == (None, 1)
    assert south["parts"][0]["points"] is None


def test_where_no_population_is_known_totals_are_compared_and_said_so(alice):
    Area.objects.update(population=None)
    report(alice, severity=5)
    found = client_of().get("/api/v1/ranking?level=district").json()
    assert found["basis"] == "total"
    assert (found["results"][0]["code"], found["results"][0]["score"]) == ("5801", 5.0)


def test_levels_nest_and_within_narrows(alice):
    for lng in (98.05, 98.15, 98.25):
        report(alice, lng)
    assert {code: row["pins"] for code, row in rows("level=district&within=58").items()} == {"5801": 2, "5802": 1}
    assert {code: row["pins"] for code, row in rows("level=province").items()} == {"58": 3, "83": 0}
    assert set(rows("level=subdistrict&within=5801")) == {"580101", "580102"}


def test_villages_are_ranked_within_a_district(alice):
    report(alice, 98.08, 19.07, village="58010102")
    found = rows("level=village&within=5801")
    assert {code: row["pins"] for code, row in found.items() if row["pins"]} == {"58010102": 1}
    assert client_of().get("/api/v1/ranking?level=village&within=58").status_code == 200
    answer = client_of().get("/api/v1/ranking?level=village")
    assert answer.json()["errors"][0]["code"] == "level_within"


def test_how_many_villages_have_reported_is_said(alice):
    report(alice, 98.08, 19.07, village="58010102")
    report(alice, 98.02, 19.02, village="58010101")
    assert rows("level=subdistrict&within=58")["580101"]["villages_reporting"] == 2


def test_the_map_of_areas_says_the_same_as_the_ranking(alice):
    for lng in (98.05, 98.15):
        report(alice, lng, people=100)
    found = client_of().get("/api/v1/areas.geojson?level=subdistrict")
    ranked = rows()
    for feature in json.loads(b"".join(found.streaming_content))["features"]:
        about = feature["properties"]
        for name in ("rank", "score", "pins", "unmet", "population", "parts", "weighted"):
            assert about[name] == ranked[about["code"]][name], name
