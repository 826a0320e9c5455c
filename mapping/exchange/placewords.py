"""Thai place words to area codes, for pins whose place is given in words. Pure: names from geothai, current ones.

What fits exactly one place is certain. What fits several says which; what contradicts itself fits none. A typing
error of one letter is forgiven where it leaves one place only.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import geothai
from geothai.abolished import match_abolished

from mapping.placenames import Named, read, tidy

MOST_CANDIDATES = 10
DIGITS = {"province": 2, "district": 4, "subdistrict": 6}
ALIASES = {
    "กทม": "10", "กรุงเทพ": "10", "กรุงเทพฯ": "10", "bkk": "10", "krungthep": "10",
    "อยุธยา": "14", "ayutthaya": "14", "โคราช": "30", "korat": "30",
}  # fmt: skip
CAPITAL = ("เมือง", "เมืองฯ", "mueang", "muang")
# A name that runs on into a sentence ends where one of these begins.
_RUNS_ON = re.compile(
    "ที่|ใน|ตั้งแต่|มี|ของ|และ|ไม่|ซึ่ง|กับ|ถูก|เป็น|แล้ว|จะ|ได้|ต้อง|ค่ะ|คะ|ครับ|นะ|ขาด|เสีย|พัง|น้ำท่วม|ถนน|เพราะ|หลัง|กรุงเทพ|กทม"
)
_MARKS = re.compile(r"[\s.'’\-–]")


@dataclass(frozen=True, slots=True)
class Found:
    """Where the words lead. `code` is empty where several places fit that have nothing above them in common."""

    code: str  # 2, 4 or 6 digits: the finest level that is certain
    certain: bool  # exactly one place fits
    candidates: tuple[str, ...]  # codes that fit, at most 10; none where the words contradict each other
    village_no: int | None = None
    village_name: str = ""  # with its บ้าน
    abolished: str | None = None  # the old code, where the words name an abolished area


def key(name: str) -> str:
    """The form in which names are compared; geothai writes เขตบางรัก where others write บางรัก."""
    return _MARKS.sub("", tidy(name).lower())


@cache
def names(level: str) -> dict[str, tuple[str, ...]]:
    """Codes of a level by the key of their Thai or English name."""
    provinces = geothai.provinces()
    districts = [district for province in provinces for district in geothai.districts(province.code)]
    by_level: dict[str, Sequence[Any]] = {
        "province": provinces,
        "district": districts,
        "subdistrict": [area for district in districts for area in geothai.subdistricts(district.code)],
    }
    found: dict[str, list[str]] = defaultdict(list)
    for area in by_level[level]:
        for name in {key(area.name_th).removeprefix("เขต"), key(area.name_en or "")} - {""}:
            found[name].append(area.code)
    if level == "province":
        for name, code in ALIASES.items():
            found[name].append(code)
    if level == "district":
        capitals = [d.code for d in districts if d.code.endswith("01") and not d.code.startswith("10")]
        for name in CAPITAL:
            found[name] = sorted({*found[name], *capitals})
    return {name: tuple(codes) for name, codes in found.items()}


@lru_cache(maxsize=4096)
def names_within(level: str, within: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The same, of what lies in one of the codes."""
    if not within:
        return names(level)
    kept = ((name, tuple(c for c in codes if c.startswith(within))) for name, codes in names(level).items())
    return {name: codes for name, codes in kept if codes}


