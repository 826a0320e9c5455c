"""What a phone meets: killed, full, robbed of its store, with a wrong clock, on a bad line, in other hands."""

import base64
import hashlib
import json
import os
import random
import shutil
import signal
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import expect

from mapping import photos, uploads
from mapping.models import Grant, Person, Photo, Pin
from tests.conftest import client_of, make_person, report
from tests.e2e.conftest import CHROMIUM, PHONE, installed, send_now
from tests.e2e.test_offline import an_open_need
from tests.e2e.test_outbox import photo, pin
from tests.faults.proxy import Plan, bad_line
from tests.faults.rows import LONG, amount

pytestmark = pytest.mark.django_db(transaction=True)

# What is kept, as text that can be hashed: every row of every store, bytes too.
STORED = """() => new Promise((done) => {
    const open = indexedDB.open('meemap')
    open.onsuccess = async () => {
        const said = {}
        for (const name of ['items', 'photos']) {
            const store = open.result.transaction(name).objectStore(name)
            const all = (request) => new Promise((give) => (request.onsuccess = () => give(request.result)))
            const [keys, values] = [await all(store.getAllKeys()), await all(store.getAll())]
            said[name] = keys.map((key, at) => [key, values[at] instanceof ArrayBuffer
                ? [...new Uint8Array(values[at])].join()
                // When it last tried is no part of what somebody wrote.
                : JSON.stringify(values[at], (name, value) => (name === 'failedAt' ? null : value))])
        }
        open.result.close()
        done(JSON.stringify(said))
    }
})"""


def stored(page) -> str:
    return hashlib.sha256(page.evaluate(STORED).encode()).hexdigest()


def outbox(number: int, *, with_photos: bool = True, person: str | None = None) -> tuple[dict, list[str]]:
    """The file of an outbox with so many reports, and their ids."""
    items, bytes_of, ids = [], {}, []
    for at in range(number):
        one, raw = str(uuid.uuid4()), photo()["buffer"] if with_photos else b""
        files = [{"id": str(uuid.uuid4()), "sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}] if raw else []
        for file in files:
            bytes_of[file["id"]] = base64.b64encode(raw).decode()
        began = datetime.now(UTC).isoformat()
        draft = {
            "id": one, "startedAt": began, "photo": files[0] if files else None,
            "place": {"kind": "point", "lng": 97.96 + at / 1000, "lat": 19.3, "source": "typed", "accuracyM": None},
            "village": "unsure", "category": "road", "severity": 4, "people": "unsure", "words": f"report {at}",
        }  # fmt: skip
        body = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(97.96 + at / 1000, 6), 19.3]},
            "properties": {
                "category": "road", "severity": 4, "people": None, "words": f"report {at}", "village": None,
                "source": "typed", "captured_at": began, **({"photos": files} if files else {}),
            },
        }  # fmt: skip
        items.append({
            "id": one, "opId": str(uuid.uuid4()), "person": person, "body": body, "draft": draft,
            "photos": [file | {"sent": False} for file in files], "savedAt": int(time.time() * 1000) + at,
        })  # fmt: skip
        ids.append(one)
    return {"format": "meemap-outbox", "version": 1, "items": items, "drafts": [], "photos": bytes_of}, ids


def bring(page, url: str, number: int, **more) -> list[str]:
    """Put so many reports into the outbox of this phone, by the file of another."""
    about, ids = outbox(number, **more)
    page.goto(f"{url}/m/reports/?lang=en")
    expect(page.get_by_test_id("transfer")).to_be_attached()
    raw = json.dumps(about).encode()
    page.get_by_test_id("import").set_input_files(
        {"name": "outbox.json", "mimeType": "application/json", "buffer": raw}
    )
    expect(page.get_by_test_id("imported")).to_be_visible(timeout=40_000)
    return ids


