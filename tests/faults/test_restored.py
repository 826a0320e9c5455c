"""S5 and S6: a restored server meets cursors and phones that know more than it does."""

import random
import shutil
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from mapping import backups, photos, uploads
from mapping.api.sync import read_cursor, write_cursor
from mapping.models import Confirmation, Entry, FeedState, Photo, Pin
from tests.conftest import body_of, client_of, make_person, report
from tests.faults.phones import Phone
from tests.faults.rows import amount
from tests.test_feed import sequence
from tests.test_photos import jpeg
from tests.test_sync import ask, patch, pull

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE, AFTER = amount(24, 200), amount(12, 100)
PHONES, WORK = 20, amount(1, 5)  # reports of each phone before the backup, and after it
PHOTO_EVERY = amount(2, 1)  # reports


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    settings.BACKUP_ROOT = str(tmp_path / "backups")
    return backups.root()


# -- S5 -----------------------------------------------------------------------------------------


def lived_through(folder: Path, back) -> tuple[list, dict, dict]:
    """People, and what each held and had for a cursor when the server was restored to what it was before."""
    bob, alice = make_person("bob", "volunteer", "5801"), make_person("alice", "officer", "58")
    people = [None, bob, alice]
    pins = [report(bob, words="ก")["id"] for _ in range(BEFORE)]
    made = backups.make(folder)
    for pin in pins[::4]:
        assert patch(bob, pin, {"words": "ข"}, {"words": "ก"}).status_code == 200
    Pin.objects.filter(pk=pins[1]).delete()
    for _ in range(AFTER):
        report(bob)
    held, cursors = {}, {}
    for person in people:
        held[person], _, cursors[person] = pull(person)
    back(made)
    for pin in pins[2::4]:  # the numbers of the feed are given out again, to other changes
        assert patch(bob, pin, {"words": "ค"}, {"words": "ก"}).status_code == 200
    while sequence() <= read_cursor(cursors[None]).pub:
        report(bob)
    return people, held, cursors


def differs(held: dict[str, dict], person) -> int:
    """How many pins a reader holds that are not what the server would show, or lacks."""
    true = {one["id"]: one for one in client_of(person).get("/api/v1/pins?area=58&limit=500").json()["features"]}
    assert len(true) == Pin.objects.count()
    return sum(held.get(pin) != true.get(pin) for pin in held.keys() | true.keys())


@pytest.mark.fault("S5")
def test_an_old_cursor_is_over_after_a_restore_and_a_new_one_gives_every_row(open_country, folder, back, proven):
    people, _, cursors = lived_through(folder, back)
    for person in people:
        answer = ask(person, cursors[person])
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (410, "feed_generation")
        held, gone, _ = pull(person, limit=7)
        assert differs(held, person) == 0
        assert not gone
    rows = Pin.objects.count()
    proven(figure=f"410 for {len(people)} readers, then {rows} of {rows} rows each")


@pytest.mark.fault("S5")
def test_the_control_a_cursor_that_is_only_a_number_leaves_a_reader_with_wrong_rows(open_country, folder, back, proven):
    people, held, cursors = lived_through(folder, back)
    generation = str(FeedState.objects.get().generation)
    wrong = 0
    for person in people:
        carried = write_cursor(replace(read_cursor(cursors[person]), generation=generation))
        news, gone, _ = pull(person, carried)
        mine = {pin: one for pin, one in (held[person] | news).items() if pin not in gone}
        missed = differs(mine, person)
        assert missed
        wrong += missed
    proven(control=f"a cursor without its generation: {wrong} rows wrong or missing")


# -- S6 -----------------------------------------------------------------------------------------


def everything() -> dict[str, object]:
    """What the server holds, the bytes of its photos included, without numbers, versions and times of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pin_id, count(*) FROM entry GROUP BY pin_id")
        lines = {str(pin): count for pin, count in cursor.fetchall()}
    whole = [one for one in Photo.objects.filter(complete_at__isnull=False) if uploads.is_whole(photos.KIND, one)]
    return {
        "pins": {str(pin.pk): (pin.words, pin.severity, pin.author_id) for pin in Pin.objects.all()},
        "lines": lines,
        "voices": sorted((str(pin), who) for pin, who in Confirmation.objects.values_list("pin_id", "person_id")),
        "photos": {
            str(one.pk): body_of(client_of(one.pin.author).get(f"/api/v1/photos/{one.pk}")) for one in whole
        },
        "edits": sorted(str(op) for op in Entry.objects.filter(kind="edited").values_list("detail__op", flat=True)),
    }  # fmt: skip


def all_send(phones: list[Phone]) -> None:
    """Everybody opens the page and sends until nothing more goes."""
    for _ in range(3):
        for phone in phones:
            phone.opens()
            while raw := phone.batch():
                waiting = sum(op.state == "ready" for op in phone.ops)
                phone.heard(phone.post(raw))
                if sum(op.state == "ready" for op in phone.ops) == waiting:
                    break  # what speaks of a pin that its own phone has still to send
            phone.send_photos()
    for phone in phones:
        phone.pull()


def work(phones: list[Phone], chance: random.Random) -> None:
    for number, phone in enumerate(phones):
        for one in range(WORK):
            photo = jpeg(quality=chance.randint(50, 90)) if (number + one) % PHOTO_EVERY == 0 else None
            phone.write(f"เรื่อง {uuid.uuid4()}", photo)
        mine = [op.pin for op in phone.ops if op.body["kind"] == "create"]
        phone.change(chance.choice(mine), "words", f"แก้ {uuid.uuid4()}")
        phone.change(chance.choice(mine), "severity", chance.choice([1, 2, 4, 5]))
        if phone.replica:
            phone.confirm(chance.choice(sorted(phone.replica)))


def restored_under_phones(
    folder: Path, back, settings, *, number: int = PHONES, forgets: bool = False
) -> tuple[dict, dict]:
    """What the server held when it was lost, and what it holds after every phone has sent again."""
    people = [make_person(f"phone{one}", "volunteer", "5801") for one in range(number)]
    phones = [Phone(client_of(person), forgets_when_received=forgets, page=200) for person in people]
    chance = random.Random(6)
    work(phones, chance)
    all_send(phones)
    made = backups.make(folder)
    work(phones, chance)
    all_send(phones)
    before = everything()
    shutil.rmtree(settings.MEDIA_ROOT)  # the disk is lost, and the photos with it
    back(made)
    assert Pin.objects.count() == len(before["pins"]) // 2
    all_send(phones)
    return before, everything()


@pytest.mark.fault("S6")
def test_twenty_phones_bring_back_all_that_a_restore_has_lost(open_country, folder, back, settings, proven):
    before, after = restored_under_phones(folder, back, settings)
    assert len(before["pins"]) == PHONES * WORK * 2
    assert len(before["photos"]) == PHONES * WORK * 2 // PHOTO_EVERY
    assert after["photos"].keys() == before["photos"].keys()
    assert after == before
    size = sum(map(len, after["photos"].values()))
    proven(figure=f"{PHONES} phones: {len(after['pins'])} of {len(before['pins'])} pins, {size:,} photo bytes, 0 twice")


@pytest.mark.fault("S6")
def test_the_control_phones_that_forget_what_was_received_leave_it_lost(open_country, folder, back, settings, proven):
    before, after = restored_under_phones(folder, back, settings, number=4, forgets=True)
    lost = before["pins"].keys() - after["pins"].keys()
    assert lost
    assert before["photos"].keys() - after["photos"].keys()
    proven(control=f"phones that forget what was received: {len(lost)} pins lost")
