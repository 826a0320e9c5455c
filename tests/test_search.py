"""Places are found by the names that people type."""

import os
import unicodedata
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mapping.exchange import boundaries, generations
from mapping.models import Area
from mapping.queries import rows, value
from mapping.search import Term, forgiven, letters_wrong, readings
from tests.conftest import client_of, errors_of, real_data

DATA = Path(os.environ.get("MEEMAP_DATA", ""))
EXTRA = {  # names of the real North, beside and inside the small country's boxes
    "5803": ("ปาย", "Pai"),
    "580301": ("เวียงใต้", "Wiang Tai"),
    "580203": ("แม่เงา", "Mae Ngao"),
    "580303": ("แม่นาเติง", "Mae Na Toeng"),
    "580302": ("บ้านกลาง", "Ban Klang"),
    "58020301": ("บ้านน้ำฮู", "Ban Nam Hu"),
    "58020303": ("บ้านหนองแขม", "Ban Nong Khaem"),
    "58030101": ("บ้านหนองแขม", "Ban Nong Khaem"),
    "58030102": ("บ้านกลาง", "Ban Klang"),
    "58030201": ("กลาง", "Klang"),
    "58030202": ("บ้านป่าแดง", "Ban Pa Daeng"),
    "58030203": ("บ้านปาแดง", "Ban Pa Daeng"),
    "58030204": ("บ้าน 100% ดี", "Ban 100% Di"),
    "830102": ("แม่เงา", "Mae Ngao"),
}
LEVELS = {2: "province", 4: "district", 6: "subdistrict"}


@pytest.fixture
def north(country):
    """The small country and some areas of real names; 58 is Mae Hong Son, 5802 Khun Yuam."""
    Area.objects.bulk_create(
        Area(boundary_set=country, code=code, level=LEVELS.get(len(code), "village"), name_th=th, name_en=en)
        for code, (th, en) in EXTRA.items()
    )
    return country


def search(q: str, **more) -> list[dict]:
    answer = client_of().get("/api/v1/areas", {"q": q, **more})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def codes(q: str, **more) -> list[str]:
    return [area["code"] for area in search(q, **more)]


def first(q: str, **more) -> str | None:
    return next(iter(codes(q, **more)), None)


@pytest.mark.parametrize(
    "typed",
    [
        "ขุนยวม", "ขุนยวม ", "ขุน ยวม", "อ.ขุนยวม", "อ. ขุนยวม", "อ ขุนยวม", "อำเภอขุนยวม", "อำเภอ ขุนยวม", "khunyuam",
        "Khun Yuam", "KHUN-YUAM", "Khun Yuam District", "amphoe khun yuam", "ขุนยวน", "ขุนยม", "ขุนยวมม", "ขนุยวม", "5802",
    ],
)  # fmt: skip
def test_a_district_is_found_however_it_is_typed(north, typed):
    assert first(typed) == "5802"


@pytest.mark.parametrize(
    "typed", ["แม่ฮ่องสอน", "จังหวัดแม่ฮ่องสอน", "จ.แม่ฮ่องสอน", "แมฮองสอน", "แม่ฮ้องสอน", "เเม่ฮ่องสอน", "แม่่ฮ่องสอน",
     "แม่ห่องสอน", "Mae Hong Sorn", "maehongson"]
)  # fmt: skip
def test_tone_marks_and_double_sara_e_do_not_matter(north, typed):
    assert first(typed) == "58"


@pytest.mark.parametrize(
    "typed", ["น้ำฮู", "น\u0e4d\u0e49\u0e32ฮู", "น้\u0e4d\u0e32ฮู", "น\u0e33\u0e49ฮู", "นำฮู", "บ้านน้ำฮู", "บ้าน น้ำฮู", "บ.น้ำฮู"]
)
def test_sara_am_is_one_letter_whichever_way_it_was_typed(north, typed):
    assert first(typed) == "58020301"


def test_composed_and_decomposed_text_find_the_same(north):
    Area.objects.filter(code="580301").update(name_en="Wiang Tâi")
    for form in ("NFC", "NFD"):
        assert first(unicodedata.normalize(form, "Wiang Tâi")) == "580301"
    assert first(unicodedata.normalize("NFD", "ขุนยวม")) == "5802"


def test_the_capital_district_is_found_by_its_first_word(north):
    assert codes("เมือง") == codes("อ.เมือง") == ["8301", "5801"]  # ภูเก็ต before แม่ฮ่องสอน
    assert first("เมืองแม่ฮ่องสอน") == first("อ.เมือง จ.แม่ฮ่องสอน") == "5801"


def test_the_word_for_a_level_narrows_to_it_and_is_part_of_a_name_where_it_is_one(north):
    assert codes("บ้านกลาง")[:3] == ["580302", "58030201", "58030102"]  # the subdistrict, then both villages
    assert first("ต.บ้านกลาง") == "580302"
    assert first("กลาง") == "58030201"


