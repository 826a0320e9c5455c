"""Pins in bulk. Rows are invented; nobody lives in them."""

import csv
import json
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
import xlsxwriter
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from mapping.access import Reader
from mapping.errors import Refusal
from mapping.exchange import imports, pins, traffy
from mapping.models import Category, Change, Confirmation, Entry, Import, Photo, Pin
from mapping.pins import set_status
from mapping.queries import value
from tests.conftest import body_of, client_of, feature, recount, report, tallied

ROAD = {"category": "road", "severity": "4", "words": "สะพานขาด", "lat": "19.05", "lng": "98.05"}


def table(folder: Path, *rows: dict[str, Any], name: str = "needs.csv") -> Path:
    path = folder / name
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    if name.endswith(".xlsx"):
        with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy hh:mm"}) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([headings, *([row.get(heading) for heading in headings] for row in rows)]):
                sheet.write_row(number, 0, row)
        return path
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        writer.writerows(rows)
    return path


def features(folder: Path, *found: dict[str, Any]) -> Path:
    path = folder / "needs.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(found)}), "utf-8")
    return path


def receive(path: Path, person=None, **options: Any) -> tuple[Import, Reader | None]:
    run = imports.receive("pins", path, name=path.name, by=person, options=options)
    return run, Reader.of(person) if person is not None else None


def examine(path: Path, person=None, **options: Any) -> Import:
    run, reader = receive(path, person, **options)
    imports.examine(run, reader=reader)
    assert run.trouble is None, run.trouble
    return run


def commit(path: Path, person=None, **options: Any) -> Import:
    run, reader = receive(path, person, **options)
    return imports.commit(run, reader=reader)


def notes(run: Import, *verdicts: str) -> list[tuple[int, str, str]]:
    """(row, column, code), of these verdicts or all."""
    found = run.notes.order_by("row", "pk")
    if verdicts:
        found = found.filter(verdict__in=verdicts)
    return list(found.values_list("row", "column", "code"))


@pytest.fixture
def one(country, tmp_path):
    """Import one row; the pin that it became."""

    def make(**given: Any) -> Pin:
        commit(table(tmp_path, {**ROAD, **given}))
        return Pin.objects.get()

    return make


# -- what a row becomes ----------------------------------------------------------------------------


def test_a_row_becomes_a_pin_that_counts(one):
    pin = one(people="40", needed_since="2569-05-01", received_at="22/11/2566 08:30")
    assert (pin.category.slug, pin.severity, pin.words, pin.people) == ("road", 4, "สะพานขาด", 40)
    assert (pin.point.x, pin.point.y, pin.area_code, pin.source) == (98.05, 19.05, "580101", "map")
    assert (pin.needed_since, pin.author_id) == (date(2026, 5, 1), None)
    assert pin.received_at == pin.captured_at == datetime(2023, 11, 22, 1, 30, tzinfo=UTC)
    assert (pin.checked, pin.counts, pin.status, pin.version) == (True, True, "reported", 1)
    assert list(pin.entries.values_list("kind", "at")) == [("reported", pin.received_at)]
    assert not Confirmation.objects.exists()
    assert recount() == tallied() != {}


def test_the_feed_hears_of_imported_pins(one):
    pin = one()
    value("SELECT feed_sequence()")
    assert Change.objects.filter(kind="pin", key=pin.pk, gone=False).count() == 1


def test_thai_headings_and_words_are_understood(country, tmp_path):
    row = {"ประเภท": "ไฟทาง", "ระดับความรุนแรง": "เดือดร้อนมาก รอไม่ได้นาน", "จำนวนคน": "๔๐", "รายละเอียด": "มืด",
           "วันที่แจ้ง": "1 ม.ค. 2569", "สถานะ": "เข้าแผนแล้ว", "ละติจูด": "19.05", "ลองจิจูด": "98.05"}  # fmt: skip
    commit(table(tmp_path, row))
    pin = Pin.objects.get()
    assert (pin.category.slug, pin.severity, pin.people, pin.words) == ("street_light", 4, 40, "มืด")
    assert (pin.status, pin.received_at) == ("planned", datetime(2025, 12, 31, 17, tzinfo=UTC))


def test_a_mapped_word_means_its_category(country, tmp_path):
    path = table(tmp_path, {**ROAD, "category": "หลุมบ่อ"})
    assert notes(examine(path)) == [(2, "category", "category_unknown")]
    commit(path, categories={"หลุมบ่อ": "road"})
    assert Pin.objects.get().category.slug == "road"


def test_a_word_mapped_to_no_category_is_refused_as_a_whole(country, tmp_path):
    run, _ = receive(table(tmp_path, ROAD), categories={"หลุมบ่อ": "hole"})
    imports.examine(run)
    assert run.trouble["code"] == "unknown_category"


