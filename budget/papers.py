"""The papers that an officer hands in, as tables: facts in, rows out. Nothing here knows Django.

The forms ผ.01, ผ.02 and ผ.02/2 of the local development plan, and the list of needs in the order of their
urgency. A total is kept with the rows it adds up, so that a spreadsheet can be given the formula and paper the
number. `paper_files.py` writes them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

YEARS = 5  # of a plan
BANDS = ("", "1-9", "10-49", "50-199", "200-999", "1,000+")  # of people affected

Form = Literal["p02", "p02-2"]

WORDS: dict[str, dict[str, Any]] = {
    "th": {
        "draft": "ร่าง", "printed": "พิมพ์เมื่อ {day} โดย {by}", "anyone": "ผู้ใช้ทั่วไป",
        "sample": "ข้อมูลตัวอย่าง ไม่ใช่ข้อมูลจริง", "page": "หน้า", "of": "จาก",
        "priority": "บัญชีลำดับความสำคัญของปัญหาและความต้องการ",
        "p01": "แบบ ผ.01 สรุปโครงการพัฒนา", "p02": "แบบ ผ.02 บัญชีโครงการพัฒนาท้องถิ่น",
        "p02-2": "แบบ ผ.02/2 บัญชีโครงการพัฒนาท้องถิ่นที่เกินศักยภาพ ประสานจังหวัด",
        "plan": "แผนพัฒนาท้องถิ่น (พ.ศ. {first}–{last})",
        "number": "ที่", "project": "โครงการ", "objective": "วัตถุประสงค์", "output": "เป้าหมาย (ผลผลิตของโครงการ)",
        "budget": "งบประมาณ (บาท)", "indicator": "ตัวชี้วัด (KPI)", "result": "ผลที่คาดว่าจะได้รับ",
        "office": "หน่วยงานรับผิดชอบหลัก", "strategy": "ยุทธศาสตร์", "work_plan": "แผนงาน",
        "no_strategy": "ยังไม่ระบุยุทธศาสตร์", "no_work_plan": "ยังไม่ระบุแผนงาน",
        "count": "รวมจำนวนโครงการ", "sum": "รวมงบประมาณ",
        "count_all": "รวมจำนวนโครงการทั้งสิ้น", "sum_all": "รวมงบประมาณทั้งสิ้น",
        "five": "รวม 5 ปี", "projects": "จำนวนโครงการ", "baht": "งบประมาณ (บาท)", "total": "รวม", "total_all": "รวมทั้งสิ้น",
        "outside": "ไม่รวมงบประมาณนอกช่วงแผน {baht} บาท", "not_feasible": "ไม่รวมโครงการที่หน่วยงานเห็นว่ายังทำไม่ได้ {n} โครงการ",
        "beyond": "โครงการเกินศักยภาพ (แบบ ผ.02/2) แยกไว้ต่างหาก {n} โครงการ {baht} บาท",
        "elsewhere": "โครงการที่เริ่มนอกช่วงแผนทั้งหมดไม่อยู่ในแบบนี้ {n} โครงการ",
        "default_plan": "แผนงานที่ไม่ได้ระบุ ใช้แผนงานตามประเภทของความต้องการ",
        "nothing": "ยังไม่มีโครงการ", "none": "ยังไม่มีใครแจ้งความต้องการในพื้นที่นี้",
        "rank": "ลำดับ", "need": "ปัญหา/ความต้องการ", "village": "หมู่บ้าน", "severity": "ความรุนแรง",
        "people": "ผู้เดือดร้อน (คน)", "confirmed": "ผู้ร่วมยืนยัน (คน)", "status": "สถานะ", "pin": "เลขที่หมุด",
        "hidden": "ไม่แสดงหมู่บ้าน", "unsure": "ไม่แน่ใจ",
        "severities": ("รำคาญใจ พอรอได้", "ไม่สะดวก", "เดือดร้อน", "เดือดร้อนมาก รอไม่ได้นาน", "อันตรายถึงชีวิตหรือขาดของจำเป็น"),
        "statuses": {
            "reported": "รับเรื่อง", "verified": "ตรวจสอบข้อเท็จจริงแล้ว", "forwarded": "ประสานหน่วยงาน",
            "planned": "บรรจุในแผนพัฒนาท้องถิ่น",
        },
        "filter": "ทุกประเภท เฉพาะเรื่องที่ยังไม่ได้รับงบประมาณ {n} เรื่อง",
        "order": "เรียงตาม ความรุนแรง × ช่วงจำนวนผู้เดือดร้อน แล้วตามจำนวนผู้ร่วมยืนยัน",
        "first": "แสดง {shown} เรื่องแรกจาก {n} เรื่อง",
        "protected": "เรื่องที่ปกปิดจุดเพื่อคุ้มครองผู้แจ้ง อยู่ในบัญชีของตำบลและอำเภอ โดยไม่บอกหมู่บ้าน",
    },
    "en": {
        "draft": "Draft", "printed": "Printed {day} by {by}", "anyone": "a visitor",
        "sample": "Sample data, not real data", "page": "Page", "of": "of",
        "priority": "Needs in the order of their urgency",
        "p01": "Form Phor 01: summary of projects", "p02": "Form Phor 02: projects of the local development plan",
        "p02-2": "Form Phor 02/2: projects beyond the office's means, for the province",
        "plan": "Local development plan ({first}–{last})",
        "number": "No.", "project": "Project", "objective": "Objective", "output": "Target (output)",
        "budget": "Budget (baht)", "indicator": "Indicator (KPI)", "result": "Expected result",
        "office": "Responsible office", "strategy": "Strategy", "work_plan": "Work plan",
        "no_strategy": "No strategy given", "no_work_plan": "No work plan given",
        "count": "Number of projects", "sum": "Budget",
        "count_all": "Number of projects in all", "sum_all": "Budget in all",
        "five": "Five years", "projects": "Projects", "baht": "Budget (baht)", "total": "Total", "total_all": "In all",
        "outside": "Without {baht} baht outside the years of the plan",
        "not_feasible": "Without projects that the office cannot do yet: {n}",
        "beyond": "Projects beyond the office's means (form Phor 02/2) are listed apart: {n}, {baht} baht",
        "elsewhere": "Projects that lie wholly outside the years of the plan are not here: {n}",
        "default_plan": "Where no work plan was given, that of the category of the needs stands",
        "nothing": "No projects yet", "none": "Nobody has reported a need here yet",
        "rank": "Rank", "need": "Need", "village": "Village", "severity": "Severity", "people": "People affected",
        "confirmed": "People who confirm", "status": "Status", "pin": "Pin number",
        "hidden": "village not shown", "unsure": "not sure",
        "severities": ("annoying, can wait", "inconvenient", "in trouble", "badly in trouble, cannot wait long",
                       "danger to life, or something vital is missing"),
        "statuses": {
            "reported": "received", "verified": "verified", "forwarded": "forwarded", "planned": "in the plan",
        },
        "filter": "All categories, needs without money yet: {n}",
        "order": "In the order of severity × band of people affected, then of people who confirm",
        "first": "The first {shown} of {n}",
        "protected": "Needs whose place is hidden to protect who reported stand in the lists of subdistrict and "
                     "district, without their village",
    },
}  # fmt: skip


# -- what comes in ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedProject:
    """A project as the forms ask for it. `years`: whole baht by Buddhist fiscal year."""

    code: str
    name: str
    objective: str
    output: str
    indicator: str
    expected_result: str
    strategy: str
    work_plan: str
    work_plan_is_default: bool = False
    office: str
    years: dict[int, int]
    beyond_capacity: bool = False
    not_feasible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentNeed:
    """A need by its public face. `village`: name, "" where it is hidden. `band`: 0 not sure, 1..5."""

    number: int
    category: str
    words: str
    village: str
    severity: int
    band: int
    confirmations: int
    status: str


# -- what comes out -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    head: str
    width: int  # characters of a spreadsheet; on paper its part of the width
    above: str = ""  # a heading over neighbours that have the same


@dataclass(frozen=True, slots=True)
class Total:
    """A number that other cells make. `of`: the sum of `rows`, how many of them are above nothing, or the sum
    of every `step`-th of `columns` in its own row.

    Rows are counted from 0 in the body and are half-open. Where other totals lie between them, only the rows that
    begin with a number are meant. `columns` None: its own.
    """

    value: int
    of: Literal["sum", "count", "row"]
    rows: tuple[int, int] = (0, 0)
    columns: tuple[int, int] | None = None
    step: int = 1
    unit: Literal["", "projects", "baht"] = ""


Cell = str | int | Total


@dataclass(frozen=True, slots=True)
class Row:
    kind: Literal["strategy", "work_plan", "line", "total", "total_all"]
    cells: tuple[Cell, ...]  # of a strategy or work plan: one, over the whole width


@dataclass(frozen=True, slots=True)
class Paper:
    kind: str
    title: str
    lines: tuple[str, ...]  # under the title: whose, filter, who printed
    notes: tuple[str, ...]  # under the table
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    nothing: str  # what stands there where there are no rows
    sample: bool
    language: str
    printed: str


def thousands(baht: int) -> str:
    return f"{baht:,}"


# -- the forms of the plan ----------------------------------------------------------------------


def in_plan(projects: Iterable[PlannedProject], first_year: int, *, beyond: bool | None) -> list[PlannedProject]:
    """Projects of a form: can be done, with baht in the years of the plan, in the order of the form.

    `beyond`: those beyond the office's capacity, those within, or None for both.
    """
    years = range(first_year, first_year + YEARS)
    found = [
        p
        for p in projects
        if not p.not_feasible
        and (beyond is None or p.beyond_capacity == beyond)
        and any(p.years.get(year, 0) for year in years)
    ]
    return sorted(
        found,
        key=lambda p: (p.strategy == "", p.strategy, p.work_plan == "", p.work_plan, p.code == "", p.code, p.name),
    )


def heading(say: dict[str, Any], what: Literal["strategy", "work_plan"], name: str) -> str:
    """`ยุทธศาสตร์: …`, and only the name where it begins with that word itself."""
    if not name:
        return str(say[f"no_{what}"])
    word = str(say[what])
    return name if name.startswith(word) else f"{word}: {name}"


def _left_out(
    projects: Sequence[PlannedProject], first_year: int, say: dict[str, Any], *, beyond: bool
) -> tuple[str, ...]:
    """What the form does not hold, in words: nothing is left out in silence."""
    years = range(first_year, first_year + YEARS)
    mine = [p for p in projects if p.beyond_capacity == beyond]
    shown = in_plan(mine, first_year, beyond=beyond)
    outside = sum(baht for p in shown for year, baht in p.years.items() if year not in years)
    infeasible = sum(p.not_feasible for p in mine)
    elsewhere = len(mine) - infeasible - len(shown)
    return tuple(
        line
        for line, wanted in (
            (say["default_plan"], any(p.work_plan_is_default for p in shown)),
            (say["not_feasible"].format(n=infeasible), infeasible),
            (say["elsewhere"].format(n=elsewhere), elsewhere),
            (say["outside"].format(baht=thousands(outside)), outside),
        )
        if wanted
    )


def project_form(
    form: Form,
    projects: Sequence[PlannedProject],
    *,
    first_year: int,
    office: str,
    printed: str,
    sample: bool,
    language: str,
) -> Paper:
    """ผ.02, or ผ.02/2 for what is beyond the office's capacity: twelve columns, totals a group and in all."""
    say = WORDS[language]
    years = range(first_year, first_year + YEARS)
    beyond = form == "p02-2"
    found = in_plan(projects, first_year, beyond=beyond)
    rows: list[Row] = []

    def totals(lines: Sequence[PlannedProject], start: int, kind: Literal["total", "total_all"]) -> None:
        span, last = (start, len(rows)), "_all" if kind == "total_all" else ""
        baht = [sum(p.years.get(year, 0) for p in lines) for year in years]
        counts = [sum(p.years.get(year, 0) > 0 for p in lines) for year in years]
        everything = Total(sum(baht), "row", columns=(4, 4 + YEARS), unit="baht")
        number = Total(len(lines), "count", span, (0, 1), unit="projects")
        rows.append(
            Row(kind, ("", say[f"count{last}"], "", number, *(Total(n, "count", span) for n in counts), "", "", ""))
        )
        rows.append(
            Row(kind, ("", say[f"sum{last}"], "", everything, *(Total(n, "sum", span) for n in baht), "", "", ""))
        )

    for strategy, of_strategy in groupby(found, key=lambda p: p.strategy):
        rows.append(Row("strategy", (heading(say, "strategy", strategy),)))
        for work_plan, of_plan in groupby(of_strategy, key=lambda p: p.work_plan):
            rows.append(Row("work_plan", (heading(say, "work_plan", work_plan),)))
            lines, start = list(of_plan), len(rows)
            for number, p in enumerate(lines, start=1):
                about = (number, f"{p.code} {p.name}".strip(), p.objective, p.output)
                baht = tuple(p.years.get(year, 0) for year in years)
                rows.append(Row("line", (*about, *baht, p.indicator, p.expected_result, p.office)))
            totals(lines, start, "total")
    if found:
        totals(found, 0, "total_all")
    columns = (
        Column(say["number"], 5), Column(say["project"], 26), Column(say["objective"], 22), Column(say["output"], 20),
        *(Column(str(year), 16, say["budget"]) for year in years),
        Column(say["indicator"], 18), Column(say["result"], 22), Column(say["office"], 18),
    )  # fmt: skip
    return Paper(
        kind=form,
        title=say[form],
        lines=(say["plan"].format(first=years[0], last=years[-1]), office),
        notes=_left_out(projects, first_year, say, beyond=beyond),
        columns=columns,
        rows=tuple(rows),
        nothing=say["nothing"],
        sample=sample,
        language=language,
        printed=printed,
    )


