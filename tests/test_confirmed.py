"""How many people have a need: kept, and the same as counted, at every moment."""

import random
import threading
import time
import uuid

import psycopg
import pytest
from django.db import connection

from mapping import aggregate
from mapping.models import Confirmation, Person, Pin
from mapping.queries import rows, value
from tests.conftest import client_of, report

COUNTED = (
    "SELECT pin.id, (SELECT count(DISTINCT coalesce(said.person_id, -said.id)) FROM confirmation AS said"
    " LEFT JOIN pin AS j ON j.id = said.pin_id WHERE said.pin_id = pin.id OR j.joined_to_id = pin.id) AS people"
    " FROM pin"
)


def shown() -> dict:
    return {row["id"]: row["confirmations"] for row in rows("SELECT id, confirmations FROM pin_full")}


def counted() -> dict:
    return {row["id"]: row["people"] for row in rows(COUNTED)}


def fold() -> int:
    return value("SELECT confirmed_fold()")


def test_the_kept_number_is_the_counted_one_after_every_change(country, alice, bob, charlie):
    first, second, third = (uuid.UUID(report(alice, lng)["id"]) for lng in (98.05, 98.06, 98.07))
    people = [Person.objects.create(username=f"p{n}", password="!") for n in range(4)]

    def confirm(pin, *who):
        Confirmation.objects.bulk_create(Confirmation(pin_id=pin, person=person) for person in who)

    steps = [
        lambda: confirm(first, *people[:2], bob),
        lambda: confirm(second, people[0], people[2]),
        lambda: Pin.objects.filter(pk=second).update(joined_to=first),  # one person said it of both
        lambda: Pin.objects.filter(pk=third).update(joined_to=first),
        lambda: confirm(third, people[3]),
        lambda: Confirmation.objects.filter(person=people[0]).delete(),
        lambda: people[1].delete(),  # a voice without a name
        lambda: alice.delete(),  # who reported them
        lambda: Pin.objects.filter(pk=second).update(joined_to=None),
        lambda: Pin.objects.filter(pk=first).update(hidden=True),  # the third leads from now on
        lambda: Pin.objects.filter(pk=third).delete(),
        lambda: Pin.objects.all().delete(),
    ]
    for number, step in enumerate(steps):
        step()
        for _ in range(2):
            assert shown() == counted(), number
            assert aggregate.confirmed_differ() == []
            fold()
    assert value("SELECT count(*) FROM confirmed") == value("SELECT count(*) FROM confirmed_moved") == 0


def test_what_is_read_is_kept_and_not_counted(country, alice, bob):
    pin = report(alice)["id"]
    client_of(bob).put(f"/api/v1/pins/{pin}/confirmation")
    fold()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE confirmed SET people = 41")
    assert client_of().get(f"/api/v1/pins/{pin}").json()["properties"]["confirmations"] == 41
    assert [d["kept"] for d in aggregate.confirmed_differ()] == [41]


@pytest.mark.django_db(transaction=True)
def test_eight_who_confirm_and_join_at_once_never_wait_for_each_other(open_country, anonymous_pins):
    pins = [uuid.UUID(report(None, 98.05 + number / 1000)["id"]) for number in range(6)]
    people = [Person.objects.create(username=f"p{n}", password="!").pk for n in range(12)]
    url = {k: v for k, v in connection.get_connection_params().items() if k in ("host", "dbname", "user", "password")}
    problems: list[str] = []

    def write(number: int) -> None:
        dice = random.Random(number)
        with psycopg.connect(**url, autocommit=True) as own:
            for _ in range(15):
                try:
                    with own.transaction():
                        for _ in range(6):  # in any order, several needs in one transaction
                            own.execute(
                                "INSERT INTO confirmation (pin_id, person_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                                [dice.choice(pins), people[number] if dice.random() < 0.7 else dice.choice(people)],
                            )
                        own.execute(
                            "DELETE FROM confirmation WHERE person_id = %s AND pin_id = %s",
                            [people[number], dice.choice(pins)],
                        )
                except psycopg.errors.DeadlockDetected:
                    pass  # of the unique key of two who say the same for one person; nothing of ours
                except psycopg.Error as error:
                    problems.append(f"{type(error).__name__}: {error}")

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert aggregate.confirmed_differ() == []
        fold()
    for writer in writers:
        writer.join()
    assert problems == []
    assert shown() == counted()
    while fold():
        pass
    assert shown() == counted()
    assert sum(shown().values()) > 6


def test_a_new_pin_appends_and_keeps_nothing(country, alice, anonymous_pins):
    report(alice)
    report(None, 98.07)  # a device has a voice too
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pin (id, category_id, severity, words, point, source, body_sha256)"
            " SELECT gen_random_uuid(), category_id, severity, words, point, source, body_sha256 FROM pin LIMIT 1"
        )
    assert value("SELECT count(*) FROM confirmed_moved") == fold() == 0
    assert sorted(shown().values()) == [0, 1, 1]
    assert shown() == counted()


@pytest.mark.django_db(transaction=True)
def test_who_confirms_while_it_is_joined_counts_for_the_lead_at_the_next_fold(open_country, anonymous_pins):
    lead, joins = (uuid.UUID(report(None, lng)["id"]) for lng in (98.05, 98.06))
    somebody = Person.objects.create(username="somebody", password="!").pk
    own = {k: v for k, v in connection.get_connection_params().items() if k in ("host", "dbname", "user", "password")}
    said, folded = threading.Event(), threading.Event()

    def say() -> None:
        with psycopg.connect(**own) as says:
            says.execute("INSERT INTO confirmation (pin_id, person_id) VALUES (%s, %s)", [joins, somebody])  # waits
            said.set()
            folded.wait(20)

    with psycopg.connect(**own) as office:
        office.execute("UPDATE pin SET joined_to_id = %s WHERE id = %s", [lead, joins])
        saying = threading.Thread(target=say)
        saying.start()
        time.sleep(0.3)
    assert said.wait(20)
    fold()
    before = shown()[lead]
    folded.set()
    saying.join()
    fold()
    assert shown() == counted()
    assert shown()[lead] == before + 1


def test_what_was_kept_wrong_is_found_and_mended(country, alice):
    pin = report(alice)["id"]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO confirmed (pin_id, people) VALUES (%s, 7)", [pin])
    assert [d["counted"] for d in aggregate.confirmed_differ()] == [1]
    value("SELECT confirmed_rebuild()")
    assert aggregate.confirmed_differ() == []
    assert value("SELECT count(*) FROM confirmed") == 0
