"""Tallies equal a recount at every moment, and writers never wait for each other."""

import random
import threading
import uuid

import psycopg
import pytest
from django.db import connection
from django.http import QueryDict

from mapping import aggregate
from mapping.access import Reader
from mapping.filters import PinFilter
from mapping.models import Pin, TallyDelta
from tests.conftest import recount, report, tallied

WRITERS, STATEMENTS = 8, 20
PLACES = [(98.05, 19.05), (98.15, 19.05), (98.25, 19.05), (98.05, 8.05), (98.05, 30.0)]
INSERT = (
    "INSERT INTO pin (id, category_id, severity, people, checked, point)"
    " VALUES (%s, %s, %s, %s, true, ST_SetSRID(ST_MakePoint(%s, %s), 4326))"
)


def fold() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tally_fold()")
        return cursor.fetchone()[0]


def test_tallies_equal_a_recount_folded_or_not(country, alice):
    for lng, lat in PLACES:
        report(alice, lng, lat, people=40)
    report(alice, 98.05, 19.05, category="flood", severity=5)
    assert tallied() == recount() != {}
    assert fold() > 0
    assert not TallyDelta.objects.exists()
    assert tallied() == recount()


def test_every_change_that_matters_moves_the_tallies(country, alice):
    pin = Pin.objects.get(pk=report(alice, people=40)["id"])
    other = Pin.objects.get(pk=report(alice, 98.06)["id"])
    changes = [
        {"severity": 5},
        {"people": 900},
        {"category": other.category},
        {"hidden": True},
        {"hidden": False},
        {"point": "SRID=4326;POINT(98.25 19.05)"},
        {"joined_to": other.pk},
        {"joined_to": None},
        {"checked": False},
    ]
    for change in changes:
        Pin.objects.filter(pk=pin.pk).update(**change)
        assert tallied() == recount(), change
        fold()
        assert tallied() == recount(), change
    Pin.objects.filter(pk=other.pk).delete()
    assert tallied() == recount() == {}


def figures(chosen: PinFilter, level: str, within: str) -> dict[str, list]:
    codes = sorted({key[0] for key in recount() if len(key[0]) == aggregate.DIGITS[level]})
    found = aggregate.area_figures(Reader(), chosen, level=level, within=within, codes=codes)
    return {code: found[i].tolist() for i, code in enumerate(codes) if found[i].any()}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "category=road",
        "category=road,flood&status=unmet",
        "status=done,confirmed",
        "area=58",
        "area=580101",
        "status=withdrawn",
    ],
)
def test_kept_figures_kept_tallies_and_pins_say_the_same_of_every_area(country, alice, monkeypatch, text):
    for number, (lng, lat) in enumerate(PLACES * 3):
        report(alice, lng, lat, people=[None, 40, 900][number % 3], category=["road", "flood"][number % 2])
    fold()
    with connection.cursor() as cursor:
        for status in ("funded", "done", "withdrawn"):
            cursor.execute(
                "INSERT INTO entry (pin_id, kind, to_status, by_id) SELECT id, 'status', %s, author_id FROM pin"
                " WHERE status = 'reported' ORDER BY number LIMIT 3",
                [status],
            )
    chosen = PinFilter.parse(QueryDict(text))
    assert chosen.in_figures
    wanted = [("province", ""), ("district", ""), ("district", "58"), ("subdistrict", "5801")]
    waiting = [figures(chosen, *one) for one in wanted]
    fold()
    kept = [figures(chosen, *one) for one in wanted]
    monkeypatch.setattr(PinFilter, "in_figures", property(lambda self: False))
    tallies = [figures(chosen, *one) for one in wanted]
    monkeypatch.setattr(PinFilter, "in_tallies", property(lambda self: False))
    live = [figures(chosen, *one) for one in wanted]
    assert waiting == kept == tallies == live
    assert any(live) or text == "status=withdrawn"


def test_a_filter_that_parts_a_status_group_is_not_answered_from_the_figures():
    for text in ("status=reported", "status=open,done", "severity=3-5", "bbox=97,5,106,21", "q=x"):
        assert not PinFilter.parse(QueryDict(text)).in_figures, text


def test_a_pin_outside_every_area_counts_for_the_country_alone(country, alice):
    report(alice, 98.05, 30.0)
    fold()
    assert {key[:2] for key in tallied()} == {("", 0)}


def test_a_change_that_does_not_matter_appends_nothing(country, alice):
    pin_id = report(alice)["id"]
    fold()
    Pin.objects.filter(pk=pin_id).update(words="other words")
    assert not TallyDelta.objects.exists()


