"""Imports run in a process of their own: long ones do not hold a web worker, and can be watched and killed.

The process holds an advisory lock on a connection beside its transaction. Whoever looks sees by
the lock whether it still lives; if it died, its transaction is gone, and nothing was written.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Literal, Self
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from mapping.access import Reader, may_import
from mapping.errors import Refusal
from mapping.exchange import imports
from mapping.models import Import, ImportProgress
from mapping.queries import query, value

LOCK = 5304
MOST_AT_ONCE = 4  # each is a process with a file of 200 MB in hand
STARTS_WITHIN_S = 20  # a process that has not taken its lock by then died before it could
Verb = Literal["examine", "commit", "undo"]
STATE = {"examine": Import.State.CHECKING, "commit": Import.State.COMMITTING, "undo": Import.State.UNDOING}
TELL_EVERY_S = 0.3
BEGINS: dict[str, tuple[str, ...]] = {  # from which states a verb may begin
    "examine": (Import.State.RECEIVED, Import.State.CHECKED, Import.State.FAILED),
    "commit": (Import.State.RECEIVED, Import.State.CHECKED),
    "undo": (Import.State.COMMITTED,),
}
HELD = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %(lock)s AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
RUNNING = (Import.State.CHECKING, Import.State.COMMITTING, Import.State.UNDOING)


def start(run: Import, verb: Verb, *, options: dict[str, Any] | None = None) -> None:
    """Say that it runs, and set a process to it.

    Raises Refusal `import_running` while another works on it.
    """
    if run.state in RUNNING:
        if not is_interrupted(run):
            raise Refusal("import_running")
    elif run.state not in BEGINS[verb]:
        raise Refusal("import_done", state=run.state)
    if not imports.KINDS[run.kind].columns and verb == "examine":
        raise Refusal("import_done", state=run.state)
    if value(HELD, {"lock": LOCK}) >= MOST_AT_ONCE:
        raise Refusal("imports_many", most=MOST_AT_ONCE)
    changed = {} if options is None else {"options": options}
    # Only from the state that was read: of two who ask at once, one begins.
    begun = Import.objects.filter(pk=run.pk, state=run.state).update(state=STATE[verb], trouble=None, **changed)
    if not begun:
        raise Refusal("import_running")
    ImportProgress.objects.update_or_create(
        run=run, defaults={"step": "starting", "done": 0, "total": 0, "started_at": timezone.now()}
    )
    spawn(run.pk, verb)


def spawn(run_id: UUID, verb: Verb) -> None:
    subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "work_on_import", str(run_id), verb],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def key_of(run_id: UUID) -> int:
    """The second half of the lock: 31 bits of the id."""
    return run_id.int & 0x7FFFFFFF


def name_of(run: Import) -> str:
    """By which both connections of its process are known."""
    return f"meemap import {run.pk}"


def is_alive(run: Import) -> bool:
    """Whether a process works on it now."""
    return bool(value(HELD + " AND objid = %(key)s", {"lock": LOCK, "key": key_of(run.pk)}))


def is_interrupted(run: Import) -> bool:
    """It says that it runs, and nobody works on it."""
    if run.state not in RUNNING or is_alive(run):
        return False
    progress = ImportProgress.objects.filter(run=run).first()
    return progress is None or (timezone.now() - progress.started_at).total_seconds() > STARTS_WITHIN_S


def stop(run: Import) -> None:
    """End the process that works on it; its transaction goes with it. Waits until it is gone."""
    with connection.cursor() as cursor:
        cursor.execute(query("backends_of_import"), {"name": name_of(run)})


@contextmanager
def seen(run: Import) -> Iterator["Progress"]:
    """Whoever looks sees that somebody works on this import, and can stop it."""
    with Progress(run) as tell, connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, false)", [name_of(run)])
        try:
            yield tell
        finally:
            if connection.is_usable():
                cursor.execute("SELECT set_config('application_name', '', false)")


def work(run: Import, verb: Verb) -> None:
    """What the process does. Every end leaves a state that says what happened."""
    with seen(run) as tell:
        if not tell.mine:
            return
        run.refresh_from_db()
        if run.state != STATE[verb]:  # another came before and ended it
            return
        reader = Reader.of(run.by)  # of a person who was deleted since: nobody, who may nothing
        try:
            if not may_import(reader, run.kind):  # taken back since it was asked for
                raise Refusal("permission_denied")
            if verb == "undo" and not imports.KINDS[run.kind].may_undo(run, reader):
                raise Refusal("permission_denied")
            if verb == "undo":
                with transaction.atomic():  # nobody else sees it as written again until it is over
                    Import.objects.filter(pk=run.pk).update(state=Import.State.COMMITTED)
                    imports.undo(run, tell=tell)
            elif verb == "commit":
                imports.commit(run, reader=reader, tell=tell)
            else:
                imports.examine(run, reader=reader, tell=tell)
        except Refusal as refusal:
            trouble = {"code": refusal.code, "attr": refusal.attr, "params": refusal.params}
            Import.objects.filter(pk=run.pk).update(trouble=trouble)
            # Refused before it began, such as a file that is gone: it must not look as if it still ran.
            after = Import.State.COMMITTED if verb == "undo" else Import.State.FAILED
            if refusal.status == 503:  # to be tried again
                after = Import.State.COMMITTED if verb == "undo" else Import.State.CHECKED
                Import.objects.filter(pk=run.pk, state=Import.State.FAILED).update(state=after)
            Import.objects.filter(pk=run.pk, state__in=RUNNING).update(state=after)
        except Exception:
            # Nothing of it is written; the log holds the cause, the page says that it is ours.
            before = Import.State.COMMITTED if verb == "undo" else Import.State.RECEIVED
            Import.objects.filter(pk=run.pk).update(state=before, trouble={"code": "error", "attr": None, "params": {}})
            raise


class Progress:
    """Tells how far a run is, on a connection of its own, since its transaction shows nothing before its end."""

    def __init__(self, run: Import) -> None:
        self.run, self.last = run, 0.0

    def __enter__(self) -> Self:
        given: dict[str, Any] = connection.get_connection_params()
        known = {name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)}
        self.line = psycopg.connect(**known, autocommit=True, application_name=name_of(self.run))
        self.held = self.line.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, key_of(self.run.pk)]).fetchone()
        return self

    @property
    def mine(self) -> bool:
        """False: another process works on it."""
        return bool(self.held and self.held[0])

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done and done != total and now - self.last < TELL_EVERY_S:
            return
        self.last = now
        self.line.execute(
            "INSERT INTO import_progress (run_id, step, done, total, started_at) VALUES (%s, %s, %s, %s, now())"
            " ON CONFLICT (run_id) DO UPDATE SET step = excluded.step, done = excluded.done, total = excluded.total",
            [self.run.pk, step, done, total],
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.line.close()
