"""S7: two people edit one need from the same version, and nothing that either said is lost."""

import json
import random
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from mapping import sync
from mapping.models import Entry, Pin
from tests.conftest import client_of, feature, put
from tests.faults.rows import amount

pytestmark = pytest.mark.fault("S7")

PAIRS = amount(100, 500)
FIRST = {
    "category": "road", "severity": 3, "people": 10, "words": "ก", "needed_since": None,
    "place": {"lng": 98.05, "lat": 19.05},
}  # fmt: skip
CHOICES: dict[str, list[Any]] = {
    "category": ["water_supply", "power", "health"],
    "severity": [1, 2, 4, 5],
    "people": [1, 25, 700, None],
    "words": ["สะพานขาด", "น้ำไม่ไหล", "", "ข"],
    "needed_since": ["2020-01-31", "2024-02-29"],
    "place": [{"lng": 98.02, "lat": 19.01}, {"lng": 98.15, "lat": 19.05}],
}
Values = dict[str, Any]


@dataclass
class Pair:
    first: Values
    second: Values

    @property
    def disputed(self) -> set[str]:
        return {name for name in self.first.keys() & self.second.keys() if self.first[name] != self.second[name]}


def pairs() -> list[Pair]:
    chance = random.Random(7)

    def some() -> Values:
        names = chance.sample(sorted(CHOICES), chance.randint(1, 3))
        return {name: chance.choice(CHOICES[name]) for name in names}

    return [Pair(some(), some()) for _ in range(PAIRS)]


def lost(pair: Pair, shown: Values, beside: Values) -> int:
    """Values that one of the two wrote, and that stand neither in the pin nor beside it."""
    said = [*pair.first.items(), *pair.second.items()]
    return sum(shown[name] != value and beside.get(name, ...) != value for name, value in said)


def shown_of(pin_id: str) -> Values:
    now = sync.values_of(Pin.objects.select_related("category").get(pk=pin_id))
    return {name: now[name] for name in FIRST}


def send(client: Client, method: str, address: str, body: Values, version: int):
    about = {"content_type": "application/json", "HTTP_IF_MATCH": f'"{version}"'}
    return getattr(client, method)(f"/api/v1/pins/{address}", json.dumps(body), **about)


def patch(client: Client, pin: str, changes: Values, op: str):
    base = {name: FIRST[name] for name in changes}
    return send(client, "patch", pin, {"op_id": op, "base": base, "changes": changes}, 1)


def test_of_two_who_edit_one_need_nothing_is_lost_and_a_person_decides_between_both(alice, bob, proven):
    officer, author = client_of(alice), client_of(bob)
    conflicts = merged = 0
    chance = random.Random(8)
    for pair in pairs():
        people = [officer, author] if chance.random() < 0.5 else [author, officer]
        pin, op = str(uuid.uuid4()), str(uuid.uuid4())
        assert put(author, feature(words="ก", people=10), pin).status_code == 201
        assert patch(people[0], pin, pair.first, str(uuid.uuid4())).status_code == 200
        answer = patch(people[1], pin, pair.second, op)
        if not pair.disputed:
            assert answer.status_code == 200, answer.content
            assert shown_of(pin) == FIRST | pair.first | pair.second
            assert Pin.objects.get(pk=pin).conflicts == 0
            merged += 1
            continue
        assert answer.status_code == 412, answer.content
        conflicts += 1
        for client in people:
            [beside] = client.get(f"/api/v1/pins/{pin}/conflicts").json()["results"]
            assert {name for name in beside["fields"] if name in FIRST} == pair.disputed
            assert lost(pair, shown_of(pin), beside["changes"]) == 0
        assert [one["id"] for one in officer.get("/api/v1/pins?queue=conflicts").json()["features"]] == [pin]
        other = {name: value for name, value in pair.second.items() if name not in pair.disputed}
        assert shown_of(pin) == FIRST | other | pair.first
        version = Pin.objects.get(pk=pin).version
        chosen = {name: pair.second[name] for name in pair.disputed if chance.random() < 0.5}
        decided = send(chance.choice(people), "post", f"{pin}/conflicts/{op}", {"changes": chosen}, version)
        assert decided.status_code == 200, decided.content
        assert shown_of(pin) == FIRST | other | pair.first | chosen
        last = Entry.objects.filter(pin=pin, kind="edited").latest("pk")
        assert last.detail["parents"] == [{"version": version}, {"op": op, "version": 1}]
        assert officer.get(f"/api/v1/pins/{pin}/conflicts").json()["results"] == []
    assert officer.get("/api/v1/pins?queue=conflicts").json()["features"] == []
    assert conflicts > PAIRS // 10
    assert merged > PAIRS // 10
    proven(figure=f"{PAIRS} pairs in the API: 0 values lost, {merged} merged, {conflicts} kept beside and decided")


def test_the_control_where_the_last_writer_wins_values_are_lost(proven):
    gone = 0
    for pair in pairs():
        mine, theirs = FIRST | pair.first, FIRST | pair.second  # each sends the whole form
        gone += lost(pair, mine | theirs, {}) > 0
    assert gone > PAIRS // 2
    proven(control=f"the last writer wins: values lost in {gone} of {PAIRS} pairs")
