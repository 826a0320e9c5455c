"""Rights on paper: who may give which, to whom they go, and that each is given once."""

import io
import json
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from mapping import invitations
from mapping.access import Reader, may_invite
from mapping.errors import Refusal
from mapping.invitations import Right
from mapping.models import Grant, Invitation, Office, OfficeArea, Person
from tests.conftest import client_of, errors_of, make_person
from tests.test_sign_in import post

ACCEPT, LOOK, LIST = "/api/v1/invitations/accept", "/api/v1/invitations/look", "/api/v1/invitations"


@pytest.fixture
def offices(country) -> dict[str, int]:
    found = {}
    territories = {"north": ["58"], "north_01": ["58010101", "58010102"], "south": ["8301"], "border": ["5801", "8301"]}
    for name, territory in {**territories, "nowhere": []}.items():
        office = Office.objects.create(code=name, kind="agency", name_th=name)
        OfficeArea.objects.bulk_create(OfficeArea(office=office, code=code) for code in territory)
        found[name] = office.pk
    return found


def reader_with(role: str, area: str | None = None, office: int | None = None) -> Reader:
    person = Person.objects.create_user("asker")
    Grant.objects.create(person=person, role=role, area_code=area, office_id=office)
    return Reader.of(person)


def invite(client: Client, **body):
    return post(client, LIST, {"role": "volunteer", "area_code": "5801", **body})


def code_from(client: Client, **body) -> str:
    answer = invite(client, **body)
    assert answer.status_code == 201, answer.content
    return answer.json()["results"][0]["code"]


# -- the one rule -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("holder", "target", "allowed"),
    [
        # an officer of a province
        (("officer", "58"), ("volunteer", "58"), True),
        (("officer", "58"), ("volunteer", "58010101"), True),
        (("officer", "58"), ("village_head", "580101"), True),
        (("officer", "58"), ("officer", "5801"), True),
        (("officer", "58"), ("officer", "58"), False),  # no equal
        (("officer", "58"), ("officer", "@north_01"), True),
        (("officer", "58"), ("officer", "@north"), False),  # all of its territory is what the officer has
        (("officer", "58"), ("officer", "@border"), False),
        (("officer", "58"), ("officer", "@nowhere"), False),
        (("officer", "58"), ("administrator", "5801"), False),
        (("officer", "58"), ("volunteer", "83"), False),
        (("officer", "58"), ("volunteer", ""), False),
        (("officer", "5801"), ("volunteer", "58"), False),
        (("officer", "58010101"), ("volunteer", "580101011"), False),  # a longer number is another village
        # an officer of an office
        (("officer", "@north_01"), ("volunteer", "58010101"), True),
        (("officer", "@north_01"), ("volunteer", "58010103"), False),
        (("officer", "@north_01"), ("volunteer", "580101"), False),
        (("officer", "@north_01"), ("officer", "@north_01"), False),
        (("officer", "@north_01"), ("officer", "58010101"), False),
        (("officer", "@north"), ("officer", "5801"), True),
        # administrators
        (("administrator", "58"), ("officer", "58"), True),
        (("administrator", "58"), ("administrator", "58"), True),
        (("administrator", "58"), ("officer", "@north"), True),
        (("administrator", "58"), ("officer", "@border"), False),
        (("administrator", "58"), ("administrator", ""), False),
        (("administrator", "58"), ("volunteer", "83"), False),
        (("administrator", ""), ("administrator", ""), True),
        (("administrator", ""), ("officer", "@nowhere"), True),
        (("administrator", ""), ("volunteer", "@north"), False),  # only officers belong to an office
        # everybody else
        (("volunteer", "58"), ("volunteer", "5801"), False),
        (("village_head", "58"), ("volunteer", "5801"), False),
    ],
)
def test_who_may_give_which_right(offices, holder, target, allowed):
    def place(words: str) -> tuple[str | None, int | None]:
        return (None, offices[words[1:]]) if words.startswith("@") else (words, None)

    reader = reader_with(holder[0], *place(holder[1]))
    assert may_invite(reader, target[0], *place(target[1])) is allowed


def test_a_right_names_exactly_one_place(offices):
    reader = reader_with("administrator", "")
    assert not may_invite(reader, "officer", None, None)
    assert not may_invite(reader, "officer", "58", offices["north"])


# -- making them --------------------------------------------------------------------------------