def test_a_missing_severity_is_assumed_and_said(country, tmp_path):
    rows = [{**ROAD, "severity": ""}, {**ROAD, "words": "ข"}]
    run = commit(table(tmp_path, *rows))
    assert notes(run) == [(2, "severity", "severity_assumed")]
    assert sorted(Pin.objects.values_list("severity", flat=True)) == [3, 4]


def test_a_file_without_severities_says_so_once(country, tmp_path):
    rows = [{k: v for k, v in ROAD.items() if k != "severity"} | {"words": w} for w in "กขค"]
    assert notes(examine(table(tmp_path, *rows))) == [(0, "severity", "severity_assumed")]


def test_dates_of_a_workbook_are_understood(country, tmp_path):
    row = {**ROAD, "lat": 19.05, "lng": 98.05, "severity": 4, "received_at": datetime(2026, 1, 2, 9, 30)}  # noqa: DTZ001
    row["needed_since"] = date(2025, 5, 1)
    commit(table(tmp_path, row, name="needs.xlsx"))
    pin = Pin.objects.get()
    assert pin.received_at == datetime(2026, 1, 2, 2, 30, tzinfo=UTC)
    assert pin.needed_since == date(2025, 5, 1)


def test_buddhist_dates_of_a_workbook_are_understood(country, tmp_path):
    row = {**ROAD, "received_at": "22/11/2568", "needed_since": "๑ พ.ค. ๒๕๖๘"}
    commit(table(tmp_path, row, name="needs.xlsx"))
    pin = Pin.objects.get()
    assert (pin.received_at, pin.needed_since) == (datetime(2025, 11, 21, 17, tzinfo=UTC), date(2025, 5, 1))


def test_a_status_is_an_entry_of_the_one_who_imports(country, tmp_path, alice):
    rows = [{**ROAD, "status": "done", "received_at": "2024-01-01", "last_activity": "2024-03-01"},
            {**ROAD, "words": "ข", "status": "ผู้แจ้งขอถอน"},
            {**ROAD, "words": "ค", "status": "ปิดเรื่อง ยังไม่ได้แก้"}]  # fmt: skip
    run = commit(table(tmp_path, *rows), alice)
    assert list(Pin.objects.order_by("number").values_list("status", flat=True)) == [
        "done", "withdrawn", "closed_without_fix"]  # fmt: skip
    done, withdrawn, closed = Entry.objects.filter(kind="status").order_by("pk")
    assert (done.by_id, done.from_status, done.detail) == (alice.pk, "reported", {"import": str(run.pk)})
    assert done.at == datetime(2024, 2, 29, 17, tzinfo=UTC)
    assert withdrawn.by_id is None
    assert closed.words
    assert recount() == tallied()


# -- where -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        {"coords": "98.05,19.05"}, {"coords": "(98.05, 19.05)"}, {"lon": "98.05", "latitude": "19.05"},
        {"x": "98.05", "y": "19.05"}, {"พิกัด": "98.05 19.05"},
    ],
)  # fmt: skip
def test_coordinates_stand_in_one_column_or_two(country, tmp_path, given):
    commit(table(tmp_path, {"category": "road", "severity": 3} | given))
    assert Pin.objects.get().point.coords == (98.05, 19.05)


@pytest.mark.parametrize(
    "given",
    [
        {"plus_code": "7MFW3322+22"}, {"รหัสพลัส": "7mfw3322+22"}, {"place": "7MFW3322+22, Thailand"},
        {"plus_code": "3322+22", "subdistrict": "580101"}, {"plus_code": "3322+22", "village": "58010101"},
        {"place": "3322+22 ต.จองคำ อ.เมืองแม่ฮ่องสอน จ.แม่ฮ่องสอน"},
        {"plus_code": "3322+22", "อำเภอ": "เมืองแม่ฮ่องสอน", "จังหวัด": "แม่ฮ่องสอน"},
    ],
    ids=str,
)  # fmt: skip
def test_a_plus_code_is_a_place_whole_or_short_with_a_name(country, tmp_path, given):
    run = commit(table(tmp_path, {"category": "road", "severity": 3} | given))
    pin = Pin.objects.get()
    assert (pin.point.coords, pin.source) == ((98.050062, 19.050063), "plus_code")  # the middle of 14 m by 14 m
    assert notes(run) == []


def test_coordinates_go_before_a_plus_code(country, tmp_path):
    commit(table(tmp_path, {**ROAD, "plus_code": "7MFW22CC+22"}))
    assert Pin.objects.get().point.coords == (98.05, 19.05)


