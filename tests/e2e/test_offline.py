"""The phone in flight mode: it starts, finds its way, looks for duplicates, keeps, and sends once there is a line."""

import base64
import json
import shutil
import time

import pytest
from playwright.sync_api import expect

from mapping import backups, photos, uploads
from mapping.models import Confirmation, Photo, Pin
from mapping.queries import rows
from tests.conftest import make_person
from tests.e2e.conftest import PHONE, installed, new_need, send_now
from tests.e2e.test_outbox import photo


def place(page, lng: float, lat: float, category: str = "road", *, with_photo: bool = True) -> None:
    """From the photo to the category, by typed coordinates."""
    expect(page.get_by_test_id("step-photo")).to_be_visible()
    if with_photo:
        page.get_by_test_id("photo-input").set_input_files(photo())
        expect(page.get_by_test_id("photo-preview")).to_be_visible()
    page.get_by_test_id("next").click()
    page.get_by_test_id("place-typed").click()
    page.get_by_test_id("lat-input").fill(str(lat))
    page.get_by_test_id("lng-input").fill(str(lng))
    page.get_by_test_id("next").click()
    expect(page.get_by_test_id("step-village")).to_be_visible()
    page.get_by_test_id("village-unsure").click()
    page.get_by_test_id("next").click()
    page.get_by_test_id(f"category-{category}").click()
    page.get_by_test_id("next").click()


def tell(page, words: str) -> None:
    page.get_by_test_id("severity-4").click()
    page.get_by_test_id("next").click()
    page.get_by_test_id("people-unsure").click()
    page.get_by_test_id("next").click()
    page.get_by_test_id("words-input").fill(words)
    page.get_by_test_id("next").click()
    page.get_by_test_id("send").click()


def an_open_need() -> dict:
    """A road need of the sample with an exact place in a subdistrict, and nothing else of its kind near it."""
    return rows(
        "SELECT p.id::text, p.number, p.words, ST_X(p.place) AS lng, ST_Y(p.place) AS lat,"
        "   left(p.area_code, 6) AS tambon"
        " FROM pin_public AS p JOIN category AS c ON c.id = p.category_id"
        " WHERE c.slug = 'road' AND p.place_precision = 'exact' AND p.joined_to IS NULL AND p.village IS NOT NULL"
        "   AND p.status IN ('reported', 'verified') AND length(p.words) > 10 ORDER BY p.number LIMIT 1"
    )[0]


@pytest.mark.django_db(transaction=True)
def test_in_flight_mode_three_needs_and_a_we_have_this_too_are_kept_and_arrive_once(country, open_page):
    need = an_open_need()
    watched = open_page(PHONE)
    page = watched.page
    page.goto(f"{country}/m/reports/?lang=th")
    installed(page)
    page.get_by_test_id("pack-choose").click()
    for level, digits in (("province", 2), ("district", 4), ("subdistrict", 6)):
        page.get_by_test_id(f"tambon-{level}").select_option(need["tambon"][:digits])
    expect(page.get_by_test_id("pack-size")).to_contain_text("เมกะไบต์")
    watched.picture("phone-pack-offer")
    page.get_by_test_id("pack-get").click()
    expect(page.get_by_test_id(f"pack-{need['tambon']}")).to_contain_text("ข้อมูล ณ")
    assert watched.barriers() == []

    page.context.set_offline(True)
    before = Pin.objects.count(), Confirmation.objects.count()
    page.goto(f"{country}/m/")
    # The pack knows the villages around, although nothing answers.
    expect(page.get_by_test_id("step-photo")).to_be_visible()
    page.reload()
    for number in range(3):
        place(page, need["lng"] + 0.02 * (number + 1), need["lat"] + 0.02)
        new_need(page)
        tell(page, f"ถนนทดสอบ {number}")
        expect(page.get_by_test_id("step-saved")).to_be_visible()
        page.get_by_test_id("another").click()
    place(page, need["lng"], need["lat"], with_photo=False)
    expect(page.get_by_test_id("step-same")).to_be_visible()
    expect(page.get_by_test_id(f"same-{need['id']}")).to_contain_text(need["words"][:10])
    watched.picture("phone-same")
    assert watched.barriers() == []
    page.get_by_test_id(f"same-{need['id']}").get_by_role("button").click()
    expect(page.get_by_test_id("step-saved")).to_be_visible()
    page.get_by_test_id("outbox").click()
    expect(page.get_by_test_id("outbox-waiting").locator("li")).to_have_count(4)
    watched.picture("phone-reports-waiting")
    assert (Pin.objects.count(), Confirmation.objects.count()) == before

    page.context.set_offline(False)
    expect(page.get_by_test_id("outbox-sent").locator("li")).to_have_count(4, timeout=60_000)
    expect(page.get_by_test_id("outbox-sent")).to_contain_text("หมายเลข")
    watched.picture("phone-reports-sent")
    new = list(Pin.objects.filter(words__startswith="ถนนทดสอบ"))
    assert len(new) == 3
    assert Pin.objects.count() == before[0] + 3
    assert Confirmation.objects.filter(pin_id=need["id"]).count() >= 1
    assert Confirmation.objects.count() == before[1] + 1 + 3  # a report is its author's own word too
    sent = Photo.objects.filter(pin__in=new)
    assert sent.count() == 3
    assert all(uploads.is_whole(photos.KIND, one) for one in sent)


