"""The tambon pack: what a phone takes along, how much it is told beforehand, and whom it shows what."""

import uuid

import pytest
from django.utils import timezone

from mapping import packs, photos
from mapping.models import Photo, Pin
from tests.conftest import client_of, errors_of, report

pytestmark = pytest.mark.django_db
TAMBON = "580101"


def photo_of(pin: Pin, *, size: int = 5000, checked: bool = True) -> Photo:
    one = Photo.objects.create(
        pk=uuid.uuid4(), pin=pin, sha256=b"x" * 32, size_bytes=size, checked=checked, complete_at=timezone.now()
    )
    path = photos.path_of(one.pk, "thumb")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"j" * size)
    return one


@pytest.fixture
def make_pin(country):
    """A need in the tambon, as its author sent it."""

    def make(*, author, hidden: bool = False, words: str = "ถนนขาด", checked: bool = True) -> Pin:
        pin_id = report(author, words=words)["id"]
        Pin.objects.filter(pk=pin_id).update(hidden=hidden, checked=checked)
        return Pin.objects.get(pk=pin_id)

    return make


def pack_of(person=None, code: str = TAMBON):
    return client_of(person).get(f"/api/v1/packs/{code}")


def test_it_names_its_tambon_its_outlines_its_villages_and_all_its_sizes(country, make_pin, alice, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    pin = make_pin(author=alice, checked=True)
    shown = photo_of(pin)
    found = pack_of().json()
    assert [area["code"] for area in found["areas"]] == ["58", "5801", TAMBON]
    assert TAMBON in [outline["code"] for outline in found["outlines"]]
    assert all(outline["geometry"]["type"] in ("Polygon", "MultiPolygon") for outline in found["outlines"])
    assert "58010101" in [village["code"] for village in found["villages"]]
    assert found["photos"] == [{"id": str(shown.pk), "pin": str(pin.pk), "bytes": 5000}]
    assert found["pins"] == 1
    assert found["bytes"] == sum(found["sizes"].values()) > 5000
    assert found["left_out"] == 0


def test_its_size_is_about_what_is_downloaded(country, make_pin, alice):
    for _ in range(20):
        make_pin(author=alice, checked=True, words="ถนนขาดช่วงหน้าฝน เด็กไปโรงเรียนไม่ได้")
    told = pack_of().json()["sizes"]["pins"]
    sent = len(client_of().get(f"/api/v1/changes?area={TAMBON}&limit=500").content)
    assert 0.5 * sent < told < 2 * sent


def test_more_photos_than_fit_are_left_out_and_counted_the_newest_stay(
    country, make_pin, alice, settings, tmp_path, monkeypatch
):
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr(packs, "MOST_BYTES", 100_000)
    ids = [str(photo_of(make_pin(author=alice, checked=True), size=30_000).pk) for _ in range(5)]
    found = pack_of().json()
    chosen = [photo["id"] for photo in found["photos"]]
    assert found["bytes"] <= 100_000
    assert len(chosen) + found["left_out"] == 5
    assert found["left_out"] >= 2
    assert chosen == ids[::-1][: len(chosen)]


def test_a_photo_that_nobody_checked_and_a_hidden_need_go_only_to_whom_they_may(
    country, make_pin, alice, charlie, settings, tmp_path
):
    settings.MEDIA_ROOT = str(tmp_path)
    unchecked = photo_of(make_pin(author=alice, checked=True), checked=False)
    hidden = photo_of(make_pin(author=alice, checked=True, hidden=True))
    for person in (None, charlie):
        found = pack_of(person).json()
        assert found["photos"] == []
        assert found["pins"] == 1
    officer = {photo["id"] for photo in pack_of(alice).json()["photos"]}
    assert officer == {str(unchecked.pk), str(hidden.pk)}


def test_what_is_no_tambon_is_refused_in_words(country):
    for code in ("58", "5801", "58010101", "abcdef", "5801%2F"):
        assert pack_of(code=code).status_code in (400, 404), code
    assert errors_of(pack_of(code="999999")) == [("not_found", None)]
    assert pack_of(code="580101?x=1").status_code == 400