def test_larger_places_in_the_line_tell_areas_of_one_name_apart(north):
    assert codes("แม่เงา")[:2] == ["580203", "830102"]
    assert codes("ต.แม่เงา อ.ขุนยวม") == codes("แม่เงา ขุนยวม") == codes("Mae Ngao, Khun Yuam") == ["580203"]
    assert codes("ตำบลแม่เงาจังหวัดภูเก็ต") == ["830102"]
    assert codes("บ้านหนองแขม ต.แม่เงา จ.แม่ฮ่องสอน") == codes("หนองแขม ต.แม่เงา") == ["58020303"]
    assert codes("ม.3 ต.แม่เงา อ.ขุนยวม") == codes("หมู่ที่ ๓ ต.แม่เงา อ.ขุนยวม") == ["58020303"]


def test_what_is_understood_is_shown_where_the_smallest_name_is_not_found(north):
    assert codes("บ้านไม่มีที่ไหน ต.แม่เงา อ.ขุนยวม") == ["580203"]


def test_villages_of_one_name_come_with_what_they_lie_in(north):
    found = {area["code"]: area for area in search("หนองแขม")}
    assert set(found) == {"58020303", "58030101"}
    assert found["58020303"]["above_th"] == ["แม่เงา", "ขุนยวม", "แม่ฮ่องสอน"]
    assert found["58030101"]["above_en"] == ["Wiang Tai", "Pai", "Mae Hong Son"]
    assert search("แม่ฮ่องสอน")[0]["above_th"] == []


def test_the_order_is_exact_begins_contains_similar_and_within_each_the_larger_first(north):
    assert codes("ปาแดง")[:2] == ["58030203", "58030202"]  # spelled so; then without its tone mark
    assert codes("แม่")[:3] == ["58", "580203", "830102"]
    found = codes("ขุนยวม")
    assert found[0] == "5802"
    assert codes("ฮ่องสอน")[:2] == ["58", "5801"]


def test_names_stand_in_thai_order(north):
    found = codes("แม่", level="subdistrict", within="58")
    names = [Area.objects.get(code=code).name_th for code in found]
    assert names == ["แม่เงา", "แม่นาเติง"]  # ง before น, the vowel written before it or not


def test_an_area_code_finds_the_area_and_what_lies_below(north):
    assert set(codes("5802")) == {"5802", "580201", "580203", "58020101", "58020301", "58020303"}
    assert first("580203") == "580203"
    assert (
        codes("5802", level="village") == ["58020101", "58020303", "58020301"]
        or len(codes("5802", level="village")) == 3
    )


def test_one_or_two_letters_find_what_begins_with_them(north):
    assert "5802" in codes("ข")
    assert codes("ขน") == []
    assert first("ปา") == "5803"


def test_level_and_within_hold(north):
    assert codes("หนองแขม", within="5803") == ["58030101"]
    assert codes("ขุนยวม", level="province") == []
    assert all(code.startswith("83") for code in codes("แม่เงา", within="83"))
    assert set(codes("ต.แม่เงา อ.ขุนยวม", level="village")) == {"58020301", "58020303"}


def test_a_limit_is_kept(north):
    assert len(codes("5", limit=3)) == 3
    assert errors_of(client_of().get("/api/v1/areas", {"q": "x", "limit": 501})) == [("number_range", "limit")]
    assert len(client_of().get("/api/v1/areas", {"limit": 2}).json()["results"]) == 2


@pytest.mark.parametrize(
    "q", ["%", "_", "%%%", "__", "\\", "' OR 1=1 --", "%(key)s", "{where}", "()", "…", "ต.", "จ. อ.", "ม.", "่้๊"]
)
def test_signs_are_only_signs(north, q):
    assert codes(q) == []


def test_a_percent_sign_stands_for_itself(north):
    assert codes("100% ดี") == ["58030204"]
    assert "58030204" not in codes("1%ดี")


def test_words_that_cannot_be_a_name_are_refused(north):
    assert errors_of(client_of().get("/api/v1/areas", {"q": "ก\0"})) == [("text_characters", "q")]
    assert errors_of(client_of().get("/api/v1/areas", {"q": "ก" * 101})) == [("text_too_long", "q")]


# -- whichever door names come through ----------------------------------------------------------


def kept() -> set[tuple]:
    return {tuple(row.values()) for row in rows("SELECT code, name_th, th, en FROM area_name")}


