"""Indicators of areas come in by file: deprivation, travel time, hazard, past funding, each with its day and source.

Either one row an area and indicator (columns `indicator` and `value`), or one row an area with
a column for each indicator. By code, whatever the boundary set: a figure keeps its day.
"""

from datetime import date
from typing import Any

from django.db import connection

from mapping.errors import Refusal
from mapping.exchange import columns, files, imports
from mapping.exchange.columns import Column
from mapping.exchange.figures import option_day
from mapping.models import Import, Indicator
from mapping.queries import query, rows

WORDS = {
    Indicator.DEPRIVATION: ("deprivation", "MPI", "ความขาดแคลน"),
    Indicator.TRAVEL_TIME: ("travel_time", "เวลาเดินทาง"),
    Indicator.HAZARD: ("hazard", "พื้นที่เสี่ยงภัย"),
    Indicator.PAST_FUNDING: ("past_funding", "งบที่เคยได้"),
}
MOST = {  # what a value can be at most
    Indicator.DEPRIVATION: 100, Indicator.TRAVEL_TIME: 10_000, Indicator.HAZARD: 100, Indicator.PAST_FUNDING: 10**12,
}  # fmt: skip

KEY = (
    Column("code", "รหัสพื้นที่", "area code", columns.area_code(2, 4, 6, 8, 9), required=True, example="580101",
           aliases=("mcode", "tcode", "รหัส")),
)  # fmt: skip
ABOUT = (
    Column("as_of", "ข้อมูล ณ วันที่", "as of", columns.day, example="2025-09-30", aliases=("date", "วันที่")),
    Column("source", "แหล่งข้อมูล", "source", columns.text(300), example="สภาพัฒน์ (ตัวอย่าง)"),
    Column("licence", "เงื่อนไขการใช้", "licence", columns.text(200), example="CC BY 4.0"),
)
LONG = (
    *KEY,
    Column("indicator", "ตัวชี้วัด", "indicator", columns.choice(WORDS), required=True, example="travel_time_min"),
    Column("value", "ค่า", "value", columns.number(0, 10**12), required=True, example="45"),
    *ABOUT,
)
WIDE = (
    *KEY,
    *(Column(name.value, WORDS[name][-1], WORDS[name][0], columns.number(0, MOST[name]), example="45",
             aliases=WORDS[name]) for name in Indicator),
    *ABOUT,
)  # fmt: skip
WRITTEN = ("value", "source", "licence")


class Indicators(imports.Kind):
    slug = "indicators"
    columns = LONG
    options = ("as_of", "source", "licence")

    def table(self, sheet: files.Sheet, options: dict[str, Any]) -> tuple[Column, ...]:
        given = options.get("columns") or {}
        is_long = all(given.get(column.name) or column.heading(sheet.columns) for column in LONG[1:3])
        return LONG if is_long else WIDE

    def stage(self, work: imports.Work) -> None:
        table = self.table(work.sheet, work.options)
        if table is WIDE and not set(Indicator.values) & work.heading.keys():
            raise Refusal(
                "columns_missing", attr="columns", missing_en="indicator and value, or " + ", ".join(Indicator.values),
                missing_th="ตัวชี้วัด (indicator) และค่า (value)", known=", ".join(work.sheet.columns),
            )  # fmt: skip
        day, source = option_day(work.options), str(work.options.get("source") or "")
        licence = str(work.options.get("licence") or "")
        held = {row["code"] for row in rows("SELECT code FROM area WHERE boundary_set_id = active_boundary_set()")}
        seen: dict[tuple[str, str, date], int] = {}
        staged: list[tuple] = []
        for row, record in work.records(table):
            on, where = record["as_of"] or day, record["source"] or source
            if record["code"] not in held:
                work.note(row, "code", "refused", "area_unknown", given=record["code"], name="")
                continue
            if on is None or not where:
                work.note(row, "as_of" if on is None else "source", "refused", "provenance_missing")
                continue
            given = {record["indicator"]: record["value"]} if table is LONG else {
                name: record[name] for name in Indicator.values if record[name] is not None
            }  # fmt: skip
            for name, found in given.items():
                if found > MOST[Indicator(name)]:
                    most = columns.number_words(MOST[Indicator(name)])
                    work.note(
                        row, "value", "refused", "cell_range", given=columns.number_words(found), low="0", high=most
                    )
                    continue
                key = (record["code"], str(name), on)
                if key in seen:
                    work.note(row, "code", "refused", "row_twice", given=" ".join(map(str, key)), first=seen[key])
                    continue
                seen[key] = row
                staged.append((record["code"], str(name), found, on, where, record["licence"] or licence))
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.indicator_stage")
            cursor.execute(
                'CREATE TEMPORARY TABLE indicator_stage (code text COLLATE "C", indicator text, value float8,'
                " as_of date, source text, licence text, id bigint, same boolean) ON COMMIT DROP"
            )
        imports.copy_in("indicator_stage (code, indicator, value, as_of, source, licence)", staged)
        with connection.cursor() as cursor:
            cursor.execute(query("indicators_known"))
        work.counts |= rows(
            "SELECT count(*) FILTER (WHERE id IS NULL) AS new, count(*) FILTER (WHERE NOT same) AS changed,"
            " count(*) FILTER (WHERE same) AS same FROM indicator_stage"
        )[0]

    def apply(self, work: imports.Work) -> None:
        imports.remember(work.run, "area_indicator", WRITTEN, "SELECT id FROM indicator_stage WHERE NOT same")
        with connection.cursor() as cursor:
            cursor.execute(query("indicators_write"))
            added = [row[0] for row in cursor.fetchall()]
        imports.remember_new(work.run, "area_indicator", "SELECT unnest(%(added)s::bigint[]) AS id", {"added": added})
        imports.seal(work.run, "area_indicator", WRITTEN)

    def undo(self, run: Import, tell: imports.Tell) -> dict[str, Any]:
        return imports.put_back(run, "area_indicator", WRITTEN)


imports.register(Indicators())
