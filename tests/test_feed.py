"""The feed's numbers are gap-free and miss nothing; an ETag never hides a late row."""

import uuid

import psycopg
import pytest
from django.db import connection

from mapping.models import Area, Change, ChangeNew, Grant, Pin
from tests.conftest import client_of, report

INSERT = (
    "INSERT INTO pin (id, category_id, severity, checked, point)"
    " SELECT %s, id, 3, true, ST_SetSRID(ST_MakePoint(98.05, 19.05), 4326) FROM category WHERE slug = 'road'"
)


def sequence() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT feed_sequence()")
        return cursor.fetchone()[0]


def another_connection() -> psycopg.Connection:
    parameters = connection.get_connection_params()
    return psycopg.connect(**{k: parameters[k] for k in ("host", "dbname", "user", "password") if k in parameters})


def test_every_visible_change_gets_the_next_number_without_a_gap(country, bob):
    before = sequence()
    ids = [report(bob)["id"] for _ in range(3)]
    newest = sequence()
    assert not ChangeNew.objects.exists()
    numbers = list(Change.objects.filter(pub__gt=before).order_by("pub").values_list("pub", flat=True))
    assert numbers == list(range(before + 1, newest + 1))
    pins = Change.objects.filter(pub__gt=before, kind="pin").order_by("pub").values_list("key", flat=True)
    assert list(pins) == ids


def test_what_a_reader_sees_besides_pins_moves_the_feed_too(country, alice):
    start = sequence()
    Area.objects.filter(code="580101").update(population=7)
    Grant.objects.filter(person=alice).delete()
    sequence()
    assert set(Change.objects.filter(pub__gt=start).values_list("kind", flat=True)) == {"area", "grant"}


@pytest.mark.django_db(transaction=True)
def test_a_row_that_commits_late_is_numbered_after_it_commits(open_country):
    slow, quick = another_connection(), another_connection()
    late, early = uuid.uuid4(), uuid.uuid4()
    try:
        slow.execute(INSERT, [late])  # has the lower id of change_new, and does not commit yet
        quick.execute(INSERT, [early])
        quick.commit()
        first = sequence()
        assert Change.objects.filter(key=str(early)).exists()
        assert not Change.objects.filter(key=str(late)).exists()
        slow.commit()
        assert sequence() > first
        assert Change.objects.get(key=str(late), kind="pin").pub > first  # a cursor at `first` will meet it
    finally:
        slow.close()
        quick.close()


@pytest.mark.django_db(transaction=True)
def test_an_etag_does_not_hide_a_row_that_commits_late(open_country):
    slow, quick = another_connection(), another_connection()
    late = uuid.uuid4()
    address = "/api/v1/pins?area=58"
    try:
        slow.execute(INSERT, [late])
        quick.execute(INSERT, [uuid.uuid4()])
        quick.commit()
        held = client_of().get(address)
        assert client_of().get(address, HTTP_IF_NONE_MATCH=held["ETag"]).status_code == 304
        highest = newest_id_given_out()
        slow.commit()
        answer = client_of().get(address, HTTP_IF_NONE_MATCH=held["ETag"])
        assert answer.status_code == 200
        assert str(late) in answer.content.decode()
        # The control: a mark made of the highest id of change_new would have stayed the same.
        assert newest_id_given_out() == highest
    finally:
        slow.close()
        quick.close()


def newest_id_given_out() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM change_new_id_seq")
        return cursor.fetchone()[0]


def test_every_reader_has_a_mark_of_their_own(country, alice, bob):
    address = "/api/v1/pins"
    marks = {client_of(person).get(address)["ETag"] for person in (None, alice, bob)}
    assert len(marks) == 3


def test_a_revoked_grant_changes_the_mark(country, alice):
    client = client_of(alice)
    mark = client.get("/api/v1/pins")["ETag"]
    Grant.objects.filter(person=alice).delete()
    assert client.get("/api/v1/pins", HTTP_IF_NONE_MATCH=mark).status_code == 200


def test_a_confirmation_changes_the_mark(country, alice, bob):
    pin = Pin.objects.get(pk=report(bob)["id"])
    mark = client_of().get("/api/v1/pins")["ETag"]
    pin.confirmations.create(person=alice)
    assert client_of().get("/api/v1/pins", HTTP_IF_NONE_MATCH=mark).status_code == 200
