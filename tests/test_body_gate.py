"""What a request body may be (V3, V4), and what becomes of text.

Each fault has its control: what the bare library would have let through.
"""

import json
import re
import unicodedata
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapping import geometry
from mapping.errors import MESSAGES, Refusal
from mapping.geometry import MAX_BODY_BYTES, clean_text, parse_body

# The same examples every time, and no clock: the machine may be busy.
calm = settings(derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def refusal_of(raw: bytes) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as caught:
        parse_body(raw)
    return caught.value.code, caught.value.attr


@pytest.fixture
def never_json(monkeypatch):
    """Fails the test if the parser is reached at all."""

    def reached(*args, **kwargs):
        raise AssertionError("json.loads was reached")

    monkeypatch.setattr(geometry, "json", SimpleNamespace(loads=reached, JSONDecodeError=ValueError))


# -- size, encoding, depth ----------------------------------------------------------------


def test_a_body_of_256_kb_is_read():
    raw = b'{"words":"' + b"a" * (MAX_BODY_BYTES - 12) + b'"}'
    assert len(raw) == 262_144
    assert parse_body(raw) == {"words": "a" * (MAX_BODY_BYTES - 12)}


def test_one_byte_more_is_refused_before_the_parser(never_json):
    assert refusal_of(b"[" + b" " * MAX_BODY_BYTES) == ("body_too_large", None)


@pytest.mark.parametrize("raw", [b"", b"   ", b"\r\n\t"])
def test_an_empty_body_is_refused(never_json, raw):
    assert refusal_of(raw) == ("body_empty", None)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf{}",  # byte-order mark
        '{"words": "น้ำ"}'.encode("utf-16"),
        '{"words": "น้ำ"}'.encode("utf-16-le"),
        "{}".encode("utf-32-be"),
        '{"words": "น้ำ"}'.encode("cp874"),  # Thai Windows
        b'{"words": "\xed\xa0\x80"}',  # a surrogate written as UTF-8
        b'{"words": "\xc0\xaf"}',  # overlong slash
        b'{"words": "\xf4\x90\x80\x80"}',  # beyond U+10FFFF
        b'{"words": "\xe0\xb8"}',  # half a Thai letter
        b'{"words": "\x00"}',
        b"{}\x00",
    ],
)
def test_what_is_not_plain_utf_8_is_refused_before_the_parser(never_json, raw):
    assert refusal_of(raw) == ("body_encoding", None)


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
        b"[{" * 50_000,
        b"[" * 17 + b"]" * 17,
        b'["\\"[",' + b"[" * 16 + b"]" * 17,  # an escaped quote does not end the string
        b'{"type":"Point","coordinates":' + b"[" * 2_000 + b"0" + b"]" * 2_000 + b"}",
    ],
    ids=["open", "closed", "objects", "mixed", "one too many", "after a string", "4 kB"],
)
def test_deep_nesting_is_refused_before_the_parser(never_json, raw):
    assert refusal_of(raw) == ("body_depth", None)


def test_without_the_gate_2000_levels_in_4_kb_end_in_a_crash():  # control
    with pytest.raises(RecursionError):
        json.loads("[" * 2_000 + "]" * 2_000)


def test_sixteen_levels_are_read():
    assert parse_body(b"[" * 16 + b"]" * 16)


def test_brackets_inside_strings_do_not_count_as_depth():
    words = "[{" * 1000 + '"' + "\\"
    assert parse_body(json.dumps({"words": words}).encode()) == {"words": words}


def test_a_scan_that_forgets_strings_would_refuse_good_words():  # control
    assert json.dumps({"words": "[" * 20}).count("[") > 16


@pytest.mark.parametrize(
    "raw",
    [b'"' + b'\\"' * 131_000, b'"\\"' * 80_000, b'"' * 262_144, b'["' + b"\\" * 200_000],
    ids=["escaped quotes", "pieces", "quotes", "backslashes"],
)
def test_strings_made_to_slow_the_scan_are_plain_broken_json(raw):
    assert refusal_of(raw) == ("json_broken", None)


