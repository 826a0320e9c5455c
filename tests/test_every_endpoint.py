"""Every address, as the outsider: a new route is covered the day it is added.

Charlie belongs to South; the pin is North's, hidden or of a category whose place is hidden.
"""

import json
import uuid
from datetime import timedelta

import pytest
from django.db.utils import OperationalError
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from budget.models import Delivery, MeetingTally, Project, Round, Snapshot, Solution, Vote
from mapping.models import (
    BoundarySet,
    Edit,
    Entry,
    Grant,
    Import,
    ImportNote,
    Invitation,
    Meeting,
    MeetingNeed,
    Office,
    Person,
    Photo,
    Pin,
    SavedView,
)
from tests.conftest import announce, body_of, client_of, feature, make_person, report

SECRETS = ("98.0812", "19.0711", "081-234-5678", "ยายคำ", "internal words")
METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
PARAMETERS = {"z": "14", "x": "12654", "y": "7308", "kind": "villages", "form": "csv", "code": "58010101", "token": "x"}
PARAMETERS |= {"table": "projects", "op_id": str(uuid.uuid4())}
BUDGET_IDS = ("project_id", "round_id", "solution_id")


def routes() -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []

    def walk(prefix: str, patterns) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver) and pattern.namespace == "admin":
                continue  # tests/test_admin.py walks the administration's own addresses
            if isinstance(pattern, URLResolver):
                walk(prefix + str(pattern.pattern), pattern.url_patterns)
            else:
                found.append((prefix + str(pattern.pattern), pattern))

    walk("/", get_resolver().url_patterns)
    return found


ROUTES = routes()


def address(route: str, pattern: URLPattern, ids: dict[str, str]) -> str:
    for name, converter in pattern.pattern.converters.items():
        value = ids.get(name) or PARAMETERS[name]  # a KeyError: say here what to put for the new parameter
        kind = {"IdConverter": "id", "StringConverter": "str", "IntConverter": "int", "VillageConverter": "village"}[
            type(converter).__name__
        ]
        route = route.replace(f"<{kind}:{name}>", value)
    return route


@pytest.fixture
def secret(bob, alice) -> dict[str, str]:
    """A pin of a category whose place is hidden, and a hidden pin, each with a photo and an internal entry."""
    ids = {}
    for name, category, hidden in (("cell", "care", False), ("hidden", "road", True)):
        photo, recording = announce(b"x"), announce(b"y")
        pin = report(
            bob, 98.0812, 19.0711, category=category, words=f"{'โทร 081-234-5678' if not hidden else 'ยายคำ'}",
            photos=[photo], recordings=[recording],
        )  # fmt: skip
        Entry.objects.create(pin_id=pin["id"], kind="note", words="internal words", public=False, by=alice)
        Pin.objects.filter(pk=pin["id"]).update(hidden=hidden)
        ids |= {f"{name}_pin": pin["id"], f"{name}_photo": photo["id"], f"{name}_recording": recording["id"]}
    return ids


