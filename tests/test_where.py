"""Who is responsible here: which office answers, rule by rule."""

import re
from pathlib import Path

import pytest

from mapping.models import Area, BoundarySet, Category, Office, OfficeArea
from mapping.offices import Candidate, rank
from tests.conftest import client_of, errors_of

A, M = Office.Kind.SUBDISTRICT, Office.Kind.MUNICIPALITY
WEST = (98.03, 19.03)  # nearest to 58010101
EAST = (98.07, 19.07)  # nearest to 58010102


def make(name: str, kind: str, *territory: str, categories: tuple[str, ...] = (), **contact: str) -> Office:
    office = Office.objects.create(name_th=name, kind=kind, code=name, **contact)
    OfficeArea.objects.bulk_create(OfficeArea(office=office, code=code) for code in territory)
    office.categories.set(Category.objects.filter(slug__in=categories))
    return office


def ask(at: tuple[float, float] | None = WEST, client=None, **more: str) -> dict:
    place = {} if at is None else {"lng": at[0], "lat": at[1]}
    answer = (client or client_of()).get("/api/v1/where", {**place, **more})
    assert answer.status_code == 200, answer.content
    return answer.json()


def refused(**query: object) -> list[tuple[str, str | None]]:
    answer = client_of().get("/api/v1/where", query)
    assert answer.status_code == 400
    return errors_of(answer)


def names(found: dict) -> list[str]:
    return [office["name_th"] for office in found["offices"]]


@pytest.fixture
def shared(country) -> BoundarySet:
    """580101 is shared: two villages to อบต. A, one to the municipality M."""
    make("A", A, "58010101", "58010103", phone="0-0000-0001")
    make("M", M, "58010102", phone="0-0000-0002")
    return country


# -- the place ------------------------------------------------------------------------------


def test_a_point_answers_with_its_areas_and_its_nearest_villages_as_before(country):
    found = ask(EAST)
    assert [found[level]["code"] for level in ("province", "district", "subdistrict")] == ["58", "5801", "580101"]
    assert [village["code"] for village in found["villages"]] == ["58010102", "58010101"]
    assert found["villages"][0]["distance_m"] < found["villages"][1]["distance_m"]
    assert (found["village"], found["flag"]) == (None, None)


def test_a_village_is_named_only_when_it_was_chosen(country):
    assert ask(WEST, village="58010102")["village"] == {
        "code": "58010102", "name_th": "บ้าน 58010102", "name_en": "Ban 58010102",
    }  # fmt: skip


def test_a_chosen_village_needs_no_point(country):
    found = ask(None, village="58010102")
    assert (found["subdistrict"]["code"], found["flag"]) == ("580101", None)
    assert found["villages"][0] | {"lng": 98.08, "distance_m": 0} == found["villages"][0]


def test_a_chosen_village_whose_point_is_a_placeholder_still_has_its_areas(country):
    found = ask(None, village="58010103")
    assert (found["village"]["code"], found["province"]["code"], found["villages"]) == ("58010103", "58", [])


def test_a_chosen_village_decides_wherever_the_point_is(country):
    make("A", A, "58010101")
    make("South", A, "83010101")
    found = ask((98.05, 8.05), village="58010101")
    assert (found["subdistrict"]["code"], found["office"]["name_th"], found["flag"]) == ("580101", "A", None)


def test_what_cannot_be_answered_is_refused_in_words(country):
    assert refused() == [("place_missing", None)]
    assert refused(lng=98) == [("coordinate_number", "lat")]
    assert refused(lat=19) == [("coordinate_number", "lng")]
    assert refused(lng=98, lat="x") == [("coordinate_number", "lat")]
    assert refused(lng=19, lat=98)[0][0] == "swapped"
    assert refused(village="58010199") == [("unknown_village", "village")]
    assert refused(village="5801") == [("code_form", "village")]
    assert refused(village="580101'--") == [("code_form", "village")]
    assert refused(village="58010101", category="dragons") == [("choice_unknown", "category")]
    assert refused(village="58010101", colour="red") == [("parameter_unknown", "colour")]


# -- nobody ---------------------------------------------------------------------------------


def test_without_any_office_the_answer_says_so(country):
    found = ask()
    assert (found["office"], found["certain"], found["reason"], found["offices"]) == (None, False, "no_office", [])


def test_outside_every_area_nobody_answers_not_even_who_answers_for_the_country(country):
    make("P", Office.Kind.AGENCY, "")
    found = ask((98.05, 19.5))
    assert (found["flag"], found["subdistrict"], found["office"], found["reason"]) == ("outside", None, None, "outside")


