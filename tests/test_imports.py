"""Files of areas, villages, figures, offices and indicators come in: dry run, report by row, commit, undo."""

import csv
import io
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.db import connection

from mapping.errors import MESSAGES, Refusal
from mapping.exchange import columns, imports, tables
from mapping.exchange.kinds import KINDS
from mapping.models import Area, AreaIndicator, BoundarySet, Grant, Import, ImportBefore, Office, Pin
from tests.conftest import body_of, box, client_of, make_person, recount, report, tallied

VILLAGES = [
    ("58010101", "บ้านเหนือ", "Ban Nuea", 19.05, 98.05),
    ("58010102", "บ้านใหม่", "Ban Mai", 19.02, 98.02),
]
HEAD = "mcode,name_th,name_en,lat,lon"


def lines(head: str, *rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return f"{head}\n{text.getvalue()}"


def sent(folder: Path, kind: str, content: str | bytes, file: str = "file.csv", **options: Any) -> Import:
    path = folder / f"{uuid.uuid4()}-{file}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return imports.receive(kind, path, name=file, options=options)


def checked(folder: Path, kind: str, content: str | bytes, file: str = "file.csv", **options: Any) -> Import:
    return imports.examine(sent(folder, kind, content, file, **options))


def committed(folder: Path, kind: str, content: str | bytes, file: str = "file.csv", **options: Any) -> Import:
    return imports.commit(sent(folder, kind, content, file, **options))


def notes(run: Import) -> list[tuple[int, str, str, str]]:
    found = run.notes.order_by("row", "pk").values_list("row", "column", "verdict", "code")
    return [tuple(note) for note in found]


def state() -> list[Any]:
    """Everything that an import may write."""
    with connection.cursor() as cursor:
        out: list[Any] = []
        for table in (
            "area",
            "office",
            "office_area",
            "office_categories",
            "area_indicator",
            "boundary_set",
            "person_grant",
        ):
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)), count(*) FROM {table} AS t")
            out.append((table, cursor.fetchone()))
        return out


# -- the core -------------------------------------------------------------------------------------


def test_a_dry_run_reports_and_writes_nothing(country, tmp_path):
    before = state()
    run = checked(tmp_path, "villages", lines(HEAD, *VILLAGES, ("58010103", "บ้านไกล", "", 19.5, 98.05)))
    assert (run.state, run.counts["rows"], run.counts["refused"]) == ("checked", 3, 0)
    assert notes(run) == [(4, "lat", "flagged", "village_outside_own")]
    assert state() == before


def test_what_is_committed_is_what_the_dry_run_said_and_the_undo_puts_everything_back(country, tmp_path):
    before = state()
    content = lines(HEAD, ("58010101", "ชื่อใหม่", "New", 19.05, 98.05), ("58010109", "บ้านเพิ่ม", "", 19.06, 98.06))
    dry = checked(tmp_path, "villages", content)
    run = committed(tmp_path, "villages", content)
    assert {name: run.counts[name] for name in ("new", "changed", "same")} == {"new": 1, "changed": 1, "same": 0}
    assert all(dry.counts[name] == run.counts[name] for name in dry.counts)
    assert Area.objects.get(code="58010101").name_th == "ชื่อใหม่"
    assert Area.objects.get(code="58010109").name_th == "บ้านเพิ่ม"
    done = imports.undo(run)
    assert done.state == "undone"
    assert done.counts["undone"]["restored"] == 1
    assert done.counts["undone"]["removed"] == 1
    assert state() == before


def test_refused_rows_stop_the_commit_and_nothing_is_half_written(country, tmp_path):
    before = state()
    content = lines(HEAD, VILLAGES[0], ("5801019", "บ้านสั้น", "", 19.0, 98.0), ("580101", "บ้านขาด", "", 19.0, 98.0))
    run = sent(tmp_path, "villages", content)
    with pytest.raises(Refusal) as refused:
        imports.commit(run)
    assert refused.value.code == "import_refused_rows"
    run.refresh_from_db()
    assert run.state == "checked"
    assert (4, "mcode", "refused", "cell_code") in notes(run)
    assert state() == before


def test_refused_rows_can_be_left_out_on_purpose(country, tmp_path):
    content = lines(HEAD, ("58010109", "บ้านเพิ่ม", "", 19.06, 98.06), ("58", "บ้านขาด", "", 19.0, 98.0))
    run = committed(tmp_path, "villages", content, skip_refused=True)
    assert run.state == "committed"
    assert Area.objects.filter(code="58010109").exists()


