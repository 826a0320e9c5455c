"""Projects and solutions: who proposes, who judges, and what anyone may see of them."""

import json
import uuid

import pytest
from django.db import IntegrityError, transaction

from budget.models import Project
from mapping.models import Area, Grant, Office, OfficeArea, Person, Pin
from tests.conftest import body_of, client_of, errors_of, make_person, report

VILLAGE, NEIGHBOUR, SOUTH = "58010101", "58010102", "83010101"


def call(person, method, path, body=None):
    about = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return getattr(client_of(person), method)(f"/api/v1/{path}", **about)


def make_office(*codes: str, name: str = "อบต.เหนือ") -> Office:
    office = Office.objects.create(kind="subdistrict_administration", name_th=name)
    for code in codes:
        OfficeArea.objects.create(office=office, code=code)
    Area.objects.filter(code__in=codes).update(population=500)
    return office


def make_officer(name: str, office: Office) -> Person:
    person = Person.objects.create(username=name, name=name.title(), password="!")
    Grant.objects.create(person=person, role="officer", office=office)
    return person


def plan(office, *, baht=100_000, villages=((VILLAGE, 120),), **more):
    return {
        "office": office.pk, "proposed_by": "village", "name_th": "ถนนคอนกรีต", "first_year": 2571,
        "year_baht": [baht, 0, 0, 0, 0], "villages": [{"code": c, "persons": n} for c, n in villages], **more,
    }  # fmt: skip


@pytest.fixture
def office(country) -> Office:
    return make_office(VILLAGE, NEIGHBOUR)


@pytest.fixture
def dao(office) -> Person:
    return make_officer("dao", office)


def propose(person, office, project_id=None, **more):
    return call(person, "put", f"projects/{project_id or uuid.uuid4()}", plan(office, **more))


def test_a_villager_proposes_a_project_that_anyone_sees(office, bob, anyone):
    need = report(bob, 98.03, 19.03, village=VILLAGE)["id"]
    answer = propose(bob, office, needs=[need], objective="เดินทางสะดวก")
    assert answer.status_code == 201, answer.content
    [seen] = anyone.get("/api/v1/projects").json()["results"]
    assert (seen["cost_baht"], seen["objective"], [n["id"] for n in seen["needs"]]) == (100_000, "เดินทางสะดวก", [need])
    assert "author" not in seen


def test_the_same_again_is_no_second_project_and_another_id_holder_is_refused(office, bob, charlie):
    one = uuid.uuid4()
    assert [propose(bob, office, one).status_code for _ in range(2)] == [201, 200]
    assert errors_of(propose(charlie, office, one)) == [("project_taken", "id")]


def test_what_cannot_be_is_refused_with_its_place(office, bob):
    for more, code in (
        ({"villages": ()}, "project_villages"),
        ({"villages": ((SOUTH, 5),)}, "project_village_elsewhere"),
        ({"baht": -1}, "number_range"),
        ({"baht": 0.5}, "number_range"),
        ({"baht": 0}, "project_cost"),
        ({"proposed_by": "officer"}, "not_yours"),
        ({"needs": [str(uuid.uuid4())]}, "not_found"),
        ({"author": 1}, "member_unknown"),
        ({"feasibility": "feasible"}, "member_unknown"),
    ):
        answer = propose(bob, office, **more)
        assert errors_of(answer)[0][0] == code, more
    assert not Project.objects.exists()


def test_charlie_neither_edits_nor_judges_the_projects_of_north(office, bob, charlie, dao):
    one = propose(bob, office).json()["id"]
    body = {k: v for k, v in plan(office).items() if k != "office"} | {"version": 1}
    judged = {"feasibility": "feasible", "reason": "x"}
    assert errors_of(call(charlie, "patch", f"projects/{one}", body)) == [("not_yours", None)]
    assert errors_of(call(charlie, "post", f"projects/{one}/feasibility", judged)) == [("not_yours", None)]
    assert errors_of(call(charlie, "get", f"projects/suggestions?office={office.pk}")) == [("not_yours", None)]
    draft = propose(dao, office, proposed_by="officer", state="draft").json()["id"]
    assert errors_of(call(charlie, "get", f"projects/{draft}")) == [("not_found", None)]
    assert call(dao, "get", f"projects/{draft}").status_code == 200


def test_judging_needs_a_reason_and_ends_the_authors_editing(office, bob, dao):
    one = propose(bob, office).json()["id"]
    assert errors_of(call(dao, "post", f"projects/{one}/feasibility", {"feasibility": "not_feasible"})) == [
        ("reason_missing", "reason")
    ]
    said = {"feasibility": "feasible", "reason": "ที่ดินสาธารณะ"}
    assert call(dao, "post", f"projects/{one}/feasibility", said).json()["feasibility"] == "feasible"
    body = {k: v for k, v in plan(office).items() if k != "office"}
    assert errors_of(call(bob, "patch", f"projects/{one}", body | {"version": 2})) == [("not_yours", None)]
    assert errors_of(call(dao, "patch", f"projects/{one}", body | {"version": 1})) == [("project_changed", "version")]
    assert call(dao, "patch", f"projects/{one}", body | {"version": 2, "name_en": "Road"}).json()["name_en"] == "Road"


