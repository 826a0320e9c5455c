"""The administration: who gets in, what it refuses in words, what it keeps of every change."""

import json
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import URLResolver, get_resolver

from mapping import history
from mapping.models import BoundarySet, Category, CategoryGroup, Grant, Office, OfficeArea, Person, Pin
from mapping.models.people import Role
from tests.conftest import client_of, make_person, report

PASSWORD = "correct horse battery"


@pytest.fixture
def dao(country) -> Person:
    """The administrator of the country."""
    return make_person("dao", Role.ADMINISTRATOR, "")


@pytest.fixture
def office(country) -> Office:
    made = Office.objects.create(code="6580101", kind="municipality", name_th="เทศบาลทดสอบ", phone="0 5361 1111")
    OfficeArea.objects.create(office=made, code="58010101")
    OfficeArea.objects.create(office=made, code="580102")
    return made


def form_of(model: str, key: object = None) -> str:
    return f"/admin/mapping/{model}/{key}/change/" if key is not None else f"/admin/mapping/{model}/add/"


def category_form(category: Category, **changed) -> dict:
    names = (
        "slug",
        "group_id",
        "name_th",
        "name_en",
        "pictogram",
        "plan_work_th",
        "public_place",
        "radius_m",
        "position",
    )
    form = {name.removesuffix("_id"): getattr(category, name) for name in names}
    return form | ({"sensitive": "on"} if category.sensitive else {}) | changed


def office_form(office: Office, **changed) -> dict:
    names = ("code", "kind", "name_th", "name_en", "phone", "email", "line_id", "website", "address")
    return {name: getattr(office, name) or "" for name in names} | {"territory": "58010101 580102"} | changed


def page(response) -> str:
    return response.content.decode()


# -- who gets in --------------------------------------------------------------------------------


def admin_routes() -> list[str]:
    found: list[str] = []

    def walk(prefix: str, patterns) -> None:
        for pattern in patterns:
            part = str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
            part = part.replace("(?P<app_label>mapping)", "mapping").replace("(?P<url>.*)", "no/such/page")
            part = re.sub(r"<(?:\w+:)?\w+>", "1", part)
            if isinstance(pattern, URLResolver):
                walk(prefix + part, pattern.url_patterns)
            else:
                found.append(prefix + part)

    [site] = [p for p in get_resolver().url_patterns if isinstance(p, URLResolver) and p.namespace == "admin"]
    walk("/admin/", site.url_patterns)
    return found


def test_there_are_pages_of_administration_and_none_for_passwords_of_its_own():
    assert len(admin_routes()) > 30
    assert not [route for route in admin_routes() if route.startswith(("/admin/password_change", "/admin/r/"))]


def test_nobody_without_the_right_sees_or_changes_anything(charlie, bob, office):
    director = make_person("director", Role.ADMINISTRATOR, "58")  # of a province, not of the country
    root = Person.objects.create_superuser("root", PASSWORD)
    before = state()
    for person in (None, charlie, bob, director, root):
        client = client_of(person)
        for route in admin_routes():
            for method in ("get", "post"):
                answer = getattr(client, method)(route)
                assert answer.status_code in (302, 403), (person, method, route, answer.status_code)
                assert "0 5361 1111" not in page(answer)
                if answer.status_code == 302:
                    assert answer["Location"].startswith(("/login/?next=", "/admin/login/?next=", "/admin/")), answer[
                        "Location"
                    ]
    assert state() == before


def state() -> tuple:
    return (
        list(Category.objects.order_by("pk").values_list("pk", "name_th", "public_place")),
        list(Office.objects.values_list("pk", "name_th")),
        list(Grant.objects.order_by("pk").values_list("pk", "role", "area_code")),
        list(Person.objects.order_by("pk").values_list("pk", "username", "is_active", "password")),
    )


def test_the_administrator_opens_every_page(dao, office):
    client = client_of(dao)
    for route in admin_routes():
        assert client.get(route).status_code < 500, route
    for model in ("category", "categorygroup", "boundaryset", "office", "grant", "person"):
        assert client.get(f"/admin/mapping/{model}/").status_code == 200
    assert client.get(form_of("office", office.pk)).status_code == 200
    assert client.get(form_of("person", dao.pk)).status_code == 200
    assert client.get(f"/admin/mapping/person/{dao.pk}/password/").status_code == 200


