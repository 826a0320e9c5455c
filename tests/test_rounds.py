"""A round goes from draft to publication by two people, and what is frozen never changes."""

import hashlib
import io
import json
import subprocess
import sys
import threading
import uuid
import zipfile

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.utils import timezone
from python_calamine import CalamineWorkbook

from budget import archive, rounds
from budget.models import Allocation, Project, Round, Snapshot
from budget.table import CRITERIA
from mapping.access import Reader
from mapping.errors import Refusal
from mapping.models import Pin
from tests.conftest import body_of, client_of, errors_of, load_country, make_person, report
from tests.test_compose import ROOT
from tests.test_projects import (  # noqa: F401  (fixtures)
    NEIGHBOUR,
    VILLAGE,
    call,
    dao,
    make_office,
    make_officer,
    office,
    propose,
)

RACES = 1_000
ASKED = {"name_th": "งบปี 2571", "fiscal_year": 2571, "envelope_baht": 300_000}


@pytest.fixture
def ek(office):  # noqa: F811
    return make_officer("ek", office)


@pytest.fixture
def candidates(office, dao, bob):  # noqa: F811
    """Three projects of which the pot holds two."""
    need = report(bob, 98.03, 19.03, village=VILLAGE, severity=4)["id"]
    made = []
    for name, baht, village in (("ก", 150_000, VILLAGE), ("ข", 120_000, NEIGHBOUR), ("ค", 250_000, VILLAGE)):
        needs = [need] if name == "ก" else []
        one = propose(dao, office, name_th=name, baht=baht, villages=((village, 100),), needs=needs).json()["id"]
        call(dao, "post", f"projects/{one}/feasibility", {"feasibility": "feasible", "reason": "ตรวจแล้ว"})
        made.append(one)
    return made


@pytest.fixture
def draft(office, dao, candidates):  # noqa: F811
    one = uuid.uuid4()
    answer = call(dao, "put", f"rounds/{one}", ASKED | {"office": office.pk})
    assert answer.status_code == 201, answer.content
    return f"rounds/{one}"


def step(person, one, what, **body):
    return call(person, "post", f"{one}/{what}", body)


def looked_at(person, one):
    return {"results_sha256": call(person, "get", one).json()["versions"][-1]["results_sha256"]}


def run(one, dao, ek):  # noqa: F811
    """From draft to publication."""
    assert step(dao, one, "freeze").status_code == 200
    assert step(dao, one, "sign", **looked_at(dao, one)).status_code == 200
    answer = step(ek, one, "decide", **looked_at(ek, one))
    assert answer.status_code == 200, answer.content
    assert step(dao, one, "publish").status_code == 200


def test_a_round_goes_from_draft_to_publication_by_two_people(draft, dao, ek, anyone):  # noqa: F811
    assert errors_of(anyone.get(f"/api/v1/{draft}")) == [("not_found", None)]
    run(draft, dao, ek)
    seen = anyone.get(f"/api/v1/{draft}").json()
    assert (seen["phase"], seen["may_decide"], len(seen["versions"])) == ("published", False, 1)
    assert "dao" not in json.dumps(seen).lower()
    funded = Allocation.objects.filter(baht__gt=0)
    assert 0 < sum(funded.values_list("baht", flat=True)) <= 300_000
    table = anyone.get(f"/api/v1/{draft}/tables/projects.json").json()["results"]
    assert {row["id"] for row in table if row["funded"]} == {str(p) for p in funded.values_list("project", flat=True)}
    assert all(row["why_th"] for row in table)


def test_inputs_have_their_hash_before_results_can_be_seen(draft, dao, anyone):  # noqa: F811
    assert errors_of(call(dao, "get", f"{draft}/results")) == [("not_found", None)]
    version = step(dao, draft, "freeze").json()["versions"][0]
    inputs = body_of(call(dao, "get", f"{draft}/inputs"))
    assert hashlib.sha256(inputs).hexdigest() == version["inputs_sha256"]
    results = body_of(call(dao, "get", f"{draft}/results"))
    assert json.loads(results)["inputs_sha256"] == version["inputs_sha256"]
    for path in ("inputs", "results", "tables/projects.csv"):
        assert errors_of(anyone.get(f"/api/v1/{draft}/{path}")) == [("not_found", None)], "not published yet"


