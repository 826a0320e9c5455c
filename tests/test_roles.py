"""Who may come how far: every role at every address by every method. A cell that is not written here fails.

Roles: anonymous, a device, villager (an account without a grant), volunteer, village head, officer of an office, of a
district, of a province, administrator of the country. The object is a pin that lies within all their rights, or in
another province.
"""

import json
import re
import uuid

import pytest
from django.urls import get_resolver

from mapping.access import ROUTES, Reader, gate
from mapping.models import BoundarySet, Grant, Office, OfficeArea, Person, Pin
from tests.conftest import client_of, feature, make_person, report
from tests.test_every_endpoint import BUDGET_IDS, PARAMETERS
from tests.test_every_endpoint import ROUTES as ADDRESSES

ROLES = (
    "anonymous", "device", "villager", "volunteer", "village_head", "office", "district", "province", "administrator",
)  # fmt: skip
ALL = set(ROLES)
KNOWN = ALL - {"anonymous"}
ACCOUNTS = KNOWN - {"device"}
OFFICERS = {"office", "district", "province", "administrator"}
ADMINISTRATORS = {"administrator"}

# Address by method: who passes the door. By hand, from the design's table of roles; not from access.ROUTES.
DOORS = {
    "me": {"GET": ALL}, "categories": {"GET": ALL}, "areas": {"GET": ALL}, "where": {"GET": ALL},
    "cells": {"GET": ALL}, "clusters": {"GET": ALL}, "tile-areas": {"GET": ALL},
    "tile-cells": {"GET": ALL}, "tile-pins": {"GET": ALL}, "pins": {"GET": ALL},
    "pins-geojson": {"GET": ALL}, "pins-geojsonl": {"GET": ALL}, "pins-csv": {"GET": ALL}, "pin-entries": {"GET": ALL},
    "pin": {"GET": ALL, "PUT": ACCOUNTS, "PATCH": KNOWN},
    "pin-conflicts": {"GET": ALL}, "pin-conflict": {"POST": KNOWN},
    "sync": {"POST": ACCOUNTS}, "changes": {"GET": ALL}, "pack": {"GET": ALL},
    "pin-duplicates": {"GET": ALL}, "duplicates": {"GET": ALL},
    "pin-confirmation": {"PUT": ACCOUNTS, "DELETE": KNOWN},
    "pin-verdict": {"POST": KNOWN}, "pin-withdrawal": {"POST": KNOWN},
    "pin-status": {"POST": OFFICERS}, "pin-reply": {"POST": OFFICERS}, "pin-note": {"POST": OFFICERS},
    "pin-join": {"POST": OFFICERS}, "pin-part": {"POST": OFFICERS}, "pin-check": {"POST": OFFICERS},
    "pin-hide": {"POST": OFFICERS}, "pin-photos": {"POST": OFFICERS},
    "pins-act": {"POST": OFFICERS}, "pins-undo": {"POST": OFFICERS},
    "queue": {"GET": OFFICERS}, "reply-templates": {"GET": OFFICERS}, "offices": {"GET": OFFICERS},
    "saved-views": {"GET": OFFICERS, "POST": OFFICERS}, "saved-view": {"PATCH": OFFICERS, "DELETE": OFFICERS},
    "shortlist": {"GET": OFFICERS, "PUT": OFFICERS},
    "silent-villages": {"GET": OFFICERS}, "silent-village-sheets": {"GET": OFFICERS},
    "photo": {"GET": ALL, "PUT": ALL},  # whose: uploads.expected, tested in test_photos and test_recordings
    "recording": {"GET": ALL, "PUT": ALL},
    "table": {"GET": ALL}, "import-kinds": {"GET": ALL},
    "imports": {"GET": OFFICERS},
    "import": dict.fromkeys(("GET", "PUT", "PATCH", "DELETE"), OFFICERS), "import-notes": {"GET": OFFICERS},
    "import-notes-csv": {"GET": OFFICERS}, "import-commit": {"POST": OFFICERS}, "import-undo": {"POST": OFFICERS},
    "boundary-sets": {"GET": ALL}, "boundary-set": dict.fromkeys(("GET", "POST", "DELETE"), ADMINISTRATORS),
    "account": {"GET": ACCOUNTS, "PATCH": ACCOUNTS}, "account-sessions": {"DELETE": ACCOUNTS},
    "grants": {"GET": OFFICERS}, "grant": {"DELETE": OFFICERS},
    "invitations": {"GET": OFFICERS, "POST": OFFICERS}, "invitation": {"DELETE": OFFICERS},
    "invitation-offices": {"GET": OFFICERS}, "invitation-look": {"POST": ALL}, "invitation-accept": {"POST": ALL},
    "pin-follow": {"GET": ALL, "PUT": ACCOUNTS, "DELETE": ACCOUNTS},
    "village-follow": {"GET": ALL, "PUT": ACCOUNTS, "DELETE": ACCOUNTS},
    "unsubscribe": {"POST": ALL}, "line-webhook": {"POST": ALL}, "line-photo": {"GET": ALL},
    "meetings": {"GET": ACCOUNTS}, "meeting-needs": {"GET": ACCOUNTS}, "meeting-blank-sheet": {"GET": ACCOUNTS},
    "meeting": {"GET": ACCOUNTS, "PUT": ACCOUNTS}, "meeting-sheet": {"GET": ACCOUNTS, "PUT": ACCOUNTS},
    "projects": {"GET": ALL}, "projects-csv": {"GET": ALL}, "projects-geojson": {"GET": ALL},
    "project": {"GET": ALL, "PUT": ACCOUNTS, "PATCH": ACCOUNTS}, "project-feasibility": {"POST": OFFICERS},
    "project-suggestions": {"GET": OFFICERS}, "unit-costs": {"GET": ALL, "POST": OFFICERS},
    "pin-solutions": {"GET": ALL}, "pin-solution": {"PUT": ACCOUNTS}, "solution": {"POST": OFFICERS},
    "solution-project": {"PUT": OFFICERS}, "rounds": {"GET": ALL},
    "round": {"GET": ALL, "PUT": OFFICERS, "PATCH": OFFICERS}, "round-freeze": {"POST": OFFICERS},
    "round-board": {"GET": OFFICERS}, "round-scenario": {"POST": OFFICERS},
    "round-sign": {"POST": OFFICERS}, "round-decide": {"POST": OFFICERS}, "round-publish": {"POST": OFFICERS},
    "round-amend": {"POST": OFFICERS}, "round-inputs": {"GET": ALL}, "round-results": {"GET": ALL},
    "round-zip": {"GET": ALL}, "round-table": {"GET": ALL}, "round-candidates": {"GET": ALL},
    "round-vote": {"PUT": ACCOUNTS, "DELETE": ACCOUNTS}, "round-tallies": {"GET": ALL},
    "round-tally": {"PUT": ACCOUNTS}, "round-tally-sheet": {"GET": ACCOUNTS, "PUT": ACCOUNTS},
    "round-deliveries": {"GET": ALL, "POST": OFFICERS},
    "round-pb": {"GET": ALL}, "round-oc4ids": {"GET": ALL},
    "village-budget": {"GET": ALL},
    "paper": {"GET": OFFICERS}, "paper-priority-xlsx": {"GET": ALL}, "paper-priority-pdf": {"GET": ACCOUNTS},
    "ranking": {"GET": ALL}, "areas-geojson": {"GET": ALL}, "areas-csv": {"GET": ALL}, "areas-xlsx": {"GET": ALL},
    "projects-xlsx": {"GET": ALL},
}  # fmt: skip
PAGES = {  # outside the API: shells for anyone; what they show they fetch
    "landing", "phone", "reports", "service-worker", "phone-share", "office",
    "office-import", "office-meeting", "office-people", "office-budget", "data",
    "responsible", "need", "login", "logout", "account-page", "round-page", "village-page", "join",
    "unsubscribe-page", "schema", "health",
}  # fmt: skip
SIGN_IN = {  # django-allauth's, behind mapping/api/sign_in.py: for whoever is not signed in yet, but one's own address
    "session": {"GET": ALL, "DELETE": ALL}, "sign-in": {"POST": ALL}, "code-request": {"POST": ALL},
    "code-confirm": {"POST": ALL}, "email-verify": {"POST": ALL}, "line-redirect": {"POST": ALL},
    "account-email": {"GET": ACCOUNTS, "POST": ACCOUNTS, "DELETE": ACCOUNTS},
    "line_callback": {"GET": ALL},
}  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REFUSED = {"sign_in_first", "not_authenticated", "permission_denied"}


