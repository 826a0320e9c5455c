"""What spares typing: a voice note, a place by plus code or from the photo, since when in one tap."""

import io

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from mapping import photos, recordings, uploads
from mapping.models import Pin, Recording
from tests.e2e.conftest import DESK, PHONE, installed, new_need
from tests.e2e.test_life import sign_in


@pytest.mark.django_db(transaction=True)
def test_a_need_is_spoken_without_signal_and_its_officer_hears_it(country, open_page):
    watched = open_page(PHONE, "en")
    page = watched.page
    with page.expect_response("**/api/v1/categories"):
        page.goto(f"{country}/m/?lang=en")
    installed(page)
    page.context.set_offline(True)
    page.get_by_test_id("next").click()
    page.get_by_test_id("place-typed").click()
    page.get_by_test_id("code-input").fill("nothing+")
    expect(page.get_by_test_id("code-problem")).to_be_visible()
    page.get_by_test_id("code-input").fill("7MFV8X29+49")
    expect(page.get_by_test_id("code-problem")).to_have_count(0)
    page.get_by_test_id("next").click()
    page.get_by_test_id("village-unsure").click()
    page.get_by_test_id("next").click()
    page.get_by_test_id("category-road").click()
    page.get_by_test_id("next").click()
    new_need(page)
    page.get_by_test_id("severity-4").click()
    page.get_by_test_id("next").click()
    page.get_by_test_id("people-unsure").click()
    page.get_by_test_id("next").click()
    page.get_by_test_id("voice-record").click()
    expect(page.get_by_test_id("voice-stop")).to_contain_text("2 of 60")
    assert watched.barriers() == []
    page.get_by_test_id("voice-stop").click()
    expect(page.get_by_test_id("voice-heard")).to_be_visible()
    page.reload()  # what was said outlives the page
    expect(page.get_by_test_id("voice-heard")).to_be_visible()
    assert watched.barriers() == []
    page.get_by_test_id("next").click()
    expect(page.locator("main")).to_contain_text("with a voice note")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("step-saved")).to_be_visible()
    assert not Recording.objects.exists()
    page.context.set_offline(False)
    page.goto(f"{country}/m/reports/")
    expect(page.get_by_test_id("outbox-sent").locator("li")).to_have_count(1, timeout=40_000)
    one = Recording.objects.select_related("pin").get()
    assert uploads.is_whole(recordings.KIND, one)
    assert one.media_type == "audio/webm"
    assert one.size_bytes > 1000
    assert (one.pin.source, one.pin.words) == ("plus_code", "")

    desk = open_page(DESK, "en")
    sign_in(desk.page, country, "58")
    desk.page.goto(f"{country}/need/?id={one.pin_id}&lang=en")
    desk.page.get_by_test_id("voice-listen").click()
    note = desk.page.get_by_test_id("voice-note")
    expect(note).to_be_visible()
    for _ in range(100):
        if note.evaluate("audio => audio.readyState >= 2"):
            break
        desk.page.wait_for_timeout(100)
    assert note.evaluate("audio => audio.error") is None
    assert note.evaluate("audio => audio.readyState") >= 2, "it cannot be played"
    assert desk.barriers() == []
    assert [one for one in desk.complaints if "policy" in one.lower()] == []

    stranger = open_page(PHONE, "en").page
    Pin.objects.filter(pk=one.pin_id).update(checked=True)
    stranger.goto(f"{country}/need/?id={one.pin_id}&lang=en")
    expect(stranger.locator("h1")).to_be_visible()
    expect(stranger.get_by_test_id("voice-listen")).to_have_count(0)


@pytest.mark.django_db(transaction=True)
def test_who_may_not_use_the_microphone_types(country, open_page):
    page = open_page(PHONE, "en").page
    page.add_init_script("navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no'))")
    page.goto(f"{country}/m/?lang=en&practice=1&lng=97.95&lat=19.3&category=road")
    for _ in range(12):
        if page.get_by_test_id("voice-record").is_visible():
            break
        for choice in ("village-unsure", "severity-3", "people-unsure"):
            if page.get_by_test_id(choice).is_visible():
                page.get_by_test_id(choice).click()
        page.get_by_test_id("next").click()
        page.wait_for_timeout(300)
    page.get_by_test_id("voice-record").click()
    expect(page.get_by_test_id("voice-problem")).to_contain_text("type instead")
    page.get_by_test_id("words-input").fill("typed")
    page.get_by_test_id("next").click()
    expect(page.get_by_test_id("send")).to_be_visible()


def photo_with_place() -> dict:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (19.0, 18.0, 1.08), 3: "E", 4: (97.0, 58.0, 6.24)}
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "#7a9a7a").save(out, "JPEG", exif=exif)
    return {"name": "need.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.mark.django_db(transaction=True)
def test_a_photo_that_knows_its_place_proposes_it_and_since_when_is_one_tap(country, open_page):
    watched = open_page(PHONE, "en")
    page = watched.page
    with page.expect_response("**/api/v1/categories"):
        page.goto(f"{country}/m/?lang=en")
    page.get_by_test_id("photo-file").set_input_files(photo_with_place())
    expect(page.get_by_test_id("photo-preview")).to_be_visible()
    page.get_by_test_id("next").click()
    expect(page.get_by_test_id("from-photo")).to_contain_text("Check that it is right")
    expect(page.locator(".mm-cross")).to_be_visible()
    assert watched.barriers() == []
    page.get_by_test_id("next").click()
    page.get_by_test_id("village-unsure").click()
    page.get_by_test_id("next").click()
    page.get_by_test_id("category-road").click()
    page.get_by_test_id("next").click()
    new_need(page)
    page.get_by_test_id("severity-4").click()
    page.get_by_test_id("next").click()
    page.get_by_test_id("people-unsure").click()
    page.get_by_test_id("next").click()
    page.get_by_test_id("since").select_option("half_year")
    page.get_by_test_id("words-input").fill("from its photo")
    page.get_by_test_id("next").click()
    expect(page.locator("main")).to_contain_text("About half a year")
    page.get_by_test_id("send").click()
    expect(page.get_by_text("What you attached has arrived")).to_be_visible(timeout=40_000)
    pin = Pin.objects.get(words="from its photo")
    assert (pin.source, round(pin.point.x, 4), round(pin.point.y, 4)) == ("photo", 97.9684, 19.3003)
    assert (timezone.now().date() - pin.needed_since).days in (181, 182)
    # The photo itself tells nobody where it was taken.
    assert not Image.open(photos.path_of(pin.photos.get().pk, "full")).getexif()


@pytest.mark.django_db(transaction=True)
def test_a_photo_changes_no_place_that_was_chosen_already(country, open_page):
    page = open_page(PHONE, "en").page
    with page.expect_response("**/api/v1/categories"):
        page.goto(f"{country}/m/?lang=en&lng=98.1&lat=19.1")
    page.get_by_test_id("photo-file").set_input_files(photo_with_place())
    expect(page.get_by_test_id("photo-preview")).to_be_visible()
    page.get_by_test_id("next").click()
    page.get_by_test_id("place-typed").click()
    expect(page.get_by_test_id("lng-input")).to_have_value("98.1")