def whole(ids: list[str]) -> int:
    """How many of them are on the server once, with their photo."""
    found = Photo.objects.filter(pin_id__in=ids, complete_at__isnull=False)
    return len({one.pin_id for one in found if uploads.is_whole(photos.KIND, one)})


def all_sent(page, number: int, timeout: int = 60_000) -> None:
    expect(page.get_by_test_id("outbox-sent").locator("li")).to_have_count(number, timeout=timeout)


def sign_in(page, url: str, person: Person) -> None:
    session = client_of(person).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": url}])


# -- S11: the browser is killed ---------------------------------------------------------------------


class Profile:
    """A browser of its own with a profile on the disk, that can be killed and started again."""

    def __init__(self, playwright, folder: Path) -> None:
        self.playwright, self.folder, self.context = playwright, folder, None

    def open(self, script: str = ""):
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=shutil.which("chromium"), args=CHROMIUM, viewport=PHONE, locale="en-GB"
        )
        if script:
            self.context.add_init_script(script)
        return self.context.pages[0]

    def kill(self) -> None:
        # The browser's own lock names its process: host-pid.
        number = int(os.readlink(self.folder / "SingletonLock").rsplit("-", 1)[1])
        os.kill(number, signal.SIGKILL)
        with suppress(BrowserError):
            self.context.close()
        for name in ("SingletonLock", "SingletonCookie", "SingletonSocket"):
            (self.folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        with suppress(BrowserError):
            self.context.close()


@pytest.fixture
def profile(playwright, tmp_path):
    made = Profile(playwright, tmp_path / "profile")
    yield made
    made.close()


LISTED = "document.querySelectorAll('[data-testid=outbox-waiting] li, [data-testid=outbox-sent] li').length"


@pytest.mark.fault("S11")
def test_a_browser_that_is_killed_while_it_sends_loses_nothing_and_sends_nothing_twice(country, profile, proven):
    page = profile.open()
    page.route("**/api/v1/sync", lambda route: route.abort())
    ids = bring(page, country, 20)
    draw, kills = random.Random(11), amount(3, 30)
    for _ in range(kills):
        page.unroute_all(behavior="ignoreErrors")
        with suppress(BrowserError):
            send_now(page)
        time.sleep(draw.uniform(0.05, 1.2))
        profile.kill()
        page = profile.open()
        page.goto(f"{country}/m/reports/?lang=en")
        expect(page.get_by_test_id("outbox-waiting").or_(page.get_by_test_id("outbox-sent")).first).to_be_visible()
        assert page.evaluate(LISTED) == 20  # at one moment: a report may go from one list to the other
    send_now(page)
    all_sent(page, 20)
    assert Pin.objects.filter(pk__in=ids).count() == 20
    assert Pin.objects.filter(words__startswith="report ").count() == 20
    assert whole(ids) == 20
    proven(figure=f"{kills} kills within the sending of 20 reports: 0 lost, 0 twice, the lists there at once")


@pytest.mark.fault("S11")
def test_the_control_a_page_that_keeps_its_reports_in_memory_only_loses_them(country, profile, proven):
    page = profile.open()
    page.route("**/api/v1/sync", lambda route: route.abort())
    bring(page, country, 5, with_photos=False)
    profile.kill()
    page = profile.open("indexedDB.deleteDatabase('meemap')")
    page.goto(f"{country}/m/reports/?lang=en")
    expect(page.get_by_test_id("transfer")).to_be_attached()
    page.wait_for_timeout(1000)
    left = page.get_by_test_id("outbox-waiting").locator("li").count() + Pin.objects.filter(words="report 0").count()
    assert left < 5
    proven(control=f"kept in memory only: {left} of 5 there after the kill")


@pytest.mark.fault("S11")
def test_a_store_that_is_closed_under_the_page_is_opened_again(country, open_page, proven):
    page = open_page(PHONE, "en").page
    page.route("**/api/v1/sync", lambda route: route.abort())
    ids = bring(page, country, 3)
    # Another tab asks for another version: every connection of this page is told to close.
    page.evaluate(
        "() => new Promise((done) => { const one = indexedDB.open('meemap', 3);"
        " one.onblocked = one.onerror = () => done();"
        " one.onupgradeneeded = () => one.transaction.abort(); one.onsuccess = () => done() })"
    )
    page.unroute("**/api/v1/sync")
    page.reload()
    expect(page.get_by_test_id("transfer")).to_be_attached()
    send_now(page)
    for _ in range(100):
        if whole(ids) == 3:
            break
        page.wait_for_timeout(200)
    assert Pin.objects.filter(pk__in=ids).count() == 3
    proven(figure="a store closed under the page: all sent")


# -- S12: answers that are no answer ---------------------------------------------------------------------

PARKING = (400, 404, 409, 410, 412, 413, 415, 422, 428)


@pytest.mark.fault("S12")
def test_a_report_that_is_refused_says_why_stays_and_holds_up_no_other(country, open_page, proven):
    page = open_page(PHONE, "en").page
    now: dict = {}

    def answer(route) -> None:
        if not now:
            route.abort()
        elif now["bad"] not in (route.request.post_data or ""):
            route.continue_()
        else:
            error = {"code": "x", "detail": f"no {now['status']}", "attr": None}
            route.fulfill(status=now["status"], json={"type": "client_error", "errors": [error]})

    page.route("**/api/v1/sync", answer)
    for number, status in enumerate(PARKING, 1):
        now.clear()
        bad, good = bring(page, country, 2, with_photos=False)
        now |= {"bad": bad, "status": status}
        send_now(page)
        all_sent(page, number)
        expect(page.get_by_test_id("outbox-waiting")).to_contain_text(f"no {status}")
        expect(page.get_by_test_id("outbox-waiting").locator("li")).to_have_count(number)
        assert Pin.objects.filter(pk=good).exists()
        assert not Pin.objects.filter(pk=bad).exists()
    proven(figure=f"{len(PARKING)} kinds of refusal: parked with its reason, the next one sent, 0 removed")


# -- S13: the storage is full ---------------------------------------------------------------------------


# A quota cannot be set from outside for this origin: what a browser does at its end is played, to the transaction.
FULL = """() => {
    const put = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = function (value, ...more) {
        const bytes = value instanceof ArrayBuffer ? value.byteLength : JSON.stringify(value).length
        if (bytes < 500) return put.call(this, value, ...more)
        this.transaction.abort()
        throw new DOMException('full', 'QuotaExceededError')
    }
}"""


@pytest.mark.fault("S13")
def test_a_full_phone_says_so_and_what_it_kept_stays_the_same_to_the_byte(country, open_page, proven):
    page = open_page(PHONE, "en").page
    page.route("**/api/v1/sync", lambda route: route.abort())
    ids = bring(page, country, 2)
    before = stored(page)
    page.goto(f"{country}/m/?new=1&lang=en")
    page.evaluate(FULL)
    page.get_by_test_id("photo-input").set_input_files(photo(2400, 1800))
    expect(page.get_by_test_id("photo-problem")).to_be_visible()
    assert stored(page) == before
    pin(page, "on a full phone", with_photo=False)
    expect(page.get_by_test_id("step-saved")).to_contain_text("Keep this page open")
    assert stored(page) == before
    page.goto(f"{country}/m/reports/?lang=en")
    expect(page.get_by_test_id("outbox-waiting").locator("li")).to_have_count(2)
    page.evaluate(FULL)
    page.unroute("**/api/v1/sync")
    send_now(page)  # also a phone that cannot write down what was sent
    for _ in range(100):
        if whole(ids) == 2:
            break
        page.wait_for_timeout(200)
    assert whole(ids) == Pin.objects.filter(words__startswith="report ").count() == 2
    proven(figure="a full store: said in words, the outbox before it the same to the byte, and sent")


@pytest.mark.fault("S13")
def test_the_control_a_page_that_makes_room_by_dropping_photos_is_found_out(country, open_page, proven):
    page = open_page(PHONE, "en").page
    page.route("**/api/v1/sync", lambda route: route.abort())
    bring(page, country, 2)
    before = stored(page)
    page.evaluate(
        "() => new Promise((done) => { const open = indexedDB.open('meemap'); open.onsuccess = () => {"
        " const drop = open.result.transaction('photos', 'readwrite').objectStore('photos').clear();"
        " drop.onsuccess = () => done() } })"
    )
    assert stored(page) != before
    proven(control="room made by dropping photos: other bytes")


# -- S14: the session ends, and other hands -------------------------------------------------------------


@pytest.mark.fault("S14")
def test_a_session_that_ended_another_person_and_a_disabled_account_lose_nothing(country, open_page, proven):
    bob, dao = make_person("bob-phone", "volunteer", "58"), make_person("dao-phone", "volunteer", "58")
    page = open_page(PHONE, "en").page
    sign_in(page, country, bob)
    page.goto(f"{country}/m/?lang=en")
    expect(page.get_by_test_id("step-photo")).to_be_visible()
    page.wait_for_timeout(500)
    page.route("**/api/v1/sync", lambda route: route.abort())
    ids = bring(page, country, 3, person=str(bob.pk))
    Session.objects.all().delete()
    page.unroute("**/api/v1/sync")
    send_now(page)
    expect(page.get_by_test_id("paused")).to_be_visible()
    sign_in(page, country, dao)
    page.goto(f"{country}/m/reports/?lang=en")
    expect(page.get_by_test_id("outbox-others")).to_contain_text("3")
    page.wait_for_timeout(1000)
    assert not Pin.objects.filter(pk__in=ids).exists()
    bob.is_active = False
    bob.save()
    page.context.clear_cookies()
    page.goto(f"{country}/m/reports/?lang=en")
    page.wait_for_timeout(1000)
    assert not Pin.objects.filter(pk__in=ids).exists()
    bob.is_active = True
    bob.set_password("another horse battery")
    bob.save()
    sign_in(page, country, bob)
    begun = time.monotonic()
    page.goto(f"{country}/m/reports/?lang=en")
    all_sent(page, 3)
    seconds = time.monotonic() - begun
    assert set(Pin.objects.filter(pk__in=ids).values_list("author__username", flat=True)) == {"bob-phone"}
    assert whole(ids) == 3
    if LONG:
        assert seconds <= 5
    proven(figure=f"0 of 3 lost or under another's name; all sent {seconds:.1f} s after signing in")


@pytest.mark.fault("S14")
def test_the_control_a_queue_without_owners_sends_under_the_name_of_whoever_signs_in(country, open_page, proven):
    dao = make_person("dao-phone", "volunteer", "58")
    page = open_page(PHONE, "en").page
    sign_in(page, country, dao)
    page.goto(f"{country}/m/?lang=en")
    expect(page.get_by_test_id("step-photo")).to_be_visible()
    page.wait_for_timeout(500)
    ids = bring(page, country, 1, with_photos=False, person=None)  # nobody's: of whoever brings it
    all_sent(page, 1)
    assert Pin.objects.get(pk=ids[0]).author == dao
    proven(control="reports without an owner: under the name of the next person")


# -- S15: the clock --------------------------------------------------------------------------------------

CLOCKS = {
    "ten years ahead": "2036-11-23T08:00:00Z",
    "ten years behind": "2016-11-23T08:00:00Z",
    "the end of 32 bits": "2038-01-19T03:14:06Z",
}


@pytest.mark.fault("S15")
def test_a_phone_whose_clock_is_years_wrong_sends_the_same_and_the_server_knows_by_how_much(country, open_page, proven):
    said = {}
    for name, clock in CLOCKS.items():
        page = open_page(PHONE, "en").page
        page.clock.install(time=clock)
        page.goto(f"{country}/m/?lang=en")
        expect(page.get_by_test_id("step-photo")).to_be_visible()
        pin(page, name, with_photo=False)
        page.clock.fast_forward(3_600_000)  # and jumps by an hour on its way
        expect(page.get_by_test_id("receipt-number")).to_be_visible()
        there = Pin.objects.get(words=name)
        wrong = datetime.fromisoformat(clock).timestamp() - time.time()
        assert abs(there.clock_skew_s - wrong) < 2 * 3600
        assert abs(there.received_at.timestamp() - time.time()) < 600
        said[name] = round(there.clock_skew_s / 86_400)
    assert len({(one.severity, one.status, one.area_code) for one in Pin.objects.filter(words__in=CLOCKS)}) == 1
    days = ", ".join(f"{one:,}" for one in said.values())
    proven(figure=f"{len(CLOCKS)} clocks: the same rows; wrong by {days} days")


@pytest.mark.fault("S15")
def test_the_control_a_server_that_believed_the_phone_would_put_the_report_in_another_year(country, open_page, proven):
    page = open_page(PHONE, "en").page
    page.clock.install(time=CLOCKS["ten years ahead"])
    page.goto(f"{country}/m/?lang=en")
    expect(page.get_by_test_id("step-photo")).to_be_visible()
    pin(page, "believed", with_photo=False)
    expect(page.get_by_test_id("receipt-number")).to_be_visible()
    there = Pin.objects.get(words="believed")
    believed = there.received_at.timestamp() + there.clock_skew_s
    assert abs(believed - time.time()) > 600
    proven(control=f"the phone's word taken for the time: {datetime.fromtimestamp(believed, UTC).year}")


# -- S18: a right is revoked ------------------------------------------------------------------------------


def get_pack(page, url: str, tambon: str) -> None:
    page.goto(f"{url}/m/reports/?lang=en")
    page.get_by_test_id("pack-choose").click()
    for level, digits in (("province", 2), ("district", 4), ("subdistrict", 6)):
        page.get_by_test_id(f"tambon-{level}").select_option(tambon[:digits])
    page.get_by_test_id("pack-get").click()
    expect(page.get_by_test_id(f"pack-{tambon}")).to_contain_text("as of")


PACKED = """(id) => new Promise((done) => {
    const open = indexedDB.open('meemap-pack')
    open.onsuccess = async () => {
        let said = ''
        for (const name of open.result.objectStoreNames) {
            const request = open.result.transaction(name).objectStore(name).getAll()
            const all = await new Promise((give) => (request.onsuccess = () => give(request.result)))
            said += JSON.stringify(all)
        }
        open.result.close()
        done(said.includes(id))
    }
})"""


@pytest.mark.fault("S18")
def test_what_a_revoked_right_showed_is_gone_at_the_first_sync_and_ones_own_report_is_taken(country, open_page, proven):
    need = an_open_need()
    officer = make_person("mali", "officer", need["tambon"][:2])
    hidden = report(make_person("dao-phone", "volunteer", "58"), need["lng"], need["lat"], words="for officers only")
    Pin.objects.filter(pk=hidden["id"]).update(hidden=True)
    page = open_page(PHONE, "en").page
    sign_in(page, country, officer)
    get_pack(page, country, need["tambon"])
    assert page.evaluate(PACKED, hidden["id"])  # the control: it was there
    proven(control="before the sync the phone still held what the right had shown")
    page.route("**/api/v1/sync", lambda route: route.abort())
    ids = bring(page, country, 1, person=str(officer.pk))
    Grant.objects.filter(person=officer).delete()
    page.unroute("**/api/v1/sync")
    page.get_by_test_id("pack-renew").click()
    page.wait_for_timeout(500)
    expect(page.get_by_test_id(f"pack-{need['tambon']}")).to_contain_text("as of", timeout=40_000)
    for _ in range(50):
        if not page.evaluate(PACKED, hidden["id"]):
            break
        page.wait_for_timeout(200)
    assert not page.evaluate(PACKED, hidden["id"])
    assert page.evaluate(PACKED, need["id"])
    send_now(page)
    all_sent(page, 1)
    assert Pin.objects.filter(pk__in=ids, author=officer).count() == 1
    proven(figure="others' hidden need gone at the first sync, one's own report taken")


# -- S19: the browser throws its store away --------------------------------------------------------------


@pytest.mark.fault("S19")
def test_after_the_browser_threw_everything_away_it_is_pulled_again_and_the_warning_stood_there(
    country, open_page, proven
):
    need = an_open_need()
    page = open_page(PHONE, "en").page
    get_pack(page, country, need["tambon"])
    expect(page.get_by_test_id("storage")).to_be_visible()
    speak = page.context.new_cdp_session(page)
    speak.send(
        "Storage.clearDataForOrigin", {"origin": country, "storageTypes": "indexeddb,cache_storage,local_storage"}
    )
    page.reload()
    expect(page.get_by_test_id("pack-choose")).to_be_visible()
    expect(page.get_by_test_id(f"pack-{need['tambon']}")).to_have_count(0)
    assert not page.evaluate(PACKED, need["id"])
    proven(control="thrown away: without pulling anew the need is not there")
    get_pack(page, country, need["tambon"])
    assert page.evaluate(PACKED, need["id"])
    proven(figure="the pack is pulled whole again; what the browser promises stood there before")


# -- S20: a bad line -----------------------------------------------------------------------------------------

TAP = """() => {
    const button = document.querySelector('[data-testid=send]')
    button.addEventListener('click', () => {
        const begun = performance.now()
        new MutationObserver((_, all) => {
            if (!document.querySelector('[data-testid=step-saved], [data-testid=step-receipt]')) return
            all.disconnect()
            requestAnimationFrame(() => (window.savedMs = performance.now() - begun))
        }).observe(document.body, {subtree: true, childList: true, attributes: true})
    }, {once: true, capture: true})
}"""


@pytest.mark.fault("S20")
def test_on_a_bad_line_everything_arrives_and_saved_is_said_at_once(country, open_page, proven):
    number, draw, bad = amount(2, 20), random.Random(20), [False]

    def plan(_: int) -> Plan:
        if not bad[0]:
            return Plan()
        cut = draw.randrange(0, 60_000) if draw.random() < 0.2 else None
        return Plan(cut_after=cut, delay_s=0.02 if not LONG else 0.2, bytes_per_s=60_000 if not LONG else 8_000)

    with bad_line(country, plan) as line:
        page = open_page(PHONE, "en").page
        with page.expect_response("**/api/v1/categories"):
            page.goto(f"{line.url}/m/?lang=en")
        installed(page)
        bad[0] = True
        page.context.set_offline(True)  # the good connections end
        page.context.set_offline(False)
        saved = []
        for at in range(number):
            pin_slowly(page, f"bad line {at}")
            saved.append(page.evaluate("window.savedMs"))
            page.goto(f"{line.url}/m/?new=1&lang=en")
        page.goto(f"{line.url}/m/reports/?lang=en")
        for _ in range(amount(60, 1200)):
            if page.get_by_test_id("outbox-sent").locator("li").count() == number:
                break
            page.wait_for_timeout(1000)
            with suppress(BrowserError):
                page.get_by_test_id("send-now").click(timeout=1000)
        all_sent(page, number)
    assert Pin.objects.filter(words__startswith="bad line").count() == number
    assert whole(list(Pin.objects.filter(words__startswith="bad line").values_list("pk", flat=True))) == number
    slowest = max(saved)
    if LONG:
        assert slowest <= 150
    proven(
        figure=f"{number} reports with photos over {line.connections} connections: all safe; said to be saved after"
        f" at most {slowest:.0f} ms"
    )


def pin_slowly(page, words: str) -> None:
    """As `pin`, with the time from the tap to *saved* in window.savedMs."""
    page.get_by_test_id("photo-input").set_input_files(photo())
    expect(page.get_by_test_id("photo-preview")).to_be_visible()
    page.get_by_test_id("next").click()
    page.get_by_test_id("place-typed").click()
    page.get_by_test_id("lat-input").fill("19.41")
    page.get_by_test_id("lng-input").fill("97.71")
    page.get_by_test_id("next").click()
    for choice in ("village-unsure", "category-road"):
        page.get_by_test_id(choice).click()
        page.get_by_test_id("next").click()
    same = page.get_by_test_id("step-same")
    expect(same.or_(page.get_by_test_id("step-severity"))).to_be_visible(timeout=40_000)
    if same.is_visible():
        page.get_by_test_id("next").click()
    for choice in ("severity-4", "people-unsure"):
        page.get_by_test_id(choice).click()
        page.get_by_test_id("next").click()
    page.get_by_test_id("words-input").fill(words)
    page.get_by_test_id("next").click()
    expect(page.get_by_test_id("step-review")).to_be_visible()
    page.evaluate(TAP)
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("step-saved").or_(page.get_by_test_id("step-receipt"))).to_be_visible()


