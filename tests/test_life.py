"""Status, log, joining and confirming: rules that the database keeps, and the verbs."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from mapping import pins
from mapping.access import Reader
from mapping.errors import Refusal
from mapping.models import Change, Entry, Person, Pin, Status
from tests.conftest import report

PATH = ["reported", "verified", "forwarded", "planned", "funded", "in_progress", "done", "confirmed"]


@pytest.fixture
def pin(alice, bob) -> Pin:
    return Pin.objects.get(pk=report(bob)["id"])


def refuse(code: str):
    return pytest.raises(Refusal, check=lambda refusal: refusal.code == code)


def allowed(before: str) -> set[str]:
    """By design.md: forward, closing, withdrawing early, reopening."""
    after = set(PATH[PATH.index(before) + 1 :]) if before in PATH else set()
    if before not in ("withdrawn", "closed_without_fix"):
        after.add("closed_without_fix")
    if before in ("reported", "verified"):
        after.add("withdrawn")
    if before in ("done", "closed_without_fix"):
        after.add("verified")
    return after


@pytest.mark.parametrize("before", Status.values)
def test_a_status_is_followed_only_by_what_the_rules_allow(db, before):
    with connection.cursor() as cursor:
        cursor.execute("SELECT s FROM unnest(%s::text[]) AS s WHERE status_may_follow(%s, s)", [Status.values, before])
        assert {row[0] for row in cursor.fetchall()} == allowed(before)


def test_a_status_changes_by_inserting_an_entry(pin):
    entry = Entry.objects.create(pin=pin, kind="status", to_status="verified")
    pin.refresh_from_db()
    entry.refresh_from_db()
    assert (pin.status, entry.from_status, pin.version) == ("verified", "reported", 2)


def test_a_status_cannot_be_written_any_other_way(pin):
    with pytest.raises(IntegrityError, match="entry"), transaction.atomic():
        Pin.objects.filter(pk=pin.pk).update(status="verified")
    with pytest.raises(IntegrityError, match="begins as reported"), transaction.atomic():
        Pin.objects.create(id=uuid.uuid4(), category=pin.category, severity=1, status="done", point=pin.point)


def test_an_entry_is_never_changed_or_removed(pin):
    entry = pin.entries.get()
    for change in (lambda: Entry.objects.filter(pk=entry.pk).update(words="other"), entry.delete):
        with pytest.raises(IntegrityError, match="never"), transaction.atomic():
            change()


def test_a_person_may_be_erased_from_the_log_and_the_pin_stays(pin, bob):
    Person.objects.get(pk=bob.pk).delete()
    pin.refresh_from_db()
    assert pin.author_id is None
    assert pin.entries.get().by_id is None


def test_erasing_a_pin_takes_its_log_along_and_tells_the_feed(pin):
    Pin.objects.filter(pk=pin.pk).delete()
    assert not Entry.objects.filter(pin_id=pin.pk).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT feed_sequence()")
    assert Change.objects.filter(kind="pin", key=str(pin.pk), gone=True).exists()


def test_an_officer_moves_a_pin_along_with_words(pin, alice):
    pins.set_status(
        reader=Reader.of(alice), pin_id=pin.pk, to="planned", words="เข้าแผนแล้ว", papers=pins.Papers(plan_item="12")
    )
    assert list(pin.entries.order_by("pk").values_list("to_status", "words")) == [
        (None, ""),
        ("planned", "เข้าแผนแล้ว"),
    ]


def test_closing_without_a_fix_needs_its_reason(pin, alice):
    with refuse("reason_missing"):
        pins.set_status(reader=Reader.of(alice), pin_id=pin.pk, to="closed_without_fix")
    with pytest.raises(IntegrityError, match="reason"), transaction.atomic():
        Entry.objects.create(pin=pin, kind="status", to_status="closed_without_fix")


def test_only_its_author_withdraws_a_pin_and_only_early(pin, alice, bob):
    with pytest.raises(IntegrityError, match="author"), transaction.atomic():
        Entry.objects.create(pin=pin, kind="status", to_status="withdrawn", by=alice)
    with refuse("not_yours"):
        pins.withdraw(reader=Reader.of(alice), pin_id=pin.pk)
    pins.set_status(reader=Reader.of(alice), pin_id=pin.pk, to="funded", papers=pins.Papers(fiscal_year=2570))
    with refuse("status_order"):
        pins.withdraw(reader=Reader.of(bob), pin_id=pin.pk)


def test_a_withdrawn_pin_no_longer_counts(pin, bob):
    pins.withdraw(reader=Reader.of(bob), pin_id=pin.pk)
    pin.refresh_from_db()
    assert (pin.status, pin.counts) == ("withdrawn", False)


def test_charlie_may_not_act_on_a_pin_of_north(pin, charlie):
    reader = Reader.of(charlie)
    acts = [
        lambda: pins.set_status(reader=reader, pin_id=pin.pk, to="verified"),
        lambda: pins.hide(reader=reader, pin_id=pin.pk, words="x"),
        lambda: pins.check(reader=reader, pin_id=pin.pk),
        lambda: pins.part(reader=reader, pin_id=pin.pk),
        lambda: pins.withdraw(reader=reader, pin_id=pin.pk),
    ]
    for act in acts:
        with refuse("not_yours"):
            act()
    pin.refresh_from_db()
    assert (pin.status, pin.hidden, pin.version) == ("reported", False, 1)


def test_a_volunteer_may_not_decide(pin, bob):
    with refuse("not_yours"):
        pins.set_status(reader=Reader.of(bob), pin_id=pin.pk, to="verified")


def test_a_hidden_pin_does_not_exist_for_charlie(pin, alice, charlie):
    pins.hide(reader=Reader.of(alice), pin_id=pin.pk, words="ซ้ำ")
    with refuse("not_found"):
        pins.set_status(reader=Reader.of(charlie), pin_id=pin.pk, to="verified")


# -- joining -----------------------------------------------------------------------------------


def family(author, n: int) -> list[Pin]:
    return [Pin.objects.get(pk=report(author, 98.05 + i / 1000)["id"]) for i in range(n)]


def leads(*found: Pin) -> list[uuid.UUID | None]:
    return [Pin.objects.get(pk=pin.pk).joined_to_id for pin in found]


def test_joining_is_one_level_deep_by_constraint(alice, bob):
    a, b, c = family(bob, 3)
    Pin.objects.filter(pk=b.pk).update(joined_to=a.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pin.objects.filter(pk=c.pk).update(joined_to=b.pk)  # b is no lead
        connection.check_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        Pin.objects.filter(pk=a.pk).update(joined_to=c.pk)  # others point to a
        connection.check_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        Pin.objects.filter(pk=c.pk).update(joined_to=c.pk)


def test_joining_a_lead_moves_what_was_joined_to_it(alice, bob):
    a, b, c = family(bob, 3)
    reader = Reader.of(alice)
    pins.join(reader=reader, pin_id=b.pk, lead_id=a.pk)
    pins.join(reader=reader, pin_id=a.pk, lead_id=c.pk)
    assert leads(a, b, c) == [c.pk, c.pk, None]


def test_parting_undoes_a_join_exactly(alice, bob):
    a, b, c = family(bob, 3)
    reader = Reader.of(alice)
    pins.join(reader=reader, pin_id=b.pk, lead_id=a.pk)
    pins.join(reader=reader, pin_id=a.pk, lead_id=c.pk)
    pins.part(reader=reader, pin_id=a.pk)
    assert leads(a, b, c) == [None, a.pk, None]
    kinds = list(a.entries.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["reported", "joined", "parted"]


def test_joining_to_a_joined_pin_joins_its_lead(alice, bob):
    a, b, c = family(bob, 3)
    reader = Reader.of(alice)
    pins.join(reader=reader, pin_id=b.pk, lead_id=a.pk)
    pins.join(reader=reader, pin_id=c.pk, lead_id=b.pk)
    assert leads(c) == [a.pk]


def test_figures_count_leads_and_people_once(alice, bob, charlie):
    a, b = family(bob, 2)
    c = Pin.objects.get(pk=report(charlie)["id"])
    reader = Reader.of(alice)
    for pin in (b, c):
        pins.join(reader=reader, pin_id=pin.pk, lead_id=a.pk)
    assert Pin.objects.filter(counts=True).count() == 1
    pins.confirm(reader=reader, pin_id=c.pk)  # of a joined pin: lands on the lead
    with connection.cursor() as cursor:
        cursor.execute("SELECT confirmations FROM pin_public WHERE id = %s", [a.pk])
        assert cursor.fetchone()[0] == 3  # bob twice is one, charlie, alice


def test_confirming_twice_is_once(pin, alice):
    assert pins.confirm(reader=Reader.of(alice), pin_id=pin.pk)
    assert not pins.confirm(reader=Reader.of(alice), pin_id=pin.pk)
    assert pin.confirmations.filter(person=alice).count() == 1


def test_when_a_lead_is_withdrawn_the_oldest_joined_pin_leads(alice, bob):
    a, b, c = family(bob, 3)
    for pin in (b, c):
        pins.join(reader=Reader.of(alice), pin_id=pin.pk, lead_id=a.pk)
    pins.withdraw(reader=Reader.of(bob), pin_id=a.pk)
    assert leads(a, b, c) == [None, None, b.pk]


def test_when_a_lead_is_erased_the_oldest_joined_pin_leads(alice, bob):
    a, b, c = family(bob, 3)
    for pin in (b, c):
        pins.join(reader=Reader.of(alice), pin_id=pin.pk, lead_id=a.pk)
    Pin.objects.filter(pk=a.pk).delete()
    connection.check_constraints()
    assert leads(b, c) == [None, b.pk]


def test_joining_needs_a_right_over_both_places(alice, bob, charlie):
    a = family(bob, 1)[0]
    south = Pin.objects.get(pk=report(charlie, 98.05, 8.05)["id"])
    for reader in (Reader.of(alice), Reader.of(charlie)):
        with refuse("not_yours"):
            pins.join(reader=reader, pin_id=a.pk, lead_id=south.pk)


@pytest.mark.parametrize("gone", [{"hidden": True}, None])
def test_nothing_joins_a_lead_that_was_withdrawn_or_hidden(alice, bob, gone):
    a, b = family(bob, 2)
    if gone:
        Pin.objects.filter(pk=b.pk).update(**gone)
    else:
        pins.withdraw(reader=Reader.of(bob), pin_id=b.pk)
    with refuse("join_gone"):
        pins.join(reader=Reader.of(alice), pin_id=a.pk, lead_id=b.pk)
    with pytest.raises(IntegrityError, match="withdrawn or hidden"), transaction.atomic():
        Pin.objects.filter(pk=a.pk).update(joined_to=b.pk)
    assert Pin.objects.get(pk=a.pk).counts


def test_when_a_lead_is_hidden_what_others_reported_does_not_vanish(alice, bob):
    a, b, c = family(bob, 3)
    for pin in (b, c):
        pins.join(reader=Reader.of(alice), pin_id=pin.pk, lead_id=a.pk)
    Pin.objects.filter(pk=b.pk).update(hidden=True)
    pins.hide(reader=Reader.of(alice), pin_id=a.pk, words="ซ้ำ")
    assert leads(a, b, c) == [None, c.pk, None]  # the visible one leads, though it is younger
    assert Pin.objects.get(pk=c.pk).counts


def test_a_lead_joined_by_the_verb_can_be_erased_by_sql(alice, bob):
    a, b = family(bob, 2)
    pins.join(reader=Reader.of(alice), pin_id=b.pk, lead_id=a.pk)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pin WHERE id = %s", [a.pk])
    connection.check_constraints()
    assert leads(b) == [None]
    assert b.entries.get(kind="joined").other_id is None


def test_a_person_can_be_erased_by_sql_and_what_they_did_stays(pin, alice, bob):
    pins.set_status(reader=Reader.of(alice), pin_id=pin.pk, to="verified")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM person_grant")
        cursor.execute("DELETE FROM person")
    connection.check_constraints()
    pin.refresh_from_db()
    assert (pin.author_id, pin.status) == (None, "verified")
    assert set(pin.entries.values_list("by_id", flat=True)) == {None}
    assert pin.confirmations.count() == 1


def test_spaces_are_no_reason(pin, alice):
    with pytest.raises(IntegrityError, match="reason"), transaction.atomic():
        Entry.objects.create(pin=pin, kind="status", to_status="closed_without_fix", words="   ")
