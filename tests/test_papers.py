"""Papers that an officer hands in: totals to the baht, for paper, for spreadsheets, and read by others' programs."""

import csv
import io
import json
import re
import shutil
import subprocess
import uuid
import zipfile

import jsonschema
import pytest
from python_calamine import CalamineWorkbook

from budget import open_formats, paper_files, papers
from budget.models import Project
from budget.papers import PlannedProject, Total, UrgentNeed
from mapping.errors import Refusal
from mapping.models import Confirmation, Pin
from tests.conftest import body_of, client_of, errors_of, report
from tests.test_projects import (  # noqa: F401  (fixtures)
    NEIGHBOUR,
    VILLAGE,
    call,
    dao,
    make_office,
    office,
    propose,
)
from tests.test_rounds import candidates, draft, ek, run  # noqa: F401  (fixtures)

ABOUT = {"office": "อบต.เหนือ", "printed": "พิมพ์เมื่อ", "sample": False, "language": "th"}
INFRASTRUCTURE, SOCIETY = "โครงสร้างพื้นฐาน", "สังคม"


def planned(name, years, **more):
    about = {
        "code": "", "name": name, "objective": "", "output": "", "indicator": "", "expected_result": "",
        "strategy": INFRASTRUCTURE, "work_plan": "แผนงานเคหะและชุมชน", "office": "กองช่าง", "years": years,
    }  # fmt: skip
    return PlannedProject(**(about | more))


PLAN = [
    planned("ถนน", {2571: 100_000, 2572: 50_001}, code="1"),
    planned("ไฟทาง", {2571: 7}, code="2"),
    planned("ท่อ", {2575: 1_000_000_000_000}, work_plan="แผนงานอุตสาหกรรมและการโยธา"),
    planned("เบี้ยยังชีพ", {2573: 30_000}, strategy=SOCIETY, work_plan="แผนงานสังคมสงเคราะห์"),
    planned("=1+1", {2572: 3}, strategy="", work_plan=""),
    planned("อ่างเก็บน้ำ", {2571: 90_000_000}, beyond_capacity=True),
    planned("ทำไม่ได้", {2571: 5}, not_feasible=True),
]
SUMS = [100_007, 50_004, 30_000, 0, 1_000_000_000_000]  # by hand: the five projects of the office's own


def form(kind="p02", projects=PLAN, **more):
    if kind == "p01":
        return papers.summary(projects, **({"first_year": 2571} | ABOUT | more))
    return papers.project_form(kind, projects, **({"first_year": 2571} | ABOUT | more))


def numbers(row):
    return [cell.value if isinstance(cell, Total) else cell for cell in row.cells]


# -- what stands on them ----------------------------------------------------------------------


def test_totals_of_a_group_and_in_all_are_those_worked_by_hand():
    rows = form().rows
    totals = [numbers(row)[3:9] for row in rows if row.kind == "total"]
    housing = [row.cells[0] for row in rows if row.kind == "work_plan"].index("แผนงานเคหะและชุมชน")
    assert totals[2 * housing : 2 * housing + 2] == [[2, 2, 1, 0, 0, 0], [150_008, 100_007, 50_001, 0, 0, 0]]
    count, money = [numbers(row)[3:9] for row in rows if row.kind == "total_all"]
    assert count == [5, 2, 2, 1, 0, 1]
    assert money == [sum(SUMS), *SUMS]


def test_a_project_beyond_capacity_stands_on_its_own_form_and_one_that_cannot_be_done_on_none():
    own, province = ({row.cells[1] for row in form(kind).rows if row.kind == "line"} for kind in ("p02", "p02-2"))
    assert own == {"1 ถนน", "2 ไฟทาง", "ท่อ", "เบี้ยยังชีพ", "=1+1"}
    assert province == {"อ่างเก็บน้ำ"}
    assert "ไม่รวมโครงการที่หน่วยงานเห็นว่ายังทำไม่ได้ 1 โครงการ" in form().notes
    assert "โครงการเกินศักยภาพ (แบบ ผ.02/2) แยกไว้ต่างหาก 1 โครงการ 90,000,000 บาท" in form("p01").notes


def test_the_summary_says_the_same_baht_as_the_form_it_sums_up():
    [last] = [numbers(row) for row in form("p01").rows if row.kind == "total_all"]
    assert last[3::2] == [*SUMS, sum(SUMS)]
    assert last[2::2] == [2, 2, 1, 0, 1, 5]


