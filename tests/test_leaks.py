"""Ten thousand looks of somebody at something, over every way out, against an oracle that knows the rights (A2)."""

import io
import json
import random
import re
import uuid
import zipfile

import pytest
from django.urls import resolve

from budget import rounds
from budget.models import Project, ProjectNeed, ProjectVillage, Snapshot, Solution
from mapping import access
from mapping.access import Reader
from mapping.models import Area, Entry, Grant, Office, OfficeArea, Person, Photo, Pin
from tests.conftest import announce, body_of, client_of, make_person, report

LISTS = (
    "pins?limit=500", "pins.geojson", "pins.geojsonl", "pins.csv", "pins?q=ลับ&limit=500", "pins?area=58&limit=500",
    "pins?area=5801&limit=500", "pins?bbox=97,7,99,20&limit=500", "pins?status=open&limit=500",
    "pins?severity=1-5&limit=500", "pins?category=road,care,school,farming&limit=500", "pins.geojson?area=58",
    "pins.csv?area=83", "pins?queue=new&limit=500", "pins?queue=unchecked&limit=500", "clusters/22?bbox=97,7,99,20",
    "changes", "changes?area=58", "changes?area=83&limit=500",
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


# -- what rounds and villages say to anyone ---------------------------------------------------------

UNPUBLISHED, OFFICER = "ยังไม่ประกาศ", "สมชาย ลับสุด"
FORMS = ("json", "csv", "xlsx", "geojson")
OF_ROUND = (
    "", "/inputs", "/results", ".zip", ".pb", "/oc4ids.json", "/deliveries", "/tallies", "/candidates",
    *(f"/tables/{table}.{form}" for table in ("ranking", "projects", "villages") for form in FORMS),
)  # fmt: skip
OF_ALL = (
    "rounds",
    "projects",
    "projects.csv",
    "projects.geojson",
    "projects.xlsx",
    "areas.xlsx?level=subdistrict&within=58",
    "papers/priority.xlsx?area=580101",
    "villages/58010101/budget",
    "villages/83010101/budget",
)


@pytest.fixture
def decided(world):
    """A published round of the office with projects for needs of every kind, its amendment and another round that are
    not published, and a solution under each need that waits to be looked at."""
    office = Office.objects.get(kind="subdistrict_administration")
    Area.objects.filter(code="58010101").update(population=500)
    officers = []
    for number in range(2):
        person = Person.objects.create(username=f"somchai-{number}", name=OFFICER, password="!")
        Grant.objects.create(person=person, role="officer", office=office)
        officers.append(Reader.of(person))
    pins = list(Pin.objects.filter(area_code__startswith="58").order_by("number"))
    for part in range(4):
        project = Project.objects.create(
            pk=uuid.uuid4(), office=office, author_id=officers[0].person_id, proposed_by="officer", state="proposed",
            name_th=f"โครงการ {part}", cost_baht=50_000, first_year=2571, year_baht=[50_000, 0, 0, 0, 0],
            feasibility="feasible", feasibility_reason="ตรวจแล้ว",
        )  # fmt: skip
        ProjectVillage.objects.create(project=project, code="58010101", persons=100)
        ProjectNeed.objects.bulk_create(ProjectNeed(project=project, pin=pin) for pin in pins[part::4])
    for pin in pins:
        Solution.objects.create(pk=uuid.uuid4(), pin=pin, author_id=officers[0].person_id, words=UNPUBLISHED)
    found = []
    for name in ("ประกาศแล้ว", UNPUBLISHED):
        call = rounds.Call(
            name_th=name, name_en="", fiscal_year=2571, envelope_baht=120_000, rules=None, voting_until=None
        )
        one, _ = rounds.open_round(reader=officers[0], round_id=uuid.uuid4(), office=office.pk, call=call)
        kept = rounds.freeze(reader=officers[0], round_id=one.pk)
        found.append(str(one.pk))
        if name == UNPUBLISHED:
            continue
        digest = bytes(kept.results_sha256).hex()
        rounds.sign(reader=officers[0], round_id=one.pk, results_sha256=digest)
        rounds.decide(reader=officers[1], round_id=one.pk, results_sha256=digest)
        rounds.publish(reader=officers[1], round_id=one.pk)
        rounds.amend(reader=officers[0], round_id=one.pk, reason=UNPUBLISHED, overrides=())
    return found


def text_of(response) -> str:
    body = body_of(response)
    if body[:2] == b"PK":  # a round's file, or a workbook
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            return "\n".join(file.read(name).decode("utf-8") for name in file.namelist())
    return body.decode("utf-8-sig")


def test_nothing_that_rounds_and_villages_say_gives_a_need_or_a_person_away(world, decided):
    published, hidden = decided
    pins = list(Pin.objects.order_by("number"))
    paths = [*OF_ALL, *(f"rounds/{one}{part}" for one in decided for part in OF_ROUND)]
    pages: dict[str, set[str]] = {}
    looks = 0
    for name, person in world.items():
        client = client_of(person)
        inside = name in ("office", "administrator")  # of the office, or of the country: they see what is undecided
        for path in paths:
            answer = client.get(f"/api/v1/{path}")
            text = text_of(answer)
            looks += 1
            closed = hidden in path and (not inside or path.endswith((".pb", "/oc4ids.json")))
            assert answer.status_code == (404 if closed else 200), (name, path)
            assert not SECRET.findall(text), (name, path)
            for word in (OFFICER, "somchai", "Alice", "Charlie"):
                mine = path.startswith("papers/") and word.casefold() == name  # a paper says who made it: oneself
                assert mine or word not in text, (name, path, word)
            if not inside or path.startswith("villages/"):
                assert UNPUBLISHED not in text, (name, path)
                assert hidden not in text, (name, path)
            if path.startswith("villages/"):
                pages.setdefault(path, set()).add(text)
            for pin in pins:
                if oracle(None, pin) == "nothing":
                    assert str(pin.pk) not in text, (name, path)
                if pin.place_precision != "exact":
                    assert f"{pin.point.x:.6f}".rstrip("0") not in text, (name, path)
        for pin in pins:
            answer = client.get(f"/api/v1/pins/{pin.pk}/solutions")
            if oracle(person, pin) == "nothing":
                assert answer.status_code == 404
            assert (UNPUBLISHED in text_of(answer)) == (reads_notes(person, pin) and pin.area_code.startswith("58")), (
                name,
                pin.pk,
            )
    assert looks > 300
    assert all(len(said) == 1 for said in pages.values()), "a village's page is the same for everyone"
    assert published in "".join(pages["villages/58010101/budget"])


def test_the_control_a_village_page_of_undecided_rounds_would_be_found_out(world, decided, monkeypatch):
    monkeypatch.setattr(
        "budget.rounds.of_village", lambda code: list(Snapshot.objects.filter(villages__contains=[code]))
    )
    with pytest.raises(AssertionError):
        test_nothing_that_rounds_and_villages_say_gives_a_need_or_a_person_away(world, decided)


# -- every other way out ----------------------------------------------------------------------------

MORE = (
    "areas?level=subdistrict&within=58", "areas.csv?level=subdistrict&within=58",
    "areas.geojson?level=district&within=58",
    "areas.xlsx?level=subdistrict&within=58", "ranking?level=subdistrict&within=58", "cells/14", "cells/14?area=58",
    "duplicates?lng=98.0215&lat=19.021&category=road", "grants", "imports", "invitations", "offices?q=อบต",
    "meetings?area=58", "meetings/needs?village=58010101", "queue?area=58", "shortlist", "saved-views",
    "silent-villages?within=58", "silent-villages?within=", "where?lng=98.0215&lat=19.021", "unit-costs", "me",
    "projects/suggestions?office={office}&within_m=10000&least=2",
)  # fmt: skip
SAYS_NOTHING_OF_NEEDS = {
    **dict.fromkeys(("categories", "tile-areas", "reply-templates", "import-kinds", "table"), "the same for everyone"),
    **dict.fromkeys(("boundary-set", "boundary-sets"), "boundaries only"),
    **dict.fromkeys(("account", "invitation-offices", "pin-follow", "village-follow"), "of oneself only"),
    **dict.fromkeys(("import", "import-notes", "import-notes-csv"), "of one's own import; tests/test_imports_api.py"),
    **dict.fromkeys(("meeting", "meeting-sheet"), "of one meeting; tests/test_meetings.py as Charlie"),
    "tile-cells": "the numbers of cells, by the public place; tests/test_cells.py",
    "tile-pins": "by the face of each pin; tests/test_cells.py as Charlie",
    "meeting-blank-sheet": "drawn from the rows of meetings/needs; tests/test_meetings.py",
    "silent-village-sheets": "names of villages and a link",
    "line-photo": "a signed link; tests/test_notices.py",
    "round-board": "for its own office; tests/test_rounds.py as Charlie",
    "round-tally-sheet": "a photo for officers over the village; tests/test_votes.py",
    "paper": "drawn from projects, which are walked; for its own office; tests/test_papers.py",
    "paper-priority-pdf": "drawn from the rows of its xlsx, which is walked",
    "pack": "outlines, and photos by the face of each pin; tests/test_pack.py as Charlie",
    "pin-conflicts": "side versions; tests/test_sync.py as Charlie",
    "recording": "for who may see all of its pin; tests/test_recordings.py as Charlie",
    "project": "one of projects, which are walked",
}


def route_of(path: str) -> str:
    return resolve("/api/v1/" + path.partition("?")[0]).url_name


def test_every_way_out_is_walked_or_says_why_not():
    some = uuid.uuid4()
    walked = {route_of(path) for path in (*LISTS, *OF_ALL, *MORE)}
    walked |= {route_of(f"pins/{some}{part}") for part in (*EACH, "/solutions")} | {route_of(f"photos/{some}")}
    walked |= {route_of(f"rounds/{some}{part}") for part in OF_ROUND}
    reads = {name for name, methods in access.ROUTES.items() if "GET" in methods}
    assert reads == (walked & reads) | SAYS_NOTHING_OF_NEEDS.keys()
    assert not walked & SAYS_NOTHING_OF_NEEDS.keys()


def test_nothing_else_that_is_read_gives_a_need_away(world):
    office = Office.objects.get(kind="subdistrict_administration").pk
    pins = list(Pin.objects.order_by("number"))
    answered: dict[str, int] = {}
    for name, person in world.items():
        client = client_of(person)
        expected = {str(pin.pk): oracle(person, pin) for pin in pins}
        for path in MORE:
            answer = client.get("/api/v1/" + path.format(office=office))
            assert answer.status_code in (200, 401, 403, 404), (name, path, body_of(answer))
            text = text_of(answer)
            answered[path] = answered.get(path, 0) + (answer.status_code == 200)
            told = set(SECRET.findall(text))
            for pin in pins:
                key = str(pin.pk)
                secret = SECRET.search(pin.words)[0]
                if expected[key] != "full":
                    assert secret not in told, (name, path, key)
                    if pin.place_precision != "exact":
                        assert f"{pin.point.x:.6f}".rstrip("0") not in text, (name, path, key)
                if expected[key] == "nothing":
                    assert key not in text, (name, path, key)
                assert phone(int(secret[-4:]) - 500) not in told, "an internal line"
    assert all(answered.values()), [path for path, times in answered.items() if not times]