def test_an_officer_makes_a_sheet_whose_codes_are_kept_nowhere(alice):
    answer = invite(client_of(alice), count=3, note="ประชุมหมู่บ้าน")
    assert answer.status_code == 201
    sheet = answer.json()["results"]
    assert len({row["code"] for row in sheet}) == 3
    for row in sheet:
        assert row["link"] == f"http://testserver/join/?openExternalBrowser=1#{row['code']}"
        assert row["qr"].startswith("data:image/svg+xml")
        assert [area["code"] for area in row["area"]] == ["5801", "58"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(i::text, ' ') FROM invitation AS i")
        kept = cursor.fetchone()[0]
    assert not any(row["code"] in kept or row["code"].replace("-", "") in kept for row in sheet)
    days = (Invitation.objects.first().expires_at - timezone.now()).days
    assert days == 13
    listed = client_of(alice).get(LIST).json()["results"]
    assert [row["note"] for row in listed] == ["ประชุมหมู่บ้าน"] * 3
    assert not any("code" in row or "link" in row for row in listed)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"area_code": "83"}, 403, "permission_denied"),
        ({"area_code": "5899"}, 404, "not_found"),
        ({"area_code": "58x"}, 400, "code_form"),
        ({"area_code": None}, 400, "grant_place"),
        ({"area_code": None, "office": 999_999, "role": "officer"}, 404, "not_found"),
        ({"area_code": None, "office": "x", "role": "officer"}, 400, "grant_place"),
        ({"role": "administrator"}, 403, "permission_denied"),
        ({"role": "king"}, 400, "role_unknown"),
        ({"role": None}, 400, "member_missing"),
        ({"count": 0}, 400, "count_range"),
        ({"count": 101}, 400, "count_range"),
        ({"count": True}, 400, "count_range"),
        ({"days": 61}, 400, "count_range"),
        ({"note": "x" * 201}, 400, "text_too_long"),
        ({"made_by": 1}, 400, "member_unknown"),
    ],
)
def test_what_cannot_be_invited_is_refused_by_name(alice, body, status, code):
    answer = invite(client_of(alice), **body)
    assert (answer.status_code, errors_of(answer)[0][0]) == (status, code)
    assert not Invitation.objects.exists()


def test_a_volunteer_and_a_stranger_make_none(alice, bob, anyone):
    assert errors_of(invite(client_of(bob))) == [("permission_denied", None)]
    assert errors_of(invite(anyone)) == [("not_authenticated", None)]
    assert client_of(bob).get(LIST).status_code == client_of(bob).get("/api/v1/grants").status_code == 403


# -- using them ---------------------------------------------------------------------------------


def test_somebody_new_joins_with_a_name_and_may_come_back_by_password(alice):
    code = code_from(client_of(alice))
    client = client_of()
    told = post(client, LOOK, {"code": code}).json()
    assert (told["role"], told["area"][0]["code"], told["made_by"]) == ("volunteer", "5801", "Alice")
    answer = post(client, ACCEPT, {"code": code, "name": "ยายคำ  ใจดี", "password": "correct horse battery"})
    assert answer.status_code == 201
    joined = answer.json()
    assert (joined["name"], joined["has_password"]) == ("ยายคำ ใจดี", True)
    person = Person.objects.get(username=joined["username"])
    assert client.get("/api/v1/me").json()["person"] == {"id": person.pk, "name": "ยายคำ ใจดี", "is_device": False}
    grant = person.grants.get()
    assert (grant.role, grant.area_code, grant.given_by) == ("volunteer", "5801", alice)
    body = {"username": joined["username"], "password": "correct horse battery"}
    assert post(client_of(), "/_allauth/browser/v1/auth/login", body).status_code == 200


def test_without_a_password_the_session_lasts_a_year_and_a_password_can_follow(alice):
    client = client_of()
    post(client, ACCEPT, {"code": code_from(client_of(alice)), "name": "ตาแสง"})
    assert 364 * 86_400 < client.session.get_expiry_age() <= 365 * 86_400
    account = client.get("/api/v1/account").json()
    assert (account["has_password"], account["needs_current_password"]) == (False, False)
    change = client.patch(
        "/api/v1/account", json.dumps({"password": "correct horse battery"}), content_type="application/json"
    )
    assert change.json()["has_password"]
    assert client.get("/api/v1/me").json()["person"]["name"] == "ตาแสง", "this session goes on"


def test_whoever_is_signed_in_gets_the_right_added(alice, bob):
    code = code_from(client_of(alice), role="village_head", area_code="580101")
    answer = post(client_of(bob), ACCEPT, {"code": code})
    assert answer.status_code == 200
    assert sorted(bob.grants.values_list("role", flat=True)) == ["village_head", "volunteer"]
    assert Invitation.objects.get().used_by == bob


def test_who_has_the_right_already_keeps_the_invitation_for_somebody_else(alice, bob):
    code = code_from(client_of(alice))
    assert post(client_of(bob), ACCEPT, {"code": code}).status_code == 200
    assert bob.grants.count() == 1
    assert post(client_of(), ACCEPT, {"code": code, "name": "ใหม่"}).status_code == 201


