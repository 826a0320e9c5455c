"""A village meeting: fifteen needs by keyboard alone, a reload in between, sent, seen, and the sheet printed."""

import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mapping.exchange import demo
from mapping.models import Meeting, MeetingNeed, Person, Pin
from tests.conftest import client_of, feature, put
from tests.e2e.conftest import DESK, PHONE
from tests.test_image_gate import picture, saved

PASSWORD = "correct horse battery"
VILLAGE = "58010101"
SHOWN = os.environ.get("MEEMAP_PICTURES")  # a folder for pictures of every state, to be looked at
NEEDS = [  # category as it is typed, words, people, severity, hands
    ("ถนน", "สะพานข้ามลำห้วยขาด", "120", "5", "41"), ("1", "ประปาไหลอ่อน", "80", "4", "38"),
    ("rubb", "ขยะตกค้าง", "60", "3", "22"), ("ไฟทาง", "มืดหน้าวัด", "", "3", "19"),
    ("3", "ระบายน้ำไม่ทัน", "45", "4", "27"), ("signal", "ไม่มีสัญญาณ", "200", "3", "30"),
    ("โรงเรียน", "หลังคารั่ว", "35", "3", "18"), ("ศาลา", "พื้นทรุด", "", "2", "9"),
    ("หมอ", "ไม่มีรถรับส่ง", "12", "4", "25"), ("ไฟป่า", "แนวกันไฟ", "90", "5", "33"),
    ("สัตว์จ", "สุนัขจรจัด", "", "2", "7"), ("work", "ตลาดชุมชน", "50", "2", "14"),
    ("17", "", "20", "1", "5"), ("น้ำทำ", "ฝายชำรุด", "70", "4", "29"), ("21", "ทางม้าลาย", "", "2", "6"),
]  # fmt: skip