def test_every_trouble_of_a_row_is_told_at_once(country, tmp_path):
    run = checked(tmp_path, "villages", lines(HEAD, ("x", "", "", "north", "98")))
    assert notes(run) == [
        (2, "mcode", "refused", "cell_code"),
        (2, "name_th", "refused", "cell_empty"),
        (2, "lat", "refused", "cell_number"),
    ]


def test_an_interruption_in_the_middle_of_writing_leaves_nothing(country, tmp_path, monkeypatch):
    before = state()
    run = sent(tmp_path, "villages", lines(HEAD, ("58010109", "บ้านเพิ่ม", "", 19.06, 98.06)))
    real = imports.seal

    def broken(*words):
        real(*words)
        raise KeyboardInterrupt

    monkeypatch.setattr(imports, "seal", broken)
    with pytest.raises(KeyboardInterrupt):
        imports.commit(run)
    assert state() == before
    assert ImportBefore.objects.count() == 0


def test_a_committed_import_is_not_committed_again(country, tmp_path):
    run = committed(tmp_path, "villages", lines(HEAD, *VILLAGES))
    with pytest.raises(Refusal) as refused:
        imports.commit(run)
    assert refused.value.code == "import_file_gone" or refused.value.code == "import_done"


def test_only_the_last_import_of_a_kind_is_undone(country, tmp_path):
    first = committed(tmp_path, "villages", lines(HEAD, ("58010108", "บ้านแรก", "", 19.06, 98.06)), file="first.csv")
    second = committed(tmp_path, "villages", lines(HEAD, ("58010109", "บ้านสอง", "", 19.06, 98.06)), file="second.csv")
    with pytest.raises(Refusal) as refused:
        imports.undo(first)
    assert (refused.value.code, refused.value.params["name"]) == ("undo_not_last", "second.csv")
    imports.undo(second)
    imports.undo(first)
    assert not Area.objects.filter(code__in=["58010108", "58010109"]).exists()


def test_an_undo_never_loses_what_somebody_changed_since(country, tmp_path):
    run = committed(tmp_path, "villages", lines(HEAD, ("58010101", "ชื่อใหม่", "", 19.05, 98.05)))
    Area.objects.filter(code="58010101", boundary_set=country).update(name_th="แก้ด้วยมือ")
    with pytest.raises(Refusal) as refused:
        imports.undo(run)
    assert (refused.value.code, refused.value.params) == ("undo_changed", {"changed": 1})
    assert Area.objects.get(code="58010101").name_th == "แก้ด้วยมือ"


def test_a_file_is_kept_only_until_it_is_committed_or_discarded(country, tmp_path):
    run = checked(tmp_path, "villages", lines(HEAD, *VILLAGES))
    assert imports.path_of(run).exists()
    imports.commit(run)
    assert not imports.path_of(run).exists()
    other = checked(tmp_path, "villages", lines(HEAD, *VILLAGES))
    imports.discard(other)
    assert not imports.path_of(other).exists()
    assert not Import.objects.filter(pk=other.pk).exists()


def test_the_same_file_a_second_time_changes_nothing(country, tmp_path):
    content = lines(HEAD, ("58010109", "บ้านเพิ่ม", "", 19.06, 98.06))
    committed(tmp_path, "villages", content)
    run = committed(tmp_path, "villages", content)
    assert {name: run.counts[name] for name in ("new", "changed", "same")} == {"new": 0, "changed": 0, "same": 1}


def test_unknown_options_are_refused_by_name(country, tmp_path):
    with pytest.raises(Refusal) as refused:
        sent(tmp_path, "villages", HEAD, nonsense="x")
    assert (refused.value.code, refused.value.attr) == ("member_unknown", "options.nonsense")


# -- columns --------------------------------------------------------------------------------------


def test_missing_columns_are_named_in_both_languages(country, tmp_path):
    run = checked(tmp_path, "villages", lines("number,title", (1, "a")))
    assert run.state == "failed"
    message = MESSAGES[run.trouble["code"]]
    assert "code (village code)" in message.en.format(**run.trouble["params"])
    assert "รหัสหมู่บ้าน" in message.th.format(**run.trouble["params"])
    assert "number, title" in message.th.format(**run.trouble["params"])


def test_columns_are_chosen_by_hand_where_their_headings_say_nothing(country, tmp_path):
    content = lines("a,b,c,d", ("58010109", "บ้านเพิ่ม", 19.06, 98.06))
    run = committed(tmp_path, "villages", content, columns={"code": "a", "name_th": "b", "lat": "c", "lng": "d"})
    assert run.found["mapped"] == {"code": "a", "name_th": "b", "lat": "c", "lng": "d"}
    assert Area.objects.get(code="58010109").point.coords == (98.06, 19.06)