@pytest.mark.django_db(transaction=True)
def test_without_signal_the_village_is_chosen_from_the_pack_and_the_map_shows_outlines(country, open_page):
    need = an_open_need()
    watched = open_page(PHONE, "en")
    page = watched.page
    page.goto(f"{country}/m/reports/?lang=en")
    installed(page)
    page.get_by_test_id("pack-choose").click()
    for level, digits in (("province", 2), ("district", 4), ("subdistrict", 6)):
        page.get_by_test_id(f"tambon-{level}").select_option(need["tambon"][:digits])
    page.get_by_test_id("pack-get").click()
    expect(page.get_by_test_id(f"pack-{need['tambon']}")).to_contain_text("as of")
    page.context.set_offline(True)
    page.goto(f"{country}/m/?lng={need['lng']}&lat={need['lat']}")
    page.get_by_test_id("next").click()
    expect(page.locator(".mm-outline").first).to_be_attached()
    expect(page.locator(".mm-need").first).to_be_attached()
    expect(page.get_by_test_id("place-name")).not_to_contain_text("place_name")
    page.wait_for_timeout(1000)
    watched.picture("phone-offline-map")
    page.get_by_test_id("next").click()
    expect(page.get_by_test_id("step-village").get_by_role("radio")).to_have_count(
        9
    )  # the nearest eight, and "not sure"