# -- JSON ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"}",
        b"{]",
        b"[1,]",
        b'{"a":1,}',
        b"{'a':1}",
        b"{a:1}",
        b'{"a" 1}',
        b"[1 2]",
        b"[01]",
        b"[+1]",
        b"[.5]",
        b"[5.]",
        b"[0x10]",
        b"[1e]",
        b"[1_000]",
        b"[True]",
        b"undefined",
        b'"open',
        b'"\\x41"',
        b'"\\u12"',
        b'"tab\there"',
        b'"new\nline"',
        b"{} {}",
        b"{}]",
        b"// words\n{}",
        "[๑]".encode(),
        "{“a”: 1}".encode(),
        b"\xc2\xa0{}",
        b"<html></html>",
        b"category=water",
        b"%PDF-1.7",
    ],
)
def test_malformed_json_is_refused_with_its_line(raw):
    assert refusal_of(raw) == ("json_broken", None)


def test_the_error_says_where_the_json_breaks():
    with pytest.raises(Refusal) as caught:
        parse_body(b'{\n "severity": 3,\n "words" "x"}')
    assert "line 3, column 10" in caught.value.text("en")
    assert "บรรทัด 3 ตำแหน่ง 10" in caught.value.text("th")


@pytest.mark.parametrize(
    ("raw", "attr"),
    [
        (b'{"a":1,"a":1}', "a"),
        (b'{"properties":{"severity":1,"words":"","severity":5}}', "properties.severity"),
        (b'[{"x":[0,{"id":1,"id":2}]}]', "[0].x[1].id"),
        (b'{"\\u0061":1,"a":2}', "a"),
        ('{"น้ำ":1,"น้ำ":2}'.encode(), "น้ำ"),
        (b'{"\\u202ex":1,"\\u202ex":2}', "\\u202ex"),
        (b'{"type":"Feature","type":"Point","geometry":NaN}', "type"),
    ],
)
def test_a_key_that_stands_twice_is_refused_with_its_path(raw, attr):
    assert refusal_of(raw) == ("json_duplicate_key", attr)


def test_bare_json_keeps_the_last_of_two_in_silence():  # control
    assert json.loads('{"severity":1,"severity":5}') == {"severity": 5}


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("NaN", "number_not_finite"),
        ("Infinity", "number_not_finite"),
        ("-Infinity", "number_not_finite"),
        ("1e400", "number_not_finite"),
        ("-1e999", "number_not_finite"),
        ("1.0E+309", "number_not_finite"),
        ("9007199254740992", "number_too_big"),  # 2^53
        ("-9007199254740992", "number_too_big"),
        ("9007199254740993", "number_too_big"),
        ("99999999999999999999", "number_too_big"),
        ("9" * 5_000, "number_too_big"),
        ("1" * 200_000, "number_too_big"),
        ("0." + "1" * 200_000, "number_too_big"),
        ("1" * 60 + "e9999999999", "number_too_big"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_number_that_cannot_be_kept_is_refused_with_its_path(number, code):
    raw = b'{"geometry":{"coordinates":[100.5,%s]}}' % number.encode()
    assert refusal_of(raw) == (code, "geometry.coordinates[1]")


def test_bare_json_lets_infinity_in():  # control
    assert json.loads("[1e999, Infinity]") == [float("inf")] * 2


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("9007199254740991", 2**53 - 1),
        ("-9007199254740991", -(2**53) + 1),
        ("-0", 0),
        ("0.1000000000000000055511151231", 0.1),
        ("123456789012345678901234567.890", 123456789012345678901234567.890),
        ("1e-400", 0.0),
        ("1e308", 1e308),
    ],
)
def test_a_number_that_a_double_holds_is_read(number, value):
    assert parse_body(f"[{number}]".encode()) == [value]


@pytest.mark.parametrize(
    ("raw", "attr"),
    [
        (rb'{"properties":{"words":"a\u0000b"}}', "properties.words"),
        (rb'{"properties":{"words":"\ud800"}}', "properties.words"),
        (rb'{"properties":{"words":"\udc00\ud800"}}', "properties.words"),
        (rb'{"photos":[{"id":"x"},{"id":"\ud83d"}]}', "photos[1].id"),
        (rb'{"properties":{"\u0000":1}}', "properties"),
        (rb'{"\ud800":1}', None),
        (rb'"\udfff"', None),
    ],
)
def test_nul_and_half_characters_are_refused_with_their_path(raw, attr):
    assert refusal_of(raw) == ("text_characters", attr)


