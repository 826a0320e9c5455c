"""Backups in the plain form: a dump, the photos, and a manifest with the hash of each file, written last.

A backup is a folder. It stands under its name only once it is whole and was read back; the database
learns of it after that, so that `durable_through` promises nothing that a restore cannot give.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from mapping import __version__, photos, recordings
from mapping.errors import Refusal
from mapping.models import Backup, FeedState
from mapping.queries import query, rows, value

FORMAT = 1
DUMP, MANIFEST, MEDIA = "database.dump", "manifest.json", "media"
NOT_KEPT = ("parts", "imports")  # of the media: what is on its way
READ_BYTES = 2**20
Tell = Callable[[str, int, int], None]  # step, done, total


def quiet(step: str, done: int, total: int) -> None:
    """For who does not watch."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `files`: path below the folder to [SHA-256, bytes]; `rows`: table to number of rows."""

    format: int
    version: str  # of the product
    migrations: list[list[str]]
    postgresql: str
    generation: str
    pub: int  # the newest number of the feed in the dump
    started: str
    finished: str
    rows: dict[str, int]
    files: dict[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Restored:
    name: str  # of the backup
    before: str  # the database that was there until then, under its new name
    missing: list[str]  # ids of photos that no file was found for: their phones are asked again


def durable_through() -> int | None:
    """The newest number of the feed that is known to be in a verified backup of this generation."""
    return value("SELECT max(pub) FROM backup WHERE generation = (SELECT generation FROM feed_state)")


def root() -> Path:
    return Path(settings.BACKUP_ROOT)


# -- making one ---------------------------------------------------------------------------------


def make(folder: Path, tell: Tell = quiet) -> Path:
    """Write a backup into a folder, read all of it back, and tell the database. Returns where it stands.

    Raises Refusal `backup_failed` with what PostgreSQL said. What was begun is removed then; a process that is
    killed leaves a folder with a dot before its name, which no restore accepts.
    """
    started = datetime.now(UTC)
    name = started.strftime("%Y-%m-%dT%H-%M-%S.%fZ")
    folder.mkdir(parents=True, exist_ok=True)
    begun = folder / f".{name}"
    begun.mkdir()
    try:
        tell("database", 0, 1)
        about = dump(begun / DUMP)
        tell("database", 1, 1)
        files = {DUMP: hashed(begun / DUMP)} | copy_media(begun, earlier(folder), tell)
        manifest = Manifest(
            format=FORMAT, version=__version__, files=files, started=started.isoformat(),
            finished=datetime.now(UTC).isoformat(), **about,
        )  # fmt: skip
        write_manifest(begun, manifest)
        check(begun, tell)
        begun.rename(folder / name)
        sync_folder(folder)
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    Backup.objects.create(generation=UUID(manifest.generation), pub=manifest.pub, name=name)
    return folder / name


def dump(path: Path) -> dict[str, Any]:
    """Dump one state of the database; what the manifest says of exactly that state."""
    value("SELECT feed_sequence()")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = value("SELECT pg_export_snapshot()")
        state = FeedState.objects.get()
        counted = {table: value(count_of(table)) for table in tables(connection)}
        run(
            "pg_dump", "--format=custom", "--compress=6", "--no-owner", "--no-privileges", "--no-comments",
            "--exclude-table-data=spatial_ref_sys", f"--snapshot={snapshot}", f"--file={path}", database_url(),
        )  # fmt: skip
        applied = rows("SELECT app, name FROM django_migrations ORDER BY app, name")
        version = value("SHOW server_version")
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return {
        "generation": str(state.generation), "pub": state.last_pub, "rows": counted, "postgresql": version,
        "migrations": [[row["app"], row["name"]] for row in applied],
    }  # fmt: skip


def tables(of: Any) -> list[str]:
    with of.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'spatial_ref_sys'")
        return sorted(name for (name,) in cursor.fetchall())


def count_of(table: str) -> sql.Composed:
    return sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))


def media_files() -> Iterator[Path]:
    """Paths below MEDIA_ROOT of all that is kept, in one order."""
    top = Path(settings.MEDIA_ROOT)
    for path in sorted(top.rglob("*")) if top.exists() else ():
        inside = path.relative_to(top)
        if path.is_file() and inside.parts[0] not in NOT_KEPT and path.suffix != ".part":
            yield inside


