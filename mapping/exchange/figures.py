"""People and households come in by file, for areas of any level.

An empty field is *not known*, never nought. Upper levels are summed from subdistricts only
where every current one of them is known.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection

from mapping.errors import Refusal
from mapping.exchange import columns, imports
from mapping.exchange.columns import Column
from mapping.exchange.villages import target
from mapping.models import BoundarySet, Import
from mapping.queries import query, rows, value

COLUMNS = (
    Column("code", "รหัสพื้นที่", "area code", columns.area_code(2, 4, 6, 8, 9), required=True, example="580101",
           aliases=("mcode", "tcode", "dopa_code", "รหัส")),
    Column("population", "ประชากร", "population", columns.whole(0, 100_000_000), example="3230",
           aliases=("pop", "people", "จำนวนประชากร", "total")),
    Column("households", "ครัวเรือน", "households", columns.whole(0, 100_000_000), example="1207",
           aliases=("house", "houses", "hh", "จำนวนครัวเรือน", "จำนวนบ้าน")),
    Column("as_of", "ข้อมูล ณ วันที่", "as of", columns.day, example="2021-12-31", aliases=("date", "วันที่")),
    Column("source", "แหล่งข้อมูล", "source", columns.text(300), example="กรมการปกครอง"),
)  # fmt: skip
MOST_PEOPLE = 2_000_000_000  # in one area, so that sums fit their column
WRITTEN = ("population", "households", "figures_on", "figures_source")

Staged = tuple[int, str, int | None, int | None, date | None, str]  # row, code, population, households, day, source


def stage(found: Iterable[Staged], made: BoundarySet) -> None:
    """Figures and their sums upward, beside what the set holds, in the temporary table `figure_stage`."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.figure_stage")
        cursor.execute(
            'CREATE TEMPORARY TABLE figure_stage ("row" int, code text COLLATE "C" PRIMARY KEY, population bigint,'
            " households bigint, figures_on date, figures_source text, area_id bigint, same boolean,"
            " given_population bigint) ON COMMIT DROP"
        )
    imports.copy_in('figure_stage ("row", code, population, households, figures_on, figures_source)', list(found))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE figure_stage")
        for digits in (4, 2):
            cursor.execute(query("figures_sum_upward"), {"set": made.pk, "digits": digits})
        cursor.execute(query("figures_known"), {"set": made.pk})


def write() -> None:
    with connection.cursor() as cursor:
        cursor.execute(query("figures_change"))


def band_anew(made: BoundarySet) -> int:
    """The people bands of pins follow the population: never more than live there. Returns their number."""
    if not made.active:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(query("pins_to_band_anew"))
        return cursor.rowcount


class Figures(imports.Kind):
    slug = "figures"
    columns = COLUMNS
    options = ("set", "within", "as_of", "source")

    def stage(self, work: imports.Work) -> None:
        made = target(work.options)
        work.run.boundary_set = made
        if not {"population", "households"} & work.heading.keys():
            raise Refusal(
                "columns_missing", attr="columns", missing_en="population, households",
                missing_th="ประชากร (population), ครัวเรือน (households)", known=", ".join(work.run.found["columns"]),
            )  # fmt: skip
        day = option_day(work.options)
        within, source = str(work.options.get("within") or ""), str(work.options.get("source") or "")
        known = {row["code"] for row in rows("SELECT code FROM area WHERE boundary_set_id = %(set)s", {"set": made.pk})}
        seen: dict[str, int] = {}
        staged: list[Staged] = []
        for row, record in work.records(self.columns):
            code = record["code"]
            if not code.startswith(within):
                continue
            if code in seen:
                work.note(row, "code", "refused", "row_twice", given=code, first=seen[code])
                continue
            seen[code] = row
            if code not in known:
                work.note(row, "code", "refused", "area_unknown", given=code, name=made.name)
                continue
            population, households = record["population"], record["households"]
            if population is not None and households is not None and 0 < population < households:
                work.note(row, "households", "flagged", "more_households", population=population, households=households)
            if population is None and households is None:
                continue  # nothing is said of it
            staged.append((row, code, population, households, record["as_of"] or day, record["source"] or source))
        stage(staged, made)
        most = value("SELECT max(greatest(population, households)) FROM figure_stage")
        if most is not None and most > MOST_PEOPLE:
            raise Refusal("cell_range", attr="population", given=most, low=0, high=MOST_PEOPLE)
        for found in rows(query("figures_differ")):
            work.note(found["row"], "population", "flagged", "figure_not_the_sum",
                      given=found["given"], summed=found["summed"], code_given=found["code"])  # fmt: skip
        work.counts |= rows(query("figures_compared"), {"set": made.pk})[0]

    def apply(self, work: imports.Work) -> None:
        assert work.run.boundary_set is not None
        imports.remember(work.run, "area", WRITTEN, "SELECT area_id FROM figure_stage WHERE NOT same")
        write()
        imports.seal(work.run, "area", WRITTEN)
        work.counts["pins_banded"] = band_anew(work.run.boundary_set)

    def undo(self, run: Import, tell: imports.Tell) -> dict[str, Any]:
        counts = imports.put_back(run, "area", WRITTEN)
        if run.boundary_set is not None:
            counts["pins_banded"] = band_anew(run.boundary_set)
        return counts


def option_day(options: dict[str, Any]) -> date | None:
    """The day that a whole file is of, where no column says it."""
    given = options.get("as_of")
    if not given:
        return None
    try:
        return columns.day(str(given))
    except columns.CellTrouble as trouble:
        raise Refusal(trouble.code, attr="options.as_of", **trouble.params) from None


imports.register(Figures())