def test_a_stranger_is_led_to_the_one_page_for_signing_in_and_back(dao):
    answer = client_of().get("/admin/mapping/office/", follow=True)
    assert answer.redirect_chain[-1][0] == "/login/?next=/admin/mapping/office/"  # the page goes there
    dao.set_password(PASSWORD)
    dao.save()
    client = client_of()
    signed = client.post(
        "/_allauth/browser/v1/auth/login",
        json.dumps({"username": "dao", "password": PASSWORD}),
        content_type="application/json",
    )
    assert signed.status_code == 200, page(signed)
    assert client.get("/admin/mapping/office/").status_code == 200


def test_whoever_is_signed_in_and_may_not_is_told_so_and_not_sent_round(charlie):
    answer = client_of(charlie).get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "สิทธิ์" in page(answer)


def test_the_right_ends_with_the_grant_at_the_next_request(dao):
    client = client_of(dao)
    assert client.get("/admin/").status_code == 200
    Grant.objects.filter(person=dao).delete()
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(("language", "word"), [("th", "หน่วยงาน"), ("en", "Offices")])
def test_the_pages_speak_the_readers_language(dao, language, word):
    text = page(client_of(dao, language).get("/admin/"))
    assert word in text
    assert f'lang="{language}"' in text


def test_no_page_holds_script_or_style_of_its_own(dao, office):
    client = client_of(dao)
    routes = [
        "/admin/",
        "/admin/mapping/office/",
        form_of("office", office.pk),
        form_of("grant"),
        form_of("category", 1),
        f"/admin/mapping/office/{office.pk}/history/",
        f"/admin/mapping/person/{dao.pk}/password/",
    ]
    for route in routes:
        text = page(client.get(route))
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text), route
        for tag in re.findall(r"<script[^>]*>", text):
            assert " src=" in tag, (route, tag)


# -- categories ---------------------------------------------------------------------------------


def test_a_stricter_rule_for_a_category_holds_for_the_pins_that_are_there(dao, bob):
    pin = report(bob, 98.0512, 19.0511)
    road = Category.objects.get(slug="road")
    assert Pin.objects.get(pk=pin["id"]).place_precision == "exact"
    answer = client_of(dao).post(form_of("category", road.pk), category_form(road, public_place="cell"))
    assert answer.status_code == 302, page(answer)
    shown = client_of().get(f"/api/v1/pins/{pin['id']}").json()
    assert shown["properties"]["place_precision"] == "cell"
    assert shown["geometry"]["coordinates"] != [98.0512, 19.0511]


def test_a_category_with_pins_is_not_deleted_and_the_page_says_why(dao, bob):
    report(bob)
    road = Category.objects.get(slug="road")
    for method in ("get", "post"):
        answer = getattr(client_of(dao), method)(f"/admin/mapping/category/{road.pk}/delete/", {"post": "yes"})
        assert answer.status_code == 200
        assert "1 pins are of the category" in page(answer)
    assert Category.objects.filter(pk=road.pk).exists()


def test_a_category_without_pins_is_deleted(dao):
    road = Category.objects.get(slug="road")
    answer = client_of(dao).post(f"/admin/mapping/category/{road.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 302
    assert not Category.objects.filter(pk=road.pk).exists()


def test_a_category_that_an_office_answers_for_is_not_deleted(dao, office):
    """Else the office would answer for every category from then on."""
    office.categories.add(Category.objects.get(slug="road"))
    answer = client_of(dao, "th").post(
        f"/admin/mapping/category/{Category.objects.get(slug='road').pk}/delete/", {"post": "yes"}
    )
    assert "มีหน่วยงาน 1 แห่งรับผิดชอบ" in page(answer)
    assert Category.objects.filter(slug="road").exists()


def test_a_group_with_categories_is_not_deleted(dao):
    answer = client_of(dao).post("/admin/mapping/categorygroup/water/delete/", {"post": "yes"})
    assert "3 categories are in the group" in page(answer)
    assert CategoryGroup.objects.filter(slug="water").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("radius_m", "-1"), ("radius_m", "99999"), ("position", "99999"), ("public_place", "nowhere"), ("pictogram", "x"),
     ("name_th", ""), ("name_th", "a\0b"), ("group", "nope")],
)  # fmt: skip
def test_an_odd_value_is_refused_beside_its_field(dao, field, value):
    road = Category.objects.get(slug="road")
    answer = client_of(dao).post(form_of("category", road.pk), category_form(road, **{field: value}))
    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) == {field}
    assert "errorlist" in page(answer)