@pytest.mark.parametrize(
    ("given", "column", "code"),
    [
        ({"plus_code": "7MFW3322"}, "plus_code", "cell_plus_code"),
        ({"plus_code": "3322+2O"}, "plus_code", "cell_plus_code"),
        ({"plus_code": "7MFW3322+"}, "plus_code", "plus_code_coarse"),
        ({"plus_code": "3322+22"}, "plus_code", "plus_code_needs_place"),
        ({"place": "3322+22 ที่ไหนสักแห่ง"}, "place", "plus_code_needs_place"),
    ],
)
def test_a_plus_code_that_says_no_place_is_refused_by_row(country, tmp_path, given, column, code):
    assert (2, column, code) in notes(examine(table(tmp_path, {"category": "road", "severity": 3} | given)))


def test_a_village_near_by_wins_and_one_far_away_is_said(country, tmp_path):
    rows = [{**ROAD, "lat": "19.03", "lng": "98.02", "village": "58010101"},
            {**ROAD, "lat": "19.03", "lng": "98.02", "village": "58010201", "words": "ข"}]  # fmt: skip
    run = commit(table(tmp_path, *rows))
    near, far = Pin.objects.order_by("number")
    assert (near.area_code, near.village_source, near.whole_village) == ("58010101", "chosen", False)
    assert (far.area_code, far.village_source) == ("580101", "suggested")
    assert notes(run) == [(3, "place", "place_words_differ")]
    assert run.notes.get().params["given"].startswith("58010201 ")


@pytest.mark.parametrize(
    "given",
    [
        {"village": "58010101"},
        {"area_code": "58010101"},
        {"place": "หมู่ที่ 1 ต.จองคำ อ.เมืองแม่ฮ่องสอน จ.แม่ฮ่องสอน"},
        {"place": "บ้าน 58010101 ต.จองคำ อ.เมืองแม่ฮ่องสอน", "หมู่ที่": "1"},
        {"ตำบล": "จองคำ", "อำเภอ": "เมืองแม่ฮ่องสอน", "หมู่ที่": "1"},
        {"subdistrict": "580101", "หมู่บ้าน": "บ้าน 58010101"},
        {"subdistrict": "580101", "place": "ม.1"},
    ],
    ids=lambda given: "+".join(given),
)  # fmt: skip
def test_a_village_without_coordinates_is_the_whole_village(country, tmp_path, given):
    run = commit(table(tmp_path, {"category": "road", "severity": 3} | given))
    pin = Pin.objects.get()
    assert (pin.whole_village, pin.area_code, pin.point.coords) == (True, "58010101", (98.02, 19.02))
    assert pin.source == ("village" if {"village", "area_code"} & given.keys() else "typed")
    assert notes(run) == []


def test_a_village_in_columns_of_its_own_is_the_chosen_one(country, tmp_path):
    row = {**ROAD, "lat": "19.03", "lng": "98.02", "ตำบล": "จองคำ", "อำเภอ": "เมืองแม่ฮ่องสอน", "หมู่ที่": "1"}
    assert notes(commit(table(tmp_path, row, {**row, "words": "ข", "หมู่ที่": "88"}))) == []
    known, unknown = Pin.objects.order_by("number")
    assert (known.area_code, known.village_source) == ("58010101", "chosen")
    assert (unknown.area_code, unknown.village_source) == ("580101", "suggested")


@pytest.mark.parametrize("name", ["บ้าน 58010101", "58010101", "บ้านนี้ หมู่ที่ 1"])
def test_a_village_is_known_by_name_or_number(country, tmp_path, name):
    commit(table(tmp_path, {"category": "road", "severity": 3, "subdistrict": "580101", "หมู่บ้าน": name}))
    assert Pin.objects.get().area_code == "58010101"


def test_a_typing_error_in_a_place_is_mended_and_said(country, tmp_path):
    run = commit(table(tmp_path, {"category": "road", "severity": 3, "หมู่ที่": "1",
                                  "ตำบล": "ห้วยโปง", "อำเภอ": "เมืองแม่ฮ่องสอน", "จังหวัด": "แม่ฮ่องสอน"}))  # fmt: skip
    assert notes(run, "repaired") == [(2, "ตำบล", "repair_place_words")]
    assert Pin.objects.get().area_code == "58010201"


def test_words_that_contradict_the_coordinates_are_said_with_both(country, tmp_path):
    run = commit(table(tmp_path, {**ROAD, "ตำบล": "ขุนยวม", "อำเภอ": "ขุนยวม", "จังหวัด": "แม่ฮ่องสอน"}))
    assert notes(run) == [(2, "place", "place_words_differ")]
    assert run.notes.get().params == {"given": "580201 ตำบล 580201", "found": "580101 ตำบล 580101"}
    assert Pin.objects.get().area_code == "580101"


def test_a_subdistrict_alone_is_too_coarse_unless_that_is_chosen(country, tmp_path):
    path = table(tmp_path, {"category": "road", "severity": 3, "place": "ต.จองคำ อ.เมืองแม่ฮ่องสอน"},
                 {"category": "road", "severity": 3, "place": "อ.ขุนยวม"})  # fmt: skip
    assert notes(examine(path)) == [(2, "place", "place_too_coarse"), (3, "place", "place_too_coarse")]
    run = commit(path, coarse=True, skip_refused=True)
    assert notes(run) == [(2, "place", "place_coarse"), (3, "place", "place_too_coarse")]
    pin = Pin.objects.get()
    assert (pin.area_code, pin.whole_village, pin.source) == ("580101", False, "typed")


