"""The sheet for a village meeting: a map with numbered needs to hang up, and a table for the hands.

It hangs on a wall, so it shows every pin by its public face, whoever prints it.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils import timezone

from mapping import aggregate, meetings
from mapping.access import Reader
from mapping.drawing import Frame, Rectangle, frame_around, place_labels, scale_bar
from mapping.filters import BANGKOK
from mapping.geometry import shape_band
from mapping.models import BoundarySet, Category
from mapping.pdf import render
from mapping.queries import query, rows

MAX_NEEDS = 120  # drawn and listed; the sheet says how many more there are
COUNTED_TO = 100_000
ON_FIRST_PAGE = 21  # lines of the legend beside the map
LEAST_EMPTY_LINES = 12  # for needs that are raised in the meeting
WORDS_ON_MAP = 60  # code points
WORDS_IN_TABLE = 260
WIDTH, HEIGHT = 2380, 2330  # of the drawing; 10 units a millimetre on paper
GLYPHS = json.loads(Path(__file__).with_name("pictograms.json").read_text("utf-8"))
MONTHS_TH = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

WORDS = {
    "th": {
        "title": "ประชาคมหมู่บ้าน", "held_on": "ประชุมวันที่", "printed": "พิมพ์เมื่อ {day} โดย {by}",
        "filter": "ทุกประเภท เฉพาะเรื่องที่ยังไม่เสร็จ {n} เรื่อง",
        "none": "ยังไม่มีใครแจ้งความต้องการของหมู่บ้านนี้", "more": "ยังมีอีก {n} เรื่อง ดูได้ในระบบ",
        "legend": "ปัญหาและความต้องการที่แจ้งไว้แล้ว", "whole": "ทั้งหมู่บ้าน", "away": "อยู่นอกแผนที่",
        "qr": "สแกนเพื่อดูหน่วยงานที่รับผิดชอบและปักหมุด", "sample": "ข้อมูลตัวอย่าง ไม่ใช่ข้อมูลจริง",
        "approximate": "แนวเขตโดยประมาณ ใช้อ้างอิงทางกฎหมายไม่ได้", "continued": "(ต่อ)",
        "tally": "ตารางนับคะแนนยกมือ", "number": "เลขที่", "need": "ปัญหาและความต้องการ", "hands": "ยกมือ (คน)",
        "remark": "หมายเหตุ", "new": "เรื่องที่เสนอใหม่", "category": "ประเภท", "people": "เดือดร้อน (คน)",
        "severity": "ความรุนแรง 1 ถึง 5", "present": "ผู้เข้าประชุม ............ คน",
        "signs": ("ผู้ใหญ่บ้าน / ประธานที่ประชุม", "เจ้าหน้าที่ผู้บันทึก", "ผู้แทนชาวบ้าน"),
        "sign": "ลงชื่อ", "page": "หน้า", "of": "จาก", "km": "กม.", "m": "ม.",
        "hint": "นับมือแล้วเขียนจำนวนคน ถ้าไม่ได้นับให้เว้นว่าง",
        "moo": "หมู่ที่", "place": "ต.{s} อ.{d} จ.{p}", "place_bangkok": "แขวง{s} เขต{d} {p}",
        "district": "อ.{d} จ.{p}", "district_bangkok": "เขต{d} {p}",
    },
    "en": {
        "title": "Village meeting", "held_on": "Meeting on", "printed": "Printed {day} by {by}",
        "filter": "All categories, needs that are not done yet: {n}",
        "none": "Nobody has reported a need of this village yet", "more": "{n} more are in the system",
        "legend": "Needs reported so far", "whole": "the whole village", "away": "outside this map",
        "qr": "Scan to see who is responsible, and to pin", "sample": "Sample data, not real data",
        "approximate": "Approximate boundaries, not for legal use", "continued": "(continued)",
        "tally": "Tally of hands", "number": "Number", "need": "Need", "hands": "Hands",
        "remark": "Remarks", "new": "New needs", "category": "Category", "people": "People",
        "severity": "Severity 1 to 5", "present": "People present ............",
        "signs": ("Village head / chair", "Officer who took notes", "For the villagers"),
        "sign": "Signed", "page": "Page", "of": "of", "km": "km", "m": "m",
        "hint": "Count the hands and write the number of people; leave it empty where nobody counted",
        "moo": "Moo", "place": "{s}, {d}, {p}", "place_bangkok": "{s}, {d}, {p}",
        "district": "{d}, {p}", "district_bangkok": "{d}, {p}",
    },
}  # fmt: skip
STATUS = {
    "th": {
        "reported": "แจ้งแล้ว รอตรวจสอบ", "verified": "ตรวจสอบแล้ว", "forwarded": "ส่งต่อหน่วยงานอื่นแล้ว",
        "planned": "เข้าแผนแล้ว", "funded": "ได้งบแล้ว", "in_progress": "กำลังทำ",
    },
    "en": {
        "reported": "reported", "verified": "verified", "forwarded": "forwarded", "planned": "planned",
        "funded": "funded", "in_progress": "in progress",
    },
}  # fmt: skip


def blank_sheet(*, village: str, held_on: str | None, by: str, root: str, language: str) -> bytes:
    """The PDF of the sheet. `root` is the address of this deployment, `by` who prints it.

    Raises Refusal `sheet_busy`.
    """
    return render(sheet_html(village=village, held_on=held_on, by=by, root=root, language=language))


def sheet_html(*, village: str, held_on: str | None, by: str, root: str, language: str) -> str:
    say: dict[str, Any] = WORDS[language]
    found = meetings.open_needs(Reader(), village, MAX_NEEDS + 1)
    needs, more = found[:MAX_NEEDS], len(found) > MAX_NEEDS
    categories = {one.slug: one for one in Category.objects.select_related("group")}
    drawn = draw(village, needs, language)
    for need in needs:
        category = categories[need["category"]]
        need |= {
            "glyph": GLYPHS.get(need["category"], GLYPHS["other"]),
            "colour": category.group.colour,
            "category_name": category.name_th if language == "th" else category.name_en,
            "short": shortened(need["words"], WORDS_ON_MAP),
            "long": shortened(need["words"], WORDS_IN_TABLE),
            "status_word": STATUS[language].get(need["status"], need["status"]),
            "where": say["whole"] if need["lng"] is None else "" if need["id"] in drawn["shown"] else say["away"],
        }
    total = len(meetings.open_needs(Reader(), village, COUNTED_TO)) if more else len(needs)
    active = BoundarySet.objects.get(active=True)
    context = {
        "say": say,
        "language": language,
        "village": village_name(village, language),
        "place": place_name(village, language),
        "held_on": said_day(date.fromisoformat(held_on), language) if held_on else "",
        "printed": say["printed"].format(day=said_day(timezone.now().astimezone(BANGKOK).date(), language), by=by),
        "filter": say["filter"].format(n=total),
        "needs": needs,
        "first": needs[:ON_FIRST_PAGE],
        "rest": needs[ON_FIRST_PAGE:],
        "more": say["more"].format(n=total - len(needs)) if more else "",
        "empty": range(LEAST_EMPTY_LINES),
        "sample": aggregate.sample(),
        "approximate": active.approximate,
        "attribution": active.attribution,
        "qr": qr_path(f"{root}where/?village={village}"),
        "address": f"{root}where/?village={village}",
        "map": drawn,
        "width": WIDTH,
        "height": HEIGHT,
    }
    return render_to_string("meeting_sheet.html", context)


def draw(village: str, needs: list[dict[str, Any]], language: str) -> dict[str, Any]:
    """Outlines, villages and numbered pins in the units of the drawing; without a known place, nothing."""
    centre = rows(query("sheet_centre"), {"village": village})
    if not centre:
        return {"shown": set(), "outlines": [], "villages": [], "pins": []}
    middle = (centre[0]["lng"], centre[0]["lat"])
    exact = [need for need in needs if need["lng"] is not None]
    frame = frame_around(middle, [(need["lng"], need["lat"]) for need in exact], width=WIDTH, height=HEIGHT)
    west, south, east, north = frame.west, frame.south, frame.east, frame.north
    outlines = rows(
        query("sheet_outlines"),
        {
            "west": west, "south": south, "east": east, "north": north,
            "scale": 1 / frame.metres, "own": village[:6], "band": shape_band(22),
        },
    )  # fmt: skip
    villages = _villages(frame, village, language)
    bar = (0.0, HEIGHT - 100.0, WIDTH / 3, float(HEIGHT))
    dots = [(x - 10, y - 10, x + 10, y + 10) for x, y in (frame.place(one["lng"], one["lat"]) for one in exact)]
    title = [one["box"] for one in _name(frame, villages[:1], [bar, *dots]) if one["box"]]
    pins = _pins(frame, exact, [bar, *title, *(one["square"] for one in villages[:1])])
    taken = [bar, *title, *(pin["box"] for pin in pins if pin["box"]), *(pin["dot"] for pin in pins)]
    _name(frame, villages[1:], taken)
    length, metres = scale_bar(frame)
    return {
        "shown": {pin["id"] for pin in pins},
        "outlines": [
            one | {"own": one["code"] == village[:6], "name": (language == "en" and one["name_en"]) or one["name_th"]}
            for one in outlines
        ],
        "villages": villages,
        "pins": pins,
        "bar": round(length),
        "bar_words": f"{metres // 1000} {WORDS[language]['km']}"
        if metres >= 1000
        else f"{metres} {WORDS[language]['m']}",
    }


def _pins(frame: Frame, exact: list[dict[str, Any]], taken: list[Rectangle]) -> list[dict[str, Any]]:
    at = [(need, *frame.place(need["lng"], need["lat"])) for need in exact]
    seen = [(need, x, y) for need, x, y in at if frame.holds(x, y, 20)]
    sizes = [(46 + 26 * len(str(need["number"])), 62) for need, _, _ in seen]
    dots = [(x - 10, y - 10, x + 10, y + 10) for _, x, y in seen]
    labels = place_labels(frame, [(x, y) for _, x, y in seen], sizes, [*taken, *dots])
    found = []
    for (need, x, y), (width, height), label, dot in zip(seen, sizes, labels, dots, strict=True):
        lx, ly = label or (x, y)
        found.append(
            {
                "id": need["id"], "number": need["number"], "x": round(x), "y": round(y), "dot": dot,
                "lx": round(lx), "ly": round(ly), "left": round(lx - width / 2), "top": round(ly - height / 2),
                "width": width, "height": height, "base": round(ly + 17), "has_label": label is not None,
                "box": (lx - width / 2, ly - height / 2, lx + width / 2, ly + height / 2) if label else None,
            }
        )  # fmt: skip
    return found


def _villages(frame: Frame, own: str, language: str) -> list[dict[str, Any]]:
    """The villages in the frame; where the own one has a point, it is the first."""
    w, s, e, n = frame.box
    found = []
    for row in rows(query("sheet_villages"), {"w": w, "s": s, "e": e, "n": n}):
        x, y = frame.place(row["lng"], row["lat"])
        if frame.holds(x, y, 20):
            square = (x - 11, y - 11, x + 11, y + 11)
            about = {"x": round(x), "y": round(y), "square": square, "own": row["code"] == own, "name": ""}
            found.append(row | about | {"said": village_name(row["code"], language, row)})
    return sorted(found, key=lambda row: not row["own"])


def _name(frame: Frame, villages: list[dict[str, Any]], taken: list[Rectangle]) -> list[dict[str, Any]]:
    """Write a name beside each village where there is room for it."""
    sizes = [(16 + (24 if row["own"] else 17) * spaced(row["said"]), 56 if row["own"] else 44) for row in villages]
    around = [*taken, *(row["square"] for row in villages)]
    places = place_labels(frame, [(row["x"], row["y"]) for row in villages], sizes, around, rings=4)
    for row, at, (width, height) in zip(villages, places, sizes, strict=True):
        row["box"] = None
        if at is not None:
            box = (at[0] - width / 2, at[1] - height / 2, at[0] + width / 2, at[1] + height / 2)
            row |= {"name": row["said"], "lx": round(at[0]), "ly": round(at[1] + 13), "box": box}
    return villages


# -- words ------------------------------------------------------------------------------------


def spaced(text: str) -> int:
    """How many letters stand beside each other: Thai vowels and tones above and below take no room."""
    return sum(1 for sign in text if sign not in "ัิีึืฺุู็่้๊๋์ํ๎")


def shortened(text: str, most: int) -> str:
    """The beginning of a text in one line, never cut between a Thai letter and the signs that stand on it."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = most
    while cut > 0 and spaced(line[cut]) == 0:
        cut -= 1
    return line[:cut].rstrip() + "…"


