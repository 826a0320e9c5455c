"""The life of a need with fingers: a villager's tap, an officer's answers, what was done, and a reopening."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from mapping.models import Entry, Office, OfficeArea, Person, Pin
from tests.conftest import client_of, feature, make_person, put
from tests.e2e.conftest import DESK, PHONE

HERE = (97.9684, 19.3003)


def sign_in(page, country: str, area: str) -> None:
    """With the session of an officer; the page for signing in has a story of its own."""
    session = client_of(make_person("suda", "officer", area)).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": country}])


def photo() -> dict:
    out = io.BytesIO()
    Image.effect_mandelbrot((800, 600), (-2, -1.5, 1, 1.5), 30).convert("RGB").save(out, "JPEG")
    return {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.mark.django_db(transaction=True)
def test_a_need_lives_from_a_tap_to_a_reopening(country, open_page):
    village = client_of()
    made = put(village, feature(*HERE, category="street_light", severity=4, words="ไฟทางหน้าวัดดับ"))
    twin = put(client_of(), feature(HERE[0], HERE[1] + 0.0002, category="street_light", words="ไฟหน้าวัดดับ"))
    assert (made.status_code, twin.status_code) == (201, 201)
    pin, other = made.json()["id"], twin.json()["id"]
    power = Office.objects.create(kind="agency", name_th="การไฟฟ้าส่วนภูมิภาค (ตัวอย่าง)", name_en="Power (sample)")
    OfficeArea.objects.create(office=power, code="58")

    # A villager with a link, without an account: one tap, and it counts.
    phone = open_page(PHONE)
    page = phone.page
    page.goto(f"{country}/need/?id={pin}")
    expect(page.get_by_test_id("confirmations")).to_contain_text("1")
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("said")).to_contain_text("ขอบคุณ")
    expect(page.get_by_test_id("confirmations")).to_contain_text("2")
    assert page.get_by_test_id("confirm").bounding_box()["height"] >= 48
    phone.picture("need-phone")

    # The officer: the queue, the possible duplicate joined, parted by undo, joined again.
    desk = open_page(DESK)
    office = desk.page
    sign_in(office, country, "58")
    office.goto(f"{country}/office/?view=heat&list=pins&area=58&pin={other}")
    expect(office.get_by_test_id("queue")).to_be_visible()
    expect(office.get_by_test_id("twins")).to_contain_text("ไฟทางหน้าวัดดับ")
    office.get_by_test_id("join").first.click()
    expect(office.get_by_test_id("part")).to_be_visible()
    assert str(Pin.objects.get(pk=other).joined_to_id) == pin
    office.get_by_test_id("undo").click()
    expect(office.get_by_test_id("twins")).to_be_visible()
    assert Pin.objects.get(pk=other).joined_to_id is None

    # Answer: a template, forwarded to an office, a reply, done with its photo.
    office.goto(f"{country}/office/?view=heat&list=pins&area=58&pin={pin}")
    office.get_by_test_id("answer-to").select_option("verified")
    template = office.get_by_test_id("answer-template").locator("option").nth(1)
    words = template.get_attribute("value")
    office.get_by_test_id("answer-template").select_option(index=1)
    expect(office.get_by_test_id("answer-words")).to_have_value(words)
    office.get_by_test_id("answer-save").click()
    expect(office.get_by_test_id("timeline")).to_contain_text("ตรวจสอบแล้ว")
    office.get_by_test_id("answer-to").select_option("forwarded")
    office.get_by_test_id("answer-office").fill("การไฟฟ้าส่วนภูมิภาค")
    office.get_by_test_id("office-choice").first.check()
    office.get_by_test_id("answer-save").click()
    expect(office.get_by_test_id("timeline")).to_contain_text("การไฟฟ้าส่วนภูมิภาค")
    office.get_by_test_id("answer-words").fill("ช่างจะเข้าวันศุกร์")
    office.get_by_test_id("answer-reply").click()
    expect(office.get_by_test_id("timeline")).to_contain_text("ช่างจะเข้าวันศุกร์")
    office.get_by_test_id("answer-to").select_option("done")
    expect(office.get_by_test_id("answer-save")).to_be_disabled()
    office.get_by_test_id("answer-photo").set_input_files(photo())
    expect(office.get_by_test_id("answer-save")).to_be_enabled()
    desk.picture("office-answer")
    office.get_by_test_id("answer-save").click()
    expect(office.get_by_test_id("timeline")).to_contain_text("ทำเสร็จแล้ว")
    assert Pin.objects.get(pk=pin).status == "done"

    # The villager who tapped is asked, and says that it is not in order.
    page.reload()
    expect(page.get_by_test_id("verdict")).to_be_visible()
    page.get_by_test_id("reopen").click()
    page.get_by_test_id("why").fill("ไฟยังกะพริบ")
    page.get_by_test_id("reopen-send").click()
    expect(page.get_by_test_id("reopenings")).to_contain_text("1")
    expect(page.get_by_test_id("timeline")).to_contain_text("ไฟยังกะพริบ")
    assert Pin.objects.get(pk=pin).reopenings == 1
    assert Entry.objects.filter(pin_id=pin, detail__verdict=True).count() == 1
    assert Person.objects.filter(is_device=True).exists()
    phone.picture("need-reopened-phone")
    for watched in (phone, desk):
        assert watched.complaints == []
