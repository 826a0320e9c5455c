"""Imports that end otherwise than they began: interrupted, refused at once, written meanwhile."""

import uuid
from contextlib import suppress
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from mapping.errors import Refusal
from mapping.exchange import imports, jobs
from mapping.exchange.kinds import KINDS  # noqa: F401  (registers them)
from mapping.models import Area, Import, ImportProgress
from mapping.models.people import Role
from tests.conftest import client_of, make_person

VILLAGES = "code,name_th,lat,lng\n58010104,บ้านใหม่,19.05,98.05\n5801010,บ้านขาด,19.05,98.05\n"


@pytest.fixture
def admin(country):
    return make_person("admin", Role.ADMINISTRATOR, "")


@pytest.fixture
def spawned(monkeypatch) -> list[tuple]:
    calls: list[tuple] = []
    monkeypatch.setattr(jobs, "spawn", lambda run_id, verb: calls.append((run_id, verb)))
    return calls


@pytest.fixture
def run(admin, tmp_path) -> Import:
    path = tmp_path / "villages.csv"
    path.write_text(VILLAGES)
    made = imports.receive("villages", path, name="villages.csv", by=admin, options={"skip_refused": True})
    return imports.examine(made)


def long_ago(run: Import, state: str) -> None:
    """It says that it runs, and its process is gone."""
    Import.objects.filter(pk=run.pk).update(state=state)
    at = timezone.now() - timedelta(minutes=5)
    ImportProgress.objects.update_or_create(run=run, defaults={"step": "writing", "started_at": at})


def test_an_undo_that_was_interrupted_can_be_started_again(run, admin, spawned):
    imports.commit(run)
    long_ago(run, "undoing")
    address = f"/api/v1/imports/{run.pk}"
    assert client_of(admin).get(address).json()["interrupted"]
    assert client_of(admin).post(f"{address}/undo").status_code == 202
    assert spawned == [(run.pk, "undo")]


def test_an_undo_under_way_is_not_started_twice_nor_discarded(run, admin, spawned):
    imports.commit(run)
    Import.objects.filter(pk=run.pk).update(state="undoing")
    ImportProgress.objects.create(run=run, step="undoing", started_at=timezone.now())
    address = f"/api/v1/imports/{run.pk}"
    assert client_of(admin).post(f"{address}/undo").status_code == 409
    assert client_of(admin).delete(address).status_code == 409
    assert Import.objects.filter(pk=run.pk).exists()


def test_what_was_written_meanwhile_is_not_forgotten(run):
    seen = Import.objects.get(pk=run.pk)
    imports.commit(run)
    with pytest.raises(Refusal) as refused:
        imports.discard(seen)  # read before the commit ended
    assert refused.value.code == "import_done"
    assert Area.objects.filter(code="58010104").exists()
    assert imports.undo(Import.objects.get(pk=run.pk)).state == "undone"


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_before_it_begins_does_not_seem_to_run(run):
    imports.path_of(run).unlink()
    Import.objects.filter(pk=run.pk).update(state="committing")
    jobs.work(Import.objects.get(pk=run.pk), "commit")
    run.refresh_from_db()
    assert (run.state, run.trouble["code"]) == ("failed", "import_file_gone")


@pytest.mark.django_db(transaction=True)
def test_whoever_looks_while_it_is_taken_back_sees_that(run, monkeypatch):
    """The page stops looking at whatever no longer moves: seen as written for a moment, it stayed so."""
    imports.commit(run)
    long_ago(run, "undoing")
    seen: list[str] = []
    undo = imports.KINDS[run.kind].undo

    def looked_at(*given):
        counts = undo(*given)
        with psycopg.connect(**_where(), autocommit=True) as beside:
            seen.extend(row[0] for row in beside.execute('SELECT state FROM "import" WHERE id = %s', [run.pk]))
        return counts

    monkeypatch.setattr(imports.KINDS[run.kind], "undo", looked_at)
    jobs.work(Import.objects.get(pk=run.pk), "undo")
    assert seen == ["undoing"]
    run.refresh_from_db()
    assert (run.state, run.trouble) == ("undone", None)


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_taken_back_is_written_again_and_says_why(run, monkeypatch):
    imports.commit(run)
    for error, code in ((Refusal("undo_nothing"), "undo_nothing"), (ValueError("broken"), "error")):
        long_ago(run, "undoing")

        def fails(*_, error=error):
            raise error

        monkeypatch.setattr(imports.KINDS[run.kind], "undo", fails)
        with suppress(ValueError):
            jobs.work(Import.objects.get(pk=run.pk), "undo")
        run.refresh_from_db()
        assert (run.state, run.trouble["code"]) == ("committed", code)


def _where() -> dict:
    given = connection.get_connection_params()
    return {name: given[name] for name in ("host", "dbname", "user", "password") if given.get(name)}


def test_a_note_tells_the_values_of_its_sentence(run, admin):
    notes = client_of(admin).get(f"/api/v1/imports/{run.pk}/notes").json()["results"]
    assert [(note["row"], note["params"]["given"]) for note in notes] == [(3, "5801010")]


def test_an_officer_sees_nothing_of_it(run, charlie):
    for address in ("", "/notes", "/notes.csv"):
        assert client_of(charlie).get(f"/api/v1/imports/{run.pk}{address}").status_code == 404
    assert client_of(charlie).get(f"/api/v1/imports/{uuid.uuid4()}").status_code == 404
