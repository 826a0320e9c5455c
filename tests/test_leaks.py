"""Ten thousand looks of somebody at something, over every way out, against an oracle that knows the rights (A2)."""

import json
import random
import re
import uuid

import pytest

from mapping.models import Entry, Grant, Office, OfficeArea, Person, Photo, Pin
from tests.conftest import announce, body_of, client_of, make_person, report

LISTS = (
    "pins?limit=500", "pins.geojson", "pins.csv", "pins?q=ลับ&limit=500", "pins?area=58&limit=500",
    "pins?area=5801&limit=500", "pins?bbox=97,7,99,20&limit=500", "pins?status=open&limit=500",
    "pins?severity=1-5&limit=500", "pins?category=road,care,school,farming&limit=500", "pins.geojson?area=58",
    "pins.csv?area=83", "pins?queue=new&limit=500", "pins?queue=unchecked&limit=500", "clusters/22?bbox=97,7,99,20",
)  # fmt: skip
EACH = ("", "/entries", "/duplicates")
SECRET = re.compile(r"08\d-\d{3}-\d{4}")


def phone(number: int) -> str:
    return f"08{number % 10}-{number // 10 % 1000:03}-{1000 + number:04}"


@pytest.fixture
def world(country, settings):
    """Eight kinds of people; sixty needs of every kind of visibility, each with a number nobody else may read."""
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_pins": "unchecked"}
    office = Office.objects.create(kind="subdistrict_administration", name_th="อบต.")
    OfficeArea.objects.create(office=office, code="58010101")
    agency = Office.objects.create(kind="agency", name_th="การไฟฟ้า")
    people: dict[str, Person | None] = {
        "nobody": None,
        "alice": make_person("alice", "officer", "58"),
        "bob": make_person("bob", "volunteer", "58"),
        "head": make_person("head", "village_head", "58010101"),
        "charlie": make_person("charlie", "officer", "83"),
        "district": make_person("district", "officer", "5801"),
        "administrator": make_person("dao", "administrator", ""),
        "disabled": make_person("gone", "officer", "58"),
    }
    people["disabled"].is_active = False
    people["disabled"].save()
    for name, of in (("office", office), ("agency", agency)):
        people[name] = Person.objects.create(username=name, password="!")
        Grant.objects.create(person=people[name], role="officer", office=of)
    chance = random.Random(58)
    for number in range(60):
        north = number % 5 != 0
        village = "58010101" if north and number % 3 == 0 else None
        where = (
            (round(98.021013 + number * 0.000097, 6), 19.021)
            if north
            else (round(98.051013 + number * 0.000097, 6), 8.05)
        )
        author = chance.choice([people["bob"], people["charlie"], None]) if number % 7 else None
        pin = report(
            author, *where, category=chance.choice(["road", "care", "school", "farming"]), village=village,
            words=f"ลับ {phone(number)}", photos=[announce(str(number).encode())],
        )["id"]  # fmt: skip
        changed = {"hidden": number % 6 == 0, "checked": number % 4 != 1}
        if number % 9 == 0:
            changed["forwarded_to"] = agency
        Pin.objects.filter(pk=pin).update(**changed)
        Entry.objects.create(pin_id=pin, kind="note", public=False, words=f"บันทึก {phone(number + 500)}")
    return people


def oracle(person: Person | None, pin: Pin) -> str:
    """full, public or nothing: by the words of the design, not by the code."""
    if person is not None and person.is_active:
        for grant in Grant.objects.filter(person=person, role__in=("officer", "administrator")):
            own = pin.area_code or ""
            if grant.area_code is not None and own.startswith(grant.area_code):
                return "full"
            if grant.office_id is not None:
                villages = set(OfficeArea.objects.filter(office=grant.office).values_list("code", flat=True))
                if own in villages or (len(own) == 6 and own in {v[:6] for v in villages}):
                    return "full"
                if pin.forwarded_to_id == grant.office_id:
                    return "full"
        if pin.author_id == person.pk:
            return "full"
    return "public" if pin.checked and not pin.hidden else "nothing"


def reads_notes(person: Person | None, pin: Pin) -> bool:
    """The internal lines are for those who answer, not for the author."""
    without = Pin(**{**{f.attname: getattr(pin, f.attname) for f in pin._meta.concrete_fields
                        if f.name not in ("is_lead", "counts")}, "author_id": None})  # fmt: skip
    return oracle(person, without) == "full"


def test_ten_thousand_looks_give_nothing_away(world):
    pins = list(Pin.objects.order_by("number"))
    number_of = {str(pin.pk): int(SECRET.search(pin.words)[0][-4:]) - 1000 for pin in pins}
    looks = 0
    seen_in_full = hidden_from = 0
    for name, person in world.items():
        client = client_of(person)
        expected = {str(pin.pk): oracle(person, pin) for pin in pins}
        for path in LISTS:
            text = body_of(client.get(f"/api/v1/{path}")).decode("utf-8-sig")
            told = set(SECRET.findall(text))
            for pin in pins:
                looks += 1
                key = str(pin.pk)
                secret = phone(number_of[key])
                if expected[key] != "full":
                    assert secret not in told, (name, path, key)
                    if pin.place_precision != "exact":
                        assert f"{pin.point.x:.6f}".rstrip("0") not in text, (name, path, key)
                if expected[key] == "nothing":
                    hidden_from += 1
                    assert key not in text, (name, path, key)
                assert phone(number_of[key] + 500) not in told, (name, path, key)
        for pin in pins:
            key = str(pin.pk)
            for part in EACH:
                looks += 1
                answer = client.get(f"/api/v1/pins/{key}{part}")
                assert answer.status_code == (404 if expected[key] == "nothing" else 200), (name, part, key)
                text = body_of(answer).decode()
                if expected[key] == "full":
                    seen_in_full += 1
                    assert part or phone(number_of[key]) in text
                else:
                    assert phone(number_of[key]) not in text, (name, part, key)
                notes = phone(number_of[key] + 500) in text
                assert notes == (part == "/entries" and reads_notes(person, pin)), (name, part, key)
            photo = Photo.objects.get(pin=pin).pk
            looks += 1
            assert client.get(f"/api/v1/photos/{photo}").status_code == 404  # never sent: there is nothing yet
    assert looks >= 10_000
    assert seen_in_full > 300
    assert hidden_from > 300


def test_the_control_a_reader_of_the_full_face_for_all_would_be_found_out(world, monkeypatch):
    monkeypatch.setattr("mapping.access.full_condition", lambda reader: (_true(), {}))
    with pytest.raises(AssertionError):
        test_ten_thousand_looks_give_nothing_away(world)


def _true():
    from psycopg import sql  # noqa: PLC0415

    return sql.SQL("true")


def test_refusals_do_not_tell_what_is_there(world):
    """Of a need that is hidden and of one that never was, the answer is the same."""
    hidden = Pin.objects.filter(hidden=True, area_code__startswith="58").exclude(author=world["charlie"]).first()
    client = client_of(world["charlie"])
    for part in (*EACH, "/status"):
        answers = []
        for key in (hidden.pk, uuid.uuid4()):
            if part == "/status":
                answer = client.post(f"/api/v1/pins/{key}{part}", '{"to": "verified"}', content_type="application/json")
            else:
                answer = client.get(f"/api/v1/pins/{key}{part}")
            answers.append((answer.status_code, json.loads(answer.content)))
        assert answers[0] == answers[1], part