def owed() -> set[tuple]:
    return {
        tuple(row.values())
        for row in rows(
            "SELECT code, name_th, search_key(bare_name(level, name_th)) AS th,"
            " search_key(bare_name(level, name_en)) AS en"
            " FROM area WHERE boundary_set_id = active_boundary_set() AND current"
        )
    }


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_name_changed_by_plain_sql_is_found_at_once(north):
    run("UPDATE area SET name_th = 'สบเมย' WHERE code = '580203'")
    assert first("สบเมย") == "580203"
    assert codes("แม่เงา") == ["830102"]
    assert kept() == owed()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM area WHERE code LIKE '5803%'",
        "UPDATE area SET current = false WHERE code = '580203'",
        "UPDATE area SET code = '580399' WHERE code = '580303'",
        "UPDATE area SET name_en = ''",
        "UPDATE area SET population = 5",
        "INSERT INTO area (boundary_set_id, code, level, name_th, name_en, point_flag, current, successors)"
        " SELECT active_boundary_set(), '58020399', 'village', 'บ้านใหม่', '', 'ok', true, '[]'",
        "TRUNCATE area CASCADE",
    ],
)
def test_kept_names_are_those_of_the_active_set_after_any_statement(north, statement):
    run("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE is refused
    run(statement)
    assert kept() == owed()


def test_without_an_active_set_nothing_is_found(north):
    assert codes("หนองแขม")
    run("UPDATE boundary_set SET active = false")
    assert codes("หนองแขม") == []


def test_only_the_active_set_is_searched(north, country_files):
    other = boundaries.load(country_files["areas"], name="another", within="58").boundary_set
    Area.objects.filter(boundary_set=other, code="580101").update(name_th="ใหม่เอี่ยม")
    assert codes("ใหม่เอี่ยม") == []
    generations.activate_set(other)
    assert codes("ใหม่เอี่ยม") == ["580101"]
    assert codes("หนองแขม") == []
    assert kept() == owed()
    north.delete()
    assert kept() == owed()


def test_loading_a_set_that_is_not_active_writes_no_name(north, country_files):
    before = value("SELECT count(*) FROM area_name")
    boundaries.load(country_files["areas"], name="another", villages=country_files["villages"])
    assert value("SELECT count(*) FROM area_name") == before


def test_a_country_without_areas_finds_nothing(db):
    assert codes("ขุนยวม") == []


def test_a_search_is_a_handful_of_statements(north):
    for q in ("ขุนยวน", "บ้านหนองแคม ต.แม่เงา อ.ขุนยวม", "a b c d"):
        with CaptureQueriesContext(
            connection,
        ) as statements:
            codes(q)
        assert len(statements) < 60, q


# -- pure parts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name", "wrong"),
    [("ปาย", "ปาย", 0), ("ขนุยวม", "ขุนยวม", 1), ("ขุนยม", "ขุนยวม", 1), ("ขุนยวมม", "ขุนยวม", 1), ("ab", "cd", 2),
     ("กรุง", "กรุงเทพ", 1)],
)  # fmt: skip
def test_wrong_letters_are_counted(typed, name, wrong):
    assert letters_wrong(typed, name) == wrong


def test_longer_names_forgive_more():
    assert [forgiven("ก" * n) for n in (3, 5, 6, 9, 10, 13, 21)] == [1, 1, 2, 2, 2, 3, 5]


def test_a_line_is_read_with_the_largest_place_first():
    assert next(iter(readings("ต.แม่เงา อ.ขุนยวม"))) == ([("district", "ขุนยวม"), ("subdistrict", "แม่เงา")], None)
    assert Term("khun", "khun", "khun", "khun").column.as_string(None) == "en"


# -- the real country ---------------------------------------------------------------------------


@real_data
def test_the_real_country_is_found_by_names_typed_wrong(db):
    boundaries.load(
        DATA / "thailand" / "adm3.geojson.gz", villages=DATA / "thailand" / "villages.csv.gz", activate=True
    )
    assert kept() == owed()
    for typed, code in {
        "ขุนยวน": "5802", "Khun Yuem": "5802", "Mae Hong Sorn": "58", "ต.แม่เงา อ.ขุนยวม": "580202", "กทม": "10",
        "กรุงเทพ": "10", "กรุงเทบ": "10", "เขตบางรัก": "1004", "แขวงบางรัก เขตบางรัก": "100404", "เชียงไหม่": "50",
        "chaing mai": "50", "อยุธยา": "14", "โคราช": "30", "บุรีรัม": "31", "บ้านปางหมู": "58010401", "สุราษฎธานี": "84",
        "อ.เมือง จ.ขอนแก่น": "4001", "ต.ในเมือง อ.เมือง จ.ขอนแก่น": "400101", "Phuket": "83", "นครศรีธรรมราด": "80",
        "พระประแดง": "1104", "580202": "580202", "58020203": "58020203", "หมู่ 3 ต.แม่เงา": "58020203",
    }.items():  # fmt: skip
        assert code in codes(typed)[:5], typed
    assert "58" == first("แม่ฮองสอน") == first("จ.แม่ห่องซอน")