@pytest.mark.fault("S20")
def test_the_control_a_page_that_waits_for_the_server_says_nothing_on_a_dead_line(country, open_page, proven):
    page = open_page(PHONE, "en").page
    page.goto(f"{country}/m/?lang=en")
    page.route("**/api/v1/sync", lambda route: None)
    said = page.evaluate(
        "() => Promise.race([fetch('/api/v1/sync', {method: 'POST'}).then(() => 'answered'),"
        " new Promise((done) => setTimeout(() => done('nothing'), 1000))])"
    )
    assert said == "nothing"
    proven(control="a page that waits for the answer has said nothing after 1,000 ms")


# -- S21: opened without signal -----------------------------------------------------------------------------


@pytest.mark.fault("S21")
def test_without_signal_the_page_opens_today_and_after_eight_days_with_lists_and_map(country, open_page, proven):
    need = an_open_need()
    page = open_page(PHONE, "en").page
    with page.expect_response("**/api/v1/categories"):
        page.goto(f"{country}/m/?lang=en")
    installed(page)
    get_pack(page, country, need["tambon"])
    page.route("**/api/v1/sync", lambda route: route.abort())
    bring(page, country, 1)
    page.context.set_offline(True)
    speak = page.context.new_cdp_session(page)
    speak.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    seconds = []
    for days in (0, 8):
        if days:
            page.clock.install(time=time.time() + days * 86_400)
        begun = time.monotonic()
        page.goto(f"{country}/m/?lng={need['lng']}&lat={need['lat']}&lang=en")
        expect(page.get_by_test_id("next")).to_be_visible()
        seconds.append(time.monotonic() - begun)
        page.get_by_test_id("next").click()
        expect(page.locator(".mm-outline").first).to_be_attached()
        expect(page.locator(".mm-need").first).to_be_attached()
        page.goto(f"{country}/m/reports/?lang=en")
        expect(page.get_by_test_id("outbox-waiting").locator("li")).to_have_count(1)
    if LONG:
        assert max(seconds) <= 3
    proven(figure=f"opens after {seconds[0]:.1f} s, eight days later {seconds[1]:.1f} s (CPU slowed 4 times)")


@pytest.mark.fault("S21")
def test_the_control_without_its_service_worker_nothing_opens(country, open_page, proven):
    page = open_page(PHONE, "en", service_workers="block").page
    page.goto(f"{country}/m/?lang=en")
    page.context.set_offline(True)
    with pytest.raises(BrowserError, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(f"{country}/m/?lang=en")
    proven(control="without the service worker the page does not open")