@pytest.fixture
def country(live_server, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_pins": "shown", "sample": True, "start": "58"}
    demo.load(60, password=PASSWORD, within="58")
    return live_server.url


class Keys:
    """Counts what a person presses."""

    def __init__(self, page) -> None:
        self.page, self.pressed = page, 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
            self.pressed += 1


def look(page, name: str) -> None:
    for language in ("th", "en"):
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            page.wait_for_timeout(200)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{name} scrolls sideways by {wide} px at {size['width']}"
            if SHOWN:
                path = Path(SHOWN) / f"{name}-{language}-{size['width']}.png"
                page.screenshot(path=path, full_page=True)
        page.get_by_test_id("language").click()
        page.wait_for_timeout(400)
    page.set_viewport_size(DESK)


def enter(keys: Keys, line) -> None:
    category, words, people, severity, hands = line
    for text in (category, words, people, severity, hands):
        if text:
            keys.type(text)
        keys.press("Enter")


@pytest.mark.django_db(transaction=True)
def test_fifteen_needs_by_keyboard_alone(country, open_page, capsys):
    officer = Person.objects.get(username="officer5801")
    there = [
        put(client_of(officer), feature(None, village=VILLAGE, category="road", words=words)).json()
        for words in ("ถนนเข้าหมู่บ้านเป็นหลุม", "ไหล่ทางพัง")
    ]
    office = open_page(DESK)
    page = office.page
    page.goto(f"{country}/office/meeting/")
    page.get_by_label("ชื่อผู้ใช้").fill("officer5801")
    page.get_by_label("รหัสผ่าน").fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(page.get_by_test_id("meeting-ready")).to_be_attached()
    expect(page.get_by_test_id("area-580101")).to_be_visible()
    look(page, "01-which")
    page.get_by_test_id("area-580101").click()
    page.get_by_test_id(f"area-{VILLAGE}").click()
    expect(page.get_by_test_id("open-needs").locator("li")).to_have_count(
        client_of(officer).get(f"/api/v1/meetings/needs?village={VILLAGE}").json()["results"].__len__()
    )
    expect(page.locator("#held-on")).to_be_focused()
    before = Pin.objects.count()

    page.get_by_label(f"จำนวนมือของเรื่องเลขที่ {there[0]['properties']['number']}").focus()
    keys, began = Keys(page), time.monotonic()
    keys.type("31")
    page.locator('[data-cell="0-category"]').focus()
    keys.press("Tab")
    for line in NEEDS[:8]:
        page.locator(f'[data-cell="{NEEDS.index(line)}-category"]').focus() if line is NEEDS[0] else None
        enter(keys, line)
    expect(page.get_by_test_id("send")).to_contain_text("ส่ง 8 เรื่องใหม่")
    look(page, "02-table")

    page.reload()
    expect(page.locator('[data-cell="7-words"]')).to_have_value(NEEDS[7][1])
    expect(page.locator('[data-cell="0-category"]')).to_have_value("ถนน สะพาน ทางอันตราย")
    page.locator('[data-cell="8-category"]').focus()
    for line in NEEDS[8:]:
        enter(keys, line)
    # One line up by Alt and arrow, one removed by Ctrl and Delete: the last, empty one.
    page.locator('[data-cell="15-category"]').focus()
    keys.press("Control+Delete")
    page.locator('[data-cell="14-words"]').focus()
    keys.press("Alt+ArrowUp")
    expect(page.locator('[data-cell="13-words"]')).to_have_value("ทางม้าลาย")
    keys.press("Control+Enter")
    expect(page.get_by_test_id("received")).to_be_visible()
    seconds = time.monotonic() - began
    with capsys.disabled():
        print(f"\n15 needs and one number of hands: {keys.pressed} presses, {seconds:.0f} s with a reload")

    assert Pin.objects.count() == before + 15
    meeting = Meeting.objects.get()
    said = {need.pin.words: (need.pin.category.slug, need.hands) for need in MeetingNeed.objects.filter(new=True)}
    assert said["สะพานข้ามลำห้วยขาด"] == ("road", 41)
    assert said["ขยะตกค้าง"] == ("waste", 22)
    assert said["ตลาดชุมชน"] == ("income", 14)
    assert MeetingNeed.objects.get(new=False).hands == 31
    assert page.evaluate("localStorage.getItem('meemap.meeting')") is None

    page.get_by_test_id("photo").set_input_files(
        {"name": "sheet.jpg", "mimeType": "image/jpeg", "buffer": saved(picture(), "JPEG")}
    )
    expect(page.get_by_test_id("photo-there")).to_be_visible()
    meeting.refresh_from_db()
    assert meeting.sheet_sha256
    look(page, "03-received")

    bridge = Pin.objects.get(words="สะพานข้ามลำห้วยขาด")
    page.get_by_test_id(f"received-{bridge.number}").click()
    expect(page.get_by_test_id("timeline")).to_contain_text("แจ้งในประชาคมหมู่บ้าน")
    expect(page.get_by_test_id("timeline")).to_contain_text("ยกมือ 41 คน")

    page.get_by_test_id("to-meeting").click()
    page.get_by_test_id("area-580101").click()
    page.get_by_test_id(f"area-{VILLAGE}").click()
    with page.expect_download() as waiting:
        page.get_by_test_id("print-sheet").click()
    assert waiting.value.suggested_filename == f"sample-meeting-{VILLAGE}.pdf"
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")
    assert not office.complaints


@pytest.mark.django_db(transaction=True)
def test_a_line_that_is_refused_is_marked_and_the_others_stay(country, open_page):
    office = open_page(DESK)
    page = office.page
    page.goto(f"{country}/login/?next=/office/meeting/?village={VILLAGE}")
    page.get_by_label("ชื่อผู้ใช้").fill("officer58")
    page.get_by_label("รหัสผ่าน").fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(page.get_by_test_id("village")).to_be_visible()
    page.locator("#present").fill("20")
    page.locator('[data-cell="0-category"]').focus()
    keys = Keys(page)
    enter(keys, ("ถนน", "หนึ่ง", "", "3", "9"))
    enter(keys, ("ขยะ", "สอง", "", "3", "21"))
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("fault-2")).to_contain_text("21")
    expect(page.locator('[data-cell="1-hands"]')).to_have_attribute("aria-invalid", "true")
    expect(page.locator('[data-cell="0-words"]')).to_have_value("หนึ่ง")
    assert Meeting.objects.count() == 0
    look(page, "04-refused")
    page.locator('[data-cell="1-hands"]').fill("12")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("received")).to_be_visible()
    assert MeetingNeed.objects.count() == 2
    complaints = [one for one in office.complaints if "400" not in one]
    assert not complaints


@pytest.mark.django_db(transaction=True)
def test_without_a_network_nothing_is_lost_and_sending_again_adds_nothing_twice(country, open_page):
    office = open_page(DESK)
    page = office.page
    page.goto(f"{country}/login/?next=/office/meeting/?village={VILLAGE}")
    page.get_by_label("ชื่อผู้ใช้").fill("officer58")
    page.get_by_label("รหัสผ่าน").fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    page.locator('[data-cell="0-category"]').focus()
    keys = Keys(page)
    enter(keys, ("ถนน", "หนึ่ง", "", "3", "9"))

    def lose(route):  # it arrives, and the answer does not
        route.fetch()
        route.abort()

    page.route("**/api/v1/meetings/*-*", lose)
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("problem")).to_be_visible()
    assert Meeting.objects.count() == 1
    page.unroute("**/api/v1/meetings/*-*")
    # Something is typed before it is sent again: the first line must not become a second pin.
    page.locator('[data-cell="1-category"]').focus()
    enter(keys, ("ขยะ", "สอง", "", "2", "4"))
    page.get_by_test_id("send").click()
    expect(page.get_by_role("status").filter(has_text="ได้รับไปก่อนแล้ว 1 เรื่อง")).to_be_visible()
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("received")).to_be_visible()
    assert sorted(need.pin.words for need in MeetingNeed.objects.all()) == ["สอง", "หนึ่ง"]
    assert Meeting.objects.count() == 2