def test_baht_outside_the_years_of_the_plan_are_said_and_not_summed():
    one = form(projects=[planned("ถนน", {2571: 5, 2576: 7}), planned("เก่า", {2570: 9})])
    assert numbers(one.rows[-1])[3:9] == [5, 5, 0, 0, 0, 0]
    assert "ไม่รวมงบประมาณนอกช่วงแผน 7 บาท" in one.notes
    assert "โครงการที่เริ่มนอกช่วงแผนทั้งหมดไม่อยู่ในแบบนี้ 1 โครงการ" in one.notes


def test_the_form_has_the_twelve_columns():
    assert [column.head for column in form().columns] == [
        "ที่", "โครงการ", "วัตถุประสงค์", "เป้าหมาย (ผลผลิตของโครงการ)", "2571", "2572", "2573", "2574", "2575",
        "ตัวชี้วัด (KPI)", "ผลที่คาดว่าจะได้รับ", "หน่วยงานรับผิดชอบหลัก",
    ]  # fmt: skip


def need(number, severity, band, confirmations, **more):
    about = {"category": "ถนน", "words": "", "village": "บ้าน", "status": "verified"}
    return UrgentNeed(number=number, severity=severity, band=band, confirmations=confirmations, **(about | more))


def test_needs_stand_by_severity_times_people_then_confirmations_then_number():
    given = [need(1, 5, 0, 9), need(2, 2, 4, 0), need(3, 4, 2, 3), need(4, 4, 2, 3, village=""), need(5, 3, 2, 50)]
    paper = papers.priority_list(
        given, place="", of=9, whole_village=False, printed="", sample=False, language="th"
    )  # fmt: skip
    assert [(row.cells[0], row.cells[-1]) for row in paper.rows] == [(1, "3"), (2, "4"), (3, "2"), (4, "5"), (5, "1")]
    assert paper.rows[1].cells[2] == "ไม่แสดงหมู่บ้าน"
    assert "แสดง 5 เรื่องแรกจาก 9 เรื่อง" in paper.notes


# -- the spreadsheet ----------------------------------------------------------------------------


def sheet_of(raw):
    return CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python()