def test_a_colour_is_six_hexadecimal_digits(dao):
    form = {"slug": "water", "name_th": "น้ำ", "name_en": "Water", "colour": "red;}", "position": 1}
    answer = client_of(dao).post(form_of("categorygroup", "water"), form)
    assert "is not a colour" in page(answer)


def test_the_word_by_which_everything_names_a_category_does_not_change(dao):
    road = Category.objects.get(slug="road")
    client_of(dao).post(form_of("category", road.pk), category_form(road, slug="street"))
    assert Category.objects.get(pk=road.pk).slug == "road"


# -- offices ------------------------------------------------------------------------------------


def test_an_offices_territory_becomes_what_was_written(dao, office):
    answer = client_of(dao).post(
        form_of("office", office.pk), office_form(office, territory="58010101\n58010102, 5802")
    )
    assert answer.status_code == 302, page(answer)
    assert set(office.territory.values_list("code", flat=True)) == {"58010101", "58010102", "5802"}


def test_a_territory_with_a_code_that_is_not_there_is_refused(dao, office):
    answer = client_of(dao).post(form_of("office", office.pk), office_form(office, territory="58010101 99999999"))
    assert "These are no codes of areas in use: 99999999." in page(answer)
    assert office.territory.count() == 2


def test_an_office_with_rights_on_it_is_not_deleted(dao, office, bob):
    Grant.objects.create(person=bob, role=Role.OFFICER, office=office)
    answer = client_of(dao).post(f"/admin/mapping/office/{office.pk}/delete/", {"post": "yes"})
    assert "1 rights are given on" in page(answer)
    assert Grant.objects.filter(office=office).exists()


def test_an_office_without_rights_is_deleted_with_its_territory(dao, office):
    assert client_of(dao).post(f"/admin/mapping/office/{office.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Office.objects.filter(pk=office.pk).exists()
    assert not OfficeArea.objects.filter(office_id=office.pk).exists()


def test_the_map_of_an_office_gets_its_villages_as_points_and_its_areas_as_shapes(dao, office):
    found = client_of(dao).get(f"/admin/mapping/office/{office.pk}/shapes.geojson").json()
    kinds = {one["id"]: one["geometry"]["type"] for one in found["features"]}
    assert kinds == {"58010101": "Point", "580102": "MultiPolygon"}


def test_boundary_sets_are_only_looked_at(dao, country):
    client = client_of(dao)
    assert client.get("/admin/mapping/boundaryset/add/").status_code == 403
    assert client.post(form_of("boundaryset", country.pk), {"name": "other"}).status_code == 403
    assert client.post(f"/admin/mapping/boundaryset/{country.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "/office/import/" in page(client.get(form_of("boundaryset", country.pk)))


# -- rights -------------------------------------------------------------------------------------


def give(client, person: Person, **form):
    return client.post(
        form_of("grant"), {"person": person.pk, "role": "officer", "area_code": "", "office": "", **form}
    )


def test_a_right_is_given_on_an_area_an_office_or_the_country(dao, bob, office):
    client = client_of(dao)
    assert give(client, bob, scope="area", area_code="5802").status_code == 302
    assert give(client, bob, scope="office", office=office.pk).status_code == 302
    assert give(client, bob, scope="country").status_code == 302
    given = set(Grant.objects.filter(person=bob, role="officer").values_list("area_code", "office", "given_by"))
    assert given == {("5802", None, dao.pk), (None, office.pk, dao.pk), ("", None, dao.pk)}


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"scope": "area", "area_code": "9999"}, "There is no area with the code “9999”"),
        ({"scope": "area", "area_code": "'; --"}, "There is no area with the code"),
        ({"scope": "area"}, "Choose one"),
        ({"scope": "country", "area_code": "58"}, "Choose one"),
        ({"scope": "office"}, "Choose one"),
        ({"scope": "galaxy"}, "errorlist"),
        ({"scope": "country", "role": "emperor"}, "errorlist"),
        ({"scope": "office", "office": "99999"}, "errorlist"),
    ],
)
def test_a_right_on_nothing_is_refused_in_words(dao, bob, form, words):
    before = Grant.objects.count()
    answer = give(client_of(dao), bob, **form)
    assert answer.status_code == 200
    assert words in page(answer)
    assert Grant.objects.count() == before