def test_the_board_shows_what_would_be_frozen_and_what_stands_in_the_way_but_no_results(draft, dao, office, candidates):  # noqa: F811
    board = call(dao, "get", f"{draft}/board").json()
    assert board["missing"] == []
    assert {p["id"] for p in board["inputs"]["projects"]} == {str(p) for p in candidates}
    assert set(board) == {"inputs", "missing", "presets"}
    for area in board["inputs"]["areas"]:
        assert set(area["facts"]) == {criterion.key for _, criterion in CRITERIA}
    Project.objects.filter(pk=candidates[0]).update(feasibility="unknown", feasibility_reason="")
    waiting = call(dao, "get", f"{draft}/board").json()
    assert [error["code"] for error in waiting["missing"]] == ["round_unjudged"]
    assert len(waiting["inputs"]["projects"]) == len(candidates)
    for preset in board["presets"].values():
        rules = {"stage_a": preset, "stage_b": {}}
        assert call(dao, "patch", draft, ASKED | {"rules": rules}).status_code == 200
    Project.objects.filter(pk=candidates[0]).update(feasibility="feasible", feasibility_reason="ได้")
    assert call(dao, "patch", draft, ASKED).status_code == 200
    assert step(dao, draft, "freeze").status_code == 200
    frozen = call(dao, "get", f"{draft}/board").json()["inputs"]
    assert frozen == json.loads(body_of(call(dao, "get", f"{draft}/inputs")))


def test_other_rules_are_tried_on_the_frozen_inputs_only_and_nothing_is_kept(draft, dao, charlie):  # noqa: F811
    rules = call(dao, "get", draft).json()["rules"]
    other = rules | {"stage_b": rules["stage_b"] | {"rule": "greedy"}}
    assert errors_of(call(dao, "post", f"{draft}/scenario", {"rules": other})) == [("round_not_frozen", None)]
    step(dao, draft, "freeze")
    before = (call(dao, "get", draft).json(), body_of(call(dao, "get", f"{draft}/results")))
    tried = call(dao, "post", f"{draft}/scenario", {"rules": other})
    assert tried.status_code == 200, tried.content
    results = json.loads(before[1])
    named = {rule["rule"]: rule["projects"] for rule in results["rules"]}
    assert sorted(o["project"] for o in tried.json()["projects"] if o["funded"]) == sorted(named["greedy"])
    poor = call(dao, "post", f"{draft}/scenario", {"rules": rules, "envelope_baht": 1}).json()
    assert not any(o["funded"] for o in poor["projects"])
    for bad in ({"rules": None}, {"rules": {"stage_b": {"rule": "best"}}}, {"rules": rules, "envelope_baht": 0.5},
                {"rules": rules, "envelope_baht": -1}, {"rules": rules, "more": 1}):  # fmt: skip
        assert call(dao, "post", f"{draft}/scenario", bad).status_code == 400
    assert (call(dao, "get", draft).json(), body_of(call(dao, "get", f"{draft}/results"))) == before
    for path, how in (("board", "get"), ("scenario", "post")):
        refused = call(charlie, how, f"{draft}/{path}", *([{"rules": rules}] if how == "post" else []))
        assert refused.status_code == 404