def handled(pattern) -> set[str]:
    view = pattern.callback
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
    return {method for method in METHODS if hasattr(kind, method.lower())}


CELLS = [
    (route, pattern, method)
    for route, pattern in ADDRESSES
    if pattern.name not in PAGES | set(SIGN_IN)
    for method in METHODS
    if method in handled(pattern)
]


def test_every_address_and_method_stands_in_the_table():
    assert get_resolver().url_patterns
    named = {(pattern.name, method) for _, pattern, method in CELLS}
    assert named == {(name, method) for name, doors in DOORS.items() for method in doors}
    assert {pattern.name for _, pattern in ADDRESSES} == set(DOORS) | PAGES | set(SIGN_IN)
    assert {(name, method) for name, doors in ROUTES.items() for method in doors} == named


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("route", "name"), [(r, p.name) for r, p in ADDRESSES if p.name in SIGN_IN])
def test_signing_in_lets_through_what_the_table_says(people, settings, route, name, method):
    settings.MEEMAP = {**settings.MEEMAP, "mail": True}
    for role in ROLES:
        about = {"data": "{}", "content_type": "application/json"} if method != "GET" else {}
        answer = getattr(client(people, role), method.lower())(route, **about)
        assert answer.status_code < 500, (role, answer.status_code)
        if name == "line_callback":
            continue  # what LINE sends back is judged by its state, see test_sign_in
        if method not in SIGN_IN[name]:
            assert (answer.status_code, code_of(answer)) == (405, "method_not_allowed"), role
        elif role not in SIGN_IN[name][method]:
            assert answer.status_code in (401, 403), (role, answer.status_code)
        elif name == "account-email" and method == "GET":
            assert answer.status_code == 200, role