def test_the_same_right_is_not_given_twice_and_a_device_gets_none(dao, alice):
    device = Person.device_of("x" * 43)
    assert "already has this right" in page(give(client_of(dao), alice, scope="area", area_code="58"))
    assert "A device without an account" in page(give(client_of(dao), device, scope="country"))


def test_the_last_administrator_stays(dao):
    own = Grant.objects.get(person=dao)
    client = client_of(dao)
    refused = [
        client.post(f"/admin/mapping/grant/{own.pk}/delete/", {"post": "yes"}),
        client.post(form_of("grant", own.pk), {"person": dao.pk, "role": "officer", "scope": "country"}),
        client.post(form_of("person", dao.pk), {"username": "dao", "name": "Dao"}),  # is_active not sent: off
    ]
    for answer in refused:
        assert "This is the last administrator" in page(answer)
    assert Grant.objects.get(pk=own.pk).role == "administrator"
    assert Person.objects.get(pk=dao.pk).is_active
    make_person("duang", Role.ADMINISTRATOR, "")
    assert client.post(f"/admin/mapping/grant/{own.pk}/delete/", {"post": "yes"}).status_code == 302


# -- people -------------------------------------------------------------------------------------


def test_a_person_who_is_switched_off_is_out_at_the_next_request(dao, alice):
    officer = client_of(alice)
    assert officer.get("/api/v1/me").json()["person"]
    answer = client_of(dao).post(form_of("person", alice.pk), {"username": "alice", "name": "Alice"})
    assert answer.status_code == 302, page(answer)
    assert officer.get("/api/v1/me").json()["person"] is None