def one_letter_apart(a: str, b: str) -> bool:
    """One letter other, missing, too many, or two neighbours swapped."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    i = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[i:] == b[i + 1 :]
    return a[i + 1 :] == b[i + 1 :] or (a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :])


@lru_cache(maxsize=65536)
def fitting(level: str, value: str, within: tuple[str, ...]) -> tuple[str, ...]:
    """Codes of a level within others that a value names: exactly, at the start of a sentence, or with one slip."""
    known = names_within(level, within)
    words = value.split()
    for n in range(len(words), 0, -1):
        if codes := known.get(key("".join(words[:n]))):
            return codes
    if not words:
        return ()
    first = key(words[0])
    for end in range(len(first) - 1, 1, -1):
        if _RUNS_ON.match(first, end) and (codes := known.get(first[:end])):
            return codes
    if level == "subdistrict" and not within:
        return ()  # among 7,400 names, one letter makes another place
    near = {
        code
        for typed in {first, key(value)}
        if len(typed) >= 4
        for name, codes in known.items()
        if one_letter_apart(typed, name)
        for code in codes
    }
    return tuple(near) if len(near) == 1 else ()


def column(text: str, level: str) -> str:
    """The name in a column of its own: with or without the word for its level."""
    if not text.strip():
        return ""
    named = read(text)
    return getattr(named, level) or " ".join(tidy(text).split())


@lru_cache(maxsize=65536)
def find(words: str = "", *, subdistrict: str = "", district: str = "", province: str = "") -> Found | None:
    """The area that words or columns name; None where they name none, or no two of them fit together.

    >>> find("ต.แม่เงา อ.ขุนยวม").code
    '580104'
    >>> find("ต.ในเมือง").certain
    False
    """
    named = read(words)
    given = {
        "province": column(province, "province") or named.province,
        "district": column(district, "district") or named.district,
        "subdistrict": column(subdistrict, "subdistrict") or named.subdistrict,
    }
    if not given["province"]:
        given["province"] = loose_province(named)
    if not any(given.values()):
        given = unmarked(named) or given
    village = f"บ้าน{named.village.split()[0]}" if named.village else ""

    within: tuple[str, ...] = ()
    missed = ""
    for level, value in given.items():
        if not value:
            continue
        codes = fitting(level, value, within)
        if not codes:
            missed = level
            break
        within = codes
    if missed == "subdistrict" and (old := abolished(given, within)):
        return answer(old.successors, named, village, old.code)
    if missed:
        above = common(within)
        return Found(above, False, (), named.village_no, village) if above else None
    return answer(within, named, village) if within else None


def answer(codes: tuple[str, ...], named: Named, village: str, old: str | None = None) -> Found:
    if len(codes) > 1 and named.postcode:
        here = tuple(code for code in codes if named.postcode in postcodes(code))
        codes = here or codes
    return Found(
        code=common(codes),
        certain=len(codes) == 1,
        candidates=tuple(sorted(codes))[:MOST_CANDIDATES],
        village_no=named.village_no,
        village_name=village,
        abolished=old,
    )


def postcodes(code: str) -> set[str]:
    """Postal codes of a subdistrict, or of all in a district; a province's are not asked for."""
    one = geothai.subdistrict(code)
    return {post for area in ([one] if one else geothai.subdistricts(code)) for post in area.postal_codes}


def common(codes: tuple[str, ...]) -> str:
    """The finest area that all codes lie in, or nothing."""
    if not codes:
        return ""
    digits = next((n for n in (6, 4, 2) if len({code[:n] for code in codes}) == 1), 0)
    return codes[0][:digits]


def abolished(given: dict[str, str], within: tuple[str, ...]):
    """The one abolished subdistrict that fits, by the names of what it lay in."""
    parts = given["subdistrict"].split()
    for n in range(len(parts), 0, -1):
        found = [old for old in match_abolished(" ".join(parts[:n])) if old.code.startswith(within or "")]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def loose_province(named: Named) -> str:
    """A province that stands under no word for it, at the end of an address or of another level's words."""
    said = [*named.loose, *(value for level, value in named.levels if level != "village")]
    if len(named.levels) == 0:
        return ""
    for text in said:
        for n, word in enumerate(text.split()):
            alone = text in named.loose or n > 0
            if alone and key(word) in names("province"):
                return word
    return next((text for text in named.loose if key(text) in names("province")), "")


def unmarked(named: Named) -> dict[str, str] | None:
    """Bare names, the smallest first or last, where every word is one: `แม่เงา ขุนยวม แม่ฮ่องสอน`."""
    readings = [list(named.loose), " ".join(named.loose).split()]
    for parts in readings:
        if not 1 <= len(parts) <= 3:
            continue
        for levels in (
            ("province", "district", "subdistrict"),
            ("district", "subdistrict"),
            ("province", "subdistrict"),
        ):
            for start in range(len(levels) - len(parts) + 1):
                chosen = levels[start : start + len(parts)]
                for order in (parts[::-1], parts):
                    if fits(dict(zip(chosen, order, strict=True))):
                        return {level: dict(zip(chosen, order, strict=True)).get(level, "") for level in DIGITS}
    return None


def fits(given: dict[str, str]) -> bool:
    within: tuple[str, ...] = ()
    for level, value in given.items():
        within = tuple(c for c in names(level).get(key(value), ()) if c.startswith(within or ""))
        if not within:
            return False
    return True
