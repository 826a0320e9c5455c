"""Files come in through the page: checked, corrected, written, taken back; and boundary sets."""

import io
import json
import os
from pathlib import Path

import pytest
import xlsxwriter
from django.db import connection
from playwright.sync_api import expect

from mapping.exchange import demo
from mapping.models import Area, BoundarySet, Import, Person
from tests.conftest import client_of
from tests.e2e.conftest import DESK, PHONE

PASSWORD = "correct horse battery"
SHOWN = os.environ.get("MEEMAP_PICTURES")  # a folder for pictures of every state, to be looked at
WRONG = """code,name_th,name_en,lat,lng,remark
58010190,บ้านทดลอง,Ban Thotlong,19.3,97.96,ใหม่
5801019,บ้านเลขขาด,,19.3,97.96,
580101,บ้านเลขขาดสอง,,19.3,97.96,
58010190,บ้านซ้ำ,,19.3,97.96,
58010192,บ้านสลับ,,97.96,19.3,
"""
RIGHT = """code,name_th,name_en,lat,lng,remark
58010190,บ้านทดลอง,Ban Thotlong,19.3,97.96,ใหม่
58010192,บ้านไม่สลับ,,19.3,97.96,
"""


@pytest.fixture
def country(live_server, settings, tmp_path, monkeypatch):
    """The sample country with an administrator. The process of an import finds the same database and folder."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_pins": "shown", "sample": True, "start": "58"}
    known = connection.get_connection_params()
    query = "&".join(f"{name}={known[name]}" for name in ("host", "port") if known.get(name))
    who = known["user"] + (f":{known['password']}" if known.get("password") else "")
    monkeypatch.setenv("MEDIA_ROOT", settings.MEDIA_ROOT)
    monkeypatch.setenv("DATABASE_URL", f"postgis://{who}@/{known['dbname']}?{query}")
    demo.load(200, password=PASSWORD, within="58")
    return live_server.url


def sign_in(page, url: str, name: str, where: str = "/office/import/") -> None:
    page.goto(f"{url}{where}")
    page.get_by_label("ชื่อผู้ใช้").fill(name)
    page.get_by_label("รหัสผ่าน").fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(page.get_by_test_id("imports-ready")).to_be_attached()


def send(page, name: str, content: bytes | str) -> None:
    body = content.encode() if isinstance(content, str) else content
    kind = "text/csv" if name.endswith("csv") else "application/octet-stream"
    page.get_by_test_id("file").last.set_input_files({"name": name, "mimeType": kind, "buffer": body})


def comes(page, testid: str) -> None:
    """A process of its own has worked on it: that takes its seconds."""
    expect(page.get_by_test_id(testid)).to_be_visible(timeout=60_000)


def look(page, name: str) -> None:
    """A picture of the present state in both sizes and languages, whole page, where somebody asks for them."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{name} scrolls sideways by {wide} px"
    if not SHOWN:
        return
    before = page.viewport_size
    for language in ("th", "en"):
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            page.wait_for_timeout(250)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{name} scrolls sideways by {wide} px at {size['width']}"
            path = Path(SHOWN) / f"{name}-{language}-{size['width']}.png"
            page.screenshot(path=path, full_page=True)
        for theme in ("dark", "outdoor"):
            page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            page.screenshot(path=Path(SHOWN) / f"{name}-{language}-{theme}.png", full_page=True)
        page.evaluate("delete document.documentElement.dataset.theme")
        page.get_by_test_id("language").click()
        page.wait_for_timeout(500)
    page.set_viewport_size(before)


def village(code: str) -> dict | None:
    found = client_of().get(f"/api/v1/areas?code={code}").json()["results"]
    return found[0] if found else None