def summary(
    projects: Sequence[PlannedProject], *, first_year: int, office: str, printed: str, sample: bool, language: str
) -> Paper:
    """ผ.01: of each strategy and work plan the number of projects and their baht, a year and in all.

    It sums up ผ.02; what goes to the province is said apart, in a note.
    """
    say = WORDS[language]
    years = range(first_year, first_year + YEARS)
    found = in_plan(projects, first_year, beyond=False)
    rows: list[Row] = []
    number = 0

    def cells(lines: Sequence[PlannedProject]) -> list[tuple[int, int]]:
        per_year = [(sum(p.years.get(y, 0) > 0 for p in lines), sum(p.years.get(y, 0) for p in lines)) for y in years]
        return [*per_year, (len(lines), sum(baht for _, baht in per_year))]

    def totals(lines: Sequence[PlannedProject], start: int, label: str, kind: Literal["total", "total_all"]) -> None:
        span = (start, len(rows))
        rows.append(Row(kind, ("", label, *(Total(n, "sum", span) for pair in cells(lines) for n in pair))))

    for strategy, of_strategy in groupby(found, key=lambda p: p.strategy):
        rows.append(Row("strategy", (heading(say, "strategy", strategy),)))
        everything, start = [], len(rows)
        for work_plan, of_plan in groupby(of_strategy, key=lambda p: p.work_plan):
            lines = list(of_plan)
            everything += lines
            number += 1
            pairs = cells(lines)
            all_baht = Total(pairs[-1][1], "row", columns=(3, 3 + 2 * YEARS), step=2)
            flat = tuple(n for pair in pairs[:-1] for n in pair)
            rows.append(Row("line", (number, work_plan or say["no_work_plan"], *flat, pairs[-1][0], all_baht)))
        totals(everything, start, say["total"], "total")
    if found:
        totals(found, 0, say["total_all"], "total_all")
    columns = [Column(say["number"], 5), Column(say["work_plan"], 34)]
    for head in (*map(str, years), say["five"]):
        columns += [Column(say["projects"], 10, head), Column(say["baht"], 15, head)]
    notes = _left_out(projects, first_year, say, beyond=False)
    beyond = in_plan(projects, first_year, beyond=True)
    if beyond:
        baht = sum(p.years.get(year, 0) for p in beyond for year in years)
        notes += (say["beyond"].format(n=len(beyond), baht=thousands(baht)),)
    return Paper(
        kind="p01",
        title=say["p01"],
        lines=(say["plan"].format(first=years[0], last=years[-1]), office),
        notes=notes,
        columns=tuple(columns),
        rows=tuple(rows),
        nothing=say["nothing"],
        sample=sample,
        language=language,
        printed=printed,
    )


