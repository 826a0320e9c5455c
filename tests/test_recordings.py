"""Voice notes: sent like a photo, heard by their author and the officers over the place."""

import json
import uuid

import pytest

from mapping import recordings, uploads
from mapping.models import Recording
from tests.conftest import announce, body_of, client_of, errors_of, feature, put, report

WEBM = b"\x1a\x45\xdf\xa3" + b"voice" * 1000
OGG = b"OggS" + b"voice" * 10
MP4 = b"\x00\x00\x00\x20ftypisom" + b"voice" * 10


def send(person, recording_id: str, raw: bytes, media_type: str = "audio/webm", **headers):
    return client_of(person).put(
        f"/api/v1/recordings/{recording_id}", raw, content_type=media_type, headers=headers or None
    )


def announced(author, raw: bytes = WEBM, **properties) -> tuple[str, str]:
    """A pin that announces a voice note: the ids of both."""
    one = announce(raw)
    return report(author, recordings=[one], **properties)["id"], one["id"]


def recordings_of(person, pin: str):
    return client_of(person).get(f"/api/v1/pins/{pin}").json()["properties"].get("recordings")


@pytest.mark.parametrize(("raw", "media_type"), [(WEBM, "audio/webm"), (OGG, "audio/ogg"), (MP4, "audio/mp4")])
def test_a_voice_note_is_heard_by_its_author_and_the_officer_and_by_nobody_else(bob, alice, charlie, raw, media_type):
    pin, recording = announced(bob, raw)
    assert recordings_of(bob, pin) == []
    answer = send(bob, recording, raw, "application/octet-stream")
    assert answer.status_code == 201
    assert {"id": recording, "complete": True, "type": media_type}.items() <= answer.json().items()
    assert send(bob, recording, raw).status_code == 200
    for person in (bob, alice):
        assert recordings_of(person, pin) == [
            {"id": recording, "url": f"/api/v1/recordings/{recording}", "type": media_type}
        ]
        heard = client_of(person).get(f"/api/v1/recordings/{recording}")
        assert (heard.status_code, heard["Content-Type"], body_of(heard)) == (200, media_type, raw)
        assert heard["X-Content-Type-Options"] == "nosniff"
        assert "private" in heard["Cache-Control"]
    for person in (charlie, None):
        assert recordings_of(person, pin) is None
        assert client_of(person).get(f"/api/v1/recordings/{recording}").status_code == 404
    for path in ("pins?area=58", "pins.geojson?area=58", "pins.csv?area=58", "changes?area=58", "packs/580101"):
        shown = body_of(client_of(charlie).get(f"/api/v1/{path}"))
        assert recording.encode() not in shown, path
    (listed,) = client_of(alice).get("/api/v1/pins?area=58").json()["features"]
    assert listed["properties"]["recordings"] == recordings_of(alice, pin)
    assert recording.encode() not in body_of(client_of(alice).get("/api/v1/pins.geojson?area=58"))


def test_it_comes_in_parts_and_goes_on_where_the_line_broke(bob, charlie):
    raw = b"\x1a\x45\xdf\xa3" + bytes(uploads.PART_BYTES)
    _, recording = announced(bob, raw)
    first = send(bob, recording, raw[: uploads.PART_BYTES], **{"Upload-Offset": "0"})
    assert (first.status_code, first.json()["offset"]) == (202, uploads.PART_BYTES)
    told = client_of(bob).head(f"/api/v1/recordings/{recording}")
    assert (told["Upload-Offset"], told["Upload-Complete"]) == (str(uploads.PART_BYTES), "?0")
    assert errors_of(send(bob, recording, raw[:4], **{"Upload-Offset": "7"})) == [("photo_offset", "Upload-Offset")]
    rest = raw[uploads.PART_BYTES :]
    assert errors_of(send(charlie, recording, rest, **{"Upload-Offset": str(uploads.PART_BYTES)}))[0][0] == "not_yours"
    assert send(bob, recording, rest, **{"Upload-Offset": str(uploads.PART_BYTES)}).status_code == 201
    assert recordings.path_of(Recording.objects.get().pk).read_bytes() == raw