def test_bare_json_makes_text_that_no_driver_can_send():  # control
    with pytest.raises(UnicodeEncodeError):
        json.loads(r'"\ud800"').encode()


def test_a_whole_surrogate_pair_is_one_character():
    assert parse_body(rb'"\ud83d\udc18"') == "🐘"


@calm
@given(st.binary(max_size=400))
def test_no_bytes_whatever_end_in_anything_but_a_value_or_a_refusal(raw):
    try:
        body = parse_body(raw)
    except Refusal:
        return
    json.dumps(body, allow_nan=False, ensure_ascii=False).encode()


JSON_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text('กน้ำa"\\[{\n')
)
JSON_TREES = st.recursive(
    JSON_LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("กขab.", max_size=3), inner, max_size=3),
    max_leaves=12,
)


@calm
@given(JSON_TREES.filter(lambda tree: json.dumps(tree).count("[") + json.dumps(tree).count("{") < 16))
def test_whatever_good_json_holds_comes_back_unchanged(tree):
    assert parse_body(json.dumps(tree, ensure_ascii=False).encode()) == tree


# -- text ---------------------------------------------------------------------------------

THAI = [
    "น้ำประปาไม่ไหล",
    "ที่ทำการผู้ใหญ่บ้าน",
    "ถนนชำรุด เป็นหลุมเป็นบ่อ หมู่ที่ ๓",
    "กตัญญู ฤๅษี ฦๅ ฯลฯ ๆ ฿",
    "ป่าไม้ ปู่ ปี่ ปิ้ง ป้า",
    "สะพานไม้ผุ\nเด็กเดินไปโรงเรียนไม่ได้",
    "น้ำ\u200bท่วม",  # a break opportunity
    "แปล\u200dต่อ",
    "๏ คำขึ้นต้น ๚ะ๛",
    "ศูนย์พัฒนาเด็กเล็ก (อบต.) “เร่งด่วน”",
]

NASTY_KEPT = [  # text that looks like something else, and is only text
    "undefined", "null", "NULL", "None", "nil", "NaN", "true", "-1", "1e999", "0x0", "1/0", "１２３", "٠١٢",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>',
    "javascript:alert(1)", "{{7*7}}", "${7*7}", "#{7*7}", "%(name)s", "{limit}", "{0.__class__}",
    "'; DROP TABLE pin; --", "' OR '1'='1", "1; SELECT pg_sleep(9)", "%00", "%s%s%s%n", "\\", "\\u0000",
    "../../../etc/passwd", "C:\\Windows\\win.ini", "/vsicurl/http://x/", "file:///etc/passwd",
    "$(id)", "`id`",
    "() { :;}; echo", "=1+1", "+1", "-1+1|cmd", "@SUM(A1)", "＝1+1",
    "田中さんにあげて", "사회과학원",
    "Ω≈ç√∫", "Ṱ̺̺̕o͞ ̷i̲̬", "ﷺ", "ًٌٍَ", "مناسبة", "سكوله داساس", "בְּרֵאשִׁית",
    "👩‍👩‍👧‍👦", "🇹🇭", "👍🏽", "❤️", "ʇxǝʇ", "𝕿𝖍𝖊", "ⓣⓔⓧⓣ", "раyраl", "ﬀﬁ", "Å", "İıſß",
    "\u200e.\u200f", "\U0010fffd", "\ufffe", "\ue000", "a" * 2000,
]  # fmt: skip

NASTY_CHANGED = [  # (sent, kept): a named rule of `clean_text`
    ("  น้ำ  ", "น้ำ"),
    ("\t\n", ""),
    ("\u00a0\u3000น้ำ\u2003", "น้ำ"),
    ("a\r\nb\rc", "a\nb\nc"),
    ("a\x0bb\x0cc", "abc"),
    ("a\u2028b\u2029c\x85d", "a\nb\nc\nd"),
    ("a\x07\x08\x1b[31mb", "a[31mb"),
    ("\x01\x02\x7f\x80\x9f", ""),
    ("\u202egnp.exe", "gnp.exe"),
    ("a\u202a\u202b\u202c\u202d\u202eb", "ab"),
    ("a\u2066\u2067\u2068\u2069b", "ab"),
    ("\ufeffน้ำ\ufeff", "น้ำ"),
    ("e\u0301", "\u00e9"),
    ("\u212b", "\u00c5"),
    ("\u1100\u1161\u11a8", "각"),
    ("น\u0e49ุ", "น\u0e38\u0e49"),  # tone mark typed before the vowel below: put in order
]


