"""One pin over HTTP: creating, the same again, what is refused and how."""

import json
import threading
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections

from mapping.filters import BANGKOK
from mapping.models import Area, Person, Pin
from tests.conftest import announce, client_of, errors_of, feature, put, report

WRITTEN = {
    "category": "road", "severity": 4, "people": 30, "words": "สะพานขาด", "needed_since": "2026-01-05",
    "village": "58010102", "source": "gps", "accuracy_m": 8.5, "captured_at": "2026-11-20T08:00:00+07:00",
    "photos": [],
}  # fmt: skip
PUBLIC = {
    "number", "category", "severity", "people_band", "words", "needed_since", "status", "checked", "received_at",
    "area_code", "province", "district", "subdistrict", "village", "names", "village_source", "place_flag",
    "place_precision", "joined_to", "confirmations", "confirmations_without_account", "photos", "version", "mine",
    "reopenings", "status_at", "forwarded_to", "confirmed_by_me", "may",
}  # fmt: skip
FULL_ONLY = {
    "people", "source", "accuracy_m", "captured_at", "place_agrees", "hidden", "conflicts", "clock_skew_s",
    "recordings",
}  # fmt: skip


def test_a_put_creates_and_names_the_place(bob):
    answer = put(client_of(bob), feature(98.08, 19.07, **WRITTEN))
    found = answer.json()["properties"]
    assert answer.status_code == 201
    assert answer["ETag"] == '"1"'
    assert (found["village"], found["subdistrict"], found["district"], found["province"]) == (
        "58010102",
        "580101",
        "5801",
        "58",
    )
    assert found["names"]["province"] == {"th": "แม่ฮ่องสอน", "en": "Mae Hong Son"}
    assert (found["people_band"], found["people"], found["mine"], found["checked"]) == ("10-49", 30, True, True)


def test_an_answer_holds_the_public_properties_and_to_its_author_the_full_ones(bob):
    found = report(bob)
    assert set(found) == {"id", "type", "geometry", "properties"}
    assert set(found["properties"]) == PUBLIC | FULL_ONLY
    assert set(client_of().get(f"/api/v1/pins/{found['id']}").json()["properties"]) == PUBLIC


def test_the_same_again_is_200_and_no_new_row_and_another_body_is_409(bob):
    client, pin_id = client_of(bob), uuid.uuid4()
    assert put(client, feature(**WRITTEN), pin_id).status_code == 201
    again = {"properties": dict(reversed(WRITTEN.items())), **{k: feature()[k] for k in ("geometry", "type")}}
    answer = put(client, again, pin_id)
    assert (answer.status_code, answer["ETag"]) == (200, '"1"')
    other = put(client, feature(**{**WRITTEN, "severity": 5}), pin_id)
    assert (other.status_code, errors_of(other)) == (409, [("pin_differs", "id")])
    assert Pin.objects.get().severity == 4


def test_without_a_session_the_same_again_is_200_too(country, anonymous_pins):
    pin_id = uuid.uuid4()
    assert [put(client_of(), feature(), pin_id).status_code for _ in range(2)] == [201, 200]
    assert put(client_of(), feature(severity=5), pin_id).status_code == 409
    assert Pin.objects.count() == 1
    assert Person.objects.filter(is_device=True).count() == 1  # the second asker left no trace


def test_a_phone_whose_first_answer_was_lost_is_known_when_it_sends_again(country, anonymous_pins):
    client, pin_id = client_of(), uuid.uuid4()
    client.get("/api/v1/me")  # the token comes before the first pin
    assert not Person.objects.exists()
    body = feature(category="care")
    assert put(client, body, pin_id).status_code == 201
    assert put(client, body, pin_id).status_code == 200
    assert put(client_of(), body, pin_id).status_code == 409
    assert Person.objects.filter(is_device=True).count() == 1


def test_a_token_of_another_form_is_no_device(country, anonymous_pins):
    client = client_of()
    client.cookies["meemap_device"] = "guess"
    put(client, feature())
    assert client.cookies["meemap_device"].value != "guess"


def test_equality_is_not_told_to_strangers_where_the_place_is_hidden(country, anonymous_pins):
    pin_id = uuid.uuid4()
    put(client_of(), feature(category="care"), pin_id)
    assert put(client_of(), feature(category="care"), pin_id).status_code == 409


def test_the_id_of_a_hidden_pin_is_not_found_for_strangers(bob, charlie):
    pin_id = uuid.UUID(report(bob)["id"])
    Pin.objects.filter(pk=pin_id).update(hidden=True)
    assert put(client_of(charlie), feature(), pin_id).status_code == 404
    assert put(client_of(bob), feature(), pin_id).status_code == 200