def test_emptying_the_table_empties_the_tallies(country, alice):
    report(alice)
    fold()
    report(alice)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE pin CASCADE")
    assert tallied() == recount() == {}


def write_much(url: dict, number: int, categories: list[int], problems: list[str]) -> None:
    """One writer: single statements, or transactions of 20 statements in random order, savepoints included."""
    dice = random.Random(number)
    with psycopg.connect(**url) as own:
        own.autocommit = True
        mine: list[uuid.UUID] = []
        for _ in range(6):
            try:
                if number % 2:
                    with own.transaction():
                        for _ in range(STATEMENTS):
                            with own.transaction():
                                one_statement(own, dice, categories, mine)
                else:
                    for _ in range(STATEMENTS):
                        one_statement(own, dice, categories, mine)
            except psycopg.Error as error:
                problems.append(f"{type(error).__name__}: {error}")


def one_statement(own: psycopg.Connection, dice: random.Random, categories: list[int], mine: list[uuid.UUID]) -> None:
    what = dice.random()
    if what < 0.6 or not mine:
        pin_id = uuid.UUID(int=dice.getrandbits(128))
        values = (pin_id, dice.choice(categories), dice.randint(1, 5), dice.choice([None, 5, 80]), *dice.choice(PLACES))
        own.execute(INSERT, values)
        mine.append(pin_id)
    elif what < 0.8:
        own.execute("UPDATE pin SET severity = %s WHERE id = %s", [dice.randint(1, 5), dice.choice(mine)])
    elif what < 0.95:
        own.execute("UPDATE pin SET hidden = NOT hidden WHERE id = %s", [dice.choice(mine)])
    else:
        own.execute("DELETE FROM pin WHERE id = %s", [mine.pop(dice.randrange(len(mine)))])


def storm(also) -> tuple[list[str], int]:
    """Eight writers at once, half of them in batches, with a folder beside them; `also` runs all the while."""
    url = {k: v for k, v in connection.get_connection_params().items() if k in ("host", "dbname", "user", "password")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM category ORDER BY id LIMIT 6")
        categories = [row[0] for row in cursor.fetchall()]
    problems: list[str] = []
    writers = [
        threading.Thread(target=write_much, args=(url, number, categories, problems)) for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    looks = 0
    while any(writer.is_alive() for writer in writers):
        also()
        looks += 1
    for writer in writers:
        writer.join()
    return problems, looks


@pytest.mark.django_db(transaction=True)
def test_eight_writers_never_deadlock_and_tallies_are_exact_at_every_moment(open_country):
    def look() -> None:
        with connection.cursor() as cursor:  # one statement sees one moment: tallies and pins together
            cursor.execute(
                "SELECT (SELECT coalesce(sum(pins), 0) FROM ("
                "          SELECT pins FROM tally WHERE digits = 0 UNION ALL SELECT pins FROM tally_delta) AS t),"
                "       (SELECT count(*) FROM pin WHERE counts),"
                "       (SELECT coalesce(sum(weight * severity), 0) FROM ("
                "          SELECT weight, severity FROM tally WHERE digits = 0"
                "          UNION ALL SELECT weight, severity FROM tally_delta) AS t),"
                "       (SELECT coalesce(sum(band_weight(people_band) * severity), 0) FROM pin WHERE counts)"
            )
            kept, counted, kept_weight, counted_weight = cursor.fetchone()
            assert (kept, kept_weight) == (counted, counted_weight)
            cursor.execute("SELECT tally_fold(50)")

    problems, looks = storm(look)
    assert problems == []
    assert looks > 5
    assert tallied() == recount() != {}


KEPT_ROWS = """
CREATE FUNCTION pin_inserted_badly() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tally AS kept (digits, area_code, category_id, status, severity, pins, weight)
    SELECT 6, coalesce(left(area_code, 6), ''), category_id, status, severity, count(*), 0
    FROM added GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (digits, area_code, category_id, status, severity) DO UPDATE SET pins = kept.pins + EXCLUDED.pins;
    RETURN NULL;
END $$;
CREATE TRIGGER pin_99_badly AFTER INSERT ON pin REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION pin_inserted_badly();
"""


@pytest.mark.django_db(transaction=True)
def test_control_upserting_kept_rows_in_the_writers_transaction_deadlocks(open_country):
    with connection.cursor() as cursor:
        cursor.execute(KEPT_ROWS)
    try:
        problems, _ = storm(lambda: threading.Event().wait(0.05))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION pin_inserted_badly CASCADE")
    assert any("Deadlock" in problem for problem in problems)
