"""Two faces of a pin, and who sees which: on every path, as Charlie and as nobody."""

import json
import uuid

import pytest
from django.db import connection

from mapping import pins
from mapping.access import Reader, full_condition, see
from mapping.api.pins import BANDS
from mapping.models import Entry, Grant, Office, OfficeArea, Person, PinFull, PinPublic
from tests.conftest import body_of, client_of, report

EXACT = (98.0812, 19.0711)
SECRET = {"words": "โทร 081-234-5678 ถามหายายคำ", "people": 7, "accuracy_m": 7319.25, "source": "gps"}
READS = (
    "/api/v1/pins/{id}",
    "/api/v1/pins",
    "/api/v1/pins?q=ถาม",
    "/api/v1/pins?area=580101",
    "/api/v1/pins?bbox=98,19,98.2,19.2",
    "/api/v1/pins.geojson",
    "/api/v1/pins.csv",
    "/api/v1/cells/14",
    "/api/v1/clusters/14?bbox=98,19,98.2,19.2",
    "/api/v1/pins/{id}/entries",
    "/api/v1/areas.geojson?level=subdistrict",
    "/api/v1/areas.csv?level=village&within=5801",
    "/api/v1/ranking?level=village&within=5801",
)


@pytest.fixture
def cared_for(bob) -> str:
    """A pin whose exact place nobody may know: an old person at home."""
    return report(bob, *EXACT, category="care", village="58010102", **SECRET)["id"]


def read(person: Person | None, address: str, pin_id: str) -> str:
    response = client_of(person).get(address.format(id=pin_id))
    return body_of(response).decode("utf-8-sig")


@pytest.mark.parametrize("address", READS)
@pytest.mark.parametrize("who", ["anyone", "charlie"])
def test_the_exact_place_of_a_cell_pin_is_in_no_answer(address, who, cared_for, charlie):
    text = read(charlie if who == "charlie" else None, address, cared_for)
    for secret in ("98.0812", "19.0711", "081-234-5678", "58010102", '"people":7', "7319.25"):
        if secret == "58010102" and ("ranking" in address or "areas" in address):  # the village's own row
            continue
        assert secret not in text, (address, secret)


def test_the_control_an_officer_of_its_place_sees_it_all(cared_for, alice):
    text = read(alice, "/api/v1/pins/{id}", cared_for)
    for secret in ("98.0812", "19.0711", "081-234-5678", "58010102", '"people":7', "7319.25"):
        assert secret in text


def test_a_village_ranking_does_not_count_a_pin_whose_village_is_hidden(cared_for, charlie):
    for person in (None, charlie):
        found = json.loads(read(person, "/api/v1/ranking?level=village&within=5801", cared_for))
        assert [row["pins"] for row in found["results"]] == [0] * 4


def test_a_box_around_the_exact_place_does_not_find_the_hidden_one(bob, cared_for, alice):
    address = "/api/v1/pins?bbox=98.081,19.071,98.0815,19.0715"
    assert json.loads(read(None, address, cared_for))["features"] == []
    assert len(json.loads(read(alice, address, cared_for))["features"]) == 1


def test_a_number_hidden_in_the_words_cannot_be_searched(cared_for, alice):
    assert json.loads(read(None, "/api/v1/pins?q=081-234", cared_for))["count"] == 0
    assert json.loads(read(alice, "/api/v1/pins?q=081-234", cared_for))["count"] == 1


@pytest.mark.parametrize("address", [a for a in READS if "{id}" in a])
def test_a_hidden_pin_is_not_found_by_others(address, bob, alice, charlie):
    pin_id = report(bob)["id"]
    pins.hide(reader=Reader.of(alice), pin_id=uuid.UUID(pin_id), words="ซ้ำ")
    for person in (None, charlie):
        assert client_of(person).get(address.format(id=pin_id)).status_code == 404
    assert client_of(bob).get(address.format(id=pin_id)).status_code == 200  # its author
    assert client_of(alice).get(address.format(id=pin_id)).status_code == 200


@pytest.mark.parametrize("address", [a for a in READS if "{id}" not in a])
def test_a_hidden_pin_is_in_no_list(address, bob, alice):
    before = read(None, address, "")
    pin = report(bob, words="ถามหา")
    pins.hide(reader=Reader.of(alice), pin_id=uuid.UUID(pin["id"]), words="ซ้ำ")
    assert read(None, address, "") == before


def test_every_pin_is_one_feature_of_the_public_face_whatever_its_precision(alice):
    for category in ("road", "farming", "care"):
        report(alice, category=category)
    assert sorted(PinPublic.objects.values_list("place_precision", flat=True)) == ["cell", "cell", "exact"]


def test_the_two_faces_have_the_same_columns(db):
    def columns(view: str) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
                [view],
            )
            return cursor.fetchall()

    assert columns("pin_public") == columns("pin_full")


def test_a_pin_of_a_device_shows_once_an_officer_has_checked_it(country, alice, settings):
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_pins": "unchecked"}
    pin_id = report(None)["id"]
    assert client_of().get(f"/api/v1/pins/{pin_id}").status_code == 404
    assert client_of(alice).get(f"/api/v1/pins/{pin_id}").json()["properties"]["checked"] is False
    pins.check(reader=Reader.of(alice), pin_id=uuid.UUID(pin_id))
    assert client_of().get(f"/api/v1/pins/{pin_id}").json()["properties"]["checked"] is True


