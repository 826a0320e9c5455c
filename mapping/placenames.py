"""Words for places, taken apart: which word names the province, which the village. Pure; knows no list of names."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")

# What is written before a name. A short form needs its dot, or to stand alone, since จ, อ and ต begin many names; it
# is not the end of a longer one (รพ.สต., อบต., อบจ., ผอ.). บ้าน only begins a word: in ต.บ้านกลาง it is the name.
_ALONE = r"(?<![ก-๎a-z.])"
_MARK = re.compile(
    rf"""
      (?P<province>    จังหวัด | (?<![สบท])จ\.(?!ว\.) | {_ALONE}จ(?=\s) | \bchangwat\b )
    | (?P<district>    กิ่งอำเภอ | กิ่ง\s?อ\. | อำเภอ | เขต(?!เทศบาล|พื้นที่|ชุมชน) | (?<![ผรน])อ\. | {_ALONE}อ(?=\s)
                     | \bamphoe\b | \bamphur\b | \bkhet\b )
    | (?P<subdistrict> (?<!เทศบาล)ตำบล | แขวง(?!ทาง) | (?<![สบท])ต\. | {_ALONE}ต(?=\s) | \btambon\b | \bkhwaeng\b )
    | (?P<number>      (?:หมู่บ้าน|หมู่|ม)\s*(?:ที่|\.)?\s*(?=\d{{1,3}}(?!\d)) | \bmoo\s*(?=\d) )
    | (?P<village>     {_ALONE}(?:หมู่บ้าน(?!\s*จัดสรร)|บ้าน(?!เลขที่)|บ\.(?!\s*จก)) | (?<![a-z])ban\b )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AFTER = re.compile(r"(.+?)\s+(sub-?district|district|province)", re.IGNORECASE)  # Khun Yuam District
_BEFORE = {"subdistrict": "tambon", "sub-district": "tambon", "district": "amphoe", "province": "changwat"}
_POSTCODE = re.compile(r"(?<!\d)\d{5}(?!\d)")
_CUT = re.compile(r"[,;\n()]+")
_BLANK = " \t,;:.\"'()-–"


@dataclass(frozen=True, slots=True)
class Named:
    """What the words name at each level, without the word for the level; empty where they do not."""

    province: str = ""
    district: str = ""
    subdistrict: str = ""
    village: str = ""
    village_no: int | None = None
    postcode: str = ""
    loose: tuple[str, ...] = ()  # what stands under no word for a level

    @property
    def levels(self) -> list[tuple[str, str]]:
        """(level, name) of what is named, the largest first."""
        return [
            (level, name)
            for level in ("province", "district", "subdistrict", "village")
            if (name := getattr(self, level))
        ]


def tidy(text: str) -> str:
    """NFC, western digits, one sara am for its two halves, one sara ae for two sara e; each line as it was."""
    text = unicodedata.normalize("NFC", text).translate(THAI_DIGITS)
    text = re.sub("\u0e4d([่-๋]?)\u0e32", "\\1\u0e33", text).replace("เเ", "แ")
    return re.sub("[\u200b-\u200d\ufeff]", "", text).replace("\xa0", " ")


def turned(text: str) -> str:
    """`Khun Yuam District, …` as `amphoe Khun Yuam, …`, so that one rule reads both."""
    parts = [part.strip() for part in text.split(",")]
    found = [(part, _AFTER.fullmatch(part)) for part in parts]
    return ", ".join(f"{_BEFORE[m[2].lower()]} {m[1]}" if m else part for part, m in found)


def read(text: str) -> Named:
    """Take an address, a line of a search or a sentence apart.

    >>> read("123 ม.3 บ้านหนองแขม ต.แม่เงา อ.ขุนยวม").levels
    [('district', 'ขุนยวม'), ('subdistrict', 'แม่เงา'), ('village', 'หนองแขม')]
    >>> read("Mae Ngao, Khun Yuam District").loose
    ('Mae Ngao',)
    """
    text = turned(tidy(text))
    postcode = _POSTCODE.search(text)
    if postcode:
        text = _POSTCODE.sub(" ", text)
    found = Named(postcode=postcode[0] if postcode else "")
    marks = list(marks_of(text))
    loose = [text[: marks[0][1]] if marks else text]
    ends = [start for _, start, _ in marks[1:]] + [len(text)]
    for (level, _, start), end in zip(marks, ends, strict=False):
        value = text[start:end]
        if level == "number":
            number = re.match(r"\d+", value)
            if number and found.village_no is None:
                found = replace(found, village_no=int(number[0]))
                value = value[number.end() :]
            loose.append(value)
            continue
        first, *others = _CUT.split(value.strip(_BLANK), maxsplit=1)
        if getattr(found, level):  # named twice: the first one is meant
            loose.append(value)
        else:
            name: Any = {level: first.strip(_BLANK)}
            found = replace(found, **name)
            loose += others
    pieces = (piece.strip(_BLANK) for part in loose for piece in _CUT.split(part))
    return replace(found, loose=tuple(piece for piece in pieces if piece))


def marks_of(text: str) -> list[tuple[str, int, int]]:
    """(level, start, end) of each word for a level. One right behind another belongs to the name."""
    found: list[tuple[str, int, int]] = []
    for match in _MARK.finditer(text):
        level = str(match.lastgroup)
        directly = bool(found) and found[-1][0] != "number" and not text[found[-1][2] : match.start()].strip()
        if directly and level == "village":
            continue  # ต.บ้านกลาง
        found.append((level, match.start(), match.end()))
    return found