def test_the_database_itself_refuses_years_that_do_not_add_up(office, bob):
    one = propose(bob, office).json()["id"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=one).update(cost_baht=1)


def test_a_hidden_need_is_not_seen_through_its_project(office, bob, dao, anyone):
    need = report(bob, 98.0312, 19.0313, village=VILLAGE)["id"]
    one = propose(bob, office, needs=[need]).json()["id"]
    Pin.objects.filter(pk=need).update(hidden=True)
    for path in (f"projects/{one}", "projects", "projects.csv", "projects.geojson"):
        text = body_of(anyone.get(f"/api/v1/{path}")).decode()
        assert need not in text
        assert "98.0312" not in text


def test_needs_of_one_category_near_one_another_are_suggested_and_nothing_is_written(office, bob, dao):
    near = [report(bob, 98.03 + d, 19.03, village=VILLAGE, severity=4)["id"] for d in (0, 0.001, 0.002)]
    report(bob, 98.05, 19.05, village=VILLAGE)
    report(bob, 98.0301, 19.0301, village=VILLAGE, category="water_supply")
    [found] = call(dao, "get", f"projects/suggestions?office={office.pk}").json()["results"]
    assert (found["category"], sorted(found["needs"]), found["villages"]) == ("road", sorted(near), [VILLAGE])
    assert not Project.objects.exists()
    assert propose(bob, office, needs=near).status_code == 201
    assert call(dao, "get", f"projects/suggestions?office={office.pk}").json()["results"] == []


def test_a_formula_in_a_name_is_text_in_the_table(office, bob, anyone):
    propose(bob, office, name_en="=1+1")
    assert "'=1+1" in body_of(anyone.get("/api/v1/projects.csv")).decode()


def test_a_solution_waits_for_an_officer_and_becomes_a_project(office, bob, dao, charlie, anyone):
    need = report(bob, 98.03, 19.03, village=VILLAGE)["id"]
    villager = make_person("villager", "volunteer", "58")
    one, thread = uuid.uuid4(), f"pins/{need}/solutions"
    body = {"words": "วางท่อ โทร 081-234-5678", "cost_baht": 20_000}
    assert call(villager, "put", f"{thread}/{one}", body).status_code == 201
    assert call(villager, "put", f"{thread}/{one}", body).status_code == 200
    assert anyone.get(f"/api/v1/{thread}").json()["results"] == []
    moderate = f"solutions/{one}"
    assert errors_of(call(charlie, "post", moderate, {"state": "shown"})) == [("not_found", None)]
    assert errors_of(call(dao, "post", moderate, {"state": "hidden"})) == [("reason_missing", "reason")]
    making = f"solutions/{one}/projects/{uuid.uuid4()}"
    project = plan(office, needs=[need], proposed_by="civil_society")
    assert errors_of(call(dao, "put", making, project)) == [("not_found", None)], "it is not shown yet"
    assert call(dao, "post", moderate, {"state": "shown"}).json()["state"] == "shown"
    [shown] = anyone.get(f"/api/v1/{thread}").json()["results"]
    assert "081" not in shown["words"]
    assert errors_of(call(charlie, "put", making, project)) == [("not_yours", None)]
    assert errors_of(call(dao, "put", making, plan(office))) == [("solution_need", "needs")]
    assert call(dao, "put", making, project).json()["solution"] == str(one)


def test_unit_costs_belong_to_an_office(office, dao, charlie, anyone):
    body = {"office": office.pk, "name_th": "ถนนคอนกรีต", "unit_th": "ตร.ม.", "baht_per_unit": 650, "source": "มติ"}
    assert errors_of(call(charlie, "post", "unit-costs", body)) == [("not_yours", None)]
    assert call(dao, "post", "unit-costs", body).status_code == 201
    assert [c["baht_per_unit"] for c in anyone.get("/api/v1/unit-costs").json()["results"]] == [650]


def test_no_telephone_number_of_anybody_gets_into_what_anyone_reads(office, dao, bob):
    phone = "081-234-5678"
    one = propose(
        bob, office, name_th=f"ซ่อมสะพาน โทร {phone}", proposed_by="village", objective=f"ถามลุงได้ที่ {phone}"
    ).json()
    assert (phone in str(one), "•••" in one["name_th"], "•••" in one["objective"]) == (False, True, True)
    path = f"projects/{one['id']}/feasibility"
    judged = call(dao, "post", path, {"feasibility": "feasible", "reason": f"โทรถามแล้ว {phone}"}).json()
    assert phone not in judged["feasibility_reason"]
    assert phone not in body_of(client_of().get(f"/api/v1/projects.csv?office={office.pk}")).decode()
    assert phone not in str(Project.objects.values())