def admin_addresses() -> list[str]:
    """One address of every page of the administration, with the number of a thing that is not there."""
    found = []
    for pattern in get_resolver().url_patterns:
        if getattr(pattern, "app_name", None) == "admin":
            stack = [("/admin/", part) for part in pattern.url_patterns]
            while stack:
                before, part = stack.pop()
                route = before + str(part.pattern)
                if hasattr(part, "url_patterns"):
                    stack += [(route, below) for below in part.url_patterns]
                else:
                    found.append(re.sub(r"<[^>]*>", "999999", route))
    return sorted(found)


def test_the_administration_is_for_administrators_at_every_address(people):
    addresses = [one for one in admin_addresses() if "(" not in one and "jsi18n" not in one and "logout" not in one]
    assert len(addresses) > 30
    assert client(people, "administrator").get("/admin/mapping/person/").status_code == 200
    for route in addresses:
        for role in ROLES:
            for method in ("get", "post"):
                answer = getattr(client(people, role), method)(route)
                if role not in ADMINISTRATORS:  # led to sign in (whoever is, is told there), or refused outright
                    assert answer.status_code in (302, 403), (route, role, method, answer.status_code)
                    if answer.status_code == 302:
                        assert answer.headers["Location"].split("?")[0] in ("/login/", "/admin/login/"), route
                else:
                    assert answer.status_code < 500, (route, method, answer.status_code)


def test_the_control_an_address_that_is_not_declared_is_refused_to_everybody(alice):
    assert gate(Reader.of(alice), "a-new-route", "GET") == "permission_denied"
    assert gate(Reader.of(alice), "me", "DELETE") == "permission_denied"


@pytest.fixture
def people(country) -> dict[str, Person | None]:
    office = Office.objects.create(kind="subdistrict_administration", name_th="อบต.")
    OfficeArea.objects.create(office=office, code="58010101")
    found: dict[str, Person | None] = {"anonymous": None, "device": Person.device_of("d" * 43)}
    found["villager"] = Person.objects.create(username="villager", password="!")
    for name, role, area in (
        ("volunteer", "volunteer", "580101"), ("village_head", "village_head", "58010101"),
        ("district", "officer", "5801"), ("province", "officer", "58"), ("administrator", "administrator", ""),
    ):  # fmt: skip
        found[name] = make_person(name, role, area)
    found["office"] = Person.objects.create(username="office", password="!")
    Grant.objects.create(person=found["office"], role="officer", office=office)
    return found


def client(people, role: str):
    person = people[role]
    if person is not None:
        person.refresh_from_db()  # what was asked for before may have ended every session
    made = client_of(person if role != "device" else None)
    if role == "device":
        made.cookies["meemap_device"] = "d" * 43
    return made


@pytest.fixture
def objects(people) -> dict[str, dict[str, str]]:
    """What the addresses name: within the rights of all, and elsewhere."""
    writer = make_person("writer", "volunteer", "58")
    here = report(writer, 98.021, 19.021, village="58010101")["id"]
    there = report(writer, 98.05, 8.05)["id"]
    ids = {
        name: str(uuid.uuid4()) for name in ("photo_id", "recording_id", "run_id", "view_id", "meeting_id", *BUDGET_IDS)
    }
    return {
        name: ids
        | {"pin_id": pin, "set_id": str(BoundarySet.objects.create(name=name).pk)}
        | dict.fromkeys(("grant_id", "invitation_id"), "999999")
        for name, pin in (("here", here), ("there", there))
    }


def address(route: str, pattern, ids: dict[str, str]) -> str:
    for name in pattern.pattern.converters:
        value = ids.get(name) or PARAMETERS[name]
        for kind in ("id", "str", "int"):
            route = route.replace(f"<{kind}:{name}>", value)
    return route