def test_a_point_outside_every_area_is_kept_and_said(country, tmp_path):
    run = commit(table(tmp_path, {**ROAD, "lat": "15", "lng": "103"}))
    assert notes(run) == [(2, "lat", "place_outside")]
    assert (Pin.objects.get().area_code, Pin.objects.get().place_flag) == (None, "outside")


def test_the_categorys_rule_for_the_public_place_holds(one):
    pin = one(category="care")
    assert (pin.place_precision, pin.public_point.coords) == ("cell", (98.05, 19.05))
    assert pin.point.coords == (98.05, 19.05)


def test_points_of_geojson_with_their_id_and_none_with_a_village(country, tmp_path):
    here, whole = str(uuid.uuid4()), str(uuid.uuid4())
    path = features(tmp_path, {**feature(), "id": here}, {**feature(None, village="58010101"), "id": whole})
    assert notes(commit(path)) == []
    assert Pin.objects.get(pk=here).point.coords == (98.05, 19.05)
    assert Pin.objects.get(pk=whole).whole_village


def test_a_geopackage_of_points_comes_in(country, tmp_path):
    given = {"category": ["ไฟทาง", "road"], "severity": [2, 5], "village": [None, "58010201"]}
    frame = geopandas.GeoDataFrame(given, geometry=[shapely.Point(98.05, 19.05), None], crs="EPSG:4326")
    frame.to_crs(32647).to_file(tmp_path / "needs.gpkg", engine="pyogrio")
    run = commit(tmp_path / "needs.gpkg")
    assert notes(run) == []
    light, road = Pin.objects.order_by("number")
    assert (light.category.slug, light.area_code) == ("street_light", "580101")
    assert light.point.coords == pytest.approx((98.05, 19.05), abs=2e-6)
    assert (road.whole_village, road.area_code) == (True, "58010201")


# -- refusals, by row --------------------------------------------------------------------------------

