"""Photos through the real endpoint: U1 to U3 of the fault list, in quick form."""

import io
import json
import uuid
from pathlib import Path

import exifread
import pytest
from PIL import Image

from mapping import photos, pins, uploads
from mapping.access import Reader
from mapping.images import clean_image
from mapping.models import Person, Photo, Pin
from tests.conftest import announce, body_of, client_of, errors_of, feature, put, report


def jpeg(**save) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 40).convert("RGB").save(out, "JPEG", **save)
    return out.getvalue()


def jpeg_with_secrets() -> bytes:
    """GPS in EXIF, a comment, and a trailing archive."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (19.0, 4.0, 15.6), 3: "E", 4: (98.0, 4.0, 52.3)}
    exif[0x010E] = "บ้านยายคำ"
    return jpeg(exif=exif, comment=b"call 0812345678") + b"PK\x03\x04secret"


def send(person: Person | None, photo_id: str, raw: bytes, content_type: str = "image/jpeg"):
    return client_of(person).put(f"/api/v1/photos/{photo_id}", raw, content_type=content_type)


def announced(author: Person, raw: bytes, **properties) -> str:
    """A pin that announces one photo; the photo's id."""
    photo = announce(raw)
    report(author, photos=[photo], **properties)
    return photo["id"]


def test_a_photo_arrives_after_its_pin_and_is_shown_with_it(bob):
    raw = jpeg()
    photo = announce(raw)
    pin_id = report(bob, photos=[photo])["id"]
    assert client_of().get(f"/api/v1/pins/{pin_id}").json()["properties"]["photos"] == []  # not there yet
    answer = send(bob, photo["id"], raw)
    assert answer.status_code == 201
    assert {"id": photo["id"], "complete": True, "width": 64, "height": 48}.items() <= answer.json().items()
    (shown,) = client_of().get(f"/api/v1/pins/{pin_id}").json()["properties"]["photos"]
    for address in (shown["url"], shown["thumb"]):
        response = client_of().get(address)
        assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Disposition"] == f'inline; filename="{photo["id"]}.jpg"'
        Image.open(io.BytesIO(body_of(response))).load()


def test_the_same_photo_again_is_200(bob):
    raw = jpeg()
    photo_id = announced(bob, raw)
    assert [send(bob, photo_id, raw).status_code for _ in range(2)] == [201, 200]


def test_nothing_but_pixels_is_kept(bob, settings):
    raw = jpeg_with_secrets()
    photo_id = announced(bob, raw)
    assert send(bob, photo_id, raw).status_code == 201
    kept = list(Path(settings.MEDIA_ROOT).rglob("*.jpg"))
    assert len(kept) == 2
    served = [body_of(client_of(bob).get(f"/api/v1/photos/{photo_id}?size={size}")) for size in ("full", "thumb")]
    for content in [file.read_bytes() for file in kept] + served:
        assert exifread.process_file(io.BytesIO(content)) == {}
        for secret in (b"Exif", b"0812345678", b"PK\x03\x04", "บ้านยายคำ".encode()):
            assert secret not in content
    assert exifread.process_file(io.BytesIO(raw))["GPS GPSLatitude"]  # the control: it was there


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 400, "image_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 415, "image_type"),
        (b"GIF89a" + b"\0" * 60, 415, "image_type"),
        (b"MM\x00*" + b"\0" * 60, 415, "image_type"),
        (b"BM" + b"\0" * 60, 415, "image_type"),
        (b"<!doctype html><script>alert(1)</script>", 415, "image_type"),
        (b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", 415, "image_type"),
        (jpeg()[:400], 400, "image_broken"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 200, 400, "image_broken"),
    ],
)
def test_what_is_no_photo_is_refused_by_name_and_nothing_is_kept(bob, settings, raw, status, code):
    photo_id = announced(bob, raw or b"x")
    answer = send(bob, photo_id, raw)
    assert [code] == [found for found, _ in errors_of(answer)]
    assert 400 <= answer.status_code < 500
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.*"))
    assert Photo.objects.get().complete_at is None


