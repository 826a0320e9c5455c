"""Pins come in by file: a table of an office, our own download, or what Traffy Fondue publishes.

A row is one need at one place: coordinates, a village, or words that name one. The dry run
places every row with the trigger of the pins themselves, on a table that is thrown away, so
that the report says what the import will do and no number is used up. An import never edits
a pin: decision 13.
"""

import hashlib
import json
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import shapely
from django.conf import settings
from django.db import connection
from django.utils import timezone

from mapping import pluscodes
from mapping.access import Reader
from mapping.errors import Refusal
from mapping.exchange import columns, files, imports, placewords, traffy
from mapping.exchange.columns import CellTrouble, Column, Mended, key_of
from mapping.geometry import parse_point
from mapping.models import BoundarySet, Category, Import, Status
from mapping.models.pins import SOURCES
from mapping.pins import MAX_PEOPLE, MAX_WORDS
from mapping.placenames import read
from mapping.queries import query, rows, value

BATCH = 5_000
OURS = uuid.UUID("5d0c1f5e-8a57-5f0e-9a3c-3b1f6f1f9d13")  # namespace of the ids that imports make
SEVERITY_ASSUMED = 3
CLOSED_WORDS = "ระบบต้นทางปิดเรื่องนี้แล้ว"  # closing needs a reason; the file has none
PHOTOS = {key_of(heading) for heading in ("photo", "photos", "photo_after", "image", "images", "รูป", "รูปภาพ", "ภาพ")}
LEVELS = ("subdistrict", "district", "province")

SEVERITY = {
    1: ("รำคาญใจ พอรอได้", "รำคาญใจ", "พอรอได้"),
    2: ("ไม่สะดวก",),
    3: ("เดือดร้อน",),
    4: ("เดือดร้อนมาก รอไม่ได้นาน", "เดือดร้อนมาก", "รอไม่ได้นาน"),
    5: ("อันตรายถึงชีวิตหรือขาดของจำเป็น", "อันตรายถึงชีวิต", "ขาดของจำเป็น"),
}
SEVERITY_WORDS = {key_of(word): number for number, words in SEVERITY.items() for word in words}
STATUS = {
    Status.REPORTED: ("แจ้งแล้ว รอตรวจสอบ", "แจ้งแล้ว", "รับเรื่อง"),
    Status.VERIFIED: ("ตรวจสอบแล้ว", "ตรวจสอบข้อเท็จจริงแล้ว"),
    Status.FORWARDED: ("ส่งต่อหน่วยงานอื่นแล้ว", "ประสานหน่วยงาน"),
    Status.PLANNED: ("เข้าแผนแล้ว", "บรรจุในแผนพัฒนาท้องถิ่น"),
    Status.FUNDED: ("ได้งบแล้ว", "ตั้งจ่ายในข้อบัญญัติ/เทศบัญญัติงบประมาณ"),
    Status.IN_PROGRESS: ("กำลังทำ", "อยู่ระหว่างดำเนินการ"),
    Status.DONE: ("ทำเสร็จแล้ว รอชาวบ้านยืนยัน", "ทำเสร็จแล้ว", "ดำเนินการแล้วเสร็จ"),
    Status.CONFIRMED: ("ชาวบ้านยืนยันแล้ว", "ยืนยันผล"),
    Status.CLOSED_WITHOUT_FIX: ("ปิดเรื่อง ยังไม่ได้แก้", "ปิดเรื่อง", "ยุติเรื่อง"),
    Status.WITHDRAWN: ("ผู้แจ้งขอถอน",),
}
BANDS = {"1-9": 1, "10-49": 10, "50-199": 50, "200-999": 200, "1000+": 1000}
BAND = columns.choice(dict.fromkeys(BANDS, ()))
YES_NO = columns.choice({"true": ("t", "1", "yes", "ใช่"), "false": ("f", "0", "no", "ไม่", "ไม่ใช่")})


# -- cells ----------------------------------------------------------------------------------------


def severity(cell: Any) -> int:
    """1 to 5, or the words of the scale, or both."""
    given = columns.words_of(cell)
    if found := SEVERITY_WORDS.get(key_of(given)):
        return found
    first = re.match(r"([0-9๐-๙]+(?:\.0+)?)(?![\d.])", given)
    return columns.whole(1, 5)(first[1] if first else given)