def test_a_device_is_known_again_by_its_cookie_and_is_no_account(country, anonymous_pins):
    client = client_of()
    pin_id = uuid.UUID(put(client, feature()).json()["id"])
    cookie = client.cookies["meemap_device"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert client.get(f"/api/v1/pins/{pin_id}").json()["properties"]["mine"] is True
    put(client, feature(98.06))
    device = Person.objects.get(is_device=True)
    assert Pin.objects.filter(author=device).count() == 2
    assert (device.username, device.has_usable_password()) == (None, False)
    assert Pin.objects.filter(checked=True).count() == 0


def test_elsewhere_writing_needs_a_person_and_leaves_nothing_behind(country):
    answer = put(client_of(), feature())
    assert (answer.status_code, errors_of(answer)) == (403, [("sign_in_first", None)])
    assert not Pin.objects.exists()
    assert not Person.objects.exists()


def test_a_signed_in_put_needs_its_csrf_token(bob):
    from django.test import Client  # noqa: PLC0415

    client = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(bob)
    answer = put(client, feature())
    assert (answer.status_code, errors_of(answer)) == (403, [("csrf", None)])
    token = client.get("/api/v1/me").cookies["csrftoken"].value
    body = json.dumps(feature())
    address = f"/api/v1/pins/{uuid.uuid4()}"
    answer = client.put(address, body, content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 201


def test_the_whole_village_is_a_place(bob):
    found = report(bob, None, village="58010102")
    assert found["geometry"]["coordinates"] == [98.08, 19.08]
    assert (found["properties"]["area_code"], found["properties"]["source"]) == ("58010102", "village")


def test_a_pin_outside_every_area_is_kept_and_flagged(bob):
    found = report(bob, 98.05, 30.0)["properties"]
    assert (found["place_flag"], found["area_code"], found["village"], found["names"]) == ("outside", None, None, {})


REFUSED = [
    ({"category": "roads"}, "unknown_category", "properties.category"),
    ({"category": None}, "field_required", "properties.category"),
    ({"category": ["road"]}, "unknown_category", "properties.category"),
    ({"severity": None}, "field_required", "properties.severity"),
    ({"severity": 6}, "severity_range", "properties.severity"),
    ({"severity": 0}, "severity_range", "properties.severity"),
    ({"severity": True}, "severity_range", "properties.severity"),
    ({"severity": "5"}, "severity_range", "properties.severity"),
    ({"severity": 2.5}, "severity_range", "properties.severity"),
    ({"people": 0}, "people_range", "properties.people"),
    ({"people": -1}, "people_range", "properties.people"),
    ({"people": 10_000_000}, "people_range", "properties.people"),
    ({"words": 5}, "text_type", "properties.words"),
    ({"words": "ก" * 2001}, "text_too_long", "properties.words"),
    ({"needed_since": "5 January"}, "date_form", "properties.needed_since"),
    ({"needed_since": "2026-02-30"}, "date_form", "properties.needed_since"),
    ({"needed_since": 20260105}, "date_form", "properties.needed_since"),
    ({"needed_since": "2569-01-05"}, "date_buddhist", "properties.needed_since"),
    ({"needed_since": "2099-01-05"}, "date_future", "properties.needed_since"),
    ({"village": "58019999"}, "unknown_village", "properties.village"),
    ({"village": 58010101}, "unknown_village", "properties.village"),
    ({"village": "580101"}, "unknown_village", "properties.village"),
    ({"village": "๕๘๐๑๐๑๐๑"}, "unknown_village", "properties.village"),
    ({"source": "satellite"}, "source_unknown", "properties.source"),
    ({"source": {}}, "source_unknown", "properties.source"),
    ({"accuracy_m": -1}, "accuracy_range", "properties.accuracy_m"),
    ({"accuracy_m": "12"}, "accuracy_range", "properties.accuracy_m"),
    ({"captured_at": "yesterday"}, "time_form", "properties.captured_at"),
    ({"captured_at": "2026-11-20T08:00:00"}, "time_form", "properties.captured_at"),
    ({"captured_at": "0001-01-01T00:00:00+14:00"}, "time_form", "properties.captured_at"),
    ({"captured_at": "9999-12-31T20:00:00Z"}, "time_form", "properties.captured_at"),
    ({"photos": "none"}, "photo_list", "properties.photos"),
    ({"photos": [{"id": "x", "sha256": "y", "bytes": 1}]}, "photo_list", "properties.photos[0]"),
    ({"photos": [{"id": str(uuid.uuid4()), "sha256": "a" * 64, "bytes": True}]}, "photo_list", "properties.photos[0]"),
    ({"photos": [announce(b"x")] * 2}, "photo_list", "properties.photos"),
    ({"status": "done"}, "field_unknown", "properties.status"),
    ({"number": 1}, "field_unknown", "properties.number"),
    ({"author": 1}, "field_unknown", "properties.author"),
    ({"checked": True}, "field_unknown", "properties.checked"),
    ({"hidden": False}, "field_unknown", "properties.hidden"),
    ({"area_code": "58"}, "field_unknown", "properties.area_code"),
]


@pytest.mark.parametrize(("change", "code", "attr"), REFUSED)
def test_a_bad_property_is_refused_by_name_and_nothing_is_written(bob, change, code, attr):
    answer = put(client_of(bob), feature(**change))
    assert (answer.status_code, errors_of(answer)) == (400, [(code, attr)])
    assert not Pin.objects.exists()


PLACES = [
    ([19.05, 98.05], "swapped"),
    ([0, 0], "null_island"),
    ([200, 19], "out_of_range"),
    ([98.05, 19.05, 300], "coordinates_3d"),
    ([98.05], "coordinates_pair"),
    (["98.05", "19.05"], "coordinate_number"),
    ([None, None], "coordinate_number"),
    ([450000, 2100000], "coordinates_metres"),
]


@pytest.mark.parametrize(("coordinates", "code"), PLACES)
def test_a_bad_place_is_refused_by_name(bob, coordinates, code):
    body = feature()
    body["geometry"]["coordinates"] = coordinates
    answer = put(client_of(bob), body)
    ((found, attr),) = errors_of(answer)
    assert (answer.status_code, found) == (400, code)
    assert attr.startswith("geometry.coordinates")


BODIES = [
    (b"", 400, "body_empty"),
    (b"{", 400, "json_broken"),
    (b"[]", 400, "feature_type"),
    (b'"x"', 400, "feature_type"),
    (b"[" * 100_000, 400, "body_depth"),
    (b'{"a":' * 17 + b"1" + b"}" * 17, 400, "body_depth"),
    (b" " * 300_000, 413, "body_too_large"),
    ('{"type":"Feature"}'.encode("utf-16"), 400, "body_encoding"),
    (b'{"type":"Feature","type":"Feature"}', 400, "json_duplicate_key"),
    (json.dumps(feature(accuracy_m="@")).replace('"@"', "1e999").encode(), 400, "number_not_finite"),
    (json.dumps(feature(words="@")).replace("@", "\\u0000").encode(), 400, "text_characters"),
    (json.dumps(feature(words="@")).replace("@", "\\ud800").encode(), 400, "text_characters"),
    (json.dumps({**feature(), "extra": 1}).encode(), 400, "member_unknown"),
    (json.dumps({**feature(), "geometry": {"type": "Polygon", "coordinates": []}}).encode(), 400, "geometry_type"),
    (json.dumps({**feature(), "properties": None}).encode(), 400, "properties_object"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "status", "code"), BODIES)
@pytest.mark.parametrize("language", ["th", "en"])
def test_a_bad_body_is_refused_in_the_readers_language(bob, raw, status, code, language):
    answer = put(client_of(bob, language), raw)
    assert (answer.status_code, errors_of(answer)[0][0]) == (status, code)
    detail = answer.json()["errors"][0]["detail"]
    assert any("ก" <= letter <= "๛" for letter in detail) == (language == "th")
    assert not Pin.objects.exists()


def test_the_whole_village_without_a_village_is_refused(bob):
    assert errors_of(put(client_of(bob), feature(None))) == [("place_missing", "geometry")]


def test_an_id_in_the_body_must_be_the_one_in_the_address(bob):
    answer = put(client_of(bob), {**feature(), "id": str(uuid.uuid4())})
    assert (answer.status_code, errors_of(answer)) == (400, [("feature_id_differs", "id")])


def test_other_types_and_methods_are_refused_in_the_same_shape(bob):
    client, address = client_of(bob), f"/api/v1/pins/{uuid.uuid4()}"
    assert errors_of(client.put(address, "x", content_type="text/plain")) == [("media_type", None)]
    assert errors_of(client.post(address)) == [("method_not_allowed", None)]
    assert errors_of(client.delete(address)) == [("method_not_allowed", None)]
    assert errors_of(client.get("/api/v1/pins/not-an-id")) == [("not_found", None)]
    assert errors_of(client.get(f"{address}?x=1")) == [("parameter_unknown", "x")]


@pytest.mark.parametrize(
    "accept", ["application/geo+json", "application/json", "text/html", "text/csv", "*/*", "image/png"]
)
def test_whoever_asks_for_another_form_gets_the_one_there_is(bob, accept):
    pin_id = report(bob)["id"]
    for address in (f"pins/{pin_id}", "pins", "pins.geojson", "pins.csv", "areas.geojson", "ranking", "cells/9"):
        assert client_of().get(f"/api/v1/{address}", HTTP_ACCEPT=accept).status_code == 200, address
    answer = client_of(bob).put(
        f"/api/v1/pins/{uuid.uuid4()}", json.dumps(feature()), content_type="application/geo+json", HTTP_ACCEPT=accept
    )
    assert answer.status_code == 201


def test_an_id_in_capital_letters_is_the_same_id(bob):
    pin_id = str(uuid.uuid4())
    assert (
        client_of(bob)
        .put(f"/api/v1/pins/{pin_id.upper()}", json.dumps(feature()), content_type="application/json")
        .status_code
        == 201
    )
    assert client_of().get(f"/api/v1/pins/{pin_id}").status_code == 200


def test_a_body_without_a_length_is_asked_for_one(bob):
    answer = client_of(bob).put(
        f"/api/v1/pins/{uuid.uuid4()}", "{}", content_type="application/json", HTTP_TRANSFER_ENCODING="chunked"
    )
    assert (answer.status_code, errors_of(answer)) == (411, [("length_required", None)])


def test_words_come_back_byte_for_byte(bob):
    words = "น้ำไม่ไหลมา ๓ วันแล้ว ยายบอก “ไม่ไหว” 🙏 <b>&amp;"
    found = report(bob, words=words)
    assert found["properties"]["words"] == words
    assert client_of().get("/api/v1/pins").json()["features"][0]["properties"]["words"] == words


def test_before_any_area_is_loaded_a_pin_is_not_lost_but_asked_for_later(db, anonymous_pins):
    answer = put(client_of(), feature())
    assert (answer.status_code, errors_of(answer), answer["Retry-After"]) == (503, [("not_ready", None)], "2")


@pytest.mark.django_db(transaction=True)
def test_while_a_boundary_set_is_activated_writers_hear_503_and_retry(open_country, anonymous_pins):
    from tests.test_feed import another_connection  # noqa: PLC0415

    with another_connection() as other:
        other.execute("SELECT pg_advisory_xact_lock(5301)")
        answer = put(client_of(), feature())
        assert (answer.status_code, errors_of(answer)) == (503, [("busy", None)])
        assert answer["Retry-After"] == "2"
        other.rollback()
    assert put(client_of(), feature()).status_code == 201


def test_since_when_is_counted_back_by_a_phone_whose_clock_runs_years_ahead(bob):
    today = datetime.now(BANGKOK).date()
    ahead = today + timedelta(days=3650)
    said = {"captured_at": f"{ahead}T12:00:00+07:00", "needed_since": str(ahead - timedelta(days=30))}
    assert report(bob, **said)["properties"]["needed_since"] == str(today - timedelta(days=30))
    still_to_come = said | {"needed_since": str(ahead + timedelta(days=1))}
    assert errors_of(put(client_of(bob), feature(**still_to_come))) == [("date_future", "properties.needed_since")]


@pytest.mark.django_db(transaction=True)
def test_eight_senders_of_one_pin_make_one_row_and_one_201(open_country, anonymous_pins):
    for _ in range(10):
        pin_id, start, answers = uuid.uuid4(), threading.Barrier(8), []

        def send(pin_id=pin_id, start=start, answers=answers) -> None:
            start.wait()
            try:
                answers.append(put(client_of(), feature(), pin_id).status_code)
            finally:
                connections.close_all()

        senders = [threading.Thread(target=send) for _ in range(8)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert sorted(answers) == [200] * 7 + [201]
        assert Pin.objects.filter(pk=pin_id).count() == 1


def test_a_known_population_caps_the_band_in_the_answer(bob):
    Area.objects.filter(code="580101").update(population=40)
    assert report(bob, people=5000)["properties"]["people_band"] == "10-49"


def test_sample_data_says_so_in_every_feature(bob, country):
    country.sample = True
    country.save()
    pin = report(bob)
    assert pin["properties"]["sample"] is True
    assert connection.vendor == "postgresql"
