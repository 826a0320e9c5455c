"""Imports by the page: who may, what it answers, and a process of its own that can be watched, stopped and lost."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection

from mapping.errors import Refusal
from mapping.exchange import imports, jobs
from mapping.models import Area, BoundarySet, Import
from tests.conftest import body_of, client_of, errors_of, make_person
from tests.test_generations import areas_file, split
from tests.test_imports import HEAD, lines

GOOD = lines(HEAD, ("58010109", "บ้านเพิ่ม", "", 19.06, 98.06))
WRONG = lines(HEAD, ("58010109", "บ้านเพิ่ม", "", 19.06, 98.06), ("58", "บ้านขาด", "", 19.0, 98.0))


@pytest.fixture
def at_once(monkeypatch):
    """The process's work, done before the answer."""
    monkeypatch.setattr(jobs, "spawn", lambda run_id, verb: jobs.work(Import.objects.get(pk=run_id), verb))


@pytest.fixture
def dao(open_country):
    """An administrator of the country."""
    return make_person("dao", "administrator", "")


def send(person, content: str | bytes, kind: str = "villages", run_id: uuid.UUID | None = None, **query: Any):
    where = f"/api/v1/imports/{run_id or uuid.uuid4()}"
    given = {"kind": kind, "name": "villages.csv", **query}
    raw = content.encode() if isinstance(content, str) else content
    address = where + "?" + "&".join(f"{name}={value}" for name, value in given.items())
    return client_of(person).put(address, raw, content_type="application/octet-stream")


def read(person, answer) -> dict[str, Any]:
    return client_of(person).get(f"/api/v1/imports/{answer.json()['id']}").json()


def post(person, answer, verb: str):
    return client_of(person).post(f"/api/v1/imports/{answer.json()['id']}/{verb}")


def test_a_file_is_sent_checked_committed_and_taken_back(dao, at_once):
    sent = send(dao, GOOD)
    assert sent.status_code == 201
    seen = read(dao, sent)
    assert (seen["state"], seen["counts"]["new"], seen["interrupted"]) == ("checked", 1, False)
    assert seen["found"]["mapped"]["code"] == "mcode"
    assert seen["found"]["preview"][0]["name_th"] == "บ้านเพิ่ม"
    assert not Area.objects.filter(code="58010109").exists()
    assert post(dao, sent, "commit").status_code == 202
    seen = read(dao, sent)
    assert (seen["state"], seen["may_undo"]) == ("committed", True)
    assert Area.objects.filter(code="58010109").exists()
    assert post(dao, sent, "undo").status_code == 202
    assert read(dao, sent)["state"] == "undone"
    assert not Area.objects.filter(code="58010109").exists()


def test_refused_rows_are_listed_and_stop_the_commit_until_they_are_left_out(dao, at_once):
    sent = send(dao, WRONG)
    listed = client_of(dao).get(f"/api/v1/imports/{sent.json()['id']}/notes?verdict=refused").json()
    [note] = listed["results"]
    assert (note["row"], note["column"], note["code"], listed["next"]) == (3, "mcode", "cell_code", None)
    assert "must have 8 or 9 digits" in note["detail"]
    assert errors_of(post(dao, sent, "commit")) == [("import_refused_rows", None)]
    changed = client_of(dao).patch(
        f"/api/v1/imports/{sent.json()['id']}", {"options": {"skip_refused": True}}, content_type="application/json"
    )
    assert changed.status_code == 202
    post(dao, sent, "commit")
    assert read(dao, sent)["state"] == "committed"
    assert Area.objects.filter(code="58010109").exists()


def test_the_report_is_a_table_in_the_readers_language(dao, at_once):
    sent = send(dao, lines(HEAD, ("=1+1", "บ้าน", "", 19.0, 98.0)))
    raw = body_of(client_of(dao, "th").get(f"/api/v1/imports/{sent.json()['id']}/notes.csv")).decode("utf-8-sig")
    [head, row] = csv.reader(io.StringIO(raw))
    assert head == ["row", "column", "verdict", "code", "detail"]
    assert row[:4] == ["2", "mcode", "refused", "cell_code"]
    assert "ไม่ใช่รหัสพื้นที่" in row[4]