def people(cell: Any) -> int | None:
    if isinstance(cell, str) and key_of(cell) in ("ไม่แน่ใจ", "notsure"):
        return None
    return columns.whole(1, MAX_PEOPLE)(cell)


def people_band(cell: Any) -> Any:
    """A band of our own download, as the smallest number that falls into it."""
    band = BAND(cell)
    return Mended(BANDS[band], "repair_people_band", {"given": band, "used": BANDS[band]})


def category(cell: Any) -> str:
    """Words for a category; which one they mean is decided with the whole file in view."""
    return ",".join(map(str, cell)) if isinstance(cell, list) else columns.text(500)(cell)


def past_moment(cell: Any) -> datetime:
    found = columns.moment(cell)
    if found > timezone.now():
        raise CellTrouble("cell_date_future", given=columns.shown(cell))
    return found


def past_day(cell: Any) -> date:
    found = columns.day(cell)
    if found > timezone.now().astimezone(columns.BANGKOK).date():
        raise CellTrouble("cell_date_future", given=columns.shown(cell))
    return found


def pair(cell: Any) -> tuple[float, float]:
    """`100.53,13.81`: longitude, then latitude."""
    parts = cell if isinstance(cell, list) else re.split(r"[\s,;]+", columns.words_of(cell).strip("()[] "))
    if len(parts) != 2:
        raise CellTrouble("coordinates_pair")
    return columns.degrees(parts[0]), columns.degrees(parts[1])


def plus_code(cell: Any) -> str:
    """A plus code, whole, or short with its place behind it."""
    given = columns.text(200)(cell)
    code, _ = pluscodes.find(given)
    if not code:
        raise CellTrouble("cell_plus_code", given=columns.shown(cell))
    return given


