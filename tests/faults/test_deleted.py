"""S17: deleted here, edited there; a phone that comes back after a day, and after the old was swept away."""

import random

import pytest
from django.db import connection

from mapping import sync
from mapping.models import Edit, Pin, Tombstone
from tests.conftest import client_of
from tests.faults.phones import AREA, Phone
from tests.faults.rows import amount

pytestmark = pytest.mark.fault("S17")

ROUNDS, REPORTS = amount(3, 20), 8


def days_pass(days: int) -> None:
    with connection.cursor() as cursor:
        for table, column in (("tombstone", "at"), ("edit", "received_at"), ("change", "at"), ("change_new", "at")):
            cursor.execute(f"UPDATE {table} SET {column} = {column} - make_interval(days => %s)", [days])
    sync.settle_held()
    sync.forget_old()


def sent(phone: Phone) -> dict[str, dict]:
    """All that waits, sent; what became of each operation."""
    said: dict[str, dict] = {}
    while raw := phone.batch():
        answer = phone.post(raw)
        phone.heard(answer)
        said |= {one["op_id"]: one for one in answer["results"]}
    return said


def came_back(person, chance: random.Random, days: int, *, graves: bool = True) -> tuple[set[str], list[str], int]:
    """A phone is away while pins of its person are deleted, and sends what it wrote meanwhile.

    Returns the pins that rose again, the edits of deleted pins that nobody would hear of, and how many there were.
    """
    phone = Phone(client_of(person))
    mine = [phone.write(f"เรื่องที่ {number}") for number in range(REPORTS)]
    sent(phone)
    phone.pull()
    unheard = [phone.write("ไม่ได้ยินคำตอบ") for _ in range(4)]
    phone.post(phone.batch())  # the answer is lost
    edited = chance.sample(mine, 5)
    for pin in edited:
        phone.change(pin, "words", "แก้ตอนไม่มีสัญญาณ")
        phone.change(pin, "severity", 5)  # stands on the first
    deleted = {*chance.sample(mine, 4), *edited[:2], *unheard[:2]}
    Pin.objects.filter(pk__in=deleted).delete()
    days_pass(days)
    if not graves:
        Tombstone.objects.all().delete()
    answer = phone.client.get("/api/v1/changes", {"area": AREA, "cursor": phone.cursor})
    assert answer.status_code == (410 if days > 180 else 200)
    phone.pull()
    said = sent(phone)
    phone.pull()
    there = set(map(str, Pin.objects.filter(author=person).values_list("pk", flat=True)))
    assert set(mine + unheard) - deleted <= there
    assert set(phone.replica) == there
    edits = [op.body for op in phone.ops if op.body["kind"] == "edit"]
    for pin in set(edited) - deleted:
        assert (Pin.objects.get(pk=pin).words, Pin.objects.get(pk=pin).severity) == ("แก้ตอนไม่มีสัญญาณ", 5)
    beside = [one for one in edits if one["id"] in deleted]
    silent = [
        one["op_id"] for one in beside
        if said[one["op_id"]]["state"] != "conflict"
        or said[one["op_id"]]["errors"][0]["code"] != "edit_conflict"
        or Edit.objects.get(pk=one["op_id"]).changes != one["changes"]
    ]  # fmt: skip
    return there & deleted, silent, len(beside)


@pytest.mark.parametrize("days", [1, 200])
def test_nothing_deleted_rises_and_every_edit_of_it_is_told_as_a_conflict(bob, proven, days):
    chance, edits = random.Random(17), 0
    for _ in range(ROUNDS):
        risen, silent, beside = came_back(bob, chance, days)
        assert not risen
        assert not silent
        edits += beside
        Pin.objects.all().delete()
    assert edits >= 2 * ROUNDS
    proven(figure=f"away {days} d: 0 risen, {edits} edits of deleted needs told as conflicts")


def test_the_control_without_graves_pins_rise_and_edits_wait_in_silence(bob, proven):
    risen, silent, _ = came_back(bob, random.Random(17), 200, graves=False)
    assert risen
    assert silent
    proven(control=f"graves swept away: {len(risen)} risen, {len(silent)} edits that nobody hears of")