def test_columns_are_mapped_and_the_file_is_checked_again(dao, at_once):
    sent = send(dao, lines("a,b", ("58010109", "บ้านเพิ่ม")))
    seen = read(dao, sent)
    assert (seen["state"], seen["trouble"]["code"], seen["found"]["columns"]) == (
        "failed",
        "columns_missing",
        ["a", "b"],
    )
    options = {"options": {"columns": {"code": "a", "name_th": "b"}}}
    client_of(dao).patch(f"/api/v1/imports/{sent.json()['id']}", options, content_type="application/json")
    seen = read(dao, sent)
    assert (seen["state"], seen["trouble"], seen["counts"]["new"]) == ("checked", None, 1)


def test_the_same_file_sent_again_under_its_id_is_one_import(dao, at_once):
    run_id = uuid.uuid4()
    assert [send(dao, GOOD, run_id=run_id).status_code for _ in range(3)] == [201, 200, 200]
    assert Import.objects.count() == 1
    assert errors_of(send(dao, WRONG, run_id=run_id)) == [("import_taken", None)]


def test_an_import_is_discarded_with_its_file(dao, at_once):
    sent = send(dao, GOOD)
    run = Import.objects.get()
    assert client_of(dao).delete(f"/api/v1/imports/{sent.json()['id']}").status_code == 204
    assert not imports.path_of(run).exists()
    assert not Import.objects.exists()


@pytest.mark.parametrize("kind", ["boundaries", "villages", "figures", "offices", "indicators"])
def test_only_an_administrator_of_the_country_imports_what_concerns_everyone(open_country, kind):
    alice, bob = make_person("alice", "officer", "58"), make_person("bob", "volunteer", "5801")
    north = make_person("nim", "administrator", "58")
    for person in (alice, bob, north):
        assert errors_of(send(person, GOOD, kind=kind)) == [("permission_denied", None)]
    assert errors_of(send(None, GOOD, kind=kind))[0][0] in ("not_authenticated", "csrf")
    assert not Import.objects.exists()
    assert list(imports.folder().iterdir() if imports.folder().exists() else []) == []


def test_nobody_sees_another_persons_import(dao, at_once):
    charlie = make_person("charlie", "officer", "83")
    sent = send(dao, GOOD)
    where = f"/api/v1/imports/{sent.json()['id']}"
    outsider = client_of(charlie)
    for answer in (
        outsider.get(where), outsider.get(f"{where}/notes"), outsider.get(f"{where}/notes.csv"), outsider.delete(where),
        outsider.post(f"{where}/commit"), outsider.post(f"{where}/undo"),
        outsider.patch(where, {"options": {}}, content_type="application/json"),
    ):  # fmt: skip
        assert errors_of(answer) == [("not_found", None)]
    assert outsider.get("/api/v1/imports").json()["results"] == []
    assert [run["id"] for run in client_of(dao).get("/api/v1/imports").json()["results"]] == [sent.json()["id"]]
    assert Import.objects.get().state == "checked"


def test_a_right_that_was_taken_back_ends_at_the_next_request(dao, at_once):
    sent = send(dao, GOOD)
    dao.grants.all().delete()
    assert errors_of(post(dao, sent, "commit")) == [("permission_denied", None)]
    assert not Area.objects.filter(code="58010109").exists()