@pytest.mark.parametrize("raw", [b"\xff\xd8\xff\xe0 a photo", b"<svg/>", b"ID3 an mp3", b"MZ a program", b"RIFF WAVE"])
def test_what_no_browser_records_is_refused_and_nothing_stays(bob, raw):
    pin, recording = announced(bob, raw)
    assert errors_of(send(bob, recording, raw)) == [("recording_type", "body")]
    assert recordings_of(bob, pin) == []
    assert not recordings.path_of(Recording.objects.get().pk).exists()
    assert errors_of(send(bob, recording, raw, "text/html")) == [("recording_type", "Content-Type")]


def test_other_bytes_than_announced_are_refused(bob):
    _, recording = announced(bob)
    assert errors_of(send(bob, recording, OGG)) == [("photo_digest", "body")]


@pytest.mark.parametrize(
    "given",
    ["none", {}, [1], [{"id": "x", "sha256": "y", "bytes": 1}], [announce(b"a"), announce(b"b")],
     [{**announce(b"a"), "bytes": recordings.MAX_RECORDING_BYTES + 1}], [{**announce(b"a"), "bytes": 0}],
     [{**announce(b"a"), "name": "x"}]],
)  # fmt: skip
def test_a_list_that_is_none_is_refused_with_its_place(bob, given):
    ((code, attr),) = errors_of(put(client_of(bob), feature(recordings=given)))
    assert code == "recording_list"
    assert attr in ("properties.recordings", "properties.recordings[0]")
    assert not Recording.objects.exists()


def test_an_id_of_somebody_elses_recording_is_refused_whole(bob, alice):
    one = announce(WEBM)
    report(bob, recordings=[one])
    assert errors_of(put(client_of(alice), feature(recordings=[one]))) == [("photo_taken", "properties.recordings")]
    assert Recording.objects.count() == 1


def test_a_report_without_one_is_the_same_as_before_there_were_any(bob):
    body = feature()
    pin = report(bob)["id"]
    again = put(client_of(bob), json.dumps(body | {"properties": {**body["properties"], "recordings": []}}), pin)
    assert again.status_code == 200


def test_a_phone_whose_person_signed_out_is_told_to_sign_in(country, bob, anonymous_pins, anyone):
    one = announce(WEBM)
    report(bob, recordings=[one])
    path = f"/api/v1/recordings/{one['id']}"
    device = client_of()
    assert put(device, feature(98.06)).status_code == 201
    for client in (anyone, device):
        assert errors_of(client.put(path, WEBM, content_type="audio/webm")) == [("sign_in_first", None)]
    assert client_of(bob).put(path, WEBM, content_type="audio/webm").status_code == 201


def test_without_any_cookie_the_bytes_that_a_device_announced_are_taken(country, anonymous_pins, anyone):
    one = announce(WEBM)
    assert put(client_of(), feature(recordings=[one])).status_code == 201
    path = f"/api/v1/recordings/{one['id']}"
    assert errors_of(anyone.put(path, OGG, content_type="audio/webm")) == [("photo_digest", "body")]
    assert anyone.put(path, WEBM, content_type="audio/webm").status_code == 201
    assert anyone.get(path).status_code == 404


def test_a_phone_that_lost_its_cookie_still_brings_the_bytes_that_it_announced(country, anonymous_pins, anyone):
    one = announce(WEBM)
    assert put(client_of(), feature(recordings=[one])).status_code == 201
    other = client_of()
    assert put(other, feature(98.06)).status_code == 201  # a device of its own
    assert errors_of(anyone.put(f"/api/v1/recordings/{uuid.uuid4()}", WEBM, content_type="audio/webm")) == [
        ("sign_in_first", None)
    ]
    path = f"/api/v1/recordings/{one['id']}"
    assert errors_of(other.put(path, OGG, content_type="audio/webm")) == [("photo_digest", "body")]
    assert other.put(path, WEBM, content_type="audio/webm").status_code == 201
    assert other.get(path).status_code == 404  # brought is not owned
    assert anyone.put(path, WEBM, content_type="audio/webm").status_code == 200  # the same again