def test_a_chosen_column_that_is_not_there_is_refused(country, tmp_path):
    run = checked(tmp_path, "villages", lines(HEAD, *VILLAGES), columns={"code": "nowhere"})
    assert (run.state, run.trouble["code"]) == ("failed", "column_absent")


@pytest.mark.parametrize("heading", ["MCODE", "Village_Code", "village code", "รหัสหมู่บ้าน"])
def test_headings_are_found_whatever_their_case_and_language(country, tmp_path, heading):
    run = checked(tmp_path, "villages", lines(f"{heading},ชื่อหมู่บ้าน", ("58010101", "บ้านเหนือ")))
    assert run.found["mapped"] == {"code": heading, "name_th": "ชื่อหมู่บ้าน"}


# -- villages -------------------------------------------------------------------------------------


def test_villages_are_flagged_and_kept_as_published(country, tmp_path):
    rows = [
        ("58010111", "ทดแทน", "", 13.727068, 100.534087),
        ("58010112", "สลับ", "", 98.05, 19.05),
        ("58010113", "เมตร", "", 2107000.5, 400000.25),
        ("58010114", "ต่างแดน", "", 35.0, 139.0),
        ("58010115", "นอกตำบล", "", 19.05, 98.15),
        ("58010116", "ไม่มีพิกัด", "", "", ""),
        ("58010117", "ดี", "", 19.05, 98.05),
    ]
    run = committed(tmp_path, "villages", lines(HEAD, *rows))
    assert [(row, code) for row, _, _, code in notes(run)] == [
        (2, "village_placeholder"), (3, "village_swapped"), (4, "village_metres"),
        (5, "village_outside_country"), (6, "village_outside_own"), (7, "village_no_point"),
    ]  # fmt: skip
    kept = {v.code: v for v in Area.objects.filter(code__startswith="5801011", level="village")}
    flags = {code[-1]: village.point_flag for code, village in kept.items()}
    assert flags == {
        "1": "placeholder", "2": "outside_country", "3": "outside_country", "4": "outside_country",
        "5": "outside_own", "6": "missing", "7": "ok",
    }  # fmt: skip
    assert kept["58010113"].point.coords == (400000.25, 2107000.5)
    # Its subdistrict's box ends at 98.1: 0.05 degrees of longitude at 19.05 N.
    assert kept["58010115"].point_off_m == pytest.approx(5263, abs=10)
    found = sorted(client_of().get("/api/v1/areas?code=58010113,58010117").json()["results"], key=lambda a: a["code"])
    assert [(area["lng"], area["lat"]) for area in found] == [(None, None), (98.05, 19.05)]


def test_a_code_that_lost_its_zero_is_mended_and_told(country, tmp_path):
    run = committed(tmp_path, "villages", lines(HEAD, ("5801019", "บ้านเก้า", "", 19.05, 98.05)))
    [note] = run.notes.all()
    assert (note.verdict, note.code, note.params) == (
        "repaired",
        "repair_code",
        {"given": "5801019", "used": "58010109"},
    )
    assert Area.objects.filter(code="58010109").exists()


def test_a_duplicate_code_names_the_first_row(country, tmp_path):
    run = checked(tmp_path, "villages", lines(HEAD, *VILLAGES, VILLAGES[0]))
    [note] = run.notes.all()
    assert (note.row, note.code, note.params) == (4, "row_twice", {"given": "58010101", "first": 2})


def test_raw_published_json_is_read(country, tmp_path):
    raw = [
        {
            "id": "58010109", "level": 4, "name": {"th": "กลางเวียง", "en": "Klang Wiang", "slug": "x"},
            "code": {"dopa": "58010109"}, "geo": {"lat": "19.05", "lon": "98.05"}, "source": {},
        }
    ]  # fmt: skip
    run = committed(tmp_path, "villages", json.dumps(raw), file="raw.json")
    assert run.found["mapped"] == {
        "code": "code.dopa", "name_th": "name.th", "name_en": "name.en", "lat": "geo.lat", "lng": "geo.lon",
    }  # fmt: skip
    assert Area.objects.get(code="58010109").name_en == "Klang Wiang"


def test_pins_follow_a_village_that_moved_and_return_with_the_undo(country, bob, tmp_path):
    pin = Pin.objects.get(pk=report(bob, 98.01, 19.01, village="58010101")["id"])
    assert pin.area_code == "58010101"
    run = committed(tmp_path, "villages", lines(HEAD, ("58010101", "บ้านเหนือ", "", 19.09, 98.09)))
    pin.refresh_from_db()
    assert pin.area_code == "580101"  # its village stands more than 5 km away now
    assert tallied() == recount()
    imports.undo(run)
    pin.refresh_from_db()
    assert pin.area_code == "58010101"
    assert tallied() == recount()


