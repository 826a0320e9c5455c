"""Photos in parts: resumed where the line broke, whole or not there, and for nobody else."""

import base64
import fcntl
import hashlib
import http.client
import io
import json
import os
import uuid
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from PIL import Image

from mapping import photos, uploads
from mapping.models import Photo
from tests.conftest import announce, client_of, errors_of, feature, make_person, report
from tests.faults.proxy import Plan, bad_line
from tests.test_photos import announced, jpeg, send

PART = 262_144


def large(height: int = 800) -> bytes:
    """A photo of about 1 MB, hence of several parts."""
    out = io.BytesIO()
    Image.frombytes("RGB", (1100, height), os.urandom(1100 * height * 3)).save(out, "JPEG", quality=88)
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

    monkeypatch.setattr(uploads.fcntl, "flock", wait_for_lock)
    answer = part(bob, photo, raw, 0)
    assert (answer.status_code, answer.json()["complete"]) == (200, True)
    assert not uploads.part_path(uuid.UUID(photo)).exists()


def test_a_part_that_waits_while_another_senders_photo_is_dropped_is_the_first_of_a_new_one(bob, monkeypatch):
    raw = large()
    photo = announced(bob, raw)
    lock, waits = fcntl.flock, [True]

    def wait_for_lock(file, how) -> None:
        if waits:
            waits.clear()
            uploads.part_path(uuid.UUID(photo)).unlink()
        lock(file, how)

    monkeypatch.setattr(uploads.fcntl, "flock", wait_for_lock)
    answer = part(bob, photo, raw, 0)
    assert (answer.status_code, answer.json()["offset"]) == (202, PART)
    assert offset_of(bob, photo)[0] == PART


@pytest.mark.parametrize("offset", [0, PART])
def test_a_photo_all_of_whose_parts_came_before_the_server_stopped_is_finished_at_the_next_try(bob, offset):
    raw = large()
    photo = announced(bob, raw)
    path = uploads.part_path(uuid.UUID(photo))
    path.parent.mkdir(parents=True)
    path.write_bytes(raw)
    assert offset_of(bob, photo) == (len(raw), len(raw), "?0")
    answer = part(bob, photo, raw, offset)
    assert (answer.status_code, answer.json()["complete"]) == (201, True)
    assert offset_of(bob, photo) == (len(raw), len(raw), "?1")


# -- S9: the line breaks ------------------------------------------------------------------------


class Sender:
    """Sends as docs/sync.md says: asks how far it is, sends the next part, and begins again when the line breaks."""

    def __init__(self, url: str, session: str, csrf: str, broke: Callable[[], None] = lambda: None) -> None:
        self.url, self.broke, self.sent = urlsplit(url), broke, 0
        self.headers = {"Cookie": f"sessionid={session}; csrftoken={csrf}", "X-CSRFToken": csrf}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str):
        line = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=20)
        try:
            line.request(method, path, body, {**self.headers, "Connection": "close", **headers})
            answer = line.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            line.close()

    def part(self, photo: str, raw: bytes, here: int) -> tuple[int, dict]:
        piece = raw[here : here + PART]
        self.sent += len(piece)
        about = {"Upload-Offset": str(here), "Content-Digest": digest(piece), "Content-Type": "image/jpeg"}
        status, _, body = self.ask("PUT", f"/api/v1/photos/{photo}", piece, **about)
        return status, json.loads(body)

    def send(self, photo: str, raw: bytes, tries: int = 12) -> None:
        last = (len(raw) - 1) // PART * PART
        for _ in range(tries):
            try:
                status, headers, _ = self.ask("HEAD", f"/api/v1/photos/{photo}")
                assert status == 200
                if headers["Upload-Complete"] == "?1":
                    return
                here = min(int(headers["Upload-Offset"]), last)
                while True:
                    status, said = self.part(photo, raw, here)
                    if status in (200, 201):
                        return
                    if status == 409:
                        break  # what was sent before the line broke has arrived meanwhile
                    assert status == 202, said
                    here = said["offset"]
            except (OSError, http.client.HTTPException):
                self.broke()
        raise AssertionError("it never arrived")


class Hopeful(Sender):
    """The control: what was sent has arrived."""

    def send(self, photo: str, raw: bytes, tries: int = 12) -> None:
        parts = [lambda here=here: self.part(photo, raw, here) for here in range(0, len(raw), PART)]
        for step in (lambda: self.ask("HEAD", f"/api/v1/photos/{photo}"), *parts):
            try:
                step()
            except (OSError, http.client.HTTPException):
                self.broke()


