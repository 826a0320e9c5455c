"""Papers as files: a workbook whose totals are formulas, and A4 to print."""

import io
from typing import Any

import xlsxwriter
from django.template.loader import render_to_string
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from budget.papers import WORDS, Paper, Row, Total
from mapping.errors import Refusal
from mapping.pdf import render
from mapping.sheet import shortened, spaced

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_PRINTED = 200  # lines; a spreadsheet takes them all
POINTS_A_LINE = 17
WORDS_PRINTED = 300  # code points of a cell on paper
UNITS = {
    "th": {"projects": '#,##0" โครงการ"', "baht": '"รวม 5 ปี "#,##0" บาท"', "": "#,##0"},
    "en": {"projects": '#,##0" projects"', "baht": '"five years "#,##0" baht"', "": "#,##0"},
}


# -- spreadsheet ----------------------------------------------------------------------------------


def formula(total: Total, *, row: int, column: int, top: int, among_totals: bool) -> str:
    """The formula of a total that stands in `row` of the sheet, whose body begins in the sheet's row `top`."""
    if total.of == "row":
        first, end = total.columns or (column, column + 1)
        cells = [xl_rowcol_to_cell(row, place) for place in range(first, end, total.step)]
        return f"=SUM({cells[0]}:{cells[-1]})" if total.step == 1 else f"=SUM({','.join(cells)})"
    first_row, last_row = top + total.rows[0], top + total.rows[1] - 1
    left, right = total.columns or (column, column + 1)
    cells_of = xl_range_abs(first_row, left, last_row, right - 1)
    numbered = xl_range_abs(first_row, 0, last_row, 0)
    if total.of == "sum":
        return f'=SUMIF({numbered},">0",{cells_of})' if among_totals else f"=SUM({cells_of})"
    return f'=COUNTIFS({numbered},">0",{cells_of},">0")' if among_totals else f'=COUNTIF({cells_of},">0")'