def test_a_new_person_cannot_sign_in_until_a_password_is_set(dao):
    client = client_of(dao)
    answer = client.post(form_of("person"), {"username": "fah", "name": "Fah", "is_active": "on"})
    fah = Person.objects.get(username="fah")
    assert answer.status_code == 302
    assert not client_of().login(username="fah", password="")
    path = f"/admin/mapping/person/{fah.pk}/password/"
    weak = client.post(path, {"password1": "short", "password2": "short", "usable_password": "true"})
    assert weak.status_code == 200
    strong = client.post(path, {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"})
    assert strong.status_code == 302, page(strong)
    assert client_of().login(username="fah", password=PASSWORD)


def test_no_page_shows_a_password_or_a_hash_of_one(dao, alice):
    alice.set_password(PASSWORD)
    alice.save()
    client = client_of(dao)
    for path in (form_of("person", alice.pk), "/admin/mapping/person/", f"/admin/mapping/person/{alice.pk}/password/"):
        text = page(client.get(path))
        assert PASSWORD not in text
        assert "scrypt" not in text


def test_devices_are_listed_only_when_asked_for(dao):
    device = Person.device_of("y" * 43)
    client = client_of(dao)
    row = f"/admin/mapping/person/{device.pk}/change/"
    assert row not in page(client.get("/admin/mapping/person/"))
    assert row in page(client.get("/admin/mapping/person/?devices=yes"))


def test_nobody_is_deleted_here(dao, alice):
    assert client_of(dao).post(f"/admin/mapping/person/{alice.pk}/delete/", {"post": "yes"}).status_code == 403


# -- history ------------------------------------------------------------------------------------


def kept(model, key) -> list[tuple]:
    return [(line.label, line.person_id, line.changed) for line in history.of(model, key)]


def test_a_change_is_kept_with_who_made_it(dao):
    road = Category.objects.get(slug="road")
    client_of(dao).post(form_of("category", road.pk), category_form(road, radius_m=200))
    label, person, changed = kept(Category, road.pk)[0]
    assert (label, person, changed) == ("update", dao.pk, {"radius_m": (150, 200)})
    text = page(client_of(dao).get(f"/admin/mapping/category/{road.pk}/history/"))
    assert "150 → 200" in text
    assert "Dao" in text


def test_a_change_by_sql_and_in_bulk_is_kept_without_a_person(dao):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE category SET radius_m = radius_m + 1 WHERE group_id = 'water'")
    Category.objects.filter(group_id="water").update(sensitive=True)
    for category in Category.objects.filter(group_id="water"):
        lines = kept(Category, category.pk)
        assert [(label, person) for label, person, _ in lines[:2]] == [("update", None)] * 2
        assert set(lines[0][2]) == {"sensitive"}
        assert set(lines[1][2]) == {"radius_m"}


def test_what_changes_nothing_is_not_kept(dao):
    road = Category.objects.get(slug="road")
    before = len(kept(Category, road.pk))
    Category.objects.filter(pk=road.pk).update(radius_m=road.radius_m)
    assert len(kept(Category, road.pk)) == before


def test_a_refused_change_leaves_no_history(dao, office):
    before = len(kept(Office, office.pk))
    client_of(dao).post(form_of("office", office.pk), office_form(office, name_th="ใหม่", territory="99999999"))
    assert len(kept(Office, office.pk)) == before


def test_an_offices_history_tells_of_its_territory_and_of_what_is_gone(dao, office):
    client = client_of(dao)
    client.post(form_of("office", office.pk), office_form(office, phone="1", territory="58010101"))
    said = [(line.table, line.label) for line in history.of(Office, office.pk) if line.person_id == dao.pk]
    assert sorted(said) == [("office_area_event", "delete"), ("office_event", "update")]
    client.post(f"/admin/mapping/office/{office.pk}/delete/", {"post": "yes"})
    text = page(client.get(f"/admin/mapping/office/{office.pk}/history/"))
    assert "เทศบาลทดสอบ" in text
    assert client.get("/admin/mapping/office/99999/history/").status_code == 404


def test_no_name_of_a_person_stands_in_the_history(dao, bob):
    give(client_of(dao), bob, scope="area", area_code="5802")
    client_of(dao).post(form_of("person", bob.pk), {"username": "bob", "name": "Robert Secret", "is_active": "on"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '_event$|^pghistory|^django_admin_log$'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text ~* \'robert|secret|"?bob\'')
            assert cursor.fetchone() == (0,), table
    assert LogEntry.objects.get().object_repr == str(bob.pk)
    assert json.loads(LogEntry.objects.get().change_message)[0]["changed"]


def test_a_persons_name_in_the_history_goes_with_the_person(dao, bob):
    duang = make_person("duang", Role.ADMINISTRATOR, "")
    road = Category.objects.get(slug="road")
    client_of(duang).post(form_of("category", road.pk), category_form(road, radius_m=200))
    key = duang.pk
    Grant.objects.filter(person=duang).delete()
    duang.delete()
    text = page(client_of(dao).get(f"/admin/mapping/category/{road.pk}/history/"))
    assert "Duang" not in text
    assert f"#{key}" in text


def test_history_cannot_be_rewritten(dao):
    with pytest.raises(Exception, match="Cannot update or delete rows"), connection.cursor() as cursor:
        cursor.execute("UPDATE category_event SET name_th = 'x'")


def test_history_begins_with_what_stood_there(db):
    assert Category.objects.count() == 21
    assert {label for label, *_ in kept(Category, Category.objects.get(slug="road").pk)} <= {"begin", "insert"}
    assert kept(Category, Category.objects.get(slug="road").pk)


def test_a_file_of_offices_is_kept_as_its_senders_doing(dao, country, tmp_path):
    from mapping.exchange import imports, kinds  # noqa: F401, PLC0415

    path = tmp_path / "offices.csv"
    path.write_text("code,kind,name_th,territory\n6580101,municipality,เทศบาลทดสอบ,58010101 58010102\n")
    run = imports.receive("offices", path, name="offices.csv", by=dao)
    imports.commit(run)
    lines = history.of(Office, Office.objects.get(code="6580101").pk)
    assert {(line.table, line.label, line.person_id) for line in lines} == {
        ("office_event", "insert", dao.pk), ("office_area_event", "insert", dao.pk),
    }  # fmt: skip
    assert {line.run_id for line in lines} == {str(run.pk)}
    assert BoundarySet.objects.filter(active=True).exists()


def test_who_a_change_is_by_ends_with_its_transaction(dao):
    with history.by(dao.pk):
        Category.objects.filter(slug="road").update(radius_m=1)
    Category.objects.filter(slug="road").update(radius_m=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT metadata FROM pghistory_context")
        assert [json.loads(one) if isinstance(one, str) else one for (one,) in cursor.fetchall()] == [
            {"person": dao.pk}
        ]