def without_kept_numbers(raw):
    """The workbook without the numbers that were written beside its formulas: who opens it must compute them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            body = before.read(name)
            if name.startswith("xl/worksheets/"):
                body = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", body)
            after.writestr(name, body)
    return out.getvalue()


def opened_by_libreoffice(raw, folder):
    """The rows that LibreOffice computes from the formulas."""
    path = folder / "paper.xlsx"
    path.write_bytes(without_kept_numbers(raw))
    text = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", text,
         "--outdir", str(folder), str(path)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return list(csv.reader(io.StringIO((folder / "paper.csv").read_text("utf-8"))))


def row_with(rows, label):
    [found] = [row for row in rows if label in [str(cell) for cell in row]]
    return found


def test_the_spreadsheet_read_back_has_the_same_baht():
    rows = sheet_of(paper_files.as_xlsx(form()))
    assert row_with(rows, "รวมงบประมาณทั้งสิ้น")[3:9] == [sum(SUMS), *SUMS]
    assert row_with(rows, "รวมจำนวนโครงการทั้งสิ้น")[3:9] == [5, 2, 2, 1, 0, 1]
    assert rows[0][0] == "(ร่าง) แบบ ผ.02 บัญชีโครงการพัฒนาท้องถิ่น"
    assert "=1+1" in [row[1] for row in rows], "text that looks like a formula is text"


def test_totals_are_formulas():
    with zipfile.ZipFile(io.BytesIO(paper_files.as_xlsx(form()))) as book:
        cells = book.read("xl/worksheets/sheet1.xml").decode()
    said = re.findall("<f>([^<]*)</f>", cells)
    assert len(said) == 4 * 2 * 6 + 2 * 6, "four work plans and all"
    assert sum(one.startswith("SUM(") for one in said) == 4 * 6 + 1
    assert "1+1" not in said


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
@pytest.mark.parametrize("language", ["th", "en"])
def test_libreoffice_computes_the_same_baht_from_the_formulas(tmp_path, language):
    say = papers.WORDS[language]
    rows = opened_by_libreoffice(paper_files.as_xlsx(form(language=language)), tmp_path)
    assert [int(cell) for cell in row_with(rows, say["sum_all"])[3:9]] == [sum(SUMS), *SUMS]
    assert [int(cell) for cell in row_with(rows, say["count_all"])[3:9]] == [5, 2, 2, 1, 0, 1]
    (tmp_path / "two").mkdir()
    rows = opened_by_libreoffice(paper_files.as_xlsx(form("p01", language=language)), tmp_path / "two")
    assert [int(cell) for cell in row_with(rows, say["total_all"])[3::2]] == [*SUMS, sum(SUMS)]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_a_formula_over_the_wrong_rows_is_found(tmp_path):
    """The control: one row less in the last sum, and the baht differ."""
    rows = list(form().rows)
    last = rows[-1]
    less = [
        Total(c.value, c.of, (c.rows[0] + 4, c.rows[1])) if isinstance(c, Total) and c.of == "sum" else c
        for c in last.cells
    ]
    rows[-1] = papers.Row(last.kind, tuple(less))
    bad = papers.Paper(**{name: getattr(form(), name) for name in papers.Paper.__slots__} | {"rows": tuple(rows)})
    found = opened_by_libreoffice(paper_files.as_xlsx(bad), tmp_path)
    assert [int(cell) for cell in row_with(found, "รวมงบประมาณทั้งสิ้น")[4:9]] != SUMS


# -- print --------------------------------------------------------------------------------------


def test_paper_is_printed_with_its_draft_mark_and_sample_mark():
    html = paper_files.paper_html(form(sample=True, printed="พิมพ์เมื่อ 23 พ.ย. 2569 โดย Dao"))
    for said in ("ร่าง", "ข้อมูลตัวอย่าง ไม่ใช่ข้อมูลจริง", "พิมพ์เมื่อ 23 พ.ย. 2569 โดย Dao", "แผนพัฒนาท้องถิ่น (พ.ศ. 2571–2575)"):
        assert said in html
    assert "ข้อมูลตัวอย่าง" not in paper_files.paper_html(form())
    assert "&lt;b&gt;" in paper_files.paper_html(form(projects=[planned("<b>", {2571: 1})]))
    assert paper_files.as_pdf(form()).startswith(b"%PDF-")


def test_a_paper_that_is_too_long_to_print_is_refused_in_words():
    many = [planned(f"{n}", {2571: 1}) for n in range(paper_files.MOST_PRINTED + 1)]
    with pytest.raises(Refusal, match="spreadsheet"):
        paper_files.as_pdf(form(projects=many))


# -- over HTTP ----------------------------------------------------------------------------------


@pytest.fixture
def plan(office, dao, bob):  # noqa: F811
    """Three projects of the office; the need of one gives it a work plan."""
    there = report(bob, 98.03, 19.03, village=VILLAGE, severity=4)["id"]
    propose(dao, office, name_th="ถนน", year_baht=[100_000, 1, 0, 0, 0], needs=[there], proposed_by="officer")
    propose(dao, office, name_th="=HYPERLINK(1)", year_baht=[0, 0, 0, 0, 77_777], strategy=SOCIETY, work_plan="งาน")
    propose(dao, office, name_th="อ่าง", year_baht=[9_000_000, 0, 0, 0, 0], beyond_capacity=True)
    return office


def get(person, path, language="th"):
    return client_of(person, language).get(f"/api/v1/papers/{path}")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_the_downloaded_form_says_the_baht_that_the_list_of_projects_says(plan, dao, anyone, tmp_path):  # noqa: F811
    answer = get(dao, f"p02.xlsx?office={plan.pk}&first_year=2571")
    assert (answer.status_code, answer["Content-Type"]) == (200, paper_files.XLSX)
    raw = body_of(answer)
    listed = [p for p in anyone.get("/api/v1/projects").json()["results"] if not p["beyond_capacity"]]
    expected = [sum(p["year_baht"][n] for p in listed) for n in range(5)]
    assert expected == [100_000, 1, 0, 0, 77_777]
    for rows in (sheet_of(raw), opened_by_libreoffice(raw, tmp_path)):
        assert [int(cell) for cell in row_with(rows, "รวมงบประมาณทั้งสิ้น")[3:9]] == [sum(expected), *expected]
    cells = [cell for row in sheet_of(raw) for cell in row]
    assert "แผนงานอุตสาหกรรมและการโยธา" in cells, "from the category of its need"
    assert "=HYPERLINK(1)" in cells


def test_each_form_comes_as_spreadsheet_and_as_paper(plan, dao):  # noqa: F811
    for kind in ("p01", "p02", "p02-2"):
        for form_, head in (("xlsx", b"PK"), ("pdf", b"%PDF-")):
            answer = get(dao, f"{kind}.{form_}?office={plan.pk}&first_year=2571")
            assert (answer.status_code, body_of(answer)[: len(head)]) == (200, head)
            assert f"{kind}-{plan.pk}-2571.{form_}" in answer["Content-Disposition"]
    assert "9000000" in str(sheet_of(body_of(get(dao, f"p02-2.xlsx?office={plan.pk}&first_year=2571"))))


def test_charlie_gets_no_form_of_an_office_of_north(plan, alice, charlie, bob):
    path = f"p02.xlsx?office={plan.pk}&first_year=2571"
    for person in (charlie, alice):  # an officer of the province is none of the office either
        assert (get(person, path).status_code, errors_of(get(person, path))) == (403, [("not_yours", None)])
    assert errors_of(get(bob, path)) == [("permission_denied", None)]
    assert errors_of(get(None, path)) == [("not_authenticated", None)]
    assert errors_of(get(charlie, "p02.xlsx?office=999999&first_year=2571")) == [("not_found", None)]


@pytest.mark.parametrize(("path", "expected"), [
    ("p02.xlsx?first_year=2571", ("member_missing", "office")),
    ("p02.xlsx?office=1", ("member_missing", "first_year")),
    ("p02.xlsx?office=1&first_year=2028", ("number_range", "first_year")),
    ("p02.xlsx?office=x&first_year=2571", ("number_range", "office")),
    ("p02.xlsx?office=1&first_year=2571&area=58", ("parameter_unknown", "area")),
    ("p03.xlsx?office=1&first_year=2571", ("choice_unknown", "kind")),
    ("p02.docx?office=1&first_year=2571", ("choice_unknown", "form")),
    ("p02.xlsx?office=1&first_year=2571&lang=fr", ("choice_unknown", "lang")),
    ("priority.xlsx", ("member_missing", "area")),
    ("priority.xlsx?area=58", ("paper_area", "area")),
    ("priority.xlsx?area=9999", ("not_found", "area")),
    ("priority.xlsx?area=58x1", ("code_form", "area")),
    ("priority.xlsx?area=5801&office=1", ("parameter_unknown", "office")),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_place(dao, path, expected):  # noqa: F811
    if "lang=fr" in path:
        path = path.replace("office=1", f"office={Project.objects.model.office.field.related_model.objects.get().pk}")
    assert errors_of(get(dao, path)) == [expected]


def test_only_the_office_says_that_a_project_is_beyond_its_capacity(office, bob, dao):  # noqa: F811
    assert errors_of(propose(bob, office, beyond_capacity=True)) == [("not_yours", "beyond_capacity")]
    assert errors_of(propose(dao, office, beyond_capacity="yes")) == [("choice_unknown", "beyond_capacity")]
    one = propose(bob, office).json()["id"]
    from_bob = {"name_th": "ถนน", "proposed_by": "village", "first_year": 2571, "year_baht": [1, 0, 0, 0, 0],
                "villages": [{"code": VILLAGE, "persons": 5}]}  # fmt: skip
    said = call(bob, "patch", f"projects/{one}", from_bob | {"version": 1, "beyond_capacity": True})
    assert errors_of(said) == [("not_yours", "beyond_capacity")]
    said = call(dao, "patch", f"projects/{one}", from_bob | {"version": 1, "beyond_capacity": True})
    assert said.json()["beyond_capacity"] is True
    said = call(bob, "patch", f"projects/{one}", from_bob | {"version": 2, "name_th": "ถนนใหม่"})
    assert (said.json()["beyond_capacity"], said.json()["name_th"]) == (True, "ถนนใหม่"), "the author keeps it"


# -- the list of needs over HTTP ------------------------------------------------------------------


def listed(answer):
    rows = sheet_of(body_of(answer))
    start = next(n for n, row in enumerate(rows) if row[0] == "ลำดับ")
    return [row for row in rows[start + 1 :] if isinstance(row[0], float | int)]


def test_anyone_gets_the_list_of_needs_by_their_public_face(country, bob, alice):
    first = report(bob, 98.03, 19.03, village=VILLAGE, severity=2, people=20, words="โทร 0812345678 ถนนขาด")
    second = report(bob, 98.031, 19.031, village=VILLAGE, severity=5, people=300, words="=1+1")
    care = report(bob, 98.0312345, 19.0312345, village=VILLAGE, severity=5, category="care")
    gone = report(bob, 98.032, 19.032, village=VILLAGE, severity=5, people=900)
    Pin.objects.filter(pk=gone["id"]).update(hidden=True)
    done = report(bob, 98.033, 19.033, village=VILLAGE, severity=5, people=900)
    closed = {"to": "closed_without_fix", "words": "ซ้ำกับโครงการเดิม"}
    assert call(alice, "post", f"pins/{done['id']}/status", closed).status_code == 200
    other = report(bob, 98.08, 19.08, village=NEIGHBOUR, severity=1)
    Pin.objects.update(checked=True)
    number = {one["id"]: str(one["properties"]["number"]) for one in (first, second, care, gone, done, other)}
    village, subdistrict = (listed(get(None, f"priority.xlsx?area={area}")) for area in (VILLAGE, VILLAGE[:6]))
    assert [row[7] for row in village] == [number[second["id"]], number[first["id"]]]
    assert [row[7] for row in subdistrict] == [number[one["id"]] for one in (second, care, first, other)]
    assert "0812345678" not in str(subdistrict)
    assert subdistrict[1][2] == "ไม่แสดงหมู่บ้าน"
    assert "=1+1" in village[0][1]
    assert listed(get(alice, f"priority.xlsx?area={VILLAGE}")) == village, "an officer's paper shows no more"
    assert len(listed(get(None, "priority.xlsx?area=5801"))) == 4


def test_more_people_who_confirm_lift_a_need(country, bob, alice, charlie):
    one = report(bob, 98.03, 19.03, village=VILLAGE, severity=3)
    two = report(bob, 98.05, 19.05, village=VILLAGE, severity=3)
    Pin.objects.update(checked=True)
    assert client_of(charlie).put(f"/api/v1/pins/{two['id']}/confirmation").status_code in (200, 201)
    rows = listed(get(None, f"priority.xlsx?area={VILLAGE}"))
    assert [row[7] for row in rows] == [str(n["properties"]["number"]) for n in (two, one)]
    assert Confirmation.objects.count() >= 1


def test_the_printed_list_is_for_who_has_signed_in(country, bob, alice):
    report(bob, 98.03, 19.03, village=VILLAGE)
    assert errors_of(get(None, f"priority.pdf?area={VILLAGE}")) == [("sign_in_first", None)]
    assert body_of(get(bob, f"priority.pdf?area={VILLAGE}")).startswith(b"%PDF-")
    assert body_of(get(alice, "priority.pdf?area=580201&lang=en")).startswith(b"%PDF-"), "nobody has reported there"


# -- open formats of a round ----------------------------------------------------------------------

PACKAGE = {  # of OC4IDS 0.9, what we write
    "type": "object",
    "required": ["uri", "publisher", "publishedDate", "projects", "version"],
    "properties": {
        "uri": {"type": "string", "pattern": "^https?://"},
        "publishedDate": {"type": "string", "format": "date-time"},
        "version": {"const": "0.9"},
        "publisher": {"type": "object", "required": ["name"]},
        "projects": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {
                "type": "object",
                "required": ["id", "title", "status", "budget", "locations", "parties"],
                "properties": {
                    "id": {"type": "string"},
                    "status": {"enum": ["identification", "preparation", "implementation", "completion", "completed"]},
                    "budget": {
                        "properties": {
                            "amount": {
                                "required": ["amount", "currency"],
                                "properties": {"amount": {"type": "number"}, "currency": {"const": "THB"}},
                            }
                        }
                    },
                    "locations": {"type": "array", "items": {"required": ["id"]}, "uniqueItems": True},
                    "parties": {"type": "array", "items": {"required": ["id", "name", "roles"]}},
                },
            },
        },
    },
}


def test_the_open_formats_are_of_published_rounds_alone(draft, dao, ek, anyone):  # noqa: F811
    for person in (None, dao):
        for path in (f"{draft}.pb", f"{draft}/oc4ids.json"):
            assert errors_of(client_of(person).get(f"/api/v1/{path}")) == [("not_found", None)]
    run(draft, dao, ek)
    for path in (f"{draft}.pb", f"{draft}/oc4ids.json"):
        assert anyone.get(f"/api/v1/{path}").status_code == 200
    assert errors_of(anyone.get(f"/api/v1/rounds/{uuid.uuid4()}.pb")) == [("not_found", None)]


def sections(text):
    """A reader of `.pb` as its page describes it."""
    found, rows = {}, []
    for row in csv.reader(io.StringIO(text), delimiter=";"):
        if row in (["META"], ["PROJECTS"], ["VOTES"]):
            rows = found.setdefault(row[0], [])
        else:
            rows.append(row)
    return {name: [dict(zip(rows[0], row, strict=True)) for row in rows[1:]] for name, rows in found.items()}


def test_pabulib_says_who_stood_who_gained_and_what_was_chosen(draft, dao, ek, anyone, candidates):  # noqa: F811
    Project.objects.filter(pk=candidates[1]).update(name_th='ข; "ใหม่"')
    run(draft, dao, ek)
    answer = anyone.get(f"/api/v1/{draft}.pb")
    assert answer["Content-Type"].startswith("text/plain")
    read = sections(body_of(answer).decode())
    meta = {row["key"]: row["value"] for row in read["META"]}
    assert (meta["num_projects"], meta["num_votes"], meta["budget"]) == ("3", "2", "300000")
    assert (meta["vote_type"], meta["rule"], meta["instance"]) == ("scoring", "equalshares/add1", "2571")
    assert re.fullmatch(r"\d\d\.\d\d\.\d{4}", meta["date_begin"])
    table = anyone.get(f"/api/v1/{draft}/tables/projects.json").json()["results"]
    assert {row["project_id"]: row["selected"] for row in read["PROJECTS"]} == {
        row["id"]: "1" if row["funded"] else "0" for row in table
    }
    assert 'ข; "ใหม่"' in [row["name"] for row in read["PROJECTS"]]
    votes = {}
    for row in read["VOTES"]:
        votes[row["voter_id"]] = dict(zip(row["vote"].split(","), row["points"].split(","), strict=True))
    assert votes[VILLAGE] == {candidates[0]: "400", candidates[2]: "200"}, "severity 4 and 2, for 100 persons"
    assert votes[NEIGHBOUR] == {candidates[1]: "200"}
    assert sum(int(row["endowment_baht"]) for row in read["VOTES"]) == 300_000
    assert [row["score"] for row in read["PROJECTS"] if row["project_id"] == candidates[0]] == ["400"]


def test_oc4ids_follows_what_was_funded(draft, dao, ek, anyone, candidates):  # noqa: F811
    run(draft, dao, ek)
    before = anyone.get(f"/api/v1/{draft}/oc4ids.json").json()
    jsonschema.validate(before, PACKAGE, format_checker=jsonschema.FormatChecker())
    table = anyone.get(f"/api/v1/{draft}/tables/projects.json").json()["results"]
    assert {p["id"]: p["budget"]["amount"]["amount"] for p in before["projects"]} == {
        row["id"]: row["cost_baht"] for row in table if row["funded"]
    }
    assert {p["status"] for p in before["projects"]} == {"preparation"}
    one = next(row["id"] for row in table if row["funded"])
    for stage, baht in (("promised", 150_000), ("contracted", 140_000)):
        said = {"project": one, "stage": stage, "baht": baht, "on": "2026-11-22"}
        assert call(dao, "post", f"{draft}/deliveries", said).status_code == 201
    after = {p["id"]: p for p in anyone.get(f"/api/v1/{draft}/oc4ids.json").json()["projects"]}
    assert after[one]["status"] == "implementation"
    assert after[one]["period"]["startDate"] == "2027-10-01T00:00:00+07:00"
    assert [place["id"] for place in after[one]["locations"]] in ([VILLAGE], [NEIGHBOUR])
    assert "dao" not in json.dumps(after).lower()


def test_a_finished_project_says_when_and_for_how_much():
    about = {"finished": (open_formats.date(2028, 5, 1), 139_999)}
    made = open_formats._oc4ids_project(
        "p", title="ถนน", code="", year=2571, cost_baht=150_000, places=[], office={"id": "office-1", "name": "อบต."},
        decided=open_formats.datetime(2027, 9, 1), about=open_formats.Delivered(
            objective="", stages=about, updated=open_formats.datetime(2028, 5, 2)),
    )  # fmt: skip
    assert (made["status"], made["completion"]["finalValue"]["amount"]) == ("completed", 139_999)


def test_a_project_for_the_province_is_no_candidate_of_the_offices_round(draft, dao, ek, candidates):  # noqa: F811
    Project.objects.filter(pk=candidates[0]).update(beyond_capacity=True)
    call(dao, "post", f"{draft}/freeze", {})
    rows = call(dao, "get", f"{draft}/tables/projects.json").json()["results"]
    assert candidates[0] not in [row["id"] for row in rows]