def test_near_the_edge_the_nearest_area_answers_and_says_near(country):
    make("A", A, "58010101", "58010102", "58010103")
    found = ask((98.05, 19.1036))
    assert (found["flag"], found["office"]["name_th"], found["certain"]) == ("near", "A", True)


def test_without_boundaries_the_answer_says_so(db):
    make("A", A, "58010101")
    found = ask()
    assert (found["province"], found["office"], found["reason"]) == (None, None, "no_areas")
    assert refused(village="58010101") == [("unknown_village", "village")]


def test_where_all_that_is_there_answers_for_other_things_nobody_answers(country):
    make("P", Office.Kind.AGENCY, "58", categories=("power",))
    found = ask(category="road")
    assert (found["office"], found["certain"], found["reason"]) == (None, False, "none_answers")
    assert [(office["name_th"], office["answers"]) for office in found["offices"]] == [("P", "other")]


# -- the local authority --------------------------------------------------------------------


def test_a_chosen_village_has_exactly_its_own_local_authority(shared):
    for village, name in (("58010101", "A"), ("58010102", "M"), ("58010103", "A")):
        found = ask(EAST, village=village)
        assert (found["office"]["name_th"], found["certain"], found["reason"]) == (name, True, None)
        assert names(found) == [name]
        assert (found["office"]["by"], found["office"]["villages"]) == ("village", None)


def test_without_a_village_the_holder_of_the_nearest_one_comes_first_and_is_not_certain(shared):
    for at, first, second in ((WEST, "A", "M"), (EAST, "M", "A")):
        found = ask(at)
        assert (names(found), found["certain"], found["reason"]) == ([first, second], False, "several")
        assert [office["covers"] for office in found["offices"]] == ["likely", "possible"]
    assert {office["name_th"]: office["villages"] for office in found["offices"]} == {"A": 2, "M": 1}


def test_one_local_authority_with_all_villages_is_certain(country):
    make("A", A, "58010101", "58010102", "58010103")
    found = ask()
    assert (found["office"]["name_th"], found["certain"], found["office"]["covers"]) == ("A", True, "sure")


def test_one_local_authority_with_some_of_the_villages_is_not_certain(country):
    make("A", A, "58010101")
    assert (ask(WEST)["certain"], ask(WEST)["reason"], ask(WEST)["office"]["covers"]) == (False, "incomplete", "likely")
    assert ask(EAST)["office"]["covers"] == "possible"
    assert ask(EAST, village="58010102")["office"] is None


def test_a_village_that_was_abolished_need_not_be_held(country):
    Area.objects.filter(code="58010103").update(current=False)
    make("A", A, "58010101", "58010102")
    assert ask()["certain"] is True


def test_two_that_both_list_the_chosen_village_are_not_certain(shared):
    OfficeArea.objects.create(office=Office.objects.get(code="M"), code="58010101")
    found = ask(village="58010101")
    assert (names(found), found["certain"], found["reason"]) == (["A", "M"], False, "both")


def test_a_municipality_for_some_villages_and_an_authority_for_the_whole_subdistrict_are_not_certain(country):
    make("A", A, "580101")
    make("M", M, "58010102")
    assert (names(ask(EAST)), ask(EAST)["reason"]) == (["M", "A"], "several")
    assert (names(ask(village="58010102")), ask(village="58010102")["certain"]) == (["M", "A"], True)
    assert names(ask(village="58010101")) == ["A"]


def test_the_neighbours_authority_does_not_answer_because_it_names_the_category(shared):
    Office.objects.get(code="M").categories.set(Category.objects.filter(slug="road"))
    found = ask(WEST, category="road")
    assert (names(found), found["reason"]) == (["A", "M"], "several")


def test_a_village_with_a_three_digit_number_is_no_part_of_another(country):
    for code in ("580101010", "580101100"):
        Area.objects.create(boundary_set=country, code=code, level="village", name_th=code, point="POINT(98.03 19.03)")
    make("M", M, "580101010")
    assert ask(village="58010101")["office"] is None
    assert ask(village="580101010")["office"]["by"] == "village"


def test_another_subdistricts_authority_is_no_candidate(country):
    make("B", A, "58010201", "580102")
    make("South", A, "83010101", "83")
    assert ask()["offices"] == []


# -- who before whom ------------------------------------------------------------------------


@pytest.fixture
def everyone(shared) -> BoundarySet:
    make("PAO", Office.Kind.PROVINCIAL, "58")
    make("D", Office.Kind.DISTRICT, "5801")
    make("P", Office.Kind.PROVINCE, "58")
    make("power", Office.Kind.AGENCY, "", categories=("power",))
    make("country", Office.Kind.AGENCY, "")
    return shared