def as_xlsx(paper: Paper) -> bytes:
    """Words are text cells whatever they begin with; each total is a formula, with its number beside it."""
    say, units = WORDS[paper.language], UNITS[paper.language]
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    book.set_calc_mode("auto")
    sheet = book.add_worksheet(paper.kind)
    font = {"font_name": "Sarabun", "font_size": 11, "valign": "top"}
    boxed = font | {"border": 1, "text_wrap": True}

    def form(**more: Any) -> Any:
        return book.add_format(boxed | more)

    plain, whole = form(), form(num_format="#,##0")
    head = form(bold=True, bg_color="#E6E6E6", align="center")
    looks = {
        "strategy": form(bold=True, bg_color="#E6E6E6"), "work_plan": form(bold=True), "line": plain,
        "total": form(bold=True), "total_all": form(bold=True, bg_color="#E6E6E6"),
    }  # fmt: skip
    grey: dict[str, dict[str, Any]] = {
        "line": {}, "total": {"bold": True}, "total_all": {"bold": True, "bg_color": "#E6E6E6"},
    }  # fmt: skip
    numbers = {
        (kind, unit): form(num_format=mask, **more) for kind, more in grey.items() for unit, mask in units.items()
    }
    width = len(paper.columns)
    sheet.write_string(0, 0, f"({say['draft']}) {paper.title}", book.add_format(font | {"bold": True, "font_size": 14}))
    row = 1
    if paper.sample:
        sheet.write_string(row, 0, say["sample"], book.add_format(font | {"bold": True}))
        row += 1
    for text in paper.lines:
        sheet.write_string(row, 0, text, book.add_format(font))
        row += 1
    sheet.write_string(row, 0, paper.printed, book.add_format(font))
    row += 2
    row = _heads(sheet, paper, row, head)
    top = row
    for cells in paper.rows:
        sheet.set_row(row, POINTS_A_LINE * lines_of(cells, paper))
        _line(sheet, cells, row=row, top=top, width=width, looks=looks, numbers=numbers, whole=whole)
        row += 1
    if not paper.rows:
        sheet.merge_range(row, 0, row, width - 1, "", plain)
        sheet.write_string(row, 0, paper.nothing, plain)
        row += 1
    for note in paper.notes:
        row += 1
        sheet.write_string(row, 0, note, book.add_format(font))
    for place, column in enumerate(paper.columns):
        sheet.set_column(place, place, column.width)
    sheet.freeze_panes(top, 0)
    sheet.repeat_rows(top - (2 if any(c.above for c in paper.columns) else 1), top - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    stamp = f"{say['draft']} {say['sample'] if paper.sample else ''}".strip()
    sheet.set_footer(f'&L&"Sarabun"&9{stamp}&R&"Sarabun"&9{say["page"]} &P {say["of"]} &N')
    book.close()
    return out.getvalue()


def lines_of(row: Row, paper: Paper) -> int:
    """How many lines the fullest cell takes: not every program finds the height of a row by itself."""
    if len(row.cells) == 1:
        return 1
    said = [UNITS[paper.language][cell.unit] + "0" * 8 if isinstance(cell, Total) else str(cell) for cell in row.cells]
    return max(-(-spaced(text) // column.width) for text, column in zip(said, paper.columns, strict=True)) or 1


def _heads(sheet: Any, paper: Paper, row: int, head: Any) -> int:
    """The headings, in two rows where some stand under a common one. Returns the row after them."""
    if not any(column.above for column in paper.columns):
        for place, column in enumerate(paper.columns):
            sheet.write_string(row, place, column.head, head)
        return row + 1
    for text, start, end in spans(paper):
        if text:
            sheet.merge_range(row, start, row, end - 1, "", head)
            sheet.write_string(row, start, text, head)
            for place in range(start, end):
                sheet.write_string(row + 1, place, paper.columns[place].head, head)
        else:
            sheet.merge_range(row, start, row + 1, start, "", head)
            sheet.write_string(row, start, paper.columns[start].head, head)
    return row + 2


def _line(sheet: Any, line: Row, *, row: int, top: int, width: int, looks: Any, numbers: Any, whole: Any) -> None:
    if len(line.cells) == 1:
        sheet.merge_range(row, 0, row, width - 1, "", looks[line.kind])
        sheet.write_string(row, 0, str(line.cells[0]), looks[line.kind])
        return
    for place, cell in enumerate(line.cells):
        if isinstance(cell, Total):
            said = formula(cell, row=row, column=place, top=top, among_totals=line.kind == "total_all")
            sheet.write_formula(row, place, said, numbers[line.kind, cell.unit], cell.value)
        elif isinstance(cell, int):
            sheet.write_number(row, place, cell, whole)
        elif cell:
            sheet.write_string(row, place, cell, looks[line.kind])
        else:
            sheet.write_blank(row, place, None, looks[line.kind])


def spans(paper: Paper) -> list[tuple[str, int, int]]:
    """The upper row of headings: text, first column, column after the last. "": a column that stands alone."""
    found: list[tuple[str, int, int]] = []
    for place, column in enumerate(paper.columns):
        if found and column.above and found[-1][0] == column.above:
            found[-1] = (column.above, found[-1][1], place + 1)
        else:
            found.append((column.above, place, place + 1))
    return found


# -- print ----------------------------------------------------------------------------------------


def as_pdf(paper: Paper) -> bytes:
    """A4 across, headings on every page. Raises Refusal `paper_long`, `sheet_busy`."""
    lines = sum(row.kind == "line" for row in paper.rows)
    if lines > MOST_PRINTED:
        raise Refusal("paper_long", most=MOST_PRINTED, n=lines)
    return render(paper_html(paper))


def paper_html(paper: Paper) -> str:
    say = WORDS[paper.language]
    whole = sum(column.width for column in paper.columns)
    two = any(column.above for column in paper.columns)
    rows = [{"kind": row.kind, "cells": [_printed(cell, paper.language) for cell in row.cells]} for row in paper.rows]
    uppers = [
        {"text": text or paper.columns[start].head, "across": end - start, "down": 2 if two and not text else 1}
        for text, start, end in spans(paper)
    ]
    return render_to_string(
        "paper.html",
        {
            "paper": paper, "say": say, "language": paper.language, "uppers": uppers, "width": len(paper.columns),
            "lowers": [column.head for column in paper.columns if column.above],
            "parts": [round(100 * column.width / whole, 2) for column in paper.columns],
            "rows": rows,
        },
    )  # fmt: skip


def _printed(cell: str | int | Total, language: str) -> dict[str, Any]:
    if isinstance(cell, str):
        return {"text": cell if len(cell) <= WORDS_PRINTED else shortened(cell, WORDS_PRINTED), "number": False}
    if isinstance(cell, int):
        return {"text": f"{cell:,}", "number": True}
    mask = UNITS[language][cell.unit]
    return {"text": mask.replace('"', "").replace("#,##0", f"{cell.value:,}"), "number": True}
