"""Photos in parts: resumed where the line broke, whole or not there, and for nobody else."""

import base64
import fcntl
import hashlib
import http.client
import io
import json
import os
import uuid
from urllib.parse import urlsplit

import pytest
from PIL import Image

from mapping import photos, uploads
from mapping.models import Photo
from tests.conftest import announce, client_of, errors_of, feature, make_person, report
from tests.faults.proxy import Plan, bad_line
from tests.test_photos import announced, jpeg, send

PART = 262_144


def large() -> bytes:
    """A photo of about 1 MB, hence of several parts."""
    out = io.BytesIO()
    Image.frombytes("RGB", (1100, 800), os.urandom(1100 * 800 * 3)).save(out, "JPEG", quality=88)
    assert 2 * PART < len(out.getvalue()) < 8 * PART
    return out.getvalue()


def digest(part: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(part).digest()).decode()}:"


def part(person, photo_id: str, raw: bytes, offset: int, size: int = PART, **more):
    piece = raw[offset : offset + size]
    headers = {"HTTP_UPLOAD_OFFSET": str(offset), "HTTP_CONTENT_DIGEST": digest(piece), **more}
    address = f"/api/v1/photos/{photo_id}"
    return client_of(person).put(address, piece, content_type="application/octet-stream", **headers)


def offset_of(person, photo_id: str) -> tuple[int, int, str]:
    answer = client_of(person).head(f"/api/v1/photos/{photo_id}")
    assert answer.status_code == 200
    assert answer.content == b""
    return int(answer["Upload-Offset"]), int(answer["Upload-Length"]), answer["Upload-Complete"]


def test_a_photo_arrives_in_parts_and_is_complete_only_after_the_last(bob, anyone):
    raw = large()
    photo = announced(bob, raw)
    assert offset_of(bob, photo) == (0, len(raw), "?0")
    for offset in range(0, len(raw), PART):
        assert Photo.objects.get().complete_at is None
        answer = part(bob, photo, raw, offset)
        last = offset + PART >= len(raw)
        assert answer.status_code == (201 if last else 202), answer.content
        here = min(offset + PART, len(raw))
        assert offset_of(bob, photo) == (here, len(raw), "?1" if last else "?0")
        if not last:
            assert answer.json() == {"id": photo, "complete": False, "offset": here}
            assert anyone.get(f"/api/v1/photos/{photo}").status_code == 404
    said = answer.json()
    assert said["complete"]
    assert (said["width"], said["height"]) == (1100, 800)
    assert said["received_through"] > 0
    assert anyone.get(f"/api/v1/photos/{photo}").status_code == 200
    assert not uploads.part_path(uuid.UUID(photo)).exists()
    assert part(bob, photo, raw, 0).status_code == 200  # the same again


def test_a_part_at_the_wrong_offset_is_told_where_to_go_on(bob):
    raw = large()
    photo = announced(bob, raw)
    part(bob, photo, raw, 0)
    for offset in (0, PART + 1, 2 * PART):
        answer = part(bob, photo, raw, offset)
        assert answer.status_code == 409
        assert errors_of(answer) == [("photo_offset", "Upload-Offset")]
        assert answer["Upload-Offset"] == str(PART)
    assert part(bob, photo, raw, PART).status_code == 202


def test_a_part_that_arrives_damaged_is_dropped_and_the_rest_stays(bob):
    raw = large()
    photo = announced(bob, raw)
    part(bob, photo, raw, 0)
    answer = part(bob, photo, raw, PART, HTTP_CONTENT_DIGEST=digest(b"else"))
    assert answer.status_code == 400
    assert errors_of(answer) == [("part_digest", "Content-Digest")]
    assert offset_of(bob, photo)[0] == PART


def test_a_whole_that_is_not_what_was_announced_begins_anew(bob):
    raw = large()
    photo = announced(bob, raw)
    other = raw[:PART] + bytes(len(raw) - PART)
    for offset in range(0, len(raw), PART):
        answer = part(bob, photo, other, offset)
    assert answer.status_code == 400
    assert errors_of(answer) == [("photo_digest", "body")]
    assert offset_of(bob, photo) == (0, len(raw), "?0")
    for offset in range(0, len(raw), PART):
        answer = part(bob, photo, raw, offset)
    assert answer.status_code == 201