def test_what_is_frozen_is_not_opened_again(draft, dao):  # noqa: F811
    step(dao, draft, "freeze")
    assert errors_of(step(dao, draft, "freeze")) == [("round_frozen", None)]
    assert errors_of(call(dao, "patch", draft, ASKED | {"envelope_baht": 1})) == [("round_frozen", None)]
    one = Round.objects.get()
    for change in ({"phase": "draft"}, {"envelope_baht": 1}, {"rules": {}}, {"version": 0}, {"phase": "published"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Round.objects.filter(pk=one.pk).update(**change)


def test_a_snapshot_altered_by_one_byte_is_refused_by_the_database_and_by_the_reader(draft, dao):  # noqa: F811
    step(dao, draft, "freeze")
    kept = Snapshot.objects.get()
    altered = bytes(kept.inputs).replace(b"300000", b"300001")
    for change in (
        {"inputs": altered},
        {"results": b"{}"},
        {"inputs_sha256": b"x" * 32},
        {"pot_baht": 10**9},
        {"villages": []},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Snapshot.objects.filter(pk=kept.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.delete()
    kept.inputs = altered
    with pytest.raises(Refusal, match="inputs"):
        rounds.kept(kept)


def test_one_person_never_signs_and_decides(draft, dao, ek):  # noqa: F811
    step(dao, draft, "freeze")
    seen = looked_at(dao, draft)
    assert errors_of(step(dao, draft, "decide", **seen)) == [("round_not_signed", None)]
    assert errors_of(step(dao, draft, "sign", results_sha256="0" * 64)) == [("round_other_results", "results_sha256")]
    assert step(dao, draft, "sign", **seen).status_code == 200
    assert errors_of(step(dao, draft, "decide", **seen)) == [("round_same_person", None)]
    assert errors_of(step(ek, draft, "sign", **seen)) == [("round_signed", None)]
    with pytest.raises(IntegrityError), transaction.atomic():
        Snapshot.objects.update(decided_by=dao, decided_at="2026-11-23T00:00:00Z")


def test_the_database_never_gives_more_than_the_pot(draft, dao, candidates):  # noqa: F811
    step(dao, draft, "freeze")
    kept = Snapshot.objects.get()
    Allocation.objects.create(snapshot=kept, project_id=candidates[0], pot="", baht=300_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.create(snapshot=kept, project_id=candidates[1], pot="", baht=1)


def test_charlie_has_no_part_in_the_rounds_of_north(draft, dao, ek, charlie, alice):  # noqa: F811
    for outsider in (charlie, alice):  # an officer of the province is none of the office either
        for what, body in (("freeze", {}), ("publish", {}), ("sign", {}), ("decide", {}), ("amend", {"reason": "x"})):
            assert errors_of(step(outsider, draft, what, **body)) == [("not_found", None)]
        assert errors_of(call(outsider, "get", draft)) == [("not_found", None)]
        assert errors_of(call(outsider, "patch", draft, ASKED)) == [("not_found", None)]
    run(draft, dao, ek)
    seen = looked_at(charlie, draft)
    assert errors_of(step(charlie, draft, "sign", **seen)) == [("not_yours", None)]
    assert errors_of(step(charlie, draft, "amend", reason="x")) == [("not_yours", None)]
    delivery = {"project": str(uuid.uuid4()), "stage": "promised", "baht": 1, "on": "2026-11-22"}
    assert errors_of(call(charlie, "post", f"{draft}/deliveries", delivery)) == [("not_yours", None)]


def test_a_round_is_not_frozen_before_every_project_is_judged(draft, dao, office, candidates):  # noqa: F811
    Project.objects.filter(pk=candidates[0]).update(feasibility="unknown", feasibility_reason="")
    assert errors_of(step(dao, draft, "freeze")) == [("round_unjudged", None)]
    Project.objects.all().update(state="withdrawn")
    assert errors_of(step(dao, draft, "freeze")) == [("round_no_projects", None)]
    assert Round.objects.get().phase == "draft"


def test_a_village_without_population_is_refused_by_its_name(draft, dao):  # noqa: F811
    with connection.cursor() as cursor:
        cursor.execute("UPDATE area SET population = NULL WHERE code = %s", [NEIGHBOUR])
    answer = step(dao, draft, "freeze")
    assert errors_of(answer)[0][0] == "snapshot_village_empty"
    assert NEIGHBOUR in answer.content.decode()


def test_an_amendment_is_a_new_version_with_a_reason_for_two_people(draft, dao, ek, candidates, anyone):  # noqa: F811
    run(draft, dao, ek)
    first = anyone.get(f"/api/v1/{draft}/results")
    out = {"project": candidates[0], "action": "out", "reason": "ที่ดินมีปัญหา"}
    assert errors_of(step(dao, draft, "amend", overrides=[out])) == [("reason_missing", "reason")]
    assert errors_of(step(dao, draft, "amend", reason="x", overrides=[out | {"reason": ""}])) == [
        ("round_overrides", "overrides[0]")
    ]
    answer = step(dao, draft, "amend", reason="ที่ดินมีปัญหา", overrides=[out]).json()
    assert (answer["phase"], [v["amended"] for v in answer["versions"]]) == ("amended", [False, True])
    assert body_of(anyone.get(f"/api/v1/{draft}/results")) == body_of(first), "the public keeps the first until then"
    seen = looked_at(dao, draft)
    step(ek, draft, "sign", **seen)
    step(dao, draft, "decide", **seen)
    assert step(ek, draft, "publish").json()["phase"] == "published"
    table = anyone.get(f"/api/v1/{draft}/tables/projects.json").json()
    [row] = [row for row in table["results"] if row["id"] == candidates[0]]
    assert (table["amended"], row["funded"], row["why"]) == (True, False, "forced_out")


# -- replay -------------------------------------------------------------------------------------


def test_anyone_recomputes_a_published_round_byte_for_byte_without_a_database(draft, dao, ek, anyone, tmp_path):  # noqa: F811
    run(draft, dao, ek)
    raw = body_of(anyone.get(f"/api/v1/{draft}.zip"))
    assert raw == body_of(anyone.get(f"/api/v1/{draft}.zip")), "the same file each time"
    file, made = tmp_path / "round.zip", tmp_path / "results.json"
    file.write_bytes(raw)
    answer = subprocess.run(
        [sys.executable, "-m", "budget.archive", str(file), str(made)], cwd=ROOT, env={}, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    assert made.read_bytes() == body_of(anyone.get(f"/api/v1/{draft}/results"))


def rezip(raw: bytes, **changed: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            made.writestr(name, changed.get(name.partition(".")[0], given.read(name)))
    return out.getvalue()


def test_a_file_altered_by_one_byte_is_refused_with_what_differs(draft, dao, ek, anyone, tmp_path):  # noqa: F811
    run(draft, dao, ek)
    raw = body_of(anyone.get(f"/api/v1/{draft}.zip"))
    files = archive.unpack(raw)
    altered = files["results.json"].replace(b'"amended":false', b'"amended":true')
    with pytest.raises(Refusal, match=r"results\.json"):
        archive.replay(rezip(raw, results=altered))
    sums = files["SHA256SUMS"].replace(
        hashlib.sha256(files["results.json"]).hexdigest().encode(), hashlib.sha256(altered).hexdigest().encode()
    )
    verdict = archive.replay(rezip(raw, results=altered, SHA256SUMS=sums))
    assert not verdict.same
    assert verdict.first_difference is not None
    for broken in (b"", raw[:200], b"PK" + raw):
        if broken != b"PK" + raw:
            with pytest.raises(Refusal):
                archive.replay(broken)


# -- races --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_deciders_who_race_decide_once_and_are_two_people(country_files, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    load_country(country_files)
    office = make_office(VILLAGE)  # noqa: F811
    people = [make_officer(name, office) for name in ("dao", "ek", "fa")]
    one_project = propose(people[0], office).json()["id"]
    judged = {"feasibility": "feasible", "reason": "x"}
    call(people[0], "post", f"projects/{one_project}/feasibility", judged)
    for _ in range(RACES // 18):  # six threads, three tries each
        one = uuid.uuid4()
        call(people[0], "put", f"rounds/{one}", ASKED | {"office": office.pk})
        step(people[0], f"rounds/{one}", "freeze")
        digest = looked_at(people[0], f"rounds/{one}")["results_sha256"]
        started, said = threading.Barrier(6), []

        def race(person, verb, one=one, digest=digest, started=started, said=said):
            started.wait()
            for _ in range(3):
                try:
                    verb(reader=Reader.of(person), round_id=one, results_sha256=digest)
                    said.append((verb.__name__, person.pk))
                except Refusal:
                    pass
            connections.close_all()

        threads = [threading.Thread(target=race, args=(p, v)) for p in people for v in (rounds.sign, rounds.decide)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        signed = [who for what, who in said if what == "sign"]
        decided = [who for what, who in said if what == "decide"]
        assert len(signed) == 1
        assert len(decided) <= 1
        assert not set(signed) & set(decided)
        assert Allocation.objects.filter(snapshot__round=one).count() == len(decided)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_even_a_verb_without_a_lock_signs_once_since_the_database_keeps_signatures(
    country_files, settings, tmp_path, guarded
):
    settings.MEDIA_ROOT = str(tmp_path)
    load_country(country_files)
    office = make_office(VILLAGE)  # noqa: F811
    people = [make_officer(name, office) for name in ("dao", "ek")]
    project = propose(people[0], office).json()["id"]
    call(people[0], "post", f"projects/{project}/feasibility", {"feasibility": "feasible", "reason": "x"})
    one = uuid.uuid4()
    call(people[0], "put", f"rounds/{one}", ASKED | {"office": office.pk})
    step(people[0], f"rounds/{one}", "freeze")
    if not guarded:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE round_snapshot DISABLE TRIGGER USER")
    looked, said = threading.Barrier(2), []

    def careless(person):
        found = Snapshot.objects.get(round=one)
        assert found.signed_at is None
        looked.wait()
        try:
            Snapshot.objects.filter(pk=found.pk).update(signed_by=person, signed_at=timezone.now())
            said.append(person.pk)
        except DatabaseError:
            pass
        connections.close_all()

    threads = [threading.Thread(target=careless, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not guarded:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE round_snapshot ENABLE TRIGGER USER")
    assert len(said) == (1 if guarded else 2)


# -- delivery -----------------------------------------------------------------------------------


def test_delivery_is_told_in_the_timeline_of_the_need(draft, dao, ek, candidates, anyone):  # noqa: F811
    run(draft, dao, ek)
    table = anyone.get(f"/api/v1/{draft}/tables/projects.json").json()["results"]
    assert [row["funded"] for row in table if row["id"] == candidates[0]] == [True]
    said = {"project": candidates[0], "baht": 150_000, "on": "2026-11-22", "words": "ได้งบแล้ว"}
    path = f"{draft}/deliveries"
    assert errors_of(call(dao, "post", path, said | {"stage": "contracted"})) == [("delivery_order", "stage")]
    answer = call(dao, "post", path, said | {"stage": "promised"})
    assert answer.status_code == 201, answer.content
    [need] = answer.json()["needs"]
    assert (need["status"], need["code"]) == ("funded", None)
    entry = anyone.get(f"/api/v1/pins/{need['id']}/entries").json()["results"][-1]
    assert (entry["to"], entry["words"]) == ("funded", "ได้งบแล้ว")
    assert errors_of(call(dao, "post", path, said | {"stage": "promised"})) == [("delivery_there", "stage")]
    assert call(dao, "post", path, said | {"stage": "contracted"}).status_code == 201
    assert errors_of(call(dao, "post", path, said | {"stage": "finished"})) == [("after_photo_missing", "photos")]
    assert Pin.objects.get(pk=need["id"]).status == "in_progress"
    unfunded = next(row["id"] for row in table if not row["funded"])
    assert errors_of(call(dao, "post", path, said | {"stage": "promised", "project": unfunded})) == [
        ("delivery_not_funded", "project")
    ]
    assert [row["stage"] for row in anyone.get(f"/api/v1/{path}").json()["results"]] == ["promised", "contracted"]


def test_a_stranger_cannot_take_the_id_of_a_round(draft, dao, country):  # noqa: F811
    other = make_office("83010101", name="อบต.ใต้")
    officer = make_officer("south", other)
    answer = call(officer, "put", draft, ASKED | {"office": other.pk})
    assert errors_of(answer) == [("round_taken", "id")]
    villager = make_person("villager", "volunteer", "58")
    assert client_of(villager).post(f"/api/v1/{draft}/freeze").status_code == 403


def test_a_need_that_was_hidden_lifts_no_project(draft, dao, candidates):  # noqa: F811
    def severity() -> int:
        inputs = call(dao, "get", f"{draft}/board").json()["inputs"]
        return next(p for p in inputs["projects"] if p["id"] == str(candidates[0]))["villages"][0]["severity"]

    assert severity() == 4
    Pin.objects.filter(severity=4).update(hidden=True)
    assert severity() == 2


def test_tables_go_to_excel_as_text_and_numbers_and_never_as_formulas(draft, dao, candidates):  # noqa: F811
    Project.objects.filter(pk=candidates[1]).update(name_th="=HYPERLINK(1)")
    step(dao, draft, "freeze")
    raw = body_of(call(dao, "get", f"{draft}/tables/projects.xlsx"))
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python()
    told = call(dao, "get", f"{draft}/tables/projects.json").json()["results"]
    assert len(rows) == len(told) == 3
    for row, said in zip(rows, told, strict=True):
        cells = dict(zip(head, row, strict=True))
        for name in ("id", "name_th", "cost_baht", "reserve_place", "why_th", "why_en"):
            assert cells[name] == said[name]
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