def test_a_file_that_is_too_large_is_refused_and_not_kept(dao, settings):
    settings.MEEMAP = {**settings.MEEMAP, "import_max_mb": 1}
    assert errors_of(send(dao, b"x" * (2**20 + 1))) == [("import_too_large", "body")]
    assert list(imports.folder().iterdir()) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [({"kind": "people"}, "choice_unknown"), ({"options": "["}, "json_broken"), ({"options": "[]"}, "option_form"),
     ({"options": '{"x":1}'}, "member_unknown"), ({"nonsense": "1"}, "parameter_unknown")],
)  # fmt: skip
def test_a_wrong_request_is_refused_by_name(dao, query, code):
    given = {"kind": "villages", **query}
    assert errors_of(send(dao, GOOD, **given))[0][0] == code
    assert not Import.objects.exists()


# -- boundary sets --------------------------------------------------------------------------------


def test_boundary_sets_are_listed_for_anyone_and_compared_by_administrators(dao, at_once):
    sent = send(dao, areas_file(split()), kind="boundaries", name="second.geojson")
    post(dao, sent, "commit")
    listed = client_of().get("/api/v1/boundary-sets").json()["results"]
    assert [(found["name"], found["active"]) for found in listed] == [("second", False), ("written out", True)]
    where = f"/api/v1/boundary-sets/{listed[0]['id']}"
    compared = client_of(dao).get(where).json()
    assert compared["levels"]["subdistrict"]["new"] == 2
    charlie = make_person("charlie", "officer", "83")
    for act in ("get", "post", "delete"):
        assert errors_of(getattr(client_of(charlie), act)(where)) == [("permission_denied", None)]
        assert errors_of(getattr(client_of(), act)(where))[0][0] in ("not_authenticated", "csrf")
    answer = client_of(dao).post(where)
    assert answer.status_code == 202
    assert BoundarySet.objects.get(active=True).name == "second"
    assert errors_of(client_of(dao).post(where)) == [("boundary_set_is_active", None)]
    assert errors_of(client_of(dao).delete(where)) == [("boundary_set_is_active", None)]
    assert post(dao, answer, "undo").status_code == 202
    assert BoundarySet.objects.get(active=True).name == "written out"
    assert client_of(dao).delete(where).status_code == 204
    assert errors_of(client_of(dao).get(where)) == [("not_found", None)]


# -- the process ----------------------------------------------------------------------------------


def own_environment() -> dict[str, str]:
    """For a process on the test's database."""
    given = connection.get_connection_params()
    return {
        **os.environ,
        "DATABASE_URL": f"postgis://{given['user']}@/{given['dbname']}?host={given['host']}",
        "MEDIA_ROOT": configured.MEDIA_ROOT,
    }


@pytest.fixture
def spawned(monkeypatch):
    """Real processes, on the test's database."""
    env = own_environment()
    started: list[subprocess.Popen] = []

    def spawn(run_id, verb):
        command = [sys.executable, str(configured.BASE_DIR / "manage.py"), "work_on_import", str(run_id), verb]
        started.append(subprocess.Popen(command, env=env, start_new_session=True))

    monkeypatch.setattr(jobs, "spawn", spawn)
    yield started
    for process in started:
        process.kill()
        process.wait()