def code_of(response) -> str | None:
    if response.status_code < 400:
        return None
    return json.loads(response.content)["errors"][0]["code"]


@pytest.mark.parametrize(("route", "pattern", "method"), CELLS, ids=[f"{m} {p.name}" for _, p, m in CELLS])
def test_a_role_comes_as_far_as_the_table_says(route, pattern, method, people, objects):
    for role in ROLES:
        for ids in objects.values():
            given = ids | ({"pin_id": str(uuid.uuid4())} if method == "PUT" and pattern.name == "pin" else {})
            about = {"data": "{}", "content_type": "application/json"} if method != "GET" else {}
            if pattern.name == "pin" and method == "PUT":
                about["data"] = json.dumps(feature())
            answer = getattr(client(people, role), method.lower())(address(route, pattern, given), **about)
            assert answer.status_code < 500, (role, answer.status_code)
            code = code_of(answer) if not answer.streaming else None
            if role in DOORS[pattern.name][method]:
                assert code not in REFUSED, (role, code)
            else:
                assert answer.status_code == 403, (role, answer.status_code)
                assert code in REFUSED


ACTS = {
    "pin-status": {"to": "verified"}, "pin-reply": {"words": "x"}, "pin-note": {"words": "x"}, "pin-check": {},
    "pin-hide": {"words": "x"},
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("role", sorted(OFFICERS))
def test_an_officer_acts_within_the_own_right_only(name, role, people, objects):
    what = name.removeprefix("pin-")
    for where, ids in objects.items():
        answer = client(people, role).post(
            f"/api/v1/pins/{ids['pin_id']}/{what}", json.dumps(ACTS[name]), content_type="application/json"
        )
        inside = where == "here" or role == "administrator"
        assert answer.status_code == (200 if inside else 403), (role, where, answer.content)
        assert code_of(answer) == (None if inside else "not_yours")


def test_an_office_does_not_act_in_its_neighbours_villages_of_the_same_subdistrict(people):
    other = report(people["volunteer"], 98.081, 19.081, village="58010102")["id"]
    answer = client(people, "office").post(
        f"/api/v1/pins/{other}/status", '{"to": "verified"}', content_type="application/json"
    )
    assert code_of(answer) == "not_yours"


def test_a_right_that_is_taken_back_is_gone_at_the_next_request(people, objects):
    officer = client(people, "district")
    pin = objects["here"]["pin_id"]
    assert officer.get("/api/v1/queue").status_code == 200
    people["district"].grants.all().delete()
    assert officer.get("/api/v1/queue").status_code == 403
    assert code_of(officer.post(f"/api/v1/pins/{pin}/check", "{}", content_type="application/json")) in REFUSED
    Person.objects.filter(username="province").update(is_active=False)
    assert client(people, "province").get("/api/v1/queue").status_code == 403


@pytest.mark.parametrize("role", ["volunteer", "village_head", "villager", "office"])
def test_extra_members_change_nothing(role, people, objects):
    """Mass assignment: every column of a pin in every body (A3)."""
    pin = objects["here"]["pin_id"]
    columns = {field.name: 1 for field in Pin._meta.get_fields() if not field.is_relation}
    before = Pin.objects.filter(pk=pin).values().get()
    for what in ("status", "reply", "check", "hide", "join", "confirmation", "verdict"):
        method = "put" if what == "confirmation" else "post"
        answer = getattr(client(people, role), method)(
            f"/api/v1/pins/{pin}/{what}", json.dumps(columns), content_type="application/json"
        )
        assert 400 <= answer.status_code < 500
    assert Pin.objects.filter(pk=pin).values().get() == before
    body = feature()
    body["properties"] |= {"checked": True, "status": "done", "author": 1}
    fresh = uuid.uuid4()
    answer = client(people, role).put(f"/api/v1/pins/{fresh}", json.dumps(body), content_type="application/json")
    assert code_of(answer) == "field_unknown"
    assert not Pin.objects.filter(pk=fresh).exists()


@pytest.mark.parametrize(
    "query", ["ordering=author__password", "author__username__startswith=a", "_connector=OR", "order_by=people",
              "fields=author", "status__in=done", '"x"=1', "author_id=1"]
)  # fmt: skip
@pytest.mark.parametrize(
    "route", ["pins", "pins.geojson", "pins.csv", "areas", "ranking", "queue", "offices", "shortlist"]
)
def test_no_list_takes_a_name_of_the_model(people, route, query):
    assert client(people, "administrator").get(f"/api/v1/{route}?{query}").status_code == 400