@pytest.mark.django_db(transaction=True)
def test_villages_are_checked_corrected_written_and_taken_back(country, open_page):
    office = open_page(DESK)
    page = office.page
    sign_in(page, country, "admin")
    assert page.url.endswith("/office/import/")
    expect(page.get_by_test_id("history-empty")).to_be_visible()
    look(page, "01-home")
    page.get_by_test_id("kind-villages").click()
    expect(page.get_by_role("heading", name="ส่งไฟล์หมู่บ้าน")).to_be_focused()
    with page.expect_download() as waiting:
        page.get_by_test_id("template").click()
    template = waiting.value.path().read_bytes()
    assert template.startswith(b"\xef\xbb\xbfcode,name_th,name_en,lat,lng,example\r\n")
    look(page, "02-villages")

    send(page, "villages.csv", WRONG)
    comes(page, "report")
    expect(page.get_by_test_id("report").get_by_role("heading")).to_be_focused()
    expect(page.get_by_test_id("sentence")).to_contain_text("อ่านแล้ว 5 แถว")
    for row, words in ((4, "580101"), (5, "58010190")):
        expect(page.get_by_test_id(f"note-{row}")).to_contain_text(words)
    page.get_by_test_id("columns").locator("summary").click()
    expect(page.get_by_test_id("ignored")).to_contain_text("remark")
    look(page, "03-report")
    page.get_by_test_id("code-row_twice").click()
    expect(page.get_by_test_id("note-4")).to_have_count(0)
    expect(page.get_by_test_id("note-5")).to_contain_text("แถวที่ 2")
    page.get_by_test_id("verdict-flagged").click()
    expect(page.get_by_test_id("note-6")).to_contain_text("สลับกัน")
    expect(page.get_by_test_id("commit")).to_be_disabled()
    with page.expect_download() as waiting:
        page.get_by_test_id("notes-csv").click()
    assert "row_twice" in waiting.value.path().read_text("utf-8-sig")
    first = page.url

    send(page, "villages-corrected.csv", RIGHT)
    expect(page.get_by_test_id("sentence")).to_contain_text("อ่านแล้ว 2 แถว", timeout=60_000)
    assert page.url != first
    page.go_back()
    expect(page.get_by_test_id("sentence")).to_contain_text("อ่านแล้ว 5 แถว")
    page.go_forward()
    expect(page.get_by_test_id("sentence")).to_contain_text("อ่านแล้ว 2 แถว")
    page.reload()
    page.get_by_test_id("commit").click()
    expect(page.get_by_test_id("writes")).to_contain_text("เพิ่มหมู่บ้านใหม่ 2 แห่ง")
    look(page, "04-confirm")
    assert village("58010190") is None
    page.get_by_test_id("confirm-yes").click()
    comes(page, "written")
    assert village("58010190")["name_th"] == "บ้านทดลอง"
    look(page, "05-written")

    page.get_by_test_id("another").click()
    expect(page.get_by_test_id("history")).to_contain_text("villages-corrected.csv")
    look(page, "06-history")
    page.get_by_test_id("to-undo").click()
    page.get_by_test_id("undo").click()
    look(page, "07-undo")
    page.get_by_test_id("confirm-yes").click()
    comes(page, "undone")
    expect(page.get_by_test_id("counts")).to_contain_text("2")
    look(page, "08-undone")
    assert village("58010190") is None
    assert office.complaints == []