def copy_media(begun: Path, before: tuple[Path, Manifest] | None, tell: Tell) -> dict[str, tuple[str, int]]:
    """Copy every file, or link it to the same one of the backup before. After the dump: no photo row lacks its file."""
    found = list(media_files())
    files: dict[str, tuple[str, int]] = {}
    for number, inside in enumerate(found):
        tell("photos", number, len(found))
        source, target = Path(settings.MEDIA_ROOT) / inside, begun / MEDIA / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        name = f"{MEDIA}/{inside.as_posix()}"
        about = hashed(source)
        if before is not None and tuple(before[1].files.get(name, ())) == about:
            os.link(before[0] / name, target)
        else:
            shutil.copyfile(source, target)
            with target.open("rb") as file:
                os.fsync(file.fileno())
        files[name] = about
    tell("photos", len(found), len(found))
    return files


def earlier(folder: Path) -> tuple[Path, Manifest] | None:
    """The newest backup in a folder that can be read, to link to."""
    for path in reversed(found_in(folder)):
        try:
            return path, read_manifest(path)
        except Refusal:
            continue
    return None


def found_in(folder: Path) -> list[Path]:
    """The backups in a folder, the newest last."""
    if not folder.exists():
        return []
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def hashed(path: Path) -> tuple[str, int]:
    """SHA-256 and size in bytes."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(READ_BYTES):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def canonical(about: dict[str, Any]) -> bytes:
    return json.dumps(about, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    about = asdict(manifest)
    about["sha256"] = hashlib.sha256(canonical(about)).hexdigest()
    with (folder / MANIFEST).open("wb") as file:
        file.write(canonical(about))
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# -- reading one --------------------------------------------------------------------------------


def read_manifest(folder: Path) -> Manifest:
    """Raises Refusal: `backup_missing`, `backup_damaged`, `backup_newer`."""
    path = folder / MANIFEST
    if not path.is_file():
        raise Refusal("backup_missing", name=folder.name)
    try:
        raw = path.read_bytes()
        about = json.loads(raw)
        own = about.pop("sha256")
        if hashlib.sha256(canonical(about)).hexdigest() != own or canonical(about | {"sha256": own}) != raw:
            raise ValueError
        if about["format"] > FORMAT:
            raise Refusal("backup_newer", name=folder.name, version=about["version"])
        return Manifest(**{**about, "files": {name: (one[0], one[1]) for name, one in about["files"].items()}})
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise Refusal("backup_damaged", name=folder.name, file=MANIFEST) from broken


def check(folder: Path, tell: Tell = quiet) -> Manifest:
    """Read every file of a backup. Raises those of `read_manifest`, and `backup_damaged` with the file."""
    manifest = read_manifest(folder)
    for number, (name, about) in enumerate(manifest.files.items()):
        tell("check", number, len(manifest.files))
        path = folder / name
        if not path.is_file() or hashed(path) != about:
            raise Refusal("backup_damaged", name=folder.name, file=name)
    try:
        run("pg_restore", "--list", str(folder / DUMP))
    except Refusal as broken:
        raise Refusal("backup_damaged", name=folder.name, file=DUMP) from broken
    tell("check", len(manifest.files), len(manifest.files))
    return manifest


# -- restoring ----------------------------------------------------------------------------------


def restore(folder: Path, tell: Tell = quiet) -> Restored:
    """Put a backup in the place of the database, which stays under another name, and its photos back.

    Everything is built and checked beside what runs; the last step exchanges two names. The generation is a new one,
    so that phones send again what a backup of an older day does not hold.
    Raises Refusal: those of `check`; `backup_newer` where this release does not know its tables; `restore_failed`.
    """
    manifest = check(folder, tell)
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    ours = {app for app, _ in known}
    if any((app, name) not in known for app, name in manifest.migrations if app in ours):
        raise Refusal("backup_newer", name=folder.name, version=manifest.version)
    live = connection.get_connection_params()["dbname"]
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
    beside, before = f"{live}_new_{stamp}"[:63], f"{live}_before_{stamp}"[:63]
    template = settings.DATABASES["default"]["TEST"]["TEMPLATE"]
    connections.close_all()
    with psycopg.connect(**where("postgres"), autocommit=True) as admin:
        admin.execute(named("CREATE DATABASE {} TEMPLATE {}", beside, template))
        try:
            tell("database", 0, 1)
            fill(beside, folder, manifest)
            tell("database", 1, 1)
            put_media_back(folder, manifest, tell)
            missing = renew(beside, folder.name)
            swap(admin, live, beside, before)
            connection.close_pool()  # type: ignore[attr-defined]  # its idle connections are dead, and each would cost a wait to find out
        except BaseException:
            drop(admin, beside)
            raise
    return Restored(folder.name, before, missing)


def fill(name: str, folder: Path, manifest: Manifest) -> None:
    """Load the dump, compare the rows, and bring the tables to this release."""
    run(
        "pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments",
        f"--dbname={database_url(name)}", str(folder / DUMP), code="restore_failed",
    )  # fmt: skip
    with psycopg.connect(**where(name)) as restored:
        for table, number in manifest.rows.items():
            found = restored.execute(count_of(table)).fetchone()
            if found is None or found[0] != number:
                raise Refusal("restore_failed", said=f"{table}: {found and found[0]} of {number}")
    env = {**os.environ, "DATABASE_URL": database_url(name, "postgis")}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "--no-input", "--verbosity=0"]
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    if done.returncode:
        raise Refusal("restore_failed", said=done.stderr.strip()[-500:])


def put_media_back(folder: Path, manifest: Manifest, tell: Tell) -> None:
    """Copy what is not there, or is there with other bytes; never remove anything."""
    names = [name for name in manifest.files if name.startswith(f"{MEDIA}/")]
    for number, name in enumerate(names):
        tell("photos", number, len(names))
        target = Path(settings.MEDIA_ROOT) / name.removeprefix(f"{MEDIA}/")
        if target.is_file() and hashed(target) == manifest.files[name]:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + ".part")
        shutil.copyfile(folder / name, part)
        part.replace(target)
    tell("photos", len(names), len(names))


def renew(name: str, backup: str) -> list[str]:
    """A new generation, which the backup already makes safe; photos and recordings without a file are asked for
    again: their ids."""
    with psycopg.connect(**where(name)) as restored:
        lost: list[UUID] = []
        for kind in (photos.KIND, recordings.KIND):
            table = sql.Identifier(kind.model._meta.db_table)
            whole = restored.execute(sql.SQL("SELECT id FROM {} WHERE complete_at IS NOT NULL").format(table))
            gone = [one for (one,) in whole.fetchall() if not kind.path(one).is_file()]
            restored.execute(sql.SQL("UPDATE {} SET complete_at = NULL WHERE id = ANY(%s)").format(table), [gone])
            lost += gone
        restored.execute("SELECT feed_sequence()")
        restored.execute(query("backup_renew").as_string(restored), {"name": backup})
    return sorted(map(str, lost))


def swap(admin: psycopg.Connection, live: str, beside: str, before: str) -> None:
    """Exchange the names; whoever is connected is sent away and finds the new one by the old name."""
    for attempt in range(20):
        send_away(admin, live, beside)
        try:
            admin.execute(named("ALTER DATABASE {} RENAME TO {}", live, before))
            break
        except psycopg.errors.ObjectInUse:
            if attempt == 19:
                raise Refusal("restore_failed", said=f"{live} is in use") from None
    try:
        admin.execute(named("ALTER DATABASE {} RENAME TO {}", beside, live))
    except BaseException:
        admin.execute(named("ALTER DATABASE {} RENAME TO {}", before, live))
        raise


def send_away(admin: psycopg.Connection, *names: str) -> None:
    """End the sessions of these databases. Autovacuum is not ours to end: renaming and dropping send it away."""
    admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = ANY(%s) AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
        [list(names)],
    )


def drop(admin: psycopg.Connection, name: str) -> None:
    """Drop a database in use. `WITH (FORCE)` is refused while autovacuum is there, which only a superuser may end."""
    send_away(admin, name)
    admin.execute(named("DROP DATABASE IF EXISTS {}", name))


# -- PostgreSQL's own tools ---------------------------------------------------------------------


def named(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))  # type: ignore[arg-type]


def where(name: str) -> dict[str, Any]:
    """What psycopg takes to reach another database of the same server."""
    own = connection.get_connection_params()
    return {key: own[key] for key in ("host", "port", "user", "password") if own.get(key)} | {"dbname": name}


def database_url(name: str = "", scheme: str = "postgresql") -> str:
    """Address of a database of the server, without its password: that goes by the environment."""
    own = connection.get_connection_params()
    words = {key: own[key] for key in ("host", "port") if own.get(key)}
    secret = f":{quote(own['password'], safe='')}" if scheme == "postgis" and own.get("password") else ""
    name = name or own["dbname"]
    return f"{scheme}://{quote(own.get('user') or '', safe='')}{secret}@/{quote(name, safe='')}?{urlencode(words)}"


def tool(name: str) -> str:
    """One of PostgreSQL's programs, the newest: it reads and writes what older servers hold."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(found[-1]) if found else shutil.which(name) or name


def run(name: str, *words: str, code: str = "backup_failed") -> None:
    own = connection.get_connection_params()
    env = {**os.environ, "PGPASSWORD": str(own["password"])} if own.get("password") else None
    try:
        done = subprocess.run([tool(name), *words], env=env, capture_output=True, text=True)
    except OSError as failed:
        raise Refusal(code, said=str(failed)) from failed
    if done.returncode:
        raise Refusal(code, said=done.stderr.strip()[-500:])