TOMORROW = (timezone.now() + timedelta(days=2)).date().isoformat()
REFUSED = {
    "cell_empty": ({**ROAD, "category": ""}, "category"),
    "category_unknown": ({**ROAD, "category": "ยานอวกาศ"}, "category"),
    "cell_range": ({**ROAD, "severity": "6"}, "severity"),
    "cell_number": ({**ROAD, "severity": "แย่"}, "severity"),
    "cell_whole": ({**ROAD, "people": "1.5"}, "people"),
    "text_too_long": ({**ROAD, "words": "ก" * 2001}, "words"),
    "cell_date_future": ({**ROAD, "received_at": TOMORROW}, "received_at"),
    "cell_date": ({**ROAD, "received_at": "เมื่อวาน"}, "received_at"),
    "cell_date_order": ({**ROAD, "received_at": "11/22/2026"}, "received_at"),
    "cell_choice": ({**ROAD, "status": "ไม่รู้"}, "status"),
    "village_half_point": ({**ROAD, "lng": ""}, "lat"),
    "swapped": ({**ROAD, "lat": "98.05", "lng": "19.05"}, "lat"),
    "coordinates_metres": ({**ROAD, "lat": "2106000", "lng": "400000"}, "lat"),
    "out_of_range": ({**ROAD, "lat": "95", "lng": "200"}, "lat"),
    "null_island": ({**ROAD, "lat": "0", "lng": "0"}, "lat"),
    "coordinates_pair": ({"category": "road", "coords": "98.05"}, "coords"),
    "place_missing": ({"category": "road", "lat": "", "lng": ""}, "lat"),
    "cell_code": ({**ROAD, "village": "5801"}, "village"),
    "unknown_village": ({"category": "road", "village": "58010199"}, "village"),
    "place_unknown": ({"category": "road", "place": "ต.ไม่มีจริง อ.ไม่มีจริง"}, "place"),
    "place_ambiguous": ({"category": "road", "place": "หมู่ 3 ต.ในเมือง"}, "place"),
    "place_too_coarse": ({"category": "road", "place": "จ.แม่ฮ่องสอน"}, "place"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_row_is_refused_by_name(country, tmp_path, code):
    row, column = REFUSED[code]
    run = examine(table(tmp_path, row))
    assert notes(run, "refused") == [(2, column, code)]
    assert run.counts["new"] == 0


def test_swapped_coordinates_of_one_column_are_refused_by_name(country, tmp_path):
    run = examine(table(tmp_path, {"category": "road", "severity": 3, "coords": "19.05,98.05"}))
    assert notes(run) == [(2, "coords", "swapped")]


def test_ambiguous_words_name_what_fits(country, tmp_path):
    run = examine(
        table(tmp_path, REFUSED["place_ambiguous"][0]),
    )
    assert "300101" in run.notes.get(code="place_ambiguous").params["candidates"]


def test_a_village_number_that_is_not_there_is_refused(country, tmp_path):
    run = examine(table(tmp_path, {"category": "road", "severity": 3, "subdistrict": "580101", "หมู่ที่": "77"}))
    assert notes(run) == [(2, "subdistrict", "unknown_village")]
    assert run.notes.get().params == {"given": "58010177"}


def test_a_village_name_that_is_not_there_is_refused(country, tmp_path):
    path = table(tmp_path, {"category": "road", "severity": 3, "subdistrict": "580101", "หมู่บ้าน": "ไม่มี"})
    assert notes(examine(path)) == [(2, "subdistrict", "place_unknown")]
    assert notes(examine(path, coarse=True)) == [(2, "subdistrict", "place_coarse")]


def test_two_villages_of_one_name_are_ambiguous(country, tmp_path):
    connection.cursor().execute("UPDATE area SET name_th = 'บ้านใหม่' WHERE code IN ('58010101', '58010102')")
    run = examine(table(tmp_path, {"category": "road", "severity": 3, "subdistrict": "580101", "หมู่บ้าน": "ใหม่"}))
    assert notes(run) == [(2, "subdistrict", "place_ambiguous")]
    assert run.notes.get().params["candidates"] == "58010101 บ้านใหม่, 58010102 บ้านใหม่"


def test_refused_rows_stop_the_import_unless_they_are_left_out(country, tmp_path):
    path = table(tmp_path, ROAD, {**ROAD, "lat": "0", "lng": "0"})
    with pytest.raises(Refusal, match="1 rows"):
        commit(path)
    assert not Pin.objects.exists()
    commit(path, skip_refused=True)
    assert Pin.objects.count() == 1


# -- who ----------------------------------------------------------------------------------------------


def test_charlie_is_refused_by_row_in_north(country, tmp_path, charlie):
    rows = [
        ROAD,
        {**ROAD, "lat": "8.05"},
        {**ROAD, "lat": "15", "lng": "103"},
        {"category": "road", "village": "58010101"},
    ]
    path = table(tmp_path, *rows)
    run = examine(path, charlie)
    assert notes(run, "refused") == [(2, "", "not_your_area"), (4, "", "not_your_area"), (5, "", "not_your_area")]
    assert run.counts["new"] == 1
    with pytest.raises(Refusal) as refused:
        commit(path, charlie)
    assert refused.value.code == "import_refused_rows"
    commit(path, charlie, skip_refused=True)
    assert Pin.objects.get().area_code == "830101"


def test_a_volunteer_imports_nothing(country, tmp_path, bob):
    run = examine(table(tmp_path, ROAD), bob)
    assert notes(run, "refused") == [(2, "", "not_your_area")]


def test_charlie_does_not_learn_what_stands_in_north(country, tmp_path, charlie, bob):
    """Rows with the id of Bob's pin: where Charlie may not write, he hears only that."""
    theirs = report(bob)["id"]
    same = {"id": theirs, "category": "road", "severity": "3", "lat": "19.05", "lng": "98.05"}
    assert notes(examine(table(tmp_path, same), charlie), "refused") == [(2, "", "not_your_area")]
    here = {**same, "lat": "8.05"}
    run = examine(table(tmp_path, here), charlie)
    assert notes(run, "refused") == [(2, "id", "pin_taken")]
    assert run.notes.get().params == {}  # neither number nor status


def test_boundaries_being_put_in_use_make_an_import_wait(open_country, tmp_path):
    from django.db import connections  # noqa: PLC0415

    run, _ = receive(table(tmp_path, ROAD))
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(5301)")
            with pytest.raises(Refusal) as refused:
                imports.commit(run)
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert refused.value.code == "busy"
    imports.commit(Import.objects.get(pk=run.pk))
    assert Pin.objects.count() == 1


# -- the same again -----------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(country, tmp_path):
    path = table(tmp_path, ROAD, {**ROAD, "words": "ข", "status": "done"})
    commit(path)
    before = list(Pin.objects.order_by("pk").values())
    run = commit(path)
    assert (run.counts["new"], run.counts["same"]) == (0, 2)
    assert list(Pin.objects.order_by("pk").values()) == before
    assert notes(run) == []


def test_a_row_that_stands_twice_is_kept_once(country, tmp_path):
    run = commit(table(tmp_path, ROAD, ROAD))
    assert notes(run) == [(3, "id", "row_twice")]
    assert run.notes.get().verdict == "flagged"
    assert Pin.objects.count() == 1


def test_one_id_for_two_needs_is_refused(country, tmp_path):
    rows = [{**ROAD, "ticket": "A-1"}, {**ROAD, "ticket": "A-1", "words": "อื่น"}]
    assert notes(examine(table(tmp_path, *rows)), "refused") == [(3, "id", "row_twice")]


def test_an_import_never_edits_a_pin(country, tmp_path):
    commit(table(tmp_path, {**ROAD, "ticket": "A-1"}))
    run = examine(table(tmp_path, {**ROAD, "ticket": "A-1", "words": "แก้แล้ว"}))
    assert notes(run) == [(2, "id", "pin_exists")]


def test_two_sources_may_use_the_same_numbers(country, tmp_path):
    path = table(tmp_path, {**ROAD, "ticket": "1"})
    commit(path, source_name="line")
    commit(path, source_name="phone")
    assert Pin.objects.count() == 2


def test_a_status_that_moved_on_is_said_and_left(country, tmp_path, alice):
    path = table(tmp_path, {**ROAD, "status": "verified"})
    commit(path)
    set_status(reader=Reader.of(alice), pin_id=Pin.objects.get().pk, to="in_progress")
    run = commit(path)
    assert notes(run) == [(2, "status", "pin_status_differs")]
    assert Pin.objects.get().status == "in_progress"
    assert run.counts["same"] == 1


# -- all or nothing -----------------------------------------------------------------------------------


def written() -> tuple[int, ...]:
    """What only grows: numbers given, changes and tallies appended."""
    counts = "(SELECT count(*) FROM change_new), (SELECT count(*) FROM tally_delta)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT last_value, is_called::int, {counts} FROM pin_number")
        return cursor.fetchone()


def test_a_dry_run_burns_no_numbers_and_writes_nothing(country, tmp_path):
    before = written()
    run = examine(table(tmp_path, ROAD, {**ROAD, "words": "ข", "status": "done"}))
    assert run.counts["new"] == 2
    assert written() == before
    assert not Pin.objects.exists()
    assert not Entry.objects.exists()


def test_an_import_that_breaks_midway_writes_nothing(open_country, tmp_path, monkeypatch):
    monkeypatch.setattr(pins, "BATCH", 1)
    run, _ = receive(table(tmp_path, ROAD, {**ROAD, "words": "ข"}))

    def tell(step: str, done: int, total: int) -> None:
        if step == "writing" and done == 1:
            assert Pin.objects.count() == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        imports.commit(run, tell=tell)
    assert not Pin.objects.exists()
    assert not Entry.objects.exists()
    assert tallied() == {}


def test_what_the_dry_run_said_is_what_the_import_does(country, tmp_path):
    path = table(tmp_path, ROAD, {**ROAD, "words": "ข", "lat": "19.03", "lng": "98.02", "village": "58010101"},
                 {"category": "care", "severity": 3, "village": "58010103"})  # fmt: skip
    placed = "area_code, village_source, place_agrees, place_flag, people_band, place_precision, public_area_code"
    told: list[Any] = []

    def tell(step: str, done: int, total: int) -> None:
        if step == "comparing":
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {placed} FROM pin_placed ORDER BY id")
                told.extend(cursor.fetchall())

    run, _ = receive(path)
    imports.examine(run, tell=tell)
    commit(path)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {placed} FROM pin ORDER BY id")
        assert cursor.fetchall() == told
    assert len(told) == 3


# -- undo ----------------------------------------------------------------------------------------------


def test_an_undo_takes_back_what_nobody_touched(country, tmp_path, alice, bob):
    words = ["ก", "ข", "ค", "ง", "จ", "ฉ"]
    run = commit(table(tmp_path, *({**ROAD, "words": w, "status": "verified"} for w in words)))
    moved, confirmed, pictured, lead, joined = Pin.objects.order_by("number")[:5]
    set_status(reader=Reader.of(alice), pin_id=moved.pk, to="in_progress")
    Confirmation.objects.create(pin=confirmed, person=bob)
    Photo.objects.create(id=uuid.uuid4(), pin=pictured, sha256=b"0" * 32, size_bytes=1)
    connection.cursor().execute("UPDATE pin SET joined_to_id = %s WHERE id = %s", [lead.pk, joined.pk])
    mine = report(alice, words="ของฉัน")["id"]
    done = imports.undo(run)
    assert done.counts["undone"] == {"removed": 1, "kept": 5}
    assert set(Pin.objects.values_list("pk", flat=True)) == {
        uuid.UUID(mine), moved.pk, confirmed.pk, pictured.pk, lead.pk, joined.pk,
    }  # fmt: skip
    assert recount() == tallied()
    value("SELECT feed_sequence()")
    # Without a key: what a test before this one emptied, which the feed is told too.
    assert Change.objects.filter(kind="pin", gone=True, key__isnull=False).count() == 1


def test_tallies_are_exact_after_import_and_after_undo(country, tmp_path):
    rows = [{**ROAD, "words": str(n), "severity": n % 5 + 1, "status": status, "people": n + 1}
            for n, status in enumerate(["reported", "done", "planned", "withdrawn", "confirmed", ""] * 3)]  # fmt: skip
    run = commit(table(tmp_path, *rows))
    assert recount() == tallied()
    assert sum(pins for (_, digits, *_), (pins, _) in tallied().items() if digits == 0) == 15
    imports.undo(run)
    assert recount() == tallied() == {}
    assert not Entry.objects.exists()


def test_an_undone_file_can_come_in_again(country, tmp_path):
    path = table(tmp_path, ROAD)
    imports.undo(commit(path))
    assert commit(path).counts["new"] == 1


def test_an_earlier_import_is_undone_though_a_later_one_stands(country, tmp_path):
    first = commit(table(tmp_path, ROAD))
    commit(table(tmp_path, {**ROAD, "words": "ข"}))
    imports.undo(first)
    assert Pin.objects.get().words == "ข"


# -- Traffy Fondue -------------------------------------------------------------------------------------

ARCHIVE = {
    "ticket_id": "2021-AAAAAA", "type": "{ยานอวกาศ,น้ำท่วม,ถนน}", "organization": "เขตตัวอย่าง", "comment": "น้ำขัง",
    "coords": "98.05,19.05", "photo": "https://example.org/1.jpg", "photo_after": "", "address": "ตัวอย่าง",
    "subdistrict": "จองคำ", "district": "เมืองแม่ฮ่องสอน", "province": "แม่ฮ่องสอน",
    "timestamp": "2021-09-03 12:51:09.453003+00", "state": "เสร็จสิ้น", "star": "5", "count_reopen": "",
    "last_activity": "2022-06-22 08:12:00.00+00",
}  # fmt: skip
NEWER = {
    "ticket_id": "2026-BBBBBB", "type": "แสงสว่าง", "organization": "อบต.ตัวอย่าง", "description": "ไฟดับ",
    "photo": "", "latitude": "19.05", "longitude": "98.05",
    "address": "ตำบลจองคำ อำเภอเมืองแม่ฮ่องสอน จังหวัดแม่ฮ่องสอน", "subdistrict": "จองคำ",
    "district": "เมืองแม่ฮ่องสอน", "province": "แม่ฮ่องสอน", "timestamp": "2026-08-20 22:25:37.433959",
    "photo_after": "", "timestamp_inprogress": "", "timestamp_finished": "", "org_finished": "",
    "status": "ส่งต่อ(ใหม่)", "confirmed": "", "star": "", "count_reopen": "0",
    "last_activity": "2026-08-21 10:00:00.1",
}  # fmt: skip


def test_traffys_archive_is_understood_as_it_is(country, tmp_path):
    run = commit(table(tmp_path, ARCHIVE,
                       {**ARCHIVE, "ticket_id": "2021-AAAAAB", "type": "{}", "state": "กำลังดำเนินการ"},
                       {**ARCHIVE, "ticket_id": "2021-AAAAAC", "type": "", "state": "รอรับเรื่อง"},
                       {**ARCHIVE, "ticket_id": "2021-AAAAAD", "type": "ยานอวกาศ", "state": "ลอยอยู่"}))  # fmt: skip
    done, doing, waiting, other = Pin.objects.order_by("number")
    assert (done.category.slug, done.status, done.words, done.area_code) == ("flood", "done", "น้ำขัง", "580101")
    assert done.received_at == datetime(2021, 9, 3, 12, 51, 9, 453003, tzinfo=UTC)
    assert done.entries.get(kind="status").at == datetime(2022, 6, 22, 8, 12, tzinfo=UTC)
    assert (doing.category.slug, doing.status) == ("other", "in_progress")
    assert (waiting.category.slug, waiting.status) == ("other", "reported")
    assert (other.category.slug, other.status) == ("other", "reported")
    assert notes(run) == [
        (0, "photo", "photos_left_out"), (0, "severity", "severity_assumed"), (3, "type", "category_assumed"),
        (4, "type", "category_assumed"), (5, "type", "category_assumed"), (5, "state", "status_assumed"),
    ]  # fmt: skip
    assert run.counts["categories"]["{ยานอวกาศ,น้ำท่วม,ถนน} → flood"] == 1
    assert run.counts["statuses"]["เสร็จสิ้น → done"] == 1


def test_traffys_newer_form_is_understood_as_it_is(country, tmp_path):
    run = commit(table(tmp_path, NEWER))
    pin = Pin.objects.get()
    assert (pin.category.slug, pin.status, pin.words, pin.area_code) == ("street_light", "forwarded", "ไฟดับ", "580101")
    assert pin.received_at == datetime(2026, 8, 20, 15, 25, 37, 433959, tzinfo=UTC)
    assert pin.pk == uuid.uuid5(pins.OURS, "traffy:2026-BBBBBB")
    assert [code for *_, code in notes(run)] == ["photos_left_out", "severity_assumed"]


def test_a_newer_export_of_traffy_adds_what_is_new(country, tmp_path):
    commit(table(tmp_path, NEWER))
    later = {**NEWER, "status": "เสร็จสิ้น", "last_activity": "2026-09-01 10:00:00"}
    run = commit(table(tmp_path, later, {**NEWER, "ticket_id": "2026-CCCCCC"}))
    assert (run.counts["new"], run.counts["same"]) == (1, 1)
    assert (2, "status", "pin_status_differs") in notes(run)


def test_traffys_table_speaks_of_categories_and_states_that_there_are(db):
    assert set(traffy.TYPES) <= set(Category.objects.values_list("slug", flat=True))
    assert all(
        value("SELECT status_may_follow('reported', %(to)s)", {"to": slug}) or slug == "reported"
        for slug in traffy.STATES
    )
    words = [word for group in traffy.TYPES.values() for word in group]
    assert len(words) == len(set(words))


# -- round trip ----------------------------------------------------------------------------------------


def those_that_there_are() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, category_id, severity, status, words, needed_since, ST_AsText(point), whole_village, area_code,"
            " village_source, nearest_village, people_band, place_precision, public_area_code,"
            " date_trunc('second', received_at), checked, hidden FROM pin ORDER BY id"
        )
        return cursor.fetchall()