def test_a_photo_over_10_mb_is_refused_before_it_is_looked_at(bob):
    photo_id = announced(bob, b"x")
    answer = send(bob, photo_id, b"\xff\xd8\xff" + b"\0" * (10 * 2**20))
    assert (answer.status_code, errors_of(answer)) == (413, [("image_too_large", None)])


def test_other_bytes_than_announced_are_refused(bob):
    photo_id = announced(bob, jpeg())
    assert errors_of(send(bob, photo_id, jpeg(quality=5))) == [("photo_digest", "body")]


def test_a_photo_whose_pin_is_deleted_while_it_is_cleaned_is_not_found(bob, monkeypatch):
    raw = jpeg()
    photo = announced(bob, raw)

    def clean(given: bytes):
        Pin.objects.filter(photos=photo).delete()
        return clean_image(given)

    monkeypatch.setattr(photos, "clean_image", clean)
    answer = send(bob, photo, raw)
    assert (answer.status_code, errors_of(answer)) == (404, [("not_found", None)])


def test_a_photo_that_no_pin_announced_is_not_found(bob):
    assert send(bob, str(uuid.uuid4()), jpeg()).status_code == 404


def test_the_id_of_another_pins_photo_is_taken(bob, alice):
    photo = announce(jpeg())
    report(bob, photos=[photo])
    answer = put(client_of(alice), feature(photos=[photo]))
    assert (answer.status_code, errors_of(answer)) == (409, [("photo_taken", "properties.photos")])


def test_charlie_cannot_fill_in_a_photo_of_north(bob, charlie):
    raw = jpeg()
    photo_id = announced(bob, raw)
    assert send(charlie, photo_id, raw).status_code == 403
    assert send(None, photo_id, raw).status_code == 403


def test_a_photo_not_yet_checked_is_for_its_author_and_the_officer(country, alice, charlie, anonymous_pins):
    client, raw = client_of(), jpeg()
    photo = announce(raw)
    pin_id = put(client, feature(photos=[photo])).json()["id"]
    assert client.put(f"/api/v1/photos/{photo['id']}", raw, content_type="image/jpeg").status_code == 201
    address = f"/api/v1/photos/{photo['id']}"
    assert [c.get(address).status_code for c in (client, client_of(alice))] == [200, 200]
    assert [client_of(p).get(address).status_code for p in (None, charlie)] == [404, 404]
    pins.check(reader=Reader.of(alice), pin_id=uuid.UUID(pin_id))
    assert client_of().get(address).status_code == 200


def test_a_photo_of_a_hidden_pin_is_not_found(bob, alice, charlie):
    raw = jpeg()
    photo = announce(raw)
    pin_id = report(bob, photos=[photo])["id"]
    send(bob, photo["id"], raw)
    pins.hide(reader=Reader.of(alice), pin_id=uuid.UUID(pin_id), words="ไม่เหมาะสม")
    assert [client_of(p).get(f"/api/v1/photos/{photo['id']}").status_code for p in (None, charlie)] == [404, 404]


def test_a_file_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    def power_cut(handle: int) -> None:
        raise OSError("no power")

    monkeypatch.setattr(uploads.os, "fsync", power_cut)
    with pytest.raises(OSError, match="no power"):
        uploads.keep(tmp_path / "a" / "b.jpg", b"half")
    assert not list(tmp_path.rglob("*.*"))


def test_photos_are_listed_with_their_pin_in_the_page(bob):
    raw = jpeg()
    photo_id = announced(bob, raw)
    send(bob, photo_id, raw)
    (found,) = json.loads(client_of().get("/api/v1/pins").content)["features"]
    assert [photo["id"] for photo in found["properties"]["photos"]] == [photo_id]