# -- figures --------------------------------------------------------------------------------------


def test_figures_are_summed_upward_only_where_complete(country, tmp_path):
    Area.objects.update(population=None, households=None)
    codes = sorted(Area.objects.filter(level="subdistrict", code__startswith="58").values_list("code", flat=True))
    some = lines("code,population,households", *((code, 100, 40) for code in codes[1:]))
    committed(tmp_path, "figures", some, as_of="31/12/2564", source="DOPA")
    assert Area.objects.get(code="58").population is None
    committed(
        tmp_path, "figures", lines("code,population,households", (codes[0], 100, "")), as_of="31/12/2564", source="DOPA"
    )
    province = Area.objects.get(code="58")
    assert (province.population, province.households) == (100 * len(codes), None)
    assert (str(province.figures_on), province.figures_source) == ("2021-12-31", "DOPA")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("580101", "-5", "1"), "cell_range"),
        (("580101", "1.5", "1"), "cell_whole"),
        (("580101", "many", "1"), "cell_number"),
        (("589999", "5", "1"), "area_unknown"),
        (("TH 58", "5", "1"), None),
    ],
)
def test_figures_are_refused_by_row(country, tmp_path, row, code):
    run = checked(tmp_path, "figures", lines("code,population,households", row))
    assert [note[3] for note in notes(run) if note[2] == "refused"] == ([code] if code else [])


def test_bands_of_pins_follow_the_population_and_return(country, bob, tmp_path):
    pin = Pin.objects.get(pk=report(bob, 98.05, 19.05, people=150)["id"])
    assert pin.people_band == 3
    run = committed(tmp_path, "figures", lines("code,population,households", ("580101", 20, 5)))
    pin.refresh_from_db()
    assert pin.people_band == 2
    assert tallied() == recount()
    imports.undo(run)
    pin.refresh_from_db()
    assert pin.people_band == 3


def test_a_given_sum_that_differs_from_its_parts_is_told(country, tmp_path):
    codes = sorted(Area.objects.filter(level="subdistrict", code__startswith="83").values_list("code", flat=True))
    content = lines("code,population", ("83", 999_999), *((code, 10) for code in codes))
    run = committed(tmp_path, "figures", content)
    assert [(note[0], note[3]) for note in notes(run)] == [(2, "figure_not_the_sum")]
    assert Area.objects.get(code="83").population == 10 * len(codes)


# -- offices and indicators -----------------------------------------------------------------------

OFFICE_HEAD = "code,kind,name_th,phone,email,categories,territory"


def test_offices_come_in_with_territory_and_categories_and_go_again(country, tmp_path):
    before = state()
    row = ("O1", "อบต.", "อบต.ตัวอย่าง", "0 0000 0000", "a@example.org", "road; ไฟทาง", "58010101 58010102")
    run = committed(tmp_path, "offices", lines(OFFICE_HEAD, row))
    office = Office.objects.get(code="O1")
    assert office.kind == "subdistrict_administration"
    assert sorted(office.territory.values_list("code", flat=True)) == ["58010101", "58010102"]
    assert sorted(office.categories.values_list("slug", flat=True)) == ["road", "street_light"]
    imports.undo(run)
    assert state() == before


def test_an_office_that_is_changed_keeps_its_row_and_so_the_grants_on_it(country, tmp_path):
    first = ("O1", "อบต.", "เก่า", "", "", "", "58010101")
    committed(tmp_path, "offices", lines(OFFICE_HEAD, first))
    office = Office.objects.get(code="O1")
    person = make_person("dao", "volunteer", "5801")
    Grant.objects.create(person=person, role="officer", office=office)
    run = committed(tmp_path, "offices", lines(OFFICE_HEAD, ("O1", "เทศบาล", "ใหม่", "", "", "road", "58010102")))
    office.refresh_from_db()
    assert (office.name_th, office.kind) == ("ใหม่", "municipality")
    assert Grant.objects.filter(office=office).count() == 1
    imports.undo(run)
    office.refresh_from_db()
    assert (office.name_th, [t.code for t in office.territory.all()]) == ("เก่า", ["58010101"])


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (("O1", "สมาคม", "ก", "", "", "", "58010101"), "kind", "cell_choice"),
        (("O1", "อบต.", "ก", "", "no mail", "", "58010101"), "email", "cell_email"),
        (("O1", "อบต.", "ก", "", "", "roads and all", "58010101"), "categories", "category_unknown"),
        (("O1", "อบต.", "ก", "", "", "", "58999999"), "territory", "area_unknown"),
        (("O1", "อบต.", "ก", "", "", "", ""), "territory", "cell_empty"),
    ],
)
def test_offices_are_refused_by_row(country, tmp_path, row, column, code):
    run = checked(tmp_path, "offices", lines(OFFICE_HEAD, row))
    assert (2, column, "refused", code) in notes(run)


