"""Generations of boundaries: load inactive, compare, activate, take back."""

import io
import json
import random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from mapping.errors import Refusal
from mapping.exchange import generations, imports
from mapping.models import Area, BoundarySet, ChangeNew, Grant, Import, Office, OfficeArea, Pin
from tests.conftest import BOXES, box, client_of, make_person, recount, report, tallied
from tests.test_imports import checked, committed


def areas_file(shapes: dict[str, Any], **successors: list[str]) -> str:
    features = [
        {
            "type": "Feature",
            "geometry": shape,
            "properties": {
                "code": code, "name_th": f"ตำบล {code}", "name_en": "x", "current": f"c{code}" not in successors,
                "successors": successors.get(f"c{code}", []),
            },
        }
        for code, shape in shapes.items()
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "name": "second", "features": features})


def same() -> dict[str, Any]:
    return {code: box(*corner) for code, corner in BOXES.items()}


def second(folder, shapes: dict[str, Any], **successors: list[str]) -> BoundarySet:
    run = committed(folder, "boundaries", areas_file(shapes, **successors), file="second.geojson")
    assert run.boundary_set is not None
    return run.boundary_set


def rect(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def split() -> dict[str, Any]:
    """580102 gives way to two new ones, and the border between 580101 and its neighbour moves by a fifth."""
    shapes = same()
    del shapes["580102"]
    shapes["580101"] = rect(98.0, 19.0, 98.12, 19.1)
    return {**shapes, "580103": rect(98.12, 19.0, 98.16, 19.1), "580104": rect(98.16, 19.0, 98.2, 19.1)}


def places() -> list[tuple]:
    return list(Pin.objects.order_by("number").values_list("number", "area_code", "village_source", "place_flag"))


@pytest.fixture
def pins(country, bob) -> list[str]:
    at = ((98.05, 19.05), (98.11, 19.05), (98.15, 19.05), (98.19, 19.05), (98.25, 19.05), (98.05, 8.05), (100.0, 12.0))
    return [report(bob, lng, lat)["id"] for lng, lat in at]


def test_a_new_set_changes_nothing_until_it_is_activated(country, pins, tmp_path):
    before = places()
    second(tmp_path, split())
    assert places() == before
    assert client_of().get("/api/v1/areas?code=580103").json()["results"] == []


def test_the_same_boundaries_again_differ_in_nothing(country, pins, tmp_path):
    Area.objects.filter(level="subdistrict").update(name_en="x")
    made = second(tmp_path, same())
    found = generations.compare(made)
    assert found["levels"] == {}
    assert found["pins"]["affected"] == 0
    versions = list(Pin.objects.order_by("number").values_list("version", flat=True))
    done = generations.activate(made)
    assert done.counts["pins_placed"] == 0
    assert list(Pin.objects.order_by("number").values_list("version", flat=True)) == versions


def test_a_ring_that_begins_elsewhere_is_the_same_shape(country, tmp_path):
    shapes = same()
    ring = shapes["580101"]["coordinates"][0]
    shapes["580101"]["coordinates"] = [[*ring[1:], ring[1]]]
    found = generations.compare(second(tmp_path, shapes))
    assert [area["change"] for area in found["areas"] if area["code"] == "580101"] == ["renamed"]  # in English


def test_a_comparison_names_what_is_new_gone_and_moved_and_counts_the_pins(country, pins, tmp_path):
    found = generations.compare(second(tmp_path, split()))
    assert found["levels"]["subdistrict"] == {"new": 2, "gone": 1, "moved": 1, "renamed": 3}
    differ = [area for area in found["areas"] if area["level"] == "subdistrict" and area["change"] != "renamed"]
    changes = {area["code"]: area["change"] for area in differ}
    assert changes == {"580101": "moved", "580102": "gone", "580103": "new", "580104": "new"}
    [moved] = [area for area in found["areas"] if area["code"] == "580101"]
    assert moved["moved_percent"] == pytest.approx(16.67, abs=0.01)  # 0.02 of 0.12
    moves = {(move["was"], move["now"]): move["pins"] for move in found["pins"]["moves"]}
    assert moves == {("580102", "580101"): 1, ("580102", "580103"): 1, ("580102", "580104"): 1}
    assert found["pins"]["affected"] == 3


def test_activation_moves_exactly_the_pins_that_the_comparison_said_and_can_be_taken_back(country, pins, tmp_path):
    before, versions = places(), list(Pin.objects.order_by("number").values_list("version", flat=True))
    made = second(tmp_path, split())
    done = generations.activate(made)
    assert done.counts["pins_placed"] == 3
    assert [code for _, code, _, _ in places()] == ["580101", "580101", "580103", "580104", "580201", "830101", None]
    touched = [
        now - was
        for now, was in zip(Pin.objects.order_by("number").values_list("version", flat=True), versions, strict=True)
    ]
    assert touched == [0, 1, 1, 1, 0, 0, 0]
    assert tallied() == recount()
    imports.undo(done)
    assert places() == before
    assert tallied() == recount()
    assert BoundarySet.objects.get(active=True).pk == country.pk


def test_villages_and_figures_go_along_into_the_new_set(country, tmp_path):
    made = second(tmp_path, same())
    for level in ("village", "subdistrict", "district", "province"):
        both = [
            list(
                Area.objects.filter(boundary_set=found, level=level)
                .order_by("code")
                .values_list("code", "point_flag", "population", "households")
            )
            for found in (country, made)
        ]
        assert both[0] == both[1]
    assert Area.objects.filter(boundary_set=made, population__isnull=False).exists()


def test_grants_and_territories_move_to_the_successors_and_return(country, tmp_path):
    dao, nok, lek = (
        make_person(name, "officer", code) for name, code in (("dao", "580102"), ("nok", "5801"), ("lek", "589999"))
    )
    office = Office.objects.create(kind="municipality", name_th="ก")
    OfficeArea.objects.create(office=office, code="580102")
    before = list(Grant.objects.order_by("pk").values_list("pk", "person", "area_code"))
    shapes = {**split(), "580102": rect(98.3, 19.3, 98.31, 19.31)}
    made = second(tmp_path, shapes, c580102=["580103", "580104"])
    found = generations.compare(made)
    assert [move["to"] for move in found["grants"]] == [["580103", "580104"]]
    assert [(left["table"], left["code"]) for left in found["not_moved"]] == [("person_grant", "589999")]
    done = generations.activate(made)
    assert sorted(Grant.objects.filter(person=dao).values_list("area_code", flat=True)) == ["580103", "580104"]
    assert [g.area_code for g in Grant.objects.filter(person=nok)] == ["5801"]
    assert [g.area_code for g in Grant.objects.filter(person=lek)] == ["589999"]
    assert sorted(office.territory.values_list("code", flat=True)) == ["580103", "580104"]
    imports.undo(done)
    assert list(Grant.objects.order_by("pk").values_list("pk", "person", "area_code")) == before
    assert [t.code for t in office.territory.all()] == ["580102"]


def test_successors_of_a_code_that_the_file_left_out_can_be_told(country, tmp_path):
    dao = make_person("dao", "officer", "580102")
    words = {"file": "second.geojson", "successors": "580102=580103+580104"}
    made = committed(tmp_path, "boundaries", areas_file(split()), **words).boundary_set
    done = generations.activate(made)
    assert done.counts["not_moved"] == []
    assert sorted(dao.grants.values_list("area_code", flat=True)) == ["580103", "580104"]
    assert client_of().get("/api/v1/areas?code=580102").json()["results"] == []  # no longer in force


@pytest.mark.parametrize(
    ("given", "code"),
    [("580102", "successors_form"), ("580102=999999", "successors_unknown"), ("580101=580103", "successors_unknown")],
)
def test_successors_that_make_no_sense_are_refused(country, tmp_path, given, code):
    run = checked(tmp_path, "boundaries", areas_file(split()), file="second.geojson", successors=given)
    assert (run.state, run.trouble["code"]) == ("failed", code)


def test_successors_are_followed_along_a_chain_and_never_in_a_circle():
    given = {"1": ["2"], "2": ["3", "4"], "5": ["6"], "6": ["5"]}
    assert generations.successors("1", given, {"3", "4"}) == ["3", "4"]
    assert generations.successors("5", given, {"3"}) == []
    assert generations.successors("104701", {}, {"104702", "104703"}) == ["104702", "104703"]  # published


def test_an_active_set_is_neither_activated_again_nor_deleted_nor_undone(country, tmp_path):
    made = second(tmp_path, same())
    run = Import.objects.get(kind="boundaries")
    generations.activate(made)
    for act in (lambda: generations.activate(made), lambda: generations.drop(made), lambda: imports.undo(run)):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "boundary_set_is_active"


def test_the_first_activation_has_nothing_to_go_back_to(db, tmp_path):
    made = second(tmp_path, same())
    done = generations.activate(made)
    with pytest.raises(Refusal) as refused:
        imports.undo(done)
    assert refused.value.code == "undo_first_activation"


def test_an_activation_is_undone_only_while_it_is_the_newest(country, tmp_path):
    first = generations.activate(second(tmp_path, same()))
    other = committed(tmp_path, "boundaries", areas_file(split()), file="third.geojson", name="third").boundary_set
    generations.activate(other)
    with pytest.raises(Refusal) as refused:
        imports.undo(first)
    assert refused.value.code == "undo_not_last"


def test_the_feed_tells_of_the_pins_that_moved_and_of_no_other(country, pins, tmp_path):
    made = second(tmp_path, split())
    with connection.cursor() as cursor:
        cursor.execute("SELECT feed_sequence()")
    generations.activate(made)
    assert ChangeNew.objects.filter(kind="pin").count() == 3


def test_areas_without_polygon_are_kept_and_their_people_counted(country, tmp_path):
    run = checked(tmp_path, "boundaries", areas_file(same()), file="second.geojson")
    assert run.counts["without_polygon"] == 0  # a handful of 58's 45 subdistricts is not held to be all of it


def test_upper_levels_are_held_against_their_subdistricts(country, tmp_path):
    made = second(tmp_path, same())
    whole = rect(98.0, 19.0, 98.2, 19.1)

    def district(shape: dict[str, Any]) -> str:
        about = {"ADM2_PCODE": "TH5801", "ADM2_TH": "เมืองแม่ฮ่องสอน", "ADM2_EN": "Mueang"}
        return json.dumps(
            {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": shape, "properties": about}]}
        )

    fits = checked(tmp_path, "boundaries", district(whole), file="a.geojson", set=made.name)
    assert fits.counts["differ"] == 0
    differs = checked(tmp_path, "boundaries", district(rect(98.0, 19.0, 98.2, 19.2)), file="a.geojson", set=made.name)
    assert differs.counts["differ"] == 1
    assert [note.code for note in differs.notes.all()] == ["area_does_not_nest"]


def test_the_command_lists_compares_activates_and_takes_back(country, pins, tmp_path):
    second(tmp_path, split())

    def said(*words: str) -> str:
        out = io.StringIO()
        call_command(*words, stdout=out, stderr=io.StringIO())
        return out.getvalue()

    assert "second" in said("boundary_sets")
    assert "pins to place anew: 3" in said("boundary_sets", "compare", "second")
    assert json.loads(said("boundary_sets", "compare", "second", "--json"))["pins"]["affected"] == 3
    assert "3 pins placed anew" in said("boundary_sets", "activate", "second")
    assert "taken back" in said("undo_import", "activation")
    assert BoundarySet.objects.get(active=True).pk == country.pk
    assert "deleted" in said("boundary_sets", "delete", "second")


def test_many_pins_are_where_their_own_set_puts_them_after_each_step(country, bob, tmp_path):
    """Random places, the placement asked anew of the database for every pin: nobody was forgotten."""
    chance = random.Random(7)
    for _ in range(60):
        report(bob, round(chance.uniform(97.99, 98.31), 6), round(chance.uniform(18.99, 19.11), 6))
    made = second(tmp_path, split())

    def misplaced() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pin, LATERAL subdistrict_at(point) AS found"
                " WHERE village_source <> 'chosen' AND (left(area_code, 6), place_flag)"
                "       IS DISTINCT FROM (found.code, found.flag)"
            )
            return cursor.fetchone()[0]

    said = generations.compare(made)["pins"]["affected"]
    done = generations.activate(made)
    assert misplaced() == 0
    assert 0 < said == done.counts["pins_placed"]
    imports.undo(done)
    assert misplaced() == 0


def test_a_set_on_which_something_stands_is_not_taken_away(country, tmp_path):
    made = second(tmp_path, same())
    run = Import.objects.get(kind="boundaries")
    committed(tmp_path, "villages", "code,name_th,lat,lng\n58010109,บ้านเพิ่ม,19.06,98.06\n", set=made.name)
    for act in (lambda: imports.undo(run), lambda: generations.drop(made)):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "boundary_set_needed"
    imports.undo(Import.objects.get(kind="villages"))
    generations.activate(made)
    with pytest.raises(Refusal) as refused:
        generations.drop(BoundarySet.objects.get(pk=country.pk))  # the activation would go back to it
    assert refused.value.code == "boundary_set_needed"


def test_a_right_that_was_taken_back_does_not_return_with_the_undo(country, tmp_path):
    dao, nok = make_person("dao", "officer", "580102"), make_person("nok", "officer", "580102")
    office = Office.objects.create(kind="municipality", name_th="ก")
    OfficeArea.objects.create(office=office, code="580102")
    words = {"file": "second.geojson", "successors": "580102=580103+580104"}
    done = generations.activate(committed(tmp_path, "boundaries", areas_file(split()), **words).boundary_set)
    dao.grants.all().delete()
    office.delete()
    undone = imports.undo(done)
    assert [g.area_code for g in nok.grants.all()] == ["580102"]
    assert not dao.grants.exists()
    assert (undone.counts["undone"]["returned"], undone.counts["undone"]["not_returned"]) == (1, 2)