@pytest.mark.parametrize("form", ["csv", "geojson"])
def test_an_officers_download_comes_in_again_as_the_same_pins(country, tmp_path, alice, bob, form):
    report(bob, words='=HYPERLINK("x")', people=40, severity=5)
    report(bob, 98.02, 19.03, village="58010101", words="-5 ครัวเรือน\n+66 'เดิม'", needed_since="2026-05-01")
    report(bob, None, village="58010103", category="income", words="@ทั้งหมู่บ้าน")
    report(alice, 98.07, 19.01, category="care", words="“ผู้ป่วย” ติดเตียง", people=1)
    report(alice, 98.055555, 19.098765, category="other", words="＝ เต็ม")
    closed = report(bob, 98.25, 19.06, words="'ขีด")["id"]
    set_status(reader=Reader.of(alice), pin_id=closed, to="closed_without_fix", words="ไม่มีงบ")
    before = those_that_there_are()
    path = tmp_path / f"pins.{form}"
    path.write_bytes(body_of(client_of(alice).get(f"/api/v1/pins.{form}")))
    assert examine(path, alice).counts["same"] == 6
    Pin.objects.all()._raw_delete("default")
    run = commit(path, alice)
    assert run.counts["new"] == 6
    assert those_that_there_are() == before
    assert notes(run, "refused", "flagged") == []
    assert {code for *_, code in notes(run)} == ({"repair_people_band"} if form == "csv" else set())
    assert recount() == tallied()


