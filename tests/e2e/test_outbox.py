"""The volunteer's phone without signal: what is saved is sent, once, with its photos."""

import io
import os
import time

import pytest
from PIL import Image
from playwright.sync_api import expect

from mapping import photos, uploads
from mapping.models import FeedState, Photo, Pin, Tombstone
from tests.e2e.conftest import PHONE, installed, new_need, send_now


def photo(width: int = 900, height: int = 700) -> dict:
    out = io.BytesIO()
    Image.frombytes("RGB", (width, height), os.urandom(width * height * 3)).save(out, "JPEG", quality=90)
    return {"name": "need.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def pin(page, words: str, *, with_photo: bool = True) -> None:
    """From the first question to *send*, by typed coordinates, so that no map is needed."""
    if with_photo:
        page.get_by_test_id("photo-input").set_input_files(photo())
        expect(page.get_by_test_id("photo-preview")).to_be_visible()
    page.get_by_test_id("next").click()
    page.get_by_test_id("place-typed").click()
    page.get_by_test_id("lat-input").fill("19.3003")
    page.get_by_test_id("lng-input").fill("97.9684")
    page.get_by_test_id("next").click()
    expect(page.get_by_test_id("step-village")).to_be_visible()
    page.get_by_test_id("village-unsure").click()
    page.get_by_test_id("next").click()
    page.get_by_test_id("category-road").click()
    page.get_by_test_id("next").click()
    new_need(page)
    page.get_by_test_id("severity-4").click()
    page.get_by_test_id("next").click()
    page.get_by_test_id("people-unsure").click()
    page.get_by_test_id("next").click()
    page.get_by_test_id("words-input").fill(words)
    page.get_by_test_id("next").click()
    expect(page.get_by_test_id("step-review")).to_be_visible()
    page.get_by_test_id("send").click()


@pytest.mark.django_db(transaction=True)
def test_three_needs_pinned_without_signal_arrive_once_each_with_their_photos(country, open_page):
    watched = open_page(PHONE)
    page = watched.page
    with page.expect_response("**/api/v1/categories"):
        page.goto(f"{country}/m/?lang=th")
    expect(page.get_by_test_id("step-photo")).to_be_visible()
    installed(page)
    before = Pin.objects.count()
    page.context.set_offline(True)
    for number in range(3):
        pin(page, f"เรื่องที่ {number}")
        expect(page.get_by_test_id("step-saved")).to_be_visible()
        expect(page.get_by_test_id("saved-how")).to_contain_text("เมื่อมีสัญญาณ")
        if number == 0:
            watched.picture("phone-saved")
        page.get_by_test_id("another").click()
    page.get_by_test_id("outbox").click()
    expect(page.get_by_test_id("outbox-waiting").locator("li")).to_have_count(3)
    assert watched.barriers() == []
    watched.picture("phone-outbox-waiting")
    assert Pin.objects.count() == before

    page.context.set_offline(False)
    expect(page.get_by_test_id("outbox-sent").locator("li")).to_have_count(3, timeout=40_000)
    expect(page.get_by_test_id("outbox-sent")).to_contain_text("หมายเลข")
    watched.picture("phone-outbox-sent")
    assert watched.barriers() == []
    new = list(Pin.objects.filter(words__startswith="เรื่องที่"))
    assert len(new) == 3
    assert Pin.objects.count() == before + 3
    sent = Photo.objects.filter(pin__in=new)
    assert sent.count() == 3
    assert all(uploads.is_whole(photos.KIND, one) for one in sent)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.django_db(transaction=True)
def test_what_was_saved_survives_a_reload_and_a_restored_server_gets_it_again(country, open_page):
    watched = open_page(PHONE, "en")
    page = watched.page
    page.goto(f"{country}/m/?lang=en")
    expect(page.get_by_test_id("step-photo")).to_be_visible()
    page.route("**/api/v1/sync", lambda route: route.abort())
    pin(page, "kept")
    expect(page.get_by_test_id("step-saved")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("step-saved")).to_be_visible()
    page.unroute("**/api/v1/sync")
    send_now(page)
    expect(page.get_by_test_id("receipt-number")).to_be_visible()
    expect(page.get_by_text("What you attached has arrived")).to_be_visible()
    first = Pin.objects.get(words="kept")
    digest = bytes(Photo.objects.get(pin=first).sha256)

    # The server loses it, as after a restore: another generation, and the pin never was.
    Pin.objects.filter(pk=first.pk).delete()
    Tombstone.objects.all().delete()
    FeedState.objects.update(generation="00000000-0000-4000-8000-000000000001")
    page.get_by_test_id("another").click()
    pin(page, "another one", with_photo=False)
    expect(page.get_by_test_id("receipt-number")).to_be_visible()
    for _ in range(100):
        if Photo.objects.filter(pin_id=first.pk, complete_at__isnull=False).exists():
            break
        time.sleep(0.2)
    again = Pin.objects.get(pk=first.pk)
    assert again.words == "kept"
    assert bytes(Photo.objects.get(pin=again).sha256) == digest


ANSWERS = [
    (200, "text/html", "<html>กรุณาเข้าสู่ระบบ Wi-Fi</html>"),  # a captive portal
    (200, "application/json", '{"generation": "x", "received_thr'),
    (200, "application/json", '{"ok": true}'),
    (302, "text/html", ""),
    (404, "text/html", "not here"),
    *((status, "application/json", '{"type":"server_error","errors":[{"code":"csrf","detail":"y","attr":null}]}')
      for status in (401, 403, 408, 429, 500, 502, 503, 504)),
]  # fmt: skip


@pytest.mark.fault("S12")
@pytest.mark.django_db(transaction=True)
def test_no_answer_but_ours_ends_the_waiting_and_none_loses_anything(country, open_page, proven):
    page = open_page(PHONE, "en").page
    page.goto(f"{country}/m/?lang=en")
    expect(page.get_by_test_id("step-photo")).to_be_visible()
    asked = []

    def answer(route) -> None:
        status, kind, body = ANSWERS[len(asked) % len(ANSWERS)]
        asked.append(status)
        headers = {"Location": "/login/"} if status == 302 else {}
        route.fulfill(status=status, content_type=kind, body=body, headers=headers)

    page.route("**/api/v1/sync", answer)
    pin(page, "stubborn", with_photo=False)
    for number in range(len(ANSWERS)):
        expect(page.get_by_test_id("step-saved")).to_be_visible()
        while len(asked) <= number:
            send_now(page)
            page.wait_for_timeout(200)
    assert len(asked) >= len(ANSWERS)
    assert not Pin.objects.filter(words="stubborn").exists()
    page.unroute("**/api/v1/sync")
    send_now(page)
    expect(page.get_by_test_id("receipt-number")).to_be_visible()
    assert Pin.objects.filter(words="stubborn").count() == 1
    proven(figure=f"{len(ANSWERS)} answers that are none: the report waits, and arrives once")


BELIEVES_ANYTHING = """() => {
    const ask = window.fetch
    window.fetch = async (url, init) => {
        const answer = await ask(url, init)
        if (!String(url).endsWith('/sync')) return answer
        const results = JSON.parse(init.body).operations.map(({ op_id }) =>
            ({ op_id, state: 'applied', pin: null, errors: null }))
        return Response.json({ generation: 'x', received_through: 1, durable_through: null, results })
    }
}"""


@pytest.mark.fault("S12")
@pytest.mark.django_db(transaction=True)
def test_the_control_a_page_that_believes_any_answer_loses_the_report(country, open_page, proven):
    page = open_page(PHONE, "en").page
    page.goto(f"{country}/m/?lang=en")
    expect(page.get_by_test_id("step-photo")).to_be_visible()
    page.evaluate(BELIEVES_ANYTHING)
    page.route("**/api/v1/sync", lambda route: route.fulfill(status=200, content_type="text/html", body="Wi-Fi"))
    pin(page, "believed", with_photo=False)
    page.wait_for_timeout(1500)
    page.unroute("**/api/v1/sync")
    page.goto(f"{country}/m/reports/?lang=en")
    expect(page.get_by_test_id("outbox-sent").locator("li")).to_have_count(1)
    assert not Pin.objects.filter(words="believed").exists()
    proven(control="a page that believes any answer: shown as sent, not on the server")


@pytest.mark.django_db(transaction=True)
def test_saved_appears_at_once_however_slow_the_network_is(country, open_page):
    page = open_page(PHONE, "en").page
    page.goto(f"{country}/m/?lang=en")
    expect(page.get_by_test_id("step-photo")).to_be_visible()
    page.route("**/api/v1/sync", lambda route: None)  # never answered
    pin(page, "slow", with_photo=False)
    expect(page.get_by_test_id("step-saved")).to_be_visible()
    kept = page.evaluate(
        """() => new Promise((done) => {
            const open = indexedDB.open('meemap')
            open.onsuccess = () => {
                const all = open.result.transaction('items').objectStore('items').getAll()
                all.onsuccess = () => done(all.result.map((item) => [item.state, item.body.properties.words]))
            }
        })"""
    )
    assert kept == [["ready", "slow"]]
    assert not Pin.objects.filter(words="slow").exists()