def test_finer_territory_comes_first_and_then_the_kind(everyone):
    found = ask(village="58010101", category="road")
    assert names(found) == ["A", "D", "PAO", "P", "country", "power"]
    assert [office["by"] for office in found["offices"]] == [
        "village", "district", "province", "province", "country", "country",
    ]  # fmt: skip
    assert [office["answers"] for office in found["offices"]] == ["all"] * 5 + ["other"]


def test_an_agency_that_names_the_category_comes_before_offices_for_everything(everyone):
    found = ask(village="58010101", category="power")
    assert (found["office"]["name_th"], found["office"]["answers"], found["certain"]) == ("power", "category", True)
    assert found["office"]["categories"] == ["power"]
    assert ask(category="power")["certain"] is True  # the village makes no difference to it
    assert names(ask(category="power"))[:3] == ["power", "A", "M"]


def test_of_two_that_name_the_category_the_finer_one_answers(everyone):
    make("power58", Office.Kind.AGENCY, "58", categories=("power", "street_light"))
    assert names(ask(village="58010101", category="power"))[:3] == ["power58", "power", "A"]


def test_without_a_category_territory_alone_decides_and_an_agency_for_some_things_is_last(everyone):
    make("power5801", Office.Kind.AGENCY, "580101", categories=("power",))
    found = ask(village="58010101")
    assert names(found) == ["A", "D", "PAO", "P", "country", "power5801", "power"]
    assert found["offices"][-1]["answers"] == "some"


def test_what_is_equal_in_all_is_in_the_order_of_the_codes(country):
    for name in ("c", "a", "b"):
        make(name, Office.Kind.AGENCY, "58")
    assert names(ask()) == ["a", "b", "c"]


def test_in_bangkok_without_villages_the_district_office_is_certain(country):
    Area.objects.filter(code__startswith="83").delete()
    for code, level in (("10", "province"), ("1001", "district"), ("100101", "subdistrict")):
        Area.objects.create(boundary_set=country, code=code, level=level, name_th=code)
    from_south = country.areapart_set.filter(code="830101")
    from_south.update(code="100101")
    make("BMA", M, "10")
    make("khet", Office.Kind.DISTRICT, "1001")
    found = ask((98.05, 8.05), category="waste")
    assert (found["subdistrict"]["code"], found["villages"]) == ("100101", [])
    assert (names(found), found["certain"]) == (["khet", "BMA"], True)


def test_contacts_are_answered_as_they_were_entered(country):
    make("A", A, "58010101", phone="0-0000-0001 ต่อ 2", line_id="@example", email="a@example.org", address="1 ม.1")
    office = ask(village="58010101")["office"]
    assert {n: office[n] for n in ("phone", "line_id", "email", "website", "address", "code", "kind")} == {
        "phone": "0-0000-0001 ต่อ 2", "line_id": "@example", "email": "a@example.org", "website": "",
        "address": "1 ม.1", "code": "A", "kind": "subdistrict_administration",
    }  # fmt: skip
    assert "id" not in office


def test_anyone_may_ask_and_all_are_told_the_same(shared, alice, charlie):
    answers = [ask(client=client_of(person)) for person in (None, alice, charlie)]
    assert answers[0] == answers[1] == answers[2]


def test_every_answered_property_is_in_the_dictionary(shared, settings):
    settings.MEEMAP = {**settings.MEEMAP, "sample": True}
    text = (Path(__file__).parents[1] / "docs" / "data-dictionary.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (answer|office) \|", text.split("## Who is responsible here")[1], re.MULTILINE)
    found = ask(village="58010101")
    assert {name for name, of in rows if of == "answer"} == set(found)
    assert {name for name, of in rows if of == "office"} == set(found["office"])


# -- the order alone ------------------------------------------------------------------------


def test_the_order_of_the_rows_makes_no_difference():
    some = [
        Candidate(("b", 2), "municipality", 8, villages=2, holds_nearest=True),
        Candidate(("a", 1), "subdistrict_administration", 8, ("road",), True, villages=5),
        Candidate(("c", 3), "agency", 0, ("road",), True),
        Candidate(("d", 4), "district_office", 4),
    ]
    expected = [one.candidate.key[0] for one in rank(some, category="road", chosen=False).ranked]
    assert expected == ["c", "b", "a", "d"]
    for turn in range(4):
        turned = some[turn:] + some[:turn]
        assert [one.candidate.key[0] for one in rank(turned, category="road", chosen=False).ranked] == expected


def test_every_kind_of_office_has_its_place():
    for kind in Office.Kind.values:
        assert rank([Candidate(("", 1), kind, 8)], category="", chosen=True).certain
