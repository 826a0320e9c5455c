"""The phone's screens for everybody: axe in both languages and outdoors, text twice as large, without a pointer."""

import pytest
from playwright.sync_api import expect

from mapping.models import Pin
from tests.e2e.conftest import PHONE, installed

STEPS = ("photo", "place", "village", "category", "same", "severity", "people", "words", "review")
# Of every control: what a screen reader calls it, and how large it is to a finger. Boxes inside a label count as it.
CONTROLS = """() => [...document.querySelectorAll(':is(main, footer) :is(button, a[href], input, select, textarea)')]
    .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest('.leaflet-container'))
    .map((one) => {
        const box = (one.closest('label') ?? one).getBoundingClientRect()
        return {what: one.outerHTML.slice(0, 90), width: box.width, height: box.height,
            inWords: one.tagName === 'A' && !one.classList.contains('button')}
    })"""


TOO_WIDE = """() => [...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.leaflet-container'))
    .map((one) => one.outerHTML.slice(0, 60)).slice(0, 3)"""


def look(watched, where: str, found: list[str]) -> None:
    page = watched.page
    found += [f"{where}: {barrier}" for barrier in watched.barriers()]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        found.append(f"{where}: wider than the screen by {page.evaluate(TOO_WIDE)}")
    for one in page.evaluate(CONTROLS):
        if not one["inWords"] and one["width"] and min(one["width"], one["height"]) < 47.5:
            found.append(f"{where}: {one['width']:.0f} x {one['height']:.0f} px: {one['what']}")


def answer(page, step: str) -> None:
    if step == "place":
        page.get_by_test_id("place-typed").click()
        page.get_by_test_id("lat-input").fill("19.3003")
        page.get_by_test_id("lng-input").fill("97.9684")
    choice = {"village": "village-unsure", "category": "category-road", "severity": "severity-3",
              "people": "people-unsure"}.get(step)  # fmt: skip
    if choice:
        page.get_by_test_id(choice).click()
    if step == "words":
        page.get_by_test_id("words-input").fill("สะพานขาด")


@pytest.mark.parametrize(
    ("language", "theme", "zoom"),  # auto: light, as the browser asks for
    [
        ("th", "auto", 1),
        ("en", "auto", 1),
        ("th", "dark", 1),
        ("th", "outdoor", 1),
        ("en", "auto", 2),
        ("th", "auto", 2),
    ],
    ids=["thai", "english", "dark", "outdoor", "english twice as large", "thai twice as large"],
)
@pytest.mark.django_db(transaction=True)
def test_no_screen_of_the_phone_has_a_barrier(country, open_page, language, theme, zoom):
    watched = open_page(PHONE, language, color_scheme="dark" if theme == "dark" else "light")
    page = watched.page
    found: list[str] = []
    with page.expect_response("**/api/v1/categories"):
        page.goto(f"{country}/m/?lang={language}")
    installed(page)
    if zoom > 1:
        page.evaluate(f"document.documentElement.style.fontSize = '{zoom * 100}%'")
    if theme == "outdoor":
        page.get_by_test_id("theme").click()
        assert page.evaluate("document.documentElement.dataset.theme") == "outdoor"
    seen = []
    for step in STEPS:
        here = page.get_by_test_id(f"step-{step}")
        if step == "same":
            expect(here.or_(page.get_by_test_id("step-severity"))).to_be_visible()
            if not here.is_visible():
                continue
        expect(here).to_be_visible()
        page.wait_for_timeout(300)
        look(watched, step, found)
        answer(page, step)
        if step == "place":
            look(watched, "place typed", found)
        seen.append(step)
        if step != "review":
            page.get_by_test_id("next").click()
    page.context.set_offline(True)
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("step-saved")).to_be_visible()
    look(watched, "saved", found)
    page.goto(f"{country}/m/reports/")
    expect(page.get_by_test_id("outbox-waiting")).to_be_visible()
    if zoom > 1:
        page.evaluate(f"document.documentElement.style.fontSize = '{zoom * 100}%'")
    look(watched, "reports", found)
    page.context.set_offline(False)
    page.get_by_test_id("send-now").click()
    expect(page.get_by_test_id("outbox-sent").locator("li")).to_have_count(1, timeout=40_000)
    look(watched, "sent", found)
    assert not found, "\n".join(found)
    assert len(seen) >= len(STEPS) - 1
    assert Pin.objects.filter(words="สะพานขาด").count() == 1