def yes_no(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    return YES_NO(cell) == "true"


def known_source(cell: Any) -> str | None:
    """Ours, or nothing: other files keep other things in a column of this name."""
    found = columns.words_of(cell)
    return found if found in SOURCES else None


COLUMNS = (
    Column("id", "รหัสหมุด", "pin id", columns.text(200), example="0197a1c0-0000-7000-8000-000000000001",
           aliases=("uuid",)),
    Column("external_id", "เลขที่เรื่อง", "id in the source", columns.text(200), example="2026-ABCDEF",
           aliases=("ticket_id", "ticket", "case_id")),
    Column("category", "ประเภท", "category of need", category, required=True, example="road",
           aliases=("type", "หมวด", "หมวดหมู่", "ประเภทปัญหา", "ความต้องการ")),
    Column("severity", "ระดับความรุนแรง", "severity, 1 to 5", severity, example="3",
           aliases=("ความรุนแรง", "เดือดร้อนแค่ไหน")),
    Column("people", "จำนวนคน", "people affected", people, example="40", aliases=("กี่คน", "จำนวนคนที่เดือดร้อน")),
    Column("people_band", "ช่วงจำนวนคน", "band of people", people_band, example="10-49"),
    Column("words", "รายละเอียด", "words", columns.text(MAX_WORDS), example="ถนนเป็นหลุม",
           aliases=("description", "comment", "comments", "detail", "details")),
    Column("needed_since", "เดือดร้อนตั้งแต่", "needed since", past_day, example="2569-05-01"),
    Column("received_at", "วันที่แจ้ง", "received at", past_moment, example="22/11/2569 08:30",
           aliases=("timestamp", "created_at", "reported_at", "date", "วันที่", "วันที่รับแจ้ง")),
    Column("captured_at", "เวลาในเครื่อง", "captured at", columns.moment, example="2026-11-22T08:30:00+07:00"),
    Column("status", "สถานะ", "status", columns.text(100), example="reported", aliases=("state",)),
    Column("status_at", "วันที่ปรับสถานะ", "status since", columns.moment, example="2026-11-22",
           aliases=("timestamp_finished", "last_activity")),
    Column("lat", "ละติจูด", "latitude", columns.degrees, example="19.300000", aliases=("latitude", "y")),
    Column("lng", "ลองจิจูด", "longitude", columns.degrees, example="97.960000",
           aliases=("lon", "long", "longitude", "x")),
    Column("coords", "พิกัด", "longitude,latitude", pair, example="97.96,19.30", aliases=("coordinates",)),
    Column("plus_code", "พลัสโค้ด", "plus code", plus_code, example="7P528XX7+GX",
           aliases=("pluscode", "plus_codes", "olc", "open_location_code", "รหัสพลัส")),
    Column("accuracy_m", "ความคลาดเคลื่อน (เมตร)", "accuracy in metres", columns.number(0, 100_000), example="12"),
    Column("source", "ที่มาของตำแหน่ง", "source of the place", known_source, example="gps"),
    Column("place_precision", "ความละเอียดของตำแหน่ง", "precision of the place",
           columns.choice({"exact": (), "village": (), "cell": ()}), example="exact"),
    Column("village", "รหัสหมู่บ้าน", "village code", columns.area_code(8, 9), example="58010103",
           aliases=("village_code", "mcode")),
    Column("village_source", "ที่มาของหมู่บ้าน", "source of the village",
           columns.choice({"chosen": (), "suggested": (), "none": ()}), example="chosen"),
    Column("village_no", "หมู่ที่", "village number", columns.whole(1, 999), example="3", aliases=("moo", "หมู่")),
    Column("village_name", "หมู่บ้าน", "village name", columns.name, example="บ้านตัวอย่าง",
           aliases=("ชื่อหมู่บ้าน", "บ้าน")),
    Column("area_code", "รหัสพื้นที่", "area code", columns.area_code(2, 4, 6, 8, 9), example="580101",
           aliases=("subdistrict_code", "tambon_code", "tcode", "รหัสตำบล")),
    Column("place", "สถานที่", "place in words", columns.text(1000), example="หมู่ที่ 3 ต.ตัวอย่าง อ.ตัวอย่าง",
           aliases=("address", "ที่อยู่", "location")),
    Column("subdistrict", "ตำบล", "subdistrict", columns.name, example="แม่เงา", aliases=("แขวง", "tambon")),
    Column("district", "อำเภอ", "district", columns.name, example="ขุนยวม", aliases=("เขต", "amphoe")),
    Column("province", "จังหวัด", "province", columns.name, example="แม่ฮ่องสอน", aliases=("changwat",)),
    Column("checked", "ตรวจแล้ว", "checked", yes_no, example="true"),
    Column("hidden", "ซ่อนไว้", "hidden", yes_no, example="false"),
    Column("joined_to", "หมุดหลัก", "lead pin", columns.text(200), example=""),
)  # fmt: skip

Say = Callable[..., None]  # column, verdict, code, **params: a note on the row in hand


# -- where ----------------------------------------------------------------------------------------


class Where(NamedTuple):
    """What a row says of its place."""

    lng: float | None
    lat: float | None
    village: str | None
    named: str  # code of the area or village that is named beside the coordinates; "": none
    by_words: bool = False
    by_plus_code: bool = False

    @property
    def is_whole_village(self) -> bool:
        return self.lng is None and self.village is not None


class Places:
    """Codes and names of the boundaries in use."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.villages: dict[tuple[str, str], list[str]] = {}  # subdistrict and name: codes
        self.points: dict[str, tuple[float, float]] = {}
        for area in rows(query("pins_places")):
            self.names[area["code"]] = area["name_th"]
            if area["lng"] is not None:
                self.points[area["code"]] = area["lng"], area["lat"]
            if len(area["code"]) >= 8 and area["current"]:
                self.villages.setdefault((area["code"][:6], bare(area["name_th"])), []).append(area["code"])

    def villages_named(self, subdistrict: str, number: int | None, name: str) -> list[str]:
        """Villages of a subdistrict with this number, or else this name."""
        if number is not None:
            code = f"{subdistrict}{number:02}"
            return [code] if code in self.names else []
        return self.villages.get((subdistrict, bare(name)), [])

    def say(self, code: str | None) -> str:
        return f"{code} {self.names.get(code, '')}".strip() if code else "–"


def bare(village: str) -> str:
    return key_of(village).removeprefix("บ้าน")


def coordinates(record: imports.Record) -> tuple[float, float] | None:
    """Longitude and latitude of a row, through the gate that every point passes.

    Raises CellTrouble with the gate's own codes: `swapped`, `coordinates_metres`, `null_island` and others.
    """
    lng, lat = record["lng"], record["lat"]
    if (lng is None) != (lat is None):
        raise CellTrouble("village_half_point")
    if lng is None and record["coords"] is not None:
        lng, lat = record["coords"]
    if lng is None and record["geometry"] is not None:
        lng, lat = shapely.get_coordinates(shapely.from_wkb(record["geometry"]))[0].tolist()
    if lng is None:
        return None
    try:
        return parse_point({"type": "Point", "coordinates": [lng, lat]})
    except Refusal as refusal:
        raise CellTrouble(refusal.code, **refusal.params) from None


def said(record: imports.Record) -> str:
    """The place of a row in its own words, for a message."""
    words = [record["place"], record["village_name"], *(record[level] for level in LEVELS)]
    return columns.shown(" ".join(word for word in words if word))


def village_said(record: imports.Record, place: str) -> tuple[int | None, str]:
    """Number and name of a village, by their columns or else in the words for the place."""
    column, named = read(record["village_name"] or ""), read(place)
    number = record["village_no"] or column.village_no or named.village_no
    return number, column.village or record["village_name"] or named.village


def code_given(record: imports.Record) -> str:
    """The finest area that a row names by code; names stand in the same columns in other files."""
    codes = [record["area_code"] or "", *(record[level] or "" for level in LEVELS)]
    return max((code for code in codes if re.fullmatch(r"(\d\d){1,3}", code, re.ASCII)), key=len, default="")


def words_found(record: imports.Record, *, with_place: bool) -> placewords.Found | None:
    given = {level: record[level] or "" for level in LEVELS}
    return placewords.find(record["place"] or "" if with_place else "", **given)


def named_beside(record: imports.Record) -> str:
    """The area that is named beside coordinates, where it is certain; only to be compared with them."""
    if code := code_given(record):
        return code
    if not any(record[level] for level in LEVELS) and not record["place"]:
        return ""
    found = words_found(record, with_place=not record["subdistrict"])
    return found.code if found and found.certain else ""


class Misplaced(CellTrouble):
    """A row whose place cannot be taken, and the column that says it."""

    def __init__(self, column: str, code: str, **params: Any) -> None:
        super().__init__(code, **params)
        self.column = column


def locate(record: imports.Record, places: Places, say: Say, *, coarse: bool) -> Where:
    """The place of a row: coordinates, else a village, else what the words name.

    Raises Misplaced: the row has none that can be taken.
    """
    has_chosen = record["village_source"] in (None, "chosen")
    village = record["village"] if has_chosen else None
    if village is None and has_chosen and len(record["area_code"] or "") >= 8:
        village = record["area_code"]
    if village is not None and village not in places.names:
        raise Misplaced("village", "unknown_village", given=village)
    at = None
    if village is None or record["place_precision"] != "village":
        try:
            at = coordinates(record)
        except CellTrouble as trouble:
            raise Misplaced(place_column(record), trouble.code, **trouble.params) from None
    code, words = pluscodes.find(f"{record['plus_code'] or ''} {record['place'] or ''}")
    if code and at is None:
        at = by_plus_code(code, {**record, "place": words}, village, places)
        record = {**record, "place": words or None}
        by_code = True
    else:
        by_code = False
    if at is not None:
        named = named_beside(record)
        if village is None and len(named) == 6:
            fitting = places.villages_named(named, *village_said(record, ""))
            village = fitting[0] if len(fitting) == 1 else None
        return Where(*at, village, village or named, by_plus_code=by_code)
    if village is not None:
        return Where(None, None, village, "")
    return by_words(record, places, say, coarse=coarse)


def by_plus_code(code: str, record: imports.Record, village: str | None, places: Places) -> tuple[float, float]:
    """The middle of a plus code's cell; a short one lies nearest to the village or area that the row names."""
    column = "plus_code" if record["plus_code"] else "place"
    if not pluscodes.is_fine(code):
        raise Misplaced(column, "plus_code_coarse", given=code)
    near = None
    if pluscodes.is_short(code):
        found = words_found(record, with_place=True)
        named = village or code_given(record) or (found.code if found is not None else "")
        near = next((places.points[named[:n]] for n in (9, 8, 6, 4, 2) if named[:n] in places.points), None)
        if near is None:
            raise Misplaced(column, "plus_code_needs_place", given=code)
    try:
        return parse_point({"type": "Point", "coordinates": list(pluscodes.centre(code, near))})
    except Refusal as refusal:
        raise Misplaced(column, refusal.code, **refusal.params) from None


def place_column(record: imports.Record) -> str:
    if record["lng"] is not None or record["lat"] is not None:
        return "lat" if record["lat"] is not None else "lng"
    return "coords" if record["coords"] is not None else "geometry"


def by_words(record: imports.Record, places: Places, say: Say, *, coarse: bool) -> Where:
    """The village that words name, or (if that may be) the middle of the subdistrict."""
    given, column = said(record), "place" if record["place"] else "subdistrict"
    code = code_given(record)
    number, name = village_said(record, record["place"] or "")
    if not code:
        if not given:
            raise Misplaced("lat", "place_missing")
        found = words_found(record, with_place=True)
        if found is not None and not found.certain and found.candidates:
            candidates = ", ".join(map(places.say, found.candidates))
            raise Misplaced(column, "place_ambiguous", given=given, candidates=candidates)
        if found is None or not found.certain:
            raise Misplaced(column, "place_unknown", given=given)
        code = found.code
        if found.abolished or not is_spelled(record, code):
            say(column, "repaired", "repair_place_words", given=given, used=places.say(code))
    if code not in places.names:
        raise Misplaced(column, "place_unknown", given=given or code)
    if len(code) == 6 and (number is not None or name):
        fitting = places.villages_named(code, number, name)
        if len(fitting) == 1:
            return Where(None, None, fitting[0], "", by_words=True)
        if fitting:
            candidates = ", ".join(map(places.say, fitting))
            raise Misplaced(column, "place_ambiguous", given=given, candidates=candidates)
        if not coarse:
            if number is None:
                raise Misplaced(column, "place_unknown", given=given)
            raise Misplaced(column, "unknown_village", given=f"{code}{number:02}")
    if len(code) < 6 or not coarse:
        raise Misplaced(column, "place_too_coarse", found=places.say(code))
    say(column, "flagged", "place_coarse", found=places.say(code))
    return Where(None, None, None, code, by_words=True)


def is_spelled(record: imports.Record, code: str) -> bool:
    """Whether the subdistrict stands there as it is written, so that nothing had to be guessed."""
    written = placewords.column(record["subdistrict"] or "", "subdistrict") or read(record["place"] or "").subdistrict
    return len(code) < 6 or not written or code in placewords.names("subdistrict").get(placewords.key(written), ())


# -- what -----------------------------------------------------------------------------------------


class Meanings:
    """What the words of this file mean: categories and statuses, ours, Traffy's and those that were chosen."""

    def __init__(self, is_traffy: bool, chosen: dict[str, str]) -> None:
        self.is_traffy = is_traffy
        about = list(Category.objects.values_list("slug", "id", "name_th", "name_en"))
        self.ids = {slug: number for slug, number, _, _ in about}
        for word, slug in chosen.items():
            if slug not in self.ids:
                raise Refusal(
                    "unknown_category", attr=f"options.categories.{word}", given=slug, known=", ".join(self.ids)
                )
        table = traffy.TYPES if is_traffy else {}
        self.slugs = {key_of(word): slug for slug, words in table.items() for word in words}
        self.slugs |= {key_of(word): slug for slug, _, *names in about for word in (slug, *names)}
        self.slugs |= {key_of(word): slug for word, slug in chosen.items()}
        self.statuses = {key_of(word): slug for slug, words in traffy.STATES.items() for word in words}
        self.statuses |= {key_of(word): slug.value for slug, words in STATUS.items() for word in (slug.value, *words)}
        self.found: dict[str, str | None] = {}  # what the cells so far mean
        self.categories_mapped: Counter[str] = Counter()
        self.statuses_mapped: Counter[str] = Counter()

    def category(self, given: str, say: Say) -> str | None:
        """The first of several that is known. Traffy's others are `other`; elsewhere an unknown word is refused."""
        if given not in self.found:
            keys = map(key_of, (given, *traffy.parts(given)))
            self.found[given] = next((self.slugs[key] for key in keys if key in self.slugs), None)
        found = self.found[given]
        if found is None and self.is_traffy:
            say("category", "flagged", "category_assumed", given=columns.shown(given))
            found = "other"
        elif found is None:
            say("category", "refused", "category_unknown", given=columns.shown(given))
            return None
        self.categories_mapped[found if given == found else f"{columns.shown(given) or '–'} → {found}"] += 1
        return found

    def status(self, given: str | None, say: Say) -> str | None:
        if given is None:
            return Status.REPORTED.value
        found = self.statuses.get(key_of(given))
        if found is None and self.is_traffy:
            say("status", "flagged", "status_assumed", given=columns.shown(given))
            found = Status.REPORTED.value
        elif found is None:
            say("status", "refused", "cell_choice", given=columns.shown(given), known=", ".join(Status.values))
            return None
        self.statuses_mapped[found if given == found else f"{columns.shown(given)} → {found}"] += 1
        return found


def canonical(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, ensure_ascii=False, default=str).encode()


def id_of(record: imports.Record, source: str, content: dict[str, Any]) -> uuid.UUID:
    """The id of a row: its own, else made of its id in the source, else of what it says. The same row, the same id."""
    given = record["id"] or ""
    if re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", given):
        return uuid.UUID(given)
    external = record["external_id"] or given
    if external:
        return uuid.uuid5(OURS, f"{source}:{external}")
    kept = {name: content[name] for name in ("category", "words", "lng", "lat", "village", "named", "received_at")}
    return uuid.uuid5(OURS, canonical(kept).decode())


# -- the kind -------------------------------------------------------------------------------------

STAGED = (
    '"row"', "id", "category_id", "severity", "people", "words", "needed_since", "point", "whole_village", "village",
    "named", "source", "accuracy_m", "captured_at", "received_at", "checked", "hidden", "body_sha256", "to_status",
    "status_at",
)  # fmt: skip


class Pins(imports.Kind):
    slug = "pins"
    columns = COLUMNS
    options = ("source_name", "categories", "coarse")
    shapes = "points"
    judges = ("row_geometry_empty",)  # a row may have its place in its columns
    stacks = False  # what was imported into one province does not rest on what came into another

    def table(self, sheet: files.Sheet, options: dict[str, Any]) -> tuple[Column, ...]:
        """Traffy leaves the type empty where it could not tell; elsewhere a need has its category.

        A band of people is read only where no column has their number.
        """
        has_people = next(c for c in COLUMNS if c.name == "people").heading(sheet.columns) is not None
        may_lack = traffy.is_traffy(sheet.columns)
        return tuple(
            replace(column, required=column.required and not may_lack)
            for column in self.columns
            if not (has_people and column.name == "people_band")
        )

    def stage(self, work: imports.Work) -> None:
        if not BoundarySet.objects.filter(active=True).exists():
            raise Refusal("boundary_set_missing", name="")
        if work.run.state == Import.State.COMMITTING and not value("SELECT pg_try_advisory_xact_lock_shared(5301)"):
            raise Refusal("busy")  # boundaries are being put in use: what is placed now would not hold
        is_traffy = traffy.is_traffy(work.sheet.columns)
        meanings = Meanings(is_traffy, work.options.get("categories") or {})
        pictures = [heading for heading in work.run.found["columns"] if key_of(heading) in PHOTOS]
        if pictures:
            work.note(0, pictures[0], "flagged", "photos_left_out")
        if "severity" not in work.heading:
            work.note(0, "severity", "flagged", "severity_assumed", used=SEVERITY_ASSUMED)
        source = str(work.options.get("source_name") or (traffy.SOURCE if is_traffy else ""))
        places = Places()
        make_tables()
        staged = read_rows(work, self.table(work.sheet, work.options), meanings, places, source)
        total = imports.copy_in(f"pin_given ({', '.join(STAGED)})", staged)
        place(total, work.tell)
        self.judge(work, places)
        work.counts["new"] = value("SELECT count(*) FROM pin_placed")
        work.counts["categories"] = dict(meanings.categories_mapped.most_common())
        work.counts["statuses"] = dict(meanings.statuses_mapped.most_common())

    def judge(self, work: imports.Work, places: Places) -> None:
        """What the places say: whose they are, whether they are what the words say, which pins are here already."""
        work.tell("comparing", 0, 0)
        refused: list[int] = []
        if work.reader is not None:
            codes = [row["area_code"] for row in rows("SELECT DISTINCT area_code FROM pin_placed")]
            foreign = [code or "" for code in codes if not work.reader.covers(code)]
            for row in rows(query("pins_placed_in"), {"codes": foreign}):
                refused.append(row["row"])
                work.note(row["row"], "", "refused", "not_your_area", found=places.say(row["area_code"]))
            leave_out(refused)
        for row in rows(query("pins_words_differ")):
            about = {"given": places.say(row["named"]), "found": places.say(row["area_code"])}
            work.note(row["row"], "place", "flagged", "place_words_differ", **about)
        imports.note_rows(
            work, "lat", "flagged", "place_outside", "SELECT \"row\" FROM pin_placed WHERE place_flag = 'outside'", {}
        )
        here = rows(query("pins_here"))
        for row in here:
            if work.reader is not None and not work.reader.covers(row["area_code"]):
                work.note(row["row"], "id", "refused", "pin_taken")  # whose and where is not theirs to know
            elif not row["same"]:
                work.note(row["row"], "id", "refused", "pin_exists", number=row["number"])
            elif row["to_status"] is not None and row["to_status"] != row["status"]:
                about = {"number": row["number"], "status": row["status"], "given": row["to_status"]}
                work.note(row["row"], "status", "flagged", "pin_status_differs", **about)
        leave_out([row["row"] for row in here])
        work.counts["same"] = sum(row["same"] for row in here)

    def apply(self, work: imports.Work) -> None:
        numbers = [row["row"] for row in rows('SELECT "row" FROM pin_placed ORDER BY "row"')]
        values = {
            "shown": settings.MEEMAP["anonymous_pins"] == "shown",
            "run": work.run.pk,
            "by": work.run.by_id,
            "closed": CLOSED_WORDS,
        }
        imports.remember_new(work.run, "pin", "SELECT id FROM pin_placed")
        imports.analyze()
        for start in range(0, len(numbers), BATCH):
            batch = numbers[start : start + BATCH]
            with connection.cursor() as cursor:
                between = {"first": batch[0], "last": batch[-1]}
                cursor.execute(query("pins_add"), values | between)
                cursor.execute(query("pins_add_statuses"), values | between)
            work.tell("writing", start + len(batch), len(numbers))
        with connection.cursor() as cursor:
            cursor.execute(query("pins_seal"), {"run": work.run.pk})
            # The look for an heir at each removal is planned by how few pins are joined; unknown, it reads them all.
            cursor.execute("ANALYZE pin")

    def may_undo(self, run: Import, reader: Reader) -> bool:
        return all(reader.covers(row["area_code"]) for row in rows(query("pins_places_of_import"), {"run": run.pk}))

    def undo(self, run: Import, tell: imports.Tell) -> dict[str, Any]:
        """Take back the pins that nobody has touched since; the others stay and are counted."""
        keys = [row["key"] for row in rows(query("pins_remembered"), {"run": run.pk})]
        removed = 0
        for start in range(0, len(keys), BATCH):
            with connection.cursor() as cursor:
                cursor.execute(query("pins_take_back"), {"run": run.pk, "keys": keys[start : start + BATCH]})
                removed += cursor.rowcount
            tell("undoing", min(start + BATCH, len(keys)), len(keys))
        kept = value(query("pins_kept"), {"run": run.pk})
        return {"removed": removed, "kept": kept}


def make_tables() -> None:
    """`pin_given`: the rows of the file. `pin_placed`: the pins they would become, placed by the pins' own trigger."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.pin_given, pg_temp.pin_placed")
        cursor.execute(
            'CREATE TEMPORARY TABLE pin_given ("row" int PRIMARY KEY, id uuid, category_id smallint,'
            " severity smallint, people int, words text, needed_since date, point geometry(Point, 4326),"
            " whole_village boolean, village text, named text, source text, accuracy_m float8,"
            " captured_at timestamptz, received_at timestamptz, checked boolean, hidden boolean, body_sha256 bytea,"
            " to_status text, status_at timestamptz) ON COMMIT DROP"
        )
        cursor.execute(
            "CREATE TEMPORARY TABLE pin_placed (LIKE pin INCLUDING DEFAULTS INCLUDING GENERATED) ON COMMIT DROP"
        )
        cursor.execute('ALTER TABLE pin_placed ALTER COLUMN number DROP NOT NULL, ADD COLUMN "row" int PRIMARY KEY')
        cursor.execute(
            "CREATE TRIGGER pin_20_place BEFORE INSERT ON pin_placed FOR EACH ROW EXECUTE FUNCTION pin_place()"
        )


def read_rows(
    work: imports.Work, table: tuple[Column, ...], meanings: Meanings, places: Places, source: str
) -> Iterator[tuple]:
    """What goes into `pin_given`: the rows that can be taken, each once."""
    seen: dict[uuid.UUID, tuple[int, bytes]] = {}
    coarse = bool(work.options.get("coarse"))
    for number, record in work.records(table):

        def say(column: str, verdict: imports.Verdict, code: str, *, row: int = number, **params: Any) -> None:
            work.note(row, column, verdict, code, **params)

        slug = meanings.category(record["category"] or "", say)
        status = meanings.status(record["status"], say)
        try:
            where = locate(record, places, say, coarse=coarse)
        except Misplaced as trouble:
            say(trouble.column, "refused", trouble.code, **trouble.params)
            continue
        if slug is None or status is None:
            continue
        content = content_of(record, slug, where)
        pin_id, digest = id_of(record, source, content), hashlib.sha256(canonical(content)).digest()
        if pin_id in seen:
            first, other = seen[pin_id]
            given = record["external_id"] or record["id"] or columns.shown(record["words"] or slug)
            say("id", "flagged" if digest == other else "refused", "row_twice", given=given, first=first)
            continue
        seen[pin_id] = number, digest
        if record["severity"] is None and "severity" in work.heading:
            say("severity", "flagged", "severity_assumed", used=SEVERITY_ASSUMED)
        if record["place_precision"] == "cell":
            say("place_precision", "flagged", "place_is_public")
        if record["joined_to"]:
            say("joined_to", "flagged", "pin_was_joined")
        yield (
            number, pin_id, meanings.ids[slug], content["severity"], content["people"], content["words"],
            record["needed_since"],
            None if where.lng is None else f"SRID=4326;POINT({where.lng!r} {where.lat!r})",
            where.is_whole_village, where.village, where.named, source_of(record, where), record["accuracy_m"],
            record["captured_at"] or record["received_at"], record["received_at"],
            record["checked"] is not False, record["hidden"] is True, digest,
            status if record["status"] is not None else None, record["status_at"],
        )  # fmt: skip


def content_of(record: imports.Record, slug: str, where: Where) -> dict[str, Any]:
    """What a pin says, without its status, which moves on by itself."""
    received = record["received_at"]
    return {
        "category": slug,
        "severity": record["severity"] or SEVERITY_ASSUMED,
        "people": record["people"] or record.get("people_band"),
        "words": record["words"] or "",
        "needed_since": record["needed_since"],
        "lng": where.lng,
        "lat": where.lat,
        "village": where.village,
        "named": where.named if where.lng is None else "",
        "received_at": received and received.astimezone(UTC).isoformat(),
    }


def source_of(record: imports.Record, where: Where) -> str:
    if record["source"]:
        return record["source"]
    if where.by_plus_code:
        return "plus_code"
    return "typed" if where.by_words else "village" if where.is_whole_village else "map"


def place(total: int, tell: imports.Tell) -> None:
    """From `pin_given` to `pin_placed`, in steps, so that one sees it move."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE pin_given")
    numbers = [row["row"] for row in rows('SELECT "row" FROM pin_given ORDER BY "row"')]
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        with connection.cursor() as cursor:
            cursor.execute(query("pins_place"), {"first": batch[0], "last": batch[-1]})
        tell("placing", start + len(batch), total)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE pin_placed")


def leave_out(numbers: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM pin_placed WHERE "row" = ANY(%s)', [list(numbers)])


imports.register(Pins())
