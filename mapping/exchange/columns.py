"""One table of columns for each kind of file: what is read, how, and what is written again.

The same `Column` tells the import which headings it answers to and what a cell must be, the
page which choices to show, and the export which columns to write: a round trip is a test.
Pure: no database.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, NamedTuple

from mapping.errors import Refusal
from mapping.geometry import clean_text

BANGKOK = timezone(timedelta(hours=7))
BUDDHIST = 543  # years
FIRST_YEAR, LAST_YEAR = 1900, 2200  # Gregorian; later ones up to 2300 + 543 are Buddhist
THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("ม.ค.", "มกราคม", "jan"), ("ก.พ.", "กุมภาพันธ์", "feb"), ("มี.ค.", "มีนาคม", "mar"),
            ("เม.ย.", "เมษายน", "apr"), ("พ.ค.", "พฤษภาคม", "may"), ("มิ.ย.", "มิถุนายน", "jun"),
            ("ก.ค.", "กรกฎาคม", "jul"), ("ส.ค.", "สิงหาคม", "aug"), ("ก.ย.", "กันยายน", "sep"),
            ("ต.ค.", "ตุลาคม", "oct"), ("พ.ย.", "พฤศจิกายน", "nov"), ("ธ.ค.", "ธันวาคม", "dec"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip


class CellTrouble(Exception):
    """A cell that cannot be taken; `code` and `params` of its sentence in mapping/errors.py."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Mended(NamedTuple):
    """A value that was understood only by a named rule, which the report shows."""

    value: Any
    code: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    name: str  # as we write it, and the key of a parsed record
    th: str
    en: str
    parse: Callable[[Any], Any]  # a cell -> value, Mended or CellTrouble; never sees an empty cell
    required: bool = False
    aliases: tuple[str, ...] = ()  # other headings that mean the same
    example: str = ""

    def heading(self, columns: Iterable[str]) -> str | None:
        """The heading of a file that means this column."""
        by_key = {key_of(given): given for given in reversed(list(columns))}
        for known in (self.name, *self.aliases, self.th, self.en):
            if key_of(known) in by_key:
                return by_key[key_of(known)]
        return None


def key_of(heading: str) -> str:
    """Headings are the same whatever their case, spaces, hyphens and underscores."""
    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFC", heading)).casefold()