def test_a_village_of_two_local_authorities_is_flagged(country, tmp_path):
    rows = [("O1", "อบต.", "ก", "", "", "", "58010101"), ("O2", "เทศบาล", "ข", "", "", "", "58010101")]
    run = checked(tmp_path, "offices", lines(OFFICE_HEAD, *rows))
    assert notes(run) == [(3, "territory", "flagged", "territory_shared")]


def test_indicators_in_rows_or_in_columns_mean_the_same(country, tmp_path):
    long = lines("code,indicator,value,as_of,source", ("5801", "travel_time_min", 45, "30 ก.ย. 2568", "สสจ."))
    run = committed(tmp_path, "indicators", long)
    kept = AreaIndicator.objects.values_list("code", "indicator", "value", "source").get()
    imports.undo(run)
    assert not AreaIndicator.objects.exists()
    wide = lines("code,travel_time_min,hazard_percent", ("5801", 45, ""))
    committed(tmp_path, "indicators", wide, as_of="2025-09-30", source="สสจ.")
    assert AreaIndicator.objects.values_list("code", "indicator", "value", "source").get() == kept


def test_indicators_under_other_headings_are_mapped_by_hand(country, tmp_path):
    content = lines("a,b,c", ("5801", "hazard_percent", 12))
    chosen = {"code": "a", "indicator": "b", "value": "c"}
    committed(tmp_path, "indicators", content, columns=chosen, as_of="2025-09-30", source="x")
    assert AreaIndicator.objects.get().value == 12


def test_an_indicator_without_day_or_source_is_refused(country, tmp_path):
    run = checked(tmp_path, "indicators", lines("code,indicator,value", ("5801", "hazard_percent", 10)))
    assert notes(run) == [(2, "as_of", "refused", "provenance_missing")]


def test_an_indicator_beyond_its_range_is_refused(country, tmp_path):
    content = lines("code,indicator,value", ("5801", "hazard_percent", 110))
    run = checked(tmp_path, "indicators", content, as_of="2025-09-30", source="x")
    assert [note[3] for note in notes(run)] == ["cell_range"]


# -- boundaries -----------------------------------------------------------------------------------


def areas_file(**shapes: Any) -> str:
    features = [
        {"type": "Feature", "geometry": shape, "properties": {"code": code[1:], "name_th": f"ตำบล {code}"}}
        for code, shape in shapes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "name": "second", "features": features})


def test_boundaries_make_an_inactive_set_that_can_be_undone(country, tmp_path):
    before = state()
    run = committed(
        tmp_path, "boundaries", areas_file(c580101=box(98.0, 19.0), c580102=box(98.1, 19.0)), file="a.geojson"
    )
    made = BoundarySet.objects.get(name="second")
    assert not made.active
    assert Area.objects.filter(boundary_set=made, level="district").count() == 1
    imports.undo(run)
    assert state() == before


def test_a_polygon_that_crosses_itself_is_mended_by_a_named_rule(country, tmp_path):
    shape = {
        "type": "Polygon",
        "coordinates": [
            [
                [98.0, 19.0],
                [98.1, 19.0],
                [98.1, 19.1],
                [98.05, 19.1],
                [98.0499, 19.1001],
                [98.0499, 19.0999],
                [98.05, 19.1001],
                [98.0, 19.1],
                [98.0, 19.0],
            ]
        ],
    }
    run = checked(tmp_path, "boundaries", areas_file(c580101=shape), file="a.geojson")
    assert (1, "geometry", "repaired", "repair_self_intersection") in notes(run)


def test_swapped_and_metric_polygons_are_refused_by_row(country, tmp_path):
    swapped = {"type": "Polygon", "coordinates": [[[19.0, 98.0], [19.1, 98.0], [19.1, 98.1], [19.0, 98.0]]]}
    metres = {
        "type": "Polygon",
        "coordinates": [[[400000, 2100000], [410000, 2100000], [410000, 2110000], [400000, 2100000]]],
    }
    run = checked(tmp_path, "boundaries", areas_file(c580101=swapped, c580102=metres), file="a.geojson")
    assert [(row, code) for row, _, verdict, code in notes(run) if verdict == "refused"] == [
        (1, "row_geometry_swapped"), (2, "row_geometry_metres"),
    ]  # fmt: skip


