"""Words for places become codes; what is not certain says so."""

import time

import pytest

from mapping.exchange.placewords import Found, find, one_letter_apart
from mapping.placenames import Named, read

CERTAIN = {
    # words: code
    "ต.แม่เงา อ.ขุนยวม": "580202",
    "ต.แม่เงา อ.ขุนยวม จ.แม่ฮ่องสอน 58140": "580202",
    "ตำบลแม่เงา อำเภอขุนยวม จังหวัดแม่ฮ่องสอน": "580202",
    "ตำบลแม่เงาอำเภอขุนยวมจังหวัดแม่ฮ่องสอน": "580202",
    "ต.แม่เงาอ.ขุนยวมจ.แม่ฮ่องสอน": "580202",
    "ต. แม่เงา อ. ขุนยวม": "580202",
    "ต แม่เงา อ ขุนยวม จ แม่ฮ่องสอน": "580202",
    "จังหวัดแม่ฮ่องสอน อำเภอขุนยวม ตำบลแม่เงา": "580202",
    "แม่เงา ขุนยวม แม่ฮ่องสอน": "580202",
    "แม่เงา, ขุนยวม": "580202",
    "ต.แม่เงา": "580202",  # there is but one
    "ถนนพังที่ตำบลแม่เงาอำเภอขุนยวมตั้งแต่เดือนที่แล้ว": "580202",
    "น้ำไม่ไหลมาสามวัน บ้านเลขที่ 12 ต.แม่เงา อ.ขุนยวม ช่วยด้วยครับ": "580202",
    "ต.แม่เงา อ.ขุนยวน": "580202",
    "ต.แม่เง่า อ.ขุนยวม": "580202",
    "ต.เเม่เงา อ.ขุนยวม": "580202",
    "Tambon Mae Ngao, Amphoe Khun Yuam": "580202",
    "tambon mae ngao amphoe khun yuam changwat mae hong son": "580202",
    "Mae Ngao Subdistrict, Khun Yuam District, Mae Hong Son Province": "580202",
    "Mae Ngao, Khun Yuam, Mae Hong Son": "580202",
    "อ.ขุนยวม": "5802",
    "อำเภอขุนยวม จังหวัดแม่ฮ่องสอน": "5802",
    "อ.เมือง จ.แม่ฮ่องสอน": "5801",
    "อ.เมืองแม่ฮ่องสอน": "5801",
    "ขุนยวม": "5802",
    "จ.แม่ฮ่องสอน": "58",
    "กทม.": "10",
    "จ.กทม": "10",
    "แขวงบางรัก เขตบางรัก กรุงเทพมหานคร 10500": "100404",
    "แขวงบางรัก เขตบางรัก กทม.": "100404",
    "แขวงสีลมเขตบางรักกรุงเทพฯ": "100402",
    "ต.ในเมือง อ.เมือง จ.ขอนแก่น": "400101",
    "ต.ในเมือง อ.เมืองขอนแก่น": "400101",
    "ต.ในเมือง 40000": "400101",
    "ต.บ้านกลาง อ.เมือง จ.ลำพูน": "510112",
    "อ.บ้านโป่ง จ.ราชบุรี": "7005",
    "ต.หัวรอ อ.พระนครศรีอยุธยา จ.อยุธยา": "140104",
}


@pytest.mark.parametrize("words", CERTAIN)
def test_words_that_fit_one_place_are_certain(words):
    found = find(words)
    assert found is not None
    assert (found.code, found.certain, found.candidates) == (CERTAIN[words], True, (CERTAIN[words],))


@pytest.mark.parametrize(
    "words", ["", " ", "สวัสดี", "ถนนพังทั้งสาย", "รพ.สต.", "อบต.", "ต.", "ต. อ. จ.", "12345", "อำเภอ", "ผอ.สั่งการแล้ว",
     "hello world", "น้ำท่วม ขาดไฟ"]
)  # fmt: skip
def test_words_that_name_no_place_find_none(words):
    assert find(words) is None


def test_several_that_fit_are_candidates_and_none_is_certain():
    found = find("ต.ในเมือง")
    assert found is not None
    assert not found.certain
    assert found.code == ""
    assert len(found.candidates) == 10
    assert all(len(code) == 6 for code in found.candidates)


def test_what_the_candidates_have_in_common_is_certain():
    found = find("ต.ในเมือง จ.ขอนแก่น")
    assert found is not None
    assert found.code == "40"
    assert "400101" in found.candidates
    assert not found.certain


@pytest.mark.parametrize(
    ("words", "above"),
    [("ต.ปาย อ.ขุนยวม", "5802"), ("ต.แม่เงา อ.ปาย จ.แม่ฮ่องสอน", "5803"), ("อ.ขุนยวม จ.ภูเก็ต", "83"),
     ("ต.กขคง อ.ขุนยวม", "5802")],
)  # fmt: skip
def test_a_contradiction_has_no_candidates(words, above):
    assert find(words) == Found(above, False, ())