@pytest.fixture
def others(country, bob, secret) -> dict[str, str]:
    """An import of somebody else, and a boundary set that is not in use."""
    dao = make_person("dao", "administrator", "")
    run = Import.objects.create(pk=uuid.uuid4(), kind="villages", state="checked", by=dao, file_name="ยายคำ.csv")
    ImportNote.objects.create(run=run, row=2, verdict="refused", code="cell_number", params={"given": "081-234-5678"})
    spare = BoundarySet.objects.create(name="spare")
    invitation = Invitation.objects.create(
        code_sha256=b"x" * 32, role="volunteer", area_code="58", note="ยายคำ", made_by=dao,
        expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    bobs = Grant.objects.get(person__username="bob")
    view = SavedView.objects.create(pk=uuid.uuid4(), person=dao, name="ยายคำ", query="")
    meeting = Meeting.objects.create(
        pk=uuid.uuid4(), village="58010101", held_on="2026-11-22", body_sha256=b"x", sheet_sha256=b"x"
    )
    return {
        "run_id": str(run.pk), "set_id": str(spare.pk), "invitation_id": str(invitation.pk), "grant_id": str(bobs.pk),
        "meeting_id": str(meeting.pk), "view_id": str(view.pk), **budget_of(dao),
    }  # fmt: skip


def budget_of(dao) -> dict[str, str]:
    """A draft of a project, a solution that waits and a draft of a round, all of somebody else's office."""
    office = Office.objects.create(kind="subdistrict_administration", name_th="อบต.")
    project = Project.objects.create(
        pk=uuid.uuid4(), office=office, author=dao, proposed_by="officer", state="draft", name_th="ยายคำ",
        cost_baht=5, first_year=2571, year_baht=[5, 0, 0, 0, 0],
    )  # fmt: skip
    one = Round.objects.create(
        pk=uuid.uuid4(), office=office, name_th="ยายคำ", fiscal_year=2571, envelope_baht=5, rules={}
    )
    solution = Solution.objects.create(pk=uuid.uuid4(), pin=Pin.objects.first(), author=dao, words="ยายคำ")
    return {"project_id": str(project.pk), "round_id": str(one.pk), "solution_id": str(solution.pk)}


def test_there_are_routes_and_each_has_a_name():
    assert len(ROUTES) > 15
    assert all(pattern.name for _, pattern in ROUTES)


@pytest.mark.parametrize("who", ["anyone", "charlie"])
@pytest.mark.parametrize("which", ["cell", "hidden"])
@pytest.mark.parametrize(("route", "pattern"), ROUTES, ids=[pattern.name for _, pattern in ROUTES])
def test_no_address_gives_a_secret_away_or_breaks(route, pattern, which, who, secret, others, charlie):
    ids = {
        "pin_id": secret[f"{which}_pin"],
        "photo_id": secret[f"{which}_photo"],
        **others,
        "recording_id": secret[f"{which}_recording"],
    }
    before = state()
    for method in METHODS:
        client = client_of(charlie if who == "charlie" else None)
        kwargs = {} if method in ("get", "head", "trace") else {
            "data": json.dumps(feature(98.0812, 19.0711, category="care")), "content_type": "application/json",
        }  # fmt: skip
        response = getattr(client, method)(address(route, pattern, ids), **kwargs)
        assert response.status_code != 500, (method, route)
        text = body_of(response).decode("utf-8", "replace")
        for told in SECRETS:
            assert told not in text, (method, route, told)
        if (
            which == "hidden"
            and pattern.pattern.converters.keys() & {"pin_id", "photo_id", "recording_id"}
            and method == "get"
        ):
            assert response.status_code in (404, 405), route  # 405: nobody may read there, whatever stands behind it
    assert state() == before, "the outsider changed something"


def state() -> tuple:
    return (
        list(Pin.objects.order_by("pk").values_list("pk", "version", "status", "hidden", "checked")),
        list(Photo.objects.order_by("pk").values_list("pk", "complete_at")),
        Entry.objects.count(),
        Edit.objects.count(),
        (Delivery.objects.count(), Vote.objects.count(), Snapshot.objects.count(), MeetingTally.objects.count()),
        list(Project.objects.values_list("pk", "version", "state", "feasibility")),
        list(Solution.objects.values_list("pk", "state")),
        list(Round.objects.values_list("pk", "phase", "version", "envelope_baht")),
        list(Import.objects.values_list("pk", "state")),
        (list(Meeting.objects.values_list("pk", "sheet_sha256")), MeetingNeed.objects.count()),
        list(BoundarySet.objects.order_by("pk").values_list("pk", "active")),
        list(Grant.objects.order_by("pk").values_list("pk", "person", "role")),
        list(Invitation.objects.order_by("pk").values_list("pk", "used_at", "revoked_at")),
        list(Person.objects.filter(is_device=False).order_by("pk").values_list("pk", "username", "name", "password")),
    )


@pytest.mark.parametrize(("route", "pattern"), ROUTES, ids=[pattern.name for _, pattern in ROUTES])
def test_every_answer_carries_the_security_headers(route, pattern, country):
    names = ("pin_id", "photo_id", "recording_id", "run_id", "meeting_id", "view_id", *BUDGET_IDS)
    ids = {name: str(uuid.uuid4()) for name in names}
    ids |= dict.fromkeys(("set_id", "grant_id", "invitation_id"), "999999")
    for response in (client_of().get(address(route, pattern, ids)), client_of().get("/no/such/page")):
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_page_that_is_not_there_is_a_page_and_an_api_that_is_not_there_is_json(db):
    page, api = client_of().get("/no/such/page"), client_of().get("/api/v1/nope")
    assert (page.status_code, page["Content-Type"].split(";")[0]) == (404, "text/html")
    assert (api.status_code, api.json()["errors"][0]["code"]) == (404, "not_found")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_out_leads_nowhere_else(country, alice, target):
    """Where signing in leads is the page's to decide (frontend/test/account.test.ts) and LINE's (test_sign_in.py)."""
    answer = client_of(alice).post(f"/logout/?next={target}", {"next": target})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_host_that_is_not_ours_is_refused(country):
    assert client_of().get("/api/v1/me", HTTP_HOST="evil.example").status_code == 400


@pytest.mark.parametrize("z", ["-1", "23", "99", "9223372036854775808", "1.5", "x", "%00", "०"])
def test_a_zoom_out_of_range_is_a_4xx(country, z):
    for name in ("cells", "clusters"):
        assert 400 <= client_of().get(f"/api/v1/{name}/{z}").status_code < 500


@pytest.mark.parametrize("value", ['"aaaa\\000"', "x" * 5000, "'; DROP TABLE pin; --", "é"])
def test_an_odd_session_cookie_is_no_session_and_no_fault(country, value):
    for address in ("/api/v1/me", "/login/", "/office/"):
        answer = client_of().get(address, HTTP_COOKIE=f"sessionid={value}; csrftoken={value}; meemap_device={value}")
        assert answer.status_code == 200


def test_when_the_database_is_away_a_page_says_so_and_when_to_come_back(country, monkeypatch, alice):
    def away(*args, **kwargs):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("mapping.limits.rows", away)
    said = json.dumps({"username": "alice", "password": "x"})
    answer = client_of().post("/_allauth/browser/v1/auth/login", said, content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert answer.json()["errors"][0]["code"] == "busy"
