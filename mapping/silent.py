"""Villages from which nobody has reported yet, and the sheets with which they are asked."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from mapping import aggregate
from mapping.access import Reader, own_villages
from mapping.errors import Refusal
from mapping.filters import BANGKOK
from mapping.pdf import render
from mapping.queries import query, rows
from mapping.sheet import place_name, qr_path, said_day, village_name

MOST_LISTED = 500
MOST_SHEETS = 60  # pages of one PDF

WORDS = {
    "th": {
        "title": "หมู่บ้านของท่านขาดอะไร บอกเราได้",
        "silent": "ยังไม่มีใครแจ้งความต้องการของหมู่บ้านนี้",
        "scan": "สแกนด้วยกล้องของโทรศัพท์ แล้วปักหมุดจุดที่เดือดร้อน",
        "steps": ("ถ่ายภาพหรือเลือกจุด", "เลือกเรื่องที่เดือดร้อน เช่น ถนน น้ำ ไฟ", "เลือกหมู่บ้าน: {village}", "กดส่ง"),
        "help": "ถ้าไม่มีโทรศัพท์ บอกผู้ใหญ่บ้านหรืออาสาสมัครให้ปักหมุดแทนได้",
        "printed": "พิมพ์เมื่อ {day} โดย {by}", "sample": "ข้อมูลตัวอย่าง ไม่ใช่ข้อมูลจริง",
    },
    "en": {
        "title": "What does your village lack? Tell us",
        "silent": "Nobody has reported a need of this village yet",
        "scan": "Scan with the camera of a phone, and pin the place of the need",
        "steps": (
            "Take a photo or choose the place", "What is needed: road, water, light",
            "Choose the village: {village}", "Send",
        ),
        "help": "Without a phone, ask the village head or a volunteer to pin for you",
        "printed": "Printed {day} by {by}", "sample": "Sample data, not real data",
    },
}  # fmt: skip


def villages(reader: Reader, within: str, most: int = MOST_LISTED) -> tuple[int, list[dict[str, Any]]]:
    """How many villages of the reader's own places are silent inside an area, and the first of them by code."""
    own, values = own_villages(reader)
    found = rows(query("villages_silent").format(own=own), values | {"within": within, "most": most})
    names = aggregate.names_of(sorted({row["code"][:6] for row in found}))
    return (found[0]["total"] if found else 0), [
        {name: row[name] for name in ("code", "name_th", "name_en")}
        | {f"subdistrict_{of}": names.get(row["code"][:6], {}).get(of, "") for of in ("th", "en")}
        for row in found
    ]


def sheets(reader: Reader, within: str, *, root: str, language: str) -> bytes:
    """A PDF with one page for each silent village inside an area, or for one village.

    Raises Refusal: `not_found` where none of the reader's is silent there, `silent_many`, `sheet_busy`.
    """
    return render(sheets_html(reader, within, root=root, language=language))


def sheets_html(reader: Reader, within: str, *, root: str, language: str) -> str:
    total, found = villages(reader, within, MOST_SHEETS + 1)
    if not total:
        raise Refusal("not_found")
    if total > MOST_SHEETS:
        raise Refusal("silent_many", attr="within", count=total, most=MOST_SHEETS)
    say: dict[str, Any] = WORDS[language]
    pages = []
    for row in found:
        name = village_name(row["code"], language, row)
        steps = [step.format(village=name) for step in say["steps"]]
        pages.append({"village": name, "place": place_name(row["code"], language), "steps": steps})
    printed_on = said_day(timezone.now().astimezone(BANGKOK).date(), language)
    context = {
        "say": say,
        "language": language,
        "pages": pages,
        "qr": qr_path(f"{root}m/"),
        "address": f"{root}m/",
        "printed": say["printed"].format(day=printed_on, by=reader.name),
        "sample": aggregate.sample(),
    }
    return render_to_string("silent_sheet.html", context)