def said_day(day: date, language: str) -> str:
    """`22 พ.ย. 2569`, `22 Nov 2026`"""
    if language == "th":
        return f"{day.day} {MONTHS_TH[day.month - 1]} {day.year + 543}"
    return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"


def village_name(code: str, language: str, names: dict[str, str] | None = None) -> str:
    """`บ้านห้วยเดื่อ หมู่ที่ 3`; a village known only by its number stays as it is."""
    known = names or {f"name_{k}": v for k, v in aggregate.names_of([code]).get(code, {}).items()}
    th, en = known.get("name_th", code), known.get("name_en", "")
    number = int(code[6:])
    if language == "en" and en:
        return f"{en}, Moo {number}" if number and "moo " not in en.lower() else en
    if "หมู่ที่" in th:
        return th
    prefix = "ชุมชน" if code.startswith("10") else "บ้าน"
    name = th if th.startswith(("บ้าน", "ชุมชน")) else prefix + th
    return f"{name} หมู่ที่ {number}" if number and not code.startswith("10") else name


def place_name(code: str, language: str) -> str:
    names = aggregate.names_of([code[:2], code[:4], code[:6]])

    def bare(part: str, *prefixes: str) -> str:
        name = names.get(part, {}).get(language) or names.get(part, {}).get("th", "")
        for prefix in prefixes:
            name = name.removeprefix(prefix)
        return name

    level = "place" if len(code) >= 6 else "district"
    template = WORDS[language][f"{level}_bangkok" if code.startswith("10") else level]
    return str(template).format(
        s=bare(code[:6], "ตำบล", "ต.", "แขวง"), d=bare(code[:4], "อำเภอ", "อ.", "เขต"), p=bare(code[:2], "จังหวัด", "จ.")
    )


def qr_path(address: str) -> dict[str, Any]:
    """The dark modules as one SVG path, with the side of the whole in modules."""
    matrix = segno.make(address, error="m", micro=False).matrix
    path = "".join(f"M{x} {y}h1v1h-1z" for y, line in enumerate(matrix) for x, dark in enumerate(line) if dark)
    return {"path": path, "side": len(matrix)}
