"""S16: a new release opens what an old one kept, and everything that waits there goes up.

fixtures/releases/VERSION.phone.json is what a phone of that release kept: reports that wait, drafts, photos. A release
adds its own: `WRITE_PROFILE=0.5.0 ./meemap test tests/e2e/test_profiles.py -n 0`.
"""

import base64
import copy
import hashlib
import io
import json
import os

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from mapping import photos, recordings, uploads
from mapping.models import Confirmation, Photo, Pin, Recording
from tests.conftest import client_of, feature, put
from tests.e2e import profiles
from tests.e2e.conftest import PHONE, installed, new_need
from tests.e2e.test_offline import an_open_need, place

pytestmark = pytest.mark.django_db(transaction=True)


def picture(words: str) -> dict:
    """A photo of few bytes: a profile is committed."""
    out, drawn = io.BytesIO(), Image.new("RGB", (320, 240), "#d8e4d8")
    ImageDraw.Draw(drawn).text((20, 100), words, fill="black")
    drawn.save(out, "JPEG", quality=60)
    return {"name": "need.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def rows_of(kept: dict, name: str) -> dict:
    return {key: one for db in kept["databases"] for store in db["stores"] if store["name"] == name
            for key, one in store["rows"]}  # fmt: skip


def attached(kept: dict, file: dict) -> str:
    """The digest of what really lies there, whatever the item says of it."""
    return hashlib.sha256(base64.b64decode(rows_of(kept, "photos")[file["id"]]["$bytes"])).hexdigest()


def promises(kept: dict) -> dict:
    """What this phone holds, by its own store: who opens it must bring all of this up, or keep it."""
    items = rows_of(kept, "items").values()
    local = {key: json.loads(text) for key, text in kept["local"].items() if text[:1] in "[{"}
    under_way = local.get("meemap.draft")
    drafts = local.get("meemap.drafts", []) + ([under_way["draft"]] if under_way and not under_way.get("saved") else [])
    return {
        "reports": [
            {
                "id": one["id"],
                "words": one["body"]["properties"].get("words", ""),
                "files": {file["id"]: attached(kept, file) for file in one["photos"]},
            }
            for one in items
            if not one.get("target")
        ],
        "confirmed": [one["target"] for one in items if one.get("target")],
        "drafts": [
            {
                "id": one["id"],
                "words": one["words"],
                "files": {file["id"]: attached(kept, file) for file in (one["photo"], one.get("voice")) if file},
                "complete": None not in (one["place"], one["village"], one["category"], one["severity"], one["people"]),
            }
            for one in drafts
        ],
        "owed": {key: attached(kept, {"id": key}) for key in local.get("meemap.photos_to_send", [])},
    }


def digest_of(key: str) -> str | None:
    for model, kind in ((Photo, photos.KIND), (Recording, recordings.KIND)):
        one = model.objects.filter(pk=key, complete_at__isnull=False).first()
        if one and uploads.is_whole(kind, one):
            return bytes(one.sha256).hex()
    return None


def missing(promised: dict) -> list[str]:
    """Of what was to arrive, what has not."""
    found = [f"photo {key}" for key, digest in promised["owed"].items() if digest_of(key) != digest]
    for one in promised["reports"]:
        if Pin.objects.filter(pk=one["id"], words=one["words"]).count() != 1:
            found.append(f"report {one['id']}")
        found += [f"{one['id']}: {key}" for key, digest in one["files"].items() if digest_of(key) != digest]
    for target in promised["confirmed"]:
        if Confirmation.objects.filter(pin_id=target).count() != promised["words_before"] + 1:
            found.append(f"have this too: {target}")
    return found


def open_with(kept: dict, country: str, open_page, *, script: str = "") -> tuple:
    """The present release in a browser that holds this; the page, and what was promised."""
    promised = promises(kept)
    for target in promised["confirmed"]:
        if not Pin.objects.filter(pk=target).exists():
            assert put(client_of(None), feature(97.95, 19.31), target).status_code == 201
    promised["words_before"] = Confirmation.objects.filter(pin_id__in=promised["confirmed"]).count()
    for number, (key, digest) in enumerate(promised["owed"].items()):
        size = len(base64.b64decode(rows_of(kept, "photos")[key]["$bytes"]))
        announced = feature(97.95, 19.32 + number / 100, photos=[{"id": key, "sha256": digest, "bytes": size}])
        assert put(client_of(None), announced).status_code == 201
    page = open_page(PHONE, "en").page
    profiles.put(page, country, kept)
    if script:
        page.evaluate(script)
    page.goto(f"{country}/m/reports/?lang=en")
    return page, promised


def everything_arrives(kept: dict, country: str, open_page) -> int:
    page, promised = open_with(kept, country, open_page)
    waiting = len(promised["reports"]) + len(promised["confirmed"])
    if waiting:
        expect(page.get_by_test_id("outbox-sent").locator("li")).to_have_count(waiting, timeout=60_000)
    for _ in range(100):
        if not missing(promised):
            break
        page.wait_for_timeout(200)
    assert missing(promised) == []
    drafts = promised["drafts"]
    if drafts:
        expect(page.get_by_test_id("outbox-drafts").locator("li")).to_have_count(len(drafts))
    after = profiles.take(page)
    for draft in drafts:
        for key, digest in draft["files"].items():
            assert attached(after, {"id": key}) == digest
    # A draft that was only waiting for *send* goes up too.
    for draft in (one for one in drafts if one["complete"]):
        page.goto(f"{country}/m/reports/?lang=en")
        page.get_by_test_id("outbox-drafts").locator("li").filter(has_text=draft["words"]).get_by_test_id(
            "draft-open"
        ).click()
        page.get_by_test_id("send").click()
        expect(page.get_by_text("What you attached has arrived")).to_be_visible(timeout=40_000)
        assert missing(promised | {"owed": {}, "confirmed": [], "reports": [draft]}) == []
    return waiting + len(promised["owed"]) + sum(len(one["files"]) for one in promised["reports"])


@pytest.fixture
def full_phone(country, open_page):
    """A phone in flight mode with two reports, a *we have this too* and two drafts; what it keeps."""
    need = an_open_need()
    page = open_page(PHONE, "en").page
    with page.expect_response("**/api/v1/categories"):
        page.goto(f"{country}/m/?lang=en")
    installed(page)

    # What is near is found with the line still there; everything after it happens without.
    place(page, need["lng"], need["lat"], with_photo=False)
    same = page.get_by_test_id(f"same-{need['id']}")
    expect(same).to_be_visible()
    page.context.set_offline(True)
    same.get_by_role("button").click()
    expect(page.get_by_test_id("step-saved")).to_be_visible()
    page.get_by_test_id("another").click()

    def answered(words: str, lng: float) -> None:
        page.get_by_test_id("photo-input").set_input_files(picture(words))
        expect(page.get_by_test_id("photo-preview")).to_be_visible()
        place(page, lng, 19.3003, with_photo=False)
        new_need(page)
        page.get_by_test_id("severity-4").click()
        page.get_by_test_id("next").click()
        page.get_by_test_id("people-unsure").click()
        page.get_by_test_id("next").click()
        page.get_by_test_id("words-input").fill(words)

    def saved() -> None:
        page.get_by_test_id("next").click()
        page.get_by_test_id("send").click()
        expect(page.get_by_test_id("step-saved")).to_be_visible()

    answered("สะพานไม้ผุ", 97.97)
    saved()
    page.get_by_test_id("another").click()
    answered("น้ำประปาขุ่น", 97.98)
    page.get_by_test_id("voice-record").click()
    expect(page.get_by_test_id("voice-stop")).to_contain_text("1 of 60")
    page.get_by_test_id("voice-stop").click()
    expect(page.get_by_test_id("voice-heard")).to_be_visible()
    saved()
    page.goto(f"{country}/m/?new=1")
    answered("ถนนพัง ยังไม่ได้ส่ง", 97.99)
    page.get_by_test_id("next").click()
    expect(page.get_by_test_id("step-review")).to_be_visible()
    page.goto(f"{country}/m/?new=1")
    page.get_by_test_id("photo-input").set_input_files(picture("only begun"))
    expect(page.get_by_test_id("photo-preview")).to_be_visible()
    page.wait_for_timeout(500)
    kept = profiles.take(page)
    page.context.close()
    return kept


def test_what_a_phone_of_this_release_keeps_goes_up_from_another_browser(full_phone, country, open_page):
    promised = promises(full_phone)
    assert [len(one["files"]) for one in sorted(promised["reports"], key=lambda one: one["id"])] == [1, 2]
    assert (len(promised["confirmed"]), len(promised["drafts"])) == (1, 2)
    if os.environ.get("WRITE_PROFILE"):
        profiles.write(os.environ["WRITE_PROFILE"], full_phone)
    everything_arrives(full_phone, country, open_page)


STORED = pytest.mark.parametrize("path", profiles.stored(), ids=lambda path: path.name.removesuffix(".phone.json"))


@pytest.mark.fault("S16")
@STORED
def test_a_phone_that_took_the_update_with_a_full_outbox_loses_nothing(path, country, open_page, proven):
    number = everything_arrives(json.loads(path.read_text("utf-8")), country, open_page)
    assert number > 0
    proven(figure=f"{number} of {number} things that waited on {path.name.removesuffix('.phone.json')} arrived")


@pytest.mark.fault("S16")
@STORED
def test_an_update_that_loses_a_photo_or_the_store_is_found_out(path, country, open_page, proven):
    kept = json.loads(path.read_text("utf-8"))
    page, promised = open_with(kept, country, open_page, script="indexedDB.deleteDatabase('meemap')")
    page.wait_for_timeout(3000)
    gone = len(missing(promised))
    assert gone == sum(1 + len(one["files"]) for one in promised["reports"]) + len(promised["confirmed"]) + len(
        promised["owed"]
    )
    page.context.close()

    robbed = copy.deepcopy(kept)
    victim = next(iter(promised["owed"] or promised["reports"][0]["files"]))
    for db in robbed["databases"]:
        for store in db["stores"]:
            if store["name"] == "photos":
                store["rows"] = [row for row in store["rows"] if row[0] != victim]
    page = open_page(PHONE, "en").page
    profiles.put(page, country, robbed)
    page.goto(f"{country}/m/reports/?lang=en")
    for _ in range(150):
        if len(missing(promised)) == 1:
            break
        page.wait_for_timeout(200)
    left = missing(promised)
    assert len(left) == 1
    assert victim in left[0]
    proven(control=f"an update that drops the store lost {gone} of {gone}; one that drops a photo lost that")