def match(columns: Sequence[Column], given: Sequence[str], chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our column's name -> the file's heading. `chosen` wins; an empty choice leaves a column out.

    Raises Refusal where a chosen heading is not in the file or a required column has none.
    """
    chosen = chosen or {}
    known = {column.name for column in columns}
    for name, heading in chosen.items():
        if name not in known:
            raise Refusal("member_unknown", attr=f"columns.{name}", name=name)
        if heading and heading not in given:
            raise Refusal("column_absent", attr=f"columns.{name}", given=heading, known=", ".join(given))
    found: dict[str, str] = {}
    taken = {heading for heading in chosen.values() if heading}
    for column in columns:
        if column.name in chosen:
            if chosen[column.name]:
                found[column.name] = chosen[column.name]
        elif (own := column.heading(h for h in given if h not in taken)) is not None:
            found[column.name] = own
    missing = [c for c in columns if c.required and c.name not in found]
    if missing:
        raise Refusal(
            "columns_missing",
            attr="columns",
            missing_en=", ".join(f"{c.name} ({c.en})" for c in missing),
            missing_th=", ".join(f"{c.th} ({c.name})" for c in missing),
            known=", ".join(given),
        )
    return found


def flat(values: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Objects inside a row become columns with dots: ``{"geo": {"lat": 1}}`` -> ``{"geo.lat": 1}``."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            out |= flat(value, f"{above}{name}.")
        else:
            out[above + name] = value
    return out


def is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip() in ("", "-", "–")) or cell == []


# -- what a cell may be ---------------------------------------------------------------------------


def words_of(cell: Any) -> str:
    if isinstance(cell, bool | list):
        raise CellTrouble("cell_text", given=shown(cell))
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFC", str(cell)).strip()


def shown(cell: Any) -> str:
    """A cell as a message quotes it."""
    text = str(cell)
    return text if len(text) <= 60 else text[:59] + "…"


def text(limit: int) -> Callable[[Any], str]:
    def parse(cell: Any) -> str:
        try:
            return clean_text(words_of(cell), "", limit)
        except Refusal as refusal:
            raise CellTrouble(refusal.code, **refusal.params) from None

    return parse


def name(cell: Any) -> Any:
    """A name of an area or office: NFC, one line."""
    found = re.sub(r"\s+", " ", text(200)(cell))
    if "\ufffd" in found:
        raise CellTrouble("name_garbled", given=shown(found))
    return found


def alternatives(digits: Sequence[int], word: str) -> str:
    *most, last = map(str, digits)
    return f"{', '.join(most)} {word} {last}" if most else last


def area_code(*digits: int) -> Callable[[Any], Any]:
    """A code of one of these lengths. Numbers from a spreadsheet, Thai digits and OCHA's TH are understood."""

    def parse(cell: Any) -> Any:
        given = words_of(cell)
        code = re.sub(r"\s", "", given.translate(THAI_DIGITS)).removeprefix("TH")
        plain = code
        code = re.sub(r"\.0+$", "", code)
        if re.fullmatch(r"\d+", code, re.ASCII) and len(code) == 7 and 8 in digits:
            # Eleven published codes lost the zero of the village's number: 5801013 is 58010103.
            code = f"{code[:6]}0{code[6]}"
        if not re.fullmatch(r"\d+", code, re.ASCII) or len(code) not in digits:
            lost = bool(re.fullmatch(r"\d+", code, re.ASCII)) and len(code) + 1 in digits
            which = "cell_code_lost_zero" if lost else "cell_code"
            raise CellTrouble(
                which, given=shown(cell), digits_en=alternatives(digits, "or"), digits_th=alternatives(digits, "หรือ")
            )
        if not "10" <= code[:2] <= "97":
            raise CellTrouble("cell_code_province", given=shown(cell), province=code[:2])
        if code != plain or given != given.translate(THAI_DIGITS):
            return Mended(code, "repair_code", {"given": shown(cell), "used": code})
        return code

    return parse


def number(low: float, high: float) -> Callable[[Any], float]:
    def parse(cell: Any) -> float:
        if isinstance(cell, bool):
            raise CellTrouble("cell_number", given=shown(cell))
        if isinstance(cell, str):
            plain = cell.strip().translate(THAI_DIGITS)
            if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
                plain = plain.replace(",", "")
            if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", plain, re.ASCII):
                raise CellTrouble("cell_number", given=shown(cell))
            cell = float(plain)
        if not isinstance(cell, int | float) or abs(cell) > 1e300 or not math.isfinite(cell):
            raise CellTrouble("cell_number", given=shown(cell))
        if not low <= cell <= high:
            raise CellTrouble("cell_range", given=shown(cell), low=number_words(low), high=number_words(high))
        return float(cell)

    return parse


def number_words(found: float) -> str:
    """As people write it: 100,000,000 and not 1e+08."""
    return f"{found:,.0f}" if float(found).is_integer() else f"{found:,.6f}".rstrip("0")


def whole(low: int, high: int) -> Callable[[Any], int]:
    as_number = number(low, high)

    def parse(cell: Any) -> int:
        found = as_number(cell)
        if not found.is_integer():
            raise CellTrouble("cell_whole", given=shown(cell))
        return int(found)

    return parse


def degrees(cell: Any) -> float:
    """Any finite number: what is out of range is judged with its partner, since the two may be swapped."""
    return number(-1e30, 1e30)(cell)


def moment(cell: Any) -> datetime:
    """A day or a time, Gregorian or Buddhist, day before month as in Thailand. Without a zone: Bangkok time.

    ``2026-11-22``, ``22/11/2569``, ``22 พ.ย. 2569``, ``2569-11-22 08:30``, ``2021-09-03 12:51:09.453003+00``.
    """
    given = words_of(cell).translate(THAI_DIGITS)
    clock = re.search(
        r"[T\s,]+(?:เวลา\s*)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(\.\d+)?)?\s*(?:น\.?)?\s*(Z|[+-]\d{2}:?(?:\d{2})?)?$",
        given,
    )
    day_part = given[: clock.start()] if clock else given
    year, month, day = _day_parts(day_part.strip(), cell)
    hour, minute, second, micro, zone = 0, 0, 0, 0, BANGKOK
    if clock and clock[5] and clock[5] != "Z" and int(clock[5][1:3]) > 14:
        raise CellTrouble("cell_date", given=shown(cell))
    if clock:
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        micro = int(f"{clock[4] or '.0'}000000"[1:7])
        if clock[5] == "Z":
            zone = timezone.utc  # noqa: UP017
        elif clock[5]:
            digits = clock[5][1:].replace(":", "").ljust(4, "0")
            offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
            zone = timezone(offset if clock[5][0] == "+" else -offset)
    try:
        return datetime(year, month, day, hour, minute, second, micro, tzinfo=zone)
    except ValueError:
        raise CellTrouble("cell_date", given=shown(cell)) from None


def _day_parts(given: str, cell: Any) -> tuple[int, int, int]:
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", given):
        year, month, day = map(int, found.groups())
    elif found := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", given):
        day, month, year = map(int, found.groups())
        if month > 12 >= day:
            raise CellTrouble("cell_date_order", given=shown(cell))
    elif found := re.fullmatch(r"(\d{1,2})\s*([^\W\d][\w.\u0e00-\u0e7f]*?\.?)\s*(?:พ\.ศ\.|ค\.ศ\.)?\s*(\d{4})", given):
        month = next((n for word, n in MONTHS.items() if _same_month(word, found[2])), 0)
        day, year = int(found[1]), int(found[3])
    else:
        raise CellTrouble("cell_date", given=shown(cell))
    if year >= FIRST_YEAR + BUDDHIST:
        year -= BUDDHIST
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellTrouble("cell_date", given=shown(cell))
    return year, month, day


def _same_month(word: str, given: str) -> bool:
    if word.isascii():
        return given.casefold().startswith(word)
    return given == word or (word.endswith(".") and given.replace(".", "") == word.replace(".", ""))


def day(cell: Any) -> date:
    return moment(cell).astimezone(BANGKOK).date()


def choice(table: Mapping[Any, Iterable[str]]) -> Callable[[Any], str]:
    """One of the keys, or one of the words that mean it."""
    words = {key_of(word): key for key, others in table.items() for word in (key, *others)}

    def parse(cell: Any) -> str:
        found = words.get(key_of(words_of(cell)))
        if found is None:
            raise CellTrouble("cell_choice", given=shown(cell), known=", ".join(table))
        return found

    return parse


def several(one: Callable[[Any], Any], *, spaces: bool = True) -> Callable[[Any], Any]:
    """A list in one cell, parted by commas, semicolons, bars or lines, or also by spaces."""
    parting = r"[\s,;|]+" if spaces else r"[,;|\n]+"

    def parse(cell: Any) -> Any:
        parts = cell if isinstance(cell, list) else re.split(parting, words_of(cell))
        out, mended = [], None
        for part in parts:
            if is_empty(part):
                continue
            value = one(part)
            if isinstance(value, Mended):
                mended, value = value, value.value
            if value not in out:
                out.append(value)
        return Mended(out, mended.code, mended.params) if mended else out

    return parse


def email(cell: Any) -> str:
    found = text(254)(cell)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", found):
        raise CellTrouble("cell_email", given=shown(cell))
    return found


def website(cell: Any) -> str:
    found = text(200)(cell)
    if re.fullmatch(r"(www\.)?[\w-]+(\.[\w-]+)+(/\S*)?", found):
        found = f"https://{found}"
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", found):
        raise CellTrouble("cell_website", given=shown(cell))
    return text(200)(found)


def utc_text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
