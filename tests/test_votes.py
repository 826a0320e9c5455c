"""Votes count once a person, in an order without a best place; hands of meetings are kept apart."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from budget.models import Vote
from mapping.models import Person
from tests.conftest import client_of, errors_of, make_person
from tests.test_image_gate import picture, saved
from tests.test_projects import VILLAGE, call, dao, office  # noqa: F401  (fixtures)
from tests.test_rounds import ASKED, candidates, ek, step  # noqa: F401  (fixtures)


@pytest.fixture
def voting(office, dao, candidates):  # noqa: F811
    one = f"rounds/{uuid.uuid4()}"
    until = (timezone.now() + timedelta(days=3)).isoformat()
    assert call(dao, "put", one, ASKED | {"office": office.pk, "voting_until": until}).status_code == 201
    return one


def test_one_vote_a_person_and_project(voting, candidates, bob, dao):  # noqa: F811
    path = f"{voting}/votes/{candidates[0]}"
    assert [call(bob, "put", path).status_code for _ in range(3)] == [201, 200, 200]
    assert Vote.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(round_id=voting[7:], project_id=candidates[0], person=bob)
    assert call(bob, "delete", path).status_code == 200
    assert Vote.objects.count() == 0
    assert errors_of(call(bob, "put", f"{voting}/votes/{uuid.uuid4()}")) == [("not_found", None)]
    assert client_of().put(f"/api/v1/{path}").status_code == 403


def test_the_order_is_each_persons_own_and_stays(voting, candidates, bob):  # noqa: F811
    def order(person):
        return [row["id"] for row in call(person, "get", f"{voting}/candidates").json()["results"]]

    assert order(bob) == order(bob)
    voters = [Person.objects.create(username=f"v{n}", password="!") for n in range(12)]
    first = {order(person)[0] for person in voters}
    assert len(first) > 1
    assert sorted(order(bob)) == sorted(candidates)


def test_counts_are_not_told_while_people_vote_and_nobody_votes_afterwards(voting, candidates, bob, dao):  # noqa: F811
    path = f"{voting}/votes/{candidates[0]}"
    call(bob, "put", path)
    assert {row["votes"] for row in call(bob, "get", f"{voting}/candidates").json()["results"]} == {None}
    assert step(dao, voting, "freeze").status_code == 200
    assert errors_of(call(bob, "put", path)) == [("round_not_voting", None)]
    rows = call(dao, "get", f"{voting}/candidates").json()["results"]
    assert {row["id"]: row["votes"] for row in rows}[candidates[0]] == 1


def test_hands_of_a_meeting_are_kept_apart_and_entered_by_those_over_the_village(
    voting, candidates, bob, charlie, alice, anyone  # noqa: F811
):  # fmt: skip
    path = f"{voting}/tallies/{VILLAGE}"
    body = {"held_on": "2026-11-22", "people_present": 60, "lines": [{"project": candidates[0], "hands": 40}]}
    for outsider in (charlie, bob):
        assert errors_of(call(outsider, "put", path, body)) == [("not_yours", None)]
    head = make_person("head", "village_head", VILLAGE)
    assert [call(head, "put", path, body).status_code for _ in range(2)] == [201, 200]
    too_many = body | {"lines": [{"project": candidates[0], "hands": 61}]}
    assert errors_of(call(head, "put", path, too_many)) == [("tally_lines", "lines")]
    [told] = anyone.get(f"/api/v1/{voting}/tallies").json()["results"]
    assert (told["lines"], told["sheet"]) == ([{"project": candidates[0], "hands": 40}], False)
    assert Vote.objects.count() == 0
    jpeg = saved(picture(), "JPEG")
    sheet = f"/api/v1/{path}/sheet"
    assert errors_of(client_of(charlie).put(sheet, jpeg, content_type="image/jpeg")) == [("not_yours", None)]
    assert client_of(head).put(sheet, jpeg, content_type="image/jpeg").status_code == 201
    assert client_of(alice).get(sheet).status_code == 200
    assert errors_of(client_of(charlie).get(sheet)) == [("not_found", None)]
