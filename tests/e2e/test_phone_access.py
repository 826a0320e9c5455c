"""The phone's screens for everybody: axe in both languages and outdoors, text twice as large, without a pointer."""

import pytest
from playwright.sync_api import expect

from mapping.models import Pin
from tests.e2e.conftest import PHONE, installed, send_now
from tests.e2e.test_outbox import photo

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
    # All of the screen at once: what lies half under the bar is neither small nor without contrast.
    page.set_viewport_size(PHONE | {"height": max(PHONE["height"], page.evaluate("document.body.scrollHeight") + 100)})
    page.wait_for_timeout(100)
    found += [f"{where}: {barrier}" for barrier in watched.barriers()]
    page.set_viewport_size(PHONE)
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
    send_now(page)
    expect(page.get_by_test_id("outbox-sent").locator("li")).to_have_count(1, timeout=40_000)
    look(watched, "sent", found)
    assert not found, "\n".join(found)
    assert len(seen) >= len(STEPS) - 1
    assert Pin.objects.filter(words="สะพานขาด").count() == 1


class Keys:
    """A person who only has a keyboard, and hears names: what is reached by Tab, said by role and name."""

    def __init__(self, page) -> None:
        self.page = page

    def to(self, role: str, name: str):
        """Press Tab until what a screen reader calls this has the focus."""
        wanted = self.page.get_by_role(role, name=name).first
        expect(wanted).to_be_attached()
        for _ in range(40):
            if wanted.evaluate("one => one === document.activeElement"):
                return wanted
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach the {role} {name!r}")

    def press(self, role: str, name: str) -> None:
        self.to(role, name)
        self.page.keyboard.press("Enter")

    def choose(self, name: str) -> None:
        """One radio button of a group: Tab into the group, arrows to the answer."""
        wanted = self.page.get_by_role("radio", name=name).first
        expect(wanted).to_be_attached()
        for _ in range(40):
            if self.page.evaluate("document.activeElement.type === 'radio'"):
                break
            self.page.keyboard.press("Tab")
        for _ in range(40):
            if wanted.evaluate("one => one === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
            if wanted.evaluate("one => one === document.activeElement"):
                break
            if not wanted.evaluate("one => one.name === document.activeElement.name"):
                raise AssertionError(f"{name!r} is in another group than what Tab reaches first")
        self.page.keyboard.press("Space")
        expect(wanted).to_be_checked()

    def type(self, name: str, text: str) -> None:
        self.to("textbox", name)
        self.page.keyboard.type(text)


@pytest.mark.django_db(transaction=True)
def test_the_whole_flow_goes_by_keyboard_and_by_what_a_screen_reader_says(country, open_page):
    watched = open_page(PHONE, "en")
    page, keys = watched.page, Keys(watched.page)
    with page.expect_response("**/api/v1/categories"):
        page.goto(f"{country}/m/?lang=en")
    installed(page)
    page.context.set_offline(True)

    def heard(title: str) -> None:
        """A new question takes the focus to its title, so that it is read out."""
        expect(page.get_by_role("heading", level=1, name=title)).to_be_focused()

    keys.to("button", "Take a photo")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(photo())
    expect(page.get_by_role("img", name="The photo you took")).to_be_visible()
    keys.press("button", "Next")
    heard("Where is it?")
    keys.press("button", "Type it")
    keys.type("Latitude (north)", "19.3003")
    keys.type("Longitude (east)", "97.9684")
    keys.press("button", "Use this place")
    heard("Which village is it in?")
    keys.choose("Not sure")
    keys.press("button", "Next")
    keys.choose("roads, bridges, danger spots")
    keys.press("button", "Next")
    keys.choose("Great hardship, cannot wait long")
    keys.press("button", "Next")
    keys.choose("Not sure")
    keys.press("button", "Next")
    keys.press("button", "Speak instead of typing")
    expect(page.get_by_test_id("voice-stop")).to_contain_text("1 of 60")
    keys.press("button", "Stop")
    expect(page.get_by_test_id("voice-heard")).to_be_visible()
    keys.type("What happened", "by keyboard alone")
    keys.press("button", "Next")
    keys.press("button", "Send")
    expect(page.get_by_test_id("step-saved")).to_be_visible()
    keys.press("link", "1 to send")
    expect(page.get_by_test_id("outbox-waiting").locator("li")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.get_by_test_id("outbox-sent").locator("li")).to_have_count(1, timeout=40_000)
    pin = Pin.objects.get(words="by keyboard alone")
    assert (pin.photos.count(), pin.recordings.count()) == (1, 1)