@pytest.mark.django_db(transaction=True)
def test_drafts_are_a_list_and_go_by_file_to_another_phone(country, open_page, tmp_path):
    watched = open_page(PHONE, "en")
    page = watched.page
    with page.expect_response("**/api/v1/categories"):
        page.goto(f"{country}/m/?lang=en")
    installed(page)
    page.context.set_offline(True)
    place(page, 97.9684, 19.3003)
    new_need(page)
    tell(page, "waits in the outbox")
    expect(page.get_by_test_id("step-saved")).to_be_visible()
    page.get_by_test_id("another").click()
    page.route("**/api/v1/sync", lambda route: route.abort())
    page.context.set_offline(False)
    for number in range(2):
        page.goto(f"{country}/m/?new=1")
        page.get_by_test_id("next").click()
        page.get_by_test_id("place-typed").click()
        page.get_by_test_id("lat-input").fill("19.3")
        page.get_by_test_id("lng-input").fill(f"97.9{number}")
    page.goto(f"{country}/m/reports/")
    expect(page.get_by_test_id("outbox-drafts").locator("li")).to_have_count(2)
    expect(page.get_by_test_id("outbox-waiting").locator("li")).to_have_count(1)
    assert watched.barriers() == []
    with page.expect_download() as given:
        page.get_by_test_id("export").click()
    file = tmp_path / "outbox.json"
    given.value.save_as(file)
    about = json.loads(file.read_text("utf-8"))
    assert (len(about["items"]), len(about["drafts"]), len(about["photos"])) == (1, 2, 1)

    other = open_page(PHONE, "en").page
    other.goto(f"{country}/m/reports/?lang=en")
    damaged = about | {"photos": {key: text[:-8] + "AAAAAAA=" for key, text in about["photos"].items()}}
    for content, words in ((b"{}", "not a file saved"), (json.dumps(damaged).encode(), "damaged")):
        other.get_by_test_id("import").set_input_files(
            {"name": "outbox.json", "mimeType": "application/json", "buffer": content}
        )
        expect(other.get_by_test_id("import-problem")).to_contain_text(words)
    expect(other.get_by_test_id("outbox-drafts")).to_have_count(0)
    other.get_by_test_id("import").set_input_files(file)
    expect(other.get_by_test_id("imported")).to_contain_text("1 reports, 2 drafts")
    expect(other.get_by_test_id("outbox-drafts").locator("li")).to_have_count(2)
    expect(other.get_by_test_id("outbox-sent").locator("li")).to_have_count(1, timeout=40_000)
    assert Pin.objects.get(words="waits in the outbox").photos.get().complete_at is not None
    # The first phone sends the same later: nothing is there twice.
    page.unroute("**/api/v1/sync")
    send_now(page)
    expect(page.get_by_test_id("outbox-waiting")).to_have_count(0, timeout=40_000)
    assert Pin.objects.filter(words="waits in the outbox").count() == 1
    other.get_by_test_id("draft-open").first.click()
    expect(other.get_by_test_id("step-photo").or_(other.get_by_test_id("step-village"))).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_practice_keeps_and_sends_nothing(country, open_page):
    page = open_page(PHONE, "en").page
    page.goto(f"{country}/m/?lang=en&practice=1")
    expect(page.get_by_test_id("practice")).to_be_visible()
    before = Pin.objects.count()
    place(page, 97.9684, 19.3003, with_photo=False)
    page.wait_for_timeout(1500)
    new_need(page)
    tell(page, "only practice")
    expect(page.get_by_test_id("saved-how")).to_contain_text("nothing is sent")
    page.goto(f"{country}/m/")
    expect(page.get_by_test_id("step-photo")).to_be_visible()
    expect(page.get_by_test_id("outbox")).to_have_count(0)
    page.wait_for_timeout(500)
    assert Pin.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_a_server_restored_from_an_older_backup_is_healed_by_its_phones(country, open_page, back, settings, tmp_path):
    settings.BACKUP_ROOT = str(tmp_path / "backups")
    need = an_open_need()
    ours = open_page(PHONE, "en").page
    theirs = open_page(PHONE, "en").page
    for page in (ours, theirs):
        page.goto(f"{country}/m/?lang=en")
        installed(page)
    older = backups.make(backups.root())
    place(ours, need["lng"] + 0.03, need["lat"] + 0.03)
    new_need(ours)
    tell(ours, "after the backup")
    expect(ours.get_by_text("What you attached has arrived")).to_be_visible(timeout=40_000)
    lost = Pin.objects.get(words="after the backup")
    digest = bytes(lost.photos.get().sha256)
    # Another phone has it too: their word is lost as well, and speaks of a pin that is not there.
    place(theirs, need["lng"] + 0.03, need["lat"] + 0.03, with_photo=False)
    expect(theirs.get_by_test_id(f"same-{lost.pk}")).to_be_visible()
    theirs.get_by_test_id(f"same-{lost.pk}").get_by_role("button").click()
    expect(theirs.get_by_test_id("receipt-number")).to_be_visible(timeout=40_000)
    assert Confirmation.objects.filter(pin=lost).count() == 2

    back(older)
    assert not Pin.objects.filter(pk=lost.pk).exists()
    theirs.goto(f"{country}/m/reports/")  # first those whose need is not there yet
    expect(theirs.get_by_test_id("outbox-waiting").locator("li")).to_have_count(1, timeout=40_000)
    ours.goto(f"{country}/m/reports/")
    expect(ours.get_by_test_id("outbox-sent").locator("li")).to_have_count(1, timeout=40_000)
    for _ in range(100):
        if Photo.objects.filter(pin_id=lost.pk, complete_at__isnull=False).exists():
            break
        time.sleep(0.2)
    again = Pin.objects.get(pk=lost.pk)
    assert (again.words, bytes(again.photos.get().sha256)) == ("after the backup", digest)
    assert uploads.is_whole(photos.KIND, again.photos.get())
    send_now(theirs)
    expect(theirs.get_by_test_id("outbox-sent").locator("li")).to_have_count(1, timeout=40_000)
    assert Confirmation.objects.filter(pin=again).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_new_release_waits_until_its_person_agrees_and_the_draft_stays(country, open_page, settings, tmp_path):
    page = open_page(PHONE, "en").page
    page.goto(f"{country}/m/?lang=en")
    installed(page)
    page.get_by_test_id("next").click()
    page.get_by_test_id("place-typed").click()
    page.get_by_test_id("lat-input").fill("19.3")
    page.get_by_test_id("lng-input").fill("97.9")
    newer = tmp_path / "dist"
    shutil.copytree(settings.PAGES, newer)
    (newer / "sw.js").write_text((newer / "sw.js").read_text("utf-8") + "\n// newer\n", "utf-8")
    settings.PAGES = newer
    page.reload()
    expect(page.get_by_test_id("new-release")).to_be_visible()
    assert page.evaluate("navigator.serviceWorker.getRegistration('/m/').then((one) => !!one.waiting)")
    page.get_by_test_id("use-release").click()
    expect(page.get_by_test_id("new-release")).to_have_count(0)
    expect(page.get_by_test_id("lat-input")).to_have_value("19.3")
    assert page.evaluate("navigator.serviceWorker.getRegistration('/m/').then((one) => !one.waiting)")


