"""Who is responsible here, with fingers: from a position or a name to a telephone number."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESK, PHONE

SHARED, ITS_MUNICIPALITY = "580101", "เทศบาลตำบลจองคำ (ตัวอย่าง)"


def scripts_of_the_map(watched) -> list[str]:
    return [url for url in watched.requests if "crosshair" in url or "leaflet" in url]


@pytest.mark.django_db(transaction=True)
def test_from_where_i_am_to_a_number_to_call(country, open_page):
    phone = open_page(PHONE)
    page = phone.page
    page.goto(f"{country}/")
    page.get_by_test_id("door-where").click()
    page.get_by_test_id("locate").click()
    expect(page.get_by_test_id("place")).to_contain_text("ต.จองคำ")
    expect(page.get_by_test_id("place")).to_contain_text("8 เมตร")  # how exact the position is

    # The subdistrict is shared: two offices, and the village is asked for.
    expect(page.get_by_test_id("either")).to_be_visible()
    expect(page.locator("[data-testid=found] > [data-testid=office]")).to_have_count(2)
    page.get_by_test_id("village-58010108").click()
    expect(page.get_by_test_id("either")).to_be_hidden()
    call = page.get_by_test_id("call").first
    expect(call).to_be_in_viewport()
    expect(call).to_have_attribute("href", re.compile(r"^tel:00000\d+$"))
    expect(page.get_by_test_id("office").first).to_contain_text(ITS_MUNICIPALITY)
    assert call.bounding_box()["height"] >= 48

    # Electricity has an agency of its own.
    page.get_by_test_id("change-category").click()
    page.get_by_test_id("category-power").click()
    expect(page.get_by_test_id("office").first).to_contain_text("การไฟฟ้า")
    assert re.search(r"\?lng=97\.9684&lat=19\.3003&category=power&village=58010108$", page.url)

    # What the address says, another phone sees; Back goes one step back.
    other = open_page(PHONE)
    other.page.goto(page.url)
    expect(other.page.get_by_test_id("office").first).to_contain_text("การไฟฟ้า")
    page.go_back()
    page.go_back()
    expect(page.get_by_test_id("office").first).to_contain_text(ITS_MUNICIPALITY)

    page.get_by_test_id("pin-here").click()
    expect(page).to_have_url(re.compile(r"/m/\?lng=97\.9684&lat=19\.3003(#photo)?$"))
    assert scripts_of_the_map(other) == []
    assert phone.complaints == other.complaints == []


@pytest.mark.django_db(transaction=True)
def test_from_a_name_to_the_office_in_english(country, open_page):
    phone = open_page(PHONE, "en")
    page = phone.page
    page.goto(f"{country}/where/?lang=en")
    page.get_by_test_id("by-village").click()
    page.get_by_test_id("find").fill("huai pong")
    page.get_by_test_id("area-580102").click()
    expect(page.get_by_test_id("find")).to_have_value("")
    page.get_by_test_id("area-58010202").click()
    expect(page.get_by_test_id("place")).to_contain_text("Moo 2")
    expect(page.get_by_test_id("office").first).to_contain_text("Huai Pong Subdistrict Administration (sample)")
    expect(page.get_by_test_id("call").first).to_contain_text("Call 0-0000-")
    page.get_by_test_id("others").locator("summary").click()
    expect(page.get_by_test_id("others")).to_contain_text("District Office (sample)")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert phone.complaints == []


@pytest.mark.django_db(transaction=True)
def test_by_the_map_and_where_nobody_is_known(country, open_page):
    desk = open_page(DESK)
    page = desk.page
    page.goto(f"{country}/where/")
    assert scripts_of_the_map(desk) == []
    page.get_by_test_id("by-map").click()
    area = page.get_by_test_id("map")
    expect(area.locator(".mm-cross")).to_be_visible()
    box = area.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y + 8, steps=4)
    page.mouse.up()
    page.get_by_test_id("use-map").click()
    expect(page.get_by_test_id("place")).to_contain_text("จ.แม่ฮ่องสอน")

    page.goto(f"{country}/where/?lng=100.5&lat=13.75")  # Bangkok: the sample has no office there
    expect(page.get_by_test_id("nobody")).to_contain_text("สำนักงานเขต")
    expect(page.get_by_test_id("place")).to_contain_text("กรุงเทพมหานคร")
    page.goto(f"{country}/where/?lng=101&lat=9.5")  # the sea
    expect(page.get_by_test_id("nobody")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_a_position_that_is_not_allowed_leaves_other_ways(country, open_page):
    phone = open_page(PHONE)
    phone.page.context.clear_permissions()
    phone.page.goto(f"{country}/where/")
    phone.page.get_by_test_id("locate").click()
    expect(phone.page.get_by_test_id("gps-failed")).to_be_visible()
    expect(phone.page.get_by_test_id("by-village")).to_be_enabled()
