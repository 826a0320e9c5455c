"""S1: the same request from eight senders at once is done once."""

import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from mapping.models import Confirmation, Edit, Entry, Pin
from tests.conftest import client_of, feature, make_person, report
from tests.faults.races import at_once
from tests.faults.rows import amount

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault("S1")]

RACES, SENDERS = amount(20, 50), 8
Send = Callable[[], int]  # the status of the answer


def wrong_races(begin: Callable[[], tuple[list[Send], Callable[[], int]]], codes: Callable[[list[int]], bool]) -> int:
    """In how many races there was not exactly one row, or the answers were not those of one work done once."""
    wrong = 0
    for _ in range(RACES):
        sends, rows = begin()
        answered = at_once(sends)
        wrong += rows() != 1 or not codes(answered)
    return wrong


def one_created(answered: list[int]) -> bool:
    return Counter(answered) == {201: 1, 200: SENDERS - 1}


def all_good(answered: list[int]) -> bool:
    return set(answered) == {200}


def body(given: dict) -> dict:
    return {"data": json.dumps(given), "content_type": "application/json"}


@pytest.fixture
def bobs(open_country):
    bob = make_person("bob", "volunteer", "5801")
    return bob, [client_of(bob) for _ in range(SENDERS)]


def test_a_report_that_eight_senders_bring_is_one_pin_and_one_201(bobs, proven):
    def begin():
        pin = uuid.uuid4()
        sends = [
            lambda client=client: client.put(f"/api/v1/pins/{pin}", **body(feature(words="สะพานขาด"))).status_code
            for client in bobs[1]
        ]
        return sends, lambda: Pin.objects.filter(pk=pin).count()

    assert wrong_races(begin, one_created) == 0
    entries = Entry.objects.values_list("pin_id", flat=True)
    assert len(entries) == len(set(entries)) == RACES
    proven(figure=f"{RACES} races of {SENDERS} senders for each of report, edit, confirmation, batch: 0 wrong")


def test_an_edit_that_eight_senders_bring_is_made_once(bobs):
    def begin():
        pin, op = report(bobs[0], words="ก")["id"], str(uuid.uuid4())
        change = {"op_id": op, "base": {"words": "ก"}, "changes": {"words": "ข"}}

        def send(client) -> int:
            return client.patch(f"/api/v1/pins/{pin}", HTTP_IF_MATCH='"1"', **body(change)).status_code

        return (
            [lambda client=client: send(client) for client in bobs[1]],
            lambda: (
                Entry.objects.filter(pin=pin, kind="edited").count()
                * Edit.objects.filter(pk=op, state="applied").count()
            ),
        )

    assert wrong_races(begin, all_good) == 0


def test_an_edit_that_comes_before_its_pin_from_eight_senders_is_kept_once(bobs):
    def begin():
        pin, op = uuid.uuid4(), str(uuid.uuid4())
        change = {"op_id": op, "base": {"words": "ก"}, "changes": {"words": "ข"}}

        def send(client) -> int:
            return client.patch(f"/api/v1/pins/{pin}", HTTP_IF_MATCH='"1"', **body(change)).status_code

        return [lambda client=client: send(client) for client in bobs[1]], lambda: Edit.objects.filter(pk=op).count()

    assert wrong_races(begin, lambda answered: set(answered) == {202}) == 0


def test_we_have_this_too_from_eight_senders_is_one_voice(bobs):
    dao = make_person("dao", "volunteer", "5801")
    daos = [client_of(dao) for _ in range(SENDERS)]

    def begin():
        pin = report(bobs[0])["id"]
        sends = [
            lambda client=client: client.put(f"/api/v1/pins/{pin}/confirmation", **body({})).status_code
            for client in daos
        ]
        return sends, lambda: Confirmation.objects.filter(pin=pin, person=dao).count()

    assert wrong_races(begin, one_created) == 0


def test_a_batch_that_eight_senders_bring_is_done_once_and_each_hears_that_it_is(bobs):
    heard: list[list[str]] = []

    def begin():
        pin, taken_back, theirs = str(uuid.uuid4()), str(uuid.uuid4()), report(alice)["id"]
        operations = [
            {"kind": "create", "id": pin, "feature": feature(words="ก")},
            {"kind": "edit", "id": pin, "version": 1, "base": {"words": "ก"}, "changes": {"words": "ข"}},
            {"kind": "confirm", "id": theirs},
            {"kind": "create", "id": taken_back, "feature": feature()},
            {"kind": "withdraw", "id": taken_back},
        ]
        raw = {"operations": [{"op_id": str(uuid.uuid4()), **one} for one in operations]}

        def send(client) -> int:
            answer = client.post("/api/v1/sync", **body(raw))
            heard.append([one["state"] for one in answer.json()["results"]])
            return answer.status_code

        def rows() -> int:
            mine = Entry.objects.filter(pin__in=[pin, taken_back])
            assert sorted(mine.values_list("kind", flat=True)) == ["edited", "reported", "reported", "status"]
            assert Confirmation.objects.filter(pin=theirs, person=bobs[0]).count() == 1
            return Pin.objects.filter(pk=pin, words="ข").count()

        return [lambda client=client: send(client) for client in bobs[1]], rows

    alice = make_person("alice", "officer", "58")
    assert wrong_races(begin, all_good) == 0
    for number in range(5):
        assert Counter(states[number] for states in heard) == {
            "applied": RACES, "duplicate": RACES * (SENDERS - 1),
        }, number  # fmt: skip


def test_a_report_that_eight_senders_take_back_is_withdrawn_once_and_nobody_is_refused(bobs):
    heard: list[str] = []

    def begin():
        pin = report(bobs[0])["id"]
        raw = {"operations": [{"op_id": str(uuid.uuid4()), "kind": "withdraw", "id": pin}]}

        def send(client) -> int:
            answer = client.post("/api/v1/sync", **body(raw))
            heard.append(answer.json()["results"][0]["state"])
            return answer.status_code

        return [lambda client=client: send(client) for client in bobs[1]], lambda: Entry.objects.filter(
            pin=pin, to_status="withdrawn"
        ).count()

    assert wrong_races(begin, all_good) == 0
    assert Counter(heard) == {"applied": RACES, "duplicate": RACES * (SENDERS - 1)}


def test_the_control_who_looks_and_then_inserts_is_wrong_in_every_race(open_country, proven):
    def begin():
        pin, all_have_looked = uuid.uuid4(), threading.Barrier(SENDERS)

        def look_then_insert() -> int:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM looked_first WHERE id = %s", [pin])
                there = cursor.fetchone()[0]
            connection.close()  # nobody waits for the others with a connection in hand
            all_have_looked.wait(30)
            if not there:
                with connection.cursor() as cursor:
                    cursor.execute("INSERT INTO looked_first VALUES (%s)", [pin])
            return 200 if there else 201

        def rows() -> int:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM looked_first WHERE id = %s", [pin])
                return cursor.fetchone()[0]

        return [look_then_insert] * SENDERS, rows

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE looked_first (id uuid)")
    try:
        wrong = wrong_races(begin, one_created)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE looked_first")
    assert wrong == RACES
    proven(control=f"look, then insert: {wrong} of {RACES} races wrong")