def test_more_than_was_announced_is_refused_and_what_is_no_photo_does_not_stay(bob):
    raw = jpeg()
    photo = announced(bob, raw)
    answer = part(bob, photo, raw + b"x" * 10, 0)
    assert answer.status_code == 400
    assert errors_of(answer) == [("photo_digest", "body")]
    text = b"<svg/>" * 100
    photo = announced(bob, text)
    answer = part(bob, photo, text, 0)
    assert 400 <= answer.status_code < 500
    assert offset_of(bob, photo)[0] == 0
    assert Photo.objects.get(pk=photo).complete_at is None


@pytest.mark.parametrize(
    ("headers", "size", "status", "code"),
    [
        ({"HTTP_UPLOAD_OFFSET": "-1"}, PART, 400, "offset_form"),
        ({"HTTP_UPLOAD_OFFSET": "x"}, PART, 400, "offset_form"),
        ({"HTTP_UPLOAD_OFFSET": "99999999999999999999"}, PART, 400, "offset_form"),
        ({"HTTP_CONTENT_DIGEST": "md5=:eA==:"}, PART, 400, "digest_form"),
        ({"HTTP_CONTENT_DIGEST": "sha-256=:eA==:"}, PART, 400, "digest_form"),
        ({}, PART + 1, 413, "part_large"),
    ],
)
def test_a_part_that_is_not_sent_by_the_rules_is_refused(bob, headers, size, status, code):
    raw = large()
    answer = part(bob, announced(bob, raw), raw, 0, size, **headers)
    assert (answer.status_code, errors_of(answer)[0][0]) == (status, code)


def test_charlie_neither_sends_parts_nor_learns_how_far_they_are(bob, alice, charlie, anyone):
    raw = large()
    photo = announced(bob, raw)
    part(bob, photo, raw, 0)
    for person in (charlie, make_person("dao", "volunteer", "5801"), None):
        assert part(person, photo, raw, PART).status_code in (401, 403)
        assert client_of(person).head(f"/api/v1/photos/{photo}").status_code == 404
    assert offset_of(alice, photo)[0] == PART  # the officer may help


def test_what_was_begun_and_never_went_on_is_swept_away(bob):
    raw = large()
    photo = announced(bob, raw)
    part(bob, photo, raw, 0)
    assert uploads.forget_parts() == 0
    path = uploads.part_path(uuid.UUID(photo))
    os.utime(path, (0, 0))
    assert uploads.forget_parts() == 1
    assert offset_of(bob, photo)[0] == 0


def test_a_photo_whose_file_was_lost_is_asked_for_again_and_taken(bob, anyone):
    raw = jpeg()
    photo = announced(bob, raw)
    send(bob, photo, raw)
    photos.path_of(uuid.UUID(photo), "full").unlink()
    assert anyone.get(f"/api/v1/photos/{photo}").status_code == 404
    assert offset_of(bob, photo) == (0, len(raw), "?0")
    assert part(bob, photo, raw, 0).status_code == 201
    assert anyone.get(f"/api/v1/photos/{photo}").status_code == 200


def test_a_part_that_waits_while_another_sender_finishes_hears_that_the_photo_is_whole(bob, monkeypatch):
    raw = jpeg()
    photo = announced(bob, raw)
    lock, waits = fcntl.flock, [True]

    def wait_for_lock(file, how) -> None:
        if waits:
            waits.clear()
            assert part(bob, photo, raw, 0).status_code == 201
        lock(file, how)

    monkeypatch.setattr(photos.fcntl, "flock", wait_for_lock)
    answer = part(bob, photo, raw, 0)
    assert (answer.status_code, answer.json()["complete"]) == (200, True)
    assert not photos.part_path(uuid.UUID(photo)).exists()


def test_a_part_that_waits_while_another_senders_photo_is_dropped_is_the_first_of_a_new_one(bob, monkeypatch):
    raw = large()
    photo = announced(bob, raw)
    lock, waits = fcntl.flock, [True]

    def wait_for_lock(file, how) -> None:
        if waits:
            waits.clear()
            photos.part_path(uuid.UUID(photo)).unlink()
        lock(file, how)

    monkeypatch.setattr(photos.fcntl, "flock", wait_for_lock)
    answer = part(bob, photo, raw, 0)
    assert (answer.status_code, answer.json()["offset"]) == (202, PART)
    assert offset_of(bob, photo)[0] == PART


