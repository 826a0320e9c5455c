"""A backup holds all of one moment, a damaged one is refused, and a restore changes names last (B2, B3)."""

import json
import os
import shutil
import threading
import time
import uuid
from dataclasses import asdict
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from mapping import backups
from mapping.errors import Refusal
from mapping.models import Backup, Change, Entry, FeedState, Photo, Pin
from tests.conftest import client_of, make_person, report
from tests.test_feed import INSERT, another_connection, sequence
from tests.test_photos import announced, jpeg, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept(open_country, settings, tmp_path):
    """A few needs with photos, and a backup of them."""
    settings.BACKUP_ROOT = str(tmp_path / "backups")
    bob = make_person("bob", "volunteer", "5801")
    for _ in range(3):
        raw = jpeg()
        send(bob, announced(bob, raw), raw)
    return backups.make(backups.root())


def fingerprint() -> tuple:
    with connection.cursor() as cursor:
        cursor.execute("SELECT md5(string_agg(pin::text, '|' ORDER BY id)) FROM pin")
        pins = cursor.fetchone()[0]
    return pins, Entry.objects.count(), FeedState.objects.get().generation, FeedState.objects.get().last_pub


def test_a_backup_is_whole_and_the_database_knows_up_to_which_number(kept):
    manifest = backups.check(kept)
    assert manifest.rows["pin"] == 3
    assert len(manifest.files) == 1 + 2 * 3
    assert manifest.pub == FeedState.objects.get().last_pub == backups.durable_through()
    answer = client_of().get("/api/v1/changes").json()
    assert answer["durable_through"] == manifest.pub
    report(make_person("dao", "volunteer", "5801"))
    assert sequence() > backups.durable_through()