@pytest.mark.parametrize("words", THAI)
def test_thai_comes_back_byte_for_byte(words):
    assert clean_text(words, "words", 2000).encode() == words.encode()


@pytest.mark.parametrize("words", NASTY_KEPT, ids=ascii)
def test_odd_text_is_kept_as_it_is(words):
    body = parse_body(json.dumps({"words": words}).encode())
    kept = clean_text(body["words"], "words", 2000)
    assert kept == unicodedata.normalize("NFC", words)


@pytest.mark.parametrize(("sent", "kept"), NASTY_CHANGED, ids=ascii)
def test_invisible_text_is_cleaned_by_rule(sent, kept):
    assert clean_text(sent, "words", 2000) == kept


def test_text_that_is_only_stripped_still_shows_other_words_than_it_holds():  # control
    assert "\u202e" in "\u202egnp.exe".strip()


@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], {}, ["น้ำ"], b"n"])
def test_what_is_not_text_is_refused(value):
    with pytest.raises(Refusal) as caught:
        clean_text(value, "properties.words", 2000)
    assert (caught.value.code, caught.value.attr) == ("text_type", "properties.words")


@pytest.mark.parametrize("value", ["\x00", "a\x00", "\ud800", "น\udfff"], ids=ascii)
def test_nul_and_half_characters_are_refused_in_text_too(value):
    with pytest.raises(Refusal) as caught:
        clean_text(value, "properties.words", 2000)
    assert (caught.value.code, caught.value.attr) == ("text_characters", "properties.words")


def test_length_counts_code_points_not_bytes():
    assert clean_text("น้ำ" * 10, "words", 30) == "น้ำ" * 10
    with pytest.raises(Refusal) as caught:
        clean_text("น้ำ" * 10 + "ก", "words", 30)
    assert caught.value.code == "text_too_long"
    assert "31" in caught.value.text("th")


def test_length_is_counted_after_composing():
    assert clean_text("e\u0301" * 30, "words", 30) == "é" * 30


def test_a_million_combining_marks_are_refused_without_being_sorted(monkeypatch):
    def reached(*args):
        raise AssertionError("NFC was reached")

    monkeypatch.setattr(geometry, "unicodedata", SimpleNamespace(normalize=reached))
    with pytest.raises(Refusal) as caught:
        clean_text("a" + "\u0315\u0300" * 500_000, "words", 2000)
    assert caught.value.code == "text_too_long"


@calm
@given(st.text(max_size=60))
def test_cleaning_text_twice_is_cleaning_it_once(text):
    try:
        once = clean_text(text, "words", 50)
    except Refusal:
        return
    assert clean_text(once, "words", 50) == once
    assert once == unicodedata.normalize("NFC", once)
    once.encode()


@calm
@given(st.text(st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B, exclude_categories=["Cn"]), max_size=40))
def test_no_thai_letter_or_mark_is_ever_lost(text):
    assert sorted(clean_text(text, "words", 40)) == sorted(text)


# -- words --------------------------------------------------------------------------------

GATES = ["geometry.py", "images.py", "images_child.py"]
CODES = sorted(
    {
        code
        for name in GATES
        for code in re.findall(
            r'(?:Refusal|Refused|_Fault)\("(\w+)"', Path(geometry.__file__).with_name(name).read_text("utf-8")
        )
    }
)


@pytest.mark.parametrize("code", CODES)
def test_every_refusal_of_a_gate_has_its_words_in_both_languages(code):
    message = MESSAGES[code]
    assert set(re.findall(r"\{(\w+)\}", message.th)) == set(re.findall(r"\{(\w+)\}", message.en))
    bare = re.sub(r"\{\w+\}|“[^”]*”|\b(GPS|QR|LINE|Excel|GeoJSON)\b", "", message.th)
    assert not re.search("[A-Za-z]", bare), "a Thai sentence with an English word outside quotation marks"