def test_overlapping_areas_are_told(country, tmp_path):
    run = checked(
        tmp_path, "boundaries", areas_file(c580101=box(98.0, 19.0), c580102=box(98.05, 19.0)), file="a.geojson"
    )
    assert [note[3] for note in notes(run) if note[3] == "area_overlaps"] == ["area_overlaps"]


def test_a_file_of_districts_alone_is_told_to_come_after_its_subdistricts(country, tmp_path):
    feature = {
        "type": "Feature",
        "geometry": box(98.0, 19.0),
        "properties": {"ADM2_PCODE": "TH5801", "ADM2_TH": "เมือง"},
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]})
    run = checked(tmp_path, "boundaries", content, file="adm2.geojson")
    assert (run.state, run.trouble["code"]) == ("failed", "boundaries_need_subdistricts")


# -- round trips ----------------------------------------------------------------------------------


def filled(folder: Path) -> None:
    committed(folder, "offices", lines(OFFICE_HEAD, ("=1+1", "อบต.", "=ชื่อ", "-", "", "road", "58010101 58010102")))
    committed(
        folder, "indicators",
        lines("code,indicator,value,as_of,source,licence", ("5801", "travel_time_min", 45.5, "2025-09-30", "สสจ.", "")),
    )  # fmt: skip
    committed(folder, "villages", lines(HEAD, ("58010111", "ทดแทน", "", 13.727068, 100.534087)))
    committed(folder, "figures", lines("code,population", ("580101", 1234)), as_of="2021-12-31", source="DOPA")


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("villages", "csv"), ("villages", "xlsx"), ("figures", "csv"), ("figures", "xlsx"), ("offices", "csv"),
        ("offices", "xlsx"), ("indicators", "csv"), ("indicators", "xlsx"), ("boundaries", "geojson"),
        ("boundaries", "gpkg"),
    ],
)  # fmt: skip
def test_a_round_trip_changes_nothing(country, tmp_path, kind, form):
    filled(tmp_path)
    before = state()
    content = b"".join(tables.write(kind, form))
    options = {"name": "again"} if kind == "boundaries" else {}
    run = committed(tmp_path, kind, content, file=f"{kind}.{form}", **options)
    if kind == "boundaries":
        shapes = [
            list(
                Area.objects.filter(boundary_set__name=name, level="subdistrict")
                .order_by("code")
                .values_list("code", "geom")
            )
            for name in (country.name, "again")
        ]
        assert shapes[0] == shapes[1]
        imports.undo(run)
    else:
        assert (run.counts["new"], run.counts["changed"]) == (0, 0)
        assert run.counts["same"] > 0
    assert state() == before


@pytest.mark.parametrize("kind", [kind for kind in tables.TABLES if kind != "boundaries"])
def test_a_template_has_the_columns_and_an_example_that_can_be_read(country, kind):
    raw = body_of(client_of().get(f"/api/v1/tables/{kind}.csv?template=1"))
    [head, row] = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
    assert head == [column.name for column in KINDS[kind].columns]
    for column, cell in zip(KINDS[kind].columns, row, strict=True):
        column.parse(cell)


def test_a_table_is_open_to_anyone_and_says_its_form(country):
    answer = client_of().get("/api/v1/tables/villages.csv")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert body_of(answer).startswith(b"\xef\xbb\xbfcode,name_th,name_en,lat,lng")
    assert client_of().get("/api/v1/tables/villages.exe").status_code == 400
    assert client_of().get("/api/v1/tables/persons.csv").status_code == 400


# -- files that are wrong as a whole --------------------------------------------------------------


def workbook(folder: Path, *rows: Any) -> bytes:
    path = folder / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell)
    return path.read_bytes()


def test_a_formula_is_refused_by_row_and_column(country, tmp_path):
    content = workbook(tmp_path, HEAD.split(","), ("58010109", "บ้านเพิ่ม", "", "=19+0.06", 98.06))
    run = checked(tmp_path, "villages", content, file="villages.xlsx")
    assert (2, "lat", "refused", "cell_formula") in notes(run)


def test_a_formula_in_a_column_that_is_not_read_harms_nobody(country, tmp_path):
    head = [*HEAD.split(","), "remark"]
    content = workbook(tmp_path, head, ("58010109", "บ้านเพิ่ม", "", 19.06, 98.06, "=1+1"))
    run = checked(tmp_path, "villages", content, file="villages.xlsx")
    assert run.counts["refused"] == 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "file_empty"),
        ("a.zip", b"PK\x03\x04 broken", "zip_broken"),
        ("a.pdf", b"%PDF-1.7 \n", "file_type"),
        ("a.csv", HEAD.encode() + b"\n58010101,\xff\xfe\xfa\x81\x8d,x,1,2\n", "file_encoding"),
        ("a.kml", b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"></kml>', "file_driver"),
    ],
)
def test_a_file_of_the_wrong_kind_is_named_and_writes_nothing(country, tmp_path, name, content, code):
    before = state()
    run = checked(tmp_path, "villages", content, file=name)
    assert (run.state, run.trouble["code"]) == ("failed", code)
    assert state() == before