@pytest.mark.parametrize("offset", [0, PART])
def test_a_photo_all_of_whose_parts_came_before_the_server_stopped_is_finished_at_the_next_try(bob, offset):
    raw = large()
    photo = announced(bob, raw)
    path = photos.part_path(uuid.UUID(photo))
    path.parent.mkdir(parents=True)
    path.write_bytes(raw)
    assert offset_of(bob, photo) == (len(raw), len(raw), "?0")
    answer = part(bob, photo, raw, offset)
    assert (answer.status_code, answer.json()["complete"]) == (201, True)
    assert offset_of(bob, photo) == (len(raw), len(raw), "?1")


# -- S9: the line breaks ------------------------------------------------------------------------


class Sender:
    """Sends as a phone does: asks how far it is, sends the next part, and begins again when the line breaks."""

    def __init__(self, url: str, session: str, csrf: str) -> None:
        self.url = urlsplit(url)
        self.headers = {"Cookie": f"sessionid={session}; csrftoken={csrf}", "X-CSRFToken": csrf}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str):
        line = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=20)
        try:
            line.request(method, path, body, {**self.headers, "Connection": "close", **headers})
            answer = line.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            line.close()

    def send(self, photo: str, raw: bytes, tries: int = 12) -> int:
        """Bytes of the photo that were sent, the repeated ones included."""
        sent = 0
        for _ in range(tries):
            try:
                status, headers, _ = self.ask("HEAD", f"/api/v1/photos/{photo}")
                assert status == 200
                here = int(headers["Upload-Offset"])
                while here < len(raw):
                    piece = raw[here : here + PART]
                    sent += len(piece)
                    status, _, body = self.ask(
                        "PUT", f"/api/v1/photos/{photo}", piece,
                        **{"Upload-Offset": str(here), "Content-Digest": digest(piece), "Content-Type": "image/jpeg"},
                    )  # fmt: skip
                    assert status in (200, 201, 202, 409), (status, body)
                    if status in (200, 201):
                        return sent
                    here = json.loads(body)["offset"] if status == 202 else here
                    if status == 409:
                        break
                else:
                    return sent
            except (OSError, http.client.HTTPException):
                continue
        raise AssertionError("it never arrived")


@pytest.mark.django_db(transaction=True)
def test_wherever_the_line_breaks_the_photo_arrives_whole_and_at_most_a_part_is_sent_twice(open_country, live_server):
    bob = make_person("bob", "volunteer", "5801")
    client = client_of(bob)
    client.get("/api/v1/me")
    session, csrf = client.cookies["sessionid"].value, "a" * 32
    raw = large()
    head = 700  # more than the headers of a request
    cuts = [1, 100, head, PART - 1, PART, PART + head, len(raw) // 2]
    swallowed = [None]  # the answer is lost after the last byte
    for cut in cuts + swallowed:
        photo = announce(raw)
        pin = str(uuid.uuid4())
        made = client.put(f"/api/v1/pins/{pin}", json.dumps(feature(photos=[photo])), content_type="application/json")
        assert made.status_code == 201

        def plan(number: int, cut=cut) -> Plan:
            # The second connection carries the first part: HEAD was the first.
            if number == 1:
                return Plan(cut_after=cut) if cut is not None else Plan(swallow_answer=True)
            return Plan()

        with bad_line(live_server.url, plan) as line:
            sent = Sender(line.url, session, csrf).send(photo["id"], raw)
            assert line.connections >= 3
        assert sent - len(raw) <= PART, cut
        row = Photo.objects.get(pk=photo["id"])
        assert row.complete_at is not None
        assert hashlib.sha256(raw).digest() == bytes(row.sha256)


def test_report_of_photos_shows_none_before_it_is_whole(bob, anyone):
    raw = large()
    photo = announce(raw)
    pin = report(bob, photos=[photo])["id"]
    part(bob, photo["id"], raw, 0)
    assert anyone.get(f"/api/v1/pins/{pin}").json()["properties"]["photos"] == []
