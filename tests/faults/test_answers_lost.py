"""S10: the server has done it, and nobody hears of it. Whoever sends again makes nothing twice."""

import http.client
import json
import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from mapping.models import Confirmation, Edit, Entry, Photo, Pin, Recording
from tests.conftest import announce, client_of, feature, make_person, report
from tests.faults.proxy import Plan, bad_line
from tests.faults.rows import amount
from tests.test_photos import jpeg
from tests.test_recordings import WEBM

TIMES = amount(96, 1000)
Request = tuple[str, str, bytes, dict[str, str]]


def as_json(method: str, path: str, body: dict, **headers: str) -> Request:
    return method, path, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}


def op(kind: str, pin: str, **more) -> Request:
    body = {"operations": [{"op_id": str(uuid.uuid4()), "kind": kind, "id": pin, **more}]}
    return as_json("POST", "sync", body)


class Phone:
    """Everything that a phone sends, ready to be sent again to the byte."""

    def __init__(self, person, other) -> None:
        self.person, self.other, self.draw = person, other, random.Random(10)

    def mine(self, **properties) -> str:
        return report(self.person, **properties)["id"]

    def creates(self) -> Request:
        return as_json("PUT", f"pins/{uuid.uuid4()}", feature(words="ก"))

    def creates_in_a_batch(self) -> Request:
        return op("create", str(uuid.uuid4()), feature=feature(words="ข"))

    def edits(self) -> Request:
        edit = {"op_id": str(uuid.uuid4()), "base": {"words": ""}, "changes": {"words": "ค"}}
        return as_json("PATCH", f"pins/{self.mine()}", edit, **{"If-Match": '"1"'})

    def edits_in_a_batch(self) -> Request:
        return op("edit", self.mine(), version=1, base={"severity": 3}, changes={"severity": 5}, after=None)

    def confirms(self) -> Request:
        return as_json("PUT", f"pins/{report(self.other)['id']}/confirmation", {})

    def confirms_in_a_batch(self) -> Request:
        return op("confirm", report(self.other)["id"])

    def withdraws(self) -> Request:
        return op("withdraw", self.mine(), words="ผิดที่")

    def sends_a_photo(self) -> Request:
        raw = jpeg()
        photo = announce(raw)
        self.mine(photos=[photo])
        return "PUT", f"photos/{photo['id']}", raw, {"Content-Type": "image/jpeg", "Upload-Offset": "0"}

    def sends_a_voice_note(self) -> Request:
        one = announce(WEBM)
        self.mine(recordings=[one])
        return "PUT", f"recordings/{one['id']}", WEBM, {"Content-Type": "audio/webm", "Upload-Offset": "0"}

    def requests(self, number: int) -> Iterator[tuple[str, Request]]:
        kinds: list[Callable[[], Request]] = [
            self.creates, self.creates_in_a_batch, self.edits, self.edits_in_a_batch, self.confirms,
            self.confirms_in_a_batch, self.withdraws, self.sends_a_photo, self.sends_a_voice_note,
        ]  # fmt: skip
        for _ in range(number):
            make = self.draw.choice(kinds)
            yield make.__name__, make()


def rows_there() -> Counter[str]:
    """How many rows there are of each kind that a request may make."""
    kinds = {model.__name__: model.objects.count() for model in (Pin, Confirmation, Edit, Entry)}
    arrived = {model.__name__: model.objects.filter(complete_at__isnull=False).count() for model in (Photo, Recording)}
    return Counter(kinds | arrived)


@pytest.fixture
def phone(open_country):
    return Phone(make_person("bob", "volunteer", "5801"), make_person("dao", "volunteer", "5801"))


@pytest.fixture
def ask(phone, live_server):
    client = client_of(phone.person)
    client.get("/api/v1/me")
    session = f"sessionid={client.cookies['sessionid'].value}; csrftoken={'a' * 32}"

    def send(url: str, request: Request) -> int | None:
        method, path, body, headers = request
        parts = urlsplit(url)
        line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        try:
            about = {"Cookie": session, "X-CSRFToken": "a" * 32, "Connection": "close"}
            line.request(method, f"/api/v1/{path}", body, about | headers)
            answer = line.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()

    return send


def new_ids(request: Request) -> Request:
    """The control's second try: made anew, as if the phone had no ids of its own."""
    method, path, body, headers = request
    if method == "PUT" and path.startswith("pins/") and "confirmation" not in path:
        return method, f"pins/{uuid.uuid4()}", body, headers
    said = json.loads(body) if path == "sync" else {}
    if said and said["operations"][0]["kind"] == "create":
        said["operations"][0] |= {"op_id": str(uuid.uuid4()), "id": str(uuid.uuid4())}
        return method, path, json.dumps(said).encode(), headers
    return request


def lost_answers(phone, ask, live_server, number: int, again: Callable[[Request], Request]) -> tuple[int, int]:
    """(requests that came to nothing, rows too many) after each answer was lost and the request sent again."""
    lost = twice = 0
    with bad_line(live_server.url, lambda _: Plan(swallow_answer=True)) as line:
        for name, request in phone.requests(number):
            before = rows_there()
            assert ask(line.url, request) is None, "its answer was to be lost"
            done = rows_there()
            status = ask(live_server.url, again(request))
            assert status in (200, 201), (name, status)
            after = rows_there()
            lost += after == before
            twice += after != done
    return lost, twice


@pytest.mark.fault("S10")
@pytest.mark.django_db(transaction=True)
def test_whatever_is_sent_again_after_its_answer_was_lost_is_there_once(phone, ask, live_server, proven):
    lost, twice = lost_answers(phone, ask, live_server, TIMES, lambda request: request)
    assert (lost, twice) == (0, 0)
    proven(figure=f"{TIMES} answers lost over 9 kinds of requests: 0 lost, 0 twice")


@pytest.mark.fault("S10")
@pytest.mark.django_db(transaction=True)
def test_the_control_a_phone_that_gives_new_ids_makes_it_twice(phone, ask, live_server, proven):
    _, twice = lost_answers(phone, ask, live_server, 30, new_ids)
    assert twice
    proven(control=f"new ids at each try: {twice} of 30 twice")