@pytest.mark.django_db(transaction=True)
def test_a_photo_from_another_app_begins_a_report_and_the_draft_before_it_stays(country, open_page):
    page = open_page(PHONE, "en").page
    page.goto(f"{country}/m/?lang=en")
    installed(page)
    page.get_by_test_id("next").click()
    page.get_by_test_id("place-typed").click()
    page.get_by_test_id("lat-input").fill("19.3")
    page.get_by_test_id("lng-input").fill("97.9")
    one = photo()
    page.evaluate(
        """async (bytes) => {
            const form = new FormData()
            form.set('text', 'shared words')
            const raw = Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))
            form.set('photo', new File([raw], 'a.jpg', {type: 'image/jpeg'}))
            await fetch('/m/share', {method: 'POST', body: form, redirect: 'manual'})
        }""",
        base64.b64encode(one["buffer"]).decode(),
    )
    page.goto(f"{country}/m/?new=1#shared")
    expect(page.get_by_test_id("photo-preview")).to_be_visible()
    page.goto(f"{country}/m/reports/")
    expect(page.get_by_test_id("outbox-drafts").locator("li")).to_have_count(2)
    expect(page.get_by_test_id("outbox-drafts")).to_contain_text("shared words")


@pytest.mark.django_db(transaction=True)
def test_who_signs_out_with_unsent_reports_is_asked_first_and_nobody_else_sends_them(country, open_page):
    page = open_page(PHONE, "en").page
    bob = make_person("bob-phone", "volunteer", "58")
    bob.set_password("correct horse battery")
    bob.save()
    page.goto(f"{country}/login/?next=/m/&lang=en")
    page.locator("input[autocomplete~=username]").fill("bob-phone")
    page.locator("input[type=password]").fill("correct horse battery")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("step-photo")).to_be_visible()
    page.wait_for_timeout(500)
    page.route("**/api/v1/sync", lambda route: route.abort())
    place(page, 97.9684, 19.3003, with_photo=False)
    new_need(page)
    tell(page, "bob's own")
    expect(page.get_by_test_id("step-saved")).to_be_visible()
    page.goto(f"{country}/account/")
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("unsent")).to_contain_text("1 of your reports")
    page.get_by_test_id("sign-out").click()
    page.wait_for_url(f"{country}/")
    page.unroute("**/api/v1/sync")
    page.goto(f"{country}/m/reports/")
    expect(page.get_by_test_id("outbox-others")).to_be_visible()
    page.wait_for_timeout(1500)
    assert not Pin.objects.filter(words="bob's own").exists()