@pytest.mark.parametrize("typed", ["lower", "no hyphens", "misread"])
def test_a_code_typed_from_paper_is_forgiving(alice, typed):
    code = code_from(client_of(alice))
    given = {
        "lower": code.lower(),
        "no hyphens": f" {code.replace('-', ' ')} ",
        "misread": code.replace("0", "O").replace("1", "l"),
    }[typed]
    assert post(client_of(), LOOK, {"code": given}).status_code == 200


def spoil(how: str, invitation: Invitation, alice: Person) -> None:
    if how == "used":
        Invitation.objects.update(used_at=timezone.now())
    elif how == "revoked":
        invitations.revoke(invitation)
    elif how == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif how == "its maker lost the right":
        Grant.objects.filter(person=alice).delete()
    elif how == "its maker was disabled":
        Person.objects.filter(pk=alice.pk).update(is_active=False)


@pytest.mark.parametrize(
    "how", ["used", "revoked", "expired", "its maker lost the right", "its maker was disabled", "mistyped"]
)
def test_an_invitation_that_does_not_hold_gives_nothing_and_says_no_more(alice, how):
    code = code_from(client_of(alice))
    spoil(how, Invitation.objects.get(), alice)
    given = "0000-0000-0000-0000" if how == "mistyped" else code
    people = Person.objects.count()
    for path, body in ((LOOK, {"code": given}), (ACCEPT, {"code": given, "name": "ใหม่"})):
        answer = post(client_of(), path, body)
        assert (answer.status_code, errors_of(answer)) == (404, [("invitation_unknown", "code")])
    assert Person.objects.count() == people


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "ใหม่"}, "member_missing"),
        ({"code": "x"}, "member_missing"),
        ({"code": "x", "name": " "}, "name_empty"),
        ({"code": "x", "name": "ใหม่", "password": "12345"}, "password_weak"),
        ({"code": "x", "name": "ใหม่", "username": "admin"}, "member_unknown"),
        ({"code": 7, "name": "ใหม่"}, "text_type"),
    ],
)
def test_odd_acceptances_are_refused_by_name(alice, body, code):
    assert errors_of(post(client_of(), ACCEPT, body))[0][0] == code


def test_guessing_codes_ends_after_thirty_and_joining_does_not_count(alice):
    for _ in range(31):
        code = code_from(client_of(alice))
        assert post(client_of(), ACCEPT, {"code": code, "name": "ใหม่"}).status_code == 201
    codes = [post(client_of(), LOOK, {"code": f"0000-{n:04}"}).status_code for n in range(31)]
    assert codes == [404] * 30 + [429]
    assert post(client_of(), LOOK, {"code": code_from(client_of(alice))}).status_code == 429