class Cut(NamedTuple):
    connection: int  # 0 asks how far it is, the others carry the parts in their order
    plan: Plan
    all_sent: bool = False  # the photo may be complete when the line breaks


def cuts(size: int) -> list[Cut]:
    last = -(-size // PART)
    rest = size - (last - 1) * PART
    assert last > 3
    return [
        Cut(0, Plan(cut_after=0)),  # between the record and its photo
        *(Cut(1, Plan(cut_after=byte)) for byte in (0, 1, 100)),  # within the headers
        *(Cut(1, Plan(cut_body_after=byte)) for byte in (0, 1, PART // 2, PART - 1, PART)),
        *(Cut(2, Plan(cut_body_after=byte)) for byte in (0, 1, PART - 1, PART)),
        *(Cut(3, Plan(cut_body_after=byte)) for byte in (1, PART - 1)),
        *(Cut(last, Plan(cut_body_after=byte)) for byte in (0, rest // 2, rest - 1)),
        Cut(last, Plan(cut_body_after=rest), all_sent=True),
        Cut(last, Plan(swallow_answer=True), all_sent=True),
    ]


@pytest.fixture
def broken_lines(open_country, live_server, monkeypatch):
    """Send one photo over each of the broken lines; the places where it did not arrive, and bytes sent again."""
    bob = make_person("bob", "volunteer", "5801")
    client = client_of(bob)
    client.get("/api/v1/me")
    taken: dict[str, bytes] = {}
    check = uploads.check_whole

    def look(one: Photo, raw: bytes) -> None:
        check(one, raw)
        taken[str(one.pk)] = raw

    monkeypatch.setattr(uploads, "check_whole", look)

    def run(kind: type[Sender]) -> tuple[list[Cut], list[int]]:
        missing, again = [], []
        raw = large(1300)
        for cut in cuts(len(raw)):
            photo = announce(raw)
            body = json.dumps(feature(photos=[photo]))
            made = client.put(f"/api/v1/pins/{uuid.uuid4()}", body, content_type="application/json")
            assert made.status_code == 201
            whole = Photo.objects.filter(pk=photo["id"], complete_at__isnull=False)

            def broke(whole=whole, cut=cut) -> None:
                assert cut.all_sent or not whole.exists(), "complete before all was there"

            with bad_line(live_server.url, lambda n, cut=cut: cut.plan if n == cut.connection else Plan()) as line:
                sender = kind(line.url, client.cookies["sessionid"].value, "a" * 32, broke)
                sender.send(photo["id"], raw)
            again.append(sender.sent - len(raw))
            if whole.exists():
                assert hashlib.sha256(taken[photo["id"]]).hexdigest() == photo["sha256"]
                assert photos.path_of(uuid.UUID(photo["id"]), "full").exists()
            else:
                missing.append(cut)
        return missing, again

    return run


@pytest.mark.fault("S9")
@pytest.mark.django_db(transaction=True)
def test_wherever_the_line_breaks_the_photo_arrives_whole_and_at_most_a_part_is_sent_twice(broken_lines, proven):
    missing, again = broken_lines(Sender)
    assert missing == []
    assert len(again) == 20
    assert max(again) <= PART
    proven(figure=f"{len(again)} cuts: SHA-256 equal, at most {max(again):,} bytes sent again, never complete early")


@pytest.mark.fault("S9")
@pytest.mark.django_db(transaction=True)
def test_the_control_who_takes_the_last_byte_sent_for_the_end_leaves_photos_behind(broken_lines, proven):
    missing, _ = broken_lines(Hopeful)
    assert missing
    proven(control=f"done at the last byte sent: {len(missing)} of 20 photos not there")


@pytest.mark.fault("S9")
def test_the_same_photo_is_taken_again_under_its_own_id_and_under_another(bob, anyone, proven):
    raw = jpeg()
    first, second = announced(bob, raw), announced(bob, raw)
    assert part(bob, first, raw, 0).status_code == 201
    assert part(bob, first, raw, 0).status_code == 200
    assert send(bob, first, raw).status_code == 200
    assert part(bob, second, raw, 0).status_code == 201
    for photo in (first, second):
        assert anyone.get(f"/api/v1/photos/{photo}").status_code == 200
    proven(figure="the same photo taken twice")


def test_report_of_photos_shows_none_before_it_is_whole(bob, anyone):
    raw = large()
    photo = announce(raw)
    pin = report(bob, photos=[photo])["id"]
    part(bob, photo["id"], raw, 0)
    assert anyone.get(f"/api/v1/pins/{pin}").json()["properties"]["photos"] == []