def test_what_came_after_the_backup_is_gone_and_all_that_was_in_it_is_back(kept, back, settings):
    before = fingerprint()
    bytes_before = {path: path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*.jpg")}
    lost = report(make_person("dao", "volunteer", "5801"))["id"]
    cursor = client_of().get("/api/v1/changes").json()["cursor"]
    shutil.rmtree(settings.MEDIA_ROOT)
    done = back(kept)
    after = fingerprint()
    assert after[:2] == before[:2]
    assert after[2] != before[2]
    assert not Pin.objects.filter(pk=lost).exists()
    assert {path: path.read_bytes() for path in bytes_before} == bytes_before
    assert done.missing == []
    assert backups.durable_through() == FeedState.objects.get().last_pub
    answer = client_of().get("/api/v1/changes", {"cursor": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (410, "feed_generation")


def test_the_database_before_is_kept_under_another_name(kept, back):
    report(make_person("dao", "volunteer", "5801"))
    done = back(kept)
    with psycopg.connect(**backups.where(done.before)) as old:
        assert old.execute("SELECT count(*) FROM pin").fetchone() == (4,)
    assert Pin.objects.count() == 3


def test_a_database_is_dropped_although_somebody_is_in_it(settings):
    template = settings.DATABASES["default"]["TEST"]["TEMPLATE"]
    name = f"in_use_{os.getpid()}"
    with psycopg.connect(**backups.where("postgres"), autocommit=True) as admin:
        admin.execute(backups.named("CREATE DATABASE {} TEMPLATE {}", name, template))
        inside = psycopg.connect(**backups.where(name))
        with pytest.raises(psycopg.errors.ObjectInUse):
            admin.execute(backups.named("DROP DATABASE {}", name))
        backups.drop(admin, name)
        with pytest.raises(psycopg.OperationalError):
            inside.execute("SELECT 1")
        assert admin.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name]).fetchone() == (0,)


def damage(folder: Path, how: str) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    dump, manifest = folder / backups.DUMP, folder / backups.MANIFEST
    if how == "cut":
        os.truncate(dump, dump.stat().st_size - 1024)
    elif how == "photo dropped":
        next(folder.rglob("*.full.jpg")).unlink()
    elif how == "manifest dropped":
        manifest.unlink()
    elif how == "manifest edited":
        about = json.loads(manifest.read_bytes())
        about["pub"] += 1
        manifest.write_bytes(json.dumps(about).encode())
    elif how == "manifest empty":
        manifest.write_bytes(b"")
    else:
        number = int(how)
        path = files[number % len(files)]
        raw = bytearray(path.read_bytes())
        at = len(raw) * (number * 7 % 20) // 20
        raw[at] ^= 1
        path.write_bytes(raw)


HOW = ["cut", "photo dropped", "manifest dropped", "manifest edited", "manifest empty", *map(str, range(20))]


def test_every_damage_is_refused_and_nothing_is_changed(kept, tmp_path):
    before = fingerprint()
    for how in HOW:
        hurt = tmp_path / f"hurt-{how.replace(' ', '-')}"
        shutil.copytree(kept, hurt)
        damage(hurt, how)
        with pytest.raises(Refusal) as refused:
            backups.restore(hurt)
        assert refused.value.code in ("backup_damaged", "backup_missing"), how
        with pytest.raises(CommandError):
            call_command("restore", str(hurt), "--yes")
        shutil.rmtree(hurt)
    assert fingerprint() == before


def test_the_control_without_the_hashes_a_damaged_photo_would_be_put_back(kept, back, monkeypatch, settings):
    path = next(kept.rglob("*.full.jpg"))
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    shutil.rmtree(settings.MEDIA_ROOT)
    monkeypatch.setattr(backups, "check", lambda folder, tell: backups.read_manifest(folder))
    back(kept)
    put = Path(settings.MEDIA_ROOT) / path.relative_to(kept / backups.MEDIA)
    assert put.read_bytes() == bytes(raw)


def test_a_backup_of_a_release_that_is_not_known_here_is_refused(kept):
    manifest = backups.read_manifest(kept)
    migrations = [*manifest.migrations, ["mapping", "9999_later"]]
    backups.write_manifest(kept, type(manifest)(**{**asdict(manifest), "migrations": migrations}))
    with pytest.raises(Refusal) as refused:
        backups.restore(kept)
    assert refused.value.code == "backup_newer"
    backups.write_manifest(kept, type(manifest)(**{**asdict(manifest), "format": 2}))
    with pytest.raises(Refusal) as refused:
        backups.check(kept)
    assert refused.value.code == "backup_newer"


def test_a_restore_that_fails_half_way_leaves_all_as_it_was(kept, back, monkeypatch):
    before = fingerprint()
    monkeypatch.setattr(backups, "renew", lambda *given: (_ for _ in ()).throw(Refusal("restore_failed", said="x")))
    with pytest.raises(Refusal):
        back(kept)
    assert fingerprint() == before


def test_a_backup_that_fails_leaves_nothing_that_counts(kept, monkeypatch):
    monkeypatch.setattr(backups, "copy_media", lambda *given: (_ for _ in ()).throw(OSError("the disk is full")))
    with pytest.raises(OSError, match="full"):
        backups.make(backups.root())
    assert backups.found_in(backups.root()) == [kept]
    assert list(backups.root().iterdir()) == [kept]
    assert Backup.objects.count() == 1


def test_the_same_photos_are_kept_once(kept):
    second = backups.make(backups.root())
    first = next(kept.rglob("*.full.jpg"))
    assert first.stat().st_ino == (second / first.relative_to(kept)).stat().st_ino
    assert backups.check(second).rows["pin"] == 3


# -- B3: photos and rows of different moments ---------------------------------------------------


def test_photos_that_no_file_is_found_for_are_listed_and_asked_for_again(kept, back, settings):
    bob = Pin.objects.first().author
    photo = Photo.objects.first()
    for folder in (Path(settings.MEDIA_ROOT), kept / backups.MEDIA):
        for path in folder.rglob(f"{photo.pk}.*"):
            path.unlink()
    manifest = backups.read_manifest(kept)
    files = {name: about for name, about in manifest.files.items() if str(photo.pk) not in name}
    backups.write_manifest(kept, type(manifest)(**{**asdict(manifest), "files": files}))
    done = back(kept)
    assert done.missing == [str(photo.pk)]
    assert client_of(bob).head(f"/api/v1/photos/{photo.pk}")["Upload-Offset"] == "0"
    assert client_of(bob).get(f"/api/v1/pins/{photo.pin_id}").json()["properties"]["photos"] == []


def test_photos_younger_than_the_rows_stay(kept, back, settings):
    raw = jpeg()
    bob = Pin.objects.first().author
    young = announced(bob, raw)
    send(bob, young, raw)
    back(kept)
    assert not Photo.objects.filter(pk=young).exists()
    assert list(Path(settings.MEDIA_ROOT).rglob(f"{young}.full.jpg"))


# -- under load ---------------------------------------------------------------------------------


def test_while_others_write_every_pin_with_a_number_in_the_manifest_is_in_the_backup(kept, back):
    stop, written = threading.Event(), []

    def write() -> None:
        own = another_connection()
        while not stop.is_set():
            pin = uuid.uuid4()
            own.execute(INSERT, [pin])
            own.commit()
            written.append(str(pin))
        own.close()

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    while len(written) < 40:
        time.sleep(0.01)
    made = backups.make(backups.root())
    stop.set()
    for writer in writers:
        writer.join()
    sequence()
    promised = set(
        Change.objects.filter(pub__lte=backups.durable_through(), kind="pin", key__in=written).values_list(
            "key", flat=True
        )
    )
    back(made)
    there = set(map(str, Pin.objects.values_list("pk", flat=True)))
    assert promised <= there
    assert len(promised) > 0
    assert len(there) < len(written) + 4


def test_the_commands_say_what_they_did(kept, back, capsys, tmp_path):
    call_command("backup", "--to", str(tmp_path / "elsewhere"))
    [made] = backups.found_in(tmp_path / "elsewhere")
    assert str(made) in capsys.readouterr().out
    call_command("backups", "--check", "--in", str(tmp_path / "elsewhere"))
    assert "3 pins" in capsys.readouterr().out
    damage(made, "cut")
    call_command("backups", "--check", "--in", str(tmp_path / "elsewhere"))
    assert "damaged" in capsys.readouterr().out
    call_command("backups", "--in", str(tmp_path / "nowhere"))
    assert "no backup" in capsys.readouterr().out
    with pytest.raises(CommandError, match="manifest"):
        call_command("restore", "nothing-like-it", "--yes")