def workbook(formula: bool) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for column, heading in enumerate(("เลขที่พื้นที่", "คน", "บ้าน")):
            sheet.write(0, column, heading)
        for row, (code, people, houses) in enumerate((("580101", 900, 300), ("580102", 800, 250)), start=1):
            sheet.write_string(row, 0, code)
            sheet.write_number(row, 1, people)
            sheet.write_number(row, 2, houses)
        if formula:
            sheet.write_formula(1, 1, "=800+100", None, 900)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_workbook_with_other_headings_is_mapped_and_its_formula_named(country, open_page):
    office = open_page(PHONE)
    page = office.page
    sign_in(page, country, "admin", "/office/import/?kind=figures")
    page.get_by_test_id("more").locator("summary").click()
    page.get_by_test_id("option-as_of").fill("30/9/2569")
    expect(page.get_by_test_id("options")).to_contain_text("30 ก.ย. 2569")
    page.get_by_test_id("option-source").fill("ทะเบียนราษฎร (ตัวอย่าง)")
    look(page, "10-figures")
    send(page, "figures.xlsx", workbook(formula=True))
    comes(page, "trouble")
    look(page, "11-columns")
    page.get_by_test_id("map-code").select_option("เลขที่พื้นที่")
    page.get_by_test_id("map-population").select_option("คน")
    page.get_by_test_id("map-households").select_option("บ้าน")
    page.get_by_test_id("map-check").click()
    comes(page, "report")
    expect(page.get_by_test_id("note-2")).to_contain_text("สูตร")
    expect(page.get_by_test_id("note-2")).to_contain_text("คน")
    look(page, "12-formula")
    page.get_by_test_id("skip").check()
    page.get_by_test_id("commit").click()
    expect(page.get_by_test_id("confirm")).to_contain_text("ไม่นำเข้า 1 แถว")
    page.get_by_test_id("confirm-yes").click()
    comes(page, "written")
    kept = Area.objects.get(boundary_set__active=True, code="580102")
    assert (kept.population, kept.households, kept.figures_source) == (800, 250, "ทะเบียนราษฎร (ตัวอย่าง)")
    assert str(kept.figures_on) == "2026-09-30"
    assert Import.objects.get().options["columns"]["population"] == "คน"

    page.goto(f"{country}/office/import/?kind=figures")
    send(page, "broken.xlsx", b"PK\x03\x04 and then nothing")
    comes(page, "trouble")
    expect(page.get_by_test_id("trouble-words")).to_contain_text("เสีย")
    look(page, "13-broken")
    page.get_by_test_id("discard").click()
    expect(page.get_by_test_id("history")).to_be_visible()
    assert office.complaints == []


def another_set() -> str:
    """The subdistricts of the sample in use, without one, and with one by another name."""
    areas = Area.objects.filter(boundary_set__active=True, level="subdistrict").order_by("code")
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(area.geom.geojson),
            "properties": {"code": area.code, "name_th": "ชื่อใหม่" if area.code == "580102" else area.name_th},
        }
        for area in areas
        if area.code != "580101"
    ]
    return json.dumps({"type": "FeatureCollection", "sample": True, "features": features})


@pytest.mark.django_db(transaction=True)
def test_another_boundary_set_is_compared_put_in_use_and_taken_back(country, open_page):
    before = BoundarySet.objects.get(active=True)
    office = open_page(DESK)
    page = office.page
    sign_in(page, country, "admin", "/office/import/?kind=boundaries")
    page.get_by_test_id("more").locator("summary").click()
    page.get_by_test_id("option-name").fill("ชุดทดลอง 2569")
    page.get_by_test_id("option-valid_on").fill("1 ต.ค. 2569")
    look(page, "20-boundaries")
    send(page, "subdistricts.geojson", another_set())
    comes(page, "report")
    look(page, "21-report")
    page.get_by_test_id("commit").click()
    expect(page.get_by_test_id("writes")).to_contain_text("ชุดทดลอง 2569")
    page.get_by_test_id("confirm-yes").click()
    comes(page, "written")
    look(page, "22-written")
    made = BoundarySet.objects.get(name="ชุดทดลอง 2569")
    page.get_by_test_id("to-compare").click()
    expect(page.get_by_test_id("compared")).to_be_visible()
    page.get_by_test_id("change-renamed").click()
    expect(page.get_by_test_id("areas")).to_contain_text("ชื่อใหม่")
    page.get_by_test_id("change-renamed").click()
    look(page, "23-compare")
    page.get_by_test_id("tab-sets").click()
    expect(page.get_by_test_id(f"set-{made.pk}")).to_be_visible()
    look(page, "24-sets")
    page.get_by_test_id(f"compare-{made.pk}").click()
    page.get_by_test_id("use").click()
    look(page, "25-use")
    page.get_by_test_id("confirm-yes").click()
    comes(page, "written")
    look(page, "26-in-use")
    made.refresh_from_db()
    assert made.active
    page.get_by_test_id("undo").click()
    page.get_by_test_id("confirm-yes").click()
    comes(page, "undone")
    look(page, "27-taken-back")
    before.refresh_from_db()
    assert before.active
    page.get_by_test_id("tab-sets").click()
    page.get_by_test_id(f"delete-{made.pk}").click()
    page.get_by_test_id("confirm-yes").click()
    expect(page.get_by_test_id(f"set-{made.pk}")).to_have_count(0)
    assert office.complaints == []


