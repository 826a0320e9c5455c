"""From the first page of the demo to a volunteer who joined by paper, in a real browser."""

import os
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import expect

from mapping.models import Person
from tests.e2e.conftest import DESK, PHONE
from tests.test_sign_in import code_in

PASSWORD = "correct horse battery"
SHOWN = os.environ.get("MEEMAP_PICTURES", "")


def look(page, name: str) -> None:
    """Nothing is wider than the screen, in both languages; pictures of all where a folder for them is named."""
    for language in ("th", "en"):
        if page.locator("html").get_attribute("lang") != language:
            page.get_by_test_id("language").click()
            expect(page.locator("html")).to_have_attribute("lang", language)
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{name} scrolls sideways by {wide} px"
            if SHOWN:
                page.screenshot(path=Path(SHOWN) / f"{name}-{language}-{size['width']}.png", full_page=True)
    page.get_by_test_id("language").click()
    expect(page.locator("html")).to_have_attribute("lang", "th")


@pytest.fixture
def demo_country(country, settings) -> str:
    settings.MEEMAP = {**settings.MEEMAP, "demo_password": PASSWORD, "mail": True, "line": True}
    app = {"client_id": "165", "secret": "line secret", "key": ""}
    settings.SOCIALACCOUNT_PROVIDERS = {"line": {**settings.SOCIALACCOUNT_PROVIDERS["line"], "APPS": [app]}}
    return country


def sign_in(page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("ชื่อผู้ใช้").fill(name)
    page.get_by_label("รหัสผ่าน").fill(password)
    page.get_by_test_id("submit").click()


def test_an_officer_invites_and_a_volunteer_joins(demo_country, open_page):
    officer, volunteer = open_page(DESK), open_page(PHONE)
    desk, phone = officer.page, volunteer.page
    desk.goto(demo_country)
    expect(desk.get_by_test_id("demo-accounts")).to_contain_text(PASSWORD)
    look(desk, "landing")
    desk.get_by_text("officer5801", exact=True).click()
    expect(desk.get_by_label("ชื่อผู้ใช้")).to_have_value("officer5801")
    look(desk, "login")
    sign_in(desk, "officer5801", "wrong password")
    expect(desk.get_by_test_id("problem")).to_contain_text("ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง")
    look(desk, "login-wrong")
    sign_in(desk, "officer5801")
    expect(desk.get_by_test_id("office-ready")).to_be_attached()
    desk.goto(f"{demo_country}/office/people/")
    expect(desk.get_by_test_id("people")).to_contain_text("volunteer5801")
    expect(desk.get_by_test_id("people")).not_to_contain_text("เจ้าหน้าที่จังหวัด")
    assert "administrator" not in desk.get_by_test_id("role").inner_html()
    desk.get_by_test_id("step-0").select_option(index=1)
    expect(desk.get_by_test_id("step-1")).to_be_attached()
    desk.get_by_test_id("count").fill("6")
    look(desk, "people")
    desk.get_by_test_id("make").click()
    expect(desk.get_by_test_id("code")).to_have_count(6)
    look(desk, "people-sheet")
    if SHOWN:
        desk.emulate_media(media="print")
        desk.pdf(path=Path(SHOWN) / "sheet.pdf", format="A4")
        desk.emulate_media(media="screen")
    code = desk.get_by_test_id("code").first.inner_text()

    phone.goto(f"{demo_country}/join/?openExternalBrowser=1#{code}")
    expect(phone.get_by_test_id("invitation")).to_contain_text("อาสาสมัคร")
    assert code not in phone.url
    assert not any(code in address for address in volunteer.requests)
    look(phone, "join")
    phone.set_viewport_size(PHONE)
    phone.get_by_test_id("name").fill("ยายคำ ใจดี")
    phone.get_by_test_id("accept").click()
    username = phone.get_by_test_id("my-username").inner_text()
    look(phone, "joined")
    phone.goto(f"{demo_country}/account/")
    expect(phone.get_by_test_id("rights")).to_contain_text("อาสาสมัคร")
    look(phone, "account")
    phone.get_by_test_id("password").fill("battery horse correct")
    phone.get_by_test_id("save-password").click()
    expect(phone.get_by_test_id("done")).to_contain_text("บันทึกรหัสผ่านแล้ว")
    phone.get_by_test_id("sign-out").click()
    expect(phone.get_by_test_id("door-pin")).to_be_visible()
    phone.goto(f"{demo_country}/login/?next=/account/")
    sign_in(phone, username, "battery horse correct")
    expect(phone.get_by_test_id("rights")).to_be_visible()
    expect(phone.get_by_test_id("username")).to_have_value(username)
    phone.goto(f"{demo_country}/office/people/")
    expect(phone.get_by_test_id("no-permission")).to_be_visible()

    desk.reload()
    person = desk.get_by_test_id("people").get_by_role("listitem").filter(has_text="ยายคำ ใจดี")
    person.get_by_role("button").click()
    person.get_by_test_id("sure").click()
    expect(desk.get_by_test_id("done")).to_contain_text("ยายคำ ใจดี")
    phone.goto(f"{demo_country}/account/")
    expect(phone.get_by_test_id("rights")).to_contain_text("ยังไม่มีสิทธิ์")
    assert not Person.objects.get(username=username).grants.exists()

    phone.goto(f"{demo_country}/join/#{code}")
    expect(phone.get_by_test_id("problem")).to_contain_text("คำเชิญนี้ใช้ไม่ได้")
    look(phone, "join-used")
    for watched in (officer, volunteer):
        assert [c for c in watched.complaints if not any(n in c for n in ("400", "403", "404"))] == []


def test_a_code_by_email_signs_in_from_the_page(demo_country, open_page):
    watched = open_page(PHONE)
    page = watched.page
    officer = Person.objects.get(username="officer58")
    officer.emailaddress_set.create(email="officer@example.org", verified=True, primary=True)
    page.goto(f"{demo_country}/login/?next=/account/")
    page.get_by_test_id("by-code").click()
    page.get_by_test_id("email").fill("officer@example.org")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("code")).to_be_focused()
    look(page, "login-code")
    page.get_by_test_id("code").fill(code_in(mail.outbox[0]))
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("email-now")).to_have_text("officer@example.org")
    look(page, "account-officer")
