"""Why (not) my village: picked out of a round's bytes, the same for everyone, and only what is published."""

import json
import uuid

from budget import rounds, village
from budget.models import Snapshot
from budget.replay import compute
from budget.snapshot import Area, Criterion, Inputs, Override, Project, Round, Rules, StageA, Support, Village
from mapping.models import Area as MapArea
from mapping.models import Pin
from tests.conftest import client_of, errors_of, make_person, report
from tests.test_projects import NEIGHBOUR, VILLAGE, call, dao, office  # noqa: F401  (fixtures)
from tests.test_rounds import candidates, draft, ek, looked_at, run, step  # noqa: F401  (fixtures)

HERE, BESIDE, SILENT = "58010101", "58010102", "58010103"
CRITERIA = (
    Criterion(key="need", points=60, low=0, high=10, name_th="ความต้องการ", name_en="need"),
    Criterion(key="far", points=40, low=0, high=100, name_th="ความห่างไกล", name_en="remoteness"),
)


def project(key: str, baht: int, *villages: str, **more) -> Project:
    served = tuple(Support(village=code, severity=3, persons=100) for code in villages)
    return Project(id=key, code="", name_th=f"โครงการ {key}", name_en=key, cost_baht=baht, villages=served, **more)


def book(*projects: Project, envelope: int = 100_000, overrides=(), stage_a=None) -> village.Book:
    inputs = Inputs(
        round=Round(id="r", office_th="อบต.", office_en="", fiscal_year=2571, envelope_baht=envelope, seed="s"),
        rules=Rules(ranking=CRITERIA, stage_a=stage_a),
        areas=(Area(code="580101", name_th="ต.", name_en=""),),
        villages=(
            Village(code=HERE, name_th="ก", name_en="A", area="580101", population=100, reports=3,
                    facts={"need": 5.0, "far": 100.0}),
            Village(code=BESIDE, name_th="ข", name_en="B", area="580101", population=100, reports=1,
                    facts={"need": 10.0, "far": None}),
            Village(code=SILENT, name_th="ค", name_en="C", area="580101", population=100,
                    facts={"need": 0.0, "far": None}),
        ),
        projects=projects,
        overrides=overrides,
    )  # fmt: skip
    return village.Book.of(inputs, compute(inputs))


def test_the_answer_comes_first_and_fits_what_happened():
    small, large, third = project("s", 20_000, HERE), project("l", 90_000, HERE), project("t", 10_000, HERE)
    for projects, answer, words in (
        ((small,), "the_one_funded", "The project for this village was funded."),
        ((small, third), "all_funded", "All 2 projects for this village were funded."),
        ((small, large), "some_funded", "1 of the 2 projects for this village were funded."),
        ((project("b", 60_000, BESIDE), large), "on_reserve", "The nearest was “l”, number 1 on the reserve list"),
        ((project("x", 5, HERE, eligible=False, reason="ที่ดิน"),), "none_funded", "The reason stands with each project"),
        ((project("b", 60_000, BESIDE),), "no_project", "Propose one for the next round"),
    ):
        told = village.tell(book(*projects), HERE)
        assert told["answer"] == answer, projects
        assert words in told["sentence_en"]
        assert told["sentence_th"]


def test_a_village_from_which_nobody_reported_is_told_so_kindly_and_has_no_rank():
    told = village.tell(book(project("s", 20_000, HERE)), SILENT)
    assert (told["answer"], told["silent"], told["rank"]["rank"]) == ("silent", True, None)
    assert "begins with reporting" in told["sentence_en"]


def test_a_village_that_is_not_of_the_round_is_not_told_of():
    assert village.tell(book(project("s", 20_000, HERE)), "83010101") is None


def test_the_nearest_project_and_the_first_unfunded_say_what_is_missing():
    told = village.tell(
        book(project("b", 60_000, BESIDE), project("c", 70_000, BESIDE), project("l", 90_000, HERE)), HERE
    )
    [mine] = told["projects"]
    assert f"{mine['missing_baht']:,} baht more would have reached" in told["sentence_en"]
    assert f"เพิ่มอีก {mine['missing_baht']:,} บาท" in told["sentence_th"]
    first = told["first_unfunded"]
    assert (first["missing_baht"] > 0, first["here"]) == (True, first["id"] == "l")
    assert mine["would_win_baht"] is not None
    assert mine["sentence_en"].startswith("Not funded")