def test_the_public_download_says_where_its_places_are_blurred(country, tmp_path, bob, anyone):
    report(bob, category="care", words="โทร 081 234 5678")
    path = tmp_path / "pins.csv"
    path.write_bytes(body_of(anyone.get("/api/v1/pins.csv")))
    Pin.objects.all()._raw_delete("default")
    run = commit(path)
    assert notes(run) == [(2, "place_precision", "place_is_public")]
    assert Pin.objects.get().words == "โทร •••"


def test_what_was_hidden_or_unchecked_stays_so(country, tmp_path):
    rows = [{**ROAD, "hidden": "true"}, {**ROAD, "words": "ข", "checked": "f"}]
    commit(table(tmp_path, *rows))
    hidden, unchecked = Pin.objects.order_by("number")
    assert (hidden.hidden, hidden.counts) == (True, False)
    assert (unchecked.checked, unchecked.counts) == (False, False)


def test_a_joined_pin_stands_for_itself_and_that_is_said(country, tmp_path):
    run = commit(table(tmp_path, {**ROAD, "joined_to": str(uuid.uuid4())}))
    assert notes(run) == [(2, "joined_to", "pin_was_joined")]


# -- the command -----------------------------------------------------------------------------------------


def test_the_command_reports_then_writes(country, tmp_path, capsys):
    path = table(tmp_path, {**ROAD, "category": "หลุมบ่อ"})
    call_command("import_pins", path, "--category", "หลุมบ่อ=road", "--source-name", "line")
    assert "Dry run" in capsys.readouterr().out
    assert not Pin.objects.exists()
    call_command("import_pins", path, "--category", "หลุมบ่อ=road", "--commit")
    assert Pin.objects.count() == 1


def test_severity_is_read_from_numbers_and_words():
    given = {"4": 4, 5.0: 5, "๒": 2, "3 เดือดร้อน": 3, "เดือดร้อนมาก": 4, "อันตรายถึงชีวิต": 5}
    assert {cell: pins.severity(cell) for cell in given} == given
