"""The administration in a real browser: Django's own pages under our strict policy, on desk and phone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mapping.models import Category, Grant, Office, OfficeArea, Person
from tests.e2e.conftest import DESK, PHONE

PASSWORD = "correct horse battery"


@pytest.fixture
def office(country) -> Office:
    dao = Person.objects.create_user("dao", PASSWORD, name="ดาว")
    Grant.objects.create(person=dao, role="administrator", area_code="")
    made = Office.objects.create(
        code="6580101", kind="municipality", name_th="เทศบาลตำบลทดสอบ", name_en="Test municipality"
    )
    OfficeArea.objects.create(office=made, code="580101")
    OfficeArea.objects.create(office=made, code="580102")
    return made


def keep(page, name: str) -> None:
    folder = os.environ.get("PICTURES_TO")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def sign_in(watched, url: str) -> None:
    watched.page.goto(f"{url}/admin/")
    watched.page.fill("input[autocomplete=username]", "dao")
    watched.page.fill("input[type=password]", PASSWORD)
    watched.page.get_by_test_id("submit").click()
    watched.page.wait_for_url(f"{url}/admin/")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_works_under_the_policy(country, office, open_page, size):
    for language in ("th", "en"):
        look(country, office, open_page, size, language)


def look(country, office, open_page, size, language) -> None:
    watched = open_page(size, language)
    page, name = watched.page, f"{'desk' if size is DESK else 'phone'}-{language}"
    refused: list[str] = []
    page.on("console", lambda message: "Content Security Policy" in message.text and refused.append(message.text))
    sign_in(watched, country)
    road, dao = Category.objects.get(slug="road"), Person.objects.get(username="dao")
    pages = {
        "index": "",
        "categories": "mapping/category/",
        "category": f"mapping/category/{road.pk}/change/",
        "groups": "mapping/categorygroup/",
        "sets": "mapping/boundaryset/",
        "offices": "mapping/office/",
        "grants": "mapping/grant/",
        "grant": "mapping/grant/add/",
        "people": "mapping/person/",
        "person": f"mapping/person/{dao.pk}/change/",
        "password": f"mapping/person/{dao.pk}/password/",
        "delete": f"mapping/category/{road.pk}/delete/",
        "history": f"mapping/office/{office.pk}/history/",
        "office": f"mapping/office/{office.pk}/change/",
    }
    for step, path in pages.items():
        page.goto(f"{country}/admin/{path}")
        page.wait_for_load_state()
        keep(page, f"admin-{step}-{name}")
        assert page.locator("h1").count() >= 1, step
    expect(page.locator(".admin-map .mm-territory")).to_have_count(2, timeout=60_000)
    page.click("input[name=_save]")
    page.wait_for_url(f"{country}/admin/mapping/office/")
    assert refused == []
    assert watched.complaints == []


def test_a_person_is_chosen_for_a_right_by_keyboard_and_the_choice_comes_back(country, office, open_page):
    watched = open_page(DESK, "en")
    page = watched.page
    sign_in(watched, country)
    page.goto(f"{country}/admin/mapping/grant/add/")
    with page.expect_popup() as opened:
        page.focus("#lookup_id_person")
        page.keyboard.press("Enter")
    popup = opened.value
    popup.wait_for_load_state()
    popup.fill("#searchbar", "volunteer5801")
    popup.keyboard.press("Enter")
    popup.click("text=volunteer5801")
    expect(page.locator("#id_person")).not_to_have_value("")
    page.select_option("#id_role", "officer")
    page.check("input[name=scope][value=area]")
    page.fill("#id_area_code", "5801")
    page.click("input[name=_save]")
    page.wait_for_url(f"{country}/admin/mapping/grant/")
    assert Grant.objects.filter(person__username="volunteer5801", role="officer", area_code="5801").exists()
    assert watched.complaints == []