def test_a_contradiction_between_unknown_words_finds_none():
    assert find("ต.ไม่มีที่นี่ อ.ไม่มีที่ไหน") is None


def test_a_letter_is_forgiven_only_where_one_place_is_left():
    assert find("จ.แม่ฮ่องสอบ").code == "58"
    assert find("อ.ขนุยวม").code == "5802"
    assert find("ต.แม่เงอ") is None  # of 7,400 names one letter makes another place
    assert find("ต.แม่เงอ อ.ขุนยวม").code == "580202"
    assert find("ต.แม่กงอ อ.ขุนยวม") == Found("5802", False, ())  # two letters


@pytest.mark.parametrize(
    ("words", "number", "village"),
    [
        ("123 ม.3 บ้านหนองแขม ต.แม่เงา", 3, "บ้านหนองแขม"),
        ("๑๒๓ หมู่ที่ ๓ บ้านหนองแขม ต.แม่เงา", 3, "บ้านหนองแขม"),
        ("123 หมู่ 3 ต.แม่เงา อ.ขุนยวม", 3, ""),
        ("123 ม. 12 ต.แม่เงา", 12, ""),
        ("บ้านเลขที่ 5 หมู่ที่3 บ.หนองแขม ต.แม่เงา", 3, "บ้านหนองแขม"),
        ("หมู่บ้านหนองแขม ต.แม่เงา", None, "บ้านหนองแขม"),
        ("ต.แม่เงา อ.ขุนยวม", None, ""),
        ("Ban Nong Khaem Moo 3, Tambon Mae Ngao", 3, "บ้านNong"),
    ],
)
def test_the_village_and_its_number_are_kept(words, number, village):
    found = find(words)
    assert found is not None
    assert (found.code, found.village_no) == ("580202", number)
    if words[0] != "B":
        assert found.village_name == village


def test_columns_are_read_with_and_without_the_word_for_their_level():
    for given in (
        {"subdistrict": "แม่เงา", "district": "ขุนยวม", "province": "แม่ฮ่องสอน"},
        {"subdistrict": "ต.แม่เงา", "district": "อ.ขุนยวม", "province": "จ.แม่ฮ่องสอน"},
        {"subdistrict": "ตำบล แม่เงา", "district": "อำเภอ ขุนยวม"},
        {"subdistrict": "Mae Ngao", "district": "Khun Yuam", "province": "Mae Hong Son"},
        {"subdistrict": "MAE-NGAO", "district": "khunyuam"},
        {"words": "ถนนพัง", "subdistrict": "แม่เงา", "province": "แม่ฮ่องสอน"},
        {"words": "ต.แม่เงา", "district": "ขุนยวม"},
    ):
        found = find(**given)
        assert found is not None, given
        assert (found.code, found.certain) == ("580202", True), given
    assert find(subdistrict="บ้านกลาง", district="เมือง", province="ลำพูน").code == "510112"
    assert find(district="เขตบางรัก").code == find(district="บางรัก", province="กทม").code == "1004"


def test_an_abolished_subdistrict_leads_to_its_successors():
    found = find("แขวงบางนา เขตบางนา กทม.")
    assert found == Found("1047", False, ("104702", "104703"), abolished="104701")


def test_names_of_institutions_are_not_taken_for_places():
    assert find("รพ.สต.แม่เงา") is None
    assert find("เทศบาลตำบลแม่เงา") is None
    assert read("ในเขตเทศบาล") == Named(loose=("ในเขตเทศบาล",))


def test_one_letter_is_one_letter():
    assert all(one_letter_apart("ขุนยวม", other) for other in ("ขุนยวน", "ขุนยม", "ขุนยวมม", "ขนุยวม", "ขุนยวม"))
    assert not any(one_letter_apart("ขุนยวม", other) for other in ("ขุนย", "ขุนยวมมม", "ขนยวน", ""))


def test_an_address_is_taken_apart():
    assert read("123 ม.3 บ้านหนองแขม ต.แม่เงา อ.ขุนยวม จ.แม่ฮ่องสอน 58140") == Named(
        "แม่ฮ่องสอน", "ขุนยวม", "แม่เงา", "หนองแขม", 3, "58140", ("123",)
    )


def test_a_hundred_thousand_rows_take_well_under_a_minute():
    started = time.perf_counter()
    for n in range(4_000):
        find(f"{n} ม.{n % 20} ต.แม่เงา อ.ขุนยว{'มน'[n % 2]} จ.แม่ฮ่องสอน")
    assert time.perf_counter() - started < 2.4 * 4  # four times what a minute leaves: machines differ
