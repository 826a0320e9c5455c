"""S3 and S4: rows that are committed out of order, and a writer that never ends, hide nothing from a reader."""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psycopg
import pytest
from django.db import connection, connections

from mapping import backups
from mapping.models import Change
from tests.conftest import client_of
from tests.faults.rows import amount
from tests.test_feed import INSERT, another_connection, sequence

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8
SECONDS, STUCK_S = amount(5, 15), amount(6, 60)
SLOW_EVERY, BACK_EVERY = 33, 20  # 3 % commit late, 5 % never


@dataclass
class Written:
    """What the writers did; `committed` says when, by the clock of this process."""

    committed: dict[str, float] = field(default_factory=dict)
    rolled_back: set[str] = field(default_factory=set)
    slow: int = 0


class Reader:
    """Follows the feed by its cursor, as a phone does."""

    def __init__(self) -> None:
        self.client, self.cursor = client_of(), ""
        self.seen: Counter[str] = Counter()
        self.first: dict[str, float] = {}

    def read(self) -> bool:
        answer = self.client.get("/api/v1/changes", {"cursor": self.cursor, "limit": 100})
        assert answer.status_code == 200, answer.content
        said, now = answer.json(), time.monotonic()
        for change in said["changes"]:
            if change["kind"] == "pin":
                self.seen[change["id"]] += 1
                self.first.setdefault(change["id"], now)
        self.cursor = said["cursor"]
        return said["more"]


class ByLastId(Reader):
    """The control: it remembers the last id that it saw."""

    last = 0

    def read(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, key FROM change_new WHERE id > %s ORDER BY id LIMIT 100", [self.last])
            found = cursor.fetchall()
        self.seen.update(key for _, key in found)
        self.last = max([self.last, *(number for number, _ in found)])
        return len(found) == 100


class ByOldestRunning(Reader):
    """The control: it reads only what is older than every transaction that runs."""

    def read(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id::text FROM pin"
                " WHERE xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
            )
            self.seen = Counter(row[0] for row in cursor.fetchall())
        return False


@contextmanager
def writing(written: Written, writers: int, *, pause_s: float = 0.0, uneven: bool = True) -> Iterator[None]:
    stop = threading.Event()
    errors: list[BaseException] = []

    def write(number: int) -> None:
        count = number * 7
        with another_connection() as own:
            while not stop.wait(pause_s):
                pin, count = str(uuid.uuid4()), count + 1
                own.execute(INSERT, [pin])
                if uneven and count % BACK_EVERY == 0:
                    own.rollback()
                    written.rolled_back.add(pin)
                    continue
                if uneven and count % SLOW_EVERY == 0:
                    written.slow += 1
                    time.sleep(0.1 + number * 0.05)
                own.commit()
                written.committed[pin] = time.monotonic()

    threads = [guarded(lambda number=number: write(number), errors) for number in range(writers)]
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not errors, errors


@contextmanager
def a_worker() -> Iterator[None]:
    """Somebody else runs the sequencer too."""
    stop = threading.Event()
    errors: list[BaseException] = []

    def work() -> None:
        while not stop.wait(0.05):
            sequence()

    thread = guarded(work, errors)
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert not errors, errors


def guarded(work: Callable[[], None], errors: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def follow(reader: Reader, seconds: float, *, pause_s: float = 0.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        reader.read()
        time.sleep(pause_s)


def read_to_the_end(reader: Reader) -> None:
    while reader.read():
        pass


def no_gap() -> bool:
    numbers = list(Change.objects.order_by("pub").values_list("pub", flat=True))
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


# -- S3 -----------------------------------------------------------------------------------------


@pytest.mark.fault("S3")
def test_a_reader_misses_no_row_and_meets_none_twice_however_they_are_committed(open_country, proven):
    written, reader = Written(), Reader()
    read_to_the_end(reader)
    with a_worker(), writing(written, WRITERS):
        follow(reader, SECONDS)
    read_to_the_end(reader)
    assert written.slow > 0
    assert written.rolled_back
    missed = set(written.committed) - set(reader.seen)
    twice = [pin for pin, times in reader.seen.items() if times > 1]
    assert not missed
    assert not twice
    assert not set(reader.seen) & written.rolled_back
    assert no_gap()
    late, back = written.slow, len(written.rolled_back)
    proven(figure=f"0 missed of {len(written.committed)}, 0 twice; {late} committed late, {back} rolled back")


@pytest.mark.fault("S3")
def test_the_control_a_reader_by_the_last_id_misses_rows(open_country, proven):
    written, reader = Written(), ByLastId()
    with writing(written, WRITERS):
        follow(reader, min(SECONDS, 5))
    read_to_the_end(reader)
    missed = set(written.committed) - set(reader.seen)
    assert missed
    proven(control=f"a reader by id > last misses {len(missed)} of {len(written.committed)}")


# -- S4 -----------------------------------------------------------------------------------------


@contextmanager
def stuck(*, here: bool = False, elsewhere: bool = False) -> Iterator[str]:
    """A writing transaction that stays open; commits when the block ends. The pin that it wrote in this database."""
    pin, held = str(uuid.uuid4()), []
    try:
        if here:
            held.append(another_connection())
            held[-1].execute(INSERT, [pin])
        if elsewhere:
            held.append(psycopg.connect(**backups.where("postgres")))
            held[-1].execute("CREATE TEMPORARY TABLE written (n integer)")
            held[-1].execute("INSERT INTO written VALUES (1)")
        yield pin
        for one in held:
            one.commit()
    finally:
        for one in held:
            with suppress(psycopg.Error):
                one.close()


@pytest.mark.fault("S4")
def test_a_writer_that_never_ends_holds_up_no_other_row(open_country, proven):
    written, reader = Written(), Reader()
    read_to_the_end(reader)
    with stuck(here=True, elsewhere=True) as late:
        with writing(written, 4, pause_s=0.02, uneven=False):
            follow(reader, STUCK_S, pause_s=0.05)
        read_to_the_end(reader)
        assert no_gap()
        assert late not in reader.seen
        assert set(reader.seen) == set(written.committed)
    read_to_the_end(reader)
    assert reader.seen[late] == 1
    assert no_gap()
    lags = sorted(reader.first[pin] - at for pin, at in written.committed.items())
    p99 = lags[int(len(lags) * 0.99)]
    assert p99 <= 2
    proven(figure=f"lag of {len(lags)} other rows over {STUCK_S} s: p99 {max(p99, 0):.2f} s, no gap, the late one came")


@pytest.mark.fault("S4")
@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_the_control_a_reader_behind_the_oldest_transaction_sees_nothing(open_country, proven, where):
    written, reader = Written(), ByOldestRunning()
    with stuck(**{where: True}):
        with writing(written, 4, pause_s=0.02, uneven=False):
            follow(reader, 1, pause_s=0.05)
        read_to_the_end(reader)
        assert written.committed
        assert not set(reader.seen) & set(written.committed)
    place = {"here": "this", "elsewhere": "another"}[where]
    proven(control=f"behind the oldest transaction, in {place} database: 0 of {len(written.committed)} seen")