def race(work, contenders: int = 2) -> list[str]:
    start, said = threading.Barrier(contenders), []

    def one(n: int) -> None:
        start.wait()
        try:
            work(n)
            said.append("won")
        except Refusal as refusal:
            said.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(contenders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


def made_by_alice() -> str:
    alice = make_person("alice", "officer", "58")
    [(_, code)] = invitations.invite(Reader.of(alice), Right("volunteer", "5801", None))
    return code


def test_of_several_at_once_one_wins(open_country):
    code = made_by_alice()
    assert race(lambda n: invitations.accept(code, by=None, name=f"คนที่ {n}"), 6) == ["invitation_unknown"] * 5 + ["won"]
    assert Person.objects.exclude(username="alice").count() == 1
    assert Grant.objects.filter(role="volunteer").count() == 1


def test_control_an_acceptance_that_looks_first_lets_both_in(open_country):
    code = made_by_alice()
    both_have_looked = threading.Barrier(2)

    def naive(n: int) -> None:
        found = invitations.look(code)
        both_have_looked.wait()
        person = Person.objects.create_user(f"new{n}")
        Grant.objects.create(person=person, role=found.role, area_code=found.area_code)
        Invitation.objects.filter(pk=found.pk).update(used_at=timezone.now())

    assert race(naive) == ["won", "won"]
    assert Grant.objects.filter(role="volunteer").count() == 2


# -- who has which right, and taking it away ---------------------------------------------------------


def test_an_officer_sees_the_people_of_the_own_area_and_charlie_none_of_them(alice, bob, charlie):
    listed = client_of(alice).get("/api/v1/grants").json()["results"]
    assert [(row["person"]["name"], row["may_revoke"], row["me"]) for row in listed] == [
        ("Alice", False, True),
        ("Bob", True, False),
    ]
    others = client_of(charlie).get("/api/v1/grants")
    assert [row["person"]["name"] for row in others.json()["results"]] == ["Charlie"]
    assert "5801" not in others.content.decode()


def test_an_officers_office_shows_its_own_places_only(offices, bob, alice):
    clerk = Person.objects.create_user("clerk", name="Clerk")
    Grant.objects.create(person=clerk, role="officer", office_id=offices["north_01"])
    in_village = make_person("nok", "volunteer", "58010101")
    listed = client_of(clerk).get("/api/v1/grants").json()["results"]
    assert [row["person"]["username"] for row in listed] == ["clerk", in_village.username]


def test_a_right_is_taken_away_and_charlie_cannot(alice, bob, charlie):
    path = f"/api/v1/grants/{bob.grants.get().pk}"
    assert client_of(charlie).delete(path).status_code == 404
    assert client_of(bob).delete(path).status_code == 403
    assert client_of().delete(path).status_code == 403
    bobs = client_of(bob)
    assert bobs.get("/api/v1/me").json()["grants"]
    assert client_of(alice).delete(path).status_code == 204
    assert bobs.get("/api/v1/me").json()["grants"] == []
    assert client_of(alice).delete(path).status_code == 404


def test_an_equal_and_a_higher_right_is_seen_or_not_but_never_taken(alice, charlie):
    equal = make_person("equal", "officer", "58").grants.get()
    higher = make_person("dao", "administrator", "").grants.get()
    assert client_of(alice).delete(f"/api/v1/grants/{equal.pk}").status_code == 403
    assert client_of(alice).delete(f"/api/v1/grants/{higher.pk}").status_code == 404


def test_the_last_administrator_of_the_country_stays(country):
    dao = make_person("dao", "administrator", "")
    path = f"/api/v1/grants/{dao.grants.get().pk}"
    assert errors_of(client_of(dao).delete(path)) == [("last_administrator", None)]
    make_person("nok", "administrator", "")
    assert client_of(dao).delete(path).status_code == 204


def test_charlie_sees_and_revokes_no_invitation_of_north(alice, charlie):
    code = code_from(client_of(alice))
    row = Invitation.objects.get()
    path = f"{LIST}/{row.pk}"
    assert client_of(charlie).get(LIST).json()["results"] == []
    assert client_of(charlie).delete(path).status_code == 404
    assert client_of(alice).delete(path).status_code == 204
    assert errors_of(client_of(alice).delete(path)) == [("invitation_gone", None)]
    assert post(client_of(), LOOK, {"code": code}).status_code == 404


# -- one's own account --------------------------------------------------------------------------


def patch(client: Client, **body):
    return client.patch("/api/v1/account", json.dumps(body), content_type="application/json")


def test_name_and_user_name_are_ones_own_to_change(alice, bob):
    client = client_of(bob)
    assert patch(client, name="บ๊อบ", username="Bob.North").json()["username"] == "bob.north"
    assert errors_of(patch(client, username="alice")) == [("username_taken", "username")]
    for odd in ("a", "a b", "a@b.c", "x" * 61, "<b>"):
        assert errors_of(patch(client, username=odd)) == [("username_form", "username")]
    assert patch(client, username="สมชาย").status_code == 200
    assert errors_of(patch(client, is_staff=True)) == [("member_unknown", "is_staff")]
    assert errors_of(patch(client_of(), name="x")) == [("sign_in_first", None)]
    bob.refresh_from_db()
    assert (bob.name, bob.username, bob.is_staff) == ("บ๊อบ", "สมชาย", False)


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(alice):
    alice.set_password("correct horse battery")
    alice.save()
    here, there = client_of(alice), client_of(alice)
    new = "battery horse correct"
    assert errors_of(patch(here, password=new)) == [("password_current", "current_password")]
    assert errors_of(patch(here, password=new, current_password="wrong")) == [("password_current", "current_password")]
    assert errors_of(patch(here, password="1234567890", current_password="correct horse battery"))[0][0] == (
        "password_weak"
    )
    assert patch(here, password=new, current_password="correct horse battery").status_code == 200
    assert here.get("/api/v1/me").json()["person"]["name"] == "Alice"
    assert there.get("/api/v1/me").json()["person"] is None


def test_an_administrator_is_made_by_command(country, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("Dao\nดาว\n12345\n"))
    with pytest.raises(CommandError, match="too easy"):
        call_command("create_admin")
    monkeypatch.setattr("sys.stdin", io.StringIO("Dao\nดาว\ncorrect horse battery\n"))
    call_command("create_admin")
    dao = Person.objects.get(username="dao")
    assert list(dao.grants.values_list("role", "area_code")) == [("administrator", "")]
    assert dao.check_password("correct horse battery")
    monkeypatch.setattr("sys.stdin", io.StringIO("DAO\nดาว\ncorrect horse battery\n"))
    with pytest.raises(CommandError, match="already"):
        call_command("create_admin")
