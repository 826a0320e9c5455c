"""The officer's queue by keyboard alone: two needs at once, undone, a view, a shortlist put in order and printed."""

import pytest
from playwright.sync_api import expect

from mapping.models import Pin, SavedView, Shortlisted
from tests.conftest import client_of, feature, put
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.test_life import sign_in

HERE = (97.9684, 19.3003)


def press_until(page, key: str, test_id: str, most: int = 80) -> None:
    """Press a key until the focus stands on an element."""
    for _ in range(most):
        if page.evaluate("document.activeElement?.dataset.testid") == test_id:
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {test_id}")


@pytest.mark.django_db(transaction=True)
def test_an_officer_works_through_the_queue_by_keyboard(country, open_page):
    first, second = (
        put(client_of(), feature(HERE[0], HERE[1] + north, category=category, words=words)).json()
        for north, category, words in (
            (0, "street_light", "ไฟทางหน้าศาลาทดสอบดับ"),
            (0.02, "road", "ถนนหน้าศาลาทดสอบเป็นหลุม"),
        )
    )
    ids = {first["id"], second["id"]}
    desk = open_page(DESK)
    page = desk.page
    sign_in(page, country, "58")
    page.goto(f"{country}/office/?view=heat&list=pins&area=58&q=ศาลาทดสอบ&queue=new")
    rows = page.get_by_test_id("pin-list").locator("li")
    expect(rows).to_have_count(2)

    # Two ticked, verified with words, undone.
    page.keyboard.press("?")
    expect(page.get_by_test_id("keys-on")).to_be_visible()
    page.keyboard.press("?")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_test_id("bulk-count")).to_contain_text("2")
    press_until(page, "Shift+Tab", "bulk-do")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("bulk-do")).to_have_value("verified")
    press_until(page, "Tab", "bulk-words")
    page.keyboard.type("รับเรื่องแล้ว ขอบคุณ")  # letters of keys, in a field
    desk.picture("office-many")
    press_until(page, "Tab", "bulk-save")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("bulk-told")).to_contain_text("ทำแล้ว 2 เรื่อง")
    assert set(Pin.objects.filter(pk__in=ids).values_list("status", flat=True)) == {"verified"}
    page.keyboard.press("u")
    expect(page.get_by_test_id("bulk-told")).to_contain_text("ย้อนกลับแล้ว 2 เรื่อง")
    assert set(Pin.objects.filter(pk__in=ids).values_list("status", flat=True)) == {"reported"}
    expect(rows).to_have_count(2)

    # The filter kept by a name, with its count.
    page.get_by_test_id("views").locator("summary").focus()
    page.keyboard.press("Enter")
    press_until(page, "Tab", "view-name")
    page.keyboard.type("เรื่องใหม่ของเรา")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("view-count")).to_have_text("2")
    assert SavedView.objects.get().query.startswith("area=58&q=")
    press_until(page, "Shift+Tab", "view-to-rename")
    page.keyboard.press("Enter")
    press_until(page, "Shift+Tab", "view-rename")
    page.keyboard.press("Control+A")
    page.keyboard.type("ใหม่")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("view-open")).to_contain_text("ใหม่")
    page.get_by_test_id("list-tab-pins").focus()

    # Both into the shortlist, and swapped.
    page.keyboard.press("k")  # to the row where one was last
    page.keyboard.press("k")  # and to the first, if it was the second
    page.keyboard.press("s")
    expect(page.get_by_test_id("bulk-told")).to_contain_text("1 เรื่อง")
    page.keyboard.press("j")
    with page.expect_response(lambda answer: "shortlist" in answer.url and answer.request.method == "PUT"):
        page.keyboard.press("s")
    assert Shortlisted.objects.count() == 2
    page.get_by_test_id("list-tab-pins").focus()
    page.keyboard.press("ArrowRight")
    listed = page.get_by_test_id("shortlist-row")
    expect(listed).to_have_count(2)
    before = [row.get_attribute("data-number") for row in listed.all()]
    press_until(page, "Tab", "shortlist-down")
    page.keyboard.press("Enter")
    expect(listed.first).to_have_attribute("data-number", before[1])
    expect(page.get_by_test_id("shortlist")).to_be_visible()
    # The focus went with the need, which is last now: its other button.
    assert page.evaluate("document.activeElement.dataset.testid") == "shortlist-up"
    for _ in range(50):
        order = Shortlisted.objects.order_by("position").values_list("pin_id", flat=True)
        kept = [str(Pin.objects.get(pk=one).number) for one in order]
        if kept == before[::-1]:
            break
        page.wait_for_timeout(100)
    assert kept == before[::-1]

    # On paper: title, date and person, and nothing to press.
    page.emulate_media(media="print")
    expect(page.get_by_test_id("print-head")).to_contain_text("รายการคัดเลือก")
    expect(page.get_by_test_id("shortlist-up").first).to_be_hidden()
    desk.picture("office-shortlist-print")
    page.emulate_media(media="screen")

    # A village from which nobody has reported is invited by a sheet.
    page.get_by_test_id("silent").locator("summary").focus()
    page.keyboard.press("Enter")
    press_until(page, "Tab", "silent-one")
    with page.expect_download() as sheet:
        page.keyboard.press("Enter")
    assert sheet.value.path().read_bytes().startswith(b"%PDF-")
    desk.picture("office-silent")
    assert desk.complaints == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["th", "en"])
def test_the_queue_fits_a_phone(country, open_page, language):
    watched = open_page(PHONE, language)
    page = watched.page
    sign_in(page, country, "58")
    page.goto(f"{country}/office/?view=heat&list=pins&area=58&queue=new")
    if page.locator("html").get_attribute("lang") != language:
        page.get_by_test_id("language").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
    page.get_by_test_id("tick").first.click()
    page.get_by_test_id("bulk-shortlist").click()
    expect(page.get_by_test_id("bulk-told")).to_contain_text("1")
    page.get_by_test_id("bulk-do").select_option("hide")
    expect(page.get_by_test_id("bulk-save")).to_be_disabled()  # without a reason
    page.get_by_test_id("bulk").scroll_into_view_if_needed()
    watched.picture(f"office-many-phone-{language}")
    page.get_by_test_id("list-tab-shortlist").click()
    expect(page.get_by_test_id("shortlist-row")).to_have_count(1)
    page.get_by_test_id("shortlist").scroll_into_view_if_needed()
    watched.picture(f"office-shortlist-phone-{language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_test_id("shortlist-remove").click()
    expect(page.get_by_test_id("shortlist-empty")).to_be_visible()
    assert watched.complaints == []