def until(what, seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def test_a_process_of_its_own_checks_and_commits(dao, spawned):
    sent = send(dao, GOOD)
    assert sent.json()["state"] == "checking"
    until(lambda: read(dao, sent)["state"] == "checked")
    post(dao, sent, "commit")
    until(lambda: read(dao, sent)["state"] == "committed")
    assert Area.objects.filter(code="58010109").exists()


def many() -> str:
    return lines(HEAD, *((f"5801{n:04d}", f"บ้าน {n}", "", 19.05, 98.05) for n in range(101, 9999)))


def test_a_killed_process_leaves_nothing_and_is_seen_to_be_gone(dao, spawned, monkeypatch):
    monkeypatch.setattr(jobs, "STARTS_WITHIN_S", 0)
    sent = send(dao, many())
    until(lambda: read(dao, sent)["state"] == "checked")
    before = Area.objects.count()
    post(dao, sent, "commit")
    run = Import.objects.get()
    until(lambda: jobs.is_alive(run))
    os.killpg(spawned[-1].pid, signal.SIGKILL)
    spawned[-1].wait()
    until(lambda: not jobs.is_alive(run))
    seen = read(dao, sent)
    if seen["state"] == "committed":  # it was quicker than the signal
        pytest.fail("the process ended before it was killed: make the file longer")
    assert seen["interrupted"]
    assert Area.objects.count() == before
    post(dao, sent, "commit")
    until(lambda: read(dao, sent)["state"] == "committed")
    assert Area.objects.count() > before


def test_a_running_import_is_stopped_by_discarding_it(dao, spawned):
    sent = send(dao, many())
    run = Import.objects.get()
    until(lambda: jobs.is_alive(run))
    assert client_of(dao).delete(f"/api/v1/imports/{sent.json()['id']}").status_code == 204
    until(lambda: not jobs.is_alive(run))
    assert not Import.objects.exists()


def test_while_many_imports_run_the_next_is_told_to_wait(dao, spawned, monkeypatch):
    monkeypatch.setattr(jobs, "MOST_AT_ONCE", 1)
    sent = send(dao, many())
    run = Import.objects.get()
    until(lambda: jobs.is_alive(run))
    again = send(dao, GOOD)
    assert again.status_code == 503
    assert again["Retry-After"]
    assert errors_of(again) == [("imports_many", None)]
    until(lambda: read(dao, sent)["state"] == "checked")


def test_an_import_by_command_is_seen_as_running_and_stopped_from_the_page(dao, tmp_path):
    path = tmp_path / "many.csv"
    path.write_text(many())
    command = [sys.executable, str(configured.BASE_DIR / "manage.py"), "import_villages", str(path), "--commit"]
    told = subprocess.Popen(command, env=own_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: Import.objects.exists() and jobs.is_alive(Import.objects.get()))
    jobs.stop(Import.objects.get())
    assert told.wait(30) != 0
    assert not Area.objects.filter(code="58010109").exists()


def test_two_processes_never_work_on_one_import(dao, spawned):
    sent = send(dao, many())
    run = Import.objects.get()
    until(lambda: jobs.is_alive(run))
    again = client_of(dao).patch(
        f"/api/v1/imports/{sent.json()['id']}", json.dumps({"options": {}}), content_type="application/json"
    )
    assert errors_of(again) == [("import_running", None)]
    until(lambda: read(dao, sent)["state"] == "checked")


@pytest.mark.parametrize("options", ['{"set":"a%5Cu0000b"}', '{"columns":{"code":"x%5Cu0000"}}', '{"set":"%5Cud800"}'])
def test_no_option_breaks_the_server(dao, options):
    assert errors_of(send(dao, GOOD, options=options))[0][0] in ("text_characters", "option_form")
    assert not Import.objects.exists()


def test_an_activation_is_not_begun_by_looking_at_it_again(dao, at_once):
    sent = send(dao, areas_file(split()), kind="boundaries", name="second.geojson")
    post(dao, sent, "commit")
    made = BoundarySet.objects.get(name="second")
    run = Import.objects.create(pk=uuid.uuid4(), kind="activation", state="failed", boundary_set=made, by=dao)
    answer = client_of(dao).patch(f"/api/v1/imports/{run.pk}", {"options": {}}, content_type="application/json")
    assert errors_of(answer) == [("import_done", None)]
    assert BoundarySet.objects.get(active=True).name == "written out"


def test_of_two_who_begin_at_once_one_is_told_to_wait(dao, monkeypatch):
    monkeypatch.setattr(jobs, "spawn", lambda run_id, verb: None)
    sent = send(dao, GOOD)
    stale = Import.objects.get()
    Import.objects.update(state="committed")
    with pytest.raises(Refusal) as refused:
        jobs.start(stale, "examine")
    assert refused.value.code in ("import_running", "import_done")
    assert Import.objects.get().state == "committed"
    assert sent.status_code == 201
