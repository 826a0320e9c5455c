"""What may be tried how often, measured a hundred at a time against a real PostgreSQL."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from mapping import limits
from mapping.errors import Refusal
from mapping.limits import Limit
from mapping.models import Attempt, Confirmation
from tests.conftest import client_of, errors_of, feature, put, report

TEN = Limit("test", 10, 900)


def at_once(work: Callable[[], bool], times: int = 100) -> int:
    """How often `work` said yes when all began together."""
    start, said = threading.Barrier(times), []

    def one() -> None:
        try:
            start.wait()
            said.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == times, "some attempt ended in an error"
    return sum(said)


def passes(limit: Limit, what: str) -> bool:
    try:
        limits.count(limit, what)
    except Refusal:
        return False
    return True


@pytest.fixture
def pool_for_a_hundred(settings):
    """The threads queue for the eight connections of the pool; they shall wait, not fail."""
    settings.DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 30, "timeout": 60}
    connection.close_pool()
    yield
    connection.close_pool()


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_attempts_at_once_exactly_ten_pass(pool_for_a_hundred):
    assert at_once(lambda: passes(TEN, "somebody")) == 10
    assert at_once(lambda: passes(TEN, "somebody"), 20) == 0
    assert at_once(lambda: passes(TEN, "another"), 20) == 10


@pytest.mark.django_db(transaction=True)
def test_control_a_counter_that_reads_and_then_writes_lets_more_through(pool_for_a_hundred):
    key = TEN.key("somebody")
    Attempt.objects.create(key=key, at=[], allowed=True, until=timezone.now())
    all_have_read = threading.Barrier(20)

    def naive() -> bool:
        row = Attempt.objects.get(key=key)
        all_have_read.wait()
        if len(row.at) >= TEN.most:
            return False
        row.at.append(timezone.now())
        row.save()
        return True

    assert at_once(naive, 20) > 10


@pytest.mark.django_db
def test_the_window_slides():
    for _ in range(10):
        limits.count(TEN, "somebody")
    with pytest.raises(Refusal) as refused:
        limits.count(TEN, "somebody")
    assert refused.value.params["minutes"] == 15
    row = Attempt.objects.get()
    row.at = [timezone.now() - timedelta(seconds=901)] * 3 + [timezone.now() - timedelta(seconds=600)] * 7
    row.save()
    for _ in range(3):
        limits.count(TEN, "somebody")
    with pytest.raises(Refusal) as refused:
        limits.count(TEN, "somebody")
    assert 290 < refused.value.params["wait_s"] <= 301


@pytest.mark.django_db
def test_a_refused_attempt_lengthens_nobodys_wait_and_one_that_succeeded_is_not_counted():
    for _ in range(30):
        passes(TEN, "somebody")
    assert len(Attempt.objects.get().at) == 10
    limits.give_back(TEN, "somebody")
    assert passes(TEN, "somebody")
    assert not passes(TEN, "somebody")


@pytest.mark.django_db
def test_names_are_one_whatever_their_case_and_are_kept_only_as_a_digest():
    limits.count(TEN, " Somebody@Example.org ")
    limits.count(TEN, "somebody@example.org")
    row = Attempt.objects.get()
    assert len(row.at) == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT a::text FROM attempt AS a")
        assert "omebody" not in cursor.fetchone()[0]
    assert len(bytes(row.key)) == 32


@pytest.mark.django_db
def test_what_counts_no_more_is_swept():
    limits.count(TEN, "old")
    limits.count(TEN, "new")
    Attempt.objects.filter(key=TEN.key("old")).update(until=timezone.now() - timedelta(seconds=1))
    limits.sweep()
    assert [bytes(row.key) for row in Attempt.objects.all()] == [TEN.key("new")]


@pytest.mark.django_db
def test_a_count_outlives_the_transaction_of_nothing_else():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        limits.count(TEN, "rolled back")
        1 / 0  # noqa: B018
    assert not Attempt.objects.exists(), "so it is counted before a transaction, as every caller does"


def test_pins_without_an_account_are_counted_by_address(country, anonymous_pins, settings):
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_per_hour": 3}
    assert [put(client_of(), feature()).status_code for _ in range(4)] == [201, 201, 201, 429]
    answer = put(client_of(), feature())
    assert errors_of(answer) == [("too_many_attempts", None)]
    assert 3500 < int(answer["Retry-After"]) <= 3600
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_per_hour": 0}
    assert put(client_of(), feature()).status_code == 201


def test_a_signed_in_person_is_not_counted_by_address(bob, settings):
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_per_hour": 1}
    assert [put(client_of(bob), feature()).status_code for _ in range(3)] == [201] * 3


@pytest.mark.parametrize(
    ("proxy", "forwarded", "counted_as_one"),
    [
        (False, ["203.0.113.1", "203.0.113.2"], True),  # anybody can write the header
        (True, ["203.0.113.1", "203.0.113.2"], False),
        (True, ["1.1.1.1, 203.0.113.1", "2.2.2.2, 203.0.113.1"], True),  # only the last hop is our proxy's
        (True, ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"], True),
        (True, ["2001:db8:1:2::1", "2001:db8:1:3::1"], False),
        (True, ["::ffff:203.0.113.1", "203.0.113.1"], True),
    ],
)
def test_the_address_is_what_our_own_server_has_seen(
    country, anonymous_pins, settings, proxy, forwarded, counted_as_one
):
    settings.BEHIND_PROXY = proxy
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_per_hour": 1}
    codes = []
    for given in forwarded:
        client = client_of()
        client.defaults["HTTP_X_FORWARDED_FOR"] = given
        codes.append(put(client, feature()).status_code)
    assert codes == [201, 429 if counted_as_one else 201]


# -- stuffing (G4) ------------------------------------------------------------------------------


def tap(client, pin: dict, method: str = "put"):
    return getattr(client, method)(f"/api/v1/pins/{pin['id']}/confirmation", "{}", content_type="application/json")


def shown(pin: dict) -> tuple[int, int]:
    said = client_of().get(f"/api/v1/pins/{pin['id']}").json()["properties"]
    return said["confirmations"], said["confirmations_without_account"]


def test_one_phone_that_taps_and_untaps_for_ever_is_one_and_stands_apart(country, anonymous_pins, bob, alice):
    pin = report(bob)
    phone = client_of()
    for _ in range(100):
        assert tap(phone, pin).status_code in (200, 201)
        assert tap(phone, pin).status_code == 200, "once more adds nothing"
        assert shown(pin) == (2, 1)
        assert tap(phone, pin, "delete").status_code == 200
    assert shown(pin) == (1, 0)
    assert tap(client_of(alice), pin).status_code == 201
    assert shown(pin) == (2, 0)


def test_many_phones_of_one_address_end_at_the_limit_and_stand_apart(country, anonymous_pins, settings, bob):
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_per_hour": 20}
    pin = report(bob)
    answers = [tap(client_of(), pin).status_code for _ in range(50)]
    assert (answers.count(201), answers.count(429)) == (20, 30)
    assert shown(pin) == (21, 20)
    assert Confirmation.objects.filter(pin_id=pin["id"]).count() == 21, "as shown, so counted"


def test_control_without_the_limit_every_phone_counts(country, anonymous_pins, settings, bob):
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_per_hour": 0}
    pin = report(bob)
    assert {tap(client_of(), pin).status_code for _ in range(30)} == {201}
    assert shown(pin) == (31, 30)