@pytest.mark.django_db(transaction=True)
def test_who_may_not_import_is_told_so_or_led_to_sign_in(country, open_page):
    office = open_page(DESK)
    page = office.page
    sign_in(page, country, "volunteer5801", "/office/import/?kind=villages")
    expect(page.get_by_test_id("no-permission")).to_be_visible()
    look(page, "30-closed")
    page.goto(f"{country}/office/")
    expect(page.get_by_test_id("office-ready")).to_be_attached()
    expect(page.get_by_test_id("to-import")).to_have_count(0)

    officer = open_page(DESK).page
    sign_in(officer, country, "officer58", "/office/import/?sets")
    expect(officer.get_by_test_id("kind-villages")).to_have_count(0)
    expect(officer.get_by_test_id("no-permission")).to_be_visible()
    officer.goto(f"{country}/office/")
    officer.get_by_test_id("to-import").click()
    expect(officer.get_by_test_id("imports-ready")).to_be_attached()
    assert office.complaints == []


@pytest.mark.django_db(transaction=True)
def test_a_file_that_does_not_arrive_is_sent_again_under_the_same_id(country, open_page):
    office = open_page(PHONE)
    page = office.page
    sign_in(page, country, "admin", "/office/import/?kind=villages")
    addresses: list[str] = []
    held: list = []

    def once(route) -> None:
        addresses.append(route.request.url)
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/api/v1/imports/*?kind=*", once)
    send(page, "villages.csv", RIGHT)
    expect(page.get_by_test_id("working")).to_be_visible()
    look(page, "39-sending")
    held[0].abort()
    expect(page.get_by_test_id("sending-failed")).to_be_visible()
    look(page, "40-not-sent")
    page.get_by_test_id("retry").focus()
    page.keyboard.press("Enter")
    comes(page, "report")
    assert len(addresses) == 2
    assert addresses[0] == addresses[1]
    assert Import.objects.count() == 1
    run = Import.objects.get()
    Import.objects.filter(pk=run.pk).update(state="checking")
    run.progress.delete()
    page.reload()
    expect(page.get_by_test_id("stopped")).to_be_visible()
    look(page, "41-stopped")
    page.get_by_test_id("resume").click()
    comes(page, "report")
    half = client_of(Person.objects.get(username="admin")).get(f"/api/v1/imports/{run.pk}").json()
    half |= {"state": "checking", "progress": {"step": "checking", "done": 31_927, "total": 79_818}}
    page.route(f"**/api/v1/imports/{run.pk}", lambda route: route.fulfill(json=half))
    page.reload()
    expect(page.get_by_test_id("working")).to_contain_text("31,927 / 79,818")
    look(page, "43-checking")
    page.unroute(f"**/api/v1/imports/{run.pk}")
    comes(page, "report")
    page.goto(f"{country}/office/import/?import=0198c1c2-0000-7000-8000-0123456789ab")
    expect(page.get_by_test_id("absent")).to_be_visible()
    look(page, "42-absent")