def test_the_parts_of_a_rank_add_up_to_its_score_and_the_missing_ones_are_marked():
    told = village.tell(book(project("s", 20_000, HERE)), HERE)["rank"]
    assert [p["points"] for p in told["parts"]] == [30.0, 40.0]
    assert (told["score"], told["of"]) == (70.0, 2)
    assert [p["most"] for p in told["parts"]] == [60.0, 40.0]
    beside = village.tell(book(project("s", 20_000, HERE)), BESIDE)["rank"]
    assert [(p["points"], p["missing"], p["most"]) for p in beside["parts"]] == [
        (100.0, False, 100.0),
        (None, True, 0.0),
    ]


def test_what_a_village_paid_adds_up_over_its_projects():
    told = village.tell(book(project("s", 20_000, HERE), project("w", 30_000, HERE, BESIDE)), HERE)
    assert sum(p["paid_baht"] for p in told["projects"]) == told["account"]["paid_baht"] > 0
    assert all(p["funded"] for p in told["projects"])


def test_the_share_of_its_area_is_told_where_money_goes_to_areas_first():
    told = village.tell(book(project("s", 20_000, HERE), stage_a=StageA.of("equal")), HERE)
    assert told["share"]["baht"] == 100_000
    assert told["share"]["sentence_th"]
    assert village.tell(book(project("s", 20_000, HERE)), HERE)["share"] is None


def test_an_override_is_told_with_its_reason():
    out = (Override(project="s", action="out", reason="ที่ดินมีปัญหา", by="officer"),)
    told = village.tell(book(project("s", 20_000, HERE), overrides=out), HERE)
    assert told["answer"] == "none_funded"
    assert "ที่ดินมีปัญหา" in told["projects"][0]["sentence_th"]


# -- over HTTP ----------------------------------------------------------------------------------


def look(person=None, code=VILLAGE, **more):
    return client_of(person).get(f"/api/v1/villages/{code}/budget", **more)


def test_anyone_reads_what_was_asked_and_what_became_of_it(draft, dao, ek, charlie):  # noqa: F811
    run(draft, dao, ek)
    told = look().json()
    assert told["village"]["name_th"].endswith(VILLAGE)
    assert told["village"]["subdistrict"]["code"] == VILLAGE[:6]
    assert (told["needs"]["waiting"], [c["category"] for c in told["needs"]["categories"]]) == (1, ["road"])
    [one] = told["rounds"]
    assert one["results_sha256"] == looked_at(dao, draft)["results_sha256"]
    assert {p["name_th"] for p in one["projects"]} == {"ก", "ค"}
    assert one["answer"] == "some_funded"
    assert look(charlie).content == look().content, "the same for everyone"


def test_nothing_that_is_not_published_comes_out_even_for_ones_own_office(draft, dao, ek, candidates, alice):  # noqa: F811
    step(dao, draft, "freeze")
    for reader in (None, dao, ek, alice, make_person("root", "administrator", "")):
        assert look(reader).json()["rounds"] == []
    step(dao, draft, "sign", **looked_at(dao, draft))
    step(ek, draft, "decide", **looked_at(ek, draft))
    assert look(dao).json()["rounds"] == []
    step(dao, draft, "publish")
    first = look(dao).json()["rounds"]
    out = {"project": candidates[0], "action": "out", "reason": "ที่ดินมีปัญหา"}
    assert step(dao, draft, "amend", reason="ที่ดินมีปัญหา", overrides=[out]).status_code == 200
    for reader in (None, dao, alice):
        assert look(reader).json()["rounds"] == first, "the version before stands until the next is published"
        assert "ที่ดินมีปัญหา" not in look(reader).content.decode()
    seen = looked_at(dao, draft)
    step(ek, draft, "sign", **seen)
    step(dao, draft, "decide", **seen)
    step(ek, draft, "publish")
    [one] = look().json()["rounds"]
    assert (one["version"], one["amended"], one["reason"]) == (2, True, "ที่ดินมีปัญหา")