# -- the list of needs --------------------------------------------------------------------------


def urgency(need: UrgentNeed) -> tuple[int, int, int]:
    """What a need is ordered by, the most urgent first: severity x band, people who confirm, the older number."""
    return -need.severity * max(need.band, 1), -need.confirmations, need.number


def priority_list(
    needs: Iterable[UrgentNeed],
    *,
    place: str,
    of: int,
    whole_village: bool,
    printed: str,
    sample: bool,
    language: str,
) -> Paper:
    """บัญชีลำดับความสำคัญของปัญหาและความต้องการ of a village, subdistrict or district. `of`: how many there are."""
    say = WORDS[language]
    found = sorted(needs, key=urgency)
    rows = tuple(
        Row(
            "line",
            (
                rank,
                f"{need.category}: {need.words}" if need.words else need.category,
                need.village or say["hidden"],
                f"{need.severity} {say['severities'][need.severity - 1]}",
                BANDS[need.band] or say["unsure"],
                need.confirmations,
                say["statuses"].get(need.status, need.status),
                str(need.number),
            ),
        )
        for rank, need in enumerate(found, start=1)
    )
    notes = [say["order"]]
    if of > len(found):
        notes.append(say["first"].format(shown=len(found), n=of))
    if whole_village:
        notes.append(say["protected"])
    columns = (
        Column(say["rank"], 7), Column(say["need"], 54), Column(say["village"], 22), Column(say["severity"], 24),
        Column(say["people"], 13), Column(say["confirmed"], 13), Column(say["status"], 20), Column(say["pin"], 11),
    )  # fmt: skip
    return Paper(
        kind="priority",
        title=say["priority"],
        lines=(place, say["filter"].format(n=of)),
        notes=tuple(notes),
        columns=columns,
        rows=rows,
        nothing=say["none"],
        sample=sample,
        language=language,
        printed=printed,
    )