# -- commands -------------------------------------------------------------------------------------


def ran(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_the_command_is_a_dry_run_unless_it_is_told_to_commit(country, tmp_path):
    path = tmp_path / "villages.csv"
    path.write_text(lines(HEAD, ("58010109", "บ้านเพิ่ม", "", 19.06, 98.06)))
    before = state()
    assert "Dry run: nothing is written" in ran("import_villages", str(path))
    assert state() == before
    said = ran("import_villages", str(path), "--commit")
    assert "Written as import" in said
    assert Area.objects.filter(code="58010109").exists()
    assert "taken back" in ran("undo_import", "villages")
    assert state() == before


def test_the_command_stops_at_refused_rows_and_lists_them(country, tmp_path):
    path, listed = tmp_path / "villages.csv", tmp_path / "report.csv"
    path.write_text(lines(HEAD, ("58010109", "บ้านเพิ่ม", "", 19.06, 98.06), ("58", "บ้านขาด", "", 19.0, 98.0)))
    with pytest.raises(CommandError, match="1 rows cannot be taken"):
        ran("import_villages", str(path), "--commit", "--report", str(listed))
    assert not Area.objects.filter(code="58010109").exists()
    [_, row] = csv.reader(io.StringIO(listed.read_text("utf-8-sig")))
    assert row[:4] == ["3", "mcode", "refused", "cell_code"]
    assert "โปรด" in row[5] or "ต้องมี" in row[5]
    ran("import_villages", str(path), "--commit", "--skip-refused")
    assert Area.objects.filter(code="58010109").exists()


def test_the_command_names_a_file_that_cannot_be_taken(country, tmp_path):
    path = tmp_path / "villages.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="columns are missing"):
        ran("import_villages", str(path), "--commit")
    with pytest.raises(CommandError, match="no such file"):
        ran("import_villages", str(tmp_path / "nothing.csv"))


def test_a_table_is_written_by_command(country, tmp_path):
    path = tmp_path / "villages.xlsx"
    assert "bytes" in ran("export_table", "villages", str(path))
    assert path.read_bytes()[:2] == b"PK"


# -- what stands stays ----------------------------------------------------------------------------


def test_a_column_that_the_file_does_not_have_leaves_what_stands(country, tmp_path):
    before = Area.objects.get(code="58010101")
    run = committed(tmp_path, "villages", lines("code,name_th", ("58010101", "ชื่อใหม่")))
    after = Area.objects.get(code="58010101")
    assert (after.name_th, after.name_en, after.point, after.point_flag) == (
        "ชื่อใหม่", before.name_en, before.point, before.point_flag,
    )  # fmt: skip
    assert notes(run) == []
    row = ("O1", "อบต.", "ก", "0 0000 0000", "a@example.org", "road", "58010101")
    committed(tmp_path, "offices", lines(OFFICE_HEAD, row))
    committed(tmp_path, "offices", lines("code,kind,name_th,territory", ("O1", "อบต.", "ข", "58010102")))
    office = Office.objects.get(code="O1")
    assert (office.name_th, office.phone, [c.slug for c in office.categories.all()]) == ("ข", "0 0000 0000", ["road"])


def test_a_category_is_known_by_its_thai_name_with_its_spaces(country, tmp_path):
    row = ("O1", "อบต.", "ก", "", "", "ถนน สะพาน ทางอันตราย; street_light", "58010101")
    committed(tmp_path, "offices", lines(OFFICE_HEAD, row))
    slugs = Office.objects.get(code="O1").categories.values_list("slug", flat=True)
    assert sorted(slugs) == ["road", "street_light"]


def test_a_village_of_an_office_that_is_here_already_is_flagged(country, tmp_path):
    committed(tmp_path, "offices", lines(OFFICE_HEAD, ("O1", "อบต.", "ก", "", "", "", "58010101")))
    run = checked(tmp_path, "offices", lines(OFFICE_HEAD, ("O2", "เทศบาล", "ข", "", "", "", "58010101")))
    assert notes(run) == [(2, "territory", "flagged", "territory_shared")]
    assert (run.counts["new"], run.counts["same"]) == (1, 0)


def test_an_office_with_grants_is_not_removed_by_an_undo(country, tmp_path):
    run = committed(tmp_path, "offices", lines(OFFICE_HEAD, ("O1", "อบต.", "ก", "", "", "", "58010101")))
    Grant.objects.create(
        person=make_person("dao", "volunteer", "5801"), role="officer", office=Office.objects.get(code="O1")
    )
    with pytest.raises(Refusal) as refused:
        imports.undo(run)
    assert refused.value.code == "undo_changed"
    assert Office.objects.filter(code="O1").exists()


def test_an_import_that_changed_nothing_is_in_no_undos_way(country, tmp_path):
    content = lines(HEAD, ("58010109", "บ้านเพิ่ม", "", 19.06, 98.06))
    first, again = committed(tmp_path, "villages", content), committed(tmp_path, "villages", content)
    with pytest.raises(Refusal) as refused:
        imports.undo(again)
    assert refused.value.code == "undo_nothing"
    imports.undo(first)
    assert not Area.objects.filter(code="58010109").exists()


def test_a_file_of_which_no_row_can_be_taken_is_not_written(country, tmp_path):
    with pytest.raises(Refusal) as refused:
        committed(tmp_path, "villages", lines(HEAD, ("58", "บ้านขาด", "", 19.0, 98.0)), skip_refused=True)
    assert refused.value.code == "import_nothing_left"


def test_figures_without_a_number_say_nothing(country, tmp_path):
    content = lines("code,population,households,as_of,source", ("580101", "", "", "2026-01-01", "OTHER"))
    run = committed(tmp_path, "figures", content)
    assert (run.counts["new"], run.counts["changed"]) == (0, 0)
    assert Area.objects.get(code="580101").figures_source == ""


def test_coordinates_that_first_appear_late_in_a_list_are_read(country, tmp_path):
    found = [{"code": f"5801{n:04d}", "name_th": "ก", "geo": None} for n in range(201, 261)]
    found.append({"code": "58010170", "name_th": "ข", "geo": {"lat": 19.05, "lon": 98.05}})
    run = committed(tmp_path, "villages", json.dumps(found), "a.json")
    assert run.counts["flags"] == {"missing": 60, "ok": 1}


def test_windows_874_is_read_whatever_its_first_letters(country, tmp_path):
    content = lines(OFFICE_HEAD, ("O1", "อบต.", "หนองสถานวงเวียน", "", "", "", "58010101")).encode("cp874")
    committed(tmp_path, "offices", content)
    assert Office.objects.get(code="O1").name_th == "หนองสถานวงเวียน"


@pytest.mark.parametrize(
    ("cell", "code"), [("2026-01-01 10:00+99:00", "cell_date"), ("1" * 400, "cell_number"), ("1e400", "cell_number")]
)
def test_cells_beyond_all_measure_are_refused(cell, code):
    parse = columns.moment if ":" in cell else columns.whole(0, 5)
    with pytest.raises(columns.CellTrouble) as trouble:
        parse(cell if ":" in cell or "e" in cell else int(cell))
    assert trouble.value.code == code


@pytest.mark.parametrize(
    ("options", "attr"),
    [({"within": "ZZ"}, "options.within"), ({"skip_refused": "false"}, "options.skip_refused"),
     ({"set": 5}, "options.set"), ({"columns": {"code": 1}}, "options.columns")],
)  # fmt: skip
def test_options_of_the_wrong_form_are_refused_by_name(country, options, attr):
    with pytest.raises(Refusal) as refused:
        imports.check_options("villages", options)
    assert (refused.value.code, refused.value.attr) == ("option_form", attr)


def test_refused_rows_are_never_crowded_out_of_the_report(country, tmp_path, monkeypatch):
    monkeypatch.setattr(imports, "MAX_NOTES", 2)
    far = [(f"5801{n:04d}", "ก", "", 19.5, 98.05) for n in range(201, 206)]
    run = checked(tmp_path, "villages", lines(HEAD, *far, ("58", "บ้านขาด", "", 19.0, 98.0)))
    assert run.counts["flagged"] == 5
    assert [note[3] for note in notes(run) if note[2] == "refused"] == ["cell_code"]


def test_the_rows_of_a_file_do_not_outlive_it(country, tmp_path):
    run = committed(tmp_path, "villages", lines(HEAD, *VILLAGES))
    assert run.found["preview"] == []


def test_overlapping_areas_are_written_as_the_dry_run_said(country, tmp_path):
    shapes = {"c580101": box(98.0, 19.0), "c580102": box(98.1, 19.0), "c580103": box(98.05, 19.0)}
    run = committed(tmp_path, "boundaries", areas_file(**shapes), "a.geojson")
    assert run.state == "committed"
    assert Area.objects.filter(boundary_set=run.boundary_set, level="district").count() == 1