def test_hidden_needs_and_places_of_households_are_not_counted_for_a_village(draft, dao, ek, bob):  # noqa: F811
    run(draft, dao, ek)
    before = look().json()["needs"]
    hidden = report(bob, 98.0211, 19.0211, village=VILLAGE, words="ยายคำ")["id"]
    Pin.objects.filter(pk=hidden).update(hidden=True)
    report(bob, 98.0212, 19.0212, village=VILLAGE, category="care", words="ผู้ป่วยติดเตียง")
    after = look().json()["needs"]
    assert after == before
    report(bob, 98.0214, 19.0214, village=VILLAGE, words="ถนนขาด โทร 081-234-5678")
    shown = look().json()["needs"]
    assert shown["waiting"] == before["waiting"] + 1
    assert "081" not in json.dumps(shown)
    assert "98.02" not in json.dumps(shown)


def test_delivery_follows_its_project(draft, dao, ek):  # noqa: F811
    run(draft, dao, ek)
    one = look().json()["rounds"][0]
    funded = next(p for p in one["projects"] if p["funded"])
    body = {"project": funded["id"], "stage": "promised", "baht": 150_000, "on": "2026-11-22"}
    assert call(dao, "post", f"{draft}/deliveries", body).status_code == 201
    [project] = [p for p in look().json()["rounds"][0]["projects"] if p["id"] == funded["id"]]
    assert project["deliveries"] == [{"stage": "promised", "baht": 150_000, "on": "2026-11-22"}]


def test_who_holds_the_answer_gets_304_until_something_changes(draft, dao, ek, bob):  # noqa: F811
    run(draft, dao, ek)
    first = look()
    assert look(HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    report(bob, 98.0215, 19.0215, village=VILLAGE)
    assert look(HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_a_round_is_opened_once_and_its_bytes_are_checked_first(draft, dao, ek, django_assert_max_num_queries):  # noqa: F811
    run(draft, dao, ek)
    kept = Snapshot.objects.get()
    look()
    assert rounds.book_of(kept) is rounds.book_of(kept)
    with django_assert_max_num_queries(12):
        look(code=NEIGHBOUR)


def test_what_cannot_be_a_village_is_refused_and_what_is_none_is_not_found(draft, dao, ek):  # noqa: F811
    for code in ("580101", "x", "5801010101", "๕๘๐๑๐๑๐๑", "5801010a"):
        assert errors_of(look(code=code))[0] == ("code_form", "code"), code
    assert errors_of(look(code="99999999")) == [("not_found", None)]
    assert client_of().get(f"/api/v1/villages/{VILLAGE}/budget?x=1").status_code == 400
    assert client_of().post(f"/api/v1/villages/{VILLAGE}/budget").status_code == 405
    assert errors_of(look(code=str(uuid.uuid4()))) == [("code_form", "code")]


def test_a_village_without_any_round_is_an_answer(country):
    told = look(code="83010101").json()
    assert (told["rounds"], told["needs"]["open"], told["needs"]["categories"]) == ([], [], [])


def test_a_village_that_was_merged_away_keeps_its_address(draft, dao, ek):  # noqa: F811
    run(draft, dao, ek)
    MapArea.objects.filter(code=VILLAGE).delete()
    assert look().json()["village"]["name_th"].endswith(VILLAGE)


def test_the_page_is_there_for_every_code_that_could_be_a_village(country, settings, tmp_path):
    settings.PAGES = tmp_path
    (tmp_path / "village").mkdir()
    (tmp_path / "village" / "index.html").write_text("<title>village</title>")
    for code in (VILLAGE, "580101123"):
        assert client_of().get(f"/village/{code}").status_code == 200
    for code in ("5801", "abc", "58010101/x", "๕๘๐๑๐๑๐๑"):
        assert client_of().get(f"/village/{code}").status_code == 404
