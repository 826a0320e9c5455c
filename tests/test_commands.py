"""Commands and checks that an administrator meets."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from mapping.apps import check_database
from mapping.exchange import boundaries, demo
from mapping.models import Area, BoundarySet, Person, Pin
from tests.conftest import client_of, feature, put, recount, report, tallied


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_a_set_with_the_same_name_is_not_loaded_twice(country, country_files):
    with pytest.raises(CommandError, match="already here"):
        run("import_boundaries", str(country_files["areas"]), "--commit")


def test_activating_another_set_leaves_one_active(country, country_files):
    run("import_boundaries", str(country_files["areas"]), "--name", "second", "--commit", "--activate")
    assert BoundarySet.objects.get(active=True).name == "second"


def test_activation_places_anew_only_the_pins_that_move(country, country_files, tmp_path, anonymous_pins):
    moved = put(client_of(), feature(98.15, 19.05)).json()["id"]  # in 580102
    stays = put(client_of(), feature(98.05, 19.05)).json()["id"]
    chosen = put(client_of(), feature(98.08, 19.07, village="58010102")).json()["id"]
    changed = json.loads(country_files["areas"].read_text())
    for area in changed["features"]:  # 580102 becomes 580202, under another district
        about = area["properties"]
        about["code"] = {"580102": "580202"}.get(about["code"], about["code"])
    path = tmp_path / "changed.geojson"
    path.write_text(json.dumps({**changed, "name": "changed"}))
    boundaries.load(path, villages=country_files["villages"], activate=True)
    found = {str(pin.pk): (pin.area_code, pin.version) for pin in Pin.objects.all()}
    assert found == {moved: ("580202", 2), stays: ("580101", 1), chosen: ("58010102", 1)}
    assert tallied() == recount() != {}


def test_activation_lets_go_of_a_village_that_is_no_more(country, country_files, tmp_path, anonymous_pins):
    pin_id = put(client_of(), feature(98.15, 19.05, village="58010201")).json()["id"]
    fewer = tmp_path / "fewer.csv"
    lines = country_files["villages"].read_text().splitlines()
    fewer.write_text("\n".join(line for line in lines if not line.startswith("58010201")))
    boundaries.load(country_files["areas"], name="fewer", villages=fewer, activate=True)
    pin = Pin.objects.get(pk=pin_id)
    assert (pin.area_code, pin.village_source, pin.village) == ("580102", "none", "58010201")
    boundaries.load(country_files["areas"], name="again", villages=country_files["villages"], activate=True)
    pin.refresh_from_db()
    assert (pin.area_code, pin.village_source) == ("58010201", "chosen")


def test_successors_are_read_as_published():
    for given, codes in ((None, []), ("104702 104703", ["104702", "104703"]), (["104702"], ["104702"])):
        assert boundaries.successor_codes(given) == codes


def test_the_sample_is_never_mixed_with_real_areas(country):
    with pytest.raises(CommandError, match="never mixed"):
        run("load_sample", "--pins", "10")


def test_the_sample_country_is_loaded_once_and_its_tallies_hold(db, settings):
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_pins": "shown"}
    made = demo.load(300)
    assert (made.pins, made.fresh) == (300, True)
    assert demo.load(300).fresh is False
    assert tallied() == recount() != {}
    assert BoundarySet.objects.get(active=True).sample
    assert Area.objects.filter(level="subdistrict").count() == 7436
    assert Pin.objects.filter(area_code__startswith="58").count() > 100
    assert Pin.objects.exclude(joined_to=None).exists()
    assert set(Pin.objects.values_list("status", flat=True)) > {"reported", "done"}


def test_a_person_is_added_with_a_right_and_can_sign_in(country, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    run("add_person", "nok", "--role", "officer", "--area", "5801")
    run("add_person", "nok", "--role", "officer", "--area", "5801")
    nok = Person.objects.get(username="nok")
    assert list(nok.grants.values_list("role", "area_code")) == [("officer", "5801")]
    client = client_of()
    said = {"username": "nok", "password": "correct horse battery"}
    answer = client.post("/_allauth/browser/v1/auth/login", json.dumps(said), content_type="application/json")
    assert answer.status_code == 200
    assert client.get("/api/v1/me").json()["home"] == "5801"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--role", "officer"), "go together"),
        (("--role", "officer", "--area", "58x"), "not an area code"),
    ],
)
def test_a_person_is_not_half_added(db, monkeypatch, words, why):
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    with pytest.raises(CommandError, match=why):
        run("add_person", "nok", *words)
    assert not Person.objects.exists()


def test_a_weak_password_is_refused(db, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("12345\n"))
    with pytest.raises(CommandError):
        run("add_person", "nok")
    assert not Person.objects.exists()


def test_restamping_shows_or_keeps_back_what_nobody_has_checked(country, settings):
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_pins": "unchecked"}
    put(client_of(), feature())
    assert client_of().get("/api/v1/pins").json()["count"] == 0
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_pins": "shown"}
    assert run("restamp_unchecked", "shown").startswith("1 pins")
    assert client_of().get("/api/v1/pins").json()["count"] == 1
    assert tallied() == recount() != {}


def test_counts_that_differ_from_the_pins_are_found_and_mended(country, alice):
    report(alice)
    assert run("check_counts").count("all as the pins say") == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT tally_fold(), cell_fold(), confirmed_fold()")
    assert run("check_counts").count("all as the pins say") == 3
    for wrong in (
        "UPDATE tally SET weight = weight + 1 WHERE digits = 4",
        "UPDATE area_figures SET figures = figures_added(figures, '{0,0,1}') WHERE digits = 2",
        "UPDATE cell SET figures = figures_added(figures, '{1}') WHERE grid = 4",
        "DELETE FROM cell WHERE grid = 0",
        "INSERT INTO confirmed (pin_id, people) SELECT id, 5 FROM pin",
    ):
        with connection.cursor() as cursor:
            cursor.execute(wrong)
        with pytest.raises(CommandError, match="--mend"):
            run("check_counts")
        assert "counted anew" in run("check_counts", "--mend"), wrong
        assert run("check_counts").count("all as the pins say") == 3


def test_the_database_is_asked_for_what_it_must_bring_along(db, country):
    assert check_database(None, ["default"]) == []
    country.active = False
    country.save()
    assert [message.id for message in check_database(None, ["default"])] == ["mapping.W001"]


def test_the_committed_api_schema_is_current(db):
    run("api_schema", "--check")
