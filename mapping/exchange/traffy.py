"""What Traffy Fondue's published files mean here: their columns, types and states. Pure.

Two forms are in circulation: the archive of 2021 to 2025 (`comment`, `coords`, `state`) and the
newer one (`description`, `latitude`, `longitude`, `status`). Types and states stand in one table each.
"""

import re
from collections.abc import Iterable

from mapping.exchange.columns import key_of

SOURCE = "traffy"
ALWAYS = ("ticket_id", "type", "organization", "timestamp")
FORMS = (("comment", "coords", "state"), ("description", "latitude", "longitude", "status"))

TYPES = {  # ours: theirs
    "road": ("ถนน", "ทางเท้า", "สะพาน", "จราจร", "ป้าย", "ป้ายจราจร", "กีดขวาง", "การเดินทาง"),
    "street_light": ("แสงสว่าง",),
    "flood": ("น้ำท่วม", "ท่อระบายน้ำ", "คลอง"),
    "waste": ("ความสะอาด", "ขยะ"),
    "power": ("สายไฟ", "ไฟฟ้า"),
    "water_supply": ("ประปา", "น้ำประปา"),
    "safety": ("ความปลอดภัย",),
    "pollution": ("เสียงรบกวน", "PM2.5", "น้ำเสีย", "กลิ่น"),
    "animals": ("สัตว์จรจัด",),
    "housing": ("คนจรจัด",),
    "public_space": ("ต้นไม้", "ห้องน้ำ"),
    "other": ("เสนอแนะ", "สอบถาม", "ร้องเรียน", "อื่นๆ"),
}
STATES = {  # ours: theirs
    "reported": ("รอรับเรื่อง", "รับเรื่องแล้ว", "start"),
    "forwarded": ("ส่งต่อ", "ส่งต่อ(ใหม่)", "ส่งต่อใหม่", "forward"),
    "in_progress": ("กำลังดำเนินการ", "inprogress", "follow"),
    "done": ("เสร็จสิ้น", "finish"),
    "closed_without_fix": ("ไม่เกี่ยวข้อง", "ยกเลิก", "irrelevant"),
}


def is_traffy(headings: Iterable[str]) -> bool:
    """Whether a file has the columns of one of the two forms."""
    given = {key_of(heading) for heading in headings}
    return any(given.issuperset(map(key_of, (*ALWAYS, *form))) for form in FORMS)


def parts(given: str) -> list[str]:
    """The types in one cell.

    >>> parts("{น้ำท่วม,ถนน}")
    ['น้ำท่วม', 'ถนน']
    """
    inner = re.sub(r"^\s*[{\[]|[}\]]\s*$", "", given)
    return [part for found in re.split(r"[,;|]", inner) if (part := found.strip(" \"'"))]