def test_an_author_sees_their_own_in_full_but_not_the_internal_entries(bob, alice, cared_for):
    found = client_of(bob).get(f"/api/v1/pins/{cared_for}").json()
    assert found["geometry"]["coordinates"] == list(EXACT)
    Entry.objects.create(pin_id=cared_for, kind="note", words="โทรแล้ว", public=False, by=alice)
    address = f"/api/v1/pins/{cared_for}/entries"
    assert len(client_of(bob).get(address).json()["results"]) == 1
    assert len(client_of(alice).get(address).json()["results"]) == 2


def test_a_number_in_the_timeline_is_masked_for_others(bob, alice):
    pin_id = report(bob)["id"]
    pins.set_status(reader=Reader.of(alice), pin_id=uuid.UUID(pin_id), to="verified", words="โทรช่าง 081-234-5678 แล้ว")
    address = f"/api/v1/pins/{pin_id}/entries"
    assert client_of().get(address).json()["results"][-1]["words"] == "โทรช่าง ••• แล้ว"
    assert client_of(alice).get(address).json()["results"][-1]["words"] == "โทรช่าง 081-234-5678 แล้ว"


def test_a_volunteer_sees_other_peoples_pins_by_their_public_face(bob, alice):
    pin_id = report(alice, *EXACT, category="care")["id"]
    found = client_of(bob).get(f"/api/v1/pins/{pin_id}").json()
    assert found["properties"]["place_precision"] == "cell"
    assert "people" not in found["properties"]


def test_in_a_list_each_pin_comes_once_by_its_right_face(alice, bob, charlie):
    report(bob, *EXACT, category="care")
    report(charlie, 98.05, 8.05, category="care")
    found = client_of(charlie).get("/api/v1/pins").json()
    seen = {f["properties"]["area_code"]: f["properties"]["place_precision"] for f in found["features"]}
    assert found["count"] == len(found["features"]) == 2
    assert seen == {"580101": "cell", "830101": "exact"}


def test_an_office_sees_its_villages_and_pins_without_a_village_in_their_subdistricts(alice, bob):
    office = Office.objects.create(kind="municipality", name_th="เทศบาล")
    OfficeArea.objects.create(office=office, code="58010102")
    dao = Person.objects.create(username="dao", password="!")
    Grant.objects.create(person=dao, role="officer", office=office)
    own = report(bob, *EXACT, category="care", village="58010102")["id"]
    loose = report(bob, *EXACT, category="care")["id"]
    other = report(bob, 98.03, 19.03, category="care", village="58010101")["id"]
    reader = Reader.of(dao)
    faces = {pin_id: see(reader, uuid.UUID(pin_id)) for pin_id in (own, loose, other)}
    assert [type(face) for face in faces.values()] == [PinFull, PinFull, PinPublic]
    # One rule, said twice: what `see` shows in full, `covers` lets them decide.
    assert [reader.covers(PinFull.objects.get(pk=pin_id).area_code) for pin_id in faces] == [True, True, False]


def test_a_country_wide_officer_also_sees_what_lies_outside(alice, bob):
    pin_id = report(bob, 98.05, 30.0, category="care")["id"]
    assert type(see(Reader.of(alice), uuid.UUID(pin_id))) is PinPublic
    Grant.objects.create(person=alice, role="administrator", area_code="")
    assert type(see(Reader.of(alice), uuid.UUID(pin_id))) is PinFull


def test_a_revoked_grant_holds_at_the_next_request(alice, cared_for):
    client = client_of(alice)
    assert "people" in client.get(f"/api/v1/pins/{cared_for}").json()["properties"]
    Grant.objects.filter(person=alice).delete()
    assert "people" not in client.get(f"/api/v1/pins/{cared_for}").json()["properties"]


def test_a_disabled_account_has_no_rights_left(alice, cared_for):
    client = client_of(alice)
    Person.objects.filter(pk=alice.pk).update(is_active=False)
    assert "people" not in client.get(f"/api/v1/pins/{cared_for}").json()["properties"]


def test_nobody_has_no_full_rows():
    assert full_condition(Reader()) == (None, {})


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("โทร 0812345678", "โทร •••"),
        ("๐๘๑-๒๓๔-๕๖๗๘ ครับ", "••• ครับ"),
        ("เลขบัตร 1 2345 67890 12 3", "เลขบัตร •••"),
        ("(081) 234.5678", "(•••"),
        ("หมู่ 3 มี 120 หลัง ปี 2569", "หมู่ 3 มี 120 หลัง ปี 2569"),
        ("", ""),
    ],
)
def test_telephone_and_identity_numbers_are_masked_for_everyone_else(db, said, shown):
    with connection.cursor() as cursor:
        cursor.execute("SELECT public_words(%s)", [said])
        assert cursor.fetchone()[0] == shown


def test_the_bands_of_one_pin_are_worded_as_in_the_downloads(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(band_words(b::smallint) ORDER BY b) FROM generate_series(0, 5) AS b")
        assert tuple(cursor.fetchone()[0]) == BANDS
