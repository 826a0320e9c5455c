"""From the first page to the reason: a villager reads why their village was funded or not."""

import os
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from budget.models import Snapshot
from budget.rounds import book_of
from budget.village import tell
from tests.e2e.conftest import DESK, PHONE

SHOWN = os.environ.get("MEEMAP_PICTURES", "")


@pytest.fixture
def villages(country) -> dict[str, str]:
    """A village for each answer of the sample's published round."""
    call_command("load_sample_round")
    kept = Snapshot.objects.get(published_at__isnull=False)
    book = book_of(kept)
    found: dict[str, str] = {}
    for code in kept.villages:
        told = tell(book, code)
        assert told
        found.setdefault(told["answer"], code)
    return found


def sound(watched, name: str) -> None:
    """Nothing is wider than the screen, axe finds nothing, nothing was complained of; a picture where asked."""
    page = watched.page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    assert watched.barriers() == [], name
    assert watched.complaints == [], name
    if SHOWN:
        page.screenshot(path=Path(SHOWN) / f"{name}.png", full_page=True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_villager_comes_from_the_first_page_to_the_reason_in_thai_and_english(country, open_page, size, villages):
    code, width = villages["on_reserve"], size["width"]
    watched = open_page(size)
    page = watched.page
    page.goto(country)
    page.get_by_test_id("door-round").click()
    page.get_by_test_id("round").click()
    page.get_by_test_id("my-village").select_option(code)
    sound(watched, f"round-village-th-{width}")
    page.get_by_test_id("open-village").click()
    expect(page).to_have_url(f"{country}/village/{code}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("หมู่ที่")
    expect(page.get_by_test_id("answer")).to_contain_text("บัญชีสำรอง")
    expect(page.get_by_test_id("project").first.get_by_test_id("why")).to_contain_text("ยังไม่ได้")
    expect(page.get_by_test_id("rank")).to_contain_text("จาก 100 คะแนน")
    sound(watched, f"village-th-{width}")
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("answer")).to_contain_text("No project for this village was funded")
    expect(page.get_by_test_id("project").first.get_by_test_id("why")).to_contain_text("Not funded")
    sound(watched, f"village-en-{width}")
    for target in page.get_by_role("main").get_by_role("button").all():
        assert target.bounding_box()["height"] >= 48
    page.get_by_test_id("needs").get_by_role("link").first.click()
    expect(page.get_by_test_id("village")).to_have_attribute("href", f"/village/{code}")


@pytest.mark.django_db(transaction=True)
def test_each_answer_is_a_page_that_says_what_to_do_next(country, open_page, villages):
    watched = open_page(PHONE)
    page = watched.page
    for answer, code in villages.items():
        page.goto(f"{country}/village/{code}?lang=th")
        expect(page.get_by_test_id("answer")).to_be_visible()
        sound(watched, f"village-{answer}-th")
        if answer == "silent":
            expect(page.get_by_test_id("report").first).to_have_attribute("href", "/m/")
        if answer in ("all_funded", "the_one_funded"):
            expect(page.get_by_test_id("project").first.get_by_test_id("why")).to_contain_text("ได้รับเลือก")
    assert {"on_reserve", "no_project"} <= set(villages)


@pytest.mark.django_db(transaction=True)
def test_the_page_prints_on_a4_with_its_address_and_without_buttons(country, open_page, villages, settings):
    settings.MEEMAP = {**settings.MEEMAP, "public_url": country}
    watched = open_page(DESK)
    page = watched.page
    page.goto(f"{country}/village/{villages['on_reserve']}?lang=th")
    expect(page.get_by_test_id("answer")).to_be_visible()
    expect(page.get_by_test_id("follow-sign-in")).to_contain_text("เพื่อติดตามหมู่บ้านนี้")
    page.emulate_media(media="print")
    expect(page.get_by_test_id("address")).to_contain_text(f"/village/{villages['on_reserve']}")
    expect(page.get_by_test_id("why").first).to_be_visible()
    for button in ("print", "follow", "follow-sign-in"):
        expect(page.get_by_test_id(button)).to_be_hidden()
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    if SHOWN:
        (Path(SHOWN) / "village.pdf").write_bytes(printed)


@pytest.mark.django_db(transaction=True)
def test_a_village_that_is_not_there_and_a_server_that_is_away_have_words_of_their_own(country, open_page):
    watched = open_page(PHONE)
    page = watched.page
    page.goto(f"{country}/village/99999999?lang=th")
    expect(page.get_by_test_id("absent")).to_contain_text("99999999")
    page.route("**/api/v1/villages/**", lambda route: route.abort())
    page.goto(f"{country}/village/58010101?lang=th")
    expect(page.get_by_test_id("failed")).to_contain_text("ระบบยังไม่ตอบ")
    page.unroute("**/api/v1/villages/**")
    page.get_by_test_id("failed").get_by_role("button").click()
    expect(page.get_by_test_id("no-rounds")).to_be_visible()
